//! From bytes to [`Page`]: decode once, build one tree, ask each part of it.

use std::borrow::Cow;

use scraper::Html;

use super::areas::{self, Areas, Place};
use super::dom::{Dom, Id};
use super::emptiness::{self, Emptiness};
use super::model::{
    Block, DateSource, Dated, Flaw, Labels, Link, LinkRole, List, Page, PageKind, ScriptSign, Source,
};
use super::{
    article, boxes, breadcrumb, decode, depth, embedded, footer, guide, headings, kind, labels, leads,
    letters, links, lists, navigation, pager, parts, placed, queries, script,
};
use crate::base::squeeze;

/// More text than this is not read; no page that people read is as large.
const LARGEST: usize = 4 * 1024 * 1024;

/// Characters of visible text that are kept.
const LONGEST_VISIBLE: usize = 20_000;

/// Reads a page. Never fails: what is wrong is a [`Flaw`] of the page.
pub fn read(source: &Source<'_>) -> Page {
    let body = not_too_large(source.body);
    let decoded = decode::decode(body, source.content_type);
    let mut flaws = decoded.flaws;
    if body.len() < source.body.len() {
        flaws.push(Flaw::TooLarge);
    }
    let text = unfolded(&decoded.text);
    let text = queries::written_out(&text, decoded.encoding.name);
    let mut page = if let Some(html) = depth::tree(&text) {
        deep(source, &text, &html)
    } else {
        flaws.push(Flaw::TooDeep);
        shallow(source, &text)
    };
    page.parts = parts::find(&text, source.address);
    page.encoding = decoded.encoding;
    flaws.append(&mut page.flaws);
    page.flaws = flaws;
    page
}

/// A page's text with all that its own scripts show written out: headers kept as strings, rows kept as data.
pub(super) fn unfolded(text: &str) -> Cow<'_, str> {
    match placed::written_in(text) {
        Cow::Borrowed(text) => embedded::unfold(text),
        Cow::Owned(text) => Cow::Owned(embedded::unfold(&text).into_owned()),
    }
}

/// As much of a body as is read.
pub(super) fn not_too_large(body: &[u8]) -> &[u8] {
    &body[..body.len().min(LARGEST)]
}

fn blank(source: &Source<'_>) -> Page {
    Page {
        address: source.address.clone(),
        encoding: decode::NOTHING,
        title: String::new(),
        kind: PageKind::Other,
        labels: Labels::default(),
        links: Vec::new(),
        breadcrumb: Vec::new(),
        navigation: Vec::new(),
        lists: Vec::new(),
        article: None,
        letters: Vec::new(),
        guide: None,
        footer: super::model::Footer::default(),
        by_script: None,
        parts: Vec::new(),
        leads_on: Vec::new(),
        text_length: 0,
        text: String::new(),
        flaws: Vec::new(),
    }
}

fn shallow(source: &Source<'_>, text: &str) -> Page {
    let read = depth::shallow(text);
    let links = read.anchors.into_iter().map(|(href, text)| Link {
        address: links::resolve(source.address, &href),
        role: if links::is_file(&href) { LinkRole::Attachment } else { LinkRole::Anchor },
        href: href.trim().to_owned(),
        text,
        block: Block::Main,
    });
    Page { title: read.title, links: links.collect(), text_length: read.text_length, ..blank(source) }
}

