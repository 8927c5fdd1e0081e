//! # interpretation-unlinked
//!
//! ## What it asks
//! Do policy documents and their interpretations lead to each other (解读关联)?
//!
//! ## How it is judged
//! Articles of columns of policies and of columns of 解读, by their 当前位置 or by a list, are put together: an interpretation belongs to a document
//! when one links to the other or its title repeats the core of the document's. Each pair must be linked both ways; a
//! document none of whose links leads to its interpretation, or an interpretation that does not lead back, is one finding.
//!
//! ## What it cannot see
//! Links that a script puts in; interpretations whose title is quite another and that are linked in neither direction.

use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::NonEmpty;
use crate::dossier::{Content, Dossier, Interpretation, PolicyFact};
use crate::evidence::{Gap, Need};

pub(super) struct InterpretationUnlinked;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {}

impl Indicator for InterpretationUnlinked {
    const ID: &'static str = "interpretation-unlinked";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Columns, Need::Policies];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, _: &Terms) -> Result<Verdict, Gap> {
        let mut survey = Survey::default();
        for policy in dossier.policies()? {
            for interpretation in &policy.interpretations {
                match fault(interpretation) {
                    None => survey.sound(),
                    Some(fault) => survey.found(unlinked(policy, interpretation, fault)),
                }
            }
        }
        for column in dossier.columns()?.iter().filter(|it| it.name.contains("解读")) {
            if let Content::Unread(gap) = &column.content {
                survey.unread(gap.clone());
            }
        }
        Ok(survey.verdict(NonZeroUsize::MIN, "未见可以配对的政策文件和解读材料"))
    }
}

fn fault(interpretation: &Interpretation) -> Option<&'static str> {
    match (interpretation.linked_from_document, interpretation.links_to_document) {
        (true, true) => None,
        (false, true) => Some("文件页面没有解读材料的链接"),
        (true, false) => Some("解读页面没有政策文件的链接"),
        (false, false) => Some("两个页面互不链接"),
    }
}

fn unlinked(policy: &PolicyFact, interpretation: &Interpretation, fault: &str) -> Finding {
    let subject = Subject::at(SubjectKind::Page, &policy.title, &policy.page);
    let message = format!("政策文件“{}”与解读“{}”未相互关联：{fault}。", policy.title, interpretation.title);
    let mut evidence = NonEmpty::one(policy.citation.clone());
    evidence.push(interpretation.citation.clone());
    Finding::new(subject, message, policy.page.clone(), evidence).with("interpretation", &interpretation.page)
}
