//! `demo`: serves the fixture city on loopback from the program itself, and checks it on its day.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::audit::Review;
use crate::base::Day;
use crate::crawl::{Limits, Names, Start};
use crate::drive::{self, Gathering, Judging, Record, RunFolder, Showing};
use crate::site::Registry;

use super::super::args::{Loudness, ShowArgs};
use super::super::serve::{self, Shelf};
use super::super::{Exit, city};
use super::{check, inputs, show};

pub(super) fn demo(
    out: Option<&PathBuf>,
    checklists: &[String],
    show: &ShowArgs,
    loudness: &Loudness,
) -> Result<Exit> {
    let (id, folder) = inputs::run_id_and_folder(out, "demo-");
    let saved = SavedSites {
        shelf: city::shelf()?,
        roster: city::roster_text(),
        name: "fixtures/city/roster.toml",
        as_of: city::AS_OF.parse()?,
        checklists,
    };
    check_saved(saved, id, folder, show, loudness)
}

/// Saved sites that are served by the program itself.
pub(in crate::cli) struct SavedSites<'a> {
    /// The pages.
    pub(in crate::cli) shelf: Shelf,
    /// Who is inspected.
    pub(in crate::cli) roster: &'a str,
    /// What the reports call the roster.
    pub(in crate::cli) name: &'a str,
    /// The day of inspection.
    pub(in crate::cli) as_of: Day,
    /// What they are judged by.
    pub(in crate::cli) checklists: &'a [String],
}

/// Serves the sites on loopback and checks them there. A host that is not on the shelf does not exist.
pub(in crate::cli) fn check_saved(
    saved: SavedSites<'_>,
    id: String,
    folder: PathBuf,
    show: &ShowArgs,
    loudness: &Loudness,
) -> Result<Exit> {
    let bound = inputs::bound(saved.checklists)?;
    let words = inputs::words(show.words.as_deref())?;
    let earlier = inputs::earlier(show)?;
    let registry = Registry::parse(Path::new(saved.name), saved.roster)?;
    let folder = RunFolder::new(folder);
    let hosts: Vec<String> = saved.shelf.hosts().map(str::to_owned).collect();
    // The server is ours, so it need not be spared, and what failed may be asked again at once.
    let limits = Limits { rate: 200.0, second_chance_after: Duration::from_millis(50), ..Limits::default() };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let stopped = runtime.block_on(async {
        let server = serve::serve(saved.shelf).await.context("failed to serve the pages on loopback")?;
        // Closed: nothing leaves this machine.
        let names = hosts.iter().fold(Names::closed(), |names, host| names.with(host, None, server));
        let gathering = Gathering {
            folder: &folder,
            record: Record::begin(id, saved.name.to_owned(), limits.rate),
            registry: &registry,
            roster: saved.roster,
            limits,
            names,
            start: Start::Afresh,
        };
        check::gathered_in_runtime(gathering, loudness).await
    })?;
    let judging = Judging {
        folder: &folder,
        bound: &bound,
        as_of: saved.as_of,
        sites: &[],
        showing: Showing { formats: &show.formats, words: &words, earlier: &earlier },
        waivers: &Mutex::default(),
        probes: None,
        review: &Review::default(),
    };
    let verdicts = drive::judge(&judging).context("failed to judge")?;
    let exit = show::verdicts(&verdicts, folder.path(), show.json)?;
    Ok(stopped.unwrap_or(exit))
}
