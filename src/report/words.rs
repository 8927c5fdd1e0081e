//! The wording of the papers, which the office can change: `circular.toml` and `notice.toml`.
//!
//! A text may hold places to fill in, such as `{city}`. Every place is checked when the file is read, so that no
//! paper ever goes out with a brace in it. This module must not know how a paper is laid out.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use crate::base::{Complaints, Document, Fields};

/// File of the circular's wording.
pub const CIRCULAR: &str = "circular.toml";

/// File of the notice's wording.
pub const NOTICE: &str = "notice.toml";

/// Ends a part that is left out where there is nothing to say.
const END: &str = "{?}";

/// What a circular can fill in.
const CIRCULAR_PLACES: [&str; 33] = [
    "city",
    "year",
    "quarter",
    "as_of",
    "checklist",
    "source",
    "bodies",
    "running",
    "checked",
    "ratio",
    "portals",
    "bureaus",
    "qualified",
    "unqualified",
    "undecided",
    "failed",
    "without_site",
    "pass_rate",
    "fail_rate",
    "problems",
    "proposed",
    "deadline",
    "deadline_note",
    "roster_changes",
    "base_as_of",
    "rechecked",
    "mended",
    "recheck_rate",
    "standing",
    "unseen",
    "fresh",
    "base_unqualified",
    "recovered",
];

/// What a notice can fill in.
const NOTICE_PLACES: [&str; 13] = [
    "city",
    "site",
    "body",
    "url",
    "code",
    "as_of",
    "checklist",
    "source",
    "verdict",
    "conclusion",
    "problems",
    "deadline",
    "deadline_note",
];

static BUILT_IN: LazyLock<Words> = LazyLock::new(|| {
    let circular = include_str!("../../reports/templates/circular.toml");
    let notice = include_str!("../../reports/templates/notice.toml");
    // A test reads both files and hears of their mistakes.
    Words {
        circular: CircularWords::parse(Path::new(CIRCULAR), circular).unwrap_or_default(),
        notice: NoticeWords::parse(Path::new(NOTICE), notice).unwrap_or_default(),
    }
});

/// The wording of every paper.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// 通报
    pub circular: CircularWords,
    /// 整改通知单
    pub notice: NoticeWords,
}

/// 通报: the texts of `circular.toml`, by the names they have there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the file that the office edits names and explains them")]
pub struct CircularWords {
    pub title: String,
    pub addressees: String,
    pub opening: String,
    pub overall_heading: String,
    pub overall: Vec<String>,
    pub further: Vec<String>,
    pub recheck: String,
    pub recheck_without: String,
    pub problems_heading: String,
    pub problems_none: String,
    pub next_heading: String,
    pub next: Vec<String>,
    pub signature: String,
    pub date: String,
    pub annexes: [String; 4],
}

/// 整改通知单: the texts of `notice.toml`, by the names they have there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the file that the office edits names and explains them")]
pub struct NoticeWords {
    pub title: String,
    pub addressees: String,
    pub opening: String,
    pub request: String,
    pub problems_heading: String,
    pub confirm_heading: String,
    pub confirm: String,
    pub undecided_heading: String,
    pub undecided: String,
    pub objection: String,
    pub signature: String,
    pub date: String,
    pub feedback: String,
}

impl Words {
    /// The wording that was built in.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }
}

impl CircularWords {
    /// Reads `circular.toml`; every mistake is named with its line. `file` is only named in complaints.
    pub fn parse(file: &Path, text: &str) -> Result<Self, Complaints> {
        parsed(file, text, |fields| {
            let read = Reader { fields, places: &CIRCULAR_PLACES };
            Self {
                title: read.text("title"),
                addressees: read.text("addressees"),
                opening: read.text("opening"),
                overall_heading: read.text("overall_heading"),
                overall: read.texts("overall"),
                further: read.texts("further"),
                recheck: read.text("recheck"),
                recheck_without: read.text("recheck_without"),
                problems_heading: read.text("problems_heading"),
                problems_none: read.text("problems_none"),
                next_heading: read.text("next_heading"),
                next: read.texts("next"),
                signature: read.text("signature"),
                date: read.text("date"),
                annexes: ["annex_1", "annex_2", "annex_3", "annex_4"].map(|key| read.text(key)),
            }
        })
    }
}

impl NoticeWords {
    /// Reads `notice.toml`; every mistake is named with its line. `file` is only named in complaints.
    pub fn parse(file: &Path, text: &str) -> Result<Self, Complaints> {
        parsed(file, text, |fields| {
            let read = Reader { fields, places: &NOTICE_PLACES };
            Self {
                title: read.text("title"),
                addressees: read.text("addressees"),
                opening: read.text("opening"),
                request: read.text("request"),
                problems_heading: read.text("problems_heading"),
                confirm_heading: read.text("confirm_heading"),
                confirm: read.text("confirm"),
                undecided_heading: read.text("undecided_heading"),
                undecided: read.text("undecided"),
                objection: read.text("objection"),
                signature: read.text("signature"),
                date: read.text("date"),
                feedback: read.text("feedback"),
            }
        })
    }
}

