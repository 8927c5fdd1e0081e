//! Bytes become text, and whoever declared the wrong encoding is told.
//!
//! The order is: byte order mark, valid UTF-8 with Chinese in it, Content-Type, `<meta>`, a guess. Where the sources
//! disagree every reading is tried, and the one that looks like Chinese with the fewest unreadable characters wins.
//! This file knows nothing of HTML beyond a `<meta>` near the start.

use std::borrow::Cow;
use std::str::Utf8Error;
use std::sync::LazyLock;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding as Coding, GBK, UTF_8, UTF_16BE, UTF_16LE};
use regex::bytes::Regex as BytesRegex;

use super::model::{Encoding, Flaw, ToldBy};

/// How much of a page is searched for a `<meta>` with an encoding, in bytes.
const META_WITHIN: usize = 4096;
/// How much of a page the detector is given, in bytes; it is slow on Chinese.
const GUESS_FROM: usize = 64 * 1024;
/// How much of a page is compared when the sources disagree, in bytes.
const COMPARE: usize = 512 * 1024;

/// The encoding of a page before it is read.
pub(super) const NOTHING: Encoding = Encoding { name: "UTF-8", told_by: ToldBy::Guess, replaced: 0 };

/// Text, and how it came to be.
#[derive(Debug)]
pub(super) struct Decoded<'b> {
    pub(super) text: Cow<'b, str>,
    pub(super) encoding: Encoding,
    pub(super) flaws: Vec<Flaw>,
}

/// Reads the bytes of a page as text. Never fails: what cannot be read becomes U+FFFD and is counted.
pub(super) fn decode<'b>(body: &'b [u8], content_type: Option<&str>) -> Decoded<'b> {
    let header = content_type.and_then(charset_of_header);
    let meta = charset_of_meta(body);
    let utf8 = as_utf8(body);
    let (coding, told_by) = choose(body, utf8, header.as_deref(), meta.as_deref());
    let text = match utf8.filter(|_| coding == UTF_8) {
        Some(text) => Cow::Borrowed(text.strip_prefix('\u{feff}').unwrap_or(text)),
        None => coding.decode_with_bom_removal(body).0,
    };
    let replaced = memchr::memmem::find_iter(text.as_bytes(), "\u{fffd}").count();

    let mut flaws = Vec::new();
    for declared in [header, meta].into_iter().flatten() {
        let right = coding_of(&declared).is_some_and(|it| same_family(it, coding));
        let flaw = Flaw::WrongCharset { declared };
        if !right && !body.is_ascii() && !flaws.contains(&flaw) {
            flaws.push(flaw);
        }
    }
    if replaced > 0 {
        flaws.push(Flaw::Unreadable { characters: replaced });
    }
    Decoded { text, encoding: Encoding { name: coding.name(), told_by, replaced }, flaws }
}

