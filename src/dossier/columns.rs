//! The site's columns: declared ones first, then those that navigation, home page and site map name.

use std::collections::BTreeSet;

use crate::base::{Address, ColumnKind, Day, Digest};
use crate::evidence::{Citation, Gap};
use crate::page::{Block, Dated, Link, List, NavEntry, Page, PageKind, ScriptSign};
use crate::site::Site;

use super::dates;
use super::seen::{Seen, Settled};
use super::{Certainty, Column, Content, Kinded, Origin, PageFact, Row, vocabulary};

/// The longest name a column bears; longer link texts are titles of entries.
const LONGEST_NAME: usize = 16;

/// Up to this length a text is a name rather than a title.
const SHORT_NAME: usize = 8;

/// Texts of links that never name a column.
const NO_COLUMNS: [&str; 30] = [
    "首页",
    "网站首页",
    "返回首页",
    "主页",
    "更多",
    "更多>>",
    "more",
    "English",
    "英文",
    "RSS",
    "登录",
    "注册",
    "用户登录",
    "搜索",
    "高级搜索",
    "站内搜索",
    "设为首页",
    "加入收藏",
    "收藏本站",
    "繁体",
    "繁体版",
    "无障碍",
    "无障碍浏览",
    "手机版",
    "上一页",
    "下一页",
    "尾页",
    "末页",
    "网站地图",
    "站点地图",
];

/// Columns that may be known by a site map.
pub(super) const SITE_MAP: [&str; 3] = ["网站地图", "站点地图", "网站导航"];

/// An address that may be a column, and how we know.
struct Candidate {
    name: String,
    kind: Kinded,
    address: Address,
    origin: Origin,
    first_level: bool,
    named_on: Citation,
}

/// Finds and reads the columns of a site, in the order in which a visitor meets them.
pub(super) fn columns(site: &Site, home: &PageFact, seen: &Seen<'_>, as_of: Day) -> Vec<Column> {
    let parts = parts(home, seen);
    let mut found = Found::new(site, home, &parts);
    found.declared(site, home);
    found.navigation(&home.page.navigation, Origin::Navigation, &home.citation);
    for part in parts {
        found.navigation(&part.page.navigation, Origin::Navigation, &part.citation);
    }
    found.blocks(&home.page, Origin::HomeBlock, &home.citation);
    if let Some(map) = site_map(home, seen) {
        found.site_map(map, seen);
    }
    // A parent names its children in its own blocks and navigation; two levels below the home page are enough.
    let mut read = 0;
    for _ in 0..2 {
        let until = found.list.len();
        for index in read..until {
            if let Some(fact) = seen.page(&found.list[index].address) {
                found.blocks(&fact.page, Origin::Parent, &fact.citation);
                found.navigation(&fact.page.navigation, Origin::Parent, &fact.citation);
            }
        }
        read = until;
    }
    let mut bodies: BTreeSet<Digest> = BTreeSet::new();
    let mut columns = Vec::new();
    for candidate in found.list {
        let (content, fact) = content(&candidate.address, site, home, seen, as_of);
        if is_no_column(&candidate, &content, fact) {
            continue;
        }
        // One list under two addresses is one column; two shells or two blank pages may well be two.
        let told_apart = matches!(content, Content::Unread(_) | Content::Blank);
        if let Some(fact) = fact
            && !told_apart
            && !bodies.insert(fact.citation.sha256)
        {
            continue;
        }
        columns.push(Column {
            citation: fact.map_or(candidate.named_on, |fact| fact.citation.clone()),
            name: candidate.name,
            kind: candidate.kind,
            address: candidate.address,
            origin: candidate.origin,
            first_level: candidate.first_level,
            content,
        });
    }
    columns
}

/// Pages that a page loads into itself (header, navigation): what a visitor sees is both.
pub(super) fn parts<'s>(fact: &PageFact, seen: &'s Seen<'_>) -> Vec<&'s PageFact> {
    fact.page.parts.iter().filter_map(|address| seen.page(address)).collect()
}

