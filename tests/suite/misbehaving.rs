//! A city of hosts that misbehave, each in a way of its own: everything that servers, proxies and certificates have
//! been seen to do to a crawler, deterministic from a seed, and counting what it is asked.
//!
//! `http://a.example/` leads to every fault of [`Fault::ALL`], each at [`Fault::url`], and to pages whose behaviour is
//! drawn by the seed. `examples/misbehaving.rs` serves it to whoever wants to try a crawler on it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, LazyLock, Mutex};

use govcensus::crawl::{LookingUp, NameService};
use tokio::net::{TcpListener, TcpSocket};

use crate::secure::{Authority, Retort, SignedBy, naming_its_issuer, params, retort, serve_at};
use crate::server::{Desk, Say, Seen, Server, not_found, page, raw};

/// Where it begins.
pub(crate) const HOME: &str = "http://a.example/";

/// Pages whose behaviour is drawn by the seed.
pub(crate) const DRAWN: u32 = 40;

/// Decoded bytes of each bomb; packed it is less than a five hundredth of that.
pub(crate) const BOMB: usize = 4 << 20;

/// One way to misbehave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[rustfmt::skip]
pub(crate) enum Fault {
    // No connection, or none that lasts.
    NoSuchHost, NoAddress, NamesFail, NamesSilent, NamesChange, NameInward, Refused, HungUp, Reset, Silent, Inward,
    // TLS.
    Expired, NotYetValid, WrongName, SelfSigned, IncompleteChain, UnknownIssuer, OldHello, OldAlert, NoCipher, NoTls,
    // Statuses.
    BadRequest, Forbidden, NotFound, Gone, TooManyRequests, ServerError, BadGateway, Unavailable,
    // Answers that are not what they seem.
    RedirectLoop, RedirectChain, RedirectHome, SoftNotFound, Challenge, HeadRefused,
    // What is no HTTP, or hardly.
    NotHttp, HeaderFlood, EndlessHeader, OddHeaders,
    // Bodies.
    TooLarge, Endless, Truncated, BrokenChunks, Stalls, Drips, BrokenGzip, UnknownCoding, DeepTags,
    GzipBomb, DeflateBomb, BrotliBomb, ZstdBomb, NestedBomb, CutBomb,
}

#[rustfmt::skip]
impl Fault {
    /// All of them.
    pub(crate) const ALL: [Self; 54] = [
        Self::NoSuchHost, Self::NoAddress, Self::NamesFail, Self::NamesSilent, Self::NamesChange, Self::NameInward,
        Self::Refused, Self::HungUp, Self::Reset, Self::Silent, Self::Inward,
        Self::Expired, Self::NotYetValid, Self::WrongName, Self::SelfSigned, Self::IncompleteChain,
        Self::UnknownIssuer, Self::OldHello, Self::OldAlert, Self::NoCipher, Self::NoTls,
        Self::BadRequest, Self::Forbidden, Self::NotFound, Self::Gone, Self::TooManyRequests, Self::ServerError,
        Self::BadGateway, Self::Unavailable,
        Self::RedirectLoop, Self::RedirectChain, Self::RedirectHome, Self::SoftNotFound, Self::Challenge,
        Self::HeadRefused,
        Self::NotHttp, Self::HeaderFlood, Self::EndlessHeader, Self::OddHeaders,
        Self::TooLarge, Self::Endless, Self::Truncated, Self::BrokenChunks, Self::Stalls, Self::Drips,
        Self::BrokenGzip, Self::UnknownCoding, Self::DeepTags,
        Self::GzipBomb, Self::DeflateBomb, Self::BrotliBomb, Self::ZstdBomb, Self::NestedBomb, Self::CutBomb,
    ];

    /// What the drawn pages do, besides behaving: what is over quickly.
    const DRAWN: [Self; 8] = [
        Self::HungUp, Self::NotFound, Self::ServerError, Self::BadGateway, Self::NotHttp, Self::Truncated,
        Self::BrokenGzip, Self::GzipBomb,
    ];
}

