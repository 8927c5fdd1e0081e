//! Blocks of titled links: which elements are lists, what their rows are, and which list a page is about.
//!
//! The tree is walked from the top. An element whose children are each one entry is a list and is not entered again;
//! anything else is entered. Navigation, breadcrumb, foot, pagers and friendly links are no lists.

use super::areas::{Areas, Place};
use super::boxes;
use super::carousel;
use super::dates::{self, Reading};
use super::dom::{Dom, Id};
use super::embedded;
use super::headings;
use super::links;
use super::links::{References, leads_somewhere};
use super::model::{DateSource, Dated, Item, List};
use super::rows::{self, Row, Stretch};
use super::words::Words;
use crate::base::Address;

/// No page that people read has more lists; what comes after is left out.
const MOST_LISTS: usize = 300;
/// A row is no larger than this, in nodes and in characters.
const LARGEST_ROW: (usize, usize) = (1_500, 3_000);

/// The name of a field is no longer than this, in characters: 作出处罚决定的日期.
const LONGEST_FIELD: usize = 10;

static FRIEND_MARKS: Words = Words::of(&["friend", "yqlj", "link-", "-link", " links"]);
static MENU_MARKS: Words =
    Words::of(&["aside", "sidebar", "left-nav", "leftnav", "submenu", "sub-nav", "leftmenu"]);

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
pub(super) fn find(dom: &Dom<'_>, areas: &Areas, place: Place) -> Vec<Found> {
    let mut found = Vec::new();
    walk(dom, areas, Links::Needed, &mut found);
    if !found.iter().any(|it| it.dated() > 0) {
        // Rows without links are rows all the same, and a reader sees their dates.
        let mut more = Vec::new();
        walk(dom, areas, Links::Missing, &mut more);
        // A greeting beside today's date is no row, and it stands alone.
        let below = areas.breadcrumb.map_or(0, |it| dom.end(it));
        more.retain(|it| {
            let dated = it.dated();
            (dated * 2 > it.rows.len() && (it.element >= below || dated >= 3) || boxes::are_cards(dom, it))
                && !found.iter().any(|other| dom.contains(other.element, it.element))
        });
        found.retain(|it| !more.iter().any(|other| dom.contains(other.element, it.element)));
        found.extend(more);
        found.sort_by_key(|it| it.element);
    }
    for list in &mut found {
        list.rows.retain(|it| !is_left_over(&it.title) && !is_count(&it.title));
    }
    found.retain(|it| !it.rows.is_empty());
    headings::name_by_tabs(dom, areas, &mut found);
    let mut lists = merged(dom, found);
    if place == Place::Column {
        lists.retain(|it| is_list(dom, it));
    }
    let elements: Vec<Id> = lists.iter().map(|it| it.element).collect();
    for list in &mut lists {
        let lead = boxes::lead_row(dom, list, &elements);
        let top = lead.as_ref().map_or(list.element, |(at, _)| *at);
        list.rows.splice(0..0, lead.map(|(_, row)| row));
        let (name, more) = headings::heading(dom, areas, top);
        list.name = list.name.take().or(name);
        list.more = list.more.take().or(more);
    }
    let names: Vec<String> = lists.iter().filter_map(|it| it.name.clone()).collect();
    lists.retain(|it| {
        is_list(dom, it)
            || boxes::is_entry_box(dom, areas, it)
                && !boxes::is_row_of_tabs(dom, it, &names)
                && !boxes::is_bar(dom, it)
    });
    lists.retain(|it| !it.name.as_deref().is_some_and(is_friends) && !is_one_entry(it));
    lists.retain(|it| !boxes::are_queries(it) && !boxes::is_drop_down(dom, areas, it));
    if place == Place::Front {
        for (whole, carousel) in carousel::find(dom, areas) {
            lists.retain(|it| !dom.contains(whole, it.element));
            let at = lists.partition_point(|it| it.element < carousel.element);
            lists.insert(at, carousel);
        }
    }
    boxes::without_copies(dom, lists)
}

/// Whether rows must have links.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Links {
    Needed,
    Missing,
}

