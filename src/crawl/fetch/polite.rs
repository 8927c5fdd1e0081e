//! One question at a time to a host, at its pace, and a pause after each answer.
//!
//! The pace of a host is a rate (one request a `gap`, kept by governor), and a pause after each answer that grows
//! with the time the host took, doubles when the host is in trouble, and never shrinks on an error. The pause is a
//! `gap` at the least: only the server knows when a request came, and a connection may take its time, so what is
//! promised of the server's clock is counted from the end of the answer before. Hosts that share a machine share its
//! rate as well. One [`Turnstiles`] serves all sites of a run, so it does not matter on whose
//! behalf a host is asked.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, sleep_until};

use super::retries::retry_after;
use super::{Fetch, Unasked};
use crate::crawl::{Limits, Skip};
use crate::evidence::{Ask, Exchange, FailureKind, Outcome};
use crate::site::Scope;

/// A fetcher that waits its turn.
#[derive(Debug)]
pub(in crate::crawl) struct Polite<F> {
    inner: F,
    turnstiles: Arc<Turnstiles>,
    scope: Scope,
    gap: Duration,
    at_once: usize,
}

impl<F> Polite<F> {
    /// Wraps a fetcher. Hosts in `scope` are asked once a `gap` at the most, others at the pace of the run.
    pub(in crate::crawl) fn new(inner: F, turnstiles: Arc<Turnstiles>, scope: Scope, gap: Duration) -> Self {
        Self { inner, turnstiles, scope, gap, at_once: 1 }
    }

    /// Lets so many requests be under way at a host in `scope`, as its owner has consented to.
    pub(in crate::crawl) fn at_once(self, at_once: u32) -> Self {
        Self { at_once: (at_once as usize).max(1), ..self }
    }
}

impl<F: Fetch> Fetch for Polite<F> {
    async fn fetch(&self, ask: Ask) -> Result<Exchange, Unasked> {
        let turnstile = self.turnstiles.host(ask.address.host());
        let own = self.scope.contains(&ask.address);
        if own {
            turnstile.widen(self.at_once);
        }
        // The place is held until the answer is there: that is what having the turn means.
        let _place = turnstile.places.acquire().await;
        let mut host = turnstile.host.lock().await;
        if own {
            host.pace.set_gap(self.gap);
        }
        let Manners { silent_after, patience, .. } = self.turnstiles.manners;
        // A second look may knock a few times more at a door that nobody opened.
        if host.silent >= silent_after.saturating_add(3 * ask.attempt.saturating_sub(1)) {
            return Err(Unasked::Skipped(Skip::HostSilent));
        }
        if host.due.is_some_and(|due| due.saturating_duration_since(Instant::now()) > patience) {
            return Err(Unasked::Skipped(Skip::HostWaits));
        }
        if let Some(due) = host.due {
            sleep_until(due).await;
        }
        host.pace.wait().await;
        if let Some(machine) = host.machine {
            self.turnstiles.machine(machine, host.pace.gap).wait().await;
        }
        drop(host);
        let exchange = self.inner.fetch(ask).await?;
        turnstile.host.lock().await.answered(&exchange, &self.turnstiles.manners);
        Ok(exchange)
    }
}

/// The numbers by which everybody is polite.
#[derive(Clone, Copy, Debug)]
struct Manners {
    gap: Duration,
    pause_share: f64,
    longest_pause: Duration,
    longest_crawl_delay: Duration,
    patience: Duration,
    silent_after: u32,
}

/// The hosts of a run, and the machines behind them.
#[derive(Debug)]
pub(in crate::crawl) struct Turnstiles {
    manners: Manners,
    hosts: Mutex<HashMap<String, Arc<Turnstile>>>,
    machines: Mutex<HashMap<SocketAddr, Arc<Pace>>>,
}

impl Turnstiles {
    /// No host has been asked yet.
    pub(in crate::crawl) fn new(limits: &Limits) -> Self {
        let manners = Manners {
            gap: gap_of(limits.rate),
            pause_share: limits.pause_share,
            longest_pause: limits.longest_pause,
            longest_crawl_delay: limits.longest_crawl_delay,
            patience: limits.patience,
            silent_after: limits.silent_after,
        };
        Self { manners, hosts: Mutex::default(), machines: Mutex::default() }
    }

    /// A host has asked, by Crawl-delay, for so much time between requests.
    pub(super) async fn slow_down(&self, host: &str, delay: Duration) {
        let turnstile = self.host(host);
        turnstile.host.lock().await.pace.set_floor(delay.min(self.manners.longest_crawl_delay));
    }

    /// Returns when one more connection may be opened to a machine, whoever else wants one.
    pub(super) async fn turn_at(&self, remote: SocketAddr, gap: Duration) {
        self.machine(machine_of(remote), gap).wait().await;
    }

