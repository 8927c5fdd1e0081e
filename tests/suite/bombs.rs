//! What a hostile answer costs: the program itself walks a site with one bad page, and its memory is looked at.
//!
//! A page is kept up to 10 MB, so a walk may need several times that beside what the program needs anyway. Everything
//! here is a hundred times as large as the page's cap once it is unpacked, or has no end. What never ends by itself is
//! ended by the deadline of the run.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]
#![expect(clippy::print_stdout, reason = "the figures are worth seeing")]

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use flate2::{Compress, Compression, FlushCompress};
use futures_util::StreamExt as _;
use govcensus::evidence::store::Archive;
use govcensus::evidence::{Cut, FailureKind};

use crate::server::{Say, Server, not_found, page, raw};
use crate::tidy;

/// Megabytes of a bomb once it is unpacked.
const BOMB: usize = 1024;

/// Megabytes that the program may hold at most, whatever comes. A page of 10 MB is held by the reader, the archive and
/// whoever reads its text at the same time; an ordinary walk of a debug build takes some 30.
const MOST: u64 = 160;

const HTML: &str = "Content-Type: text/html\r\n";

/// What the archive says of a page; `None` when it was still under way at the deadline.
type Told = Option<Result<Option<Cut>, FailureKind>>;

/// How a walk ends.
#[derive(Clone, Copy, PartialEq)]
enum Ends {
    ByItself,
    /// It would wait, for bytes or for the second look at what failed.
    ByDeadline,
}

fn answers() -> Vec<(&'static str, Say, Told, Ends)> {
    use Ends::{ByDeadline, ByItself};
    let coded = |coding: &str, body: &[u8]| raw(200, &format!("{HTML}Content-Encoding: {coding}\r\n"), body);
    let bare = |head: &str| format!("HTTP/1.1 200 OK\r\n{HTML}{head}\r\n").into_bytes();
    let gzipped = gzip_bomb();
    let half = &gzipped[..gzipped.len() / 2];
    let (read, bomb) = (Some(Ok(None)), Some(Ok(Some(Cut::Bomb))));
    let (too_large, malformed) = (Some(Ok(Some(Cut::TooLarge))), Some(Err(FailureKind::Malformed)));
    let odd =
        "HTTP/1.1 200 \u{fffd}\r\ncOnTeNt-LeNgTh : 7\r\nno colon\r\nCONTENT-type: text/html\r\n\r\n<p>read";
    let flood = (0..200_000).fold(String::new(), |all, number| all + &format!("X-{number}: {number}\r\n"));
    vec![
        ("nothing bad", page("<p>read"), read, ByItself),
        ("gzip", coded("gzip", &gzipped), bomb, ByItself),
        ("deflate", coded("deflate", &deflated(b"")), bomb, ByItself),
        ("brotli", coded("br", &brotli_bomb()), bomb, ByItself),
        ("zstd", coded("zstd", &zstd_bomb()), bomb, ByItself),
        ("gzip in gzip", coded("gzip, gzip", &packed(&gzipped)), bomb, ByItself),
        ("gzip, truncated", coded("gzip", half), bomb, ByItself),
        ("10 GB", Say::Flood(bare("Content-Length: 10737418240\r\n")), too_large, ByItself),
        ("10 MB of tags", page("<a>".repeat((10 << 20) / 3)), read, ByItself),
        (
            "10 MB of links",
            page((0..700_000).fold(String::new(), |all, it| all + &format!("<a href={it}>"))),
            read,
            ByItself,
        ),
        ("100,000 nested tags", page("<div>".repeat(100_000)), read, ByItself),
        ("redirect loop", raw(302, "Location: /x.html\r\n", ""), read, ByItself),
        ("mixed-case headers", Say::Bytes(odd.into()), read, ByItself),
        ("200,000 headers", raw(200, &flood, ""), malformed, ByDeadline),
        ("a header without end", Say::Flood(b"HTTP/1.1 200 OK\r\nX: ".to_vec()), malformed, ByDeadline),
        ("slow-loris", Say::Drip(bare("")), None, ByDeadline),
    ]
}

