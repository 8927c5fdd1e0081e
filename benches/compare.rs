//! Compares a thousand sites with a thousand findings each, and fails when it takes too long or too much memory.
//!
//! ```text
//! cargo bench --bench compare            # readings that are already in memory, a pair at a time
//! cargo bench --bench compare -- disk    # the same as report.json files, read and compared: 1.3 GB in a temporary folder
//! ```

#![expect(clippy::print_stdout, reason = "a number on a terminal is what a benchmark is for")]
#![expect(clippy::disallowed_methods, reason = "the files are no reports of anybody")]

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use govcensus::compare::{
    Answer, Comparing, Comparison, Found, Gate, Known, Origin, Row, RowEffect, Seen, SiteReading, WaiverBook,
    found_digest,
};
use govcensus::drive::{self, Readings, Sides};
use serde_json::json;

const SITES: usize = 1_000;
const FINDINGS: usize = 1_000;
const ROWS: usize = 20;
/// One finding in so many is another one on the newer side.
const CHANGED: usize = 50;

const TIME: Duration = Duration::from_secs(2);
const MEMORY_KB: u64 = 500_000;

/// Which side a site is made for.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Base,
    Head,
}

fn main() -> anyhow::Result<ExitCode> {
    if std::env::args().any(|it| it == "disk") {
        return disk();
    }
    let mut comparing = Comparing::begin(Origin::default(), Origin::default(), Known::new());
    let mut book = WaiverBook::default();
    let mut spent = Duration::ZERO;
    for number in 0..SITES {
        let (base, head) = (site(number, Side::Base), site(number, Side::Head));
        let started = Instant::now();
        comparing.site(Some(&base), Some(&head), &mut book);
        spent += started.elapsed();
    }
    let started = Instant::now();
    let comparison = comparing.end();
    let alarms = Gate::default().alarms(&comparison).len();
    spent += started.elapsed();
    Ok(told("in memory", &comparison, alarms, spent))
}

/// The whole command, without printing: files read, compared and judged.
fn disk() -> anyhow::Result<ExitCode> {
    let folder = tempfile::tempdir()?;
    for (name, side) in [("base", Side::Base), ("head", Side::Head)] {
        write(&folder.path().join(name), side)?;
    }
    let started = Instant::now();
    let (base, head) = (folder.path().join("base"), folder.path().join("head"));
    let (base, head) = (Readings::open(&base)?, Readings::open(&head)?);
    let sides = Sides { base: Some(&base), head: &head, history: None };
    let comparison = drive::compare(&sides, &mut WaiverBook::default())?;
    let alarms = Gate::default().alarms(&comparison).len();
    Ok(told("from files", &comparison, alarms, started.elapsed()))
}

fn told(what: &str, comparison: &Comparison, alarms: usize, spent: Duration) -> ExitCode {
    let peak = peak_kb();
    println!(
        "{what}: {} sites, {} unchanged, {} fixed, {} new, {alarms} alarms: {:.2} s, {} MB at the most",
        comparison.totals.sites,
        comparison.totals.unchanged,
        comparison.totals.fixed,
        comparison.totals.new,
        spent.as_secs_f64(),
        peak / 1000
    );
    let expected = SITES * FINDINGS / CHANGED;
    let right = comparison.totals.new == expected && comparison.totals.fixed == expected;
    ExitCode::from(u8::from(!(right && spent < TIME && peak < MEMORY_KB)))
}

/// The most memory this process ever had; 0 where the system does not say.
fn peak_kb() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|it| it.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

/// Number of a finding's subject on one side: every so often it is another one.
fn subject(number: usize, nth: usize, side: Side) -> String {
    let moved = if side == Side::Head && nth.is_multiple_of(CHANGED) { "new" } else { "old" };
    format!("http://www.site{number}.example/column/{moved}/{nth}/index.html")
}

fn site(number: usize, side: Side) -> SiteReading {
    let row = |row: usize| Row {
        clause: format!("D{row}"),
        indicator: Some("link-broken".into()),
        title: "链接可用性".into(),
        effect: RowEffect::Deduct,
        answer: Answer::Fail,
        to_confirm: false,
        reason: None,
        unread: 0,
        takes_off: 1.0,
        found: (0..FINDINGS / ROWS).map(|nth| finding(number, row * FINDINGS / ROWS + nth, side)).collect(),
    };
    SiteReading {
        id: format!("site{number:04}"),
        name: format!("第{number}号网站"),
        url: Some(format!("http://www.site{number}.example/")),
        seen: Seen::Wholly,
        checklist: "census-2015".into(),
        outcome: None,
        score: None,
        rows: (0..ROWS).map(row).collect(),
        columns: Vec::new(),
        links: std::collections::BTreeMap::new(),
    }
}

fn finding(number: usize, nth: usize, side: Side) -> Found {
    let url = subject(number, nth, side);
    let fingerprint = found_digest(&url, []);
    Found {
        counts: true,
        kind: "link".into(),
        name: format!("链接{nth}"),
        message: format!("链接“链接{nth}”打不开：返回错误状态404，另有3个页面引用。"),
        page: format!("http://www.site{number}.example/"),
        found: found_digest(&fingerprint, [("fault", "返回错误状态404")]),
        url: Some(url),
        fingerprint,
    }
}

fn write(folder: &Path, side: Side) -> anyhow::Result<()> {
    let name = if side == Side::Base { "base" } else { "head" };
    let run = json!({"id": name, "as_of": "2017-12-15", "status": "complete"});
    let (tool, score) = (json!({"version": "0.1.0"}), json!({"low": 60.0, "high": 60.0, "full": 100.0}));
    let mut rows = Vec::new();
    for number in 0..SITES {
        let made = site(number, side);
        let answers: Vec<_> = made
            .rows
            .iter()
            .map(|row| {
                let findings: Vec<_> = row
                    .found
                    .iter()
                    .map(|it| {
                        let evidence = json!([{
                            "warc": "archive/a-00000.warc.gz", "offset": 1_234_567,
                            "record_id": "<urn:uuid:00000000-0000-4000-8000-000000000000>",
                            "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                            "fetched_at": "2017-12-15T09:30:00.000+08:00", "url": it.url
                        }]);
                        json!({"fingerprint": it.fingerprint, "message": it.message, "page_url": it.page,
                            "subject": {"kind": it.kind, "name": it.name, "url": it.url}, "evidence": evidence,
                            "details": {"fault": "返回错误状态404", "referrers": "4"}})
                    })
                    .collect();
                json!({"clause": row.clause, "indicator": row.indicator, "title": row.title, "effect": "deduct",
                    "verdict": "fail", "deduction": {"low": 1.0, "high": 1.0}, "reason": null,
                    "findings": findings})
            })
            .collect();
        let identity = json!({"id": made.id, "name": made.name, "url": made.url});
        let report = json!({"schema": "govcensus.report/1", "tool": tool, "run": run, "site": identity,
            "checklist": {"id": made.checklist}, "outcome": {"verdict": "qualified", "score": score},
            "answers": answers});
        let path = folder.join("sites").join(&made.id);
        fs::create_dir_all(&path)?;
        fs::write(path.join("report.json"), serde_json::to_vec(&report)?)?;
        rows.push(json!({"id": made.id, "name": made.name, "url": made.url, "status": "complete",
            "verdict": "qualified", "score": score}));
    }
    let city = json!({"schema": "govcensus.run/1", "tool": tool, "run": run, "sites": rows});
    fs::write(folder.join("run.json"), serde_json::to_vec(&city)?)?;
    Ok(())
}
