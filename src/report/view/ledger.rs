//! 工作台账: what people work through, one line a thing, small enough for a whole city in memory.

use std::sync::Arc;

use crate::base::{Address, Day, Moment};
use crate::checklist::{Decided, Effect};

use super::{
    ColumnStatus, ColumnView, EvidenceView, FindingView, LinkStatus, LinkView, RowView, RulingView, SiteView,
    Verdict,
};

/// An address as a ledger keeps it: the text of an [`Address`], and so http or https. A city has hundreds of thousands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link(Box<str>);

/// The lines of one site.
#[derive(Clone, Debug, Default)]
pub struct SiteLedger {
    /// 问题清单: every finding of a row that fails, in the document's order.
    pub problems: Vec<ProblemLine>,
    /// 栏目更新: every column, the worst first.
    pub columns: Vec<ColumnLine>,
    /// 死链: every link that needs a look, the broken first.
    pub links: Vec<LinkLine>,
    /// 服务问题: what was found about guides, forms and entries to services, whether or not it broke a rule.
    pub services: Vec<ProblemLine>,
    /// 待人工复核: what a person has to decide or has decided, in the document's order.
    pub review: Vec<ReviewLine>,
}

/// One finding.
#[derive(Clone, Debug)]
pub struct ProblemLine {
    /// The row it counts in.
    pub clause: Arc<str>,
    /// What the row is about.
    pub title: Arc<str>,
    /// What it does to the outcome, in words.
    pub effect_words: Arc<str>,
    /// Whether a person must confirm it; then it is a proposal and has no deadline.
    pub to_confirm: bool,
    /// 办事指南要素缺失 …; empty where it is not about services.
    pub service_words: &'static str,
    /// What it is about, as readers call it.
    pub name: Box<str>,
    /// The fact in one sentence.
    pub message: Box<str>,
    /// The page to open to see it; `None` for what a person found.
    pub page: Option<Link>,
    /// When it was seen.
    pub seen: Option<Moment>,
    /// 证据编号: the record's id in the archive; empty for what a person found.
    pub evidence: Box<str>,
    /// The file of that record, from the site's folder, and where in it.
    pub place: Option<(Arc<str>, u64)>,
    /// The same for the same defect in every run; empty for what a person found.
    pub fingerprint: Box<str>,
}

/// One column.
#[derive(Clone, Debug)]
pub struct ColumnLine {
    /// As the site names it.
    pub name: String,
    /// What it is for, in words.
    pub kind_words: String,
    /// Its first page.
    pub url: Link,
    /// The newest day known.
    pub newest: Option<Day>,
    /// Days from then to the inspection.
    pub days_since: Option<i64>,
    /// How long it may go without an update, in words.
    pub limit_words: Option<String>,
    /// The same in days.
    pub limit_days: Option<i64>,
    /// What that comes to.
    pub status: ColumnStatus,
    /// Why there is no plain status.
    pub reason: Option<String>,
}

/// One link.
#[derive(Clone, Debug)]
pub struct LinkLine {
    /// Where it leads.
    pub url: Link,
    /// 链接, 附件, 图片 …
    pub role_words: String,
    /// What became of it.
    pub state: LinkStatus,
    /// The same in words.
    pub state_words: String,
    /// Whether it stands on the home page.
    pub on_home: bool,
    /// The first page it stands on.
    pub page: Option<Link>,
    /// Its text there.
    pub text: String,
    /// On how many pages it stands.
    pub pages: usize,
    /// When it was last checked.
    pub seen: Option<Moment>,
    /// The last check's id in the archive.
    pub evidence: String,
}

/// One thing a person decides.
#[derive(Clone, Debug)]
pub struct ReviewLine {
    /// The row.
    pub clause: String,
    /// What the row is about.
    pub title: String,
    /// What is to be decided.
    pub question: String,
    /// The page to open.
    pub page: Option<Link>,
    /// About which finding; `None` for the row as a whole.
    pub fingerprint: Option<String>,
    /// What was decided already.
    pub ruling: Option<RulingView>,
}

