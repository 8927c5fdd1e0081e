//! Unpacking a body as it comes, within its cap.
//!
//! All codings are unpacked here and none by the client, so that wire bytes and decoded bytes are both known, a bomb is
//! told from a large page, and a broken coding keeps what came before it. We offer gzip and deflate; brotli and zstd
//! are unpacked when a server sends them all the same, and so are two codings, one over the other.

use std::io::{self, Write};

use brotli_decompressor::{BrotliDecoderParameter, DecompressorWriter};
use flate2::write::{DeflateDecoder, GzDecoder, ZlibDecoder};
use zstd::stream::raw::DParameter;

use crate::evidence::Cut;

/// Text shrinks twentyfold, a page of blanks two hundredfold; gzip can do a thousandfold.
const BOMB_RATIO: usize = 100;

/// Bytes that are unpacked in one go.
const SLICE: usize = 1024;

/// Codings that are taken off, one after the other. Servers have been seen to pack twice by mistake; nobody has reason
/// to do it more often.
const MOST_CODINGS: usize = 2;

/// The memory that zstd may look back on, as a power of two: 8 MB, the most that is allowed in HTTP (RFC 9659).
const ZSTD_WINDOW: u32 = 23;

/// Bytes that brotli gives out at a time.
const BROTLI_PIECE: usize = 16 * 1024;

/// Takes the pieces of a body and gives it back whole.
pub(super) struct Unpacker {
    layers: Box<dyn Layer>,
    is_coded: bool,
    wire: usize,
    limit: usize,
    /// Why no more is wanted.
    stopped: Option<Cut>,
}

/// One coding that is taken off; what comes out of it goes to the next one, and in the end into the sink.
trait Layer: Write + Send {
    /// Says that nothing more comes; an error when the coding had not come to its end.
    fn end(&mut self) -> io::Result<()>;

    /// Where it all ends up.
    fn sink(&mut self) -> &mut Sink;
}

/// A buffer that takes only so much.
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

impl Layer for Sink {
    fn end(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn sink(&mut self) -> &mut Sink {
        self
    }
}

impl Unpacker {
    /// For a body with this Content-Encoding, of which at most `limit` decoded bytes are kept.
    pub(super) fn new(coding: &str, limit: usize) -> Self {
        let sink = Box::new(Sink { bytes: Vec::new(), limit });
        let coding = coding.to_ascii_lowercase();
        let codings = coding.split(',').map(str::trim);
        let codings: Vec<&str> =
            codings.filter(|it| !matches!(*it, "" | "identity" | "none" | "utf-8")).collect();
        // What was put on last comes off first, so the first one named is the innermost.
        let layers = if codings.len() > MOST_CODINGS {
            Box::new(AsItCame(sink))
        } else {
            codings.iter().fold(sink as Box<dyn Layer>, |next, coding| layer(coding, next))
        };
        Self { layers, is_coded: !codings.is_empty(), wire: 0, limit, stopped: None }
    }

    /// Takes a piece; `false` when no more is wanted.
    pub(super) fn take(&mut self, piece: &[u8]) -> bool {
        // In slices, so that it is known how few bytes a bomb needed.
        let slice = if self.is_coded { SLICE } else { piece.len().max(1) };
        piece.chunks(slice).all(|slice| self.take_slice(slice))
    }

    fn take_slice(&mut self, piece: &[u8]) -> bool {
        self.wire += piece.len();
        // Blocks that hold nothing, or bytes after the end of the packed data, fill no buffer; so they are counted here.
        if self.is_coded && self.wire > self.limit + self.limit / 8 + SLICE {
            self.stopped = Some(Cut::TooLarge);
            return false;
        }
        let Err(error) = write_all(&mut self.layers, piece) else { return true };
        self.stopped = Some(if error.kind() != io::ErrorKind::FileTooLarge {
            Cut::Garbled
        } else if self.limit / BOMB_RATIO > self.wire {
            Cut::Bomb
        } else {
            Cut::TooLarge
        });
        false
    }

