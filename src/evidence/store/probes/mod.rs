//! The probe log: every visit to every home page, in one SQLite file.
//!
//! Rows are appended and never changed; only [`ProbeLog::prune`] takes away, and only what is old. One process writes,
//! and a second one is refused. Readers use the write-ahead log and never hold the writer up. A round goes in as a
//! whole or not at all, so that a kill or a full disk tears nothing.

mod csv;
mod rows;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior, params};

pub use csv::Cited;

use super::{StoreError, lock_of};
use crate::base::{Digest, Moment};
use crate::evidence::{Probe, Snapshot};
use crate::site::SiteId;

/// The log's usual name beside a run.
pub const PROBES_FILE: &str = "probes.sqlite";

/// How long a reader or the writer waits for a lock inside SQLite, which is held for moments only.
const BUSY: Duration = Duration::from_secs(10);

/// The writing end of a probe log. One at a time for each file, across processes.
#[derive(Debug)]
pub struct ProbeLog {
    file: PathBuf,
    connection: Mutex<Connection>,
    /// Held as long as the log is open; the system lets go of it when the process dies.
    _lock: File,
}

/// The reading end. Sees what was committed when it asks.
#[derive(Debug)]
pub struct ProbeReader {
    file: PathBuf,
    connection: Connection,
}

/// What pruning took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Probes.
    pub probes: usize,
    /// States of home pages that no probe shows any more.
    pub snapshots: usize,
}

impl ProbeLog {
    /// Opens the log, makes it when it is not there, and brings an older one to today's form.
    pub fn open(file: &Path) -> Result<Self, StoreError> {
        let mut lock_name = file.as_os_str().to_owned();
        lock_name.push(".lock");
        let lock = lock_of(file, Path::new(&lock_name))?;
        let mut connection = Connection::open(file).map_err(about(file))?;
        connection.busy_timeout(BUSY).map_err(about(file))?;
        let version = version(&connection, file)?;
        prepare(&mut connection, version).map_err(about(file))?;
        Ok(Self { file: file.to_owned(), connection: Mutex::new(connection), _lock: lock })
    }

    /// Appends a round of one site, all of it or nothing. Returns how many probes were new: a slot that has its probe
    /// keeps the one it has.
    ///
    /// When this returns, neither a kill nor a power cut loses it.
    pub fn keep(&self, probes: &[Probe], snapshot: Option<&Snapshot>) -> Result<usize, StoreError> {
        self.in_one(|connection| {
            let mut added = 0;
            for probe in probes {
                added += usize::from(rows::insert(connection, probe)?);
            }
            if let (Some(snapshot), Some(probe)) = (snapshot, probes.first()) {
                connection
                    .prepare_cached("insert into snapshot values (?1, ?2, ?3) on conflict do nothing")?
                    .execute(params![
                        probe.site.as_str(),
                        snapshot.digest().to_string(),
                        rows::written(snapshot)
                    ])?;
            }
            Ok(added)
        })
    }

    /// Which sites have been visited in a slot.
    pub fn visited(&self, slot: Moment) -> Result<Vec<SiteId>, StoreError> {
        let connection = self.connection();
        let read = || {
            let mut select = connection.prepare_cached("select distinct site from probe where slot = ?1")?;
            let ids = select.query_map([slot.millis()], |row| row.get::<_, String>(0))?;
            ids.collect::<rusqlite::Result<Vec<_>>>()
        };
        let ids = read().map_err(about(&self.file))?;
        Ok(ids.iter().filter_map(|id| id.parse().ok()).collect())
    }

