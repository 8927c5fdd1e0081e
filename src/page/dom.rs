//! The tree of a page, flat: every node has a number, and a subtree is a range of numbers.
//!
//! Built once from scraper's tree, so that everything after it is a matter of comparing numbers. It knows which text a
//! visitor can see, and nothing about what the text means.

use std::borrow::Cow;
use std::cell::OnceCell;

use scraper::Html;
use scraper::node::{Element, Node as ScraperNode};

use super::dates::Reading;
use super::fields::Labelled;
use super::links::handled;
use crate::base::{Squeezer, is_invisible, squeeze, squeezed};

/// The number of a node, in the order of the document.
pub(super) type Id = usize;

/// A page as a list of nodes.
#[derive(Debug)]
pub(super) struct Dom<'a> {
    nodes: Vec<Node<'a>>,
    /// Characters of visible text before each node.
    text_before: Vec<usize>,
    /// Links before each node: anchors, areas of maps, and other elements that lead somewhere when clicked.
    anchors_before: Vec<usize>,
    /// Texts before each node that hold a number or say where something is from.
    notes_before: Vec<usize>,
    /// Texts that may be labels, found when they are first asked for.
    pub(super) labelled: OnceCell<Vec<Labelled>>,
    /// The day that each text is, read when it is first asked for.
    pub(super) days: Vec<OnceCell<Option<Reading>>>,
    /// What each link is called, read when it is first asked for.
    pub(super) names: Vec<OnceCell<String>>,
}

#[derive(Debug)]
struct Node<'a> {
    parent: Id,
    end: Id,
    what: What<'a>,
    /// Class and id in lower case, with blanks around each.
    marks: String,
    /// A text as a visitor sees it; empty for everything else.
    seen: Cow<'a, str>,
    /// Inside `<head>`, script, style or another element whose text nobody reads.
    silent: bool,
    /// No anchor, and leads somewhere when clicked.
    clickable: bool,
}

