//! The rows of the frontier: how an address stands in the table, and what becomes of a row that is put in again.
//!
//! Every function works inside the transaction of its caller.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Find, Rank, Settled, Task, Turn};
use crate::base::{Address, Digest};
use crate::crawl::Skip;

pub(super) const SCHEMA: &str = "
    create table if not exists frontier(
        id integer primary key,
        hash integer not null unique,
        address text not null,
        host text not null,
        task integer not null,
        rank integer not null,
        depth integer not null,
        pager integer not null,
        state integer not null,
        attempt integer not null default 1,
        due integer not null default 0,
        reason text,
        found_on integer,
        taken_by integer
    );
    create index if not exists frontier_waiting on frontier(host, rank, id) where state = 0;
";

pub(super) const WAITING: i64 = 0;
pub(super) const ASKED: i64 = 1;
pub(super) const SETTLED: i64 = 2;
pub(super) const SKIPPED: i64 = 3;
/// Skipped when it had its turn.
pub(super) const TURNED_AWAY: i64 = 4;

/// Addresses that were put in lately, by hash, and as what: most links of a page lead where the last page's did.
pub(super) type Known = HashMap<i64, (i64, i64, u32)>;

/// So many of them are remembered; the rest are looked up.
pub(super) const KNOWN: usize = 100_000;

/// Notes what became of a turn.
pub(super) fn set(index: &Connection, turn: &Turn, settled: Settled) -> rusqlite::Result<()> {
    let changed = match settled {
        Settled::Done => index
            .prepare_cached("update frontier set state = ? where id = ?")?
            .execute(params![SETTLED, turn.id]),
        Settled::Again(due) => index
            .prepare_cached("update frontier set state = ?, attempt = ?, due = ?, rank = ? where id = ?")?
            .execute(params![WAITING, turn.attempt + 1, due.millis(), Rank::SecondChance.number(), turn.id]),
        Settled::Skipped(skip) => index
            .prepare_cached("update frontier set state = ?, reason = ? where id = ?")?
            .execute(params![SKIPPED, skip.id(), turn.id]),
        Settled::TurnedAway(skip) => index
            .prepare_cached("update frontier set state = ?, reason = ? where id = ?")?
            .execute(params![TURNED_AWAY, skip.id(), turn.id]),
    };
    changed.map(drop)
}

/// Whether an address is known and would not become a larger task by this find.
pub(super) fn knows(index: &Connection, known: &mut Known, find: &Find) -> rusqlite::Result<bool> {
    let hash = hash(&find.address);
    let grows = |task: i64| find.task.is_ok_and(|it| task > it.number());
    if known.get(&hash).is_some_and(|(task, ..)| !grows(*task)) {
        return Ok(true);
    }
    let row = index
        .prepare_cached("select task, rank, pager, state, attempt, reason from frontier where hash = ?")?
        .query_row([hash], |row| {
            let place = (row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, u32>(2)?);
            let is_waiting = row.get::<_, i64>(3)? == WAITING && row.get::<_, u32>(4)? == 1;
            Ok((place, is_waiting, row.get::<_, Option<String>>(5)?))
        })
        .optional()?;
    let Some((place, is_waiting, reason)) = row else { return Ok(false) };
    if reason.as_deref() == Some(Skip::SameContent.id()) {
        return Ok(find.task.is_err());
    }
    remember(known, hash, if is_waiting { place } else { (i64::MIN, i64::MIN, 0) });
    Ok(!(is_waiting && grows(place.0)))
}

pub(super) fn remember(known: &mut Known, hash: i64, place: (i64, i64, u32)) {
    if known.len() >= KNOWN {
        known.clear();
    }
    known.insert(hash, place);
}

/// Puts addresses in and returns how many were new.
pub(super) fn insert_all(
    index: &Connection,
    known: &mut Known,
    finds: &[Find],
    depth: u32,
    found_on: Option<i64>,
) -> rusqlite::Result<u64> {
    let mut new = 0;
    for find in finds {
        new += u64::from(insert(index, known, find, depth, found_on)?);
    }
    Ok(new)
}

