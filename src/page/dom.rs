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
///
/// What is read of a page is mostly found by going over all of it, so what is gone over is kept small: rows of a few
/// numbers, with what is seldom asked for in rows beside them.
#[derive(Debug, Default)]
pub(super) struct Dom<'a> {
    nodes: Vec<Node>,
    /// What comes before each node, and before the end of the page.
    before: Vec<Before>,
    elements: Vec<Element>,
    texts: Vec<Text<'a>>,
    /// The names that elements have, each once.
    tags: Vec<Tag<'a>>,
    /// Every anchor, area and clickable element, so that the links of a range are a range of these.
    anchors: Vec<u32>,
    /// Name and value of the attributes of all elements.
    attributes: Vec<(&'a str, &'a str)>,
    /// Classes and ids of all elements.
    marks: String,
    /// What each element is called as a link, read when it is first asked for.
    names: Vec<OnceCell<Box<str>>>,
    /// The day that each text is, read when it is first asked for.
    days: Vec<OnceCell<Option<Box<Reading>>>>,
    /// What visitors see of texts of which that is no part.
    rewritten: Vec<Box<str>>,
    /// Texts that may be labels, found when they are first asked for.
    pub(super) labelled: OnceCell<Vec<Labelled>>,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    parent: u32,
    end: u32,
    /// Its place among its kind.
    at: u32,
    kind: Kind,
    /// Inside `<head>`, script, style or another element whose text nobody reads.
    silent: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Root,
    Element,
    Text,
}

/// Counts of what comes before a node.
#[derive(Clone, Copy, Debug, Default)]
struct Before {
    /// Characters of visible text.
    letters: u32,
    /// Links: anchors, areas of maps, and other elements that lead somewhere when clicked.
    anchors: u32,
    /// Texts that hold a number or say where something is from.
    notes: u32,
    /// Texts that may hold a label of a day or of a source.
    labels: u32,
    /// Texts that may be of a breadcrumb.
    steps: u32,
    texts: u32,
}

/// The name of elements, and what it makes them.
#[derive(Clone, Copy, Debug)]
struct Tag<'a> {
    /// In lower case.
    name: &'a str,
    is_block: bool,
    is_silent: bool,
}

#[derive(Debug)]
struct Element {
    /// A bit for each attribute's name, so that most that are asked for are known not to be there.
    holds: u64,
    id: u32,
    /// Its part of the attributes.
    attributes: (u32, u32),
    /// Its part of the marks: class and id in lower case, with blanks around each.
    marks: (u32, u32),
    /// Which of the names.
    tag: u8,
    /// No anchor, and leads somewhere when clicked.
    clickable: bool,
}

#[derive(Debug)]
struct Text<'a> {
    raw: &'a str,
    id: u32,
    /// What a visitor sees: a part of the text as written, empty where nobody sees it, or the place of what was rewritten.
    seen: (u32, u32),
    is_rewritten: bool,
    /// Whether white space stands at its start and at its end.
    gaps: (bool, bool),
}

impl Text<'_> {
    fn is_seen(&self) -> bool {
        self.is_rewritten || self.seen.0 < self.seen.1
    }
}

/// A number of a page, which has far less than four gigabytes.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The bit of an attribute's name. Names may share one.
#[inline]
fn bit(name: &str) -> u64 {
    let first = name.as_bytes().first().copied().unwrap_or_default();
    1 << (usize::from(first).wrapping_add(name.len() * 5) & 63)
}

impl<'a> Dom<'a> {
    #[inline]
    fn element(&self, id: Id) -> Option<&Element> {
        let node = self.nodes[id];
        (node.kind == Kind::Element).then(|| &self.elements[node.at as usize])
    }

