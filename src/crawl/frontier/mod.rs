//! What is known of a site and not yet asked for, on disk beside the archive's index.
//!
//! An address is marked when it is put in, so it is put in once; memory does not grow with their number, and a walk
//! that was killed goes on where it was. Knows order, due times and counts; what is worth asking for is decided by
//! `plan`, and how it is asked by `fetch`.

mod heard;
mod table;
mod tally;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{OptionalExtension, Savepoint, params};

use super::Skip;
use crate::base::{Address, Moment};
use crate::evidence::store::{Store, StoreError};

pub(super) use self::heard::Heard;
use self::table::{
    ASKED, Known, SCHEMA, SETTLED, SKIPPED, WAITING, hash, insert, insert_all, knows, set, turn,
};
pub use self::tally::{Unvisited, each_unvisited, unvisited};

/// What is to be done with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Task {
    /// Fetch and read it.
    Page,
    /// See whether it works.
    Link,
    /// Read addresses from it.
    Sitemap,
    /// See how the host answers for what cannot exist.
    Calibration,
    /// See whether the site's search finds a title.
    Search,
}

/// In what order addresses are asked for; lower first, and among equals first found first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// The home page.
    Home,
    /// Declared columns and site map pages.
    Seed,
    /// What the navigation leads to.
    Navigation,
    /// Checks of what the home page links to, and of how the host answers.
    HomeLink,
    /// Lists and their next pages.
    List,
    /// Other pages.
    Article,
    /// Checks of what other pages link to.
    Link,
    /// What failed and is asked once more.
    SecondChance,
}

/// An address that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Find {
    /// What was found.
    pub address: Address,
    /// What is to be done with it; `Err` with the reason for doing nothing.
    pub task: Result<Task, Skip>,
    /// How soon.
    pub rank: Rank,
    /// Pages of its list that come before it.
    pub pager: u32,
}

/// An address whose turn it is.
#[derive(Clone, Debug)]
pub(super) struct Turn {
    /// Its row.
    pub id: i64,
    /// What to ask for.
    pub address: Address,
    /// What to do with it.
    pub task: Task,
    /// How soon it came.
    pub rank: Rank,
    /// Links from the home page.
    pub depth: u32,
    /// Pages of its list that come before it.
    pub pager: u32,
    /// From 1.
    pub attempt: u32,
}

/// Whose a page is that a turn was redirected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// From now on this turn's.
    Now,
    /// This turn's since before the walk was stopped.
    Before,
    /// It is read, or will be, for its own sake.
    ByAnother,
}

/// What became of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// It was asked for, and the answer stands.
    Done,
    /// It is to be asked for again, not before this moment.
    Again(Moment),
    /// It was not worth its turn.
    Skipped(Skip),
    /// It had its turn, which counts, and may not be asked for.
    TurnedAway(Skip),
}

/// The frontier of one site.
#[derive(Debug)]
pub(super) struct Frontier {
    store: Arc<Store>,
    known: Mutex<Known>,
}

impl Frontier {
    /// Opens the frontier beside the archive; what was being asked for when a walk was killed is waiting again.
    pub(super) fn open(store: Arc<Store>) -> Result<Self, StoreError> {
        store.with_index(|index| {
            index.execute_batch(SCHEMA)?;
            index.execute_batch(heard::SCHEMA)?;
            index.execute("update frontier set state = ? where state = ?", [WAITING, ASKED])
        })?;
        Ok(Self { store, known: Mutex::default() })
    }

    /// Puts addresses in that nobody's answer gave; known ones are left as they are.
    pub(super) fn seed(&self, finds: &[Find]) -> Result<(), StoreError> {
        self.in_transaction(|index| insert_all(index, &mut self.known(), finds, 0, None).map(drop))
    }

    /// Settles a turn and puts in what its answer led to, both or neither. Returns how many addresses were new.
    pub(super) fn settle(&self, turn: &Turn, settled: Settled, finds: &[Find]) -> Result<u64, StoreError> {
        // One statement is both or neither by itself.
        if finds.is_empty() {
            return self.store.with_index(|index| set(index, turn, settled)).map(|()| 0);
        }
        self.in_transaction(|index| {
            set(index, turn, settled)?;
            insert_all(index, &mut self.known(), finds, turn.depth + 1, Some(turn.id))
        })
    }

    /// Whether putting these in would change nothing but the order in which known addresses are asked for.
    ///
    /// A function of what is on disk, so that a walk that was killed goes on as it would have.
    pub(super) fn knows_all(&self, finds: &[Find]) -> Result<bool, StoreError> {
        self.store.with_index(|index| {
            let mut known = self.known();
            for find in finds {
                if !knows(index, &mut known, find)? {
                    return Ok(false);
                }
            }
            Ok(true)
        })
    }

