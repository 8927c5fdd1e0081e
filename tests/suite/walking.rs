//! Walks through one site on loopback, and what they leave behind.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::sync::Arc;
use std::time::Duration;

use govcensus::crawl::{Limits, Listener, Names, Skip, Unvisited, Walk, Web, unvisited, walk};
use govcensus::evidence::store::{Archive, Entry, Store};
use govcensus::evidence::{Cut, FailureKind, Method};
use govcensus::site::{Robots, Site};
use tokio_util::sync::CancellationToken;

use crate::server::{Server, ordinary_site};

/// The site `http://a.example/`, asked as fast as it answers.
pub(crate) fn site() -> Site {
    let robots = Robots::OwnerConsents { reason: "a test".to_owned() };
    Site { rate: Some(10_000.0), robots, ..ordinary_site("http://a.example/") }
}

pub(crate) fn obedient() -> Site {
    Site { robots: Robots::Obey, ..site() }
}

pub(crate) fn limits() -> Limits {
    Limits {
        rate: 10_000.0,
        pause_share: 0.0,
        longest_pause: Duration::ZERO,
        second_chance_after: Duration::ZERO,
        ..Limits::default()
    }
}

pub(crate) fn web(names: Names, limits: Limits) -> Arc<Web> {
    Arc::new(Web::new(names, Some(&"office@a.example".parse().unwrap()), limits).unwrap())
}

pub(crate) fn names(server: &Server, hosts: &[&str]) -> Names {
    hosts.iter().fold(Names::closed(), |names, host| names.with(host, None, server.address))
}

/// A walk and what it left behind.
pub(crate) struct Walked {
    pub(crate) walk: Walk,
    pub(crate) archive: Archive,
    pub(crate) skipped: Vec<Unvisited>,
    _folder: tempfile::TempDir,
}

pub(crate) async fn walked(site: &Site, server: &Server, limits: Limits) -> Walked {
    let web = web(names(server, &["a.example", "www.a.example", "b.example"]), limits);
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Store::create(folder.path(), &site.id).unwrap());
    let walk =
        walk(site, &web, Arc::clone(&store), &Listener::none(), &CancellationToken::new()).await.unwrap();
    let skipped = unvisited(&store, walk.end.skip()).unwrap();
    Walked { walk, archive: Archive::open(folder.path()).unwrap(), skipped, _folder: folder }
}

impl Walked {
    pub(crate) fn of(&self, url: &str) -> Vec<&Entry> {
        self.archive.entries().iter().filter(|it| it.address().as_str() == url).collect()
    }

    pub(crate) fn results(&self, url: &str) -> Vec<(Method, u32, Result<u16, FailureKind>)> {
        self.of(url).iter().map(|it| (it.method, it.attempt, it.result)).collect()
    }

    pub(crate) fn reason(&self, url: &str) -> Option<Skip> {
        self.skipped.iter().find(|it| it.address.as_str() == url).map(|it| it.skip)
    }

    pub(crate) fn body(&self, url: &str) -> (Vec<u8>, Option<Cut>) {
        let entry = self.of(url).into_iter().next_back();
        let entry = entry.unwrap_or_else(|| panic!("{url} was not asked for: {:?}", self.reason(url)));
        let exchange = self.archive.load(&entry.citation).unwrap();
        let answer = exchange.answer().unwrap_or_else(|| panic!("{url}: {:?}", exchange.outcome));
        (answer.body.clone(), answer.cut)
    }
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}
