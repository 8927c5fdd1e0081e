//! What every format shows: already ordered, filtered and worded, so that a renderer adds only clothes.
//!
//! Values keep their types (points, days, addresses, verdicts) beside their zh-CN words: a page prints the words,
//! a workbook wants the numbers. Text that came from a website has passed [`clean`] here, once, for all formats.
//! An address is an [`Address`], so it is http or https and may be made a live link.

mod availability;
mod city;
mod columns;
mod duties;
mod earlier;
mod ledger;
mod links;
mod mend;
mod reading;
mod run;
mod site;
mod waived;
mod words;

use crate::audit::{Said, SubjectKind};
use crate::base::{Address, ColumnKind, Day, Digest, Moment, masked, printable};
use crate::checklist::{Decided, Effect, Mark, Points};
use crate::dossier::Facts;
use crate::score::{Deduction, Outcome, Score};
use crate::site::Class;

pub use availability::{AvailabilityView, Incident, ProbeCell};
pub use city::{
    Asked, Body, BodyWithoutSite, CityView, ClassTotals, FailedSite, Problem, RankedSite, RowSummary,
    SiteSummary, Totals,
};
pub use duties::{AbsentBody, DutiesView, DutyCounts, DutyState, DutyView, PlanView};
pub use earlier::{EarlierView, Rechecks, SiteSince, Turn};
pub use ledger::{ColumnLine, Link, LinkLine, ProblemLine, ReviewLine, SiteLedger};
pub use mend::{Mend, MendEffect};
pub use run::{RunInfo, WORKING_DAYS};
pub use site::{Looked, Owing};
pub use waived::WaivedView;
pub use words::{percent, skip_words, zh_day};

/// Longest text of a website that a report repeats, in characters; what is longer ends in an ellipsis.
pub const LONGEST_TEXT: usize = 300;

/// How far a run came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// To its end.
    Complete,
    /// Something was seen, but not everything.
    Partial,
    /// Nothing could be seen.
    Failed,
}

/// One site against one checklist, for readers.
#[derive(Clone, Debug)]
pub struct SiteView {
    /// The run it was seen in.
    pub run: RunInfo,
    /// Why the status is not complete.
    pub reason: Option<String>,
    /// Who is inspected.
    pub site: SiteFacts,
    /// By which document.
    pub checklist: ChecklistFacts,
    /// The documents whose rows were judged with it.
    pub further: Vec<ChecklistFacts>,
    /// What it comes to.
    pub outcome: OutcomeView,
    /// What its body owes by a plan; `None` when no plan was asked for, or it owes nothing.
    pub duties: Option<std::sync::Arc<DutiesView>>,
    /// What to mend first; one cause is one line.
    pub mend_first: Vec<Mend>,
    /// Every row of the document, in its order.
    pub rows: Vec<RowView>,
    /// Every column known, the worst first.
    pub columns: Vec<ColumnView>,
    /// The links that do not work, by target.
    pub links: LinksView,
    /// How much was seen.
    pub coverage: CoverageView,
    /// What was asked of servers.
    pub requests: RequestsView,
    /// The week of visits to the home page, when somebody watched.
    pub availability: Option<AvailabilityView>,
    /// Decisions of people that count for nothing any more.
    pub void: Vec<VoidView>,
}

/// Who is inspected, as the roster says.
#[derive(Clone, Debug)]
pub struct SiteFacts {
    /// Names the folder.
    pub id: String,
    /// 网站名称
    pub name: String,
    /// The home page; `None` for a body without a site.
    pub url: Option<Address>,
    /// What kind of site it is.
    pub class: Class,
    /// 主办单位
    pub body: Option<String>,
    /// 网站标识码
    pub id_code: Option<String>,
    /// Why robots.txt was not followed, when the owner agreed to that.
    pub robots_waived: Option<String>,
}

/// By which document a site was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChecklistFacts {
    /// `census-2015`
    pub id: String,
    /// Its official title.
    pub title: String,
    /// Its number, as officials cite it.
    pub source: String,
}

