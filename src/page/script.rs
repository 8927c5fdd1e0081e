//! Signs that what a visitor sees comes by script and is not in the page.
//!
//! Such a page is never called empty: nobody but a browser has read it.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use memchr::memmem;

use super::areas::Areas;
use super::dom::{Dom, Id};
use super::embedded;
use super::model::ScriptSign;

const FILLED: [&str; 22] = [
    "parsetype=\"buildstatic\"",
    "parsetype=\"bulidstatic\"",
    "parsetype=\"build\"",
    "parsetype='buildstatic'",
    "unitbuild",
    "/page/build/unit",
    "/gkmlpt/",
    "/was5/web/search",
    "/igs/front/search",
    "/fjdzapp/search",
    "/common/search/",
    "/szinf/info/",
    "search-front-server/api",
    "/searchapi/search",
    "dataproxy.jsp",
    ".jpage(",
    "laypage",
    "el-pagination",
    "datasource:",
    "/api/search",
    "gkmlpt.",
    "jpaas-publish-server",
];

static FILLED_WORDS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(FILLED).ok());

/// The strongest sign on the page; `has_rows` says whether a list with rows was read from it, and `is_read` whether that
/// or its text is certainly what the page is for.
pub(super) fn sign(
    dom: &Dom<'_>,
    areas: &Areas,
    source: &str,
    has_rows: bool,
    is_read: bool,
) -> Option<ScriptSign> {
    let scripts = dom.tagged(0, "script").count();
    if scripts > 0 && empty_root(dom) {
        return Some(ScriptSign::EmptyRoot);
    }
    if is_template(dom, areas, source, is_read) {
        return Some(ScriptSign::Template);
    }
    if !has_rows && filled(dom) {
        return Some(ScriptSign::FilledList);
    }
    if !has_rows && framed(dom) {
        return Some(ScriptSign::Framed);
    }
    (areas.navigation.is_empty() && loaded(dom)).then_some(ScriptSign::LoadedPart)
}

fn empty_root(dom: &Dom<'_>) -> bool {
    dom.text_length(0) < 200
        && dom.tagged(0, "div").any(|it| {
            let id = dom.attr(it, "id").unwrap_or_default();
            matches!(id, "app" | "root" | "__next" | "__nuxt" | "main-app" | "vue-app")
                && dom.text_length(it) < 20
        })
}

/// Loops and fields left to fill. Of a page that `is_read`, what stands before the breadcrumb fills the header, with the
/// words a search box offers; of any other it may be all that the page has.
fn is_template(dom: &Dom<'_>, areas: &Areas, source: &str, is_read: bool) -> bool {
    const LOOPS: [&str; 6] = ["v-for", "ng-repeat", "ms-repeat", "ms-for", ":for", "x-for"];
    let from = areas.breadcrumb.filter(|_| is_read).map_or(0, |it| dom.end(it));
    let mut left = 0;
    if memmem::find(source.as_bytes(), b"{{").is_some() {
        left += dom.spoken(from).filter(|(_, it)| it.contains("{{") && it.contains("}}")).count();
    }
    let loops = |it: &Id| *it >= from && dom.has_any(*it, &LOOPS);
    left += 2 * dom.all().filter(loops).count();
    left >= 2
}

fn filled(dom: &Dom<'_>) -> bool {
    if dom.all().any(|it| dom.attr(it, embedded::MARK).is_some()) {
        return false;
    }
    let tells = |text: &str| FILLED_WORDS.as_ref().is_some_and(|it| it.is_match(text));
    dom.all().any(|id| {
        let by_attribute = dom.attr(id, "parsetype").is_some()
            || dom
                .attr(id, "data")
                .is_some_and(|it| it.starts_with("datasource:") && dom.text_length(id) == 0);
        by_attribute
            || dom.tag(id) == "script" && (dom.attr(id, "src").is_some_and(tells) || tells(&dom.code(id)))
    }) || awaits_rows(dom)
}

/// An empty list in the body of the page beside a script that asks a server.
fn awaits_rows(dom: &Dom<'_>) -> bool {
    let asks = dom.tagged(0, "script").any(|it| {
        let code = dom.code(it);
        ["$.ajax", "$.post", "$.get(", "$.getJSON", "axios", "fetch(", "XMLHttpRequest"]
            .iter()
            .any(|word| code.contains(word))
    });
    asks && dom.all().any(|it| {
        matches!(dom.tag(it), "ul" | "tbody" | "dl" | "ol")
            && dom.text_length(it) == 0
            && !dom.marks(it).is_empty()
            && dom.anchors(it) == 0
    })
}

fn framed(dom: &Dom<'_>) -> bool {
    const ASIDE: [&str; 8] = ["visit", "tianqi", "weather", "login", "count", "share", "video", "stat"];
    let is_large = |id: Id| {
        let size = |name: &str| dom.attr(id, name).map(|it| it.trim().trim_end_matches("px").to_owned());
        let number = |name: &str| size(name).and_then(|it| it.parse::<u32>().ok());
        size("width").is_some_and(|it| it.ends_with('%'))
            || number("width").is_none_or(|it| it >= 400) && number("height").is_none_or(|it| it >= 200)
    };
    dom.all().any(|id| {
        matches!(dom.tag(id), "iframe" | "frame")
            && dom.attr(id, "src").is_some_and(|src| {
                let src = src.to_ascii_lowercase();
                !src.is_empty() && src != "about:blank" && !ASIDE.iter().any(|it| src.contains(it))
            })
            && is_large(id)
    })
}

fn loaded(dom: &Dom<'_>) -> bool {
    dom.tagged(0, "script").any(|it| {
        let source = dom.attr(it, "src").unwrap_or_default().to_ascii_lowercase();
        let named = source
            .split('/')
            .next_back()
            .is_some_and(|name| ["head", "nav", "top", "menu", "header"].iter().any(|it| name.contains(it)));
        named || dom.code(it).contains(").load(")
    })
}
