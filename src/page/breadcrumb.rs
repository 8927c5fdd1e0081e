//! 当前位置: where on the site a page says it stands.

use std::sync::LazyLock;

use super::dom::{Dom, Id};
use super::pattern::{Pattern, compile};
use super::words::Words;
use crate::base::squeeze;

/// The breadcrumb and the element it stands in.
#[derive(Debug, Default)]
pub(super) struct Breadcrumb {
    pub(super) parts: Vec<String>,
    pub(super) element: Option<Id>,
}

static LABEL: Pattern = LazyLock::new(|| {
    compile(
        r"^\W*(?:您|你)?(?:现在|当前|目前|所在)*(?:所在|所处)?的?(?:当前)?(?:位置|栏目位置)\s*(?:是|为|在)?\s*[:：>]?\s*",
    )
});
/// The same words anywhere in a text, to find it.
static LABEL_IN: Pattern = LazyLock::new(|| {
    compile(
        r"(?:(?:您|你)(?:现在|当前|目前|所在)*(?:所在|所处)?的?(?:当前)?|当前|所在|现在)的?位置|^\s*位置\s*[:：]",
    )
});

static MARKS: Words = Words::of(&[
    "breadcrumb",
    "crumb",
    "curmb",
    "bread",
    "position",
    "weizhi",
    "dqwz",
    "location",
    "mianbao",
    "now-site",
    "nowsite",
    " path ",
    "-path",
    "path-",
    "place",
    "local",
    "current",
    "wz ",
    "list_nav",
    "list-nav",
    "where",
    "address",
    "szwz",
    "lujing",
]);
/// Marks that nothing but a breadcrumb has.
static STRONG_MARKS: Words = Words::of(&["breadcrumb", "crumb", "curmb", "bread", "position", "weizhi"]);
static CHANNEL_MARKS: Words = Words::of(&["currchnlcls"]);
static PLACE: Words = Words::of(&["位置"]);
const SEPARATORS: [char; 4] = ['>', '＞', '»', '›'];
/// A breadcrumb is a line; what is longer is a text that has one inside.
const LONGEST: usize = 160;

/// What the last part is called over any text, whatever its column.
pub(super) const OVER_ANY_TEXT: [&str; 11] = [
    "正文",
    "详情",
    "详情页",
    "内容",
    "内容页",
    "信息内容",
    "信息详情",
    "文章内容",
    "文章详情",
    "详细内容",
    "详细信息",
];

/// Finds the breadcrumb: by its label, else by the name of its container, else by the mark of TRS pages.
pub(super) fn find(dom: &Dom<'_>) -> Breadcrumb {
    let any = |_: &[String]| true;
    let first = by_label(dom, any).or_else(|| by_marks(dom, any)).or_else(|| by_channel(dom));
    let Some(first) = first else { return Breadcrumb::default() };
    // 首页 > 详情页 stands in a frame around every text, and a script puts the text's own line in its place.
    let [home, last] = first.parts.as_slice() else { return first };
    if !is_home(home) || !OVER_ANY_TEXT.contains(&last.as_str()) {
        return first;
    }
    let says_more = |parts: &[String]| parts.len() > 2 && parts[0] == *home;
    by_label(dom, says_more).or_else(|| by_marks(dom, says_more)).unwrap_or(first)
}

