//! Facts put together by hand, for tests of what is done with facts.

use crate::base::Day;
use crate::evidence::Gap;
use crate::site::Site;

use super::{Column, Coverage, Facts, Home, LinkFact, Requests};

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
            columns: Vec::new(),
            links: Vec::new(),
            letters: Vec::new(),
            guides: Vec::new(),
            pages: Vec::new(),
            coverage,
            requests: Requests::default(),
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
