//! Which part of a page a node stands in.

use super::dates::{Reading, day_at};
use super::dom::{Dom, Id};
use super::model::Block;
use super::words::Words;

/// Whether the page belongs to a column or stands at the front of a site or a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Without a breadcrumb and a column's label: its boxes of short links are what it offers.
    Front,
    /// In a column: boxes of short links are the menu beside its list.
    Column,
}

/// The parts of a page, as subtrees.
#[derive(Debug, Default)]
pub(super) struct Areas {
    /// Header and navigation.
    pub(super) navigation: Vec<Id>,
    /// 当前位置
    pub(super) breadcrumb: Option<Id>,
    /// The foot, with friendly links above it.
    pub(super) footer: Vec<Id>,
}

impl Areas {
    /// The part a node stands in.
    pub(super) fn block(&self, dom: &Dom<'_>, id: Id) -> Block {
        let inside = |outer: &Id| dom.contains(*outer, id);
        if self.breadcrumb.as_ref().is_some_and(inside) {
            Block::Breadcrumb
        } else if self.navigation.iter().any(inside) {
            Block::Navigation
        } else if self.footer.iter().any(inside) {
            Block::Footer
        } else if dom.is_silent(id) && dom.ancestors(id).any(|it| dom.tag(it) == "head") {
            Block::Head
        } else {
            Block::Main
        }
    }

    /// Whether a node is part of the body of the page.
    pub(super) fn is_main(&self, dom: &Dom<'_>, id: Id) -> bool {
        self.block(dom, id) == Block::Main
    }
}

/// Words that only the foot of a page says.
static FOOT_WORDS: Words = Words::of(&[
    "政府主办",
    "标识码",
    "ICP备",
    "icp备",
    "公网安备",
    "版权所有",
    "主办单位",
    "主办：",
    "主办:",
    "承办单位",
    "技术支持",
    "网站地图",
    "备案号",
    "Copyright",
    "copyright",
]);
static FOOT_MARKS: Words =
    Words::of(&["foot", "bottom", "copyright", "dibu", "yejiao", "banquan", "wzdt", "footer", "botom"]);
/// Words by which a foot is known that has no telling name.
static FOOT_SIGNS: Words = Words::of(&["标识码", "ICP备", "公网安备", "版权所有"]);
/// Words that a foot never says.
static BODY_WORDS: Words = Words::of(&["当前位置", "您的位置"]);

/// The elements that make up the foot of the page.
pub(super) fn footer(dom: &Dom<'_>) -> Vec<Id> {
    let mut found: Vec<Id> = Vec::new();
    let total = dom.text_length(0).max(1);
    // By name: outermost first, if it says what a foot says or is small and near the end.
    let largest = 3_000.min(1_500.max(total / 2));
    for id in dom.all().filter(|id| id * 2 > dom.len() && dom.text_length(*id) <= largest) {
        let named = || dom.is_marked(id, &FOOT_MARKS) || dom.tag(id) == "footer";
        if matches!(dom.tag(id), "body" | "html" | "a" | "img")
            || found.last().is_some_and(|it| dom.contains(*it, id))
            || !named()
        {
            continue;
        }
        if FOOT_WORDS.are_in(&dom.shown(id)) && !has_body(dom, id) {
            found.push(id);
        }
    }
    // By words: from the words up to the largest element that is still mostly foot.
    for (id, _) in
        dom.spoken(dom.len() / 3).filter(|(id, words)| id * 3 >= dom.len() && FOOT_SIGNS.are_in(words))
    {
        if found.iter().any(|it| dom.contains(*it, id)) {
            continue;
        }
        let mut top = dom.parent(id);
        for above in dom.ancestors(id) {
            let size = dom.text_length(above);
            if size > 700
                || size * 2 > total && size > 250
                || matches!(dom.tag(above), "body" | "html" | "form")
                || has_body(dom, above)
            {
                break;
            }
            top = above;
        }
        found.push(top);
    }
    found
}

/// Whether an element holds what a foot never holds: a breadcrumb or several dates.
fn has_body(dom: &Dom<'_>, id: Id) -> bool {
    let mut dates = 0;
    for (at, words) in dom.fragments(id) {
        if BODY_WORDS.are_in(words) {
            return true;
        }
        if words.len() < 40 && day_at(dom, at).is_some_and(Reading::is_sound) {
            dates += 1;
        }
    }
    dates >= 2
}
