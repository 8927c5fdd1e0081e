//! The documents that programs read: `report.json` (govcensus.report/1) and `run.json` (govcensus.run/1).
//!
//! The fields of the contract come first and in its order; what it does not name follows. Fields may be added
//! within a version, never renamed or taken away. The doc comments here are the descriptions in `docs/schema/`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Schema of [`Report`].
pub const REPORT: &str = "govcensus.report/1";

/// Schema of [`Ledger`].
pub const DUTIES: &str = "govcensus.duties/1";

/// Schema of [`RunReport`].
pub const RUN: &str = "govcensus.run/1";

/// One site against one checklist: `sites/<id>/report.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Name and version of this document's form.
    #[schemars(extend("const" = REPORT))]
    pub schema: String,
    /// The program that wrote it.
    pub tool: Tool,
    /// The run in which the site was seen.
    pub run: Run,
    /// Who was inspected.
    pub site: Site,
    /// By which document.
    pub checklist: Checklist,
    /// What it comes to.
    pub outcome: Outcome,
    /// One answer for each row of the checklist, in the document's order.
    pub answers: Vec<Answer>,
    /// Every column known, the worst first.
    pub columns: Vec<Column>,
    /// The links, counted, and those that need a look.
    pub links: Links,
    /// How much of the site was seen.
    pub coverage: Coverage,
    /// What was asked of servers.
    pub requests: Requests,
    /// What to mend first: one cause a line, in order of its effect.
    pub mend_first: Vec<Mend>,
    /// Decisions of people that count for nothing any more.
    pub void_rulings: Vec<VoidRuling>,
    /// The week of visits to the home page before the inspection; left out when nobody watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability: Option<Availability>,
    /// Further documents whose rows were judged with it, in the order in which they were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<Checklist>,
    /// What the body owes by a plan; null when no plan was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duties: Option<Duties>,
}

/// A week of visits to the home page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Availability {
    /// Visits that opened.
    pub opened: usize,
    /// Visits that did not, and count against the site.
    pub not_opened: usize,
    /// Visits that cannot be judged: a challenge came, or our own line is not proved to have been up.
    pub doubtful: usize,
    /// Visits that do not count, because our own line was down.
    pub dropped: usize,
    /// How long the visits that opened took, in milliseconds; null when none did.
    pub latency_ms: Option<Latency>,
    /// When the home page was away, in the order of time.
    pub incidents: Vec<Incident>,
    /// Every visit, in the order of time.
    pub visits: Vec<Visit>,
}

/// Percentiles by the nearest rank, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Latency {
    /// The median.
    pub p50: u64,
    /// 90 % took no longer.
    pub p90: u64,
    /// 99 % took no longer.
    pub p99: u64,
    /// The longest.
    pub longest: u64,
}

/// A time in which no visit opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Incident {
    /// The first visit that did not open.
    #[schemars(extend("format" = "date-time"))]
    pub from: String,
    /// The first that opened again; null when none did within the week.
    #[schemars(extend("format" = "date-time"))]
    pub until: Option<String>,
    /// How many visits did not open.
    pub visits: usize,
    /// What came, each once; zh-CN.
    pub what: String,
}

/// One visit to the home page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Visit {
    /// When.
    #[schemars(extend("format" = "date-time"))]
    pub at: String,
    /// What it counts as.
    #[schemars(extend("enum" = ["opened", "not_opened", "challenged", "unproved", "dropped"]))]
    pub reach: String,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// What came; zh-CN.
    pub what: String,
}

/// 政务公开工作台账: what every body owes by a plan, `duties.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ledger {
    /// Name and version of this document's form.
    #[schemars(extend("const" = DUTIES))]
    pub schema: String,
    /// The program that wrote it.
    pub tool: Tool,
    /// The run's id.
    pub run: String,
    /// The day on which the state is taken.
    #[schemars(extend("format" = "date"))]
    pub as_of: String,
    /// The city.
    pub city: City,
    /// The plans.
    pub documents: Vec<Checklist>,
    /// The plan's sections, in its order.
    pub sections: Vec<String>,
    /// Every body of the roster that owes something, in the order of the roster.
    pub bodies: Vec<Duties>,
    /// Bodies that the plan names and the roster does not.
    pub absent: Vec<Absent>,
}

