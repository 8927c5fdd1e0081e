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
pub mod serve;

use std::ffi::OsString;
use std::io::{IsTerminal, stderr};
use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use args::{Cli, LogFormat, Loudness};
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

fn obey(cli: Cli) -> Exit {
    listen(&cli.loudness);
    commands::run(cli).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        Exit::Broken
    })
}

/// Prints help, version or what is wrong with the arguments, where clap wants it.
fn refuse(error: &clap::Error) -> Exit {
    let _ = error.print();
    if error.use_stderr() { Exit::Broken } else { Exit::Meets }
}

/// Sends log lines to stderr. RUST_LOG chooses which; without it, warnings and errors.
fn listen(loudness: &Loudness) {
    let otherwise = if loudness.quiet { "error" } else { "warn" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(otherwise));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(progress::above_the_bars);
    // A second run in one process keeps the first one's listener.
    let _ = match loudness.log_format {
        LogFormat::Text => lines.with_ansi(stderr().is_terminal()).try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
}
