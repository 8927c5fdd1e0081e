//! Probing: the rounds, one after the other, each visit into the log as soon as it is over.
//!
//! The state is the log: which sites have been visited in an interval is read from there, so that a process that was
//! killed goes on where it was, and visits nobody twice.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::base::Moment;
use crate::crawl::{Clock, OwnLine, Prober, Schedule, Visit, Watch};
use crate::dossier::{Reach, reach};
use crate::evidence::store::{ProbeLog, StoreError};
use crate::evidence::{Line, Probe};
use crate::site::{Control, Site, SiteId};

use super::DriveError;
use super::alert::{Alerts, home_state};

/// The note under which the log keeps its watch.
const WATCH: &str = "watch";

/// Sites that are visited side by side.
const AT_ONCE: usize = 32;

/// Visits that are looked at for whether a home page has gone.
const LOOKED_BACK: u32 = 50;

/// What is probed, by whom, and where it is kept.
#[derive(Clone)]
pub struct Probing {
    sites: Arc<[Site]>,
    prober: Arc<Prober>,
    line: Arc<OwnLine>,
    log: Arc<ProbeLog>,
    clock: Clock,
    places: Arc<Semaphore>,
    alerts: Option<Alerts>,
    listener: Arc<dyn Fn(&Visited<'_>) + Send + Sync>,
}

/// A visit that is in the log.
#[derive(Clone, Copy, Debug)]
pub struct Visited<'a> {
    /// Whose.
    pub site: &'a Site,
    /// What was found.
    pub visit: &'a Visit,
    /// How long after it was due it began.
    pub late: Duration,
}

/// What the rounds came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Probed {
    /// Visits that were kept.
    pub visits: u64,
    /// Of these: the home page did not answer, and our own line is not known to have been down.
    pub unanswered: u64,
    /// Of these: our own line was down.
    pub dropped: u64,
    /// Visits left out, because the one before was not over or the site's hours were closed.
    pub left_out: u64,
    /// Whether it was stopped before its end.
    pub stopped: bool,
}

impl Probing {
    /// Probes the sites that have a home page; `control` shows whether our own line is up.
    pub fn new(
        sites: &[Site],
        control: Vec<Control>,
        prober: Arc<Prober>,
        log: Arc<ProbeLog>,
        clock: Clock,
    ) -> Self {
        let sites = sites.iter().filter(|it| it.home.is_some()).cloned().collect();
        let line = Arc::new(OwnLine::new(Arc::clone(&prober), control, clock));
        let places = Arc::new(Semaphore::new(AT_ONCE));
        Self { sites, prober, line, log, clock, places, alerts: None, listener: Arc::new(|_| ()) }
    }

    /// Tells `listener` of every visit.
    #[must_use]
    pub fn telling(self, listener: impl Fn(&Visited<'_>) + Send + Sync + 'static) -> Self {
        Self { listener: Arc::new(listener), ..self }
    }

    /// Tells changes of the home pages.
    #[must_use]
    pub fn alerting(self, alerts: Option<Alerts>) -> Self {
        Self { alerts, ..self }
    }

    /// The watch that the log is filled by: the one that was begun and is not over, if it has this interval and this
    /// length, else a new one.
    pub fn watch(&self, every: Duration, lasts: Option<Duration>) -> Result<Watch, DriveError> {
        let now = self.clock.now();
        let known: Option<Watch> = self.log.noted(WATCH)?.and_then(|it| it.parse().ok());
        let goes_on = |it: &Watch| it.every == every && it.lasts() == lasts && !it.is_over(now);
        if let Some(watch) = known.filter(goes_on) {
            return Ok(watch);
        }
        let watch = Watch::beginning(now, every, lasts);
        self.log.note(WATCH, &watch.to_string())?;
        Ok(watch)
    }

    /// One round, now. A site that was visited in this minute is not visited again.
    pub async fn round(&self, cancel: &CancellationToken) -> Result<Probed, DriveError> {
        let now = self.clock.now();
        let slot = Moment::from_millis(now.millis() - now.millis().rem_euclid(60_000)).unwrap_or(now);
        let mut rounds = Rounds::new(self);
        for site in self.open(slot).await? {
            if cancel.is_cancelled() {
                break;
            }
            rounds.visit(site, slot, now);
        }
        rounds.finish(cancel).await
    }

    /// Rounds until the watch is over or `cancel` says stop; visits under way are brought to their end.
    pub async fn rounds(&self, watch: Watch, cancel: &CancellationToken) -> Result<Probed, DriveError> {
        let schedule = Schedule::of(watch);
        let mut rounds = Rounds::new(self);
        let mut next = schedule.slot_at(self.clock.now());
        while let Some(slot) = next {
            let mut due: Vec<(Moment, Site)> =
                self.open(slot).await?.into_iter().map(|site| (schedule.due(&site.id, slot), site)).collect();
            due.sort_by(|a, b| (a.0, &a.1.id).cmp(&(b.0, &b.1.id)));
            for (due, site) in due {
                rounds.wait(due, cancel).await?;
                // After a night of sleep the interval may be long over.
                if cancel.is_cancelled() || schedule.slot_at(self.clock.now()) != Some(slot) {
                    break;
                }
                rounds.visit(site, slot, due);
            }
            let after = schedule.after(slot);
            // The end of the last interval is waited for as well: a watch of a week takes a week.
            if let Some(until) = after.or(watch.until) {
                rounds.wait(until, cancel).await?;
            }
            next = after.and_then(|after| schedule.slot_at(self.clock.now()).map(|now| now.max(after)));
            if cancel.is_cancelled() {
                break;
            }
        }
        rounds.finish(cancel).await
    }

    /// The sites that have not been visited in this interval.
    async fn open(&self, slot: Moment) -> Result<Vec<Site>, DriveError> {
        let log = Arc::clone(&self.log);
        let visited = in_background(move || log.visited(slot)).await?;
        let visited: BTreeSet<&SiteId> = visited.iter().collect();
        Ok(self.sites.iter().filter(|it| !visited.contains(&it.id)).cloned().collect())
    }

    /// Visits a site and keeps what was found.
    async fn visited(&self, site: &Site, slot: Moment, due: Moment) -> Result<Visit, DriveError> {
        let mut visit = self.prober.visit(site, slot).await;
        self.prove(&mut visit).await;
        let (log, kept) = (Arc::clone(&self.log), visit.clone());
        in_background(move || log.keep(&kept.probes, kept.snapshot.as_ref())).await?;
        let began = visit.probes.first().map_or(due, |it| it.at);
        let late = Duration::from_millis(u64::try_from(began.millis() - due.millis()).unwrap_or_default());
        (self.listener)(&Visited { site, visit: &visit, late });
        Ok(visit)
    }

    /// Tells that a home page has gone or come back.
    async fn alert(&self, alerts: &Alerts, site: &Site) -> Result<(), DriveError> {
        let (log, id) = (Arc::clone(&self.log), site.id.clone());
        let recent = in_background(move || log.recent(&id, LOOKED_BACK)).await?;
        let judged: Vec<(bool, Moment)> = recent
            .iter()
            .filter_map(|it| match reach(it) {
                Reach::Opened => Some((true, it.at)),
                Reach::NotOpened => Some((false, it.at)),
                Reach::Challenged | Reach::Unproved | Reach::Dropped => None,
            })
            .collect();
        match home_state(site, &judged, alerts.after()) {
            Some(state) => alerts.note(&state).await.map(drop),
            None => Ok(()),
        }
    }

    /// Says of visits without an answer whether our own line was up.
    async fn prove(&self, visit: &mut Visit) {
        let Some(home) = visit.probes.first() else { return };
        let line = if home.result.is_ok() {
            self.line.look_again().await;
            Line::Up
        } else {
            self.line.during(home.at, visit.ended).await
        };
        for probe in visit.probes.iter_mut().filter(|it| it.result.is_err()) {
            probe.line = line;
        }
    }
}

impl fmt::Debug for Probing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Probing")
            .field("sites", &self.sites.len())
            .field("log", &self.log)
            .finish_non_exhaustive()
    }
}

