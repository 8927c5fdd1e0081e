//! One fact that counts against a site, and whom it is about.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::base::{Address, Digest, NonEmpty, masked};
use crate::evidence::Citation;

/// One fact that counts against a site. It cites the bytes it rests on, or it cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub subject: Subject,
    /// The fact, as an official would write it: zh-CN, one sentence, no score.
    pub message: String,
    /// The page a reader should open to see it.
    pub page: Address,
    /// The exchanges it rests on.
    pub evidence: NonEmpty<Citation>,
    /// What was measured and the limit, for programs: `{"days": "43", "limit_days": "14"}`.
    pub details: BTreeMap<&'static str, String>,
}

/// What a finding is about: stable from one quarter to the next, whatever the sentence says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// What kind of thing.
    pub kind: SubjectKind,
    /// What readers call it.
    pub name: String,
    /// Its address, when it has one.
    pub address: Option<Address>,
}

/// Kinds of thing a finding can be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SubjectKind {
    /// 栏目
    Column,
    /// A link, by its target.
    Link,
    /// A page.
    Page,
    /// A letter from the public.
    Letter,
    /// An element of the service guides.
    Guide,
    /// An entry of a list.
    Item,
    /// The site as a whole.
    Site,
}

impl Finding {
    /// A finding about `subject`, to be seen on `page`, resting on `evidence`.
    ///
    /// Personal data in a title or a link's text is masked here, so that no report shows it a second time.
    pub fn new(mut subject: Subject, message: String, page: Address, evidence: NonEmpty<Citation>) -> Self {
        subject.name = private(subject.name);
        Self { subject, message: private(message), page, evidence, details: BTreeMap::new() }
    }

    /// The same, with something measured.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl std::fmt::Display) -> Self {
        self.details.insert(key, private(value.to_string()));
        self
    }
}

/// The text with personal data masked.
fn private(text: String) -> String {
    match masked(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(masked) => masked,
    }
}

impl Subject {
    /// A subject that has an address.
    pub fn at(kind: SubjectKind, name: impl Into<String>, address: &Address) -> Self {
        Self { kind, name: name.into(), address: Some(address.clone()) }
    }

    /// What tells this subject from another of its kind.
    ///
    /// An element class and a missing channel are known by name; everything else by its address, so that a
    /// new caption is not a new defect.
    pub fn key(&self) -> &str {
        match (self.kind, &self.address) {
            (SubjectKind::Guide | SubjectKind::Site, _) | (_, None) => &self.name,
            (_, Some(address)) => address.as_str(),
        }
    }

    /// The same defect next quarter has the same fingerprint: checklist, clause and subject, nothing else.
    pub fn fingerprint(&self, checklist: &str, clause: &str) -> String {
        Digest::of([checklist, clause, self.kind.id(), self.key()].join("\u{1f}")).short()
    }
}

impl SubjectKind {
    /// Every kind.
    pub const ALL: [Self; 7] =
        [Self::Column, Self::Link, Self::Page, Self::Letter, Self::Guide, Self::Item, Self::Site];

    /// As reports spell it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Column => "column",
            Self::Link => "link",
            Self::Page => "page",
            Self::Letter => "letter",
            Self::Guide => "guide",
            Self::Item => "item",
            Self::Site => "site",
        }
    }
}
