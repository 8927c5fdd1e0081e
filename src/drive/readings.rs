//! One side of a comparison, wherever it lies: the folder of a run, one site's report, or a stored baseline.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::compare::{Known, Origin, SiteReading};
use crate::site::SiteId;

use super::DriveError;
use super::baseline::{BASELINE, Baseline};
use super::document::{CityPart, CitySitePart, ReportPart, Text};

const REPORT: &str = "govcensus.report/1";
const RUN: &str = "govcensus.run/1";

/// One side of a comparison. Sites are read one at a time, when they are asked for.
#[derive(Debug)]
pub struct Readings {
    origin: Origin,
    started_at: String,
    kept: Kept,
    sites: BTreeMap<String, Place>,
    mended: Known,
    /// Room that a report was read into before: a thousand reports need not ask the system for a thousand rooms.
    spare: Mutex<Vec<Vec<u8>>>,
}

/// What kind of thing holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    Run,
    Report,
    Baseline,
}

/// Where a site is.
#[derive(Debug)]
enum Place {
    /// In a file of its own; the run's row stands in for it when it is missing.
    File(PathBuf, Option<(Box<CitySitePart>, String)>),
    /// In memory.
    Part(Box<ReportPart>),
}

/// The first thing every document says.
#[derive(Deserialize)]
struct Head {
    schema: String,
}

impl Readings {
    /// Opens a folder of a run or of one site, a `report.json`, a `run.json` or a baseline.
    pub fn open(path: &Path) -> Result<Self, DriveError> {
        let file = match path {
            folder if folder.join("run.json").is_file() => folder.join("run.json"),
            folder if folder.join("report.json").is_file() => folder.join("report.json"),
            folder if folder.is_dir() => {
                let why = "there is neither run.json nor report.json in it".to_owned();
                return Err(DriveError::Reading { path: path.to_owned(), why });
            }
            file => file.to_owned(),
        };
        let bytes = fs::read(&file).map_err(DriveError::io(&file))?;
        let head: Head = parse(&file, &bytes)?;
        match head.schema.as_str() {
            RUN => Self::of_run(&file, &parse(&file, &bytes)?),
            REPORT => Self::of_report(&file, parse(&file, &bytes)?),
            BASELINE => Self::of_baseline(&file, parse(&file, &bytes)?),
            other => {
                let why =
                    format!("it is of schema {other}; this program reads {RUN}, {REPORT} and {BASELINE}");
                Err(DriveError::Reading { path: file, why })
            }
        }
    }

    fn of_run(file: &Path, city: &CityPart) -> Result<Self, DriveError> {
        let folder = file.parent().unwrap_or(Path::new("."));
        let checklist = city.run.asked.checklists.join(",");
        let mut sites = BTreeMap::new();
        for row in &city.sites {
            // Only what is an id of a site may become part of a path.
            let id: SiteId = row.id.parse().map_err(|error| wrong(file, &error))?;
            let report = folder.join("sites").join(id.as_str()).join("report.json");
            let row = (Box::new(row.clone()), checklist.clone());
            sites.insert(id.as_str().to_owned(), Place::File(report, Some(row)));
        }
        Ok(Self {
            origin: origin(&city.run.id, &city.run.as_of, &city.tool.version),
            started_at: city.run.started_at.clone(),
            kept: Kept::Run,
            sites,
            mended: Known::new(),
            spare: Mutex::default(),
        })
    }

    fn of_report(file: &Path, report: ReportPart) -> Result<Self, DriveError> {
        report.reading().map_err(|error| wrong(file, &error))?;
        Ok(Self {
            origin: origin(&report.run.id, &report.run.as_of, &report.tool.version),
            started_at: report.run.started_at.clone(),
            kept: Kept::Report,
            sites: [(report.site.id.clone(), Place::Part(Box::new(report)))].into(),
            mended: Known::new(),
            spare: Mutex::default(),
        })
    }

    fn of_baseline(file: &Path, baseline: Baseline) -> Result<Self, DriveError> {
        let Baseline { run, as_of, version, sites, mended, .. } = baseline;
        for site in &sites {
            site.reading().map_err(|error| wrong(file, &error))?;
        }
        Ok(Self {
            origin: origin(&run, &as_of, &version),
            started_at: String::new(),
            kept: Kept::Baseline,
            sites: sites.into_iter().map(|it| (it.site.id.clone(), Place::Part(Box::new(it)))).collect(),
            mended,
            spare: Mutex::default(),
        })
    }

