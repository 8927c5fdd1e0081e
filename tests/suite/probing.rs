//! Weeks of probing in seconds: tokio's clock stands still but for what is waited for, and the servers are behind a
//! wire of memory.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use govcensus::base::Moment;
use govcensus::crawl::{Clock, Connecting, Limits, Names, Prober, Stream, Wire};
use govcensus::drive::{Probed, Probing};
use govcensus::evidence::store::{ProbeLog, ProbeReader, StoreError};
use govcensus::evidence::{FailureKind, Line, Probe, TlsFault, Variant};
use govcensus::site::{Registry, Site};
use proptest::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::secure;
use crate::server::{Server, not_found, ordinary_site, page, raw};

const HOUR: Duration = Duration::from_hours(1);

/// What a server does with a request, given the host and how often that host was asked before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Does {
    Answer,
    Answer500,
    Nothing,
    Refuse,
}

type Behaves = Arc<dyn Fn(&str, usize, Instant) -> Does + Send + Sync>;

/// Servers in memory: one address, told apart by the Host header.
#[derive(Clone)]
struct City {
    behaves: Behaves,
    asked: Arc<Mutex<BTreeMap<String, Vec<Instant>>>>,
    /// Where nobody can be reached: our own line is down.
    line: Arc<dyn Fn(Instant) -> bool + Send + Sync>,
}

impl City {
    fn new(behaves: impl Fn(&str, usize, Instant) -> Does + Send + Sync + 'static) -> Self {
        Self { behaves: Arc::new(behaves), asked: Arc::default(), line: Arc::new(|_| true) }
    }

    fn on_a_line(self, line: impl Fn(Instant) -> bool + Send + Sync + 'static) -> Self {
        Self { line: Arc::new(line), ..self }
    }

    async fn serve(self, mut stream: impl AsyncReadExt + AsyncWriteExt + Unpin) {
        let mut head = Vec::new();
        while !head.windows(4).any(|it| it == b"\r\n\r\n") {
            let mut piece = [0; 2048];
            match stream.read(&mut piece).await {
                Ok(length) if length > 0 => head.extend_from_slice(&piece[..length]),
                _ => return,
            }
        }
        let head = String::from_utf8(head).unwrap();
        let host = head.lines().find_map(|it| it.strip_prefix("host: ")).unwrap().to_owned();
        let before = {
            let mut asked = self.asked.lock().unwrap();
            let times = asked.entry(host.clone()).or_default();
            times.push(Instant::now());
            times.len() - 1
        };
        sleep(Duration::from_millis(40)).await;
        let status = match (self.behaves)(&host, before, Instant::now()) {
            Does::Answer => "200 OK",
            Does::Answer500 => "500 X",
            Does::Refuse => return,
            Does::Nothing => {
                sleep(Duration::from_mins(2)).await;
                return;
            }
        };
        let body = "<title>甲县人民政府</title><ul><li><a href=/1.html>全县防汛工作会议召开</a><span>2017-12-08</span></ul>";
        let answer = format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let _ = stream.write_all(answer.as_bytes()).await;
    }

    fn asked(&self, host: &str) -> Vec<Instant> {
        self.asked.lock().unwrap().get(host).cloned().unwrap_or_default()
    }
}

impl std::fmt::Debug for City {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("City")
    }
}

impl Wire for City {
    fn connect(&self, _: SocketAddr) -> Connecting<'_> {
        let city = self.clone();
        Box::pin(async move {
            sleep(Duration::from_millis(10)).await;
            if !(city.line)(Instant::now()) {
                return Err(std::io::ErrorKind::NetworkUnreachable.into());
            }
            let (ours, theirs) = duplex(4096);
            tokio::spawn(city.serve(theirs));
            Ok(Box::new(ours) as Box<dyn Stream>)
        })
    }
}

/// So many sites, each on a machine of its own, and a control host.
fn registry(sites: usize) -> Registry {
    let mut text = "[city]\nname = \"某市\"\n[control]\nurls = [\"http://control.example:81/\"]\nresolve = \"127.0.0.1:9\"\n".to_owned();
    for n in 0..sites {
        // A port of its own: a site that is asked under one spelling only, which is enough for a week of sixty sites.
        let _ = write!(
            text,
            "[[site]]\nid = \"s{n}\"\nname = \"甲县\"\nurl = \"http://s{n}.example:8080/\"\nclass = \"county\"\n\
             resolve = \"127.0.0.{}:{}\"\n",
            n % 250 + 1,
            10_000 + n
        );
    }
    Registry::parse(Path::new("roster"), &text).unwrap()
}