impl Link {
    fn of(address: &Address) -> Self {
        Self(address.as_str().into())
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl SiteLedger {
    /// The lines of one site, in the order of its view.
    pub fn of(view: &SiteView) -> Self {
        Self {
            problems: view.rows.iter().flat_map(problems).collect(),
            columns: view.columns.iter().map(ColumnLine::of).collect(),
            links: view.links.targets.iter().map(LinkLine::of).collect(),
            services: view.rows.iter().flat_map(services).collect(),
            review: view.rows.iter().flat_map(review).collect(),
        }
    }
}

fn problems(row: &RowView) -> Vec<ProblemLine> {
    if row.verdict != Verdict::Fail {
        return Vec::new();
    }
    if row.findings.is_empty() {
        return vec![ProblemLine::of_a_person(row)];
    }
    let shared = Shared::of(row);
    row.findings.iter().map(|it| shared.line(it)).collect()
}

/// Remarks too: a guide without its elements is worth mending however few there are.
fn services(row: &RowView) -> Vec<ProblemLine> {
    let shared = Shared::of(row);
    if shared.service_words.is_empty() {
        return Vec::new();
    }
    row.findings.iter().chain(&row.remarks).map(|it| shared.line(it)).collect()
}

/// What a person is asked about a row: each proposal by itself, and the row as a whole where nothing was found.
fn review(row: &RowView) -> Vec<ReviewLine> {
    let ruled = |fingerprint: Option<&str>| {
        row.rulings.iter().rev().find(|it| it.fingerprint.as_deref() == fingerprint).cloned()
    };
    let line = |question: String, page: Option<Link>, fingerprint: Option<&str>| ReviewLine {
        clause: row.clause.clone(),
        title: row.title.clone(),
        question,
        page,
        fingerprint: fingerprint.map(str::to_owned),
        ruling: ruled(fingerprint),
    };
    let mut lines: Vec<ReviewLine> = Vec::new();
    for finding in &row.findings {
        if row.to_confirm || ruled(Some(&finding.fingerprint)).is_some() {
            let page = Some(Link::of(&finding.page));
            lines.push(line(finding.message.clone(), page, Some(&finding.fingerprint)));
        }
    }
    let asked = row.verdict == Verdict::Manual
        || (row.verdict == Verdict::Undetermined && row.decided != Decided::Monitor);
    if asked || ruled(None).is_some() {
        let why = row.reason.as_ref().map(|it| format!("（{it}）")).unwrap_or_default();
        lines.push(line(format!("{}{why}", row.text), None, None));
    }
    // What was ruled out is among the findings no more, and must not be forgotten when the workbook is read back.
    for ruling in &row.rulings {
        let Some(fingerprint) = ruling.fingerprint.as_deref() else { continue };
        if !lines.iter().any(|it| it.fingerprint.as_deref() == Some(fingerprint)) {
            lines.push(line("此前认定的问题，已由人工排除".to_owned(), None, Some(fingerprint)));
        }
    }
    lines
}

/// What every line of a row says.
struct Shared {
    clause: Arc<str>,
    title: Arc<str>,
    effect_words: Arc<str>,
    to_confirm: bool,
    service_words: &'static str,
    /// The archive's file of the row's first finding; mostly that of all.
    warc: Arc<str>,
}

impl Shared {
    fn of(row: &RowView) -> Self {
        Self {
            clause: row.clause.as_str().into(),
            title: row.title.as_str().into(),
            effect_words: effect_words(row).into(),
            to_confirm: row.to_confirm,
            service_words: service_words(row.indicator.as_deref().unwrap_or_default()),
            warc: row
                .findings
                .iter()
                .chain(&row.remarks)
                .find_map(|it| it.evidence.last())
                .map_or_else(|| "".into(), |it| it.warc.as_str().into()),
        }
    }

    fn place(&self, evidence: &EvidenceView) -> (Arc<str>, u64) {
        let same = evidence.warc == *self.warc;
        let warc = if same { self.warc.clone() } else { evidence.warc.as_str().into() };
        (warc, evidence.offset)
    }

    fn line(&self, finding: &FindingView) -> ProblemLine {
        let evidence = finding.evidence.last();
        ProblemLine {
            clause: self.clause.clone(),
            title: self.title.clone(),
            effect_words: self.effect_words.clone(),
            to_confirm: self.to_confirm,
            service_words: self.service_words,
            name: finding.name.as_str().into(),
            message: finding.message_with_waiver().into(),
            page: Some(Link::of(&finding.page)),
            seen: evidence.map(|it| it.fetched_at),
            evidence: evidence.map(EvidenceView::number).unwrap_or_default().into(),
            place: evidence.map(|it| self.place(it)),
            fingerprint: finding.fingerprint.as_str().into(),
        }
    }
}

fn effect_words(row: &RowView) -> String {
    match row.effect {
        Effect::Veto if row.to_confirm => "可能触发单项否决（待人工确认）".to_owned(),
        _ if row.to_confirm => format!("{}（待人工确认）", row.effect_words),
        _ => row.effect_words.clone(),
    }
}

/// 问题类型 of the list of service faults; empty where the indicator is not about services.
fn service_words(indicator: &str) -> &'static str {
    match indicator {
        "guide-element-missing" => "办事指南要素缺失",
        "guide-poor" => "办事指南不实用",
        "service-entry-missing" => "办事服务入口缺失",
        "service-missing" => "服务事项缺失",
        "online-system-down" => "在线系统不可用",
        "attachment-broken" => "附件无法下载",
        _ => "",
    }
}

impl ProblemLine {
    fn of_a_person(row: &RowView) -> Self {
        let ruling = row.rulings.last();
        Self {
            clause: row.clause.as_str().into(),
            title: row.title.as_str().into(),
            effect_words: row.effect_words.as_str().into(),
            to_confirm: false,
            service_words: "",
            name: "".into(),
            message: ruling.map(|it| format!("{}（{}认定）", it.reason, it.who)).unwrap_or_default().into(),
            page: None,
            seen: None,
            evidence: "".into(),
            place: None,
            fingerprint: "".into(),
        }
    }

