//! Pages that a page takes into itself: `$("#head").load("/head.html")`, frames, and includes left over.
//!
//! What a visitor sees is the page with its parts, so a walk asks for them and a reader may look into them.

use std::sync::LazyLock;

use memchr::memmem;
use regex::Regex;

use crate::base::Address;

/// More parts than this are no layout.
const MOST: usize = 12;

static CALLS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r#"\.load\(\s*["']([^"'\s)]+)"#,
        r#"<!--\s*#include\s+(?:virtual|file)\s*=\s*["']([^"']+)["']"#,
        r#"(?i)<i?frame(?-u:\b)[^>]*?(?-u:\b)src\s*=\s*["']?([^"'\s>]+)"#,
    ]
    .into_iter()
    .filter_map(|it| Regex::new(it).ok())
    .collect()
});

/// The addresses of the parts, each once, in the order written; only web addresses.
pub(super) fn find(text: &str, base: &Address) -> Vec<Address> {
    let mut parts: Vec<Address> = Vec::new();
    // Each pattern has a word of its own; where it does not occur, there is nothing to search.
    let signs = [".load", "#include", "frame"];
    let has = |sign: &str| memmem::find(text.as_bytes(), sign.as_bytes()).is_some();
    let is_mixed = has("Frame");
    for (call, sign) in CALLS.iter().zip(signs) {
        if !(is_mixed || has(sign) || has(&sign.to_uppercase())) {
            continue;
        }
        for (_, [href]) in call.captures_iter(text).map(|it| it.extract()) {
            // A template's `${…}` or a string put together is no address.
            if parts.len() < MOST
                && !href.contains(['{', '+', '<'])
                && let Ok(address) = base.join(href)
                && !parts.contains(&address)
            {
                parts.push(address);
            }
        }
    }
    parts
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
