//! A site's facts and scorecard put together for readers.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::audit::{Answer, Finding, Judged, Ruling, Said, Verdict as Judgement, Void};
use crate::base::Day;
use crate::checklist::{Checklist, Decided, DocumentName, Effect, Role};
use crate::dossier::{Coverage, Facts, Requests};
use crate::evidence::Citation;
use crate::score::{Deduction, Line, Score, Scorecard};
use crate::site::{Robots, Scope, Site};

use super::{
    AvailabilityView, ChecklistFacts, ClauseRef, ColumnView, CoverageView, DutiesView, DutyState, DutyView,
    EvidenceView, FindingView, LinksView, MendEffect, OutcomeView, RequestsView, RowView, RulingView,
    RunInfo, SiteFacts, SiteView, Status, Verdict, VoidView, clean, columns, duties, links, mend, words,
};

/// What was seen of a site, whatever the answers: enough for its report when the facts themselves are gone.
#[derive(Clone, Debug)]
pub struct Looked {
    site: SiteFacts,
    scope: Scope,
    status: Status,
    withheld: Option<String>,
    reason: Option<String>,
    columns: Vec<ColumnView>,
    links: LinksView,
    coverage: CoverageView,
    requests: RequestsView,
    availability: Option<AvailabilityView>,
}

/// Who owes the duties among the answers.
#[derive(Clone, Debug)]
pub struct Owing<'a> {
    /// Its id in the roster.
    pub id: &'a str,
    /// As readers know it.
    pub body: &'a str,
    /// The site it publishes on, when it has none of its own: id and name.
    pub publishes_on: Option<(String, String)>,
    /// Its part in each duty, in the order of the answers.
    pub roles: &'a [Role],
    /// The names of the sites, by their ids.
    pub names: &'a BTreeMap<String, String>,
}

impl SiteView {
    /// Orders, filters and words everything known about one site. The same input gives the same view.
    ///
    /// `run` is that of the city; how far it came with this site is taken from the facts.
    pub fn of(run: RunInfo, checklist: &Checklist, card: &Scorecard, facts: &Facts) -> Self {
        Self::reviewed(run, checklist, card, facts, &[])
    }

    /// The same, with the decisions of people that count for nothing any more.
    pub fn reviewed(
        run: RunInfo,
        checklist: &Checklist,
        card: &Scorecard,
        facts: &Facts,
        void: &[Void],
    ) -> Self {
        Self::put_together(run, checklist, card, Looked::at(facts, checklist), void, None)
    }

    /// The same of what was seen, when the facts are gone: a plan is answered only after every site was looked at.
    pub fn put_together(
        run: RunInfo,
        checklist: &Checklist,
        card: &Scorecard,
        looked: Looked,
        void: &[Void],
        owing: Option<&Owing<'_>>,
    ) -> Self {
        let Looked {
            site,
            scope,
            status,
            withheld,
            reason,
            columns,
            links,
            coverage,
            requests,
            availability,
        } = looked;
        let (duties, others): (Vec<&Line>, Vec<&Line>) =
            card.lines.iter().partition(|line| line.answer.entry.duty.is_some());
        let rows: Vec<RowView> = others.into_iter().map(|line| row(card, line, site.body.as_ref())).collect();
        let outcome = outcome(checklist, card, &rows, withheld.as_deref());
        Self {
            reason,
            outcome,
            mend_first: mend::first(card, checklist, &scope),
            rows,
            columns,
            links,
            coverage,
            requests,
            availability,
            checklist: ChecklistFacts::of(checklist),
            further: checklist.further.iter().map(ChecklistFacts::named).collect(),
            duties: owing.map(|it| Arc::new(it.view(run.as_of, checklist, card, &duties))),
            void: void.iter().map(VoidView::of).collect(),
            site,
            run: RunInfo { status, ..run },
        }
    }

    /// How many different things are to be mended: a stale column that breaks three rows is one.
    pub fn problems(&self) -> usize {
        self.mend_first.iter().filter(|it| it.effect != MendEffect::Remark).map(|it| it.count).sum()
    }

