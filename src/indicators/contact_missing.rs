//! # contact-missing
//!
//! ## What it asks
//! Does the site say how to reach whom the document asks for (服务热线, 意见信箱, 依申请公开受理点)?
//!
//! ## How it is judged
//! Texts of the pages, names of sections and links are looked through for `names`; one is enough. On the site of another
//! body the page must name the body that is asked for.
//!
//! ## What it cannot see
//! Numbers and addresses in pictures; whether anybody answers. Where a page that may say it was not read, a missing
//! contact proves nothing.

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Verdict, seek};
use crate::base::NonEmpty;
use crate::dossier::{Dossier, Names, PageFact, Speaking, plain};
use crate::evidence::{Gap, Need};

pub(super) struct ContactMissing;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    names: Names,
}

impl Indicator for ContactMissing {
    const ID: &'static str = "contact-missing";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Columns, Need::Pages];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let hits = dossier.look_for(&terms.names, Speaking::InATitle)?;
        if let Some(hit) = hits.said.first() {
            return Ok(seek::done(vec![seek::fitted(hit)]));
        }
        // Whose number it is cannot be told on the site of many bodies.
        if !dossier.is_for_another() {
            for fact in dossier.pages()? {
                let text = plain(&fact.page.text);
                let names = terms.names.plan.iter().chain(&terms.names.ours);
                if let Some(name) = names.clone().find(|it| text.contains(&plain(it))) {
                    return Ok(seek::done(vec![written(fact, name)]));
                }
            }
        }
        let sentence = format!("未发现“{}”（查找名称：{}）。", terms.names.what(), terms.names.listed());
        seek::missing(dossier, &terms.names, Speaking::InATitle, &hits.alike, sentence)
    }
}

fn written(fact: &PageFact, name: &str) -> Finding {
    let subject = Subject::at(SubjectKind::Page, name, &fact.page.address);
    let message = format!("页面中写有“{name}”。");
    Finding::new(subject, message, fact.page.address.clone(), NonEmpty::one(fact.citation.clone()))
}
