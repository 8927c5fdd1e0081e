//! What a page says as running text, what it hides from its readers, and its forms.
//!
//! Read from the stream of tags, beside [`super::read()`] and independent of it: a few questions only (wording, personal
//! data, hidden links, search) want the text itself, and they need no tree. This file must not know what a text
//! may say.

use html5gum::{DefaultEmitter, Token, Tokenizer};

use super::model::Source;
use super::{decode, links, read};
use crate::base::{Address, squeeze};

/// More text than this is not kept of one page, in bytes.
const LONGEST: usize = 256 * 1024;
/// More forms, and more fields in one, are not kept.
const MOST_FORMS: usize = 20;
const MOST_FIELDS: usize = 40;
/// More hidden links are not kept.
const MOST_HIDDEN: usize = 200;
/// Elements open at a time beyond this are not followed.
const DEEPEST: usize = 512;

/// A page as running text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prose {
    /// The text of each block, white space squeezed; scripts, styles and options left out.
    pub blocks: Vec<String>,
    /// Links that a reader does not see.
    pub hidden: Vec<HiddenLink>,
    /// Its forms.
    pub forms: Vec<Form>,
    /// The site codes that scripts and links of “我为政府网站找错” carry.
    pub jiucuo: Vec<JiucuoMark>,
    /// Whether text was left out because there was too much of it.
    pub cut: bool,
}

/// A link that a reader does not see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HiddenLink {
    /// Where it leads.
    pub address: Address,
    /// Its text.
    pub text: String,
    /// How it is hidden.
    pub how: Hiding,
}

/// How something is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hiding {
    /// Moved out of the window (`left:-9999px`): nothing but hiding has use for it on a link.
    OffScreen,
    /// Shrunk to nothing (`font-size:0`, a marquee of one pixel).
    NoSize,
    /// `display:none` and the like: menus and pop-ups do it too.
    NotShown,
}

/// A form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Where it is sent; `None` when that is no web address.
    pub action: Option<Address>,
    /// Whether it is sent as a GET, which changes nothing on the server.
    pub by_get: bool,
    /// Its fields that have a name.
    pub fields: Vec<Field>,
}

/// A field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: FieldKind,
    /// Its value, when it has one beforehand.
    pub value: String,
}

/// Kinds of field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldKind {
    /// One line of text.
    Line,
    /// A text area.
    Area,
    /// Sent along without being shown.
    Hidden,
    /// A password.
    Password,
    /// Anything else.
    Other,
}

/// A reference to the platform “我为政府网站找错”.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JiucuoMark {
    /// Where it leads.
    pub address: Address,
    /// The site code that it carries, when it does.
    pub code: Option<String>,
}

impl Prose {
    /// The whole text, a line a block.
    pub fn text(&self) -> String {
        self.blocks.join("\n")
    }
}

/// Reads the running text of a page.
pub fn prose(source: &Source<'_>) -> Prose {
    let decoded = decode::decode(source.body, source.content_type);
    let text = read::unfolded(&decoded.text);
    let mut reader = Reader::new(source.address);
    let mut emitter = DefaultEmitter::<()>::new_with_span();
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(&*text, emitter).flatten() {
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                let attribute = |key: &str| {
                    tag.attributes.get(key.as_bytes()).map(|it| String::from_utf8_lossy(it).into_owned())
                };
                reader.start(&name, &attribute, tag.self_closing);
            }
            Token::EndTag(tag) => reader.end(&String::from_utf8_lossy(&tag.name)),
            Token::String(text) => reader.text(&String::from_utf8_lossy(&text)),
            _ => {}
        }
    }
    reader.finish()
}

/// The title that the first bytes of a page of some other site give.
pub fn title_of(bytes: &[u8], content_type: Option<&str>) -> Option<String> {
    let decoded = decode::decode(bytes, content_type);
    let lower = decoded.text.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find("</title").or_else(|| lower[start..].find('<'))?;
    let title = squeeze(&decoded.text[start..end]);
    (!title.is_empty()).then_some(title)
}

struct Open {
    name: String,
    hiding: Option<Hiding>,
    silent: bool,
}

struct Reader {
    base: Address,
    open: Vec<Open>,
    block: String,
    anchor: Option<(Address, String, Option<Hiding>)>,
    form: Option<Form>,
    kept: usize,
    out: Prose,
}

impl Reader {
    fn new(address: &Address) -> Self {
        Self {
            base: address.clone(),
            open: Vec::new(),
            block: String::new(),
            anchor: None,
            form: None,
            kept: 0,
            out: Prose::default(),
        }
    }

