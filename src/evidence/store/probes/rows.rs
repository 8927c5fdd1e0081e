//! Rows of the probe log: from a probe to its columns and back, in SQL and in CSV.

use std::net::SocketAddr;
use std::time::Duration;

use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use super::super::words::Word;
use crate::base::{Address, Day, Digest, Moment};
use crate::evidence::{FailureKind, Line, Probe, Sighted, Snapshot, Times, TlsFault, Variant};

/// Headings of the CSV, which are also the order of its fields. Part of the format: names are added, never changed.
pub(super) const HEADINGS: [&str; 21] = [
    "site",
    "variant",
    "slot",
    "at",
    "address",
    "landed",
    "remote",
    "dns_ms",
    "connect_ms",
    "tls_ms",
    "first_byte_ms",
    "total_ms",
    "status",
    "failure",
    "challenge",
    "size",
    "body_sha256",
    "content_sha256",
    "certificate_expires",
    "certificate_fault",
    "line",
];

pub(super) const COLUMNS: &str = "site, variant, slot, at, address, landed, remote, dns, connect, tls, \
                                  first_byte, total, status, failure, challenge, size, body, content, \
                                  expires, fault, line";

/// Appends a probe; `false` when that slot of the variant has one already.
pub(super) fn insert(connection: &Connection, probe: &Probe) -> rusqlite::Result<bool> {
    let sql = format!(
        "insert into probe({COLUMNS}) values \
         (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21) \
         on conflict do nothing"
    );
    let times = probe.times;
    let added = connection.prepare_cached(&sql)?.execute(params![
        probe.site.as_str(),
        probe.variant.word(),
        probe.slot.millis(),
        probe.at.millis(),
        probe.address.as_str(),
        probe.landed.as_ref().map(Address::as_str),
        probe.remote.map(|it| it.to_string()),
        times.dns.map(millis),
        times.connect.map(millis),
        times.tls.map(millis),
        times.first_byte.map(millis),
        millis(times.total),
        probe.result.ok(),
        probe.result.err().map(Word::word),
        probe.challenge,
        i64::try_from(probe.size).unwrap_or(i64::MAX),
        probe.body.map(|it| it.to_string()),
        probe.content.map(|it| it.to_string()),
        probe.expires.map(Moment::millis),
        probe.fault.map(Word::word),
        probe.line.word(),
    ])?;
    Ok(added > 0)
}

/// Reads a row back.
pub(super) fn probe(row: &Row<'_>) -> rusqlite::Result<Probe> {
    let text = |column: &str| row.get::<_, Option<String>>(column);
    let time = |column: &str| -> rusqlite::Result<Option<Duration>> {
        Ok(row.get::<_, Option<i64>>(column)?.map(|it| Duration::from_millis(it.unsigned_abs())))
    };
    let moment = |column: &str| -> rusqlite::Result<Moment> {
        Moment::from_millis(row.get(column)?).ok_or_else(|| unreadable(column))
    };
    let failure = text("failure")?;
    let result = match row.get::<_, Option<u16>>("status")? {
        Some(status) => Ok(status),
        None => Err(failure.and_then(|it| FailureKind::read(&it)).unwrap_or(FailureKind::Ours)),
    };
    Ok(Probe {
        site: text("site")?.and_then(|it| it.parse().ok()).ok_or_else(|| unreadable("site"))?,
        variant: text("variant")?.and_then(|it| Variant::read(&it)).ok_or_else(|| unreadable("variant"))?,
        slot: moment("slot")?,
        at: moment("at")?,
        address: text("address")?.and_then(|it| it.parse().ok()).ok_or_else(|| unreadable("address"))?,
        landed: text("landed")?.and_then(|it| it.parse().ok()),
        remote: text("remote")?.and_then(|it| it.parse::<SocketAddr>().ok()),
        times: Times {
            dns: time("dns")?,
            connect: time("connect")?,
            tls: time("tls")?,
            first_byte: time("first_byte")?,
            total: time("total")?.unwrap_or_default(),
        },
        result,
        challenge: text("challenge")?,
        size: row.get::<_, i64>("size")?.unsigned_abs(),
        body: text("body")?.and_then(|it| Digest::from_hex(&it)),
        content: text("content")?.and_then(|it| Digest::from_hex(&it)),
        expires: row.get::<_, Option<i64>>("expires")?.and_then(Moment::from_millis),
        fault: text("fault")?.and_then(|it| TlsFault::read(&it)),
        // A word of a newer program proves nothing to this one.
        line: text("line")?.and_then(|it| Line::read(&it)).unwrap_or(Line::Unproved),
    })
}

/// The fields of a probe in the order of [`HEADINGS`]. None of them can begin a formula: they are ids, words, numbers,
/// addresses and digests of our own making.
pub(super) fn fields(probe: &Probe) -> [String; 21] {
    let time = |it: Option<Duration>| it.map(|it| millis(it).to_string()).unwrap_or_default();
    let shown = |it: Option<Digest>| it.map(|it| it.to_string()).unwrap_or_default();
    let times = probe.times;
    [
        probe.site.to_string(),
        probe.variant.word().to_owned(),
        probe.slot.to_string(),
        probe.at.to_string(),
        probe.address.to_string(),
        probe.landed.as_ref().map(ToString::to_string).unwrap_or_default(),
        probe.remote.map(|it| it.to_string()).unwrap_or_default(),
        time(times.dns),
        time(times.connect),
        time(times.tls),
        time(times.first_byte),
        millis(times.total).to_string(),
        probe.result.map(|it| it.to_string()).unwrap_or_default(),
        probe.result.err().map(Word::word).unwrap_or_default().to_owned(),
        probe.challenge.clone().unwrap_or_default(),
        probe.size.to_string(),
        shown(probe.body),
        shown(probe.content),
        probe.expires.map(|it| it.to_string()).unwrap_or_default(),
        probe.fault.map(Word::word).unwrap_or_default().to_owned(),
        probe.line.word().to_owned(),
    ]
}

/// An entry as the log spells it.
#[derive(Serialize, Deserialize)]
struct Written {
    t: String,
    u: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    d: Option<String>,
}

/// The entries of a snapshot as the log spells them.
pub(super) fn written(snapshot: &Snapshot) -> String {
    let written: Vec<Written> = snapshot
        .entries
        .iter()
        .map(|it| Written {
            t: it.title.clone(),
            u: it.address.to_string(),
            d: it.printed.map(|day| day.to_string()),
        })
        .collect();
    serde_json::to_string(&written).unwrap_or_default()
}

/// Reads them back; what cannot be read is left out.
pub(super) fn read_back(text: &str) -> Snapshot {
    let written: Vec<Written> = serde_json::from_str(text).unwrap_or_default();
    let entry = |it: Written| {
        let printed: Option<Day> = it.d.and_then(|day| day.parse().ok());
        Some(Sighted { title: it.t, address: it.u.parse().ok()?, printed })
    };
    Snapshot { entries: written.into_iter().filter_map(entry).collect() }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn unreadable(column: &str) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnName(column.to_owned())
}
