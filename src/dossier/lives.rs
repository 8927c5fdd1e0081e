//! When entries came and went, and what was printed beside them: from looks at the same list at different times.
//!
//! A printed date can be changed; when something was first seen cannot.

use std::collections::BTreeMap;

use crate::base::{Address, Day, Moment};
use crate::evidence::Sighted;

use super::{Column, Content, Facts, When};

/// How an entry came and went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// The entry as it was seen last.
    pub entry: Sighted,
    /// When it was first seen.
    pub first_seen: Moment,
    /// When it was last seen.
    pub last_seen: Moment,
    /// Whether it stood there at the first look of all, so that nothing is known of when it came.
    pub from_the_start: bool,
    /// Every day that was printed beside it, in the order seen; more than one when the date was changed.
    pub printed: Vec<Day>,
}

/// What stood on a list at one time.
pub type Look = (Moment, Vec<Sighted>);

/// What became of a column over several looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnFeed {
    /// As the site names it.
    pub name: String,
    /// Its first page.
    pub address: Address,
    /// When it was looked at, in order; at least once.
    pub looks: Vec<Moment>,
    /// Its entries, the newest first.
    pub lives: Vec<Life>,
}

impl Life {
    /// Whether its printed date was changed.
    pub fn was_moved(&self) -> bool {
        self.printed.len() > 1
    }

    /// Whether the printed day lies more than a day after it was first seen here: then it was not published on it.
    pub fn is_dated_ahead(&self) -> bool {
        self.entry.printed.is_some_and(|day| day.days_since(self.first_seen.day()) > 1)
    }
}

impl ColumnFeed {
    /// Entries that came after the first look, the newest first.
    pub fn arrivals(&self) -> impl Iterator<Item = &Life> {
        self.lives.iter().filter(|it| !it.from_the_start)
    }

    /// When something new appeared last; `None` when that was not seen.
    pub fn changed_last(&self) -> Option<Moment> {
        self.arrivals().map(|it| it.first_seen).max()
    }
}

/// The lives of all entries of a list, from looks in the order of time; the newest first.
pub fn lives(looks: impl IntoIterator<Item = Look>) -> Vec<Life> {
    let mut lives: BTreeMap<Address, Life> = BTreeMap::new();
    let mut first = None;
    for (at, entries) in looks {
        let first = *first.get_or_insert(at);
        for entry in entries {
            let life = lives.entry(entry.address.clone()).or_insert_with(|| Life {
                entry: entry.clone(),
                first_seen: at,
                last_seen: at,
                from_the_start: at == first,
                printed: Vec::new(),
            });
            life.last_seen = at;
            if let Some(day) = entry.printed.filter(|day| life.printed.last() != Some(day)) {
                life.printed.push(day);
            }
            life.entry = entry;
        }
    }
    let mut lives: Vec<Life> = lives.into_values().collect();
    lives.sort_by(|a, b| b.first_seen.cmp(&a.first_seen).then_with(|| a.entry.address.cmp(&b.entry.address)));
    lives
}

/// What became of a site's columns over several runs, given in the order of time. A column that could not be read in a
/// run was not looked at then.
pub fn feed<'a>(runs: impl IntoIterator<Item = (Moment, &'a Facts)>) -> Vec<ColumnFeed> {
    let mut columns: BTreeMap<Address, (String, Vec<Look>)> = BTreeMap::new();
    for (at, facts) in runs {
        for column in facts.columns() {
            let Some(entries) = entries(column) else { continue };
            let looks = columns.entry(column.address.clone()).or_default();
            looks.0.clone_from(&column.name);
            looks.1.push((at, entries));
        }
    }
    let feed = |(address, (name, looks)): (Address, (String, Vec<Look>))| ColumnFeed {
        name,
        address,
        looks: looks.iter().map(|(at, _)| *at).collect(),
        lives: lives(looks),
    };
    columns.into_iter().map(feed).collect()
}

fn entries(column: &Column) -> Option<Vec<Sighted>> {
    let Content::Listed { rows, .. } = &column.content else { return None };
    let entry = |row: &super::Row| {
        let printed = match row.when {
            When::Known { day, .. } | When::Later(day) => Some(day),
            When::Likely(_) | When::AtBest(_) | When::Undated | When::Unread => None,
        };
        Some(Sighted { title: row.title.clone(), address: row.address.clone()?, printed })
    };
    Some(rows.iter().filter_map(entry).collect())
}

#[cfg(test)]
mod tests {
    use super::lives;
    use crate::base::Moment;
    use crate::evidence::Sighted;

    fn look(day: &str, entries: &[(&str, &str)]) -> (Moment, Vec<Sighted>) {
        let entry = |(path, printed): &(&str, &str)| Sighted {
            title: (*path).to_owned(),
            address: format!("http://a.example{path}").parse().unwrap(),
            printed: printed.parse().ok(),
        };
        (Moment::start_of(day.parse().unwrap()), entries.iter().map(entry).collect())
    }

    #[test]
    fn a_moved_date_shows_and_so_does_one_that_lies_ahead() {
        let lives = lives([
            look("2017-12-01", &[("/1", "2017-11-20"), ("/2", "2017-11-01")]),
            look("2017-12-08", &[("/3", "2017-12-30"), ("/1", "2017-12-07"), ("/2", "2017-11-01")]),
            look("2017-12-15", &[("/3", "2017-12-30"), ("/1", "2017-12-07")]),
        ]);
        let told: Vec<_> = lives
            .iter()
            .map(|it| (it.entry.title.as_str(), it.from_the_start, it.was_moved(), it.is_dated_ahead()))
            .collect();
        assert_eq!(told, [("/3", false, false, true), ("/1", true, true, true), ("/2", true, false, false)]);
        assert_eq!(lives[2].last_seen.day().to_string(), "2017-12-08", "it left the list after that");
    }
}
