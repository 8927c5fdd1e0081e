//! What changed: plain values, already ordered, for whoever shows them.

use crate::base::Day;
use crate::score::{Outcome, Score};

use super::reading::{Answer, RowEffect, Seen};

/// Everything that changed between two runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// The older side.
    pub base: Origin,
    /// The newer side.
    pub head: Origin,
    /// What a reader must know before comparing: different documents, programs or days.
    pub notes: Vec<Note>,
    /// Sites with a change, in order of id.
    pub sites: Vec<SiteChanges>,
    /// Sites that only the newer side has.
    pub added: Vec<SiteName>,
    /// Sites that only the older side has.
    pub removed: Vec<SiteName>,
    /// The numbers.
    pub totals: Totals,
}

/// Where one side comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Id of the run.
    pub run: String,
    /// The day of inspection.
    pub as_of: Option<Day>,
    /// Version of the program that wrote it.
    pub version: String,
}

/// Something that a reader must know before comparing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The programs differ.
    Version {
        /// Of the older side.
        base: String,
        /// Of the newer side.
        head: String,
    },
    /// A site was judged by another document: findings are matched by subject, rows and scores are not compared.
    Checklist {
        /// The site.
        site: String,
        /// Of the older side.
        base: String,
        /// Of the newer side.
        head: String,
    },
    /// The newer side is of an earlier day: the two may have been given in the wrong order.
    Backwards {
        /// Of the older side.
        base: Day,
        /// Of the newer side.
        head: Day,
    },
    /// A site's report is missing on one side, so that only verdict and score of the run were compared.
    NoReport {
        /// The site.
        site: String,
    },
}

/// A site, named.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SiteName {
    /// Its id.
    pub id: String,
    /// 网站名称
    pub name: String,
}

/// The numbers of a comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Sites that both sides have.
    pub sites: usize,
    /// Defects that were not there before.
    pub new: usize,
    /// Defects that were mended once and are there again.
    pub reopened: usize,
    /// Defects that are gone.
    pub fixed: usize,
    /// Defects that are there as before.
    pub unchanged: usize,
    /// Defects of the older side that the newer side could not look for.
    pub unseen: usize,
    /// Defects that the older side could not have seen.
    pub surfaced: usize,
    /// Defects that count under another row than before.
    pub moved: usize,
}

/// What changed on one site.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteChanges {
    /// Its id.
    pub id: String,
    /// 网站名称
    pub name: String,
    /// Its home page on the newer side.
    pub url: Option<String>,
    /// How much was seen, where that changed.
    pub seen: Option<(Seen, Seen)>,
    /// What it came to, where that changed.
    pub outcome: Option<(Outcome, Outcome)>,
    /// The score, where that changed.
    pub score: Option<(Score, Score)>,
    /// By how many points the score is lower for what was found, whatever could not be read; 0 when it is not.
    pub proven_drop: f64,
    /// Rows that were answered differently, in the document's order.
    pub rows: Vec<RowChange>,
    /// Defects that changed: the worst first.
    pub defects: Vec<Defect>,
    /// Columns without anything new since.
    pub aged: Vec<Aged>,
    /// Defects that are there as before.
    pub unchanged: usize,
}

/// A row that was answered differently.
#[derive(Clone, Debug, PartialEq)]
pub struct RowChange {
    /// Its number.
    pub clause: String,
    /// Which indicator answers it.
    pub indicator: Option<String>,
    /// What it is about; zh-CN.
    pub title: String,
    /// What a broken rule does.
    pub effect: RowEffect,
    /// Before.
    pub from: Answer,
    /// Now.
    pub to: Answer,
    /// What that means.
    pub shift: Shift,
    /// Whether the answer is a proposal that a person must confirm.
    pub to_confirm: bool,
    /// Why there is no plain answer now; zh-CN.
    pub reason: Option<String>,
    /// How much more it takes off now, at the least.
    pub costs_more: f64,
    /// Whether everything that fails it now is waived.
    pub waived: bool,
}

/// What a changed answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shift {
    /// It was in order and fails.
    Broke,
    /// It could not be answered and fails: whether that is new, nobody knows.
    Surfaced,
    /// It cannot be answered any more.
    Lost,
    /// It failed and is in order.
    Mended,
    /// It could not be answered and is in order.
    Read,
    /// Anything else: the question came up, or does not any more.
    Other,
}

