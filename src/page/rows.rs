//! One row of a list: which of its links is the entry, what it is called, and which of its texts is its date.
//!
//! A date is taken where it stands alone: beside the link, in a cell, in a box of its own inside the link, after a
//! label, or at the very end of a title in brackets. A date within a title is part of the title.

use super::dates::{self, Reading};
use super::dom::{Dom, Id};
use super::links::{handler_target, name_of, target};
use super::model::{DateSource, Dated};
use super::words::Words;
use crate::base::squeezed;

/// What the title of a row is called, when it has a box of its own.
static NAME_MARKS: Words = Words::of(&["title", "name", "tit"]);
/// The same inside a link around the whole row.
static HEADING_MARKS: Words = Words::of(&["title", "tit ", "-tit", "_tit", "bt "]);
static PIN_MARKS: Words = Words::of(&["zhiding", "istop", "is-top", "stick", "zding"]);
/// In bytes; a sign of six characters, with blanks between them.
const LONGEST_PIN: usize = 40;

/// A row, before its address is resolved.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) from: Id,
    pub(super) to: Id,
    pub(super) title: String,
    /// As written.
    pub(super) href: String,
    /// Where it leads: the href, or what a handler says where that is idle.
    pub(super) target: String,
    pub(super) date: Dated,
    pub(super) pinned: bool,
    /// Other texts of the row that are days, with the column they stand in.
    pub(super) days: Vec<(usize, Reading)>,
}

/// What a stretch of nodes is.
#[derive(Debug)]
pub(super) enum Stretch {
    /// One entry.
    Row(Box<Row>),
    /// Two or three entries side by side in one row, as 某会召开 | 公报全文.
    Several(Vec<Row>),
    /// Several entries.
    Many,
    /// No entry.
    Nothing,
}

/// Links that lead to the same entry again, or to all entries.
const HELPERS: [&str; 26] = [
    "更多",
    "more",
    "详细",
    "详情",
    "查看",
    "查看详情",
    "查看更多",
    "阅读全文",
    "全文",
    "下载",
    "点击查看",
    "点击下载",
    "解读",
    "图解",
    "详细信息",
    "查看全部",
    "了解更多",
    "阅读更多",
    "进入",
    "详细>>",
    "立即办理",
    "在线办理",
    "在线申请",
    "我要咨询",
    "政策解读",
    "相关解读",
];

/// Those of them that columns and services are called by as well.
const NAMES: [&str; 6] = ["解读", "图解", "政策解读", "我要咨询", "在线办理", "在线申请"];

/// In characters, without brackets and arrows.
const LONGEST_HELPER: usize = 4;

/// Whether a link only helps on: 更多, 详细, 下载.
pub(super) fn is_helper(name: &str) -> bool {
    let is_aside = |c: &char| {
        c.is_whitespace()
            || matches!(
                c,
                '[' | ']' | '【' | '】' | '(' | ')' | '（' | '）' | '>' | '＞' | '»' | '<' | '+' | '.'
            )
            || matches!(c, '…' | '·' | '→')
    };
    let letters = || name.chars().filter(|it| !is_aside(it)).take(LONGEST_HELPER + 1);
    // The letters that they begin with.
    let begins = |first: char| {
        matches!(
            first,
            '更' | '详'
                | '查'
                | '阅'
                | '全'
                | '下'
                | '点'
                | '解'
                | '图'
                | '了'
                | '进'
                | '立'
                | '在'
                | '我'
                | '政'
                | '相'
                | 'm'
                | 'M'
        )
    };
    if letters().next().is_some_and(|it| !begins(it)) {
        return false;
    }
    // Titles are longer than any helper, and most names are titles.
    if letters().count() > LONGEST_HELPER {
        return false;
    }
    let start: String = letters().collect();
    start.is_empty() || HELPERS.contains(&start.to_lowercase().as_str())
}

