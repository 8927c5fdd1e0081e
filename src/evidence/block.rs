//! Answers that test or turn away programs instead of showing the page.
//!
//! Such an answer says nothing about the site: what is behind it is undetermined. The signatures are data, in
//! `block.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use super::Answer;

/// Bytes of a body that are looked at.
const LOOKED_AT: usize = 64 * 1024;

static SIGNATURES: LazyLock<Vec<Signature>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("block.toml")).expect("a test reads the same text");
    file.signature
});

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
    SIGNATURES.iter().find(|it| it.fits(answer)).map(|it| it.name.as_str())
}

impl Signature {
    fn fits(&self, answer: &Answer) -> bool {
        let body = &answer.body[..answer.body.len().min(LOOKED_AT)];
        (self.status.is_empty() || self.status.contains(&answer.status))
            && self.longest.is_none_or(|longest| answer.body.len() <= longest)
            && self.header.as_ref().is_none_or(|name| self.has_header(answer, name))
            && self.all.iter().all(|text| has(body, text))
            && (self.any.is_empty() || self.any.iter().any(|text| has(body, text)))
    }

    fn has_header(&self, answer: &Answer, name: &str) -> bool {
        let value = answer.header(name);
        value.is_some_and(|it| self.value.as_ref().is_none_or(|want| it.contains(want.as_str())))
    }
}

/// Whether a text is in a body that is UTF-8 or GBK.
fn has(body: &[u8], text: &str) -> bool {
    let find = |bytes: &[u8]| body.windows(bytes.len()).any(|window| window == bytes);
    find(text.as_bytes()) || (!text.is_ascii() && find(&encoding_rs::GBK.encode(text).0))
}

#[cfg(test)]
mod tests {
    use super::{SIGNATURES, is_challenge};
    use crate::evidence::Answer;

    fn name(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Option<&'static str> {
        let headers =
            headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect();
        is_challenge(&Answer { status, headers, body: body.to_vec(), cut: None, tls: None })
    }

    #[test]
    fn every_signature_asks_for_something() {
        for it in SIGNATURES.iter() {
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
