//! # contact-missing
//!
//! ## What it asks
//! Does the site say how to reach whom the document asks for (服务热线, 意见信箱, 依申请公开受理点)?
//!
//! ## How it is judged
//! Names of sections, links and texts of the pages are looked through for `names`; one is enough. With `inside` only the
//! texts of pages count that one of its names leads to or that bear it as their title: every page has a telephone
//! number in its footer. On the site of another body only what names the body that is asked for counts.
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
    inside: Option<Names>,
}

impl Indicator for ContactMissing {
    const ID: &'static str = "contact-missing";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Columns, Need::Pages];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        if let Some(inside) = &terms.inside {
            let hits = dossier.look_for(inside, Speaking::InATitle)?;
            let targets = hits.said.iter().filter_map(|hit| hit.mention.target.as_ref());
            let pages: Vec<&PageFact> = targets.filter_map(|it| dossier.page_at(it)).collect();
            if let Some(done) = pages.iter().find_map(|it| says(it, &terms.names)) {
                return Ok(seek::done(vec![done]));
            }
            let sentence = format!("“{}”中没有写明“{}”。", inside.what(), terms.names.listed());
            if let Some(page) = pages.first() {
                return Ok(seek::broken(NonEmpty::one(unsaid(page, &terms.names, sentence)), 0));
            }
            if let Some(hit) = hits.said.first() {
                return Ok(seek::open(Gap::PageUnread, vec![seek::fitted(hit)]));
            }
            let sentence = format!("未发现“{}”（查找名称：{}）。", inside.what(), inside.listed());
            return seek::missing(dossier, inside, Speaking::InATitle, &hits.alike, None, sentence);
        }
        let hits = dossier.look_for(&terms.names, Speaking::InATitle)?;
        if let Some(hit) = hits.said.first() {
            return Ok(seek::done(vec![seek::fitted(hit)]));
        }
        // Whose number it is cannot be told on the site of many bodies.
        if !dossier.is_for_another()
            && let Some(done) = dossier.pages()?.iter().find_map(|it| says(it, &terms.names))
        {
            return Ok(seek::done(vec![done]));
        }
        let sentence = format!("未发现“{}”（查找名称：{}）。", terms.names.what(), terms.names.listed());
        seek::missing(dossier, &terms.names, Speaking::InATitle, &hits.alike, None, sentence)
    }
}

/// Where the page's text says one of the names.
fn says(fact: &PageFact, names: &Names) -> Option<Finding> {
    let text = plain(&fact.page.text);
    let name = names.plan.iter().chain(&names.ours).find(|it| text.contains(&plain(it)))?;
    Some(written(fact, name))
}

fn unsaid(fact: &PageFact, names: &Names, sentence: String) -> Finding {
    let subject = Subject::at(SubjectKind::Page, names.what(), &fact.page.address);
    Finding::new(subject, sentence, fact.page.address.clone(), NonEmpty::one(fact.citation.clone()))
}

fn written(fact: &PageFact, name: &str) -> Finding {
    let subject = Subject::at(SubjectKind::Page, name, &fact.page.address);
    let message = format!("页面中写有“{name}”。");
    Finding::new(subject, message, fact.page.address.clone(), NonEmpty::one(fact.citation.clone()))
}
