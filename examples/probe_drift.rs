//! Does a long watch keep its time and its memory? Probes twenty sites on loopback and prints drift and resident memory.
//!
//! `cargo run --example probe_drift -- [SECONDS] [EVERY] [SITES]`, by default an hour, every 10 s, 20 sites. It ends
//! with 1 when a visit is missing, when the mean interval is off by 1 % or more, or when memory grew by a tenth.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "this is what it is for")]
#![expect(clippy::cast_precision_loss, reason = "milliseconds and KiB of an hour fit into 52 bits")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use govcensus::base::Moment;
use govcensus::crawl::{Clock, Limits, Names, Prober};
use govcensus::drive::Probing;
use govcensus::evidence::Variant;
use govcensus::evidence::store::{ProbeLog, ProbeReader};
use govcensus::site::Registry;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Memory is compared with what it was after this share of the time, when everything has been used once.
const WARM: f64 = 0.05;

#[tokio::main]
async fn main() -> ExitCode {
    let mut args = std::env::args().skip(1).map(|it| it.parse::<u64>().unwrap());
    let (lasts, every) = (args.next().unwrap_or(3600), args.next().unwrap_or(10));
    let sites = args.next().unwrap_or(20);
    let (lasts, every) = (Duration::from_secs(lasts), Duration::from_secs(every));
    let mut roster = "[city]\nname = \"x\"\n".to_owned();
    for n in 0..sites {
        let address = serve(n).await;
        let _ = write!(
            roster,
            "[[site]]\nid = \"s{n}\"\nname = \"x\"\nurl = \"http://s{n}.example:8080/\"\nclass = \"county\"\nresolve = \"{address}\"\n"
        );
    }
    let registry = Registry::parse(Path::new("roster"), &roster).unwrap();
    let names = registry.sites.iter().fold(Names::closed(), Names::with_site);
    let prober = Arc::new(Prober::new(names, None, &Limits::default(), Clock::Wall).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("probes.sqlite");
    let log = Arc::new(ProbeLog::open(&file).unwrap());
    let (visits, latest) = (Arc::new(AtomicU64::new(0)), Arc::<Mutex<Vec<Duration>>>::default());
    let (counted, kept) = (Arc::clone(&visits), Arc::clone(&latest));
    let probing =
        Probing::new(&registry.sites, Vec::new(), prober, log, Clock::Wall).telling(move |visited| {
            counted.fetch_add(1, Ordering::Relaxed);
            kept.lock().unwrap().push(visited.late);
        });
    let watch = probing.watch(every, Some(lasts)).unwrap();
    println!("{sites} sites every {every:?} for {lasts:?}; resident at the start {} KiB", resident());
    let warm = tokio::spawn(async move {
        tokio::time::sleep(lasts.mul_f64(WARM)).await;
        resident()
    });
    let came_to = probing.rounds(watch, &CancellationToken::new()).await.unwrap();
    drop(probing);
    let (warm, end) = (warm.await.unwrap(), resident());
    let rounds = lasts.as_millis() / every.as_millis();
    let reader = ProbeReader::open(&file).unwrap();
    let (from, until) = (Moment::from_millis(0).unwrap(), Moment::parse("2100-01-01T00:00:00Z").unwrap());
    let mut worst = 0.0_f64;
    let mut complete = true;
    for site in &registry.sites {
        let mut at: Vec<i64> = reader
            .of_site(&site.id, from, until)
            .unwrap()
            .iter()
            .filter(|it| it.variant == Variant::Home && it.result.is_ok())
            .map(|it| it.at.millis())
            .collect();
        at.sort_unstable();
        complete &= at.len() as u128 == rounds;
        let passed = (at[at.len() - 1] - at[0]) as f64;
        let wanted = every.as_millis() as f64 * (at.len() - 1) as f64;
        worst = worst.max((passed / wanted - 1.0).abs());
    }
    let mut late = std::mem::take(&mut *latest.lock().unwrap());
    late.sort_unstable();
    println!(
        "visits {}, of {} wanted, {} without an answer",
        visits.load(Ordering::Relaxed),
        rounds * u128::from(sites),
        came_to.unanswered
    );
    println!("drift of the mean interval, worst site: {:.3} %", worst * 100.0);
    println!(
        "late: median {:?}, 99 % {:?}, worst {:?}",
        late[late.len() / 2],
        late[late.len() * 99 / 100],
        late[late.len() - 1]
    );
    println!(
        "resident: {warm} KiB after {:.0} s, {end} KiB at the end ({:+.1} %)",
        lasts.as_secs_f64() * WARM,
        (end as f64 / warm as f64 - 1.0) * 100.0
    );
    println!("log: {} KiB", std::fs::metadata(&file).unwrap().len() / 1024);
    if complete && worst < 0.01 && end as f64 <= warm as f64 * 1.1 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// A site on loopback, whose page says something new now and then.
async fn serve(n: u64) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut asked = 0_u64;
        while let Ok((mut stream, _)) = listener.accept().await {
            asked += 1;
            let newest = asked / 50;
            let row = |it: u64| {
                format!("<li><a href=/{it}.html>全县防汛工作会议召开第{it}次</a><span>2017-12-08</span></li>")
            };
            let rows = (newest..newest + 20).map(row).collect::<Vec<_>>().concat();
            let body = format!("<title>甲县{n}</title><p>访问量{asked}</p><ul>{rows}</ul>");
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4096]).await;
                let head = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                let _ = stream.write_all((head + &body).as_bytes()).await;
            });
        }
    });
    address
}

/// Resident memory of this process in KiB, as Linux counts it; 0 elsewhere.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:"));
    line.and_then(|it| it.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
