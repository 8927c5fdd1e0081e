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
    city: Option<&'static str>,
    /// Indicators that no run has anything against.
    quiet: usize,
    runs: Vec<String>,
    sites: Vec<SiteRow>,
    indicators: Vec<IndicatorRow<'a>>,
}

struct SiteRow {
    name: String,
    trend: Option<Trend>,
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
    /// What its rows are about, and its name.
    title: String,
    name: String,
    counts: &'a [Count],
}

/// The lowest score over the runs, drawn.
struct Trend {
    /// Points of a line in a drawing of [`WIDE`] by [`HIGH`].
    line: String,
    /// The last point.
    end: (usize, usize),
    /// The same in words, for who cannot see it.
    words: String,
}

const WIDE: usize = 120;
const HIGH: usize = 28;

/// The page. `city` is the page that leads to it, when it stands beside one.
pub fn html(history: &History, city: Option<&'static str>) -> Result<Vec<u8>, RenderError> {
    let day = |it: &crate::compare::Origin| it.as_of.map_or_else(|| clean(&it.run), |day| day.to_string());
    let tells = |counts: &[Count]| counts.iter().any(|it| *it != Count::default());
    let cells = |points: &[(usize, Point)]| {
        let at = |run| points.iter().find(|(of, _)| *of == run).and_then(|(_, it)| cell(it));
        (0..history.runs.len()).map(at).collect()
    };
    let page = HistoryPage {
        css: CSS,
        policy: policy(),
        city,
        quiet: history.indicators.values().filter(|it| !tells(it)).count(),
        runs: history.runs.iter().map(day).collect(),
        sites: history
            .sites
            .values()
            .map(|it| SiteRow {
                name: clean(&it.name),
                trend: Trend::of(&it.points, history.runs.len()),
                cells: cells(&it.points),
            })
            .collect(),
        indicators: history
            .indicators
            .iter()
            .filter(|(_, counts)| tells(counts))
            .map(|(name, counts)| IndicatorRow { title: title(history, name), name: clean(name), counts })
            .collect(),
    };
    Ok(page.render()?.into_bytes())
}

/// What an indicator's rows are about: the part that they share comes first in a row's title.
fn title(history: &History, indicator: &str) -> String {
    let titles = history.titles.get(indicator).into_iter().flatten();
    let mut shared: Vec<&str> = titles.map(|it| it.split('：').next().unwrap_or(it)).collect();
    shared.dedup();
    clean(&shared.join("、"))
}

impl Trend {
    /// `None` when fewer than two runs have a score.
    fn of(points: &[(usize, Point)], runs: usize) -> Option<Self> {
        let scores: Vec<(usize, f64)> = points
            .iter()
            .filter_map(|(run, it)| it.score.map(|it| (*run, it.low.decimal() / it.full.decimal().max(1.0))))
            .collect();
        let (first, last) = (scores.first()?, scores.last()?);
        if scores.len() < 2 {
            return None;
        }
        let place = |(run, share): &(usize, f64)| {
            let x = 4 + run * (WIDE - 8) / runs.saturating_sub(1).max(1);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of 0 to 1")]
            let down = ((1.0 - share.clamp(0.0, 1.0)) * 100.0) as usize;
            (x, 4 + down * (HIGH - 8) / 100)
        };
        let line: Vec<String> = scores.iter().map(place).map(|(x, y)| format!("{x},{y}")).collect();
        let points = |share: f64| format!("{:.0}", share * 100.0);
        Some(Self {
            line: line.join(" "),
            end: place(last),
            words: format!("最低得分由满分的{}%到{}%", points(first.1), points(last.1)),
        })
    }
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
