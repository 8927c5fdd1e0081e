//! # elements-missing
//!
//! ## What it asks
//! Does what was published have the elements that are asked for (项目名称、设立依据、标准; 招生范围、招生条件 …)?
//!
//! ## How it is judged
//! `elements` are lists of words that mean the same; one of them is enough. With `inside` they are looked for in the text
//! of the pages that one of its names leads to or that bear it as their title; without it in the names of sections and
//! in titles, because a text may mention anything. At least `at_least` elements must be there, all when it is left out;
//! each that is missing is a finding. On the site of another body only what names the body that is asked for counts.
//!
//! ## What it cannot see
//! What stands in attachments and pictures: where such a page has an attachment, an element that is missing may be
//! there. Whether an element is right. Where a page that may hold it was not read, a missing element proves nothing.

use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Verdict, seek};
use crate::base::NonEmpty;
use crate::dossier::{Dossier, Names, PageFact, Speaking, plain};
use crate::evidence::{Gap, Need};
use crate::page::LinkRole;

pub(super) struct ElementsMissing;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    elements: Vec<Vec<String>>,
    inside: Option<Names>,
    at_least: Option<NonZeroUsize>,
}

impl Indicator for ElementsMissing {
    const ID: &'static str = "elements-missing";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Columns, Need::Pages];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let pages = match &terms.inside {
            Some(names) => {
                let pages = inside(dossier, names)?;
                if pages.is_empty() {
                    let hits = dossier.look_for(names, Speaking::InATitle)?;
                    if let Some(hit) = hits.said.first() {
                        return Ok(seek::open(Gap::PageUnread, vec![seek::fitted(hit)]));
                    }
                    let sentence =
                        format!("未发现“{}”，无从核对其要素（查找名称：{}）。", names.what(), names.listed());
                    return seek::missing(dossier, names, Speaking::InATitle, &hits.alike, None, sentence);
                }
                pages
            }
            None => Vec::new(),
        };
        let texts: Vec<(&PageFact, String)> = pages.iter().map(|it| (*it, text_of(it))).collect();
        let mut shown = Vec::new();
        let mut missing = Vec::new();
        let mut alike = Vec::new();
        for element in &terms.elements {
            if terms.inside.is_some() {
                match found(element, &texts) {
                    Some((word, page)) => shown.push(present(word, page)),
                    None => missing.extend(element.first()),
                }
                continue;
            }
            let names = Names { plan: element.clone(), ..Names::default() };
            let hits = dossier.look_for(&names, Speaking::InATitle)?;
            if let Some(hit) = hits.said.first() {
                shown.push(seek::fitted(hit));
            } else {
                missing.extend(element.first());
                alike.extend(hits.alike.first().cloned());
            }
        }
        let enough = terms.at_least.map_or(terms.elements.len(), NonZeroUsize::get);
        if shown.len() >= enough || missing.is_empty() {
            return Ok(seek::done(shown));
        }
        if shown.len() + alike.len() >= enough {
            shown.extend(alike.iter().map(|it| seek::proposed(it, dossier)));
            return Ok(seek::open(Gap::OnlyAlike, shown));
        }
        match &terms.inside {
            Some(_) if pages.iter().any(|it| has_attachment(it)) => {
                return Ok(seek::open(Gap::AttachmentUnread, shown));
            }
            Some(_) => {}
            None => seek::everything_was_read(dossier, Speaking::InATitle, None)?,
        }
        let on = terms.inside.as_ref().and(pages.first().copied());
        let findings: Vec<Finding> =
            missing.into_iter().map(|it| lacking(dossier, it, on)).collect::<Result<_, Gap>>()?;
        let Some(findings) = NonEmpty::of(findings) else { return Ok(seek::done(shown)) };
        Ok(seek::broken(findings, 0))
    }
}

/// The pages that bear one of the names: by their title or place, or because a name leads to them.
fn inside<'a>(dossier: &Dossier<'a>, names: &Names) -> Result<Vec<&'a PageFact>, Gap> {
    let hits = dossier.look_for(names, Speaking::InATitle)?;
    let led_to: Vec<&PageFact> = hits
        .said
        .iter()
        .filter_map(|hit| hit.mention.target.as_ref().and_then(|it| dossier.page_at(it)))
        .collect();
    let mut pages: Vec<&PageFact> = Vec::new();
    for page in dossier.pages()? {
        if led_to.iter().any(|it| it.page.address == page.page.address) {
            pages.push(page);
        }
    }
    Ok(pages)
}

fn text_of(fact: &PageFact) -> String {
    plain(&fact.page.text)
}

fn found<'e, 'p>(
    element: &'e [String],
    texts: &[(&'p PageFact, String)],
) -> Option<(&'e String, &'p PageFact)> {
    element.iter().find_map(|word| {
        let plain = plain(word);
        texts.iter().find(|(_, text)| text.contains(&plain)).map(|(page, _)| (word, *page))
    })
}

fn has_attachment(fact: &PageFact) -> bool {
    fact.page.links.iter().any(|it| it.role == LinkRole::Attachment)
}

fn present(word: &str, fact: &PageFact) -> Finding {
    let address = &fact.page.address;
    let subject = Subject::at(SubjectKind::Page, word, address);
    let message = format!("页面中有“{word}”。");
    Finding::new(subject, message, address.clone(), NonEmpty::one(fact.citation.clone()))
}

fn lacking(dossier: &Dossier<'_>, word: &str, on: Option<&PageFact>) -> Result<Finding, Gap> {
    let Some(fact) = on else {
        return seek::nowhere(dossier, word, format!("未发现“{word}”方面的内容。"));
    };
    let address = &fact.page.address;
    let subject = Subject { kind: SubjectKind::Guide, name: word.to_owned(), address: Some(address.clone()) };
    let message = format!("公开的内容中没有“{word}”。");
    Ok(Finding::new(subject, message, address.clone(), NonEmpty::one(fact.citation.clone())))
}
