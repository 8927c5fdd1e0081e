//! The main navigation: a row of short links that leads to the parts of a site.
//!
//! Class names differ from site to site and the words hardly do, so candidates are weighed by their words first.

use super::areas::{Areas, Place};
use super::dom::{Dom, Id};
use super::links::{handler_target, name_of, resolve};
use super::model::NavEntry;
use super::words::Words;
use crate::base::{Address, squeeze};

/// A name of the first level is not longer than this, in characters.
const LONGEST_NAME: usize = 14;
/// A navigation is not written more often than this.
const MOST_COPIES: usize = 20;
/// Fewer entries than this are no navigation.
const FEWEST: usize = 3;
/// What weighs less is no navigation.
const LEAST: i32 = 8;
/// Words of the first level and what they weigh.
const WORDS: [(&str, i32); 40] = [
    ("首页", 6),
    ("主页", 4),
    ("政务公开", 4),
    ("信息公开", 3),
    ("政务服务", 4),
    ("办事服务", 4),
    ("网上办事", 4),
    ("在线服务", 4),
    ("办事大厅", 3),
    ("互动交流", 4),
    ("政民互动", 4),
    ("公众参与", 4),
    ("交流互动", 4),
    ("公众互动", 4),
    ("互动", 2),
    ("走进", 2),
    ("新闻", 2),
    ("资讯", 1),
    ("动态", 1),
    ("要闻", 1),
    ("专题", 2),
    ("机构", 2),
    ("概况", 2),
    ("公开", 1),
    ("服务", 1),
    ("解读", 1),
    ("数据", 1),
    ("业务", 1),
    ("党建", 1),
    ("政策", 1),
    ("法规", 1),
    ("投资", 1),
    ("旅游", 1),
    ("领导", 1),
    ("政务", 1),
    ("通知公告", 1),
    ("信箱", 1),
    ("咨询", 1),
    ("HOME", 3),
    ("Home", 3),
];
const NAMES: [&str; WORDS.len()] = {
    let mut names = [""; WORDS.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = WORDS[at].0;
        at += 1;
    }
    names
};
static KNOWN: Words = Words::of(&NAMES);
/// What is called so is a navigation or is made to look like one.
static NAMED: Words = Words::of(&["nav", "menu"]);
static CALLED: Words = Words::of(&["nav", "menu", "daohang"]);
static MARKS: Words = Words::of(&["nav", "menu", "daohang", "dh ", "header", "head", "topbar", " top"]);
static SMALL_MARKS: Words = Words::of(&[" nav ", " menu ", "navbar", "mainnav", "daohang"]);

/// The navigation and the elements it was read from.
#[derive(Debug, Default)]
pub(super) struct Navigation {
    pub(super) entries: Vec<NavEntry>,
    pub(super) elements: Vec<Id>,
}

/// Finds the main navigation.
pub(super) fn find(dom: &Dom<'_>, areas: &Areas, place: Place, base: &Address) -> Navigation {
    let mut best: Option<(i32, Id)> = None;
    let mut others: Vec<Id> = Vec::new();
    for id in dom.all() {
        if dom.is_silent(id)
            || dom.anchors(id) < FEWEST
            || areas.breadcrumb.is_some_and(|it| dom.contains(it, id) || dom.contains(id, it))
        {
            continue;
        }
        if areas.footer.iter().any(|it| dom.contains(*it, id)) {
            continue;
        }
        let weight = weigh(dom, id);
        if weight < LEAST {
            continue;
        }
        others.push(id);
        if best.is_none_or(|(most, _)| weight > most) {
            best = Some((weight, id));
        }
    }
    let Some((_, id)) = best else {
        return small(dom, areas, base).or_else(|| unlinked(dom, areas, base)).unwrap_or_default();
    };
    let names = names_of(dom, id);
    others.retain(|it| {
        let again = names_of(dom, *it).iter().filter(|name| names.contains(name)).count();
        again * 2 >= names.len()
            || place == Place::Column && dom.is_marked(*it, &NAMED)
            || dom.tag(*it) == "nav"
    });
    let mut entries: Vec<NavEntry> = Vec::new();
    let mut elements = vec![id];
    // A navigation in two rows is two lists side by side.
    for row in rows_of(dom, id) {
        for entry in entries_of(dom, row, base) {
            let known = entries.iter().any(|it| it.text == entry.text && it.href == entry.href);
            if !known {
                entries.push(entry);
            }
        }
        elements.push(row);
    }
    others.truncate(MOST_COPIES);
    fill_children(dom, &mut entries, id, &others, base);
    drop_repetitions(&mut entries);
    elements.extend(others);
    Navigation { entries, elements }
}

