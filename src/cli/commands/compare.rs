//! `compare`, `baseline` and `history`: what got better or worse between runs. Asks no site.

use std::fs;
use std::io::{IsTerminal, Write, stdout};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};

use crate::base::{Day, printable, today_in_china};
use crate::compare::{Gate, Level, State, WaiverBook, Waivers};
use crate::drive::{self, Readings, Refreshed, Sides};
use crate::report;
use crate::report::changes::{ChangesView, Paint, history_html, history_json, history_text, text};

use super::super::Exit;
use super::super::args::{BaselineCommand, CompareArgs};

/// Compares two runs and lets the gate decide.
pub(super) fn compare(args: &CompareArgs) -> Result<Exit> {
    // Everything a person may have written wrongly is read before anything is compared.
    let gate = gate(args)?;
    let waivers = args.waivers.as_deref().map(waivers).transpose()?;
    let base = Readings::open(&args.base).context("failed to compare")?;
    let head = Readings::open(&args.head).context("failed to compare")?;
    let day = head.origin().as_of.unwrap_or_else(today_in_china);
    let mut waived = waivers.map(|it| it.on(day)).transpose()?.unwrap_or_default();
    let all = !base.is_one_site() && !head.is_one_site();
    let sides = Sides { base: Some(&base), head: &head, history: args.history.as_deref() };
    let comparison = drive::compare(&sides, &mut waived).context("failed to compare")?;
    waived.idle(all)?;
    let alarms = gate.alarms(&comparison);
    let view = ChangesView { comparison: &comparison, alarms: &alarms };
    for (format, file) in &args.write {
        report::write(file, &(format.render)(&view)?)?;
    }
    if args.format.name == "text" {
        print!("{}", text(&view, paint()));
    } else {
        stdout().write_all(&(args.format.render)(&view)?)?;
    }
    let worse = alarms.iter().any(|it| it.level == Level::Error);
    Ok(if worse { Exit::Fails } else { Exit::Meets })
}

fn gate(args: &CompareArgs) -> Result<Gate> {
    let gate = match &args.gate {
        Some(file) => Gate::parse(file, &read(file)?)?,
        None => Gate::default(),
    };
    Ok(if args.fail_on.is_empty() { gate } else { gate.failing_on(&args.fail_on) })
}

/// Reads a file of waivers.
pub(super) fn waivers(file: &Path) -> Result<Waivers> {
    Ok(Waivers::parse(file, &read(file)?)?)
}

/// The waivers of a file, if one is named, as of a day of inspection.
pub(super) fn waivers_on(file: Option<&Path>, day: Day) -> Result<WaiverBook> {
    match file {
        Some(file) => Ok(waivers(file)?.on(day)?),
        None => Ok(WaiverBook::default()),
    }
}

/// Names every waiver that bears nothing, after all chosen sites were judged.
pub(super) fn idle(waivers: Mutex<WaiverBook>, all: bool) -> Result<()> {
    Ok(waivers.into_inner().unwrap_or_else(PoisonError::into_inner).idle(all)?)
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("failed to read {}", file.display()))
}

/// Colours where they are seen and not unwanted (<https://no-color.org>).
fn paint() -> Paint {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty());
    if stdout().is_terminal() && !unwanted { Paint::Ansi } else { Paint::Plain }
}

/// Refreshes a stored baseline, and prints what is borne from now on.
pub(super) fn baseline(command: &BaselineCommand) -> Result<Exit> {
    let BaselineCommand::Update { run, file } = command;
    let head = Readings::open(run).context("failed to update the baseline")?;
    if head.is_one_site() && file.exists() {
        let old = Readings::open(file).context("failed to update the baseline")?;
        if old.ids().any(|id| head.ids().all(|it| it != id)) {
            bail!("{} holds other sites too; update it from the folder of a run", file.display());
        }
    }
    let Refreshed { changes, kept, debt } =
        drive::refresh_baseline(&head, file).context("failed to update the baseline")?;
    for site in &changes.sites {
        for defect in &site.defects {
            let (word, what) = match defect.state {
                State::New | State::Reopened | State::Surfaced => ("accepts", "from now on"),
                State::Fixed => ("drops", "mended"),
                State::Unseen => ("keeps", "not looked for this time"),
                State::Moved => ("moves", "under another row"),
            };
            let clauses: Vec<_> = defect.clauses.iter().map(|it| it.clause.as_str()).collect();
            println!(
                "{word}  {}  {}  {}  ({what})",
                printable(&site.id),
                printable(&clauses.join(",")),
                printable(&defect.message)
            );
        }
    }
    for site in &changes.removed {
        println!("drops  {}  everything: the run does not have the site", printable(&site.id));
    }
    for id in kept {
        println!("keeps  {}  everything: it could not be opened this time", printable(&id));
    }
    println!("{}: {debt} defects are borne from now on", file.display());
    Ok(Exit::Meets)
}

/// Prints how sites and indicators went over the runs of a folder.
pub(super) fn history(folder: &Path, json: bool, html: Option<&Path>) -> Result<Exit> {
    let history = drive::history(folder).context("failed to tell the history")?;
    if let Some(file) = html {
        report::write(file, &history_html(&history, None)?)?;
    }
    if json {
        stdout().write_all(&history_json(&history)?)?;
    } else {
        print!("{}", history_text(&history));
    }
    Ok(Exit::Meets)
}
