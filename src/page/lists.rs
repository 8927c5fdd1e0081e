//! Blocks of titled links: which elements are lists, what their rows are, and which list a page is about.
//!
//! The tree is walked from the top. An element whose children are each one entry is a list and is not entered again;
//! anything else is entered. Navigation, breadcrumb, foot, pagers and friendly links are no lists.

use super::areas::Areas;
use super::dates::{self, Reading};
use super::dom::{Dom, Id};
use super::embedded;
use super::links::{name_of, resolve};
use super::model::{DateSource, Dated, Item, List};
use super::rows::{self, Row, Stretch};
use crate::base::{Address, squeeze};

/// A list as it stands in the tree.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) element: Id,
    pub(super) last: Id,
    pub(super) rows: Vec<Row>,
    pub(super) name: Option<String>,
    pub(super) more: Option<String>,
}

impl Found {
    pub(super) fn dated(&self) -> usize {
        self.rows.iter().filter(|it| !matches!(it.date, Dated::Absent)).count()
    }

    fn title_length(&self) -> usize {
        let all: usize = self.rows.iter().map(|it| it.title.chars().count()).sum();
        all / self.rows.len().max(1)
    }
}

/// Every list of the page, in its order.
pub(super) fn find(dom: &Dom<'_>, areas: &Areas) -> Vec<Found> {
    let mut found = Vec::new();
    walk(dom, areas, Links::Needed, &mut found);
    if !found.iter().any(|it| it.dated() > 0) {
        // Rows without links are rows all the same, and a reader sees their dates.
        let mut more = Vec::new();
        walk(dom, areas, Links::Missing, &mut more);
        more.retain(|it| {
            it.dated() > 0 && !found.iter().any(|other| dom.contains(other.element, it.element))
        });
        found.retain(|it| !more.iter().any(|other| dom.contains(other.element, it.element)));
        found.extend(more);
        found.sort_by_key(|it| it.element);
    }
    for list in &mut found {
        list.rows.retain(|it| !is_left_over(&it.title));
    }
    found.retain(|it| !it.rows.is_empty());
    name_by_tabs(dom, &mut found);
    let mut lists = merged(dom, found);
    lists.retain(|it| is_list(dom, it));
    for list in &mut lists {
        let (name, more) = heading(dom, areas, list.element);
        list.name = list.name.take().or(name);
        list.more = list.more.take().or(more);
    }
    lists.retain(|it| !it.name.as_deref().is_some_and(is_friends));
    lists
}

/// Whether rows must have links.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Links {
    Needed,
    Missing,
}

/// A template that a script was to fill.
fn is_left_over(title: &str) -> bool {
    ["{{", "}}", "${", "<%", "{%", "{$"].iter().any(|it| title.contains(it))
}

fn walk(dom: &Dom<'_>, areas: &Areas, links: Links, found: &mut Vec<Found>) {
    let mut stack: Vec<Id> = vec![0];
    while let Some(id) = stack.pop() {
        if id != 0 && (dom.is_silent(id) || !is_open(dom, areas, id)) {
            continue;
        }
        if id != 0
            && let Some(list) = list_of(dom, id, links)
        {
            found.push(list);
            continue;
        }
        let wanted = |it: &Id| links == Links::Missing || dom.anchors(*it) > 0;
        let children: Vec<Id> = dom.child_elements(id).filter(wanted).collect();
        stack.extend(children.into_iter().rev());
    }
}

fn is_open(dom: &Dom<'_>, areas: &Areas, id: Id) -> bool {
    let shut = areas.breadcrumb.iter().chain(&areas.navigation).chain(&areas.footer).any(|it| *it == id);
    !shut && !is_pager(dom, id) && dom.tag(id) != "form" || dom.tag(id) == "form" && dom.text_length(id) > 300
}

fn is_pager(dom: &Dom<'_>, id: Id) -> bool {
    if dom.text_length(id) > 120 {
        return false;
    }
    let names: Vec<String> = dom.tagged(id, "a").map(|it| dom.text(it)).collect();
    let turns = names.iter().filter(|it| super::pager::is_turn(it)).count();
    turns > 0 && turns * 2 >= names.len()
}