    /// Marks an address as read that another one was redirected to, and says whether it is to be read by this turn.
    pub(super) fn take_over(&self, address: &Address, turn: &Turn) -> Result<Taken, StoreError> {
        self.in_transaction(|index| {
            let known = index
                .prepare_cached("select id, state, task, taken_by from frontier where hash = ?")?
                .query_row([hash(address)], |row| {
                    let task = Task::of(row.get(2)?);
                    Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, task, row.get::<_, Option<i64>>(3)?))
                })
                .optional()?;
            let id = match known {
                // A walk that was killed had taken it and not said what stands on it.
                Some((.., Some(by))) if by == turn.id => return Ok(Taken::Before),
                // Being asked for right now, it will be read there.
                Some((_, ASKED, ..) | (_, SETTLED, Task::Page, _)) => return Ok(Taken::ByAnother),
                Some((id, ..)) => id,
                None => {
                    let find = Find {
                        address: address.clone(),
                        task: Ok(Task::Page),
                        rank: turn.rank,
                        pager: turn.pager,
                    };
                    insert(index, &mut self.known(), &find, turn.depth, Some(turn.id))?;
                    index.last_insert_rowid()
                }
            };
            index
                .prepare_cached(
                    "update frontier set state = ?, task = ?, reason = null, taken_by = ? where id = ?",
                )?
                .execute(params![SETTLED, Task::Page.number(), turn.id, id])?;
            Ok(Taken::Now)
        })
    }

    /// The next address of a host that is due, marked as being asked for.
    pub(super) fn claim(&self, host: &str, now: Moment) -> Result<Option<Turn>, StoreError> {
        self.store.with_index(|index| {
            index
                .prepare_cached(
                    "update frontier set state = 1 where id = (
                         select id from frontier where state = 0 and host = ? and due <= ?
                         order by rank, id limit 1)
                     returning id, address, task, rank, depth, pager, attempt",
                )?
                .query_row(params![host, now.millis()], turn)
                .optional()
        })
    }

    /// The hosts that have something waiting, and the moment when the first of it is due.
    pub(super) fn waiting(&self) -> Result<BTreeMap<String, Moment>, StoreError> {
        self.store.with_index(|index| {
            let mut rows =
                index.prepare_cached("select host, min(due) from frontier where state = 0 group by host")?;
            let rows = rows.query_map([], |row| {
                let due = Moment::from_millis(row.get(1)?).unwrap_or_else(Moment::now);
                Ok((row.get(0)?, due))
            })?;
            rows.collect()
        })
    }

    /// Has addresses whose first answer stands asked for once more; those that were asked twice are left as they are.
    /// Returns how many that were.
    pub(super) fn look_again(&self, addresses: &[Address], now: Moment) -> Result<u64, StoreError> {
        self.in_transaction(|index| {
            let mut row = index.prepare_cached(
                "update frontier set state = 0, attempt = 2, due = ?, rank = ?
                 where hash = ? and state = 2 and attempt = 1",
            )?;
            let mut again = 0;
            for address in addresses {
                let rank = Rank::SecondChance.number();
                again += row.execute(params![now.millis(), rank, hash(address)])? as u64;
            }
            Ok(again)
        })
    }

    /// Goes through the addresses of pages that had their turn.
    pub(super) fn each_page(&self, mut each: impl FnMut(&str)) -> Result<(), StoreError> {
        self.store.with_index(|index| {
            // A page that another one was redirected to had no turn of its own.
            let mut rows = index.prepare(
                "select address from frontier where task = 0
                 and (attempt > 1 or state = 4 or (state in (1, 2) and taken_by is null))",
            )?;
            let mut rows = rows.query([])?;
            while let Some(row) = rows.next()? {
                if let Ok(address) = row.get_ref(0)?.as_str() {
                    each(address);
                }
            }
            Ok(())
        })
    }

    /// Skips everything on a host that is still waiting. Returns how much that was.
    pub(super) fn skip_host(&self, host: &str, skip: Skip) -> Result<u64, StoreError> {
        self.skip("host = ?", host, skip)
    }

    /// Skips everything of a kind that is waiting for its first attempt. Returns how much that was.
    pub(super) fn skip_task(&self, task: Task, skip: Skip) -> Result<u64, StoreError> {
        self.skip("attempt = 1 and task = ?", task.number(), skip)
    }

    fn skip(&self, which: &str, value: impl rusqlite::ToSql, skip: Skip) -> Result<u64, StoreError> {
        let sql = format!("update frontier set state = ?, reason = ? where state = 0 and {which}");
        let skipped =
            self.store.with_index(|index| index.execute(&sql, params![SKIPPED, skip.id(), value]))?;
        Ok(skipped as u64)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn in_transaction<T>(
        &self,
        work: impl FnOnce(&Savepoint<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        self.store.with_index(|index| {
            let transaction = index.savepoint()?;
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        })
    }
}
