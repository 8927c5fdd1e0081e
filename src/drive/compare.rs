//! Two runs compared, and many runs in a row: reads the documents, hands the readings to `compare`.

use std::collections::BTreeSet;
use std::fs;
use std::panic::resume_unwind;
use std::path::Path;
use std::thread;

use crate::compare::{Comparing, Comparison, History, Known, Note, Origin, SiteReading, WaiverBook};

use super::{DriveError, Readings};

/// What is compared.
#[derive(Debug)]
pub struct Sides<'a> {
    /// The older side; `None` for nothing at all, so that every site is added.
    pub base: Option<&'a Readings>,
    /// The newer side.
    pub head: &'a Readings,
    /// A folder of earlier runs, which tell what is reopened from what is new.
    pub history: Option<&'a Path>,
}

/// Compares two sides, one site at a time. `waived` learns which waivers bear something.
pub fn compare(sides: &Sides<'_>, waived: &mut WaiverBook) -> Result<Comparison, DriveError> {
    let Sides { base, head, history } = sides;
    let mut known = base.map(|it| it.mended().clone()).unwrap_or_default();
    if let Some(folder) = history {
        for run in runs_in(folder)?.iter().filter(|it| it.origin().run != head.origin().run) {
            remember(run, head, &mut known)?;
        }
    }
    let origin = base.map_or_else(|| head.origin().clone(), |it| it.origin().clone());
    let mut comparing = Comparing::begin(origin, head.origin().clone(), known);
    for id in ids(*base, head)? {
        let (older, newer) = read_both(*base, head, &id);
        let (older, newer) = (older?, newer?);
        let lacking = older.is_some()
            && newer.is_some()
            && (head.lacks_report(&id) || base.is_some_and(|it| it.lacks_report(&id)));
        comparing.site(older.as_ref(), newer.as_ref(), waived);
        if lacking {
            comparing.note(Note::NoReport { site: id });
        }
    }
    Ok(comparing.end())
}

/// What either side says of a site.
type Sided = Result<Option<SiteReading>, DriveError>;

/// Reads a site on both sides at once: reading is what takes the time.
fn read_both(base: Option<&Readings>, head: &Readings, id: &str) -> (Sided, Sided) {
    thread::scope(|scope| {
        let newer = scope.spawn(|| head.site(id));
        let older = base.map_or(Ok(None), |it| it.site(id));
        (older, newer.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })
}

/// Ids to compare, in order. One site's report says nothing of other sites.
fn ids(base: Option<&Readings>, head: &Readings) -> Result<BTreeSet<String>, DriveError> {
    let of = |it: &Readings| -> BTreeSet<String> { it.ids().map(str::to_owned).collect() };
    let Some(base) = base else { return Ok(of(head)) };
    let (old, new) = (of(base), of(head));
    if base.is_one_site() || head.is_one_site() {
        let both: BTreeSet<String> = old.intersection(&new).cloned().collect();
        if both.is_empty() {
            let name = |ids: &BTreeSet<String>| ids.iter().cloned().collect::<Vec<_>>().join(", ");
            return Err(DriveError::NothingInCommon { base: name(&old), head: name(&new) });
        }
        return Ok(both);
    }
    Ok(old.union(&new).cloned().collect())
}

fn remember(run: &Readings, head: &Readings, known: &mut Known) -> Result<(), DriveError> {
    for id in head.ids() {
        let Some(site) = run.site(id)? else { continue };
        let known = known.entry(id.to_owned()).or_default();
        known.extend(site.findings().map(|(_, it)| it.fingerprint.clone()));
    }
    Ok(())
}

/// The runs in the folders of a folder, the oldest first; what is no run is passed over.
pub fn runs_in(folder: &Path) -> Result<Vec<Readings>, DriveError> {
    let mut runs = Vec::new();
    for entry in fs::read_dir(folder).map_err(DriveError::io(folder))? {
        let path = entry.map_err(DriveError::io(folder))?.path();
        if path.join("run.json").is_file() {
            runs.push(Readings::open(&path)?);
        }
    }
    if runs.is_empty() {
        let why = "no folder in it holds a run.json".to_owned();
        return Err(DriveError::Reading { path: folder.to_owned(), why });
    }
    runs.sort_by(|a, b| a.order().cmp(&b.order()));
    Ok(runs)
}

/// How the sites went over the runs of a folder.
pub fn history(folder: &Path) -> Result<History, DriveError> {
    let mut history = History::default();
    for run in runs_in(folder)? {
        history.run(Origin::clone(run.origin()));
        for id in run.ids() {
            if let Some(site) = run.site(id)? {
                history.site(&site);
            }
        }
    }
    Ok(history)
}
