//! Every address that a page could lead to, found in the stream of its tags, without a tree.
//!
//! Most pages of a large site lead nowhere that is not known already, and a walk that knows it needs no more of them.
//! What an element leads to is said by the same functions that [`read`](super::read()) uses; only where the elements
//! come from differs. The promise is that nothing is missing that `read` finds. What stands in places that a browser
//! ignores may be there besides. Where tags alone do not tell what the tree would be, nothing is said.

use std::borrow::Cow;
use std::collections::HashSet;
use std::convert::Infallible;

use html5gum::emitters::callback::{Callback, CallbackEmitter, CallbackEvent};
use html5gum::{Emitter, Error, ForwardingEmitter, Span, Tokenizer};

use super::model::{LinkRole, Source};
use super::{decode, depth, leads, links, pager, parts, queries, read};
use crate::base::{Address, Squeezer};

/// An address, and as what a page refers to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// Where it leads.
    pub address: Address,
    /// What it is.
    pub role: LinkRole,
}

/// Every reference of a page, each address once for each role; `None` when only [`read`](super::read()) can tell.
pub fn references(source: &Source<'_>) -> Option<Vec<Reference>> {
    let body = read::not_too_large(source.body);
    let decoded = decode::decode(body, source.content_type);
    let text = read::unfolded(&decoded.text);
    let text = queries::written_out(&text, decoded.encoding.name);
    if pager::may_name_pages(&text) {
        return None;
    }
    let found = Tags::of(&text)?;
    let base = links::base_of(found.bases.iter().map(String::as_str), source.address);
    let mut seen: HashSet<(&str, LinkRole)> = HashSet::new();
    let mut all = Vec::new();
    for (href, role) in &found.hrefs {
        if seen.insert((href.as_str(), *role))
            && let Some(address) = links::resolve(&base, href)
        {
            all.push(Reference { address, role: *role });
        }
    }
    let parts = parts::find(&text, source.address).into_iter();
    all.extend(parts.map(|address| Reference { address, role: LinkRole::Frame }));
    Some(all)
}

/// Attributes that lead somewhere, or say so of another one.
const TELLING: [&str; 10] =
    ["href", "src", "onclick", "srcset", "style", "content", "http-equiv", "type", "rel", "download"];

/// Elements whose content is text to a browser, whatever tags stand in it; and those in which the tree is built by
/// other rules than tags show.
const TEXT: [&str; 7] = ["title", "textarea", "iframe", "xmp", "noembed", "noscript", "style"];
const OTHER_RULES: [&str; 6] = ["svg", "math", "frameset", "noframes", "plaintext", "template"];

/// A tower of tags is read by its tags alone, and from another base, so it is left to the reader.
const TOWER: usize = depth::DEEPEST / 2;

/// Does not want to hear of errors; for an emitter that does, every letter of the page is looked at for one.
struct Careless<F: Callback<Infallible, ()>>(CallbackEmitter<F>);

impl<F: Callback<Infallible, ()>> ForwardingEmitter for Careless<F> {
    type Token = Infallible;

    fn inner(&mut self) -> &mut impl Emitter<Token = Infallible> {
        &mut self.0
    }

    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn emit_error(&mut self, _: Error) {}
}

/// Collects what the tags of a page say.
#[derive(Debug, Default)]
struct Tags {
    /// What each `<base>` says.
    bases: Vec<String>,
    /// As written.
    hrefs: Vec<(String, LinkRole)>,
    /// The element whose start tag was begun last, and those of its attributes that tell something.
    name: String,
    attributes: Vec<(&'static str, String)>,
    /// The last one of them, if the value that comes next is its.
    telling: Option<&'static str>,
    /// It is a script or a style, and its text has not come yet.
    awaits_code: bool,
    /// The text of the anchor that is open.
    anchor: Option<Squeezer>,
    open: usize,
    in_select: bool,
    is_unsure: bool,
}

impl Tags {
    fn of(text: &str) -> Option<Self> {
        let mut tags = Self::default();
        let mut emitter =
            CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<Infallible> {
                tags.hear(&event);
                None
            });
        emitter.naively_switch_states(true);
        // Nothing is handed out, so that the first step is the last.
        if let Some(never) = Tokenizer::new_with_emitter(text, Careless(emitter)).next() {
            match never {}
        }
        tags.end_tag();
        tags.end_anchor();
        (!tags.is_unsure).then_some(tags)
    }

