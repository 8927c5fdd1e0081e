//! One HTTP request, and everything that can become of it. No manners: those are in the wrappers.

use std::error::Error as StdError;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, HOST, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    RANGE,
};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};
use tokio::time::{Instant, timeout, timeout_at};

use super::body::Unpacker;
use super::tls::{self, Faults, Roots};
use super::{Fetch, Unasked, Validators};
use crate::base::Moment;
use crate::crawl::names::{Route, Unresolved};
use crate::crawl::{Limits, Names};
use crate::evidence::{Answer, Ask, Cut, Exchange, Failure, FailureKind, Method, Outcome, Purpose, TlsFault};
use crate::site::{AT_ONCE_CEILING, Contact};

/// The client of a run.
#[derive(Debug)]
pub struct Http {
    client: Client,
    names: Arc<Names>,
    faults: Arc<Faults>,
    bounds: Bounds,
}

/// Who we say we are: product, version and whom to ask about us. The same in every request.
#[derive(Clone, Debug)]
pub struct Agent(String);

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The client could not be put together.
    #[error("set up the HTTP client: {0}")]
    Client(#[from] reqwest::Error),
    /// The secure half of it could not.
    #[error("set up TLS: {0}")]
    Tls(#[from] rustls::Error),
}

#[derive(Clone, Copy, Debug)]
struct Bounds {
    first_byte: Duration,
    last_byte: Duration,
    page: usize,
    robots: usize,
    sitemap: usize,
    glance: usize,
}

impl Agent {
    /// `govcensus/0.1.0 (+office@zt.example)`
    pub fn new(contact: Option<&Contact>) -> Self {
        let product = concat!("govcensus/", env!("CARGO_PKG_VERSION"));
        Self(contact.map_or_else(|| product.to_owned(), |it| format!("{product} (+{})", it.as_str())))
    }

    /// As it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Http {
    /// A client that finds hosts by `names` and lets `roots` vouch for certificates.
    pub fn new(names: Arc<Names>, agent: &Agent, limits: &Limits, roots: &Roots) -> Result<Self, HttpError> {
        let faults = Arc::new(Faults::default());
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("text/html,application/xhtml+xml,*/*;q=0.8"));
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static("zh-CN,zh;q=0.9"));
        let client = Client::builder()
            .user_agent(agent.as_str())
            .default_headers(headers)
            .tls_backend_preconfigured(tls::config(Arc::clone(&faults), roots)?)
            .dns_resolver(Arc::new(Resolver(Arc::clone(&names))))
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .http1_only()
            .http1_ignore_invalid_headers_in_responses(true)
            .http1_allow_spaces_after_header_name_in_responses(true)
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http1_max_headers(1000)
            // hyper shares it among the addresses of a host, so that one dead address does not take all the time.
            .connect_timeout(limits.first_byte)
            // As many as may be asking at once: one for each, and never more than were open. With fewer kept, a host
            // whose owner allows eight at a time is connected to anew for nearly every page.
            .pool_max_idle_per_host(AT_ONCE_CEILING as usize)
            .pool_idle_timeout(Duration::from_secs(20))
            .build()?;
        let bounds = Bounds {
            first_byte: limits.first_byte,
            last_byte: limits.last_byte,
            page: limits.page_bytes,
            robots: limits.robots_bytes,
            sitemap: limits.sitemap_bytes,
            glance: limits.glance_bytes,
        };
        Ok(Self { client, names, faults, bounds })
    }

    /// From the question to the end of the answer.
    async fn put(&self, ask: &Ask, since: &Validators, started: Instant) -> (Option<SocketAddr>, Outcome) {
        let route = match self.names.route(&ask.address) {
            Ok(route) => route,
            Err(error) => return (None, failed(error.kind, error.detail)),
        };
        let mut request = self.request(ask, &route);
        for (name, value) in [(IF_NONE_MATCH, &since.etag), (IF_MODIFIED_SINCE, &since.last_modified)] {
            if let Some(value) = value.as_ref().and_then(|it| HeaderValue::from_bytes(it).ok()) {
                request = request.header(name, value);
            }
        }
        let request = request.send();
        let response = match timeout(self.bounds.first_byte, request).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return (None, Outcome::Failed(classify(&error))),
            Err(_) => {
                let words = format!("no answer within {} s", self.bounds.first_byte.as_secs_f32());
                return (None, failed(FailureKind::Timeout, words));
            }
        };
        let remote = response.remote_addr();
        let tls = ask.address.is_secure().then(|| self.faults.of(ask.address.host())).flatten();
        (remote, Outcome::Answered(self.read(ask, response, tls, started + self.bounds.last_byte).await))
    }

    fn request(&self, ask: &Ask, route: &Route) -> RequestBuilder {
        let method = if ask.method == Method::Head { reqwest::Method::HEAD } else { reqwest::Method::GET };
        let mut url = ask.address.url().clone();
        let mut host = None;
        // A listed address is connected to as it is listed, port and all. Over TLS the name must stay in the URL, so
        // there the resolver gives the address, which serves unless the URL names a port of its own.
        if let Route::Listed(address) = route
            && !ask.address.is_secure()
        {
            host = HeaderValue::from_str(ask.address.origin().trim_start_matches("http://")).ok();
            let set = url.set_ip_host(address.ip()).and_then(|()| url.set_port(Some(address.port())));
            debug_assert!(set.is_ok(), "an http URL has a host and may have a port");
        }
        let mut request = self.client.request(method, url);
        if let Some(host) = host {
            request = request.header(HOST, host);
        }
        match ask.method {
            Method::Glance => request.header(RANGE, "bytes=0-1023").header(ACCEPT_ENCODING, "identity"),
            // Servers that garble a coding do better without.
            _ if ask.attempt > 1 => request.header(ACCEPT_ENCODING, "identity"),
            Method::Get | Method::Head => request.header(ACCEPT_ENCODING, "gzip, deflate"),
        }
    }

    async fn read(&self, ask: &Ask, mut response: Response, tls: Option<TlsFault>, until: Instant) -> Answer {
        let status = response.status().as_u16();
        let headers = headers_of(&response);
        let coding = response.headers().get("content-encoding").and_then(|it| it.to_str().ok());
        let mut unpacker = Unpacker::new(coding.unwrap_or_default(), self.limit(ask));
        let mut cut = None;
        // A HEAD has no body, and the client knows it: the first piece is already the end.
        loop {
            match timeout_at(until, response.chunk()).await {
                Ok(Ok(Some(piece))) => {
                    if !unpacker.take(&piece) {
                        break;
                    }
                }
                Ok(Ok(None)) => break,
                Ok(Err(error)) => {
                    cut = Some(cut_by(&error));
                    break;
                }
                Err(_) => {
                    cut = Some(Cut::Truncated);
                    break;
                }
            }
        }
        let glanced = ask.method == Method::Glance && (status == 206 || unpacker.len() >= self.bounds.glance);
        let (body, cut) = unpacker.finish(cut);
        Answer { status, headers, body, cut: if glanced { Some(Cut::Glance) } else { cut }, tls }
    }

    fn limit(&self, ask: &Ask) -> usize {
        match (ask.method, ask.purpose) {
            (Method::Glance, _) => self.bounds.glance,
            (_, Purpose::Robots) => self.bounds.robots,
            (_, Purpose::Sitemap) => self.bounds.sitemap,
            (_, Purpose::Page | Purpose::Link | Purpose::Calibration | Purpose::Search) => self.bounds.page,
        }
    }
}