/// A template that a script was to fill.
fn is_left_over(title: &str) -> bool {
    static SIGNS: Words = Words::of(&["{{", "}}", "${", "<%", "{%", "{$"]);
    SIGNS.are_in(title)
}

/// What a pager says about the list (共1条 1/1), read as a row by mistake.
fn is_count(title: &str) -> bool {
    title.starts_with('共')
        && title.chars().any(|c| c.is_ascii_digit() || c == '？')
        && title.contains(['条', '页'])
}

fn walk(dom: &Dom<'_>, areas: &Areas, links: Links, found: &mut Vec<Found>) {
    // What holds breadcrumb or navigation is the frame of the page, and its parts are no rows.
    let frames = |id: Id| {
        areas.breadcrumb.iter().chain(&areas.navigation).any(|it| *it != id && dom.contains(id, *it))
    };
    let mut stack: Vec<Id> = vec![0];
    while let Some(id) = stack.pop() {
        if found.len() >= MOST_LISTS {
            return;
        }
        if id != 0 && (dom.is_silent(id) || !is_open(dom, areas, id)) {
            continue;
        }
        let is_linkless = links == Links::Needed && id != 0 && dom.anchors(id) == 0;
        if is_linkless && let Some(list) = told_list(dom, id) {
            found.push(list);
            continue;
        }
        if id != 0
            && !is_linkless
            && !frames(id)
            && let Some(list) = list_of(dom, id, links)
        {
            found.push(list);
            continue;
        }
        let wanted = |it: &Id| links == Links::Missing || dom.anchors(*it) > 0 || may_tell(dom, *it);
        let from = stack.len();
        stack.extend(dom.child_elements(id).filter(wanted));
        stack[from..].reverse();
    }
}

/// Three titles with a day each are a list without any link.
fn told_list(dom: &Dom<'_>, id: Id) -> Option<Found> {
    let is_list = matches!(dom.tag(id), "ul" | "ol" | "dl");
    let list = is_list.then(|| list_of(dom, id, Links::Missing))??;
    (list.rows.len() >= 3 && list.dated() == list.rows.len()).then_some(list)
}

/// Whether a subtree without links may hold such a list.
fn may_tell(dom: &Dom<'_>, id: Id) -> bool {
    dom.notes(id) >= 3 && !matches!(dom.tag(id), "p" | "table" | "select")
}

fn is_open(dom: &Dom<'_>, areas: &Areas, id: Id) -> bool {
    let shut = areas.breadcrumb.iter().chain(&areas.navigation).chain(&areas.footer).any(|it| *it == id);
    !shut && !is_pager(dom, id) && dom.tag(id) != "form" || dom.tag(id) == "form" && dom.text_length(id) > 300
}

fn is_pager(dom: &Dom<'_>, id: Id) -> bool {
    if dom.text_length(id) > 120 {
        return false;
    }
    // The names of a pager are short, so most elements are told from one without reading any name.
    let mut links = dom.tagged(id, "a").peekable();
    if links.peek().is_none_or(|it| dom.text_length(*it) > 6) {
        return false;
    }
    let names: Vec<_> = links.map(|it| dom.shown(it)).collect();
    let turns = names.iter().filter(|it| super::pager::is_turn(it)).count();
    turns > 0 && turns * 2 >= names.len() && names.iter().all(|it| it.chars().count() <= 6)
}

