//! The dated texts of a site, and everything that testifies to their dates.

use std::collections::BTreeMap;

use crate::base::{Address, Day, Digest};
use crate::evidence::Citation;
use crate::page::{DateSource, Dated, PageKind, address_date};

use super::columns::key;
use super::{ArticleFact, PageFact};

/// A paragraph shorter than this is no sentence of a text, in characters.
const SHORTEST_PARAGRAPH: usize = 15;
/// A text shorter than this does not tell itself from another, in characters.
const SHORTEST_TEXT: usize = 60;

/// The articles among the pages that print a whole day.
pub(super) fn articles(home: &Address, pages: &[PageFact]) -> Vec<ArticleFact> {
    // The home page under its other name may look like an article, and its date is today's.
    let is_home = |it: &&PageFact| key(&it.page.address) == key(home);
    let listed = listed(pages);
    let everywhere = paragraphs_of_templates(pages);
    pages.iter().filter(|it| !is_home(it)).filter_map(|it| article(it, &listed, &everywhere)).collect()
}

fn article(
    fact: &PageFact,
    listed: &BTreeMap<&Address, (Day, &Citation)>,
    everywhere: &BTreeMap<&str, usize>,
) -> Option<ArticleFact> {
    let article = fact.page.article.as_ref().filter(|_| fact.page.kind == PageKind::Article)?;
    let printed = printed(&article.date)?;
    Some(ArticleFact {
        title: article.title.clone(),
        page: fact.page.address.clone(),
        printed,
        listed: listed.get(&fact.page.address).map(|(day, citation)| (*day, (*citation).clone())),
        addressed: address_date(&fact.page.address),
        modified: fact.last_modified,
        seen: fact.citation.fetched_at.day(),
        text: text(fact, everywhere),
        citation: fact.citation.clone(),
    })
}

/// A day printed for a reader.
fn printed(date: &Dated) -> Option<Day> {
    match date {
        Dated::Printed { day, source: DateSource::Text | DateSource::Label } => Some(*day),
        _ => None,
    }
}

/// The newest day that a list prints beside each address.
fn listed(pages: &[PageFact]) -> BTreeMap<&Address, (Day, &Citation)> {
    let mut found: BTreeMap<&Address, (Day, &Citation)> = BTreeMap::new();
    for fact in pages {
        for item in fact.page.lists.iter().flat_map(|list| &list.items) {
            let (Some(address), Some(day)) = (&item.address, printed(&item.date)) else { continue };
            let known = found.entry(address).or_insert((day, &fact.citation));
            if known.0 < day {
                *known = (day, &fact.citation);
            }
        }
    }
    found
}

/// How many pages of any kind but articles show each long paragraph: what stands there is no article's text.
fn paragraphs_of_templates(pages: &[PageFact]) -> BTreeMap<&str, usize> {
    let mut found = BTreeMap::new();
    for fact in pages.iter().filter(|it| it.page.kind != PageKind::Article) {
        for block in fact.prose.blocks.iter().filter(|it| is_sentence(it)) {
            *found.entry(block.as_str()).or_default() += 1;
        }
    }
    found
}

fn text(fact: &PageFact, everywhere: &BTreeMap<&str, usize>) -> Option<Digest> {
    if !fact.whole || fact.prose.cut {
        return None;
    }
    let own = fact.prose.blocks.iter().filter(|it| is_sentence(it) && !everywhere.contains_key(it.as_str()));
    let text: String = own.flat_map(|it| it.chars().filter(|c| c.is_alphanumeric())).collect();
    (text.chars().count() >= SHORTEST_TEXT).then(|| Digest::of(text))
}

fn is_sentence(block: &str) -> bool {
    block.contains(['。', '；', '！']) && block.chars().count() >= SHORTEST_PARAGRAPH
}