/// Puts an address in; `true` when it was new. One that is known and waiting takes the better rank and the larger
/// task of the two.
pub(super) fn insert(
    index: &Connection,
    known: &mut Known,
    find: &Find,
    depth: u32,
    found_on: Option<i64>,
) -> rusqlite::Result<bool> {
    let (task, state, reason) = match find.task {
        Ok(task) => (task, WAITING, None),
        Err(skip) => (Task::Link, SKIPPED, Some(skip.id())),
    };
    let hash = hash(&find.address);
    let (number, rank) = (task.number(), find.rank.number());
    if let Some(&(known_task, known_rank, known_pager)) = known.get(&hash) {
        let no_better = known_task <= number && known_rank <= rank && known_pager <= find.pager;
        if no_better || state == SKIPPED {
            return Ok(false);
        }
    }
    let inserted = index
        .prepare_cached(
            "insert or ignore into frontier(hash, address, host, task, rank, depth, pager, state, reason, found_on)
             values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            hash,
            find.address.as_str(),
            find.address.host(),
            number,
            rank,
            depth,
            find.pager,
            state,
            reason,
            found_on
        ])?;
    if inserted == 0 && state == WAITING {
        index
            .prepare_cached(
                "update frontier set rank = min(rank, ?2), task = min(task, ?3), pager = min(pager, ?4)
                 where hash = ?1 and state = 0 and attempt = 1 and (rank > ?2 or task > ?3 or pager > ?4)",
            )?
            .execute(params![hash, rank, number, find.pager])?;
        // What stood only on pages that are all alike stands somewhere else as well.
        index
            .prepare_cached(
                "update frontier set state = 0, reason = null, rank = ?2, task = ?3
                 where hash = ?1 and state = 3 and reason = ?4",
            )?
            .execute(params![hash, rank, number, Skip::SameContent.id()])?;
    }
    if state == WAITING {
        remember(known, hash, (number, rank, find.pager));
    }
    Ok(inserted > 0)
}

pub(super) fn turn(row: &Row<'_>) -> rusqlite::Result<Turn> {
    Ok(Turn {
        id: row.get(0)?,
        address: address(&row.get::<_, String>(1)?)?,
        task: Task::of(row.get(2)?),
        rank: Rank::of(row.get(3)?),
        depth: row.get(4)?,
        pager: row.get(5)?,
        attempt: row.get(6)?,
    })
}

pub(super) fn address(text: &str) -> rusqlite::Result<Address> {
    text.parse().map_err(|_| rusqlite::Error::InvalidColumnName(format!("address {text}")))
}

pub(super) fn hash(address: &Address) -> i64 {
    Digest::of(address.as_str()).number().cast_signed()
}

impl Task {
    const ALL: [Self; 5] = [Self::Page, Self::Link, Self::Sitemap, Self::Calibration, Self::Search];

    /// Its number in the table; a lower one asks for more.
    pub(super) fn number(self) -> i64 {
        match self {
            Self::Page => 0,
            Self::Link => 1,
            Self::Sitemap => 2,
            Self::Calibration => 3,
            Self::Search => 4,
        }
    }

    pub(super) fn of(number: i64) -> Self {
        Self::ALL.into_iter().find(|it| it.number() == number).unwrap_or(Self::Link)
    }
}

impl Rank {
    const ALL: [Self; 8] = [
        Self::Home,
        Self::Seed,
        Self::Navigation,
        Self::HomeLink,
        Self::List,
        Self::Article,
        Self::Link,
        Self::SecondChance,
    ];

    pub(super) fn number(self) -> i64 {
        match self {
            Self::Home => 0,
            Self::Seed => 1,
            Self::Navigation => 2,
            Self::HomeLink => 3,
            Self::List => 4,
            Self::Article => 5,
            Self::Link => 6,
            Self::SecondChance => 7,
        }
    }

    pub(super) fn of(number: i64) -> Self {
        Self::ALL.into_iter().find(|it| it.number() == number).unwrap_or(Self::Link)
    }
}