/// What one body owes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Duties {
    /// Its id in the roster.
    pub id: String,
    /// As readers know it.
    pub body: String,
    /// Id of the site it publishes on, when it has none of its own.
    pub publishes_on: Option<String>,
    /// That site's name.
    pub publishes_on_name: Option<String>,
    /// The day on which the state is taken.
    #[schemars(extend("format" = "date"))]
    pub as_of: String,
    /// The plans by which it owes something.
    pub documents: Vec<Checklist>,
    /// How far it has come.
    pub counts: DutyCounts,
    /// Every row it owes, in the document's order.
    pub duties: Vec<DutyRow>,
}

/// How far a body has come.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DutyCounts {
    /// Rows that arise.
    pub owed: usize,
    /// 已公开
    pub done: usize,
    /// 已逾期
    pub overdue: usize,
    /// 未公开, where the plan sets no day.
    pub missing: usize,
    /// 待确认
    pub open: usize,
    /// 须人工判定
    pub manual: usize,
    /// 未到期
    pub not_yet: usize,
}

/// One row that one body owes; `answer.text` is the plan's own words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DutyRow {
    /// What it comes to.
    #[schemars(extend("enum" = ["overdue", "missing", "open", "manual", "not_yet", "done", "not_applicable"]))]
    pub state: String,
    /// The same in words: 已逾期, 未公开, 待确认, 须人工判定, 未到期, 已公开, 不适用.
    pub state_zh: String,
    /// Id of the document it is a row of.
    pub document: String,
    /// The body's part.
    #[schemars(extend("enum" = ["lead", "each", "with"]))]
    pub role: String,
    /// Where it must be seen; zh-CN.
    pub portal_zh: String,
    /// Id of the site it was looked for on, when that is not the body's own.
    pub seen_on: Option<String>,
    /// That site's name.
    pub seen_on_name: Option<String>,
    /// The last day on which it fell due, before the day of the state.
    #[schemars(extend("format" = "date"))]
    pub due: Option<String>,
    /// The next day on which it falls due.
    #[schemars(extend("format" = "date"))]
    pub next_due: Option<String>,
    /// How much it weighs; our proposal.
    #[schemars(extend("enum" = ["major", "minor", "info"]))]
    pub severity: String,
    /// Keys of the row that are not the plan's but our proposal.
    pub ours: Vec<String>,
    /// Rows that ask the same.
    pub same_as: Vec<String>,
    /// What must have happened before it is owed; zh-CN.
    pub condition: Option<String>,
    /// The row and its answer.
    pub answer: Answer,
}

/// A body that the plan names and the roster does not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Absent {
    /// As the plan calls it.
    pub name: String,
    /// How many rows it owes.
    pub owes: usize,
    /// Whether it is of those whose sites are in no roster of a city.
    pub outside: bool,
}

/// A program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// `govcensus`
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A run, as a site's report names it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// Unique among runs.
    pub id: String,
    /// The day of inspection, in China Standard Time.
    #[schemars(extend("format" = "date"))]
    pub as_of: String,
    /// When gathering began; RFC 3339.
    #[schemars(extend("format" = "date-time"))]
    pub started_at: String,
    /// When the last answer was in; RFC 3339.
    #[schemars(extend("format" = "date-time"))]
    pub finished_at: String,
    /// How far it came with this site.
    #[schemars(extend("enum" = ["complete", "partial", "failed"]))]
    pub status: String,
    /// Why it is not complete; zh-CN.
    pub reason: Option<String>,
}

