//! One site, two readings.

use std::cmp::Ordering;

use crate::base::printable;
use crate::score::Score;

use super::change::{Aged, ClauseChange, Defect, Recheck, Rechecked, RowChange, Shift, SiteChanges, State};
use super::reading::{Answer, Column, Found, LinkSeen, Row, Seen, SiteReading};

/// A column is worth naming when it has used up this share of its limit.
const OLD_AGE: f64 = 0.5;

/// What changed on one site between two readings of it.
pub fn compare_site(base: &SiteReading<'_>, head: &SiteReading<'_>) -> SiteChanges {
    let same_document = base.checklist == head.checklist;
    let (defects, unchanged) = defects(base, head, same_document);
    let differ = |same: bool| (!same).then_some(());
    let scores = base.score.zip(head.score).filter(|_| same_document);
    SiteChanges {
        id: head.id.to_string(),
        name: printable(&head.name),
        url: head.url.as_deref().map(printable),
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

fn rows(base: &SiteReading<'_>, head: &SiteReading<'_>) -> Vec<RowChange> {
    let change = |row: &Row<'_>| {
        let before = base.row(&row.clause)?;
        (before.answer != row.answer).then(|| RowChange {
            clause: row.clause.to_string(),
            indicator: row.indicator.as_deref().map(str::to_owned),
            title: printable(&row.title),
            effect: row.effect,
            from: before.answer,
            to: row.answer,
            shift: shift(before.answer, row.answer),
            to_confirm: row.to_confirm,
            reason: row.reason.as_deref().map(printable),
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
    row: &'a Row<'a>,
    found: &'a Found<'a>,
}

impl<'a> Claim<'a> {
    fn subject(&self) -> Subject<'a> {
        (&self.found.kind, self.found.key())
    }

    fn indicator(&self) -> &'a str {
        self.row.indicator.as_deref().unwrap_or_default()
    }

    /// What ties it to the other side: the fingerprint, or where the documents differ the indicator alone.
    fn tie(&self, same_document: bool) -> &'a str {
        if same_document { &self.found.fingerprint } else { self.indicator() }
    }
}

/// Claims in order of their subject; those about one thing lie together, in the document's order.
fn by_subject<'a>(site: &'a SiteReading<'a>) -> Vec<Claim<'a>> {
    let mut claims: Vec<_> = site.findings().map(|(row, found)| Claim { row, found }).collect();
    claims.sort_by(|a, b| a.subject().cmp(&b.subject()));
    claims
}

/// Takes the claims about `subject` off the front.
fn take<'s, 'a>(claims: &mut &'s [Claim<'a>], subject: Subject<'_>) -> &'s [Claim<'a>] {
    let count = claims.iter().take_while(|it| it.subject() == subject).count();
    let (taken, rest) = claims.split_at(count);
    *claims = rest;
    taken
}

/// Every defect that changed, the worst first, and how many did not.
fn defects(base: &SiteReading<'_>, head: &SiteReading<'_>, same_document: bool) -> (Vec<Defect>, usize) {
    let (before, now) = (by_subject(base), by_subject(head));
    let (mut before, mut now) = (before.as_slice(), now.as_slice());
    let mut changed = Vec::new();
    let mut unchanged = 0;
    loop {
        let subject = match (before.first(), now.first()) {
            (None, None) => break,
            (Some(it), None) | (None, Some(it)) => it.subject(),
            (Some(old), Some(new)) => match old.subject().cmp(&new.subject()) {
                Ordering::Greater => new.subject(),
                Ordering::Less | Ordering::Equal => old.subject(),
            },
        };
        let (old, new) = (take(&mut before, subject), take(&mut now, subject));
        let tied = |claims: &[Claim<'_>], it: &Claim<'_>| {
            claims.iter().any(|other| other.tie(same_document) == it.tie(same_document))
        };
        if old.iter().any(|it| tied(new, it)) {
            unchanged += 1;
        }
        let come: Vec<_> = new.iter().filter(|it| !tied(old, it)).copied().collect();
        let gone: Vec<_> = old.iter().filter(|it| !tied(new, it)).copied().collect();
        // The same thing under another row of the same indicator: a link that moved to the home page.
        let other_rows = |claims: &[Claim<'_>], it: &Claim<'_>| {
            claims.iter().any(|other| other.indicator() == it.indicator())
        };
        let (moved, come): (Vec<_>, Vec<_>) = come.into_iter().partition(|it| other_rows(old, it));
        let (left, gone): (Vec<_>, Vec<_>) = gone.into_iter().partition(|it| other_rows(new, it));
        let moved = if moved.is_empty() { left } else { moved };
        changed.extend(defect(State::Moved, &moved));
        if come.iter().any(|it| !hidden(base, it, same_document)) {
            changed.extend(defect(State::New, &come));
        } else {
            changed.extend(defect(State::Surfaced, &come));
        }
        // A row that the other document does not have says nothing about what is gone.
        let asked: Vec<_> =
            gone.into_iter().filter(|it| !same_document || head.row(&it.row.clause).is_some()).collect();
        if asked.iter().any(|it| !hidden(head, it, same_document)) {
            changed.extend(defect(State::Fixed, &asked));
        } else {
            changed.extend(defect(State::Unseen, &asked));
        }
    }
    changed.sort_by(|a, b| a.state.cmp(&b.state).then_with(|| worst(a).cmp(&worst(b))));
    (changed, unchanged)
}

fn worst(defect: &Defect) -> (bool, Option<super::RowEffect>) {
    (!defect.clauses.iter().any(|it| it.counts), defect.clauses.iter().map(|it| it.effect).min())
}

/// The claims as one defect; the first one's words.
fn defect(state: State, claims: &[Claim<'_>]) -> Option<Defect> {
    let first = claims.first()?.found;
    Some(Defect {
        state,
        kind: first.kind.to_string(),
        name: printable(&first.name),
        url: first.url.as_deref().map(printable),
        message: printable(&first.message),
        page: printable(&first.page),
        clauses: claims
            .iter()
            .map(|claim| ClauseChange {
                clause: claim.row.clause.to_string(),
                indicator: claim.indicator().to_owned(),
                title: printable(&claim.row.title),
                effect: claim.row.effect,
                fingerprint: claim.found.fingerprint.to_string(),
                found: claim.found.digest(),
                counts: claim.found.counts,
                waived: false,
            })
            .collect(),
    })
}

/// What became of every defect that was proved against the older side, in the order in which a paper tells it: what
/// stands, what could not be looked for, what was mended.
pub fn recheck_site(base: &SiteReading<'_>, head: &SiteReading<'_>) -> Vec<Rechecked> {
    let same_document = base.checklist == head.checklist;
    let (before, now) = (by_subject(base), by_subject(head));
    let (mut before, mut now) = (before.as_slice(), now.as_slice());
    let mut rechecked = Vec::new();
    while let Some(first) = before.first() {
        let subject = first.subject();
        let old = take(&mut before, subject);
        let passed = now.iter().take_while(|it| it.subject() < subject).count();
        now = &now[passed..];
        let new = take(&mut now, subject);
        let proved: Vec<_> = old.iter().filter(|it| it.found.counts && !it.row.to_confirm).collect();
        let Some(claim) = proved.first() else { continue };
        let stands = |it: &&&Claim<'_>| new.iter().any(|other| other.indicator() == it.indicator());
        let sought = |it: &&&Claim<'_>| !hidden(head, it, same_document);
        let outcome = if proved.iter().any(|it| stands(&it)) {
            Recheck::Stands
        } else if proved.iter().any(|it| sought(&it)) {
            Recheck::Mended
        } else {
            Recheck::Unseen
        };
        rechecked.push(Rechecked {
            outcome,
            clause: claim.row.clause.to_string(),
            title: printable(&claim.row.title),
            message: printable(&claim.found.message),
            page: printable(&claim.found.page),
        });
    }
    let place = |it: &Rechecked| base.rows.iter().position(|row| *row.clause == *it.clause);
    rechecked.sort_by_key(|it| (it.outcome, place(it)));
    rechecked
}

/// Whether `other`, which does not have the finding, could not have had it: then its absence proves nothing.
fn hidden(other: &SiteReading<'_>, claim: &Claim<'_>, same_document: bool) -> bool {
    let (kind, key) = claim.subject();
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
fn aged(before: &[Column<'_>], now: &Column<'_>) -> Option<Aged> {
    let before = before.iter().find(|it| it.url == now.url)?;
    let (from_days, to_days, limit_days) = (before.days_since?, now.days_since?, now.limit_days?);
    if to_days <= from_days || before.newest != now.newest {
        return None;
    }
    let expired = from_days <= limit_days && to_days > limit_days;
    #[expect(clippy::cast_precision_loss, reason = "days of a calendar")]
    let old = to_days as f64 >= limit_days as f64 * OLD_AGE;
    (old && from_days <= limit_days).then(|| Aged {
        name: printable(&now.name),
        url: printable(&now.url),
        newest: now.newest.as_deref().map(str::to_owned),
        from_days,
        to_days,
        limit_days,
        expired,
    })
}
