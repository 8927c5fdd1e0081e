//! A checklist and its entries, after every mistake has been ruled out.

use std::path::PathBuf;

use crate::site::Class;

use super::{Duty, Effect, Plan, Points};

/// One edition of an official document.
#[derive(Clone, Debug)]
pub struct Checklist {
    /// The file it was read from, for complaints.
    pub file: PathBuf,
    /// `census-2015`
    pub id: String,
    /// Its official title.
    pub title: String,
    /// The title in English.
    pub title_en: String,
    /// The number of the document, as officials cite it.
    pub source: String,
    /// The score a site starts from.
    pub full: Points,
    /// When a site passes.
    pub pass: PassMark,
    /// Why there is no total, when there is none: the document only advises, or its points are not verified.
    pub withheld: Option<String>,
    /// Its rows, in the document's order.
    pub entries: Vec<Entry>,
    /// The bodies of each document in it that is a plan, by the document's id.
    pub plans: Vec<(String, Plan)>,
    /// The documents that were joined to it, in the order in which they were asked for.
    pub further: Vec<DocumentName>,
}

/// A document, named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentName {
    /// `census-2015`
    pub id: String,
    /// Its official title.
    pub title: String,
    /// Its number, as officials cite it.
    pub source: String,
}

/// When a site passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassMark {
    /// The lowest score that passes.
    pub at_least: Points,
    /// How sure the number is.
    pub mark: Mark,
}

/// One row of the document.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The line it begins on in its file.
    pub line: usize,
    /// Id of the document it is a row of.
    pub document: String,
    /// Its number in the document, or the one we gave it (`checklists/README.md`).
    pub clause: String,
    /// 一级指标
    pub section: String,
    /// 二级指标 or 考察点, as readers know it.
    pub title: String,
    /// In English.
    pub title_en: String,
    /// The rule, word for word where it was seen.
    pub text: String,
    /// Which indicator answers; `None` when only a person can.
    pub indicator: Option<String>,
    /// The numbers the indicator is given.
    pub terms: toml::Table,
    /// What a broken rule does.
    pub effect: Effect,
    /// Who decides.
    pub decided: Decided,
    /// How sure the rule is.
    pub mark: Mark,
    /// Classes of site it applies to; empty for all.
    pub applies_to: Vec<Class>,
    /// What the check cannot see, for readers of reports.
    pub cannot_see: String,
    /// Who owes it, for a row of a plan; it is put to those bodies alone.
    pub duty: Option<Duty>,
}

/// Who decides a row (`../shared/domain/indicators.md` section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decided {
    /// One visit decides.
    Auto,
    /// Dated history decides; one visit cannot.
    Monitor,
    /// The program proposes, a person confirms.
    Assist,
    /// A person only.
    Manual,
}

/// How sure a rule or a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Seen in the official text or a copy of it.
    A,
    /// Seen in an independent implementation or an official self-check.
    B,
    /// From memory; not verified.
    C,
    /// Our proposal.
    P,
}

impl Checklist {
    /// Its id, and those of the documents that were joined to it.
    pub fn ids(&self) -> Vec<String> {
        std::iter::once(&self.id).chain(self.further.iter().map(|it| &it.id)).cloned().collect()
    }
}

impl Entry {
    /// Whether the row applies to sites of this class.
    pub fn applies_to(&self, class: Class) -> bool {
        self.applies_to.is_empty() || self.applies_to.contains(&class)
    }
}

impl Decided {
    pub(super) const WORDS: [(&'static str, Self); 4] = [
        ("auto", Self::Auto),
        ("monitor", Self::Monitor),
        ("assist", Self::Assist),
        ("manual", Self::Manual),
    ];

    /// As checklists and reports spell it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Monitor => "monitor",
            Self::Assist => "assist",
            Self::Manual => "manual",
        }
    }

    /// Who decides, by the id that checklists and reports use.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(word, _)| *word == id).map(|(_, it)| *it)
    }

    /// For readers of reports.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Auto => "程序判定",
            Self::Monitor => "须连续监测",
            Self::Assist => "程序提出、人工确认",
            Self::Manual => "人工判定",
        }
    }

    /// Whether one visit can say anything at all about the row.
    pub fn by_one_visit(self) -> bool {
        matches!(self, Self::Auto | Self::Assist)
    }
}

impl Mark {
    pub(super) const WORDS: [(&'static str, Self); 4] =
        [("A", Self::A), ("B", Self::B), ("C", Self::C), ("P", Self::P)];

    /// As checklists and reports spell it.
    pub fn id(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::P => "P",
        }
    }

    /// The mark with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(word, _)| *word == id).map(|(_, it)| *it)
    }

    /// For readers of reports.
    pub fn zh(self) -> &'static str {
        match self {
            Self::A => "依据文件原文",
            Self::B => "依据已应用的实例",
            Self::C => "凭记忆，未经核实",
            Self::P => "本项目建议",
        }
    }
}
