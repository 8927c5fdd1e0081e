//! All sites of a city, side by side.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::walk::{Walk, WalkError, walk};
use super::{Event, Listener, Web};
use crate::evidence::store::Store;
use crate::site::{Site, SiteId};

/// Whether there may be something already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The folders are new; one that already holds an archive is an error.
    Afresh,
    /// Goes on where an earlier part of the run was stopped; sites without an archive are begun.
    Resume,
}

/// How each site's walk went, in order of their ids.
pub type Gathered = BTreeMap<SiteId, Result<Walk, WalkError>>;

/// Where a site's archive is, under the folder of the run.
pub fn archive_folder(out: &Path, site: &SiteId) -> PathBuf {
    out.join("sites").join(site.as_str()).join("archive")
}

/// Walks every site that has a home page. A site that fails does not hold up the others; a full disk stops them all.
pub async fn gather(
    sites: &[Site],
    out: &Path,
    web: Arc<Web>,
    start: Start,
    listener: Listener,
    cancel: CancellationToken,
) -> Gathered {
    if start == Start::Resume {
        for site in sites {
            // What cannot be read now is named when its own walk opens it.
            let _ = web.remember(&archive_folder(out, &site.id));
        }
    }
    let places = Arc::new(Semaphore::new(web.limits().sites_at_once.max(1)));
    // A site may fill the disk for all, which stops the run; the caller's own token stays as it is.
    let cancel = cancel.child_token();
    let mut timer = JoinSet::new();
    if let Some(deadline) = web.limits().run_deadline {
        let cancel = cancel.clone();
        // Gone with the set when the last walk is over.
        timer.spawn(async move {
            tokio::time::sleep(deadline).await;
            cancel.cancel();
        });
    }
    let mut walks = JoinSet::new();
    for site in sites.iter().filter(|it| it.home.is_some()).cloned() {
        let (web, listener, cancel) = (Arc::clone(&web), listener.clone(), cancel.clone());
        let (places, folder) = (Arc::clone(&places), archive_folder(out, &site.id));
        walks.spawn(async move {
            let _place = places.acquire_owned().await;
            let walked = one(&site, &folder, &web, start, &listener, &cancel).await;
            if walked.as_ref().is_err_and(WalkError::is_disk_full) {
                cancel.cancel();
            }
            let told = walked.clone().map_err(|error| error.to_string());
            listener.tell(Event::SiteFinished { site: site.id.clone(), walk: told });
            (site.id, walked)
        });
    }
    let mut gathered = Gathered::new();
    while let Some(joined) = walks.join_next().await {
        match joined {
            Ok((site, walked)) => {
                gathered.insert(site, walked);
            }
            Err(error) => {
                if let Ok(panic) = error.try_into_panic() {
                    std::panic::resume_unwind(panic);
                }
            }
        }
    }
    gathered
}

async fn one(
    site: &Site,
    folder: &Path,
    web: &Web,
    start: Start,
    listener: &Listener,
    cancel: &CancellationToken,
) -> Result<Walk, WalkError> {
    let store = match start {
        Start::Resume if folder.join("index.sqlite").exists() => Store::open(folder)?,
        Start::Resume | Start::Afresh => Store::create(folder, &site.id)?,
    };
    walk(site, web, Arc::new(store), listener, cancel).await
}
