//! What all sites of a run share: the client, the turnstiles, and what was asked.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::fetch::{
    Agent, Guarded, Http, HttpError, Lined, Polite, Recorded, Redirects, Registry, Remembered, Roots,
    Turnstiles, gap_of,
};
use super::probe::OwnLine;
use super::{Limits, Names, archive_folder};
use crate::evidence::store::{Archive, Store, StoreError};
use crate::site::{Contact, Site};

/// The web as one run sees it. However many sites are walked, each host is asked as if by one.
#[derive(Debug)]
pub struct Web {
    http: Arc<Http>,
    names: Arc<Names>,
    turnstiles: Arc<Turnstiles>,
    registry: Arc<Registry>,
    limits: Limits,
    since: Option<PathBuf>,
    line: Option<Arc<OwnLine>>,
}

/// The wrappers below `Redirects`, as one site sees them.
pub(super) type Guard = Guarded<Remembered<Polite<Recorded<Lined<Arc<Http>>>>>>;

/// The whole nest.
pub(super) type Nest = Redirects<Arc<Guard>>;

impl Web {
    /// A web in which hosts are found by `names`, and whose operators can ask `contact` about us.
    pub fn new(names: Names, contact: Option<&Contact>, limits: Limits) -> Result<Self, HttpError> {
        Self::trusting(&Roots::mozilla(), names, contact, limits)
    }

    /// The same with certificates for which `roots` vouch.
    pub fn trusting(
        roots: &Roots,
        names: Names,
        contact: Option<&Contact>,
        limits: Limits,
    ) -> Result<Self, HttpError> {
        let names = Arc::new(names);
        Ok(Self {
            http: Arc::new(Http::new(Arc::clone(&names), &Agent::new(contact), &limits, roots)?),
            names,
            turnstiles: Arc::new(Turnstiles::new(&limits)),
            registry: Arc::default(),
            limits,
            since: None,
            line: None,
        })
    }

    /// Lets a failure count only when `line` was up.
    #[must_use]
    pub fn on(self, line: OwnLine) -> Self {
        Self { line: Some(Arc::new(line)), ..self }
    }

    /// Asks for pages only if they have changed since the run in this folder.
    #[must_use]
    pub fn since(self, run: Option<PathBuf>) -> Self {
        Self { since: run, ..self }
    }

    /// The bounds of the run.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// How hosts are found.
    pub(super) fn names(&self) -> &Names {
        &self.names
    }

    /// Takes what is in the archive of an earlier, unfinished part of the run as asked.
    pub(super) fn remember(&self, folder: &Path) -> Result<(), StoreError> {
        let archive = Archive::open(folder)?;
        self.registry.enter(folder, archive.entries());
        Ok(())
    }

    /// The nest for one site; what it fetches is kept in `store`.
    pub(super) fn nest(&self, site: &Site, store: &Arc<Store>) -> Result<(Nest, Arc<Guard>), StoreError> {
        let gap = gap_of(site.rate.unwrap_or(self.limits.rate));
        let lined = Lined::new(Arc::clone(&self.http), self.line.clone());
        let recorded = Recorded::new(lined, Arc::clone(store))
            .since(self.since.as_deref().map(|run| archive_folder(run, &site.id)));
        let polite = Polite::new(recorded, Arc::clone(&self.turnstiles), site.scope.clone(), gap)
            .at_once(site.at_once.unwrap_or(1));
        let remembered = Remembered::new(polite, Arc::clone(store), Arc::clone(&self.registry))?;
        let guard = Arc::new(Guarded::new(remembered, site.clone(), Arc::clone(&self.turnstiles)));
        Ok((Redirects::new(Arc::clone(&guard), site.scope.clone()), guard))
    }
}
