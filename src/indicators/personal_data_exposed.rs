//! # personal-data-exposed
//!
//! ## What it asks
//! Does a page publish personal data of citizens?
//!
//! ## How it is judged
//! The text of every page is looked through for identity numbers of 18 digits with a right region, day of birth and check
//! digit, for bank cards of the national network that keep to Luhn's formula, and for mobile numbers right beside a
//! person's name that are not named as a contact of the office. Each page with any is one sign; values are masked
//! before anything else sees them. Signs never fail: each is put to a person.
//!
//! ## What it cannot see
//! Pictures and attachments; identity numbers of 15 digits; names outside the hundred commonest family names; whether the
//! person agreed or a law wants it published.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::{NonEmpty, PersonalKind, personal_data};
use crate::dossier::{Dossier, PageFact};
use crate::evidence::{Gap, Need};

pub(super) struct PersonalDataExposed;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {}

/// How many masked values a finding shows of each kind.
const SHOWN: usize = 3;

impl Indicator for PersonalDataExposed {
    const ID: &'static str = "personal-data-exposed";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Pages];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, _: &Terms) -> Result<Verdict, Gap> {
        let mut survey = Survey::default();
        for fact in dossier.pages()? {
            match exposed(fact) {
                Some(finding) => survey.found(finding),
                None if fact.whole && fact.page.by_script.is_none() => survey.sound(),
                None => survey.unread(if fact.whole { Gap::ByScript } else { Gap::PageUnread }),
            }
        }
        if !dossier.finished() {
            survey.unread(Gap::WalkUnfinished);
        }
        Ok(survey.proposal("没有可检查的页面"))
    }
}

fn exposed(fact: &PageFact) -> Option<Finding> {
    let mut found: BTreeMap<PersonalKind, BTreeSet<String>> = BTreeMap::new();
    let mut count: BTreeMap<PersonalKind, BTreeSet<&str>> = BTreeMap::new();
    for block in &fact.prose.blocks {
        for piece in personal_data(block) {
            count.entry(piece.kind).or_default().insert(&block[piece.range]);
            found.entry(piece.kind).or_default().insert(piece.masked);
        }
    }
    if found.is_empty() {
        return None;
    }
    let parts: Vec<String> = found
        .iter()
        .map(|(kind, masked)| {
            let shown = masked.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join("、");
            format!("{}个{}（{shown}）", count[kind].len(), kind.zh())
        })
        .collect();
    let address = &fact.page.address;
    let title = fact.page.article.as_ref().map_or(fact.page.title.as_str(), |it| it.title.as_str());
    let message = format!("页面疑似公开了{}。", parts.join("、"));
    let evidence = NonEmpty::one(fact.citation.clone());
    let finding =
        Finding::new(Subject::at(SubjectKind::Page, title, address), message, address.clone(), evidence);
    Some(finding.with("count", count.values().map(BTreeSet::len).sum::<usize>()))
}
