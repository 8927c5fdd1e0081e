//! What the frontier comes to: how many addresses there are, and which of them were not asked for, and why.

use std::collections::BTreeMap;

use super::table::{ASKED, SCHEMA, SETTLED, SKIPPED, TURNED_AWAY, WAITING, address};
use super::{Frontier, Task};
use crate::base::Address;
use crate::crawl::Skip;
use crate::evidence::store::{Store, StoreError};

/// An address that was known and not asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unvisited {
    /// The address.
    pub address: Address,
    /// Why not.
    pub skip: Skip,
    /// The page on which it was found first, when it was found on one.
    pub found_on: Option<Address>,
}

/// Numbers of addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::crawl) struct Counts {
    /// All that are known.
    pub known: u64,
    /// Asked for or skipped.
    pub settled: u64,
    /// Pages that were asked for.
    pub pages: u64,
    /// Links that were checked.
    pub links: u64,
    /// Pages that had their turn, also those that may not be asked for.
    pub page_turns: u64,
    /// Links that did.
    pub link_turns: u64,
}

impl Frontier {
    /// How many addresses were skipped, by reason.
    pub(in crate::crawl) fn skipped(&self) -> Result<BTreeMap<Skip, u64>, StoreError> {
        self.store.with_index(|index| {
            let mut rows = index
                .prepare("select reason, count(*) from frontier where state in (3, 4) group by reason")?;
            let rows = rows.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
            let known = rows
                .filter_map(Result::ok)
                .filter_map(|(id, n)| Some((Skip::from_id(&id)?, n.unsigned_abs())));
            Ok(known.collect())
        })
    }

    /// How many addresses there are, by task and state.
    pub(in crate::crawl) fn counts(&self) -> Result<Counts, StoreError> {
        self.store.with_index(|index| {
            let mut counts = Counts::default();
            let mut rows =
                index.prepare("select task, state, attempt > 1, count(*) from frontier group by 1, 2, 3")?;
            let mut rows = rows.query([])?;
            while let Some(row) = rows.next()? {
                let (task, state): (i64, i64) = (row.get(0)?, row.get(1)?);
                let (again, number): (bool, i64) = (row.get(2)?, row.get(3)?);
                let number = number.unsigned_abs();
                counts.known += number;
                // What waits for its second chance has had its first.
                let asked = state == ASKED || state == SETTLED || (state == WAITING && again);
                let is_settled = matches!(state, SETTLED | SKIPPED | TURNED_AWAY);
                counts.settled += if is_settled { number } else { 0 };
                let had_turn = asked || state == TURNED_AWAY || again;
                let (asked, had_turn) = (u64::from(asked) * number, u64::from(had_turn) * number);
                if task == Task::Page.number() {
                    counts.pages += asked;
                    counts.page_turns += had_turn;
                } else if task == Task::Link.number() {
                    counts.links += asked;
                    counts.link_turns += had_turn;
                }
            }
            Ok(counts)
        })
    }
}

/// Every address that is known to a site's frontier and was not asked for, in the order of finding. What is still
/// waiting has `waiting` as its reason: the walk ended before its turn came.
pub fn unvisited(store: &Store, waiting: Skip) -> Result<Vec<Unvisited>, StoreError> {
    let mut all = Vec::new();
    each_unvisited(store, waiting, |it| all.push(it))?;
    Ok(all)
}

/// The same, one at a time: a large site may know millions.
pub fn each_unvisited(
    store: &Store,
    waiting: Skip,
    mut each: impl FnMut(Unvisited),
) -> Result<(), StoreError> {
    store.with_index(|index| {
        index.execute_batch(SCHEMA)?;
        let mut rows = index.prepare(
            "select it.address, it.reason, page.address from frontier it
             left join frontier page on page.id = it.found_on
             where it.state in (0, 1, 3, 4) order by it.id",
        )?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let reason: Option<String> = row.get(1)?;
            let found_on: Option<String> = row.get(2)?;
            each(Unvisited {
                address: address(&row.get::<_, String>(0)?)?,
                skip: reason.and_then(|it| Skip::from_id(&it)).unwrap_or(waiting),
                found_on: found_on.and_then(|it| it.parse().ok()),
            });
        }
        Ok(())
    })
}
