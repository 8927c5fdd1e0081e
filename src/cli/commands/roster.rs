//! `roster`: the sites to inspect, checked or made from a spreadsheet.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use calamine::{Data, Reader, open_workbook_auto};

use crate::checklist::roster_template;
use crate::site::{Registry, roster_from_table};

use super::super::Exit;
use super::super::args::RosterCommand;
use super::inputs;

pub(super) fn roster(command: RosterCommand) -> Result<Exit> {
    match command {
        RosterCommand::Lint { file } => {
            let text =
                fs::read_to_string(&file).with_context(|| format!("failed to read {}", file.display()))?;
            let registry = Registry::parse(&file, &text)?;
            let without = registry.sites.iter().filter(|it| it.home.is_none()).count();
            println!(
                "{}: {}, {} bodies, {without} of them without a site of their own; no mistakes",
                file.display(),
                registry.city,
                registry.sites.len()
            );
        }
        RosterCommand::Template { checklist, city } => {
            let bound = inputs::bound(&[checklist])?;
            let checklist = bound.checklist();
            let Some((_, plan)) = checklist.plans.first() else {
                bail!("{} is no plan: it names no bodies", checklist.id);
            };
            let title = format!("{}（{}）", checklist.title, checklist.source);
            print!("{}", roster_template(plan, &title, &city));
        }
        RosterCommand::Import { file, city } => {
            let rows = rows(&file)?;
            print!("{}", roster_from_table(&file, &city, &rows)?);
        }
    }
    Ok(Exit::Meets)
}

/// The cells of the first sheet as text.
fn rows(file: &Path) -> Result<Vec<Vec<String>>> {
    let ending = file.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    match ending.as_str() {
        "csv" => {
            let bytes = fs::read(file).with_context(|| format!("failed to read {}", file.display()))?;
            // Excel saves Chinese CSV files in UTF-8 with a mark, or in GBK without one.
            let (text, _, _) = match std::str::from_utf8(&bytes) {
                Ok(_) => encoding_rs::UTF_8.decode(&bytes),
                Err(_) => encoding_rs::GBK.decode(&bytes),
            };
            let mut reader =
                csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let rows = reader.records().map(|row| Ok(row?.iter().map(str::to_owned).collect()));
            rows.collect::<Result<_>>().with_context(|| format!("failed to read {}", file.display()))
        }
        "xlsx" | "xls" | "ods" => {
            let mut book =
                open_workbook_auto(file).with_context(|| format!("failed to open {}", file.display()))?;
            let sheet = book.worksheet_range_at(0).context("the workbook has no sheet")??;
            let text = |cell: &Data| match cell {
                // A 标识码 is ten digits, not a number of 9.9e9.
                Data::Float(number) if number.fract() == 0.0 => format!("{number:.0}"),
                other => other.to_string(),
            };
            Ok(sheet.rows().map(|row| row.iter().map(text).collect()).collect())
        }
        _ => bail!("{}: a roster is imported from .xlsx, .xls, .ods or .csv", file.display()),
    }
}
