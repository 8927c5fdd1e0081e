//! What people name on the command line, read and checked before anything is asked of a site.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::audit::{self, Bound, Review};
use crate::base::{Address, Moment};
use crate::checklist;
use crate::drive::{Earlier, RunFolder};
use crate::evidence::store::{PROBES_FILE, ProbeReader};
use crate::indicators;
use crate::report::{self, CircularWords, NoticeWords, Words};
use crate::site::{Registry, SiteId, roster_of_one};

use super::super::args::ShowArgs;

/// What is to be walked.
pub(super) struct Target {
    /// As it was named.
    pub(super) name: String,
    /// The roster's text.
    pub(super) text: String,
    /// The sites.
    pub(super) registry: Registry,
}

/// Reads a roster file, or makes one of a single address.
pub(super) fn target(named: &str) -> Result<Target> {
    if named.contains("://") {
        let home: Address = named.parse()?;
        let text = roster_of_one(&home);
        let registry = Registry::parse(Path::new(named), &text)?;
        return Ok(Target { name: named.to_owned(), text, registry });
    }
    let path = Path::new(named);
    let text = fs::read_to_string(path).with_context(|| {
        format!("failed to read the roster {named} (a site is given by its whole address, with http://)")
    })?;
    let registry = Registry::parse(path, &text)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Target { name, text, registry })
}

/// Reads checklists, ties them to their indicators, and joins them to one.
pub(super) fn bound(named: &[impl AsRef<str>]) -> Result<Bound> {
    let mut all: Vec<Bound> = Vec::new();
    for named in named {
        let bound = bound_one(named.as_ref())?;
        let id = &bound.checklist().id;
        if all.iter().any(|it| it.checklist().id == *id) {
            bail!("the checklist `{id}` is named twice");
        }
        all.push(bound);
    }
    audit::join(all).context("no checklist is named")
}

/// Reads one checklist and ties it to its indicators.
fn bound_one(named: &str) -> Result<Bound> {
    let built_in = checklist::adopted().iter().find(|it| it.id == named);
    Ok(if let Some(edition) = built_in {
        audit::read(Path::new(edition.file), edition.text, indicators::ALL)?
    } else {
        let known = checklist::adopted().iter().map(|it| it.id).collect::<Vec<_>>().join(", ");
        let text = fs::read_to_string(named).with_context(|| {
            format!("no checklist is called `{named}` (built in: {known}), and no such file can be read")
        })?;
        audit::read(Path::new(named), &text, indicators::ALL)?
    })
}

/// Reads what people decided; nothing when no file was named.
pub(super) fn review(named: Option<&Path>) -> Result<Review> {
    let Some(path) = named else { return Ok(Review::default()) };
    let text =
        fs::read_to_string(path).with_context(|| format!("failed to read the review {}", path.display()))?;
    Ok(Review::parse(path, &text)?)
}

/// The log of probes that was named, when it can be read.
pub(super) fn named_probes(named: Option<&Path>) -> Result<()> {
    let Some(path) = named else { return Ok(()) };
    ProbeReader::open(path).map(drop).map_err(|error| anyhow::anyhow!("failed to {error}"))
}

/// The log of probes that was named; else the one in the run's folder; else the one beside the roster.
pub(super) fn probes(named: Option<&Path>, run: &RunFolder, roster: Option<&str>) -> Result<Option<PathBuf>> {
    named_probes(named)?;
    let beside =
        roster.filter(|it| !it.contains("://")).map(|it| Path::new(it).with_extension("probes.sqlite"));
    let usual = [Some(run.file(PROBES_FILE)), beside];
    Ok(named.map(Path::to_owned).or_else(|| usual.into_iter().flatten().find(|it| it.exists())))
}

/// Opens the earlier runs that this one is shown beside.
pub(super) fn earlier(show: &ShowArgs) -> Result<Earlier> {
    Earlier::open(show.base.as_deref(), show.history.as_deref()).context("failed to open the earlier runs")
}

/// Reads the wording of the papers from a folder; what is not in it stays as it was built in.
pub(super) fn words(folder: Option<&Path>) -> Result<Words> {
    let mut words = Words::built_in().clone();
    let Some(folder) = folder else { return Ok(words) };
    let read = |name: &str| -> Result<Option<(PathBuf, String)>> {
        let path = folder.join(name);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some((path, text))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("failed to read {}", path.display())),
        }
    };
    let (circular, notice) = (read(report::CIRCULAR)?, read(report::NOTICE)?);
    if circular.is_none() && notice.is_none() {
        bail!("{} holds neither {} nor {}", folder.display(), report::CIRCULAR, report::NOTICE);
    }
    if let Some((path, text)) = circular {
        words.circular = CircularWords::parse(&path, &text)?;
    }
    if let Some((path, text)) = notice {
        words.notice = NoticeWords::parse(&path, &text)?;
    }
    Ok(words)
}

/// Every id must be in the roster.
pub(super) fn known_sites(sites: &[SiteId], registry: &Registry) -> Result<()> {
    let unknown: Vec<_> =
        sites.iter().filter(|id| registry.site(id).is_none()).map(ToString::to_string).collect();
    if !unknown.is_empty() {
        let known = registry.sites.iter().map(|it| it.id.as_str()).collect::<Vec<_>>().join(", ");
        bail!("no site of the roster has the id {}; known: {known}", unknown.join(", "));
    }
    Ok(())
}

/// The run's id, and the folder it goes into when none was named.
pub(super) fn run_id_and_folder(out: Option<&PathBuf>, prefix: &str) -> (String, PathBuf) {
    let id = format!("{prefix}{}", Moment::now().compact());
    let folder = out.cloned().unwrap_or_else(|| Path::new("reports/out").join(&id));
    (id, folder)
}
