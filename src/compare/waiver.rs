//! What was agreed to be borne: `waivers.toml`.
//!
//! A waiver silences the gate and strikes a finding through. It never changes a verdict or a score: the census counts
//! what is there. It names the finding by fingerprint or by row and pattern, says who bears it, why and until when (at
//! most a year), and repeats what was found, so that it dies when the finding changes. What is expired, or fits
//! nothing any more, is a mistake with its line, so that the file never outlives its reasons.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::base::{Complaint, Complaints, Day, Document, Fields, printable};

use super::change::{SiteChanges, State};
use super::glob::matches;
use super::reading::{Found, Row, SiteReading};

/// How long a waiver may hold, in months from the day of inspection.
const LONGEST_MONTHS: u32 = 12;

/// The waivers of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waivers {
    file: PathBuf,
    list: Vec<Waiver>,
}

/// One waiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// Its line in the file.
    pub line: usize,
    /// Ids of the sites it holds for; `*` stands for any run of characters.
    pub site: String,
    /// Which findings.
    pub binding: Binding,
    /// What was found when it was agreed on: see [`super::found_digest`].
    pub found: Vec<String>,
    /// Why it is borne.
    pub reason: String,
    /// Who says so.
    pub author: String,
    /// The last day it holds.
    pub until: Day,
}

/// How a waiver names its findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Binding {
    /// One finding.
    Fingerprint(String),
    /// Every finding of a row whose subject fits.
    Subject {
        /// The row's number.
        clause: String,
        /// Fits the subject's address or name; `*` stands for any run of characters.
        subject: String,
    },
}

/// Waivers that hold on a day, and what they were found to fit.
#[derive(Clone, Debug, Default)]
pub struct WaiverBook {
    waivers: Waivers,
    /// For each waiver: which of its digests were met, and what stood there instead of one of them.
    met: Vec<BTreeSet<String>>,
    instead: Vec<BTreeSet<String>>,
    sites: BTreeSet<String>,
}

impl Waivers {
    /// Reads `waivers.toml`. `file` is only named in complaints.
    pub fn parse(file: &Path, text: &str) -> Result<Self, Complaints> {
        let document = Document::parse(text);
        let list = document.root().tables("waiver").iter().filter_map(read).collect();
        let complaints = document.into_complaints();
        if complaints.is_empty() {
            Ok(Self { file: file.to_owned(), list })
        } else {
            Err(Complaints::new(file, complaints))
        }
    }

    /// The waivers as of a day of inspection. One that has expired, or would hold longer than a year, is a mistake.
    pub fn on(self, day: Day) -> Result<WaiverBook, Complaints> {
        let wrong = |waiver: &Waiver| {
            let message = if waiver.until < day {
                format!("this waiver expired on {}; mend the defect or agree on it anew", waiver.until)
            } else if waiver.until.minus_months(LONGEST_MONTHS) > day {
                format!("`until` {} is more than a year after the day of inspection, {day}", waiver.until)
            } else {
                return None;
            };
            Some(Complaint { line: waiver.line, message })
        };
        let complaints: Vec<_> = self.list.iter().filter_map(wrong).collect();
        if !complaints.is_empty() {
            return Err(Complaints::new(&self.file, complaints));
        }
        let count = self.list.len();
        Ok(WaiverBook {
            waivers: self,
            met: vec![BTreeSet::new(); count],
            instead: vec![BTreeSet::new(); count],
            sites: BTreeSet::new(),
        })
    }
}

fn read(fields: &Fields<'_>) -> Option<Waiver> {
    // Every field is read before the first `?`, so that one mistake does not hide the next.
    let site = fields.required("site");
    let fingerprint = fields.text("fingerprint");
    let (clause, subject) = (fields.text("clause"), fields.text("subject"));
    let (reason, author) = (fields.required("reason"), fields.required("author"));
    let until = fields.parsed("until");
    if !fields.has("until") {
        fields.complain("until", "`until` is missing: the last day it holds, at most a year ahead");
    }
    let found = fields.texts("found");
    let binding = match (fingerprint, clause, subject) {
        (Some(fingerprint), None, None) => Some(Binding::Fingerprint(fingerprint)),
        (None, Some(clause), Some(subject)) => Some(Binding::Subject { clause, subject }),
        _ => {
            fields.complain(
                "fingerprint",
                "a waiver names either `fingerprint`, or `clause` and `subject`, and not both",
            );
            None
        }
    };
    Some(Waiver {
        line: fields.line(),
        site: site?,
        binding: binding?,
        found,
        reason: reason?,
        author: author?,
        until: until?,
    })
}

