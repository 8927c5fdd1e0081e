use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Cited, ProbeLog, ProbeReader, Pruned};
use crate::base::{Digest, Moment};
use crate::evidence::store::StoreError;
use crate::evidence::{FailureKind, Line, Probe, Sighted, Snapshot, Times, TlsFault, Variant};
use crate::site::SiteId;

const HOUR: i64 = 3_600_000;

fn moment(hour: i64) -> Moment {
    Moment::from_millis(1_512_662_400_000 + hour * HOUR).unwrap()
}

fn site(id: &str) -> SiteId {
    id.parse().unwrap()
}

fn snapshot(title: &str) -> Snapshot {
    let entry = Sighted {
        title: title.to_owned(),
        address: "http://a.example/1.html".parse().unwrap(),
        printed: "2017-12-08".parse().ok(),
    };
    Snapshot::of([entry])
}

fn probe(id: &str, hour: i64, shows: Option<&Snapshot>) -> Probe {
    Probe {
        site: site(id),
        variant: Variant::Home,
        slot: moment(hour),
        at: Moment::from_millis(moment(hour).millis() + 125).unwrap(),
        address: format!("http://{id}.example/").parse().unwrap(),
        landed: None,
        remote: "192.0.2.7:80".parse().ok(),
        times: Times {
            dns: Some(Duration::from_millis(3)),
            connect: Some(Duration::from_millis(20)),
            tls: None,
            first_byte: Some(Duration::from_millis(80)),
            total: Duration::from_millis(140),
        },
        result: Ok(200),
        challenge: None,
        size: 43_210,
        body: Some(Digest::of("body")),
        content: shows.map(Snapshot::digest),
        expires: None,
        fault: None,
        line: Line::Up,
    }
}

/// Everything a probe can hold.
fn full(hour: i64) -> Probe {
    Probe {
        variant: Variant::HttpsWww,
        address: "https://www.a.example/x?a=1,2".parse().unwrap(),
        landed: "https://www.a.example/portal/".parse().ok(),
        result: Err(FailureKind::Tls(TlsFault::TooOld)),
        challenge: Some("加速乐".to_owned()),
        expires: Moment::parse("2018-01-01T00:00:00Z"),
        fault: Some(TlsFault::SelfSigned),
        line: Line::Unproved,
        ..probe("a", hour, None)
    }
}

fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("probes.sqlite");
    (folder, file)
}

fn all(file: &Path, id: &str) -> Vec<Probe> {
    ProbeReader::open(file).unwrap().of_site(&site(id), moment(-1000), moment(100_000)).unwrap()
}

#[test]
fn what_was_kept_is_read_back_and_a_slot_is_kept_once() {
    let (_folder, file) = place();
    let shows = snapshot("春耕");
    let round = [probe("a", 0, Some(&shows)), full(0)];
    {
        let log = ProbeLog::open(&file).unwrap();
        assert_eq!(log.keep(&round, Some(&shows)).unwrap(), 2);
        assert_eq!(log.keep(&[Probe { result: Ok(500), ..round[0].clone() }], None).unwrap(), 0);
        assert_eq!(log.visited(moment(0)).unwrap(), [site("a")]);
        assert_eq!(log.visited(moment(1)).unwrap(), []);
        log.note("watch", "1").unwrap();
        log.note("watch", "2").unwrap();
    }
    assert_eq!(all(&file, "a"), round);
    assert_eq!(all(&file, "b"), []);
    let reader = ProbeReader::open(&file).unwrap();
    assert_eq!(
        reader.snapshots(&site("a")).unwrap().into_iter().collect::<Vec<_>>(),
        [(shows.digest(), shows)]
    );
    assert_eq!(reader.last_of(&site("a"), moment(1)).unwrap(), Some(round[0].at));
    assert_eq!(ProbeLog::open(&file).unwrap().noted("watch").unwrap().as_deref(), Some("2"));
}

#[test]
fn a_second_writer_is_refused_and_a_reader_is_not() {
    let (_folder, file) = place();
    let log = ProbeLog::open(&file).unwrap();
    log.keep(&[probe("a", 0, None)], None).unwrap();
    let refused = ProbeLog::open(&file).unwrap_err();
    assert!(matches!(refused, StoreError::Locked(_)) && refused.to_string().contains("another process"));
    // A reader in the middle of reading does not hold the writer up.
    let reader = ProbeReader::open(&file).unwrap();
    let mut seen = 0;
    reader
        .each::<StoreError>(None, |_| {
            seen += log.keep(&[probe("a", 1, None)], None)?;
            Ok(())
        })
        .unwrap();
    assert_eq!((seen, all(&file, "a").len()), (1, 2));
}

#[test]
fn a_row_is_never_changed() {
    let (_folder, file) = place();
    let log = ProbeLog::open(&file).unwrap();
    log.keep(&[probe("a", 0, None)], None).unwrap();
    let changed = log.in_one(|connection| connection.execute("update probe set status = 500", []));
    assert!(changed.unwrap_err().to_string().contains("never changed"));
}

