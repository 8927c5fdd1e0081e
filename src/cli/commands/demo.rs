//! `demo`: serves the fixture city on loopback from the program itself, and checks it on its day.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::audit::Review;
use crate::crawl::{Limits, Names, Start};
use crate::drive::{self, Gathering, Judging, Record, RunFolder};

use super::super::args::{Loudness, ShowArgs};
use super::super::{Exit, city, serve};
use super::{check, inputs, show};

pub(super) fn demo(out: Option<&PathBuf>, show: &ShowArgs, loudness: &Loudness) -> Result<Exit> {
    let bound = inputs::bound("census-2015")?;
    let words = inputs::words(show.words.as_deref())?;
    let registry = city::registry()?;
    let shelf = city::shelf()?;
    let (id, folder) = inputs::run_id_and_folder(out, "demo-");
    let folder = RunFolder::new(folder);
    let hosts: Vec<String> = shelf.hosts().map(str::to_owned).collect();
    // The city's server is ours, so it need not be spared, and what failed may be asked again at once.
    let limits = Limits { rate: 200.0, second_chance_after: Duration::from_millis(50), ..Limits::default() };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let stopped = runtime.block_on(async {
        let server = serve::serve(shelf).await.context("failed to serve the fixture city on loopback")?;
        // Closed: a host that is not in the city does not exist, so nothing leaves this machine.
        let names = hosts.iter().fold(Names::closed(), |names, host| names.with(host, None, server));
        let gathering = Gathering {
            folder: &folder,
            record: Record::begin(id, "fixtures/city/roster.toml".to_owned(), limits.rate),
            registry: &registry,
            roster: city::roster_text(),
            limits,
            names,
            start: Start::Afresh,
        };
        check::gathered_in_runtime(gathering, loudness).await
    })?;
    let as_of = city::AS_OF.parse()?;
    let judging = Judging {
        folder: &folder,
        bound: &bound,
        as_of,
        sites: &[],
        formats: &show.formats,
        review: &Review::default(),
        words: &words,
    };
    let verdicts = drive::judge(&judging).context("failed to judge")?;
    let exit = show::verdicts(&verdicts, folder.path(), show.json)?;
    Ok(stopped.unwrap_or(exit))
}
