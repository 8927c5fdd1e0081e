//! A page opened from the archive by its pointer, file and offset, is byte for byte what was served; also after kills.
//!
//! The records are opened here with nothing but gzip and the words of the WARC standard: what our own reader says is
//! compared with that, and not believed.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::fs::File;
use std::io::{BufReader, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::time::Duration;

use flate2::bufread::GzDecoder;
use govcensus::base::Digest;
use govcensus::evidence::store::Archive;

use crate::killed::{ended, gather};
use crate::server::{Say, Server, links, not_found};
use crate::tidy;
use crate::walking::gzip;

/// 云岭省人民政府 in GBK, and bytes that are no GBK.
const GBK: &[u8] = b"\xd4\xc6\xc1\xeb\xca\xa1\xc8\xcb\xc3\xf1\xd5\xfe\xb8\xae \xff\x80";

/// Path, the answer as it goes over the wire, and the payload: what is left when chunks and codings are taken off.
fn served() -> Vec<(&'static str, Vec<u8>, Vec<u8>)> {
    let all_bytes: Vec<u8> = (0..=u8::MAX).cycle().take(70_000).collect();
    let gbk = [b"<meta charset=gbk><title>", GBK, b"</title>\r\n\r\n<p>", GBK, b"\r\n"].concat();
    let plain = |headers: &str, body: &[u8]| {
        let head = format!(
            "HTTP/1.1 200 OK\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), body].concat()
    };
    let chunked = |headers: &str, body: &[u8]| {
        let head =
            format!("HTTP/1.1 200 OK\r\n{headers}tRANSFER-eNCODING: chunked\r\nConnection: close\r\n\r\n");
        let mut all = head.into_bytes();
        // Sizes in both cases, an extension, and a trailer.
        for (number, piece) in body.chunks(171).enumerate() {
            let size =
                if number % 2 == 0 { format!("{:X};a=b", piece.len()) } else { format!("{:x}", piece.len()) };
            all.extend([size.as_bytes(), b"\r\n", piece, b"\r\n"].concat());
        }
        all.extend(b"0\r\nX-Trailer: 1\r\n\r\n");
        all
    };
    let length = gbk.len().to_string();
    let odd_headers = [
        &b"HTTP/1.1 200 \xb3\xc9\xb9\xa6\r\ncOnTeNt-TyPe : text/html\r\nX-Name: "[..],
        GBK,
        b"\r\nCONTENT-length: ",
        length.as_bytes(),
        b"\r\nno colon\r\n\r\n",
        &gbk,
    ];
    let html = "Content-Type: text/html; charset=gbk\r\n";
    let packed = |coding: &str| format!("{html}Content-Encoding: {coding}\r\n");
    vec![
        ("gbk.html", plain(html, &gbk), gbk.clone()),
        ("odd-headers.html", odd_headers.concat(), gbk.clone()),
        ("binary.html", plain("Content-Type: application/octet-stream\r\n", &all_bytes), all_bytes.clone()),
        ("untyped.html", plain("", &all_bytes), all_bytes.clone()),
        ("chunked.html", chunked(html, &gbk.repeat(40)), gbk.repeat(40)),
        ("gzip.html", plain(&packed("gzip"), &gzip(&gbk)), gbk.clone()),
        ("gzip-chunked.html", chunked(&packed("GZIP"), &gzip(&all_bytes)), all_bytes.clone()),
        (
            "like-a-record.html",
            plain(html, b"\r\n\r\nWARC/1.1\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"),
            b"\r\n\r\nWARC/1.1\r\n\r\nHTTP/1.1 200 OK\r\n\r\n".to_vec(),
        ),
        ("empty.html", plain(html, b""), Vec::new()),
    ]
}

async fn serve() -> Server {
    let answers = served();
    let paths: Vec<String> = answers.iter().map(|(path, ..)| format!("/{path}")).collect();
    Server::start(move |_, what| match what.trim_start_matches("a.example/") {
        "" => links(&paths.iter().map(String::as_str).collect::<Vec<_>>()),
        path => match answers.iter().find(|it| it.0 == path) {
            Some((_, wire, _)) => Say::Bytes(wire.clone()),
            None => not_found(),
        },
    })
    .await
}

/// The WARC header, the HTTP header and the payload of the record that begins there.
fn opened(file: &Path, offset: u64) -> (String, Vec<u8>, Vec<u8>) {
    let mut file = BufReader::new(File::open(file).unwrap());
    file.seek(SeekFrom::Start(offset)).unwrap();
    let mut record = Vec::new();
    GzDecoder::new(file).read_to_end(&mut record).unwrap();
    let (header, block) = parted(&record);
    let header = String::from_utf8(header).unwrap();
    let length: usize = field(&header, "Content-Length").parse().unwrap();
    // A record ends with two line ends.
    assert_eq!(&block[length..], b"\r\n\r\n");
    let (http, payload) = parted(&block[..length]);
    (header, http, payload)
}

fn parted(bytes: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let end = bytes.windows(4).position(|it| it == b"\r\n\r\n").unwrap();
    (bytes[..end].to_vec(), bytes[end + 4..].to_vec())
}

fn field<'a>(header: &'a str, name: &str) -> &'a str {
    header.lines().find_map(|it| it.strip_prefix(name)?.strip_prefix(": ")).unwrap()
}

