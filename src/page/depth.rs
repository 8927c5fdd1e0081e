//! Counts how deep a page is nested before a tree is built of it.
//!
//! html5ever takes time quadratic in the nesting depth and has no cap, so a hostile page of 200,000 `<div>` would
//! keep it busy for minutes. Beyond [`DEEPEST`] no tree is built; title, links and text are then read from the
//! stream of tags alone. This file knows tags and nothing of what a page is about.

use html5gum::{DefaultEmitter, Token, Tokenizer};

use crate::base::squeeze;

/// How many levels a browser follows.
pub(super) const DEEPEST: usize = 512;

/// Whether the page is nested deeper than we follow.
pub(super) fn is_too_deep(text: &str) -> bool {
    !is_surely_flat(text) && is_deep(text)
}

/// A quick look that may take a flat page for a deep one and never a deep one for a flat one.
///
/// Every start tag opens a level, and only an end tag of the same name as the innermost open one closes it. Whatever
/// a tokenizer and this look could see differently (comments that end oddly, comments in scripts, quotes out of
/// place, other namespaces) makes the page doubtful.
fn is_surely_flat(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut open: Vec<&[u8]> = Vec::new();
    let mut at = 0;
    while let Some(found) = find(bytes, at, b"<") {
        let rest = &bytes[found + 1..];
        if rest.starts_with(b"!--") {
            let Some(end) = find(bytes, found + 4, b"-->") else { return false };
            let inside = &bytes[found + 4..end];
            if inside.is_empty() || inside.starts_with(b">") || inside.starts_with(b"->") {
                return false;
            }
            if find(inside, 0, b"--!>").is_some() {
                return false;
            }
            at = end + 3;
            continue;
        }
        if rest.first().is_some_and(|it| matches!(it, b'!' | b'?')) {
            let Some(end) = find(bytes, found, b">") else { return false };
            at = end + 1;
            continue;
        }
        let (closes, rest) = rest.strip_prefix(b"/").map_or((false, rest), |rest| (true, rest));
        if !rest.first().is_some_and(u8::is_ascii_alphabetic) {
            at = found + 1;
            continue;
        }
        let ends_name = |it: &u8| it.is_ascii_whitespace() || matches!(it, b'/' | b'>');
        let Some(length) = rest.iter().position(ends_name) else { return false };
        let name = &rest[..length];
        let start = found + 1 + usize::from(closes) + length;
        let Some(end) = tag_end(bytes, start) else { return false };
        at = end;
        if is_void(&name.to_ascii_lowercase()) {
            continue;
        }
        if closes {
            if open.last().is_some_and(|it| it.eq_ignore_ascii_case(name)) {
                open.pop();
            }
            continue;
        }
        if is_named(name, &["svg", "math", "plaintext", "frameset"]) {
            return false;
        }
        if is_named(name, &["script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes"]) {
            let Some(end) = end_of_raw(bytes, at, name) else { return false };
            at = end;
            continue;
        }
        open.push(name);
        if open.len() > DEEPEST {
            return false;
        }
    }
    true
}

fn is_named(name: &[u8], names: &[&str]) -> bool {
    names.iter().any(|it| name.eq_ignore_ascii_case(it.as_bytes()))
}

fn find(bytes: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let first = *what.first()?;
    let mut at = 0;
    while let Some(step) = rest[at..].iter().position(|it| *it == first) {
        if rest[at + step..].starts_with(what) {
            return Some(from + at + step);
        }
        at += step + 1;
    }
    None
}

/// Behind the `>` of a tag; `None` where it has no end, or quotes that a tokenizer could read in another way.
fn tag_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    // The last two characters that were no white space, and whether a blank stood before the last one.
    let (mut last, mut gap_before_last, mut gap) = (b' ', false, false);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'>' => return Some(at + 1),
            b'"' | b'\'' if last == b'=' => {
                if gap_before_last {
                    return None;
                }
                at = find(bytes, at + 1, &[*byte])?;
                last = *byte;
                gap = false;
            }
            it if it.is_ascii_whitespace() => gap = true,
            it => {
                gap_before_last = gap || last == b'/' || at == from;
                last = *it;
                gap = false;
            }
        }
        at += 1;
    }
    None
}

