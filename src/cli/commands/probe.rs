//! `probe`: visit home pages, once or for weeks; and what can be done with the log of it.

use std::io::{Write, stdout};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio_util::sync::CancellationToken;

use crate::base::Moment;
use crate::crawl::{Clock, Limits, Names, Prober};
use crate::drive::{DriveError, Print, Probed, Probing, Visited, alerts_beside};
use crate::evidence::store::{ProbeLog, ProbeReader, StoreError};
use crate::evidence::{Line, Probe};
use crate::site::{Robots, Site};

use super::super::Exit;
use super::super::args::{Loudness, ProbeArgs, ProbeCommand};
use super::alert::alerts;
use super::check::stop_on_signal;
use super::inputs::{self, Target};

/// Faster than this only with the owner's consent, or where the roster says that it is a test (`resolve`).
const SHORTEST: Duration = Duration::from_mins(1);

/// Does what was asked.
pub(super) fn probe(args: &ProbeArgs, loudness: &Loudness) -> Result<Exit> {
    match (&args.command, &args.target) {
        (Some(ProbeCommand::Prune { log, keep }), _) => prune(log, *keep),
        (Some(ProbeCommand::Export { log, site }), _) => export(log, site.as_ref()),
        (None, Some(target)) => rounds(target, args, loudness),
        (None, None) => bail!("nothing to probe: name a roster or an address"),
    }
}

/// Where the probes of a roster are kept when nothing else is said: beside it.
pub(super) fn log_beside(target: &str, name: &str) -> PathBuf {
    if target.contains("://") {
        return PathBuf::from(format!("{name}.probes.sqlite"));
    }
    Path::new(target).with_extension("probes.sqlite")
}

fn rounds(target: &str, args: &ProbeArgs, loudness: &Loudness) -> Result<Exit> {
    let Target { registry, .. } = inputs::target(target)?;
    inputs::known_sites(&args.sites, &registry)?;
    let sites: Vec<Site> = registry
        .sites
        .iter()
        .filter(|it| it.home.is_some() && (args.sites.is_empty() || args.sites.contains(&it.id)))
        .cloned()
        .collect();
    let first = sites.first().context("no site of the roster has a home page of its own")?;
    gently(args.every, &sites)?;
    let file = args.probes.clone().unwrap_or_else(|| log_beside(target, first.id.as_str()));
    let names = sites.iter().fold(Names::system(), Names::with_site);
    let names = registry.control.iter().fold(names, Names::with_control);
    let names = args.resolve.iter().fold(names, |names, it| names.with(&it.host, it.port, it.address));
    let prober = Prober::new(names, registry.contact.as_ref(), &Limits::default(), Clock::Wall)
        .context("failed to begin")?;
    let log = ProbeLog::open(&file).map_err(|error| anyhow::anyhow!("failed to {error}"))?;
    if registry.control.is_empty() && !loudness.quiet {
        eprintln!(
            "warning: the roster has no [control] list, so a visit that fails cannot be told from our own line being \
             down: 站点无法访问 can be ruled out, but never be found"
        );
    }
    let print: Print = Arc::new(|json| eprintln!("alert: {json}"));
    let alerts = alerts(&registry, &alerts_beside(&file), args.dry_run.then_some(print))?;
    let probing =
        Probing::new(&sites, registry.control.clone(), Arc::new(prober), Arc::new(log), Clock::Wall)
            .telling(|visited| println!("{}", line(visited)))
            .alerting(alerts);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    ended(runtime.block_on(run(&probing, args, loudness)), &file)
}

async fn run(probing: &Probing, args: &ProbeArgs, loudness: &Loudness) -> Result<Probed, DriveError> {
    let cancel = CancellationToken::new();
    let stop = tokio::spawn(stop_on_signal(cancel.clone()));
    let probed = match args.every {
        None => probing.round(&cancel).await,
        Some(every) => {
            let watch = probing.watch(every, args.lasts)?;
            if !loudness.quiet {
                let until =
                    watch.until.map_or_else(|| "until it is stopped".to_owned(), |it| format!("until {it}"));
                eprintln!("one round in every {} s from {} {until}", every.as_secs(), watch.from);
            }
            probing.rounds(watch, &cancel).await
        }
    };
    stop.abort();
    probed
}

