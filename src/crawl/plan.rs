//! What is worth asking for, and in what order: the first questions of a walk, and what a page adds to them.

use super::frontier::{Find, Rank, Task};
use super::trap::{too_long, trap};
use super::{Limits, Skip};
use crate::base::{Address, Day, Digest};
use crate::evidence::IMPOSSIBLE;
use crate::page::{Block, Link, LinkRole, NavEntry, Page, PageKind, Reference, SearchQuestion};
use crate::site::Site;

/// Words by which a page that lists the whole site is known.
const SITE_MAP: [&str; 4] = ["网站地图", "站点地图", "站点导航", "网站导航"];

/// What a walk begins with: the home page and what the owner declares.
pub(super) fn first(site: &Site, today: Day) -> Vec<Find> {
    let home = site.home.iter().map(|it| (it, Rank::Home));
    let columns = site.columns.iter().map(|it| (&it.address, Rank::Seed));
    home.chain(columns)
        .map(|(address, rank)| {
            let task = if site.scope.contains(address) { Task::Page } else { Task::Link };
            find(address, task, rank, 0, today)
        })
        .collect()
}

/// What is asked when the first page of an origin has been read: an address that cannot exist there.
pub(super) fn calibration(page: &Address) -> Option<Find> {
    let name = Digest::of(page.origin()).short();
    let address = page.join(&format!("/{IMPOSSIBLE}{name}.html")).ok()?;
    Some(Find { address, task: Ok(Task::Calibration), rank: Rank::HomeLink, pager: 0 })
}

/// The one question to the site's own search. A search that stands on another host is left alone.
pub(super) fn search(site: &Site, question: SearchQuestion) -> Option<Find> {
    let inside = site.scope.contains(&question.address);
    inside.then_some(Find {
        address: question.address,
        task: Ok(Task::Search),
        rank: Rank::Article,
        pager: 0,
    })
}

/// Sitemaps to read: those that robots.txt names, else the usual place.
pub(super) fn sitemaps(site: &Site, home: &Address, named: Vec<Address>, today: Day) -> Vec<Find> {
    let mut all: Vec<Address> = named.into_iter().filter(|it| site.scope.contains(it)).take(10).collect();
    if all.is_empty() {
        all.extend(home.join("/sitemap.xml"));
    }
    all.iter().map(|it| find(it, Task::Sitemap, Rank::Navigation, 0, today)).collect()
}

/// What a sitemap adds.
pub(super) fn of_sitemap(
    site: &Site,
    sitemap: &super::sitemap::Sitemap,
    depth: u32,
    today: Day,
) -> Vec<Find> {
    let inside = |it: &&Address| site.scope.contains(it);
    let pages = sitemap.pages.iter().filter(inside).map(|it| {
        let task = if names_a_file(it) { Task::Link } else { Task::Page };
        find(&it.without_session(), task, Rank::Article, 0, today)
    });
    // An index of indexes is where it ends.
    let further = sitemap.sitemaps.iter().filter(inside).filter(|_| depth < 3).take(100);
    pages.chain(further.map(|it| find(it, Task::Sitemap, Rank::Navigation, 0, today))).collect()
}

