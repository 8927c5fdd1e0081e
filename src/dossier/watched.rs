//! What the probes of a site show: how often its home page opened, whether anything new appeared on it, until when its
//! certificates hold.
//!
//! What a visit counts as is decided here, once; how many of them are too many is an indicator's question.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Address, Day, Digest, Moment};
use crate::evidence::{Citation, FailureKind, Gap, Line, Probe, Sighted, Snapshot, Variant};

use super::Life;

const DAY: i64 = 24 * 3_600_000;

/// Statuses by which a server turns away programs, or asks to be spared: nothing is said about visitors.
const REFUSALS: [u16; 12] = [401, 403, 405, 407, 412, 418, 429, 451, 521, 567, 999, 511];

/// Looks at a home page before which nothing on it is called new: blocks that show old entries in turn have by then
/// shown most of them.
const ACQUAINTED: usize = 20;

/// The longest time without a look that "nothing new appeared meanwhile" can bear.
const BLINK: i64 = 2 * DAY;

/// Every probe of a site that is known on the day of inspection, in the order of time.
#[derive(Clone, Debug, Default)]
pub struct Watched {
    probes: Vec<(Probe, Citation)>,
    snapshots: BTreeMap<Digest, Snapshot>,
}

/// What a visit to the home page counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// It opened within 15 seconds.
    Opened,
    /// It did not, and our own line was up.
    NotOpened,
    /// It answered with a challenge, or turned us away as a program: what a visitor sees is not known.
    Challenged,
    /// It did not open, and that our own line was up is not proved.
    Unproved,
    /// Our own line was down, or the address was refused by us: no visit at all.
    Dropped,
}

/// The last days of a watch, counted.
#[derive(Clone, Debug)]
pub struct Week<'a> {
    /// The beginning of its first interval.
    pub from: Moment,
    /// The beginning of its last.
    pub until: Moment,
    /// Visits that opened.
    pub opened: usize,
    /// Visits that did not, and count against the site.
    pub not_opened: Vec<&'a (Probe, Citation)>,
    /// Visits that cannot be judged, because a challenge or a refusal came.
    pub challenged: usize,
    /// Visits that cannot be judged, because our own line is not proved to have been up.
    pub unproved: usize,
    /// Visits that are none.
    pub dropped: usize,
    /// How many visits count for each of its days, the first day first.
    pub days: Vec<usize>,
}

/// What a home page was seen to do within a window.
#[derive(Clone, Debug)]
pub enum Observed<'a> {
    /// Something that had not been there before.
    New {
        /// When it was first seen.
        at: Moment,
        /// What.
        entry: &'a Sighted,
    },
    /// The whole window was watched, and nothing new appeared.
    Same {
        /// The first look, and the last.
        looks: [&'a (Probe, Citation); 2],
        /// How many there were.
        count: usize,
    },
    /// The window was not watched closely enough.
    Unseen,
}

/// A certificate as it was shown last.
#[derive(Clone, Copy, Debug)]
pub struct Certificate<'a> {
    /// By whom.
    pub address: &'a Address,
    /// When it runs out.
    pub expires: Moment,
    /// The probe that saw it.
    pub citation: &'a Citation,
}

/// What a visit counts as.
pub fn reach(probe: &Probe) -> Reach {
    match probe.result {
        _ if probe.challenge.is_some() => Reach::Challenged,
        Ok(status) if REFUSALS.contains(&status) => Reach::Challenged,
        Ok(..=399) => Reach::Opened,
        Ok(400..) => Reach::NotOpened,
        Err(FailureKind::Forbidden | FailureKind::LineDown | FailureKind::Ours) => Reach::Dropped,
        Err(kind) => match probe.line {
            Line::Down => Reach::Dropped,
            // Whether it is their name service or ours is not known.
            Line::Up if kind.is_theirs() => Reach::NotOpened,
            Line::Up | Line::Unproved => Reach::Unproved,
        },
    }
}

impl Watched {
    /// Puts probes and the states of the home page together.
    pub fn of(mut probes: Vec<(Probe, Citation)>, snapshots: BTreeMap<Digest, Snapshot>) -> Self {
        probes.sort_by_key(|(probe, _)| (probe.at, probe.variant));
        Self { probes, snapshots }
    }

    /// Whether nobody watched.
    pub fn is_empty(&self) -> bool {
        self.probes.is_empty()
    }

    /// Visits to the home page as the roster gives it.
    pub fn visits(&self) -> impl DoubleEndedIterator<Item = &(Probe, Citation)> {
        self.probes.iter().filter(|(probe, _)| probe.variant == Variant::Home)
    }

    /// Every probe.
    pub fn probes(&self) -> &[(Probe, Citation)] {
        &self.probes
    }