fn list_of(dom: &Dom<'_>, id: Id, links: Links) -> Option<Found> {
    if matches!(dom.tag(id), "a" | "select" | "map" | "p") && dom.anchors(id) < 2 {
        return None;
    }
    let is_data = dom.attr(id, embedded::MARK).is_some()
        || dom.ancestors(id).take(3).any(|it| dom.attr(it, embedded::MARK).is_some());
    let stretches = stretches(dom, id, links);
    let mut rows: Vec<Row> = Vec::new();
    let (mut many, mut tags) = (0, Vec::new());
    for (from, to, lead) in &stretches {
        match rows::read(dom, *from, *to, is_data) {
            Stretch::Row(row) => {
                tags.push(dom.tag(*lead));
                rows.push(*row);
            }
            Stretch::Many => many += 1,
            Stretch::Nothing => {}
        }
    }
    if rows.is_empty() || many * 4 > rows.len() {
        return None;
    }
    let mut counted: Vec<(usize, &str)> =
        tags.iter().map(|tag| (tags.iter().filter(|it| it == &tag).count(), *tag)).collect();
    counted.sort_unstable();
    let (most, tag) = *counted.last()?;
    if most * 4 < rows.len() * 3 {
        return None;
    }
    if rows.len() == 1 {
        let is_container =
            matches!(dom.tag(id), "ul" | "ol" | "tbody" | "dl") || dom.attr(id, embedded::MARK).is_some();
        let is_row = matches!(tag, "li" | "tr" | "dd" | "dt");
        let dated = matches!(rows[0].date, Dated::Printed { .. } | Dated::Yearless { .. });
        if !(is_container && is_row && dated) {
            return None;
        }
    }
    // Boxes that hold whole texts are no rows.
    let long = stretches.iter().filter(|(from, to, _)| dom.text_between(*from, *to) > 1_000).count();
    if long * 2 > rows.len() {
        return None;
    }
    if matches!(dom.tag(id), "tbody" | "table" | "thead") {
        by_header(dom, id, &mut rows, is_data);
    }
    Some(Found { element: id, last: id, rows, name: None, more: None })
}

/// The children of an element, each with what belongs to it: from, to, and the child with the link.
fn stretches(dom: &Dom<'_>, id: Id, links: Links) -> Vec<(Id, Id, Id)> {
    let children: Vec<Id> = dom.children(id).collect();
    let leads: Vec<usize> = (0..children.len())
        .filter(|it| {
            let child = children[*it];
            let is_row =
                || matches!(dom.tag(child), "li" | "tr" | "dl" | "div") && dom.text_length(child) > 0;
            dom.anchors(child) > 0 || links == Links::Missing && is_row()
        })
        .collect();
    let Some(first) = leads.first().copied() else { return Vec::new() };
    let closed = leads.iter().all(|it| matches!(dom.tag(children[*it]), "li" | "tr" | "table" | "dl" | "ul"));
    if closed {
        return leads.iter().map(|it| (children[*it], dom.end(children[*it]), children[*it])).collect();
    }
    // A date that stands before the first link goes with the link after it, and so do the others.
    let before = children[..first].iter().any(|it| {
        let text = dom.words(*it).map_or_else(|| dom.text(*it), squeeze);
        dates::whole(&text).is_some()
    });
    let mut all = Vec::with_capacity(leads.len());
    for (at, lead) in leads.iter().enumerate() {
        let child = children[*lead];
        if before {
            let from = if at == 0 { id + 1 } else { dom.end(children[leads[at - 1]]) };
            all.push((from, dom.end(child), child));
        } else {
            let to = leads.get(at + 1).map_or(dom.end(id), |next| children[*next]);
            all.push((child, to, child));
        }
    }
    all
}

/// A table says in its head which column is the date of publication.
fn by_header(dom: &Dom<'_>, id: Id, rows: &mut [Row], is_data: bool) {
    let table = if dom.tag(id) == "table" { id } else { dom.parent(id) };
    let Some(head) = dom.tagged(table, "tr").find(|it| dom.anchors(*it) == 0) else { return };
    let names: Vec<String> = dom.child_elements(head).map(|it| dom.text(it).replace(' ', "")).collect();
    let rank = |name: &String| match name.as_str() {
        name if name.contains("截止")
            || name.contains("有效")
            || name.contains("失效")
            || name.contains("实施") =>
        {
            None
        }
        name if name.contains("发布")
            || name.contains("公开")
            || name.contains("公布")
            || name.contains("发文日期") =>
        {
            Some(0)
        }
        name if name.contains("更新") => Some(1),
        name if name.contains("日期") || name.contains("时间") => Some(2),
        _ => None,
    };
    let best = names.iter().enumerate().filter_map(|(column, name)| Some((rank(name)?, column))).min();
    let Some((_, column)) = best else { return };
    for row in rows {
        let Some((_, reading)) = row.days.iter().find(|(at, it)| *at == column && it.is_sound()) else {
            continue;
        };
        row.date = reading.clone().dated(if is_data { DateSource::Data } else { DateSource::Text });
    }
}