/// Visits under way. They end with whoever holds this.
struct Rounds<'a> {
    probing: &'a Probing,
    under_way: BTreeSet<SiteId>,
    visits: JoinSet<(SiteId, Result<Visit, DriveError>)>,
    probed: Probed,
}

impl<'a> Rounds<'a> {
    fn new(probing: &'a Probing) -> Self {
        Self { probing, under_way: BTreeSet::new(), visits: JoinSet::new(), probed: Probed::default() }
    }

    /// Begins a visit, unless the last one of the site is not over or the site is not to be asked at this hour.
    fn visit(&mut self, site: Site, slot: Moment, due: Moment) {
        let closed = site.window.is_some_and(|it| !it.opens_in(self.probing.clock.now()).is_zero());
        if closed || !self.under_way.insert(site.id.clone()) {
            self.probed.left_out += 1;
            return;
        }
        let probing = self.probing.clone();
        self.visits.spawn(async move {
            let place = probing.places.acquire().await;
            let mut visited = probing.visited(&site, slot, due).await;
            drop(place);
            if let (Some(alerts), true) = (&probing.alerts, visited.is_ok())
                && let Err(error) = probing.alert(alerts, &site).await
            {
                visited = Err(error);
            }
            (site.id, visited)
        });
    }

    /// Returns at `due`, or when `cancel` says so; meanwhile takes note of what is over.
    async fn wait(&mut self, due: Moment, cancel: &CancellationToken) -> Result<(), DriveError> {
        let clock = self.probing.clock;
        let due = clock.wait_until(due);
        tokio::pin!(due);
        loop {
            tokio::select! {
                biased;
                () = cancel.cancelled() => return Ok(()),
                Some(visit) = self.visits.join_next() => self.note(visit)?,
                () = &mut due => return Ok(()),
            }
        }
    }

    async fn finish(mut self, cancel: &CancellationToken) -> Result<Probed, DriveError> {
        while let Some(visit) = self.visits.join_next().await {
            self.note(visit)?;
        }
        self.probed.stopped = cancel.is_cancelled();
        Ok(self.probed)
    }

    fn note(
        &mut self,
        visit: Result<(SiteId, Result<Visit, DriveError>), JoinError>,
    ) -> Result<(), DriveError> {
        let (site, visit) = match visit {
            Ok(visit) => visit,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => return Ok(()),
            },
        };
        self.under_way.remove(&site);
        let visit = visit?;
        self.probed.visits += 1;
        let silent = |it: &&Probe| it.result.is_err();
        match visit.probes.first().filter(silent).map(|it| it.line) {
            Some(Line::Down) => self.probed.dropped += 1,
            Some(Line::Up | Line::Unproved) => self.probed.unanswered += 1,
            None => {}
        }
        Ok(())
    }
}

/// Works on the log, which may wait for the disk.
async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is going down, and so is whoever waits for this.
            Err(_) => std::future::pending().await,
        },
    }
}
