//! The second and third stage: from archives to scorecards, and from scorecards to files. Asks no site.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::audit::{self, Bound};
use crate::base::{Day, Moment};
use crate::compare::WaiverBook;
use crate::crawl::archive_folder;
use crate::dossier::Facts;
use crate::evidence::Gap;
use crate::evidence::store::{Archive, Entry};
use crate::report::view::{Asked, Body, BodyWithoutSite, CityView, RunInfo, SiteSummary, SiteView, Status};
use crate::report::{self, Format};
use crate::score::{Outcome, tally};
use crate::site::{Registry, Site, SiteId};

use super::{DriveError, Record, RunFolder, coverage};

/// What is to be judged, and how.
#[derive(Debug)]
pub struct Judging<'a> {
    /// The run.
    pub folder: &'a RunFolder,
    /// The checklist, tied to its indicators.
    pub bound: &'a Bound,
    /// The day of inspection.
    pub as_of: Day,
    /// Only these sites; all when empty.
    pub sites: &'a [SiteId],
    /// Which files to write.
    pub formats: &'a [Format],
    /// What was agreed to be borne: struck through in the files, and counted all the same.
    pub waivers: &'a Mutex<WaiverBook>,
}

/// What a run came to.
#[derive(Debug)]
pub struct Verdicts {
    /// Everything the city's report shows.
    pub city: CityView,
    /// The city's files that were written.
    pub files: Vec<PathBuf>,
}

/// Judges every site of a run and writes its reports, then the city's.
pub fn judge(judging: &Judging<'_>) -> Result<Verdicts, DriveError> {
    let record = judging.folder.record()?;
    let registry = judging.folder.registry()?;
    let chosen = |site: &&Site| {
        record.includes(&site.id) && (judging.sites.is_empty() || judging.sites.contains(&site.id))
    };
    let sites: Vec<&Site> = registry.sites.iter().filter(chosen).collect();
    let bodies = in_parallel(&sites, |site| body(judging, &record, &registry, site))?;
    let status = city_status(&record, &bodies);
    let run = run_info(judging, &record, status, None);
    let asked = Asked {
        roster: record.roster.clone(),
        checklists: vec![judging.bound.checklist().id.clone()],
        max_pages: record.max_pages,
        rate: record.rate,
        formats: judging.formats.iter().map(|it| it.name).collect(),
    };
    let city = CityView::of(run, &registry.city, asked, bodies);
    let mut files = Vec::new();
    for format in judging.formats {
        let path = judging.folder.file(format.city_file);
        report::write(&path, &(format.city)(&city)?)?;
        files.push(path);
    }
    Ok(Verdicts { city, files })
}

impl Verdicts {
    /// What the sites come to, in the order of the roster; a site that could not be walked is undecided.
    pub fn outcomes(&self) -> impl Iterator<Item = Outcome> {
        self.city.bodies.iter().filter_map(|body| match body {
            Body::Inspected(site) => Some(site.outcome.outcome),
            Body::WithoutSite(_) => None,
        })
    }
}

fn body(
    judging: &Judging<'_>,
    record: &Record,
    registry: &Registry,
    site: &Site,
) -> Result<Body, DriveError> {
    if site.home.is_none() {
        let parent = site.parent.as_ref().and_then(|id| registry.site(id));
        return Ok(Body::WithoutSite(BodyWithoutSite::of(site, parent)));
    }
    let (facts, times) = facts(judging, site)?;
    let checklist = judging.bound.checklist();
    let card = tally(checklist, audit::run(judging.bound, &facts));
    let status = Status::of(&facts);
    let mut view = SiteView::of(run_info(judging, record, status, times), checklist, &card, &facts);
    view.strike(&mut judging.waivers.lock().unwrap_or_else(PoisonError::into_inner));
    for format in judging.formats {
        report::write(&judging.folder.site_file(&site.id, format.site_file), &(format.site)(&view)?)?;
    }
    Ok(Body::Inspected(SiteSummary::of(&view)))
}

/// A site's facts, and when its first and last question was put.
fn facts(judging: &Judging<'_>, site: &Site) -> Result<(Facts, Option<(Moment, Moment)>), DriveError> {
    let folder = archive_folder(judging.folder.path(), &site.id);
    if !folder.exists() {
        return Ok((Facts::unknown(site, judging.as_of, Gap::NothingGathered), None));
    }
    let archive = Archive::open(&folder)?;
    for broken in archive.breaks() {
        tracing::warn!(site = site.id.as_str(), "archive: {broken}");
    }
    let times = archive.entries().iter().map(Entry::at);
    let times = times.clone().min().zip(times.max());
    Ok((Facts::derive(site, judging.as_of, &archive, coverage::of(&archive))?, times))
}

fn city_status(record: &Record, bodies: &[Body]) -> Status {
    let statuses = bodies.iter().filter_map(|body| match body {
        Body::Inspected(site) => Some(site.status),
        Body::WithoutSite(_) => None,
    });
    if record.finished && statuses.clone().all(|it| it == Status::Complete) {
        Status::Complete
    } else if statuses.clone().all(|it| it == Status::Failed) {
        Status::Failed
    } else {
        Status::Partial
    }
}

fn run_info(
    judging: &Judging<'_>,
    record: &Record,
    status: Status,
    times: Option<(Moment, Moment)>,
) -> RunInfo {
    let told = |text: &str| Moment::parse(text);
    let now = Moment::now();
    let (started_at, finished_at) =
        times.unwrap_or((told(&record.started_at).unwrap_or(now), told(&record.finished_at).unwrap_or(now)));
    RunInfo {
        id: record.id.clone(),
        as_of: judging.as_of,
        started_at,
        finished_at,
        status,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// Does `work` on every item, as many at once as there are cores; results in the order of the items.
fn in_parallel<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<R, DriveError> + Sync,
) -> Result<Vec<R>, DriveError> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Result<R, DriveError>)>> = Mutex::default();
    let workers = thread::available_parallelism().map_or(1, NonZeroUsize::get).min(items.len().max(1));
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { break };
                    let result = work(item);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}
