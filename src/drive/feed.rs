//! What changed on the sites between runs: when entries came and went, and dates that were moved.

use crate::base::{Day, Moment};
use crate::crawl::archive_folder;
use crate::dossier::{ColumnFeed, Facts, Watched, feed};
use crate::evidence::store::{Archive, Cited, ProbeReader};
use crate::site::{Site, SiteId};

use super::{DriveError, RunFolder, coverage};

/// What became of one site.
#[derive(Clone, Debug)]
pub struct SiteFeed {
    /// The site, as the last run's roster gives it.
    pub site: Site,
    /// Its columns.
    pub columns: Vec<ColumnFeed>,
}

/// Looks at several runs, in the order in which they were gathered. Only `sites`; all when empty.
pub fn feed_of(runs: &[RunFolder], sites: &[SiteId]) -> Result<Vec<SiteFeed>, DriveError> {
    let mut dated = Vec::new();
    for run in runs {
        let record = run.record()?;
        let at = Moment::parse(&record.started_at).unwrap_or_else(Moment::now);
        dated.push((at, run, run.registry()?));
    }
    dated.sort_by_key(|(at, ..)| *at);
    let Some((.., last)) = dated.last() else { return Ok(Vec::new()) };
    let chosen = |it: &&Site| it.home.is_some() && (sites.is_empty() || sites.contains(&it.id));
    let mut feeds = Vec::new();
    for site in last.sites.iter().filter(chosen) {
        let mut looks = Vec::new();
        for (at, run, _) in &dated {
            let folder = archive_folder(run.path(), &site.id);
            if folder.exists() {
                let archive = Archive::open(&folder)?;
                looks.push((*at, Facts::derive(site, at.day(), &archive, coverage::of(&archive))?));
            }
        }
        let columns = feed(looks.iter().map(|(at, facts)| (*at, facts)));
        feeds.push(SiteFeed { site: site.clone(), columns });
    }
    Ok(feeds)
}

/// What the probes of a site show, of the last `days` days before the end of `as_of`.
pub fn watched(
    log: &std::path::Path,
    site: &SiteId,
    days: u32,
    as_of: Day,
) -> Result<(Watched, String), DriveError> {
    let reader = ProbeReader::open(log)?;
    let from = Moment::start_of(as_of.minus_days(days));
    let until = Moment::start_of(as_of.plus_days(1));
    let cited = Cited::of(reader.of_site(site, from, until)?);
    Ok((Watched::of(cited.probes, reader.snapshots(site)?), cited.text))
}
