//! The index of an archive: where in the WARC files each exchange is. SQLite, one file a site.
//!
//! The index is a convenience: every row can be made again from the record it points at.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};

use super::words::Word;
use crate::base::{Address, Digest, Moment};
use crate::evidence::citation::Seal;
use crate::evidence::{Citation, Cut, Exchange, FailureKind, Method, Outcome, Purpose, TlsFault};

/// The index's name in the archive folder.
pub(super) const FILE: &str = "index.sqlite";

const SCHEMA: &str = "
    create table if not exists exchange(
        id integer primary key,
        hash integer not null,
        address text not null,
        method text not null,
        purpose text not null,
        attempt integer not null,
        at integer not null,
        took integer not null,
        remote text,
        status integer,
        failure text,
        media text not null,
        redirect text,
        warc text not null,
        offset integer not null,
        length integer not null,
        sha256 text not null,
        record text not null,
        tls text,
        cut text
    );
    create index if not exists exchange_by_hash on exchange(hash, attempt);
    create table if not exists note(key text primary key, value text not null) without rowid;
    pragma user_version = 1;
";

const COLUMNS: &str = "address, method, purpose, attempt, at, took, remote, status, failure, media, redirect, \
                       warc, offset, length, sha256, record, tls, cut";

/// One exchange as the index knows it: everything but headers and body.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Where it is.
    pub citation: Citation,
    /// How it was asked.
    pub method: Method,
    /// Why it was asked.
    pub purpose: Purpose,
    /// Which attempt it was, from 1.
    pub attempt: u32,
    /// From asking to the last byte.
    pub took: Duration,
    /// Whom we were connected to, when we were.
    pub remote: Option<SocketAddr>,
    /// The HTTP status, or why there was none.
    pub result: Result<u16, FailureKind>,
    /// Media type of the answer, lower case, without parameters; empty when there was none.
    pub media_type: String,
    /// Where a redirect leads, when it leads to a web address.
    pub redirect: Option<Address>,
    /// Why the body is not whole, when it is not.
    pub cut: Option<Cut>,
    /// What was wrong with the certificate, when the page was read all the same.
    pub tls: Option<TlsFault>,
    /// How long the record's gzip member is, in bytes.
    pub(super) length: u64,
}

impl Entry {
    /// What was asked for.
    pub fn address(&self) -> &Address {
        &self.citation.address
    }

    /// When it was asked for.
    pub fn at(&self) -> Moment {
        self.citation.fetched_at
    }

    /// Where the record's gzip member ends.
    pub(super) fn end(&self) -> u64 {
        self.citation.offset + self.length
    }
}

/// Where a record was put.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// The WARC file's name.
    pub warc: &'a str,
    /// Where the member begins.
    pub offset: u64,
    /// How long it is.
    pub length: u64,
}

/// Opens the index for writing, making it when it is not there.
pub(super) fn open(file: &Path) -> rusqlite::Result<Connection> {
    let index = Connection::open(file)?;
    index.busy_timeout(Duration::from_secs(10))?;
    index.pragma_update(None, "journal_mode", "wal")?;
    index.pragma_update(None, "synchronous", "normal")?;
    // In kilobytes: a frontier of a million addresses is looked up at random.
    index.pragma_update(None, "cache_size", -32_000)?;
    index.set_prepared_statement_cache_capacity(64);
    // Else a statement is planned anew whenever a value is bound that the plan could depend on: at every page.
    index.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    index.execute_batch(SCHEMA)?;
    Ok(index)
}

/// Opens the index for reading, also on a disk that cannot be written.
pub(super) fn open_to_read(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let index = Connection::open_with_flags(file, flags)?;
    index.busy_timeout(Duration::from_secs(10))?;
    let readable = index.query_row("select count(*) from note", [], |_| Ok(()));
    if readable.is_ok() {
        return Ok(index);
    }
    // A write-ahead log needs a folder that can be written; without one the file is taken as it stands.
    let mut url = url::Url::from_file_path(std::path::absolute(file).unwrap_or_else(|_| file.to_owned()))
        .map_err(|()| rusqlite::Error::InvalidPath(file.to_owned()))?;
    url.set_query(Some("immutable=1"));
    let index = Connection::open_with_flags(url.as_str(), flags | OpenFlags::SQLITE_OPEN_URI)?;
    index.query_row("select count(*) from note", [], |_| Ok(()))?;
    Ok(index)
}

/// An index that is gone when it is dropped.
pub(super) fn in_memory() -> rusqlite::Result<Connection> {
    let index = Connection::open_in_memory()?;
    index.execute_batch(SCHEMA)?;
    Ok(index)
}

