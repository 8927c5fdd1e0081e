//! # letter-unanswered
//!
//! ## What it asks
//! Has every letter that was published been answered within three months?
//!
//! ## How it is judged
//! Letters received in the `lookback_months` months before the day of inspection are looked at. A letter that
//! says it has not been answered, and was received more than `open_months` months ago, breaks the rule.
//! Boxes for complaints and reports (举报、投诉、信访) are excepted by the rule.
//!
//! ## What it cannot see
//! Letters that are not published. A letter that does not say whether it was answered is unread.

use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::{Day, Limit};
use crate::dossier::{Dossier, LetterFact, When};
use crate::evidence::{Gap, Need};
use crate::page::Answered;

pub(super) struct LetterUnanswered;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    lookback_months: u32,
    open_months: u32,
}

impl Indicator for LetterUnanswered {
    const ID: &'static str = "letter-unanswered";
    const NEEDS: &'static [Need] = &[Need::Letters];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let as_of = dossier.as_of();
        let first = Limit::Months(terms.lookback_months).first_day(as_of);
        let due = Limit::Months(terms.open_months).first_day(as_of);
        let mut survey = Survey::default();
        for letter in dossier.letters()? {
            match (letter.answered, letter.received) {
                (_, When::Known { day, .. }) if day < first => {}
                (_, When::Later(_)) => {}
                (Answered::Yes, _) => survey.sound(),
                (_, When::Known { day, .. }) if day >= due => survey.sound(),
                (Answered::No, When::Known { day, .. }) => survey.found(unanswered(letter, day, as_of)),
                (Answered::Unsaid, _) => survey.unread(Gap::AnswerUnsaid),
                (Answered::No, _) => survey.unread(Gap::DateUnread),
            }
        }
        Ok(survey.verdict(NonZeroUsize::MIN, "检查日前一年内未见公布的信件"))
    }
}

fn unanswered(letter: &LetterFact, received: Day, as_of: Day) -> Finding {
    let days = as_of.days_since(received);
    let message =
        format!("“{}”中{received}收到的来信《{}》至检查日{days}天仍未答复。", letter.column, letter.title);
    let subject = Subject::at(SubjectKind::Letter, &letter.title, &letter.page);
    Finding::new(subject, message, letter.page.clone(), letter.citations.clone())
        .with("received", received)
        .with("days", days)
}
