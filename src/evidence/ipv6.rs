//! What the walk learnt about a site's IPv6, as a note of its archive.

/// The note's key.
pub const IPV6_NOTE: &str = "ipv6";

/// Whether the home page's host has addresses of IPv6, and whether one could be connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ipv6 {
    /// The name service gave addresses, and none of IPv6.
    NoAddress,
    /// There is one, and a connection to it was opened.
    Reachable,
    /// There is one, and it refused or did not answer, on a machine that has IPv6.
    Unreachable,
    /// There is one, and this machine has no IPv6 to try it with.
    NotTested,
}

impl Ipv6 {
    const WORDS: [(&'static str, Self); 4] = [
        ("no-address", Self::NoAddress),
        ("reachable", Self::Reachable),
        ("unreachable", Self::Unreachable),
        ("not-tested", Self::NotTested),
    ];

    /// As the archive spells it.
    pub fn id(self) -> &'static str {
        Self::WORDS.iter().find(|(_, it)| *it == self).map_or("", |(word, _)| word)
    }

    /// What a note says.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(word, _)| *word == id).map(|(_, it)| *it)
    }
}