/// What a site comes to.
#[derive(Clone, Debug)]
pub struct OutcomeView {
    /// 合格, 不合格 or 待定.
    pub outcome: Outcome,
    /// The vetoes that hold.
    pub vetoes: Vec<ClauseRef>,
    /// The vetoes that are not ruled out.
    pub open_vetoes: Vec<ClauseRef>,
    /// Rows that one visit cannot answer; not counted in outcome and score.
    pub beyond_one_visit: Vec<ClauseRef>,
    /// The score as a range.
    pub score: Score,
    /// The lowest score that passes.
    pub pass: Points,
    /// `92.5` or `58—74`; a dash when the score is withheld.
    pub score_words: String,
    /// Why there is no score to speak of.
    pub score_withheld: Option<String>,
    /// What a reader must know about the score.
    pub score_note: Option<String>,
    /// Whether the score lies exactly on the pass mark.
    pub at_the_limit: bool,
    /// The whole outcome in one paragraph.
    pub conclusion: String,
}

/// A row, named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseRef {
    /// Its number.
    pub clause: String,
    /// What it is about.
    pub title: String,
}

/// One row of the document with its answer.
#[derive(Clone, Debug)]
pub struct RowView {
    /// Its number.
    pub clause: String,
    /// 一级指标
    pub section: String,
    /// 二级指标 or 考察点
    pub title: String,
    /// The rule.
    pub text: String,
    /// Which indicator answered; `None` when only a person can.
    pub indicator: Option<String>,
    /// What a broken rule does.
    pub effect: Effect,
    /// The same in words: 单项否决, 每处扣3分.
    pub effect_words: String,
    /// Who decides.
    pub decided: Decided,
    /// How sure the rule is.
    pub mark: Mark,
    /// The answer.
    pub verdict: Verdict,
    /// Whether the answer is a proposal that a person must confirm.
    pub to_confirm: bool,
    /// Whether no single visit can answer it; then it does not count.
    pub beyond_one_visit: bool,
    /// How many things were looked at.
    pub examined: Option<usize>,
    /// How many things could not be read.
    pub unread: Option<usize>,
    /// What it takes off.
    pub deduction: Deduction,
    /// The same in words; empty when it takes nothing off.
    pub deduction_words: String,
    /// Why there is no plain answer.
    pub reason: Option<String>,
    /// What the check cannot see.
    pub cannot_see: String,
    /// What is wrong; only where the verdict is `Fail`.
    pub findings: Vec<FindingView>,
    /// What was found although the row passed or is undetermined.
    pub remarks: Vec<FindingView>,
    /// What the answer rests on, or what a person should look at; counts against nobody.
    pub shown: Vec<FindingView>,
    /// Who answers for it.
    pub responsible: Vec<String>,
    /// What people decided about it.
    pub rulings: Vec<RulingView>,
}

/// What a person decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulingView {
    /// About which row.
    pub clause: String,
    /// About which finding; `None` for the row as a whole.
    pub fingerprint: Option<String>,
    /// What was decided.
    pub said: Said,
    /// Why.
    pub reason: String,
    /// By whom.
    pub who: String,
    /// On which day.
    pub when: Day,
    /// The last day on which it counts.
    pub until: Option<Day>,
}

/// A decision that counts for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoidView {
    /// The decision.
    pub ruling: RulingView,
    /// Why it does not count.
    pub why: String,
}

/// The answer to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
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

/// One fact that counts against a site.
#[derive(Clone, Debug)]
pub struct FindingView {
    /// The same for the same defect in every run.
    pub fingerprint: String,
    /// What kind of thing it is about.
    pub kind: SubjectKind,
    /// What readers call that thing.
    pub name: String,
    /// Its address.
    pub url: Option<Address>,
    /// The fact in one sentence.
    pub message: String,
    /// The page to open to see it.
    pub page: Address,
    /// Where the bytes are.
    pub evidence: Vec<EvidenceView>,
    /// What was measured.
    pub details: Vec<(String, String)>,
    /// Who bears it, and until when; it counts all the same.
    pub waived: Option<WaivedView>,
}

