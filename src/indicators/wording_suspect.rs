//! # wording-suspect
//!
//! ## What it asks
//! Does a page hold wording that may be a serious error (严重表述错误)?
//!
//! ## How it is judged
//! The text of every page is looked through for the words of `lexicons` (lists in `checklists/lexicons/`) and of `words`,
//! which a checklist may add. A word inside a longer right one, without the context that its list asks for, or beside
//! words that make it a quotation of a mistake, does not count. Each word is one sign, with the number of pages that
//! show it. Signs never fail: each is put to a person.
//!
//! ## What it cannot see
//! What no list names; pictures and attachments. That nothing was found says only that none of the listed words stands
//! there.

use std::collections::BTreeMap;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::NonEmpty;
use crate::checklist::{Lexicon, Word};
use crate::dossier::{Dossier, PageFact};
use crate::evidence::{Gap, Need};

pub(super) struct WordingSuspect;

/// How many pages a finding cites.
const CITED: usize = 5;

impl Indicator for WordingSuspect {
    const ID: &'static str = "wording-suspect";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Pages];
    type Terms = Lexicon;

    fn judge(dossier: &Dossier<'_>, lexicon: &Lexicon) -> Result<Verdict, Gap> {
        let mut survey = Survey::default();
        let mut found: BTreeMap<&str, (&Word, String, Vec<&PageFact>)> = BTreeMap::new();
        for fact in dossier.pages()? {
            let mut hits = fact.prose.blocks.iter().flat_map(|block| lexicon.hits(block)).peekable();
            match (hits.peek().is_some(), fact.whole, fact.page.by_script) {
                (true, _, _) => {}
                (false, true, None) => survey.sound(),
                (false, true, Some(_)) => survey.unread(Gap::ByScript),
                (false, false, _) => survey.unread(Gap::PageUnread),
            }
            for hit in hits {
                let (_, _, pages) =
                    found.entry(&hit.word.wrong).or_insert_with(|| (hit.word, hit.excerpt, Vec::new()));
                if pages.last().is_none_or(|last| last.page.address != fact.page.address) {
                    pages.push(fact);
                }
            }
        }
        for (word, excerpt, pages) in found.into_values() {
            if let Some(finding) = suspect(word, &excerpt, &pages) {
                survey.found(finding);
            }
        }
        if !dossier.finished() {
            survey.unread(Gap::WalkUnfinished);
        }
        Ok(survey.proposal("没有可检查的页面"))
    }
}

fn suspect(word: &Word, excerpt: &str, pages: &[&PageFact]) -> Option<Finding> {
    let address = pages.first()?.page.address.clone();
    let evidence = NonEmpty::of(pages.iter().take(CITED).map(|it| it.citation.clone()).collect())?;
    let subject =
        Subject { kind: SubjectKind::Site, name: word.wrong.clone(), address: Some(address.clone()) };
    let right = word.right.as_ref().map(|it| format!("，疑为“{it}”之误")).unwrap_or_default();
    let message = format!("{}个页面出现“{}”{right}：“…{excerpt}…”。", pages.len(), word.wrong);
    Some(Finding::new(subject, message, address, evidence).with("pages", pages.len()))
}