/// What a page adds. `is_home` and `pager` say where in the site it is.
pub(super) fn of_page(
    site: &Site,
    page: &Page,
    rank: Rank,
    pager: u32,
    limits: &Limits,
    today: Day,
) -> Vec<Find> {
    let is_home = rank == Rank::Home;
    let (mut finds, mut too_far) = (Vec::new(), Vec::new());
    let mut add = |address: &Address, rank: Rank, role: LinkRole, pager: u32| {
        let address = address.without_session();
        // Feeds are read where the home page offers them; elsewhere they are links like others.
        let is_feed = is_home && site.scope.contains(&address) && names_a_feed(&address);
        let task = if is_feed { Task::Sitemap } else { task(site, &address, role) };
        let rank = match task {
            Task::Sitemap => Rank::Navigation,
            Task::Link if is_home => Rank::HomeLink,
            Task::Link => Rank::Link,
            Task::Page | Task::Calibration | Task::Search => rank,
        };
        finds.push(find(&address, task, rank, pager, today));
    };
    each_entry(&page.navigation, &mut |address| add(address, Rank::Navigation, LinkRole::Anchor, 0));
    // What a page takes into itself, a header loaded by script or a frame, is read like the page.
    page.parts.iter().for_each(|it| add(it, Rank::Navigation, LinkRole::Frame, 0));
    let led_on = if page.kind == PageKind::Splash { Rank::Navigation } else { Rank::Article };
    page.leads_on.iter().for_each(|it| add(it, led_on, LinkRole::Anchor, 0));
    for list in &page.lists {
        list.more.iter().for_each(|it| add(it, Rank::List, LinkRole::Anchor, 0));
    }
    for link in &page.links {
        let Some(address) = &link.address else { continue };
        let is_next = page.lists.iter().any(|list| list.next_pages.contains(address));
        if !is_next {
            add(address, rank_of(link, is_home), link.role, 0);
        }
    }
    let next = page.lists.iter().flat_map(|list| &list.next_pages);
    for (address, pager) in next.zip(pager + 1..) {
        if pager <= limits.pages_of_list {
            add(address, Rank::List, LinkRole::Anchor, pager);
        } else {
            too_far.push(Find {
                address: address.without_session(),
                task: Err(Skip::PagerLimit),
                rank: Rank::List,
                pager,
            });
        }
    }
    finds.append(&mut too_far);
    finds
}

/// What a page could add at the most, each with the largest task that it could be given; how soon is not told.
pub(super) fn at_most(site: &Site, references: &[Reference], today: Day) -> Vec<Find> {
    let finds = references.iter().map(|it| {
        let address = it.address.without_session();
        // A navigation leads to its entries whatever their kind.
        let role = if it.role == LinkRole::Attachment { LinkRole::Anchor } else { it.role };
        find(&address, task(site, &address, role), Rank::Link, 0, today)
    });
    finds.collect()
}

/// A page that is also known under the spelling of the home page's origin is read there, and under another spelling
/// (http or https, with `www.` or without) it is only checked.
pub(super) fn unify(find: Find, home: &Address) -> impl Iterator<Item = Find> + use<> {
    let twin = |it: &Address| it.origin() == home.origin();
    let is_elsewhere = find.task == Ok(Task::Page) && !twin(&find.address);
    let spellings = if is_elsewhere { find.address.other_spellings() } else { Vec::new() };
    let (read, checked) = match spellings.into_iter().find(twin) {
        Some(address) => {
            let checked = Find { task: Ok(Task::Link), rank: Rank::Link, ..find.clone() };
            (Find { address, ..find }, Some(checked))
        }
        None => (find, None),
    };
    std::iter::once(read).chain(checked)
}

fn each_entry(entries: &[NavEntry], each: &mut impl FnMut(&Address)) {
    for entry in entries {
        entry.address.iter().for_each(&mut *each);
        each_entry(&entry.children, each);
    }
}

fn rank_of(link: &Link, is_home: bool) -> Rank {
    if SITE_MAP.iter().any(|word| link.text.contains(word)) {
        return Rank::Seed;
    }
    match (link.role, link.block) {
        (_, Block::Navigation) | (LinkRole::Frame, _) => Rank::Navigation,
        // What the home page leads to and is no article of it is a column more often than not.
        (_, Block::Main) if is_home && ends_like_a_list(link) => Rank::List,
        (_, Block::Breadcrumb) => Rank::List,
        _ => Rank::Article,
    }
}

/// `/tzgg/`, `/tzgg/index.html`, `/col/col123/`.
fn ends_like_a_list(link: &Link) -> bool {
    link.address.as_ref().is_some_and(|address| {
        let last = address.path().rsplit('/').next().unwrap_or_default();
        last.is_empty() || ["index.", "list", "default."].iter().any(|it| last.starts_with(it))
    })
}