fn list_of(dom: &Dom<'_>, id: Id, links: Links) -> Option<Found> {
    if matches!(dom.tag(id), "a" | "select" | "map" | "p") && dom.anchors(id) < 2 {
        return None;
    }
    let is_marked = dom.attr(id, embedded::MARK).is_some();
    let is_data = is_marked || dom.ancestors(id).take(3).any(|it| dom.attr(it, embedded::MARK).is_some());
    let stretches = stretches(dom, id, links);
    let is_large = |from: Id, to: Id| to - from > LARGEST_ROW.0 || dom.text_between(from, to) > LARGEST_ROW.1;
    // Whether the element is a list at all is often told before any row is read. One row needs the element of a list
    // around it, and two boxes with a list of one row in either are two lists.
    let holds_one = is_marked || matches!(dom.tag(id), "ul" | "ol" | "tbody" | "dl" | "tr");
    if stretches.len() == 1 && !holds_one {
        return None;
    }
    let boxed = |lead: Id| dom.elements(lead).any(|it| matches!(dom.tag(it), "ul" | "ol" | "table"));
    let are_boxes =
        || !matches!(dom.tag(id), "ul" | "ol" | "tbody") && stretches.iter().any(|(_, _, lead)| boxed(*lead));
    let may_share = || stretches.iter().any(|(from, ..)| dom.tag(*from) == "li");
    if stretches.len() <= 2 && are_boxes() && !may_share() {
        return None;
    }
    let large =
        stretches.iter().filter(|(from, to, _)| is_large(*from, *to) || rows::has_many(dom, *from, *to));
    if large.count() * 5 > stretches.len() {
        return None;
    }
    let mut rows: Vec<Row> = Vec::new();
    let (mut many, mut shared, mut tags) = (0, 0, Vec::new());
    for (from, to, lead) in &stretches {
        if is_large(*from, *to) {
            many += 1;
            continue;
        }
        match rows::read(dom, *from, *to, is_data) {
            Stretch::Row(row) => {
                tags.push(dom.tag(*lead));
                rows.push(*row);
            }
            Stretch::Several(several) => {
                tags.extend(several.iter().map(|_| dom.tag(*lead)));
                shared += 1;
                rows.extend(several);
            }
            Stretch::Many => many += 1,
            Stretch::Nothing => {}
        }
        if many * 5 > stretches.len() {
            return None;
        }
    }
    // Rows of several links are an exception in a list; where they are the rule, it is none.
    if shared * 2 > stretches.len() {
        return None;
    }
    if rows.is_empty() || many * 4 > rows.len() {
        return None;
    }
    if links == Links::Missing && rows.iter().filter(|it| is_field(dom, it)).count() * 2 > rows.len() {
        return None;
    }
    if rows.len() <= 2 && are_boxes() {
        return None;
    }
    tags.sort_unstable();
    let (most, tag) = tags.chunk_by(|a, b| a == b).map(|it| (it.len(), it[0])).max()?;
    if most * 4 < rows.len() * 3 {
        return None;
    }
    if rows.len() == 1 {
        let is_row = matches!(tag, "li" | "tr" | "dd" | "dt" | "td");
        let dated = matches!(rows[0].date, Dated::Printed { .. } | Dated::Yearless { .. });
        if !(holds_one && is_row && dated) {
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
    let (name, more) = headings::first_row(dom, &mut rows).unzip();
    Some(Found { element: id, last: id, rows, name, more })
}

/// Whether the day of a row of cells is the value of the cell before it (公告时间 | 2019-03-04): a form, and no list.
fn is_field(dom: &Dom<'_>, row: &Row) -> bool {
    let names_day = |it: Id| {
        let name = dom.shown(it);
        let name = name.trim_end_matches([':', '：', ' ']);
        (name.ends_with("日期") || name.ends_with("时间")) && name.chars().count() <= LONGEST_FIELD
    };
    dom.tag(row.from) == "tr"
        && row.days.iter().any(|(column, _)| {
            *column > 0 && dom.child_elements(row.from).nth(column - 1).is_some_and(names_day)
        })
}

/// The children of an element, each with what belongs to it: from, to, and the child with the link.
fn stretches(dom: &Dom<'_>, id: Id, links: Links) -> Vec<(Id, Id, Id)> {
    if let Some(pairs) = rows::pairs(dom, id) {
        return pairs;
    }
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
    let leads = rows::with_alike(dom, &children, leads);
    let closed = leads.iter().all(|it| matches!(dom.tag(children[*it]), "li" | "tr" | "table" | "dl" | "ul"));
    if closed {
        return leads.iter().map(|it| (children[*it], dom.end(children[*it]), children[*it])).collect();
    }
    // A date that stands before the first link goes with the link after it, and so do the others.
    let before = children[..first].iter().any(|it| {
        if dom.is_element(*it) {
            dates::whole(&dom.text(*it)).is_some()
        } else {
            dates::day_at(dom, *it).is_some()
        }
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

fn is_list(dom: &Dom<'_>, list: &Found) -> bool {
    let dated = list.dated();
    let rows = list.rows.len();
    // Two links that run scripts are the buttons of a form.
    let is_idle = |it: &Row| links::is_script(&it.target);
    if rows <= 2 && list.rows.iter().all(is_idle) {
        return false;
    }
    if dated * 2 >= rows {
        return true;
    }
    // Pictures without a word that lead to no text are banners.
    let is_banner = |it: &Row| dom.text_between(it.from, it.to) == 0 && !leads_to_text(&it.href);
    if list.rows.iter().all(is_banner) {
        return false;
    }
    let marks: Vec<Id> = std::iter::once(list.element).chain(dom.ancestors(list.element).take(3)).collect();
    if marks.iter().any(|it| dom.is_marked(*it, &FRIEND_MARKS)) {
        return false;
    }
    // Short titles that lead to texts are titles; short titles that lead to columns are a menu.
    let texts = list.rows.iter().filter(|it| leads_to_text(&it.href)).count();
    rows >= 2 && (list.title_length() >= 8 || list.title_length() >= 5 && texts * 2 > rows)
}

/// Whether the rows are lines under a headline that lead where it leads, or counts that lead to one page: one entry,
/// not several.
fn is_one_entry(list: &Found) -> bool {
    let Some(first) = list.rows.first().map(|it| &it.target) else { return false };
    list.rows.len() >= 2
        && list.dated() == 0
        && (leads_to_text(first) || list.rows.len() >= 3 && leads_somewhere(first))
        && list.rows.iter().all(|it| it.target == *first)
}

/// The boxes of short links in the body of a page in a column that lists nothing else: departments, sub-columns.
///
/// Menus beside the body are left out; what is headed by one of the page's own names is its body, wherever it leads,
/// and so are pictures with names.
pub(super) fn link_boxes(dom: &Dom<'_>, areas: &Areas, own_names: &[String]) -> Vec<Found> {
    let Some(from) = areas.breadcrumb.map(|it| dom.end(it)) else { return Vec::new() };
    let mut found = Vec::new();
    walk(dom, areas, Links::Needed, &mut found);
    found.retain(|it| it.element >= from && !boxes::is_aside(dom, it.element));
    for list in &mut found {
        list.rows.retain(|it| !is_left_over(&it.title) && !is_count(&it.title));
        (list.name, list.more) = headings::heading(dom, areas, list.element);
    }
    found.retain(|it| {
        let is_own = it.name.as_ref().is_some_and(|name| own_names.contains(name));
        it.rows.len() >= 3
            && (it.name.is_some() && boxes::is_entry_box(dom, areas, it)
                || boxes::are_pictures(dom, it)
                || is_own && !it.rows.iter().any(|row| own_names.contains(&row.title)))
    });
    found
}

/// Whether an address looks like that of one text: a file whose name has a number.
pub(super) fn leads_to_text(href: &str) -> bool {
    let name = href.split(['?', '#']).next().and_then(|it| it.rsplit('/').next()).unwrap_or_default();
    name.contains('.') && name.chars().filter(char::is_ascii_digit).count() >= 4
}

fn is_friends(name: &str) -> bool {
    static NAMES: Words = Words::of(&[
        "友情链接",
        "相关链接",
        "网站链接",
        "常用链接",
        "快速链接",
        "快捷入口",
        "网站群",
        "网站导航",
    ]);
    NAMES.are_in(name)
}

/// The list a page is about, when it is a list page: the one with most dates and rows, under the page's own name.
pub(super) fn main(dom: &Dom<'_>, lists: &[Found], own_names: &[String]) -> Option<usize> {
    let weight = |list: &Found| {
        let rows = list.rows.len();
        let dated = list.dated();
        let named = list.name.as_ref().is_some_and(|name| own_names.iter().any(|it| it == name));
        let aside = std::iter::once(list.element)
            .chain(dom.ancestors(list.element))
            .any(|it| dom.is_marked(it, &MENU_MARKS));
        let total = rows * 2 + dated * 6 + list.title_length().min(30) / 3 + if named { 20 } else { 0 };
        if aside { total / 4 } else { total }
    };
    lists.iter().enumerate().max_by_key(|(at, list)| (weight(list), usize::MAX - at)).map(|(at, _)| at)
}

/// Whether a list has more rows than all others together.
pub(super) fn stands_out(lists: &[Found], at: usize) -> bool {
    let all: usize = lists.iter().map(|it| it.rows.len()).sum();
    lists[at].rows.len() * 2 > all
}

/// The list as a page carries it.
pub(super) fn published(
    found: Found,
    is_main: bool,
    next_pages: Vec<Address>,
    links: &References<'_>,
) -> List {
    let more = found.more.and_then(|it| links.resolve(&it, 0, 0));
    let items = found.rows.into_iter().map(|row| item(row, links)).collect();
    List { name: found.name, more, is_main, items, next_pages }
}

fn item(row: Row, links: &References<'_>) -> Item {
    let address = links.resolve(&row.target, row.from, row.to);
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

#[cfg(test)]
mod tests {
    use crate::page::{DateSource, Dated, List, Page, PageKind, Source, read};

    const HEAD: &str = "<title>通知公告-某某区政府</title><body>\
        <ul class=nav><li><a href=/>首页</a></li><li><a href=/zwgk/>政务公开</a></li><li><a href=/bsfw/>办事服务</a></li>\
        <li><a href=/hdjl/>互动交流</a></li></ul>\
        <div>当前位置：<a href=/>首页</a> &gt; <a href=/tzgg/>通知公告</a></div>";
    const FOOT: &str =
        "<div class=footer>主办单位：某某区人民政府 网站标识码：5306020001 滇ICP备12345678号</div>";

    fn page(body: &str) -> Page {
        let text = [HEAD, body, FOOT].concat();
        let address = "http://a.example/tzgg/index.html".parse().unwrap();
        read(&Source { address: &address, content_type: None, body: text.as_bytes() })
    }

    fn day(date: &Dated) -> String {
        match date {
            Dated::Printed { day, .. } => day.to_string(),
            Dated::Yearless { month, day } => format!("--{month:02}-{day:02}"),
            Dated::Unread(_) => "unread".to_owned(),
            Dated::Absent => "-".to_owned(),
        }
    }

    fn rows(list: &List) -> Vec<String> {
        list.items.iter().map(|it| format!("{} {}", it.title, day(&it.date))).collect()
    }

    /// The rows of the main list.
    fn main(body: &str) -> Vec<String> {
        let page = page(body);
        page.lists.iter().find(|it| it.is_main).map(rows).unwrap_or_default()
    }

    const WANT: [&str; 3] =
        ["关于停水的通知 2017-06-16", "关于放假安排的公告 2017-06-02", "关于招聘工作人员的通知 2017-05-31"];

    /// `row` three times, with @ for the number, T for the title, and Y, M and D for the date.
    fn thrice(row: &str) -> String {
        [
            ("1", "关于停水的通知", "06", "16"),
            ("2", "关于放假安排的公告", "06", "02"),
            ("3", "关于招聘工作人员的通知", "05", "31"),
        ]
        .iter()
        .map(|(n, title, m, d)| {
            row.replace('@', n).replace('T', title).replace('M', m).replace('D', d).replace('Y', "2017")
        })
        .collect()
    }

    #[test]
    fn rows_of_every_make_are_read() {
        for (before, row, after) in [
            ("<ul>", "<li><a href=@.html>T</a><span>Y-M-D</span></li>", "</ul>"),
            ("<ul>", "<li><span>[Y-M-D]</span><a href=@.html>T</a></li>", "</ul>"),
            ("<ul>", "<li>·<a href=@.html target=_blank>T</a>（Y-M-D）</li>", "</ul>"),
            ("<ul>", "<li><a href=@.html>T</a> Y年M月D日</li>", "</ul>"),
            ("<ul>", "<li><a href=@.html><span>T</span><i>Y/M/D</i></a></li>", "</ul>"),
            ("<ul>", "<li><a href=@.html>T [Y-M-D]</a></li>", "</ul>"),
            (
                "<ul>",
                "<li><a href=@.html><h3>T</h3><p>各单位：现将有关事项通知如下</p><em>Y.M.D</em></a></li>",
                "</ul>",
            ),
            ("<ul>", "<li><a href=@.html title='T 发布时间：Y-M-D'>T</a></li>", "</ul>"),
            (
                "<ul>",
                "<li><div class=date><b>D</b><i>Y-M</i></div><a href=@.html>T</a><p>各单位：现将有关事项</p></li>",
                "</ul>",
            ),
            ("<ul>", "<li><span>Y</span><span>M-D</span><a href=@.html>T</a></li>", "</ul>"),
            (
                "<ul>",
                "<li><a href=@.html><img src=@.jpg></a><a href=@.html>T</a><span>发布时间：Y-M-D 10:20</span></li>",
                "</ul>",
            ),
            ("<ul>", "<li><a href=/tz/>[通知]</a><a href=@.html>T</a><span>Y-M-D</span></li>", "</ul>"),
            ("<ul>", "<li><a href=@.html>T</a><span>来源：某局 Y-M-D</span></li>", "</ul>"),
            ("<table>", "<tr><td>·</td><td><a href=@.html>T</a></td><td>Y-M-D</td></tr>", "</table>"),
            (
                "<div>",
                "<table><tr><td><img src=x.gif></td><td><a href=@.html>T</a></td><td>[Y-M-D]</td></tr></table>",
                "</div>",
            ),
            ("<table><tr><td>", "·<a href=@.html>T</a> (Y-M-D)<br>", "</td></tr></table>"),
            ("<div>", "<a href=@.html>T</a><span>Y-M-D</span><br>", "</div>"),
            ("<dl>", "<dt><a href=@.html>T</a></dt><dd>Y-M-D</dd>", "</dl>"),
            ("<div>", "<dl><dt>Y-M-D</dt><dd><a href=@.html>T</a></dd></dl>", "</div>"),
            (
                "<div class=l>",
                "<div class=r><div class=n><a href=@.html>T</a></div><div class=t>Y-M-D</div></div>",
                "</div>",
            ),
            (
                "<ul>",
                "<li><h4><a href=@.html>T</a></h4><span>Y-M-D</span><p><a href=@.html>[详细]</a></p></li>",
                "</ul>",
            ),
            (
                "<script type='text/xml'><datastore><recordset>",
                "<record><![CDATA[<li><a href=@.html>T</a><span>Y- M- D</span></li>]]></record>",
                "</recordset></datastore></script>",
            ),
            ("<div>", "<ul><li><a href=@.html>T</a></li><li class=d>Y-M-D</li></ul>", "</div>"),
            ("<ul>", "<li onclick=\"location.href='@.html'\">T<span>Y-M-D</span></li>", "</ul>"),
            ("<table>", "<tr onclick=\"window.open('@.html')\"><td>T</td><td>Y-M-D</td></tr>", "</table>"),
            (
                "<ul>",
                "<li onclick=\"window.open('@.html')\"><a href=@.html>T</a><span>Y-M-D</span></li>",
                "</ul>",
            ),
        ] {
            let body = [before, &thrice(row), after].concat();
            assert_eq!(main(&body), WANT, "{row}");
        }
    }

    #[test]
    fn a_row_leads_where_a_click_on_it_leads() {
        let body = thrice("<li onclick=\"location.href='@.html'\">T<span>Y-M-D</span></li>");
        let page = page(&format!("<ul>{body}</ul>"));
        let leads: Vec<_> = page.lists[0].items.iter().filter_map(|it| it.address.as_ref()).collect();
        assert_eq!(
            leads.iter().map(|it| it.path()).collect::<Vec<_>>(),
            ["/tzgg/1.html", "/tzgg/2.html", "/tzgg/3.html"]
        );
    }

    #[test]
    fn the_date_in_a_title_or_summary_is_not_that_of_the_row() {
        let body = "<ul><li><a href=1.html>2017年6月16日部分区域停水的通知</a></li>\
                    <li><a href=2.html>关于2017年5月1日放假的公告</a><p>2017年4月20日，区政府办公室发布公告。</p></li></ul>";
        let rows = main(body);
        assert_eq!(rows, ["2017年6月16日部分区域停水的通知 -", "关于2017年5月1日放假的公告 -"]);
    }

    #[test]
    fn a_date_in_the_address_only_is_marked_as_such() {
        let page = page(
            "<ul><li><a href=./201706/t20170616_1.html>关于停水的通知</a></li><li><a href=./201706/t20170602_1.html>关于放假的公告</a></li></ul>",
        );
        let date = &page.lists[0].items[0].date;
        assert!(matches!(date, Dated::Printed { source: DateSource::Address, .. }), "{date:?}");
    }

    #[test]
    fn a_missing_year_is_taken_from_a_fitting_address_only() {
        let rows = main(
            "<ul><li><a href=./201706/t20170616_1.html>关于停水的通知</a><span>06-14</span></li>\
             <li><a href=info/1.html>关于放假的公告</a><span>06-02</span></li></ul>",
        );
        assert_eq!(rows, ["关于停水的通知 2017-06-14", "关于放假的公告 --06-02"]);
    }

    #[test]
    fn a_day_that_does_not_exist_is_unread_and_told() {
        let page = page(
            "<ul><li><a href=1.html>关于停水的通知</a><span>2017-02-30</span></li><li><a href=2.html>关于放假的公告</a><span>2017-02-03</span></li></ul>",
        );
        assert_eq!(day(&page.lists[0].items[0].date), "unread");
        assert_eq!(page.flaws, [crate::page::Flaw::ImpossibleDate("2017-02-30".to_owned())]);
    }

    #[test]
    fn the_head_of_a_table_says_which_date_counts() {
        let body = "<table><tr><th>标题</th><th>发布日期</th><th>截止日期</th></tr>\
                    <tr><td><a href=1.html>关于征集意见的公告</a></td><td>2017-06-16</td><td>2017-07-16</td></tr>\
                    <tr><td><a href=2.html>关于征求建议的公告</a></td><td>2017-05-16</td><td>2017-06-16</td></tr></table>";
        assert_eq!(main(body), ["关于征集意见的公告 2017-06-16", "关于征求建议的公告 2017-05-16"]);
    }

    #[test]
    fn a_pop_up_inside_a_row_is_no_row() {
        let body = thrice(
            "<li><a href=@.html>T</a><div class=pop><h3>相关解读</h3><ul><li><a href=j@.html>一图读懂有关政策的解读</a></li></ul></div><span>Y-M-D</span></li>",
        );
        assert_eq!(main(&format!("<ul>{body}<li class=empty></li></ul>")), WANT);
    }

    #[test]
    fn pieces_of_one_list_are_put_together() {
        let rows = thrice("<li><a href=@.html>T</a><span>Y-M-D</span></li>");
        let pieces = rows.replace("</li><li>", "</li></ul><ul><li>");
        assert_eq!(main(&format!("<div><ul>{pieces}</ul></div>")), WANT);
    }

    #[test]
    fn two_columns_of_a_table_are_one_list() {
        let body = "<table><tr><td><a href=1.html>关于停水的通知</a> 2017-06-16</td><td><a href=2.html>关于放假安排的公告</a> 2017-06-02</td></tr>\
                    <tr><td><a href=3.html>关于招聘工作人员的通知</a> 2017-05-31</td><td></td></tr></table>";
        assert_eq!(main(body), WANT);
    }

    #[test]
    fn a_pinned_item_is_marked() {
        let page = page(
            "<ul><li><em>[置顶]</em><a href=1.html>关于停水的通知</a><span>2015-06-16</span></li>\
             <li><a href=2.html>关于放假的公告</a><span>2017-06-02</span></li></ul>",
        );
        let pinned: Vec<bool> = page.lists[0].items.iter().map(|it| it.pinned).collect();
        assert_eq!(pinned, [true, false]);
        assert_eq!(page.lists[0].items[0].title, "关于停水的通知");
    }

    #[test]
    fn a_cut_title_is_completed_from_its_attribute() {
        let rows = main(
            "<ul><li><a href=1.html title='关于做好防汛抗旱工作的紧急通知'>关于做好防汛抗旱...</a><span>2017-06-16</span></li>\
             <li><a href=2.html title='公告'>关于放假安排的公告</a><span>2017-06-02</span></li></ul>",
        );
        assert_eq!(rows, ["关于做好防汛抗旱工作的紧急通知 2017-06-16", "关于放假安排的公告 2017-06-02"]);
    }

    #[test]
    fn side_columns_links_and_pagers_are_not_the_list() {
        let body = format!(
            "<div class=left><ul><li><a href=/a/>政策文件解读</a></li><li><a href=/b/>规划计划总结</a></li><li><a href=/c/>人事任免信息</a></li><li><a href=/d/>财政预算决算</a></li></ul></div>\
             <div class=right><ul>{}</ul><div class=page><a href=index.html>1</a><a href=index_1.html>2</a><a href=index_1.html>下一页</a></div></div>\
             <div>友情链接</div><ul><li><a href=http://x.example>某某省人民政府门户网站</a></li><li><a href=http://y.example>某某市人民政府门户网站</a></li></ul>",
            thrice("<li><a href=@.html>T</a><span>Y-M-D</span></li>"),
        );
        let page = page(&body);
        assert_eq!(page.kind, PageKind::List);
        assert!(page.lists[0].is_main);
        assert_eq!(rows(&page.lists[0]), WANT);
        assert_eq!(page.lists[0].name.as_deref(), Some("通知公告"));
        assert_eq!(page.lists[0].next_pages.len(), 1);
        assert!(page.lists.iter().all(|it| it.items.iter().all(|it| !it.title.contains("门户网站"))));
    }

    #[test]
    fn clocks_and_counters_are_no_dates() {
        let body = format!(
            "<div>今天是2026年1月1日 星期四</div><div>您是第20170101位访客</div><ul>{}</ul>",
            thrice("<li><a href=@.html>T</a><span>Y-M-D</span></li>")
        );
        assert_eq!(main(&body), WANT);
    }

    #[test]
    fn blocks_have_headings_and_lead_to_more() {
        let block = |name: &str, at: &str| {
            format!(
                "<div class=box><div class=tit><h2>{name}</h2><a href={at}>更多&gt;&gt;</a></div><ul>{}</ul></div>",
                thrice("<li><a href=@.html>T</a><span>M-D</span></li>")
            )
        };
        let text = [
            "<title>某某区政府</title>",
            &block("工作动态", "/gzdt/"),
            &block("通知公告", "/tzgg/"),
            &block("政策文件", "/zcwj/"),
        ]
        .concat();
        let address = "http://a.example/".parse().unwrap();
        let page = read(&Source { address: &address, content_type: None, body: text.as_bytes() });
        let blocks: Vec<_> = page
            .lists
            .iter()
            .map(|it| {
                (
                    it.name.clone().unwrap_or_default(),
                    it.more.as_ref().map_or(String::new(), |it| it.path().to_owned()),
                    it.items.len(),
                )
            })
            .collect();
        assert_eq!(
            blocks,
            [
                ("工作动态".into(), "/gzdt/".into(), 3),
                ("通知公告".into(), "/tzgg/".into(), 3),
                ("政策文件".into(), "/zcwj/".into(), 3)
            ]
        );
        assert_eq!(page.kind, PageKind::Other);
    }

    #[test]
    fn panels_are_named_by_their_tabs() {
        let list = thrice("<li><a href=@.html>T</a><span>M-D</span></li>");
        let text = format!(
            "<title>某某区政府</title><div class=tabs><ul class=h><li><a href=/gzdt/>工作动态</a></li><li><a href=/tzgg/>通知公告</a></li></ul>\
             <div class=c><ul>{list}</ul><ul style='display:none'>{list}</ul></div></div>"
        );
        let address = "http://a.example/".parse().unwrap();
        let page = read(&Source { address: &address, content_type: None, body: text.as_bytes() });
        let names: Vec<_> = page.lists.iter().map(|it| it.name.clone().unwrap_or_default()).collect();
        assert_eq!(names, ["工作动态", "通知公告"]);
    }

    #[test]
    fn a_list_that_a_script_fills_is_not_called_empty() {
        let filled =
            page("<div id=1 parseType=\"buildstatic\" url=/x></div><script src=/unitbuild.js></script>");
        assert!(filled.lists.is_empty() && filled.by_script.is_some());
        let bare = page("<div class=right><ul></ul></div>");
        assert!(bare.by_script.is_none() && bare.lists.iter().all(|it| it.items.is_empty()));
    }
}
