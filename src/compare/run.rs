//! Two runs, site after site.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::printable;

use super::change::{Comparison, Note, Origin, SiteChanges, SiteName, State, Totals};
use super::reading::{Seen, SiteReading};
use super::site::compare_site;
use super::waiver::WaiverBook;

/// Fingerprints that an earlier run, or a baseline's list of what was mended, knew; by site.
pub type Known = BTreeMap<String, BTreeSet<String>>;

/// A comparison under way: pairs of sites go in one after another, and only what changed is kept.
#[derive(Debug)]
pub struct Comparing {
    so_far: Comparison,
    known: Known,
}

impl Comparing {
    /// Begins with what is known of both sides, and of earlier runs.
    pub fn begin(base: Origin, head: Origin, known: Known) -> Self {
        let mut notes = Vec::new();
        if base.version != head.version {
            notes.push(Note::Version { base: base.version.clone(), head: head.version.clone() });
        }
        if let (Some(base), Some(head)) = (base.as_of, head.as_of)
            && head < base
        {
            notes.push(Note::Backwards { base, head });
        }
        Self { so_far: Comparison { base, head, notes, ..Comparison::default() }, known }
    }

    /// One site, as each side has it. Sites come in the order of their ids.
    pub fn site(
        &mut self,
        base: Option<&SiteReading<'_>>,
        head: Option<&SiteReading<'_>>,
        waived: &mut WaiverBook,
    ) {
        let mut pair = self.look(base, head);
        pair.mark(head, waived);
        self.add(pair);
    }

    /// What became of one site, without taking it in: many can be looked at at the same time.
    pub fn look(&self, base: Option<&SiteReading<'_>>, head: Option<&SiteReading<'_>>) -> Pair {
        // A body without a site of its own has nothing that could be missed or found.
        let has_site = |it: &&SiteReading<'_>| it.seen != Seen::NoSite;
        match (base.filter(has_site), head.filter(has_site)) {
            (Some(base), Some(head)) => self.both(base, head),
            (Some(base), None) => Pair::Removed(name(base)),
            (None, Some(head)) => Pair::Added(name(head)),
            (None, None) => Pair::Neither,
        }
    }

    fn both(&self, base: &SiteReading<'_>, head: &SiteReading<'_>) -> Pair {
        let note = (base.checklist != head.checklist).then(|| Note::Checklist {
            site: head.id.to_string(),
            base: base.checklist.to_string(),
            head: head.checklist.to_string(),
        });
        let mut changes = compare_site(base, head);
        if let Some(known) = self.known.get(&*head.id) {
            for defect in changes.defects.iter_mut().filter(|it| it.state == State::New) {
                if defect.clauses.iter().any(|it| known.contains(&it.fingerprint)) {
                    defect.state = State::Reopened;
                }
            }
            changes.defects.sort_by_key(|it| it.state);
        }
        Pair::Both(Box::new(changes), note)
    }

    /// Takes in what became of a site. Sites come in the order of their ids.
    pub fn add(&mut self, pair: Pair) {
        match pair {
            Pair::Neither => {}
            Pair::Added(name) => self.so_far.added.push(name),
            Pair::Removed(name) => self.so_far.removed.push(name),
            Pair::Both(changes, note) => {
                self.so_far.notes.extend(note);
                let totals = &mut self.so_far.totals;
                totals.sites += 1;
                totals.unchanged += changes.unchanged;
                for defect in &changes.defects {
                    *count(totals, defect.state) += 1;
                }
                if !changes.is_empty() {
                    self.so_far.sites.push(*changes);
                }
            }
        }
    }

    /// Something that a reader must know.
    pub fn note(&mut self, note: Note) {
        self.so_far.notes.push(note);
    }

    /// What came of it.
    pub fn end(self) -> Comparison {
        self.so_far
    }
}

/// What became of one site between the two sides.
#[derive(Debug)]
pub enum Pair {
    /// Neither side has it.
    Neither,
    /// Only the newer side has it.
    Added(SiteName),
    /// Only the older side has it.
    Removed(SiteName),
    /// Both have it; the note says that they were judged by different documents.
    Both(Box<SiteChanges>, Option<Note>),
}

impl Pair {
    /// Marks what is waived, and tells the book what of it was met.
    pub fn mark(&mut self, head: Option<&SiteReading<'_>>, waived: &mut WaiverBook) {
        if let (Self::Both(changes, _), Some(head)) = (self, head) {
            waived.mark(changes, head);
        }
    }
}

fn count(totals: &mut Totals, state: State) -> &mut usize {
    match state {
        State::Reopened => &mut totals.reopened,
        State::New => &mut totals.new,
        State::Surfaced => &mut totals.surfaced,
        State::Unseen => &mut totals.unseen,
        State::Moved => &mut totals.moved,
        State::Fixed => &mut totals.fixed,
    }
}

fn name(site: &SiteReading<'_>) -> SiteName {
    SiteName { id: site.id.to_string(), name: printable(&site.name) }
}
