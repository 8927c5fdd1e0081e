//! The links of a site, by their targets: what became of each, and where it stands.

use std::collections::BTreeMap;

use crate::base::Address;
use crate::evidence::store::StoreError;
use crate::evidence::{Gap, Purpose};
use crate::page::{LinkRole, ScriptSign};

use super::seen::{Seen, Settled};
use super::{Breakage, FileState, LinkFact, LinkState, PageFact, Referrer};

/// Every address that a link, a picture or an attachment of the pages read leads to.
pub(super) fn links(home: &PageFact, seen: &Seen<'_>) -> Result<Vec<LinkFact>, StoreError> {
    let mut by_target: BTreeMap<&Address, LinkFact> = BTreeMap::new();
    // The home page first, so that it stands first among the referrers.
    let others = seen.pages().filter(|fact| fact.page.address != home.page.address);
    for fact in std::iter::once(home).chain(others) {
        let on_home = fact.page.address == home.page.address;
        for link in &fact.page.links {
            let Some(target) = &link.address else { continue };
            let entry = by_target.entry(target).or_insert_with(|| LinkFact {
                target: target.clone(),
                role: link.role,
                on_home,
                referrers: Vec::new(),
                referrer_count: 0,
                state: LinkState::Unchecked(Gap::LinkUnchecked),
                file: FileState::NotLookedInto,
                checks: Vec::new(),
                tls: None,
            });
            // A target that is a link here and a script there counts as the link.
            entry.role = entry.role.min(link.role);
            if entry.referrers.last().is_some_and(|last| last.page == fact.page.address) {
                continue;
            }
            entry.referrer_count += 1;
            if entry.referrers.len() < LinkFact::REFERRERS {
                entry.referrers.push(Referrer {
                    page: fact.page.address.clone(),
                    text: link.text.clone(),
                    citation: fact.citation.clone(),
                });
            }
        }
    }
    let mut links: Vec<LinkFact> = by_target.into_values().collect();
    for link in &mut links {
        settle(link, seen)?;
    }
    Ok(links)
}

fn settle(link: &mut LinkFact, seen: &Seen<'_>) -> Result<(), StoreError> {
    let checks = seen.checks(&link.target);
    link.checks = checks
        .iter()
        .filter(|entry| matches!(entry.purpose, Purpose::Page | Purpose::Link))
        .map(|entry| entry.citation.clone())
        .collect();
    link.tls = checks.iter().find_map(|entry| entry.tls);
    let settled = seen.settle(&link.target);
    if link.role == LinkRole::Attachment {
        link.file = file_state(&settled, seen)?;
    }
    link.state = match (settled, seen.disguise(&link.target)) {
        (Settled::Page(_) | Settled::Opens(_), None) => LinkState::Works,
        (Settled::Page(_) | Settled::Opens(_), Some((disguise, true))) => {
            LinkState::Broken(Breakage::Disguised(disguise))
        }
        (Settled::Page(_) | Settled::Opens(_), Some((_, false))) => LinkState::Unchecked(Gap::LinkUnchecked),
        (Settled::Blocked, _) => LinkState::Blocked,
        (Settled::Status(status), _) => LinkState::Broken(Breakage::Status(status)),
        // What fails on our side, or may be a limit of our own TLS, proves nothing.
        (Settled::Failure(kind), _) if kind.is_theirs() && kind.tls().is_none() => {
            LinkState::Broken(Breakage::Failure(kind))
        }
        (Settled::Failure(_) | Settled::FailedOnce | Settled::NotAsked, _) => {
            LinkState::Unchecked(Gap::LinkUnchecked)
        }
        (Settled::Loop, _) => LinkState::Broken(Breakage::RedirectLoop),
    };
    Ok(())
}

/// Whether an attachment is the file it says it is, by its first bytes.
fn file_state(settled: &Settled<'_>, seen: &Seen<'_>) -> Result<FileState, StoreError> {
    let entry = match settled {
        Settled::Page(_) => return Ok(FileState::WebPage),
        Settled::Opens(entry) => entry,
        _ => return Ok(FileState::NotLookedInto),
    };
    let Some(bytes) = seen.first_bytes(entry)? else { return Ok(FileState::NotLookedInto) };
    Ok(match bytes.trim_ascii_start() {
        [] => FileState::Empty,
        start if looks_like_html(start) => FileState::WebPage,
        _ => FileState::Sound,
    })
}

fn looks_like_html(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let start: Vec<u8> = start.iter().take(14).map(u8::to_ascii_lowercase).collect();
    start.starts_with(b"<!doctype html") || start.starts_with(b"<html") || start.starts_with(b"<head")
}

impl ScriptSign {
    /// Whether what is missing on a page with this sign may be a list; a loaded header hides none.
    pub(super) fn hides_lists(self) -> bool {
        match self {
            Self::EmptyRoot | Self::Template | Self::FilledList | Self::Framed => true,
            Self::LoadedPart => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::looks_like_html;

    #[test]
    fn a_web_page_is_told_from_a_file() {
        assert!(looks_like_html(b"\xef\xbb\xbf\r\n<!DOCTYPE HTML><p>"));
        assert!(!looks_like_html(b"%PDF-1.4"));
        assert!(!looks_like_html(b"<?xml version=\"1.0\"?><w:document>"));
    }
}