impl Fetch for Http {
    async fn fetch(&self, ask: Ask) -> Result<Exchange, Unasked> {
        self.fetch_if_changed(ask, &Validators::default()).await
    }

    async fn fetch_if_changed(&self, ask: Ask, since: &Validators) -> Result<Exchange, Unasked> {
        let (at, started) = (Moment::now(), Instant::now());
        let (remote, outcome) = self.put(&ask, since, started).await;
        Ok(Exchange { ask, at, took: in_millis(started.elapsed()), remote, outcome })
    }
}

/// The archive counts in milliseconds, and what is read back should be what was kept.
fn in_millis(duration: Duration) -> Duration {
    Duration::from_millis(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}

fn headers_of(response: &Response) -> Vec<(String, Vec<u8>)> {
    let headers = response.headers().iter();
    headers
        .filter(|(name, _)| !name.as_str().starts_with("set-cookie"))
        .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
        .collect()
}

/// Our own resolver behind reqwest's hook, so that the address that was checked is the one connected to.
#[derive(Debug)]
struct Resolver(Arc<Names>);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let names = Arc::clone(&self.0);
        Box::pin(async move {
            let found = names.resolve(name.as_str()).await?;
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

fn failed(kind: FailureKind, detail: impl Into<String>) -> Outcome {
    Outcome::Failed(Failure { kind, detail: detail.into() })
}

/// Which kind of failure an error of the client is.
fn classify(error: &reqwest::Error) -> Failure {
    let kind = kind_within(error).unwrap_or(if error.is_timeout() {
        FailureKind::Timeout
    } else if error.is_connect() {
        FailureKind::Reset
    } else {
        FailureKind::Malformed
    });
    Failure { kind, detail: chain(error) }
}

/// Looks through the whole chain of causes for the innermost one that has a type.
///
/// `source()` does not show what an [`io::Error`] carries, and errors of TLS and of names travel inside one.
pub(super) fn kind_within(error: &(dyn StdError + 'static)) -> Option<FailureKind> {
    let io = error.downcast_ref::<io::Error>();
    let inner = io.and_then(|it| it.get_ref()).and_then(|it| kind_within(it));
    if inner.is_some() {
        return inner;
    }
    if let Some(deeper) = error.source().and_then(kind_within) {
        return Some(deeper);
    }
    if let Some(unresolved) = error.downcast_ref::<Unresolved>() {
        return Some(unresolved.kind);
    }
    if let Some(tls) = error.downcast_ref::<rustls::Error>() {
        return Some(FailureKind::Tls(tls::fault_of(tls)));
    }
    if let Some(hyper) = error.downcast_ref::<hyper::Error>() {
        return kind_of_hyper(hyper);
    }
    io.and_then(kind_of_io)
}

/// Why a body broke off: the connection did, or the framing of the body is broken.
fn cut_by(error: &reqwest::Error) -> Cut {
    match kind_within(error) {
        Some(FailureKind::Reset | FailureKind::Timeout | FailureKind::Ours) => Cut::Truncated,
        _ => Cut::Garbled,
    }
}

fn kind_of_hyper(error: &hyper::Error) -> Option<FailureKind> {
    if error.is_parse() {
        Some(FailureKind::Malformed)
    } else if error.is_incomplete_message() || error.is_canceled() || error.is_closed() {
        Some(FailureKind::Reset)
    } else {
        None
    }
}

fn kind_of_io(error: &io::Error) -> Option<FailureKind> {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Some(FailureKind::Refused),
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::UnexpectedEof
        | io::ErrorKind::NotConnected => Some(FailureKind::Reset),
        io::ErrorKind::TimedOut => Some(FailureKind::Timeout),
        // Which side of the line is broken cannot be told from here; it may be ours.
        io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkDown
        | io::ErrorKind::AddrNotAvailable => Some(FailureKind::Ours),
        _ if error.raw_os_error().is_some() => Some(FailureKind::Ours),
        _ => None,
    }
}

/// All causes in one line.
pub(super) fn chain(error: &dyn StdError) -> String {
    let mut words = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_words = cause.to_string();
        if !words.ends_with(&cause_words) {
            words = format!("{words}: {cause_words}");
        }
        next = cause.source();
    }
    crate::base::printable(&words)
}
