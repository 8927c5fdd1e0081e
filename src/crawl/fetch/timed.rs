//! One request on a connection of its own, and how long each part of it took.
//!
//! reqwest tells the whole time of a request and hides its parts, so the connection is made here, by hyper and
//! tokio-rustls: with the same table of names, the same refusal of reserved addresses, the same reading of
//! certificates and the same caps as everywhere else. No manners but one: a machine is not connected to faster than
//! its pace allows, and the time spent waiting for that counts for nobody.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONNECTION, CONTENT_TYPE, HOST, HeaderValue, USER_AGENT,
};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;

use super::body::Unpacker;
use super::http::{chain, kind_within};
use super::polite::{Turnstiles, gap_of};
use super::tls::{self, Faults, Roots};
use super::{Agent, HttpError};
use crate::base::{Address, Moment};
use crate::crawl::names::Route;
use crate::crawl::{Limits, Names};
use crate::evidence::{Answer, Cut, Failure, FailureKind, Times, TlsFault};

/// What bytes go over; a test may put a server of its own behind it.
pub trait Wire: Send + Sync + fmt::Debug {
    /// Opens a connection.
    fn connect(&self, to: SocketAddr) -> Connecting<'_>;
}

/// A connection on its way.
pub type Connecting<'a> = Pin<Box<dyn Future<Output = io::Result<Box<dyn Stream>>> + Send + 'a>>;

/// Bytes in both directions.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// TCP.
#[derive(Debug)]
struct Tcp;

impl Wire for Tcp {
    fn connect(&self, to: SocketAddr) -> Connecting<'_> {
        Box::pin(async move {
            let stream = TcpStream::connect(to).await?;
            stream.set_nodelay(true)?;
            Ok(Box::new(stream) as Box<dyn Stream>)
        })
    }
}

/// A client that measures.
#[derive(Debug)]
pub(in crate::crawl) struct Timed {
    names: Arc<Names>,
    agent: HeaderValue,
    tls: Arc<ClientConfig>,
    faults: Arc<Faults>,
    wire: Arc<dyn Wire>,
    turnstiles: Turnstiles,
    gap: Duration,
    most: usize,
}

/// What is left of the time for an answer, redirects and all; waiting for a machine's turn does not use it up.
#[derive(Clone, Copy, Debug)]
pub(in crate::crawl) struct Budget {
    /// Until the head of the answer.
    pub(in crate::crawl) head: Duration,
    /// From the head to the last byte.
    pub(in crate::crawl) body: Duration,
}

/// What became of a request.
#[derive(Debug)]
pub(in crate::crawl) struct Reply {
    pub(in crate::crawl) remote: Option<SocketAddr>,
    pub(in crate::crawl) times: Times,
    pub(in crate::crawl) result: Result<Answer, Failure>,
    /// When the certificate runs out.
    pub(in crate::crawl) expires: Option<Moment>,
}

impl Timed {
    /// A client that finds hosts by `names`.
    pub(in crate::crawl) fn new(
        names: Arc<Names>,
        agent: &Agent,
        limits: &Limits,
    ) -> Result<Self, HttpError> {
        let faults = Arc::new(Faults::default());
        let mut config = tls::config(Arc::clone(&faults), &Roots::mozilla())?;
        // Each visit agrees anew, as a first visitor does; and nothing is remembered for weeks.
        config.resumption = Resumption::disabled();
        Ok(Self {
            names,
            agent: HeaderValue::from_str(agent.as_str())
                .unwrap_or_else(|_| HeaderValue::from_static("govcensus")),
            tls: Arc::new(config),
            faults,
            wire: Arc::new(Tcp),
            turnstiles: Turnstiles::new(limits),
            gap: gap_of(limits.rate),
            most: limits.page_bytes,
        })
    }

    /// The same over another wire.
    pub(in crate::crawl) fn over(self, wire: Arc<dyn Wire>) -> Self {
        Self { wire, ..self }
    }