    /// The record's file and place: `archive/….warc.gz@offset`; empty for what a person found.
    pub fn place_words(&self) -> String {
        self.place.as_ref().map(|(warc, offset)| format!("{warc}@{offset}")).unwrap_or_default()
    }
}

impl ColumnLine {
    fn of(column: &ColumnView) -> Self {
        Self {
            name: column.name.clone(),
            kind_words: column.kind_words.clone(),
            url: Link::of(&column.url),
            newest: column.newest,
            days_since: column.days_since,
            limit_words: column.limit_words.clone(),
            limit_days: column.limit_days,
            status: column.status,
            reason: column.reason.clone(),
        }
    }
}

impl LinkLine {
    fn of(link: &LinkView) -> Self {
        let (first, last) = (link.referrers.first(), link.checks.last());
        Self {
            url: Link::of(&link.url),
            role_words: link.role_words.clone(),
            state: link.state,
            state_words: link.state_words.clone(),
            on_home: link.on_home,
            page: first.map(|it| Link::of(&it.page)),
            text: first.map(|it| it.text.clone()).unwrap_or_default(),
            pages: link.referrer_count,
            seen: last.map(|it| it.fetched_at),
            evidence: last.map(EvidenceView::number).unwrap_or_default(),
        }
    }
}

impl EvidenceView {
    /// 证据编号: the record's id, without its wrapping.
    pub fn number(&self) -> String {
        self.record_id.trim_start_matches("<urn:uuid:").trim_end_matches('>').to_owned()
    }
}