/// A navigation of two entries, as the front of 信息公开 has: known by its name and by 首页.
fn small(dom: &Dom<'_>, areas: &Areas, base: &Address) -> Option<Navigation> {
    let id = dom.all().find(|id| {
        let marked = || {
            std::iter::once(*id).chain(dom.ancestors(*id).take(2)).any(|it| dom.is_marked(it, &SMALL_MARKS))
        };
        dom.anchors(*id) == 2
            && dom.child_elements(*id).count() == 2
            && marked()
            && areas.is_main(dom, *id)
            && names_of(dom, *id).first().is_some_and(|it| it.ends_with("首页"))
    })?;
    Some(Navigation { entries: entries_of(dom, id, base), elements: vec![id] })
}

/// A navigation whose entries are no links: they have handlers, or the page is unfinished. A reader sees it all the same.
fn unlinked(dom: &Dom<'_>, areas: &Areas, base: &Address) -> Option<Navigation> {
    let id = dom.all().find(|id| {
        if dom.is_silent(*id)
            || dom.tagged(*id, "a").next().is_some()
            || id * 2 > dom.len()
            || areas.footer.iter().any(|it| dom.contains(*it, *id))
        {
            return false;
        }
        let names = plain_entries(dom, *id);
        let known = WORDS
            .iter()
            .filter(|(word, weight)| *weight >= 2 && names.iter().any(|(_, it)| it.contains(word)));
        // A box that is called navigation needs fewer words to be believed.
        let fewest = if dom.is_marked(*id, &CALLED) { FEWEST - 1 } else { FEWEST };
        names.len() >= FEWEST && names.iter().any(|(_, it)| it.ends_with("首页")) && known.count() >= fewest
    })?;
    let entries = plain_entries(dom, id).into_iter().map(|(child, _)| {
        let href = handler_target(dom.attr(child, "onclick").unwrap_or_default()).unwrap_or_default();
        NavEntry {
            text: dom.text(child),
            href: href.to_owned(),
            address: resolve(base, href),
            children: Vec::new(),
        }
    });
    Some(Navigation { entries: entries.collect(), elements: vec![id] })
}

/// The children that are short names and nothing else, without blanks inside.
fn plain_entries(dom: &Dom<'_>, id: Id) -> Vec<(Id, String)> {
    dom.child_elements(id)
        .filter(|it| (2..=8).contains(&dom.text_length(*it)) && dom.child_elements(*it).count() <= 1)
        .map(|it| (it, dom.text(it).replace(' ', "")))
        .collect()
}

/// The element itself and its brothers of the same make whose entries are short too: lists of the same class, or any
/// boxes with the same class on every entry that would be a navigation by themselves.
fn rows_of(dom: &Dom<'_>, id: Id) -> Vec<Id> {
    let parent = dom.parent(id);
    let class = class_of_entries(dom, id);
    let alike = |it: &Id| {
        *it == id
            || dom.tag(*it) == dom.tag(id)
                && (matches!(dom.tag(id), "ul" | "tr" | "ol") && dom.marks(*it) == dom.marks(id)
                    || class.is_some() && class_of_entries(dom, *it) == class && weigh(dom, *it) >= LEAST)
                && heads(dom, *it).len() >= 2
    };
    dom.child_elements(parent).filter(alike).collect()
}