    /// The body and why it is not whole. `cut` is what ended the reading, if it was not the end.
    pub(super) fn finish(mut self, cut: Option<Cut>) -> (Vec<u8>, Option<Cut>) {
        let broken = self.stopped.or_else(|| {
            // A coding may hold bytes back until its end, and they may be too many as well.
            let ended = if self.wire == 0 { Ok(()) } else { self.layers.end() };
            ended.err().map(|error| match error.kind() {
                io::ErrorKind::FileTooLarge => Cut::TooLarge,
                _ => Cut::Garbled,
            })
        });
        (std::mem::take(&mut self.layers.sink().bytes), cut.or(broken))
    }

    /// Decoded bytes so far.
    pub(super) fn len(&mut self) -> usize {
        self.layers.sink().bytes.len()
    }
}

/// What takes this coding off.
fn layer(coding: &str, next: Box<dyn Layer>) -> Box<dyn Layer> {
    match coding {
        "gzip" | "x-gzip" => Box::new(Begun::new(true, next)),
        "deflate" => Box::new(Begun::new(false, next)),
        "br" => {
            let mut decoder = DecompressorWriter::new(next, BROTLI_PIECE);
            // Without this a stream may ask for a gigabyte to look back on.
            decoder.set_parameter(BrotliDecoderParameter::BROTLI_DECODER_PARAM_LARGE_WINDOW, 0);
            Box::new(decoder)
        }
        "zstd" => match zstd_decoder() {
            Ok(decoder) => Box::new(zstd::stream::write::Decoder::with_decoder(next, decoder)),
            Err(_) => Box::new(AsItCame(next)),
        },
        _ => Box::new(AsItCame(next)),
    }
}

fn zstd_decoder() -> io::Result<zstd::stream::raw::Decoder<'static>> {
    let mut decoder = zstd::stream::raw::Decoder::new()?;
    decoder.set_parameter(DParameter::WindowLogMax(ZSTD_WINDOW))?;
    Ok(decoder)
}

/// A coding that we do not know, or that is none: what cannot be unpacked is kept as it came.
struct AsItCame(Box<dyn Layer>);

impl Write for AsItCame {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Layer for AsItCame {
    fn end(&mut self) -> io::Result<()> {
        self.0.end()?;
        Err(io::ErrorKind::InvalidData.into())
    }

    fn sink(&mut self) -> &mut Sink {
        self.0.sink()
    }
}

/// gzip or deflate: the first two bytes say what it really is.
struct Begun {
    gzip: bool,
    /// What came while there were too few to choose by; `None` when it is chosen.
    first: Option<Vec<u8>>,
    /// What was chosen; until then, where it will go.
    layer: Box<dyn Layer>,
}

impl Begun {
    fn new(gzip: bool, next: Box<dyn Layer>) -> Self {
        Self { gzip, first: Some(Vec::new()), layer: next }
    }

    fn choose(&mut self, first: &[u8]) -> io::Result<()> {
        let nowhere = Box::new(Sink { bytes: Vec::new(), limit: 0 });
        let next = std::mem::replace(&mut self.layer, nowhere);
        // "deflate" means zlib, and many servers send it bare; a zlib header is known by its check bits.
        let is_zlib =
            matches!(first, [a, b, ..] if a & 0x0f == 8 && (u16::from(*a) << 8 | u16::from(*b)) % 31 == 0);
        self.layer = match (self.gzip, is_zlib) {
            (true, _) if !first.starts_with(&[0x1f, 0x8b]) => Box::new(AsItCame(next)),
            (true, _) => Box::new(GzDecoder::new(next)),
            (false, true) => Box::new(ZlibDecoder::new(next)),
            (false, false) => Box::new(DeflateDecoder::new(next)),
        };
        write_all(&mut self.layer, first)
    }
}

impl Write for Begun {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(first) = &mut self.first else { return self.layer.write(bytes) };
        first.extend_from_slice(bytes);
        if first.len() >= 2
            && let Some(first) = self.first.take()
        {
            self.choose(&first)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.layer.flush()
    }
}

impl Layer for Begun {
    fn end(&mut self) -> io::Result<()> {
        if let Some(first) = self.first.take().filter(|it| !it.is_empty()) {
            self.choose(&first)?;
        }
        self.layer.end()
    }