/// Who was inspected, as the roster says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Site {
    /// Unique in the roster; names the folder.
    #[schemars(extend("pattern" = "^[a-z0-9][a-z0-9-]*$"))]
    pub id: String,
    /// 网站名称
    pub name: String,
    /// The home page; null for a body without a site.
    pub url: Option<String>,
    /// What kind of site it is.
    #[schemars(extend("enum" = ["city", "county", "bureau", "vertical", "township", "enterprise"]))]
    pub class: String,
    /// 主办单位
    pub body: Option<String>,
    /// 网站标识码
    pub id_code: Option<String>,
    /// Why robots.txt was not followed, when the owner agreed to that.
    pub robots_waived: Option<String>,
}

/// The document a site was judged by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Checklist {
    /// `census-2015`
    pub id: String,
    /// Its official title.
    pub title: String,
    /// Its number, as officials cite it.
    pub source: String,
}

/// What a site comes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Outcome {
    /// 合格, 不合格, 待定.
    #[schemars(extend("enum" = ["qualified", "unqualified", "undecided"]))]
    pub verdict: String,
    /// Clauses of the vetoes that hold.
    pub vetoes: Vec<String>,
    /// Clauses of the vetoes that are not ruled out.
    pub open_vetoes: Vec<String>,
    /// The score, between the unknown at its worst and at its best.
    pub score: Score,
    /// Why the score says nothing; null when it does. zh-CN.
    pub score_withheld: Option<String>,
    /// What a reader must know about the score; zh-CN.
    pub score_note: Option<String>,
    /// The lowest score that passes.
    pub pass: f64,
    /// Whether the score lies exactly on that mark, where the sources disagree.
    pub at_the_limit: bool,
    /// Clauses that one visit cannot answer; they do not count in verdict and score.
    pub beyond_one_visit: Vec<String>,
    /// The whole outcome in one paragraph; zh-CN.
    pub conclusion: String,
}

/// A score as a range.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Score {
    /// Everything unknown at its worst.
    pub low: f64,
    /// Everything unknown at its best.
    pub high: f64,
    /// What a site starts from.
    pub full: f64,
}

/// One row of the checklist and its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The row's number.
    pub clause: String,
    /// Which indicator answered; null when only a person can.
    pub indicator: Option<String>,
    /// What the row is about; zh-CN.
    pub title: String,
    /// What a broken rule does.
    #[schemars(extend("enum" = ["veto", "deduct", "bonus", "advise"]))]
    pub effect: String,
    /// The answer.
    #[schemars(extend("enum" = ["pass", "fail", "not_applicable", "undetermined", "manual"]))]
    pub verdict: String,
    /// How many things were looked at; null when none were.
    pub examined: Option<usize>,
    /// What the row takes off.
    pub deduction: Deduction,
    /// Why there is no plain answer; zh-CN.
    pub reason: Option<String>,
    /// Who answers for it.
    pub responsible: Vec<String>,
    /// What is wrong; only where the verdict is `fail`.
    pub findings: Vec<Finding>,
    /// What was found although the row passed or is undetermined; it broke no rule.
    pub remarks: Vec<Finding>,
    /// How many things could not be read; null when none, or not known.
    pub unread: Option<usize>,
    /// Whether the answer is a proposal that a person must confirm.
    pub to_confirm: bool,
    /// 一级指标
    pub section: String,
    /// The rule, as in the document.
    pub text: String,
    /// Who decides.
    #[schemars(extend("enum" = ["auto", "monitor", "assist", "manual"]))]
    pub decided: String,
    /// How sure the rule is: A read in the official text, B seen in use, C from memory, P our proposal.
    #[schemars(extend("enum" = ["A", "B", "C", "P"]))]
    pub mark: String,
    /// What the check cannot see; zh-CN.
    pub cannot_see: String,
    /// What each finding costs; null where the row takes off no points, or where their number is not verified.
    pub price: Option<Price>,
    /// What people decided about it; the last word counts.
    pub rulings: Vec<Ruling>,
    /// What the answer rests on, or what a person should look at (可能相符); counts against nobody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shown: Vec<Finding>,
}

