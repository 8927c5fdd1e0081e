//! Words that are looked for together.
//!
//! Names, labels and classes are short and there are many of them: one pass of a machine that knows all the words is
//! far cheaper than one search for each. Chinese characters make a search for a single word slow too, since nearly
//! all of them share their first byte.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// Some words, made into a machine when they are first looked for.
#[derive(Debug)]
pub(super) struct Words {
    words: &'static [&'static str],
    machine: OnceLock<AhoCorasick>,
}

impl Words {
    /// The words; at least one.
    pub(super) const fn of(words: &'static [&'static str]) -> Self {
        Self { words, machine: OnceLock::new() }
    }

    /// Whether a text holds one of them.
    pub(super) fn are_in(&self, text: &str) -> bool {
        !text.is_empty() && self.machine().is_match(text)
    }

    /// Which of them a text holds, by their places; one that stands there twice is told twice.
    pub(super) fn all_in<'t>(&'t self, text: &'t str) -> impl Iterator<Item = usize> + 't {
        self.machine().find_overlapping_iter(text).map(|it| it.pattern().as_usize())
    }

    fn machine(&self) -> &AhoCorasick {
        self.machine.get_or_init(|| {
            let mut builder = AhoCorasick::builder();
            // Texts are too short for a search ahead of the search to be worth its start.
            builder.kind(Some(AhoCorasickKind::DFA)).prefilter(false);
            builder
                .build(self.words)
                .expect("words of this module are constants, and a test uses each of them")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Words;

    #[test]
    fn a_word_is_found_wherever_it_stands() {
        static WORDS: Words = Words::of(&["标识码", "ICP备", "公网安备"]);
        for (text, is_in) in
            [("网站标识码：5306", true), ("滇ICP备12345678号", true), ("标识 码 icp备", false), ("", false)]
        {
            assert_eq!(WORDS.are_in(text), is_in, "{text}");
        }
    }
}
