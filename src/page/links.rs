//! Every reference of a page to something else, with what it is and where it stands.

use memchr::memmem;

use super::areas::Areas;
use super::dom::{Dom, Id};
use super::model::{Block, Link, LinkRole};
use crate::base::{Address, squeeze};

/// Endings that name a file to be downloaded.
const FILES: [&str; 20] = [
    "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "wps", "et", "ofd", "zip", "rar", "7z", "txt", "rtf",
    "csv", "ceb", "gd", "dot", "xlsm",
];

/// In bytes.
const LONGEST_HREF: usize = 500;

/// Where a handler such as `location.href='…'` or `window.open('…')` leads.
pub(super) fn handler_target(code: &str) -> Option<&str> {
    handled(code).filter(|it| !it.is_empty())
}

/// What a handler that leads on names; empty where it has not been filled in, as in `<a href="">`.
pub(super) fn handled(code: &str) -> Option<&str> {
    let calls = |(at, word): (usize, &str)| {
        let rest = &code[at + word.len()..];
        let opening = if word == "window.open" {
            rest.trim_start().strip_prefix('(')?
        } else if let Some(call) = rest.strip_prefix(".assign").or_else(|| rest.strip_prefix(".replace")) {
            call.trim_start().strip_prefix('(')?
        } else {
            rest.strip_prefix(".href").unwrap_or(rest).trim_start().strip_prefix('=')?
        };
        quoted(opening.trim_start())
    };
    let of = |word: &'static str| memmem::find_iter(code.as_bytes(), word).find_map(|at| calls((at, word)));
    match (of("location"), of("window.open")) {
        (Some(a), Some(b)) => Some(if a.as_ptr() < b.as_ptr() { a } else { b }),
        (a, b) => a.or(b),
    }
}

/// What a text begins with, in quotes.
fn quoted(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    let (name, _) = text[1..].split_once(['"', '\''])?;
    let ends = text[1 + name.len()..].starts_with(quote);
    (ends && name.len() <= LONGEST_HREF && !name.contains(char::is_whitespace)).then_some(name)
}

/// Where an element leads by its href, else by its handler, as written.
pub(super) fn target<'d>(dom: &Dom<'d>, id: Id) -> &'d str {
    target_of(&|name| dom.attr(id, name))
}

fn target_of<'e>(attr: &impl Fn(&str) -> Option<&'e str>) -> &'e str {
    let href = attr("href").unwrap_or_default().trim();
    if leads_somewhere(href) {
        return href;
    }
    attr("onclick").and_then(handler_target).unwrap_or(href)
}

/// Whether an href runs a script.
pub(super) fn is_script(href: &str) -> bool {
    href.trim_start().get(..11).is_some_and(|it| it.eq_ignore_ascii_case("javascript:"))
}

/// Whether an href leads to a page, and not to a place on this one or to a script.
pub(super) fn leads_somewhere(href: &str) -> bool {
    let href = href.trim();
    !href.is_empty() && !href.starts_with('#') && !is_script(href)
}

/// The address that relative references start from: `<base href>` if there is one, else where the page was read.
pub(super) fn base(dom: &Dom<'_>, address: &Address) -> Address {
    base_of(dom.tagged(0, "base").filter_map(|it| dom.attr(it, "href")), address)
}

/// The same, from what the `<base>` of a page say.
pub(super) fn base_of<'e>(mut hrefs: impl Iterator<Item = &'e str>, address: &Address) -> Address {
    let href = hrefs.find(|href| !href.trim().is_empty());
    href.and_then(|href| address.join(href).ok()).unwrap_or_else(|| address.clone())
}

/// Where an href leads; `None` when that is no other web address.
pub(super) fn resolve(base: &Address, href: &str) -> Option<Address> {
    if !leads_somewhere(href) {
        return None;
    }
    // A browser drops line breaks and tabs inside an address; the parser does the same.
    base.join(href).ok()
}

/// Every reference of a page in its order, each with its element.
#[derive(Debug)]
pub(super) struct References<'b> {
    base: &'b Address,
    elements: Vec<Id>,
    pub(super) all: Vec<Link>,
}

impl References<'_> {
    /// Where an href between two nodes leads. Mostly it is one of these, and resolving is dear.
    pub(super) fn resolve(&self, href: &str, from: Id, to: Id) -> Option<Address> {
        let first = self.elements.partition_point(|it| *it < from);
        let between = self.elements[first..].iter().take_while(|it| **it < to).zip(&self.all[first..]);
        let known = between.map(|(_, link)| link).find(|it| it.href == href);
        known.map_or_else(|| resolve(self.base, href), |it| it.address.clone())
    }
}

/// Reads every reference.
pub(super) fn read<'b>(dom: &Dom<'_>, areas: &Areas, base: &'b Address) -> References<'b> {
    let (mut elements, mut links) = (Vec::new(), Vec::new());
    for id in dom.all() {
        let Some((href, role)) = of_element(dom.tag(id), &|name| dom.attr(id, name)) else { continue };
        let text = if matches!(role, LinkRole::Script | LinkRole::Style) {
            String::new()
        } else {
            name_of(dom, id).to_owned()
        };
        let block = if matches!(role, LinkRole::Style) { Block::Head } else { areas.block(dom, id) };
        elements.push(id);
        links.push(Link { href: href.to_owned(), address: resolve(base, href), text, role, block });
    }
    References { base, elements, all: links }
}

