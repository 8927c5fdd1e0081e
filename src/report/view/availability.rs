//! The week of visits to the home page: each visit a cell, how long answers took, and when the home page was away.

use crate::base::{Day, Moment};
use crate::dossier::{Facts, Reach, reach};
use crate::evidence::Probe;

/// Days that are shown; the longest window of a document.
const DAYS: u32 = 7;

/// A week of visits, for readers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AvailabilityView {
    /// Every visit of the week, in the order of time.
    pub cells: Vec<ProbeCell>,
    /// Opened.
    pub opened: usize,
    /// Not opened.
    pub not_opened: usize,
    /// Cannot be judged.
    pub doubtful: usize,
    /// Not counted, because our own line was down.
    pub dropped: usize,
    /// How long the visits that opened took, in milliseconds: median, 90 %, 99 % and the longest.
    pub latency: Option<[u64; 4]>,
    /// When the home page was away.
    pub incidents: Vec<Incident>,
}

/// One visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeCell {
    /// When.
    pub at: Moment,
    /// What it counts as.
    pub reach: Reach,
    /// How long it took, in milliseconds.
    pub took: u64,
    /// What came; zh-CN.
    pub words: String,
}

/// A time in which no visit opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// The first visit that did not open.
    pub from: Moment,
    /// The first that opened again; `None` when none did within the week.
    pub until: Option<Moment>,
    /// How many visits did not open.
    pub visits: usize,
    /// What came, each once; zh-CN.
    pub words: String,
}

impl AvailabilityView {
    /// The last week before the inspection; nothing when nobody watched it.
    pub(super) fn of_facts(facts: &Facts) -> Option<Self> {
        let watched = facts.watched()?;
        let week = watched.week(DAYS, facts.as_of()).ok()?;
        let within = |probe: &Probe| week.from <= probe.slot && probe.slot <= week.until;
        Some(Self::of(
            watched.visits().filter(|(probe, _)| within(probe)).map(|(probe, _)| cell(probe)).collect(),
        ))
    }

    /// Counts the cells.
    pub(in crate::report) fn of(cells: Vec<ProbeCell>) -> Self {
        let count = |wanted: &[Reach]| cells.iter().filter(|it| wanted.contains(&it.reach)).count();
        Self {
            opened: count(&[Reach::Opened]),
            not_opened: count(&[Reach::NotOpened]),
            doubtful: count(&[Reach::Challenged, Reach::Unproved]),
            dropped: count(&[Reach::Dropped]),
            latency: latency(&cells),
            incidents: incidents(&cells),
            cells,
        }
    }

    /// The cells day by day, as days are in China.
    pub fn days(&self) -> Vec<(Day, Vec<&ProbeCell>)> {
        let mut days: Vec<(Day, Vec<&ProbeCell>)> = Vec::new();
        for cell in &self.cells {
            match days.last_mut() {
                Some((day, cells)) if *day == cell.at.day() => cells.push(cell),
                _ => days.push((cell.at.day(), vec![cell])),
            }
        }
        days
    }
}

impl ProbeCell {
    /// As `report.json` spells what a visit counts as.
    pub(in crate::report) const REACHES: [(&'static str, Reach); 5] = [
        ("opened", Reach::Opened),
        ("not_opened", Reach::NotOpened),
        ("challenged", Reach::Challenged),
        ("unproved", Reach::Unproved),
        ("dropped", Reach::Dropped),
    ];
}

fn cell(probe: &Probe) -> ProbeCell {
    let reach = reach(probe);
    let words = match (probe.result, reach) {
        (_, Reach::Challenged) => "返回验证页或拒绝程序访问".to_owned(),
        (_, Reach::Opened) => "正常".to_owned(),
        (Ok(status), _) => format!("返回错误状态{status}"),
        (Err(kind), Reach::Unproved) => format!("{}，不能证明是网站的原因", kind.zh()),
        (Err(_), Reach::Dropped) => "本单位线路中断，不计".to_owned(),
        (Err(kind), _) => kind.zh().to_owned(),
    };
    let took = u64::try_from(probe.times.total.as_millis()).unwrap_or(u64::MAX);
    ProbeCell { at: probe.at, reach, took, words }
}

/// By the nearest rank: a number that was measured, and none in between.
fn latency(cells: &[ProbeCell]) -> Option<[u64; 4]> {
    let mut took: Vec<u64> = cells.iter().filter(|it| it.reach == Reach::Opened).map(|it| it.took).collect();
    took.sort_unstable();
    let at = |percent: usize| took[(took.len() * percent).div_ceil(100).max(1) - 1];
    (!took.is_empty()).then(|| [at(50), at(90), at(99), at(100)])
}

/// Visits that cannot be judged, or are none, neither begin nor end an incident.
fn incidents(cells: &[ProbeCell]) -> Vec<Incident> {
    let mut incidents: Vec<Incident> = Vec::new();
    let mut away = false;
    for cell in cells {
        match (cell.reach, incidents.last_mut()) {
            (Reach::NotOpened, Some(incident)) if away => {
                incident.visits += 1;
                if !incident.words.contains(&cell.words) {
                    incident.words = format!("{}、{}", incident.words, cell.words);
                }
            }
            (Reach::NotOpened, _) => {
                away = true;
                incidents.push(Incident { from: cell.at, until: None, visits: 1, words: cell.words.clone() });
            }
            (Reach::Opened, Some(incident)) if away => {
                away = false;
                incident.until = Some(cell.at);
            }
            _ => {}
        }
    }
    incidents
}

#[cfg(test)]
mod tests {
    use super::{AvailabilityView, ProbeCell};
    use crate::base::Moment;
    use crate::dossier::Reach;

    #[test]
    fn an_incident_lasts_until_the_next_visit_that_opens() {
        use Reach::{Dropped, NotOpened, Opened};
        let cells = [Opened, NotOpened, Dropped, NotOpened, Opened, Opened, NotOpened];
        let cell = |(hour, reach): (i64, Reach)| ProbeCell {
            at: Moment::from_millis(hour * 3_600_000).unwrap(),
            reach,
            took: hour.unsigned_abs() * 10,
            words: "超过15秒未打开".to_owned(),
        };
        let view = AvailabilityView::of((0..).zip(cells).map(cell).collect());
        let hours = |it: Moment| it.millis() / 3_600_000;
        let told: Vec<_> =
            view.incidents.iter().map(|it| (hours(it.from), it.until.map(hours), it.visits)).collect();
        assert_eq!(told, [(1, Some(4), 2), (6, None, 1)]);
        assert_eq!(view.latency, Some([40, 50, 50, 50]));
        assert_eq!((view.opened, view.not_opened, view.dropped), (3, 3, 1));
    }
}