/// A pointer into the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceView {
    /// What was asked for.
    pub address: Address,
    /// The WARC file, from the site's folder: `archive/….warc.gz`.
    pub warc: String,
    /// `<urn:uuid:…>`
    pub record_id: String,
    /// Where the record begins, in bytes.
    pub offset: u64,
    /// Digest of the body.
    pub sha256: Digest,
    /// When it was asked for.
    pub fetched_at: Moment,
}

/// A column with its age.
#[derive(Clone, Debug)]
pub struct ColumnView {
    /// As the site names it.
    pub name: String,
    /// What it is for, when that is known or proposed.
    pub kind: Option<ColumnKind>,
    /// The same in words.
    pub kind_words: String,
    /// Its first page.
    pub url: Address,
    /// Whether the roster declares it, or it was found.
    pub declared: bool,
    /// How we know of it, in words.
    pub origin_words: String,
    /// How many entries were read.
    pub items: usize,
    /// The newest day known.
    pub newest: Option<Day>,
    /// Days from then to the inspection.
    pub days_since: Option<i64>,
    /// How long it may go without an update, in words: 14天, 6个月.
    pub limit_words: Option<String>,
    /// The same in days, counted back from the inspection.
    pub limit_days: Option<i64>,
    /// What that comes to.
    pub status: ColumnStatus,
    /// Why there is no plain status.
    pub reason: Option<String>,
    /// Where the page is that it was read from.
    pub evidence: EvidenceView,
}

/// Whether a column is up to date. In the order in which a reader wants to see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnStatus {
    /// 超期
    Stale,
    /// 未注明时间
    Undated,
    /// 空白
    Blank,
    /// 无法判定
    Undetermined,
    /// 正常
    Fresh,
    /// 不适用
    NotApplicable,
}

/// The links of a site.
#[derive(Clone, Debug, Default)]
pub struct LinksView {
    /// Targets whose check counts: they work, are broken, or refuse programs.
    pub checked: usize,
    /// Of these: do not open.
    pub broken: usize,
    /// Of these: refuse programs.
    pub blocked: usize,
    /// Targets that were not checked, or whose check does not count.
    pub undetermined: usize,
    /// How many were not checked, by reason; most first.
    pub unchecked: Vec<(String, usize)>,
    /// Every target that needs a look, the broken first.
    pub targets: Vec<LinkView>,
}

/// One target of links.
#[derive(Clone, Debug)]
pub struct LinkView {
    /// Where it leads.
    pub url: Address,
    /// 链接, 附件, 图片 …
    pub role_words: String,
    /// Whether it stands on the home page.
    pub on_home: bool,
    /// What became of it.
    pub state: LinkStatus,
    /// The same in words.
    pub state_words: String,
    /// The pages it stands on, as far as they are listed.
    pub referrers: Vec<ReferrerView>,
    /// On how many pages it stands.
    pub referrer_count: usize,
    /// Every check of it, oldest first.
    pub checks: Vec<EvidenceView>,
}

/// What became of a link that needs a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkStatus {
    /// It does not open.
    Broken,
    /// It opens, but something is wrong with it.
    Flawed,
    /// The other side refuses programs.
    Blocked,
}

/// A page that a link stands on.
#[derive(Clone, Debug)]
pub struct ReferrerView {
    /// Its address.
    pub page: Address,
    /// The text of the link there; may be empty.
    pub text: String,
}

/// How much of a site was seen.
#[derive(Clone, Debug, Default)]
pub struct CoverageView {
    /// Addresses known.
    pub known: u64,
    /// Addresses asked for.
    pub fetched: u64,
    /// Pages that were read.
    pub pages_read: usize,
    /// Addresses not asked for: id of the reason, its words, how many; most first.
    pub skipped: Vec<(String, String, u64)>,
    /// Whether the walk came to its end.
    pub finished: bool,
}

/// What was asked of servers.
#[derive(Clone, Debug, Default)]
pub struct RequestsView {
    /// Requests sent.
    pub sent: u64,
    /// Of these: asked again.
    pub retried: u64,
    /// By what became of them: id, words, how many.
    pub by_outcome: Vec<(String, String, u64)>,
}