#[test]
fn pruning_takes_what_is_old_and_gives_the_room_back() {
    let (_folder, file) = place();
    let log = ProbeLog::open(&file).unwrap();
    let states: Vec<Snapshot> = (0..200).map(|hour| snapshot(&hour.to_string())).collect();
    for (hour, state) in (0..200).zip(&states) {
        log.keep(&[probe("a", hour, Some(state)), full(hour)], Some(state)).unwrap();
    }
    log.prune(moment(0)).unwrap();
    let before = fs::metadata(&file).unwrap().len();
    assert_eq!(log.prune(moment(150)).unwrap(), Pruned { probes: 300, snapshots: 150 });
    assert!(fs::metadata(&file).unwrap().len() < before / 2);
    let left = all(&file, "a");
    assert_eq!((left.len(), left[0].slot), (100, moment(150)));
    assert_eq!(ProbeReader::open(&file).unwrap().snapshots(&site("a")).unwrap().len(), 50);
}

#[test]
fn a_file_of_the_first_form_is_brought_to_todays_and_loses_nothing() {
    let (folder, file) = place();
    let frozen = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/probes/v1.sqlite");
    fs::copy(frozen, &file).unwrap();
    let probes = all(&file, "ludian");
    assert_eq!(probes.len(), 24);
    let failed: Vec<_> = probes.iter().filter(|it| it.result.is_err()).map(|it| it.slot).collect();
    assert_eq!(failed, [moment(3), moment(4)]);
    let log = ProbeLog::open(&file).unwrap();
    assert_eq!(log.keep(&[probe("ludian", 0, None)], None).unwrap(), 0, "the slot has its probe");
    assert_eq!(log.keep(&[full(30)], Some(&snapshot("新"))).unwrap(), 1);
    assert!(log.noted("watch").unwrap().is_some());
    drop(log);
    assert!(all(&file, "a")[0].landed.is_some());
    drop(folder);
}

#[test]
fn a_migration_that_has_no_room_leaves_the_old_file_as_it_was() {
    let (_folder, file) = place();
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/probes/v1.sqlite"), &file).unwrap();
    let mut connection = rusqlite::Connection::open(&file).unwrap();
    let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    connection.pragma_update(None, "max_page_count", pages).unwrap();
    assert!(super::schema::migrate(&mut connection, 1).is_err());
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 1);
    drop(connection);
    assert_eq!(all(&file, "zhaoyang").len(), 24);
}

#[test]
fn a_full_disk_tears_no_round_and_loses_nothing_that_was_kept() {
    let (_folder, file) = place();
    let log = ProbeLog::open(&file).unwrap();
    let rounds = |hour| [probe("a", hour, None), full(hour)];
    log.keep(&rounds(0), None).unwrap();
    let pages: i64 = log.connection().pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    log.connection().pragma_update(None, "max_page_count", pages + 2).unwrap();
    let mut kept = 1;
    let error = loop {
        match log.keep(&rounds(kept), None) {
            Ok(_) => kept += 1,
            Err(error) => break error,
        }
    };
    assert!(error.is_disk_full(), "{error}");
    assert_eq!(i64::try_from(all(&file, "a").len()).unwrap(), kept * 2, "whole rounds only");
    // With room again it goes on.
    log.connection().pragma_update(None, "max_page_count", 1_000_000).unwrap();
    assert_eq!(log.keep(&rounds(kept), None).unwrap(), 2);
}

#[test]
fn a_file_that_is_no_probe_log_is_left_alone() {
    let (folder, file) = place();
    let text = "not a database, and longer than the header of one so that SQLite looks at it: ".repeat(4);
    std::io::Write::write_all(&mut fs::File::create(&file).unwrap(), text.as_bytes()).unwrap();
    assert!(ProbeLog::open(&file).unwrap_err().to_string().contains("no SQLite file"));
    let other = folder.path().join("other.sqlite");
    rusqlite::Connection::open(&other).unwrap().execute_batch("create table t(x)").unwrap();
    assert!(ProbeLog::open(&other).unwrap_err().to_string().contains("another program"));
    let newer = folder.path().join("newer.sqlite");
    drop(ProbeLog::open(&newer).unwrap());
    rusqlite::Connection::open(&newer).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(ProbeLog::open(&newer).unwrap_err().to_string().contains("newer govcensus"));
    assert!(ProbeReader::open(&folder.path().join("nowhere")).is_err());
}

#[test]
fn the_csv_shows_every_probe_and_a_citation_points_at_its_line() {
    let (_folder, file) = place();
    let log = ProbeLog::open(&file).unwrap();
    log.keep(&[probe("a", 0, None), full(0)], None).unwrap();
    log.keep(&[probe("b", 0, None)], None).unwrap();
    let (mut whole, mut one) = (Vec::new(), Vec::new());
    let reader = ProbeReader::open(&file).unwrap();
    assert_eq!(reader.export(None, &mut whole).unwrap(), 3);
    assert_eq!(reader.export(Some(&site("a")), &mut one).unwrap(), 2);
    let mut records = csv::Reader::from_reader(whole.as_slice());
    assert_eq!(records.headers().unwrap().len(), 21);
    assert_eq!(&records.records().nth(1).unwrap().unwrap()[4], "https://www.a.example/x?a=1,2");
    let cited = Cited::of(all(&file, "a"));
    assert_eq!(cited.text.as_bytes(), one);
    for (probe, citation) in &cited.probes {
        let line = cited.text[usize::try_from(citation.offset).unwrap()..].lines().next().unwrap();
        assert!(line.starts_with(&format!(
            "a,{}",
            if probe.variant == Variant::Home { "home," } else { "https-www," }
        )));
        assert_eq!(Digest::of(line), citation.sha256);
    }
}