    fn sink(&mut self) -> &mut Sink {
        self.layer.sink()
    }
}

impl Layer for GzDecoder<Box<dyn Layer>> {
    fn end(&mut self) -> io::Result<()> {
        self.try_finish()?;
        self.get_mut().end()
    }

    fn sink(&mut self) -> &mut Sink {
        self.get_mut().sink()
    }
}

impl Layer for ZlibDecoder<Box<dyn Layer>> {
    fn end(&mut self) -> io::Result<()> {
        self.try_finish()?;
        self.get_mut().end()
    }

    fn sink(&mut self) -> &mut Sink {
        self.get_mut().sink()
    }
}

impl Layer for DeflateDecoder<Box<dyn Layer>> {
    fn end(&mut self) -> io::Result<()> {
        self.try_finish()?;
        self.get_mut().end()
    }

    fn sink(&mut self) -> &mut Sink {
        self.get_mut().sink()
    }
}

impl Layer for DecompressorWriter<Box<dyn Layer>> {
    fn end(&mut self) -> io::Result<()> {
        self.close()?;
        self.get_mut().end()
    }

    fn sink(&mut self) -> &mut Sink {
        self.get_mut().sink()
    }
}

impl Layer for zstd::stream::write::Decoder<'_, Box<dyn Layer>> {
    fn end(&mut self) -> io::Result<()> {
        self.do_finish()?;
        self.get_mut().end()
    }

