//! WARC/1.1 records: one exchange is one gzip member that any WARC reader can read.
//!
//! An answer is a `response` record whose block is the HTTP answer with its body as decoded, so the headers that
//! speak of the coded body are kept under another name ([`ORIGINAL`]). A failure is a `metadata` record. What WARC
//! has no word for is in `X-Govcensus-…` fields, so a record alone says everything the index says.
//! This file knows bytes only; where they are put is the business of the store.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Read};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use flate2::bufread::GzDecoder;
use flate2::{Compress, Compression, Crc, FlushCompress, Status};

use super::words::Word;
use crate::base::{Digest, Moment};
use crate::evidence::{Answer, Ask, Cut, Exchange, Failure, FailureKind, Method, Outcome, Purpose, TlsFault};

/// Put before the name of a header that does not fit the body as it is kept.
const ORIGINAL: &str = "x-archive-orig-";

/// The most that one record may unpack to: the largest body we keep and room for its headers.
const MAX_RECORD: u64 = 96 * 1024 * 1024;

/// A record ready to be appended.
#[derive(Debug)]
pub(super) struct Record {
    /// `urn:uuid:…`
    pub id: String,
    /// Of the body, or of the failure's text.
    pub sha256: Digest,
    /// One whole gzip member.
    pub member: Vec<u8>,
}

/// What a member says.
#[derive(Debug)]
pub(super) struct Kept {
    /// `urn:uuid:…`
    pub id: String,
    /// Of the body, computed anew.
    pub sha256: Digest,
    /// The exchange that was kept.
    pub exchange: Exchange,
}

/// Why a member cannot be read.
#[derive(Debug)]
pub(super) enum Unreadable {
    /// The file ends inside it.
    Torn,
    /// It is no record that we wrote, or not any more.
    Wrong(String),
}

/// The record that opens every WARC file.
pub(super) fn opening(file: &str, at: Moment) -> io::Result<Vec<u8>> {
    let block = format!(
        "software: govcensus/{}\r\nformat: WARC File Format 1.1\r\nconformsTo: \
         https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n",
        env!("CARGO_PKG_VERSION")
    );
    let head = format!(
        "WARC/1.1\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: <{}>\r\nWARC-Date: {}\r\nWARC-Filename: {file}\r\n\
         Content-Type: application/warc-fields\r\nContent-Length: {}\r\n\r\n",
        new_id(),
        at.utc(),
        block.len()
    );
    pack(head.as_bytes(), block.as_bytes())
}

/// The record of an exchange.
pub(super) fn encode(exchange: &Exchange) -> io::Result<Record> {
    let id = new_id();
    let (kind, media, digest_field, sha256, block) = match &exchange.outcome {
        Outcome::Answered(answer) => (
            if answer.status == 304 { "revisit" } else { "response" },
            "application/http; msgtype=response",
            "WARC-Payload-Digest",
            Digest::of(&answer.body),
            http_block(answer),
        ),
        Outcome::Failed(failure) => {
            let text = failure_block(failure);
            ("metadata", "application/warc-fields", "WARC-Block-Digest", Digest::of(&text), text.into_bytes())
        }
    };
    let Ask { address, method, purpose, attempt } = &exchange.ask;
    let head = format!(
        "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <{id}>\r\nWARC-Date: {}\r\nWARC-Target-URI: {address}\r\n\
         {digest_field}: sha256:{sha256}\r\nContent-Type: {media}\r\nContent-Length: {}\r\n\
         X-Govcensus-Ask: {} {} {attempt}\r\nX-Govcensus-Took-Ms: {}\r\n",
        exchange.at.utc(),
        block.len(),
        method.word(),
        purpose.word(),
        exchange.took.as_millis()
    );
    let head = [head, remote_fields(exchange), answer_fields(exchange), "\r\n".to_owned()].concat();
    Ok(Record { id, sha256, member: pack(head.as_bytes(), &block)? })
}

fn remote_fields(exchange: &Exchange) -> String {
    let fields =
        |it: SocketAddr| format!("WARC-IP-Address: {}\r\nX-Govcensus-Port: {}\r\n", it.ip(), it.port());
    exchange.remote.map(fields).unwrap_or_default()
}

