//! A generated site on loopback, served to whoever asks, and walked with limits lifted.
//!
//! ```text
//! generated_site serve PAGES LINKS PORT           serve it until killed
//! generated_site walk  PAGES ADDRESS [AT_ONCE] [FOLDER]
//!                                                 walk it; print pages a second and peak memory
//! ```
//!
//! Each page has so many links to other pages, spread so that all are reached, and is 8 to 40 KB large; with more than
//! 20,000 pages they are made when asked for and are as small as their links allow. `benches/side-by-side.sh` runs
//! both, and its peers beside.
//!
//! `/count` says what was asked for since it was asked last, and begins anew: `REQUESTS PAGES TWICE`, all requests but
//! those for `/count`, pages that were asked for with GET, and how many of them more than once.

#![expect(clippy::print_stdout, reason = "this is what it is for")]

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use govcensus::crawl::{Limits, Listener, Names, Web, walk};
use govcensus::evidence::store::Store;
use govcensus::site::{Registry, Robots, Site, roster_of_one};
use tokio_util::sync::CancellationToken;

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["serve", pages, links, port] => serve(pages.parse()?, links.parse()?, port.parse()?).await,
        ["walk", pages, address] => gather(pages.parse()?, address.parse()?, 8, None).await,
        ["walk", pages, address, at_once] => {
            gather(pages.parse()?, address.parse()?, at_once.parse()?, None).await
        }
        ["walk", pages, address, at_once, folder] => {
            gather(pages.parse()?, address.parse()?, at_once.parse()?, Some(folder.into())).await
        }
        _ => Err("say `serve PAGES LINKS PORT` or `walk PAGES ADDRESS [AT_ONCE] [FOLDER]`".into()),
    }
}

async fn serve(pages: u64, links: u64, port: u16) -> Result<(), Failure> {
    let small = pages > 20_000;
    // Made beforehand, so that serving costs next to nothing.
    let made: Vec<String> =
        if small { Vec::new() } else { (0..pages).map(|it| page(it, pages, links, false)).collect() };
    let made = Arc::new(made);
    let counter = Arc::new(Counter::new(pages));
    let answer = move |method: Method, uri: Uri| {
        let (made, counter) = (Arc::clone(&made), Arc::clone(&counter));
        async move {
            if uri.path() == "/count" {
                return counter.take().into_response();
            }
            let number = match uri.path() {
                "/" => Some(0),
                path => path.strip_prefix("/p/").and_then(|it| it.strip_suffix(".html")?.parse::<u64>().ok()),
            };
            let number = number.filter(|it| *it < pages);
            // The home page shows the first page as well, and is none of its own.
            counter.count(&method, number.filter(|_| uri.path() != "/"));
            let body = number.map(|it| match made.get(usize::try_from(it).unwrap_or_default()) {
                Some(page) => page.clone(),
                None => page(it, pages, links, small),
            });
            body.map_or_else(
                || (StatusCode::NOT_FOUND, "").into_response(),
                // By this header a server lets LinkChecker ask more often than three times a second.
                |it| -> Response { ([("LinkChecker", "1")], Html(it)).into_response() },
            )
        }
    };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://{}/", listener.local_addr()?);
    axum::serve(listener, Router::new().fallback(answer)).await?;
    Ok(())
}

/// What was asked for, counted where it cannot be hidden.
struct Counter {
    requests: AtomicU64,
    pages: Vec<AtomicU8>,
}

impl Counter {
    fn new(pages: u64) -> Self {
        Self { requests: AtomicU64::new(0), pages: (0..pages).map(|_| AtomicU8::new(0)).collect() }
    }

