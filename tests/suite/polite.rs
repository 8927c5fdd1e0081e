//! Politeness, measured by the servers: fewer hosts and a higher rate than `examples/politeness.rs`, the same rules.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use govcensus::crawl::{Limits, Listener, Names, Start, gather};
use govcensus::site::Site;
use tokio_util::sync::CancellationToken;

use crate::server::{Server, not_found, ordinary_site, page, raw};
use crate::walking::{limits, web};

const HOSTS: u8 = 10;
const PAGES: usize = 12;
const GAP: Duration = Duration::from_millis(200);

#[tokio::test]
async fn ten_hosts_are_each_asked_at_their_pace_one_at_a_time_and_none_waits_for_another() {
    // One machine may listen on many addresses, and one program may serve them all.
    let server = Server::start_on(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), 0), move |_, what| {
        let (host, path) = what.split_once('/').unwrap();
        match path {
            "" => {
                let pages = if host == "h1.example" { 5 } else { PAGES };
                let links = (1..pages).map(|n| format!("<a href=/{n}.html>x</a>"));
                page(links.collect::<Vec<_>>().concat())
            }
            "robots.txt" | "sitemap.xml" => not_found(),
            it if it.starts_with("govcensus-") => not_found(),
            // One host is in trouble; nobody else may feel it.
            _ if host == "h1.example" => raw(503, "", ""),
            it => page(it),
        }
    })
    .await;
    let hosts: Vec<String> = (1..=HOSTS).map(|number| format!("h{number}.example")).collect();
    let names = hosts.iter().zip(1_u8..).fold(Names::closed(), |names, (host, last)| {
        names.with(host, None, (Ipv4Addr::new(127, 0, 0, last), server.address.port()).into())
    });
    let site = |host: &String| Site { rate: Some(5.0), ..ordinary_site(&format!("http://{host}/")) };
    let sites: Vec<Site> = hosts.iter().map(site).collect();
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits { longest_pause: GAP * 3, ..limits() };
    let started = Instant::now();
    let cancel = CancellationToken::new();
    gather(&sites, folder.path(), web(names, limits), Start::Afresh, Listener::none(), cancel).await;
    let whole = started.elapsed();
    let seen = server.seen();
    for (host, seen) in seen.iter().filter(|(host, _)| *host != "h1.example") {
        let times = &seen.at;
        // With robots.txt, the sitemap and the address that cannot exist.
        assert_eq!(times.len(), PAGES + 3, "{host}");
        // The server notices a request a moment after it was sent, one sooner than another when the machine is busy;
        // but however many it counts, they are never sooner than their rate allows.
        for (first, start) in times.iter().enumerate() {
            for (further, end) in times[first..].iter().enumerate() {
                let least = GAP * u32::try_from(further).unwrap();
                assert!(
                    *end - *start + GAP / 2 >= least,
                    "{host}: {} requests in {:?}",
                    further + 1,
                    *end - *start
                );
            }
        }
        let took = *times.last().unwrap() - times[0];
        let ideal = GAP * u32::try_from(PAGES + 2).unwrap();
        assert!(took < ideal * 2, "{host} took {took:?} and not {ideal:?}");
    }
    // What is in trouble is asked less and less, and that is what the run waits for.
    let troubled = &seen["h1.example"].at;
    let pauses: Vec<_> = troubled.windows(2).map(|it| it[1] - it[0]).collect();
    assert!(pauses.iter().filter(|it| **it > GAP * 2).count() >= 5, "{pauses:?}");
    assert!(whole > GAP * 15);
    assert!(seen.values().all(|it| it.most == 1), "{seen:?}");
}