/// Whether a link only helps on by a name that nothing else has: over a block, 政策解读 is what the block is called.
pub(super) fn is_mere_helper(name: &str) -> bool {
    is_helper(name) && !NAMES.contains(&name.trim())
}

/// A row has a title, a summary and a note or two.
const MOST_TEXTS: usize = 4;

/// A row with its pop-up has no more links than this.
const MOST_LINKS: usize = 24;

/// Characters of a squeezed text, blanks left out. Counting is quick, and asking each character is not.
fn length(text: &str) -> usize {
    text.chars().count() - text.bytes().filter(u8::is_ascii_whitespace).count()
}

/// The rows of a `<dl>` that sets a day under each title, with a link or without: from, to, and the title.
pub(super) fn pairs(dom: &Dom<'_>, id: Id) -> Option<Vec<(Id, Id, Id)>> {
    if dom.tag(id) != "dl" {
        return None;
    }
    let parts: Vec<Id> = dom.child_elements(id).collect();
    let pair = |pair: &[Id]| match pair {
        [title, day] if dom.tag(*title) == "dt" && dom.tag(*day) == "dd" => {
            let is_day =
                dom.fragments(*day).all(|(it, _)| dates::day_at(dom, it).is_some_and(Reading::is_sound));
            (dom.text_length(*day) > 0 && is_day).then(|| (*title, dom.end(*day), *title))
        }
        _ => None,
    };
    // A title that was left empty is no row.
    let pairs: Option<Vec<(Id, Id, Id)>> = parts.chunks(2).map(pair).collect();
    let pairs = pairs?.into_iter().filter(|(title, ..)| dom.text_length(*title) > 0).collect();
    Some(pairs)
}

/// Whether a stretch of nodes has more links than any row; what has many is entered, not read.
pub(super) fn has_many(dom: &Dom<'_>, from: Id, to: Id) -> bool {
    dom.anchors_between(from, to) > MOST_LINKS
}

/// Reads the nodes from `from` to before `to` as one row.
pub(super) fn read(dom: &Dom<'_>, from: Id, to: Id, is_data: bool) -> Stretch {
    if has_many(dom, from, to) {
        return Stretch::Many;
    }
    if dom.tag(from) == "dl" && dom.tagged(from, "dt").take(2).count() == 2 && pairs(dom, from).is_some() {
        return Stretch::Many;
    }
    let anchors: Vec<(Id, &str)> = dom
        .links_between(from, to)
        .map(|it| (it, name_of(dom, it)))
        .filter(|(_, name)| !name.is_empty())
        .collect();
    if anchors.is_empty() {
        return unlinked(dom, from, to, is_data);
    }
    // With nothing beside it to help on, it is an entry: 我要咨询 above 我要投诉.
    let is_entry = |anchor: Id, name: &str| {
        !is_helper(name) || NAMES.contains(&name) && dom.text_between(from, to) == dom.text_length(anchor)
    };
    if let [(anchor, name)] = anchors[..]
        && is_entry(anchor, name)
        && nested_list(dom, anchor, from, to).is_none()
    {
        return Stretch::Row(Box::new(made(dom, from, to, anchor, is_data)));
    }
    let entries: Vec<&(Id, &str)> = anchors.iter().filter(|(_, name)| !is_helper(name)).collect();
    let outside: Vec<&(Id, &str)> =
        entries.iter().copied().filter(|(id, _)| nested_list(dom, *id, from, to).is_none()).collect();
    // A list inside the row belongs to a pop-up, if the row has a date of its own outside of it.
    let has_popup = outside.len() < entries.len() && !outside.is_empty();
    let popup_is_aside = has_popup && own_days(dom, from, to, None).iter().any(|(_, _, it)| it.is_sound());
    if has_popup && !popup_is_aside {
        return if entries.len() > 1 { Stretch::Many } else { Stretch::Nothing };
    }
    let Some(principal) = outside.iter().rev().max_by_key(|(_, name)| length(name).min(60)).copied() else {
        return if entries.len() > 1 { Stretch::Many } else { helped(dom, from, to, &anchors, is_data) };
    };
    let href = |id: Id| dom.attr(id, "href").unwrap_or_default().trim();
    let size = length(principal.1);
    let rivals = outside
        .iter()
        .filter(|(id, name)| {
            let other = length(name);
            *id != principal.0
                && (href(*id) != href(principal.0) || name != &principal.1 && href(*id).len() < 2)
                && !name.starts_with(['[', '【', '〔', '('])
                && other >= 4
                && other * 2 > size
        })
        .count();
    if let Some(rows) = side_by_side(dom, from, to, &outside) {
        return Stretch::Several(rows);
    }
    if rivals > 0 {
        return Stretch::Many;
    }
    Stretch::Row(Box::new(made(dom, from, to, principal.0, is_data)))
}