#[derive(Debug)]
enum What<'a> {
    Root,
    Element(&'a Element),
    Text(&'a str),
}

impl<'a> Node<'a> {
    fn new(parent: Id, what: What<'a>, marks: String, silent: bool) -> Self {
        let seen = match what {
            What::Text(text) if !silent => seen(text),
            _ => Cow::Borrowed(""),
        };
        Self { parent, end: 0, what, marks, seen, silent, clickable: false }
    }
}

impl<'a> Dom<'a> {
    /// Numbers the nodes of a tree.
    pub(super) fn of(html: &'a Html) -> Self {
        let mut nodes = vec![Node::new(0, What::Root, String::new(), false)];
        let mut open: Vec<Id> = vec![0];
        let mut next = html.tree.root().first_child();
        while let Some(node) = next {
            let parent = open.last().copied().unwrap_or_default();
            let what = match node.value() {
                ScraperNode::Element(element) => Some(What::Element(element)),
                ScraperNode::Text(text) => Some(What::Text(text)),
                _ => None,
            };
            let id = nodes.len();
            let kept = what.is_some();
            if let Some(what) = what {
                let (marks, mutes) = match &what {
                    What::Element(element) => (marks_of(element), is_silent(element.name())),
                    What::Text(_) | What::Root => (String::new(), false),
                };
                let silent = nodes[parent].silent || mutes;
                nodes.push(Node { end: id + 1, ..Node::new(parent, what, marks, silent) });
            }
            if kept && let Some(child) = node.first_child() {
                open.push(id);
                next = Some(child);
                continue;
            }
            next = node.next_sibling();
            let mut above = node;
            while next.is_none() && open.len() > 1 {
                let Some(parent) = above.parent() else { break };
                if let Some(closed) = open.pop() {
                    nodes[closed].end = nodes.len();
                }
                next = parent.next_sibling();
                above = parent;
            }
        }
        let count = nodes.len();
        while let Some(closed) = open.pop() {
            nodes[closed].end = count;
        }
        let mut dom = Self {
            nodes,
            text_before: Vec::new(),
            anchors_before: Vec::new(),
            notes_before: Vec::new(),
            labelled: OnceCell::new(),
            days: vec![OnceCell::new(); count],
            names: vec![OnceCell::new(); count],
        };
        dom.count();
        if dom.mark_clickable() {
            dom.count();
        }
        dom
    }

    /// `<li onclick="location.href='…'">` is a link, where it holds none. Whether there is any.
    fn mark_clickable(&mut self) -> bool {
        let handles = |it: &Id| self.attr(*it, "onclick").and_then(handled).is_some();
        let found: Vec<Id> = self.all().filter(|it| self.anchors(*it) == 0 && handles(it)).collect();
        for (at, id) in found.iter().enumerate() {
            // The innermost leads.
            self.nodes[*id].clickable = found.get(at + 1).is_none_or(|next| !self.contains(*id, *next));
        }
        !found.is_empty()
    }

    fn count(&mut self) {
        let (mut text, mut anchors, mut notes) = (0, 0, 0);
        for counted in [&mut self.text_before, &mut self.anchors_before, &mut self.notes_before] {
            counted.clear();
        }
        for node in &self.nodes {
            self.text_before.push(text);
            self.anchors_before.push(anchors);
            self.notes_before.push(notes);
            match node.what {
                What::Text(_) if !node.silent => {
                    let mut tells = false;
                    for c in node.seen.chars().filter(|c| *c != ' ') {
                        text += 1;
                        tells |= c.is_ascii_digit() || matches!(c, '年' | '源' | '供' | '机' | '０'..='９');
                    }
                    notes += usize::from(tells);
                }
                What::Element(element) if node.clickable || matches!(element.name(), "a" | "area") => {
                    anchors += 1;
                }
                _ => {}
            }
        }
        self.text_before.push(text);
        self.anchors_before.push(anchors);
        self.notes_before.push(notes);
    }

    /// Number of nodes; also the end of the root.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Every element, in order.
    pub(super) fn all(&self) -> impl Iterator<Item = Id> + '_ {
        self.elements(0)
    }

    /// Lower-case name of an element; empty for text and for the root.
    pub(super) fn tag(&self, id: Id) -> &'a str {
        match self.nodes[id].what {
            What::Element(element) => element.name(),
            What::Root | What::Text(_) => "",
        }
    }

    /// Whether the node leads somewhere: an anchor, or another element that does so when clicked.
    pub(super) fn is_link(&self, id: Id) -> bool {
        self.tag(id) == "a" || self.nodes[id].clickable
    }

    /// Whether the node is an element.
    pub(super) fn is_element(&self, id: Id) -> bool {
        matches!(self.nodes[id].what, What::Element(_))
    }

    /// The text of a text node that a visitor can see.
    pub(super) fn words(&self, id: Id) -> Option<&'a str> {
        match self.nodes[id].what {
            What::Text(text) if !self.nodes[id].silent => Some(text),
            _ => None,
        }
    }

    /// The text inside a script or style.
    pub(super) fn code(&self, id: Id) -> Cow<'a, str> {
        let mut texts = self.within(id).filter_map(|it| match self.nodes[it].what {
            What::Text(text) => Some(text),
            _ => None,
        });
        match (texts.next(), texts.next()) {
            (None, _) => Cow::Borrowed(""),
            (Some(only), None) => Cow::Borrowed(only),
            (Some(first), Some(second)) => Cow::Owned([first, second].into_iter().chain(texts).collect()),
        }
    }

    /// An attribute, as written.
    pub(super) fn attr(&self, id: Id, name: &str) -> Option<&'a str> {
        match self.nodes[id].what {
            What::Element(element) => element.attr(name),
            What::Root | What::Text(_) => None,
        }
    }

    /// Every attribute of an element.
    pub(super) fn attrs(&self, id: Id) -> impl Iterator<Item = (&'a str, &'a str)> {
        let element = match self.nodes[id].what {
            What::Element(element) => Some(element),
            What::Root | What::Text(_) => None,
        };
        element.into_iter().flat_map(|it| it.attrs())
    }

    /// Class and id in lower case, each between blanks.
    pub(super) fn marks(&self, id: Id) -> &str {
        &self.nodes[id].marks
    }

    /// Whether class or id contain one of these words, in lower case.
    pub(super) fn is_marked(&self, id: Id, words: &[&str]) -> bool {
        let marks = self.marks(id);
        !marks.is_empty() && words.iter().any(|word| marks.contains(word))
    }

    /// The parent; the root is its own.
    pub(super) fn parent(&self, id: Id) -> Id {
        self.nodes[id].parent
    }

    /// The number after the last node of the subtree.
    pub(super) fn end(&self, id: Id) -> Id {
        self.nodes[id].end
    }

    /// Whether `inner` is `outer` or stands in it.
    pub(super) fn contains(&self, outer: Id, inner: Id) -> bool {
        outer <= inner && inner < self.end(outer)
    }

    /// The parent, its parent, and so on; without the root.
    pub(super) fn ancestors(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        std::iter::successors(Some(self.parent(id)), |it| Some(self.parent(*it))).take_while(|it| *it != 0)
    }

    /// Children, text among them.
    pub(super) fn children(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        let end = self.end(id);
        let first = (id + 1 < end).then_some(id + 1);
        std::iter::successors(first, move |it| Some(self.end(*it)).filter(|next| *next < end))
    }

    /// Children that are elements.
    pub(super) fn child_elements(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        self.children(id).filter(|it| self.is_element(*it))
    }

    /// Everything below a node.
    pub(super) fn within(&self, id: Id) -> std::ops::Range<Id> {
        id + 1..self.end(id)
    }

    /// Elements below a node.
    pub(super) fn elements(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        self.within(id).filter(|it| self.is_element(*it))
    }

    /// Elements of one name below a node.
    pub(super) fn tagged<'d>(&'d self, id: Id, name: &'d str) -> impl Iterator<Item = Id> + 'd {
        self.within(id).filter(move |it| self.tag(*it) == name)
    }

    /// Whether the node stands in the head, in a script or the like.
    pub(super) fn is_silent(&self, id: Id) -> bool {
        self.nodes[id].silent
    }

    /// Number of visible characters in a subtree, white space not counted.
    pub(super) fn text_length(&self, id: Id) -> usize {
        self.text_before[self.end(id)] - self.text_before[id]
    }

    /// Number of visible characters in a range of nodes.
    pub(super) fn text_between(&self, from: Id, to: Id) -> usize {
        self.text_before[to.max(from)] - self.text_before[from]
    }

    /// Number of links in a subtree.
    pub(super) fn anchors(&self, id: Id) -> usize {
        self.anchors_before[self.end(id)] - self.anchors_before[id]
    }

    /// Number of links in a range of nodes.
    pub(super) fn anchors_between(&self, from: Id, to: Id) -> usize {
        self.anchors_before[to.max(from)] - self.anchors_before[from]
    }

    /// Number of texts in a subtree that hold a number or say where something is from.
    pub(super) fn notes(&self, id: Id) -> usize {
        self.notes_before[self.end(id)] - self.notes_before[id]
    }

    /// Visible text of a subtree, white space collapsed, blocks kept apart by a blank.
    pub(super) fn text(&self, id: Id) -> String {
        self.text_of(id, self.end(id), &|_| true)
    }

    /// Visible text of the nodes from `from` to before `to` that are wanted, with all below an unwanted one left out.
    pub(super) fn text_of(&self, from: Id, to: Id, wanted: &dyn Fn(Id) -> bool) -> String {
        let mut out = Squeezer::default();
        let mut blocks: Vec<Id> = Vec::new();
        let mut id = from;
        while id < to {
            while blocks.pop_if(|end| *end <= id).is_some() {
                out.gap();
            }
            if !wanted(id) {
                id = self.end(id);
                continue;
            }
            let node = &self.nodes[id];
            match node.what {
                What::Text(text) if !node.silent => {
                    if opens_with_gap(text.chars()) {
                        out.gap();
                    }
                    out.push_squeezed(&node.seen);
                    if opens_with_gap(text.chars().rev()) {
                        out.gap();
                    }
                }
                What::Element(element) if is_block(element.name()) => {
                    out.gap();
                    blocks.push(self.end(id));
                }
                _ => {}
            }
            id += 1;
        }
        out.finish()
    }

    /// The visible text of one text node, squeezed; empty for everything else.
    pub(super) fn seen(&self, id: Id) -> &str {
        &self.nodes[id].seen
    }

    /// The visible text nodes of a subtree, squeezed, without empty ones.
    pub(super) fn fragments(&self, id: Id) -> impl Iterator<Item = (Id, &str)> + '_ {
        self.fragments_between(id, self.end(id))
    }

    /// The visible text nodes from `from` to before `to`, squeezed, without empty ones.
    pub(super) fn fragments_between(&self, from: Id, to: Id) -> impl Iterator<Item = (Id, &str)> + '_ {
        (from..to).map(|it| (it, self.seen(it))).filter(|(_, words)| !words.is_empty())
    }
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