fn task(site: &Site, address: &Address, role: LinkRole) -> Task {
    let is_page = matches!(role, LinkRole::Anchor | LinkRole::Frame);
    if is_page && site.scope.contains(address) && !names_a_file(address) { Task::Page } else { Task::Link }
}

fn find(address: &Address, task: Task, rank: Rank, pager: u32, today: Day) -> Find {
    let task = match task {
        Task::Page | Task::Sitemap => match trap(address, today) {
            // A link that forgot its `http://` is a dead link to a visitor, so it is checked, though never read.
            Some(Skip::HostInPath) => Ok(Task::Link),
            Some(skip) => Err(skip),
            None => Ok(task),
        },
        Task::Link | Task::Calibration | Task::Search => too_long(address).map_or(Ok(task), Err),
    };
    Find { address: address.clone(), task, rank, pager }
}

/// Whether the last segment has the ending of a document that people download and open.
pub(super) fn names_a_document(address: &Address) -> bool {
    const DOCUMENTS: [&str; 16] = [
        "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "wps", "et", "ofd", "rtf", "txt", "csv", "zip",
        "rar", "7z",
    ];
    let ending = address.path().rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    DOCUMENTS.contains(&ending.as_str())
}

/// Whether the last segment is how feeds are called: `rss.xml`, `tzgg_rss.xml`, `feed.atom`.
pub(super) fn names_a_feed(address: &Address) -> bool {
    let last = address.path().rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let Some((name, ending)) = last.rsplit_once('.') else { return false };
    let words = || name.split(|it: char| !it.is_ascii_alphabetic());
    matches!(ending, "rss" | "atom")
        || (ending == "xml" && words().any(|it| matches!(it, "rss" | "feed" | "feeds" | "atom")))
}

/// Whether the last segment has an ending that is no page.
fn names_a_file(address: &Address) -> bool {
    const PAGES: [&str; 16] = [
        "html", "htm", "shtml", "shtm", "xhtml", "jsp", "jspx", "asp", "aspx", "php", "do", "action", "cgi",
        "jhtml", "dhtml", "nsf",
    ];
    let last = address.path().rsplit('/').next().unwrap_or_default();
    let Some((_, ending)) = last.rsplit_once('.') else { return false };
    let is_ending = (1..=5).contains(&ending.len()) && ending.bytes().all(|it| it.is_ascii_alphanumeric());
    // `/show.1234` and `/v1.0` have no ending in this sense.
    is_ending
        && ending.bytes().any(|it| it.is_ascii_alphabetic())
        && !PAGES.contains(&ending.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::{calibration, names_a_feed, names_a_file};

    #[test]
    fn feeds_are_told_by_their_names() {
        let is_feed = |path: &str| names_a_feed(&format!("http://a.example{path}").parse().unwrap());
        for path in ["/rss.xml", "/tzgg/rss_2.xml", "/x.RSS", "/feed.atom", "/feed.xml"] {
            assert!(is_feed(path), "{path}");
        }
        for path in ["/rss/", "/progress.xml", "/a.xml", "/rss.html", "/feed"] {
            assert!(!is_feed(path), "{path}");
        }
    }

    #[test]
    fn files_are_told_from_pages_by_their_ending() {
        let is_file = |path: &str| names_a_file(&format!("http://a.example{path}").parse().unwrap());
        for path in ["/a.pdf", "/a.DOCX", "/x/y.jpg?v=1", "/a.rar", "/s.css", "/a.xml", "/v.mp4"] {
            assert!(is_file(path), "{path}");
        }
        for path in ["/", "/tzgg/", "/a.html", "/a.SHTML", "/a.do?x=1.pdf", "/show.1234", "/a.b/c", "/t2017"]
        {
            assert!(!is_file(path), "{path}");
        }
    }

    #[test]
    fn the_address_that_cannot_exist_is_the_same_every_time() {
        let page = "http://a.example:8080/x/y.html".parse().unwrap();
        let find = calibration(&page).unwrap();
        assert!(find.address.as_str().starts_with("http://a.example:8080/govcensus-"));
        assert_eq!(calibration(&page), Some(find));
    }
}