impl Waiver {
    fn names(&self, site: &str, row: &Row<'_>, found: &Found<'_>) -> bool {
        matches(&self.site, site)
            && match &self.binding {
                Binding::Fingerprint(it) => *it == found.fingerprint,
                Binding::Subject { clause, subject } => {
                    // Whoever wrote the pattern read these texts in a report.
                    let fits = |text: &str| matches(subject, &printable(text));
                    *clause == row.clause && (fits(found.key()) || fits(&found.name))
                }
            }
    }
}

impl WaiverBook {
    /// The waiver that bears a finding, when there is one; remembers what was met.
    pub fn bears(&mut self, site: &str, row: &Row<'_>, found: &Found<'_>) -> Option<&Waiver> {
        let mut bearing = None;
        for (index, waiver) in self.waivers.list.iter().enumerate() {
            if !waiver.names(site, row, found) {
                continue;
            }
            let digest = found.digest();
            if waiver.found.contains(&digest) {
                self.met[index].insert(digest);
                bearing = bearing.or(Some(index));
            } else {
                self.instead[index].insert(digest);
            }
        }
        bearing.and_then(|index| self.waivers.list.get(index))
    }

    /// Marks what is borne among the changes of a site, and remembers which waivers the site meets.
    pub(super) fn mark(&mut self, changes: &mut SiteChanges, head: &SiteReading<'_>) {
        self.sites.insert(head.id.to_string());
        if self.waivers.list.is_empty() {
            return;
        }
        let mut borne: BTreeSet<(&str, &str)> = BTreeSet::new();
        for (row, found) in head.findings() {
            if self.bears(&head.id, row, found).is_some() {
                borne.insert((&row.clause, &found.fingerprint));
            }
        }
        for defect in changes.defects.iter_mut().filter(|it| it.state != State::Fixed) {
            for clause in &mut defect.clauses {
                clause.waived = borne.contains(&(clause.clause.as_str(), clause.fingerprint.as_str()));
                let Some(row) = head.row(&clause.clause).filter(|_| clause.waived && clause.counts) else {
                    continue;
                };
                // What a waived finding costs is no reason to raise the alarm over the score.
                changes.proven_drop = (changes.proven_drop - cost_of_one(row)).max(0.0);
            }
        }
        for change in &mut changes.rows {
            let Some(row) = head.row(&change.clause) else { continue };
            let mut counting = row.found.iter().filter(|it| it.counts).peekable();
            change.waived = counting.peek().is_some()
                && counting.all(|it| borne.contains(&(row.clause.as_ref(), it.fingerprint.as_ref())));
        }
    }

    /// Notes that a site was looked at, for whoever asks [`WaiverBook::bears`] alone.
    pub fn saw(&mut self, site: &str) {
        self.sites.insert(site.to_owned());
    }

    /// Every waiver that bears nothing, once all sites that were chosen have been looked at.
    ///
    /// `all` says whether they were all there are; otherwise a waiver for a site that was not looked at may rest.
    pub fn idle(&self, all: bool) -> Result<(), Complaints> {
        let mut complaints = Vec::new();
        for (index, waiver) in self.waivers.list.iter().enumerate() {
            if !all && !self.sites.iter().any(|site| matches(&waiver.site, site)) {
                continue;
            }
            let now = self.instead[index].iter().map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(", ");
            let lost: Vec<_> = waiver.found.iter().filter(|it| !self.met[index].contains(*it)).collect();
            let message = if waiver.found.is_empty() && !now.is_empty() {
                format!("`found` is missing: what is borne now is found = [{now}]")
            } else if lost.is_empty() && !waiver.found.is_empty() {
                continue;
            } else if now.is_empty() {
                "this waiver matches nothing: the defect is mended or was never there; take it out".to_owned()
            } else {
                format!(
                    "what this waiver bore has changed, so it is void; what is there now is found = [{now}]"
                )
            };
            complaints.push(Complaint { line: waiver.line, message });
        }
        if complaints.is_empty() { Ok(()) } else { Err(Complaints::new(&self.waivers.file, complaints)) }
    }
}

fn cost_of_one(row: &Row<'_>) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a count of findings")]
    let counting = row.found.iter().filter(|it| it.counts).count().max(1) as f64;
    row.takes_off / counting
}