/// Entries that share a row with nothing but a stroke between them; each is an entry of its own, without a date.
fn side_by_side(dom: &Dom<'_>, from: Id, to: Id, entries: &[&(Id, &str)]) -> Option<Vec<Row>> {
    if dom.tag(from) != "li" || !(2..=3).contains(&entries.len()) {
        return None;
    }
    let href = |id: Id| dom.attr(id, "href").unwrap_or_default().trim();
    let apart = entries.iter().enumerate().all(|(at, (id, name))| {
        length(name) >= 4
            && href(*id).len() > 1
            && entries[..at].iter().all(|(other, _)| href(*other) != href(*id))
    });
    let between = dom.text_of(from, to, |id| dom.tag(id) != "a");
    if !apart || !between.chars().all(|c| " |｜丨".contains(c)) {
        return None;
    }
    let row = |(id, _): &&(Id, &str)| {
        let (_, title) = title_of(dom, *id);
        let hint = dom.attr(*id, "title").map(str::trim).unwrap_or_default();
        Row {
            from,
            to,
            title: uncut(&title, hint),
            href: href(*id).to_owned(),
            target: href(*id).to_owned(),
            date: Dated::Absent,
            pinned: false,
            days: Vec::new(),
        }
    };
    Some(entries.iter().map(row).collect())
}

/// A row without any link: its title is its longest text, if it has a day of its own.
fn unlinked(dom: &Dom<'_>, from: Id, to: Id, is_data: bool) -> Stretch {
    let days = own_days(dom, from, to, None);
    let Some(reading) = best(&days).filter(Reading::is_sound) else { return captioned(dom, from, to) };
    // What ends with a colon names what stands beside it.
    let is_title = |id: Id, text: &str| {
        dates::day_at(dom, id).is_none()
            && !is_helper(text)
            && text.chars().any(char::is_alphabetic)
            && !text.ends_with([':', '：'])
    };
    let texts = dom.fragments_between(from, to).filter(|(id, text)| is_title(*id, text));
    let all: Vec<(Id, &str)> = texts.collect();
    let Some((at, title)) = all.iter().find(|(id, _)| is_named(dom, *id, from)).or_else(|| all.first())
    else {
        return Stretch::Nothing;
    };
    if length(title) > 80 || title.contains("欢迎") {
        return Stretch::Nothing;
    }
    let source = if is_data { DateSource::Data } else { DateSource::Text };
    Stretch::Row(Box::new(Row {
        from,
        to,
        title: uncut(title, ""),
        href: String::new(),
        target: dom.attr(from, "onclick").and_then(handler_target).unwrap_or_default().to_owned(),
        date: reading.dated(source),
        pinned: is_pinned(dom, from, to, *at),
        days: days.into_iter().map(|(_, column, reading)| (column, reading)).collect(),
    }))
}

/// Whether a text of the row that begins at `from` is marked as its title.
fn is_named(dom: &Dom<'_>, id: Id, from: Id) -> bool {
    dom.ancestors(id)
        .take_while(|it| *it >= from)
        .any(|it| matches!(dom.tag(it), "h2" | "h3" | "h4" | "h5") || dom.is_marked(it, &NAME_MARKS))
}