fn answer_fields(exchange: &Exchange) -> String {
    let answer = exchange.answer();
    let cut = answer
        .and_then(|it| it.cut)
        .map(|cut| format!("WARC-Truncated: {}\r\nX-Govcensus-Cut: {}\r\n", truncated(cut), cut.word()));
    // An answer of "not modified" refers to an earlier one (WARC 1.1, 6.7.3).
    let profile = answer.filter(|it| it.status == 304).map(|_| {
        let profile = "http://netpreserve.org/warc/1.1/revisit/server-not-modified";
        format!("WARC-Profile: {profile}\r\nWARC-Refers-To-Target-URI: {}\r\n", exchange.ask.address)
    });
    let tls = answer.and_then(|it| it.tls).map(|tls| format!("X-Govcensus-Tls: {}\r\n", tls.word()));
    [profile, cut, tls].into_iter().flatten().collect()
}

/// Reads the member that begins at `bytes`. `None` is a record that is no exchange.
pub(super) fn decode(bytes: &mut impl io::BufRead) -> Result<Option<Kept>, Unreadable> {
    let mut plain = Vec::new();
    match GzDecoder::new(bytes).take(MAX_RECORD + 1).read_to_end(&mut plain) {
        Ok(length) if length as u64 > MAX_RECORD => return Err(wrong("larger than any record we write")),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Err(Unreadable::Torn),
        Err(error) => return Err(Unreadable::Wrong(error.to_string())),
    }
    let end = find(&plain, b"\r\n\r\n").ok_or_else(|| wrong("no end of the header"))?;
    let header = Fields(std::str::from_utf8(&plain[..end]).map_err(|_| wrong("the header is no text"))?);
    let block = &plain[end + 4..];
    let length: usize = header.parsed("Content-Length")?;
    let block = block.get(..length).ok_or_else(|| wrong("shorter than it says"))?;
    let exchange = match header.get("WARC-Type")? {
        "response" | "revisit" => answered(&header, block)?,
        "metadata" => failed(&header, block)?,
        _ => return Ok(None),
    };
    let sha256 = match &exchange.outcome {
        Outcome::Answered(answer) => Digest::of(&answer.body),
        Outcome::Failed(_) => Digest::of(block),
    };
    let written = header.get("WARC-Payload-Digest").or_else(|_| header.get("WARC-Block-Digest"))?;
    if written.strip_prefix("sha256:") != Some(sha256.to_string().as_str()) {
        return Err(wrong("the digest does not match the bytes"));
    }
    let id = header.get("WARC-Record-ID")?.trim_start_matches('<').trim_end_matches('>').to_owned();
    Ok(Some(Kept { id, sha256, exchange }))
}

fn answered(header: &Fields<'_>, block: &[u8]) -> Result<Exchange, Unreadable> {
    let end = find(block, b"\r\n\r\n").ok_or_else(|| wrong("no end of the HTTP header"))?;
    let mut lines =
        block[..end].split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let status = lines.next().unwrap_or_default();
    let status = std::str::from_utf8(status).ok().and_then(|it| it.split(' ').nth(1)?.parse().ok());
    let status = status.ok_or_else(|| wrong("no HTTP status"))?;
    let mut headers = Vec::new();
    for line in lines {
        let colon =
            line.iter().position(|byte| *byte == b':').ok_or_else(|| wrong("a header without colon"))?;
        let name = String::from_utf8_lossy(&line[..colon]).into_owned();
        let value = line[colon + 1..].strip_prefix(b" ").unwrap_or(&line[colon + 1..]).to_owned();
        match name.strip_prefix(ORIGINAL) {
            Some(original) => headers.push((original.to_owned(), value)),
            None if name == "content-length" => {}
            None => headers.push((name, value)),
        }
    }
    let cut = header.optional("X-Govcensus-Cut").and_then(Cut::read);
    let tls = header.optional("X-Govcensus-Tls").and_then(TlsFault::read);
    let answer = Answer { status, headers, body: block[end + 4..].to_owned(), cut, tls };
    exchange(header, Outcome::Answered(answer))
}

fn failed(header: &Fields<'_>, block: &[u8]) -> Result<Exchange, Unreadable> {
    let text = std::str::from_utf8(block).map_err(|_| wrong("a failure that is no text"))?;
    let fields = Fields(text);
    let kind = FailureKind::read(fields.get("failure")?).ok_or_else(|| wrong("an unknown failure"))?;
    let detail = fields.optional("detail").unwrap_or_default().to_owned();
    exchange(header, Outcome::Failed(Failure { kind, detail }))
}