fn by_label(dom: &Dom<'_>, is_wanted: impl Fn(&[String]) -> bool) -> Option<Breadcrumb> {
    for (id, words) in dom.spoken(0).filter(|(_, words)| PLACE.are_in(words)) {
        if words.chars().count() > LONGEST || !LABEL_IN.is_match(words.trim()) {
            continue;
        }
        if dom.ancestors(id).any(|it| matches!(dom.tag(it), "option" | "textarea")) {
            continue;
        }
        // The nearest element that has more than the label in it.
        let words = squeeze(words);
        let said = LABEL.find(&words).map_or(words.as_str(), |it| it.as_str());
        let label = said.chars().filter(|c| !c.is_whitespace()).count();
        let has_rest = |it: Id| dom.text_length(it) > label || dom.anchors(it) > 0;
        let line = dom.ancestors(id).take(5).find(|it| has_rest(*it));
        let Some(mut line) = line else { continue };
        if dom.text_length(line) > LONGEST {
            let parts = parts_after(dom, id, dom.end(dom.parent(id)));
            if parts.len() > 1 && is_wanted(&parts) {
                return Some(Breadcrumb { parts, element: Some(dom.parent(id)) });
            }
            continue;
        }
        // The label and its first part may share a box of their own, with the other parts beside it.
        while dom.anchors(line) < 2 && dom.text_length(line) < label + 8 {
            let above = dom.parent(line);
            // A short one may be whole: 您的位置：首页 > 简介.
            let shown = dom.text(line);
            let is_whole = shown.contains(SEPARATORS) && !shown.trim_end().ends_with(SEPARATORS);
            if above == 0
                || is_whole
                || dom.text_length(above) > LONGEST
                || dom.tag(above) == "body"
                || dom.anchors(above) > 8
            {
                break;
            }
            line = above;
        }
        let parts = parts_of(dom, line);
        if !parts.is_empty() && is_wanted(&parts) {
            return Some(Breadcrumb { parts, element: Some(line) });
        }
    }
    None
}

fn by_marks(dom: &Dom<'_>, is_wanted: impl Fn(&[String]) -> bool) -> Option<Breadcrumb> {
    for id in dom.all() {
        if dom.anchors(id) == 0
            || dom.anchors(id) > 8
            || dom.text_length(id) > LONGEST
            || !dom.may_be_breadcrumb(id)
            || !dom.is_marked(id, &MARKS)
        {
            continue;
        }
        let parts = parts_of(dom, id);
        let anchors: Vec<String> = dom.tagged(id, "a").map(|it| dom.text(it)).collect();
        let starts_home = anchors.first().is_some_and(|it| is_home(it));
        let separated = dom.text(id).contains(SEPARATORS);
        let strong = dom.is_marked(id, &STRONG_MARKS);
        if parts.len() >= 2 && (starts_home || (separated && strong)) && is_wanted(&parts) {
            return Some(Breadcrumb { parts, element: Some(id) });
        }
    }
    // No label and no telling name: a short line that begins with the home page and goes on with `>`.
    for id in dom.tagged(0, "a") {
        if dom.text_length(id) > 8 || !dom.may_be_breadcrumb(id) || !is_home(&dom.shown(id)) {
            continue;
        }
        let line = dom.parent(id);
        let text = dom.text(line);
        if dom.text_length(line) <= LONGEST && dom.anchors(line) <= 8 && text.contains(SEPARATORS) {
            let parts = parts_of(dom, line);
            if parts.len() >= 2 && dom.tag(line) != "body" && is_wanted(&parts) {
                return Some(Breadcrumb { parts, element: Some(line) });
            }
        }
    }
    unlinked(dom).filter(|it| is_wanted(&it.parts))
}

/// A short line without links that begins with the home page and goes on with `>`.
fn unlinked(dom: &Dom<'_>) -> Option<Breadcrumb> {
    static HOME: Words = Words::of(&["首"]);
    let homes = dom.spoken(0).filter(|(_, words)| HOME.are_in(words));
    for id in homes.flat_map(|(it, _)| dom.ancestors(it).take(4)) {
        if dom.anchors(id) > 0 || !(5..=50).contains(&dom.text_length(id)) {
            continue;
        }
        let text = dom.text(id);
        let first = text.split(SEPARATORS).next().unwrap_or_default();
        if is_home(first) && text.contains(SEPARATORS) {
            let parts = parts_of(dom, id);
            if parts.len() >= 2 {
                return Some(Breadcrumb { parts, element: Some(id) });
            }
        }
    }
    None
}