/// Text from a website made fit to be repeated: one line, no controls, no turning of direction, not endless, and
/// personal data masked.
pub fn clean(text: &str) -> String {
    let text = masked(&printable(text)).into_owned();
    match text.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// An address as a reader can read it: Chinese as Chinese where it is written as `%E6…`, and not endless.
///
/// Only what is no ASCII is decoded, so that the parts of the address stay where they are. For the eye alone; a
/// link always leads to the address itself.
pub fn readable(address: &Address) -> String {
    let mut bytes = Vec::with_capacity(address.as_str().len());
    let mut rest = address.as_str().as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let decoded = rest.get(1..3).and_then(|digits| std::str::from_utf8(digits).ok());
        let decoded = decoded.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match decoded {
            Some(byte) if *first == b'%' && byte >= 0x80 => {
                bytes.push(byte);
                rest = &rest[3..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    // GBK in an address is no UTF-8, or is by accident, but then not Chinese: it is shown as it stands.
    let chinese = |c: char| matches!(c, '\u{3000}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}');
    let decoded = String::from_utf8(bytes).ok().filter(|it| it.chars().all(|c| c.is_ascii() || chinese(c)));
    clean(&decoded.unwrap_or_else(|| address.to_string()))
}

impl EvidenceView {
    /// When it was asked for, for readers; in China Standard Time.
    pub fn seen(&self) -> String {
        minute(self.fetched_at)
    }
}

/// `2017-12-15 09:30`
fn minute(moment: Moment) -> String {
    moment.to_string().chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect()
}

impl Status {
    /// How far a run came with one site, by what is known of it.
    pub fn of(facts: &Facts) -> Self {
        match (facts.home(), facts.coverage().finished) {
            (Err(_), _) => Self::Failed,
            (Ok(_), false) => Self::Partial,
            (Ok(_), true) => Self::Complete,
        }
    }

    /// As reports spell it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Partial => "partial",
            Self::Failed => "failed",
        }
    }

    /// For readers.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Complete => "已完成",
            Self::Partial => "未全部完成",
            Self::Failed => "未能检查",
        }
    }
}

impl Verdict {
    /// As reports spell it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotApplicable => "not_applicable",
            Self::Undetermined => "undetermined",
            Self::Manual => "manual",
        }
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

impl ColumnStatus {
    /// As reports spell it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Stale => "stale",
            Self::Undated => "undated",
            Self::Blank => "blank",
            Self::Undetermined => "undetermined",
            Self::Fresh => "fresh",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// For readers.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Stale => "超期",
            Self::Undated => "未注明时间",
            Self::Blank => "空白",
            Self::Undetermined => "无法判定",
            Self::Fresh => "正常",
            Self::NotApplicable => "不适用",
        }
    }
}

impl LinkStatus {
    /// As reports spell it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::Flawed => "flawed",
            Self::Blocked => "blocked",
        }
    }

    /// For readers.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Broken => "打不开",
            Self::Flawed => "能打开，有问题",
            Self::Blocked => "拒绝程序访问",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_TEXT, clean, readable};

    #[test]
    fn an_address_is_readable_and_keeps_its_parts() {
        let shown = |url: &str| readable(&url.parse().unwrap());
        assert_eq!(
            shown("http://a.example/通知/?q=%2F%20%3C&x=公告"),
            "http://a.example/通知/?q=%2F%20%3C&x=公告"
        );
        assert_eq!(shown("http://a.example/%CD%A8%D6%AA"), "http://a.example/%CD%A8%D6%AA");
        assert_eq!(shown("http://a.example/%E2%80%AEx"), "http://a.example/%E2%80%AEx");
    }

    #[test]
    fn text_of_a_website_is_tamed_and_cut() {
        assert_eq!(clean("通知\u{202e}公告\u{0}\n二"), "通知公告 二");
        assert_eq!(clean(&"长".repeat(10_000)).chars().count(), LONGEST_TEXT + 1);
    }
}
