//! Unpacking a body as it comes, within its cap.
//!
//! gzip and deflate are unpacked here, so that wire bytes and decoded bytes are both known and a broken coding keeps
//! what came before it. We do not offer brotli and zstd; the client unpacks them when a server sends them all the
//! same.

use std::io::{self, Write};

use flate2::write::{DeflateDecoder, GzDecoder, ZlibDecoder};

use crate::evidence::Cut;

/// Text shrinks twentyfold, a page of blanks two hundredfold; gzip can do a thousandfold.
const BOMB_RATIO: usize = 100;

/// Bytes that are unpacked in one go.
const SLICE: usize = 1024;

/// Takes the pieces of a body and gives it back whole.
#[derive(Debug)]
pub(super) struct Unpacker {
    state: State,
    wire: usize,
    limit: usize,
}

#[derive(Debug)]
enum State {
    Plain(Sink),
    Gzip(GzDecoder<Sink>),
    Zlib(ZlibDecoder<Sink>),
    Deflate(DeflateDecoder<Sink>),
    /// The coding is named, and nothing has come yet by which to choose.
    Unread {
        gzip: bool,
        limit: usize,
        first: Vec<u8>,
    },
    /// The coding turned out to be broken.
    Broken(Vec<u8>, Cut),
}

/// A buffer that takes only so much.
#[derive(Debug)]
struct Sink {
    bytes: Vec<u8>,
    limit: usize,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = self.limit - self.bytes.len();
        self.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
        if bytes.len() > room { Err(io::Error::from(io::ErrorKind::FileTooLarge)) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Unpacker {
    /// For a body with this Content-Encoding, of which at most `limit` decoded bytes are kept.
    pub(super) fn new(coding: &str, limit: usize) -> Self {
        let state = match coding.trim().to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => State::Unread { gzip: true, limit, first: Vec::new() },
            "deflate" => State::Unread { gzip: false, limit, first: Vec::new() },
            "" | "identity" | "none" | "utf-8" => State::Plain(Sink { bytes: Vec::new(), limit }),
            _ => State::Broken(Vec::new(), Cut::Garbled),
        };
        Self { state, wire: 0, limit }
    }

    /// Takes a piece; `false` when no more is wanted.
    pub(super) fn take(&mut self, piece: &[u8]) -> bool {
        // In slices, so that it is known how few bytes a bomb needed.
        piece.chunks(SLICE).all(|slice| self.take_slice(slice))
    }

    fn take_slice(&mut self, piece: &[u8]) -> bool {
        self.wire += piece.len();
        if let State::Unread { gzip, limit, first } = &mut self.state {
            first.extend_from_slice(piece);
            if first.len() < 2 {
                return true;
            }
            let first = std::mem::take(first);
            self.state = State::choose(*gzip, *limit, &first);
            return self.feed(&first);
        }
        self.feed(piece)
    }

    fn feed(&mut self, piece: &[u8]) -> bool {
        let written = match &mut self.state {
            State::Plain(sink) => sink.write_all(piece),
            State::Gzip(decoder) => write_all(decoder, piece),
            State::Zlib(decoder) => write_all(decoder, piece),
            State::Deflate(decoder) => write_all(decoder, piece),
            State::Unread { .. } => Ok(()),
            State::Broken(raw, _) => {
                // What cannot be unpacked is kept as it came.
                let room = self.limit.saturating_sub(raw.len());
                raw.extend_from_slice(&piece[..piece.len().min(room)]);
                return piece.len() <= room;
            }
        };
        let Err(error) = written else { return true };
        let cut = if error.kind() != io::ErrorKind::FileTooLarge {
            Cut::Garbled
        } else if self.limit / BOMB_RATIO > self.wire {
            Cut::Bomb
        } else {
            Cut::TooLarge
        };
        self.state = State::Broken(self.state.bytes(), cut);
        false
    }

    /// The body and why it is not whole. `cut` is what ended the reading, if it was not the end.
    pub(super) fn finish(mut self, cut: Option<Cut>) -> (Vec<u8>, Option<Cut>) {
        let ended = match &mut self.state {
            State::Gzip(decoder) => decoder.try_finish().is_ok(),
            State::Zlib(decoder) => decoder.try_finish().is_ok(),
            State::Deflate(decoder) => decoder.try_finish().is_ok(),
            State::Plain(_) | State::Unread { .. } | State::Broken(..) => true,
        };
        let broken = match &self.state {
            State::Broken(_, cut) => Some(*cut),
            _ => (!ended).then_some(Cut::Garbled),
        };
        (self.state.bytes(), cut.or(broken))
    }

    /// Decoded bytes so far.
    pub(super) fn len(&self) -> usize {
        match &self.state {
            State::Plain(sink) => sink.bytes.len(),
            State::Gzip(decoder) => decoder.get_ref().bytes.len(),
            State::Zlib(decoder) => decoder.get_ref().bytes.len(),
            State::Deflate(decoder) => decoder.get_ref().bytes.len(),
            State::Unread { .. } => 0,
            State::Broken(bytes, _) => bytes.len(),
        }
    }
}

impl State {
    fn choose(gzip: bool, limit: usize, first: &[u8]) -> Self {
        let sink = Sink { bytes: Vec::new(), limit };
        // "deflate" means zlib, and many servers send it bare; a zlib header is known by its check bits.
        let is_zlib =
            matches!(first, [a, b, ..] if a & 0x0f == 8 && (u16::from(*a) << 8 | u16::from(*b)) % 31 == 0);
        match (gzip, is_zlib) {
            (true, _) if !first.starts_with(&[0x1f, 0x8b]) => Self::Broken(Vec::new(), Cut::Garbled),
            (true, _) => Self::Gzip(GzDecoder::new(sink)),
            (false, true) => Self::Zlib(ZlibDecoder::new(sink)),
            (false, false) => Self::Deflate(DeflateDecoder::new(sink)),
        }
    }