impl Fault {
    /// In lower case, and the first label of its host.
    pub(crate) fn name(self) -> String {
        let mut name = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_ascii_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.push(letter.to_ascii_lowercase());
        }
        name
    }

    /// Where it is met. Each has a host of its own, so that none is in the way of another.
    pub(crate) fn url(self) -> String {
        let scheme = if self.is_of_tls() { "https" } else { "http" };
        // A picture is no page, so it is asked for with HEAD.
        let name = if self == Self::HeadRefused { "x.png" } else { "x.html" };
        format!("{scheme}://{}.example/{name}", self.name())
    }

    /// Whether its host is not even found. What is said of its name is said by [`Register`].
    fn is_of_names(self) -> bool {
        (Self::NoSuchHost..=Self::NameInward).contains(&self)
    }

    fn is_of_tls(self) -> bool {
        (Self::Expired..=Self::NoTls).contains(&self)
    }

    /// What its host says when it is asked for the page in question. What fails before HTTP says nothing.
    fn say(self) -> Say {
        const HTML: &str = "Content-Type: text/html\r\n";
        let bare = |head: &str| format!("HTTP/1.1 200 OK\r\n{HTML}{head}\r\n").into_bytes();
        let coded =
            |coding: &str, body: &[u8]| raw(200, &format!("{HTML}Content-Encoding: {coding}\r\n"), body);
        let blanks = || vec![b' '; BOMB];
        match self {
            Self::HungUp => Say::HangUp,
            Self::Silent => Say::Nothing,
            Self::Inward => raw(302, "Location: http://10.0.0.1/\r\n", ""),
            Self::BadRequest => raw(400, HTML, "?"),
            Self::Forbidden => raw(403, HTML, "?"),
            Self::NotFound => not_found(),
            Self::Gone => raw(410, HTML, "?"),
            Self::TooManyRequests => raw(429, "Retry-After: 1\r\n", ""),
            Self::ServerError => raw(500, HTML, "?"),
            Self::BadGateway => raw(502, HTML, "?"),
            Self::Unavailable => raw(503, "Retry-After: Fri, 15 Dec 2017 01:40:00 GMT\r\n", ""),
            Self::SoftNotFound => page("<title>提示</title><p>您访问的页面不存在或已删除，请返回首页。</p>"),
            Self::RedirectHome => raw(302, "Location: /\r\n", ""),
            Self::Challenge => raw(521, HTML, "<script>document.cookie='__jsl_clearance_s=1'</script>"),
            Self::NotHttp => Say::Bytes(b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec()),
            Self::HeaderFlood => {
                let many: String = (0..2000).fold(String::new(), |mut all, number| {
                    let _ = write!(all, "X-{number}: {number}\r\n");
                    all
                });
                raw(200, &many, "?")
            }
            Self::EndlessHeader => Say::Flood(b"HTTP/1.1 200 OK\r\nX-Long: ".to_vec()),
            Self::OddHeaders => Say::Bytes(
                b"HTTP/1.1 200 \xb3\xc9\xb9\xa6\r\nX-\xc4\xe3: 1\r\ncOnTeNt-LeNgTh : 7\r\nno colon\r\n\
                  CONTENT-type: text/html\r\n\r\n<p>read"
                    .to_vec(),
            ),
            Self::TooLarge => page("x".repeat(3 << 20)),
            Self::Endless => Say::Flood(bare("Content-Length: 10737418240\r\n")),
            Self::Truncated => Say::Bytes([&bare("Content-Length: 999\r\n")[..], b"<p>half"].concat()),
            Self::BrokenChunks => Say::Bytes(
                [&bare("Transfer-Encoding: chunked\r\n")[..], b"7\r\n<p>half\r\nno number\r\n"].concat(),
            ),
            Self::Stalls => Say::Stall([&bare("Content-Length: 999\r\n")[..], b"<p>half"].concat()),
            Self::Drips => Say::Drip(bare("")),
            Self::BrokenGzip => {
                let whole = gzip("通知公告".repeat(2000).as_bytes());
                coded("gzip", &whole[..whole.len() - 20])
            }
            Self::UnknownCoding => coded("x-odd", b"<p>?"),
            Self::DeepTags => page("<div>".repeat(100_000)),
            Self::GzipBomb => coded("gzip", &gzip(&blanks())),
            Self::DeflateBomb => coded("deflate", &deflate(&blanks())),
            Self::BrotliBomb => coded("br", &brotli(&blanks())),
            Self::ZstdBomb => coded("zstd", &zstd::encode_all(&*blanks(), 3).unwrap()),
            Self::NestedBomb => coded("gzip, gzip", &gzip(&gzip(&blanks()))),
            Self::CutBomb => {
                let whole = gzip(&blanks());
                coded("gzip", &whole[..whole.len() / 2])
            }
            _ => page("<p>read</p>"),
        }
    }
}

