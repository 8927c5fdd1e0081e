//! What a block of links is called, and where its 更多 leads: by the heading before it, or by the tab above it.

use std::collections::HashMap;

use super::areas::Areas;
use super::dates::{self, Reading};
use super::dom::{Dom, Id};
use super::links::name_of;
use super::lists::Found;
use super::model::Dated;
use super::rows::{self, Row};
use crate::base::squeeze;

/// The first heading in the body of a page, if it is a short name.
pub(super) fn first(dom: &Dom<'_>, areas: &Areas) -> Option<String> {
    dom.all()
        .find(|it| {
            matches!(dom.tag(*it), "h1" | "h2" | "h3") && areas.is_main(dom, *it) && dom.text_length(*it) > 0
        })
        .map(|it| dom.text(it).replace(' ', ""))
        .filter(|it| (2..=8).contains(&it.chars().count()))
}

/// A heading that stands among the rows, as the first of them, and where it leads; it is taken out.
pub(super) fn first_row(dom: &Dom<'_>, rows: &mut Vec<Row>) -> Option<(String, String)> {
    let is_heading = |row: &Row| (row.from..row.to).any(|it| matches!(dom.tag(it), "h2" | "h3" | "h4"));
    let (first, rest) = rows.split_first()?;
    let is_name = rest.len() >= 2
        && is_heading(first)
        && first.title.chars().count() <= 8
        && matches!(first.date, Dated::Absent)
        && !rest.iter().any(is_heading);
    let first = is_name.then(|| rows.remove(0))?;
    Some((first.title, first.href))
}

/// The heading of a block: the nearest short text before it, with the address of its 更多.
pub(super) fn heading(dom: &Dom<'_>, areas: &Areas, element: Id) -> (Option<String>, Option<String>) {
    let mut at = element;
    let mut more = None;
    for _ in 0..4 {
        let parent = dom.parent(at);
        let before: Vec<Id> = dom.children(parent).take_while(|it| *it != at).collect();
        for brother in before.iter().rev() {
            if areas.breadcrumb.is_some_and(|it| dom.contains(*brother, it) || dom.contains(it, *brother))
                || areas.navigation.iter().any(|it| dom.contains(*brother, *it))
            {
                return (None, more.or_else(|| more_after(dom, at)));
            }
            if dom.text_length(*brother) == 0 && dom.tagged(*brother, "img").next().is_none() {
                continue;
            }
            if more.is_none() {
                more = more_of(dom, *brother);
            }
            if let Some(name) = name_in(dom, *brother) {
                return (Some(name), more.or_else(|| more_after(dom, at)));
            }
            // Something else stands between the list and any heading above it.
            if dom.text_length(*brother) > 40 {
                let more = more.or_else(|| more_after(dom, at));
                return above_teaser(dom, *brother, parent)
                    .map_or((None, more), |(name, more)| (Some(name), more));
            }
        }
        if matches!(dom.tag(parent), "body" | "html" | "") {
            break;
        }
        at = parent;
    }
    (None, more.or_else(|| more_after(dom, element)))
}

/// Whether a name stands over a list as a headline: in an element for headings, close before it.
pub(super) fn is_headline(dom: &Dom<'_>, element: Id, name: &str) -> bool {
    /// In nodes.
    const NEAR: usize = 60;
    let is_heading = |it: &Id| matches!(dom.tag(*it), "h1" | "h2" | "h3" | "h4");
    (element.saturating_sub(NEAR)..element).rev().filter(is_heading).any(|it| dom.text(it) == name)
}

/// In characters.
const LONGEST: usize = 40;
/// Characters of the text that introduces the entries below it.
const LONGEST_TEASER: usize = 400;

/// Levels from a list up to its panel.
const HIGHEST_PANEL: usize = 8;

/// Whether an element shows pictures with their captions, as a carousel does beside the list of a block.
fn takes_turns(dom: &Dom<'_>, id: Id) -> bool {
    let pictures = dom.tagged(id, "a").filter(|it| dom.tagged(*it, "img").next().is_some()).count();
    pictures >= 2 && dom.anchors(id) <= pictures * 2
}

/// The heading over a box whose first entry is set out at length before the list of the others: 厅长信箱 | 更多.
/// Pictures that take turns may stand in its place.
///
/// Only a line with its 更多 counts, since anything short may stand above a text.
fn above_teaser(dom: &Dom<'_>, teaser: Id, parent: Id) -> Option<(String, Option<String>)> {
    let is_first = dom.text_between(parent, teaser) == 0;
    let is_long = dom.anchors(teaser) > 2 || dom.text_length(teaser) > LONGEST_TEASER;
    if !is_first || is_long && !takes_turns(dom, teaser) {
        return None;
    }
    let above = dom.parent(parent);
    let header = dom.child_elements(above).take_while(|it| *it != parent).last()?;
    let has_more = dom.tagged(header, "a").any(|it| name_of(dom, it).contains("更多"));
    let name = name_in(dom, header).filter(|_| has_more)?;
    Some((name, more_of(dom, header)))
}