/// Where the end tag of an element with raw text begins; `None` where the text holds a comment, which could hide it.
fn end_of_raw(bytes: &[u8], from: usize, name: &[u8]) -> Option<usize> {
    let mut at = from;
    loop {
        let found = find(bytes, at, b"</")?;
        let rest = &bytes[found + 2..];
        let ends =
            rest.get(name.len()).is_some_and(|it| it.is_ascii_whitespace() || matches!(it, b'/' | b'>'));
        if ends && rest[..name.len()].eq_ignore_ascii_case(name) {
            return find(&bytes[from..found], 0, b"<!--").is_none().then_some(found);
        }
        at = found + 2;
    }
}

fn is_deep(text: &str) -> bool {
    let mut open: Vec<Vec<u8>> = Vec::new();
    for token in tokens(text) {
        match token {
            Token::StartTag(tag) => {
                if is_void(&tag.name) {
                    continue;
                }
                if let Some(at) = closed_by(&tag.name, &open) {
                    open.truncate(at);
                }
                open.push(tag.name.to_vec());
                if open.len() > DEEPEST {
                    return true;
                }
            }
            Token::EndTag(tag) => {
                if let Some(at) = open.iter().rposition(|name| *name == *tag.name) {
                    open.truncate(at);
                }
            }
            _ => {}
        }
    }
    false
}

/// What can be read of a page without a tree.
#[derive(Debug, Default)]
pub(super) struct Shallow {
    pub(super) title: String,
    /// href and text of each anchor.
    pub(super) anchors: Vec<(String, String)>,
    /// Number of characters of text.
    pub(super) text_length: usize,
}

/// Reads title and anchors from the stream of tags.
pub(super) fn shallow(text: &str) -> Shallow {
    let mut page = Shallow::default();
    let mut title: Option<String> = None;
    let mut anchor: Option<(String, String)> = None;
    let mut silent = 0_usize;
    for token in tokens(text) {
        match token {
            Token::StartTag(tag) => match &**tag.name {
                b"title" => title = Some(String::new()),
                b"script" | b"style" if !tag.self_closing => silent += 1,
                b"a" | b"area" => {
                    page.anchors.extend(anchor.take());
                    if let Some(href) = tag.attributes.get(&b"href"[..]) {
                        anchor = Some((String::from_utf8_lossy(href).into_owned(), String::new()));
                    }
                }
                _ => {}
            },
            Token::EndTag(tag) => match &**tag.name {
                b"title" => {
                    let found = squeeze(&title.take().unwrap_or_default());
                    if page.title.is_empty() {
                        page.title = found;
                    }
                }
                b"script" | b"style" => silent = silent.saturating_sub(1),
                b"a" => page.anchors.extend(anchor.take()),
                _ => {}
            },
            Token::String(text) if silent == 0 => {
                let text = String::from_utf8_lossy(&text);
                if let Some(title) = &mut title {
                    title.push_str(&text);
                    continue;
                }
                page.text_length += text.chars().filter(|c| !c.is_whitespace()).count();
                if let Some((_, words)) = &mut anchor {
                    words.push_str(&text);
                }
            }
            _ => {}
        }
    }
    page.anchors.extend(anchor);
    for (_, words) in &mut page.anchors {
        *words = squeeze(words);
    }
    page
}

fn tokens(text: &str) -> impl Iterator<Item = Token> {
    let mut emitter = DefaultEmitter::<()>::new_with_span();
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(text, emitter).flatten()
}

