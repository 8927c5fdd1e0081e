//! `audit`: judge what was kept, again and again, with any checklist and on any day. Asks no site.

use std::path::Path;
use std::sync::Mutex;

use anyhow::{Context, Result};

use crate::base::Moment;
use crate::drive::{self, Judging, RunFolder, Showing};
use crate::site::SiteId;

use super::super::Exit;
use super::super::args::{JudgeArgs, ShowArgs};
use super::{compare, inputs, show};

pub(super) fn audit(run: &Path, sites: &[SiteId], judge: &JudgeArgs, show: &ShowArgs) -> Result<Exit> {
    let bound = inputs::bound(&judge.checklists)?;
    let (review, words) = (inputs::review(judge.review.as_deref())?, inputs::words(show.words.as_deref())?);
    let earlier = inputs::earlier(show)?;
    let folder = RunFolder::new(run);
    let record = folder.record().context("failed to audit")?;
    inputs::known_sites(sites, &folder.registry()?)?;
    // Evidence speaks of the day on which it was gathered, unless told otherwise.
    let gathered = Moment::parse(&record.started_at).map(Moment::day);
    let as_of =
        judge.as_of.or(gathered).context("gathered.json does not say when the run began; give --as-of")?;
    let probes = inputs::probes(judge.probes.as_deref(), &folder, None)?;
    let waivers = Mutex::new(compare::waivers_on(judge.waivers.as_deref(), as_of)?);
    let judging = Judging {
        folder: &folder,
        bound: &bound,
        as_of,
        sites,
        showing: Showing { formats: &show.formats, words: &words, earlier: &earlier },
        review: &review,
        waivers: &waivers,
        probes: probes.as_deref(),
    };
    let verdicts = drive::judge(&judging).context("failed to judge")?;
    let exit = show::verdicts(&verdicts, folder.path(), show.json)?;
    compare::idle(waivers, sites.is_empty())?;
    Ok(exit)
}