    fn hear(&mut self, event: &CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.end_tag();
                self.begin_tag(name);
            }
            CallbackEvent::AttributeName { name } => {
                self.telling = TELLING.into_iter().find(|it| it.as_bytes() == *name);
                self.attributes.extend(self.telling.map(|it| (it, String::new())));
            }
            CallbackEvent::AttributeValue { value } => {
                if let Some((_, text)) = self.attributes.last_mut().filter(|_| self.telling.is_some()) {
                    text.push_str(&String::from_utf8_lossy(value));
                }
            }
            CallbackEvent::CloseStartTag { .. } => {
                self.awaits_code = matches!(self.name.as_str(), "script" | "style");
                if !self.awaits_code {
                    self.end_tag();
                }
            }
            CallbackEvent::String { value } if self.awaits_code => {
                let code = String::from_utf8_lossy(value);
                self.tell(&code);
            }
            CallbackEvent::String { value } => self.hear_text(value),
            CallbackEvent::EndTag { name } => {
                self.end_tag();
                self.open = self.open.saturating_sub(1);
                match *name {
                    b"a" => self.end_anchor(),
                    b"select" => self.in_select = false,
                    _ => {}
                }
            }
            CallbackEvent::Comment { .. } | CallbackEvent::Doctype { .. } | CallbackEvent::Error(_) => {}
        }
    }

    fn begin_tag(&mut self, name: &[u8]) {
        self.name.clear();
        self.name.push_str(&String::from_utf8_lossy(name));
        self.open += 1;
        let name = self.name.as_str();
        let is_odd = OTHER_RULES.contains(&name)
            || self.in_select && (TEXT.contains(&name) || name == "base")
            || self.open > TOWER;
        self.is_unsure |= is_odd;
        match name {
            "a" => {
                self.end_anchor();
                self.anchor = Some(Squeezer::default());
            }
            "select" => self.in_select = true,
            "area" | "base" | "br" | "col" | "embed" | "hr" | "img" | "input" | "link" | "meta" | "p"
            | "li" => {
                self.open -= 1;
            }
            _ => {}
        }
    }

    /// A tag that has not been told of yet has no text in it.
    fn end_tag(&mut self) {
        // Most elements have no attributes that tell something, and then there is nothing to tell. Those of an end tag
        // are told of no element, so that the next one does not get them.
        if !self.attributes.is_empty() {
            self.tell("");
        }
        self.name.clear();
        self.awaits_code = false;
    }

    /// Notes where the last element leads. `code` is the text inside it, if it is a script or a style.
    fn tell(&mut self, code: &str) {
        let attributes = std::mem::take(&mut self.attributes);
        // Of attributes of one name the first counts.
        let attr = |name: &str| attributes.iter().find(|(it, _)| *it == name).map(|(_, text)| text.as_str());
        if self.name == "base" {
            self.bases.extend(attr("href").filter(|it| !it.trim().is_empty()).map(str::to_owned));
            // Which of two stands first is for the tree to say.
            self.is_unsure |= self.bases.len() > 1;
        }
        // A page of so many is read without a tree, and no further than that.
        self.is_unsure |= self.hrefs.len() >= depth::MOST_ANCHORS;
        let link = links::of_element(&self.name, &attr).filter(|_| !self.is_unsure);
        self.hrefs.extend(link.map(|(href, role)| (href.to_owned(), role)));
        if let Some(href) = attr("onclick").and_then(links::handler_target) {
            self.hrefs.push((href.trim().to_owned(), LinkRole::Anchor));
        }
        let code = || Cow::Borrowed(code);
        let led_on = leads::of_element(&self.name, &attr, code);
        self.hrefs.extend(led_on.into_iter().map(|href| (href, LinkRole::Anchor)));
        self.hrefs.extend(leads::pictures_of(&self.name, &attr, code));
        self.attributes = attributes;
        self.attributes.clear();
        self.name.clear();
        self.awaits_code = false;
    }

    fn hear_text(&mut self, text: &[u8]) {
        self.is_unsure |= pager::may_be_packed(text);
        if let Some(anchor) = &mut self.anchor {
            anchor.push(&String::from_utf8_lossy(text));
        }
    }

    fn end_anchor(&mut self) {
        let text = self.anchor.take().map(Squeezer::finish).unwrap_or_default();
        self.is_unsure |= pager::may_be_end(&text);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::references;
    use crate::base::Address;
    use crate::page::{LinkRole, NavEntry, Page, Source, read};

    fn source<'a>(address: &'a Address, markup: &'a str) -> Source<'a> {
        Source { address, content_type: Some("text/html; charset=utf-8"), body: markup.as_bytes() }
    }

    fn each_entry<'p>(entries: &'p [NavEntry], all: &mut Vec<&'p Address>) {
        for entry in entries {
            all.extend(&entry.address);
            each_entry(&entry.children, all);
        }
    }

    /// Every address that a walk takes from a page.
    fn addresses(page: &Page) -> Vec<&Address> {
        let mut all = Vec::new();
        each_entry(&page.navigation, &mut all);
        all.extend(page.parts.iter().chain(&page.leads_on));
        all.extend(page.lists.iter().flat_map(|it| it.more.iter().chain(&it.next_pages)));
        all.extend(page.links.iter().filter_map(|it| it.address.as_ref()));
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn nothing_is_missing_that_a_reading_finds(pieces in prop::collection::vec(prop::sample::select(vec![
            "<ul>", "</ul>", "<li>", "<li onclick=\"location.href='o.html'\">", "<a href=1.html>", "<a href='2.html?a=1&amp;b=2&c=3'>", "</a>",
            "<table>", "<tr><td>", "</table>", "<select>", "</select>", "<option>", "<textarea>", "</textarea>", "<title>", "</title>",
            "<noscript>", "</noscript>", "<iframe src=f.html>", "</iframe>", "<!--", "-->", "<!-- <a href=c.html> -->", "<![CDATA[", "]]>",
            "<script>", "</script>", "<script src=s.js>", "location.href='l.html';", "window.open(\"w.html\")", "<style>", "</style>", "{background:url(p.png)}",
            "<svg>", "</svg>", "<math>", "<template>", "</template>", "<frameset>", "<frame src=g.html>", "<noframes>", "</noframes>", "<xmp>", "</xmp>", "<plaintext>",
            "<base href=/b/>", "<base target=_blank>", "<meta http-equiv=refresh content='0; url=r.html'>", "<link rel=stylesheet href=x.css>",
            "<img src=i.png srcset='j.png 1x, k.png 2x'>", "<input type=image src=m.png>", "<div style='background:url(n.png)'>", "</div>", "<p>", "</p>", "<b>", "</b>", "<form>", "</form>", "<body>", "<head>", "</html>",
            "首页", "政务公开", "互动交流", "通知公告", "下一页", "尾页", "<a href=l_1.html>下一页</a><a href=l_9.html>尾页</a>", "更多", "2017-06-16", "当前位置：", " &gt; ",
            "<div class=nav>", "<dd onclick=\"window.open('d.html')\">", "<a href=\"javascript:window.open('v.html')\">", "<map><area href=h.html>", "\u{0}", "\"", "'", "<", ">", "=", "/", "{{x}}",
            "</p href=e.html onclick=\"location.href='k.html'\">", "<a href=q&amp;r=1&copy=2>", "<script>if(a<b){location.href='t.html';}</script>", "<!--<script>", "\r\n", "<A HREF=U.html>", "</SCRIPT\n>", "<a\nhref\n=\n'y.html'/>",
        ]), 0..20)) {
            let address: Address = "http://a.example/x/".parse().unwrap();
            let markup = pieces.concat();
            let source = source(&address, &markup);
            if let Some(told) = references(&source) {
                let page = read(&source);
                for address in addresses(&page) {
                    prop_assert!(told.iter().any(|it| it.address == *address), "{address} of {markup}");
                }
            }
        }
    }

    #[test]
    fn what_a_script_puts_in_its_place_is_told_as_the_reader_tells_it() {
        let address: Address = "http://a.example/x/".parse().unwrap();
        let markup = "<div id=top></div><p>甲</p><script>var head = '<div class=\"nav\"><a href=\"/\">首页</a><a href=\"/gk/\">政务公开</a>\
                      <a href=\"/hd/\">互动交流</a></div>'; document.getElementById('top').innerHTML = head;</script>";
        let source = source(&address, markup);
        let told = references(&source).unwrap();
        let page = read(&source);
        assert_eq!(page.links.len(), 3);
        for address in addresses(&page) {
            assert!(told.iter().any(|it| it.address == *address), "{address}");
        }
    }

    #[test]
    fn every_kind_of_reference_is_told_with_its_role() {
        let address: Address = "http://a.example/x/".parse().unwrap();
        let markup = "<a href=a.html>甲</a><img src=b.png><link rel=icon href=c.ico><script src=d.js></script>\
                      <script>location.href='e.html';</script><a href=f.pdf>乙</a><p style='background:url(g.png)'>";
        let told = references(&source(&address, markup)).unwrap();
        let told: Vec<_> = told.iter().map(|it| (it.address.path(), it.role)).collect();
        let (anchor, image, style) = (LinkRole::Anchor, LinkRole::Image, LinkRole::Style);
        assert_eq!(
            told,
            [
                ("/x/a.html", anchor),
                ("/x/b.png", image),
                ("/x/c.ico", style),
                ("/x/d.js", LinkRole::Script),
                ("/x/e.html", anchor),
                ("/x/f.pdf", LinkRole::Attachment),
                ("/x/g.png", style)
            ]
        );
    }

    #[test]
    fn what_an_end_tag_carries_is_not_taken_for_the_next_element() {
        let address: Address = "http://a.example/x/".parse().unwrap();
        for (markup, path) in [
            ("<p></p href=a.html><a href=b.html>", "/x/b.html"),
            ("<script></script>&copy;<a href=b.html>", "/x/b.html"),
        ] {
            let told = references(&source(&address, markup)).unwrap();
            assert_eq!(told.iter().map(|it| it.address.path()).collect::<Vec<_>>(), [path], "{markup}");
        }
        // An empty script is over before the text after it begins.
        let packed = "<script></script><div>JTNDYStocmVmJTNEJTIyJTJGdHolMkYyLmh0bWwlMjIlM0Ul</div>";
        assert_eq!(references(&source(&address, packed)), None);
    }

    #[test]
    fn what_tags_alone_do_not_tell_is_left_to_the_reader() {
        let address: Address = "http://a.example/x/".parse().unwrap();
        for markup in [
            "<svg><a href=x>",
            "<frameset><frame src=x>",
            "<script>createPageHTML(3, 0, 'index', 'html')</script>",
            "<a href=l_2.html>下一页</a><a href=l_9.html>尾 页</a>",
            "<base href=/a/><base href=/b/>",
            "<select><textarea></select>",
            "<div class=page>JTNDYStocmVmJTNEJTIyJTJGdHolMkYyLmh0bWwlMjIlM0Ul</div>",
        ] {
            assert_eq!(references(&source(&address, markup)), None, "{markup}");
        }
    }
}