fn deep(source: &Source<'_>, text: &str, html: &Html) -> Page {
    let dom = Dom::of(html);
    let base = links::base(&dom, source.address);
    let title =
        dom.all().find(|it| dom.tag(*it) == "title").map(|it| squeeze(&dom.code(it))).unwrap_or_default();
    let labels = labels::read(&dom);

    let crumb = breadcrumb::find(&dom);
    let is_front =
        crumb.parts.is_empty() && ["columnname", "articletitle"].iter().all(|it| labels.get(it).is_none());
    let place = if is_front { Place::Front } else { Place::Column };
    let mut areas = Areas { breadcrumb: crumb.element, footer: areas::footer(&dom), ..Areas::default() };
    let navigation = navigation::find(&dom, &areas, place, &base);
    areas.navigation.clone_from(&navigation.elements);

    let found = lists::find(&dom, &areas, place);
    let next_pages = pager::next_pages(&dom, &base);
    let own_names = own_names(&labels, &crumb.parts, &title);
    let main = lists::main(&dom, &found, &own_names);
    let article = article::read(&dom, &areas, &labels, &title, source.address);
    let place =
        [crumb.parts.join(" "), title.clone(), labels.get("columnname").unwrap_or_default().to_owned()]
            .join(" ");
    let letters = letters::read(&dom, &areas, &base, &place, &found);
    let guide = guide::read(&dom, &areas, article.as_ref().map(|it| it.title.as_str()));
    let is_text = article.as_ref().is_some_and(|it| {
        it.source.is_some()
            || matches!(it.date, Dated::Printed { source, .. } if source != DateSource::Address)
    });
    let is_read = is_text || main.is_some_and(|it| found[it].dated() > 0);
    let by_script = script::sign(&dom, &areas, text, main.is_some(), is_read);
    let text_length = text_length(&dom, &areas);
    let of_main = || main.and_then(|it| found[it].name.clone());
    let heading = if is_front { None } else { of_main().or_else(|| headings::first(&dom, &areas)) };
    let heading = heading.unwrap_or_default();
    let kind = kind::decide(
        &dom,
        &kind::Read {
            text,
            areas: &areas,
            title: &title,
            address: &base,
            labels: &labels,
            breadcrumb: &crumb.parts,
            heading: &heading,
            lists: &found,
            main,
            has_pager: !next_pages.is_empty(),
            article: article.as_ref(),
            letters: &letters,
            guide: guide.as_ref(),
            by_script,
            text_length,
        },
    );
    let has_main = matches!(
        kind,
        PageKind::List
            | PageKind::Catalogue
            | PageKind::Survey
            | PageKind::Interview
            | PageKind::Mailbox
            | PageKind::Search
    );
    // A page of several blocks, none of which stands out, has no main list.
    let blocks = matches!(
        kind,
        PageKind::Catalogue | PageKind::Mailbox | PageKind::Interview | PageKind::Survey | PageKind::Service
    );
    let main = main.filter(|it| has_main && (!blocks || lists::stands_out(&found, *it)));
    // The front of 信息公开 is kept by its newest entries.
    let newest = || {
        let is_newest = |name: &str| ["最新", "近期"].iter().any(|it| name.starts_with(it));
        found
            .iter()
            .position(|it| it.dated() > 0 && it.name.as_deref().is_some_and(is_newest))
            .filter(|_| kind == PageKind::Catalogue)
    };
    let is_of_newest = main.is_none();
    let main = main.or_else(newest);
    let links = links::read(&dom, &areas, &base);
    let own_name = own_names.first().cloned();
    let menus = if blocks { boxes::menus(&dom, kind, &found) } else { Vec::new() };
    let mut lists = Vec::with_capacity(found.len());
    for (at, list) in found.into_iter().enumerate() {
        if main != Some(at) && menus.contains(&list.element) {
            continue;
        }
        let is_main = main == Some(at);
        let element = list.element;
        let pages = if is_main { next_pages.clone() } else { Vec::new() };
        let mut list = lists::published(list, is_main, pages, &links);
        if is_main && !is_of_newest && !list.name.as_ref().is_some_and(|it| own_names.contains(it)) {
            // On a front page the name of the page is that of the site; in a column a headline over the list is as
            // good as the breadcrumb, which may have been copied from elsewhere, and anything less is not.
            let headed = list.name.take_if(|name| is_front || headings::is_headline(&dom, element, name));
            list.name = headed.or_else(|| own_name.clone()).or(list.name);
        }
        if is_main { lists.insert(0, list) } else { lists.push(list) }
    }
    let is_column = matches!(
        kind,
        PageKind::List
            | PageKind::Catalogue
            | PageKind::Mailbox
            | PageKind::Survey
            | PageKind::Interview
            | PageKind::Shell
            | PageKind::Other
    );
    let mut kind = kind;
    let mut by_script = by_script;
    // A header that is loaded leaves the body as it is, and only keeps it from being called empty.
    let is_whole = matches!(by_script, None | Some(ScriptSign::LoadedPart));
    if is_column && lists.is_empty() && letters.is_empty() && is_whole {
        let emptiness =
            if by_script.is_none() { emptiness::look(&dom, &areas, &own_names) } else { Emptiness::Unsure };
        match emptiness {
            Emptiness::Unsure => {
                let found = lists::link_boxes(&dom, &areas, &own_names);
                let only = if let [only] = found.as_slice() { Some(only) } else { None };
                // Icons and names that lead to pages of their own are entries to sub-columns and no column's rows.
                let only = only.map(|it| (it, !boxes::leads_to_columns(it, &base)));
                // Pictures with names, or anything with a pager below it, are a column of pictures.
                let is_column = !next_pages.is_empty() && only.is_some()
                    || only.is_some_and(|(it, are_rows)| are_rows && boxes::are_pictures(&dom, it));
                // Names under the page's own name are what it is for: the departments of a catalogue.
                let named = only.filter(|(it, _)| it.name.as_ref().is_some_and(|it| own_names.contains(it)));
                let is_own = named.is_some_and(|(_, are_rows)| are_rows);
                if kind == PageKind::Other && (found.len() > 1 || is_column || named.is_some()) {
                    kind = if is_column { PageKind::List } else { PageKind::Catalogue };
                }
                let pages = if is_column { next_pages } else { Vec::new() };
                let published = |it| lists::published(it, is_column || is_own, pages.clone(), &links);
                lists.extend(found.into_iter().map(published));
            }
            Emptiness::Awaiting => by_script = Some(ScriptSign::FilledList),
            Emptiness::Blank => {
                kind = if kind == PageKind::Other { PageKind::List } else { kind };
                lists.push(List {
                    name: own_name,
                    more: None,
                    is_main: true,
                    items: Vec::new(),
                    next_pages: Vec::new(),
                });
            }
        }
    }
    let impossible = lists.iter().flat_map(|it| &it.items).filter_map(|it| match &it.date {
        Dated::Unread(text) if text.chars().filter(char::is_ascii_digit).count() >= 6 => {
            Some(Flaw::ImpossibleDate(text.clone()))
        }
        _ => None,
    });
    let flaws = impossible.collect();
    let mut links = links.all;
    links.extend(leads::pictures(&dom, &areas, &base));
    Page {
        title,
        kind,
        links,
        leads_on: leads::on(&dom, &base),
        breadcrumb: crumb.parts,
        navigation: navigation.entries,
        lists,
        article: article.filter(|_| {
            matches!(kind, PageKind::Article | PageKind::Other | PageKind::Leader | PageKind::Interview)
        }),
        letters,
        guide,
        footer: footer::read(&dom, &areas, text),
        by_script,
        text_length,
        text: visible(&dom),
        flaws,
        labels,
        ..blank(source)
    }
}

