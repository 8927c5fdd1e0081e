//! One visit to a home page, as the probe log keeps it.
//!
//! This module must not know whether such a visit counts as "opened": that is a question of the dossier.

use std::net::SocketAddr;
use std::time::Duration;

use super::{FailureKind, TlsFault};
use crate::base::{Address, Day, Digest, Moment};
use crate::site::SiteId;

/// One visit, and everything that was measured of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Whose home page.
    pub site: SiteId,
    /// Under which spelling.
    pub variant: Variant,
    /// The beginning of the interval that the visit was planned in; one visit of a variant for each slot.
    pub slot: Moment,
    /// When it was asked for.
    pub at: Moment,
    /// What was asked for.
    pub address: Address,
    /// Where redirects led, when they led elsewhere.
    pub landed: Option<Address>,
    /// Whom we were connected to last.
    pub remote: Option<SocketAddr>,
    /// How long each part took, redirects added up.
    pub times: Times,
    /// The HTTP status, or why there was none.
    pub result: Result<u16, FailureKind>,
    /// The name of the challenge or block page that was shown instead of the home page.
    pub challenge: Option<String>,
    /// Decoded bytes of the body.
    pub size: u64,
    /// Digest of the body.
    pub body: Option<Digest>,
    /// Digest of the entries on the page: the same [`Snapshot::digest`] as long as nothing new is published.
    pub content: Option<Digest>,
    /// When the server's certificate runs out.
    pub expires: Option<Moment>,
    /// What is wrong with the certificate.
    pub fault: Option<TlsFault>,
    /// Whether our own line was up.
    pub line: Line,
}

/// How long the parts of a visit took, in whole milliseconds; `None` for a part that was not come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// Looking up the name.
    pub dns: Option<Duration>,
    /// Connecting.
    pub connect: Option<Duration>,
    /// Agreeing on a secure connection.
    pub tls: Option<Duration>,
    /// From the request sent to the head of the answer.
    pub first_byte: Option<Duration>,
    /// From the question to the last byte, or to giving up.
    pub total: Duration,
}

/// Under which spelling a home page was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Variant {
    /// As the roster gives it: the one that is judged.
    Home,
    /// `http://a.example/`
    Http,
    /// `http://www.a.example/`
    HttpWww,
    /// `https://a.example/`
    Https,
    /// `https://www.a.example/`
    HttpsWww,
}

/// What is known of our own line at the time of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Line {
    /// It was up: the visit itself shows it, or a control host answered.
    Up,
    /// It was down: no control host answered, or one did only after the visit had begun.
    Down,
    /// There is no control host to prove it either way.
    Unproved,
}

/// The entries that stood on a home page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// In the order shown, each address once; at most [`Snapshot::MOST`].
    pub entries: Vec<Sighted>,
}

/// One entry as it was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighted {
    /// Its title, at most [`Snapshot::LONGEST`] characters.
    pub title: String,
    /// Where it leads.
    pub address: Address,
    /// The day printed beside it.
    pub printed: Option<Day>,
}

impl Snapshot {
    /// Entries of a page that are kept.
    pub const MOST: usize = 400;

    /// Characters of a title that are kept.
    pub const LONGEST: usize = 120;

    /// The snapshot of these entries, cut to size.
    pub fn of(entries: impl IntoIterator<Item = Sighted>) -> Self {
        let mut seen = std::collections::BTreeSet::new();
        let entries = entries
            .into_iter()
            .filter(|it| seen.insert(it.address.clone()))
            .take(Self::MOST)
            .map(|it| Sighted { title: it.title.chars().take(Self::LONGEST).collect(), ..it })
            .collect();
        Self { entries }
    }

    /// The same for the same entries, in whatever order a page shows them.
    pub fn digest(&self) -> Digest {
        let mut lines: Vec<String> = self
            .entries
            .iter()
            .map(|it| {
                let printed = it.printed.map(|day| day.to_string()).unwrap_or_default();
                [it.address.as_str(), &it.title, &printed].join("\u{1f}")
            })
            .collect();
        lines.sort_unstable();
        Digest::of(lines.join("\u{1e}"))
    }
}

impl Variant {
    /// Every variant, the judged one first.
    pub const ALL: [Self; 5] = [Self::Home, Self::Http, Self::HttpWww, Self::Https, Self::HttpsWww];

    /// For readers of reports.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Home => "首页",
            Self::Http => "http（不带www）",
            Self::HttpWww => "http（带www）",
            Self::Https => "https（不带www）",
            Self::HttpsWww => "https（带www）",
        }
    }
}