fn choose(
    body: &[u8],
    utf8: Option<&str>,
    header: Option<&str>,
    meta: Option<&str>,
) -> (&'static Coding, ToldBy) {
    if let Some((coding, _)) = Coding::for_bom(body) {
        return (coding, ToldBy::Mark);
    }
    // By far the most reliable sign: text in another encoding is almost never valid UTF-8 by chance.
    if utf8.is_some_and(has_chinese) {
        return (UTF_8, ToldBy::Bytes);
    }
    if let Some(coding) = unmarked_utf16(body) {
        return (coding, ToldBy::Guess);
    }
    let mut readings: Vec<(&'static Coding, ToldBy)> = Vec::new();
    let told = [(header, ToldBy::Header), (meta, ToldBy::Meta)];
    for (label, by) in told {
        if let Some(coding) = label.and_then(coding_of) {
            // An answer whose bytes are not in pairs of two cannot be UTF-16, whatever was declared.
            let wide = coding == UTF_16BE || coding == UTF_16LE;
            readings.push((if wide { UTF_8 } else { coding }, by));
        }
    }
    if body.is_ascii() {
        return readings.first().copied().unwrap_or((UTF_8, ToldBy::Guess));
    }
    let sample = &body[..body.len().min(COMPARE)];
    let mut tried: Vec<(Worth, (&'static Coding, ToldBy))> = Vec::new();
    for reading in readings {
        let worth = likeness(reading.0, sample);
        // What was declared and reads as Chinese throughout needs no rival.
        if tried.is_empty() && worth.is_plain_chinese() {
            return reading;
        }
        tried.push((worth, reading));
    }
    for coding in [guess(body), UTF_8, GBK] {
        if tried.iter().all(|(_, (known, _))| *known != coding) {
            tried.push((likeness(coding, sample), (coding, ToldBy::Guess)));
        }
    }
    // The first of equals: what was declared goes before what was guessed.
    let best = tried.iter().rev().max_by_key(|(worth, _)| worth.balance());
    best.map_or((UTF_8, ToldBy::Guess), |(_, reading)| *reading)
}

/// What the characters of a reading say for it and against it.
#[derive(Clone, Copy, Debug)]
struct Worth {
    everyday: i64,
    unreadable: i64,
    others: i64,
}

impl Worth {
    fn balance(self) -> i64 {
        self.everyday - 2 * self.unreadable
    }

    /// Every third character that is not ASCII is an everyday one, as in any Chinese text, and all can be read.
    fn is_plain_chinese(self) -> bool {
        self.unreadable == 0 && self.everyday * 2 >= self.others && self.everyday >= 20
    }
}

/// How much a reading looks like Chinese prose: everyday characters count for it, unreadable ones against it.
fn likeness(coding: &'static Coding, sample: &[u8]) -> Worth {
    const EVERYDAY: &str = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严首页网站栏告示附";
    static EVERYDAY_SET: LazyLock<Vec<char>> = LazyLock::new(|| {
        let mut set: Vec<char> = EVERYDAY.chars().collect();
        set.sort_unstable();
        set
    });
    let (text, _) = coding.decode_without_bom_handling(sample);
    let mut worth = Worth { everyday: 0, unreadable: 0, others: 0 };
    for c in text.chars().filter(|c| !c.is_ascii()) {
        if c == '\u{fffd}' || ('\u{e000}'..='\u{f8ff}').contains(&c) {
            worth.unreadable += 1;
        } else if EVERYDAY_SET.binary_search(&c).is_ok() {
            worth.everyday += 1;
        } else {
            worth.others += 1;
        }
    }
    worth
}

/// The body as UTF-8, when it is that throughout. A page that was cut in the middle of a character is not unreadable
/// for it; what is left of that character is left out.
fn as_utf8(body: &[u8]) -> Option<&str> {
    // Far faster than the standard library on Chinese, and pages are looked through for this by the thousand.
    let (whole, rest) = body.split_at(Coding::utf8_valid_up_to(body));
    let is_cut = |error: Utf8Error| error.valid_up_to() == 0 && error.error_len().is_none();
    if !rest.is_empty() && !std::str::from_utf8(&rest[..rest.len().min(4)]).is_err_and(is_cut) {
        return None;
    }
    match UTF_8.decode_without_bom_handling(whole).0 {
        Cow::Borrowed(text) => Some(text),
        Cow::Owned(_) => None,
    }
}

fn has_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{2e80}'..='\u{9fff}').contains(&c) || ('\u{ff00}'..='\u{ffef}').contains(&c))
}

/// UTF-16 without a mark: the tags of a page then have a zero in every second byte.
fn unmarked_utf16(body: &[u8]) -> Option<&'static Coding> {
    let sample = &body[..body.len().min(1024) / 2 * 2];
    if sample.len() < 64 {
        return None;
    }
    let zeros_at = |offset| sample.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (first, second) = (zeros_at(0), zeros_at(1));
    let enough = sample.len() / 4;
    match (first > enough, second > enough) {
        (true, false) => Some(UTF_16BE),
        (false, true) => Some(UTF_16LE),
        _ => None,
    }
}

fn guess(body: &[u8]) -> &'static Coding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&body[..body.len().min(GUESS_FROM)], true);
    detector.guess(None, Utf8Detection::Allow)
}

fn charset_of_header(header: &str) -> Option<String> {
    let lower = header.to_ascii_lowercase();
    let (_, rest) = lower.split_once("charset")?;
    let value = rest.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let label: String =
        value.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_:.".contains(*c)).collect();
    (!label.is_empty()).then_some(label)
}

fn charset_of_meta(body: &[u8]) -> Option<String> {
    static META: LazyLock<Option<BytesRegex>> = LazyLock::new(|| {
        BytesRegex::new(
            r#"(?i-u)<meta[^>]*?charset\s*=\s*["']?\s*([a-z0-9][a-z0-9_:.\- ]*)|<\?xml[^>]*?encoding\s*=\s*["']([a-z0-9_:.\-]+)"#,
        )
        .ok()
    });
    let start = &body[..body.len().min(META_WITHIN)];
    let meta = META.as_ref()?;
    // Found first and told apart then: that is far cheaper than looking for the groups all along.
    let found = meta.captures(meta.find(start)?.as_bytes())?;
    let label = found.get(1).or_else(|| found.get(2))?;
    let label = std::str::from_utf8(label.as_bytes()).ok()?.trim();
    // In an unquoted attribute the blank ends the label.
    let label =
        if label.to_ascii_lowercase().starts_with("gb ") { label } else { label.split(' ').next()? };
    (!label.is_empty()).then(|| label.to_ascii_lowercase())
}

