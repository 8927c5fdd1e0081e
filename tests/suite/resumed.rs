//! A walk that is stopped at any moment and gone on with ends as one that was not: the same questions, the same answers,
//! and the same reasons for what was left alone.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::path::Path;
use std::sync::Arc;

use govcensus::crawl::{End, Limits, Listener, Walk, unvisited, walk};
use govcensus::evidence::store::{Archive, Store, StoreError};
use govcensus::site::Site;
use tokio_util::sync::CancellationToken;

use crate::server::{Say, Server, links, not_found, page, raw};
use crate::walking::{limits, names, obedient, web};

/// What a walk ends with.
#[derive(Debug, PartialEq)]
struct Left {
    walk: Walk,
    /// What the archive says, whatever the order: no exchange may be in it twice.
    kept: Vec<String>,
    /// What was not asked for, and why.
    skipped: Vec<String>,
}

/// A site, and how its server talks.
struct Situation {
    site: Site,
    limits: Limits,
    talk: fn(&str, &str) -> Say,
}

impl Situation {
    fn of(talk: fn(&str, &str) -> Say) -> Self {
        Self { site: obedient(), limits: limits(), talk }
    }

    async fn serve(&self) -> Server {
        Server::start(self.talk).await
    }

    /// Walks, stopped whenever the server was asked so many questions more; how often that was, and what is left.
    async fn walked(&self, server: &Server, stop_after: usize) -> (usize, Left) {
        let folder = tempfile::tempdir().unwrap();
        let mut stopped = 0;
        let walk = loop {
            // Another process: nothing is shared with the one before but what is on disk.
            let web = web(names(server, &["a.example", "b.example"]), self.limits.clone());
            let store = self.open_or_create(folder.path()).await;
            let before = server.asked().len();
            let none = (Listener::none(), CancellationToken::new());
            let walk = walk(&self.site, &web, Arc::clone(&store), &none.0, &none.1);
            let enough = async {
                while server.asked().len() < before.saturating_add(stop_after) {
                    tokio::task::yield_now().await;
                }
            };
            let ended = tokio::select! {
                biased;
                walk = walk => Some(walk.unwrap()),
                () = enough => None,
            };
            let_go(store).await;
            match ended {
                Some(walk) => break walk,
                None => stopped += 1,
            }
            assert!(stopped < 100, "no progress");
        };
        let archive = Archive::open(folder.path()).unwrap();
        let mut kept: Vec<_> = archive
            .entries()
            .iter()
            .map(|it| format!("{:?} {} {} {:?}", it.method, it.address(), it.attempt, it.result))
            .collect();
        kept.sort();
        let skipped = unvisited(&*self.open_or_create(folder.path()).await, walk.end.skip()).unwrap();
        let mut skipped: Vec<_> = skipped.iter().map(|it| format!("{} {:?}", it.address, it.skip)).collect();
        skipped.sort();
        (stopped, Left { walk, kept, skipped })
    }

    /// Another test may just be starting a process, which holds every lock of this one until it is what it will be.
    async fn open_or_create(&self, folder: &Path) -> Arc<Store> {
        let is_there = folder.join("index.sqlite").exists();
        loop {
            let store = if is_there { Store::open(folder) } else { Store::create(folder, &self.site.id) };
            match store {
                Err(StoreError::Locked(_)) => tokio::task::yield_now().await,
                store => return Arc::new(store.unwrap()),
            }
        }
    }

    /// Walks it once in one go and often in pieces, and returns what the former leaves.
    async fn is_the_same_in_pieces(&self) -> Left {
        let (_, whole) = self.walked(&self.serve().await, usize::MAX).await;
        // Two hosts may be in the middle of an answer at a stop, so only the third question is sure progress.
        for stop_after in 3..24 {
            let server = self.serve().await;
            let (stopped, left) = self.walked(&server, stop_after).await;
            assert_eq!(left, whole, "stopped after every {stop_after} questions");
            // What had been asked and not yet kept at a stop is asked again; what is in the archive is not.
            let (asked, kept) = (server.asked().len(), left.kept.len());
            assert!(asked <= kept + stopped * 2, "{asked} asked, {kept} kept");
        }
        whole
    }
}

