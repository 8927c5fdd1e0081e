//! The command line: the only module that prints, and the only one that chooses an exit code.

// Printing is this module's job; everything below tells what happened and prints nothing.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the command line is where the program speaks"
)]

mod args;
pub mod city;
mod commands;
mod exit;
mod progress;
mod screen;
pub mod serve;

use std::ffi::OsString;
use std::io::{IsTerminal, stderr};
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use args::{Cli, LogFormat, Loudness, ShowArgs};

use crate::base::Day;
use crate::report::FORMATS;
pub use exit::Exit;

/// What the `govcensus` command does.
pub fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => obey(cli).into(),
        Err(error) => refuse(&error).into(),
    }
}

/// The same with other arguments than the process was given; the first is the program's name.
pub fn run(args: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> Exit {
    match Cli::try_parse_from(args) {
        Ok(cli) => obey(cli),
        Err(error) => refuse(&error),
    }
}

/// Serves saved pages on loopback under their own host names and checks the sites of `roster` there, as the demo does
/// with its city. Nothing leaves this machine.
pub fn check_saved(shelf: serve::Shelf, roster: &str, name: &str, as_of: Day, out: &Path) -> Exit {
    let show = ShowArgs { formats: FORMATS.to_vec(), words: None, base: None, history: None, json: false };
    let loudness = Loudness { quiet: false, no_progress: true, log_format: LogFormat::Text };
    listen(&loudness);
    let checklists = ["census-2015".to_owned()];
    let saved = commands::demo::SavedSites { shelf, roster, name, as_of, checklists: &checklists };
    commands::demo::check_saved(saved, name.to_owned(), out.to_owned(), &show, &loudness)
        .unwrap_or_else(|error| say(&error))
}

fn obey(cli: Cli) -> Exit {
    listen(&cli.loudness);
    commands::run(cli).unwrap_or_else(|error| say(&error))
}

fn say(error: &anyhow::Error) -> Exit {
    let mut told = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        // Many an error tells its cause itself; once is enough.
        if !told.ends_with(&cause) {
            told = format!("{told}: {cause}");
        }
    }
    eprintln!("error: {told}");
    Exit::Broken
}

/// Prints help, version or what is wrong with the arguments, where clap wants it.
fn refuse(error: &clap::Error) -> Exit {
    let _ = error.print();
    if error.use_stderr() { Exit::Broken } else { Exit::Meets }
}

/// Sends log lines to stderr. RUST_LOG chooses which; without it, warnings and errors.
fn listen(loudness: &Loudness) {
    // html5ever warns of what every browser repairs in silence.
    let otherwise = if loudness.quiet { "error" } else { "warn,html5ever=error" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(otherwise));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(progress::above_the_bars);
    // A second run in one process keeps the first one's listener.
    let _ = match loudness.log_format {
        LogFormat::Text => lines.with_ansi(stderr().is_terminal()).try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
}