fn is_byte_for_byte_what_was_served(folder: &Path) {
    let folder = folder.join("run/sites/a/archive");
    let archive = Archive::open(&folder).unwrap();
    assert!(archive.breaks().is_empty(), "{:?}", archive.breaks());
    for (path, _, payload) in served() {
        let url = format!("http://a.example/{path}");
        let of_page = archive.entries().iter().filter(|it| it.address().as_str() == url);
        let [entry] = of_page.collect::<Vec<_>>()[..] else { panic!("{path} is not in the archive once") };
        assert_eq!((entry.result, entry.cut), (Ok(200), None), "{path}");
        let pointer = &entry.citation;
        let (header, http, found) = opened(&folder.join(&pointer.warc), pointer.offset);
        assert!(found == payload, "{path}: {} bytes, not {}", found.len(), payload.len());
        assert_eq!(field(&header, "WARC-Target-URI"), url);
        assert_eq!(field(&header, "WARC-Record-ID"), format!("<{}>", pointer.record_id));
        let digest = Digest::of(&payload).to_string();
        assert_eq!(field(&header, "WARC-Payload-Digest"), format!("sha256:{digest}"));
        assert_eq!(pointer.sha256.to_string(), digest);
        assert_eq!(archive.load(pointer).unwrap().answer().unwrap().body, payload, "{path}");
        if path == "odd-headers.html" {
            let has = |line: &[u8]| http.windows(line.len()).any(|it| it == line);
            assert!(has(&[b"x-name: ", GBK].concat()) && has(b"content-type: text/html\r\n"), "{http:?}");
        }
    }
}

fn folder(server: &Server) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let roster = format!(
        "[city]\nname = \"某市\"\n[[site]]\nid = \"a\"\nname = \"甲县\"\nurl = \"http://a.example/\"\nclass = \"county\"\n\
         rate = 1000\nrobots = \"owner-consents\"\nreason = \"a test\"\nresolve = \"{}\"\n",
        server.address
    );
    tidy::write(&folder.path().join("roster.toml"), &roster);
    folder
}

#[tokio::test]
async fn a_page_opened_by_its_pointer_is_byte_for_byte_what_was_served() {
    let server = serve().await;
    let folder = folder(&server);
    assert!(ended(gather(folder.path(), "")).await.success());
    is_byte_for_byte_what_was_served(folder.path());
}

#[tokio::test]
async fn and_so_it_is_after_kills() {
    let server = serve().await;
    let folder = folder(&server);
    let mut killed = 0;
    for _ in 0..3 {
        let (asked, mut child) = (server.asked().len(), gather(folder.path(), ""));
        while server.asked().len() < asked + 3 && child.try_wait().unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        killed += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(killed > 1, "the kills came too late to mean anything");
    assert!(ended(gather(folder.path(), "")).await.success());
    is_byte_for_byte_what_was_served(folder.path());
}
