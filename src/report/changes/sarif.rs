//! SARIF 2.1.0, for GitHub code scanning and other readers of analyses.
//!
//! An indicator is a rule, a defect a result with its fingerprint and `baselineState`; what is waived is suppressed.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::printable;
use crate::compare::{Level, State};

use super::super::TOOL;
use super::{ChangesView, Item, RenderError, live};

const SCHEMA: &str =
    "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json";

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    results: Vec<Outcome<'a>>,
    column_kind: &'static str,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
struct Driver<'a> {
    name: &'static str,
    version: &'a str,
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    id: &'a str,
    short_description: Message,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
    partial_fingerprints: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_state: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression>,
    properties: Properties<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: Physical,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    justification: &'static str,
}

#[derive(Serialize)]
struct Properties<'a> {
    site: &'a str,
    clauses: &'a [&'a str],
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trigger: Option<&'static str>,
}

pub(super) fn render(view: &ChangesView<'_>) -> Result<Vec<u8>, RenderError> {
    let items = view.items();
    let titles: BTreeMap<&str, &str> = items.iter().map(|it| (it.indicator, it.title)).collect();
    let ids: Vec<&str> = titles.keys().copied().collect();
    let rules = titles
        .iter()
        .map(|(id, title)| Rule { id, short_description: Message { text: said(title) } })
        .collect();
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool { driver: Driver { name: TOOL, version: env!("CARGO_PKG_VERSION"), rules } },
            results: items.iter().map(|it| result(it, &ids)).collect(),
            column_kind: "unicodeCodePoints",
        }],
    };
    let mut bytes = serde_json::to_vec_pretty(&log)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn result<'a>(item: &'a Item<'a>, ids: &[&str]) -> Outcome<'a> {
    let page = item.page.and_then(live);
    Outcome {
        rule_id: item.indicator,
        rule_index: ids.iter().position(|it| *it == item.indicator).unwrap_or_default(),
        level: match item.level() {
            Level::Error => "error",
            Level::Warn => "warning",
            Level::Off => "note",
        },
        message: Message {
            text: page.map_or_else(
                || said(item.message),
                |page| format!("{}（{}）", said(item.message), said(page)),
            ),
        },
        locations: [location(item.site)],
        partial_fingerprints: [("govcensus/v1", item.fingerprint.clone())].into(),
        baseline_state: item.state().map(|state| match state {
            State::New | State::Reopened | State::Surfaced => "new",
            State::Unseen => "unchanged",
            State::Moved => "updated",
            State::Fixed => "absent",
        }),
        suppressions: if item.is_waived() {
            vec![Suppression { kind: "external", justification: "waivers.toml" }]
        } else {
            Vec::new()
        },
        properties: Properties {
            site: item.site,
            clauses: &item.clauses,
            page,
            state: item.state().map(State::id),
            trigger: item.alarm.map(|it| it.trigger.id()),
        },
    }
}

/// The site's report. Whoever takes such files (GitHub's code scanning) wants a place in a repository for every result, and
/// refuses the whole file when one of them is an http address, so the page stands in the message and the properties.
fn location(site: &str) -> Location {
    let uri = format!("sites/{site}/report.json");
    Location {
        physical_location: Physical { artifact_location: Artifact { uri }, region: Region { start_line: 1 } },
    }
}

/// A message is plain text, but `[text](1)` in it would be a link, and braces a placeholder.
fn said(text: &str) -> String {
    let text = printable(text).replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
    if text.is_empty() { "—".to_owned() } else { text.replace('{', "{{").replace('}', "}}") }
}
