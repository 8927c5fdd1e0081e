//! Servers on loopback that say what a test wants, and remember what they were asked, when, and how much at a time.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use govcensus::base::Address;
use govcensus::site::{Registry, Site, roster_of_one};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

/// What a server says.
#[derive(Clone)]
pub(crate) enum Say {
    /// These bytes, and then it hangs up.
    Bytes(Vec<u8>),
    /// These bytes, and then nothing for a long time.
    Stall(Vec<u8>),
    /// These bytes, and then one more every now and then, for ever.
    Drip(Vec<u8>),
    /// These bytes, and then more and more, as fast as they are taken.
    Flood(Vec<u8>),
    /// Nothing, and it does not hang up either.
    Nothing,
    /// It hangs up at once.
    HangUp,
}

/// `METHOD host/path` to an answer.
type Talk = Arc<dyn Fn(&str, &str) -> Say + Send + Sync>;

/// A server on loopback that remembers what it was asked.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    desk: Arc<Desk>,
}

/// Where questions are answered, and what is remembered of them.
pub(crate) struct Desk {
    talk: Talk,
    log: Mutex<Vec<String>>,
    agents: Mutex<BTreeSet<String>>,
    by_host: Mutex<BTreeMap<String, Seen>>,
}

/// What was seen of the questions to one host.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// When each came.
    pub(crate) at: Vec<Instant>,
    /// How many are under way.
    now: usize,
    /// How many were under way at the most.
    pub(crate) most: usize,
}

impl Seen {
    /// The shortest time between two questions.
    pub(crate) fn shortest_gap(&self) -> Option<Duration> {
        self.at.windows(2).map(|it| it[1] - it[0]).min()
    }
}

impl Desk {
    /// `talk` is as for [`Server::start`].
    pub(crate) fn new(talk: impl Fn(&str, &str) -> Say + Send + Sync + 'static) -> Arc<Self> {
        let (log, agents) = (Mutex::default(), Mutex::default());
        Arc::new(Self { talk: Arc::new(talk), log, agents, by_host: Mutex::default() })
    }

    /// What each host was asked, as far as its server could see.
    pub(crate) fn seen(&self) -> BTreeMap<String, Seen> {
        self.by_host.lock().unwrap().clone()
    }

    /// Who said to ask.
    pub(crate) fn agents(&self) -> BTreeSet<String> {
        self.agents.lock().unwrap().clone()
    }

    /// Everything that was asked, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    fn begins(&self, host: &str) {
        let mut by_host = self.by_host.lock().unwrap();
        let seen = by_host.entry(host.to_owned()).or_default();
        seen.at.push(Instant::now());
        seen.now += 1;
        seen.most = seen.most.max(seen.now);
    }

    fn ends(&self, host: &str) {
        if let Some(seen) = self.by_host.lock().unwrap().get_mut(host) {
            seen.now -= 1;
        }
    }
}

impl Server {
    /// `talk` is given the method and `host/path?query`; a conditional request has the method `GET unless "etag"`.
    pub(crate) async fn start(talk: impl Fn(&str, &str) -> Say + Send + Sync + 'static) -> Self {
        Self::start_on("127.0.0.1:0".parse().unwrap(), talk).await
    }

    /// The same on a chosen address.
    pub(crate) async fn start_on(
        on: SocketAddr,
        talk: impl Fn(&str, &str) -> Say + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(on).await.unwrap();
        let address = listener.local_addr().unwrap();
        let desk = Desk::new(talk);
        let here = Arc::clone(&desk);
        tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else { return };
                let desk = Arc::clone(&here);
                tokio::spawn(async move { desk.answer(stream).await });
            }
        });
        Self { address, desk }
    }

    /// Who said to ask.
    pub(crate) fn agents(&self) -> BTreeSet<String> {
        self.desk.agents()
    }

    /// What each host was asked, as far as the server could see.
    pub(crate) fn seen(&self) -> BTreeMap<String, Seen> {
        self.desk.seen()
    }

    /// Everything that was asked, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.desk.asked()
    }

    /// Everything but robots.txt, sitemap.xml and the address that cannot exist.
    pub(crate) fn asked_of_site(&self) -> Vec<String> {
        let ours =
            |it: &String| ["/robots.txt", "/sitemap.xml", "/govcensus-"].iter().any(|ours| it.contains(ours));
        self.asked().into_iter().filter(|it| !ours(it)).collect()
    }
}

