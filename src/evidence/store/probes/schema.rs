//! The form of the probe log, and how an older file is brought to it.
//!
//! A migration is never edited once it was released: files in the field were made by it.

use rusqlite::{Connection, TransactionBehavior};

/// Marks our files, in the header that SQLite leaves to applications: `gcpr`.
pub(super) const APPLICATION: i64 = 0x6763_7072;

/// From an empty file to the form of today; the version of a file is the number of those it has been through.
pub(super) const MIGRATIONS: [&str; 2] = [
    "create table probe(
        id integer primary key,
        site text not null,
        variant text not null,
        slot integer not null,
        at integer not null,
        address text not null,
        remote text,
        dns integer,
        connect integer,
        tls integer,
        first_byte integer,
        total integer not null,
        status integer,
        failure text,
        challenge text,
        size integer not null,
        body text,
        expires integer,
        fault text,
        line text not null,
        unique(site, slot, variant)
    );
    create index probe_by_slot on probe(slot);
    create table note(key text primary key, value text not null) without rowid;",
    // What stood on the page, each state of it once; and rows that nobody can rewrite.
    "alter table probe add column landed text;
    alter table probe add column content text;
    create table snapshot(
        site text not null,
        digest text not null,
        entries text not null,
        primary key(site, digest)
    ) without rowid;
    create trigger probe_is_append_only before update on probe
    begin
        select raise(abort, 'a probe is never changed');
    end;",
];

/// The version of today's form.
pub(super) fn current() -> i64 {
    MIGRATIONS.len().try_into().unwrap_or(i64::MAX)
}

/// The version of a file; 0 for an empty one, `Err` with the reason for one that is not ours or is too new.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<Result<i64, String>> {
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let (application, version, pages) =
        (number("application_id")?, number("user_version")?, number("page_count")?);
    Ok(match application {
        APPLICATION if version > current() => Err(format!(
            "it was written by a newer govcensus (form {version}, this program knows {})",
            current()
        )),
        APPLICATION => Ok(version),
        0 if pages == 0 || (version == 0 && is_empty(connection)?) => Ok(0),
        _ => Err("it is the file of another program".to_owned()),
    })
}

fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("select count(*) = 0 from sqlite_schema", [], |row| row.get(0))
}

/// Brings a file to today's form, one version at a time; each goes in as a whole or not at all.
pub(super) fn migrate(connection: &mut Connection, from: i64) -> rusqlite::Result<()> {
    let done = usize::try_from(from).unwrap_or_default();
    for (migration, version) in MIGRATIONS.iter().zip(1_i64..).skip(done) {
        let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        change.execute_batch(migration)?;
        change.pragma_update(None, "application_id", APPLICATION)?;
        change.pragma_update(None, "user_version", version)?;
        change.commit()?;
    }
    Ok(())
}
