//! Words that are looked for together.
//!
//! Names, labels and classes are short and there are many of them: one pass of a machine that knows all the words is
//! far cheaper than one search for each. Chinese characters make a plain search for a single word slow too, since
//! nearly all of them share their first byte.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use memchr::memmem::Finder;

/// A machine goes byte by byte and a search for one word leaps; from so many bytes for each word on, leaping is faster.
const LEAP_FROM: usize = 64;

/// More letters than this are found in most texts.
const FEW_LETTERS: usize = 12;

/// Some words, made ready when they are first looked for.
#[derive(Debug)]
pub(super) struct Words {
    words: &'static [&'static str],
    ready: OnceLock<Ready>,
}

#[derive(Debug)]
struct Ready {
    machine: AhoCorasick,
    /// The letter that each word begins with, where there are few of them.
    letters: Vec<char>,
    /// One bit for each of those letters, by its last six bits.
    marks: u64,
    finders: Vec<Finder<'static>>,
}

impl Words {
    /// The words; at least one.
    pub(super) const fn of(words: &'static [&'static str]) -> Self {
        Self { words, ready: OnceLock::new() }
    }

    /// Whether a text holds one of them.
    pub(super) fn are_in(&self, text: &str) -> bool {
        if text.is_empty() {
            return false;
        }
        let ready = self.ready();
        if text.len() > LEAP_FROM * self.words.len() {
            return ready.finders.iter().any(|it| it.find(text.as_bytes()).is_some());
        }
        ready.may_be_in(text) && ready.machine.is_match(text)
    }

    /// Which of them a text holds, by their places; one that stands there twice is told twice.
    pub(super) fn all_in<'t>(&'t self, text: &'t str) -> impl Iterator<Item = usize> + 't {
        self.ready().machine.find_overlapping_iter(text).map(|it| it.pattern().as_usize())
    }

    fn ready(&self) -> &Ready {
        self.ready.get_or_init(|| {
            let mut builder = AhoCorasick::builder();
            // Texts are too short for a search ahead of the search to be worth its start.
            builder.kind(Some(AhoCorasickKind::DFA)).prefilter(false);
            let machine = builder.build(self.words);
            let mut letters: Vec<char> = self.words.iter().filter_map(|it| it.chars().next()).collect();
            letters.sort_unstable();
            letters.dedup();
            if letters.len() > FEW_LETTERS {
                letters.clear();
            }
            Ready {
                marks: letters.iter().fold(0, |marks, it| marks | mark(*it)),
                letters,
                machine: machine.expect("words of this module are constants, and a test uses each of them"),
                finders: self.words.iter().map(Finder::new).collect(),
            }
        })
    }
}

impl Ready {
    /// Whether a letter of the text is one that a word begins with. Hardly any is, and a letter of Chinese is three steps
    /// of the machine.
    fn may_be_in(&self, text: &str) -> bool {
        self.letters.is_empty()
            || text.chars().any(|c| self.marks & mark(c) != 0 && self.letters.contains(&c))
    }
}

fn mark(letter: char) -> u64 {
    1 << (u32::from(letter) & 63)
}

#[cfg(test)]
mod tests {
    use super::Words;

    #[test]
    fn a_word_is_found_wherever_it_stands_in_short_texts_and_in_long_ones() {
        static WORDS: Words = Words::of(&["标识码", "ICP备", "公网安备"]);
        for (text, is_in) in
            [("网站标识码：5306", true), ("滇ICP备12345678号", true), ("标识 码 icp备", false), ("", false)]
        {
            assert_eq!(WORDS.are_in(text), is_in, "{text}");
            assert_eq!(WORDS.are_in(&["标志".repeat(500).as_str(), text].concat()), is_in, "{text}");
        }
        assert_eq!(WORDS.all_in("ICP备与标识码").collect::<Vec<_>>(), [1, 0]);
    }
}
