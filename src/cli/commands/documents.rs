//! `explain` and `checklist`: the official documents and the manual pages of the indicators.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::checklist::{self, Checklist};
use crate::{audit, indicators};

use super::super::Exit;
use super::super::args::ChecklistCommand;

/// Prints the manual page of an indicator, or the list of indicators.
pub(super) fn explain(name: Option<&str>) -> Result<Exit> {
    let Some(name) = name else {
        for indicator in indicators::ALL {
            let page = indicator.explain();
            let asks =
                page.lines().skip_while(|line| !line.contains("What it asks")).nth(1).unwrap_or_default();
            println!("{:<24} {asks}", indicator.id);
        }
        return Ok(Exit::Meets);
    };
    let Some(indicator) = indicators::ALL.iter().find(|it| it.id == name) else {
        let known = indicators::ALL.iter().map(|it| it.id).collect::<Vec<_>>().join(", ");
        bail!("no indicator is called `{name}`; known: {known}");
    };
    println!("{}", indicator.explain());
    Ok(Exit::Meets)
}

pub(super) fn checklist(command: ChecklistCommand) -> Result<Exit> {
    match command {
        ChecklistCommand::List => {
            for edition in checklist::adopted() {
                let read = checklist::parse(Path::new(edition.file), edition.text)?;
                println!("{:<16} {} {} ({} rows)", read.id, read.source, read.title, read.entries.len());
            }
        }
        ChecklistCommand::Show { id } => {
            let Some(edition) = checklist::adopted().iter().find(|it| it.id == id) else {
                bail!("no checklist is called `{id}`; `govcensus checklist list` names them");
            };
            table(&checklist::parse(Path::new(edition.file), edition.text)?);
        }
        ChecklistCommand::Lint { file } => {
            let text =
                fs::read_to_string(&file).with_context(|| format!("failed to read {}", file.display()))?;
            let rows = audit::read(&file, &text, indicators::ALL)?.checklist().entries.len();
            println!("{}: {rows} rows, no mistakes", file.display());
        }
    }
    Ok(Exit::Meets)
}

fn table(checklist: &Checklist) {
    println!("{}《{}》", checklist.source, checklist.title);
    for entry in &checklist.entries {
        let by = entry.indicator.as_deref().unwrap_or("–");
        println!(
            "{:<8} [{}] {:<8} {:<8} {:<24} {}（{}）",
            entry.clause,
            entry.mark.id(),
            entry.effect.id(),
            entry.decided.id(),
            by,
            entry.title,
            entry.title_en
        );
    }
}
