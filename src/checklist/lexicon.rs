//! Lists of words to look for, as data: what is wrong, what would be right, and where it is no mistake.
//!
//! The lists are `checklists/lexicons/*.toml`; a checklist may add words of its own in the terms of an entry. This file
//! must not know what a hit means: a list proposes, a person decides.

use std::path::Path;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use crate::base::{Complaints, Document, Fields};

/// How far from a word its context may stand, in characters.
const REACH: usize = 30;

/// The lists that are built in: id, file, text.
const BUILT_IN: [(&str, &str, &str); 3] = [
    (
        "serious-wording",
        "checklists/lexicons/serious-wording.toml",
        include_str!("../../checklists/lexicons/serious-wording.toml"),
    ),
    (
        "hostile-links",
        "checklists/lexicons/hostile-links.toml",
        include_str!("../../checklists/lexicons/hostile-links.toml"),
    ),
    (
        "closed-domains",
        "checklists/lexicons/closed-domains.toml",
        include_str!("../../checklists/lexicons/closed-domains.toml"),
    ),
];

/// Words to look for, ready to be looked for: terms write `{ lexicons = ["…"], words = [{ wrong = "…" }] }`.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Written")]
pub struct Lexicon {
    words: Vec<Word>,
    quoting: Vec<String>,
    matcher: AhoCorasick,
}

/// One word.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Word {
    /// What is looked for.
    pub wrong: String,
    /// What would be right, where there is such a thing.
    pub right: Option<String>,
    /// Longer texts that hold the word and are right.
    #[serde(default)]
    pub except: Vec<String>,
    /// One of these must stand near it, when there are any.
    #[serde(default)]
    pub near: Vec<String>,
}

/// A word that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit<'a> {
    /// The word.
    pub word: &'a Word,
    /// What stands around it.
    pub excerpt: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    lexicons: Vec<String>,
    #[serde(default)]
    words: Vec<Word>,
}

struct Listed {
    words: Vec<Word>,
    quoting: Vec<String>,
}

impl TryFrom<Written> for Lexicon {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let (mut words, mut quoting) = (written.words, Vec::new());
        for id in &written.lexicons {
            let Some((_, file, text)) = BUILT_IN.iter().find(|(it, _, _)| it == id) else {
                let known = BUILT_IN.map(|(it, _, _)| it).join(", ");
                return Err(format!("no lexicon is called `{id}`; known: {known}"));
            };
            let listed = parse(Path::new(file), text).map_err(|error| error.to_string())?;
            words.extend(listed.words);
            quoting.extend(listed.quoting);
        }
        if let Some(word) = words.iter().find(|it| it.wrong.chars().count() < 2) {
            return Err(format!("`{}` is too short to be looked for", word.wrong));
        }
        if words.is_empty() {
            return Err("there is no word to look for: name `lexicons` or `words`".to_owned());
        }
        let matcher = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(words.iter().map(|it| it.wrong.as_str()))
            .map_err(|error| error.to_string())?;
        Ok(Self { words, quoting, matcher })
    }
}

fn parse(file: &Path, text: &str) -> Result<Listed, Complaints> {
    let document = Document::parse(text);
    let listed = read(&document.root());
    let complaints = document.into_complaints();
    if complaints.is_empty() { Ok(listed) } else { Err(Complaints::new(file, complaints)) }
}

fn read(root: &Fields<'_>) -> Listed {
    Listed {
        words: root.tables("word").iter().filter_map(read_word).collect(),
        quoting: root.texts("quoting"),
    }
}

fn read_word(fields: &Fields<'_>) -> Option<Word> {
    let wrong = fields.required("wrong");
    let (right, except, near) = (fields.text("right"), fields.texts("except"), fields.texts("near"));
    Some(Word { wrong: wrong?, right, except, near })
}

impl Lexicon {
    /// The words that stand in `text`, in order, without those that are right where they stand.
    pub fn hits(&self, text: &str) -> Vec<Hit<'_>> {
        let found = self.matcher.find_iter(text);
        let hit = |it: aho_corasick::Match| {
            let word = &self.words[it.pattern().as_usize()];
            let around = around(text, it.start(), it.end(), REACH);
            let is_quoted = self.quoting.iter().any(|it| around.contains(it.as_str()));
            let is_near = word.near.is_empty() || word.near.iter().any(|it| around.contains(it.as_str()));
            let is_part = word.except.iter().any(|longer| is_part_of(text, it.start(), &word.wrong, longer));
            (is_near && !is_quoted && !is_part)
                .then(|| Hit { word, excerpt: around_short(text, it.start(), it.end()) })
        };
        found.filter_map(hit).collect()
    }
}

/// Whether the word that begins at `start` is a piece of `longer`.
fn is_part_of(text: &str, start: usize, wrong: &str, longer: &str) -> bool {
    longer.match_indices(wrong).any(|(at, _)| {
        start.checked_sub(at).is_some_and(|from| text.get(from..).is_some_and(|it| it.starts_with(longer)))
    })
}

/// The text from so many characters before to so many after.
fn around(text: &str, start: usize, end: usize, reach: usize) -> &str {
    let from = text[..start].char_indices().rev().take(reach).last().map_or(start, |(at, _)| at);
    let to = text[end..].char_indices().nth(reach).map_or(text.len(), |(at, _)| end + at);
    &text[from..to]
}

fn around_short(text: &str, start: usize, end: usize) -> String {
    around(text, start, end, 12).to_owned()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{BUILT_IN, Lexicon, parse};

    fn lexicon(terms: &str) -> Result<Lexicon, String> {
        let table: toml::Table = terms.parse().unwrap();
        table.try_into().map_err(|error: toml::de::Error| error.message().to_owned())
    }

    fn found(terms: &str, text: &str) -> Vec<String> {
        lexicon(terms).unwrap().hits(text).into_iter().map(|it| it.word.wrong.clone()).collect()
    }

    #[test]
    fn every_list_that_is_built_in_reads() {
        for (id, file, text) in BUILT_IN {
            assert!(parse(Path::new(file), text).is_ok_and(|it| it.words.len() > 3), "{id}");
            assert!(lexicon(&format!("lexicons = [\"{id}\"]")).is_ok(), "{id}");
        }
    }

    #[test]
    fn a_word_inside_a_right_one_or_away_from_its_context_is_none() {
        let terms = "words = [{ wrong = \"赌场\", except = [\"反赌场所\"], near = [\"注册\"] }]";
        assert_eq!(found(terms, "赌场注册送礼"), ["赌场"]);
        assert!(found(terms, "查处一家赌场").is_empty());
        assert!(found(terms, "反赌场所注册").is_empty());
    }

    #[test]
    fn a_quotation_of_a_mistake_is_no_mistake() {
        let terms = "lexicons = [\"serious-wording\"]";
        assert_eq!(found(terms, "中华人民共合国成立"), ["中华人民共合国"]);
        assert!(found(terms, "“中华人民共合国”应为“中华人民共和国”").is_empty());
        assert!(found(terms, "中华人民共和国成立").is_empty());
    }

    #[test]
    fn a_list_that_is_not_there_is_named() {
        let error = lexicon("lexicons = [\"leaders\"]").unwrap_err();
        assert!(error.starts_with("no lexicon is called `leaders`; known: serious-wording"), "{error}");
        assert!(lexicon("").unwrap_err().contains("no word to look for"));
    }
}
