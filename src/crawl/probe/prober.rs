//! One visit to a site: its home page as the roster gives it, and the other three spellings of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::sleep;

use super::Clock;
use crate::base::{Address, Digest, Moment};
use crate::crawl::fetch::{Budget, Reply, Timed};
use crate::crawl::{Agent, HttpError, Limits, Names, Wire};
use crate::evidence::block::is_challenge;
use crate::evidence::{
    Answer, Ask, Exchange, Failure, FailureKind, Line, Method, Outcome, Probe, Purpose, Sighted, Snapshot,
    Times, Variant,
};
use crate::page::{self, Source};
use crate::site::{Contact, Control, Site, SiteId};

/// Redirects that a visit follows; they share the 15 seconds of the visit.
const MOST_HOPS: usize = 5;

/// The longest that a visit goes on reading once the page has begun to come.
const LAST_BYTE: Duration = Duration::from_secs(15);

/// The longest that a control host is waited for.
const CONTROL: Duration = Duration::from_secs(10);

/// Whoever visits home pages.
#[derive(Debug)]
pub struct Prober {
    client: Timed,
    clock: Clock,
    first_byte: Duration,
    rate: f64,
    /// The last body of each home page and what stood on it: most visits find the same bytes, which are read once.
    read: Mutex<HashMap<SiteId, (Digest, Digest)>>,
}

/// What a visit found.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The home page first, then its other spellings.
    pub probes: Vec<Probe>,
    /// What stood on the home page, when that may be new.
    pub snapshot: Option<Snapshot>,
    /// When it ended.
    pub ended: Moment,
}

impl Prober {
    /// One that finds hosts by `names`, and whose operators can ask `contact` about us.
    pub fn new(
        names: Names,
        contact: Option<&Contact>,
        limits: &Limits,
        clock: Clock,
    ) -> Result<Self, HttpError> {
        let client = Timed::new(Arc::new(names), &Agent::new(contact), limits)?;
        Ok(Self { client, clock, first_byte: limits.first_byte, rate: limits.rate, read: Mutex::default() })
    }

    /// The same over another wire than the network.
    #[must_use]
    pub fn over(self, wire: Arc<dyn Wire>) -> Self {
        Self { client: self.client.over(wire), ..self }
    }

    /// Visits a site once for the interval `slot`: one request for each spelling, one after the other at the site's
    /// pace. A home page in trouble is left alone after the first. Nothing for a body without a site.
    pub async fn visit(&self, site: &Site, slot: Moment) -> Visit {
        let mut visit = Visit { probes: Vec::new(), snapshot: None, ended: slot };
        let gap = Duration::try_from_secs_f64(1.0 / site.rate.unwrap_or(self.rate)).unwrap_or_default();
        for (variant, address) in spellings(site) {
            if !visit.probes.is_empty() {
                sleep(gap).await;
            }
            let (probe, snapshot) = self.probe(&site.id, variant, address, slot).await;
            let in_trouble = !matches!(probe.result, Ok(..=428 | 430..=499) | Err(FailureKind::Tls(_)));
            visit.snapshot = visit.snapshot.or(snapshot);
            visit.probes.push(probe);
            visit.ended = self.clock.now();
            if in_trouble {
                break;
            }
        }
        visit
    }

    /// Whether a control host answers: anything will do.
    pub(super) async fn is_up(&self, control: &Control) -> bool {
        let mut budget = Budget { head: CONTROL, body: Duration::ZERO };
        self.client.get(&control.address, &mut budget).await.result.is_ok()
    }

    async fn probe(
        &self,
        site: &SiteId,
        variant: Variant,
        address: Address,
        slot: Moment,
    ) -> (Probe, Option<Snapshot>) {
        let at = self.clock.now();
        let follows = if variant == Variant::Home { MOST_HOPS } else { 0 };
        let Arrived { landed, reply } = self.follow(address.clone(), follows).await;
        let (mut content, mut snapshot) = (None, None);
        let answer = reply.result.as_ref().ok();
        let body = answer.map(|answer| Digest::of(&answer.body));
        let challenge = answer.and_then(is_challenge);
        if let (Variant::Home, Some(answer), Some(body), None) = (variant, answer, body, challenge)
            && answer.is_success()
            && answer.cut.is_none()
        {
            (content, snapshot) = self.content(site, landed.clone(), answer.clone(), body).await;
        }
        let probe = Probe {
            site: site.clone(),
            variant,
            slot,
            at,
            landed: (landed != address).then_some(landed),
            address,
            remote: reply.remote,
            times: in_millis(reply.times),
            size: answer.map_or(0, |answer| answer.body.len() as u64),
            body,
            content,
            challenge: challenge.map(str::to_owned),
            fault: answer.and_then(|answer| answer.tls),
            expires: reply.expires,
            // An answer shows that the line was up; without one that is for others to say.
            line: if answer.is_some() { Line::Up } else { Line::Unproved },
            result: reply.result.map(|answer| answer.status).map_err(|failure| failure.kind),
        };
        (probe, snapshot)
    }