    /// How many findings the failed rows have, each row counted for itself.
    pub fn findings(&self) -> usize {
        self.rows.iter().map(|row| row.findings.len()).sum()
    }
}

impl Looked {
    /// What a report shows of these facts, whatever the answers.
    pub fn at(facts: &Facts, checklist: &Checklist) -> Self {
        let withheld = facts.home().err().map(|gap| gap.to_string());
        let reason = withheld.clone().or_else(|| {
            (!facts.coverage().finished).then(|| "未走完全站，以下结论只就已查看的页面而言".to_owned())
        });
        Self {
            site: SiteFacts::of(facts.site()),
            scope: facts.site().scope.clone(),
            status: Status::of(facts),
            withheld,
            reason,
            columns: columns::of(facts, &checklist.column_limits()),
            links: links::of(facts.links()),
            coverage: coverage(facts.coverage(), facts.pages_read()),
            requests: requests(facts.requests()),
            availability: AvailabilityView::of_facts(facts),
        }
    }
}

impl Owing<'_> {
    /// What the body owes, by the lines of its scorecard that are duties.
    pub fn view(&self, as_of: Day, checklist: &Checklist, card: &Scorecard, lines: &[&Line]) -> DutiesView {
        let rows: Vec<DutyView> = lines
            .iter()
            .zip(self.roles)
            .filter_map(|(line, role)| self.duty(as_of, card, line, *role))
            .collect();
        let documents = std::iter::once(ChecklistFacts::of(checklist))
            .chain(checklist.further.iter().map(ChecklistFacts::named))
            .filter(|it| rows.iter().any(|row| row.document == it.id))
            .collect();
        DutiesView {
            documents,
            id: self.id.to_owned(),
            body: clean(self.body),
            publishes_on: self.publishes_on.clone(),
            as_of,
            rows,
        }
    }

    fn duty(&self, as_of: Day, card: &Scorecard, line: &Line, role: Role) -> Option<DutyView> {
        let duty = line.answer.entry.duty.as_ref()?;
        let row = row(card, line, Some(&self.body.to_owned()));
        let (due, next_due) = duties::days(duty, as_of);
        let seen_on = line.answer.seen_on.as_ref().map(|id| {
            let name = self.names.get(id.as_str()).cloned().unwrap_or_else(|| id.to_string());
            (id.as_str().to_owned(), name)
        });
        Some(DutyView {
            document: line.answer.entry.document.clone(),
            role,
            portal_words: duty.portal.zh(),
            seen_on,
            state: DutyState::of(&line.answer.judged, row.verdict, due),
            due,
            next_due,
            severity: duty.severity,
            ours: duty.ours.clone(),
            same_as: duty.same_as.clone(),
            condition: duty.condition.clone(),
            row,
        })
    }
}

impl ChecklistFacts {
    fn of(checklist: &Checklist) -> Self {
        Self { id: checklist.id.clone(), title: checklist.title.clone(), source: checklist.source.clone() }
    }

    fn named(document: &DocumentName) -> Self {
        Self { id: document.id.clone(), title: document.title.clone(), source: document.source.clone() }
    }
}

impl SiteFacts {
    /// What a report says of a body of the roster.
    pub fn of(site: &Site) -> Self {
        Self {
            id: site.id.as_str().to_owned(),
            name: clean(&site.name),
            url: site.home.clone(),
            class: site.class,
            body: site.body.as_deref().map(clean),
            id_code: site.id_code.as_deref().map(clean),
            robots_waived: match &site.robots {
                Robots::Obey => None,
                Robots::OwnerConsents { reason } => Some(clean(reason)),
            },
        }
    }
}

impl RulingView {
    fn of(ruling: &Ruling) -> Self {
        Self {
            clause: clean(&ruling.clause),
            fingerprint: ruling.fingerprint.as_deref().map(clean),
            said: ruling.said,
            reason: clean(&ruling.reason),
            who: clean(&ruling.who),
            when: ruling.when,
            until: ruling.until,
        }
    }
}