/// The coding a label stands for, with the names that Chinese servers use and the standard does not know.
fn coding_of(label: &str) -> Option<&'static Coding> {
    let label = label.trim().to_ascii_lowercase();
    match label.as_str() {
        "cp936" | "ms936" | "windows-936" | "ansi" | "gb" | "gb-2312" | "gb 2312" | "euc-cn"
        | "hz-gb-2312" => Some(GBK),
        "utf" | "utf8mb4" | "utf-8-sig" => Some(UTF_8),
        other => Coding::for_label(other.as_bytes()),
    }
}

/// GB2312, GBK and GB18030 are one family: declaring one for another confuses nobody.
fn same_family(a: &'static Coding, b: &'static Coding) -> bool {
    let family = |it: &'static Coding| if it.name() == "gb18030" { GBK.name() } else { it.name() };
    family(a) == family(b)
}

#[cfg(test)]
mod tests {
    use encoding_rs::{BIG5, GBK};

    use super::decode;
    use crate::page::{Flaw, ToldBy};

    const PAGE: &str = "<html><head><meta charset=\"@\"><title>昭阳区人民政府通知公告</title></head>\
                        <body>关于召开全区工作会议的通知，请各单位做好准备。</body></html>";

    fn page(declared: &str) -> String {
        PAGE.replace('@', declared)
    }

    #[test]
    fn gb2312_in_the_meta_is_read_as_gbk() {
        let text = page("gb2312");
        let bytes = GBK.encode(&text).0;
        let decoded = decode(&bytes, None);
        assert_eq!((decoded.encoding.name, decoded.encoding.told_by), ("GBK", ToldBy::Meta));
        assert_eq!(decoded.text, text);
        assert_eq!(decoded.flaws, []);
    }

    #[test]
    fn utf8_bytes_outweigh_a_header_that_says_otherwise() {
        let text = page("utf-8");
        let decoded = decode(text.as_bytes(), Some("text/html; charset=GB2312"));
        assert_eq!((decoded.encoding.name, decoded.encoding.told_by), ("UTF-8", ToldBy::Bytes));
        assert_eq!(decoded.flaws, [Flaw::WrongCharset { declared: "gb2312".into() }]);
    }

    #[test]
    fn gbk_bytes_declared_as_utf8_are_still_read() {
        let text = page("utf-8");
        let bytes = GBK.encode(&text).0;
        let decoded = decode(&bytes, Some("text/html;charset=utf-8"));
        assert_eq!((decoded.encoding.name, decoded.encoding.replaced), ("GBK", 0));
        assert_eq!(decoded.text, text);
        assert_eq!(decoded.flaws, [Flaw::WrongCharset { declared: "utf-8".into() }]);
    }

    #[test]
    fn names_that_only_windows_knows_mean_gbk() {
        for name in ["cp936", "ms936", "ANSI", "gbk", "gb18030"] {
            let text = page(name);
            assert_eq!(decode(&GBK.encode(&text).0, None).text, text, "{name}");
        }
    }

    #[test]
    fn one_include_in_another_encoding_spoils_only_itself() {
        let mut bytes = page("utf-8").into_bytes();
        bytes.extend_from_slice(&GBK.encode("<div>主办单位</div>").0);
        let decoded = decode(&bytes, None);
        assert_eq!(decoded.encoding.name, "UTF-8");
        assert!(decoded.text.contains("工作会议"));
        assert!(decoded.encoding.replaced > 0);
    }

    #[test]
    fn a_page_cut_inside_a_character_is_not_unreadable() {
        let bytes = "<title>通知公告</title>通知".as_bytes();
        let decoded = decode(&bytes[..bytes.len() - 1], None);
        assert_eq!((decoded.encoding.name, decoded.encoding.replaced), ("UTF-8", 0));
    }

    #[test]
    fn a_mark_outweighs_everything() {
        let mut bytes = vec![0xff, 0xfe];
        bytes.extend(page("gb2312").encode_utf16().flat_map(u16::to_le_bytes));
        let decoded = decode(&bytes, Some("text/html; charset=gbk"));
        assert_eq!((decoded.encoding.name, decoded.encoding.told_by), ("UTF-16LE", ToldBy::Mark));
        assert!(decoded.text.contains("通知公告"));
    }

    #[test]
    fn utf16_without_a_mark_is_seen_by_its_zeros() {
        let bytes: Vec<u8> = page("utf-16").encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(&bytes, None).encoding.name, "UTF-16BE");
    }

    #[test]
    fn big5_is_read_when_it_is_declared() {
        let text = "<meta charset=big5><title>政府資訊公開</title>關於召開會議的通知";
        assert_eq!(decode(&BIG5.encode(text).0, None).text, text);
    }

    #[test]
    fn anything_at_all_becomes_text() {
        for bytes in
            [&b""[..], b"\0\0\0", b"\xff", b"\xfe\xff", b"<meta charset=", b"<meta charset=nonsense>\x81"]
        {
            let _ = decode(bytes, Some("charset"));
        }
    }
}
