//! The stored baseline: what is there and borne for now, kept in a repository and refreshed on purpose only.

use std::collections::BTreeSet;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compare::{Answer, Comparison, Known, Row, Seen, SiteReading, State, compare_site};
use crate::report;

use super::document::{AnswerPart, ReportPart};
use super::{DriveError, Readings};

/// Schema of [`Baseline`].
pub(super) const BASELINE: &str = "govcensus.baseline/1";

/// What is there and borne for now: of every site's report, the part that a comparison reads.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Baseline {
    /// Name and version of this document's form.
    #[schemars(extend("const" = BASELINE))]
    pub(super) schema: String,
    /// The run it was last refreshed from.
    pub(super) run: String,
    /// Its day of inspection.
    pub(super) as_of: String,
    /// Version of the program that judged it.
    pub(super) version: String,
    /// The sites, in order of id.
    pub(super) sites: Vec<ReportPart>,
    /// Fingerprints of what was mended since the first baseline, by site: when one comes back, it is reopened.
    #[serde(default)]
    pub(super) mended: Known,
}

/// What refreshing a baseline did.
#[derive(Debug)]
pub struct Refreshed {
    /// From the old baseline to the run; of a site that was not in it everything is new.
    pub changes: Comparison,
    /// Sites that could not be opened, so that the old entry stays.
    pub kept: Vec<String>,
    /// Different things that are borne now, over all sites.
    pub debt: usize,
}

/// Refreshes `file` from a run. What the run could not look for stays in it.
pub fn refresh_baseline(run: &Readings, file: &Path) -> Result<Refreshed, DriveError> {
    let old = if file.exists() { Some(Readings::open(file)?) } else { None };
    let mut changes = super::compare(
        &super::Sides { base: old.as_ref(), head: run, history: None },
        &mut crate::compare::WaiverBook::default(),
    )?;
    let newcomers: Vec<String> = changes.added.drain(..).map(|it| it.id).collect();
    for id in newcomers {
        changes.sites.extend(run.with_site(&id, |it| it.map(|it| compare_site(&blank(it), it)))?);
    }
    let mut sites = Vec::new();
    let mut kept = Vec::new();
    let mut mended = old.as_ref().map(|it| it.mended().clone()).unwrap_or_default();
    let mut debt = 0;
    for id in run.ids() {
        let Some(mut part) = run.part(id)? else { continue };
        if let Some(before) = old.as_ref().map(|old| old.part(id)).transpose()?.flatten() {
            if part.run.status == Seen::Not.id() {
                kept.push(id.to_owned());
                part = before;
            } else {
                carry(&before, &mut part, mended.entry(id.to_owned()).or_default())
                    .map_err(|why| DriveError::Reading { path: file.to_owned(), why })?;
            }
        }
        let here = fingerprints(&part);
        if let Some(known) = mended.get_mut(id) {
            known.retain(|it| !here.contains(it));
        }
        debt += subjects(&part);
        sites.push(part);
    }
    mended.retain(|_, known| !known.is_empty());
    let origin = run.origin();
    let baseline = Baseline {
        schema: BASELINE.to_owned(),
        run: origin.run.clone(),
        as_of: origin.as_of.map(|it| it.to_string()).unwrap_or_default(),
        version: origin.version.clone(),
        sites,
        mended,
    };
    let mut bytes = serde_json::to_vec_pretty(&baseline).map_err(report::RenderError::from)?;
    bytes.push(b'\n');
    report::write(file, &bytes)?;
    Ok(Refreshed { changes, kept, debt })
}

/// The site as if nothing were wrong with it: what a site that is new in the baseline is compared with.
fn blank<'a>(site: &SiteReading<'a>) -> SiteReading<'a> {
    let row = |row: &Row<'a>| Row { answer: Answer::Pass, unread: 0, found: Vec::new(), ..row.clone() };
    SiteReading { seen: Seen::Wholly, rows: site.rows.iter().map(row).collect(), ..site.clone() }
}

/// Takes over what the run could not look for, and notes what was mended.
fn carry(before: &ReportPart, now: &mut ReportPart, mended: &mut BTreeSet<String>) -> Result<(), String> {
    let changes = compare_site(&before.reading()?, &now.reading()?);
    for defect in changes.defects {
        for clause in defect.clauses {
            match defect.state {
                State::Fixed => {
                    mended.insert(clause.fingerprint);
                }
                State::Unseen => {
                    let old = before.answers.iter().find(|it| it.clause == clause.clause);
                    let old = old.into_iter().flat_map(all).find(|it| it.fingerprint == clause.fingerprint);
                    let row = now.answers.iter_mut().find(|it| it.clause == clause.clause);
                    if let Some((old, row)) = old.zip(row) {
                        row.remarks.push(old.clone());
                    }
                }
                State::Reopened | State::New | State::Surfaced | State::Moved => {}
            }
        }
    }
    Ok(())
}

fn all(answer: &AnswerPart) -> impl Iterator<Item = &super::document::FindingPart> {
    answer.findings.iter().chain(&answer.remarks)
}

fn fingerprints(part: &ReportPart) -> BTreeSet<String> {
    part.answers.iter().flat_map(all).map(|it| it.fingerprint.clone()).collect()
}

/// Different things that something is said against.
fn subjects(part: &ReportPart) -> usize {
    let mut things: BTreeSet<(&str, &str)> = BTreeSet::new();
    for finding in part.answers.iter().flat_map(all) {
        let it = &finding.subject;
        let key = match (it.kind.as_str(), &it.url) {
            ("guide" | "site", _) | (_, None) => &it.name,
            (_, Some(url)) => url,
        };
        things.insert((&it.kind, key));
    }
    things.len()
}

/// The JSON Schema of a baseline, by file name: what `docs/schema/` holds.
pub fn baseline_schema() -> (&'static str, String) {
    ("baseline.schema.json", format!("{:#}\n", schemars::schema_for!(Baseline).to_value()))
}
