//! A code-quality report of GitLab: an array of issues, each with a path and a line, shown beside a merge request.

use serde::Serialize;

use crate::base::printable;
use crate::compare::{Level, State, Trigger};

use super::{ChangesView, Item, RenderError};

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

pub(super) fn render(view: &ChangesView<'_>) -> Result<Vec<u8>, RenderError> {
    // What is gone is no issue any more; GitLab itself says so of what an earlier report had.
    let items = view.items();
    let issues: Vec<_> =
        items.iter().filter(|it| it.state() != Some(State::Fixed) && !it.is_waived()).map(issue).collect();
    let mut bytes = serde_json::to_vec_pretty(&issues)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn issue<'a>(item: &Item<'a>) -> Issue<'a> {
    let page = item.page.map(|it| format!("（{it}）")).unwrap_or_default();
    let site = if item.site_name.is_empty() { item.site } else { item.site_name };
    Issue {
        description: printable(&format!("{site} {}：{}{page}", item.clauses.join("、"), item.message)),
        check_name: item.indicator,
        fingerprint: item.fingerprint.clone(),
        severity: match (item.level(), item.alarm.map(|it| it.trigger)) {
            (Level::Error, Some(Trigger::NewVeto)) => "blocker",
            (Level::Error, _) => "critical",
            (Level::Warn, _) => "minor",
            (Level::Off, _) => "info",
        },
        location: Location { path: format!("sites/{}/report.json", item.site), lines: Lines { begin: 1 } },
    }
}
