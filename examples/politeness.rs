//! Measures politeness where it is felt: at the servers.
//!
//! `cargo run --release --example politeness -- [HOSTS] [PAGES] [RATE]`: so many hosts (50), each a site of so many
//! pages (200) on an address of its own (127.0.0.1, 127.0.0.2, …), asked so many times a second (1). Prints what the
//! servers counted: the shortest gap between two requests of a host, the most requests at a time to a host, and how
//! near the whole run came to the ideal. Ends with 1 when a promise is broken.

#![expect(clippy::print_stdout, reason = "this is what it is for")]

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use govcensus::crawl::{Limits, Listener, Names, Start, Web, gather};
use govcensus::site::{Registry, Robots, Site, roster_of_one};
use tokio_util::sync::CancellationToken;

/// What the servers saw of one host.
#[derive(Default)]
struct Seen {
    at: Vec<Instant>,
    now: usize,
    most: usize,
}

type Log = Arc<Mutex<BTreeMap<String, Seen>>>;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let hosts: u8 = arguments.next().and_then(|it| it.parse().ok()).unwrap_or(50);
    let pages: u32 = arguments.next().and_then(|it| it.parse().ok()).unwrap_or(200);
    let rate: f64 = arguments.next().and_then(|it| it.parse().ok()).unwrap_or(1.0);

    let log = Log::default();
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).await?;
    let port = listener.local_addr()?.port();
    let seen = Arc::clone(&log);
    let server = Router::new().fallback(move |request: Request| {
        let log = Arc::clone(&seen);
        let host =
            request.headers().get("host").and_then(|it| it.to_str().ok()).unwrap_or_default().to_owned();
        let path = request.uri().path().to_owned();
        async move { answer(host, &path, &log, pages).await }
    });
    tokio::spawn(async move { axum::serve(listener, server).await });

    let (mut names, mut sites) = (Names::closed(), Vec::new());
    for number in 1..=hosts {
        let host = format!("h{number}.example");
        let address = SocketAddr::from((Ipv4Addr::new(127, 0, 0, number), port));
        names = names.with(&host, None, address);
        let roster = roster_of_one(&format!("http://{host}/").parse()?);
        let site = Registry::parse(Path::new("roster"), &roster)?.sites.into_iter().next();
        let robots = Robots::OwnerConsents { reason: "generated".to_owned() };
        sites.push(Site { rate: Some(rate), robots, ..site.ok_or("a roster of one has a site")? });
    }
    // What the walk asks beyond the pages: robots.txt, the sitemap, the address that cannot exist.
    let requests = f64::from(pages) + 3.0;
    let limits = Limits { sites_at_once: hosts.into(), max_pages: u32::MAX, ..Limits::default() };
    let folder = std::env::temp_dir().join(format!("govcensus-politeness-{}", std::process::id()));
    let web = Arc::new(Web::new(names, None, limits)?);
    let started = Instant::now();
    let gathered =
        gather(&sites, &folder, web, Start::Afresh, Listener::none(), CancellationToken::new()).await;
    let took = started.elapsed();
    std::fs::remove_dir_all(&folder)?;

    let log = log.lock().unwrap_or_else(PoisonError::into_inner);
    let gaps = log.values().flat_map(|it| it.at.windows(2).map(|it| it[1] - it[0]));
    let shortest = gaps.min().unwrap_or_default();
    let most = log.values().map(|it| it.most).max().unwrap_or(0);
    let asked: usize = log.values().map(|it| it.at.len()).sum();
    let ideal = (requests - 1.0) / rate;
    let share = ideal / took.as_secs_f64();
    let walked: u64 = gathered.values().filter_map(|it| it.as_ref().ok()).map(|it| it.pages).sum();
    println!("{hosts} hosts, {walked} pages, {asked} requests in {:.1} s", took.as_secs_f64());
    println!("shortest gap {:.1} ms (allowed {:.1} ms)", shortest.as_secs_f64() * 1e3, 1e3 / rate);
    println!("most requests at a time to a host: {most}");
    println!("ideal {ideal:.1} s, reached {share:.3} of it");
    // The server sees a request a little later than it was sent; more than that is a broken promise.
    let kept = shortest + Duration::from_millis(20) >= Duration::from_secs_f64(1.0 / rate) && most <= 1;
    Ok(if kept && share >= 0.95 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn answer(host: String, path: &str, log: &Log, pages: u32) -> Response {
    {
        let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = log.entry(host.clone()).or_default();
        seen.at.push(Instant::now());
        seen.now += 1;
        seen.most = seen.most.max(seen.now);
    }
    tokio::time::sleep(Duration::from_millis(2)).await;
    let number: Option<u32> = match path {
        "/" => Some(0),
        _ => path.strip_prefix("/p").and_then(|it| it.strip_suffix(".html")?.parse().ok()),
    };
    let response = match number {
        Some(number) if number < pages => {
            let next = [number * 2 + 1, number * 2 + 2].into_iter().filter(|it| *it < pages);
            let links = next.map(|it| format!("<a href=/p{it}.html>{it}</a>")).collect::<Vec<_>>().concat();
            Html(format!("<title>{number}</title>{links}")).into_response()
        }
        _ => (StatusCode::NOT_FOUND, "").into_response(),
    };
    if let Some(seen) = log.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&host) {
        seen.now -= 1;
    }
    response
}