fn is_void(name: &[u8]) -> bool {
    matches!(
        name,
        b"area"
            | b"base"
            | b"br"
            | b"col"
            | b"embed"
            | b"hr"
            | b"img"
            | b"input"
            | b"link"
            | b"meta"
            | b"param"
            | b"source"
            | b"track"
            | b"wbr"
            | b"frame"
            | b"keygen"
    )
}

/// The element that a start tag ends although it was left open, as old pages do with `<li>` and `<p>`.
fn closed_by(start: &[u8], open: &[Vec<u8>]) -> Option<usize> {
    let (ends, boundary): (&[&[u8]], &[&[u8]]) = match start {
        b"li" => (&[b"li"], &[b"ul", b"ol", b"table", b"td", b"body"]),
        b"dt" | b"dd" => (&[b"dt", b"dd"], &[b"dl", b"table", b"td", b"body"]),
        b"td" | b"th" => (&[b"td", b"th"], &[b"table", b"tr"]),
        b"tr" => (&[b"tr"], &[b"table"]),
        b"tbody" | b"thead" | b"tfoot" => (&[b"tbody", b"thead", b"tfoot"], &[b"table"]),
        b"option" => (&[b"option"], &[b"select"]),
        b"a" => (&[b"a"], &[b"table", b"td", b"div"]),
        b"p" | b"div" | b"ul" | b"ol" | b"dl" | b"h1" | b"h2" | b"h3" | b"h4" | b"form" => {
            (&[b"p"], &[b"table", b"td", b"th", b"button"])
        }
        _ => return None,
    };
    for (at, name) in open.iter().enumerate().rev() {
        if ends.contains(&name.as_slice()) {
            return Some(at);
        }
        if boundary.contains(&name.as_slice()) {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{is_deep, is_surely_flat, is_too_deep, shallow};

    #[test]
    fn a_tower_of_tags_is_refused() {
        assert!(is_too_deep(&"<div>".repeat(100_000)));
        assert!(is_too_deep(&"<ul><li>".repeat(300)));
        assert!(is_too_deep(&"<font>".repeat(600)));
    }

    #[test]
    fn a_long_flat_page_is_not() {
        assert!(!is_too_deep(&"<p>text<br>".repeat(5_000)));
        assert!(!is_too_deep(&format!("<ul>{}</ul>", "<li><a href=x>a".repeat(5_000))));
        assert!(!is_too_deep(&format!("<table>{}</table>", "<tr><td>a<td>b".repeat(5_000))));
        assert!(!is_too_deep(&"<div></div>".repeat(5_000)));
    }

    #[test]
    fn no_trick_makes_a_tower_look_flat() {
        for trick in [
            "<div><!-- </div> -->",
            "<div><!--></div><!-- -->",
            "<div><!-- a --!></div><!-- -->",
            "<div title='</div>'>",
            "<div title = '></div>'>",
            "<div =\"></div>\">",
            "<div a\"></div a\">",
            "<div><script></div></script>",
            "<div><script><!-- <script> </div> </script></div></script>",
            "<div><style></styles></div></style>",
            "<div><textarea></div></textarea>",
            "<div><svg><title></div></title></svg>",
            "<div:a></div>",
            "<div></div",
        ] {
            let tower = trick.repeat(1_000);
            assert!(!is_surely_flat(&tower) || !is_deep(&tower), "{trick}");
        }
        assert!(is_surely_flat(
            "<!DOCTYPE html><title>a</title><script>if(a<b)x('</div>')</script><ul><li><a href=\"x\">b</a></li></ul>"
        ));
    }

    #[test]
    fn title_and_links_are_read_all_the_same() {
        let page = shallow(
            "<title> 通知 公告</title><script>'<a href=no>'</script><a href=\"/a?x=1&amp;y=2\">甲 <b>乙</b></a>丙",
        );
        assert_eq!(page.title, "通知 公告");
        assert_eq!(page.anchors, [("/a?x=1&y=2".to_owned(), "甲 乙".to_owned())]);
        assert_eq!(page.text_length, 3);
    }
}
