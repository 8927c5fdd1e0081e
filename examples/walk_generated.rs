//! Walks a generated site on loopback and prints how fast it went and how much memory it took.
//!
//! `cargo run --release --example walk_generated -- [PAGES] [LINKS] [FOLDER]`: so many pages (2000), each with so many
//! links (50) to other pages, limits lifted. The archive stays in FOLDER when one is named.

#![expect(clippy::print_stdout, reason = "this is what it is for")]

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Path;
use axum::response::Html;
use axum::routing::get;
use govcensus::crawl::{Limits, Listener, Names, Web, walk};
use govcensus::evidence::store::Store;
use govcensus::site::{Registry, Robots, Site, roster_of_one};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default| arguments.next().and_then(|it| it.parse().ok()).unwrap_or(default);
    let (pages, links): (u64, u64) = (number(2000), number(50));
    let kept = arguments.next().map(PathBuf::from);
    let temporary = std::env::temp_dir().join(format!("govcensus-walk-{}", std::process::id()));
    let folder = kept.clone().unwrap_or_else(|| temporary.clone());

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let page = move |Path(number): Path<String>| async move {
        Html(page(number.parse().unwrap_or(0), pages, links))
    };
    let server = Router::new()
        .route("/", get(move || async move { Html(self::page(0, pages, links)) }))
        .route("/p/{number}", get(page));
    tokio::spawn(async move { axum::serve(listener, server).await });

    let robots = Robots::OwnerConsents { reason: "generated".to_owned() };
    let registry =
        Registry::parse(std::path::Path::new("roster"), &roster_of_one(&"http://a.example/".parse()?))?;
    let ordinary = registry.sites.into_iter().next().ok_or("a roster of one has a site")?;
    let site = Site { rate: Some(1_000_000.0), robots, ..ordinary };
    let limits = Limits {
        max_pages: u32::MAX,
        pause_share: 0.0,
        second_chance_after: Duration::ZERO,
        ..Limits::default()
    };
    let web = Web::new(Names::closed().with("a.example", None, address), None, limits)?;
    let exists = folder.join("index.sqlite").exists();
    let store = Arc::new(if exists { Store::open(&folder)? } else { Store::create(&folder, &site.id)? });
    let started = Instant::now();
    let walked = walk(&site, &web, store, &Listener::none(), &CancellationToken::new()).await?;
    let seconds = started.elapsed().as_secs_f64();
    println!("{walked:?}");
    println!("{:.1} s, {:.0} pages a second", seconds, f64::from(u32::try_from(walked.pages)?) / seconds);
    println!("peak memory {}", peak_memory().unwrap_or_else(|| "unknown".to_owned()));
    if kept.is_none() {
        std::fs::remove_dir_all(&temporary)?;
    }
    Ok(())
}

/// A page of some twelve kilobytes that leads to `links` others, spread so that all are reached.
fn page(number: u64, pages: u64, links: u64) -> String {
    let mut html = format!("<html><head><meta charset=utf-8><title>第{number}页</title></head><body><ul>");
    for link in 1..=links {
        let to = (number * links + link) % pages;
        // Writing to a string cannot fail.
        let _ = write!(
            html,
            "<li><a href=\"/p/{to}\">关于第{to}号事项的通知</a><span>2017-06-{:02}</span></li>",
            to % 28 + 1
        );
    }
    html.push_str("</ul><p>");
    html.push_str(&"各有关单位：现将有关事项通知如下。".repeat(100));
    html.push_str("</p></body></html>");
    html
}

/// As Linux counts it.
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    Some(status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().to_owned())
}
