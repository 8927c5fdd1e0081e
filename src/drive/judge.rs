//! The second and third stage: from archives to scorecards, and from scorecards to files. Asks no site.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::audit::{self, Answer, Bound, Judged, Review};
use crate::base::{Day, Moment, printable};
use crate::checklist::{self, Role, Roll};
use crate::compare::WaiverBook;
use crate::crawl::archive_folder;
use crate::dossier::{Facts, Watched};
use crate::evidence::store::{Archive, Entry};
use crate::evidence::{Citation, Gap};
use crate::report;
use crate::report::view::{
    AbsentBody, Asked, Body, BodyWithoutSite, CityView, Looked, Owing, RunInfo, SiteSummary, SiteView, Status,
};
use crate::score::{Outcome, tally};
use crate::site::{Registry, Site, SiteId};

use super::earlier::Beside;
use super::files::{Files, Showing, in_parallel};
use super::{DriveError, Record, RunFolder, coverage};

/// Days before the inspection whose probes are looked at: twice what the longest window of a document is.
const WATCHED_DAYS: u32 = 30;

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
    /// The log of probes, when there is one.
    pub probes: Option<&'a Path>,
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
    let roll = checklist::resolve(judging.bound.checklist(), &registry);
    let stage = Stage { judging, beside: &beside, record: &record, registry: &registry, roll: &roll };
    let bodies = if roll.owed.is_empty() {
        in_parallel(&sites, |site| stage.body(site, stage.look(site)?, &[]))?
    } else {
        stage.by_a_plan(&sites)?
    };
    let status = city_status(&record, &bodies);
    let run = RunInfo { status, ..run };
    let asked = Asked {
        roster: record.roster.clone(),
        checklists: judging.bound.checklist().ids(),
        max_pages: record.max_pages,
        rate: record.rate,
        formats: judging.showing.formats.iter().map(|it| it.name).collect(),
    };
    let all = sites.len() == registry.sites.len();
    let city =
        beside.city(CityView::of(run, &registry.city, asked, bodies).with_absent(absent(&roll)), all)?;
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

/// The judging of one run: every site is looked at by itself, and by a plan each body is answered when all were.
struct Stage<'a> {
    judging: &'a Judging<'a>,
    beside: &'a Beside<'a>,
    record: &'a Record,
    registry: &'a Registry,
    roll: &'a Roll,
}

/// What one site gave; its pages are gone.
struct LookedAt {
    answers: Vec<Answer>,
    looked: Looked,
    times: Option<(Moment, Moment)>,
    /// The duties that were looked for here, by their place in the roll.
    duties: Vec<(usize, Judged)>,
}

impl Stage<'_> {
    /// Reads a site and puts every question that its pages answer; `None` for a body without a site.
    fn look(&self, site: &Site) -> Result<Option<LookedAt>, DriveError> {
        if site.home.is_none() {
            return Ok(None);
        }
        let (facts, times) = facts(self.judging, site)?;
        let facts = facts.watched_by(watched(self.judging, site)?);
        let bound = self.judging.bound;
        Ok(Some(LookedAt {
            answers: audit::run(bound, &facts),
            duties: audit::duties_on(bound, self.roll, &facts),
            looked: Looked::at(&facts, bound.checklist()),
            times,
        }))
    }

    /// Looks at every site, puts together who owes what, and only then writes what each body comes to.
    fn by_a_plan(&self, sites: &[&Site]) -> Result<Vec<Body>, DriveError> {
        let mut looked = in_parallel(sites, |site| self.look(site))?;
        let judged = looked.iter_mut().flatten().flat_map(|it| std::mem::take(&mut it.duties)).collect();
        let answers = audit::duties(self.judging.bound, self.roll, judged);
        let jobs: Vec<(&Site, Mutex<Option<LookedAt>>)> =
            sites.iter().copied().zip(looked.into_iter().map(Mutex::new)).collect();
        in_parallel(&jobs, |(site, looked)| {
            let looked = looked.lock().unwrap_or_else(PoisonError::into_inner).take();
            self.body(site, looked, &answers)
        })
    }

    /// What one body comes to. `duties` are the answers to everything that is owed, in the order of the roll.
    fn body(&self, site: &Site, looked: Option<LookedAt>, duties: &[Answer]) -> Result<Body, DriveError> {
        let (owed, roles): (Vec<Answer>, Vec<Role>) = self
            .roll
            .owed
            .iter()
            .zip(duties)
            .filter(|(owed, _)| self.roll.bodies[owed.body].site.as_ref() == Some(&site.id))
            .map(|(owed, answer)| (answer.clone(), owed.role))
            .unzip();
        let parent = site.parent.as_ref().and_then(|id| self.registry.site(id));
        let names = self.registry.sites.iter().map(|it| (it.id.to_string(), it.name.clone())).collect();
        let owing = Owing {
            id: site.id.as_str(),
            body: site.body.as_deref().unwrap_or(&site.name),
            publishes_on: parent
                .filter(|_| site.home.is_none())
                .map(|it| (it.id.to_string(), it.name.clone())),
            roles: &roles,
            names: &names,
        };
        let owing = (!roles.is_empty()).then_some(&owing);
        let judging = self.judging;
        let checklist = judging.bound.checklist();
        let files = Files { folder: judging.folder, showing: judging.showing };
        let mut answers = looked.as_ref().map(|it| it.answers.clone()).unwrap_or_default();
        answers.extend(owed);
        let (answers, void) = judging.review.apply(site.id.as_str(), judging.as_of, answers);
        let card = tally(checklist, answers);
        let Some(looked) = looked else {
            let mut body = BodyWithoutSite::of(site, parent);
            let lines: Vec<_> = card.lines.iter().collect();
            body.duties = owing.map(|it| Arc::new(it.view(judging.as_of, checklist, &card, &lines)));
            if let Some(duties) = &body.duties {
                files.body_without_site(duties, &run_info(judging, self.record, Status::Complete, None))?;
            }
            return Ok(Body::WithoutSite(body));
        };
        let run = run_info(judging, self.record, Status::Complete, looked.times);
        let mut view = SiteView::put_together(run, checklist, &card, looked.looked, &void, owing);
        view.strike(&mut judging.waivers.lock().unwrap_or_else(PoisonError::into_inner));
        let summary = SiteSummary { since: self.beside.site(&view)?, ..SiteSummary::of(&view) };
        files.site(&view, &summary)?;
        Ok(Body::Inspected(summary))
    }
}

/// The bodies that a plan names and the roster does not.
fn absent(roll: &Roll) -> Vec<AbsentBody> {
    let absent = roll.bodies.iter().enumerate().filter(|(_, it)| it.site.is_none());
    absent
        .map(|(at, it)| AbsentBody { name: it.name.clone(), owes: roll.of(at).count(), outside: it.outside })
        .collect()
}

/// The probes of the last weeks before the inspection. Those that may be cited are written down beside the archive, so
/// that the folder keeps what its reports rest on.
fn watched(judging: &Judging<'_>, site: &Site) -> Result<Watched, DriveError> {
    let file = judging.folder.site_file(&site.id, Citation::PROBES);
    let Some(log) = judging.probes else {
        return Ok(Watched::default());
    };
    let (watched, text) = super::watched(log, &site.id, WATCHED_DAYS, judging.as_of)?;
    if !watched.is_empty() {
        report::write(&file, text.as_bytes())?;
    }
    Ok(watched)
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
