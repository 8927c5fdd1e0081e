//! Pages that a page takes into itself: `$("#head").load("/head.html")`, frames, and includes left over.
//!
//! What a visitor sees is the page with its parts, so a walk asks for them and a reader may look into them.

use std::sync::LazyLock;

use memchr::memmem;

use super::pattern::{Pattern, compile};
use crate::base::Address;

/// More parts than this are no layout.
const MOST: usize = 12;

static LOAD: Pattern = LazyLock::new(|| compile(r#"\.load\(\s*["']([^"'\s)]+)"#));
static INCLUDE: Pattern =
    LazyLock::new(|| compile(r#"<!--\s*#include\s+(?:virtual|file)\s*=\s*["']([^"']+)["']"#));
static FRAME: Pattern =
    LazyLock::new(|| compile(r#"(?i)^<i?frame(?-u:\b)[^>]*?(?-u:\b)src\s*=\s*["']?([^"'\s>]+)"#));

/// The addresses of the parts, each once, in the order written; only web addresses.
pub(super) fn find(text: &str, base: &Address) -> Vec<Address> {
    let mut parts: Vec<Address> = Vec::new();
    let has = |sign: &str| memmem::find(text.as_bytes(), sign.as_bytes()).is_some();
    let mut hrefs: Vec<&str> = Vec::new();
    // Each pattern has a word of its own; where it does not occur, there is nothing to search.
    for (call, sign) in [(&LOAD, ".load"), (&INCLUDE, "#include")] {
        if has(sign) {
            hrefs.extend(call.captures_iter(text).map(|it| it.extract()).map(|(_, [href])| href));
        }
    }
    hrefs.extend(frames(text).filter_map(|it| Some(FRAME.captures(it)?.extract())).map(|(_, [href])| href));
    for href in hrefs {
        // A template's `${…}` or a string put together is no address.
        if parts.len() < MOST
            && !href.contains(['{', '+', '<'])
            && let Ok(address) = base.join(href)
            && !parts.contains(&address)
        {
            parts.push(address);
        }
    }
    parts
}

/// Every tag of a frame, from its `<` to before its `>`.
fn frames(text: &str) -> impl Iterator<Item = &str> {
    let mut starts: Vec<usize> = Vec::new();
    for rest in ["rame", "RAME"] {
        starts.extend(memmem::find_iter(text.as_bytes(), rest).filter_map(|at| {
            let before = &text.as_bytes()[..at];
            let before = before.strip_suffix(b"f").or_else(|| before.strip_suffix(b"F"))?;
            let before = before.strip_suffix(b"i").or_else(|| before.strip_suffix(b"I")).unwrap_or(before);
            before.ends_with(b"<").then(|| before.len() - 1)
        }));
    }
    starts.sort_unstable();
    // A tag ends before the next one at the latest, so that the page is gone through once.
    let ends = starts.clone().into_iter().skip(1).chain([text.len()]);
    starts.into_iter().zip(ends).map(|(at, end)| text[at..end].split('>').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn loads_frames_and_includes_are_parts() {
        let base = "http://a.example/x/index.html".parse().unwrap();
        let text = "<script>$('#top').load('/inc/head.html');$('#b').load(\"foot.html #f\");$('#c').load(url+'?x');</script>\
                    <iframe width=1 src=\"list.html\"></iframe><!--#include virtual=\"/inc/nav.shtml\"--><iframe src='javascript:'></iframe>";
        let parts: Vec<String> = find(text, &base).iter().map(ToString::to_string).collect();
        assert_eq!(
            parts,
            [
                "http://a.example/inc/head.html",
                "http://a.example/x/foot.html",
                "http://a.example/inc/nav.shtml",
                "http://a.example/x/list.html"
            ]
        );
    }
}