/// Where an element with this name and these attributes leads, as written, and as what.
pub(super) fn of_element<'e>(
    tag: &str,
    attr: &impl Fn(&str) -> Option<&'e str>,
) -> Option<(&'e str, LinkRole)> {
    let (href, role) = match tag {
        "a" | "area" => match target_of(attr) {
            "" if attr("href").is_none() => return None,
            href => (href, anchor_role(attr, href)),
        },
        "li" | "div" | "span" | "td" | "tr" | "p" => {
            let href = attr("onclick").and_then(handler_target)?;
            (href, anchor_role(attr, href))
        }
        "img" => (attr("src")?, LinkRole::Image),
        "input" if attr("type").is_some_and(|it| it.eq_ignore_ascii_case("image")) => {
            (attr("src").unwrap_or_default(), LinkRole::Image)
        }
        "script" => (attr("src")?, LinkRole::Script),
        "link" => {
            let rel = attr("rel").unwrap_or_default().to_ascii_lowercase();
            if !rel.contains("stylesheet") && !rel.contains("icon") {
                return None;
            }
            (attr("href").unwrap_or_default(), LinkRole::Style)
        }
        "frame" | "iframe" => (attr("src")?, LinkRole::Frame),
        _ => return None,
    };
    let href = href.trim();
    // A picture that is in the page itself leads nowhere.
    (!href.starts_with("data:")).then_some((href, role))
}

fn anchor_role<'e>(attr: &impl Fn(&str) -> Option<&'e str>, href: &str) -> LinkRole {
    if attr("download").is_some() || is_file(href) { LinkRole::Attachment } else { LinkRole::Anchor }
}

/// Whether an address ends as a file for download does.
pub(super) fn is_file(href: &str) -> bool {
    let path = href.as_bytes();
    let path = &path[..memchr::memchr2(b'?', b'#', path).unwrap_or(path.len())];
    let Some(dot) = memchr::memrchr(b'.', path) else { return false };
    FILES.iter().any(|it| path[dot + 1..].eq_ignore_ascii_case(it.as_bytes()))
}

/// What a link is called: its text, else its title, else the alt or title of its picture.
pub(super) fn name_of<'d>(dom: &'d Dom<'_>, id: Id) -> &'d str {
    dom.name(id, || read_name(dom, id))
}

fn read_name(dom: &Dom<'_>, id: Id) -> String {
    let text = dom.text(id);
    if !text.is_empty() {
        return text;
    }
    let own = dom.attr(id, "title").or_else(|| dom.attr(id, "alt"));
    let pictures = dom.tagged(id, "img").flat_map(|it| [dom.attr(it, "alt"), dom.attr(it, "title")]);
    own.into_iter().chain(pictures.flatten()).map(squeeze).find(|it| !it.is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use scraper::Html;

    use super::{base, read};
    use crate::base::Address;
    use crate::page::areas::Areas;
    use crate::page::dom::Dom;
    use crate::page::model::{Link, LinkRole};

    fn links(markup: &str) -> Vec<Link> {
        let address: Address = "https://a.example/tzgg/index.html".parse().unwrap();
        let html = Html::parse_document(markup);
        let dom = Dom::of(&html);
        read(&dom, &Areas::default(), &base(&dom, &address)).all
    }

    fn leads(markup: &str) -> Option<String> {
        links(markup)[0].address.as_ref().map(ToString::to_string)
    }

    #[test]
    fn references_of_every_shape_are_resolved() {
        assert_eq!(leads("<a href=' ./t1.html '>x").as_deref(), Some("https://a.example/tzgg/t1.html"));
        assert_eq!(leads("<a href=//b.example/>x").as_deref(), Some("https://b.example/"));
        assert_eq!(leads("<a href='http://c.example/p/#/home'>x").as_deref(), Some("http://c.example/p/"));
        assert_eq!(leads("<base href='/x/'><a href=y>x").as_deref(), Some("https://a.example/x/y"));
        assert_eq!(leads("<base target=_blank><a href=y>x").as_deref(), Some("https://a.example/tzgg/y"));
        for nowhere in ["javascript:void(0)", "mailto:a@b.example", "#", "", "#top", "http://"] {
            assert_eq!(leads(&format!("<a href='{nowhere}'>x")), None, "{nowhere}");
        }
    }

    #[test]
    fn a_link_is_named_by_its_text_or_its_picture() {
        let links = links(
            "<a href=a title=t><b>甲</b></a><a href=b title=t></a><a href=c><img alt='市 长' src=i.png></a>",
        );
        let names: Vec<_> = links.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(names, ["甲", "t", "市 长", "市 长"]);
    }

    #[test]
    fn a_handler_leads_where_an_idle_href_does_not() {
        for markup in [
            "<a href='javascript:void(0)' onclick=\"window.open('x.html')\">x</a>",
            "<a onclick=\"location.href='x.html'\">x</a>",
            "<li onclick='window.location.href=\"x.html\";'>x</li>",
        ] {
            assert_eq!(leads(markup).as_deref(), Some("https://a.example/tzgg/x.html"), "{markup}");
        }
        assert_eq!(
            leads("<a href=y.html onclick=\"location.href='x.html'\">x</a>").as_deref(),
            Some("https://a.example/tzgg/y.html")
        );
        assert!(links("<li onclick='open(this)'>x</li>").is_empty());
    }

    #[test]
    fn files_are_attachments() {
        let links = links("<a href='/f/a.PDF?x=1'>a</a><a href=b.html>b</a><a download href=c>c</a>");
        let roles: Vec<_> = links.iter().map(|it| it.role).collect();
        assert_eq!(roles, [LinkRole::Attachment, LinkRole::Anchor, LinkRole::Attachment]);
    }
}