/// A raw deflate stream: one packed megabyte of blanks, again and again. A full flush makes each independent of the one
/// before.
fn deflated(before: &[u8]) -> Vec<u8> {
    let mut block = Vec::with_capacity(1 << 16);
    let mut packer = Compress::new(Compression::best(), false);
    packer.compress_vec(&vec![b' '; 1 << 20], &mut block, FlushCompress::Full).unwrap();
    assert_eq!(packer.total_in(), 1 << 20);
    [before, &block.repeat(BOMB), b"\x03\x00"].concat()
}

fn gzip_bomb() -> Vec<u8> {
    deflated(b"\x1f\x8b\x08\0\0\0\0\0\0\x03")
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// The second megabyte leans on the first, and so does every further one.
fn brotli_bomb() -> Vec<u8> {
    let mut packer = brotli::CompressorWriter::new(Vec::new(), 4096, 1, 20);
    let mut ends = Vec::new();
    for _ in 0..2 {
        packer.write_all(&vec![b' '; 1 << 20]).unwrap();
        packer.flush().unwrap();
        ends.push(packer.get_ref().len());
    }
    let bytes = packer.get_ref();
    [&bytes[..ends[0]], &bytes[ends[0]..ends[1]].repeat(BOMB - 1)].concat()
}

fn zstd_bomb() -> Vec<u8> {
    zstd::encode_all(std::io::repeat(b' ').take((BOMB as u64) << 20), 1).unwrap()
}

/// Walks a site whose home page leads to `/x.html`; what the archive says of that page, and the most megabytes that the
/// program held.
async fn walked(say: Say, ends: Ends) -> (Told, u64) {
    let server = Server::start(move |_, what| match what {
        "a.example/" => page("<a href=/x.html>x</a>"),
        "a.example/x.html" => say.clone(),
        _ => not_found(),
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let roster = format!(
        "[city]\nname = \"某市\"\n[[site]]\nid = \"a\"\nname = \"甲县\"\nurl = \"http://a.example/\"\nclass = \"county\"\n\
         rate = 1000\nrobots = \"owner-consents\"\nreason = \"a test\"\nresolve = \"{}\"\nmax_pages = 2\n",
        server.address
    );
    tidy::write(&folder.path().join("roster.toml"), &roster);
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("govcensus"));
    command.args(["gather", "roster.toml", "--out", "run"]).current_dir(folder.path());
    if ends == Ends::ByDeadline {
        command.args(["--deadline", "10s"]);
    }
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut most = 0;
    let status = loop {
        most = peak(child.id()).unwrap_or(most);
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    };
    assert_eq!(status.code(), Some(if ends == Ends::ByItself { 0 } else { 4 }));
    assert!(server.asked().iter().any(|it| it == "GET a.example/x.html"));
    (told(&folder.path().join("run/sites/a/archive")), most)
}

fn told(archive: &Path) -> Told {
    let archive = Archive::open(archive).unwrap();
    let mut entries = archive.entries().iter();
    entries.rfind(|it| it.address().path() == "/x.html").map(|it| it.result.map(|_| it.cut))
}

/// The most megabytes that a process has held so far; `None` when it is over.
fn peak(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kilobytes / 1024)
}

// On several threads: a server that floods has no time for others.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_comes_costs_more_memory_than_is_stated() {
    let (mut figures, mut wrong) = (Vec::new(), Vec::new());
    // Two at a time, so that what waits does so beside what works.
    let walks = answers().into_iter().map(async |(name, say, expected, ends)| {
        let (told, most) = walked(say, ends).await;
        (name, expected, told, most)
    });
    let mut walks = futures_util::stream::iter(walks).buffered(2);
    while let Some((name, expected, told, most)) = walks.next().await {
        figures.push(format!("{most} MB: {name}"));
        if told != expected {
            wrong.push(format!("{name}: {told:?}, not {expected:?}"));
        }
        if most > MOST || most == 0 {
            wrong.push(format!("{name}: {most} MB, not {MOST} at the most"));
        }
    }
    println!("{}", figures.join("\n"));
    assert!(wrong.is_empty(), "{}\n\n{}", wrong.join("\n"), figures.join("\n"));
}
