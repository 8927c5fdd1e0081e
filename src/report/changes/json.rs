//! For programs: `govcensus.changes/1`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compare::{
    Aged, Alarm, Comparison, Defect, Level, Note, Origin, RowChange, SiteChanges, SiteName, Trigger,
};
use crate::score::Score;

use super::super::TOOL;
use super::super::wire;
use super::{ChangesView, RenderError};

/// Schema of [`Document`].
const CHANGES: &str = "govcensus.changes/1";

/// What changed between two runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// Name and version of this document's form.
    #[schemars(extend("const" = CHANGES))]
    pub schema: String,
    /// The program that compared.
    pub tool: wire::Tool,
    /// The older side.
    pub base: Side,
    /// The newer side.
    pub head: Side,
    /// What a reader must know before comparing.
    pub notes: Vec<NoteLine>,
    /// The numbers: different things that are wrong, each counted once for its site.
    pub totals: Totals,
    /// What the gate says.
    pub gate: GateLine,
    /// Sites that only the newer side has.
    pub added: Vec<Name>,
    /// Sites that only the older side has.
    pub removed: Vec<Name>,
    /// Sites with a change, in order of id.
    pub sites: Vec<SiteLine>,
}

/// One side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Side {
    /// Id of the run.
    pub run: String,
    /// The day of inspection.
    #[schemars(extend("format" = "date"))]
    pub as_of: Option<String>,
    /// Version of the program that judged it.
    pub version: String,
}

/// What a reader must know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NoteLine {
    /// Of what kind.
    #[schemars(extend("enum" = ["version", "checklist", "backwards", "no_report"]))]
    pub kind: String,
    /// The site it is about; null for all.
    pub site: Option<String>,
    /// What the older side says.
    pub base: Option<String>,
    /// What the newer side says.
    pub head: Option<String>,
}

/// The numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Totals {
    /// Sites that both sides have.
    pub sites: usize,
    /// There, and not there before, though it could have been seen.
    pub new: usize,
    /// Mended once, and there again.
    pub reopened: usize,
    /// Gone.
    pub fixed: usize,
    /// There as before.
    pub unchanged: usize,
    /// There before; now it cannot be looked for.
    pub became_undetermined: usize,
    /// There; before, it could not have been seen.
    pub became_readable: usize,
    /// Under another row than before.
    pub moved: usize,
}

/// What the gate says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GateLine {
    /// Whether nothing fails the job.
    pub open: bool,
    /// Everything it says, the loudest first.
    pub alarms: Vec<AlarmLine>,
}

/// Something the gate says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlarmLine {
    /// How loud.
    #[schemars(extend("enum" = ["warn", "error"]))]
    pub level: String,
    /// Why.
    #[schemars(extend("enum" = Trigger::WORDS.map(|(word, _)| word)))]
    pub trigger: String,
    /// Id of the site.
    pub site: String,
    /// The row, when it is about one.
    pub clause: Option<String>,
    /// The indicator, when it is about one.
    pub indicator: Option<String>,
    /// What it is about; zh-CN.
    pub title: String,
    /// One sentence; zh-CN.
    pub message: String,
    /// The page to open.
    pub page_url: Option<String>,
    /// Of the finding, or of the alarm when it is about no finding.
    pub fingerprint: String,
}

/// A site, named.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Name {
    /// Its id.
    pub id: String,
    /// 网站名称
    pub name: String,
}

/// From what to what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Shifted<T> {
    /// On the older side.
    pub from: T,
    /// On the newer side.
    pub to: T,
}

/// What changed on one site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SiteLine {
    /// Its id.
    pub id: String,
    /// 网站名称
    pub name: String,
    /// Its home page.
    pub url: Option<String>,
    /// How much was seen, where that changed.
    pub status: Option<Shifted<String>>,
    /// What it came to, where that changed.
    pub verdict: Option<Shifted<String>>,
    /// The score, where that changed.
    pub score: Option<Shifted<wire::Score>>,
    /// By how many points it is lower for what was found, waived findings apart.
    pub proven_drop: f64,
    /// Rows that were answered differently.
    pub rows: Vec<RowLine>,
    /// Defects that changed, the worst first.
    pub defects: Vec<DefectLine>,
    /// Columns without anything new since.
    pub aged: Vec<AgedLine>,
    /// Defects that are there as before.
    pub unchanged: usize,
}