fn names(registry: &Registry) -> Names {
    let names = registry.sites.iter().fold(Names::closed(), Names::with_site);
    registry.control.iter().fold(names, |names, it| names.with(it.address.host(), None, it.resolve.unwrap()))
}

struct Office {
    registry: Registry,
    clock: Clock,
    city: City,
    folder: tempfile::TempDir,
}

impl Office {
    fn new(sites: usize, city: City) -> Self {
        let clock = Clock::Since(Moment::parse("2017-12-08T10:17:00+08:00").unwrap(), Instant::now());
        Self { registry: registry(sites), clock, city, folder: tempfile::tempdir().unwrap() }
    }

    fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("probes.sqlite")
    }

    /// A process that begins.
    async fn process(&self) -> Probing {
        let prober = Prober::new(names(&self.registry), None, &Limits::default(), self.clock).unwrap();
        let prober = Arc::new(prober.over(Arc::new(self.city.clone())));
        let log = loop {
            match ProbeLog::open(&self.file()) {
                // What a killed process was writing holds the lock until it is written.
                Err(StoreError::Locked(_)) => tokio::task::yield_now().await,
                log => break Arc::new(log.unwrap()),
            }
        };
        Probing::new(&self.registry.sites, self.registry.control.clone(), prober, log, self.clock)
    }

    async fn run(&self, every: Duration, lasts: Duration) -> Probed {
        let probing = self.process().await;
        let watch = probing.watch(every, Some(lasts)).unwrap();
        probing.rounds(watch, &CancellationToken::new()).await.unwrap()
    }

    fn of(&self, site: &Site) -> Vec<Probe> {
        let reader = ProbeReader::open(&self.file()).unwrap();
        let (from, until) = (Moment::from_millis(0).unwrap(), Moment::parse("2100-01-01T00:00:00Z").unwrap());
        reader.of_site(&site.id, from, until).unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn a_week_of_24_probes_a_day_over_60_sites_takes_seconds() {
    let started = std::time::Instant::now();
    let office = Office::new(
        60,
        City::new(
            |host, before, _| {
                if host == "s7.example:8080" && before < 9 { Does::Nothing } else { Does::Answer }
            },
        ),
    );
    let came_to = office.run(HOUR, HOUR * 24 * 7).await;
    assert_eq!(came_to, Probed { visits: 168 * 60, unanswered: 9, ..Probed::default() });
    for site in &office.registry.sites {
        let probes = office.of(site);
        assert_eq!(probes.len(), 168, "{}", site.id);
        let slots: std::collections::BTreeSet<Moment> = probes.iter().map(|it| it.slot).collect();
        assert_eq!(slots.len(), 168);
        let failed: Vec<_> = probes.iter().filter(|it| it.result.is_err()).collect();
        assert_eq!(failed.len(), if site.id.as_str() == "s7" { 9 } else { 0 });
        assert!(failed.iter().all(|it| it.result == Err(FailureKind::Timeout) && it.line == Line::Up));
        // On time: each visit begins in its interval, when it is due.
        assert!(probes.iter().all(|it| it.at >= it.slot && it.at.millis() < it.slot.millis() + 3_600_000));
        assert!(
            probes.iter().all(|it| it.variant == Variant::Home && it.content.is_some() || it.result.is_err())
        );
    }
    let took = started.elapsed();
    assert!(took < Duration::from_mins(2), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn what_was_not_reached_while_our_own_line_was_down_is_not_counted() {
    let began = Instant::now();
    let down = move |now: Instant| (HOUR * 5..HOUR * 8).contains(&(now - began));
    let city = City::new(|host, before, _| match host {
        "s1.example:8080" if before == 20 => Does::Nothing,
        _ => Does::Answer,
    });
    let office = Office::new(3, city.on_a_line(move |now| !down(now)));
    let came_to = office.run(HOUR, HOUR * 24).await;
    assert_eq!((came_to.visits, came_to.unanswered, came_to.dropped), (72, 1, 9));
    for site in &office.registry.sites {
        let lines: Vec<Line> = office.of(site).iter().map(|it| it.line).collect();
        assert_eq!(lines.iter().filter(|it| **it == Line::Down).count(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn a_visit_that_began_before_the_line_was_up_again_is_not_counted() {
    // The line is down for the first five hours and comes back while a visit is waiting for its answer.
    let began = Instant::now();
    let city = City::new(|_, _, _| Does::Nothing).on_a_line(move |now| now - began > HOUR * 5);
    let office = Office::new(1, city);
    let clock = office.clock;
    let probing = office.process().await;
    let watch = probing.watch(HOUR, Some(HOUR * 5)).unwrap();
    probing.rounds(watch, &CancellationToken::new()).await.unwrap();
    drop(probing);
    let _ = clock;
    assert!(office.of(&office.registry.sites[0]).iter().all(|it| it.line == Line::Down));
}

#[tokio::test(start_paused = true)]
async fn a_home_page_in_trouble_is_asked_once_a_round_and_its_neighbours_are_not_disturbed() {
    let office = Office::new(
        2,
        City::new(|host, _, _| match host {
            "s0.example:8080" => Does::Answer500,
            _ => Does::Answer,
        }),
    );
    office.run(HOUR, HOUR * 3).await;
    assert_eq!(office.city.asked("s0.example:8080").len(), 3);
    assert_eq!(office.city.asked("s1.example:8080").len(), 3);
    assert!(office.city.asked("control.example:81").is_empty(), "an answer shows that the line is up");
}

#[tokio::test(start_paused = true)]
async fn a_second_process_is_refused_and_a_round_of_the_same_minute_is_not_made_twice() {
    let office = Office::new(2, City::new(|_, _, _| Does::Answer));
    let first = office.process().await;
    let refused = ProbeLog::open(&office.file()).unwrap_err();
    assert!(refused.to_string().contains("another process"), "{refused}");
    let cancel = CancellationToken::new();
    assert_eq!(first.round(&cancel).await.unwrap().visits, 2);
    assert_eq!(first.round(&cancel).await.unwrap().visits, 0);
    sleep(Duration::from_secs(61)).await;
    assert_eq!(first.round(&cancel).await.unwrap().visits, 2);
}

#[tokio::test(start_paused = true)]
async fn stopped_gently_it_keeps_the_visits_under_way_and_goes_on_with_its_watch() {
    let office =
        Office::new(20, City::new(|_, before, _| if before == 1 { Does::Refuse } else { Does::Answer }));
    let cancel = CancellationToken::new();
    let probing = office.process().await;
    let watch = probing.watch(HOUR, Some(HOUR * 6)).unwrap();
    let stop = cancel.clone();
    tokio::spawn(async move {
        sleep(HOUR * 2 + HOUR / 3).await;
        stop.cancel();
    });
    let first = probing.rounds(watch, &cancel).await.unwrap();
    drop(probing);
    assert!(first.stopped);
    let probing = office.process().await;
    assert_eq!(probing.watch(HOUR, Some(HOUR * 6)).unwrap(), watch, "the watch that was begun");
    let then = probing.rounds(watch, &CancellationToken::new()).await.unwrap();
    drop(probing);
    assert_eq!(first.visits + then.visits, 120);
    assert!(office.registry.sites.iter().all(|it| office.of(it).len() == 6));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// A kill is the process gone in the middle of whatever it was doing.
    #[test]
    fn killed_anywhere_it_loses_and_doubles_nothing(
        lives in prop::collection::vec(1_u64..30_000_000, 1..8),
        pause in 0_u64..90_000,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let office = Office::new(4, City::new(|_, before, _| if before % 5 == 3 { Does::Nothing } else { Does::Answer }));
            let mut watch = None;
            for life in &lives {
                let probing = office.process().await;
                let now = probing.watch(HOUR, Some(HOUR * 24)).unwrap();
                assert_eq!(*watch.get_or_insert(now), now);
                let never = CancellationToken::new();
                let killed = tokio::time::timeout(Duration::from_millis(*life), probing.rounds(now, &never));
                if killed.await.is_ok() {
                    break;
                }
                drop(probing);
                sleep(Duration::from_millis(pause)).await;
            }
            if !watch.unwrap().is_over(office.clock.now()) {
                office.run(HOUR, HOUR * 24).await;
            }
            for site in &office.registry.sites {
                let probes = office.of(site);
                let slots: std::collections::BTreeSet<Moment> = probes.iter().map(|it| it.slot).collect();
                assert_eq!(slots.len(), probes.len(), "no interval has two");
                // The last tenth of an interval is free, so that what a kill left out is visited before it ends.
                assert_eq!(probes.len(), 24, "none is lost");
            }
        });
    }
}

/// One visit over real sockets.
async fn visit(site: Site, names: Names) -> Vec<Probe> {
    let prober = Prober::new(names, None, &Limits { rate: 100.0, ..Limits::default() }, Clock::Wall).unwrap();
    prober.visit(&site, Moment::from_millis(0).unwrap()).await.probes
}

#[tokio::test]
async fn every_part_of_a_visit_is_measured_and_every_spelling_is_asked_once() {
    let plain = Server::start(|_, what| match what {
        "www.a.example/" => raw(302, "Location: /portal/\r\n", ""),
        "www.a.example/portal/" => page("<title>x</title><ul><li><a href=/1.html>全县防汛工作会议召开</a>"),
        "a.example/" => raw(301, "Location: http://www.a.example/\r\n", ""),
        _ => not_found(),
    })
    .await;
    let mut expiring = secure::params("a.example");
    expiring.not_after = rcgen::date_time_ymd(2040, 3, 9);
    let secure = secure::serve(expiring, secure::SignedBy::Itself).await;
    let names = ["a.example", "www.a.example"].iter().fold(Names::closed(), |names, host| {
        names.with(host, Some(80), plain.address).with(host, Some(443), secure)
    });
    let probes = visit(ordinary_site("http://www.a.example/"), names).await;
    let variants: Vec<Variant> = probes.iter().map(|it| it.variant).collect();
    assert_eq!(variants, [Variant::Home, Variant::Http, Variant::Https, Variant::HttpsWww]);
    let [home, bare, https, _] = &probes[..] else { panic!("four spellings") };
    assert_eq!((home.result, bare.result, https.result), (Ok(200), Ok(301), Ok(200)));
    assert_eq!(home.landed.as_ref().unwrap().as_str(), "http://www.a.example/portal/");
    assert_eq!(bare.landed, None, "only the home page itself is followed");
    assert!(home.times.connect.is_some() && home.times.first_byte.is_some() && home.times.tls.is_none());
    assert!(home.content.is_some() && home.body.is_some() && home.size > 0 && home.remote.is_some());
    assert!(https.times.tls.is_some());
    assert_eq!(https.expires.unwrap().day().to_string(), "2040-03-09");
    assert_eq!(https.fault, Some(TlsFault::SelfSigned));
    assert_eq!(plain.asked(), ["GET www.a.example/", "GET www.a.example/portal/", "GET a.example/"]);
}

#[tokio::test]
async fn an_address_in_our_own_network_is_not_visited_unless_the_roster_says_so() {
    let server = Server::start(|_, _| page("x")).await;
    let literal = ordinary_site(&format!("http://{}/", server.address));
    let probes = visit(literal, Names::system()).await;
    assert_eq!(probes[0].result, Err(FailureKind::Forbidden));
    // Nor does a redirect lead there.
    let sent =
        Server::start(move |_, _| raw(302, &format!("Location: http://{}/\r\n", server.address), "")).await;
    let names = Names::system().with("a.example", None, sent.address);
    let site = Site { resolve: Some(sent.address), ..ordinary_site("http://a.example:81/") };
    let probes = visit(site, names).await;
    assert_eq!((probes.len(), probes[0].result), (1, Err(FailureKind::Forbidden)));
}

#[tokio::test]
async fn a_challenge_is_told_apart_and_a_loop_of_redirects_never_arrives() {
    let server = Server::start(|_, what| match what {
        "a.example:81/" => raw(412, "", "<meta r='m'><script>$_ts=window['$_ts']</script>"),
        _ => raw(302, "Location: /again\r\n", ""),
    })
    .await;
    let names = ["a.example", "b.example"]
        .iter()
        .fold(Names::closed(), |it, host| it.with(host, None, server.address));
    let challenged = visit(ordinary_site("http://a.example:81/"), names.clone()).await;
    assert_eq!((challenged[0].result, challenged[0].challenge.as_deref()), (Ok(412), Some("瑞数")));
    let looping = visit(ordinary_site("http://b.example:81/"), names).await;
    assert_eq!(looping[0].result, Err(FailureKind::Malformed));
}
