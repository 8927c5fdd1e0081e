//! `check` and `gather`: walk the sites, and for `check` judge them and write reports.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::{Context, Result, bail};
use tokio_util::sync::CancellationToken;

use crate::base::today_in_china;
use crate::crawl::{End, Gathered, Limits, Names, Start, WalkError};
use crate::drive::{self, DriveError, Gathering, Judging, Record, RunFolder, Showing};

use super::super::args::{JudgeArgs, Loudness, ShowArgs, WalkArgs};
use super::super::{Exit, progress};
use super::compare;
use super::inputs::{self, Target};
use super::show;

/// Walks, judges, reports.
pub(super) fn check(
    target: &str,
    walk: &WalkArgs,
    judge: &JudgeArgs,
    show: &ShowArgs,
    loudness: &Loudness,
) -> Result<Exit> {
    // Everything a person may have written wrongly is read before anything is asked of a site.
    let bound = inputs::bound(&judge.checklists)?;
    let (review, words) = (inputs::review(judge.review.as_deref())?, inputs::words(show.words.as_deref())?);
    let beside = target;
    let earlier = inputs::earlier(show)?;
    let target = inputs::target(target)?;
    let as_of = judge.as_of.unwrap_or_else(today_in_china);
    let waivers = Mutex::new(compare::waivers_on(judge.waivers.as_deref(), as_of)?);
    // A log that was named and is not there is a mistake to hear of before the walk.
    inputs::named_probes(judge.probes.as_deref())?;
    let (folder, stopped) = walk_all(&target, walk, loudness)?;
    let probes = inputs::probes(judge.probes.as_deref(), &folder, Some(beside))?;
    let judging = Judging {
        folder: &folder,
        bound: &bound,
        as_of,
        sites: &walk.sites,
        showing: Showing { formats: &show.formats, words: &words, earlier: &earlier },
        waivers: &waivers,
        probes: probes.as_deref(),
        review: &review,
    };
    let verdicts = drive::judge(&judging).context("failed to judge")?;
    let exit = show::verdicts(&verdicts, folder.path(), show.json)?;
    compare::idle(waivers, walk.sites.is_empty())?;
    Ok(stopped.unwrap_or(exit))
}

/// Walks and keeps; judges nothing.
pub(super) fn gather(target: &str, walk: &WalkArgs, json: bool, loudness: &Loudness) -> Result<Exit> {
    let target = inputs::target(target)?;
    let (folder, stopped) = walk_all(&target, walk, loudness)?;
    if json {
        println!("{}", serde_json::to_string_pretty(&folder.record()?)?);
    } else {
        println!("run: {}", folder.path().display());
    }
    Ok(stopped.unwrap_or(Exit::Meets))
}

/// Walks what was asked for. The second value says how a walk that did not come to its end ends the program.
pub(super) fn walk_all(
    target: &Target,
    walk: &WalkArgs,
    loudness: &Loudness,
) -> Result<(RunFolder, Option<Exit>)> {
    inputs::known_sites(&walk.sites, &target.registry)?;
    if walk.resume && walk.out.is_none() {
        bail!("--resume needs --out DIR, the folder of the run to go on with");
    }
    let (id, folder) = inputs::run_id_and_folder(walk.out.as_ref(), "");
    let folder = RunFolder::new(folder);
    let limits = limits(walk);
    let start = if walk.resume && folder.is_taken() { Start::Resume } else { Start::Afresh };
    let record = match start {
        Start::Resume => folder.record()?,
        Start::Afresh => Record {
            max_pages: walk.max_pages,
            sites: walk.sites.iter().map(ToString::to_string).collect(),
            since: since(walk)?,
            ..Record::begin(id, target.name.clone(), limits.rate)
        },
    };
    let names =
        walk.resolve.iter().fold(Names::system(), |names, it| names.with(&it.host, it.port, it.address));
    let gathering = Gathering {
        folder: &folder,
        record,
        registry: &target.registry,
        roster: &target.text,
        limits,
        names,
        start,
    };
    let stopped = gathered(gathering, loudness)?;
    Ok((folder, stopped))
}

/// Gathers with progress on stderr; Ctrl-C stops gently, a second one at once.
pub(super) fn gathered(gathering: Gathering<'_>, loudness: &Loudness) -> Result<Option<Exit>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(gathered_in_runtime(gathering, loudness))
}

/// The same, for whoever has a runtime already.
pub(super) async fn gathered_in_runtime(
    gathering: Gathering<'_>,
    loudness: &Loudness,
) -> Result<Option<Exit>> {
    let sites =
        gathering.registry.sites.iter().filter(|it| it.home.is_some() && gathering.record.includes(&it.id));
    let listener = progress::board(gathering.registry, sites.count(), loudness);
    let folder = gathering.folder.path().to_owned();
    let cancel = CancellationToken::new();
    let stop = tokio::spawn(stop_on_signal(cancel.clone()));
    let gathered = drive::gather(gathering, listener, cancel).await;
    stop.abort();
    progress::clear();
    match gathered {
        Ok(gathered) => Ok(stopped(&gathered, &folder)),
        Err(error) if error.is_disk_full() => {
            eprintln!("error: the disk is full; what was gathered is kept, and --resume goes on: {error}");
            Ok(Some(Exit::Stopped))
        }
        Err(error @ DriveError::Taken(_)) => bail!("failed to {error}"),
        Err(error) => Err(anyhow::Error::new(error).context("failed to gather")),
    }
}

/// The earlier run, found from wherever this one is gone on with.
fn since(walk: &WalkArgs) -> Result<Option<PathBuf>> {
    let Some(run) = &walk.since else { return Ok(None) };
    RunFolder::new(run).record().map_err(|error| anyhow::anyhow!("failed to {error}"))?;
    let run = std::path::absolute(run).with_context(|| format!("failed to find {}", run.display()))?;
    Ok(Some(run))
}

fn limits(walk: &WalkArgs) -> Limits {
    let otherwise = Limits::default();
    Limits {
        max_pages: walk.max_pages.unwrap_or(otherwise.max_pages),
        rate: walk.rate.unwrap_or(otherwise.rate),
        run_deadline: walk.deadline,
        ..otherwise
    }
}

/// The first signal asks to stop gently, the second one stops at once.
pub(super) async fn stop_on_signal(cancel: CancellationToken) {
    if signalled().await {
        eprintln!("stopping after the questions that are under way; press Ctrl-C again to stop at once");
        cancel.cancel();
    }
    if signalled().await {
        // Nothing is lost: the archive is whole after every exchange.
        std::process::abort();
    }
}

/// Ctrl-C, or what a service manager sends.
pub(super) async fn signalled() -> bool {
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        if let Ok(mut terminate) = terminate {
            return tokio::select! {
                done = tokio::signal::ctrl_c() => done.is_ok(),
                done = terminate.recv() => done.is_some(),
            };
        }
    }
    tokio::signal::ctrl_c().await.is_ok()
}

/// Whether the run ended before its end, and how to go on.
fn stopped(gathered: &Gathered, folder: &Path) -> Option<Exit> {
    let cancelled = gathered.values().any(|walk| walk.as_ref().is_ok_and(|it| it.end == End::Cancelled));
    let full = gathered.values().any(|walk| walk.as_ref().is_err_and(WalkError::is_disk_full));
    if cancelled || full {
        let why = if full { "the disk is full" } else { "stopped" };
        eprintln!("{why}; what was gathered is kept: go on with --resume --out {}", folder.display());
        return Some(Exit::Stopped);
    }
    None
}