/// A row that was answered differently.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RowLine {
    /// Its number.
    pub clause: String,
    /// Which indicator answers it.
    pub indicator: Option<String>,
    /// What it is about; zh-CN.
    pub title: String,
    /// What a broken rule does.
    pub effect: String,
    /// Before.
    pub from: String,
    /// Now.
    pub to: String,
    /// What that means.
    #[schemars(extend("enum" = [
        "broke", "became_readable_and_fails", "became_undetermined", "mended", "became_readable", "other"
    ]))]
    pub shift: String,
    /// Why there is no plain answer now; zh-CN.
    pub reason: Option<String>,
    /// Whether a person must confirm it.
    pub to_confirm: bool,
    /// Whether everything that fails it is waived.
    pub waived: bool,
}

/// One thing that is wrong, or was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DefectLine {
    /// What became of it.
    #[schemars(extend("enum" = [
        "new", "reopened", "fixed", "became_undetermined", "became_readable", "moved"
    ]))]
    pub state: String,
    /// What it is about.
    pub subject: wire::Subject,
    /// The fact in one sentence; zh-CN.
    pub message: String,
    /// The page to open.
    pub page_url: String,
    /// The rows it counts in.
    pub clauses: Vec<ClauseLine>,
    /// Whether it is borne by waivers in every row.
    pub waived: bool,
}

/// A defect under one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClauseLine {
    /// The row's number.
    pub clause: String,
    /// Which indicator found it.
    pub indicator: String,
    /// What a broken rule does.
    pub effect: String,
    /// The finding's fingerprint.
    pub fingerprint: String,
    /// What was found: what a waiver repeats.
    pub found: String,
    /// Whether it breaks the row, or is a remark on one that holds.
    pub counts: bool,
    /// Whether a waiver bears it.
    pub waived: bool,
}

/// A column without anything new since.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgedLine {
    /// As the site names it.
    pub name: String,
    /// Its first page.
    pub url: String,
    /// Its newest day.
    pub newest: Option<String>,
    /// Its age then and now, in days.
    pub days: Shifted<i64>,
    /// How old it may become.
    pub limit_days: i64,
    /// Whether it went beyond its limit in between.
    pub expired: bool,
}

