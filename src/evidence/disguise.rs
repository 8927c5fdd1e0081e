//! Answers that look like success and are the host's way of saying that there is no such page (soft 404).
//!
//! Each host is asked once for an address that cannot exist. Whatever it answers there with success, a page or a
//! redirect, it may answer for other missing pages as well: the same bytes, or a redirect to the same place. Nothing
//! less than that is a sign, and the home page never is one: a host that shows its home page everywhere tells nothing.

use std::collections::{HashMap, HashSet};

use super::store::Entry;
use super::{Method, Purpose};
use crate::base::{Address, Digest};

/// How the last segment of an address that cannot exist begins.
pub const IMPOSSIBLE: &str = "govcensus-";

/// Names of pages that rightly lead to the home page.
const HOMES: [&str; 5] = ["index", "default", "home", "main", "portal"];

/// How a missing page is dressed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disguise {
    /// As a page, with status 200.
    Page,
    /// As a redirect to the home page.
    Home,
    /// As a redirect to some other page.
    Elsewhere,
}

/// How the hosts of a site answer for what cannot exist.
#[derive(Debug, Default)]
pub struct Disguises {
    pages: HashMap<String, HashSet<Digest>>,
    redirects: HashMap<String, HashSet<Address>>,
    homes: HashSet<Digest>,
}

impl Disguises {
    /// Learns from one exchange of the archive; all are to be shown before anything is asked.
    pub fn learn(&mut self, entry: &Entry) {
        let address = entry.address();
        if is_home(address) && entry.result.is_ok_and(is_success) {
            self.homes.insert(entry.citation.sha256);
        }
        let is_impossible =
            entry.purpose == Purpose::Calibration && last_segment(address).starts_with(IMPOSSIBLE);
        if !is_impossible {
            return;
        }
        let origin = address.origin().to_owned();
        match (&entry.redirect, entry.result) {
            (Some(target), Ok(300..=399)) => {
                self.redirects.entry(origin).or_default().insert(target.clone());
            }
            (_, Ok(status)) if is_success(status) && entry.citation.sha256 != Digest::of("") => {
                self.pages.entry(origin).or_default().insert(entry.citation.sha256);
            }
            _ => {}
        }
    }

    /// Whether a check of an address was answered as a missing page is.
    pub fn of(&self, entry: &Entry) -> Option<Disguise> {
        let address = entry.address();
        let is_check = matches!(entry.purpose, Purpose::Page | Purpose::Link);
        if !is_check || entry.method == Method::Head || is_home(address) {
            return None;
        }
        let same_bytes = |it: &HashSet<Digest>| it.contains(&entry.citation.sha256);
        if entry.result.is_ok_and(is_success)
            && !self.homes.contains(&entry.citation.sha256)
            && self.pages.get(address.origin()).is_some_and(same_bytes)
        {
            return Some(Disguise::Page);
        }
        let target = entry.redirect.as_ref()?;
        let same_place = self.redirects.get(address.origin()).is_some_and(|it| it.contains(target));
        same_place.then_some(if is_home(target) { Disguise::Home } else { Disguise::Elsewhere })
    }
}

impl Disguise {
    /// For readers of reports.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Page => "页面不存在，服务器却返回正常状态的提示页面",
            Self::Home => "页面不存在，被转到网站首页",
            Self::Elsewhere => "页面不存在，被转到提示页面",
        }
    }
}

fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

fn is_home(address: &Address) -> bool {
    let name = last_segment(address).to_ascii_lowercase();
    let deep = address.path().trim_matches('/').contains('/');
    address.path() == "/" || (!deep && HOMES.iter().any(|it| name.starts_with(it)))
}

fn last_segment(address: &Address) -> &str {
    address.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}
