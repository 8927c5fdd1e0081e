//! Days in China Standard Time, and how far back a rule looks.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Weekday};
use jiff::{Span, Unit};

/// A calendar day. Rules count in days; hours never decide.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    /// The day, if there is such a day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        Date::new(year, month, day).ok().map(Self)
    }

    /// The first day of a month; `month` below 1 or above 12 stands for the first or the last month.
    pub fn month_start(year: i16, month: i8) -> Self {
        Self(Date::new(year, month.clamp(1, 12), 1).unwrap_or(Date::MAX))
    }

    /// Days from `earlier` to this day; negative when `earlier` is later.
    pub fn days_since(self, earlier: Self) -> i64 {
        self.0.since((Unit::Day, earlier.0)).map_or(0, |span| i64::from(span.get_days()))
    }

    /// The day `days` days before, stopping at the edge of the calendar.
    #[must_use]
    pub fn minus_days(self, days: u32) -> Self {
        Self(self.0.saturating_sub(Span::new().days(i64::from(days).min(3_000_000))))
    }

    /// The day `days` days after, stopping at the edge of the calendar.
    #[must_use]
    pub fn plus_days(self, days: u32) -> Self {
        Self(self.0.saturating_add(Span::new().days(i64::from(days).min(3_000_000))))
    }

    /// Whether it is a Saturday or a Sunday.
    pub fn is_weekend(self) -> bool {
        matches!(self.0.weekday(), Weekday::Saturday | Weekday::Sunday)
    }

    /// The same day of the month `months` months before, or that month's last day.
    #[must_use]
    pub fn minus_months(self, months: u32) -> Self {
        Self(self.0.saturating_sub(Span::new().months(i64::from(months).min(100_000))))
    }

    /// The year, as printed.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, 1 to 12.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> i8 {
        self.0.day()
    }

    pub(super) fn of(date: Date) -> Self {
        Self(date)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is no day written as `YYYY-MM-DD`.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no day; write it as YYYY-MM-DD")]
pub struct NotADay(String);

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        text.parse().map(Self).map_err(|_| NotADay(text.to_owned()))
    }
}

/// How far back a rule looks from the day of inspection (监测时间点前2周内, 前6个月内).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// So many days.
    Days(u32),
    /// So many months of the calendar.
    Months(u32),
}

impl Limit {
    /// The first day that still counts as updated when the inspection is on `as_of`.
    pub fn first_day(self, as_of: Day) -> Day {
        match self {
            Self::Days(days) => as_of.minus_days(days),
            Self::Months(months) => as_of.minus_months(months),
        }
    }

    /// The limit in days, seen from `as_of`.
    pub fn in_days(self, as_of: Day) -> i64 {
        as_of.days_since(self.first_day(as_of))
    }

    /// As an official would write it: 14天, 6个月.
    pub fn zh(self) -> String {
        match self {
            Self::Days(days) => format!("{days}天"),
            Self::Months(months) => format!("{months}个月"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Day, Limit};

    #[test]
    fn limits_count_back_from_the_day_of_inspection() {
        let as_of: Day = "2017-12-15".parse().unwrap();
        assert_eq!(Limit::Days(14).first_day(as_of).to_string(), "2017-12-01");
        assert_eq!(Limit::Months(6).first_day(as_of).to_string(), "2017-06-15");
        assert_eq!(Limit::Months(6).in_days(as_of), 183);
        let march: Day = "2017-03-31".parse().unwrap();
        assert_eq!(march.minus_months(1).to_string(), "2017-02-28");
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        assert_eq!(Day::new(2017, 2, 29), None);
        assert!("2017-2-30".parse::<Day>().is_err());
    }
}