    fn host(&self, name: &str) -> Arc<Turnstile> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Turnstile::new(self.manners.gap));
        hosts.entry(name.to_owned()).or_insert_with(new).clone()
    }

    /// The pace of a machine is that of the fastest host on it.
    fn machine(&self, machine: SocketAddr, gap: Duration) -> Arc<Pace> {
        let mut machines = self.machines.lock().unwrap_or_else(PoisonError::into_inner);
        let pace = machines.entry(machine).or_insert_with(|| Arc::new(Pace::new(gap)));
        if gap < pace.gap {
            *pace = Arc::new(Pace::new(gap));
        }
        pace.clone()
    }
}

/// The time between two requests at a rate of so many a second.
pub(in crate::crawl) fn gap_of(rate: f64) -> Duration {
    Duration::try_from_secs_f64(1.0 / rate).unwrap_or(Duration::from_secs(1))
}

/// Where whoever wants to ask a host waits: for a place, and then for the host's pace.
#[derive(Debug)]
struct Turnstile {
    /// One for each request that may be under way.
    places: Semaphore,
    /// How many there are.
    width: AtomicUsize,
    host: tokio::sync::Mutex<Host>,
}

impl Turnstile {
    fn new(gap: Duration) -> Self {
        let host = tokio::sync::Mutex::new(Host::new(gap));
        Self { places: Semaphore::new(1), width: AtomicUsize::new(1), host }
    }

    fn widen(&self, at_once: usize) {
        let before = self.width.fetch_max(at_once, Ordering::Relaxed);
        self.places.add_permits(at_once.saturating_sub(before));
    }
}

/// What is known of a host's patience.
#[derive(Debug)]
struct Host {
    pace: Pace,
    pause: Duration,
    due: Option<Instant>,
    machine: Option<SocketAddr>,
    /// Timeouts and resets in a row.
    silent: u32,
}

impl Host {
    fn new(gap: Duration) -> Self {
        Self { pace: Pace::new(gap), pause: Duration::ZERO, due: None, machine: None, silent: 0 }
    }

    fn answered(&mut self, exchange: &Exchange, manners: &Manners) {
        let never_reached =
            matches!(&exchange.outcome, Outcome::Failed(failure) if is_before_the_host(failure.kind));
        if never_reached {
            return;
        }
        self.machine = exchange.remote.map(machine_of).or(self.machine);
        let share = exchange.took.mul_f64(manners.pause_share).min(manners.longest_pause);
        let health = Health::of(&exchange.outcome);
        self.silent = if health == Health::Silent { self.silent + 1 } else { 0 };
        self.pause = match health {
            Health::Well if share > self.pause => share,
            Health::Well => (self.pause + share) / 2,
            Health::Ill => self.pause.max(share),
            Health::Busy | Health::Silent => {
                (self.pause.max(self.pace.gap) * 2).max(share).min(manners.longest_pause)
            }
        };
        let asked_to_wait = exchange.answer().and_then(|answer| retry_after(answer, exchange.at));
        let rest = self.pause.max(self.pace.gap).max(asked_to_wait.unwrap_or_default());
        self.due = Some(Instant::now() + rest);
    }
}

/// How a host seems to be, from one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Health {
    Well,
    /// An error, but it answers.
    Ill,
    /// It asks to be spared.
    Busy,
    /// It does not answer.
    Silent,
}

impl Health {
    fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Answered(answer) => match answer.status {
                429 | 503 => Self::Busy,
                500.. => Self::Ill,
                _ => Self::Well,
            },
            Outcome::Failed(failure) => match failure.kind {
                FailureKind::Timeout | FailureKind::Reset => Self::Silent,
                FailureKind::Refused => Self::Busy,
                FailureKind::Malformed
                | FailureKind::Tls(_)
                | FailureKind::NoSuchHost
                | FailureKind::DnsTrouble
                | FailureKind::Forbidden
                | FailureKind::LineDown
                | FailureKind::Ours => Self::Ill,
            },
        }
    }
}

/// Whether nothing was sent to the host at all.
fn is_before_the_host(kind: FailureKind) -> bool {
    matches!(
        kind,
        FailureKind::NoSuchHost
            | FailureKind::DnsTrouble
            | FailureKind::Forbidden
            | FailureKind::LineDown
            | FailureKind::Ours
    )
}

/// http and https of one machine are one machine; any other port may be another one behind a router.
fn machine_of(remote: SocketAddr) -> SocketAddr {
    match remote.port() {
        443 => SocketAddr::new(remote.ip(), 80),
        _ => remote,
    }
}

type Limiter = RateLimiter<NotKeyed, InMemoryState, Ticks, NoOpMiddleware<Nanos>>;

