//! Labels with their values, however they are laid out: table cells, definition lists, `label：value` lines, headings
//! over text, tabs over panels.
//!
//! The caller says which texts are labels it knows; this file finds what belongs to each. A label without a value is
//! told from a label that is missing.

use std::borrow::Cow;
use std::ops::Range;

use super::areas::Areas;
use super::dom::{Dom, Id};
use super::links::leads_somewhere;
use super::pager::unbroken;

/// A label on the page.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// The text node of the label.
    pub(super) at: Id,
    /// As written, without numbering, brackets and colon.
    pub(super) label: String,
    /// What belongs to it; empty when there is nothing.
    pub(super) value: String,
    /// A picture or a file belongs to it.
    pub(super) has_media: bool,
}

impl Field {
    /// Whether anything but placeholders belongs to the label.
    pub(super) fn is_filled(&self) -> bool {
        let meant = self.value.chars().any(char::is_alphanumeric);
        meant || self.has_media
    }
}

/// A text that may be a label.
#[derive(Clone, Debug)]
pub(super) struct Labelled {
    at: Id,
    /// Where the label stands in the text.
    label: Range<usize>,
    /// Where what comes after the colon begins, if there is one.
    rest: Option<usize>,
}

/// The texts of a page that may be labels. Several readers ask for them.
fn labelled<'d>(dom: &'d Dom<'_>) -> &'d [Labelled] {
    dom.labelled.get_or_init(|| {
        let fragments = dom.fragments(0).filter(|(at, _)| !is_linked(dom, *at));
        fragments
            .filter_map(|(at, text)| split(text).map(|(label, rest)| Labelled { at, label, rest }))
            .collect()
    })
}

/// Whether a text is a link to somewhere, which is no label; a tab of this page may be one.
fn is_linked(dom: &Dom<'_>, at: Id) -> bool {
    dom.ancestors(at)
        .take(3)
        .any(|it| dom.tag(it) == "a" && dom.attr(it, "href").is_some_and(leads_somewhere))
}

/// A label with its numbering and brackets is not longer than this, in bytes.
const LONGEST: usize = 120;
const COLONS: [char; 2] = ['：', ':'];

/// Where label and rest of a text that may be a label stand in it.
///
/// A label holds no colon, so only what stands before the first one is looked at: texts are long and labels short.
fn split(text: &str) -> Option<(Range<usize>, Option<usize>)> {
    let start = &text[..text.floor_char_boundary(LONGEST + COLONS[0].len_utf8())];
    let colon = colon_in(start);
    let head = &text[..colon.unwrap_or(text.len())];
    if head.len() > LONGEST {
        return None;
    }
    let label = label_of(head)?;
    let from = label.as_ptr() as usize - text.as_ptr() as usize;
    Some((from..from + label.len(), colon))
}

/// Where the first colon stands, of either width.
fn colon_in(text: &str) -> Option<usize> {
    let wide = "：".as_bytes();
    let mut found = memchr::memchr2_iter(b':', wide[0], text.as_bytes());
    found.find(|at| text.as_bytes()[*at] == b':' || text.as_bytes()[*at..].starts_with(wide))
}

/// What a label says, without bullet, number and brackets: `（一）【办理条件】` says 办理条件.
fn label_of(head: &str) -> Option<&str> {
    let head = head
        .trim_start_matches(|c: char| {
            c.is_whitespace() || matches!(c, '●' | '■' | '◆' | '★' | '▪' | '·' | '•')
        })
        .trim_end();
    without_number(head).and_then(unbracketed).or_else(|| unbracketed(head))
}

/// What comes after `1、`, `（一）` or `第二 `.
fn without_number(head: &str) -> Option<&str> {
    let head = head.strip_prefix(['（', '(']).unwrap_or(head);
    let head = head.strip_prefix('第').unwrap_or(head);
    let rest = head.trim_start_matches(is_digit);
    let digits = head[..head.len() - rest.len()].chars().count();
    let ends = |c: char| c.is_whitespace() || matches!(c, '）' | ')' | '、' | '.' | '．');
    (1..=3).contains(&digits).then(|| rest.strip_prefix(ends))?.map(str::trim_start)
}

fn unbracketed(text: &str) -> Option<&str> {
    let text = text.strip_prefix(['【', '[', '〔']).unwrap_or(text);
    let label = text.strip_suffix(['】', ']', '〕']).unwrap_or(text).trim();
    let ends = |c: char| {
        matches!(c, '：' | ':' | '【' | '】' | '[' | ']' | '〔' | '〕' | '，' | '。' | '；' | ',' | ';')
    };
    ((2..=16).contains(&label.chars().take(17).count()) && !label.contains(ends)).then_some(label)
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十')
}

