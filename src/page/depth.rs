//! Builds the tree of a page, and stops where a page is made to break whoever does.
//!
//! html5ever takes time quadratic in the nesting depth and has no cap, so a hostile page of 200,000 `<div>` would
//! keep it busy for minutes; and formatting elements left open are opened again in every paragraph, so that a page
//! may grow a hundredfold. The page is therefore handed over in small pieces, with a look at the tree after each.
//! Of a page that is refused, title, links and text are read from the stream of tags alone. This file knows tags and
//! nothing of what a page is about.

use html5ever::driver::{ParseOpts, parse_document};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5gum::{DefaultEmitter, Token, Tokenizer};
use scraper::{Html, HtmlTreeSink};

use crate::base::squeeze;

/// How many levels a browser follows.
pub(super) const DEEPEST: usize = 512;
/// Bytes between two looks: few enough that a tower built and taken down between them costs nothing.
const PIECE: usize = 2 * 1024;
/// Nodes that a page may have beyond one for each byte of its source.
const SPARE_NODES: usize = 1_000;

/// Nodes of a tree. The largest pages seen have some ten thousand; a body of 10 MB may ask for three million, and half a
/// gigabyte of memory.
const MOST_NODES: usize = 250_000;
/// Anchors that are read without a tree; as many as a sitemap may name.
pub(super) const MOST_ANCHORS: usize = 50_000;

/// The tree of a page; `None` when it is deeper or larger than we follow, or grows beyond its source.
pub(super) fn tree(text: &str) -> Option<Html> {
    let mut parser = parse_document(HtmlTreeSink::new(Html::new_document()), ParseOpts::default());
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.ceil_char_boundary(PIECE));
        parser.process(StrTendril::from(piece));
        rest = after;
        let html = parser.tokenizer.sink.sink.0.borrow();
        let done = text.len() - rest.len();
        let is_deep = html.tree.nodes().next_back().is_some_and(|it| it.ancestors().nth(DEEPEST).is_some());
        if is_deep || html.tree.values().len() > (done + SPARE_NODES).min(MOST_NODES) {
            return None;
        }
    }
    Some(parser.finish())
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
                    if let Some(href) = tag.attributes.get(&b"href"[..])
                        && page.anchors.len() < MOST_ANCHORS
                    {
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

#[cfg(test)]
mod tests {
    use super::{MOST_ANCHORS, shallow, tree};

    #[test]
    fn a_tower_of_tags_is_refused() {
        for tower in ["<div>".repeat(100_000), "<ul><li>".repeat(1_000), "<font>".repeat(2_000)] {
            assert!(tree(&tower).is_none());
        }
    }

    #[test]
    fn a_page_of_nothing_but_tags_is_refused_and_so_many_of_its_links_are_read() {
        let many = (0..300_000).map(|at| format!("<a href={at}>")).collect::<Vec<_>>().concat();
        assert!(tree(&many).is_none());
        assert_eq!(shallow(&many).anchors.len(), MOST_ANCHORS);
    }

    #[test]
    fn a_page_that_grows_beyond_its_source_is_refused() {
        let open = (0..400).map(|at| format!("<b id={at}>")).collect::<Vec<_>>().concat();
        assert!(tree(&["<p>", &open, "</p>", &"<p>x".repeat(10_000)].concat()).is_none());
    }

    #[test]
    fn a_long_flat_page_is_not() {
        for (before, row, after) in [
            ("", "<p>text<br>", ""),
            ("<ul>", "<li><a href=x>a", "</ul>"),
            ("<table>", "<tr><td>a<td>b", "</table>"),
            ("", "<div></div>", ""),
            ("", "通知公告", ""),
            ("<script>", "'</p>'", "</script>"),
        ] {
            assert!(tree(&[before, &row.repeat(5_000), after].concat()).is_some(), "{row}");
        }
    }

    #[test]
    fn pieces_make_the_same_tree_as_the_whole() {
        let page = "<p class='甲'>通知<b>公告</b>&amp;<!-- 注 --><script>'</p>'</script><table><tr><td>一<td>二</table>".repeat(200);
        assert_eq!(tree(&page).unwrap().html(), scraper::Html::parse_document(&page).html());
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