fn marks_of(element: &Element) -> String {
    let mut marks = String::new();
    for value in [element.attr("class"), element.attr("id")].into_iter().flatten() {
        for word in value.split_ascii_whitespace() {
            marks.push(' ');
            marks.push_str(&word.to_ascii_lowercase());
        }
    }
    if !marks.is_empty() {
        marks.push(' ');
    }
    marks
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

#[cfg(test)]
mod tests {
    use scraper::Html;

    use super::Dom;

    #[test]
    fn subtrees_are_ranges() {
        let html =
            Html::parse_document("<ul id=A><li class='x Y'>甲<script>z</script></li><li>乙</li></ul>丙");
        let dom = Dom::of(&html);
        let list = dom.all().find(|it| dom.tag(*it) == "ul").unwrap();
        let rows: Vec<_> = dom.children(list).collect();
        assert_eq!(rows.len(), 2);
        assert_eq!(dom.text(list), "甲 乙");
        assert_eq!(dom.text_length(list), 2);
        assert!(dom.is_marked(rows[0], &[" y "]) && dom.is_marked(list, &[" a "]));
        assert_eq!(dom.parent(rows[1]), list);
        assert!(dom.contains(list, rows[1]) && !dom.contains(rows[0], rows[1]));
        assert_eq!(dom.text(0), "甲 乙 丙");
    }
}
