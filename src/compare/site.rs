//! One site, two readings.

use std::collections::{BTreeMap, BTreeSet};

use crate::score::Score;

use super::change::{Aged, ClauseChange, Defect, RowChange, Shift, SiteChanges, State};
use super::reading::{Answer, Column, Found, LinkSeen, Row, Seen, SiteReading};

/// A column is worth naming when it has used up this share of its limit.
const OLD_AGE: f64 = 0.5;

/// What changed on one site between two readings of it.
pub fn compare_site(base: &SiteReading, head: &SiteReading) -> SiteChanges {
    let same_document = base.checklist == head.checklist;
    let (defects, unchanged) = defects(base, head, same_document);
    let differ = |same: bool| (!same).then_some(());
    let scores = base.score.zip(head.score).filter(|_| same_document);
    SiteChanges {
        id: head.id.clone(),
        name: head.name.clone(),
        url: head.url.clone(),
        seen: differ(base.seen == head.seen).map(|()| (base.seen, head.seen)),
        outcome: base.outcome.zip(head.outcome).filter(|(base, head)| same_document && base != head),
        score: scores.filter(|(base, head)| base != head),
        proven_drop: scores.map_or(0.0, |(base, head)| proven_drop(base, head)),
        rows: if same_document { rows(base, head) } else { Vec::new() },
        defects,
        aged: head.columns.iter().filter_map(|it| aged(&base.columns, it)).collect(),
        unchanged,
    }
}

/// By how much the score is lower, whatever the unread things come to.
///
/// What could not be read lowers `low` alone; what was found lowers both ends.
fn proven_drop(base: Score, head: Score) -> f64 {
    let low = base.low.minus(head.low);
    let high = base.high.minus(head.high);
    low.min(high).decimal()
}

fn rows(base: &SiteReading, head: &SiteReading) -> Vec<RowChange> {
    let change = |row: &Row| {
        let before = base.row(&row.clause)?;
        (before.answer != row.answer).then(|| RowChange {
            clause: row.clause.clone(),
            indicator: row.indicator.clone(),
            title: row.title.clone(),
            effect: row.effect,
            from: before.answer,
            to: row.answer,
            shift: shift(before.answer, row.answer),
            to_confirm: row.to_confirm,
            reason: row.reason.clone(),
            costs_more: (row.takes_off - before.takes_off).max(0.0),
            waived: false,
        })
    };
    head.rows.iter().filter_map(change).collect()
}

fn shift(from: Answer, to: Answer) -> Shift {
    match (from, to) {
        (Answer::Undetermined | Answer::Manual, Answer::Fail) => Shift::Surfaced,
        (_, Answer::Fail) => Shift::Broke,
        (_, Answer::Undetermined) => Shift::Lost,
        (Answer::Undetermined, _) => Shift::Read,
        (Answer::Fail, Answer::Pass | Answer::NotApplicable) => Shift::Mended,
        _ => Shift::Other,
    }
}

/// Kind and key of a subject.
type Subject<'a> = (&'a str, &'a str);

/// One finding under its row.
#[derive(Clone, Copy)]
struct Claim<'a> {
    row: &'a Row,
    found: &'a Found,
}

impl<'a> Claim<'a> {
    fn indicator(&self) -> &'a str {
        self.row.indicator.as_deref().unwrap_or_default()
    }

    /// What ties it to the other side: the fingerprint, or where the documents differ the indicator alone.
    fn tie(&self, same_document: bool) -> &'a str {
        if same_document { &self.found.fingerprint } else { self.indicator() }
    }
}

fn by_subject(site: &SiteReading) -> BTreeMap<Subject<'_>, Vec<Claim<'_>>> {
    let mut subjects: BTreeMap<Subject<'_>, Vec<Claim<'_>>> = BTreeMap::new();
    for (row, found) in site.findings() {
        subjects.entry((&found.kind, found.key())).or_default().push(Claim { row, found });
    }
    subjects
}

