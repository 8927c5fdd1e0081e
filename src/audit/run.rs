//! Ties a checklist to the indicators, and puts every question once.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::base::{Complaint, Complaints};
use crate::checklist::{Checklist, Entry};
use crate::dossier::{Dossier, Facts};
use crate::evidence::{Gap, Need};

use super::{Finding, Judge, Registered, Ruling, Said, Verdict};

/// A checklist whose every entry is tied to its indicator: there is no unknown indicator and no bad term in it.
pub struct Bound {
    checklist: Checklist,
    judges: Vec<Option<(&'static [Need], Judge)>>,
}

/// One entry and how it was answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The row.
    pub entry: Entry,
    /// How it was answered.
    pub judged: Judged,
    /// What people decided about it, in the order of the review; the last word counts.
    pub rulings: Vec<Ruling>,
}

/// How a row was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judged {
    /// By an indicator.
    By(Verdict),
    /// Not at all: only a person can.
    Manual,
    /// By a person; the answer's rulings say who and why.
    Ruled {
        /// What was decided.
        said: Said,
        /// What the program had found, less what was ruled out.
        findings: Vec<Finding>,
    },
}

/// Ties every entry to its indicator, before anything is gathered; every mistake is named with its line.
pub fn bind(checklist: Checklist, table: &[Registered]) -> Result<Bound, Complaints> {
    let mut complaints = Vec::new();
    let mut judges = Vec::new();
    for entry in &checklist.entries {
        let Some(id) = &entry.indicator else {
            judges.push(None);
            continue;
        };
        match tied(entry.line, &entry.clause, id, &entry.terms, table) {
            Ok(judge) => judges.push(Some(judge)),
            Err(complaint) => complaints.push(complaint),
        }
    }
    if complaints.is_empty() {
        Ok(Bound { checklist, judges })
    } else {
        Err(Complaints::new(&checklist.file, complaints))
    }
}

/// One row tied to its indicator.
pub(super) fn tied(
    line: usize,
    clause: &str,
    id: &str,
    terms: &toml::Table,
    table: &[Registered],
) -> Result<(&'static [Need], Judge), Complaint> {
    let Some(indicator) = table.iter().find(|it| it.id == id) else {
        return Err(Complaint { line, message: format!("clause {clause}: no indicator is called `{id}`") });
    };
    match (indicator.with_terms)(terms.clone()) {
        Ok(judge) => Ok((indicator.needs, judge)),
        Err(error) => {
            let message = format!("clause {clause}: terms of `{id}`: {}", error.message().trim_end());
            Err(Complaint { line, message })
        }
    }
}

/// Exactly one answer per entry, in the document's order. An indicator that fails is a gap, not an end.
pub fn run(bound: &Bound, facts: &Facts) -> Vec<Answer> {
    let class = facts.site().class;
    let judge = |(entry, judge): (&Entry, &Option<(&'static [Need], Judge)>)| {
        let judged = match judge {
            None => Judged::Manual,
            Some(_) if !entry.applies_to(class) => Judged::By(Verdict::NotApplicable("本项不适用于此类网站")),
            Some((needs, judge)) => {
                let dossier = Dossier::new(facts, needs);
                let verdict = catch_unwind(AssertUnwindSafe(|| judge(&dossier)))
                    .unwrap_or(Err(Gap::IndicatorFailed))
                    .unwrap_or_else(Verdict::from);
                Judged::By(verdict)
            }
        };
        Answer { entry: entry.clone(), judged, rulings: Vec::new() }
    };
    bound.checklist.entries.iter().zip(&bound.judges).map(judge).collect()
}

impl Bound {
    /// The checklist that was bound.
    pub fn checklist(&self) -> &Checklist {
        &self.checklist
    }

    /// What must be gathered to answer all of it; sorted, each once.
    pub fn needs(&self) -> Vec<Need> {
        let mut needs: Vec<Need> =
            self.judges.iter().flatten().flat_map(|(needs, _)| needs.iter().copied()).collect();
        needs.sort_unstable();
        needs.dedup();
        needs
    }
}

impl fmt::Debug for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bound").field("checklist", &self.checklist.id).finish_non_exhaustive()
    }
}

impl Judged {
    /// As reports spell it.
    pub fn id(&self) -> &'static str {
        match self {
            Self::By(verdict) => verdict.id(),
            Self::Manual => "manual",
            Self::Ruled { said, .. } => said.id(),
        }
    }

    /// Everything that was found.
    pub fn findings(&self) -> &[Finding] {
        match self {
            Self::By(verdict) => verdict.findings(),
            Self::Manual => &[],
            Self::Ruled { findings, .. } => findings,
        }
    }
}