pub(super) fn render(view: &ChangesView<'_>) -> Result<Vec<u8>, RenderError> {
    let mut bytes = serde_json::to_vec_pretty(&Document::from(view))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The JSON Schema of the document, by file name: what `docs/schema/` holds.
pub fn schema() -> (&'static str, String) {
    ("changes.schema.json", format!("{:#}\n", schemars::schema_for!(Document).to_value()))
}

impl From<&ChangesView<'_>> for Document {
    fn from(view: &ChangesView<'_>) -> Self {
        let Comparison { base, head, notes, sites, added, removed, totals } = view.comparison;
        Self {
            schema: CHANGES.to_owned(),
            tool: wire::Tool { name: TOOL.to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
            base: side(base),
            head: side(head),
            notes: notes.iter().map(note).collect(),
            totals: Totals {
                sites: totals.sites,
                new: totals.new,
                reopened: totals.reopened,
                fixed: totals.fixed,
                unchanged: totals.unchanged,
                became_undetermined: totals.unseen,
                became_readable: totals.surfaced,
                moved: totals.moved,
            },
            gate: GateLine {
                open: view.alarms_of(Level::Error) == 0,
                alarms: view.alarms.iter().map(alarm).collect(),
            },
            added: added.iter().map(name).collect(),
            removed: removed.iter().map(name).collect(),
            sites: sites.iter().map(site).collect(),
        }
    }
}

fn side(origin: &Origin) -> Side {
    Side {
        run: origin.run.clone(),
        as_of: origin.as_of.map(|it| it.to_string()),
        version: origin.version.clone(),
    }
}

fn note(note: &Note) -> NoteLine {
    let line = |kind: &str, site: Option<&String>, base: Option<String>, head: Option<String>| NoteLine {
        kind: kind.to_owned(),
        site: site.cloned(),
        base,
        head,
    };
    match note {
        Note::Version { base, head } => line("version", None, Some(base.clone()), Some(head.clone())),
        Note::Checklist { site, base, head } => {
            line("checklist", Some(site), Some(base.clone()), Some(head.clone()))
        }
        Note::Backwards { base, head } => {
            line("backwards", None, Some(base.to_string()), Some(head.to_string()))
        }
        Note::NoReport { site } => line("no_report", Some(site), None, None),
    }
}

fn alarm(alarm: &Alarm) -> AlarmLine {
    AlarmLine {
        level: alarm.level.id().to_owned(),
        trigger: alarm.trigger.id().to_owned(),
        site: alarm.site.clone(),
        clause: alarm.clause.clone(),
        indicator: alarm.indicator.clone(),
        title: alarm.title.clone(),
        message: alarm.message.clone(),
        page_url: alarm.page.clone(),
        fingerprint: alarm.fingerprint.clone(),
    }
}

fn name(site: &SiteName) -> Name {
    Name { id: site.id.clone(), name: site.name.clone() }
}

fn shifted<T, U>(pair: Option<&(T, T)>, show: impl Fn(&T) -> U) -> Option<Shifted<U>> {
    pair.map(|(from, to)| Shifted { from: show(from), to: show(to) })
}

fn site(site: &SiteChanges) -> SiteLine {
    let score =
        |it: &Score| wire::Score { low: it.low.decimal(), high: it.high.decimal(), full: it.full.decimal() };
    SiteLine {
        id: site.id.clone(),
        name: site.name.clone(),
        url: site.url.clone(),
        status: shifted(site.seen.as_ref(), |it| it.id().to_owned()),
        verdict: shifted(site.outcome.as_ref(), |it| it.id().to_owned()),
        score: shifted(site.score.as_ref(), score),
        proven_drop: (site.proven_drop * 100.0).round() / 100.0,
        rows: site.rows.iter().map(row).collect(),
        defects: site.defects.iter().map(defect).collect(),
        aged: site.aged.iter().map(aged).collect(),
        unchanged: site.unchanged,
    }
}

fn row(row: &RowChange) -> RowLine {
    RowLine {
        clause: row.clause.clone(),
        indicator: row.indicator.clone(),
        title: row.title.clone(),
        effect: row.effect.id().to_owned(),
        from: row.from.id().to_owned(),
        to: row.to.id().to_owned(),
        shift: row.shift.id().to_owned(),
        reason: row.reason.clone(),
        to_confirm: row.to_confirm,
        waived: row.waived,
    }
}

fn defect(defect: &Defect) -> DefectLine {
    DefectLine {
        state: defect.state.id().to_owned(),
        subject: wire::Subject {
            kind: defect.kind.clone(),
            name: defect.name.clone(),
            url: defect.url.clone(),
        },
        message: defect.message.clone(),
        page_url: defect.page.clone(),
        clauses: defect
            .clauses
            .iter()
            .map(|it| ClauseLine {
                clause: it.clause.clone(),
                indicator: it.indicator.clone(),
                effect: it.effect.id().to_owned(),
                fingerprint: it.fingerprint.clone(),
                found: it.found.clone(),
                counts: it.counts,
                waived: it.waived,
            })
            .collect(),
        waived: defect.is_waived(),
    }
}

fn aged(column: &Aged) -> AgedLine {
    AgedLine {
        name: column.name.clone(),
        url: column.url.clone(),
        newest: column.newest.clone(),
        days: Shifted { from: column.from_days, to: column.to_days },
        limit_days: column.limit_days,
        expired: column.expired,
    }
}