    fn start(&mut self, name: &str, attribute: &dyn Fn(&str) -> Option<String>, closed: bool) {
        if is_block(name) {
            self.end_block();
        }
        match name {
            "base" => {
                if let Some(base) = attribute("href").and_then(|it| self.base.join(&it).ok()) {
                    self.base = base;
                }
            }
            "form" => {
                self.end_form();
                let action = attribute("action").unwrap_or_default();
                let by_get = !attribute("method").is_some_and(|it| it.trim().eq_ignore_ascii_case("post"));
                let action = links::resolve(&self.base, &action)
                    .or_else(|| action.trim().is_empty().then(|| self.base.clone()));
                self.form = Some(Form { action, by_get, fields: Vec::new() });
            }
            "input" | "textarea" | "select" => self.field(name, attribute),
            "script" | "a" | "area" => self.jiucuo(attribute),
            _ => {}
        }
        let own = hiding(name, attribute);
        let above = self.open.last().and_then(|it| it.hiding);
        let hiding = [own, above].into_iter().flatten().min();
        if name == "a" {
            self.end_anchor();
            let href = attribute("href").unwrap_or_default();
            self.anchor = links::resolve(&self.base, &href).map(|address| (address, String::new(), hiding));
        }
        let is_void = matches!(
            name,
            "area"
                | "base"
                | "br"
                | "col"
                | "embed"
                | "hr"
                | "img"
                | "input"
                | "link"
                | "meta"
                | "source"
                | "track"
                | "wbr"
        );
        if is_void || closed || self.open.len() >= DEEPEST {
            return;
        }
        let silent = self.open.last().is_some_and(|it| it.silent)
            || matches!(name, "script" | "style" | "head" | "option" | "noscript" | "template" | "textarea");
        self.open.push(Open { name: name.to_owned(), hiding, silent });
    }

    fn end(&mut self, name: &str) {
        if is_block(name) {
            self.end_block();
        }
        match name {
            "a" => self.end_anchor(),
            "form" => self.end_form(),
            _ => {}
        }
        // A tag that closes nothing closes nothing.
        if let Some(at) = self.open.iter().rposition(|it| it.name == name) {
            self.open.truncate(at);
        }
    }

    fn text(&mut self, text: &str) {
        if self.open.last().is_some_and(|it| it.silent) {
            return;
        }
        if let Some((_, words, _)) = &mut self.anchor {
            words.push_str(text);
        }
        if self.kept + self.block.len() + text.len() > LONGEST {
            self.out.cut = true;
            return;
        }
        self.block.push_str(text);
    }

    fn field(&mut self, name: &str, attribute: &dyn Fn(&str) -> Option<String>) {
        let Some(form) = self.form.as_mut().filter(|it| it.fields.len() < MOST_FIELDS) else { return };
        let Some(called) = attribute("name").filter(|it| !it.trim().is_empty()) else { return };
        let kind = match (name, attribute("type").unwrap_or_default().to_ascii_lowercase().as_str()) {
            ("textarea", _) => FieldKind::Area,
            ("input", "" | "text" | "search") => FieldKind::Line,
            ("input", "hidden") => FieldKind::Hidden,
            ("input", "password") => FieldKind::Password,
            _ => FieldKind::Other,
        };
        let value = attribute("value").unwrap_or_default();
        form.fields.push(Field { name: called.trim().to_owned(), kind, value });
    }

    fn jiucuo(&mut self, attribute: &dyn Fn(&str) -> Option<String>) {
        let Some(href) = attribute("href").or_else(|| attribute("src")) else { return };
        let Some(address) = links::resolve(&self.base, &href).filter(is_jiucuo) else { return };
        let in_query = |key: &str| {
            address.url().query_pairs().find(|(it, _)| it == key).map(|(_, value)| value.into_owned())
        };
        let code = attribute("sitecode").or_else(|| in_query("site_code"));
        let code = code.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
        self.out.jiucuo.push(JiucuoMark { address, code });
    }

    fn end_anchor(&mut self) {
        if let Some((address, text, Some(how))) = self.anchor.take()
            && self.out.hidden.len() < MOST_HIDDEN
        {
            self.out.hidden.push(HiddenLink { address, text: squeeze(&text), how });
        }
    }

    fn end_form(&mut self) {
        if let Some(form) = self.form.take()
            && self.out.forms.len() < MOST_FORMS
        {
            self.out.forms.push(form);
        }
    }

    fn end_block(&mut self) {
        let block = squeeze(&self.block);
        self.block.clear();
        if !block.is_empty() {
            self.kept += block.len();
            self.out.blocks.push(block);
        }
    }

    fn finish(mut self) -> Prose {
        self.end_block();
        self.end_anchor();
        self.end_form();
        self.out
    }
}

/// Whether an address is of the platform, today's or an old one.
fn is_jiucuo(address: &Address) -> bool {
    let path = address.path();
    path.contains("jiucuo") || path.contains("check_web/errorInfo") || address.host() == "pucha.kaipuyun.cn"
}