/// A rate. governor cannot change one, so a new limiter is made when the rate changes.
#[derive(Debug)]
struct Pace {
    gap: Duration,
    /// What the host itself asked for.
    floor: Duration,
    limiter: Limiter,
    clock: Ticks,
}

impl Pace {
    fn new(gap: Duration) -> Self {
        let clock = Ticks(Instant::now());
        Self { gap, floor: Duration::ZERO, limiter: limiter(gap, &clock), clock }
    }

    fn set_gap(&mut self, gap: Duration) {
        self.change(gap.max(self.floor));
    }

    fn set_floor(&mut self, floor: Duration) {
        self.floor = floor;
        self.change(self.gap.max(floor));
    }

    fn change(&mut self, gap: Duration) {
        if gap != self.gap {
            self.gap = gap;
            self.limiter = limiter(gap, &self.clock);
            // The request that came before the change counts for the new pace as well.
            let _ = self.limiter.check();
        }
    }

    /// Returns when one more request may be sent.
    async fn wait(&self) {
        while let Err(too_early) = self.limiter.check() {
            sleep(too_early.wait_time_from(self.clock.now())).await;
        }
    }
}

fn limiter(gap: Duration, clock: &Ticks) -> Limiter {
    // A burst of one: `per_second(n)` would let n pass at once. A gap of zero cannot be asked for.
    let quota = Quota::with_period(gap.max(Duration::from_nanos(1)));
    let quota = quota.unwrap_or(Quota::per_second(NonZeroU32::MIN)).allow_burst(NonZeroU32::MIN);
    RateLimiter::direct_with_clock(quota, clock.clone())
}

/// tokio's clock, which tests can stop, as governor wants to read it.
#[derive(Clone, Debug)]
struct Ticks(Instant);