fn exchange(header: &Fields<'_>, outcome: Outcome) -> Result<Exchange, Unreadable> {
    let mut ask = header.get("X-Govcensus-Ask")?.split(' ');
    let method = ask.next().and_then(Method::read).ok_or_else(|| wrong("an unknown method"))?;
    let purpose = ask.next().and_then(Purpose::read).ok_or_else(|| wrong("an unknown purpose"))?;
    let attempt = ask.next().and_then(|it| it.parse().ok()).ok_or_else(|| wrong("no attempt"))?;
    let address = header.get("WARC-Target-URI")?.parse().map_err(|_| wrong("no address"))?;
    let at = Moment::parse(header.get("WARC-Date")?).ok_or_else(|| wrong("no date"))?;
    let remote = header.optional("WARC-IP-Address").and_then(|ip| {
        Some(SocketAddr::new(ip.parse().ok()?, header.optional("X-Govcensus-Port")?.parse().ok()?))
    });
    let took = Duration::from_millis(header.parsed("X-Govcensus-Took-Ms")?);
    Ok(Exchange { ask: Ask { address, method, purpose, attempt }, at, took, remote, outcome })
}

fn http_block(answer: &Answer) -> Vec<u8> {
    let mut block = format!("HTTP/1.1 {} \r\n", answer.status).into_bytes();
    for (name, value) in &answer.headers {
        if is_secret(name) {
            continue;
        }
        if speaks_of_coded_body(name) || name.starts_with(ORIGINAL) {
            block.extend_from_slice(ORIGINAL.as_bytes());
        }
        block.extend(name.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n' | b':')));
        block.extend_from_slice(b": ");
        block.extend(value.iter().filter(|byte| !matches!(byte, b'\r' | b'\n')));
        block.extend_from_slice(b"\r\n");
    }
    block.extend_from_slice(format!("content-length: {}\r\n\r\n", answer.body.len()).as_bytes());
    block.extend_from_slice(&answer.body);
    block
}

fn failure_block(failure: &Failure) -> String {
    let detail = crate::base::printable(&failure.detail);
    format!("failure: {}\r\ndetail: {detail}\r\n", failure.kind.word())
}

/// Cookies and credentials are nobody's business later on.
fn is_secret(name: &str) -> bool {
    matches!(name, "set-cookie" | "set-cookie2" | "authorization" | "cookie" | "proxy-authorization")
}

fn speaks_of_coded_body(name: &str) -> bool {
    matches!(name, "content-encoding" | "transfer-encoding" | "content-length")
}

fn truncated(cut: Cut) -> &'static str {
    match cut {
        Cut::Glance | Cut::TooLarge => "length",
        Cut::Truncated => "disconnect",
        Cut::Bomb | Cut::Garbled => "unspecified",
    }
}

/// One gzip member (RFC 1952) around what a packer makes.
fn pack(head: &[u8], block: &[u8]) -> io::Result<Vec<u8>> {
    const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let mut member = Vec::with_capacity(block.len() / 3 + 1024);
    member.extend_from_slice(&HEADER);
    let mut packer = Packer::take();
    let mut crc = Crc::new();
    for (piece, flush) in [
        (head, FlushCompress::None),
        (block, FlushCompress::None),
        (b"\r\n\r\n".as_slice(), FlushCompress::Finish),
    ] {
        crc.update(piece);
        packer.add(piece, flush, &mut member)?;
    }
    packer.give_back();
    member.extend_from_slice(&crc.sum().to_le_bytes());
    member.extend_from_slice(&crc.amount().to_le_bytes());
    Ok(member)
}

/// A packer that waits for its next record: to make one anew takes a quarter of a megabyte, and longer than to pack
/// a small page.
struct Packer(Compress);

static IDLE: Mutex<Vec<Compress>> = Mutex::new(Vec::new());

/// More than these are never at work at once for long.
const MOST_IDLE: usize = 8;

impl Packer {
    fn take() -> Self {
        let idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Self(idle.unwrap_or_else(|| Compress::new(Compression::new(4), false)))
    }

    fn add(&mut self, mut piece: &[u8], flush: FlushCompress, out: &mut Vec<u8>) -> io::Result<()> {
        loop {
            if out.capacity() - out.len() < 512 {
                out.reserve(out.len().max(4096));
            }
            let before = self.0.total_in();
            let status = self.0.compress_vec(piece, out, flush).map_err(io::Error::other)?;
            let taken = usize::try_from(self.0.total_in() - before).unwrap_or(piece.len());
            piece = &piece[taken..];
            let is_done = match flush {
                FlushCompress::Finish => status == Status::StreamEnd,
                _ => piece.is_empty(),
            };
            if is_done {
                return Ok(());
            }
        }
    }

    fn give_back(mut self) {
        self.0.reset();
        let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MOST_IDLE {
            idle.push(self.0);
        }
    }
}