impl VoidView {
    fn of(void: &Void) -> Self {
        Self { ruling: RulingView::of(&void.ruling), why: void.why.to_owned() }
    }
}

impl RowView {
    /// What a broken rule does, with its points.
    pub(in crate::report) fn effect_words(effect: Effect) -> String {
        words::effect(effect)
    }

    /// What a row takes off; empty when nothing.
    pub(in crate::report) fn deduction_words(deduction: Deduction) -> String {
        words::deduction(deduction)
    }
}

impl OutcomeView {
    /// `92.5` or `58—74`; a dash when the score is withheld.
    pub(in crate::report) fn score_words(score: Score, withheld: bool) -> String {
        if withheld { "—".to_owned() } else { words::range(score.low, score.high) }
    }

    /// The open vetoes that one visit should have decided: they keep the outcome open.
    pub fn decisive_open_vetoes(&self) -> Vec<ClauseRef> {
        self.open_vetoes.iter().filter(|it| !self.beyond_one_visit.contains(it)).cloned().collect()
    }
}

impl EvidenceView {
    pub(super) fn of(citation: &Citation) -> Self {
        Self {
            address: citation.address.clone(),
            warc: citation.file(),
            record_id: format!("<{}>", citation.record_id),
            offset: citation.offset,
            sha256: citation.sha256,
            fetched_at: citation.fetched_at,
        }
    }
}

fn outcome(checklist: &Checklist, card: &Scorecard, rows: &[RowView], unread: Option<&str>) -> OutcomeView {
    let score_withheld = unread.map(str::to_owned).or_else(|| checklist.withheld.clone());
    let refs = |clauses: &[String]| -> Vec<ClauseRef> {
        let named = rows.iter().filter(|row| clauses.contains(&row.clause));
        named.map(|row| ClauseRef { clause: row.clause.clone(), title: row.title.clone() }).collect()
    };
    let mut outcome = OutcomeView {
        outcome: card.outcome,
        vetoes: refs(&card.vetoes),
        open_vetoes: refs(&card.open_vetoes),
        beyond_one_visit: refs(&card.beyond_one_visit),
        score: card.score,
        pass: checklist.pass.at_least,
        score_words: OutcomeView::score_words(card.score, score_withheld.is_some()),
        score_withheld,
        score_note: None,
        at_the_limit: card.at_the_limit,
        conclusion: String::new(),
    };
    outcome.score_note = words::score_note(&outcome);
    outcome.conclusion = words::conclusion(&outcome, rows, unread);
    outcome
}

fn row(card: &Scorecard, line: &Line, body: Option<&String>) -> RowView {
    let Line { answer, deduction } = line;
    let Answer { entry, judged, rulings, seen_on, why } = answer;
    let mut read = read(judged, entry.decided);
    if let Some(why) = why {
        read.reason = Some((*why).to_owned());
    }
    // Evidence is named from the folder of the body's own site.
    let folder = seen_on.as_ref().map(|id| format!("../{id}/")).unwrap_or_default();
    let views = |findings: &[Finding]| -> Vec<FindingView> {
        findings.iter().map(|it| finding(it, &entry.document, &entry.clause, &folder)).collect()
    };
    let found = views(judged.findings());
    let (findings, remarks) =
        if read.verdict == Verdict::Fail { (found, Vec::new()) } else { (Vec::new(), found) };
    RowView {
        clause: entry.clause.clone(),
        section: entry.section.clone(),
        title: entry.title.clone(),
        text: entry.text.clone(),
        indicator: entry.indicator.clone(),
        effect: entry.effect,
        effect_words: words::effect(entry.effect),
        decided: entry.decided,
        mark: entry.mark,
        verdict: read.verdict,
        to_confirm: read.verdict == Verdict::Fail
            && entry.decided == Decided::Assist
            && !matches!(judged, Judged::Ruled { .. }),
        beyond_one_visit: card.beyond_one_visit.contains(&entry.clause),
        examined: read.examined,
        unread: read.unread,
        deduction: *deduction,
        deduction_words: words::deduction(*deduction),
        reason: read.reason,
        cannot_see: entry.cannot_see.clone(),
        findings,
        remarks,
        shown: views(judged.shown()),
        responsible: body.cloned().into_iter().collect(),
        rulings: rulings.iter().map(RulingView::of).collect(),
    }
}