/// Kinds of column that any short link of the site speaks of, be it only by a hint: a channel under an odd name is
/// not missing.
pub(super) fn mentioned(seen: &Seen<'_>) -> BTreeSet<ColumnKind> {
    let named = |link: &&Link| match link.text.chars().count() {
        0..=SHORT_NAME => true,
        length => length <= LONGEST_NAME && vocabulary().kind_of(&link.text).certainty <= Certainty::Named,
    };
    let links = seen.pages().flat_map(|fact| &fact.page.links);
    links.filter(named).filter_map(|link| vocabulary().kind_of(&link.text).kind).collect()
}

/// What an address is known by, whatever its scheme, a leading `www.` and a default file name.
pub(super) fn key(address: &Address) -> String {
    let host = address.host().strip_prefix("www.").unwrap_or(address.host());
    let path = address.path_and_query();
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.split_once('.').map_or(file, |(stem, _)| stem);
    let is_default = matches!(stem.to_ascii_lowercase().as_str(), "" | "index" | "default");
    let file = if is_default && !file.contains('?') { "" } else { file };
    format!("{host}:{}{folder}/{file}", if address.is_secure() { 80 } else { address.port() })
}

struct Found<'a> {
    site: &'a Site,
    keys: BTreeSet<String>,
    /// Keys of what the first level of the home page's navigation leads to.
    first_level: BTreeSet<String>,
    list: Vec<Candidate>,
}

impl<'a> Found<'a> {
    fn new(site: &'a Site, home: &PageFact, parts: &[&PageFact]) -> Self {
        let mut keys = BTreeSet::from([key(&home.page.address)]);
        keys.extend(site.home.as_ref().map(key));
        let pages = std::iter::once(home).chain(parts.iter().copied());
        let entries = pages.flat_map(|it| &it.page.navigation);
        let first_level = entries.filter_map(|it| it.address.as_ref()).map(key).collect();
        Self { site, keys, first_level, list: Vec::new() }
    }

    fn declared(&mut self, site: &Site, home: &PageFact) {
        for column in &site.columns {
            let kind = Kinded { kind: Some(column.kind), certainty: Certainty::Declared };
            self.add(&column.name, kind, &column.address, Origin::Declared, &home.citation);
        }
    }

    fn navigation(&mut self, entries: &[NavEntry], origin: Origin, named_on: &Citation) {
        for entry in entries {
            if let Some(address) = &entry.address {
                self.named(&entry.text, address, origin, named_on);
            }
            self.navigation(&entry.children, origin, named_on);
        }
    }

    fn blocks(&mut self, page: &Page, origin: Origin, named_on: &Citation) {
        for list in &page.lists {
            if let (Some(name), Some(address)) = (&list.name, &list.more)
                && !list.is_main
            {
                self.named(name, address, origin, named_on);
            }
        }
    }

    fn site_map(&mut self, map: &PageFact, seen: &Seen<'_>) {
        for link in map.page.links.iter().filter(|link| link.block == Block::Main) {
            let Some(address) = &link.address else { continue };
            // A site map also links texts; only what is a list or a blank one is a column.
            if seen.page(address).is_some_and(|fact| fact.page.lists.iter().any(|list| list.is_main)) {
                self.named(&link.text, address, Origin::SiteMap, &map.citation);
            }
        }
    }

    fn named(&mut self, text: &str, address: &Address, origin: Origin, named_on: &Citation) {
        let name = text.trim_matches(|c: char| !c.is_alphanumeric());
        let length = name.chars().count();
        if !(2..=LONGEST_NAME).contains(&length) || NO_COLUMNS.contains(&name) {
            return;
        }
        self.add(name, vocabulary().kind_of(name), address, origin, named_on);
    }

    fn add(&mut self, name: &str, kind: Kinded, address: &Address, origin: Origin, named_on: &Citation) {
        // What a page of another site names is no column of this one, unless this site's own navigation leads there.
        if origin == Origin::Parent && !self.site.scope.contains(address) {
            return;
        }
        if self.keys.insert(key(address)) {
            let first_level = self.first_level.contains(&key(address));
            let (name, address, named_on) = (name.to_owned(), address.clone(), named_on.clone());
            self.list.push(Candidate { name, kind, address, origin, first_level, named_on });
        }
    }
}

fn site_map<'s>(home: &PageFact, seen: &'s Seen<'_>) -> Option<&'s PageFact> {
    let link = home.page.links.iter().find(|link| SITE_MAP.contains(&link.text.as_str()))?;
    seen.page(link.address.as_ref()?)
}

