//! The tree of a page, flat: every node has a number, and a subtree is a range of numbers.
//!
//! Built once from scraper's tree, so that everything after it is a matter of comparing numbers. Elements and texts
//! stand in rows of their own, in the order of the document, so that whoever looks for one kind never walks over the
//! other. It knows which text a visitor can see, and nothing about what the text means.

mod build;

use std::borrow::Cow;
use std::cell::OnceCell;

use super::dates::Reading;
use super::fields::Labelled;
use super::words::Words;
use crate::base::Squeezer;

/// The number of a node, in the order of the document.
pub(super) type Id = usize;

/// A page as a list of nodes.
#[derive(Debug, Default)]
pub(super) struct Dom<'a> {
    nodes: Vec<Node>,
    /// What comes before each node, and before the end of the page.
    before: Vec<Before>,
    elements: Vec<Element<'a>>,
    texts: Vec<Text<'a>>,
    /// Every anchor, area and clickable element, so that the links of a range are a range of these.
    anchors: Vec<Id>,
    /// Name and value of the attributes of all elements.
    attributes: Vec<(&'a str, &'a str)>,
    /// Classes and ids of all elements.
    marks: String,
    /// Texts that may be labels, found when they are first asked for.
    pub(super) labelled: OnceCell<Vec<Labelled>>,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    parent: Id,
    end: Id,
    what: What,
    /// Inside `<head>`, script, style or another element whose text nobody reads.
    silent: bool,
}

/// What a node is, with its place among its kind.
#[derive(Clone, Copy, Debug)]
enum What {
    Root,
    Element(usize),
    Text(usize),
}

/// Counts of what comes before a node.
#[derive(Clone, Copy, Debug, Default)]
struct Before {
    /// Characters of visible text.
    letters: usize,
    /// Links: anchors, areas of maps, and other elements that lead somewhere when clicked.
    anchors: usize,
    /// Texts that hold a number or say where something is from.
    notes: usize,
    texts: usize,
}

#[derive(Debug)]
struct Element<'a> {
    id: Id,
    /// In lower case.
    tag: &'a str,
    /// Its part of the attributes.
    attributes: (usize, usize),
    /// Its part of the marks: class and id in lower case, with blanks around each.
    marks: (usize, usize),
    is_block: bool,
    /// No anchor, and leads somewhere when clicked.
    clickable: bool,
    /// What a link is called, read when it is first asked for.
    name: OnceCell<Box<str>>,
}

#[derive(Debug)]
struct Text<'a> {
    id: Id,
    raw: &'a str,
    /// As a visitor sees it; empty where nobody does.
    seen: Cow<'a, str>,
    /// Whether white space stands at its start and at its end.
    gaps: (bool, bool),
    /// The day that it is, read when it is first asked for.
    day: OnceCell<Option<Reading>>,
}