/// What a person decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ruling {
    /// About which row.
    pub clause: String,
    /// About which finding; null for the row as a whole.
    pub fingerprint: Option<String>,
    /// What was decided.
    #[schemars(extend("enum" = ["fail", "pass", "not_applicable"]))]
    pub verdict: String,
    /// Why.
    pub reason: String,
    /// By whom.
    pub who: String,
    /// On which day.
    #[schemars(extend("format" = "date"))]
    pub when: String,
    /// The last day on which it counts.
    #[schemars(extend("format" = "date"))]
    pub until: Option<String>,
}

/// A decision of a person that counts for nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VoidRuling {
    /// The decision.
    pub ruling: Ruling,
    /// Why it does not count; zh-CN.
    pub why: String,
}

/// What a finding costs, in points.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Price {
    /// For each finding.
    pub each: f64,
    /// For the whole row; null when the document sets no bound.
    pub at_most: Option<f64>,
}

/// What a row takes off, in points.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Deduction {
    /// At least.
    pub low: f64,
    /// At most.
    pub high: f64,
}

/// One fact that counts against a site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Made of checklist, clause and subject: the same for the same defect in every run.
    #[schemars(extend("pattern" = "^[0-9a-f]{16}$"))]
    pub fingerprint: String,
    /// What it is about.
    pub subject: Subject,
    /// The fact in one sentence; zh-CN.
    pub message: String,
    /// The page to open to see it.
    pub page_url: String,
    /// Where the bytes are that prove it; never empty.
    #[schemars(length(min = 1))]
    pub evidence: Vec<Evidence>,
    /// What was measured and against what; numbers as text.
    pub details: BTreeMap<String, String>,
    /// Who bears it; not there when nobody does. It counts all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived: Option<Waived>,
}

/// What was agreed about a finding, in `waivers.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Waived {
    /// Why it is borne.
    pub reason: String,
    /// Who says so.
    pub author: String,
    /// The last day it holds.
    #[schemars(extend("format" = "date"))]
    pub until: String,
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Subject {
    /// What kind of thing.
    #[schemars(extend("enum" = ["column", "link", "page", "letter", "guide", "item", "site"]))]
    pub kind: String,
    /// What readers call it.
    pub name: String,
    /// Its address, when it has one.
    pub url: Option<String>,
}

/// A pointer into the archive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// The WARC file, from the folder of this report.
    pub warc: String,
    /// WARC-Record-ID, with its angle brackets.
    pub record_id: String,
    /// Where the record's gzip member begins in the file, in bytes.
    pub offset: u64,
    /// SHA-256 of the body, in hexadecimal.
    #[schemars(extend("pattern" = "^[0-9a-f]{64}$"))]
    pub sha256: String,
    /// When it was asked for; RFC 3339.
    #[schemars(extend("format" = "date-time"))]
    pub fetched_at: String,
    /// What was asked for.
    pub url: String,
}

/// A column (栏目) with its age.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Column {
    /// As the site names it.
    pub name: String,
    /// What it is for, when that is known or proposed.
    #[schemars(extend("enum" = [
        "news", "notice", "policy", "personnel", "plan", "mailbox", "survey", "interview", "service", "static",
        "archive", null
    ]))]
    pub kind: Option<String>,
    /// Its first page.
    pub url: String,
    /// How we know of it.
    #[schemars(extend("enum" = ["declared", "discovered"]))]
    pub source: String,
    /// How many entries were read.
    pub items: usize,
    /// The newest day known.
    #[schemars(extend("format" = "date"))]
    pub newest: Option<String>,
    /// Days from the newest entry to the day of inspection.
    pub days_since: Option<i64>,
    /// How many days it may go without an update.
    pub limit_days: Option<i64>,
    /// What that comes to; `not_applicable` for columns that have no limit.
    #[schemars(extend("enum" = ["fresh", "stale", "blank", "undated", "undetermined", "not_applicable"]))]
    pub status: String,
    /// Why there is no plain status; zh-CN.
    pub reason: Option<String>,
    /// Where the page is that it was read from.
    pub evidence: Evidence,
    /// Its kind in words, with how sure that is; zh-CN.
    pub kind_zh: String,
    /// How we know of it, in words; zh-CN.
    pub source_zh: String,
    /// How long it may go without an update, in words; zh-CN.
    pub limit_zh: Option<String>,
}

