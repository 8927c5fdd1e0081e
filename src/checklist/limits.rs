//! How long a column may go without an update, as the rows of a checklist say it.

use serde::Deserialize;

use crate::base::{ColumnKind, Limit};

use super::Checklist;

/// The indicator whose terms set limits for columns.
const INDICATOR: &str = "column-stale";

/// One line of `limits` in the terms of such an entry.
#[derive(Deserialize)]
struct Line {
    kinds: Vec<ColumnKind>,
    days: Option<u32>,
    months: Option<u32>,
}

impl Checklist {
    /// The limit of each kind of column that has one; each kind once, in the order of the contract.
    ///
    /// Where rows disagree, the first in the document's order holds. A line that cannot be read sets no limit:
    /// `audit::bind` has refused it before anyone asks.
    pub fn column_limits(&self) -> Vec<(ColumnKind, Limit)> {
        let mut found: Vec<(ColumnKind, Limit)> = Vec::new();
        for entry in self.entries.iter().filter(|it| it.indicator.as_deref() == Some(INDICATOR)) {
            let lines = entry.terms.get("limits").and_then(toml::Value::as_array);
            for line in lines.into_iter().flatten() {
                let Ok(line) = line.clone().try_into::<Line>() else { continue };
                let Some(limit) = line.limit() else { continue };
                for kind in line.kinds {
                    if !found.iter().any(|(known, _)| *known == kind) {
                        found.push((kind, limit));
                    }
                }
            }
        }
        found.sort_unstable_by_key(|(kind, _)| *kind);
        found
    }
}

impl Line {
    fn limit(&self) -> Option<Limit> {
        match (self.days, self.months) {
            (Some(days), None) => Some(Limit::Days(days)),
            (None, Some(months)) => Some(Limit::Months(months)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::base::{ColumnKind, Limit};
    use crate::checklist::{adopted, parse};

    #[test]
    fn the_census_sets_three_limits() {
        let edition = adopted()[0];
        let checklist = parse(Path::new(edition.file), edition.text).unwrap();
        assert_eq!(
            checklist.column_limits(),
            [
                (ColumnKind::News, Limit::Days(14)),
                (ColumnKind::Notice, Limit::Months(6)),
                (ColumnKind::Policy, Limit::Months(6)),
                (ColumnKind::Personnel, Limit::Months(12)),
                (ColumnKind::Plan, Limit::Months(12)),
            ]
        );
    }
}