struct Read {
    verdict: Verdict,
    examined: Option<usize>,
    unread: Option<usize>,
    reason: Option<String>,
}

fn read(judged: &Judged, decided: Decided) -> Read {
    let plain = |verdict, examined| Read { verdict, examined, unread: None, reason: None };
    match judged {
        Judged::Manual => Read { reason: Some(words::manual(decided)), ..plain(Verdict::Manual, None) },
        Judged::Ruled { said: Said::Fail, .. } => plain(Verdict::Fail, None),
        Judged::Ruled { said: Said::Pass, .. } => plain(Verdict::Pass, None),
        Judged::Ruled { said: Said::NotApplicable, .. } => {
            Read { reason: Some("人工判定不适用".to_owned()), ..plain(Verdict::NotApplicable, None) }
        }
        Judged::By(Judgement::Pass { examined, .. }) => plain(Verdict::Pass, Some(examined.get())),
        Judged::By(Judgement::Fail { examined, unread, .. }) => {
            Read { unread: (*unread > 0).then_some(*unread), ..plain(Verdict::Fail, Some(examined.get())) }
        }
        Judged::By(Judgement::NotApplicable(why)) => {
            Read { reason: Some((*why).to_owned()), ..plain(Verdict::NotApplicable, None) }
        }
        Judged::By(Judgement::Undetermined { gap, unread, .. }) => {
            Read { unread: *unread, reason: Some(gap.to_string()), ..plain(Verdict::Undetermined, None) }
        }
    }
}

fn finding(finding: &Finding, checklist: &str, clause: &str, folder: &str) -> FindingView {
    FindingView {
        fingerprint: finding.subject.fingerprint(checklist, clause),
        kind: finding.subject.kind,
        name: clean(&finding.subject.name),
        url: finding.subject.address.clone(),
        message: clean(&finding.message),
        page: finding.page.clone(),
        evidence: finding
            .evidence
            .as_slice()
            .iter()
            .map(EvidenceView::of)
            .map(|it| EvidenceView { warc: format!("{folder}{}", it.warc), ..it })
            .collect(),
        details: finding.details.iter().map(|(key, value)| ((*key).to_owned(), clean(value))).collect(),
        waived: None,
    }
}

fn coverage(coverage: &Coverage, pages_read: usize) -> CoverageView {
    CoverageView::of(coverage.known, coverage.fetched, pages_read, coverage.finished, &coverage.skipped)
}

fn requests(requests: &Requests) -> RequestsView {
    let by_outcome = requests.by_outcome.iter().map(|(id, count)| (*id, *count));
    RequestsView::of(requests.sent, requests.retried, by_outcome)
}

impl CoverageView {
    /// Counts put in order and into words; most first.
    pub(in crate::report) fn of(
        known: u64,
        fetched: u64,
        pages_read: usize,
        finished: bool,
        skipped: &BTreeMap<String, u64>,
    ) -> Self {
        let mut skipped: Vec<(String, String, u64)> =
            skipped.iter().map(|(id, count)| (clean(id), words::skipped(id), *count)).collect();
        skipped.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
        Self { known, fetched, pages_read, skipped, finished }
    }
}

impl RequestsView {
    /// Counts put into words, in order of their ids.
    pub(in crate::report) fn of<'a>(
        sent: u64,
        retried: u64,
        by_outcome: impl Iterator<Item = (&'a str, u64)>,
    ) -> Self {
        let by_outcome = by_outcome.map(|(id, count)| (clean(id), words::request(id), count)).collect();
        Self { sent, retried, by_outcome }
    }
}