/// Adds a row for an exchange and returns its citation.
pub(super) fn insert(
    index: &Connection,
    exchange: &Exchange,
    id: &str,
    sha256: Digest,
    place: Place<'_>,
) -> rusqlite::Result<Citation> {
    let (status, failure) = match &exchange.outcome {
        Outcome::Answered(answer) => (Some(answer.status), None),
        Outcome::Failed(failure) => (None, Some(failure.kind.word())),
    };
    let answer = exchange.answer();
    let ask = &exchange.ask;
    index
        .prepare_cached(&format!(
            "insert into exchange(hash, {COLUMNS}) values(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
        ))?
        .execute(params![
            hash(&ask.address),
            ask.address.as_str(),
            ask.method.word(),
            ask.purpose.word(),
            ask.attempt,
            exchange.at.millis(),
            i64::try_from(exchange.took.as_millis()).unwrap_or(i64::MAX),
            exchange.remote.map(|it| it.to_string()),
            status,
            failure,
            answer.map(crate::evidence::Answer::media_type).unwrap_or_default(),
            exchange.redirects_to().map(|it| it.to_string()),
            place.warc,
            signed(place.offset),
            signed(place.length),
            sha256.to_string(),
            id,
            answer.and_then(|it| it.tls).map(Word::word),
            answer.and_then(|it| it.cut).map(Word::word),
        ])?;
    Ok(Citation {
        address: ask.address.clone(),
        warc: place.warc.to_owned(),
        record_id: id.to_owned(),
        offset: place.offset,
        sha256,
        fetched_at: exchange.at,
        seal: Seal,
    })
}

/// Every row, in the order of keeping.
pub(super) fn entries(index: &Connection) -> rusqlite::Result<Vec<Entry>> {
    let mut rows = index.prepare(&format!("select {COLUMNS} from exchange order by id"))?;
    rows.query_map([], entry)?.collect()
}

/// The same, one at a time.
pub(super) fn each_entry(index: &Connection, mut each: impl FnMut(Entry)) -> rusqlite::Result<()> {
    let mut rows = index.prepare(&format!("select {COLUMNS} from exchange order by id"))?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        each(entry(row)?);
    }
    Ok(())
}

/// The rows for one address and attempt, in the order of keeping.
pub(super) fn of_address(
    index: &Connection,
    address: &Address,
    attempt: u32,
) -> rusqlite::Result<Vec<Entry>> {
    let mut rows = index.prepare_cached(&format!(
        "select {COLUMNS} from exchange where hash = ? and attempt = ? and address = ? order by id"
    ))?;
    rows.query_map(params![hash(address), attempt, address.as_str()], entry)?.collect()
}

/// Where the last record of the last file ends, as far as the index knows.
pub(super) fn end_of(index: &Connection, warc: &str) -> rusqlite::Result<u64> {
    let end: Option<i64> =
        index.query_row("select max(offset + length) from exchange where warc = ?", [warc], |row| {
            row.get(0)
        })?;
    Ok(end.map_or(0, i64::unsigned_abs))
}

/// Drops the rows that point past the end of a file; returns how many there were.
pub(super) fn drop_beyond(index: &Connection, warc: &str, length: u64) -> rusqlite::Result<usize> {
    index
        .execute("delete from exchange where warc = ? and offset + length > ?", params![warc, signed(length)])
}

/// What was noted under `key`.
pub(super) fn note(index: &Connection, key: &str) -> rusqlite::Result<Option<String>> {
    index.query_row("select value from note where key = ?", [key], |row| row.get(0)).optional()
}

/// Everything that was noted.
pub(super) fn notes(index: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let mut rows = index.prepare("select key, value from note order by key")?;
    rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// Notes something under `key`.
pub(super) fn set_note(index: &Connection, key: &str, value: &str) -> rusqlite::Result<()> {
    index.execute("insert or replace into note(key, value) values(?, ?)", [key, value]).map(drop)
}

/// A number for an address by which rows are found quickly. Two addresses may share it.
pub(super) fn hash(address: &Address) -> i64 {
    Digest::of(address.as_str()).number().cast_signed()
}

/// SQLite has no unsigned numbers; no file is longer than half of them.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let address: String = row.get("address")?;
    let status: Option<u16> = row.get("status")?;
    let failure: Option<String> = row.get("failure")?;
    let result = match (status, failure) {
        (Some(status), _) => Ok(status),
        (None, failure) => Err(failure.and_then(|it| FailureKind::read(&it)).unwrap_or(FailureKind::Ours)),
    };
    let text = |column: &str| row.get::<_, Option<String>>(column);
    let citation = Citation {
        address: address.parse().map_err(|_| unreadable("address"))?,
        warc: row.get("warc")?,
        record_id: row.get("record")?,
        offset: row.get::<_, i64>("offset")?.unsigned_abs(),
        sha256: Digest::from_hex(&row.get::<_, String>("sha256")?).ok_or_else(|| unreadable("sha256"))?,
        fetched_at: Moment::from_millis(row.get("at")?).ok_or_else(|| unreadable("at"))?,
        seal: Seal,
    };
    Ok(Entry {
        citation,
        method: Method::read(&row.get::<_, String>("method")?).ok_or_else(|| unreadable("method"))?,
        purpose: Purpose::read(&row.get::<_, String>("purpose")?).ok_or_else(|| unreadable("purpose"))?,
        attempt: row.get("attempt")?,
        took: Duration::from_millis(row.get::<_, i64>("took")?.unsigned_abs()),
        remote: text("remote")?.and_then(|it| it.parse().ok()),
        result,
        media_type: row.get("media")?,
        redirect: text("redirect")?.and_then(|it| it.parse().ok()),
        cut: text("cut")?.and_then(|it| Cut::read(&it)),
        tls: text("tls")?.and_then(|it| TlsFault::read(&it)),
        length: row.get::<_, i64>("length")?.unsigned_abs(),
    })
}

fn unreadable(column: &str) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnName(column.to_owned())
}