/// The marks that every entry of a row has, on itself or on its only child; `None` when they differ or are none.
fn class_of_entries<'d>(dom: &'d Dom<'_>, id: Id) -> Option<&'d str> {
    let class = |entry: Id| {
        let mut children = dom.child_elements(entry);
        let only = children.next().filter(|_| children.next().is_none());
        std::iter::once(entry).chain(only).map(|it| dom.marks(it)).find(|it| !it.trim().is_empty())
    };
    let mut classes = heads(dom, id).into_iter().map(|(child, _)| class(child));
    let first = classes.next()??;
    classes.all(|it| it == Some(first)).then_some(first)
}

/// The second level, where it does not stand inside the entries: in a copy of the navigation that has it (for phones),
/// or in a row of panels below, one for each entry.
fn fill_children(dom: &Dom<'_>, entries: &mut [NavEntry], id: Id, copies: &[Id], base: &Address) {
    if entries.iter().any(|it| !it.children.is_empty()) {
        return;
    }
    for copy in copies {
        for twin in entries_of(dom, *copy, base) {
            if let Some(entry) = entries.iter_mut().find(|it| it.text == twin.text && it.children.is_empty())
            {
                entry.children = twin.children;
            }
        }
    }
    if entries.iter().any(|it| !it.children.is_empty()) {
        return;
    }
    let Some(panels) = panels_below(dom, id, entries.len()) else { return };
    for (entry, panel) in entries.iter_mut().zip(panels) {
        entry.children = children_of(dom, panel, id, base);
    }
}

/// Takes the entry itself out of its second level where every entry is repeated so, as drop-downs for phones are made.
fn drop_repetitions(entries: &mut [NavEntry]) {
    let repeats = |it: &NavEntry| {
        it.children.first().is_none_or(|child| child.text == it.text && child.href == it.href)
    };
    let panels = entries.iter().filter(|it| !it.children.is_empty()).count();
    if panels >= 2 && entries.iter().all(repeats) {
        for entry in entries.iter_mut().filter(|it| !it.children.is_empty()) {
            entry.children.remove(0);
        }
    }
}

/// As many boxes of short links as there are entries, right after the navigation.
fn panels_below(dom: &Dom<'_>, id: Id, count: usize) -> Option<Vec<Id>> {
    for row in [id, dom.parent(id)] {
        let next = dom.child_elements(dom.parent(row)).find(|it| *it >= dom.end(row));
        let Some(next) = next else { continue };
        let panels: Vec<Id> = dom.child_elements(next).collect();
        let is_menu = |it: &Id| dom.text_length(*it) <= dom.anchors(*it) * LONGEST_NAME;
        if panels.len() == count && dom.anchors(next) > count && panels.iter().all(is_menu) {
            return Some(panels);
        }
    }
    None
}

fn names_of(dom: &Dom<'_>, id: Id) -> Vec<String> {
    heads(dom, id).into_iter().map(|(_, link)| squeeze(name_of(dom, link)).replace(' ', "")).collect()
}

/// The children of an element that begin with a short link, each with that link.
fn heads(dom: &Dom<'_>, id: Id) -> Vec<(Id, Id)> {
    dom.child_elements(id)
        .filter_map(|child| {
            // A box of titles is no entry, even if its first link is short.
            let length = dom.text_length(child);
            if length > 30 && length > dom.anchors(child) * LONGEST_NAME && !has_panel(dom, child) {
                return None;
            }
            let link = if matches!(dom.tag(child), "a" | "area") {
                child
            } else {
                dom.tagged(child, "a").find(|it| !name_of(dom, *it).is_empty())?
            };
            let name = name_of(dom, link);
            let length = name.chars().filter(|c| !c.is_whitespace()).count();
            let limit = if name.is_ascii() { 30 } else { LONGEST_NAME };
            (1..=limit).contains(&length).then_some((child, link))
        })
        .collect()
}

/// Whether an entry of something called navigation is a link with one box after it, which opens below and may hold
/// anything: lists of news, letters, a text.
fn has_panel(dom: &Dom<'_>, entry: Id) -> bool {
    let mut parts = dom.child_elements(entry);
    dom.tag(entry) == "li"
        && parts.next().is_some_and(|it| dom.tag(it) == "a")
        && parts.next().is_some_and(|it| matches!(dom.tag(it), "div" | "ul" | "dl"))
        && parts.next().is_none()
        && dom.ancestors(entry).take(3).any(|it| dom.is_marked(it, &CALLED) || dom.tag(it) == "nav")
}

