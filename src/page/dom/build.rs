//! Numbers the nodes of scraper's tree.

use std::borrow::Cow;
use std::cell::OnceCell;

use html5ever::ns;
use scraper::Html;
use scraper::node::{Element as ScraperElement, Node as ScraperNode};

use super::{Before, Dom, Element, Id, Node, Text, What};
use crate::base::{is_invisible, squeeze, squeezed};
use crate::page::links::handled;

impl<'a> Dom<'a> {
    /// Numbers the nodes of a tree.
    pub(in crate::page) fn of(html: &'a Html) -> Self {
        let mut dom = Self::default();
        // Comments are left out, so that this is a little more than enough; half the nodes are texts.
        let count = html.tree.values().len();
        dom.nodes.reserve(count);
        dom.elements.reserve(count / 2);
        dom.texts.reserve(count / 2);
        dom.attributes.reserve(count);
        dom.nodes.push(Node { parent: 0, end: 0, what: What::Root, silent: false });
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
                    dom.nodes[closed].end = dom.nodes.len();
                }
                next = parent.next_sibling();
                above = parent;
            }
        }
        let count = dom.nodes.len();
        while let Some(closed) = open.pop() {
            dom.nodes[closed].end = count;
        }
        dom.count();
        if dom.mark_clickable() {
            dom.count();
        }
        dom
    }

    fn push_element(&mut self, parent: Id, element: &'a ScraperElement) -> Id {
        let id = self.nodes.len();
        let tag = element.name();
        let (attributes, marks) = (self.attributes.len(), self.marks.len());
        let plain = element.attrs.iter().filter(|(name, _)| name.ns == ns!());
        self.attributes.extend(plain.map(|(name, value)| (&*name.local, &**value)));
        for name in ["class", "id"] {
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
        let silent = self.nodes[parent].silent || is_silent(tag);
        self.nodes.push(Node { parent, end: id + 1, what: What::Element(self.elements.len()), silent });
        self.elements.push(Element {
            id,
            tag,
            attributes: (attributes, self.attributes.len()),
            marks: (marks, self.marks.len()),
            is_block: is_block(tag),
            clickable: false,
            name: OnceCell::new(),
        });
        id
    }

    fn push_text(&mut self, parent: Id, raw: &'a str) -> Id {
        let id = self.nodes.len();
        let silent = self.nodes[parent].silent;
        self.nodes.push(Node { parent, end: id + 1, what: What::Text(self.texts.len()), silent });
        let (seen, gaps) = if silent {
            (Cow::Borrowed(""), (false, false))
        } else if raw.bytes().all(|it| it.is_ascii_whitespace()) {
            // What stands between the tags of a page that is indented: most of its texts.
            (Cow::Borrowed(""), (true, true))
        } else {
            (seen(raw), (opens_with_gap(raw.chars()), opens_with_gap(raw.chars().rev())))
        };
        self.texts.push(Text { id, raw, seen, gaps, day: OnceCell::new() });
        id
    }

    /// `<li onclick="location.href='…'">` is a link, where it holds none. Whether there is any.
    fn mark_clickable(&mut self) -> bool {
        if !self.attributes.iter().any(|(name, _)| *name == "onclick") {
            return false;
        }
        let handles = |it: &Id| self.attr(*it, "onclick").and_then(handled).is_some();
        let found: Vec<Id> = self.all().filter(|it| self.anchors(*it) == 0 && handles(it)).collect();
        for (at, id) in found.iter().enumerate() {
            // The innermost leads.
            let clickable = found.get(at + 1).is_none_or(|next| !self.contains(*id, *next));
            if let What::Element(element) = self.nodes[*id].what {
                self.elements[element].clickable = clickable;
            }
        }
        !found.is_empty()
    }

    fn count(&mut self) {
        let mut so_far = Before::default();
        self.before.clear();
        self.anchors.clear();
        self.before.reserve(self.nodes.len() + 1);
        for (id, node) in self.nodes.iter().enumerate() {
            self.before.push(so_far);
            match node.what {
                What::Root => {}
                What::Text(at) => {
                    let seen = &self.texts[at].seen;
                    so_far.texts += 1;
                    so_far.letters +=
                        seen.chars().count() - memchr::memchr_iter(b' ', seen.as_bytes()).count();
                    so_far.notes += usize::from(tells(seen));
                }
                What::Element(at) => {
                    let element = &self.elements[at];
                    if element.clickable || matches!(element.tag, "a" | "area") {
                        so_far.anchors += 1;
                        self.anchors.push(id);
                    }
                }
            }
        }
        self.before.push(so_far);
    }
}

/// Whether a text holds a number or says where something is from.
fn tells(seen: &str) -> bool {
    seen.chars().any(|it| it.is_ascii_digit() || matches!(it, '年' | '源' | '供' | '机' | '０'..='９'))
}

/// The signs of icon fonts: private characters that mean nothing.
fn is_sign(c: char) -> bool {
    ('\u{e000}'..='\u{f8ff}').contains(&c)
}

/// White space collapsed, and the signs of icon fonts left out.
fn seen(text: &str) -> Cow<'_, str> {
    // Those characters begin with one of two bytes, and few texts have either.
    let may_have_signs = text.bytes().any(|it| it == 0xee || it == 0xef);
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
