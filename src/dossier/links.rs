//! The links of a site, by their targets: what became of each, and where it stands.

use std::collections::BTreeMap;

use crate::base::Address;
use crate::evidence::store::StoreError;
use crate::evidence::{Cut, Gap, Purpose};
use crate::page::{LinkRole, ScriptSign, title_of};
use crate::site::Site;

use super::seen::{Seen, Settled};
use super::{Breakage, FileState, LinkFact, LinkState, PageFact, Referrer};

/// Every address that a link, a picture or an attachment of the pages read leads to.
pub(super) fn links(site: &Site, home: &PageFact, seen: &Seen<'_>) -> Result<Vec<LinkFact>, StoreError> {
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
                cut: None,
                title: None,
                is_outer: !site.scope.contains(target),
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
        .filter(|entry| matches!(entry.purpose, Purpose::Page | Purpose::Link | Purpose::Sitemap))
        .map(|entry| entry.citation.clone())
        .collect();
    link.tls = checks.iter().find_map(|entry| entry.tls);
    let as_page = checks.iter().rfind(|entry| entry.purpose == Purpose::Page && entry.result.is_ok());
    link.cut = as_page.and_then(|entry| entry.cut).filter(|it| *it != Cut::Glance);
    let settled = seen.settle(&link.target);
    if link.role == LinkRole::Attachment {
        link.file = file_state(&link.target, &settled, seen)?;
    }
    if let (true, LinkRole::Anchor | LinkRole::Frame, Settled::Opens(entry)) =
        (link.is_outer, link.role, &settled)
    {
        let first = seen.first_bytes(entry)?;
        link.title = first.and_then(|it| title_of(&it, Some(&entry.media_type)));
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
fn file_state(target: &Address, settled: &Settled<'_>, seen: &Seen<'_>) -> Result<FileState, StoreError> {
    let entry = match settled {
        Settled::Page(_) => return Ok(FileState::WebPage),
        Settled::Opens(entry) => entry,
        _ => return Ok(FileState::NotLookedInto),
    };
    let Some(bytes) = seen.first_bytes(entry)? else { return Ok(FileState::NotLookedInto) };
    Ok(match bytes.trim_ascii_start() {
        [] => FileState::Empty,
        start if looks_like_html(start) => FileState::WebPage,
        start => match other_kind(target, start) {
            Some(kind) => FileState::OtherKind(kind),
            None => FileState::Sound,
        },
    })
}

/// The kind of file that the first bytes are, when it is plainly another than the address says.
///
/// Office programs open old and new formats under each other's names, and RTF, XML and saved mail as well, so only what
/// no reader of that kind opens counts. Kinds that are not known say nothing.
fn other_kind(target: &Address, bytes: &[u8]) -> Option<&'static str> {
    const OFFICE: [&str; 10] = ["doc", "docx", "xls", "xlsx", "ppt", "pptx", "wps", "et", "ofd", "dot"];
    const KINDS: [(&[u8], &str); 11] = [
        (b"%PDF", "PDF文件"),
        (b"PK\x03\x04", "压缩包或新版办公文档"),
        (b"\xd0\xcf\x11\xe0", "办公文档"),
        (b"Rar!", "RAR压缩包"),
        (b"7z\xbc\xaf", "7z压缩包"),
        (b"{\\rtf", "RTF文档"),
        (b"\x89PNG", "图片"),
        (b"\xff\xd8\xff", "图片"),
        (b"GIF8", "图片"),
        (b"MZ", "可执行程序"),
        (b"{\"", "程序返回的数据"),
    ];
    let ending = target.path().rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let (_, kind) = KINDS.iter().find(|(start, _)| bytes.starts_with(start))?;
    let fits = match ending.as_str() {
        "pdf" => *kind == "PDF文件",
        "zip" => *kind == "压缩包或新版办公文档",
        "rar" => matches!(*kind, "RAR压缩包" | "压缩包或新版办公文档"),
        "7z" => *kind == "7z压缩包",
        ending if OFFICE.contains(&ending) => {
            matches!(*kind, "办公文档" | "压缩包或新版办公文档" | "RTF文档")
        }
        _ => true,
    };
    (!fits).then_some(kind)
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
    use super::{looks_like_html, other_kind};

    #[test]
    fn a_file_is_told_by_its_first_bytes() {
        let kind = |name: &str, bytes: &[u8]| {
            other_kind(&format!("http://a.example/{name}").parse().unwrap(), bytes)
        };
        assert_eq!(kind("a.doc", b"PK\x03\x04"), None);
        assert_eq!(kind("a.doc", b"{\\rtf1"), None);
        assert_eq!(kind("a.pdf", b"%PDF-1.4"), None);
        assert_eq!(kind("a.doc", b"\xff\xd8\xff\xe0"), Some("图片"));
        assert_eq!(kind("a.xls", b"{\"code\":500}"), Some("程序返回的数据"));
        assert_eq!(kind("a.pdf", b"no magic at all"), None);
        assert_eq!(kind("download.do", b"MZ"), None);
    }

    #[test]
    fn a_web_page_is_told_from_a_file() {
        assert!(looks_like_html(b"\xef\xbb\xbf\r\n<!DOCTYPE HTML><p>"));
        assert!(!looks_like_html(b"%PDF-1.4"));
        assert!(!looks_like_html(b"<?xml version=\"1.0\"?><w:document>"));
    }
}
