//! When an entry was published, put together from the list, its own page and its address.

use crate::base::{Address, Day};
use crate::page::{DateSource, Dated, Item, address_date};

use super::seen::{Seen, Settled};
use super::{Row, When};

/// The row of a list item, dated as well as the archive allows.
pub(super) fn row(item: &Item, seen: &Seen<'_>, as_of: Day) -> Row {
    Row { title: item.title.clone(), address: item.address.clone(), when: when(item, seen, as_of) }
}

fn when(item: &Item, seen: &Seen<'_>, as_of: Day) -> When {
    let address = item.address.as_ref();
    match &item.date {
        Dated::Printed { day, source } if *source != DateSource::Address => told(*day, *source, as_of),
        Dated::Yearless { month, day } => yearless(*month, *day, address, seen, as_of),
        Dated::Unread(_) => own_page(address, seen, as_of).unwrap_or(When::Unread),
        Dated::Printed { .. } | Dated::Absent => undated(address, seen, as_of),
    }
}

/// A day as printed, set against the day of inspection.
pub(super) fn told(day: Day, source: DateSource, as_of: Day) -> When {
    if day > as_of { When::Later(day) } else { When::Known { day, source } }
}

/// A month and a day: the year comes from the entry's own page or from its address, else it can only be bounded.
fn yearless(month: i8, day: i8, address: Option<&Address>, seen: &Seen<'_>, as_of: Day) -> When {
    if let Some(when @ (When::Known { .. } | When::Later(_))) = own_page(address, seen, as_of) {
        return when;
    }
    let by_address = address.and_then(address_date).and_then(|it| near(it.year(), month, day, it));
    if let Some(day) = by_address {
        return told(day, DateSource::Text, as_of);
    }
    let this_year = Day::new(as_of.year(), month, day).filter(|it| *it <= as_of);
    // 29 February is at best in the last leap year.
    let earlier = || (1..=8).find_map(|back| Day::new(as_of.year() - back, month, day));
    this_year.or_else(earlier).map_or(When::Unread, When::AtBest)
}

/// The printed month and day in the year nearest to `other`, when they are within a month of each other.
fn near(year: i16, month: i8, day: i8, other: Day) -> Option<Day> {
    [year - 1, year, year + 1]
        .into_iter()
        .filter_map(|year| Day::new(year, month, day))
        .find(|it| it.days_since(other).abs() <= 31)
}

/// An entry whose list prints no date: its own page may.
fn undated(address: Option<&Address>, seen: &Seen<'_>, as_of: Day) -> When {
    let own = own_page(address, seen, as_of);
    if let Some(When::Known { .. } | When::Later(_)) = own {
        return own.unwrap_or(When::Unread);
    }
    match address.and_then(address_date) {
        Some(day) if day <= as_of => When::Likely(day),
        Some(day) => When::Later(day),
        None => own.unwrap_or(When::Unread),
    }
}

/// What the entry's own page says; `None` when it was not read or is no article.
fn own_page(address: Option<&Address>, seen: &Seen<'_>, as_of: Day) -> Option<When> {
    let Settled::Page(fact) = seen.settle(address?) else { return None };
    let article = fact.page.article.as_ref()?;
    match &article.date {
        Dated::Printed { day, source } if *source != DateSource::Address => Some(told(*day, *source, as_of)),
        Dated::Absent if fact.whole && fact.page.by_script.is_none() => Some(When::Undated),
        Dated::Printed { .. } | Dated::Yearless { .. } | Dated::Unread(_) | Dated::Absent => {
            Some(When::Unread)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::near;
    use crate::base::Day;

    #[test]
    fn the_year_of_a_yearless_day_is_the_one_nearest_to_its_address() {
        let address: Day = "2017-01-02".parse().unwrap();
        assert_eq!(near(2017, 12, 31, address).map(|it| it.to_string()), Some("2016-12-31".to_owned()));
        assert_eq!(near(2017, 6, 16, address), None);
    }
}
