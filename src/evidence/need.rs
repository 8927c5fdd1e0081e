//! What must have been gathered before a question can be put.

/// A kind of fact about a site. An indicator declares its needs and is handed a dossier cut down to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// The home page, read.
    Home,
    /// The columns with their items.
    Columns,
    /// Every link that was met, with what became of it.
    Links,
    /// Letters from the public, as published.
    Letters,
    /// Service guides (办事指南).
    Guides,
    /// Every page that was read.
    Pages,
    /// The dated texts, with everything that testifies to their dates.
    Articles,
    /// Policy documents with their interpretations.
    Policies,
    /// What the site's search answered.
    Search,
    /// What is known of the site's IPv6.
    Ipv6,
    /// A week of availability probes.
    Probes,
}
