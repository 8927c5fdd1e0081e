//! Answers that test or turn away programs instead of showing the page.
//!
//! Such an answer says nothing about the site: what is behind it is undetermined. The signatures are data, in
//! `block.toml`.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use super::Answer;

/// Bytes of a body that are looked at.
const LOOKED_AT: usize = 64 * 1024;

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("block.toml")).expect("a test reads the same text");
    Known::of(file.signature)
});

/// The signatures, and one search for all of their texts: it runs over every answer of a walk.
struct Known {
    signatures: Vec<Signature>,
    search: AhoCorasick,
    /// For each pattern of the search the text that it spells, in UTF-8 or in GBK.
    texts: Vec<String>,
}

impl Known {
    fn of(signatures: Vec<Signature>) -> Self {
        let mut patterns: Vec<(Vec<u8>, String)> = Vec::new();
        for text in signatures.iter().flat_map(|it| it.all.iter().chain(&it.any)) {
            patterns.push((text.clone().into_bytes(), text.clone()));
            if !text.is_ascii() {
                patterns.push((encoding_rs::GBK.encode(text).0.into_owned(), text.clone()));
            }
        }
        let search = AhoCorasick::new(patterns.iter().map(|(bytes, _)| bytes));
        let search = search.expect("a few short patterns always fit");
        Self { signatures, search, texts: patterns.into_iter().map(|(_, text)| text).collect() }
    }

    /// The texts that are in a body.
    fn in_body(&self, body: &[u8]) -> Vec<&str> {
        let body = &body[..body.len().min(LOOKED_AT)];
        self.search.find_overlapping_iter(body).map(|it| self.texts[it.pattern()].as_str()).collect()
    }
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
    let known: &'static Known = &KNOWN;
    let mut texts = None;
    let mut signatures = known.signatures.iter().filter(|it| it.may_fit(answer));
    let fits = signatures.find(|it| it.is_in(texts.get_or_insert_with(|| known.in_body(&answer.body))));
    fits.map(|it| it.name.as_str())
}

impl Signature {
    /// Whether status, headers and length fit, which is soon seen.
    fn may_fit(&self, answer: &Answer) -> bool {
        (self.status.is_empty() || self.status.contains(&answer.status))
            && self.longest.is_none_or(|longest| answer.body.len() <= longest)
            && self.header.as_ref().is_none_or(|name| self.has_header(answer, name))
    }

    /// Whether the texts of a body fit.
    fn is_in(&self, texts: &[&str]) -> bool {
        let has = |text: &String| texts.contains(&text.as_str());
        self.all.iter().all(has) && (self.any.is_empty() || self.any.iter().any(has))
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
        for it in &KNOWN.signatures {
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
