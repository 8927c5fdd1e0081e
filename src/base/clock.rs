//! The wall clock. Time enters the program here and nowhere else.

#![expect(clippy::disallowed_methods, reason = "this is the one place that asks what time it is")]

use std::fmt;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::Day;

/// A moment; shown as RFC 3339 in China Standard Time, to the millisecond.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(Timestamp);

impl Moment {
    /// Now, by the machine's clock.
    pub fn now() -> Self {
        Self(Timestamp::now())
    }

    /// The moment so many milliseconds after 1970-01-01 00:00 UTC.
    pub fn from_millis(millis: i64) -> Option<Self> {
        Timestamp::from_millisecond(millis).ok().map(Self)
    }

    /// Milliseconds after 1970-01-01 00:00 UTC.
    pub fn millis(self) -> i64 {
        self.0.as_millisecond()
    }

    /// Midnight in China, with which the day begins.
    pub fn start_of(day: Day) -> Self {
        // China has kept one zone and no summer time since 1992; a day of a report is never older.
        Self::parse(&format!("{day}T00:00:00+08:00")).unwrap_or(Self(Timestamp::UNIX_EPOCH))
    }

    /// The day it is in China at that moment.
    pub fn day(self) -> Day {
        Day::of(self.in_china().date())
    }

    /// `2017-12-15T09:30:00Z`, as WARC wants it.
    pub fn utc(self) -> String {
        self.0.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
    }

    /// `20171215-093000` in China: for names of runs and files.
    pub fn compact(self) -> String {
        self.in_china().strftime("%Y%m%d-%H%M%S").to_string()
    }

    /// Reads RFC 3339 back.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    /// Reads the date of an HTTP header (`Fri, 15 Dec 2017 01:30:00 GMT`).
    pub fn from_http_date(text: &str) -> Option<Self> {
        jiff::fmt::rfc2822::parse(text.trim()).ok().map(|it| Self(it.timestamp()))
    }

    /// The minute of the day it is in China, from 0 to 1439.
    pub fn minute_of_day(self) -> u16 {
        let time = self.in_china().time();
        u16::try_from(i32::from(time.hour()) * 60 + i32::from(time.minute())).unwrap_or_default()
    }

    fn in_china(self) -> Zoned {
        self.0.to_zoned(TimeZone::get("Asia/Shanghai").unwrap_or(TimeZone::UTC))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.in_china().strftime("%Y-%m-%dT%H:%M:%S%.3f%:z"))
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The day it is now in China: the default day of inspection.
pub fn today_in_china() -> Day {
    Moment::now().day()
}

#[cfg(test)]
mod tests {
    use super::Moment;

    #[test]
    fn a_moment_is_shown_in_china_and_read_back() {
        let moment = Moment::parse("2017-12-14T16:30:00Z").unwrap();
        assert_eq!(moment.to_string(), "2017-12-15T00:30:00.000+08:00");
        assert_eq!(moment.day().to_string(), "2017-12-15");
        assert_eq!(Moment::parse(&moment.to_string()), Some(moment));
        assert_eq!(moment.minute_of_day(), 30);
        assert_eq!(Moment::start_of(moment.day()).to_string(), "2017-12-15T00:00:00.000+08:00");
        assert_eq!(Moment::from_http_date("Thu, 14 Dec 2017 16:30:00 GMT"), Some(moment));
    }
}
