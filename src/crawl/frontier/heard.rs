//! What a walk goes by besides addresses, and must know as well when it goes on after a kill: which bytes came where,
//! and how many challenges came in a row.
//!
//! A row is put in before its turn is settled and counts only once it is: a turn that a kill left open is heard again.

use rusqlite::params;

use super::{Frontier, Turn};
use crate::evidence::store::StoreError;

pub(super) const SCHEMA: &str = "
    create table if not exists heard(
        id integer primary key,
        turn integer not null,
        attempt integer not null,
        content integer,
        unique(turn, attempt)
    );
";

/// What came of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::crawl) enum Heard {
    /// A page that was read, known by its bytes and their place.
    Content(i64),
    /// A challenge.
    Challenge,
}

impl Frontier {
    /// Notes what came of a turn that is about to be settled.
    pub(in crate::crawl) fn hear(&self, turn: &Turn, heard: Heard) -> Result<(), StoreError> {
        let content = match heard {
            Heard::Content(content) => Some(content),
            Heard::Challenge => None,
        };
        self.store.with_index(|index| {
            index
                .prepare_cached("insert or replace into heard(turn, attempt, content) values(?, ?, ?)")?
                .execute(params![turn.id, turn.attempt, content])
                .map(drop)
        })
    }

    /// Goes through what was heard, in that order.
    pub(in crate::crawl) fn each_heard(&self, mut each: impl FnMut(Heard)) -> Result<(), StoreError> {
        self.store.with_index(|index| {
            let mut rows = index.prepare(
                "select it.content from heard it join frontier turn on turn.id = it.turn
                 where turn.state > 1 or turn.attempt > it.attempt order by it.id",
            )?;
            let mut rows = rows.query([])?;
            while let Some(row) = rows.next()? {
                let content: Option<i64> = row.get(0)?;
                each(content.map_or(Heard::Challenge, Heard::Content));
            }
            Ok(())
        })
    }
}
