//! Facts put together by hand, for tests of what is done with facts.

use std::collections::BTreeSet;

use crate::base::{Address, ColumnKind, Day};
use crate::evidence::{Citation, Gap};
use crate::page::{DateSource, LinkRole};
use crate::site::Site;

use super::{
    Certainty, Column, Content, Coverage, Facts, FileState, Home, Kinded, LinkFact, LinkState, Origin,
    Referrer, Requests, Row, When,
};

impl Facts {
    /// Facts without pages, letters and guides.
    pub(crate) fn sample(site: Site, as_of: Day, home: Result<Home, Gap>) -> Self {
        let navigation = home.as_ref().map(|_| ()).map_err(Clone::clone);
        let coverage = Coverage { finished: true, ..Coverage::default() };
        Self {
            site,
            as_of,
            home,
            navigation,
            mentioned: BTreeSet::new(),
            columns: Vec::new(),
            links: Vec::new(),
            letters: Vec::new(),
            guides: Vec::new(),
            pages: Vec::new(),
            articles: Vec::new(),
            policies: Vec::new(),
            search: Err(Gap::SearchNotAsked),
            ipv6: None,
            coverage,
            requests: Requests::default(),
            watched: None,
            mentions: std::sync::OnceLock::new(),
            pages_by_key: std::sync::OnceLock::new(),
        }
    }

    /// The same with these columns and links.
    pub(crate) fn with(mut self, columns: Vec<Column>, links: Vec<LinkFact>) -> Self {
        self.columns = columns;
        self.links = links;
        self
    }

    /// The same with these figures.
    pub(crate) fn counted(mut self, coverage: Coverage, requests: Requests) -> Self {
        self.coverage = coverage;
        self.requests = requests;
        self
    }
}

fn address(url: &str) -> Address {
    url.parse().expect("a test's address")
}

impl Home {
    /// A home page with nothing on it.
    pub(crate) fn sample(url: &str) -> Self {
        Self {
            address: address(url),
            citation: Citation::sample(url),
            rows: Vec::new(),
            only_navigation: false,
            by_script: false,
            service_entries: Vec::new(),
            took: std::time::Duration::from_millis(80),
        }
    }
}

impl Row {
    /// An entry printed with this day.
    pub(crate) fn sample(title: &str, day: &str) -> Self {
        let day = day.parse().expect("a test's day");
        Self { title: title.into(), address: None, when: When::Known { day, source: DateSource::Text } }
    }
}

impl Column {
    /// A column of the navigation whose name says its kind.
    pub(crate) fn sample(name: &str, kind: ColumnKind, url: &str, content: Content) -> Self {
        Self {
            name: name.into(),
            kind: Kinded { kind: Some(kind), certainty: Certainty::Named },
            address: address(url),
            origin: Origin::Navigation,
            first_level: true,
            content,
            citation: Citation::sample(url),
        }
    }
}

impl Content {
    /// A list that was read whole.
    pub(crate) fn sample(rows: Vec<Row>) -> Self {
        Self::Listed { rows, newer_unread: false, older_unread: false }
    }
}

impl LinkFact {
    /// A plain link from one page.
    pub(crate) fn sample(target: &str, from: &str, text: &str, state: LinkState) -> Self {
        let referrer = Referrer { page: address(from), text: text.into(), citation: Citation::sample(from) };
        Self {
            on_home: referrer.page.is_root(),
            target: address(target),
            role: LinkRole::Anchor,
            referrers: vec![referrer],
            referrer_count: 1,
            state,
            file: FileState::NotLookedInto,
            checks: vec![Citation::sample(target)],
            tls: None,
            cut: None,
            title: None,
            is_outer: false,
        }
    }
}