/// Candidates that a closer look shows to be something else: an article, a dead link, the home page again.
fn is_no_column(candidate: &Candidate, content: &Content, fact: Option<&PageFact>) -> bool {
    if candidate.origin == Origin::Declared {
        return false;
    }
    if candidate.origin == Origin::Navigation {
        return false;
    }
    // What a block or a site map leads to is a column only when it lists something, or should.
    let is_text =
        fact.is_some_and(|it| matches!(it.page.kind, PageKind::Article | PageKind::Guide | PageKind::Letter));
    is_text || matches!(content, Content::OneText | Content::Elsewhere)
}

fn content<'s>(
    address: &Address,
    site: &Site,
    home: &PageFact,
    seen: &'s Seen<'_>,
    as_of: Day,
) -> (Content, Option<&'s PageFact>) {
    if !site.scope.contains(address) {
        return (Content::Elsewhere, None);
    }
    match seen.settle(address) {
        Settled::Page(fact) if fact.citation.sha256 == home.citation.sha256 => {
            // Sent to the home page: the column cannot be seen.
            (Content::Unread(Gap::PageUnread), None)
        }
        Settled::Page(_) | Settled::Opens(_) if seen.disguise(address).is_some() => {
            (Content::Unread(Gap::PageUnread), None)
        }
        Settled::Page(fact) => (content_of(fact, seen, as_of), Some(fact)),
        Settled::Opens(entry) if !site.scope.contains(entry.address()) => (Content::Elsewhere, None),
        Settled::Opens(_) => (Content::OneText, None),
        Settled::Blocked => (Content::Unread(Gap::Blocked), None),
        Settled::NotAsked => (Content::Unread(Gap::WalkUnfinished), None),
        Settled::Status(_) | Settled::Failure(_) | Settled::FailedOnce | Settled::Loop => {
            (Content::Unread(Gap::PageUnread), None)
        }
    }
}

fn content_of(fact: &PageFact, seen: &Seen<'_>, as_of: Day) -> Content {
    let page = &fact.page;
    match page.kind {
        PageKind::Challenge => return Content::Unread(Gap::Blocked),
        PageKind::Error => return Content::Unread(Gap::PageUnread),
        _ => {}
    }
    if !page.letters.is_empty() {
        return letters(page, as_of);
    }
    let main = page.lists.iter().find(|list| list.is_main);
    match main {
        Some(list) if is_channel(page, list) => Content::Parent,
        Some(list) if !list.items.is_empty() && !are_words(list) => listed(list, seen, as_of),
        _ if page.by_script.is_some_and(ScriptSign::hides_lists) => Content::Unread(Gap::ByScript),
        // Names that lead nowhere and have no day are words on a page, and nothing that was published.
        Some(list) if !list.items.is_empty() => Content::OneText,
        _ if page.lists.iter().any(|list| !list.items.is_empty()) => Content::Parent,
        Some(_) if fact.whole => Content::Blank,
        Some(_) => Content::Unread(Gap::PageUnread),
        None => Content::OneText,
    }
}

/// Whether a page shows the newest of several columns and its main list is only the first of them: each leads on to a
/// page of its own, and none has a second page here. How old one block is says nothing of such a page.
fn is_channel(page: &Page, main: &List) -> bool {
    let leads_on = |list: &List| {
        list.more.as_ref().is_some_and(|it| key(it) != key(&page.address))
            && list.items.iter().any(|it| !matches!(it.date, Dated::Absent))
    };
    main.next_pages.is_empty()
        && leads_on(main)
        && page.lists.iter().filter(|it| !it.is_main && leads_on(it)).count() >= 2
}

/// Whether no row of a list leads anywhere or has a day: the departments of a catalogue, a template's placeholders.
pub(super) fn are_words(list: &List) -> bool {
    list.items.iter().all(|it| it.address.is_none() && matches!(it.date, Dated::Absent))
}

fn letters(page: &Page, as_of: Day) -> Content {
    let rows = page.letters.iter().map(|letter| {
        let when = super::letters::received(letter, as_of);
        Row { title: letter.title.clone(), address: letter.address.clone(), when }
    });
    let older_unread = page.lists.iter().any(|list| !list.next_pages.is_empty());
    Content::Listed { rows: rows.collect(), newer_unread: false, older_unread }
}