impl Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.elapsed().into()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::AtomicU32;

    use super::*;
    use crate::base::Moment;
    use crate::evidence::{Answer, Failure, Method, Purpose};

    /// Answers after a while, and remembers when it was asked and how many asked at once.
    struct Server {
        takes: Duration,
        outcome: fn(usize) -> Outcome,
        started: Instant,
        asked: Mutex<Vec<u64>>,
        inside: AtomicU32,
        most: AtomicU32,
    }

    fn server(takes: u64, outcome: fn(usize) -> Outcome) -> Server {
        Server {
            takes: Duration::from_secs(takes),
            outcome,
            started: Instant::now(),
            asked: Mutex::default(),
            inside: AtomicU32::new(0),
            most: AtomicU32::new(0),
        }
    }

    impl Fetch for Server {
        async fn fetch(&self, ask: Ask) -> Result<Exchange, Unasked> {
            let number = {
                let mut asked = self.asked.lock().unwrap();
                asked.push(u64::try_from(self.started.elapsed().as_millis()).unwrap());
                asked.len()
            };
            self.most.fetch_max(self.inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            sleep(self.takes).await;
            self.inside.fetch_sub(1, Ordering::SeqCst);
            let at = Moment::from_millis(0).unwrap();
            let remote = Some("10.0.0.1:80".parse().unwrap());
            Ok(Exchange { ask, at, took: self.takes, remote, outcome: (self.outcome)(number) })
        }
    }

    fn status(status: u16, retry_after: Option<&str>) -> Outcome {
        let headers = retry_after.map(|it| ("retry-after".to_owned(), it.into())).into_iter().collect();
        Outcome::Answered(Answer { status, headers, body: Vec::new(), cut: None, tls: None })
    }

    fn polite(server: Server, limits: &Limits) -> Polite<Server> {
        let turnstiles = Arc::new(Turnstiles::new(limits));
        Polite::new(server, turnstiles, Scope::default(), Duration::from_secs(1))
    }

    fn ask(url: &str) -> Ask {
        Ask { address: url.parse().unwrap(), method: Method::Get, purpose: Purpose::Page, attempt: 1 }
    }

    /// Asks for all addresses at once and returns when the server was asked, in milliseconds.
    async fn times(polite: &Polite<Server>, urls: &[&str]) -> Vec<u64> {
        let all = urls.iter().map(|url| polite.fetch(ask(url)));
        futures_util::future::join_all(all).await;
        polite.inner.asked.lock().unwrap().clone()
    }

    #[tokio::test(start_paused = true)]
    async fn one_host_rests_after_each_answer() {
        let polite = polite(server(5, |_| status(200, None)), &Limits::default());
        let started = Instant::now();
        times(&polite, &["http://a.example/1", "http://a.example/2"]).await;
        // Five seconds, a pause of two fifths of them, five seconds.
        assert_eq!(started.elapsed().as_secs(), 12);
        assert_eq!(polite.inner.most.load(Ordering::SeqCst), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn an_owner_may_let_several_requests_in_at_a_time_at_its_own_host_alone() {
        let turnstiles = Arc::new(Turnstiles::new(&Limits { rate: 10.0, ..Limits::default() }));
        let scope = Scope::of(["a.example".to_owned()]);
        let server = server(5, |_| status(200, None));
        let polite = Polite::new(server, turnstiles, scope, Duration::from_millis(100)).at_once(3);
        times(&polite, &["http://a.example/"; 6]).await;
        assert_eq!(polite.inner.most.swap(0, Ordering::SeqCst), 3);
        times(&polite, &["http://b.example/"; 4]).await;
        assert_eq!(polite.inner.most.load(Ordering::SeqCst), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn two_hosts_do_not_wait_for_each_other() {
        let polite = polite(server(5, |_| status(200, None)), &Limits::default());
        let started = Instant::now();
        times(&polite, &["http://a.example/", "http://b.example/"]).await;
        assert_eq!(started.elapsed().as_secs(), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn a_fast_host_is_asked_once_a_second() {
        let polite = polite(server(0, |_| status(200, None)), &Limits::default());
        assert_eq!(times(&polite, &["http://a.example/"; 4]).await, [0, 1000, 2000, 3000]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_was_long_on_its_way_is_not_followed_at_once() {
        let polite =
            polite(server(2, |_| status(200, None)), &Limits { pause_share: 0.0, ..Limits::default() });
        assert_eq!(times(&polite, &["http://a.example/"; 3]).await, [0, 3000, 6000]);
    }

    #[tokio::test(start_paused = true)]
    async fn hosts_on_one_machine_share_its_rate() {
        let polite = polite(server(0, |_| status(200, None)), &Limits::default());
        // The machine is known after the first answer of each host.
        times(&polite, &["http://a.example/", "http://b.example/"]).await;
        sleep(Duration::from_secs(10)).await;
        let times = times(&polite, &["http://a.example/", "http://b.example/"]).await;
        assert_eq!(times, [0, 0, 10_000, 11_000]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_in_trouble_is_asked_less_and_less() {
        let polite = polite(server(0, |_| status(503, None)), &Limits::default());
        assert_eq!(times(&polite, &["http://a.example/"; 4]).await, [0, 2000, 6000, 14_000]);
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_does_not_shorten_the_pause() {
        let slow_then_broken = |number| if number == 1 { status(200, None) } else { status(500, None) };
        let polite = polite(server(5, slow_then_broken), &Limits::default());
        assert_eq!(times(&polite, &["http://a.example/"; 3]).await, [0, 7000, 14_000]);
    }

    #[tokio::test(start_paused = true)]
    async fn retry_after_is_obeyed() {
        let polite = polite(server(0, |_| status(429, Some("90"))), &Limits::default());
        assert_eq!(times(&polite, &["http://a.example/"; 2]).await, [0, 90_000]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_asks_for_more_than_our_patience_is_left_alone() {
        let polite = polite(server(0, |_| status(429, Some("3600"))), &Limits::default());
        polite.fetch(ask("http://a.example/")).await.unwrap();
        let second = polite.fetch(ask("http://a.example/")).await;
        assert!(matches!(second, Err(Unasked::Skipped(Skip::HostWaits))), "{second:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_host_is_left_alone_and_given_a_second_chance() {
        let timeout = |_| Outcome::Failed(Failure { kind: FailureKind::Timeout, detail: String::new() });
        let polite = polite(server(15, timeout), &Limits { silent_after: 2, ..Limits::default() });
        times(&polite, &["http://a.example/"; 5]).await;
        assert_eq!(polite.inner.asked.lock().unwrap().len(), 2);
        polite.fetch(Ask { attempt: 2, ..ask("http://a.example/") }).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn crawl_delay_slows_a_host_down_within_reason() {
        let limits = Limits { longest_crawl_delay: Duration::from_secs(7), ..Limits::default() };
        let polite = polite(server(0, |_| status(200, None)), &limits);
        polite.turnstiles.slow_down("a.example", Duration::from_secs(100)).await;
        polite.turnstiles.slow_down("b.example", Duration::from_secs(3)).await;
        assert_eq!(times(&polite, &["http://a.example/"; 2]).await.last(), Some(&14_000));
        let before = polite.inner.asked.lock().unwrap().len();
        let times = times(&polite, &["http://b.example/"; 3]).await;
        assert_eq!(times.last().unwrap() - times[before], 6000);
    }

    #[tokio::test(start_paused = true)]
    async fn an_asker_who_goes_away_does_not_keep_the_turn() {
        let polite = polite(server(5, |_| status(200, None)), &Limits::default());
        let gone = tokio::time::timeout(Duration::from_secs(1), polite.fetch(ask("http://a.example/"))).await;
        assert!(gone.is_err());
        let started = Instant::now();
        polite.fetch(ask("http://a.example/")).await.unwrap();
        assert_eq!(started.elapsed().as_secs(), 5);
    }
}
