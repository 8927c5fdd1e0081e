//! What stands around lists on a page: the headline above one, the copy of one for phones, boxes of short links that
//! are no lists of news, tabs above lists.
//!
//! A front page offers its parts in boxes of short links; beside a list they are a menu. Which of the two a page is
//! was decided before ([`Place`](super::areas::Place)).

use super::areas::Areas;
use super::dom::{Dom, Id};
use super::links::resolve;
use super::lists::{Found, leads_to_text};
use super::model::{Dated, PageKind};
use super::rows::{self, Row, Stretch};
use super::signs;
use super::words::Words;
use crate::base::Address;

static TOOL_MARKS: Words =
    Words::of(&["friend", "yqlj", "link-", "-link ", " links", "share", "tool", "top-"]);
static TAB_MARKS: Words =
    Words::of(&[" hd ", " tabs ", "tab-nav", "tab-hd", "tab_hd", "tabtit", "tab-tit", "tab_tit"]);

/// The first entry of a block may stand in a larger box of its own, with its summary, right above the others.
pub(super) fn lead_row(dom: &Dom<'_>, list: &Found, lists: &[Id]) -> Option<(Id, Row)> {
    let parent = dom.parent(list.element);
    let before = dom.child_elements(parent).take_while(|it| *it < list.element).last()?;
    let is_alone =
        matches!(dom.tag(before), "div" | "dl" | "h2" | "h3" | "h4" | "p" | "section" | "article" | "header")
            && dom.text_between(dom.end(before), list.element) == 0
            && (1..=3).contains(&dom.anchors(before))
            && dom.text_length(before) <= 300
            && !lists.iter().any(|it| dom.contains(before, *it));
    if !is_alone || !list.rows.iter().any(|it| leads_to_text(&it.href)) {
        return None;
    }
    let Stretch::Row(row) = rows::read(dom, before, dom.end(before), false) else { return None };
    let titled = row.title.chars().count() >= 8 && dom.text_length(before) >= 8;
    let known = list.rows.iter().any(|it| it.href == row.href);
    // A list without dates says nothing of what stands above it.
    let dated = list.dated() == 0 || !matches!(row.date, Dated::Absent);
    (titled && !known && dated && leads_to_text(&row.href)).then_some((before, *row))
}

/// A list that stands there again, as a copy or for phones, is one list.
pub(super) fn without_copies(dom: &Dom<'_>, lists: Vec<Found>) -> Vec<Found> {
    static PHONES: Words = Words::of(&[
        "pchide",
        "pc-hide",
        "hide-pc",
        "mobi",
        "visible-xs",
        "hidden-md",
        "hidden-lg",
        "phone",
        " wap",
        "sjb",
    ]);
    let mut kept: Vec<Found> = Vec::with_capacity(lists.len());
    for list in lists {
        let known = |row: &Row, other: &Found| {
            row.href.len() > 1 && other.rows.iter().any(|it| it.href == row.href && it.title == row.title)
        };
        let again = kept.iter().any(|other| {
            (list.name.is_none() || list.name == other.name) && list.rows.iter().all(|it| known(it, other))
        });
        let for_phones = || {
            std::iter::once(list.element)
                .chain(dom.ancestors(list.element))
                .any(|it| !matches!(dom.tag(it), "body" | "html") && dom.is_marked(it, &PHONES))
        };
        let seen = || list.rows.iter().any(|row| kept.iter().any(|other| known(row, other)));
        if !(again || seen() && for_phones()) {
            kept.push(list);
        }
    }
    kept
}

/// A box of short links on a front page: 政府信息公开 with its parts, services by theme, channels of interaction.
pub(super) fn is_entry_box(dom: &Dom<'_>, areas: &Areas, list: &Found) -> bool {
    static TOOLS: Words = Words::of(&[
        "登录",
        "注册",
        "繁体",
        "简体",
        "English",
        "EN",
        "无障碍",
        "收藏",
        "设为首页",
        "微博",
        "微信",
        "客户端",
    ]);
    // Tool bars stand above the navigation, and at the very top where there is none.
    let below = areas
        .navigation
        .first()
        .map_or(list.element * if list.name.is_some() { 20 } else { 4 } > dom.len(), |it| {
            list.element >= dom.end(*it)
        });
    // 登录 is a tool, and 交易平台登录 among other entries is one of them.
    let named: Vec<&Row> = list.rows.iter().filter(|row| TOOLS.are_in(&row.title)).collect();
    let tools =
        named.iter().any(|row| row.title.chars().count() <= 4) || named.len() * 2 >= list.rows.len().max(1);
    let turns = list.rows.iter().any(|row| {
        super::pager::is_turn(&row.title) || row.title.chars().all(|c| c.is_ascii_digit() || "[]".contains(c))
    });
    let friends = std::iter::once(list.element)
        .chain(dom.ancestors(list.element).take(3))
        .any(|it| dom.is_marked(it, &TOOL_MARKS));
    // Words to search for lead nowhere by themselves.
    let led = list.rows.iter().filter(|it| !it.href.is_empty()).count();
    // Links that have not been written yet are told from tabs by their number.
    let unwritten = led == 0 && list.rows.len() >= 4 && list.rows.iter().all(|it| leads_on(dom, it));
    // What a picture shows and a heading names is offered, whether its link is written yet or not.
    let offered = list.name.is_some() && are_pictures(dom, list);
    let fewest = if list.name.is_some() { 2 } else { 4 };
    below
        && !tools
        && !turns
        && !friends
        && (led * 2 > list.rows.len() || unwritten || offered)
        && list.rows.len() >= fewest
        && (list.name.is_some() || !leads_away(list))
}