/// The rows of a list and of its further pages, as far as they were read.
fn listed(list: &List, seen: &Seen<'_>, as_of: Day) -> Content {
    let mut rows: Vec<Row> = list.items.iter().map(|item| dates::row(item, seen, as_of)).collect();
    let mut visited = BTreeSet::new();
    let mut ahead = list.next_pages.clone();
    let mut unread = false;
    while let Some(next) = ahead.pop() {
        if !visited.insert(key(&next)) {
            continue;
        }
        let page = seen.page(&next);
        match page.and_then(|fact| fact.page.lists.iter().find(|list| list.is_main)) {
            Some(more) => {
                rows.extend(more.items.iter().map(|item| dates::row(item, seen, as_of)));
                ahead.extend(more.next_pages.iter().cloned());
            }
            None => unread = true,
        }
    }
    let newer_unread = unread && is_rising(&rows);
    Content::Listed { rows, newer_unread, older_unread: unread }
}

/// Whether the list grows at its end, so that what was not read may be newer.
fn is_rising(rows: &[Row]) -> bool {
    let days: Vec<Day> = rows.iter().filter_map(|row| row.when.known()).collect();
    days.len() > 2 && days.is_sorted() && days.first() != days.last()
}

#[cfg(test)]
mod tests {
    use super::{are_words, key};

    #[test]
    fn names_that_lead_nowhere_and_have_no_day_are_words() {
        let list = |rows: &str| {
            let body = format!(
                "<title>甲县人民政府</title><div>当前位置：<a href=/>首页</a> &gt; 部门清单</div><h3>部门清单</h3><ul>{rows}</ul>"
            );
            let address = "http://a.example/bm/".parse().unwrap();
            let source = crate::page::Source { address: &address, content_type: None, body: body.as_bytes() };
            crate::page::read(&source).lists.into_iter().find(|it| it.is_main).unwrap()
        };
        let row = |date: &str| format!("<li onclick=\"location.href=''\">县发展改革局{date}</li>");
        assert!(are_words(&list(&row("").repeat(8))));
        assert!(!are_words(&list(&row("<span>2017-06-16</span>").repeat(8))));
    }

    #[test]
    fn a_page_of_several_columns_is_not_as_old_as_the_first_of_them() {
        let block = |name: &str, more: &str| {
            format!(
                "<div class=k><div class=til><div class=text>{name}</div>{more}</div><ul>\
                 <li><a href=./a/t20151010_8.html>全县{name}工作会议召开</a><span>2015-10-10</span></li>\
                 <li><a href=./a/t20151008_7.html>全县{name}名单公布</a><span>2015-10-08</span></li></ul></div>"
            )
        };
        let is_channel = |blocks: [String; 3]| {
            let head = "<title>重点工作</title><div>当前位置：<a href=../>首页</a> &gt; <a href=./>重点工作</a></div>";
            let (body, address) =
                (head.to_owned() + &blocks.concat(), "http://a.example/zdgz/".parse().unwrap());
            let source = crate::page::Source { address: &address, content_type: None, body: body.as_bytes() };
            let page = crate::page::read(&source);
            let main = page.lists.iter().find(|it| it.is_main).expect("a list that the page is about");
            super::is_channel(&page, main)
        };
        let [tourism, market, poverty] =
            ["qyly", "scjg", "lyfp"].map(|it| format!("<a class=more href=./{it}/>更多</a>"));
        assert!(is_channel([
            block("全域旅游", &tourism),
            block("市场监管", &market),
            block("旅游扶贫", &poverty)
        ]));
        // A column beside two others: its own rows are all there are.
        assert!(!is_channel([
            block("重点工作", ""),
            block("市场监管", &market),
            block("旅游扶贫", &poverty)
        ]));
    }

    #[test]
    fn one_column_under_several_addresses_has_one_key() {
        let key = |url: &str| key(&url.parse().unwrap());
        assert_eq!(key("http://www.a.example/tzgg/"), key("https://a.example/tzgg/index.html"));
        assert_eq!(key("http://a.example/tzgg/index.shtml"), key("http://a.example/tzgg/"));
        assert_ne!(key("http://a.example/list.jsp?id=1"), key("http://a.example/list.jsp?id=2"));
        assert_ne!(key("http://a.example/tzgg/index_1.html"), key("http://a.example/tzgg/"));
    }
}
