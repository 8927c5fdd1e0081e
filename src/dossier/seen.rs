//! What the archive shows of an address: which answer counts, and where it finally led.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use crate::base::{Address, Moment};
use crate::evidence::store::{Archive, Entry, StoreError};
use crate::evidence::{Citation, Disguise, Disguises, Exchange, FailureKind, Method, Purpose};
use crate::page::{self, PageKind, Source};
use crate::site::Scope;

use super::PageFact;

/// How many redirects are followed through the archive.
const MAX_HOPS: usize = 10;

/// Statuses by which a server refuses programs, or us, rather than says that a page is not there.
const REFUSALS: [u16; 12] = [401, 403, 405, 407, 412, 418, 429, 451, 521, 567, 999, 511];

/// The exchanges of one site by address, and the pages that were read.
pub(super) struct Seen<'a> {
    archive: &'a Archive,
    by_address: HashMap<&'a Address, Vec<&'a Entry>>,
    pages: BTreeMap<&'a Address, PageFact>,
    disguises: Disguises,
}

/// What became of an address.
pub(super) enum Settled<'a> {
    /// A page of the site, read. It may stand at another address than was asked for.
    Page(&'a PageFact),
    /// It opens, and was not read as a page.
    Opens(&'a Entry),
    /// The server says that it is not there, or fails, every time it was asked.
    Status(u16),
    /// No answer, every time it was asked.
    Failure(FailureKind),
    /// It was asked only once and failed: that does not count.
    FailedOnce,
    /// A challenge, a block page, or a refusal.
    Blocked,
    /// It is sent on and on.
    Loop,
    /// It was not asked for.
    NotAsked,
}

impl<'a> Seen<'a> {
    /// Reads every page of the site in the archive. Pages of other sites are there to show that a link works.
    pub(super) fn new(archive: &'a Archive, scope: &Scope) -> Result<Self, StoreError> {
        let mut by_address: HashMap<&Address, Vec<&Entry>> = HashMap::new();
        let mut disguises = Disguises::default();
        for entry in archive.entries() {
            disguises.learn(entry);
            by_address.entry(entry.address()).or_default().push(entry);
        }
        let mut pages = BTreeMap::new();
        for entry in archive.entries() {
            if is_page(entry)
                && scope.contains(entry.address())
                && let Some(fact) = read(archive, entry)?
            {
                pages.insert(entry.address(), fact);
            }
        }
        Ok(Self { archive, by_address, pages, disguises })
    }

    /// Every page that was read, in order of address.
    pub(super) fn pages(&self) -> impl Iterator<Item = &PageFact> {
        self.pages.values()
    }

    /// The pages, in order of address, when nothing more is asked.
    pub(super) fn into_pages(self) -> Vec<PageFact> {
        self.pages.into_values().collect()
    }

    /// Every check of an address itself, oldest first.
    pub(super) fn checks(&self, address: &Address) -> &[&'a Entry] {
        self.by_address.get(address).map_or(&[], Vec::as_slice)
    }

    /// How long the exchange took that a citation points at.
    pub(super) fn took(&self, citation: &Citation) -> Duration {
        let checks = self.checks(&citation.address).iter();
        checks.filter(|it| it.citation == *citation).map(|it| it.took).max().unwrap_or_default()
    }

    /// What became of an address, followed through its redirects.
    pub(super) fn settle(&self, address: &Address) -> Settled<'_> {
        let asked = address.without_session();
        let mut at = if self.by_address.contains_key(address) { address } else { &asked };
        for _ in 0..=MAX_HOPS {
            if let Some(fact) = self.pages.get(at) {
                return match fact.page.kind {
                    PageKind::Challenge => Settled::Blocked,
                    _ => Settled::Page(fact),
                };
            }
            let checks = self.checks(at);
            let Some(best) = best(checks) else { return Settled::NotAsked };
            match best.result {
                Ok(200..=299) => {
                    // http or https, with www or without: a page is read under one of its spellings.
                    let twin = || at.other_spellings().iter().find_map(|it| self.pages.get(it));
                    return twin().map_or(Settled::Opens(best), Settled::Page);
                }
                Ok(300..=399) => match &best.redirect {
                    Some(next) => at = next,
                    None => return Settled::Opens(best),
                },
                Ok(status) if REFUSALS.contains(&status) => return Settled::Blocked,
                result if attempts(checks) < 2 => {
                    return match result {
                        Err(kind) if !kind.is_theirs() => Settled::Failure(kind),
                        _ => Settled::FailedOnce,
                    };
                }
                Ok(status) => return Settled::Status(status),
                Err(kind) => return Settled::Failure(kind),
            }
        }
        // A chain that was not followed to its end may end all the same.
        if self.checks(at).is_empty() { Settled::NotAsked } else { Settled::Loop }
    }

    /// Whether an address is answered as the host answers for what cannot exist, each time it was asked; and whether
    /// it was asked more than once, without which nothing is proved.
    pub(super) fn disguise(&self, address: &Address) -> Option<(Disguise, bool)> {
        let asked = address.without_session();
        let checks = if self.by_address.contains_key(address) { address } else { &asked };
        // A shell that a script fills is the same for every address, the impossible one among them, and proves nothing.
        if self.pages.get(checks).is_some_and(|fact| fact.page.by_script.is_some()) {
            return None;
        }
        let checks: Vec<&Entry> =
            self.checks(checks).iter().filter(|it| it.method != Method::Head).copied().collect();
        let mut disguises = checks.iter().map(|it| self.disguises.of(it));
        let first = disguises.next()??;
        disguises.all(|it| it == Some(first)).then(|| (first, attempts(&checks) > 1))
    }

    /// The page of the site at this address, when it was read.
    pub(super) fn page(&self, address: &Address) -> Option<&PageFact> {
        match self.settle(address) {
            Settled::Page(fact) => Some(fact),
            _ => None,
        }
    }

    /// The answer to a question that was put for another purpose than reading a page or checking a link.
    pub(super) fn answer_to(
        &self,
        address: &Address,
        purpose: Purpose,
    ) -> Result<Option<(&'a Entry, Exchange)>, StoreError> {
        let entry = self.checks(address).iter().rev().find(|it| it.purpose == purpose);
        entry.map(|it| Ok((*it, self.archive.load(&it.citation)?))).transpose()
    }

    /// The first bytes of what stands at an address, when a GET brought any.
    pub(super) fn first_bytes(&self, entry: &Entry) -> Result<Option<Vec<u8>>, StoreError> {
        if entry.method == Method::Head {
            return Ok(None);
        }
        let exchange = self.archive.load(&entry.citation)?;
        Ok(exchange.answer().map(|answer| answer.body.iter().copied().take(1024).collect()))
    }
}