/// Whether the rows are the parts of a block, parted by strokes in its bar before 更多: 缴存问题 | 提取问题.
pub(super) fn is_bar(dom: &Dom<'_>, list: &Found) -> bool {
    let (from, to) = (list.element, dom.end(list.element));
    let next = dom.child_elements(dom.parent(from)).find(|it| *it >= to);
    let leads_on = next
        .is_some_and(|it| dom.anchors(it) == 1 && dom.text_length(it) <= 6 && dom.text(it).contains("更多"));
    let between = || dom.text_of(from, to, |id| dom.tag(id) != "a");
    list.dated() == 0 && leads_on && {
        let between = between();
        !between.is_empty() && between.chars().all(|c| " |｜丨".contains(c))
    }
}

/// Whether the rows are words to search for: each leads to a search for its own name.
pub(super) fn are_queries(list: &Found) -> bool {
    let asks = |it: &Row| {
        it.target.split_once('?').is_some_and(|(_, query)| query.ends_with(&format!("={}", it.title)))
    };
    list.rows.len() >= 2 && list.rows.iter().all(asks)
}

/// Whether a list is a box that drops down from the navigation: nameless, without a day, in what is called navigation,
/// and before the breadcrumb, behind which the body of a column begins.
pub(super) fn is_drop_down(dom: &Dom<'_>, areas: &Areas, list: &Found) -> bool {
    static BARS: Words = Words::of(&["nav", "menu", "head"]);
    let total = dom.text_length(0);
    list.name.is_none()
        && list.dated() == 0
        && areas.breadcrumb.is_none_or(|it| list.element < it)
        && areas.navigation.iter().map(|it| dom.parent(*it)).any(|bar| {
            dom.contains(bar, list.element)
                && dom.text_length(bar) * 2 < total
                && !matches!(dom.tag(bar), "body" | "html" | "form")
                && dom.is_marked(bar, &BARS)
        })
}

/// Whether a list is one of pictures with titles under them, which lead nowhere.
pub(super) fn are_cards(dom: &Dom<'_>, list: &Found) -> bool {
    are_pictures(dom, list) && list.rows.iter().all(|it| it.title.chars().count() >= 8)
}

/// Whether a row has a link, though its address may not be written yet.
fn leads_on(dom: &Dom<'_>, row: &Row) -> bool {
    dom.links_between(row.from, row.to).any(|it| dom.tag(it) != "a" || dom.attr(it, "href").is_some())
}

/// Whether a list is one of pictures with names under them.
pub(super) fn are_pictures(dom: &Dom<'_>, list: &Found) -> bool {
    list.rows.len() >= 3 && list.rows.iter().all(|it| rows::is_pictured(dom, it.from, it.to))
}

/// Whether most rows lead to pages that are no single texts.
pub(super) fn leads_to_columns(list: &Found, base: &Address) -> bool {
    let leads = |it: &&Row| resolve(base, &it.target).is_some() && !leads_to_text(&it.target);
    list.rows.iter().filter(leads).count() * 2 >= list.rows.len()
}

/// Whether an element stands in a menu or a column beside the body.
pub(super) fn is_aside(dom: &Dom<'_>, element: Id) -> bool {
    static ASIDE: Words = Words::of(&[
        "aside", "sidebar", "left-nav", "leftnav", "submenu", "sub-nav", "leftmenu", "left", "side", "menu",
        "nav",
    ]);
    std::iter::once(element).chain(dom.ancestors(element)).any(|it| dom.is_marked(it, &ASIDE))
}

/// The menus beside the blocks of a channel: what has no dates and stands at the side.
///
/// Where everything stands at some side, the blocks that the channel is made of are told by their names.
pub(super) fn menus(dom: &Dom<'_>, kind: PageKind, lists: &[Found]) -> Vec<Id> {
    let aside: Vec<&Found> = lists.iter().filter(|it| is_aside(dom, it.element)).collect();
    let is_all = aside.len() == lists.len();
    let is_own = |it: &Found| it.name.as_deref().is_some_and(|name| signs::is_block_of(kind, name));
    let menus = aside.into_iter().filter(|it| it.dated() == 0 && !(is_all && is_own(it)));
    menus.map(|it| it.element).collect()
}

/// Whether every row leads to another host than the one before: quick links to other sites.
fn leads_away(list: &Found) -> bool {
    let host = |it: &Row| it.href.split("://").nth(1).and_then(|it| it.split('/').next()).map(str::to_owned);
    let hosts: Vec<Option<String>> = list.rows.iter().map(host).collect();
    hosts.iter().enumerate().all(|(at, it)| it.is_some() && !hosts[..at].contains(it))
}

/// Whether the rows are the tabs above other lists.
pub(super) fn is_row_of_tabs(dom: &Dom<'_>, list: &Found, names: &[String]) -> bool {
    let holders = [list.element, dom.parent(list.element)];
    let marked = holders.into_iter().find(|it| dom.is_marked(*it, &TAB_MARKS));
    // A box with a heading of its own is a block, whatever it is called: hd may stand for 互动.
    let is_headed = |holder: Id| {
        dom.elements(holder)
            .take_while(|it| *it < list.element)
            .any(|it| matches!(dom.tag(it), "h2" | "h3" | "h4") && dom.text_length(it) > 0)
    };
    if marked.is_some_and(|it| !is_headed(it)) && list.dated() == 0 {
        return true;
    }
    let tabs = list.rows.iter().filter(|it| names.contains(&it.title)).count();
    list.dated() == 0 && tabs * 2 > list.rows.len()
}
