//! When each site is visited: once in every interval, each at its own time, the same after a restart.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::clock::plus;
use crate::base::{Digest, Moment};
use crate::site::SiteId;

/// A week of hourly visits, say: how often, from when, until when. Kept in the log, so that a restart goes on with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watch {
    /// The beginning of the first interval.
    pub from: Moment,
    /// The end of the last; `None` when it goes on until it is stopped.
    pub until: Option<Moment>,
    /// How long an interval is.
    pub every: Duration,
}

/// The intervals of a watch. Each begins a whole number of intervals after the first: nothing adds up over weeks.
#[derive(Clone, Copy, Debug)]
pub struct Schedule(Watch);

impl Watch {
    /// A watch that begins now.
    pub fn beginning(now: Moment, every: Duration, lasts: Option<Duration>) -> Self {
        Self { from: now, until: lasts.map(|it| plus(now, it)), every }
    }

    /// Whether it is over.
    pub fn is_over(self, now: Moment) -> bool {
        self.until.is_some_and(|until| until <= now)
    }

    /// How long it lasts.
    pub fn lasts(self) -> Option<Duration> {
        let millis = self.until?.millis() - self.from.millis();
        Some(Duration::from_millis(millis.unsigned_abs()))
    }
}

impl Schedule {
    /// The schedule of a watch.
    pub fn of(watch: Watch) -> Self {
        Self(watch)
    }

    /// The interval that `now` lies in, or the first when none has begun; `None` when the watch is over.
    pub fn slot_at(self, now: Moment) -> Option<Moment> {
        let every = self.every();
        let passed = (now.millis() - self.0.from.millis()).max(0) / every;
        self.nth(passed)
    }

    /// The interval after this one; `None` when it was the last.
    pub fn after(self, slot: Moment) -> Option<Moment> {
        self.nth((slot.millis() - self.0.from.millis()) / self.every() + 1)
    }

    /// When the site is due in this interval: at a time of its own within the first nine tenths, moved a little each
    /// time, so that sites are spread over the interval and none is always asked at the full hour.
    pub fn due(self, site: &SiteId, slot: Moment) -> Moment {
        let every = self.0.every;
        let own = every.mul_f64(0.8 * share(&format!("{site}")));
        let jitter = every.mul_f64(0.1 * share(&format!("{site} {}", slot.millis())));
        plus(slot, own + jitter)
    }

    fn nth(self, number: i64) -> Option<Moment> {
        let millis = number.checked_mul(self.every())?.checked_add(self.0.from.millis())?;
        let slot = Moment::from_millis(millis)?;
        self.0.until.is_none_or(|until| slot < until).then_some(slot)
    }

    fn every(self) -> i64 {
        i64::try_from(self.0.every.as_millis()).unwrap_or(i64::MAX).max(1)
    }
}

/// A number from 0 to 1 that is always the same for the same text.
fn share(text: &str) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a time of day needs no 53 bits")]
    let number = Digest::of(text).number() as f64;
    #[expect(clippy::cast_precision_loss, reason = "as above")]
    let most = u64::MAX as f64;
    number / most
}

/// `EVERY FROM UNTIL` in milliseconds, `-` for no end: the line under which the log keeps a watch.
impl fmt::Display for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let until = self.until.map_or_else(|| "-".to_owned(), |it| it.millis().to_string());
        write!(f, "{} {} {until}", self.every.as_millis(), self.from.millis())
    }
}

impl FromStr for Watch {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let words: Vec<&str> = text.split(' ').collect();
        let [every, from, until] = words[..] else { return Err(()) };
        let moment = |text: &str| text.parse().ok().and_then(Moment::from_millis).ok_or(());
        Ok(Self {
            every: Duration::from_millis(every.parse().map_err(|_| ())?),
            from: moment(from)?,
            until: if until == "-" { None } else { Some(moment(until)?) },
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Schedule, Watch};
    use crate::base::Moment;

    fn week() -> Watch {
        let from = Moment::parse("2017-12-08T10:17:00+08:00").unwrap();
        Watch::beginning(from, Duration::from_hours(1), Some(Duration::from_hours(7 * 24)))
    }

    #[test]
    fn a_week_of_hours_has_168_intervals_and_every_site_is_due_once_in_each() {
        let schedule = Schedule::of(week());
        let site = "zhaoyang".parse().unwrap();
        let mut slots = vec![schedule.slot_at(week().from).unwrap()];
        while let Some(next) = schedule.after(slots[slots.len() - 1]) {
            slots.push(next);
        }
        assert_eq!(slots.len(), 168);
        for slot in &slots {
            let due = schedule.due(&site, *slot);
            assert!(due >= *slot && schedule.slot_at(due) == Some(*slot));
        }
        assert_eq!(schedule.slot_at(week().until.unwrap()), None);
    }

    #[test]
    fn sites_are_spread_over_the_interval() {
        let schedule = Schedule::of(week());
        let minutes: std::collections::BTreeSet<i64> = (0..60)
            .map(|n| schedule.due(&format!("s{n}").parse().unwrap(), week().from).millis() / 60_000)
            .collect();
        assert!(minutes.len() > 25, "{} different minutes", minutes.len());
    }

    #[test]
    fn a_watch_is_read_back() {
        let endless = Watch { until: None, ..week() };
        for watch in [week(), endless] {
            assert_eq!(watch.to_string().parse(), Ok(watch));
        }
        assert_eq!("x".parse::<Watch>(), Err(()));
    }
}