/// Waits until no task of a dropped walk holds the store any more, as the end of a process would.
async fn let_go(store: Arc<Store>) {
    while Arc::strong_count(&store) > 1 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn redirects_pictures_and_dead_links_are_asked_for_once() {
    let situation = Situation::of(|_, what| match what.trim_start_matches("a.example/") {
        "" => links(&["/1.html", "/2.html", "/old.html", "/gone.html", "http://b.example/x.png"]),
        "1.html" => links(&["/3.html", "/3.png"]),
        "2.html" | "3.html" | "new.html" => page("<img src=/2.png>"),
        "old.html" => raw(302, "Location: /new.html\r\n", ""),
        "3.png" | "2.png" | "b.example/x.png" => raw(200, "", "PNG"),
        _ => not_found(),
    });
    assert_eq!(situation.is_the_same_in_pieces().await.walk.end, End::Whole);
}

#[tokio::test]
async fn what_robots_txt_forbids_counts_as_before() {
    let talk = |_: &str, what: &str| match what.trim_start_matches("a.example/") {
        "robots.txt" => raw(200, "", "User-agent: *\nDisallow: /no/\n"),
        "" => links(&["/no/1", "/1", "/no/2", "/2", "/no/3", "/3", "/no/4", "/4", "/no/5", "/5", "/6", "/7"]),
        "sitemap.xml" => not_found(),
        it if it.starts_with("govcensus-") => not_found(),
        _ => page("<p>here</p>"),
    };
    let site = Site { max_pages: Some(10), ..obedient() };
    let left = Situation { site, ..Situation::of(talk) }.is_the_same_in_pieces().await;
    let skipped = |reason: &str| left.skipped.iter().filter(|it| it.ends_with(reason)).count();
    assert_eq!((skipped("Robots"), skipped("PageLimit")), (5, 3), "{:?}", left.skipped);
}

#[tokio::test]
async fn the_same_bytes_under_ever_new_addresses_come_to_the_same_end() {
    let talk = |_: &str, what: &str| match what.trim_start_matches("a.example/") {
        "" => links(&["/1", "/x/1.html"]),
        it if it.starts_with("x/") => page("<a href=?on>on</a>"),
        it => match it.parse::<u32>() {
            Ok(number) if number < 12 => links(&[&format!("/{}", number + 1), &format!("/x/{number}a.html")]),
            _ => not_found(),
        },
    };
    let limits = Limits { same_content: 3, ..limits() };
    let left = Situation { limits, ..Situation::of(talk) }.is_the_same_in_pieces().await;
    let skipped = |reason: &str| left.skipped.iter().filter(|it| it.ends_with(reason)).count();
    assert_eq!(skipped("SameContent"), 10, "{:?}", left.skipped);
}

#[tokio::test]
async fn a_site_that_blocks_is_left_alone_no_sooner_and_no_later() {
    let situation = Situation::of(|_, what| match what.trim_start_matches("a.example/") {
        "" => links(&["/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8", "/9", "http://b.example/x.png"]),
        "robots.txt" | "sitemap.xml" | "b.example/robots.txt" => not_found(),
        it if it.starts_with("govcensus-") => not_found(),
        "1" => page("<p>here</p>"),
        "b.example/x.png" => raw(200, "", "PNG"),
        _ => {
            raw(521, "Content-Type: text/html\r\n", "<script>document.cookie='__jsl_clearance_s=1'</script>")
        }
    });
    let left = situation.is_the_same_in_pieces().await;
    assert_eq!(left.walk.end, End::Blocked);
    // Five in a row, and the last of them once more.
    assert_eq!(left.kept.iter().filter(|it| it.ends_with("Ok(521)")).count(), 6);
}

#[tokio::test]
async fn a_home_page_behind_a_challenge_ends_the_walk_once() {
    let situation = Situation::of(|_, what| match what.trim_start_matches("a.example/") {
        "robots.txt" | "sitemap.xml" => not_found(),
        _ => {
            raw(521, "Content-Type: text/html\r\n", "<script>document.cookie='__jsl_clearance_s=1'</script>")
        }
    });
    assert_eq!(situation.is_the_same_in_pieces().await.walk.end, End::Blocked);
}