    /// Asks, and goes where it is sent, within the time of one visit.
    async fn follow(&self, address: Address, hops: usize) -> Arrived {
        let mut budget = Budget { head: self.first_byte, body: LAST_BYTE };
        let mut arrived = Arrived { reply: self.client.get(&address, &mut budget).await, landed: address };
        for _ in 0..hops {
            let Some(target) = arrived.redirects_to() else { break };
            let next = self.client.get(&target, &mut budget).await;
            let times = sum(arrived.reply.times, next.times);
            let expires = next.expires.or(arrived.reply.expires);
            arrived = Arrived { landed: target, reply: Reply { times, expires, ..next } };
        }
        if arrived.redirects_to().is_some() && hops > 0 {
            // Sent on and on: a visitor never arrives.
            let detail = "more redirects than a visit follows".to_owned();
            arrived.reply.result = Err(Failure { kind: FailureKind::Malformed, detail });
        }
        arrived
    }

    /// What stands on a home page. The snapshot is left out when the page is the one that was read last.
    async fn content(
        &self,
        site: &SiteId,
        address: Address,
        answer: Answer,
        body: Digest,
    ) -> (Option<Digest>, Option<Snapshot>) {
        let known = self.known().get(site).filter(|(known, _)| *known == body).map(|(_, content)| *content);
        if known.is_some() {
            return (known, None);
        }
        let reading = tokio::task::spawn_blocking(move || snapshot(&address, &answer));
        let Ok(snapshot) = reading.await else { return (None, None) };
        if snapshot.entries.is_empty() {
            // A page of which nothing could be read says nothing about what is new on it.
            return (None, None);
        }
        let content = snapshot.digest();
        self.known().insert(site.clone(), (body, content));
        (Some(content), Some(snapshot))
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<SiteId, (Digest, Digest)>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a visit came to.
struct Arrived {
    landed: Address,
    reply: Reply,
}

impl Arrived {
    fn redirects_to(&self) -> Option<Address> {
        let answer = self.reply.result.as_ref().ok().filter(|it| it.redirect().is_some())?;
        let ask =
            Ask { address: self.landed.clone(), method: Method::Get, purpose: Purpose::Page, attempt: 1 };
        let answer = Answer { body: Vec::new(), ..answer.clone() };
        let (at, took) = (Moment::from_millis(0)?, Duration::ZERO);
        Exchange { ask, at, took, remote: None, outcome: Outcome::Answered(answer) }.redirects_to()
    }
}

/// What is asked in a visit.
fn spellings(site: &Site) -> Vec<(Variant, Address)> {
    let Some(home) = &site.home else { return Vec::new() };
    let others = home.other_spellings().into_iter().map(|it| {
        let variant = match (it.is_secure(), it.host().starts_with("www.")) {
            (false, false) => Variant::Http,
            (false, true) => Variant::HttpWww,
            (true, false) => Variant::Https,
            (true, true) => Variant::HttpsWww,
        };
        (variant, it)
    });
    std::iter::once((Variant::Home, home.clone())).chain(others).collect()
}

fn snapshot(address: &Address, answer: &Answer) -> Snapshot {
    let content_type = answer.header("content-type");
    let page = page::read(&Source { address, content_type: content_type.as_deref(), body: &answer.body });
    Snapshot::of(page.entries().filter_map(|item| {
        let address = item.address?.without_session();
        Some(Sighted { title: item.title, address, printed: item.date.day() })
    }))
}

fn sum(first: Times, then: Times) -> Times {
    let add = |a: Option<Duration>, b: Option<Duration>| match (a, b) {
        (Some(a), Some(b)) => Some(a + b),
        (one, other) => one.or(other),
    };
    Times {
        dns: add(first.dns, then.dns),
        connect: add(first.connect, then.connect),
        tls: add(first.tls, then.tls),
        first_byte: add(first.first_byte, then.first_byte),
        total: first.total + then.total,
    }
}

/// The log counts in milliseconds, and what is read back should be what was kept.
fn in_millis(times: Times) -> Times {
    let whole = |it: Duration| Duration::from_millis(u64::try_from(it.as_millis()).unwrap_or(u64::MAX));
    Times {
        dns: times.dns.map(whole),
        connect: times.connect.map(whole),
        tls: times.tls.map(whole),
        first_byte: times.first_byte.map(whole),
        total: whole(times.total),
    }
}