/// A picture with a caption, which may stand in a list of such without a link of its own.
fn captioned(dom: &Dom<'_>, from: Id, to: Id) -> Stretch {
    if !is_pictured(dom, from, to) {
        return Stretch::Nothing;
    }
    let mut texts = dom.fragments_between(from, to).filter(|(_, text)| text.chars().any(char::is_alphabetic));
    let (Some((at, title)), None) = (texts.next(), texts.next()) else { return Stretch::Nothing };
    if length(title) > 80 {
        return Stretch::Nothing;
    }
    Stretch::Row(Box::new(Row {
        from,
        to,
        title: uncut(title, ""),
        href: String::new(),
        target: String::new(),
        date: Dated::Absent,
        pinned: is_pinned(dom, from, to, at),
        days: Vec::new(),
    }))
}

/// The rows of a list, by their place among its children: those with a link, and those of the same make without one.
///
/// Of a list that is half written, or that leads on for some of its rows only, a reader sees all rows.
pub(super) fn with_alike(dom: &Dom<'_>, children: &[Id], led: Vec<usize>) -> Vec<usize> {
    let Some(model) = led.first().map(|it| children[*it]) else { return led };
    if led.len() == children.len() || !matches!(dom.tag(model), "li" | "tr" | "dl") {
        return led;
    }
    let is_row = |at: &usize| {
        let child = children[*at];
        dom.tag(child) == dom.tag(model) && dom.marks(child) == dom.marks(model) && dom.text_length(child) > 0
    };
    (0..children.len()).filter(|it| led.binary_search(it).is_ok() || is_row(it)).collect()
}

/// Whether a row shows one picture.
pub(super) fn is_pictured(dom: &Dom<'_>, from: Id, to: Id) -> bool {
    (from..to).filter(|it| dom.tag(*it) == "img").take(2).count() == 1
}

/// A row whose only link says 查看: its title is the rest of its text.
fn helped(dom: &Dom<'_>, from: Id, to: Id, anchors: &[(Id, &str)], is_data: bool) -> Stretch {
    let hrefs: Vec<&str> = anchors.iter().map(|(id, _)| dom.attr(*id, "href").unwrap_or_default()).collect();
    if hrefs.windows(2).any(|it| it[0] != it[1] && it[0].len() > 1) {
        return Stretch::Nothing;
    }
    let anchor = anchors[0].0;
    let texts: Vec<(Id, &str)> = dom
        .fragments_between(from, to)
        .filter(|(id, text)| {
            !dom.contains(anchor, *id) && dates::day_at(dom, *id).is_none() && length(text) >= 6
        })
        .collect();
    // A block of entries with one 更多 below them is no row.
    if texts.len() > MOST_TEXTS {
        return Stretch::Many;
    }
    let longest = || texts.iter().max_by_key(|(_, text)| length(text));
    let Some((_, title)) = texts.iter().find(|(id, _)| is_named(dom, *id, from)).or_else(longest) else {
        return Stretch::Nothing;
    };
    let mut row = made(dom, from, to, anchor, is_data);
    (*title).clone_into(&mut row.title);
    Stretch::Row(Box::new(row))
}