    fn sink(&mut self) -> &mut Sink {
        self.get_mut().sink()
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

    use super::{SLICE, Unpacker};
    use crate::base::Digest;
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

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn bare(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn brotli(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 20);
        encoder.write_all(bytes).unwrap();
        encoder.into_inner()
    }

    fn text() -> Vec<u8> {
        (0..5000).flat_map(|n: u32| format!("通知{n}").into_bytes()).collect()
    }

    #[test]
    fn every_coding_that_servers_use_is_unpacked() {
        let with_tail = [gzip(&text()), b"\0\0tail".to_vec()].concat();
        for (coding, packed) in [
            ("", text()),
            ("gzip", gzip(&text())),
            ("GZIP", with_tail),
            ("deflate", zlib(&text())),
            ("deflate", bare(&text())),
            ("br", brotli(&text())),
            ("zstd", zstd::encode_all(&*text(), 3).unwrap()),
            ("gzip, gzip", gzip(&gzip(&text()))),
            ("br, gzip", gzip(&brotli(&text()))),
        ] {
            assert_eq!(unpack(coding, &packed), (text(), None), "{coding}");
        }
    }

    #[test]
    fn a_broken_coding_keeps_what_came_before() {
        for (coding, packed) in [
            ("gzip", gzip(&text())),
            ("br", brotli(&text())),
            ("zstd", zstd::encode_all(&*text(), 3).unwrap()),
        ] {
            let (body, cut) = unpack(coding, &packed[..packed.len() / 2]);
            assert_eq!(cut, Some(Cut::Garbled), "{coding}");
            // zstd gives out whole blocks, and this is one.
            assert!(coding == "zstd" || !body.is_empty(), "{coding}");
            assert!(text().starts_with(&body), "{coding}");
        }
        let plain = b"<html>plain</html>";
        for coding in ["gzip", "x-unknown", "gzip, x-unknown", "gzip, gzip, gzip"] {
            assert_eq!(unpack(coding, plain), (plain.to_vec(), Some(Cut::Garbled)), "{coding}");
        }
        assert_eq!(unpack("gzip", b"<"), (b"<".to_vec(), Some(Cut::Garbled)));
        for coding in ["gzip", "deflate", "br", "zstd"] {
            assert_eq!(unpack(coding, b""), (Vec::new(), None), "{coding}");
        }
    }

    #[test]
    fn a_bomb_is_told_from_a_large_page_and_neither_exceeds_the_limit() {
        let blanks = vec![b' '; 8 << 20];
        for (coding, packed) in [
            ("gzip", gzip(&blanks)),
            ("deflate", zlib(&blanks)),
            ("deflate", bare(&blanks)),
            ("br", brotli(&blanks)),
            ("zstd", zstd::encode_all(&*blanks, 3).unwrap()),
            ("gzip, gzip", gzip(&gzip(&blanks))),
            ("zstd, br", brotli(&zstd::encode_all(&*blanks, 3).unwrap())),
        ] {
            assert!(packed.len() < LIMIT / 100, "{coding} is no bomb");
            let (body, cut) = unpack(coding, &packed);
            assert_eq!((body.len(), cut), (LIMIT, Some(Cut::Bomb)), "{coding}");
            // Cut off where it ends, it has done its worst already.
            let (body, cut) = unpack(coding, &packed[..packed.len() * 9 / 10]);
            assert!(body.len() <= LIMIT && matches!(cut, Some(Cut::Bomb | Cut::Garbled)), "{coding} {cut:?}");
        }
        // Noise does not pack.
        let noise = (0..LIMIT / 8 + 9).flat_map(|it| Digest::of(it.to_string()).number().to_le_bytes());
        let noise: Vec<u8> = noise.collect();
        for (coding, packed) in [("", noise.clone()), ("gzip", gzip(&noise)), ("br", brotli(&noise))] {
            let (body, cut) = unpack(coding, &packed);
            assert_eq!((body.len(), cut), (LIMIT, Some(Cut::TooLarge)), "{coding}");
        }
        assert_eq!(unpack("", &vec![b'x'; LIMIT]).1, None);
    }

    #[test]
    fn what_is_sent_without_end_and_fills_nothing_comes_to_an_end() {
        // Stored blocks of no bytes (RFC 1951, 3.2.4), and bytes after the end.
        let empty = [0x00, 0x00, 0x00, 0xff, 0xff].repeat(LIMIT / 4);
        let header = gzip(b"")[..10].to_vec();
        let tail = [gzip(&text()), vec![b'x'; LIMIT * 2]].concat();
        for (coding, packed, length) in [
            ("gzip", [header, empty.clone()].concat(), 0),
            ("deflate", empty, 0),
            ("gzip", tail, text().len()),
        ] {
            let mut unpacker = Unpacker::new(coding, LIMIT);
            let taken = packed.chunks(SLICE).take_while(|it| unpacker.take(it)).count();
            assert!(taken * SLICE <= LIMIT * 5 / 4, "{coding}: {taken}");
            let (body, cut) = unpacker.finish(None);
            assert_eq!((body.len(), cut), (length, Some(Cut::TooLarge)), "{coding}");
        }
    }

    #[test]
    fn a_stream_that_wants_to_look_back_on_more_than_http_allows_is_not_given_the_memory() {
        // One frame with a window of 1 GB (RFC 8878, 3.1.1.1.2), and one raw block of one byte.
        let window = (30 - 10) << 3;
        let zstd = [0x28, 0xb5, 0x2f, 0xfd, 0x00, window, 0x09, 0x00, 0x00, b'x'];
        assert_eq!(unpack("zstd", &zstd), (Vec::new(), Some(Cut::Garbled)));
        // A window of 8 MB is allowed.
        let window = (23 - 10) << 3;
        assert_eq!(
            unpack("zstd", &[0x28, 0xb5, 0x2f, 0xfd, 0x00, window, 0x09, 0x00, 0x00, b'x']),
            (b"x".to_vec(), None)
        );
        // A large window of brotli, 30 bits, is no brotli of HTTP (RFC 7932, 9.1).
        assert_eq!(unpack("br", &[0x11, 0x1e, 0x03]).1, Some(Cut::Garbled));
    }
}
