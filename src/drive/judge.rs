//! The second and third stage: from archives to scorecards, and from scorecards to files. Asks no site.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::audit::{self, Bound, Review};
use crate::base::{Day, Moment, printable};
use crate::compare::WaiverBook;
use crate::crawl::archive_folder;
use crate::dossier::Facts;
use crate::evidence::Gap;
use crate::evidence::store::{Archive, Entry};
use crate::report::view::{Asked, Body, BodyWithoutSite, CityView, RunInfo, SiteSummary, SiteView, Status};
use crate::score::{Outcome, tally};
use crate::site::{Registry, Site, SiteId};

use super::earlier::Beside;
use super::files::{Files, Showing, in_parallel};
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
    pub showing: Showing<'a>,
    /// What people decided.
    pub review: &'a Review,
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
    warn_of_strangers(judging.review, &registry);
    let chosen = |site: &&Site| {
        record.includes(&site.id) && (judging.sites.is_empty() || judging.sites.contains(&site.id))
    };
    let sites: Vec<&Site> = registry.sites.iter().filter(chosen).collect();
    let run = run_info(judging, &record, Status::Complete, None);
    let beside = judging.showing.earlier.beside(&run)?;
    let bodies = in_parallel(&sites, |site| body(judging, &beside, &record, &registry, site))?;
    let status = city_status(&record, &bodies);
    let run = RunInfo { status, ..run };
    let asked = Asked {
        roster: record.roster.clone(),
        checklists: vec![judging.bound.checklist().id.clone()],
        max_pages: record.max_pages,
        rate: record.rate,
        formats: judging.showing.formats.iter().map(|it| it.name).collect(),
    };
    let all = sites.len() == registry.sites.len();
    let city = beside.city(CityView::of(run, &registry.city, asked, bodies), all)?;
    let files = Files { folder: judging.folder, showing: judging.showing }.city(&city)?;
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

/// A decision about a site that is not in the roster counts for nothing, and no site's report can say so.
fn warn_of_strangers(review: &Review, registry: &Registry) {
    for ruling in &review.rulings {
        if !registry.sites.iter().any(|it| it.id.as_str() == ruling.site) {
            let (site, clause) = (printable(&ruling.site), printable(&ruling.clause));
            tracing::warn!("review: no site of the roster has the id {site}; its ruling on {clause} is void");
        }
    }
}

fn body(
    judging: &Judging<'_>,
    beside: &Beside<'_>,
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
    let answers = audit::run(judging.bound, &facts);
    let (answers, void) = judging.review.apply(&checklist.id, site.id.as_str(), judging.as_of, answers);
    let card = tally(checklist, answers);
    let status = Status::of(&facts);
    let run = run_info(judging, record, status, times);
    let mut view = SiteView::reviewed(run, checklist, &card, &facts, &void);
    view.strike(&mut judging.waivers.lock().unwrap_or_else(PoisonError::into_inner));
    let summary = SiteSummary { since: beside.site(&view)?, ..SiteSummary::of(&view) };
    Files { folder: judging.folder, showing: judging.showing }.site(&view, &summary)?;
    Ok(Body::Inspected(summary))
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
