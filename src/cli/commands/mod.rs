//! One file for each command, or for a family of small ones.

mod alert;
mod audit;
mod check;
mod compare;
pub(super) mod demo;
mod documents;
mod inputs;
mod plan;
mod probe;
mod report;
mod review;
mod roster;
mod show;
mod watch;

use anyhow::Result;
use clap::CommandFactory;

use super::Exit;
use super::args::{Cli, Command};

/// Does what was asked.
pub(super) fn run(cli: Cli) -> Result<Exit> {
    let loudness = cli.loudness;
    match cli.command {
        Command::Check { target, walk, judge, show } => {
            check::check(&target, &walk, &judge, &show, &loudness)
        }
        Command::Gather { target, walk, json } => check::gather(&target, &walk, json, &loudness),
        Command::Audit { run, sites, judge, show } => audit::audit(&run, &sites, &judge, &show),
        Command::Compare(args) => compare::compare(&args),
        Command::Baseline(command) => compare::baseline(&command),
        Command::History { dir, json, html } => compare::history(&dir, json, html.as_deref()),
        Command::Report { run, show } => report::report(&run, &show),
        Command::Watch(args) => watch::watch(&args, &loudness),
        Command::Feed(args) => watch::feed(&args),
        Command::Alert(args) => alert::alert(&args),
        Command::Probe(args) => probe::probe(&args, &loudness),
        Command::Review(command) => review::review(command),
        Command::Demo { out, checklists, show } => demo::demo(out.as_ref(), &checklists, &show, &loudness),
        Command::Explain { indicator } => documents::explain(indicator.as_deref()),
        Command::Checklist(command) => documents::checklist(command),
        Command::Plan(args) => plan::plan(&args),
        Command::Roster(command) => roster::roster(command),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "govcensus", &mut std::io::stdout());
            Ok(Exit::Meets)
        }
    }
}
