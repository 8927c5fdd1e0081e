//! The same sites over many runs: how verdict, score and defects went.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::printable;
use crate::score::{Outcome, Score};

use super::change::Origin;
use super::reading::{Answer, Seen, SiteReading};

/// Trends over runs, the oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The runs.
    pub runs: Vec<Origin>,
    /// For each site, in order of id: one point for each run it was in.
    pub sites: BTreeMap<String, Trend>,
    /// For each indicator: in each run, how many sites fail it and how many different things it found.
    pub indicators: BTreeMap<String, Vec<Count>>,
    /// For each indicator: what the rows that it answers are about; zh-CN.
    pub titles: BTreeMap<String, BTreeSet<String>>,
}

/// One site over the runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trend {
    /// 网站名称, the latest.
    pub name: String,
    /// Index of the run, and what the site came to in it.
    pub points: Vec<(usize, Point)>,
}

/// What a site came to in one run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// How much was seen.
    pub seen: Seen,
    /// The verdict.
    pub outcome: Option<Outcome>,
    /// The score.
    pub score: Option<Score>,
    /// Different things that count against it.
    pub defects: usize,
}

/// An indicator in one run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Sites that fail it.
    pub failing: usize,
    /// Sites where it could not be determined.
    pub undetermined: usize,
    /// Different things it found that count, over all sites.
    pub defects: usize,
}

/// Subjects by kind and key.
type Things<'a> = BTreeSet<(&'a str, &'a str)>;

impl History {
    /// A run begins; its sites follow.
    pub fn run(&mut self, origin: Origin) {
        self.runs.push(origin);
        for counts in self.indicators.values_mut() {
            counts.push(Count::default());
        }
    }

    /// A site of the run that was begun last.
    pub fn site(&mut self, site: &SiteReading<'_>) {
        let Some(run) = self.runs.len().checked_sub(1) else { return };
        let defects: BTreeSet<_> =
            site.findings().filter(|(_, it)| it.counts).map(|(_, it)| (&it.kind, it.key())).collect();
        let point =
            Point { seen: site.seen, outcome: site.outcome, score: site.score, defects: defects.len() };
        let trend = self.sites.entry(site.id.to_string()).or_default();
        trend.name = printable(&site.name);
        trend.points.push((run, point));
        let mut of_site: BTreeMap<&str, (Count, Things<'_>)> = BTreeMap::new();
        for row in &site.rows {
            let Some(indicator) = row.indicator.as_deref() else { continue };
            let (count, things) = of_site.entry(indicator).or_default();
            count.failing |= usize::from(row.answer == Answer::Fail);
            count.undetermined |= usize::from(row.answer == Answer::Undetermined);
            if !self.titles.get(indicator).is_some_and(|it| it.contains(&*row.title)) {
                self.titles.entry(indicator.to_owned()).or_default().insert(row.title.to_string());
            }
            things.extend(row.found.iter().filter(|it| it.counts).map(|it| (it.kind.as_ref(), it.key())));
        }
        for (indicator, (count, things)) in of_site {
            let counts = self.indicators.entry(indicator.to_owned()).or_default();
            counts.resize(run + 1, Count::default());
            counts[run].failing += count.failing;
            counts[run].undetermined += count.undetermined;
            counts[run].defects += things.len();
        }
    }
}