    fn count(&self, method: &Method, page: Option<u64>) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let page = page.filter(|_| method == Method::GET).and_then(|it| usize::try_from(it).ok());
        if let Some(times) = page.and_then(|it| self.pages.get(it)) {
            // Once, or more than once; a crawler that asks for one page 256 times is wrong in any case.
            let _ = times.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |it| Some(it.saturating_add(1)));
        }
    }

    /// `REQUESTS PAGES TWICE`, and zeros from now on.
    fn take(&self) -> String {
        let times: Vec<u8> = self.pages.iter().map(|it| it.swap(0, Ordering::Relaxed)).collect();
        let more = |than: u8| times.iter().filter(|it| **it > than).count();
        format!("{} {} {}\n", self.requests.swap(0, Ordering::Relaxed), more(0), more(1))
    }
}

async fn gather(pages: u64, address: SocketAddr, at_once: u32, kept: Option<PathBuf>) -> Result<(), Failure> {
    let temporary = std::env::temp_dir().join(format!("govcensus-walk-{}", std::process::id()));
    let folder = kept.clone().unwrap_or_else(|| temporary.clone());
    let roster = roster_of_one(&"http://a.example/".parse()?);
    let site = Registry::parse(std::path::Path::new("roster"), &roster)?.sites.into_iter().next();
    let robots = Robots::OwnerConsents { reason: "generated".to_owned() };
    let ordinary = site.ok_or("a roster of one has a site")?;
    let site = Site { rate: Some(1_000_000.0), at_once: Some(at_once), robots, ..ordinary };
    let limits = Limits {
        max_pages: u32::MAX,
        pages_of_template: u32::MAX,
        pause_share: 0.0,
        second_chance_after: Duration::ZERO,
        ..Limits::default()
    };
    let web = Web::new(Names::closed().with("a.example", None, address), None, limits)?;
    let exists = folder.join("index.sqlite").exists();
    let store = Arc::new(if exists { Store::open(&folder)? } else { Store::create(&folder, &site.id)? });
    let started = Instant::now();
    // As `gather` does it: on a thread of the runtime, beside the connections.
    let kept_in = Arc::clone(&store);
    let walking = tokio::spawn(async move {
        walk(&site, &web, kept_in, &Listener::none(), &CancellationToken::new()).await
    });
    let walked = walking.await??;
    let seconds = started.elapsed().as_secs_f64();
    let mut urls: Vec<String> = Vec::new();
    store.each_entry(|it| urls.push(format!("{:?} {}", it.method, it.address())))?;
    let asked = urls.len();
    urls.sort_unstable();
    urls.dedup();
    println!("{walked:?}");
    println!(
        "{asked} questions, {} of them twice; {} of {pages} pages found",
        asked - urls.len(),
        walked.pages - 1
    );
    #[expect(clippy::cast_precision_loss, reason = "a rate is read, not reckoned with")]
    let rate = walked.pages as f64 / seconds;
    println!("{seconds:.1} s, {rate:.0} pages a second");
    println!("peak memory {}", peak_memory().unwrap_or_else(|| "unknown".to_owned()));
    drop(store);
    if kept.is_none() {
        std::fs::remove_dir_all(&temporary)?;
    }
    Ok(())
}

/// A page that leads to `links` others.
fn page(number: u64, pages: u64, links: u64, small: bool) -> String {
    let mut html = format!("<html><head><meta charset=utf-8><title>第{number}页</title></head><body><ul>");
    for link in 1..=links {
        let to = (number * links + link) % pages;
        // Writing to a string cannot fail.
        let _ = write!(
            html,
            "<li><a href=\"/p/{to}.html\">关于第{to}号事项的通知</a><span>2017-06-{:02}</span></li>",
            to % 28 + 1
        );
    }
    html.push_str("</ul><p>");
    let paragraph = format!("各有关单位：现将有关事项通知如下（{number}）。</p>\n<p>");
    let size = if small { 0 } else { 8_000 + usize::try_from(number * 7_919 % 32_000).unwrap_or_default() };
    while html.len() < size {
        html.push_str(&paragraph);
    }
    html.push_str("</p></body></html>");
    html
}

/// As Linux counts it.
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    Some(status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().to_owned())
}
