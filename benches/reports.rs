//! 300 sites with 500 findings each, in every format: at most 30 s and 300 MB.
//!
//! `cargo bench --bench reports`. The documents are made here, then read back and rendered as `govcensus report`
//! does, so that reading them is in the time as well. The peak is that of the rendering alone (Linux only): the
//! kernel's mark is put back before it.

#![expect(clippy::print_stdout, reason = "a benchmark speaks on stdout")]

mod made;

use std::fs;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use govcensus::drive::{Earlier, RunFolder, Showing, render};
use govcensus::report::{FORMATS, Words};
use made::{Made, Outcome, forget_the_peak, peak_mb, processor_time};

const SITES: usize = 300;
const FINDINGS: usize = 500;
const AT_MOST: Duration = Duration::from_secs(30);
const AT_MOST_MB: u64 = 300;

fn main() -> ExitCode {
    match measure() {
        Ok((took, peak)) => {
            let mb = peak.map_or_else(|| "unknown".to_owned(), |it| format!("{it} MB"));
            println!("{SITES} sites × {FINDINGS} findings, {} formats: {took:.1?}, peak {mb}", FORMATS.len());
            let fits = took <= AT_MOST && peak.is_none_or(|it| it <= AT_MOST_MB);
            if fits { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> Outcome<(Duration, Option<u64>)> {
    let folder = tempfile::tempdir()?;
    let target = |host: &str, nth: usize| format!("http://{host}/download/{nth}.doc");
    let made = Made { id: "bench", sites: SITES, findings: FINDINGS, target: &target };
    let size = made.write(folder.path())?;
    println!("report.json in all: {} MB", size / 1_000_000);
    forget_the_peak();
    let (before, spent) = (Instant::now(), processor_time());
    let earlier = Earlier::default();
    let showing = Showing { formats: FORMATS, words: Words::built_in(), earlier: &earlier };
    render(&RunFolder::new(folder.path()), showing)?;
    let took = before.elapsed();
    let spent = processor_time().zip(spent).map(|(now, then)| now.saturating_sub(then)).unwrap_or_default();
    println!("{:.1} s of processors", spent.as_secs_f64());
    for file in ["ledger.xlsx", "circular.docx", "csv/problems.csv", "index.html"] {
        println!("{file}: {} KB", fs::metadata(folder.path().join(file))?.len() / 1024);
    }
    Ok((took, peak_mb()))
}
