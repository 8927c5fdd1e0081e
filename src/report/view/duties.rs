//! 政务公开任务: what a body owes by a plan, what is done, what is missing, and what falls due next.
//!
//! The rows are those of any document; what is added is who owes them, where they were looked for, and by when.

use crate::audit::{Judged, seek};
use crate::base::Day;
use crate::checklist::{Duty, Role, Severity};

use super::{ChecklistFacts, RowView, Verdict};

/// Everything one body owes.
#[derive(Clone, Debug)]
pub struct DutiesView {
    /// By which documents.
    pub documents: Vec<ChecklistFacts>,
    /// Its id in the roster.
    pub id: String,
    /// As readers know it.
    pub body: String,
    /// The site it publishes on, when it has none of its own: id and name.
    pub publishes_on: Option<(String, String)>,
    /// The day of inspection.
    pub as_of: Day,
    /// Every row it owes, in the document's order.
    pub rows: Vec<DutyView>,
}

/// One row that one body owes.
#[derive(Clone, Debug)]
pub struct DutyView {
    /// The row and its answer; the plan's words are its text.
    pub row: RowView,
    /// Id of the document it is a row of.
    pub document: String,
    /// The body's part.
    pub role: Role,
    /// Where it must be seen.
    pub portal_words: String,
    /// On which site it was looked for, when that is not the body's own: id and name.
    pub seen_on: Option<(String, String)>,
    /// What that comes to.
    pub state: DutyState,
    /// The last day on which it fell due, before the day of inspection.
    pub due: Option<Day>,
    /// The next day on which it falls due.
    pub next_due: Option<Day>,
    /// How much it weighs; our proposal.
    pub severity: Severity,
    /// What of it is not the plan's but our proposal.
    pub ours: Vec<String>,
    /// Rows that ask the same.
    pub same_as: Vec<String>,
    /// What must have happened before it is owed.
    pub condition: Option<String>,
}

/// What a duty comes to. In the order in which a body wants to see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DutyState {
    /// 已逾期: missing, and the day has gone by.
    Overdue,
    /// 未公开: missing, and the plan sets no day.
    Missing,
    /// 待确认: something of nearly the right name, or something that could not be read.
    Open,
    /// 须人工判定
    Manual,
    /// 未到期
    NotYet,
    /// 已公开
    Done,
    /// 不适用
    NotApplicable,
}

/// A city's plan, for the office.
#[derive(Clone, Debug, Default)]
pub struct PlanView {
    /// The documents.
    pub documents: Vec<ChecklistFacts>,
    /// Every body of the roster that owes something, in the order of the roster.
    pub bodies: Vec<std::sync::Arc<DutiesView>>,
    /// Bodies that the plan names and the roster does not.
    pub absent: Vec<AbsentBody>,
}

/// A body that the plan names and the roster does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbsentBody {
    /// As the plan calls it.
    pub name: String,
    /// How many rows it owes.
    pub owes: usize,
    /// Whether it is of those whose sites are in no roster of a city.
    pub outside: bool,
}

/// How sections are numbered.
const NUMERALS: &str = "一二三四五六七八九十";

/// How far a body, or one section of the plan, has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DutyCounts {
    /// Rows that arise.
    pub owed: usize,
    /// 已公开
    pub done: usize,
    /// 已逾期
    pub overdue: usize,
    /// 未公开
    pub missing: usize,
    /// 待确认
    pub open: usize,
    /// 须人工判定
    pub manual: usize,
    /// 未到期
    pub not_yet: usize,
}

impl DutyState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Overdue,
        Self::Missing,
        Self::Open,
        Self::Manual,
        Self::NotYet,
        Self::Done,
        Self::NotApplicable,
    ];

    /// By the answer, the days, and the day of inspection.
    pub(super) fn of(judged: &Judged, verdict: Verdict, due: Option<Day>) -> Self {
        match verdict {
            Verdict::Pass => Self::Done,
            Verdict::Fail if due.is_some() => Self::Overdue,
            Verdict::Fail => Self::Missing,
            Verdict::Undetermined => Self::Open,
            Verdict::Manual => Self::Manual,
            Verdict::NotApplicable => match judged {
                Judged::By(verdict) if *verdict == seek::NOT_YET => Self::NotYet,
                Judged::By(verdict) if *verdict == seek::DONE_BY_ANOTHER => Self::Done,
                _ => Self::NotApplicable,
            },
        }
    }

    /// As reports spell it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Missing => "missing",
            Self::Open => "open",
            Self::Manual => "manual",
            Self::NotYet => "not_yet",
            Self::Done => "done",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// For readers.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Overdue => "已逾期",
            Self::Missing => "未公开",
            Self::Open => "待确认",
            Self::Manual => "须人工判定",
            Self::NotYet => "未到期",
            Self::Done => "已公开",
            Self::NotApplicable => "不适用",
        }
    }

    /// The tone of its tag.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Overdue | Self::Missing => "bad",
            Self::Open => "open",
            Self::Done => "good",
            Self::Manual | Self::NotYet | Self::NotApplicable => "none",
        }
    }
}

/// The days on which a duty fell due last and falls due next.
pub(super) fn days(duty: &Duty, as_of: Day) -> (Option<Day>, Option<Day>) {
    let dues = duty.period.as_ref().map(crate::checklist::Period::dues).unwrap_or_default();
    let last = dues.iter().map(|it| it.day).filter(|it| *it < as_of).max();
    (last, duty.next_due(as_of))
}