/// How long a server thinks, so that a second question would find the first one still there.
const THINKS: Duration = Duration::from_millis(1);

impl Desk {
    /// Answers one question.
    pub(crate) async fn answer(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        let mut head = Vec::new();
        while !head.windows(4).any(|it| it == b"\r\n\r\n") {
            let mut piece = [0; 4096];
            match stream.read(&mut piece).await {
                Ok(length) if length > 0 => head.extend_from_slice(&piece[..length]),
                _ => return,
            }
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let mut words = head.split(' ');
        let (method, path) = (words.next().unwrap(), words.next().unwrap());
        let host = head.lines().find_map(|it| it.strip_prefix("host: ")).unwrap_or_default();
        let what = format!("{host}{path}");
        let condition = head.lines().find_map(|it| it.strip_prefix("if-none-match: "));
        let method = condition.map_or_else(|| method.to_owned(), |etag| format!("{method} unless {etag}"));
        self.log.lock().unwrap().push(format!("{method} {what}"));
        let agent = head.lines().find_map(|it| it.strip_prefix("user-agent: ")).unwrap_or_default();
        self.agents.lock().unwrap().insert(agent.to_owned());
        self.begins(host);
        tokio::time::sleep(THINKS).await;
        let said = (self.talk)(&method, &what);
        let over = || self.ends(host);
        match said {
            Say::Bytes(bytes) => {
                let (before, last) = bytes.split_at(bytes.len().saturating_sub(1));
                let _ = stream.write_all(before).await;
                // Nobody has the whole answer before its last byte.
                over();
                let _ = stream.write_all(last).await;
                let _ = stream.shutdown().await;
            }
            // When the asker gives up is not seen here in time, so what has no end is over at once.
            Say::Stall(bytes) => {
                over();
                let _ = stream.write_all(&bytes).await;
                tokio::time::sleep(Duration::from_mins(1)).await;
            }
            Say::Drip(bytes) => {
                over();
                let _ = stream.write_all(&bytes).await;
                while stream.write_all(b"x").await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
            Say::Flood(bytes) => {
                over();
                let _ = stream.write_all(&bytes).await;
                let more = vec![b'x'; 65536];
                while stream.write_all(&more).await.is_ok() {}
            }
            Say::Nothing => {
                over();
                tokio::time::sleep(Duration::from_mins(1)).await;
            }
            Say::HangUp => over(),
        }
    }
}

pub(crate) fn raw(status: u16, headers: &str, body: impl AsRef<[u8]>) -> Say {
    let body = body.as_ref();
    let head = format!(
        "HTTP/1.1 {status} X\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    Say::Bytes([head.as_bytes(), body].concat())
}

pub(crate) fn page(body: impl AsRef<str>) -> Say {
    raw(200, "Content-Type: text/html; charset=utf-8\r\n", body.as_ref())
}

pub(crate) fn not_found() -> Say {
    raw(404, "Content-Type: text/html\r\n", "<h1>404</h1>")
}

pub(crate) fn links(to: &[&str]) -> Say {
    page(to.iter().map(|it| format!("<a href=\"{it}\">x</a>")).collect::<Vec<_>>().concat())
}

/// A site known by nothing but its address.
pub(crate) fn ordinary_site(home: &str) -> Site {
    let home: Address = home.parse().unwrap();
    let registry = Registry::parse(Path::new("roster"), &roster_of_one(&home)).unwrap();
    registry.sites.into_iter().next().unwrap()
}
