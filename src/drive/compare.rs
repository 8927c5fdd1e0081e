//! Two runs compared, and many runs in a row: reads the documents, hands the readings to `compare`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::compare::{Comparing, Comparison, History, Known, Note, Origin, Pair, SiteReading, WaiverBook};

use super::files::in_parallel;
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

/// Compares two sides, as many sites at a time as there are processors. `waived` learns which waivers bear something.
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
    let ids: Vec<String> = ids(*base, head)?.into_iter().collect();
    let waived = Mutex::new(waived);
    let look = |id: &String| {
        let at_both = |older: Option<&SiteReading<'_>>, newer: Option<&SiteReading<'_>>| {
            let mut pair = comparing.look(older, newer);
            pair.mark(newer, &mut waived.lock().unwrap_or_else(PoisonError::into_inner));
            pair
        };
        match base {
            None => head.with_site(id, |newer| at_both(None, newer)),
            Some(base) => base.with_site(id, |older| head.with_site(id, |newer| at_both(older, newer)))?,
        }
    };
    for (id, pair) in ids.iter().zip(in_parallel(&ids, look)?) {
        let lacks = |it: &Readings| it.lacks_report(id);
        let lacking = matches!(pair, Pair::Both(..)) && (lacks(head) || base.is_some_and(lacks));
        comparing.add(pair);
        if lacking {
            comparing.note(Note::NoReport { site: id.clone() });
        }
    }
    Ok(comparing.end())
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
        run.with_site(id, |site| {
            let Some(site) = site else { return };
            let known = known.entry(id.to_owned()).or_default();
            known.extend(site.findings().map(|(_, it)| it.fingerprint.to_string()));
        })?;
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
            run.with_site(id, |site| site.map(|it| history.site(it)))?;
        }
    }
    Ok(history)
}