/// The city, being served.
pub(crate) struct Misbehaving {
    /// Where each host is connected to.
    pub(crate) hosts: BTreeMap<String, SocketAddr>,
    /// Who vouches for the certificates that are only dated or named wrongly.
    pub(crate) authority: Authority,
    plain: Server,
    secure: Arc<Desk>,
    /// Bound, and listening to nobody.
    _deaf: TcpSocket,
    drawn: Arc<Drawn>,
}

/// The name service of the city, which knows no host at all and fails in as many ways as name services do.
#[derive(Debug, Default)]
pub(crate) struct Register {
    asked: Mutex<BTreeMap<String, usize>>,
}

impl Register {
    /// How often each name was looked up.
    pub(crate) fn asked(&self) -> BTreeMap<String, usize> {
        self.asked.lock().unwrap().clone()
    }

    fn times(&self, host: &str) -> usize {
        let mut asked = self.asked.lock().unwrap();
        let times = asked.entry(host.to_owned()).or_default();
        *times += 1;
        *times
    }
}

impl NameService for Register {
    fn look_up<'a>(&'a self, host: &'a str) -> LookingUp<'a> {
        let times = self.times(host);
        let fault = Fault::ALL.into_iter().find(|it| host == format!("{}.example", it.name()));
        Box::pin(async move {
            match fault {
                Some(Fault::NoAddress) => Ok(Vec::new()),
                Some(Fault::NamesFail) => says("Temporary failure in name resolution"),
                Some(Fault::NamesSilent) => std::future::pending().await,
                // Gone at the first look, and nobody knows at the second.
                Some(Fault::NamesChange) if times > 1 => says("Temporary failure in name resolution"),
                Some(Fault::NameInward) => Ok(vec!["10.0.0.1".parse().unwrap()]),
                _ => says("Name or service not known"),
            }
        })
    }
}

/// In the words of glibc.
fn says(words: &str) -> io::Result<Vec<IpAddr>> {
    Err(io::Error::other(format!("failed to lookup address information: {words}")))
}

/// What the drawn pages do, and did.
struct Drawn {
    seed: u64,
    done: Mutex<BTreeMap<String, Vec<Option<Fault>>>>,
}

impl Misbehaving {
    /// Serves it. The same seed misbehaves in the same way.
    pub(crate) async fn start(seed: u64) -> Self {
        LazyLock::force(&SAID);
        let drawn = Arc::new(Drawn { seed, done: Mutex::default() });
        let authority = Authority::root("The misbehaving city");
        let by_chance = Arc::clone(&drawn);
        let plain = Server::start(move |method, what| answer(method, what, &by_chance)).await;
        let deaf = TcpSocket::new_v4().unwrap();
        deaf.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let secure = Desk::new(|_, what| match what.split_once('/') {
            Some((_, "x.html")) => page("<p>read</p>"),
            _ => not_found(),
        });
        let mut hosts = BTreeMap::from([("a.example".to_owned(), plain.address)]);
        for fault in Fault::ALL {
            let address = match fault {
                fault if fault.is_of_names() => continue,
                Fault::Refused => deaf.local_addr().unwrap(),
                Fault::Reset => resets().await,
                fault if fault.is_of_tls() => speaks_tls(fault, &authority, &secure).await,
                _ => plain.address,
            };
            hosts.insert(format!("{}.example", fault.name()), address);
        }
        Self { hosts, authority, plain, secure, _deaf: deaf, drawn }
    }

    /// What every host was asked, as far as a server could see.
    pub(crate) fn seen(&self) -> BTreeMap<String, Seen> {
        let mut seen = self.plain.seen();
        seen.extend(self.secure.seen());
        seen
    }

    /// Who said to ask.
    pub(crate) fn agents(&self) -> BTreeSet<String> {
        &self.plain.agents() | &self.secure.agents()
    }

    /// What the drawn pages did, each time they were asked.
    pub(crate) fn done(&self) -> BTreeMap<String, Vec<Option<Fault>>> {
        self.drawn.done.lock().unwrap().clone()
    }
}

/// What each fault says, made once: bombs take their time.
static SAID: LazyLock<BTreeMap<Fault, Say>> =
    LazyLock::new(|| Fault::ALL.into_iter().map(|fault| (fault, fault.say())).collect());