fn by_channel(dom: &Dom<'_>) -> Option<Breadcrumb> {
    let first = dom.tagged(0, "a").find(|it| dom.is_marked(*it, &CHANNEL_MARKS))?;
    let line = dom.parent(first);
    let parts = parts_of(dom, line);
    (parts.len() >= 2 && dom.text_length(line) <= LONGEST)
        .then_some(Breadcrumb { parts, element: Some(line) })
}

fn is_home(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    text.chars().count() <= 8
        && (text.ends_with("首页") || text.ends_with("主页") || text.eq_ignore_ascii_case("home"))
}

fn parts_of(dom: &Dom<'_>, line: Id) -> Vec<String> {
    parts_after(dom, line, dom.end(line))
}

/// Anchors are parts as they are; text between them is cut at the separators.
fn parts_after(dom: &Dom<'_>, from: Id, to: Id) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut text = String::new();
    let mut id = from;
    while id < to {
        if dom.tag(id) == "a" {
            flush(&mut text, &mut parts);
            let part = squeeze(dom.text(id).trim_matches(is_separator));
            if !part.is_empty() {
                parts.push(part);
            }
            id = dom.end(id);
            continue;
        }
        if let Some(words) = dom.words(id) {
            text.push_str(words);
        } else if matches!(dom.tag(id), "li" | "span" | "i" | "em" | "font" | "div" | "td" | "p") {
            flush(&mut text, &mut parts);
        }
        id += 1;
    }
    flush(&mut text, &mut parts);
    // A page may say its name twice at the end: once as a link, once as text.
    parts.dedup();
    parts
}

fn flush(text: &mut String, parts: &mut Vec<String>) {
    let words = squeeze(text);
    text.clear();
    let words = LABEL.replace(&words, "");
    for part in words.split(is_separator) {
        let part = part.trim().trim_matches(|c: char| ":：·-".contains(c)).trim();
        if !part.is_empty() && part != "正文" || part == "正文" && !parts.is_empty() {
            parts.push(part.to_owned());
        }
    }
}

fn is_separator(c: char) -> bool {
    matches!(c, '>' | '＞' | '»' | '›' | '→' | '|' | '/' | '\\' | '≫' | '》' | '┊' | '丨')
}

#[cfg(test)]
mod tests {
    use scraper::Html;

    use super::find;
    use crate::page::dom::Dom;

    fn parts(body: &str) -> Vec<String> {
        let html = Html::parse_document(body);
        find(&Dom::of(&html)).parts
    }

    #[test]
    fn every_label_and_separator_is_left_out() {
        let want = ["首页", "政务公开", "通知公告"];
        for body in [
            "<div>当前位置：<a href=/>首页</a> &gt; <a href=/a>政务公开</a> &gt; <a href=/b>通知公告</a></div>",
            "<div><b>您当前所在位置 :</b><a href=/>首页</a>&nbsp;/&nbsp;<a href=/a>政务公开</a>/<span>通知公告</span></div>",
            "<p>您的位置：<a href=/>首页</a>&gt;&gt;<a href=/a>政务公开</a>&gt;&gt;通知公告</p>",
            "<div class=x><span>当前位置：</span><ul><li><a href=/>首页</a></li><li><a href=/a>政务公开</a></li>\
             <li><a href=./>通知公告</a></li></ul></div>",
            "<div class=crumbs><a href=/>首页</a>»<a href=/a>政务公开</a>»通知公告</div>",
            "<div class=x><a class=CurrChnlCls href=/>首页</a>&nbsp;<a class=CurrChnlCls href=/a>政务公开</a>\
             <a class=CurrChnlCls href=./>通知公告</a></div>",
            "<table><tr><td>你现在的位置：首页 &gt; 政务公开 &gt; 通知公告</td></tr></table>",
        ] {
            assert_eq!(parts(body), want, "{body}");
        }
    }

    #[test]
    fn a_navigation_is_no_breadcrumb() {
        assert_eq!(
            parts("<ul class=nav><li><a href=/>首页</a></li><li><a href=/a>政务公开</a></li></ul>"),
            Vec::<String>::new()
        );
    }
}