/// The links, counted by target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Links {
    /// Targets whose check counts.
    pub checked: usize,
    /// Of these: do not open.
    pub broken: usize,
    /// Of these: refuse programs, so nothing is proved.
    pub blocked: usize,
    /// Targets that were not checked, or whose check does not count.
    pub undetermined: usize,
    /// Every target that needs a look, the broken first.
    pub targets: Vec<LinkTarget>,
    /// Why those that are undetermined are, most first.
    pub unchecked: Vec<Unchecked>,
}

/// Targets that were not checked for one reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unchecked {
    /// The reason; zh-CN.
    pub reason: String,
    /// How many.
    pub count: usize,
}

/// One target of links that needs a look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LinkTarget {
    /// Where it leads.
    pub url: String,
    /// What became of it; `flawed` opens, but with a bad certificate or a file that is none.
    #[schemars(extend("enum" = ["broken", "flawed", "blocked"]))]
    pub state: String,
    /// The same in words; zh-CN.
    pub reason: String,
    /// Whether it stands on the home page.
    pub on_home: bool,
    /// On how many pages it stands.
    pub referrer_count: usize,
    /// The first of these pages.
    pub referrers: Vec<Referrer>,
    /// Every check of it, oldest first.
    pub evidence: Vec<Evidence>,
    /// What the link is: 链接, 附件, 图片 …
    pub role_zh: String,
}

/// A page that a link stands on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Referrer {
    /// Its address.
    pub url: String,
    /// The text of the link there.
    pub text: String,
}

/// How much of a site was seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// Addresses known.
    pub known: u64,
    /// Addresses asked for.
    pub fetched: u64,
    /// Addresses not asked for, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// Pages that were read.
    pub pages_read: usize,
    /// Whether the walk came to its end.
    pub finished: bool,
}

/// What was asked of servers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Requests {
    /// Requests sent, robots.txt and redirects among them.
    pub sent: u64,
    /// Of these: asked again.
    pub retried: u64,
    /// By what became of them.
    pub by_outcome: BTreeMap<String, u64>,
}

/// One cause, with everything it breaks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Mend {
    /// The worst it does.
    #[schemars(extend("enum" = ["veto", "open_veto", "deduct", "unpriced", "advise", "remark"]))]
    pub effect: String,
    /// What is wrong; zh-CN.
    pub title: String,
    /// What to do about it; zh-CN.
    pub advice: String,
    /// The clauses it counts in.
    pub clauses: Vec<String>,
    /// Points that come back when this alone is mended.
    pub points: f64,
    /// How many different things there are to mend.
    pub count: usize,
    /// Where to look.
    pub url: Option<String>,
    /// The worst it does, in words with its points; zh-CN.
    pub effect_zh: String,
}

/// A whole run: `run.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunReport {
    /// Name and version of this document's form.
    #[schemars(extend("const" = RUN))]
    pub schema: String,
    /// The program that wrote it.
    pub tool: Tool,
    /// The run.
    pub run: CityRun,
    /// The city.
    pub city: City,
    /// The numbers.
    pub totals: Totals,
    /// A row for every body, in the order of the roster.
    pub sites: Vec<SiteRow>,
    /// Rows of the checklist that sites fail, the most frequent first.
    pub problems: Vec<Problem>,
}