fn answer(method: &str, what: &str, drawn: &Drawn) -> Say {
    let (host, path) = what.split_once('/').unwrap();
    if host == "a.example" {
        return match path.strip_prefix("drawn/") {
            None if path.is_empty() => home(),
            None => not_found(),
            Some(_) => drawn.next(what).map_or_else(|| page("<p>well</p>"), |fault| SAID[&fault].clone()),
        };
    }
    let fault = Fault::ALL.into_iter().find(|it| host == format!("{}.example", it.name())).unwrap();
    match (fault, path) {
        (_, "robots.txt" | "sitemap.xml") => not_found(),
        // These do so with whatever they do not know; the others know what does not exist.
        (Fault::SoftNotFound | Fault::RedirectHome, path) if !path.is_empty() => SAID[&fault].clone(),
        (_, path) if path.starts_with("govcensus-") => not_found(),
        (Fault::RedirectHome, _) => page("<p>home</p>"),
        (Fault::RedirectLoop, "x.html") => raw(302, "Location: /y.html\r\n", ""),
        (Fault::RedirectLoop, _) => raw(302, "Location: /x.html\r\n", ""),
        (Fault::RedirectChain, path) => raw(302, &format!("Location: /{}\r\n", further(path)), ""),
        (Fault::HeadRefused, _) if method == "HEAD" => raw(405, "", ""),
        _ => SAID[&fault].clone(),
    }
}

/// `x.html`, `x1.html`, `x2.html` and so on, for ever.
fn further(path: &str) -> String {
    let number: u32 = path.trim_start_matches('x').trim_end_matches(".html").parse().unwrap_or(0);
    format!("x{}.html", number + 1)
}

fn home() -> Say {
    let faults = Fault::ALL.into_iter().map(|it| format!("<a href={}>{}</a>\n", it.url(), it.name()));
    let drawn = (0..DRAWN).map(|number| format!("<a href=/drawn/{}.html>{number}</a>\n", word(number)));
    page(faults.chain(drawn).collect::<Vec<_>>().concat())
}

/// A name for a number that is no number, so that pages are not taken for the pages of one list.
fn word(number: u32) -> String {
    let letter = |it: u32| char::from(b'a' + u8::try_from(it % 26).unwrap());
    [letter(number), letter(number / 26), letter(number * 7)].iter().collect()
}

impl Drawn {
    /// What the page does this time.
    fn next(&self, what: &str) -> Option<Fault> {
        let mut done = self.done.lock().unwrap();
        let times = done.entry(what.to_owned()).or_default();
        let fault = drawn(self.seed, what, times.len());
        times.push(fault);
        fault
    }
}

/// Half of the pages behave; of the others, half do so from the second time on.
fn drawn(seed: u64, what: &str, before: usize) -> Option<Fault> {
    let letters = what.bytes().map(u64::from);
    let mixed = letters.fold(seed, |sum, letter| (sum ^ letter).wrapping_mul(0x0000_0100_0000_01b3));
    let draw = |below: usize, shift: u32| usize::try_from(mixed >> shift).unwrap() % below;
    let comes_round = draw(2, 31) == 0 && before > 0;
    (draw(2, 17) == 0 && !comes_round).then(|| Fault::DRAWN[draw(Fault::DRAWN.len(), 40)])
}

/// Where every connection is broken off with what was asked still unread, which TCP says by a reset.
async fn resets() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = stream.readable().await;
        }
    });
    address
}

async fn speaks_tls(fault: Fault, trusted: &Authority, desk: &Arc<Desk>) -> SocketAddr {
    let host = format!("{}.example", fault.name());
    let dated = |year| {
        let mut dated = params(&host);
        (dated.not_before, dated.not_after) =
            (rcgen::date_time_ymd(year, 1, 1), rcgen::date_time_ymd(year + 1, 1, 1));
        dated
    };
    let below = trusted.below("An authority that is not sent");
    let (params, by) = match fault {
        Fault::Expired => (dated(2016), SignedBy::Authority(trusted)),
        Fault::NotYetValid => (dated(2100), SignedBy::Authority(trusted)),
        Fault::WrongName => (params("another.example"), SignedBy::Authority(trusted)),
        Fault::IncompleteChain => (naming_its_issuer(&host), SignedBy::Authority(&below)),
        Fault::UnknownIssuer => (params(&host), SignedBy::Nobody),
        Fault::OldHello => return retort(Retort::OldHello).await,
        Fault::OldAlert => return retort(Retort::NoSuchVersion).await,
        Fault::NoCipher => return retort(Retort::NothingInCommon).await,
        Fault::NoTls => return retort(Retort::Plain).await,
        _ => (params(&host), SignedBy::Itself),
    };
    serve_at(params, by, Arc::clone(desk)).await
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 3, 20);
    encoder.write_all(bytes).unwrap();
    encoder.into_inner()
}
