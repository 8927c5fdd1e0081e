//! References that are no links: where a page sends its visitor by itself, windows that scripts open, and pictures
//! that stand in styles and `srcset`.
//!
//! A walk asks for them. They are read from plain string literals only; an address that a script puts together is not
//! guessed.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::areas::Areas;
use super::dom::{Dom, Id};
use super::links::{is_script, resolve};
use super::model::{Block, Link, LinkRole};
use super::pattern::{Pattern, compile};
use super::words::Words;
use crate::base::Address;

/// In bytes.
const LONGEST_URL: usize = 500;
/// More of these than a page needs are made by a program for a program.
const MOST: usize = 50;

static OPENED: Pattern = LazyLock::new(|| {
    // Followed by what ends a statement or an argument: `'/a?id=' + id` is no address.
    let opens = r"(?-u:\b)(?:window\.open\(|location(?:\.href)?\s*=|location\.(?:replace|assign)\()";
    compile(&format!(r#"{opens}\s*(?:"[^"\s<>]+"|'[^'\s<>]+')\s*(?:[,);}}\r\n]|$)"#))
});

/// The pages that it leads to without a link: meta refresh, `location.href = '…'`, `window.open('…')`; each once.
pub(super) fn on(dom: &Dom<'_>, base: &Address) -> Vec<Address> {
    let may_lead = |id: &Id| {
        matches!(dom.tag(*id), "meta" | "script")
            || dom.attr(*id, "onclick").is_some()
            || dom.attr(*id, "href").is_some_and(is_script)
    };
    let found = dom
        .all()
        .filter(may_lead)
        .flat_map(|id| of_element(dom.tag(id), &|name| dom.attr(id, name), || dom.code(id)));
    let mut addresses: Vec<Address> = Vec::new();
    for address in found.filter_map(|href| resolve(base, &href)) {
        if addresses.len() < MOST && address != *base && !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    addresses
}

/// Where an element with this name and these attributes leads without being a link. `code` is the text inside it.
pub(super) fn of_element<'e>(
    tag: &str,
    attr: &impl Fn(&str) -> Option<&'e str>,
    code: impl FnOnce() -> Cow<'e, str>,
) -> Vec<String> {
    let mut found = Vec::new();
    match tag {
        "meta" => found.extend(refresh(attr("http-equiv"), attr("content"))),
        "script" => found.extend(opened(&code())),
        _ => {}
    }
    found.extend(attr("onclick").map(opened).unwrap_or_default());
    // `<a href="javascript:window.open('…')">`
    let script = attr("href").filter(|it| is_script(it));
    found.extend(script.map(opened).unwrap_or_default());
    found
}

/// The pictures of `srcset` and of styles inside the page. What a style names is decoration, so it has the role of one.
pub(super) fn pictures(dom: &Dom<'_>, areas: &Areas, base: &Address) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    let may_show = |id: &Id| dom.tag(*id) == "style" || dom.has_any(*id, &["srcset", "style"]);
    for id in dom.all().filter(may_show) {
        let found = pictures_of(dom.tag(id), &|name| dom.attr(id, name), || dom.code(id));
        for (href, role) in found {
            if links.len() < MOST && !href.starts_with("data:") && links.iter().all(|it| it.href != href) {
                let block = if role == LinkRole::Image { areas.block(dom, id) } else { Block::Head };
                links.push(Link { address: resolve(base, &href), href, text: String::new(), role, block });
            }
        }
    }
    links
}

/// The same of one element; `code` is the text inside it.
pub(super) fn pictures_of<'e>(
    tag: &str,
    attr: &impl Fn(&str) -> Option<&'e str>,
    code: impl FnOnce() -> Cow<'e, str>,
) -> Vec<(String, LinkRole)> {
    let mut found: Vec<(String, LinkRole)> = Vec::new();
    let sets = attr("srcset").into_iter().flat_map(candidates);
    found.extend(sets.map(|it| (it, LinkRole::Image)));
    let style = if tag == "style" { code() } else { "".into() };
    let texts = attr("style").into_iter().chain([style.as_ref()]);
    found.extend(texts.flat_map(styled).map(|it| (it, LinkRole::Style)));
    found
}

/// `0; url='/index.html'`
fn refresh(http_equiv: Option<&str>, content: Option<&str>) -> Option<String> {
    http_equiv.filter(|it| it.trim().eq_ignore_ascii_case("refresh"))?;
    let content = content?;
    let at = content.to_ascii_lowercase().find("url")?;
    let href = content[at + 3..].trim_start().strip_prefix('=')?.trim();
    Some(href.trim_matches(['"', '\'']).to_owned())
}

fn opened(script: &str) -> Vec<String> {
    static WORDS: Words = Words::of(&["location", "window.open"]);
    if !WORDS.are_in(script) {
        return Vec::new();
    }
    let hrefs = OPENED.find_iter(script).filter_map(|it| first_string(it.as_str()));
    hrefs.map(str::to_owned).take(MOST).collect()
}

/// What stands in the first quotes of a piece of script.
fn first_string(code: &str) -> Option<&str> {
    let start = code.find(['"', '\''])?;
    let quote = char::from(code.as_bytes()[start]);
    code[start + 1..].split(quote).next()
}

/// `a.jpg 1x, b.jpg 2x`
fn candidates(srcset: &str) -> Vec<String> {
    let candidates = srcset.split(", ").flat_map(|it| it.split(",\n"));
    candidates.filter_map(|it| it.split_whitespace().next()).take(MOST).map(str::to_owned).collect()
}

/// What stands in `url(…)`, with quotes or without.
fn styled(style: &str) -> Vec<String> {
    let called = memchr::memchr_iter(b'(', style.as_bytes()).filter_map(|at| {
        let name = &style.as_bytes()[..at];
        let rest = &style[at + 1..];
        let rest = &rest[..rest.floor_char_boundary(LONGEST_URL + 20)];
        let (before, name) = name.split_at_checked(name.len().checked_sub(3)?)?;
        let is_url = name.eq_ignore_ascii_case(b"url")
            && !before.last().is_some_and(|it| it.is_ascii_alphanumeric() || *it == b'_');
        let url = is_url.then(|| rest.split_once(')'))??.0.trim().trim_matches(['"', '\'']);
        let fits = (1..=LONGEST_URL).contains(&url.len())
            && !url.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
        fits.then(|| url.to_owned())
    });
    called.filter(|it| !it.starts_with('#')).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use scraper::Html;

    use super::{on, pictures};
    use crate::base::Address;
    use crate::page::areas::Areas;
    use crate::page::dom::Dom;
    use crate::page::model::LinkRole;

    fn base() -> Address {
        "http://a.example/x/index.html".parse().unwrap()
    }

    fn leads(markup: &str) -> Vec<String> {
        let html = Html::parse_document(markup);
        on(&Dom::of(&html), &base()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_page_that_sends_its_visitor_on_says_where() {
        for markup in [
            "<meta http-equiv=refresh content='0; url=/n.html'>",
            "<meta http-equiv=Refresh content=\"3;URL='/n.html'\">",
            "<script>window.location.href = '/n.html';</script>",
            "<script>location=\"/n.html\"</script>",
            "<script>top.location.replace('/n.html')</script>",
            "<div onclick=\"window.open('/n.html','_blank')\">甲",
            "<a href=\"javascript:window.open('/n.html')\">甲</a>",
        ] {
            assert_eq!(leads(markup), ["http://a.example/n.html"], "{markup}");
        }
    }

    #[test]
    fn what_a_script_puts_together_is_not_guessed() {
        for markup in [
            "<script>location.href='/show?id='+id;</script>",
            "<script>window.open(url)</script>",
            "<script>if(location.href=='http://a.example/'){}</script>",
            "<meta http-equiv=refresh content=30>",
            "<script>location.href='index.html'</script>",
        ] {
            assert_eq!(leads(markup), [""; 0], "{markup}");
        }
    }

    #[test]
    fn pictures_of_styles_and_sets_are_found() {
        let markup = "<style>.a{background:url(/a.png)} .b{fill:url(#x)}</style><p style='background:url(\"b.png\")'>\
                      <img srcset='c.png 1x, d.png 2x' src=e.png><b style='background:url(data:x)'>";
        let html = Html::parse_document(markup);
        let found = pictures(&Dom::of(&html), &Areas::default(), &base());
        let found: Vec<_> = found.iter().map(|it| (it.href.as_str(), it.role)).collect();
        let (style, image) = (LinkRole::Style, LinkRole::Image);
        assert_eq!(found, [("/a.png", style), ("b.png", style), ("c.png", image), ("d.png", image)]);
    }
}