/// A run of a city.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CityRun {
    /// Unique among runs.
    pub id: String,
    /// The day of inspection, in China Standard Time.
    #[schemars(extend("format" = "date"))]
    pub as_of: String,
    /// When gathering began; RFC 3339.
    #[schemars(extend("format" = "date-time"))]
    pub started_at: String,
    /// When the last answer was in; RFC 3339.
    #[schemars(extend("format" = "date-time"))]
    pub finished_at: String,
    /// How far it came.
    #[schemars(extend("enum" = ["complete", "partial", "failed"]))]
    pub status: String,
    /// What was asked of it.
    pub asked: Asked,
}

/// What was asked of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Asked {
    /// The roster's file name, or the address that was given instead.
    pub roster: String,
    /// Ids of the checklists.
    pub checklists: Vec<String>,
    /// Pages to read of a site at the most; null when it was not limited.
    pub max_pages: Option<u32>,
    /// Requests a second for each host.
    pub rate: f64,
}

/// The city.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct City {
    /// Its name; may be empty for a single address.
    pub name: String,
}

/// The numbers of a city.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Totals {
    /// Bodies of the roster.
    pub bodies: usize,
    /// Sites that were seen.
    pub checked: usize,
    /// Of these: 合格.
    pub qualified: usize,
    /// Of these: 不合格.
    pub unqualified: usize,
    /// Of these: 待定.
    pub undecided: usize,
    /// Sites that could not be seen.
    pub failed: usize,
    /// Bodies without a site.
    pub no_site: usize,
    /// Different things that are wrong, over all sites.
    pub problems: usize,
}

/// One body of the roster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SiteRow {
    /// Unique in the roster.
    pub id: String,
    /// 网站名称
    pub name: String,
    /// What kind of site it is.
    #[schemars(extend("enum" = ["city", "county", "bureau", "vertical", "township", "enterprise"]))]
    pub class: String,
    /// 主办单位
    pub body: Option<String>,
    /// The home page; null for a body without a site.
    pub url: Option<String>,
    /// 网站标识码
    pub id_code: Option<String>,
    /// Id of the body whose site it publishes on.
    pub parent: Option<String>,
    /// That site's name.
    pub parent_name: Option<String>,
    /// How far the run came with it.
    #[schemars(extend("enum" = ["complete", "partial", "failed", "no_site"]))]
    pub status: String,
    /// Why it is not complete; zh-CN.
    pub reason: Option<String>,
    /// What it comes to; null for a body without a site.
    #[schemars(extend("enum" = ["qualified", "unqualified", "undecided", null]))]
    pub verdict: Option<String>,
    /// Clauses of the vetoes that hold.
    pub vetoes: Vec<String>,
    /// Clauses of the vetoes that are not ruled out.
    pub open_vetoes: Vec<String>,
    /// Its score; null for a body without a site.
    pub score: Option<Score>,
    /// Why the score says nothing; zh-CN.
    pub score_withheld: Option<String>,
    /// Findings of the failed rows, each row counted for itself.
    pub findings: usize,
    /// How many different things are wrong.
    pub problems: usize,
    /// Its report in each format that was written, from the folder of this document.
    pub paths: BTreeMap<String, String>,
}

/// A row of the checklist that sites fail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// The row's number.
    pub clause: String,
    /// What it is about; zh-CN.
    pub title: String,
    /// How many sites fail it.
    pub sites: usize,
    /// For how many it could not be determined.
    pub undetermined: usize,
    /// Findings, over all sites.
    pub findings: usize,
}

/// The JSON Schemas of the documents, by file name: what `docs/schema/` holds.
pub fn schemas() -> Vec<(&'static str, String)> {
    let pretty = |schema: schemars::Schema| format!("{:#}\n", schema.to_value());
    vec![
        ("report.schema.json", pretty(schemars::schema_for!(Report))),
        ("run.schema.json", pretty(schemars::schema_for!(RunReport))),
        ("duties.schema.json", pretty(schemars::schema_for!(Ledger))),
    ]
}