/// Lists of the same make that stand side by side are one list in pieces.
fn merged(dom: &Dom<'_>, found: Vec<Found>) -> Vec<Found> {
    let mut lists: Vec<Found> = Vec::new();
    for list in found {
        if let Some(last) = lists.last_mut() {
            let (a, b) = (last.last, list.element);
            let brothers = dom.parent(a) == dom.parent(b);
            let cousins = dom.parent(dom.parent(a)) == dom.parent(dom.parent(b))
                && dom.tag(dom.parent(a)) == dom.tag(dom.parent(b));
            let hidden =
                |it: Id| dom.attr(it, "style").is_some_and(|it| it.replace(' ', "").contains("display:none"));
            let alike = last.name.is_none()
                && list.name.is_none()
                && hidden(a) == hidden(b)
                && dom.tag(a) == dom.tag(b)
                && dom.tag(last.rows[0].from) == dom.tag(list.rows[0].from)
                && (last.dated() > 0) == (list.dated() > 0);
            let apart = dom.text_between(dom.end(a), b);
            let boxed = brothers
                || dom.marks(dom.parent(a)) == dom.marks(dom.parent(b))
                    && dom.text_between(dom.parent(b), b) == 0;
            if alike && (brothers || cousins) && boxed && apart == 0 {
                last.rows.extend(list.rows);
                last.last = b;
                continue;
            }
        }
        lists.push(list);
    }
    lists
}

/// Panels under a row of tabs are named by the tabs, in order.
fn name_by_tabs(dom: &Dom<'_>, lists: &mut [Found]) {
    for level in 0..3 {
        let slot = |list: &Found| std::iter::once(list.element).chain(dom.ancestors(list.element)).nth(level);
        let slots: Vec<Option<Id>> = lists.iter().map(slot).collect();
        for at in 0..lists.len() {
            let Some(own) = slots[at].filter(|_| lists[at].name.is_none()) else { continue };
            let parent = dom.parent(own);
            let panels: Vec<Id> =
                dom.child_elements(parent).filter(|it| dom.tag(*it) == dom.tag(own)).collect();
            let filled = panels.iter().filter(|it| slots.contains(&Some(**it))).count();
            if parent == 0 || filled < 2 {
                continue;
            }
            let Some(tabs) = tabs_before(dom, parent, panels[0], panels.len()) else { continue };
            if let Some(place) = panels.iter().position(|it| *it == own) {
                let (name, more) = &tabs[place];
                lists[at].name = Some(name.clone());
                lists[at].more.clone_from(more);
            }
        }
    }
}