/// Every defect that changed, the worst first, and how many did not.
fn defects(base: &SiteReading, head: &SiteReading, same_document: bool) -> (Vec<Defect>, usize) {
    let before = by_subject(base);
    let now = by_subject(head);
    let none = Vec::new();
    let mut changed = Vec::new();
    let mut unchanged = 0;
    let subjects: BTreeSet<Subject<'_>> = before.keys().chain(now.keys()).copied().collect();
    for subject in subjects {
        let old = before.get(&subject).unwrap_or(&none);
        let new = now.get(&subject).unwrap_or(&none);
        let (old_ties, new_ties) = (ties(old, same_document), ties(new, same_document));
        let come: Vec<_> =
            new.iter().filter(|it| !old_ties.contains(it.tie(same_document))).copied().collect();
        let gone: Vec<_> =
            old.iter().filter(|it| !new_ties.contains(it.tie(same_document))).copied().collect();
        if old_ties.intersection(&new_ties).next().is_some() {
            unchanged += 1;
        }
        // The same thing under another row of the same indicator: a link that moved to the home page.
        let other_rows = |claims: &[Claim<'_>], it: &Claim<'_>| {
            claims.iter().any(|other| other.indicator() == it.indicator())
        };
        let (moved, come): (Vec<_>, Vec<_>) = come.into_iter().partition(|it| other_rows(old, it));
        let (left, gone): (Vec<_>, Vec<_>) = gone.into_iter().partition(|it| other_rows(new, it));
        let moved = if moved.is_empty() { left } else { moved };
        changed.extend(defect(State::Moved, &moved));
        if come.iter().any(|it| !hidden(base, it, subject, same_document)) {
            changed.extend(defect(State::New, &come));
        } else {
            changed.extend(defect(State::Surfaced, &come));
        }
        // A row that the other document does not have says nothing about what is gone.
        let asked: Vec<_> =
            gone.into_iter().filter(|it| !same_document || head.row(&it.row.clause).is_some()).collect();
        if asked.iter().any(|it| !hidden(head, it, subject, same_document)) {
            changed.extend(defect(State::Fixed, &asked));
        } else {
            changed.extend(defect(State::Unseen, &asked));
        }
    }
    changed.sort_by(|a, b| a.state.cmp(&b.state).then_with(|| worst(a).cmp(&worst(b))));
    (changed, unchanged)
}

fn ties<'a>(claims: &[Claim<'a>], same_document: bool) -> BTreeSet<&'a str> {
    claims.iter().map(|it| it.tie(same_document)).collect()
}

fn worst(defect: &Defect) -> (bool, Option<super::RowEffect>) {
    (!defect.clauses.iter().any(|it| it.counts), defect.clauses.iter().map(|it| it.effect).min())
}

/// The claims as one defect; the first one's words.
fn defect(state: State, claims: &[Claim<'_>]) -> Option<Defect> {
    let first = claims.first()?.found;
    Some(Defect {
        state,
        kind: first.kind.clone(),
        name: first.name.clone(),
        url: first.url.clone(),
        message: first.message.clone(),
        page: first.page.clone(),
        clauses: claims
            .iter()
            .map(|claim| ClauseChange {
                clause: claim.row.clause.clone(),
                indicator: claim.indicator().to_owned(),
                title: claim.row.title.clone(),
                effect: claim.row.effect,
                fingerprint: claim.found.fingerprint.clone(),
                found: claim.found.found.clone(),
                counts: claim.found.counts,
                waived: false,
            })
            .collect(),
    })
}

/// Whether `other`, which does not have the finding, could not have had it: then its absence proves nothing.
fn hidden(other: &SiteReading, claim: &Claim<'_>, (kind, key): Subject<'_>, same_document: bool) -> bool {
    match other.seen {
        Seen::Not => return true,
        Seen::NoSite => return false,
        Seen::Wholly | Seen::Partly => {}
    }
    let column = other.columns.iter().find(|it| kind == "column" && it.url == key);
    if let Some(column) = column {
        return column.status == "undetermined";
    }
    if kind == "link"
        && let Some(link) = other.links.get(key)
    {
        return *link == LinkSeen::Blocked;
    }
    let row = if same_document {
        other.row(&claim.row.clause)
    } else {
        other.rows.iter().find(|it| it.indicator == claim.row.indicator)
    };
    let Some(row) = row else { return true };
    other.seen == Seen::Partly
        || row.unread > 0
        || matches!(row.answer, Answer::Undetermined | Answer::Manual)
}

/// A column of the newer side that got nothing new since the older one and has little time left, or none.
fn aged(before: &[Column], now: &Column) -> Option<Aged> {
    let before = before.iter().find(|it| it.url == now.url)?;
    let (from_days, to_days, limit_days) = (before.days_since?, now.days_since?, now.limit_days?);
    if to_days <= from_days || before.newest != now.newest {
        return None;
    }
    let expired = from_days <= limit_days && to_days > limit_days;
    #[expect(clippy::cast_precision_loss, reason = "days of a calendar")]
    let old = to_days as f64 >= limit_days as f64 * OLD_AGE;
    (old && from_days <= limit_days).then(|| Aged {
        name: now.name.clone(),
        url: now.url.clone(),
        newest: now.newest.clone(),
        from_days,
        to_days,
        limit_days,
        expired,
    })
}
