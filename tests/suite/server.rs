//! Servers on loopback that say what a test wants, and remember what they were asked.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use govcensus::base::Address;
use govcensus::site::{Registry, Site, roster_of_one};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What a server says.
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
    pub(crate) most_at_once: Arc<AtomicUsize>,
    log: Arc<Mutex<Vec<String>>>,
    by_host: Arc<Mutex<AtOnce>>,
}

/// Questions under way at each host: now, and at the most.
type AtOnce = BTreeMap<String, (usize, usize)>;

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
        let (log, most_at_once) = (Arc::<Mutex<Vec<String>>>::default(), Arc::<AtomicUsize>::default());
        let (kept, most, inside) =
            (Arc::clone(&log), Arc::clone(&most_at_once), Arc::<AtomicUsize>::default());
        let by_host = Arc::<Mutex<AtOnce>>::default();
        let at_hosts = Arc::clone(&by_host);
        let talk: Talk = Arc::new(talk);
        tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else { return };
                let (talk, log) = (Arc::clone(&talk), Arc::clone(&kept));
                let (most, inside) = (Arc::clone(&most), Arc::clone(&inside));
                let at_hosts = Arc::clone(&at_hosts);
                tokio::spawn(async move {
                    most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    answer(stream, &talk, &log, &inside, &at_hosts).await;
                });
            }
        });
        Self { address, most_at_once, log, by_host }
    }

    /// How many questions were under way at each host, at the most.
    pub(crate) fn most_at_once_by_host(&self) -> BTreeMap<String, usize> {
        self.by_host.lock().unwrap().iter().map(|(host, (_, most))| (host.clone(), *most)).collect()
    }

    /// Everything that was asked, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    /// Everything but robots.txt, sitemap.xml and the address that cannot exist.
    pub(crate) fn asked_of_site(&self) -> Vec<String> {
        let ours =
            |it: &String| ["/robots.txt", "/sitemap.xml", "/govcensus-"].iter().any(|ours| it.contains(ours));
        self.asked().into_iter().filter(|it| !ours(it)).collect()
    }
}

async fn answer(
    mut stream: TcpStream,
    talk: &Talk,
    log: &Mutex<Vec<String>>,
    inside: &AtomicUsize,
    by_host: &Mutex<AtOnce>,
) {
    let mut head = Vec::new();
    while !head.windows(4).any(|it| it == b"\r\n\r\n") {
        let mut piece = [0; 4096];
        match stream.read(&mut piece).await {
            Ok(length) if length > 0 => head.extend_from_slice(&piece[..length]),
            _ => {
                inside.fetch_sub(1, Ordering::SeqCst);
                return;
            }
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut words = head.split(' ');
    let (method, path) = (words.next().unwrap(), words.next().unwrap());
    let host = head.lines().find_map(|it| it.strip_prefix("host: ")).unwrap_or_default();
    let what = format!("{host}{path}");
    let condition = head.lines().find_map(|it| it.strip_prefix("if-none-match: "));
    let method = condition.map_or_else(|| method.to_owned(), |etag| format!("{method} unless {etag}"));
    let method = method.as_str();
    log.lock().unwrap().push(format!("{method} {what}"));
    {
        let mut by_host = by_host.lock().unwrap();
        let (now, most) = by_host.entry(host.to_owned()).or_default();
        *now += 1;
        *most = (*most).max(*now);
    }
    let said = talk(method, &what);
    if let Some((now, _)) = by_host.lock().unwrap().get_mut(host) {
        *now -= 1;
    }
    // The answer is over for us before the client can know, so that no overlap is seen where none is.
    inside.fetch_sub(1, Ordering::SeqCst);
    match said {
        Say::Bytes(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Say::Stall(bytes) => {
            let _ = stream.write_all(&bytes).await;
            tokio::time::sleep(Duration::from_mins(1)).await;
        }
        Say::Drip(bytes) => {
            let _ = stream.write_all(&bytes).await;
            while stream.write_all(b"x").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        Say::Flood(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let more = vec![b'x'; 65536];
            while stream.write_all(&more).await.is_ok() {}
        }
        Say::Nothing => tokio::time::sleep(Duration::from_mins(1)).await,
        Say::HangUp => {}
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
