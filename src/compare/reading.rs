//! One site as one run saw it, cut down to what can be compared. Whoever reads reports makes these.
//!
//! Texts are borrowed from the document where that is possible, and are as the document has them: most of them belong
//! to findings that did not change and are never looked at. What changed carries them made fit to be repeated.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::base::Digest;
use crate::score::{Outcome, Score};

/// One site as one run saw it.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteReading<'a> {
    /// Unique in the roster; ties both sides together.
    pub id: Cow<'a, str>,
    /// 网站名称
    pub name: Cow<'a, str>,
    /// The home page; `None` for a body without a site.
    pub url: Option<Cow<'a, str>>,
    /// How much of it was seen.
    pub seen: Seen,
    /// Id of the checklist; empty when nothing was judged.
    pub checklist: Cow<'a, str>,
    /// What it came to; `None` for a body without a site.
    pub outcome: Option<Outcome>,
    /// The score; `None` where there is none to speak of.
    pub score: Option<Score>,
    /// Every row with its answer, in the document's order.
    pub rows: Vec<Row<'a>>,
    /// Every column known.
    pub columns: Vec<Column<'a>>,
    /// Link targets that needed a look, by address.
    pub links: BTreeMap<Cow<'a, str>, LinkSeen>,
}

/// How much of a site was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// Everything.
    Wholly,
    /// Some of it.
    Partly,
    /// Nothing.
    Not,
    /// The body has no site of its own.
    NoSite,
}

/// One row of a checklist and its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<'a> {
    /// Its number.
    pub clause: Cow<'a, str>,
    /// Which indicator answered; `None` when only a person can.
    pub indicator: Option<Cow<'a, str>>,
    /// What it is about; zh-CN.
    pub title: Cow<'a, str>,
    /// What a broken rule does.
    pub effect: RowEffect,
    /// The answer.
    pub answer: Answer,
    /// Whether a person must confirm it.
    pub to_confirm: bool,
    /// Why there is no plain answer; zh-CN.
    pub reason: Option<Cow<'a, str>>,
    /// How many things could not be read.
    pub unread: usize,
    /// What it takes off at least.
    pub takes_off: f64,
    /// Everything that was found, whether or not it broke the rule.
    pub found: Vec<Found<'a>>,
}

/// What a broken rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowEffect {
    /// 单项否决
    Veto,
    /// 扣分
    Deduct,
    /// Counts for the site.
    Bonus,
    /// Advice.
    Advise,
}

/// How a row was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// 通过
    Pass,
    /// 不通过
    Fail,
    /// 不适用
    NotApplicable,
    /// 无法判定
    Undetermined,
    /// 须人工判定
    Manual,
}

/// One finding or remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// The same for the same defect in every run by the same checklist.
    pub fingerprint: Cow<'a, str>,
    /// Whether it counts, or is a remark on a row that did not fail.
    pub counts: bool,
    /// What kind of thing it is about.
    pub kind: Cow<'a, str>,
    /// What readers call it.
    pub name: Cow<'a, str>,
    /// Its address.
    pub url: Option<Cow<'a, str>>,
    /// The fact in one sentence; zh-CN.
    pub message: Cow<'a, str>,
    /// The page to open to see it.
    pub page: Cow<'a, str>,
    /// What was measured, by name.
    pub details: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

/// A column and its age.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column<'a> {
    /// As the site names it.
    pub name: Cow<'a, str>,
    /// Its first page.
    pub url: Cow<'a, str>,
    /// `fresh`, `stale`, `blank`, `undated`, `undetermined` or `not_applicable`, as reports spell it.
    pub status: Cow<'a, str>,
    /// The newest day known, as YYYY-MM-DD.
    pub newest: Option<Cow<'a, str>>,
    /// Days from then to the inspection.
    pub days_since: Option<i64>,
    /// How many days it may go without an update.
    pub limit_days: Option<i64>,
}

/// What became of a link target that needed a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkSeen {
    /// It was reached, or is proved not to open.
    Judged,
    /// The other side refuses programs, so nothing is proved.
    Blocked,
}

/// Details that change from day to day, with the place or with our wording, while the defect stays what it is.
const PASSING: [&str; 4] = ["days", "referrers", "guides", "remedy"];

/// What was found, as sixteen hexadecimal digits: a waiver is bound to it and dies when it changes.
///
/// Made of the fingerprint and what was measured, without what merely ages (`days`) or counts places.
pub fn found_digest<'a>(fingerprint: &str, details: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let details: BTreeMap<_, _> = details.into_iter().filter(|(key, _)| !PASSING.contains(key)).collect();
    let mut text = fingerprint.to_owned();
    for (key, value) in details {
        text.extend(["\u{1f}", key, "\u{1f}", value]);
    }
    Digest::of(text).short()
}

impl<'a> SiteReading<'a> {
    /// The row with this number.
    pub fn row(&self, clause: &str) -> Option<&Row<'a>> {
        self.rows.iter().find(|it| it.clause == clause)
    }

    /// Everything that was found, with its row.
    pub fn findings(&self) -> impl Iterator<Item = (&Row<'a>, &Found<'a>)> {
        self.rows.iter().flat_map(|row| row.found.iter().map(move |found| (row, found)))
    }
}

impl Found<'_> {
    /// What tells its subject from others of its kind, as [`crate::audit::Subject::key`] has it.
    pub fn key(&self) -> &str {
        match (self.kind.as_ref(), &self.url) {
            ("guide" | "site", _) | (_, None) => &self.name,
            (_, Some(url)) => url,
        }
    }

    /// What was found, in short: see [`found_digest`].
    pub fn digest(&self) -> String {
        found_digest(&self.fingerprint, self.details.iter().map(|(key, value)| (&**key, &**value)))
    }
}

impl Seen {
    /// Every word of reports for it.
    pub const WORDS: [(&str, Self); 4] = [
        ("complete", Self::Wholly),
        ("partial", Self::Partly),
        ("failed", Self::Not),
        ("no_site", Self::NoSite),
    ];

    /// As reports spell it.
    pub fn id(self) -> &'static str {
        word(&Self::WORDS, self)
    }
}

impl RowEffect {
    /// Every word of reports for it.
    pub const WORDS: [(&str, Self); 4] =
        [("veto", Self::Veto), ("deduct", Self::Deduct), ("bonus", Self::Bonus), ("advise", Self::Advise)];

    /// As reports spell it.
    pub fn id(self) -> &'static str {
        word(&Self::WORDS, self)
    }
}

impl Answer {
    /// Every word of reports for it.
    pub const WORDS: [(&str, Self); 5] = [
        ("pass", Self::Pass),
        ("fail", Self::Fail),
        ("not_applicable", Self::NotApplicable),
        ("undetermined", Self::Undetermined),
        ("manual", Self::Manual),
    ];

    /// As reports spell it.
    pub fn id(self) -> &'static str {
        word(&Self::WORDS, self)
    }

    /// For readers.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Pass => "通过",
            Self::Fail => "不通过",
            Self::NotApplicable => "不适用",
            Self::Undetermined => "无法判定",
            Self::Manual => "须人工判定",
        }
    }
}

fn word<T: PartialEq + Copy>(words: &[(&'static str, T)], value: T) -> &'static str {
    words.iter().find(|(_, it)| *it == value).map_or("", |(word, _)| word)
}
