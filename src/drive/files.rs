//! The third stage: from views to files, in every format that was asked for.

use std::fs;
use std::io;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use serde::de::DeserializeOwned;

use crate::report::view::{Body, CityView, DutiesView, RunInfo, SiteSummary, SiteView};
use crate::report::{self, Format, Words, read, wire};

use super::earlier::Beside;
use super::{DriveError, Earlier, RunFolder, Verdicts};

/// Which files are written, in what words, and beside which earlier runs.
#[derive(Clone, Copy, Debug)]
pub struct Showing<'a> {
    /// Which files.
    pub formats: &'a [Format],
    /// The wording of the papers.
    pub words: &'a Words,
    /// What the city is compared with.
    pub earlier: &'a Earlier,
}

/// Where files go, and which.
#[derive(Clone, Copy, Debug)]
pub(super) struct Files<'a> {
    pub(super) folder: &'a RunFolder,
    pub(super) showing: Showing<'a>,
}

/// Writes the files of a run anew from its `run.json` and its `report.json`s alone; asks no archive and no site.
pub fn render(folder: &RunFolder, showing: Showing<'_>) -> Result<Verdicts, DriveError> {
    let files = Files { folder, showing };
    let run: wire::RunReport = document(folder, "run.json")?;
    let wrong = |error| unreadable(folder, "run.json", error);
    let info = read::run(&run).map_err(wrong)?;
    let beside = showing.earlier.beside(&info)?;
    let (ledger, absent) = if folder.file("duties.json").is_file() {
        let ledger: wire::Ledger = document(folder, "duties.json")?;
        read::ledger(ledger).map_err(|error| unreadable(folder, "duties.json", error))?
    } else {
        (Vec::new(), Vec::new())
    };
    let bodies = in_parallel(&run.sites, |row| files.body(&beside, row, &ledger, &info))?;
    let names = showing.formats.iter().map(|it| it.name).collect();
    let city = read::city(&run, bodies, names).map_err(wrong)?.with_absent(absent);
    let city = beside.city(city, true)?;
    let files = files.city(&city)?;
    Ok(Verdicts { city, files })
}

impl Files<'_> {
    /// Writes one site's files.
    pub(super) fn site(&self, view: &SiteView, summary: &SiteSummary) -> Result<(), DriveError> {
        for file in self.showing.formats.iter().flat_map(|it| it.site) {
            match file.path(summary) {
                Some(path) => {
                    report::write(&self.folder.file(&path), &(file.render)(view, self.showing.words)?)?;
                }
                // A paper from an earlier audit must not go on accusing a site that has nothing to mend.
                None => remove(self.folder.file(&file.place(&summary.site.id)))?,
            }
        }
        Ok(())
    }

    /// Writes the city's files.
    pub(super) fn city(&self, city: &CityView) -> Result<Vec<PathBuf>, DriveError> {
        let mut written = Vec::new();
        let files = self.showing.formats.iter().flat_map(|it| it.city);
        for file in files {
            let path = self.folder.file(file.path);
            if !file.is_for(city) {
                // A ledger from an earlier audit by a plan says nothing of this one.
                remove(path)?;
                continue;
            }
            report::write_with(&path, |out| file.render(city, self.showing.words, out))?;
            written.push(path);
        }
        Ok(written)
    }

    /// Writes the page of a body that has no site of its own.
    pub(super) fn body_without_site(&self, duties: &DutiesView, run: &RunInfo) -> Result<(), DriveError> {
        // The id is the roster's: nothing a website says becomes part of the path.
        let path = self.folder.file(&format!("sites/{}/report.html", duties.id));
        if self.showing.formats.iter().any(|it| it.name == "html") {
            report::write(&path, &report::body(duties, run)?)?;
        }
        Ok(())
    }

    fn body(
        &self,
        beside: &Beside<'_>,
        row: &wire::SiteRow,
        ledger: &[DutiesView],
        run: &RunInfo,
    ) -> Result<Body, DriveError> {
        let name = format!("sites/{}/report.json", row.id);
        let wrong = |error| unreadable(self.folder, "run.json", error);
        if let Some(mut body) = read::without_site(row).map_err(wrong)? {
            body.duties = ledger.iter().find(|it| it.id == row.id).cloned().map(Arc::new);
            if let Some(duties) = &body.duties {
                self.body_without_site(duties, run)?;
            }
            return Ok(Body::WithoutSite(body));
        }
        let id: Result<crate::site::SiteId, String> = row.id.parse();
        id.map_err(|why| unreadable(self.folder, "run.json", why))?;
        let report: wire::Report = document(self.folder, &name)?;
        let view = read::site(report).map_err(|error| unreadable(self.folder, &name, error))?;
        let summary = SiteSummary { since: beside.site(&view)?, ..SiteSummary::of(&view) };
        self.site(&view, &summary)?;
        Ok(Body::Inspected(summary))
    }
}

fn document<T: DeserializeOwned>(folder: &RunFolder, name: &str) -> Result<T, DriveError> {
    let bytes = fs::read(folder.file(name)).map_err(|error| unreadable(folder, name, error))?;
    serde_json::from_slice(&bytes).map_err(|error| unreadable(folder, name, error))
}

fn unreadable(folder: &RunFolder, name: &str, why: impl std::fmt::Display) -> DriveError {
    DriveError::NoRun { path: folder.path().to_owned(), why: format!("{name}: {why}") }
}

fn remove(path: PathBuf) -> Result<(), DriveError> {
    match fs::remove_file(&path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(DriveError::Io { path, source }),
        _ => Ok(()),
    }
}

/// Does `work` on every item, as many at once as there are cores; results in the order of the items.
pub(super) fn in_parallel<T: Sync, R: Send>(
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
                    done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((index, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}
