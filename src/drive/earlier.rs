//! Earlier runs beside the one that is written: the last one, to be rechecked, and all of them, as history.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::compare::{History, Origin, Seen};
use crate::report::view::{Body, CityView, EarlierView, RunInfo, SiteSince, SiteView};

use super::compare::runs_in;
use super::{DriveError, Readings};

/// Earlier runs; none by default.
#[derive(Debug, Default)]
pub struct Earlier {
    base: Option<Readings>,
    runs: Vec<Readings>,
    with_history: bool,
}

/// A run that is being written, beside earlier ones.
#[derive(Debug)]
pub(super) struct Beside<'a> {
    base: Option<&'a Readings>,
    origin: Origin,
    history: Option<Mutex<History>>,
}

impl Earlier {
    /// Opens a run, a report or a baseline to compare with, and a folder of runs.
    pub fn open(base: Option<&Path>, history: Option<&Path>) -> Result<Self, DriveError> {
        Ok(Self {
            base: base.map(Readings::open).transpose()?,
            runs: history.map(runs_in).transpose()?.unwrap_or_default(),
            with_history: history.is_some(),
        })
    }

    /// A run begins to be written.
    pub(super) fn beside(&self, run: &RunInfo) -> Result<Beside<'_>, DriveError> {
        let origin = Origin { run: run.id.clone(), as_of: Some(run.as_of), version: run.version.clone() };
        let mut history = History::default();
        let started = run.started_at.to_string();
        let now = (Some(run.as_of), started.as_str(), run.id.as_str());
        for earlier in self.runs.iter().filter(|it| it.origin().run != run.id && it.order() < now) {
            history.run(earlier.origin().clone());
            for id in earlier.ids() {
                earlier.with_site(id, |site| site.map(|it| history.site(it)))?;
            }
        }
        history.run(origin.clone());
        let history = self.with_history.then(|| Mutex::new(history));
        Ok(Beside { base: self.base.as_ref(), origin, history })
    }
}

impl Beside<'_> {
    /// What became of a site since the earlier run; `None` when that does not have it.
    pub(super) fn site(&self, view: &SiteView) -> Result<Option<Arc<SiteSince>>, DriveError> {
        if let Some(history) = &self.history {
            history.lock().unwrap_or_else(PoisonError::into_inner).site(&view.reading());
        }
        let Some(base) = self.base else { return Ok(None) };
        base.with_site(&view.site.id, |older| {
            let older = older.filter(|it| it.seen != Seen::NoSite)?;
            Some(Arc::new(SiteSince::of(older, view)))
        })
    }

    /// Puts the earlier run beside the city. `all` says whether every site of the roster is in it.
    pub(super) fn city(self, city: CityView, all: bool) -> Result<CityView, DriveError> {
        let history = self.history.map(|it| it.into_inner().unwrap_or_else(PoisonError::into_inner));
        let mut city = CityView { history, ..city };
        let Some(base) = self.base else { return Ok(city) };
        let here = |id: &str| city.bodies.iter().any(|it| it.id() == id);
        if !base.ids().any(here) {
            let ids = city.bodies.iter().map(Body::id).collect::<Vec<_>>().join(", ");
            let base = base.ids().collect::<Vec<_>>().join(", ");
            return Err(DriveError::NothingInCommon { base, head: ids });
        }
        let mut earlier = EarlierView::of(base.origin(), &self.origin);
        if !base.is_one_site() {
            let inspected = city.bodies.iter().filter_map(Body::inspected);
            earlier.added =
                inspected.filter(|it| it.since.is_none()).map(|it| it.site.name.clone()).collect();
            for id in base.ids().filter(|id| all && !here(id)) {
                base.with_site(id, |site| {
                    site.filter(|it| it.seen != Seen::NoSite).map(|it| earlier.lost(&it.name))
                })?;
            }
        }
        city.earlier = Some(earlier);
        Ok(city)
    }
}