    /// Where it comes from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Ids of its sites, in order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.sites.keys().map(String::as_str)
    }

    /// Whether it is one site's report, so that it says nothing of other sites.
    pub fn is_one_site(&self) -> bool {
        self.kept == Kept::Report
    }

    /// What is known to have been there once and was mended since, by site.
    pub fn mended(&self) -> &Known {
        &self.mended
    }

    /// What ties two runs into an order: the day of inspection, then when gathering began.
    pub fn order(&self) -> (Option<crate::base::Day>, &str, &str) {
        (self.origin.as_of, &self.started_at, &self.origin.run)
    }

    /// Reads one site and hands it over: `None` when it is not in there. The reading borrows from its document, which
    /// is gone afterwards.
    pub fn with_site<T>(
        &self,
        id: &str,
        look: impl FnOnce(Option<&SiteReading<'_>>) -> T,
    ) -> Result<T, DriveError> {
        match self.sites.get(id) {
            None => Ok(look(None)),
            Some(Place::Part(part)) => {
                Ok(look(Some(&part.reading().map_err(|error| wrong(Path::new(id), &error))?)))
            }
            Some(Place::File(file, Some((row, checklist)))) if !file.exists() => {
                Ok(look(Some(&row.reading(checklist).map_err(|error| wrong(file, &error))?)))
            }
            Some(Place::File(file, _)) => {
                let mut bytes = self.spare().pop().unwrap_or_default();
                let seen = self.with_file(file, &mut bytes, look);
                self.spare().push(bytes);
                seen
            }
        }
    }

    fn with_file<T>(
        &self,
        file: &Path,
        bytes: &mut Vec<u8>,
        look: impl FnOnce(Option<&SiteReading<'_>>) -> T,
    ) -> Result<T, DriveError> {
        bytes.clear();
        let read = File::open(file).and_then(|mut it| it.read_to_end(bytes));
        read.map_err(DriveError::io(file))?;
        // Checked as a whole, which is quicker than each text by itself.
        let text = str::from_utf8(bytes).map_err(|error| wrong(file, &error))?;
        let part: ReportPart<Text<'_>> = serde_json::from_str(text).map_err(|error| wrong(file, &error))?;
        self.check(file, &part)?;
        let reading = part.reading().map_err(|error| wrong(file, &error))?;
        Ok(look(Some(&reading)))
    }

    fn spare(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a site's report is missing although the run has it.
    pub fn lacks_report(&self, id: &str) -> bool {
        matches!(self.sites.get(id),
            Some(Place::File(file, row)) if !file.exists() && row.as_ref().is_some_and(|(row, _)| row.url.is_some()))
    }

    /// One site as a baseline keeps it; `None` for a body without a report.
    pub(super) fn part(&self, id: &str) -> Result<Option<ReportPart>, DriveError> {
        match self.sites.get(id) {
            None => Ok(None),
            Some(Place::Part(part)) => Ok(Some((**part).clone())),
            Some(Place::File(file, _)) if !file.exists() => Ok(None),
            Some(Place::File(file, _)) => self.part_in(file).map(Some),
        }
    }

    fn part_in(&self, file: &Path) -> Result<ReportPart, DriveError> {
        let bytes = fs::read(file).map_err(DriveError::io(file))?;
        let part: ReportPart = parse(file, &bytes)?;
        self.check(file, &part)?;
        Ok(part)
    }

    /// Whether a document is a report, and of this run.
    fn check<S: AsRef<str> + Default>(&self, file: &Path, part: &ReportPart<S>) -> Result<(), DriveError> {
        let (schema, run) = (part.schema.as_ref(), part.run.id.as_ref());
        if schema != REPORT {
            return Err(wrong(file, &format!("it is of schema {schema}, not {REPORT}")));
        }
        if run != self.origin.run {
            tracing::warn!("{} is of run {run}, not {}", file.display(), self.origin.run);
        }
        Ok(())
    }
}

pub(super) fn parse<T: DeserializeOwned>(file: &Path, bytes: &[u8]) -> Result<T, DriveError> {
    serde_json::from_slice(bytes).map_err(|error| wrong(file, &error))
}

fn wrong(file: &Path, why: &impl std::fmt::Display) -> DriveError {
    DriveError::Reading { path: file.to_owned(), why: why.to_string() }
}

fn origin(run: &str, as_of: &str, version: &str) -> Origin {
    Origin { run: run.to_owned(), as_of: as_of.parse().ok(), version: version.to_owned() }
}