/// One thing that is wrong, or was, with every row that it counts in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// What became of it.
    pub state: State,
    /// What kind of thing it is about.
    pub kind: String,
    /// What readers call it.
    pub name: String,
    /// Its address.
    pub url: Option<String>,
    /// The fact in one sentence, of the side that has it; zh-CN.
    pub message: String,
    /// The page to open to see it.
    pub page: String,
    /// The rows it counts in, in the document's order.
    pub clauses: Vec<ClauseChange>,
}

/// A defect under one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseChange {
    /// The row's number.
    pub clause: String,
    /// Which indicator found it.
    pub indicator: String,
    /// What the row is about; zh-CN.
    pub title: String,
    /// What a broken rule does.
    pub effect: RowEffect,
    /// The finding's fingerprint.
    pub fingerprint: String,
    /// What was found; see [`super::found_digest`].
    pub found: String,
    /// Whether it breaks the row, or is a remark on one that holds.
    pub counts: bool,
    /// Whether the row could be answered before, so that a finding that breaks it now is new.
    pub waived: bool,
}

/// What became of a defect. The worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It was mended once and is there again.
    Reopened,
    /// It was not there before, though it could have been seen.
    New,
    /// It is there; before, it could not have been seen.
    Surfaced,
    /// It was there; now it cannot be looked for.
    Unseen,
    /// It counts under another row of the same indicator than before.
    Moved,
    /// It is gone.
    Fixed,
}

/// A defect that was proved against the older side, looked for again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rechecked {
    /// What became of it.
    pub outcome: Recheck,
    /// The row it counted in.
    pub clause: String,
    /// What the row is about; zh-CN.
    pub title: String,
    /// The fact in one sentence, as the older side told it; zh-CN.
    pub message: String,
    /// The page to open to see it.
    pub page: String,
}

/// What a second look at a defect comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recheck {
    /// It is there as before, if perhaps under another row.
    Stands,
    /// It could not be looked for.
    Unseen,
    /// It is gone.
    Mended,
}

/// A column without anything new since the older side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aged {
    /// As the site names it.
    pub name: String,
    /// Its first page.
    pub url: String,
    /// Its newest day, as YYYY-MM-DD.
    pub newest: Option<String>,
    /// Its age then, in days.
    pub from_days: i64,
    /// Its age now, in days.
    pub to_days: i64,
    /// How old it may become.
    pub limit_days: i64,
    /// Whether it went beyond its limit between the two.
    pub expired: bool,
}

impl SiteChanges {
    /// Whether there is anything to tell of.
    pub fn is_empty(&self) -> bool {
        self.seen.is_none()
            && self.outcome.is_none()
            && self.score.is_none()
            && self.rows.is_empty()
            && self.defects.is_empty()
            && self.aged.is_empty()
    }
}

impl Comparison {
    /// Whether both sides say the same of every site; columns that merely aged are no difference.
    pub fn is_unchanged(&self) -> bool {
        let still = |site: &SiteChanges| {
            site.seen.is_none()
                && site.outcome.is_none()
                && site.score.is_none()
                && site.rows.is_empty()
                && site.defects.is_empty()
        };
        self.added.is_empty() && self.removed.is_empty() && self.sites.iter().all(still)
    }
}

impl Defect {
    /// Whether every row it breaks bears it by a waiver.
    pub fn is_waived(&self) -> bool {
        self.clauses.iter().all(|it| it.waived)
    }
}

impl State {
    /// As documents for programs spell it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Reopened => "reopened",
            Self::New => "new",
            Self::Surfaced => "became_readable",
            Self::Unseen => "became_undetermined",
            Self::Moved => "moved",
            Self::Fixed => "fixed",
        }
    }

    /// For readers.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Reopened => "再次出现",
            Self::New => "新增",
            Self::Surfaced => "此前无法判定，现已查明",
            Self::Unseen => "此次无法判定",
            Self::Moved => "计入的条款有变",
            Self::Fixed => "已整改",
        }
    }
}

impl Recheck {
    /// For readers.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Stands => "未整改",
            Self::Unseen => "本次未能复查",
            Self::Mended => "已整改",
        }
    }
}

impl Shift {
    /// As documents for programs spell it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Broke => "broke",
            Self::Surfaced => "became_readable_and_fails",
            Self::Lost => "became_undetermined",
            Self::Mended => "mended",
            Self::Read => "became_readable",
            Self::Other => "other",
        }
    }
}