    #[inline]
    fn tag_of(&self, element: &Element) -> Tag<'a> {
        self.tags[usize::from(element.tag)]
    }

    fn text_node(&self, id: Id) -> Option<&Text<'a>> {
        let node = self.nodes[id];
        (node.kind == Kind::Text).then(|| &self.texts[node.at as usize])
    }

    fn seen_of(&self, text: &Text<'a>) -> &str {
        let (from, to) = (text.seen.0 as usize, text.seen.1 as usize);
        if text.is_rewritten { &self.rewritten[from] } else { &text.raw[from..to] }
    }

    /// Number of nodes; also the end of the root.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Every element, in order.
    pub(super) fn all(&self) -> impl Iterator<Item = Id> + '_ {
        self.elements.iter().map(|it| it.id as Id)
    }

    /// Lower-case name of an element; empty for text and for the root.
    #[inline]
    pub(super) fn tag(&self, id: Id) -> &'a str {
        self.element(id).map_or("", |it| self.tag_of(it).name)
    }

    /// Whether the node leads somewhere: an anchor, or another element that does so when clicked.
    pub(super) fn is_link(&self, id: Id) -> bool {
        self.element(id).is_some_and(|it| it.clickable || self.tag_of(it).name == "a")
    }

    /// The links among the nodes from `from` to before `to`, in order.
    pub(super) fn links_between(&self, from: Id, to: Id) -> impl Iterator<Item = Id> + '_ {
        let range = self.before[from].anchors as usize..self.before[to.max(from)].anchors as usize;
        self.anchors[range].iter().map(|it| *it as Id).filter(|it| self.is_link(*it))
    }

    /// Whether the node is an element.
    pub(super) fn is_element(&self, id: Id) -> bool {
        self.nodes[id].kind == Kind::Element
    }

    /// The text of a text node that a visitor can see.
    pub(super) fn words(&self, id: Id) -> Option<&'a str> {
        self.text_node(id).filter(|_| !self.nodes[id].silent).map(|it| it.raw)
    }

    /// A text node as a visitor sees it, squeezed; `None` where there is nothing to see.
    pub(super) fn seen(&self, id: Id) -> Option<&str> {
        self.text_node(id).filter(|it| it.is_seen()).map(|it| self.seen_of(it))
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
        let element = self.element(id).filter(|it| it.holds & bit(name) != 0)?;
        self.attributes_of(element).iter().find(|(it, _)| *it == name).map(|(_, value)| *value)
    }

    /// Whether an element has one of these attributes.
    #[inline]
    pub(super) fn has_any(&self, id: Id, names: &[&str]) -> bool {
        let bits = names.iter().fold(0, |bits, it| bits | bit(it));
        self.element(id).is_some_and(|element| {
            element.holds & bits != 0
                && self.attributes_of(element).iter().any(|(name, _)| names.contains(name))
        })
    }

    fn attributes_of(&self, element: &Element) -> &[(&'a str, &'a str)] {
        &self.attributes[element.attributes.0 as usize..element.attributes.1 as usize]
    }

    /// Text nodes from `from` on that a visitor can see, as written.
    pub(super) fn spoken(&self, from: Id) -> impl Iterator<Item = (Id, &'a str)> + '_ {
        let texts = self.texts_between(from, self.len()).iter();
        texts.filter(|it| it.is_seen()).map(|it| (it.id as Id, it.raw))
    }

    /// Class and id in lower case, each between blanks.
    pub(super) fn marks(&self, id: Id) -> &str {
        let (from, to) = self.element(id).map_or((0, 0), |it| it.marks);
        &self.marks[from as usize..to as usize]
    }

    /// Whether class or id contain one of these words, in lower case.
    pub(super) fn is_marked(&self, id: Id, words: &Words) -> bool {
        words.are_in(self.marks(id))
    }

    /// The parent; the root is its own.
    pub(super) fn parent(&self, id: Id) -> Id {
        self.nodes[id].parent as Id
    }

    /// The number after the last node of the subtree.
    pub(super) fn end(&self, id: Id) -> Id {
        self.nodes[id].end as Id
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

    fn elements_within(&self, id: Id) -> impl Iterator<Item = &Element> {
        let node = self.nodes[id];
        let from = match node.kind {
            Kind::Root => 0,
            Kind::Element => node.at as usize + 1,
            Kind::Text => self.elements.len(),
        };
        self.elements[from..].iter().take_while(move |it| it.id < node.end)
    }

    /// Elements below a node.
    pub(super) fn elements(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        self.elements_within(id).map(|it| it.id as Id)
    }

    /// Elements of one name below a node.
    pub(super) fn tagged(&self, id: Id, name: &str) -> impl Iterator<Item = Id> + '_ {
        let tag = self.tags.iter().position(|it| it.name == name);
        let below = tag.map(|_| self.elements_within(id)).into_iter().flatten();
        below.filter(move |it| Some(usize::from(it.tag)) == tag).map(|it| it.id as Id)
    }

    /// Whether the node stands in the head, in a script or the like.
    pub(super) fn is_silent(&self, id: Id) -> bool {
        self.nodes[id].silent
    }

    /// Number of visible characters in a subtree, white space not counted.
    pub(super) fn text_length(&self, id: Id) -> usize {
        (self.before[self.end(id)].letters - self.before[id].letters) as usize
    }

    /// Number of visible characters in a range of nodes.
    pub(super) fn text_between(&self, from: Id, to: Id) -> usize {
        (self.before[to.max(from)].letters - self.before[from].letters) as usize
    }

    /// Number of links in a subtree.
    pub(super) fn anchors(&self, id: Id) -> usize {
        (self.before[self.end(id)].anchors - self.before[id].anchors) as usize
    }

    /// Number of links in a range of nodes.
    pub(super) fn anchors_between(&self, from: Id, to: Id) -> usize {
        (self.before[to.max(from)].anchors - self.before[from].anchors) as usize
    }

    /// Number of texts in a subtree that hold a number or say where something is from.
    pub(super) fn notes(&self, id: Id) -> usize {
        (self.before[self.end(id)].notes - self.before[id].notes) as usize
    }

    /// Whether a subtree may hold a label of a day or of a source, such as 发布时间 or 来源.
    pub(super) fn may_be_labelled(&self, id: Id) -> bool {
        self.before[self.end(id)].labels > self.before[id].labels
    }

    /// Whether a subtree may hold 首页, 主页, home or what stands between the parts of a breadcrumb.
    pub(super) fn may_be_breadcrumb(&self, id: Id) -> bool {
        self.before[self.end(id)].steps > self.before[id].steps
    }

    /// Number of texts in a range of nodes that hold a number or say where something is from.
    pub(super) fn notes_between(&self, from: Id, to: Id) -> usize {
        (self.before[to.max(from)].notes - self.before[from].notes) as usize
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
            let node = self.nodes[id];
            match node.kind {
                Kind::Text => {
                    let text = &self.texts[node.at as usize];
                    if text.gaps.0 {
                        out.gap();
                    }
                    out.push_squeezed(self.seen_of(text));
                    if text.gaps.1 {
                        out.gap();
                    }
                }
                Kind::Element if self.tag_of(&self.elements[node.at as usize]).is_block => {
                    out.gap();
                    blocks.push(self.end(id));
                }
                Kind::Element | Kind::Root => {}
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
        let texts = self.texts_between(from, to).iter().filter(|it| it.is_seen());
        texts.map(|it| (it.id as Id, self.seen_of(it)))
    }

    fn texts_between(&self, from: Id, to: Id) -> &[Text<'a>] {
        &self.texts[self.before[from].texts as usize..self.before[to.max(from)].texts as usize]
    }

    /// What a link is called: its text, or else what `read` finds; asked once.
    pub(super) fn name(&self, id: Id, read: impl FnOnce() -> String) -> &str {
        let mut seen = self.fragments(id);
        if let (Some((_, only)), None) = (seen.next(), seen.next()) {
            return only;
        }
        let node = self.nodes[id];
        if node.kind == Kind::Element {
            self.names[node.at as usize].get_or_init(|| read().into())
        } else {
            ""
        }
    }

    /// The day that a text node is, as `read` finds it; asked once.
    pub(super) fn day(&self, id: Id, read: impl FnOnce(&str) -> Option<Reading>) -> Option<&Reading> {
        let text = self.text_node(id)?;
        let day = &self.days[self.nodes[id].at as usize];
        day.get_or_init(|| read(self.seen_of(text)).map(Box::new)).as_deref()
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

    #[test]
    fn a_page_of_a_thousand_kinds_of_elements_is_read_and_the_last_kinds_are_nameless() {
        let kinds: Vec<String> = (0..1_000).map(|it| format!("<x-{it}>字</x-{it}>")).collect();
        let html = Html::parse_document(&(kinds.concat() + "<a href=/b>乙</a>"));
        let dom = Dom::of(&html);
        let named = dom.all().filter(|it| dom.tag(*it).starts_with("x-")).count();
        assert!((100..1_000).contains(&named), "{named}");
        assert_eq!(dom.text_length(0), 1_001);
        assert_eq!(dom.tagged(0, "a").filter_map(|it| dom.attr(it, "href")).collect::<Vec<_>>(), ["/b"]);
        assert_eq!(dom.tagged(0, "x-999").count(), 0);
        assert_eq!(dom.links_between(0, dom.len()).count(), 1);
    }
}