fn name_in(dom: &Dom<'_>, id: Id) -> Option<String> {
    if matches!(dom.tag(id), "script" | "style" | "form" | "input" | "select" | "iframe") {
        return None;
    }
    if dom.text_length(id) > LONGEST {
        return None;
    }
    let whole = if dom.is_element(id) { dom.text(id) } else { squeeze(dom.words(id)?) };
    let whole = if whole.is_empty() {
        dom.tagged(id, "img")
            .find_map(|it| dom.attr(it, "alt").or_else(|| dom.attr(it, "title")))
            .map(squeeze)
            .unwrap_or_default()
    } else {
        whole
    };
    if whole.is_empty() || whole.chars().count() > LONGEST || dates::whole(&whole).is_some() {
        return None;
    }
    // A menu is no heading, unless it is the bar of a block: its name, its parts, 更多.
    let others = dom.tagged(id, "a").filter(|it| !rows::is_mere_helper(name_of(dom, *it))).count();
    if others > 1 && !is_bar(dom, id) {
        return None;
    }
    // Without 更多 and its kind.
    let named = dom.fragments(id).map(|(_, text)| text).find(|it| !rows::is_mere_helper(it));
    let name = named.unwrap_or(&whole);
    let name = name.trim_matches(|c: char| ":：>＞»|·[]【】".contains(c) || c.is_whitespace()).to_owned();
    let length = name.chars().count();
    ((2..=20).contains(&length) && !rows::is_mere_helper(&name) && !name.contains("://")).then_some(name)
}

/// Whether a line begins with a name that leads nowhere and has a link 更多.
fn is_bar(dom: &Dom<'_>, id: Id) -> bool {
    let is_name = |(at, text): (Id, &str)| {
        !rows::is_mere_helper(text)
            && !dom.ancestors(at).take_while(|it| *it > id).any(|it| dom.tag(it) == "a")
    };
    dom.fragments(id).next().is_some_and(is_name)
        && dom.tagged(id, "a").any(|it| name_of(dom, it).contains("更多"))
}

fn more_of(dom: &Dom<'_>, id: Id) -> Option<String> {
    let anchors: Vec<Id> =
        std::iter::once(id).filter(|it| dom.tag(*it) == "a").chain(dom.tagged(id, "a")).collect();
    let more = anchors.iter().find(|it| {
        let name = name_of(dom, **it).to_lowercase();
        name.contains("更多") || name.contains("more") || name.starts_with(">>")
    });
    let link = more.or_else(|| anchors.first().filter(|_| anchors.len() == 1))?;
    dom.attr(*link, "href").map(|it| it.trim().to_owned()).filter(|it| !it.is_empty())
}

fn more_after(dom: &Dom<'_>, element: Id) -> Option<String> {
    let next = dom.end(element);
    let parent = dom.parent(element);
    if next >= dom.end(parent) {
        return None;
    }
    dom.children(parent)
        .filter(|it| *it >= next)
        .take(3)
        .flat_map(|it| std::iter::once(it).chain(dom.tagged(it, "a")).collect::<Vec<_>>())
        .find(|it| dom.tag(*it) == "a" && name_of(dom, *it).contains("更多"))
        .and_then(|it| dom.attr(it, "href"))
        .map(|it| it.trim().to_owned())
}

/// Panels are named by the tabs that a script opens them by: `con_one_1` belongs to `one1`.
fn name_by_numbers(dom: &Dom<'_>, lists: &mut [Found]) {
    let numbers = |id: Id| dom.attr(id, "id")?.strip_prefix("con_")?.rsplit_once('_');
    let panel = |list: &Found| {
        std::iter::once(list.element).chain(dom.ancestors(list.element)).take(HIGHEST_PANEL).find_map(numbers)
    };
    let panels: Vec<Option<(&str, &str)>> = lists.iter().map(panel).collect();
    if panels.iter().all(Option::is_none) {
        return;
    }
    let mut tabs: HashMap<&str, Id> = HashMap::new();
    for id in dom.all() {
        if let Some(name) = dom.attr(id, "id") {
            tabs.entry(name).or_insert(id);
        }
    }
    for (list, panel) in lists.iter_mut().zip(panels) {
        let Some((group, number)) = panel.filter(|_| list.name.is_none()) else { continue };
        let tab = tabs.get([group, number].concat().as_str()).copied();
        if let Some(tab) = tab.filter(|it| (2..=12).contains(&dom.text_length(*it))) {
            list.name = Some(dom.text(tab));
            list.more = first_link(dom, tab);
        }
    }
}

