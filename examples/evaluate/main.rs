//! How well `page::read` reads: runs it over a folder of saved pages and compares with what a person read there.
//!
//! FOLDER holds `pages/`, `labels/` and `INDEX.tsv`. Every measure is printed over all pages, and again for real pages
//! and for templates apart; below stand the worst pages by name with what differed. With a WORD only pages whose name
//! contains it are read, and every difference is printed in full. `--at-least FILE` fails when a figure over all pages
//! is lower than the one recorded there; `--floors` prints such a file.
//!
//! These files know the format of the labels and nothing about particular sites.

#![expect(clippy::print_stdout, reason = "a report on a terminal is what this example is for")]

mod floors;
mod judge;
mod tally;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Parser;
use govcensus::base::Address;
use govcensus::page::{self, Source};
use serde_json::Value;

use tally::Measures;

/// The measures over every page, and the groups they are also shown for.
const ALL: &str = "all pages";

/// Compares what the page reader reads with what a person read.
#[derive(Parser)]
struct Args {
    /// Holds `pages/`, `labels/` and `INDEX.tsv`.
    folder: PathBuf,
    /// Only pages whose name contains this word, with every difference in full.
    word: Option<String>,
    /// Fails when a figure is lower than in this file.
    #[arg(long, value_name = "FILE")]
    at_least: Option<PathBuf>,
    /// Prints the figures as a file for `--at-least`, and nothing else.
    #[arg(long)]
    floors: bool,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let folder = &args.folder;
    let urls = index(folder);
    let mut groups: BTreeMap<&'static str, Measures> = BTreeMap::new();
    let mut slowest: Vec<(u128, String)> = Vec::new();
    for path in files(&folder.join("labels"))? {
        let Ok(name) = path.strip_prefix(folder.join("labels")) else { continue };
        let name = name.with_extension("").to_string_lossy().into_owned();
        if args.word.as_ref().is_some_and(|word| !name.contains(word.as_str())) {
            continue;
        }
        let Some((file, bytes)) = page_of(folder, &name) else { continue };
        let label: Value = serde_json::from_slice(&fs::read(&path)?)?;
        let address = address_of(&urls, &file);
        let started = std::time::Instant::now();
        let page = page::read(&Source { address: &address, content_type: None, body: &bytes });
        slowest.push((started.elapsed().as_millis(), name.clone()));
        for group in [ALL, group_of(&name)] {
            judge::judge(&name, &page, &label, groups.entry(group).or_default());
        }
    }
    groups.values_mut().for_each(tally::sum_up);
    let all = groups.get(ALL).cloned().unwrap_or_default();
    if args.floors {
        print!("{}", floors::written(&all));
        return Ok(());
    }
    for (group, measures) in &groups {
        tally::report(group, measures);
    }
    tally::differences(&all, if args.word.is_some() { usize::MAX } else { 12 });
    slowest.sort();
    println!("\nslowest, in ms: {:?}", slowest.iter().rev().take(4).collect::<Vec<_>>());
    let Some(file) = args.at_least else { return Ok(()) };
    let fallen = floors::fallen(&all, &fs::read_to_string(&file)?)?;
    if fallen.is_empty() {
        println!("no figure is below {}", file.display());
        return Ok(());
    }
    bail!("figures below {}:\n{}", file.display(), fallen.join("\n"))
}

fn group_of(name: &str) -> &'static str {
    let folder = name.split('/').next().unwrap_or_default();
    let is_template =
        ["_template", "_source", "-source", "-template", "_synthetic"].iter().any(|it| folder.ends_with(it));
    if is_template { "templates" } else { "real pages" }
}

fn index(folder: &Path) -> BTreeMap<String, Address> {
    let text = fs::read_to_string(folder.join("INDEX.tsv")).unwrap_or_default();
    let mut urls = BTreeMap::new();
    for line in text.lines().skip(1) {
        let mut cells = line.split('\t');
        let (Some(file), Some(url)) = (cells.next(), cells.next()) else { continue };
        let url = url.split_whitespace().next().unwrap_or_default();
        if let Ok(address) = url.replace('*', "0").parse() {
            urls.insert(file.to_owned(), address);
        }
    }
    urls
}

fn address_of(urls: &BTreeMap<String, Address>, file: &str) -> Address {
    if let Some(address) = urls.get(file) {
        return address.clone();
    }
    let path = file.trim_start_matches("pages/").replace('_', "-");
    format!("http://{path}").parse().unwrap_or_else(|_| "http://a.example/".parse().expect("a fixed address"))
}

fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|it| it == "json") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn page_of(folder: &Path, name: &str) -> Option<(String, Vec<u8>)> {
    ["", ".html", ".htm", ".xml", ".shtml", ".jsp"].iter().find_map(|ending| {
        let file = format!("pages/{name}{ending}");
        fs::read(folder.join(&file)).ok().map(|bytes| (file, bytes))
    })
}
