//! From a site's archive to its facts. Asking nobody: the same archive gives the same facts, next year too.

use crate::base::Day;
use crate::evidence::store::{Archive, StoreError};
use crate::evidence::{FailureKind, Gap, IPV6_NOTE, Ipv6};
use crate::page::{Dated, PageKind, ScriptSign, is_service_entry};
use crate::site::Site;

use super::seen::{Seen, Settled};
use super::{
    Coverage, Facts, GuideFact, Home, PageFact, Requests, Row, When, articles, columns, dates, letters,
    links, policies, search,
};

impl Facts {
    /// Everything that the archive shows of `site`, seen on the day `as_of`.
    pub fn derive(
        site: &Site,
        as_of: Day,
        archive: &Archive,
        coverage: Coverage,
    ) -> Result<Self, StoreError> {
        let seen = Seen::new(archive, &site.scope)?;
        let mut facts = Self {
            requests: requests(archive),
            coverage,
            ..Self::unknown(site, as_of, Gap::NothingGathered)
        };
        let home = match home_page(site, &seen) {
            Ok(home) => home,
            Err(gap) => {
                facts.home = Err(gap.clone());
                facts.navigation = Err(gap);
                return Ok(facts);
            }
        };
        facts.columns = columns::columns(site, home, &seen, as_of);
        facts.navigation = navigation(home, &seen);
        facts.mentioned = columns::mentioned(&seen);
        facts.links = links::links(site, home, &seen)?;
        facts.letters = letters::letters(&facts.columns, &seen, as_of);
        facts.guides = seen.pages().filter_map(guide).collect();
        facts.policies = policies::policies(&facts.columns, &seen, as_of);
        facts.search = search::search(home, &seen)?;
        facts.ipv6 = archive.note(IPV6_NOTE).and_then(Ipv6::from_id);
        let home_at = home.page.address.clone();
        facts.home = Ok(home_facts(site, home, &seen, as_of));
        facts.pages = seen.into_pages();
        facts.articles = articles::articles(&home_at, &facts.pages);
        Ok(facts)
    }

    /// The facts of a site of which nothing is known, and why.
    pub fn unknown(site: &Site, as_of: Day, gap: Gap) -> Self {
        Self {
            site: site.clone(),
            as_of,
            home: Err(gap.clone()),
            navigation: Err(gap),
            columns: Vec::new(),
            mentioned: std::collections::BTreeSet::new(),
            links: Vec::new(),
            letters: Vec::new(),
            guides: Vec::new(),
            pages: Vec::new(),
            articles: Vec::new(),
            policies: Vec::new(),
            search: Err(Gap::SearchNotAsked),
            ipv6: None,
            coverage: Coverage::default(),
            requests: Requests::default(),
            watched: None,
            mentions: std::sync::OnceLock::new(),
            pages_by_key: std::sync::OnceLock::new(),
        }
    }
}

fn home_page<'s>(site: &Site, seen: &'s Seen<'_>) -> Result<&'s PageFact, Gap> {
    let address = site.home.as_ref().ok_or(Gap::NothingGathered)?;
    match seen.settle(address) {
        Settled::Page(fact) if is_inside(fact) => Err(Gap::NotTheHome),
        Settled::Page(fact) if fact.page.kind != PageKind::Error => Ok(fact),
        Settled::Opens(entry) if !site.scope.contains(entry.address()) => Err(Gap::Elsewhere),
        Settled::Page(_) | Settled::Opens(_) | Settled::Loop => Err(Gap::PageUnread),
        Settled::Blocked => Err(Gap::Blocked),
        Settled::Status(status) => Err(Gap::HomeStatus(status)),
        Settled::Failure(kind) => Err(Gap::HomeUnreachable(kind)),
        Settled::FailedOnce => {
            let failure = seen.checks(address).iter().find_map(|entry| entry.result.err());
            let status = seen.checks(address).iter().find_map(|entry| entry.result.ok());
            Err(match (failure, status) {
                (Some(kind), _) => Gap::HomeUnreachable(kind),
                (None, Some(status)) => Gap::HomeStatus(status),
                (None, None) => Gap::HomeUnreachable(FailureKind::Ours),
            })
        }
        Settled::NotAsked => Err(Gap::NothingGathered),
    }
}