    /// The last `days` days of the watch up to the day of inspection, each of 24 hours.
    ///
    /// A watch that ended more than that before the inspection says nothing about it.
    pub fn week(&self, days: u32, as_of: Day) -> Result<Week<'_>, Gap> {
        let end = Moment::start_of(as_of.plus_days(1));
        let visits = || self.visits().filter(|(probe, _)| probe.at < end);
        let last = visits().map(|(probe, _)| probe.slot).max().ok_or(Gap::NeedsProbes)?;
        if as_of.days_since(last.day()) > i64::from(days) {
            return Err(Gap::ProbesOld { days });
        }
        let counted = usize::try_from(days).unwrap_or(usize::MAX);
        let mut week = Week {
            from: last,
            until: last,
            opened: 0,
            not_opened: Vec::new(),
            challenged: 0,
            unproved: 0,
            dropped: 0,
            days: vec![0; counted],
        };
        for visit in visits() {
            let slot = visit.0.slot;
            let back = usize::try_from((last.millis() - slot.millis()) / DAY).unwrap_or(usize::MAX);
            let Some(day) = counted.checked_sub(back + 1) else { continue };
            week.from = week.from.min(slot);
            match reach(&visit.0) {
                Reach::Opened => week.opened += 1,
                Reach::NotOpened => week.not_opened.push(visit),
                Reach::Challenged => week.challenged += 1,
                Reach::Unproved => week.unproved += 1,
                Reach::Dropped => {
                    week.dropped += 1;
                    continue;
                }
            }
            week.days[day] += 1;
        }
        Ok(week)
    }

    /// What the home page was seen to do from the day `first` until the day of inspection.
    pub fn observed(&self, first: Day, as_of: Day) -> Observed<'_> {
        let (from, end) = (Moment::start_of(first), Moment::start_of(as_of.plus_days(1)));
        let looks: Vec<_> = self.looks().filter(|(visit, _)| visit.0.at < end).collect();
        let mut known: BTreeSet<&Address> = BTreeSet::new();
        for (number, (visit, snapshot)) in looks.iter().enumerate() {
            for entry in &snapshot.entries {
                let is_new = known.insert(&entry.address) && number >= ACQUAINTED && visit.0.at >= from;
                // An old entry that comes back is not new, whatever block it comes back in.
                if is_new && entry.printed.is_none_or(|day| day >= first) {
                    return Observed::New { at: visit.0.at, entry };
                }
            }
        }
        let at = |number: usize| looks[number].0.0.at;
        let Some(base) = looks.iter().rposition(|(visit, _)| visit.0.at < from) else {
            return Observed::Unseen;
        };
        let watched = &looks[base..];
        let closely =
            watched.windows(2).all(|pair| pair[1].0.0.at.millis() - pair[0].0.0.at.millis() <= BLINK);
        let to_the_end = end.millis() - at(looks.len() - 1).millis() <= BLINK;
        if watched.len() < ACQUAINTED || !closely || !to_the_end {
            return Observed::Unseen;
        }
        Observed::Same { looks: [watched[0].0, watched[watched.len() - 1].0], count: watched.len() }
    }

    /// The certificates that were shown within the last week before `as_of`, each host's last.
    pub fn certificates(&self, as_of: Day) -> Vec<Certificate<'_>> {
        let (from, end) = (Moment::start_of(as_of.minus_days(7)), Moment::start_of(as_of.plus_days(1)));
        let mut last: BTreeMap<&str, Certificate<'_>> = BTreeMap::new();
        for (probe, citation) in self.probes.iter().filter(|(probe, _)| (from..end).contains(&probe.at)) {
            // Where redirects led, the certificate may be another host's.
            if let (Some(expires), true) = (probe.expires, probe.address.is_secure()) {
                last.insert(probe.address.host(), Certificate { address: &probe.address, expires, citation });
            }
        }
        last.into_values().collect()
    }

    /// The life of every entry that the home page was seen to show, the newest first.
    pub fn lives(&self) -> Vec<Life> {
        super::lives::lives(self.looks().map(|(visit, snapshot)| (visit.0.at, snapshot.entries.clone())))
    }

    /// Visits that read the home page, with what stood on it.
    fn looks(&self) -> impl Iterator<Item = (&(Probe, Citation), &Snapshot)> {
        self.visits().filter_map(|visit| Some((visit, self.snapshots.get(&visit.0.content?)?)))
    }
}

impl Week<'_> {
    /// Visits whose outcome is known.
    pub fn judged(&self) -> usize {
        self.opened + self.not_opened.len()
    }

    /// Visits that cannot be judged, and might be either.
    pub fn doubtful(&self) -> usize {
        self.challenged + self.unproved
    }

    /// All visits that were made.
    pub fn visits(&self) -> usize {
        self.judged() + self.doubtful()
    }

    /// Days with fewer visits than `least`.
    pub fn thin_days(&self, least: usize) -> usize {
        self.days.iter().filter(|visits| **visits < least).count()
    }

    /// Between which shares of failures, in per cent, the truth lies with 95 % confidence, as far as the number of
    /// visits allows (Wilson's interval).
    pub fn interval(&self) -> (f64, f64) {
        wilson(self.not_opened.len(), self.judged())
    }
}

/// Wilson's score interval at 95 %, in per cent.
#[expect(clippy::cast_precision_loss, reason = "counts of visits are small")]
fn wilson(hits: usize, of: usize) -> (f64, f64) {
    const Z: f64 = 1.959_964;
    if of == 0 {
        return (0.0, 100.0);
    }
    let (n, share) = (of as f64, hits as f64 / of as f64);
    let centre = share + Z * Z / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let bound = |it: f64| 100.0 * (it / (1.0 + Z * Z / n)).clamp(0.0, 1.0);
    (bound(centre - half), bound(centre + half))
}

#[cfg(test)]
mod tests {
    use super::wilson;

    #[test]
    fn the_interval_is_wilsons() {
        // Against R's prop.test(9, 168, correct = FALSE): 2.84 to 9.87.
        let (low, high) = wilson(9, 168);
        assert!((low - 2.844).abs() < 0.01 && (high - 9.874).abs() < 0.01, "{low} {high}");
        assert_eq!(wilson(0, 0), (0.0, 100.0));
        assert!(wilson(0, 20).0 == 0.0 && (wilson(0, 20).1 - 16.11).abs() < 0.01);
    }
}
