//! # interpretation-few
//!
//! ## What it asks
//! How many of the policy documents of late are interpreted (解读比例)?
//!
//! ## How it is judged
//! Of the articles of columns of policies, by their 当前位置 or by a list, that were published within `months` before the day of inspection, those are counted
//! to which an interpretation belongs, by link or by title. Fewer than all is a sign with both numbers: which documents
//! need an interpretation, and what share is enough, a person says. Signs never fail.
//!
//! ## What it cannot see
//! Interpretations under quite another title without a link; documents whose page was not read.

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::{Limit, NonEmpty};
use crate::dossier::{Dossier, PolicyFact};
use crate::evidence::{Gap, Need};

pub(super) struct InterpretationFew;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    months: u32,
}

/// How many documents a finding cites.
const CITED: usize = 5;

impl Indicator for InterpretationFew {
    const ID: &'static str = "interpretation-few";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Policies];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let home = dossier.home()?;
        let first = Limit::Months(terms.months).first_day(dossier.as_of());
        let is_of_late = |it: &&PolicyFact| it.when.known().is_some_and(|day| day >= first);
        let documents: Vec<&PolicyFact> = dossier.policies()?.iter().filter(is_of_late).collect();
        let bare: Vec<&PolicyFact> =
            documents.iter().filter(|it| it.interpretations.is_empty()).copied().collect();
        let mut survey = Survey::default();
        (bare.len()..documents.len()).for_each(|_| survey.sound());
        if let Some(evidence) = NonEmpty::of(bare.iter().take(CITED).map(|it| it.citation.clone()).collect())
        {
            let (all, with) = (documents.len(), documents.len() - bare.len());
            let subject = Subject::at(SubjectKind::Site, "政策解读比例", &home.address);
            let message = format!(
                "检查日前{}个月内发布的政策文件已查看{all}件，其中{with}件有解读材料（{}%）。",
                terms.months,
                with * 100 / all
            );
            let page = bare[0].page.clone();
            let finding = Finding::new(subject, message, page, evidence);
            survey.found(finding.with("documents", all).with("interpreted", with));
        }
        if !dossier.finished() {
            survey.unread(Gap::WalkUnfinished);
        }
        Ok(survey.proposal("规定时间内未见政策文件"))
    }
}
