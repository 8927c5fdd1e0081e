//! Trends over runs as a page: self-contained and without script, like every other page.

use askama::Template;

use crate::compare::{Count, History, Point, Seen};
use crate::score::Outcome;

use super::super::RenderError;
use super::super::html::{CSS, policy};
use super::super::view::clean;

#[derive(Template)]
#[template(path = "history.html")]
struct HistoryPage<'a> {
    css: &'static str,
    policy: String,
    runs: Vec<String>,
    sites: Vec<SiteRow>,
    indicators: Vec<IndicatorRow<'a>>,
}

struct SiteRow {
    name: String,
    /// One for each run; `None` where the site was not in it.
    cells: Vec<Option<Cell>>,
}

struct Cell {
    verdict: &'static str,
    tone: &'static str,
    score: String,
    defects: usize,
}

struct IndicatorRow<'a> {
    name: String,
    counts: &'a [Count],
}

/// The page.
pub fn html(history: &History) -> Result<Vec<u8>, RenderError> {
    let day = |it: &crate::compare::Origin| it.as_of.map_or_else(|| clean(&it.run), |day| day.to_string());
    let cells = |points: &[(usize, Point)]| {
        let at = |run| points.iter().find(|(of, _)| *of == run).and_then(|(_, it)| cell(it));
        (0..history.runs.len()).map(at).collect()
    };
    let page = HistoryPage {
        css: CSS,
        policy: policy(),
        runs: history.runs.iter().map(day).collect(),
        sites: history
            .sites
            .values()
            .map(|it| SiteRow { name: clean(&it.name), cells: cells(&it.points) })
            .collect(),
        indicators: history
            .indicators
            .iter()
            .map(|(name, counts)| IndicatorRow { name: clean(name), counts })
            .collect(),
    };
    Ok(page.render()?.into_bytes())
}

fn cell(point: &Point) -> Option<Cell> {
    let outcome = point.outcome?;
    let (verdict, tone) = match (point.seen, outcome) {
        (Seen::Not, _) => ("未能检查", "none"),
        (_, Outcome::Qualified) => (outcome.zh(), "good"),
        (_, Outcome::Unqualified) => (outcome.zh(), "bad"),
        (_, Outcome::Undecided) => (outcome.zh(), "open"),
    };
    let score = match point.score {
        None => "无总分".to_owned(),
        Some(it) if it.low == it.high => format!("{}分", it.low),
        Some(it) => format!("{}—{}分", it.low, it.high),
    };
    Some(Cell { verdict, tone, score, defects: point.defects })
}
