//! Working days in China: which weekdays are off, and which weekend days are worked.
//!
//! The days are data (`checklists/holidays.toml`). Where a year is missing the week alone is counted, and the
//! answer says so: a deadline that nobody announced is never passed off as the official one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use super::{Complaints, Day, Document, Fields};

/// The built-in calendar's file, for complaints.
const FILE: &str = "checklists/holidays.toml";

static OFFICIAL: LazyLock<Calendar> = LazyLock::new(|| {
    // A test reads the file and hears of its mistakes; here, no data is the honest fallback.
    Calendar::parse(Path::new(FILE), include_str!("../../checklists/holidays.toml")).unwrap_or_default()
});

/// Days off and days worked in lieu, by year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    years: BTreeMap<i16, Year>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Year {
    off: BTreeSet<Day>,
    worked: BTreeSet<Day>,
}

/// A day so many working days away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkingDay {
    /// The day.
    pub day: Day,
    /// Whether the holidays of every year on the way are known; otherwise only weekends were left out.
    pub announced: bool,
}

impl Calendar {
    /// The calendar that was built in.
    pub fn official() -> &'static Self {
        &OFFICIAL
    }

    /// Reads a calendar. `file` is only named in complaints.
    pub fn parse(file: &Path, text: &str) -> Result<Self, Complaints> {
        let document = Document::parse(text);
        let calendar = read(&document.root());
        let complaints = document.into_complaints();
        if complaints.is_empty() { Ok(calendar) } else { Err(Complaints::new(file, complaints)) }
    }

    /// Whether people work on `day`; `None` when the year's holidays are not known.
    pub fn is_worked(&self, day: Day) -> Option<bool> {
        let year = self.years.get(&day.year())?;
        Some(if day.is_weekend() { year.worked.contains(&day) } else { !year.off.contains(&day) })
    }

    /// The last of `count` working days after `start`, which itself does not count.
    pub fn working_days_after(&self, start: Day, count: u32) -> WorkingDay {
        let (mut day, mut left, mut announced) = (start, count, true);
        while left > 0 {
            let next = day.plus_days(1);
            if next == day {
                break;
            }
            day = next;
            let worked = self.is_worked(day);
            announced &= worked.is_some();
            if worked.unwrap_or(!day.is_weekend()) {
                left -= 1;
            }
        }
        WorkingDay { day, announced }
    }
}

fn read(root: &Fields<'_>) -> Calendar {
    let mut calendar = Calendar::default();
    for fields in root.tables("year") {
        fields.required("notice");
        let year = fields.count("year").and_then(|it| i16::try_from(it).ok());
        let Some(number) = year else {
            fields.complain("year", "`year` is missing");
            continue;
        };
        let year =
            Year { off: days(&fields, "off", number, false), worked: days(&fields, "worked", number, true) };
        calendar.years.insert(number, year);
    }
    calendar
}

/// Days of `year`, on weekends or on weekdays as the list wants them.
fn days(fields: &Fields<'_>, key: &'static str, year: i16, weekend: bool) -> BTreeSet<Day> {
    let mut days = BTreeSet::new();
    for text in fields.texts(key) {
        match text.parse::<Day>() {
            Ok(day) if day.year() == year && day.is_weekend() == weekend => {
                days.insert(day);
            }
            Ok(day) => fields.complain(key, format!("`{day}` does not belong in this list of {year}")),
            Err(error) => fields.complain(key, error.to_string()),
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Calendar;
    use crate::base::Day;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn the_official_file_has_no_mistakes() {
        let text = include_str!("../../checklists/holidays.toml");
        let calendar = Calendar::parse(Path::new("holidays.toml"), text).unwrap();
        assert_eq!(calendar.years.keys().copied().collect::<Vec<_>>(), (2015..=2026).collect::<Vec<_>>());
        assert_eq!(calendar, *Calendar::official());
    }

    #[test]
    fn holidays_do_not_count_and_worked_sundays_do() {
        let after = |from: &str, count| Calendar::official().working_days_after(day(from), count);
        // 2017-12-15 is a Friday; 2017-12-30 to 2018-01-01 are off.
        assert_eq!(after("2017-12-15", 10).day, day("2017-12-29"));
        assert_eq!(after("2017-12-18", 10).day, day("2018-01-02"));
        // Sunday 2017-01-22 is worked, 27 January to 2 February are off.
        assert_eq!(after("2017-01-20", 5).day, day("2017-01-26"));
        assert_eq!(after("2017-01-26", 1).day, day("2017-02-03"));
    }

    #[test]
    fn a_year_without_a_notice_is_counted_by_the_week_and_says_so() {
        let after = |from: &str| Calendar::official().working_days_after(day(from), 10);
        assert!(after("2026-12-10").announced);
        let open = after("2026-12-21");
        assert_eq!((open.day, open.announced), (day("2027-01-04"), false));
    }

    #[test]
    fn a_day_in_the_wrong_list_is_a_complaint() {
        let text =
            "[[year]]\nyear = 2017\nnotice = \"x\"\noff = [\"2017-01-01\"]\nworked = [\"2016-01-02\"]\n";
        assert_eq!(Calendar::parse(Path::new("h.toml"), text).unwrap_err().to_string().lines().count(), 2);
    }
}
