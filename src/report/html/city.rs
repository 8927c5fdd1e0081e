//! The city's pictures: how scores are spread, and the map of bodies and indicators.

use std::collections::BTreeSet;

use crate::checklist::Effect;
use crate::report::view::{CityView, ClauseRef, RowSummary, Verdict};

/// How high the tallest bar is drawn, and where bars stand.
const TALLEST: usize = 100;
const FLOOR: usize = 125;

/// Sites by their lowest score, ten points a bar.
pub(super) struct Spread {
    pub(super) bars: Vec<Bar>,
    /// Where the pass mark stands.
    pub(super) pass: usize,
    /// The same in words, for who cannot see it.
    pub(super) words: String,
}

pub(super) struct Bar {
    pub(super) label: String,
    pub(super) count: usize,
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) height: usize,
}

impl Spread {
    pub(super) fn of(view: &CityView) -> Self {
        let mut counts = [0_usize; 10];
        let mut pass = 0.6;
        for ranked in &view.ranking {
            let outcome = &ranked.summary.outcome;
            let full = outcome.score.full.decimal().max(1.0);
            pass = outcome.pass.decimal() / full;
            let share = outcome.score.low.decimal() / full;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of 0 to 1")]
            let at = (share * 10.0).clamp(0.0, 9.0) as usize;
            counts[at] += 1;
        }
        let most = counts.into_iter().max().unwrap_or_default().max(1);
        let bar = |(at, count): (usize, usize)| {
            let height = count * TALLEST / most;
            let end = if at == 9 { 100 } else { at * 10 + 9 };
            Bar { label: format!("{}—{end}", at * 10), count, x: 6 + at * 60, y: FLOOR - height, height }
        };
        let bars: Vec<Bar> = counts.into_iter().enumerate().map(bar).collect();
        let filled = bars.iter().filter(|it| it.count > 0);
        let words: Vec<String> = filled.map(|it| format!("{}分：{}个", it.label, it.count)).collect();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of 0 to 1")]
        let pass = (pass.clamp(0.0, 1.0) * 600.0) as usize;
        Self { words: format!("得分分布。{}", words.join("，")), pass, bars }
    }
}

/// Bodies × indicators.
pub(super) struct Heat<'a> {
    pub(super) heads: Vec<ClauseRef>,
    pub(super) rows: Vec<HeatRow<'a>>,
}

pub(super) struct HeatRow<'a> {
    pub(super) name: &'a str,
    pub(super) path: &'a str,
    pub(super) cells: Vec<HeatCell<'a>>,
}

pub(super) struct HeatCell<'a> {
    pub(super) clause: &'a str,
    pub(super) tone: &'static str,
    /// For who cannot see the colour.
    pub(super) words: String,
    pub(super) shown: String,
}

impl<'a> Heat<'a> {
    /// Only rows of the checklist that tell sites apart: one that nobody could answer would be a grey stripe.
    pub(super) fn of(view: &'a CityView) -> Self {
        let rows = || view.ranking.iter().flat_map(|it| &it.summary.rows);
        let telling: BTreeSet<&str> = rows().filter(|it| tells(it)).map(|it| it.clause.as_str()).collect();
        let first = view.ranking.first().map(|it| it.summary.rows.as_slice()).unwrap_or_default();
        let heads = first.iter().filter(|it| telling.contains(it.clause.as_str()));
        let heads =
            heads.map(|it| ClauseRef { clause: it.clause.clone(), title: it.title.clone() }).collect();
        let rows = view.ranking.iter().map(|ranked| HeatRow {
            name: &ranked.summary.site.name,
            path: &ranked.path,
            cells: ranked
                .summary
                .rows
                .iter()
                .filter(|it| telling.contains(it.clause.as_str()))
                .map(HeatCell::of)
                .collect(),
        });
        Self { heads, rows: rows.collect() }
    }
}

fn tells(row: &RowSummary) -> bool {
    match row.verdict {
        Verdict::Pass | Verdict::Fail => true,
        Verdict::Undetermined => !row.beyond_one_visit,
        Verdict::NotApplicable | Verdict::Manual => false,
    }
}

impl<'a> HeatCell<'a> {
    fn of(row: &'a RowSummary) -> Self {
        let tone = match row.verdict {
            Verdict::Pass => "good",
            Verdict::Fail if row.to_confirm || row.effect == Effect::Advise => "open",
            Verdict::Fail => "bad",
            Verdict::Undetermined if row.beyond_one_visit => "none",
            Verdict::Undetermined => "open",
            Verdict::NotApplicable | Verdict::Manual => "none",
        };
        let shown = match row.verdict {
            Verdict::Fail => row.findings.max(1).to_string(),
            Verdict::Undetermined => "?".to_owned(),
            Verdict::Pass => "·".to_owned(),
            Verdict::NotApplicable | Verdict::Manual => "–".to_owned(),
        };
        let words = format!("{}：{} ", row.title, row.verdict.zh());
        Self { clause: &row.clause, tone, words, shown }
    }
}
