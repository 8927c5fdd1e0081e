//! How the archive spells methods, purposes, cuts and failures. Part of the format: words are added, never changed.

use crate::evidence::{Cut, FailureKind, Line, Method, Purpose, TlsFault, Variant};

/// A closed set of values, each with its word in the archive.
pub(super) trait Word: Copy + PartialEq + Sized + 'static {
    /// Every value with its word.
    const WORDS: &'static [(&'static str, Self)];

    /// The word for this value.
    fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, it)| *it == self).map_or("", |(word, _)| word)
    }

    /// The value that has this word.
    fn read(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(it, _)| *it == word).map(|(_, value)| *value)
    }
}

impl Word for Method {
    const WORDS: &'static [(&'static str, Self)] =
        &[("get", Self::Get), ("head", Self::Head), ("glance", Self::Glance)];
}

impl Word for Purpose {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("page", Self::Page),
        ("link", Self::Link),
        ("robots", Self::Robots),
        ("sitemap", Self::Sitemap),
        ("calibration", Self::Calibration),
        ("search", Self::Search),
    ];
}

impl Word for Cut {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("glance", Self::Glance),
        ("too-large", Self::TooLarge),
        ("truncated", Self::Truncated),
        ("bomb", Self::Bomb),
        ("garbled", Self::Garbled),
    ];
}

impl Word for TlsFault {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("expired", Self::Expired),
        ("not-yet-valid", Self::NotYetValid),
        ("wrong-name", Self::WrongName),
        ("self-signed", Self::SelfSigned),
        ("incomplete-chain", Self::IncompleteChain),
        ("unknown-issuer", Self::UnknownIssuer),
        ("too-old", Self::TooOld),
        ("no-common-cipher", Self::NoCommonCipher),
        ("other", Self::Other),
    ];
}

impl Word for FailureKind {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("no-such-host", Self::NoSuchHost),
        ("dns-trouble", Self::DnsTrouble),
        ("refused", Self::Refused),
        ("reset", Self::Reset),
        ("timeout", Self::Timeout),
        ("tls-expired", Self::Tls(TlsFault::Expired)),
        ("tls-not-yet-valid", Self::Tls(TlsFault::NotYetValid)),
        ("tls-wrong-name", Self::Tls(TlsFault::WrongName)),
        ("tls-self-signed", Self::Tls(TlsFault::SelfSigned)),
        ("tls-incomplete-chain", Self::Tls(TlsFault::IncompleteChain)),
        ("tls-unknown-issuer", Self::Tls(TlsFault::UnknownIssuer)),
        ("tls-too-old", Self::Tls(TlsFault::TooOld)),
        ("tls-no-common-cipher", Self::Tls(TlsFault::NoCommonCipher)),
        ("tls-other", Self::Tls(TlsFault::Other)),
        ("malformed", Self::Malformed),
        ("forbidden", Self::Forbidden),
        ("line-down", Self::LineDown),
        ("ours", Self::Ours),
    ];
}

impl Word for Variant {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("home", Self::Home),
        ("http", Self::Http),
        ("http-www", Self::HttpWww),
        ("https", Self::Https),
        ("https-www", Self::HttpsWww),
    ];
}

impl Word for Line {
    const WORDS: &'static [(&'static str, Self)] =
        &[("up", Self::Up), ("down", Self::Down), ("unproved", Self::Unproved)];
}

#[cfg(test)]
mod tests {
    use super::Word;
    use crate::evidence::{Cut, FailureKind, Line, Method, Purpose, TlsFault, Variant};

    fn words_are_read_back<W: Word>() {
        for (word, value) in W::WORDS {
            assert_eq!(value.word(), *word, "two values share a word");
            assert!(W::read(word) == Some(*value), "{word}");
        }
    }

    #[test]
    fn every_word_is_read_back_as_what_was_written() {
        words_are_read_back::<Method>();
        words_are_read_back::<Purpose>();
        words_are_read_back::<Cut>();
        words_are_read_back::<TlsFault>();
        words_are_read_back::<FailureKind>();
        words_are_read_back::<Variant>();
        words_are_read_back::<Line>();
    }
}
