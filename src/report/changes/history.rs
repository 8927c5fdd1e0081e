//! Trends over runs: for a terminal, and for programs (`govcensus.history/1`).

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::printable;
use crate::compare::{History, Point};

use super::super::{RenderError, wire};

/// Schema of [`HistoryDocument`].
const HISTORY: &str = "govcensus.history/1";

/// How sites and indicators went over many runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryDocument {
    /// Name and version of this document's form.
    #[schemars(extend("const" = HISTORY))]
    pub schema: String,
    /// The runs, the oldest first.
    pub runs: Vec<RunLine>,
    /// The sites, in order of id.
    pub sites: Vec<TrendLine>,
    /// The indicators, in order of name.
    pub indicators: Vec<IndicatorLine>,
}

/// A run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunLine {
    /// Its id.
    pub run: String,
    /// Its day of inspection.
    #[schemars(extend("format" = "date"))]
    pub as_of: Option<String>,
    /// Version of the program that judged it.
    pub version: String,
}

/// One site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrendLine {
    /// Its id.
    pub id: String,
    /// 网站名称
    pub name: String,
    /// What it came to, in each run it was in.
    pub points: Vec<PointLine>,
}

/// A site in one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PointLine {
    /// Index of the run.
    pub run: usize,
    /// How much was seen.
    pub status: String,
    /// The verdict.
    pub verdict: Option<String>,
    /// The score.
    pub score: Option<wire::Score>,
    /// Different things that count against it.
    pub defects: usize,
}

/// One indicator: a number for each run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IndicatorLine {
    /// Its name.
    pub indicator: String,
    /// Sites that fail it.
    pub failing: Vec<usize>,
    /// Sites where it could not be determined.
    pub undetermined: Vec<usize>,
    /// Different things it found that count.
    pub defects: Vec<usize>,
}

/// The JSON document.
pub fn json(history: &History) -> Result<Vec<u8>, RenderError> {
    let mut bytes = serde_json::to_vec_pretty(&HistoryDocument::from(history))?;
    bytes.push(b'\n');
    Ok(bytes)
}

impl HistoryDocument {
    /// Its JSON Schema, by file name: what `docs/schema/` holds.
    pub fn schema() -> (&'static str, String) {
        ("history.schema.json", format!("{:#}\n", schemars::schema_for!(Self).to_value()))
    }
}

impl From<&History> for HistoryDocument {
    fn from(history: &History) -> Self {
        Self {
            schema: HISTORY.to_owned(),
            runs: history
                .runs
                .iter()
                .map(|it| RunLine {
                    run: it.run.clone(),
                    as_of: it.as_of.map(|day| day.to_string()),
                    version: it.version.clone(),
                })
                .collect(),
            sites: history
                .sites
                .iter()
                .map(|(id, trend)| TrendLine {
                    id: id.clone(),
                    name: trend.name.clone(),
                    points: trend.points.iter().map(|(run, point)| point_line(*run, point)).collect(),
                })
                .collect(),
            indicators: history
                .indicators
                .iter()
                .map(|(indicator, counts)| IndicatorLine {
                    indicator: indicator.clone(),
                    failing: counts.iter().map(|it| it.failing).collect(),
                    undetermined: counts.iter().map(|it| it.undetermined).collect(),
                    defects: counts.iter().map(|it| it.defects).collect(),
                })
                .collect(),
        }
    }
}

fn point_line(run: usize, point: &Point) -> PointLine {
    PointLine {
        run,
        status: point.seen.id().to_owned(),
        verdict: point.outcome.map(|it| it.id().to_owned()),
        score: point.score.map(|it| wire::Score {
            low: it.low.decimal(),
            high: it.high.decimal(),
            full: it.full.decimal(),
        }),
        defects: point.defects,
    }
}

/// Trends for a terminal: a line for each site and each indicator, a column for each run.
pub fn text(history: &History) -> String {
    let mut out = String::new();
    for (index, run) in history.runs.iter().enumerate() {
        let day = run.as_of.map(|it| it.to_string()).unwrap_or_default();
        let _ = writeln!(out, "{:>3}  {day:<10}  {}", index + 1, printable(&run.run));
    }
    let _ = writeln!(out, "\nsites: verdict, score, defects");
    for (id, trend) in &history.sites {
        let cells: Vec<String> = (0..history.runs.len())
            .map(|run| {
                trend.points.iter().find(|(of, _)| *of == run).map_or("-".to_owned(), |(_, it)| cell(it))
            })
            .collect();
        let _ = writeln!(out, "{:<16}  {}  {}", printable(id), cells.join("  >  "), printable(&trend.name));
    }
    let _ = writeln!(out, "\nindicators: sites that fail (things found)");
    for (indicator, counts) in &history.indicators {
        let cells: Vec<String> =
            counts.iter().map(|it| format!("{:>4} ({})", it.failing, it.defects)).collect();
        let _ = writeln!(out, "{:<24}  {}", printable(indicator), cells.join("  >  "));
    }
    out
}

fn cell(point: &Point) -> String {
    let Some(outcome) = point.outcome else { return "no site".to_owned() };
    let score = match point.score {
        None => "no total".to_owned(),
        Some(it) if it.low == it.high => it.low.to_string(),
        Some(it) => format!("{}–{}", it.low, it.high),
    };
    format!("{} {score} {}", outcome.id(), point.defects)
}
