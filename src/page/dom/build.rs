//! Numbers the nodes of scraper's tree.

use std::borrow::Cow;
use std::cell::OnceCell;

use html5ever::ns;
use scraper::Html;
use scraper::node::{Element as ScraperElement, Node as ScraperNode};

use super::{Before, Dom, Element, Id, Kind, Node, Tag, Text, bit, small};
use crate::base::{is_invisible, squeeze, squeezed};
use crate::page::links::handled;

/// The names that are met and asked for most.
const FREQUENT: [&str; 12] =
    ["a", "li", "div", "td", "span", "img", "tr", "p", "script", "ul", "table", "meta"];
/// HTML knows some hundred names, and a page uses half of them at most.
const MOST_TAGS: usize = 250;

impl<'a> Dom<'a> {
    /// Numbers the nodes of a tree.
    pub(in crate::page) fn of(html: &'a Html) -> Self {
        let mut dom = Self { tags: FREQUENT.iter().copied().map(Tag::of).collect(), ..Self::default() };
        // Comments are left out, so that this is a little more than enough; half the nodes are texts.
        let count = html.tree.values().len();
        dom.nodes.reserve(count);
        dom.elements.reserve(count / 2);
        dom.texts.reserve(count / 2);
        dom.attributes.reserve(count);
        dom.nodes.push(Node { parent: 0, end: 0, at: 0, kind: Kind::Root, silent: false });
        let mut open: Vec<Id> = vec![0];
        let mut next = html.tree.root().first_child();
        while let Some(node) = next {
            let parent = open.last().copied().unwrap_or_default();
            let kept = match node.value() {
                ScraperNode::Element(element) => Some(dom.push_element(parent, element)),
                ScraperNode::Text(text) => Some(dom.push_text(parent, text)),
                _ => None,
            };
            if let Some(id) = kept
                && let Some(child) = node.first_child()
            {
                open.push(id);
                next = Some(child);
                continue;
            }
            next = node.next_sibling();
            let mut above = node;
            while next.is_none() && open.len() > 1 {
                let Some(parent) = above.parent() else { break };
                if let Some(closed) = open.pop() {
                    dom.nodes[closed].end = small(dom.nodes.len());
                }
                next = parent.next_sibling();
                above = parent;
            }
        }
        let count = small(dom.nodes.len());
        while let Some(closed) = open.pop() {
            dom.nodes[closed].end = count;
        }
        dom.names.resize_with(dom.elements.len(), OnceCell::new);
        dom.days.resize_with(dom.texts.len(), OnceCell::new);
        dom.count();
        if dom.mark_clickable() {
            dom.count();
        }
        dom
    }

    fn push_element(&mut self, parent: Id, element: &'a ScraperElement) -> Id {
        let id = self.nodes.len();
        let (attributes, marks) = (self.attributes.len(), self.marks.len());
        let mut holds = 0;
        for (name, value) in element.attrs.iter().filter(|(name, _)| name.ns == ns!()) {
            holds |= bit(&name.local);
            self.attributes.push((&name.local, value));
        }
        for name in ["class", "id"].into_iter().filter(|it| holds & bit(it) != 0) {
            let value = self.attributes[attributes..].iter().find(|(it, _)| *it == name);
            for word in value.into_iter().flat_map(|(_, it)| it.split_ascii_whitespace()) {
                self.marks.push(' ');
                self.marks.push_str(word);
            }
        }
        self.marks[marks..].make_ascii_lowercase();
        if self.marks.len() > marks {
            self.marks.push(' ');
        }
        let tag = self.tag_number(element.name());
        let silent = self.nodes[parent].silent || self.tags[usize::from(tag)].is_silent;
        let at = small(self.elements.len());
        self.nodes.push(Node { parent: small(parent), end: small(id + 1), at, kind: Kind::Element, silent });
        self.elements.push(Element {
            holds,
            id: small(id),
            attributes: (small(attributes), small(self.attributes.len())),
            marks: (small(marks), small(self.marks.len())),
            tag,
            clickable: false,
        });
        id
    }

    /// The number of an element's name; all that come after the [`MOST_TAGS`]th share one, and count as nameless.
    fn tag_number(&mut self, name: &'a str) -> u8 {
        let first = name.as_bytes().first();
        let is_it = |it: &Tag<'_>| it.name.as_bytes().first() == first && it.name == name;
        let known = self.tags.iter().position(is_it);
        let at = known.unwrap_or_else(|| {
            if self.tags.len() <= MOST_TAGS {
                self.tags.push(Tag::of(if self.tags.len() < MOST_TAGS { name } else { "" }));
            }
            self.tags.len() - 1
        });
        u8::try_from(at).unwrap_or(u8::MAX)
    }

    fn push_text(&mut self, parent: Id, raw: &'a str) -> Id {
        let id = self.nodes.len();
        let silent = self.nodes[parent].silent;
        let at = small(self.texts.len());
        self.nodes.push(Node { parent: small(parent), end: small(id + 1), at, kind: Kind::Text, silent });
        let mut text = Text { raw, id: small(id), seen: (0, 0), is_rewritten: false, gaps: (false, false) };
        if silent {
            // Nobody sees it.
        } else if raw.bytes().all(|it| it.is_ascii_whitespace()) {
            // What stands between the tags of a page that is indented: most of its texts.
            text.gaps = (true, true);
        } else {
            text.gaps = (opens_with_gap(raw.chars()), opens_with_gap(raw.chars().rev()));
            match seen(raw) {
                Cow::Borrowed(part) => {
                    let from = part.as_ptr() as usize - raw.as_ptr() as usize;
                    text.seen = (small(from), small(from + part.len()));
                }
                Cow::Owned(new) if new.is_empty() => {}
                Cow::Owned(new) => {
                    (text.seen.0, text.is_rewritten) = (small(self.rewritten.len()), true);
                    self.rewritten.push(new.into());
                }
            }
        }
        self.texts.push(text);
        id
    }

