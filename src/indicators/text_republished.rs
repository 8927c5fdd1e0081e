//! # text-republished
//!
//! ## What it asks
//! Was an old text published again under a later date (旧文新发)?
//!
//! ## How it is judged
//! The paragraphs of every dated article that are sentences are put together, white space and punctuation left out. Two
//! articles with the same text at different addresses, whose printed days lie more than `apart_days` apart, are a sign
//! against the later one. Signs never fail: each is put to a person.
//!
//! ## What it cannot see
//! Texts that were changed a little; a text whose first page is gone; notices that rightly say the same every year.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::{Digest, NonEmpty};
use crate::dossier::{ArticleFact, Dossier};
use crate::evidence::{Gap, Need};

pub(super) struct TextRepublished;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    apart_days: u32,
}

impl Indicator for TextRepublished {
    const ID: &'static str = "text-republished";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Articles];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let mut first: BTreeMap<Digest, &ArticleFact> = BTreeMap::new();
        let articles = dossier.articles()?;
        for article in articles {
            let Some(text) = article.text else { continue };
            let earliest = first.entry(text).or_insert(article);
            if article.printed < earliest.printed {
                *earliest = article;
            }
        }
        let mut survey = Survey::default();
        for article in articles {
            let Some(earliest) = article.text.and_then(|it| first.get(&it)) else { continue };
            let days = article.printed.days_since(earliest.printed);
            if days > i64::from(terms.apart_days) {
                survey.found(republished(article, earliest, days));
            } else {
                survey.sound();
            }
        }
        if !dossier.finished() {
            survey.unread(Gap::WalkUnfinished);
        }
        Ok(survey.proposal("没有可比对的文章"))
    }
}

fn republished(article: &ArticleFact, earliest: &ArticleFact, days: i64) -> Finding {
    let ArticleFact { title, page, printed, .. } = article;
    let message = format!(
        "“{title}”注明发布于{printed}，正文与{}发布的“{}”相同，相隔{days}天。",
        earliest.printed, earliest.title
    );
    let mut evidence = NonEmpty::one(article.citation.clone());
    evidence.push(earliest.citation.clone());
    Finding::new(Subject::at(SubjectKind::Page, title, page), message, page.clone(), evidence)
        .with("days", days)
        .with("first", &earliest.page)
}