/// Whether a page is plainly one inside the site, so that nothing may be said of it as of a home page.
fn is_inside(fact: &PageFact) -> bool {
    let is_front = columns::key(&fact.page.address).ends_with('/');
    !is_front
        && matches!(fact.page.kind, PageKind::Article | PageKind::Letter | PageKind::Guide | PageKind::List)
}

/// Whether the navigation was read, so that what it does not name is not there.
fn navigation(home: &PageFact, seen: &Seen<'_>) -> Result<(), Gap> {
    let parts = columns::parts(home, seen);
    let named =
        home.page.navigation.len() + parts.iter().map(|part| part.page.navigation.len()).sum::<usize>();
    match home.page.by_script {
        Some(ScriptSign::LoadedPart) if parts.len() == home.page.parts.len() && named > 0 => Ok(()),
        Some(_) => Err(Gap::ByScript),
        None if named == 0 => Err(Gap::NavigationUnread),
        None => Ok(()),
    }
}

fn home_facts(site: &Site, home: &PageFact, seen: &Seen<'_>, as_of: Day) -> Home {
    let mut rows: Vec<Row> = Vec::new();
    let mut keys = std::collections::BTreeSet::new();
    for item in home.page.entries() {
        let Some(address) = &item.address else { continue };
        let row = dates::row(&item, seen, as_of);
        if is_entry(site, seen, &row, &item.date) && keys.insert(columns::key(address)) {
            rows.push(row);
        }
    }
    let parts = columns::parts(home, seen);
    let links = home.page.links.iter().chain(parts.iter().flat_map(|part| &part.page.links));
    let service_entries: Vec<String> = links
        .filter(|link| !link.href.is_empty() && is_service_entry(&link.text))
        .map(|link| link.text.clone())
        .collect();
    Home {
        address: home.page.address.clone(),
        citation: home.citation.clone(),
        only_navigation: rows.is_empty(),
        rows,
        by_script: home.page.by_script.is_some_and(ScriptSign::hides_lists),
        service_entries,
        took: seen.took(&home.citation),
    }
}

/// Whether a titled link of the home page is an entry of a column, rather than a way to a column or a banner.
fn is_entry(site: &Site, seen: &Seen<'_>, row: &Row, printed: &Dated) -> bool {
    if !matches!(printed, Dated::Absent) || !matches!(row.when, When::Undated | When::Unread) {
        return true;
    }
    let Some(address) = &row.address else { return false };
    match seen.settle(address) {
        Settled::Page(fact) => fact.page.kind == PageKind::Article,
        // A page of this site that was not read may be an entry; a link to elsewhere without a date is none.
        _ => site.scope.contains(address),
    }
}

fn guide(fact: &PageFact) -> Option<GuideFact> {
    let guide = fact.page.guide.as_ref()?;
    let title = fact.page.article.as_ref().map(|article| article.title.clone());
    Some(GuideFact {
        name: guide.name.clone().or(title).unwrap_or_else(|| fact.page.title.clone()),
        page: fact.page.address.clone(),
        elements: guide.elements.clone(),
        citation: fact.citation.clone(),
    })
}

fn requests(archive: &Archive) -> Requests {
    let mut requests = Requests::default();
    for entry in archive.entries() {
        requests.sent += 1;
        requests.retried += u64::from(entry.attempt > 1);
        let outcome = match entry.result {
            Ok(200..=299) => "ok",
            Ok(300..=399) => "redirect",
            Ok(400..=499) => "client_error",
            Ok(_) => "server_error",
            Err(FailureKind::Timeout) => "timeout",
            Err(FailureKind::NoSuchHost | FailureKind::DnsTrouble) => "dns",
            Err(FailureKind::Refused | FailureKind::Reset) => "connection",
            Err(FailureKind::Tls(_)) => "tls",
            Err(FailureKind::Malformed) => "malformed",
            Err(FailureKind::Forbidden) => "forbidden",
            Err(FailureKind::LineDown | FailureKind::Ours) => "ours",
        };
        *requests.by_outcome.entry(outcome).or_default() += 1;
    }
    requests
}
