//! # replies-stale
//!
//! ## What it asks
//! Have answers to letters been published lately (留言公开)?
//!
//! ## How it is judged
//! The newest day on which a published letter was answered is compared with `months`. Where letters are published and
//! say when they were answered, the rule is broken when none was within that time.
//!
//! ## What it cannot see
//! Letters that are not published, or published without the day of the answer: then nothing is said.

use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::Limit;
use crate::dossier::Dossier;
use crate::evidence::{Gap, Need};
use crate::page::Answered;

pub(super) struct RepliesStale;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    months: u32,
}

impl Indicator for RepliesStale {
    const ID: &'static str = "replies-stale";
    const NEEDS: &'static [Need] = &[Need::Letters];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let limit = Limit::Months(terms.months);
        let first = limit.first_day(dossier.as_of());
        let letters = dossier.letters()?;
        let mut survey = Survey::default();
        let newest = letters.iter().filter(|it| it.replied.is_some()).max_by_key(|it| it.replied);
        let undated = letters.iter().any(|it| it.answered == Answered::Yes && it.replied.is_none());
        match newest.and_then(|letter| Some((letter, letter.replied?))) {
            Some((_, day)) if day >= first => survey.sound(),
            _ if undated => survey.unread(Gap::DateUnread),
            Some((letter, day)) => {
                let subject =
                    Subject { kind: SubjectKind::Site, name: "留言公开".to_owned(), address: None };
                let message = format!("最近公开的答复在{day}，检查日前{}内没有新公开的答复。", limit.zh());
                let finding = Finding::new(subject, message, letter.page.clone(), letter.citations.clone());
                survey.found(finding.with("newest", day));
            }
            None => {}
        }
        Ok(survey.verdict(NonZeroUsize::MIN, "未见公布的答复"))
    }
}
