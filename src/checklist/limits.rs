//! Limits of time by kind of column, as the terms of an entry write them.

use serde::Deserialize;

use crate::base::{ColumnKind, Limit};

/// How old the newest entry of columns of these kinds may be: `{ kinds = ["notice", "policy"], months = 6 }`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub struct KindLimit {
    /// The kinds of column.
    pub kinds: Vec<ColumnKind>,
    /// How far back from the day of inspection.
    pub limit: Limit,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    kinds: Vec<ColumnKind>,
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
        Ok(Self { kinds: written.kinds, limit })
    }
}