fn weigh(dom: &Dom<'_>, id: Id) -> i32 {
    // Every child with a link must be an entry; else it is a box of other things.
    let children = dom.child_elements(id).filter(|it| dom.anchors(*it) > 0).count();
    if !(FEWEST..=38).contains(&children) {
        return 0;
    }
    let heads = heads(dom, id);
    if heads.len() < FEWEST || heads.len() > 30 {
        return 0;
    }
    if heads.len() * 5 < children * 4 {
        return 0;
    }
    // Each word counts once: thirty links to bureaus of the same name are no navigation.
    let mut said: Vec<(&str, i32)> = Vec::new();
    for (_, link) in &heads {
        let name: String = name_of(dom, *link).chars().filter(|c| !c.is_whitespace()).collect();
        let best = KNOWN.all_in(&name).max_by_key(|at| (WORDS[*at].1, *at)).map(|at| WORDS[at]);
        said.extend(best.filter(|it| !said.contains(it)));
    }
    if said.len() < 2 {
        return 0;
    }
    let mut weight: i32 = said.iter().map(|(_, weight)| *weight).sum();
    let marked = dom.is_marked(id, &MARKS)
        || dom.tag(id) == "nav"
        || dom.ancestors(id).take(4).any(|it| dom.is_marked(it, &CALLED) || dom.tag(it) == "nav");
    if marked {
        weight += 4;
    }
    // The upper part of a page is where a navigation stands.
    if id * 3 < dom.len() {
        weight += 2;
    }
    weight
}

fn entries_of(dom: &Dom<'_>, id: Id, base: &Address) -> Vec<NavEntry> {
    heads(dom, id)
        .into_iter()
        .map(|(child, link)| {
            let mut entry = entry_of(dom, link, base);
            if child != link {
                entry.children = children_of(dom, child, link, base);
                // What else a box shows are titles and no columns.
                if dom.text_length(child) > dom.anchors(child) * LONGEST_NAME {
                    entry.children.retain(|it| it.text.chars().count() <= LONGEST_NAME);
                }
            }
            entry
        })
        .collect()
}

fn entry_of(dom: &Dom<'_>, link: Id, base: &Address) -> NavEntry {
    let href = dom.attr(link, "href").unwrap_or_default().trim();
    NavEntry {
        text: squeeze(name_of(dom, link)),
        href: href.to_owned(),
        address: resolve(base, href),
        children: Vec::new(),
    }
}

/// The other short links of an entry, each once.
fn children_of(dom: &Dom<'_>, entry: Id, head: Id, base: &Address) -> Vec<NavEntry> {
    let mut children: Vec<NavEntry> = Vec::new();
    for link in dom.tagged(entry, "a") {
        if link == head || dom.attr(link, "href").is_none() {
            continue;
        }
        let child = entry_of(dom, link, base);
        let length = child.text.chars().count();
        if length == 0
            || length > 24
            || children.iter().any(|it| it.text == child.text && it.href == child.href)
        {
            continue;
        }
        children.push(child);
    }
    children
}

/// Whether the name of an entry promises services (办事服务), under any of the names that are used for them.
pub fn is_service_entry(name: &str) -> bool {
    const PARTS: [&str; 16] = [
        "政务服务",
        "办事服务",
        "网上办事",
        "办事大厅",
        "在线服务",
        "在线办事",
        "便民服务",
        "公共服务",
        "公众服务",
        "网上服务",
        "服务大厅",
        "我要办事",
        "网上大厅",
        "办事指南",
        "服务指南",
        "服务之窗",
    ];
    let name: String = name.chars().filter(|c| !c.is_whitespace()).collect();
    // 一网通办 and 跨省通办 are services; 市交通办 is an office.
    let is_office = |before: &str| before.is_empty() || before.ends_with(['交', '普', '沟', '流', '联']);
    PARTS.iter().any(|it| name.contains(it))
        || name.match_indices("通办").any(|(at, _)| !is_office(&name[..at]))
        || matches!(name.as_str(), "服务" | "办事" | "我要办" | "网办")
}