    /// Asks for a page, within what is left of `budget`, of which the time used is taken off.
    pub(in crate::crawl) async fn get(&self, address: &Address, budget: &mut Budget) -> Reply {
        let request = self
            .request(address, "GET")
            .header(ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8")
            .header(ACCEPT_LANGUAGE, "zh-CN,zh;q=0.9")
            .header(ACCEPT_ENCODING, "gzip, deflate")
            .body(Full::default());
        self.put(address, request, budget).await
    }

    /// Posts a JSON document, with one header more when there is one.
    pub(in crate::crawl) async fn post(
        &self,
        address: &Address,
        json: String,
        header: Option<(&str, &str)>,
        budget: &mut Budget,
    ) -> Reply {
        let request = self.request(address, "POST").header(CONTENT_TYPE, "application/json; charset=utf-8");
        let request = match header {
            Some((name, value)) => request.header(name, value),
            None => request,
        };
        let request = request.body(Full::from(json));
        self.put(address, request, budget).await
    }

    fn request(&self, address: &Address, method: &str) -> hyper::http::request::Builder {
        let host = address.origin().split_once("://").map_or("", |(_, host)| host);
        Request::builder()
            .method(method)
            .uri(address.path_and_query())
            .header(HOST, host)
            .header(USER_AGENT, &self.agent)
            .header(CONNECTION, "close")
    }

    async fn put(
        &self,
        address: &Address,
        request: hyper::http::Result<Request<Full<Bytes>>>,
        budget: &mut Budget,
    ) -> Reply {
        let mut visit = Visit { client: self, address, times: Times::default(), remote: None, expires: None };
        let result = match request {
            Ok(request) => visit.make(request, budget).await,
            Err(error) => Err(failed(FailureKind::Ours, error.to_string())),
        };
        let Visit { times, remote, expires, .. } = visit;
        Reply { remote, times, result, expires }
    }
}

/// One request under way.
struct Visit<'a> {
    client: &'a Timed,
    address: &'a Address,
    times: Times,
    remote: Option<SocketAddr>,
    expires: Option<Moment>,
}

