//! Query strings of links on pages that are not in UTF-8.
//!
//! A browser encodes what is not ASCII in a query in the encoding of the page (WHATWG URL, 4.4), and old servers read
//! it so. The path is always UTF-8. So such queries are written out, byte for byte, before the page is read.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::LazyLock;

use encoding_rs::Encoding;
use regex::{Captures, Regex};

static QUERIES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let before = r#"((?i:href|src|action)\s*=\s*(?:"[^"?<>]*|'[^'?<>]*|[^\s"'?<>]+)\?)"#;
    Regex::new(&format!(r#"{before}([^"'\s<>#]*)"#)).ok()
});

/// The page's text with the queries of its links percent-encoded in the page's encoding.
pub(super) fn written_out<'t>(text: &'t str, encoding: &str) -> Cow<'t, str> {
    let Some(encoding) = Encoding::for_label(encoding.as_bytes()) else { return Cow::Borrowed(text) };
    let Some(queries) = QUERIES.as_ref().filter(|_| encoding != encoding_rs::UTF_8) else {
        return Cow::Borrowed(text);
    };
    queries.replace_all(text, |found: &Captures<'_>| {
        let (before, query) = (&found[1], &found[2]);
        if query.is_ascii() { found[0].to_owned() } else { format!("{before}{}", encoded(query, encoding)) }
    })
}

fn encoded(query: &str, encoding: &'static Encoding) -> String {
    let mut text = String::new();
    for letter in query.chars() {
        if letter.is_ascii() {
            text.push(letter);
            continue;
        }
        let mut buffer = [0; 4];
        let (bytes, _, _) = encoding.encode(letter.encode_utf8(&mut buffer));
        for byte in bytes.iter() {
            // Writing to a string cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::written_out;

    #[test]
    fn a_query_is_in_the_encoding_of_its_page_and_a_path_is_not() {
        for (link, expected) in [
            ("<a href='/s?k=政府&p=1#政'>", "<a href='/s?k=%D5%FE%B8%AE&p=1#政'>"),
            ("<a href=\"/政府/?k=%B1\">", "<a href=\"/政府/?k=%B1\">"),
            ("<img SRC=/i?n=政>", "<img SRC=/i?n=%D5%FE>"),
            ("<p>是吗?政府</p>", "<p>是吗?政府</p>"),
        ] {
            assert_eq!(written_out(link, "GBK"), expected);
            assert_eq!(written_out(link, "UTF-8"), link);
        }
    }
}
