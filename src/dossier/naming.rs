//! Names by which a thing is looked for, and how well a text fits one of them.
//!
//! A text fits when it says the name, whatever its width, punctuation and small words; it is only alike when it says
//! nearly that. What is alike is for a person, and what holds a word that the checklist rules out is nothing at all.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::base::bare;

/// Words at the end of a name that say only what kind of thing it is.
const ENDINGS: [&str; 9] =
    ["信息公开专栏", "专题专栏", "公开专栏", "专题", "专栏", "栏目", "网页", "平台", "公开"];

/// Small words that do not tell names apart.
const SMALL_WORDS: [char; 5] = ['的', '与', '和', '及', '暨'];

/// From how many characters a name that stands inside a title means one thing; our proposal.
const SHORTEST_TELLING: usize = 5;

/// Ends of shorter names that do: kinds of paper.
const PAPERS: [&str; 20] = [
    "清单", "目录", "名录", "名单", "方案", "公告", "公示", "公报", "通报", "报告", "报表", "决定", "办法",
    "意见", "细则", "解读", "图解", "答复", "预算", "决算",
];

/// From how many shared pairs of characters, of all, two names are alike; our proposal.
const ALIKE: f64 = 0.61;

/// How much longer a section's name may be than the name that it holds.
const MOST_ADDED: usize = 6;

/// The longest text that names a section; longer ones are titles.
pub(super) const LONGEST_SECTION: usize = 24;

/// The names of one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// The document's own words.
    #[serde(default)]
    pub plan: Vec<String>,
    /// Other names that are met in practice; our proposal.
    #[serde(default)]
    pub ours: Vec<String>,
    /// Names that other things bear as well (政策解读, 行政处罚): what says one is only proposed to a person.
    #[serde(default)]
    pub near: Vec<String>,
    /// Words that rule a text out, whatever else it says.
    #[serde(default)]
    pub not: Vec<String>,
}

/// A name that fitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fit {
    /// The name, as the checklist has it.
    pub name: String,
    /// Whether the name is our proposal.
    pub ours: bool,
}

/// How a text fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fits {
    /// It says one of the names.
    Says(Fit),
    /// It says nearly one of them.
    Nearly(Fit),
    /// It does not.
    No,
}

/// Names ready to be compared with many texts.
#[derive(Debug)]
pub struct Matcher {
    names: Vec<Ready>,
    near: Vec<Ready>,
    not: Vec<String>,
}

#[derive(Debug)]
struct Ready {
    fit: Fit,
    whole: String,
    core: String,
    pairs: BTreeSet<(char, char)>,
    whole_pairs: BTreeSet<(char, char)>,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaking {
    /// The name of a section: a short text that is the name, or holds it.
    OfASection,
    /// A title, which may say the name among other things.
    InATitle,
}

impl Names {
    /// What readers call the thing: the document's own word, where there is one.
    pub fn what(&self) -> &str {
        self.plan.first().or(self.ours.first()).map_or("", String::as_str)
    }

    /// The names, for readers.
    pub fn listed(&self) -> String {
        let names: Vec<&str> = self.plan.iter().chain(&self.ours).map(String::as_str).take(8).collect();
        names.join("、")
    }

    /// Ready to be compared.
    pub fn matcher(&self) -> Matcher {
        let ready = |name: &String, ours: bool| {
            let whole = plain(name);
            let core = core(&whole).to_owned();
            let fit = Fit { name: name.clone(), ours };
            Ready { fit, pairs: pairs(&core), whole_pairs: pairs(&whole), whole, core }
        };
        let plan = self.plan.iter().map(|it| ready(it, false));
        Matcher {
            names: plan.chain(self.ours.iter().map(|it| ready(it, true))).collect(),
            near: self.near.iter().map(|it| ready(it, true)).collect(),
            not: self.not.iter().map(|it| plain(it)).collect(),
        }
    }
}

impl Matcher {
    /// Every two characters in a row of any of the names: a text without one of them neither says nor nearly says one.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (char, char)> + '_ {
        self.names.iter().chain(&self.near).flat_map(|it| it.whole_pairs.iter().copied())
    }

    /// How a text fits; `plain` is the text as [`plain`] makes it.
    pub fn fits(&self, text: &str, speaking: Speaking) -> Fits {
        if text.is_empty() || self.not.iter().any(|it| text.contains(it.as_str())) {
            return Fits::No;
        }
        let says = |it: &&Ready| match speaking {
            Speaking::OfASection => it.names(text),
            Speaking::InATitle => it.is_said_in(text),
        };
        if let Some(ready) = self.names.iter().find(says) {
            return Fits::Says(ready.fit.clone());
        }
        let hinted = |it: &&Ready| speaking == Speaking::InATitle && it.is_hinted_in(text);
        if let Some(ready) = self.near.iter().find(says).or_else(|| self.names.iter().find(hinted)) {
            return Fits::Nearly(ready.fit.clone());
        }
        if text.chars().count() > LONGEST_SECTION {
            return Fits::No;
        }
        let shared = [pairs(core(text)), pairs(text)];
        let near = self.names.iter().find(|it| it.is_like(text, &shared));
        near.map_or(Fits::No, |it| Fits::Nearly(it.fit.clone()))
    }
}