    fn bytes(&mut self) -> Vec<u8> {
        std::mem::take(match self {
            Self::Plain(sink) => &mut sink.bytes,
            Self::Gzip(decoder) => &mut decoder.get_mut().bytes,
            Self::Zlib(decoder) => &mut decoder.get_mut().bytes,
            Self::Deflate(decoder) => &mut decoder.get_mut().bytes,
            Self::Unread { first, .. } => first,
            Self::Broken(bytes, _) => bytes,
        })
    }
}

/// Writes until the packed data ends; what follows it is nobody's.
fn write_all(decoder: &mut impl Write, mut piece: &[u8]) -> io::Result<()> {
    while !piece.is_empty() {
        match decoder.write(piece) {
            Ok(0) => return Ok(()),
            Ok(taken) => piece = &piece[taken..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    decoder.flush()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::Unpacker;
    use crate::evidence::Cut;

    const LIMIT: usize = 1 << 20;

    fn unpack(coding: &str, packed: &[u8]) -> (Vec<u8>, Option<Cut>) {
        let mut unpacker = Unpacker::new(coding, LIMIT);
        for piece in packed.chunks(7) {
            if !unpacker.take(piece) {
                break;
            }
        }
        unpacker.finish(None)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn text() -> Vec<u8> {
        (0..5000).flat_map(|n: u32| format!("通知{n}").into_bytes()).collect()
    }

    #[test]
    fn every_coding_that_servers_use_is_unpacked() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(&text()).unwrap();
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::fast());
        bare.write_all(&text()).unwrap();
        let with_tail = [gzip(&text()), b"\0\0tail".to_vec()].concat();
        for (coding, packed) in [
            ("", text()),
            ("gzip", gzip(&text())),
            ("GZIP", with_tail),
            ("deflate", zlib.finish().unwrap()),
            ("deflate", bare.finish().unwrap()),
        ] {
            assert_eq!(unpack(coding, &packed), (text(), None), "{coding}");
        }
    }

    #[test]
    fn a_broken_coding_keeps_what_came_before() {
        let whole = gzip(&text());
        let (body, cut) = unpack("gzip", &whole[..whole.len() / 2]);
        assert_eq!(cut, Some(Cut::Garbled));
        assert!(!body.is_empty() && text().starts_with(&body));
        let (body, cut) = unpack("gzip", b"<html>plain</html>");
        assert_eq!((body.as_slice(), cut), (b"<html>plain</html>".as_slice(), Some(Cut::Garbled)));
        assert_eq!(unpack("x-unknown", b"abc"), (b"abc".to_vec(), Some(Cut::Garbled)));
        assert_eq!(unpack("gzip", b""), (Vec::new(), None));
    }

    #[test]
    fn a_bomb_is_told_from_a_large_page_and_neither_exceeds_the_limit() {
        let (body, cut) = unpack("gzip", &gzip(&vec![0; 8 << 20]));
        assert_eq!((body.len(), cut), (LIMIT, Some(Cut::Bomb)));
        let (body, cut) = unpack("", &vec![b'x'; LIMIT + 1]);
        assert_eq!((body.len(), cut), (LIMIT, Some(Cut::TooLarge)));
        assert_eq!(unpack("", &vec![b'x'; LIMIT]).1, None);
    }
}
