//! A pointer that a reader can follow to the bytes.

use crate::base::{Address, Digest, Moment};

/// Where in the archive an exchange is. Only the store makes one, so it names bytes that are there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Citation {
    /// What was asked for.
    pub address: Address,
    /// The WARC file's name inside the site's `archive` folder; [`Citation::PROBES`] for a line of the probe log.
    pub warc: String,
    /// `urn:uuid:…`, without angle brackets: the record that holds the answer, or the failure.
    pub record_id: String,
    /// Where the record's gzip member begins in the file, in bytes.
    pub offset: u64,
    /// SHA-256 of the body (of the failure's text, when there was no answer).
    pub sha256: Digest,
    /// When it was asked for.
    pub fetched_at: Moment,
    /// What only the store has, so that no other module can make up a citation.
    pub(in crate::evidence) seal: Seal,
}

/// The store's mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::evidence) struct Seal;

impl Citation {
    /// The file beside the `archive` folder that holds a site's probes.
    pub const PROBES: &str = "probes.csv";

    /// The file, from the site's folder: `archive/….warc.gz`, or `probes.csv`.
    pub fn file(&self) -> String {
        if self.warc == Self::PROBES { self.warc.clone() } else { format!("archive/{}", self.warc) }
    }
}

#[cfg(test)]
impl Citation {
    /// A citation of nothing, for tests of what is done with citations.
    pub(crate) fn sample(url: &str) -> Self {
        let address: Address = url.parse().expect("a test's address");
        Self {
            warc: "a-00000.warc.gz".to_owned(),
            record_id: "urn:uuid:00000000-0000-4000-8000-000000000000".to_owned(),
            offset: 0,
            sha256: Digest::of(url),
            fetched_at: Moment::from_millis(0).expect("a moment"),
            address,
            seal: Seal,
        }
    }
}