fn made(dom: &Dom<'_>, from: Id, to: Id, anchor: Id, is_data: bool) -> Row {
    let (title_at, text) = title_of(dom, anchor);
    let mut days = own_days(dom, from, to, Some((anchor, title_at)));
    let source = |source| if is_data { DateSource::Data } else { source };
    let mut title = text;
    let mut date = best(&days).map(|it| it.dated(source(DateSource::Text)));
    if date.is_none() && dom.notes_between(from, to) > 0 {
        let aside = dom.text_of(from, to, |id| id != anchor && dom.tag(id) != "a");
        date = dates::labelled(&aside)
            .or_else(|| fragments(dom, from, to, anchor).find_map(dates::beside))
            .map(|it| it.dated(source(DateSource::Text)));
    }
    if date.is_none()
        && let Some((rest, reading)) = trailing(&title)
    {
        title = rest;
        date = Some(reading.dated(source(DateSource::Text)));
    }
    let hint = dom.attr(anchor, "title").map(str::trim).unwrap_or_default();
    if date.is_none() {
        let hints = (from..to).filter_map(|it| dom.attr(it, "title"));
        date = hints
            .filter_map(|it| Some((it, dates::whole(it).or_else(|| dates::labelled(it))?)))
            .find(|(hint, _)| squeezed(hint) != title)
            .filter(|(_, reading)| reading.is_sound())
            .map(|(_, reading)| reading.dated(source(DateSource::Title)));
    }
    let columns = days.drain(..).map(|(_, column, reading)| (column, reading)).collect();
    Row {
        from,
        to,
        title: uncut(&title, hint),
        href: dom.attr(anchor, "href").unwrap_or_default().trim().to_owned(),
        target: target(dom, anchor).to_owned(),
        date: date.unwrap_or(Dated::Absent),
        pinned: is_pinned(dom, from, to, anchor),
        days: columns,
    }
}