/// Elements that begin a new line.
fn is_block(name: &str) -> bool {
    !matches!(
        name,
        "a" | "b"
            | "i"
            | "u"
            | "em"
            | "strong"
            | "span"
            | "font"
            | "small"
            | "big"
            | "sub"
            | "sup"
            | "label"
            | "img"
            | "wbr"
            | "s"
            | "del"
            | "ins"
            | "mark"
            | "code"
            | "abbr"
            | "nobr"
            | "o:p"
    )
}

fn hiding(name: &str, attribute: &dyn Fn(&str) -> Option<String>) -> Option<Hiding> {
    if name == "marquee" {
        let small = |key: &str| attribute(key).and_then(|it| it.trim().parse::<u32>().ok());
        let is_small = small("width").is_some_and(|it| it <= 5) || small("height").is_some_and(|it| it <= 5);
        if is_small {
            return Some(Hiding::NoSize);
        }
    }
    let style: String = attribute("style")?.to_ascii_lowercase().split_whitespace().collect();
    let mut size = (None, None);
    let mut found = Vec::new();
    for (key, value) in style.split(';').filter_map(|it| it.split_once(':')) {
        let pixels = || value.trim_end_matches("px").trim_end_matches("!important").parse::<f64>().ok();
        match key {
            "left" | "top" | "right" | "bottom" | "text-indent" | "margin-left" | "margin-top"
                if pixels().is_some_and(|it| it <= -500.0) || value.starts_with("-999") =>
            {
                found.push(Hiding::OffScreen);
            }
            "font-size" if pixels() == Some(0.0) => found.push(Hiding::NoSize),
            "width" => size.0 = pixels(),
            "height" => size.1 = pixels(),
            "display" if value.starts_with("none") => found.push(Hiding::NotShown),
            "visibility" if value.starts_with("hidden") => found.push(Hiding::NotShown),
            "opacity" if pixels() == Some(0.0) => found.push(Hiding::NotShown),
            _ => {}
        }
    }
    let no_size = |it: Option<f64>| it.is_some_and(|it| it <= 1.0);
    if no_size(size.0) && no_size(size.1) && style.contains("overflow:hidden") {
        found.push(Hiding::NoSize);
    }
    found.into_iter().min()
}

#[cfg(test)]
mod tests {
    use super::{FieldKind, Hiding, Prose, prose, title_of};
    use crate::page::Source;

    fn read(html: &str) -> Prose {
        let address = "http://a.example/x/".parse().unwrap();
        prose(&Source { address: &address, content_type: None, body: html.as_bytes() })
    }

    #[test]
    fn inline_elements_do_not_part_a_word_and_blocks_do() {
        let page =
            read("<title>题</title><p>中华<b>人民</b>共和国</p><div>甲<br>乙</div><script>'丙'</script>");
        assert_eq!(page.blocks, ["题", "中华人民共和国", "甲", "乙"]);
    }

    #[test]
    fn what_is_moved_out_of_the_window_is_hidden() {
        let page = read(
            "<div style='position:absolute; left:-9999px'><p><a href='http://x.example/'>甲</a></div>\
             <a href='http://y.example/'>乙</a><ul style='display:none'><li><a href='/z'>丙</a></ul>\
             <marquee height=1 width=4><a href='http://w.example/'>丁</a></marquee>",
        );
        let found: Vec<_> = page.hidden.iter().map(|it| (it.text.as_str(), it.how)).collect();
        assert_eq!(found, [("甲", Hiding::OffScreen), ("丙", Hiding::NotShown), ("丁", Hiding::NoSize)]);
    }

    #[test]
    fn a_form_is_read_with_its_fields() {
        let page = read(
            "<form action='/s'><input name=q><input type=hidden name=site value=1></form>\
             <form method=POST action='/post'><textarea name=body>x</textarea></form>",
        );
        let [search, letter] = &page.forms[..] else { panic!("{:?}", page.forms) };
        assert!(search.by_get && !letter.by_get);
        assert_eq!(search.action.as_ref().unwrap().as_str(), "http://a.example/s");
        assert_eq!(search.fields[1].value, "1");
        assert_eq!(letter.fields[0].kind, FieldKind::Area);
    }

    #[test]
    fn the_code_of_the_error_platform_is_read() {
        let page = read(
            "<script id=_jiucuo_ sitecode='5306000001' src='http://zfwzgl.www.gov.cn/exposure/jiucuo.js'></script>",
        );
        assert_eq!(page.jiucuo[0].code.as_deref(), Some("5306000001"));
    }

    #[test]
    fn the_title_stands_in_the_first_bytes() {
        assert_eq!(title_of("<HTML><Title>域名 出售</TITLE>".as_bytes(), None).as_deref(), Some("域名 出售"));
        assert_eq!(title_of(b"%PDF", None), None);
    }
}
