//! Compares two runs of a thousand sites with a thousand findings each as `govcensus compare` does, from the folders of
//! runs: at most 2 s and 500 MB.
//!
//! `cargo bench --bench compare`; it needs 3 GB in the temporary folder. The documents are made beforehand and lie in
//! the system's cache, as they do after an audit. For scale, the same bytes are also read by serde_json into nothing at
//! all, on as many threads: no reader that is built on it can be quicker.

#![expect(clippy::print_stdout, reason = "a number on a terminal is what a benchmark is for")]

mod made;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{fs, thread};

use govcensus::compare::{Gate, WaiverBook};
use govcensus::drive::{self, Readings, Sides};
use made::{Made, Outcome, forget_the_peak, peak_mb, processor_time};
use serde::de::IgnoredAny;

const SITES: usize = 1_000;
const FINDINGS: usize = 1_000;
/// One finding in so many is another one on the newer side.
const CHANGED: usize = 50;

const AT_MOST: Duration = Duration::from_secs(2);
const AT_MOST_MB: u64 = 500;

fn main() -> Outcome<ExitCode> {
    let folder = tempfile::tempdir()?;
    let (base, head) = (folder.path().join("base"), folder.path().join("head"));
    let old = |host: &str, nth: usize| format!("http://{host}/column/old/{nth}/index.html");
    let new = |host: &str, nth: usize| {
        if nth.is_multiple_of(CHANGED) { format!("http://{host}/column/new/{nth}/") } else { old(host, nth) }
    };
    let size = Made { id: "base", sites: SITES, findings: FINDINGS, target: &old }.write(&base)?
        + Made { id: "head", sites: SITES, findings: FINDINGS, target: &new }.write(&head)?;
    println!("two runs of {SITES} sites with {FINDINGS} findings: {} MB of report.json", size / 1_000_000);

    forget_the_peak();
    let mut took: Vec<Duration> = Vec::new();
    let mut right = true;
    for _ in 0..5 {
        let (started, spent) = (Instant::now(), processor_time());
        let (older, newer) = (Readings::open(&base)?, Readings::open(&head)?);
        let sides = Sides { base: Some(&older), head: &newer, history: None };
        let comparison = drive::compare(&sides, &mut WaiverBook::default())?;
        let alarms = Gate::default().alarms(&comparison).len();
        took.push(started.elapsed());
        let totals = comparison.totals;
        let spent =
            processor_time().zip(spent).map(|(now, then)| now.saturating_sub(then)).unwrap_or_default();
        println!(
            "{} unchanged, {} fixed, {} new, {alarms} alarms: {:.2} s, {:.2} s of processors",
            totals.unchanged,
            totals.fixed,
            totals.new,
            started.elapsed().as_secs_f64(),
            spent.as_secs_f64()
        );
        let expected = SITES * FINDINGS / CHANGED;
        right &= totals.new == expected && totals.fixed == expected;
    }
    took.sort();
    let (middle, peak) = (took[took.len() / 2], peak_mb().unwrap_or_default());
    println!("in the middle of five: {:.2} s, {peak} MB at the most", middle.as_secs_f64());
    let floor = bare(&[base, head])?;
    println!("the same bytes into nothing at all: {:.2} s", floor.as_secs_f64());
    Ok(ExitCode::from(u8::from(!(right && middle < AT_MOST && peak < AT_MOST_MB))))
}

/// How long serde_json alone takes for every report of both runs.
fn bare(runs: &[PathBuf]) -> Outcome<Duration> {
    let mut files = Vec::new();
    for run in runs {
        for site in fs::read_dir(run.join("sites"))? {
            files.push(site?.path().join("report.json"));
        }
    }
    let workers = thread::available_parallelism()?.get();
    let started = Instant::now();
    thread::scope(|scope| -> Outcome<()> {
        let read = |files: &[PathBuf]| files.iter().try_for_each(|it| ignore(it));
        let share = files.len().div_ceil(workers);
        let shares: Vec<_> = files.chunks(share).map(|it| scope.spawn(move || read(it))).collect();
        for share in shares {
            share.join().map_err(|_| "a thread gave up")??;
        }
        Ok(())
    })?;
    Ok(started.elapsed())
}

fn ignore(file: &Path) -> std::io::Result<()> {
    let bytes = fs::read(file)?;
    Ok(serde_json::from_slice::<IgnoredAny>(&bytes).map(drop)?)
}