impl<'a> Dom<'a> {
    #[inline]
    fn element(&self, id: Id) -> Option<&Element<'a>> {
        match self.nodes[id].what {
            What::Element(at) => Some(&self.elements[at]),
            What::Root | What::Text(_) => None,
        }
    }

    fn text_node(&self, id: Id) -> Option<&Text<'a>> {
        match self.nodes[id].what {
            What::Text(at) => Some(&self.texts[at]),
            What::Root | What::Element(_) => None,
        }
    }

    /// Number of nodes; also the end of the root.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Every element, in order.
    pub(super) fn all(&self) -> impl Iterator<Item = Id> + '_ {
        self.elements.iter().map(|it| it.id)
    }

    /// Lower-case name of an element; empty for text and for the root.
    #[inline]
    pub(super) fn tag(&self, id: Id) -> &'a str {
        self.element(id).map_or("", |it| it.tag)
    }

    /// Whether the node leads somewhere: an anchor, or another element that does so when clicked.
    pub(super) fn is_link(&self, id: Id) -> bool {
        self.element(id).is_some_and(|it| it.tag == "a" || it.clickable)
    }

    /// The links among the nodes from `from` to before `to`, in order.
    pub(super) fn links_between(&self, from: Id, to: Id) -> impl Iterator<Item = Id> + '_ {
        let found = &self.anchors[self.before[from].anchors..self.before[to.max(from)].anchors];
        found.iter().copied().filter(|it| self.is_link(*it))
    }

    /// Whether the node is an element.
    pub(super) fn is_element(&self, id: Id) -> bool {
        matches!(self.nodes[id].what, What::Element(_))
    }

    /// The text of a text node that a visitor can see.
    pub(super) fn words(&self, id: Id) -> Option<&'a str> {
        self.text_node(id).filter(|_| !self.nodes[id].silent).map(|it| it.raw)
    }

    /// A text node as a visitor sees it, squeezed; `None` where there is nothing to see.
    pub(super) fn seen(&self, id: Id) -> Option<&str> {
        self.text_node(id).map(|it| &*it.seen).filter(|it| !it.is_empty())
    }

    /// The text inside a script or style.
    pub(super) fn code(&self, id: Id) -> Cow<'a, str> {
        match self.texts_between(id, self.end(id)) {
            [] => Cow::Borrowed(""),
            [only] => Cow::Borrowed(only.raw),
            several => Cow::Owned(several.iter().map(|it| it.raw).collect()),
        }
    }

    /// An attribute, as written.
    #[inline]
    pub(super) fn attr(&self, id: Id, name: &str) -> Option<&'a str> {
        self.attrs(id).find(|(it, _)| *it == name).map(|(_, value)| value)
    }

    /// Every attribute of an element.
    #[inline]
    pub(super) fn attrs(&self, id: Id) -> impl Iterator<Item = (&'a str, &'a str)> {
        let (from, to) = self.element(id).map_or((0, 0), |it| it.attributes);
        self.attributes[from..to].iter().copied()
    }

    /// Text nodes from `from` on that a visitor can see, as written.
    pub(super) fn spoken(&self, from: Id) -> impl Iterator<Item = (Id, &'a str)> + '_ {
        let texts = self.texts_between(from, self.len()).iter();
        texts.filter(|it| !it.seen.is_empty()).map(|it| (it.id, it.raw))
    }

    /// Class and id in lower case, each between blanks.
    pub(super) fn marks(&self, id: Id) -> &str {
        let (from, to) = self.element(id).map_or((0, 0), |it| it.marks);
        &self.marks[from..to]
    }

    /// Whether class or id contain one of these words, in lower case.
    pub(super) fn is_marked(&self, id: Id, words: &Words) -> bool {
        words.are_in(self.marks(id))
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

    fn elements_within(&self, id: Id) -> impl Iterator<Item = &Element<'a>> {
        let (from, end) = match self.nodes[id].what {
            What::Root => (0, self.len()),
            What::Element(at) => (at + 1, self.end(id)),
            What::Text(_) => (self.elements.len(), 0),
        };
        self.elements[from..].iter().take_while(move |it| it.id < end)
    }

    /// Elements below a node.
    pub(super) fn elements(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        self.elements_within(id).map(|it| it.id)
    }

    /// Elements of one name below a node.
    pub(super) fn tagged<'d>(&'d self, id: Id, name: &'d str) -> impl Iterator<Item = Id> + 'd {
        self.elements_within(id).filter(move |it| it.tag == name).map(|it| it.id)
    }

    /// Whether the node stands in the head, in a script or the like.
    pub(super) fn is_silent(&self, id: Id) -> bool {
        self.nodes[id].silent
    }

    /// Number of visible characters in a subtree, white space not counted.
    pub(super) fn text_length(&self, id: Id) -> usize {
        self.before[self.end(id)].letters - self.before[id].letters
    }

    /// Number of visible characters in a range of nodes.
    pub(super) fn text_between(&self, from: Id, to: Id) -> usize {
        self.before[to.max(from)].letters - self.before[from].letters
    }

    /// Number of links in a subtree.
    pub(super) fn anchors(&self, id: Id) -> usize {
        self.before[self.end(id)].anchors - self.before[id].anchors
    }

    /// Number of links in a range of nodes.
    pub(super) fn anchors_between(&self, from: Id, to: Id) -> usize {
        self.before[to.max(from)].anchors - self.before[from].anchors
    }

    /// Number of texts in a subtree that hold a number or say where something is from.
    pub(super) fn notes(&self, id: Id) -> usize {
        self.before[self.end(id)].notes - self.before[id].notes
    }

    /// Number of such texts in a range of nodes.
    pub(super) fn notes_between(&self, from: Id, to: Id) -> usize {
        self.before[to.max(from)].notes - self.before[from].notes
    }

    /// Visible text of a subtree, white space collapsed, blocks kept apart by a blank.
    pub(super) fn text(&self, id: Id) -> String {
        self.shown(id).into_owned()
    }

    /// The same, without a copy where one text node holds all of it.
    pub(super) fn shown(&self, id: Id) -> Cow<'_, str> {
        let mut seen = self.fragments(id);
        match (seen.next(), seen.next()) {
            (None, _) => Cow::Borrowed(""),
            (Some((_, only)), None) => Cow::Borrowed(only),
            _ => Cow::Owned(self.text_of(id, self.end(id), |_| true)),
        }
    }

    /// Visible text of the nodes from `from` to before `to` that are wanted, with all below an unwanted one left out.
    pub(super) fn text_of(&self, from: Id, to: Id, wanted: impl Fn(Id) -> bool) -> String {
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
            match self.nodes[id].what {
                What::Text(at) => {
                    let text = &self.texts[at];
                    if text.gaps.0 {
                        out.gap();
                    }
                    out.push_squeezed(&text.seen);
                    if text.gaps.1 {
                        out.gap();
                    }
                }
                What::Element(at) if self.elements[at].is_block => {
                    out.gap();
                    blocks.push(self.end(id));
                }
                What::Element(_) | What::Root => {}
            }
            id += 1;
        }
        out.finish()
    }

    /// The visible text nodes of a subtree, squeezed, without empty ones.
    pub(super) fn fragments(&self, id: Id) -> impl Iterator<Item = (Id, &str)> + '_ {
        self.fragments_between(id, self.end(id))
    }

    /// The visible text nodes from `from` to before `to`, squeezed, without empty ones.
    pub(super) fn fragments_between(&self, from: Id, to: Id) -> impl Iterator<Item = (Id, &str)> + '_ {
        let texts = self.texts_between(from, to).iter().map(|it| (it.id, &*it.seen));
        texts.filter(|(_, words)| !words.is_empty())
    }

    fn texts_between(&self, from: Id, to: Id) -> &[Text<'a>] {
        let to = to.max(from);
        &self.texts[self.before[from].texts..self.before[to].texts]
    }

    /// What a link is called: its text, or else what `read` finds; asked once.
    pub(super) fn name(&self, id: Id, read: impl FnOnce() -> String) -> &str {
        let mut seen = self.fragments(id);
        if let (Some((_, only)), None) = (seen.next(), seen.next()) {
            return only;
        }
        self.element(id).map_or("", |it| it.name.get_or_init(|| read().into()))
    }

    /// The day that a text node is, as `read` finds it; asked once.
    pub(super) fn day(&self, id: Id, read: impl FnOnce(&str) -> Option<Reading>) -> Option<&Reading> {
        let text = self.text_node(id)?;
        text.day.get_or_init(|| read(&text.seen)).as_ref()
    }
}

#[cfg(test)]
mod tests {
    use scraper::Html;

    use super::{Dom, Words};

    #[test]
    fn subtrees_are_ranges() {
        static Y: Words = Words::of(&[" y "]);
        static A: Words = Words::of(&[" a "]);
        let html =
            Html::parse_document("<ul id=A><li class='x Y'>甲<script>z</script></li><li>乙</li></ul>丙");
        let dom = Dom::of(&html);
        let list = dom.all().find(|it| dom.tag(*it) == "ul").unwrap();
        let rows: Vec<_> = dom.children(list).collect();
        assert_eq!(rows.len(), 2);
        assert_eq!(dom.text(list), "甲 乙");
        assert_eq!(dom.text_length(list), 2);
        assert!(dom.is_marked(rows[0], &Y) && dom.is_marked(list, &A));
        assert_eq!(dom.parent(rows[1]), list);
        assert!(dom.contains(list, rows[1]) && !dom.contains(rows[0], rows[1]));
        assert_eq!(dom.text(0), "甲 乙 丙");
    }
}
