//! `plan`: who owes what by a city's plan, and the days on which it falls due.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::base::{Day, today_in_china};
use crate::checklist::{Checklist, Entry, Role, Roll, resolve};
use crate::report::{self, DueEvent};
use crate::site::Registry;

use super::super::Exit;
use super::super::args::PlanArgs;
use super::inputs;

pub(super) fn plan(args: &PlanArgs) -> Result<Exit> {
    let bound = inputs::bound(std::slice::from_ref(&args.checklist))?;
    let checklist = bound.checklist();
    if checklist.plans.is_empty() {
        bail!("{} is no plan: none of its rows says who owes it", checklist.id);
    }
    let as_of = args.as_of.unwrap_or_else(today_in_china);
    let owing = args.roster.as_deref().map(|path| read_roster(path, checklist)).transpose()?;
    if let (Some(id), Some((registry, _))) = (&args.site, &owing) {
        inputs::known_sites(std::slice::from_ref(id), registry)?;
    }
    let asked = |at: usize| match (&args.site, &owing) {
        (Some(id), Some((_, roll))) => {
            roll.owed.iter().any(|it| it.entry == at && roll.bodies[it.body].site.as_ref() == Some(id))
        }
        _ => true,
    };
    let events: Vec<DueEvent> = checklist
        .entries
        .iter()
        .enumerate()
        .filter(|(at, _)| asked(*at))
        .flat_map(|(_, entry)| events(checklist, entry))
        .collect();
    if let Some(file) = &args.calendar {
        let bytes = report::calendar(&checklist.title, as_of, &events);
        if file == Path::new("-") {
            print!("{}", String::from_utf8_lossy(&bytes));
        } else {
            report::write(file, &bytes)?;
            println!("{}: {} days on which something falls due", file.display(), events.len());
        }
        return Ok(Exit::Meets);
    }
    println!("{}《{}》: {} rows", checklist.source, checklist.title, checklist.entries.len());
    if let Some((_, roll)) = &owing {
        bodies(checklist, roll, as_of);
    }
    next(&events, as_of);
    Ok(Exit::Meets)
}

fn read_roster(path: &Path, checklist: &Checklist) -> Result<(Registry, Roll)> {
    let text = std::fs::read_to_string(path).with_context(|| format!("failed to read {}", path.display()))?;
    let registry = Registry::parse(path, &text)?;
    let roll = resolve(checklist, &registry);
    Ok((registry, roll))
}

/// One line for every body: how many rows it owes, and the next day on which one falls due.
fn bodies(checklist: &Checklist, roll: &Roll, as_of: Day) {
    for (at, body) in roll.bodies.iter().enumerate() {
        let owed: Vec<&Entry> = roll.of(at).map(|it| &checklist.entries[it.entry]).collect();
        let next = owed.iter().filter_map(|it| it.duty.as_ref()?.next_due(as_of)).min();
        let next = next.map_or(String::new(), |day| format!("  next due {day}"));
        let id = body.site.as_ref().map_or("not in the roster", |it| it.as_str());
        println!("{id:<20} {:>4} rows{next}  {}", owed.len(), body.name);
    }
}

/// The next days on which something falls due.
fn next(events: &[DueEvent], as_of: Day) {
    const SHOWN: usize = 12;
    let mut due: Vec<&DueEvent> = events.iter().filter(|it| it.day >= as_of).collect();
    due.sort_by_key(|it| it.day);
    for event in due.iter().take(SHOWN) {
        println!("{}  {}", event.day, event.summary);
    }
}

/// The days on which a row falls due, as a calendar shows them.
fn events(checklist: &Checklist, entry: &Entry) -> Vec<DueEvent> {
    let Some(duty) = &entry.duty else { return Vec::new() };
    let Some(period) = &duty.period else { return Vec::new() };
    let who: Vec<&str> =
        duty.owed_by.iter().filter(|it| it.role != Role::With).map(|it| it.who.as_str()).collect();
    let ours = if duty.ours.iter().any(|it| it.starts_with("period")) {
        "\n期限的算法或通常时限为本项目建议，不是文件规定。"
    } else {
        ""
    };
    let event = |due: crate::checklist::Due| {
        let span = due.span.map_or_else(String::new, |it| format!("（{}）", it.zh()));
        let holidays = if due.announced {
            ""
        } else {
            "\n该年度节假日安排尚未公布，暂按周一至周五推算。"
        };
        DueEvent {
            uid: format!("{}-{}@{}", entry.clause, due.day, checklist.id),
            day: due.day,
            summary: format!("{}{span}", entry.title),
            description: format!(
                "原文：{}\n责任单位：{}\n公开位置：{}\n依据：{}{ours}{holidays}",
                entry.text,
                who.join("、"),
                duty.portal.zh(),
                checklist.source
            ),
        }
    };
    period.dues().into_iter().map(event).collect()
}
