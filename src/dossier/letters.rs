//! Letters from the public: what the box's list says and what each letter's own page says, put together.

use std::collections::BTreeMap;

use crate::base::{ColumnKind, Day, NonEmpty};
use crate::page::{Answered, Dated, Letter};

use super::columns::key;
use super::dates::told;
use super::seen::Seen;
use super::{Column, LetterFact, PageFact, When};

/// Boxes whose letters the rule excepts (举报投诉类栏目除外).
const EXCEPTED: [&str; 4] = ["举报", "投诉", "信访", "纪检"];

/// The letters of every letter box that the rule is about.
pub(super) fn letters(columns: &[Column], seen: &Seen<'_>, as_of: Day) -> Vec<LetterFact> {
    let mut letters: BTreeMap<String, LetterFact> = BTreeMap::new();
    for column in columns {
        let is_box = column.kind.kind == Some(ColumnKind::Mailbox);
        if !is_box || EXCEPTED.iter().any(|word| column.name.contains(word)) {
            continue;
        }
        let Some(first) = seen.page(&column.address) else { continue };
        let next = first.page.lists.iter().flat_map(|list| &list.next_pages).filter_map(|it| seen.page(it));
        for fact in std::iter::once(first).chain(next) {
            for letter in &fact.page.letters {
                let merged = merge(letter, fact, &column.name, seen, as_of);
                letters.entry(merged.title.clone() + &key(&merged.page)).or_insert(merged);
            }
        }
    }
    letters.into_values().collect()
}

/// When the letter was received.
pub(super) fn received(letter: &Letter, as_of: Day) -> When {
    match &letter.received {
        Dated::Printed { day, source } => told(*day, *source, as_of),
        Dated::Yearless { .. } | Dated::Unread(_) | Dated::Absent => When::Unread,
    }
}

fn merge(letter: &Letter, list: &PageFact, column: &str, seen: &Seen<'_>, as_of: Day) -> LetterFact {
    let own = letter.address.as_ref().and_then(|it| seen.page(it));
    let detail = own.and_then(|fact| fact.page.letters.first());
    let mut citations = NonEmpty::one(list.citation.clone());
    citations.extend(own.map(|fact| fact.citation.clone()));
    let on_list = received(letter, as_of);
    let received = match (on_list, detail) {
        (When::Unread, Some(detail)) => received(detail, as_of),
        _ => on_list,
    };
    // An answer that stands anywhere is an answer; "not answered" counts only where nothing speaks for one.
    let said = [Some(letter.answered), detail.map(|it| it.answered)];
    let answered = if said.contains(&Some(Answered::Yes)) {
        Answered::Yes
    } else if said.contains(&Some(Answered::No)) {
        Answered::No
    } else {
        Answered::Unsaid
    };
    LetterFact {
        title: letter.title.clone(),
        page: letter.address.clone().unwrap_or_else(|| list.page.address.clone()),
        column: column.to_owned(),
        received,
        replied: letter.replied.day().or_else(|| detail.and_then(|it| it.replied.day())),
        answered,
        citations,
    }
}
