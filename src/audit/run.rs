//! Ties a checklist to the indicators, and puts every question once.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::base::{Complaint, Complaints};
use crate::checklist::{self, Absence, Checklist, Entry, Group, Place, Roll};
use crate::dossier::{Dossier, Facts};
use crate::evidence::{Gap, Need};
use crate::site::SiteId;

use super::seek::DONE_BY_ANOTHER;
use super::{Finding, Judge, Registered, Ruling, Said, SubjectKind, Verdict};

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
    /// For a duty of a plan: on which site it was looked for, when that is not the body's own.
    pub seen_on: Option<SiteId>,
    /// For a duty that could not be looked for: why, zh-CN.
    pub why: Option<&'static str>,
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

/// Several bound checklists as one: the first gives title, score and pass mark.
pub fn join(mut all: Vec<Bound>) -> Option<Bound> {
    let mut judges = Vec::new();
    for bound in &mut all {
        judges.append(&mut bound.judges);
    }
    let mut lists = all.into_iter().map(|it| it.checklist);
    let first = lists.next()?;
    Some(Bound { checklist: checklist::joined(first, lists.collect()), judges })
}

/// Exactly one answer per entry that is put to every site, in the document's order; the duties of a plan are put to
/// the bodies that owe them, by [`duties`]. An indicator that fails is a gap, not an end.
pub fn run(bound: &Bound, facts: &Facts) -> Vec<Answer> {
    let class = facts.site().class;
    let judge = |(entry, judge): (&Entry, &Option<(&'static [Need], Judge)>)| {
        let judged = match judge {
            None => Judged::Manual,
            Some(_) if !entry.applies_to(class) => Judged::By(Verdict::NotApplicable("本项不适用于此类网站")),
            Some((needs, judge)) => Judged::By(put(judge, &Dossier::new(facts, needs))),
        };
        Answer { entry: entry.clone(), judged, rulings: Vec::new(), seen_on: None, why: None }
    };
    let rows = bound.checklist.entries.iter().zip(&bound.judges);
    rows.filter(|(entry, _)| entry.duty.is_none()).map(judge).collect()
}

fn put(judge: &Judge, dossier: &Dossier<'_>) -> Verdict {
    catch_unwind(AssertUnwindSafe(|| judge(dossier)))
        .unwrap_or(Err(Gap::IndicatorFailed))
        .unwrap_or_else(Verdict::from)
}

/// Why a row that another row asks as well is not judged again.
const ASKED_ALREADY: Verdict = Verdict::NotApplicable("与其他条款要求相同，结果见所注条款，不重复计");

/// Why a row that waits for something is not judged yet.
const WAITS: Verdict = Verdict::NotApplicable("尚未出现本项所要求的情形");

/// Puts the duties that are looked for on one site: answers by their place in the roll.
pub fn duties_on(bound: &Bound, roll: &Roll, facts: &Facts) -> Vec<(usize, Judged)> {
    let here = roll.owed.iter().enumerate().filter(|(_, it)| it.place.site() == Some(&facts.site().id));
    here.map(|(at, owed)| {
        let entry = &bound.checklist.entries[owed.entry];
        let judged = settled_without_looking(entry).unwrap_or_else(|| match &bound.judges[owed.entry] {
            None => Judged::Manual,
            Some((needs, judge)) => {
                let dossier = Dossier::new(facts, needs);
                let dossier = match owed.place {
                    Place::Parent(_) => dossier.on_behalf_of(&roll.bodies[owed.body].names),
                    _ => dossier,
                };
                Judged::By(put(judge, &dossier))
            }
        });
        (at, unless_absence_proves_nothing(entry, judged))
    })
    .collect()
}

/// What is nowhere is for a person, where that there is nothing may be right.
fn unless_absence_proves_nothing(entry: &Entry, judged: Judged) -> Judged {
    let proves = entry.duty.as_ref().is_none_or(|it| it.absence == Absence::IsMissing);
    let Judged::By(Verdict::Fail { findings, .. }) = &judged else { return judged };
    // A page that says the wrong thing is there.
    if proves || findings.as_slice().iter().any(|it| it.subject.kind == SubjectKind::Page) {
        return judged;
    }
    Judged::By(Verdict::Undetermined {
        gap: Gap::AbsenceProvesNothing,
        remarks: Vec::new(),
        unread: None,
        shown: findings.as_slice().to_vec(),
    })
}

fn settled_without_looking(entry: &Entry) -> Option<Judged> {
    let duty = entry.duty.as_ref()?;
    if !duty.same_as.is_empty() {
        return Some(Judged::By(ASKED_ALREADY));
    }
    duty.condition.is_some().then_some(Judged::By(WAITS))
}

/// Everything that is owed, answered: what was judged on the sites, what no site can show, and what is enough when
/// one of several bodies has it. In the order of the roll.
pub fn duties(bound: &Bound, roll: &Roll, mut judged: BTreeMap<usize, Judged>) -> Vec<Answer> {
    let alone: Vec<Judged> = roll
        .owed
        .iter()
        .enumerate()
        .map(|(at, owed)| {
            let entry = &bound.checklist.entries[owed.entry];
            let otherwise = || match owed.place {
                Place::Nowhere(why) => Judged::By(Verdict::NotApplicable(why)),
                Place::Person(_) => settled_without_looking(entry).unwrap_or(Judged::Manual),
                Place::Own(_) | Place::Parent(_) | Place::Other(_) => {
                    Judged::By(Verdict::from(Gap::NothingGathered))
                }
            };
            judged.remove(&at).unwrap_or_else(otherwise)
        })
        .collect();
    roll.owed
        .iter()
        .enumerate()
        .map(|(at, owed)| {
            let entry = &bound.checklist.entries[owed.entry];
            let shared = entry.duty.as_ref().is_some_and(|it| it.group == Group::AnyOf);
            let judged = if shared {
                let all: Vec<&Judged> = roll.sharing(owed).map(|(other, _)| &alone[other]).collect();
                among(&alone[at], &all)
            } else {
                alone[at].clone()
            };
            let seen_on = match &owed.place {
                Place::Parent(id) | Place::Other(id) => Some(id.clone()),
                Place::Own(_) | Place::Nowhere(_) | Place::Person(_) => None,
            };
            let why = match owed.place {
                Place::Person(why) if matches!(judged, Judged::Manual) => Some(why),
                _ => None,
            };
            Answer { entry: entry.clone(), judged, rulings: Vec::new(), seen_on, why }
        })
        .collect()
}

/// One body's answer, where it is enough that one of them has it.
fn among(own: &Judged, all: &[&Judged]) -> Judged {
    let Judged::By(Verdict::Fail { findings, .. }) = own else {
        let done = all.iter().any(|it| matches!(it, Judged::By(Verdict::Pass { .. })));
        let open = matches!(own, Judged::By(Verdict::Undetermined { .. }) | Judged::Manual);
        return if done && open { Judged::By(DONE_BY_ANOTHER) } else { own.clone() };
    };
    if all.iter().any(|it| matches!(it, Judged::By(Verdict::Pass { .. }))) {
        return Judged::By(DONE_BY_ANOTHER);
    }
    let unknown = |it: &&&Judged| matches!(it, Judged::By(Verdict::Undetermined { .. }) | Judged::Manual);
    if all.iter().any(|it| unknown(&it)) {
        return Judged::By(Verdict::Undetermined {
            gap: Gap::OthersUnknown,
            remarks: Vec::new(),
            unread: None,
            shown: findings.as_slice().to_vec(),
        });
    }
    own.clone()
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

    /// What is shown to a reader and counts against nobody.
    pub fn shown(&self) -> &[Finding] {
        match self {
            Self::By(verdict) => verdict.shown(),
            Self::Manual | Self::Ruled { .. } => &[],
        }
    }
}
