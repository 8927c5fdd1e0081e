//! The pages of a list after the first, as far as the pager shows them.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem;
use scraper::Html;

use super::dom::{Dom, Id};
use super::links::resolve;
use super::pattern::{Pattern, compile};
use super::words::Words;
use crate::base::Address;

/// More pages than this are not named, however many a pager claims.
const MOST_PAGES: u32 = 500;

/// `createPageHTML(34, 0, "index", "shtml")` and kin: count, current, name, ending.
static TRS: Pattern = LazyLock::new(|| {
    compile(
        r#"(?i)createPage(?:HTML)?\w*\(\s*(?P<count>[0-9]{1,5})\s*,\s*(?P<now>[0-9]{1,5})\s*,\s*["'](?P<name>[^"'\s]{1,80})["']\s*,\s*["'](?P<ending>[a-z]{2,6})["']"#,
    )
});
/// `createPageHTML('page-div',34,1,'common_list','shtml',500)`: element, count, current, name, ending.
static UCAP: Pattern = LazyLock::new(|| {
    compile(
        r#"(?i)createPage(?:HTML)?\w*\(\s*["'][^"']{1,40}["']\s*,\s*(?P<count>[0-9]{1,5})\s*,\s*(?P<now>[0-9]{1,5})\s*,\s*["'](?P<name>[^"'\s]{1,80})["']\s*,\s*["'](?P<ending>[a-z]{2,6})["']"#,
    )
});
static NUMBERED: Pattern =
    LazyLock::new(|| compile(r"^(?P<stem>.*?[^0-9])(?P<number>[0-9]{1,4})(?P<rest>\.[a-z]{2,6}|/)?$"));

const NEXT: [&str; 6] = ["下一页", "下页", "后一页", "Next", "next", "后页"];
const LAST: [&str; 5] = ["尾页", "末页", "最后一页", "最后页", "Last"];

static PACKED_MARKS: Words = Words::of(&["page"]);

/// Fewer letters than this hold no packed pager.
const FEWEST_PACKED: usize = 60;

/// Whether a page may name pages of its list by a script, without a link to each.
pub(super) fn may_name_pages(text: &str) -> bool {
    memmem::find(text.as_bytes(), b"createPage").is_some()
}

/// Whether a link with this text may be the end of a run of pages of which not all are linked.
pub(super) fn may_be_end(text: &str) -> bool {
    // Hardly any text has one of the letters that they begin with.
    if !text.contains(['尾', '末', '最', 'L']) {
        return false;
    }
    let letters: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    LAST.iter().any(|it| letters.contains(it))
}

/// Whether a piece of text may be part of a packed pager.
pub(super) fn may_be_packed(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    let digits = text.iter().take_while(|it| is_digit_of_base64(**it)).count();
    digits >= FEWEST_PACKED / 4 && text[digits..].iter().all(|it| *it == b'=')
}

fn is_digit_of_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/'
}

/// Whether the text of a link turns pages.
pub(super) fn is_turn(text: &str) -> bool {
    let is_told =
        |c: &char| !c.is_whitespace() && !matches!(c, '[' | ']' | '<' | '>' | '«' | '»' | '‹' | '›');
    // No more than tells a text from every one below, and most texts are longer.
    if text.len() > 64 {
        return false;
    }
    let begins = |c: char| c.is_ascii_digit() || "上下尾末第最前后共跳GNnL.…".contains(c);
    if !text.chars().find(is_told).is_some_and(begins) {
        return false;
    }
    let text: String = text.chars().filter(is_told).take(6).collect();
    let number = !text.is_empty() && text.len() <= 4 && text.chars().all(|c| c.is_ascii_digit());
    number
        || matches!(
            text.as_str(),
            "下一页"
                | "上一页"
                | "下页"
                | "上页"
                | "尾页"
                | "末页"
                | "第一页"
                | "最后一页"
                | "前一页"
                | "后一页"
                | "上一张"
                | "下一张"
                | "共页"
                | "GO"
                | "跳转"
                | "Next"
                | "next"
                | "Last"
                | "..."
                | "…"
        )
}