impl DutyCounts {
    fn of<'a>(rows: impl Iterator<Item = &'a DutyView>) -> Self {
        let mut counts = Self::default();
        for row in rows {
            counts.owed += usize::from(row.state != DutyState::NotApplicable);
            match row.state {
                DutyState::Overdue => counts.overdue += 1,
                DutyState::Missing => counts.missing += 1,
                DutyState::Open => counts.open += 1,
                DutyState::Manual => counts.manual += 1,
                DutyState::NotYet => counts.not_yet += 1,
                DutyState::Done => counts.done += 1,
                DutyState::NotApplicable => {}
            }
        }
        counts
    }

    /// Rows that are missing, late or not.
    pub fn lacking(&self) -> usize {
        self.overdue + self.missing
    }

    /// The tone of a cell of the matrix.
    pub fn tone(&self) -> &'static str {
        if self.lacking() > 0 {
            "bad"
        } else if self.open > 0 {
            "open"
        } else if self.done > 0 {
            "good"
        } else {
            "none"
        }
    }
}

impl DutiesView {
    /// How far the body has come.
    pub fn counts(&self) -> DutyCounts {
        DutyCounts::of(self.rows.iter())
    }

    /// What is missing: late ones first, then by weight, then in the document's order.
    pub fn lacking(&self) -> Vec<&DutyView> {
        let mut rows: Vec<&DutyView> = self
            .rows
            .iter()
            .filter(|it| matches!(it.state, DutyState::Overdue | DutyState::Missing))
            .collect();
        rows.sort_by_key(|it| (it.state, it.severity, it.due));
        rows
    }

    /// What falls due next, the earliest first.
    pub fn due_next(&self) -> Vec<&DutyView> {
        let due = |it: &&DutyView| it.next_due.is_some() && it.state != DutyState::NotApplicable;
        let mut rows: Vec<&DutyView> = self.rows.iter().filter(due).collect();
        rows.sort_by_key(|it| it.next_due);
        rows
    }

    /// The rows by the plan's sections, in its order.
    pub fn sections(&self) -> Vec<(&str, Vec<&DutyView>)> {
        let mut sections: Vec<(&str, Vec<&DutyView>)> = Vec::new();
        for row in &self.rows {
            match sections.last_mut() {
                Some((title, rows)) if *title == row.row.section => rows.push(row),
                _ => sections.push((&row.row.section, vec![row])),
            }
        }
        sections
    }

    /// The whole state in one sentence.
    pub fn sentence(&self) -> String {
        let counts = self.counts();
        format!(
            "截至{}，应公开事项{}项：已公开{}项，已逾期{}项，未公开{}项，待确认{}项，须人工判定{}项，未到期{}项。",
            self.as_of,
            counts.owed,
            counts.done,
            counts.overdue,
            counts.missing,
            counts.open,
            counts.manual,
            counts.not_yet
        )
    }
}

/// What of a row is ours, in words; a key without words stands for itself.
fn key_words(key: &str) -> &str {
    match key {
        "terms.names.ours" | "terms.inside.ours" | "terms.documents.ours" | "terms.names.near" => "同义名称",
        "terms.elements" => "要素的写法",
        "terms.documents.not" => "不作为文件的稿件",
        "terms.within_days" => "更新间隔",
        "terms.at_least" => "数量",
        "terms.from" | "terms.since" | "period.since" => "起算日",
        "period.delay_days" => "通常时限",
        "period.by" | "period.after" => "期限的算法",
        "terms.number_after" => "人数的写法",
        "terms.hosts" => "域名",
        "absence" => "未发现时不作认定",
        "terms.linked" => "相互链接",
        key => key,
    }
}

impl DutyView {
    /// What of it is not the plan's but our proposal, in words.
    pub fn ours_words(&self) -> String {
        let mut words: Vec<&str> = self.ours.iter().map(|it| key_words(it)).collect();
        words.dedup();
        words.join("、")
    }

    /// Whether the day on which it fell due is counted by a delay or a day of ours.
    pub fn due_is_ours(&self) -> bool {
        self.ours.iter().any(|it| matches!(it.as_str(), "period.delay_days" | "period.by"))
    }

    /// Whether it is done.
    pub fn is_done(&self) -> bool {
        self.state == DutyState::Done
    }

    /// Who answers and where it is looked for, in words.
    pub fn place_words(&self) -> String {
        match &self.seen_on {
            Some((_, name)) => format!("{}，查找于“{name}”", self.role.zh()),
            None => self.role.zh().to_owned(),
        }
    }
}

impl PlanView {
    /// The plan's sections, in its order, as far as anybody owes something in them.
    pub fn sections(&self) -> Vec<&str> {
        let mut order: Vec<&str> = Vec::new();
        for body in &self.bodies {
            let own: Vec<&str> = body.sections().into_iter().map(|(title, _)| title).collect();
            for (at, section) in own.iter().enumerate() {
                if order.contains(section) {
                    continue;
                }
                // Each body's sections are in the plan's order: a new one stands before the next that is known.
                let next = own[at..].iter().find_map(|it| order.iter().position(|known| known == it));
                order.insert(next.unwrap_or(order.len()), section);
            }
        }
        // Sections that no body owes together are in the order of their numbers, where they have any.
        order.sort_by_key(|title| title.chars().next().and_then(|c| NUMERALS.find(c)));
        order
    }

    /// How far a body has come with one section; `None` when it owes nothing there.
    pub fn cell(body: &DutiesView, section: &str) -> Option<DutyCounts> {
        let rows: Vec<&DutyView> = body.rows.iter().filter(|it| it.row.section == section).collect();
        (!rows.is_empty()).then(|| DutyCounts::of(rows.into_iter()))
    }

    /// How far all of them have come.
    pub fn counts(&self) -> DutyCounts {
        DutyCounts::of(self.bodies.iter().flat_map(|it| &it.rows))
    }
}