/// How the rounds end the program.
fn ended(probed: Result<Probed, DriveError>, file: &Path) -> Result<Exit> {
    let probed = match probed {
        Ok(probed) => probed,
        Err(error) if error.is_disk_full() => {
            eprintln!(
                "error: the disk is full; what was kept is whole, and the same command goes on: {error}"
            );
            return Ok(Exit::Stopped);
        }
        Err(error) => bail!("failed to {error}"),
    };
    println!(
        "{} visits, {} without an answer, {} not counted because our own line was down, {} left out; log: {}",
        probed.visits,
        probed.unanswered,
        probed.dropped,
        probed.left_out,
        file.display()
    );
    if probed.stopped {
        eprintln!("stopped; the same command goes on with the watch");
        return Ok(Exit::Stopped);
    }
    Ok(Exit::Meets)
}

/// A home page is visited as often as an inspector would, unless its owner wants more.
fn gently(every: Option<Duration>, sites: &[Site]) -> Result<()> {
    let Some(every) = every.filter(|it| *it < SHORTEST) else { return Ok(()) };
    let consents = |site: &&Site| site.resolve.is_some() || site.robots != Robots::Obey;
    if let Some(site) = sites.iter().find(|it| !consents(it)) {
        bail!(
            "every {} s is too often for {}: at most once a minute, more only with `robots = \"owner-consents\"`",
            every.as_secs(),
            site.id
        );
    }
    Ok(())
}

/// A visit in one line.
fn line(visited: &Visited<'_>) -> String {
    let Some(home) = visited.visit.probes.first() else { return String::new() };
    let times = home.times;
    let part = |name: &str, time: Option<Duration>| {
        time.map(|it| format!(" {name} {}", it.as_millis())).unwrap_or_default()
    };
    let parts = [
        part("dns", times.dns),
        part("connect", times.connect),
        part("tls", times.tls),
        part("first byte", times.first_byte),
        part("total", Some(times.total)),
    ];
    format!("{} {} {} (ms:{})", home.at, visited.site.id, came(home), parts.concat())
}

/// What came, in a word or two.
fn came(probe: &Probe) -> String {
    let line = match probe.line {
        Line::Up => "",
        Line::Down => ", our own line was down",
        Line::Unproved => ", our own line is unproved",
    };
    match (probe.result, &probe.challenge) {
        (Ok(status), Some(name)) => format!("{status}, a challenge ({name})"),
        (Ok(status), None) => status.to_string(),
        (Err(kind), _) => format!("{kind:?}{line}"),
    }
}

fn prune(log: &Path, keep: Duration) -> Result<Exit> {
    let file = log_of(log);
    if !file.exists() {
        bail!("there is no log of probes at {}", file.display());
    }
    let keep = i64::try_from(keep.as_millis()).unwrap_or(i64::MAX);
    let limit = Moment::from_millis(Moment::now().millis().saturating_sub(keep))
        .context("nothing is as old as that")?;
    let pruned = ProbeLog::open(&file).and_then(|log| log.prune(limit));
    let pruned = pruned.map_err(|error| anyhow::anyhow!("failed to {error}"))?;
    println!(
        "{} probes from before {limit} are gone, and {} states of home pages",
        pruned.probes, pruned.snapshots
    );
    Ok(Exit::Meets)
}

fn export(log: &Path, site: Option<&crate::site::SiteId>) -> Result<Exit> {
    let mut out = std::io::BufWriter::new(stdout().lock());
    let exported = ProbeReader::open(&log_of(log)).and_then(|reader| reader.export(site, &mut out));
    match exported {
        Ok(_) => {}
        // Whoever reads has seen enough.
        Err(StoreError::Io { source, .. }) if source.kind() == std::io::ErrorKind::BrokenPipe => {}
        Err(error) => bail!("failed to {error}"),
    }
    // As above.
    let _ = out.flush();
    Ok(Exit::Meets)
}

/// The log itself, or that of a roster.
fn log_of(named: &Path) -> PathBuf {
    if named.extension().is_some_and(|it| it == "toml") {
        named.with_extension("probes.sqlite")
    } else {
        named.to_owned()
    }
}