/// The addresses of the pages after this one, in order.
pub(super) fn next_pages(dom: &Dom<'_>, base: &Address) -> Vec<Address> {
    let mut pages = by_script(dom, base);
    if pages.is_empty() {
        pages = by_links(dom, base);
    }
    if pages.is_empty() {
        pages = by_code(dom, base);
    }
    pages.retain(|it| it != base);
    let mut seen = std::collections::HashSet::new();
    pages.retain(|it| seen.insert(it.clone()));
    pages
}

fn by_script(dom: &Dom<'_>, base: &Address) -> Vec<Address> {
    for script in dom.tagged(0, "script") {
        let code = dom.code(script);
        if !may_name_pages(&code) {
            continue;
        }
        // TRS counts from 0 and calls its second page _1; the other counts from 1 and calls it _2.
        let (found, is_trs) = match (TRS.captures(&code), UCAP.captures(&code)) {
            (Some(found), _) => (found, true),
            (None, Some(found)) => (found, false),
            (None, None) => continue,
        };
        let number = |name: &str| found[name].parse::<u32>().unwrap_or(0);
        let (count, now) = (number("count").min(MOST_PAGES), number("now"));
        let numbers: Vec<u32> = if is_trs { (now + 1..count).collect() } else { (now + 1..=count).collect() };
        let (name, ending) = (&found["name"], &found["ending"]);
        return numbers.iter().filter_map(|it| resolve(base, &format!("{name}_{it}.{ending}"))).collect();
    }
    Vec::new()
}

fn by_links(dom: &Dom<'_>, base: &Address) -> Vec<Address> {
    let is_aside = |c: char| matches!(c, '[' | ']' | '<' | '>' | '»' | '.');
    let anchors: Vec<(Id, Cow<'_, str>)> = dom
        .tagged(0, "a")
        .filter(|it| dom.text_length(*it) <= 8 && dom.attr(*it, "href").is_some())
        .map(|it| (it, dom.shown(it)))
        // Hardly any name has one of the letters of these words, or is a number.
        .filter(|(_, name)| {
            name.contains(['下', '后', '尾', '末', 'N', 'n', 'L', '+'])
                || name.starts_with(|c: char| c.is_ascii_digit())
        })
        .map(|(it, name)| (it, unbroken(name)))
        .collect();
    let leads = |names: &[&str]| {
        anchors
            .iter()
            .find(|(_, text)| names.contains(&text.trim_matches(is_aside)))
            .and_then(|(id, _)| resolve(base, dom.attr(*id, "href")?))
    };
    let next = leads(&NEXT);
    let last = leads(&LAST);
    let Some(next) = next else { return Vec::new() };
    if next == *base {
        return Vec::new();
    }
    let run = last.as_ref().and_then(|last| run(&next, last));
    if let Some(run) = run {
        return run;
    }
    let mut pages = vec![next];
    let mut numbers: Vec<(u32, Address)> = anchors
        .iter()
        .filter_map(|(id, text)| Some((text.parse::<u32>().ok()?, resolve(base, dom.attr(*id, "href")?)?)))
        .filter(|(number, _)| (2..=MOST_PAGES).contains(number))
        .collect();
    numbers.sort_by_key(|(number, _)| *number);
    pages.extend(numbers.into_iter().map(|(_, address)| address));
    pages
}

/// A text without its white space.
pub(super) fn unbroken(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains(char::is_whitespace) { text.split_whitespace().collect() } else { text }
}

/// A pager that stands in the page as base64 of URL-encoded markup, for a script to unpack.
fn by_code(dom: &Dom<'_>, base: &Address) -> Vec<Address> {
    let packed = dom.all().find_map(|id| {
        let may_be = dom.anchors(id) == 0 && (FEWEST_PACKED..=40_000).contains(&dom.text_length(id));
        if !may_be || !dom.is_marked(id, &PACKED_MARKS) {
            return None;
        }
        unpacked(&dom.text(id))
    });
    packed.map_or_else(Vec::new, |markup| {
        let html = Html::parse_document(&markup);
        by_links(&Dom::of(&html), base)
    })
}

/// Markup out of base64 of its URL-encoded form; `None` when it is none.
fn unpacked(text: &str) -> Option<String> {
    let bytes = base64(text.trim())?;
    let (markup, _) = url::form_urlencoded::parse(&bytes).next()?;
    markup.contains("href").then(|| markup.into_owned())
}

fn base64(text: &str) -> Option<Vec<u8>> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in text.trim_end_matches('=').bytes() {
        let value = DIGITS.iter().position(|it| *it == byte)?;
        held = held << 6 & 0xffff | u32::try_from(value).ok()?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).ok()?);
        }
    }
    Some(bytes)
}