/// The row of exactly `count` short entries before the panels, each with where it leads.
fn tabs_before(dom: &Dom<'_>, parent: Id, first: Id, count: usize) -> Option<Vec<(String, Option<String>)>> {
    let mut at = first;
    for above in [parent, dom.parent(parent), dom.parent(dom.parent(parent))] {
        let before: Vec<Id> = dom.child_elements(above).take_while(|it| *it != at).collect();
        for header in before.iter().rev().take(2) {
            for row in std::iter::once(*header).chain(dom.elements(*header)) {
                let entries: Vec<Id> =
                    dom.child_elements(row).filter(|it| !rows::is_helper(&dom.text(*it))).collect();
                let short = entries.iter().all(|it| (2..=12).contains(&dom.text_length(*it)));
                if entries.len() == count && short {
                    return Some(entries.into_iter().map(|it| (dom.text(it), first_link(dom, it))).collect());
                }
            }
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

fn is_list(dom: &Dom<'_>, list: &Found) -> bool {
    let dated = list.dated();
    let rows = list.rows.len();
    if dated * 2 >= rows {
        return true;
    }
    let marks: Vec<Id> = std::iter::once(list.element).chain(dom.ancestors(list.element).take(3)).collect();
    if marks.iter().any(|it| dom.is_marked(*it, &["friend", "yqlj", "link-", "-link", " links"])) {
        return false;
    }
    rows >= 2 && list.title_length() >= 8
}

fn is_friends(name: &str) -> bool {
    ["友情链接", "相关链接", "网站链接", "常用链接", "快速链接", "快捷入口", "网站群", "网站导航"]
        .iter()
        .any(|it| name.contains(it))
}

/// The heading of a block: the nearest short text before it, with the address of its 更多.
fn heading(dom: &Dom<'_>, areas: &Areas, element: Id) -> (Option<String>, Option<String>) {
    let mut at = element;
    let mut more = None;
    for _ in 0..4 {
        let parent = dom.parent(at);
        let before: Vec<Id> = dom.children(parent).take_while(|it| *it != at).collect();
        for brother in before.iter().rev() {
            let text = dom.words(*brother).map_or_else(|| dom.text(*brother), squeeze);
            if areas.breadcrumb.is_some_and(|it| dom.contains(*brother, it) || dom.contains(it, *brother))
                || areas.navigation.iter().any(|it| dom.contains(*brother, *it))
            {
                return (None, more.or_else(|| more_after(dom, at)));
            }
            if text.is_empty() && dom.tagged(*brother, "img").next().is_none() {
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
                return (None, more.or_else(|| more_after(dom, at)));
            }
        }
        if matches!(dom.tag(parent), "body" | "html" | "") {
            break;
        }
        at = parent;
    }
    (None, more.or_else(|| more_after(dom, element)))
}

fn name_in(dom: &Dom<'_>, id: Id) -> Option<String> {
    if matches!(dom.tag(id), "script" | "style" | "form" | "input" | "select" | "iframe") {
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
    if whole.is_empty() || whole.chars().count() > 40 || dates::whole(&whole).is_some() {
        return None;
    }
    // A menu is no heading.
    let others = dom.tagged(id, "a").filter(|it| !rows::is_helper(&name_of(dom, *it))).count();
    if others > 1 {
        return None;
    }
    // Without 更多 and its kind.
    let parts: Vec<String> =
        dom.fragments(id).map(|(_, text)| text).filter(|it| !rows::is_helper(it)).collect();
    let name = parts.first().cloned().unwrap_or(whole);
    let name = name.trim_matches(|c: char| ":：>＞»|·[]【】".contains(c) || c.is_whitespace()).to_owned();
    let length = name.chars().count();
    ((2..=20).contains(&length) && !rows::is_helper(&name)).then_some(name)
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

/// The list a page is about, when it is a list page: the one with most dates and rows, under the page's own name.
pub(super) fn main(dom: &Dom<'_>, lists: &[Found], own_names: &[String]) -> Option<usize> {
    let weight = |list: &Found| {
        let rows = list.rows.len();
        let dated = list.dated();
        let named = list.name.as_ref().is_some_and(|name| own_names.iter().any(|it| it == name));
        let aside = std::iter::once(list.element).chain(dom.ancestors(list.element)).any(|it| {
            dom.is_marked(it, &["aside", "sidebar", "left-nav", "leftnav", "submenu", "sub-nav", "leftmenu"])
        });
        let total = rows * 2 + dated * 6 + list.title_length().min(30) / 3 + if named { 20 } else { 0 };
        if aside { total / 4 } else { total }
    };
    lists.iter().enumerate().max_by_key(|(at, list)| (weight(list), usize::MAX - at)).map(|(at, _)| at)
}

/// The list as a page carries it.
pub(super) fn published(found: Found, is_main: bool, next_pages: Vec<Address>, base: &Address) -> List {
    let items = found.rows.into_iter().map(|row| item(row, base)).collect();
    let more = found.more.and_then(|it| resolve(base, &it));
    List { name: found.name, more, is_main, items, next_pages }
}

fn item(row: Row, base: &Address) -> Item {
    let address = resolve(base, &row.href);
    let date = match (row.date, &address) {
        (Dated::Yearless { month, day }, Some(address)) => match dates::with_year_of(address, month, day) {
            Some(day) => Reading::Day(day).dated(DateSource::Text),
            None => Dated::Yearless { month, day },
        },
        (Dated::Absent, Some(address)) => dates::address_date(address)
            .map_or(Dated::Absent, |day| Dated::Printed { day, source: DateSource::Address }),
        (date, _) => date,
    };
    Item { title: row.title, href: row.href, address, date, pinned: row.pinned }
}