/// Every label that `is_known` in the body of the page, with its value.
///
/// A short text that ends with a colon ends the value before it, known or not.
pub(super) fn find(dom: &Dom<'_>, areas: &Areas, is_known: &dyn Fn(&str) -> bool) -> Vec<Field> {
    struct Hit {
        at: Id,
        label: String,
        rest: String,
        known: bool,
    }
    let mut hits: Vec<Hit> = Vec::new();
    for &Labelled { at, ref label, rest } in labelled(dom) {
        let text = dom.seen(at).unwrap_or_default();
        let label = unbroken(Cow::Borrowed(&text[label.clone()]));
        let known = is_known(&label);
        let rest = rest.map(|it| text[it..].trim_start_matches(COLONS).trim());
        let stops = rest == Some("") && label.chars().count() <= 12;
        if (known || stops) && areas.is_main(dom, at) {
            let rest = rest.unwrap_or_default().to_owned();
            hits.push(Hit { at, label: label.into_owned(), rest, known });
        }
    }
    let mut fields = Vec::new();
    for (index, hit) in hits.iter().enumerate() {
        if !hit.known {
            continue;
        }
        let foot = areas.footer.iter().copied().filter(|it| *it > hit.at).min().unwrap_or(dom.len());
        let next = hits.get(index + 1).map_or(foot, |it| it.at.min(foot));
        let (value, media) = if hit.rest.is_empty() {
            let (from, to) = extent(dom, hit.at, next);
            (dom.text_of(from, to, |_| true), has_media(dom, from, to))
        } else {
            (hit.rest.clone(), false)
        };
        let mut field = Field { at: hit.at, label: hit.label.clone(), value, has_media: media };
        if !field.is_filled()
            && let Some(panel) = panel_of(dom, hit.at)
        {
            field.value = dom.text(panel);
            field.has_media = has_media(dom, panel, dom.end(panel));
        }
        fields.push(field);
    }
    fields
}

/// The nodes that belong to a label: cells to the right of its cell, else everything up to the next label.
fn extent(dom: &Dom<'_>, at: Id, next: Id) -> (Id, Id) {
    let cell = dom.ancestors(at).take(6).find(|it| matches!(dom.tag(*it), "td" | "th"));
    if let Some(cell) = cell {
        let rest = dom.text_length(cell).saturating_sub(dom.text_length(at));
        if rest > 2 {
            return (at + 1, dom.end(cell).min(next.max(at + 1)));
        }
        let row = dom.parent(cell);
        let from = dom.end(cell);
        let to = dom.end(row).min(next.max(from));
        return (from, to);
    }
    if let Some(term) = dom.ancestors(at).take(4).find(|it| dom.tag(*it) == "dt") {
        return (dom.end(term), dom.end(dom.parent(term)).min(next.max(dom.end(term))));
    }
    // Not beyond the box that holds the labels: the end of the article, not the foot of the page.
    let own = dom.text_length(at);
    let bound = dom.ancestors(at).find(|it| dom.text_length(*it) > own + 400);
    let end = bound.map_or(dom.len(), |it| dom.end(it));
    (at + 1, end.min(next).max(at + 1))
}

fn has_media(dom: &Dom<'_>, from: Id, to: Id) -> bool {
    (from..to).any(|it| {
        dom.tag(it) == "img" && !dom.is_silent(it)
            || dom.tag(it) == "a" && dom.attr(it, "href").is_some_and(super::links::is_file)
    })
}

/// The panel under a row of tabs that belongs to the tab with this text.
fn panel_of(dom: &Dom<'_>, at: Id) -> Option<Id> {
    for tab in dom.ancestors(at).take(3).take_while(|it| !matches!(dom.tag(*it), "td" | "th" | "p" | "dt")) {
        let row = dom.parent(tab);
        let tabs: Vec<Id> = dom.child_elements(row).filter(|it| dom.tag(*it) == dom.tag(tab)).collect();
        if tabs.len() < 2 || tabs.iter().any(|it| dom.text_length(*it) > 14) {
            continue;
        }
        let place = tabs.iter().position(|it| *it == tab)?;
        let mut header = row;
        for _ in 0..3 {
            let parent = dom.parent(header);
            let after: Vec<Id> = dom.child_elements(parent).filter(|it| *it > header).collect();
            if after.len() == tabs.len() {
                return Some(after[place]);
            }
            for holder in after.iter().take(2) {
                let panels: Vec<Id> = dom.child_elements(*holder).collect();
                if panels.len() == tabs.len() {
                    return Some(panels[place]);
                }
            }
            header = parent;
        }
    }
    None
}