/// Every page from one to another whose addresses differ in a number only, up or (as VSB does) down.
fn run(next: &Address, last: &Address) -> Option<Vec<Address>> {
    let (a, b) = (NUMBERED.captures(next.as_str())?, NUMBERED.captures(last.as_str())?);
    let rest =
        |found: &regex::Captures<'_>| found.name("rest").map_or(String::new(), |it| it.as_str().to_owned());
    if a["stem"] != b["stem"] || rest(&a) != rest(&b) {
        return None;
    }
    let (from, to) = (a["number"].parse::<u32>().ok()?, b["number"].parse::<u32>().ok()?);
    let numbers: Vec<u32> = if from <= to { (from..=to).collect() } else { (to..=from).rev().collect() };
    let stem = &a["stem"];
    let rest = rest(&a);
    let most = usize::try_from(MOST_PAGES).unwrap_or(usize::MAX);
    Some(numbers.iter().take(most).filter_map(|it| format!("{stem}{it}{rest}").parse().ok()).collect())
}

#[cfg(test)]
mod tests {
    use scraper::Html;

    use super::next_pages;
    use crate::page::dom::Dom;

    fn pages(at: &str, body: &str) -> Vec<String> {
        let html = Html::parse_document(body);
        let base = format!("http://a.example{at}").parse().unwrap();
        next_pages(&Dom::of(&html), &base).iter().map(|it| it.path_and_query().to_owned()).collect()
    }

    #[test]
    fn the_second_page_of_trs_is_called_one() {
        let body = "<script>createPageHTML(3, 0, \"index\", \"shtml\");</script>";
        assert_eq!(pages("/tzgg/", body), ["/tzgg/index_1.shtml", "/tzgg/index_2.shtml"]);
    }

    #[test]
    fn the_second_page_of_the_other_form_is_called_two() {
        let body = "<script>createPageHTML('page-div',3, 1,'common_list','shtml',500);</script>";
        assert_eq!(pages("/a/common_list.shtml", body), ["/a/common_list_2.shtml", "/a/common_list_3.shtml"]);
    }

    #[test]
    fn vsb_counts_down() {
        let body = "<a href=tzgg/3.htm>下页</a><a href=tzgg/1.htm>尾页</a>";
        assert_eq!(pages("/tzgg.htm", body), ["/tzgg/3.htm", "/tzgg/2.htm", "/tzgg/1.htm"]);
    }

    #[test]
    fn numbered_links_are_followed_in_order() {
        let body =
            "<a href=l_1.html>1</a><a href=l_3.html>3</a><a href=l_2.html>2</a><a href=l_2.html>下一页</a>";
        assert_eq!(pages("/l_1.html", body), ["/l_2.html", "/l_3.html"]);
    }

    #[test]
    fn a_packed_pager_is_unpacked() {
        // <a href="/tz/2.html">下一页</a> <a href="/tz/3.html">尾页</a>, URL-encoded, in base64.
        let packed = "JTNDYStocmVmJTNEJTIyJTJGdHolMkYyLmh0bWwlMjIlM0UlRTQlQjglOEIlRTQlQjglODAlRTklQTElQjUlM0MlMkZhJTNFKyUzQ2EraHJlZiUzRCUyMiUyRnR6JTJGMy5odG1sJTIyJTNFJUU1JUIwJUJFJUU5JUExJUI1JTNDJTJGYSUzRQ==";
        let body = format!("<div id=pages class=page>{packed}</div>");
        assert_eq!(pages("/tz/index.html", &body), ["/tz/2.html", "/tz/3.html"]);
        assert_eq!(pages("/tz/index.html", "<div class=page>Nothing</div>"), Vec::<String>::new());
    }

    #[test]
    fn a_list_on_one_page_has_no_next() {
        assert_eq!(pages("/l.html", "<a href=/l.html>下一页</a>"), Vec::<String>::new());
        assert_eq!(
            pages("/l.html", "<script>createPageHTML(1,0,'index','html')</script>"),
            Vec::<String>::new()
        );
    }
}