/// A name that no other record has. Need not be secret, so the standard library's seeds are random enough.
fn new_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let random = || {
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_u64(COUNT.fetch_add(1, Ordering::Relaxed));
        hasher.write_i64(Moment::now().millis());
        hasher.finish()
    };
    // Version 4 and the variant of RFC 9562, at their places.
    let high = random() & !0xf000 | 0x4000;
    let low = random() & !(0b11 << 62) | 0b10 << 62;
    let (a, b, c) = (high >> 32, high >> 16 & 0xffff, high & 0xffff);
    format!("urn:uuid:{a:08x}-{b:04x}-{c:04x}-{:04x}-{:012x}", low >> 48, low & 0xffff_ffff_ffff)
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn wrong(detail: &str) -> Unreadable {
    Unreadable::Wrong(detail.to_owned())
}

/// Lines of `name: value`.
struct Fields<'a>(&'a str);

impl<'a> Fields<'a> {
    fn optional(&self, name: &str) -> Option<&'a str> {
        self.0.lines().find_map(|line| {
            let (it, value) = line.split_once(':')?;
            it.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    fn get(&self, name: &str) -> Result<&'a str, Unreadable> {
        self.optional(name).ok_or_else(|| Unreadable::Wrong(format!("no {name}")))
    }

    fn parsed<T: std::str::FromStr>(&self, name: &str) -> Result<T, Unreadable> {
        self.get(name)?.parse().map_err(|_| Unreadable::Wrong(format!("{name} is no number")))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Unreadable, decode, encode};
    use crate::base::Moment;
    use crate::evidence::{
        Answer, Ask, Cut, Exchange, Failure, FailureKind, Method, Outcome, Purpose, TlsFault,
    };

    fn exchange(outcome: Outcome) -> Exchange {
        Exchange {
            ask: Ask {
                address: "http://a.example/政务?q=%B1".parse().unwrap(),
                method: Method::Glance,
                purpose: Purpose::Link,
                attempt: 2,
            },
            at: Moment::parse("2017-12-15T09:30:00.123+08:00").unwrap(),
            took: Duration::from_millis(4321),
            remote: Some("[::1]:8080".parse().unwrap()),
            outcome,
        }
    }

    fn header(name: &str, value: &[u8]) -> (String, Vec<u8>) {
        (name.to_owned(), value.to_vec())
    }

    #[test]
    fn odd_bytes_and_headers_come_back_as_they_were() {
        let headers = vec![
            header("content-type", b"text/html; charset=gb2312"),
            header("content-encoding", b"gzip"),
            header("content-length", b"77"),
            header("x-archive-orig-date", b"theirs"),
            header("x-name", b"\xd5\xfe\xb8\xae  : \xff"),
            header("x-empty", b""),
        ];
        let body = b"\x00\xff\r\n\r\nWARC/1.1\r\n\xd5\xfe".to_vec();
        let answer = Answer {
            status: 521,
            headers,
            body,
            cut: Some(Cut::Garbled),
            tls: Some(TlsFault::IncompleteChain),
        };
        let exchange = exchange(Outcome::Answered(answer));
        let record = encode(&exchange).unwrap();
        let read = decode(&mut record.member.as_slice()).unwrap().unwrap();
        assert_eq!(read.exchange, exchange);
        assert_eq!((read.id, read.sha256), (record.id, record.sha256));
    }

    #[test]
    fn a_failure_comes_back_with_its_kind_and_words() {
        let failure =
            Failure { kind: FailureKind::Tls(TlsFault::Expired), detail: "证书 expired: x".to_owned() };
        let exchange = exchange(Outcome::Failed(failure));
        let record = encode(&exchange).unwrap();
        assert_eq!(decode(&mut record.member.as_slice()).unwrap().unwrap().exchange, exchange);
    }

    #[test]
    fn cookies_are_left_out() {
        let headers = vec![header("set-cookie", b"secret=1"), header("server", b"x")];
        let answer = Answer { status: 200, headers, body: Vec::new(), cut: None, tls: None };
        let record = encode(&exchange(Outcome::Answered(answer))).unwrap();
        let read = decode(&mut record.member.as_slice()).unwrap().unwrap().exchange;
        assert_eq!(read.answer().unwrap().headers, [header("server", b"x")]);
    }

    #[test]
    fn a_member_cut_anywhere_is_torn() {
        let failure = Failure { kind: FailureKind::Reset, detail: String::new() };
        let member = encode(&exchange(Outcome::Failed(failure))).unwrap().member;
        for length in 1..member.len() {
            assert!(matches!(decode(&mut &member[..length]), Err(Unreadable::Torn)), "cut at {length}");
        }
    }
}
