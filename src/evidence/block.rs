//! Answers that test or turn away programs instead of showing the page.
//!
//! Such an answer says nothing about the site: what is behind it is undetermined. The signatures are data, in
//! `block.toml`.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use encoding_rs::GBK;
use serde::Deserialize;

use super::Answer;

/// Bytes of a body that are looked at.
const LOOKED_AT: usize = 64 * 1024;

static KNOWN: LazyLock<Vec<Known>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("block.toml")).expect("a test reads the same text");
    file.signature.into_iter().map(Known::of).collect()
});

/// A signature, and searches for its texts: they run over every answer of a walk.
struct Known {
    signature: Signature,
    /// One for each text that must be there.
    all: Vec<AhoCorasick>,
    /// One for all texts of which one is enough; `None` when there are none.
    any: Option<AhoCorasick>,
}

impl Known {
    fn of(signature: Signature) -> Self {
        let all = signature.all.iter().map(|it| search(std::slice::from_ref(it))).collect();
        let any = (!signature.any.is_empty()).then(|| search(&signature.any));
        Self { signature, all, any }
    }

    /// Whether the texts of a body fit.
    fn is_in(&self, body: &[u8]) -> bool {
        let body = &body[..body.len().min(LOOKED_AT)];
        self.all.iter().chain(&self.any).all(|it| it.is_match(body))
    }
}

/// A search for texts in UTF-8 and in GBK.
fn search(texts: &[String]) -> AhoCorasick {
    let utf8 = texts.iter().map(|it| it.clone().into_bytes());
    let gbk = texts.iter().filter(|it| !it.is_ascii()).map(|it| GBK.encode(it).0.into_owned());
    // Of this kind the library knows the fastest search, which skips what cannot be a beginning.
    let search = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(utf8.chain(gbk));
    search.expect("a few short patterns always fit")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    signature: Vec<Signature>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Signature {
    name: String,
    #[serde(default)]
    status: Vec<u16>,
    header: Option<String>,
    value: Option<String>,
    #[serde(default)]
    all: Vec<String>,
    #[serde(default)]
    any: Vec<String>,
    longest: Option<usize>,
}

/// The name of the challenge or block page that this answer is, when it is one.
pub fn is_challenge(answer: &Answer) -> Option<&'static str> {
    let known: &'static [Known] = &KNOWN;
    let fits = known.iter().find(|it| it.signature.may_fit(answer) && it.is_in(&answer.body));
    fits.map(|it| it.signature.name.as_str())
}

impl Signature {
    /// Whether status, headers and length fit, which is soon seen.
    fn may_fit(&self, answer: &Answer) -> bool {
        (self.status.is_empty() || self.status.contains(&answer.status))
            && self.longest.is_none_or(|longest| answer.body.len() <= longest)
            && self.header.as_ref().is_none_or(|name| self.has_header(answer, name))
    }

    fn has_header(&self, answer: &Answer, name: &str) -> bool {
        let value = answer.header(name);
        value.is_some_and(|it| self.value.as_ref().is_none_or(|want| it.contains(want.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use super::{KNOWN, is_challenge};
    use crate::evidence::Answer;

    fn name(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Option<&'static str> {
        let headers =
            headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect();
        is_challenge(&Answer { status, headers, body: body.to_vec(), cut: None, tls: None })
    }

    #[test]
    fn every_signature_asks_for_something() {
        for it in KNOWN.iter().map(|it| &it.signature) {
            let asks =
                !it.status.is_empty() || it.header.is_some() || !it.all.is_empty() || !it.any.is_empty();
            assert!(asks && it.any.iter().chain(&it.all).all(|text| !text.is_empty()), "{}", it.name);
        }
    }

    #[test]
    fn known_challenges_are_recognised() {
        assert_eq!(name(521, &[], b"<script>document.cookie='__jsl_clearance_s=1'</script>"), Some("加速乐"));
        assert_eq!(name(412, &[], b"<meta r='m'><script>$_ts=window['$_ts']</script>"), Some("瑞数"));
        assert_eq!(name(403, &[("cf-mitigated", "challenge")], b""), Some("Cloudflare"));
        let gbk = encoding_rs::GBK.encode("<p>请完成安全验证</p>").0;
        assert_eq!(name(200, &[], &gbk), Some("访问验证"));
    }

    #[test]
    fn a_long_article_about_challenges_is_none() {
        let article = format!("<p>请完成安全验证</p>{}", "字".repeat(20_000));
        assert_eq!(name(200, &[], article.as_bytes()), None);
        assert_eq!(name(521, &[], b"origin is down"), None);
        assert_eq!(name(404, &[], "页面不存在".as_bytes()), None);
    }
}
