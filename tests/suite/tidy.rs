//! The house kept in order: layers, the table of indicators, names, manual pages, checklists.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use govcensus::evidence::Gap;
use govcensus::{audit, checklist, indicators};

/// Bottom first. A module may use itself and those before it, save where `FENCES` says no.
const LAYERS: [&str; 14] = [
    "base",
    "site",
    "evidence",
    "page",
    "crawl",
    "checklist",
    "dossier",
    "audit",
    "indicators",
    "score",
    "compare",
    "report",
    "drive",
    "cli",
];

/// (who, may not use): judging never asks the network, a page knows no site, a score no page.
const FENCES: [(&str, &str); 12] = [
    ("page", "site"),
    ("checklist", "crawl"),
    ("dossier", "crawl"),
    ("audit", "crawl"),
    ("indicators", "crawl"),
    ("score", "crawl"),
    ("compare", "crawl"),
    ("report", "crawl"),
    ("score", "page"),
    ("compare", "page"),
    ("report", "page"),
    ("drive", "page"),
];

#[test]
fn imports_point_down() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        let Some(me) = module_of(&path) else { continue };
        let Some(my_layer) = LAYERS.iter().position(|it| *it == me) else {
            wrong.push(format!("{path} belongs to no layer"));
            continue;
        };
        for used in text.split("crate::").skip(1).map(first_name) {
            let Some(layer) = LAYERS.iter().position(|it| *it == used) else { continue };
            if layer > my_layer || FENCES.contains(&(me, used.as_str())) {
                wrong.push(format!("{path} uses {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn one_indicator_does_not_use_another() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src/indicators") {
        if path.ends_with("/mod.rs") {
            continue;
        }
        if text.contains("super::") || text.contains("crate::indicators") {
            wrong.push(path);
        }
    }
    assert!(wrong.is_empty(), "what two indicators share goes down: {}", wrong.join(", "));
}

/// Writes the table of indicators from the files that exist, and fails when it was stale.
#[test]
fn the_table_is_complete() {
    let files = indicator_files();
    let mods = files.iter().fold(String::new(), |mods, it| mods + "mod " + it + ";\n");
    let rows = files.iter().fold(String::new(), |mut rows, it| {
        let _ = writeln!(rows, "    registered::<{it}::{}>(include_str!(\"{it}.rs\")),", camel(it));
        rows
    });
    let want = format!(
        "//! Every indicator, in order of name. Kept by `cargo test tidy`.\n\n{mods}\n\
         use crate::audit::{{Registered, registered}};\n\n\
         /// The table.\npub static ALL: &[Registered] = &[\n{rows}];\n"
    );
    keep(&[("src/indicators/mod.rs".to_owned(), want)]);
}

/// Writes the manual pages from the headers of the indicators' files, and fails when one was stale.
#[test]
fn manual_pages_are_fresh() {
    let page = |it: &audit::Registered| (format!("docs/indicators/{}.md", it.id), it.explain() + "\n");
    keep(&indicators::ALL.iter().map(page).collect::<Vec<_>>());
    let kept = fs::read_dir(root().join("docs/indicators")).unwrap().count();
    assert_eq!(kept, indicators::ALL.len(), "docs/indicators has a page of an indicator that is gone");
}

#[test]
fn indicators_are_named_and_explained_alike() {
    let mut wrong = Vec::new();
    for (file, indicator) in indicator_files().iter().zip(indicators::ALL) {
        let (id, explained) = (indicator.id, indicator.explain());
        if id != file.replace('_', "-") {
            wrong.push(format!("{file}.rs calls itself {id}"));
        }
        let parts = [
            format!("# {id}\n"),
            "## What it asks".into(),
            "## How it is judged".into(),
            "## What it cannot see".into(),
        ];
        if !parts.iter().all(|part| explained.contains(part.as_str())) {
            wrong.push(format!("{file}.rs: its header lacks one of {parts:?}"));
        }
        let verb = id.split('-').next().unwrap_or_default();
        if ["check", "no", "has", "is", "find", "test", "verify"].contains(&verb) {
            wrong.push(format!("{id} begins with a verb; name the thing and its failing state"));
        }
        if !root().join(format!("fixtures/indicators/{id}.md")).exists() {
            wrong.push(format!("{id} has no example in fixtures/indicators/{id}.md"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_indicator_has_an_example_of_each_answer() {
    let mut wrong = Vec::new();
    for id in indicators::ALL.iter().map(|it| it.id) {
        let path = root().join(format!("fixtures/indicators/{id}.md"));
        let text = fs::read_to_string(path).unwrap_or_default();
        let answers: Vec<&str> =
            text.split("```verdict\n").skip(1).filter_map(|it| it.lines().next()).collect();
        let proposal = format!("undetermined: {}", Gap::NeedsPerson);
        let is_unknown = |it: &&&str| it.starts_with("undetermined") && **it != proposal;
        if !answers.contains(&"pass") {
            wrong.push(format!("{id}: no example passes"));
        }
        if !answers.iter().any(|it| *it == "fail" || *it == proposal) {
            wrong.push(format!("{id}: no example fails or proposes"));
        }
        if !answers.iter().any(|it| is_unknown(&it)) {
            wrong.push(format!("{id}: no example is undetermined"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_checklist_binds_and_every_indicator_is_asked_for() {
    let mut asked = Vec::new();
    for edition in checklist::adopted() {
        let read = checklist::parse(Path::new(edition.file), edition.text).unwrap();
        asked.extend(read.entries.iter().filter_map(|entry| entry.indicator.clone()));
        audit::bind(read, indicators::ALL).unwrap_or_else(|complaints| panic!("{complaints}"));
    }
    let idle: Vec<_> =
        indicators::ALL.iter().map(|it| it.id).filter(|id| !asked.iter().any(|it| it == id)).collect();
    assert!(idle.is_empty(), "no checklist asks for {idle:?}");
}

#[test]
fn every_row_of_the_documents_stands_in_its_checklist() {
    let rows = fs::read_to_string(root().join("fixtures/rows.tsv")).unwrap();
    let mut missing = Vec::new();
    for (checklist, row) in rows.lines().filter_map(|line| line.split_once('\t')) {
        let edition = checklist::adopted().iter().find(|it| it.id == checklist).unwrap();
        let read = checklist::parse(Path::new(edition.file), edition.text).unwrap();
        if !read.entries.iter().any(|it| it.clause.starts_with(row) || it.title.starts_with(row)) {
            missing.push(format!("{checklist}: {row}"));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// Compares generated files with what they should be; writes those that differ, and fails.
pub(crate) fn keep(files: &[(String, String)]) {
    let stale: Vec<_> = files
        .iter()
        .filter(|(path, want)| fs::read_to_string(root().join(path)).ok().as_deref() != Some(want))
        .collect();
    let names = stale.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>().join(", ");
    assert!(
        stale.is_empty() || env::var_os("CI").is_none(),
        "out of date: {names}; run `cargo test` and commit"
    );
    for (path, want) in &stale {
        write(&root().join(path), want);
    }
    assert!(stale.is_empty(), "now written: {names}; read the difference and run `cargo test` again");
}

/// Writes a file of the project, for the tests that keep generated files fresh.
#[expect(clippy::disallowed_methods, reason = "generated files of the project are not reports")]
pub(crate) fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file under `folder`, as (path from the root, text), in order.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut ahead = vec![root().join(folder)];
    while let Some(folder) = ahead.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                ahead.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

fn module_of(path: &str) -> Option<&str> {
    let name = path.split('/').nth(1)?.trim_end_matches(".rs");
    (!matches!(name, "lib" | "main")).then_some(name)
}

fn first_name(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn indicator_files() -> Vec<String> {
    let mut files: Vec<String> = sources("src/indicators")
        .into_iter()
        .map(|(path, _)| path.replace("src/indicators/", "").replace(".rs", ""))
        .filter(|it| it != "mod")
        .collect();
    files.sort();
    files
}

fn camel(snake: &str) -> String {
    snake
        .split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
                .unwrap_or_default()
        })
        .collect()
}