/// What a page may call itself: the column label, the last part of the breadcrumb, the start of `<title>`.
fn own_names(labels: &Labels, breadcrumb: &[String], title: &str) -> Vec<String> {
    let head = title.split(['_', '-', '|', '–', '—']).next().unwrap_or_default().trim();
    let column = labels.get("columnname").filter(|it| labels.get("sitename") != Some(*it)).map(str::to_owned);
    // The breadcrumb is right where the two disagree: labels are often left over from the channel above.
    breadcrumb
        .last()
        .cloned()
        .into_iter()
        .chain(column)
        .chain((!head.is_empty()).then(|| head.to_owned()))
        .collect()
}

/// The visible text, cut where no reader would go on looking for a word.
fn visible(dom: &Dom<'_>) -> String {
    let mut text = dom.text(0);
    // A text of so many bytes has no more characters.
    if text.len() > LONGEST_VISIBLE
        && let Some((end, _)) = text.char_indices().nth(LONGEST_VISIBLE)
    {
        text.truncate(end);
        text.shrink_to_fit();
    }
    text
}

fn text_length(dom: &Dom<'_>, areas: &Areas) -> usize {
    let mut outer: Vec<Id> = Vec::new();
    for id in areas.navigation.iter().chain(&areas.footer).chain(&areas.breadcrumb) {
        if !outer.iter().any(|it| dom.contains(*it, *id)) {
            outer.retain(|it| !dom.contains(*id, *it));
            outer.push(*id);
        }
    }
    let aside: usize = outer.iter().map(|it| dom.text_length(*it)).sum();
    dom.text_length(0).saturating_sub(aside)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::read;
    use crate::page::{Flaw, Page, PageKind, Source};

    fn page(body: &[u8]) -> Page {
        let address = "http://a.example/x/".parse().unwrap();
        read(&Source { address: &address, content_type: Some("text/html; charset=gb2312"), body })
    }

    proptest! {
        #[test]
        fn any_mixture_of_markup_is_read(pieces in prop::collection::vec(prop::sample::select(vec![
            "<ul>", "</ul>", "<li>", "<a href=1.html>", "</a>", "<table>", "<tr><td>", "</table>", "<div class=footer>", "</div>",
            "通知公告", "当前位置：", "2017-06-16", "2017年2月30日", "主办单位：", "<dl><dt>", "<dd>", "<script>", "</script>", "<!--", "-->",
            "首页", " &gt; ", "来信标题：", "答复内容：", "申请条件：", "办理材料", "<h1>", "<iframe src=x>", "<record><![CDATA[", "]]></record>",
            "<datastore>", "<title>", "<meta charset=", "\u{0}", "＞", "更多", "下一页", "<a href='//'>", "<base href=''>", "{{x}}",
        ]), 0..80)) {
            let _ = page(pieces.concat().as_bytes());
        }

        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let _ = page(&bytes);
        }
    }

    #[test]
    fn a_tower_of_tags_still_has_its_title_and_links() {
        let body = format!("<title>甲</title>{}<a href=/b>乙</a>", "<div>".repeat(100_000));
        let page = page(body.as_bytes());
        assert_eq!((page.title.as_str(), page.links.len()), ("甲", 1));
        assert!(page.flaws.contains(&Flaw::TooDeep));
    }

    #[test]
    fn thousands_of_small_lists_are_read_in_good_time() {
        let list = "<div><h3>栏目名称</h3><ul><li><a href=1.html>关于某事的通知</a><span>2017-06-16</span></li></ul></div>";
        let page = page(list.repeat(4_000).as_bytes());
        assert!(!page.lists.is_empty());
    }

    #[test]
    fn soft_errors_and_challenges_are_told() {
        assert_eq!(page("<span style='color:red'>栏目不存在!</span>".as_bytes()).kind, PageKind::Error);
        assert_eq!(page("<title>404 Not Found</title><h1>Not Found</h1>".as_bytes()).kind, PageKind::Error);
        let jsl =
            "<script>document.cookie=('_')+('_')+('j')+('s')+('l');location.href=location.pathname</script>";
        assert_eq!(page(jsl.as_bytes()).kind, PageKind::Challenge);
        assert_eq!(page("<div id=app></div><script src=a.js></script>".as_bytes()).kind, PageKind::Shell);
        let splash = "<meta http-equiv=refresh content='0; url=/index.html'>";
        assert_eq!(page(splash.as_bytes()).kind, PageKind::Splash);
    }
}