/// Puts values into the places of a text. A place without a value cannot happen after [`Words`] was read.
///
/// What stands between `{?place}` and `{?}` is left out where the value is nothing or 0: nobody writes of no sites.
pub(super) fn fill(text: &str, values: &BTreeMap<&'static str, String>) -> String {
    let value = |place: &str| values.get(place).map_or("", String::as_str);
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (place, after) = after.split_once('}').unwrap_or((after, ""));
        rest = match place.strip_prefix('?') {
            Some("") => after,
            Some(asked) if matches!(value(asked), "" | "0") => {
                after.split_once(END).map_or("", |(_, after)| after)
            }
            Some(_) => after,
            None => {
                // What is filled in is never looked through again: a site called `{deadline}` stays what it is.
                filled.push_str(value(place));
                after
            }
        };
    }
    filled.push_str(rest);
    filled
}

fn parsed<T>(file: &Path, text: &str, read: impl Fn(&Fields<'_>) -> T) -> Result<T, Complaints> {
    let document = Document::parse(text);
    let words = read(&document.root());
    let complaints = document.into_complaints();
    if complaints.is_empty() { Ok(words) } else { Err(Complaints::new(file, complaints)) }
}

struct Reader<'f, 'd> {
    fields: &'f Fields<'d>,
    places: &'static [&'static str],
}

impl Reader<'_, '_> {
    fn text(&self, key: &'static str) -> String {
        let text = self.fields.required(key).unwrap_or_default();
        self.check(key, &text);
        text
    }

    /// May be empty: a paragraph that the office does not want.
    fn texts(&self, key: &'static str) -> Vec<String> {
        let texts = self.fields.texts(key);
        for text in &texts {
            self.check(key, text);
        }
        texts
    }

    fn check(&self, key: &'static str, text: &str) {
        let mut open = false;
        for part in text.split('{').skip(1) {
            let Some((place, _)) = part.split_once('}') else {
                self.fields.complain(key, "a `{` without its `}`");
                continue;
            };
            let name = place.strip_prefix('?').unwrap_or(place);
            if !(place == "?" || self.places.contains(&name)) {
                let known = self.places.join(", ");
                self.fields.complain(key, format!("`{{{place}}}` cannot be filled in; known: {known}"));
            }
            if place.starts_with('?') {
                if open != (place == "?") {
                    self.fields.complain(key, "`{?…}` and its end `{?}` do not come in turn");
                }
                open = place != "?";
            }
        }
        if open {
            self.fields.complain(key, "a `{?…}` without its end `{?}`");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use super::{CIRCULAR, CircularWords, NOTICE, NoticeWords, Words, fill};

    const TEXT: &str = include_str!("../../reports/templates/circular.toml");

    #[test]
    fn the_built_in_wording_has_no_mistakes() {
        let notice = include_str!("../../reports/templates/notice.toml");
        assert_eq!(CircularWords::parse(Path::new(CIRCULAR), TEXT).unwrap(), Words::built_in().circular);
        assert_eq!(NoticeWords::parse(Path::new(NOTICE), notice).unwrap(), Words::built_in().notice);
    }

    #[test]
    fn a_place_that_cannot_be_filled_in_is_named_with_its_line() {
        let wrong = TEXT.replace("{pass_rate}", "{pass-rate}").replace("date      =", "dato =");
        let complaints = CircularWords::parse(Path::new("w.toml"), &wrong).unwrap_err().to_string();
        assert!(complaints.contains("`{pass-rate}` cannot be filled in"), "{complaints}");
        assert!(complaints.contains("`date`") && complaints.contains("dato"), "{complaints}");
    }

    #[test]
    fn a_part_about_nothing_is_left_out() {
        let text = "合格{a}家{?b}，待定{b}家{?}{?c}，未查{c}家{?}。";
        let values = |b: &str| BTreeMap::from([("a", "2".to_owned()), ("b", b.to_owned())]);
        assert_eq!(fill(text, &values("0")), "合格2家。");
        assert_eq!(fill(text, &values("1")), "合格2家，待定1家。");
    }

    #[test]
    fn a_part_without_its_end_is_named() {
        for wrong in ["{?failed}{?failed}", "{?}", "{?faild}"] {
            let text = TEXT.replacen("{?failed}", wrong, 1);
            assert!(CircularWords::parse(Path::new("w.toml"), &text).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_filled_in_is_not_looked_through_again() {
        let values = BTreeMap::from([("city", "{year}".to_owned()), ("year", "2017".to_owned())]);
        assert_eq!(fill("{city}，{year}年", &values), "{year}，2017年");
    }
}