    /// `<li onclick="location.href='…'">` is a link, where it holds none. Whether there is any.
    fn mark_clickable(&mut self) -> bool {
        if !self.elements.iter().any(|it| it.holds & bit("onclick") != 0) {
            return false;
        }
        let handles = |it: &Id| self.attr(*it, "onclick").and_then(handled).is_some();
        let found: Vec<Id> = self.all().filter(|it| self.anchors(*it) == 0 && handles(it)).collect();
        for (at, id) in found.iter().enumerate() {
            // The innermost leads.
            let clickable = found.get(at + 1).is_none_or(|next| !self.contains(*id, *next));
            let element = self.nodes[*id].at as usize;
            self.elements[element].clickable = clickable;
        }
        !found.is_empty()
    }

    fn count(&mut self) {
        let mut so_far = Before::default();
        self.before.clear();
        self.anchors.clear();
        self.before.reserve(self.nodes.len() + 1);
        let leads: Vec<bool> = self.tags.iter().map(|it| matches!(it.name, "a" | "area")).collect();
        for (id, node) in self.nodes.iter().enumerate() {
            self.before.push(so_far);
            match node.kind {
                Kind::Root => {}
                Kind::Text => {
                    let text = &self.texts[node.at as usize];
                    so_far.texts += 1;
                    if text.is_seen() {
                        let signs = Signs::of(self.seen_of(text));
                        so_far.letters += signs.letters;
                        so_far.notes += u32::from(signs.is_note);
                        so_far.labels += u32::from(signs.is_label);
                        so_far.steps += u32::from(signs.is_step);
                    }
                }
                Kind::Element => {
                    let element = &self.elements[node.at as usize];
                    if element.clickable || leads[usize::from(element.tag)] {
                        so_far.anchors += 1;
                        self.anchors.push(small(id));
                    }
                }
            }
        }
        self.before.push(so_far);
    }
}

impl<'a> Tag<'a> {
    fn of(name: &'a str) -> Self {
        Self { name, is_block: is_block(name), is_silent: is_silent(name) }
    }
}

/// What the letters of a text say of it.
#[derive(Debug, Default)]
struct Signs {
    /// How many there are, blanks left out.
    letters: u32,
    /// It holds a number or says where something is from.
    is_note: bool,
    /// It has a letter of the labels of days and sources: 期 间 布 最 源 供.
    is_label: bool,
    /// It has a letter of 首页, 主页 or home, or a sign that parts a breadcrumb.
    is_step: bool,
}

impl Signs {
    fn of(seen: &str) -> Self {
        let mut signs = Self::default();
        for c in seen.chars() {
            signs.letters += u32::from(c != ' ');
            // Nearly every letter of Chinese is told from all of these by one look.
            if ('\u{2000}'..'\u{f000}').contains(&c) && TELLING >> (u32::from(c) & 63) & 1 == 0 {
                continue;
            }
            signs.is_note |= c.is_ascii_digit() || matches!(c, '年' | '源' | '供' | '机' | '０'..='９');
            signs.is_label |= LABELS.contains(&c);
            signs.is_step |= matches!(c, '首' | '主' | 'h' | 'H' | '>' | '＞' | '»' | '›');
        }
        signs
    }
}

const LABELS: [char; 6] = ['期', '间', '布', '最', '源', '供'];
/// The last six bits of each telling letter between two bounds, most of them Chinese.
const TELLING: u64 = {
    let letters = ['期', '间', '布', '最', '源', '供', '年', '机', '首', '主', '›'];
    let (mut bits, mut at) = (0, 0);
    while at < letters.len() {
        bits |= 1 << (letters[at] as u32 & 63);
        at += 1;
    }
    bits
};

/// The signs of icon fonts: private characters that mean nothing.
fn is_sign(c: char) -> bool {
    ('\u{e000}'..='\u{f8ff}').contains(&c)
}

/// White space collapsed, and the signs of icon fonts left out.
fn seen(text: &str) -> Cow<'_, str> {
    // Those characters begin with one of two bytes, and few texts have either.
    let may_have_signs = memchr::memchr2(0xee, 0xef, text.as_bytes()).is_some();
    if may_have_signs && text.contains(is_sign) {
        return Cow::Owned(squeeze(&text.replace(is_sign, "")));
    }
    squeezed(text)
}

/// Whether white space comes before anything that is seen.
fn opens_with_gap(mut text: impl Iterator<Item = char>) -> bool {
    text.find(|c| !is_invisible(*c) && !is_sign(*c)).is_some_and(char::is_whitespace)
}

fn is_silent(tag: &str) -> bool {
    matches!(
        tag,
        "head"
            | "script"
            | "style"
            | "noscript"
            | "template"
            | "iframe"
            | "noframes"
            | "object"
            | "svg"
            | "math"
    )
}

fn is_block(tag: &str) -> bool {
    !matches!(
        tag,
        "" | "a"
            | "abbr"
            | "b"
            | "big"
            | "cite"
            | "code"
            | "em"
            | "font"
            | "i"
            | "img"
            | "ins"
            | "label"
            | "mark"
            | "o:p"
            | "q"
            | "s"
            | "small"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "u"
            | "ucapcontent"
    )
}