/// The task that drives a connection; it ends with whoever holds this.
struct Driver(AbortHandle);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Visit<'_> {
    async fn make(&mut self, request: Request<Full<Bytes>>, budget: &mut Budget) -> Result<Answer, Failure> {
        let started = Instant::now();
        let found = timeout(budget.head, self.look_up()).await.unwrap_or_else(|_| Err(late()));
        self.spend(started, budget);
        let found = found?;
        if let Some(first) = found.first() {
            self.client.turnstiles.turn_at(*first, self.client.gap).await;
        }
        let started = Instant::now();
        let head = timeout(budget.head, self.head(&found, request)).await.unwrap_or_else(|_| Err(late()));
        self.spend(started, budget);
        let (response, _driver) = head?;
        let started = Instant::now();
        let answer = self.body(response, started + budget.body).await;
        self.times.total += started.elapsed();
        Ok(answer)
    }

    fn spend(&mut self, since: Instant, budget: &mut Budget) {
        let took = since.elapsed();
        self.times.total += took;
        budget.head = budget.head.saturating_sub(took);
    }

    async fn look_up(&mut self) -> Result<Vec<SocketAddr>, Failure> {
        let names = &self.client.names;
        let unresolved = |error: crate::crawl::names::Unresolved| failed(error.kind, error.detail);
        match names.route(self.address).map_err(unresolved)? {
            Route::Listed(address) => Ok(vec![address]),
            Route::ByName => {
                let started = Instant::now();
                let found = names.resolve(self.address.host()).await;
                self.times.dns = Some(started.elapsed());
                let port = |it: SocketAddr| SocketAddr::new(it.ip(), self.address.port());
                Ok(found.map_err(unresolved)?.into_iter().map(port).collect())
            }
        }
    }

    /// From connecting to the head of the answer.
    async fn head(
        &mut self,
        found: &[SocketAddr],
        request: Request<Full<Bytes>>,
    ) -> Result<(Response<Incoming>, Driver), Failure> {
        let started = Instant::now();
        let stream = self.connect(found).await?;
        self.times.connect = Some(started.elapsed());
        let stream = if self.address.is_secure() {
            let started = Instant::now();
            let stream = self.secure(stream).await?;
            self.times.tls = Some(started.elapsed());
            stream
        } else {
            stream
        };
        let mut builder = http1::Builder::new();
        builder
            .ignore_invalid_headers_in_responses(true)
            .allow_spaces_after_header_name_in_responses(true)
            .allow_obsolete_multiline_headers_in_responses(true)
            .max_headers(1000);
        let (mut sender, connection) =
            builder.handshake(TokioIo::new(stream)).await.map_err(|error| classify(&error))?;
        // What goes wrong with the connection is told to whoever waits for the answer.
        let driver = Driver(tokio::spawn(async move { drop(connection.await) }).abort_handle());
        let started = Instant::now();
        let response = sender.send_request(request).await.map_err(|error| classify(&error))?;
        self.times.first_byte = Some(started.elapsed());
        Ok((response, driver))
    }

    /// One address after the other; one that is dead takes no more than its share of the time.
    async fn connect(&mut self, found: &[SocketAddr]) -> Result<Box<dyn Stream>, Failure> {
        const SHARE: Duration = Duration::from_secs(5);
        let mut failure = failed(FailureKind::NoSuchHost, "the host has no address");
        for (number, address) in found.iter().enumerate() {
            self.remote = Some(*address);
            let connecting = self.client.wire.connect(*address);
            let connected = if number + 1 < found.len() {
                timeout(SHARE, connecting).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
            } else {
                connecting.await
            };
            match connected {
                Ok(stream) => return Ok(stream),
                Err(error) => failure = classify(&error),
            }
        }
        Err(failure)
    }

    async fn secure(&mut self, stream: Box<dyn Stream>) -> Result<Box<dyn Stream>, Failure> {
        let host = self.address.host().trim_matches(['[', ']']).to_owned();
        let name =
            ServerName::try_from(host).map_err(|error| failed(FailureKind::Ours, error.to_string()))?;
        let connector = TlsConnector::from(Arc::clone(&self.client.tls));
        let stream = connector.connect(name, stream).await.map_err(|error| {
            let failure = classify(&error);
            match failure.kind {
                // Whatever breaks off here breaks the secure connection.
                FailureKind::Malformed => Failure { kind: FailureKind::Tls(TlsFault::Other), ..failure },
                _ => failure,
            }
        })?;
        let shown = stream.get_ref().1.peer_certificates().and_then(|it| it.first());
        self.expires = shown.and_then(|it| tls::expiry(it));
        Ok(Box::new(stream))
    }

    async fn body(&self, response: Response<Incoming>, until: Instant) -> Answer {
        let (head, mut body) = response.into_parts();
        let headers = head
            .headers
            .iter()
            .filter(|(name, _)| !name.as_str().starts_with("set-cookie"))
            .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
            .collect();
        let coding = head.headers.get("content-encoding").and_then(|it| it.to_str().ok());
        let mut unpacker = Unpacker::new(coding.unwrap_or_default(), self.client.most);
        let cut = loop {
            match timeout_at(until, body.frame()).await {
                Ok(Some(Ok(frame))) => {
                    if frame.data_ref().is_some_and(|piece| !unpacker.take(piece)) {
                        break None;
                    }
                }
                Ok(None) => break None,
                Ok(Some(Err(_))) | Err(_) => break Some(Cut::Truncated),
            }
        };
        let (body, cut) = unpacker.finish(cut);
        let tls = self.address.is_secure().then(|| self.client.faults.of(self.address.host())).flatten();
        Answer { status: head.status.as_u16(), headers, body, cut, tls }
    }
}

fn late() -> Failure {
    failed(FailureKind::Timeout, "no answer within the time of a visit")
}

fn failed(kind: FailureKind, detail: impl Into<String>) -> Failure {
    Failure { kind, detail: detail.into() }
}

fn classify(error: &(dyn std::error::Error + 'static)) -> Failure {
    failed(kind_within(error).unwrap_or(FailureKind::Malformed), chain(error))
}
