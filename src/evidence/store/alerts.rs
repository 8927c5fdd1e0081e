//! What was told to whom: the states that alerts speak of, and every attempt to deliver one.
//!
//! A small SQLite file beside the probe log. Several processes may use it at the same time: a change is taken by
//! whoever notes it first, and told by nobody else.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::StoreError;
use crate::base::Moment;
use crate::site::SiteId;

const SCHEMA: &str = "
    create table if not exists state(
        id integer primary key,
        site text not null,
        kind text not null,
        subject text not null,
        state text not null,
        at integer not null
    );
    create index if not exists state_by_subject on state(site, kind, subject);
    create table if not exists delivery(
        state integer not null references state(id),
        channel text not null,
        attempt integer not null,
        at integer not null,
        outcome text not null
    );
    pragma user_version = 1;
";

/// The log of alerts.
#[derive(Debug)]
pub struct AlertLog {
    file: PathBuf,
    connection: Connection,
}

/// Something that has a state: whether a home page opens, whether a veto holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Of which site.
    pub site: SiteId,
    /// What kind of thing.
    pub kind: &'static str,
    /// Which one of that kind.
    pub subject: String,
}

/// A change that was noted: whoever holds it tells it, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// Its number in the log.
    pub id: i64,
    /// The state before; `None` when none was known.
    pub before: Option<String>,
}

impl AlertLog {
    /// Opens the log, and makes it when it is not there.
    pub fn open(file: &Path) -> Result<Self, StoreError> {
        let open = || {
            let connection = Connection::open(file)?;
            connection.busy_timeout(Duration::from_secs(10))?;
            connection.execute_batch("pragma journal_mode = wal; pragma synchronous = full;")?;
            connection.execute_batch(SCHEMA)?;
            Ok(connection)
        };
        let connection = open().map_err(about(file))?;
        Ok(Self { file: file.to_owned(), connection })
    }

    /// The state that was noted last.
    pub fn state(&self, topic: &Topic) -> Result<Option<String>, StoreError> {
        last(&self.connection, topic).map_err(about(&self.file))
    }

    /// Notes a state. `None` when it is the one that was noted last: then there is nothing to tell.
    pub fn note(&mut self, topic: &Topic, state: &str, at: Moment) -> Result<Option<Noted>, StoreError> {
        let mut note = || {
            let change = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let before = last(&change, topic)?;
            if before.as_deref() == Some(state) {
                return Ok(None);
            }
            change.execute(
                "insert into state(site, kind, subject, state, at) values (?1, ?2, ?3, ?4, ?5)",
                params![topic.site.as_str(), topic.kind, topic.subject, state, at.millis()],
            )?;
            let id = change.last_insert_rowid();
            change.commit()?;
            Ok(Some(Noted { id, before }))
        };
        note().map_err(about(&self.file))
    }

    /// Notes an attempt to tell a change, and what came of it.
    pub fn attempted(
        &self,
        id: i64,
        channel: &str,
        attempt: u32,
        at: Moment,
        outcome: &str,
    ) -> Result<(), StoreError> {
        let row = params![id, channel, attempt, at.millis(), outcome];
        let done = self.connection.execute("insert into delivery values (?1, ?2, ?3, ?4, ?5)", row);
        done.map(drop).map_err(about(&self.file))
    }
}

fn last(connection: &Connection, topic: &Topic) -> rusqlite::Result<Option<String>> {
    let sql =
        "select state from state where site = ?1 and kind = ?2 and subject = ?3 order by id desc limit 1";
    connection
        .query_row(sql, params![topic.site.as_str(), topic.kind, topic.subject], |row| row.get(0))
        .optional()
}

fn about(file: &Path) -> impl Fn(rusqlite::Error) -> StoreError + '_ {
    move |source| StoreError::Probes { file: file.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::{AlertLog, Topic};
    use crate::base::Moment;

    #[test]
    fn a_change_is_taken_once_whoever_sees_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("alerts.sqlite");
        let (mut one, mut other) = (AlertLog::open(&file).unwrap(), AlertLog::open(&file).unwrap());
        let topic = Topic { site: "a".parse().unwrap(), kind: "home", subject: String::new() };
        let at = Moment::from_millis(0).unwrap();
        assert_eq!(one.note(&topic, "down", at).unwrap().unwrap().before, None);
        assert_eq!(other.note(&topic, "down", at).unwrap(), None);
        assert_eq!(other.note(&topic, "up", at).unwrap().unwrap().before.as_deref(), Some("down"));
        assert_eq!(one.state(&topic).unwrap().as_deref(), Some("up"));
        one.attempted(1, "webhook", 1, at, "503").unwrap();
    }
}
