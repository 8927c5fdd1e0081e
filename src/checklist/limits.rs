//! Limits of time by kind of column, as the terms of an entry write them.

use serde::Deserialize;

use crate::base::{ColumnKind, Limit};

use super::Checklist;

/// The indicator whose terms set limits for columns.
const INDICATOR: &str = "column-stale";

/// How old the newest entry of columns of these kinds may be: `{ kinds = ["notice", "policy"], months = 6 }`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub struct KindLimit {
    /// The kinds of column.
    pub kinds: Vec<ColumnKind>,
    /// Whether only first-level columns (一级栏目) are held to it.
    pub first_level: bool,
    /// How far back from the day of inspection.
    pub limit: Limit,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    kinds: Vec<ColumnKind>,
    #[serde(default)]
    first_level: bool,
    days: Option<u32>,
    months: Option<u32>,
}

impl TryFrom<Written> for KindLimit {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let limit = match (written.days, written.months) {
            (Some(days), None) => Limit::Days(days),
            (None, Some(months)) => Limit::Months(months),
            _ => return Err("a limit is written either in `days` or in `months`"),
        };
        Ok(Self { kinds: written.kinds, first_level: written.first_level, limit })
    }
}

impl Checklist {
    /// The limit of each kind of column that has one; each kind once, in the order of the contract.
    ///
    /// Whether a row holds columns below the first level to it is the row's matter, not the limit's.
    /// Where rows disagree, the first in the document's order holds. A line that cannot be read sets no limit:
    /// `audit::bind` has refused it before anyone asks.
    pub fn column_limits(&self) -> Vec<(ColumnKind, Limit)> {
        let mut found: Vec<(ColumnKind, Limit)> = Vec::new();
        for entry in self.entries.iter().filter(|it| it.indicator.as_deref() == Some(INDICATOR)) {
            let lines = entry.terms.get("limits").and_then(toml::Value::as_array);
            for line in lines.into_iter().flatten() {
                let Ok(KindLimit { kinds, limit, .. }) = line.clone().try_into() else { continue };
                for kind in kinds {
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