    /// The last visits to a home page, the newest first.
    pub fn recent(&self, site: &SiteId, most: u32) -> Result<Vec<Probe>, StoreError> {
        let connection = self.connection();
        let read = || {
            let sql = format!(
                "select {} from probe where site = ?1 and variant = 'home' order by slot desc, id desc limit ?2",
                rows::COLUMNS
            );
            let mut select = connection.prepare_cached(&sql)?;
            let probes = select.query_map(params![site.as_str(), most], rows::probe)?;
            probes.collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(about(&self.file))
    }

    /// Takes away what was asked for before `limit`, and gives the room back to the disk.
    pub fn prune(&self, limit: Moment) -> Result<Pruned, StoreError> {
        let pruned = self.in_one(|connection| {
            let probes = connection.execute("delete from probe where at < ?1", [limit.millis()])?;
            let snapshots = connection.execute(
                "delete from snapshot where not exists
                 (select 1 from probe where probe.site = snapshot.site and probe.content = snapshot.digest)",
                [],
            )?;
            Ok(Pruned { probes, snapshots })
        })?;
        let connection = self.connection();
        let give_back = || {
            // Each step of the statement gives one page back.
            let mut vacuum = connection.prepare("pragma incremental_vacuum")?;
            let mut steps = vacuum.query([])?;
            while steps.next()?.is_some() {}
            connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))
        };
        give_back().map_err(about(&self.file))?;
        Ok(pruned)
    }

    /// Notes a fact about the log, such as the schedule that it is filled by.
    pub fn note(&self, key: &str, value: &str) -> Result<(), StoreError> {
        let sql = "insert into note values (?1, ?2) on conflict(key) do update set value = excluded.value";
        self.in_one(|connection| connection.execute(sql, [key, value]).map(drop))
    }

    /// What was noted under `key`.
    pub fn noted(&self, key: &str) -> Result<Option<String>, StoreError> {
        let connection = self.connection();
        let value =
            connection.query_row("select value from note where key = ?1", [key], |row| row.get(0)).optional();
        value.map_err(about(&self.file))
    }

    /// The file it writes to.
    pub fn file(&self) -> &Path {
        &self.file
    }

    fn in_one<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let mut connection = self.connection();
        let write = || {
            let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&change)?;
            change.commit()?;
            Ok(value)
        };
        write().map_err(about(&self.file))
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A panic while the lock was held rolled its transaction back.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ProbeReader {
    /// Opens a log for reading. An older one is brought to today's form first, for which nobody may be writing.
    pub fn open(file: &Path) -> Result<Self, StoreError> {
        std::fs::metadata(file).map_err(StoreError::io(file))?;
        let open = || {
            let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
            connection.busy_timeout(BUSY)?;
            Ok(connection)
        };
        let mut connection = open().map_err(about(file))?;
        if version(&connection, file)? < schema::current() {
            drop(connection);
            drop(ProbeLog::open(file)?);
            connection = open().map_err(about(file))?;
        }
        Ok(Self { file: file.to_owned(), connection })
    }

    /// The probes of one site asked for from `from` until just before `until`, in the order of time.
    pub fn of_site(&self, site: &SiteId, from: Moment, until: Moment) -> Result<Vec<Probe>, StoreError> {
        let read = || {
            let sql = format!(
                "select {} from probe where site = ?1 and at >= ?2 and at < ?3 order by at, id",
                rows::COLUMNS
            );
            let mut select = self.connection.prepare_cached(&sql)?;
            let probes =
                select.query_map(params![site.as_str(), from.millis(), until.millis()], rows::probe)?;
            probes.collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(about(&self.file))
    }

    /// When the site was asked last before `until`.
    pub fn last_of(&self, site: &SiteId, until: Moment) -> Result<Option<Moment>, StoreError> {
        let sql = "select max(at) from probe where site = ?1 and at < ?2";
        let last: Option<i64> = self
            .connection
            .query_row(sql, params![site.as_str(), until.millis()], |row| row.get(0))
            .map_err(about(&self.file))?;
        Ok(last.and_then(Moment::from_millis))
    }

    /// Every state of the home page that is kept, by its digest.
    pub fn snapshots(&self, site: &SiteId) -> Result<BTreeMap<Digest, Snapshot>, StoreError> {
        let read = || {
            let mut select =
                self.connection.prepare_cached("select digest, entries from snapshot where site = ?1")?;
            let states = select
                .query_map([site.as_str()], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
            states.collect::<rusqlite::Result<Vec<_>>>()
        };
        let states = read().map_err(about(&self.file))?;
        Ok(states
            .into_iter()
            .filter_map(|(digest, entries)| Some((Digest::from_hex(&digest)?, rows::read_back(&entries))))
            .collect())
    }

    /// Gives every probe to `each`, in the order of time; stops when that fails.
    pub fn each<E: From<StoreError>>(
        &self,
        site: Option<&SiteId>,
        mut each: impl FnMut(Probe) -> Result<(), E>,
    ) -> Result<(), E> {
        let sql =
            format!("select {} from probe where ?1 is null or site = ?1 order by at, id", rows::COLUMNS);
        let about = about(&self.file);
        let mut select = self.connection.prepare_cached(&sql).map_err(&about)?;
        let mut rows = select.query([site.map(SiteId::as_str)]).map_err(&about)?;
        while let Some(row) = rows.next().map_err(&about)? {
            each(rows::probe(row).map_err(&about)?)?;
        }
        Ok(())
    }
}

fn about(file: &Path) -> impl Fn(rusqlite::Error) -> StoreError + '_ {
    move |source| StoreError::Probes { file: file.to_owned(), source }
}

fn version(connection: &Connection, file: &Path) -> Result<i64, StoreError> {
    let no_log = |why| StoreError::NoProbeLog { file: file.to_owned(), why };
    match schema::version(connection) {
        Ok(version) => version.map_err(no_log),
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase) => {
            Err(no_log("it is no SQLite file".to_owned()))
        }
        Err(error) => Err(about(file)(error)),
    }
}

fn prepare(connection: &mut Connection, version: i64) -> rusqlite::Result<()> {
    if version == 0 {
        // Only an empty file can be told to give room back.
        connection.execute_batch("pragma auto_vacuum = incremental;")?;
    }
    // With `full`, what was committed is on the disk: a round an hour can afford to wait for it.
    connection.execute_batch("pragma journal_mode = wal; pragma synchronous = full;")?;
    // Rows are appended and hardly read back: the usual cache would only grow to 2 MB over the first hours.
    connection.execute_batch("pragma cache_size = -256;")?;
    schema::migrate(connection, version)
}
