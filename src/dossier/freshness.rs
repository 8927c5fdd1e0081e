//! Whether a list was updated within a limit, and what may count as proof.

use crate::base::{Day, Limit};
use crate::evidence::Gap;

use super::{Freshness, Row, When};

/// Weighs the rows of a list against a limit on the day of inspection.
///
/// Only a printed day makes a list fresh. It is stale only when no entry can lie within the limit: what is not
/// known, or told by nothing but an address, keeps it from being accused. Entries without any date count as not
/// updated (国办发〔2015〕15号, 网站不更新, 注), so a list of nothing else is stale without a newest day.
pub fn freshness(rows: &[Row], newer_unread: bool, limit: Limit, as_of: Day) -> Freshness {
    let first = limit.first_day(as_of);
    let newest = rows.iter().filter_map(|row| row.when.no_later_than()).max();
    if let Some(known) = rows.iter().filter_map(|row| row.when.known()).max()
        && known >= first
    {
        return Freshness::Fresh { newest: known };
    }
    let doubt = rows.iter().filter_map(|row| doubt(row.when, first)).min();
    match doubt {
        Some(gap) => Freshness::Unknown(gap),
        None if newer_unread => Freshness::Unknown(Gap::WalkUnfinished),
        None => Freshness::Stale { newest },
    }
}

/// Why the entry might lie within the limit all the same.
fn doubt(when: When, first: Day) -> Option<Gap> {
    match when {
        When::Known { .. } | When::Undated => None,
        When::Likely(day) | When::AtBest(day) => (day >= first).then_some(Gap::DateUnread),
        When::Later(_) => Some(Gap::AfterInspection),
        When::Unread => Some(Gap::DateUnread),
    }
}

impl When {
    /// A day that the entry is certainly not later than.
    fn no_later_than(self) -> Option<Day> {
        match self {
            Self::Known { day, .. } | Self::AtBest(day) | Self::Likely(day) => Some(day),
            Self::Later(_) | Self::Undated | Self::Unread => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::freshness;
    use crate::base::{Day, Limit};
    use crate::dossier::{Freshness, Row, When};
    use crate::evidence::Gap;
    use crate::page::DateSource;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn known(text: &str) -> When {
        When::Known { day: day(text), source: DateSource::Text }
    }

    /// Two weeks before 2017-12-15.
    fn weigh(whens: &[When]) -> Freshness {
        let row = |when: &When| Row { title: "题".into(), address: None, when: *when };
        let rows: Vec<Row> = whens.iter().map(row).collect();
        freshness(&rows, false, Limit::Days(14), day("2017-12-15"))
    }

    #[test]
    fn a_pinned_item_does_not_make_a_list_stale() {
        let newest = day("2017-12-01");
        assert_eq!(weigh(&[known("2015-01-01"), known("2017-12-01")]), Freshness::Fresh { newest });
    }

    #[test]
    fn a_list_is_stale_only_when_nothing_can_lie_within_the_limit() {
        assert_eq!(weigh(&[known("2017-11-30")]), Freshness::Stale { newest: Some(day("2017-11-30")) });
        assert_eq!(weigh(&[known("2017-11-30"), When::Unread]), Freshness::Unknown(Gap::DateUnread));
        assert_eq!(weigh(&[When::Likely(day("2017-12-10"))]), Freshness::Unknown(Gap::DateUnread));
        assert_eq!(weigh(&[When::AtBest(day("2017-12-10"))]), Freshness::Unknown(Gap::DateUnread));
        assert_eq!(
            weigh(&[When::AtBest(day("2017-11-10"))]),
            Freshness::Stale { newest: Some(day("2017-11-10")) }
        );
    }

    #[test]
    fn entries_without_a_date_count_as_not_updated() {
        assert_eq!(weigh(&[When::Undated, When::Undated]), Freshness::Stale { newest: None });
    }

    #[test]
    fn entries_after_the_inspection_prove_nothing_about_it() {
        assert_eq!(
            weigh(&[When::Later(day("2018-01-01")), known("2017-10-01")]),
            Freshness::Unknown(Gap::AfterInspection)
        );
    }
}
