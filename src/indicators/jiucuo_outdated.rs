//! # jiucuo-outdated
//!
//! ## What it asks
//! Does the entry “我为政府网站找错” lead to the platform of today?
//!
//! ## How it is judged
//! Scripts and links of the home page that lead to the platform are looked at. One at a host of `old` is one finding.
//!
//! ## What it cannot see
//! Entries that a script puts in: then nothing is said. Whether the platform answers.

use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::NonEmpty;
use crate::dossier::Dossier;
use crate::evidence::{Gap, Need};

pub(super) struct JiucuoOutdated;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    old: Vec<String>,
}

impl Indicator for JiucuoOutdated {
    const ID: &'static str = "jiucuo-outdated";
    const NEEDS: &'static [Need] = &[Need::Home];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let home = dossier.home()?;
        let pages = dossier.home_pages()?;
        let mut survey = Survey::default();
        for mark in pages.iter().flat_map(|it| &it.prose.jiucuo) {
            if terms.old.iter().any(|it| it == mark.address.host()) {
                let subject = Subject::at(SubjectKind::Link, "“我为政府网站找错”入口", &mark.address);
                let message =
                    format!("“我为政府网站找错”入口仍指向旧地址{}，请按最新要求更换。", mark.address.host());
                let evidence = NonEmpty::one(home.citation.clone());
                survey.found(Finding::new(subject, message, home.address.clone(), evidence));
            } else {
                survey.sound();
            }
        }
        if survey.is_empty() && pages.iter().any(|it| it.page.by_script.is_some()) {
            return Err(Gap::ByScript);
        }
        Ok(survey.verdict(NonZeroUsize::MIN, "首页未见“我为政府网站找错”入口"))
    }
}
