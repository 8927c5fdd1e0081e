//! The first stage: every chosen site walked, everything kept.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::base::Moment;
use crate::crawl::{self, Clock, End, Gathered, Limits, Listener, Names, OwnLine, Prober, Start, Web};
use crate::evidence::store::{Store, StoreError};
use crate::site::{Registry, Site};

use super::{DriveError, Record, RunFolder, coverage};

/// How often an archive is tried again before it counts as held by another process: ten seconds.
const MOST_WAITS: u32 = 500;

/// What is to be gathered, and how.
#[derive(Debug)]
pub struct Gathering<'a> {
    /// Where to.
    pub folder: &'a RunFolder,
    /// What was asked for.
    pub record: Record,
    /// The sites.
    pub registry: &'a Registry,
    /// The roster's text, kept beside the archives.
    pub roster: &'a str,
    /// How far, how long and how fast.
    pub limits: Limits,
    /// How hosts become addresses.
    pub names: Names,
    /// Whether an earlier part of the run is gone on with.
    pub start: Start,
}

/// Walks the chosen sites. Returns how each walk went; a site that fails is evidence, no error.
pub async fn gather(
    gathering: Gathering<'_>,
    listener: Listener,
    cancel: CancellationToken,
) -> Result<Gathered, DriveError> {
    let Gathering { folder, mut record, registry, roster, limits, mut names, start } = gathering;
    match start {
        Start::Afresh if folder.is_taken() => return Err(DriveError::Taken(folder.path().to_owned())),
        Start::Afresh => folder.keep(&record, roster)?,
        Start::Resume => {}
    }
    let sites: Vec<Site> = registry.sites.iter().filter(|it| record.includes(&it.id)).cloned().collect();
    for site in &sites {
        names = names.with_site(site);
    }
    names = registry.control.iter().fold(names, Names::with_control);
    let line = own_line(&names, registry, &limits)?;
    let web = Web::new(names, registry.contact.as_ref(), limits)?.since(record.since.clone());
    let web = Arc::new(match line {
        Some(line) => web.on(line),
        None => web,
    });
    let gathered = crawl::gather(&sites, folder.path(), web, start, listener, cancel).await;
    for site in &sites {
        if let Some(Ok(walk)) = gathered.get(&site.id) {
            let archive = crawl::archive_folder(folder.path(), &site.id);
            coverage::keep(
                site,
                walk,
                &reopened(&archive).await?,
                &folder.site_file(&site.id, "skipped.jsonl"),
            )?;
        }
    }
    record.finished_at = Moment::now().to_string();
    record.finished = gathered.values().all(|walk| walk.as_ref().is_ok_and(|it| it.end != End::Cancelled));
    folder.keep_record(&record)?;
    Ok(gathered)
}

/// What shows whether our own line is up, when the roster names something that does.
fn own_line(names: &Names, registry: &Registry, limits: &Limits) -> Result<Option<OwnLine>, DriveError> {
    if registry.control.is_empty() {
        return Ok(None);
    }
    let prober = Prober::new(names.clone(), registry.contact.as_ref(), limits, Clock::Wall)?;
    Ok(Some(OwnLine::new(Arc::new(prober), registry.control.clone(), Clock::Wall)))
}

/// The archive of a walk that has ended. A page that was being read when the walk was told to stop may hold it for a
/// moment longer.
async fn reopened(archive: &Path) -> Result<Store, StoreError> {
    for _ in 0..MOST_WAITS {
        match Store::open(archive) {
            Err(StoreError::Locked(_)) => sleep(Duration::from_millis(20)).await,
            opened => return opened,
        }
    }
    Store::open(archive)
}