/// Whether the name of an entry promises interaction (互动交流), under any of the names that are used for it.
pub fn is_interaction_entry(name: &str) -> bool {
    const PARTS: [&str; 16] = [
        "互动",
        "公众参与",
        "交流平台",
        "民意征集",
        "咨询投诉",
        "政民",
        "信箱",
        "网上信访",
        "问政",
        "公众交流",
        "公众监督",
        "参与交流",
        "百姓之声",
        "民声",
        "我要问",
        "回应关切",
    ];
    let name: String = name.chars().filter(|c| !c.is_whitespace()).collect();
    PARTS.iter().any(|it| name.contains(it))
        || matches!(name.as_str(), "交流" | "参与" | "咨询" | "留言" | "我要咨询")
}

#[cfg(test)]
mod tests {
    use super::is_service_entry;
    use crate::page::{NavEntry, Source, read};

    fn navigation(body: &str) -> Vec<NavEntry> {
        let rest = "<div class=main><ul><li><a href=1.html>关于停水的通知</a><span>2017-06-16</span></li></ul></div>";
        let text = format!("<title>某某区政府</title>{body}{rest}");
        let address = "http://a.example/".parse().unwrap();
        read(&Source { address: &address, content_type: None, body: text.as_bytes() }).navigation
    }

    fn names(entries: &[NavEntry]) -> Vec<&str> {
        entries.iter().map(|it| it.text.as_str()).collect()
    }

    #[test]
    fn services_are_promised_under_many_names() {
        for name in ["办事服务", "一网通办", "跨省 通办", "某省政务服务网", "服务指南", "办事"]
        {
            assert!(is_service_entry(name), "{name}");
        }
        for name in ["市交通办", "普通办公用品采购", "通办", "服务业发展", "办公室", "政务公开"]
        {
            assert!(!is_service_entry(name), "{name}");
        }
    }

    const WANT: [&str; 4] = ["首页", "政务公开", "办事服务", "互动交流"];

    #[test]
    fn a_navigation_is_known_by_its_words() {
        for body in [
            "<ul><li><a href=/>首页</a></li><li class=line>|</li><li><a href=/a/>政务公开</a></li><li><a href=/b/>办事服务</a></li><li><a href=/c/>互动交流</a></li></ul>",
            "<div class=x><a href=/>首页</a> | <a href=/a/>政务公开</a> | <a href=/b/>办事服务</a> | <a href=/c/>互动交流</a></div>",
            "<table><tr><td><a href=/>首页</a></td><td><a href=/a/>政务公开</a></td><td><a href=/b/>办事服务</a></td><td><a href=/c/>互动交流</a></td></tr></table>",
            "<div><a href=/><img src=1.gif alt=首页></a><a href=/a/><img src=2.gif alt=政务公开></a><a href=/b/ title=办事服务><img src=3.gif></a><a href=/c/>互动交流</a></div>",
        ] {
            assert_eq!(names(&navigation(body)), WANT, "{body}");
        }
    }

    #[test]
    fn the_second_level_hangs_under_the_first_and_copies_count_once() {
        let once = "<ul class=nav><li><a href=/>首页</a></li><li><a href=/a/>政务公开</a><ul><li><a href=/a/1/>通知公告</a></li>\
                    <li><a href=/a/2/>政策文件</a></li></ul></li><li><a href=/b/>办事服务</a></li><li><a href=/c/>互动交流</a></li></ul>";
        let entries = navigation(&[once, once].concat());
        assert_eq!(names(&entries), WANT);
        assert_eq!(names(&entries[1].children), ["通知公告", "政策文件"]);
    }

    #[test]
    fn links_to_other_bureaus_are_no_navigation() {
        let body = "<ul><li><a href=http://x.example>某市文化和旅游局</a></li><li><a href=http://y.example>某县文化和旅游局</a></li>\
                    <li><a href=http://z.example>某区文化和旅游局</a></li></ul>";
        assert_eq!(navigation(body), []);
    }
}