/// Panels under a row of tabs are named by the tabs, in order.
pub(super) fn name_by_tabs(dom: &Dom<'_>, areas: &Areas, lists: &mut [Found]) {
    name_by_numbers(dom, lists);
    let mut places: Vec<Id> = lists.iter().map(|it| it.element).collect();
    places.sort_unstable();
    let holds_list =
        |it: Id| places.get(places.partition_point(|place| *place < it)).is_some_and(|at| *at < dom.end(it));
    for level in 0..3 {
        let slot = |list: &Found| std::iter::once(list.element).chain(dom.ancestors(list.element)).nth(level);
        let slots: Vec<Option<Id>> = lists.iter().map(slot).collect();
        for at in 0..lists.len() {
            let Some(own) = slots[at].filter(|_| lists[at].name.is_none()) else { continue };
            let parent = dom.parent(own);
            let panels: Vec<Id> =
                dom.child_elements(parent).filter(|it| dom.tag(*it) == dom.tag(own)).collect();
            let filled = panels.iter().filter(|it| slots.contains(&Some(**it))).count();
            if parent == 0 || filled < 2 || has_own_heading(dom, lists[at].element, own) {
                continue;
            }
            // A carousel beside a list are two panels, and their names would be the parts in the bar over both.
            let is_mixed = || {
                let pictured = panels.iter().filter(|it| takes_turns(dom, **it)).count();
                pictured > 0 && pictured < panels.len()
            };
            // What stands within one panel of several has its tabs within that panel. Before it, only what is of its
            // class is a panel: the rest may be the tabs.
            let is_panel = |it: Id| {
                let class = dom.attr(it, "class").filter(|it| !it.is_empty());
                let is_alike = |other: Id| class.is_some() && dom.attr(other, "class") == class;
                let beside = |other: &Id| *other > it || *other < it && is_alike(*other);
                dom.child_elements(dom.parent(it)).filter(beside).any(holds_list)
            };
            let Some(tabs) = tabs_before(dom, areas, &panels, is_mixed, is_panel) else { continue };
            if let Some(place) = panels.iter().position(|it| *it == own) {
                let (name, more) = &tabs[place];
                lists[at].name = Some(name.clone());
                lists[at].more.clone_from(more);
            }
        }
    }
}

/// Whether a line within a panel is called by a name and has 更多, right before a list.
fn has_own_heading(dom: &Dom<'_>, list: Id, panel: Id) -> bool {
    std::iter::once(list)
        .chain(dom.ancestors(list))
        .take_while(|it| *it > panel)
        .filter_map(|it| dom.child_elements(dom.parent(it)).take_while(|other| *other < it).last())
        .any(|line| {
            let leads_on = || dom.tagged(line, "a").any(|it| name_of(dom, it).contains("更多"));
            name_in(dom, line).is_some() && leads_on()
        })
}

/// The row of as many short entries before the panels as there are panels, each with where it leads; not within the
/// bar of a block, where `outside_bars`.
fn tabs_before(
    dom: &Dom<'_>,
    areas: &Areas,
    panels: &[Id],
    outside_bars: impl Fn() -> bool,
    is_panel: impl Fn(Id) -> bool,
) -> Option<Vec<(String, Option<String>)>> {
    let (mut at, count) = (panels[0], panels.len());
    let parent = dom.parent(at);
    for above in [parent, dom.parent(parent), dom.parent(dom.parent(parent))] {
        let before: Vec<Id> = dom.child_elements(above).take_while(|it| *it != at).collect();
        for header in before.iter().rev().take(2).filter(|it| areas.is_main(dom, **it)) {
            if is_bar(dom, *header) && outside_bars() {
                continue;
            }
            for row in std::iter::once(*header).chain(dom.elements(*header)) {
                let short = |it: &Id| (2..=12).contains(&dom.text_length(*it));
                if dom.child_elements(row).filter(short).count() < count {
                    continue;
                }
                let entries: Vec<Id> =
                    dom.child_elements(row).filter(|it| !rows::is_mere_helper(&dom.text(*it))).collect();
                let short = entries.iter().all(short);
                // Rows of another list are no tabs.
                let dated = entries.iter().any(|it| {
                    dom.fragments(*it).any(|(id, _)| dates::day_at(dom, id).is_some_and(Reading::is_sound))
                });
                // What holds several links is the bar of a block: 中心资讯 | 基层动态.
                let parted = entries.iter().any(|it| dom.anchors(*it) > 1);
                if entries.len() == count && short && !dated && !parted {
                    return Some(entries.into_iter().map(|it| (dom.text(it), first_link(dom, it))).collect());
                }
            }
        }
        if is_panel(above) {
            break;
        }
        at = above;
    }
    None
}

fn first_link(dom: &Dom<'_>, id: Id) -> Option<String> {
    std::iter::once(id)
        .chain(dom.elements(id))
        .filter(|it| dom.tag(*it) == "a")
        .find_map(|it| dom.attr(it, "href"))
        .map(|it| it.trim().to_owned())
}