/// The element that holds the title inside a link, and the title.
///
/// A link around a whole box has its title in a heading; the rest is summary and date.
fn title_of(dom: &Dom<'_>, anchor: Id) -> (Id, String) {
    let heading = dom.elements(anchor).find(|it| {
        matches!(dom.tag(*it), "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
            || (dom.text_length(*it) >= 4 && dom.is_marked(*it, &HEADING_MARKS))
    });
    if let Some(heading) =
        heading.filter(|it| dom.text_length(*it) > 0 && dates::whole(&dom.text(*it)).is_none())
    {
        return (heading, dom.text(heading));
    }
    // Boxes within one box are as good as boxes within the link.
    let only = |id: &Id| {
        let inner = dom.child_elements(*id).find(|it| dom.text_length(*it) > 0)?;
        (dom.text_length(inner) == dom.text_length(*id)).then_some(inner)
    };
    let outer = std::iter::successors(Some(anchor), only).last().unwrap_or(anchor);
    let holder = if dom.child_elements(outer).next().is_some() { outer } else { anchor };
    let parts: Vec<(Id, String)> = dom
        .child_elements(holder)
        .filter(|it| dom.text_length(*it) > 0)
        .map(|it| (it, dom.text(it)))
        .collect();
    // The attribute may name the thing alone, where the link goes on with what is said of it.
    let hint = dom.attr(anchor, "title").map(str::trim).unwrap_or_default();
    if let [(id, first), (next, _), ..] = parts.as_slice()
        && length(hint) >= 4
        && first.starts_with(hint)
        && matches!(dom.tag(*next), "p" | "div")
    {
        return (*id, first.clone());
    }
    // A sentence below a name is what is said of it.
    let is_told = matches!(parts.as_slice(), [(_, name), (next, told)]
        if length(name) >= 4 && matches!(dom.tag(*next), "p" | "div") && told.ends_with(['。', '…']));
    let dated = parts.iter().any(|(_, text)| dates::whole(text).is_some());
    if dated || is_told || (parts.len() > 1 && dom.text_length(anchor) > 60) {
        let rest = parts.iter().find(|(_, text)| dates::whole(text).is_none() && length(text) >= 4);
        let loose =
            dom.text_of(holder, dom.end(holder), |id| dom.parent(id) != holder || !dom.is_element(id));
        if length(&loose) >= 4 {
            return (anchor, loose);
        }
        if let Some((id, text)) = rest {
            return (*id, text.clone());
        }
    }
    (anchor, name_of(dom, anchor).to_owned())
}

/// Every text of the row that is a day and nothing else, with its node and its column.
fn own_days(dom: &Dom<'_>, from: Id, to: Id, title: Option<(Id, Id)>) -> Vec<(Id, usize, Reading)> {
    let mut days: Vec<(Id, usize, Reading)> = Vec::new();
    let is_title = |id: Id| {
        title.is_some_and(|(anchor, at)| dom.contains(at, id) && (at != anchor || !is_boxed(dom, at, id)))
    };
    let mut short: Vec<(Id, &str)> = Vec::new();
    for (id, text) in dom.fragments_between(from, to) {
        let is_short = text.len() <= 12 * 4 && length(text) <= 12;
        let day = dates::day_at(dom, id);
        if !is_short && day.is_none() || is_title(id) || nested_list(dom, id, from, to).is_some() {
            continue;
        }
        if is_short {
            short.push((id, text));
        }
        if let Some(reading) = day {
            days.push((id, column_of(dom, id, from), reading.clone()));
        }
    }
    if days.iter().any(|(_, _, it)| matches!(it, Reading::Day(_))) {
        return days;
    }
    // Year, month and day in boxes of their own: read what stands side by side together.
    for size in [3, 2] {
        for window in short.windows(size) {
            let (first, last) = (window[0].0, window[size - 1].0);
            if (first..last).any(|it| dom.tag(it) == "a" || title.is_some_and(|(_, at)| it == at)) {
                continue;
            }
            let joined = window.iter().map(|(_, text)| *text).collect::<Vec<_>>().join(" ");
            if let Some(reading @ (Reading::Day(_) | Reading::Yearless { .. })) = dates::whole(&joined) {
                let whole = matches!(reading, Reading::Day(_));
                if whole || !days.iter().any(|(_, _, it)| it.is_sound()) {
                    days.push((first, column_of(dom, first, from), reading));
                    if whole {
                        return days;
                    }
                }
            }
        }
    }
    days
}

/// Whether a text inside a link stands in a box of its own, beside the title.
fn is_boxed(dom: &Dom<'_>, anchor: Id, id: Id) -> bool {
    let parent = dom.parent(id);
    parent != anchor && dom.contains(anchor, parent)
}

/// Which cell of the row a node stands in.
fn column_of(dom: &Dom<'_>, id: Id, row: Id) -> usize {
    let cell = std::iter::once(id).chain(dom.ancestors(id)).find(|it| dom.parent(*it) == row);
    cell.map_or(0, |cell| dom.child_elements(row).take_while(|it| *it != cell).count())
}

/// The most telling of several days: a whole one before a yearless one, the latest of whole ones.
///
/// A row with two days has an older one (成文日期) and a newer one (发布日期); taking the older could accuse wrongly.
fn best(days: &[(Id, usize, Reading)]) -> Option<Reading> {
    let whole =
        days.iter().filter_map(|(_, _, it)| if let Reading::Day(day) = it { Some(*day) } else { None }).max();
    if let Some(day) = whole {
        return Some(Reading::Day(day));
    }
    days.iter().find(|(_, _, it)| it.is_sound()).or_else(|| days.first()).map(|(_, _, it)| it.clone())
}

fn fragments<'d>(dom: &'d Dom<'_>, from: Id, to: Id, anchor: Id) -> impl Iterator<Item = &'d str> {
    dom.fragments_between(from, to).filter(move |(id, _)| !dom.contains(anchor, *id)).map(|(_, text)| text)
}

/// A title that ends with its date: `标题 [2017-06-16]`, `标题 2017-06-16`.
fn trailing(title: &str) -> Option<(String, Reading)> {
    if !title.chars().any(dates::may_count) {
        return None;
    }
    let plain = dates::plain(title);
    let cut = plain.rfind(['[', '(', '（', '【']).or_else(|| plain.rfind(' '))?;
    let (rest, date) = (plain[..cut].trim(), plain[cut..].trim());
    let digits = date.chars().filter(char::is_ascii_digit).count();
    let signs = date.chars().filter(|c| "-/.".contains(*c)).count();
    let reading = dates::whole(date)?;
    let telling = matches!(reading, Reading::Day(_)) && digits >= 5
        || date.starts_with(['[', '(', '（', '【']) && signs == 1 && reading.is_sound();
    // A day that the title says more than once is part of it.
    if rest.contains(date) {
        return telling.then(|| (title.to_owned(), reading));
    }
    (telling && length(rest) >= 4).then(|| (rest.to_owned(), reading))
}

/// A title without the mark that stands before it.
pub(super) fn without_bullet(text: &str) -> &str {
    text.trim_start_matches(['·', '•', '▪', '■', '◆', '>', '＞', '»', '●', '□', '◇', '○', '※', '★'])
        .trim_start()
}

/// The whole title, where the text was cut with … and the `title` attribute has it all; the title alone, where the
/// text goes on behind it.
fn uncut(text: &str, hint: &str) -> String {
    let text = without_bullet(text).trim_end_matches(['>', '＞', '»', ' ']).trim();
    let start = text.trim_end_matches(['.', '…', '。', ' ']);
    let is_cut =
        text.ends_with("...") || text.ends_with('…') || text.ends_with("..") || text.ends_with("．．");
    // Mostly the attribute says what is shown.
    if !is_cut && text == hint && !text.is_empty() {
        return text.to_owned();
    }
    let hint = squeezed(hint);
    if is_cut && hint.len() > start.len() {
        let hint = hint.trim_start_matches("标题：").trim_start_matches("文章标题：").trim();
        if hint.starts_with(start) {
            // A hint that goes on with author and date carries them after the title.
            return hint.split(" 发布").next().unwrap_or(hint).trim().to_owned();
        }
    }
    let goes_on = length(&hint) >= 2 && text.len() > hint.len() && text.starts_with(&*hint);
    if text.is_empty() || goes_on && text[hint.len()..].starts_with(' ') {
        hint.into_owned()
    } else {
        text.to_owned()
    }
}

fn is_pinned(dom: &Dom<'_>, from: Id, to: Id, anchor: Id) -> bool {
    (from..to).any(|id| {
        if let Some(words) = dom.seen(id) {
            // A long title may speak of what is pinned.
            if words.len() > LONGEST_PIN && dom.contains(anchor, id) {
                return false;
            }
            return words.contains(['顶', '荐'])
                && (words.contains("置顶") && (length(words) <= 6 || !dom.contains(anchor, id))
                    || words == "荐"
                    || words == "[荐]"
                    || words == "顶");
        }
        if dom.is_element(id) {
            let named = dom.is_marked(id, &PIN_MARKS);
            let picture = dom.tag(id) == "img"
                && dom
                    .attr(id, "alt")
                    .or_else(|| dom.attr(id, "title"))
                    .is_some_and(|it| it.contains("置顶"));
            return named || picture;
        }
        false
    })
}

/// The list inside the row that a node stands in, if any.
fn nested_list(dom: &Dom<'_>, id: Id, from: Id, to: Id) -> Option<Id> {
    dom.ancestors(id).take_while(|it| *it > from && *it < to).find(|it| matches!(dom.tag(*it), "ul" | "ol"))
}

#[cfg(test)]
mod tests {
    use super::{HELPERS, is_helper};

    #[test]
    fn a_link_that_only_helps_on_is_told_whatever_stands_around_its_name() {
        for name in HELPERS.iter().filter(|it| it.chars().count() <= 4) {
            assert!(is_helper(name) && is_helper(&format!("[{name}…]>>")), "{name}");
        }
        assert!(is_helper("MORE+") && is_helper(">>") && is_helper(""));
        for name in ["更多精彩内容", "关于做好防汛工作的通知", "政务公开", "图片新闻"]
        {
            assert!(!is_helper(name), "{name}");
        }
    }
}