impl Ready {
    /// Whether a short text is this name: the same but for its ending, or the whole of a longer name inside it.
    fn names(&self, text: &str) -> bool {
        if core(text) == self.core {
            return true;
        }
        // 财政预决算公开 holds 预决算公开; 公开 alone holds nothing, and a sentence that holds a name is a title.
        let length = self.whole.chars().count();
        length >= 4 && text.contains(&self.whole) && text.chars().count() <= length + MOST_ADDED
    }

    /// Whether a title says this name, and the name is long enough, or of a kind of paper, to mean one thing:
    /// 河长制宣传活动走进某镇 says 河长制 and is no 河长制 paper.
    fn is_said_in(&self, text: &str) -> bool {
        let telling = self.whole.chars().count() >= SHORTEST_TELLING
            || self.whole.is_ascii()
            || PAPERS.iter().any(|it| self.whole.ends_with(it));
        core(text) == self.core || (telling && text.contains(&self.whole))
    }

    fn is_hinted_in(&self, text: &str) -> bool {
        self.whole.chars().count() >= 2 && text.contains(&self.whole)
    }

    /// Whether a text holds the core of the name, or shares most pairs of characters with it.
    fn is_like(&self, text: &str, shared: &[BTreeSet<(char, char)>; 2]) -> bool {
        let holds = self.core.chars().count() >= 4 && text.contains(&self.core);
        let [core, whole] = shared;
        holds || share(&self.pairs, core) >= ALIKE || share(&self.whole_pairs, whole) >= ALIKE
    }
}

/// Shared pairs of all pairs, from 0 to 1; names of two or three characters are too short to be alike.
fn share(one: &BTreeSet<(char, char)>, other: &BTreeSet<(char, char)>) -> f64 {
    if one.len() < 3 || other.len() < 3 {
        return 0.0;
    }
    let common = one.intersection(other).count();
    #[expect(clippy::cast_precision_loss, reason = "a name has a few dozen pairs")]
    let share = 2.0 * common as f64 / (one.len() + other.len()) as f64;
    share
}

/// A text as names are compared: without white space, punctuation, width and small words.
pub fn plain(text: &str) -> String {
    bare(text).chars().filter(|c| !SMALL_WORDS.contains(c)).collect()
}

/// A name without the word at its end that says only what kind of thing it is.
fn core(plain: &str) -> &str {
    let shorter = ENDINGS.iter().find_map(|it| plain.strip_suffix(it));
    shorter.filter(|it| it.chars().count() >= 2).unwrap_or(plain)
}

pub(super) fn pairs(text: &str) -> BTreeSet<(char, char)> {
    text.chars().zip(text.chars().skip(1)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Fit, Fits, Names, Speaking, plain};

    fn names() -> Names {
        Names {
            plan: vec!["减税降费信息公开专栏".into(), "重点领域信息公开".into(), "河长制".into()],
            near: vec!["行政处罚".into()],
            ours: vec!["预决算公开".into(), "12345".into()],
            not: vec!["往期".into()],
        }
    }

    fn section(text: &str) -> Fits {
        names().matcher().fits(&plain(text), Speaking::OfASection)
    }

    fn says(name: &str, ours: bool) -> Fits {
        Fits::Says(Fit { name: name.into(), ours })
    }

    #[test]
    fn width_punctuation_small_words_and_endings_do_not_matter() {
        for text in ["减税降费", "减税 降费 专栏", "减税降费信息公开专栏", "【减税降费】", "减税与降费专题"]
        {
            assert_eq!(section(text), says("减税降费信息公开专栏", false), "{text}");
        }
        assert_eq!(section("重点领域信息公开专题专栏"), says("重点领域信息公开", false));
        assert_eq!(section("财政预决算公开"), says("预决算公开", true));
        assert_eq!(section("１２３４５"), says("12345", true));
    }

    #[test]
    fn what_is_nearly_said_is_for_a_person() {
        assert!(matches!(section("重点领域信息发布"), Fits::Nearly(_)));
        assert!(matches!(section("重点领域政府信息公开"), Fits::Nearly(_)));
        for text in ["减税政策", "信息公开", "领导信息", "公开", ""] {
            assert_eq!(section(text), Fits::No, "{text}");
        }
    }

    #[test]
    fn a_short_name_in_a_title_is_only_a_hint() {
        let matcher = names().matcher();
        let title = |text: &str| matcher.fits(&plain(text), Speaking::InATitle);
        assert!(matches!(title("河长制宣传活动走进白渡镇"), Fits::Nearly(_)));
        assert_eq!(title("河长制"), says("河长制", false));
        assert_eq!(section("河长制专栏"), says("河长制", false));
    }

    #[test]
    fn a_name_that_other_things_bear_is_only_a_hint() {
        assert!(matches!(section("行政处罚"), Fits::Nearly(_)));
    }

    #[test]
    fn a_word_that_rules_out_outweighs_every_name() {
        assert_eq!(section("往期减税降费专栏"), Fits::No);
    }

    #[test]
    fn a_title_says_a_name_among_other_things() {
        let matcher = names().matcher();
        let title = plain("关于公布市财政局2017年预决算公开目录的通知");
        assert_eq!(matcher.fits(&title, Speaking::InATitle), says("预决算公开", true));
        assert_eq!(matcher.fits(&plain("关于公布办事目录的通知"), Speaking::InATitle), Fits::No);
    }
}