/// The exchange that counts: one that opened, else the last that was not a HEAD, which is never believed.
fn best<'a>(checks: &[&'a Entry]) -> Option<&'a Entry> {
    let opens = |entry: &&&Entry| matches!(entry.result, Ok(200..=399));
    let whole = checks.iter().rev().filter(opens).find(|it| it.method != Method::Head);
    whole
        .or_else(|| checks.iter().rev().find(|it| opens(it)))
        .or_else(|| checks.iter().rev().find(|it| it.method != Method::Head))
        .or_else(|| checks.last())
        .copied()
}

/// How often the server was asked; what failed on our side says nothing about it.
fn attempts(checks: &[&Entry]) -> usize {
    let says_something = |it: &&&Entry| it.result.err().is_none_or(FailureKind::is_theirs);
    let mut numbers: Vec<u32> = checks.iter().filter(says_something).map(|it| it.attempt).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.len()
}

fn is_page(entry: &Entry) -> bool {
    let is_text = matches!(
        entry.media_type.as_str(),
        "" | "text/html" | "application/xhtml+xml" | "text/plain" | "text/xml" | "application/xml"
    );
    entry.purpose == Purpose::Page
        && entry.method == Method::Get
        && matches!(entry.result, Ok(200..=299))
        && is_text
}

fn read(archive: &Archive, entry: &Entry) -> Result<Option<PageFact>, StoreError> {
    let exchange = archive.load(&entry.citation)?;
    let Some(answer) = exchange.answer() else { return Ok(None) };
    let content_type = answer.header("content-type");
    let source =
        Source { address: entry.address(), content_type: content_type.as_deref(), body: &answer.body };
    let last_modified = answer
        .header("last-modified")
        .and_then(|it| Moment::from_http_date(&it))
        // A page that is made anew for every visitor says the moment of the visit.
        .filter(|it| it.millis() + 60_000 < entry.at().millis())
        .map(Moment::day);
    Ok(Some(PageFact {
        page: page::read(&source),
        prose: page::prose(&source),
        last_modified,
        citation: entry.citation.clone(),
        whole: entry.cut.is_none(),
    }))
}
