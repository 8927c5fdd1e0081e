//! How much of a site was seen: counted when a walk ends, kept in its archive and in `skipped.jsonl`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::base::Address;
use crate::crawl::{End, Skip, Unvisited, WALK_NOTE, Walk, each_unvisited};
use crate::dossier::Coverage;
use crate::evidence::store::{Archive, Store};
use crate::report;
use crate::site::Site;

use super::DriveError;

/// The note in the archive that holds [`Counted`].
const NOTE: &str = "coverage";

/// Coverage as an archive keeps it.
#[derive(Serialize, Deserialize)]
struct Counted {
    known: u64,
    fetched: u64,
    skipped: BTreeMap<String, u64>,
    finished: bool,
}

/// One line of `skipped.jsonl`.
#[derive(Serialize)]
struct Line<'a> {
    url: &'a str,
    reason: &'a str,
    reason_zh: &'a str,
    found_on: Option<&'a str>,
}

/// Counts what a walk saw, and writes down every address that it knew and did not ask for.
pub(super) fn keep(site: &Site, walk: &Walk, store: &Store, skipped: &Path) -> Result<(), DriveError> {
    let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
    let mut gap = false;
    // A large site knows millions of addresses, so the lines are put together one at a time.
    let mut lines = String::new();
    each_unvisited(store, walk.end.skip(), |it| {
        *reasons.entry(it.skip.id().to_owned()).or_default() += 1;
        gap |= leaves_a_gap(site, &it);
        let line = Line {
            url: it.address.as_str(),
            reason: it.skip.id(),
            reason_zh: it.skip.zh(),
            found_on: it.found_on.as_ref().map(Address::as_str),
        };
        // Four texts always make a JSON object.
        let _ = writeln!(lines, "{}", serde_json::to_string(&line).unwrap_or_default());
    })?;
    let counted = Counted {
        known: walk.known,
        fetched: walk.pages + walk.links,
        skipped: reasons,
        finished: walk.end == End::Whole && !gap,
    };
    store.note(NOTE, &serde_json::to_string(&counted).map_err(report::RenderError::from)?)?;
    report::write(skipped, lines.as_bytes())?;
    Ok(())
}

/// Whether an address that was not asked for may have been a column of the site.
fn leaves_a_gap(site: &Site, unvisited: &Unvisited) -> bool {
    let of_the_site = site.scope.contains(&unvisited.address);
    match unvisited.skip {
        Skip::PageLimit
        | Skip::Robots
        | Skip::RobotsUnreachable
        | Skip::TemplateLimit
        | Skip::HostSilent
        | Skip::HostWaits
        | Skip::Blocked
        | Skip::Deadline
        | Skip::Cancelled => of_the_site,
        // A link that was not checked hides no column, nor does the hundredth page of a list, nor a trap.
        Skip::LinkLimit
        | Skip::PagerLimit
        | Skip::TooLong
        | Skip::TooManySegments
        | Skip::RepeatedSegment
        | Skip::TooManyParameters
        | Skip::HostInPath
        | Skip::Calendar
        | Skip::SameContent => false,
    }
}

/// What was counted when the walk ended; nothing, and unfinished, when it did not.
pub(super) fn of(archive: &Archive) -> Coverage {
    let counted = archive.note(NOTE).and_then(|note| serde_json::from_str::<Counted>(note).ok());
    let ended = archive.note(WALK_NOTE).and_then(End::from_id).is_some();
    match counted {
        Some(it) if ended => {
            Coverage { known: it.known, fetched: it.fetched, skipped: it.skipped, finished: it.finished }
        }
        _ => Coverage::default(),
    }
}
