//! From `report.json` and `run.json` back to the views, so that every other file can be written from them alone.
//!
//! What was written by this program reads back to the same view, down to the bytes of each format. What was
//! changed by hand is believed as far as it can be read: the words of a view are cleaned again on the way in.

use crate::audit::{Said, SubjectKind};
use crate::base::{Address, ColumnKind, Day, Digest, Moment};
use crate::checklist::{Decided, Effect, Mark, Points, Role, Severity};
use crate::score::{Deduction, Outcome, Score};
use crate::site::Class;

use super::view::{
    AbsentBody, Asked, AvailabilityView, Body, BodyWithoutSite, ChecklistFacts, CityView, ClauseRef,
    ColumnStatus, ColumnView, CoverageView, DutiesView, DutyState, DutyView, EvidenceView, FindingView,
    LinkStatus, LinkView, LinksView, Mend, MendEffect, OutcomeView, ProbeCell, ReferrerView, RequestsView,
    RowView, RulingView, RunInfo, SiteFacts, SiteView, Status, Verdict, VoidView, WaivedView, clean,
};
use super::wire;

/// A document that this program cannot have written.
#[derive(Debug, thiserror::Error)]
#[error("{what} is `{value}`, which this program does not write")]
pub struct ReadError {
    what: &'static str,
    value: String,
}

type Read<T> = Result<T, ReadError>;

/// `report.json` as a view.
pub fn site(report: wire::Report) -> Read<SiteView> {
    schema(&report.schema, wire::REPORT)?;
    let site = site_facts(&report.site)?;
    let rows: Vec<RowView> = report
        .answers
        .into_iter()
        .map(|it| row(it, &report.outcome.beyond_one_visit))
        .collect::<Read<_>>()?;
    Ok(SiteView {
        run: RunInfo {
            id: clean(&report.run.id),
            as_of: day(&report.run.as_of)?,
            started_at: moment(&report.run.started_at)?,
            finished_at: moment(&report.run.finished_at)?,
            status: status(&report.run.status)?,
            version: clean(&report.tool.version),
        },
        reason: report.run.reason.as_deref().map(clean),
        checklist: ChecklistFacts {
            id: clean(&report.checklist.id),
            title: clean(&report.checklist.title),
            source: clean(&report.checklist.source),
        },
        outcome: outcome(report.outcome, &rows)?,
        mend_first: report.mend_first.into_iter().map(mend).collect::<Read<_>>()?,
        columns: report.columns.iter().map(column).collect::<Read<_>>()?,
        links: links(report.links)?,
        coverage: CoverageView::of(
            report.coverage.known,
            report.coverage.fetched,
            report.coverage.pages_read,
            report.coverage.finished,
            &report.coverage.skipped,
        ),
        requests: RequestsView::of(
            report.requests.sent,
            report.requests.retried,
            report.requests.by_outcome.iter().map(|(id, count)| (id.as_str(), *count)),
        ),
        availability: report.availability.map(availability).transpose()?,
        further: report.further.iter().map(document).collect(),
        duties: report.duties.map(duties).transpose()?.map(std::sync::Arc::new),
        void: report
            .void_rulings
            .into_iter()
            .map(|it| Ok(VoidView { ruling: ruling(&it.ruling)?, why: clean(&it.why) }))
            .collect::<Read<_>>()?,
        rows,
        site,
    })
}

/// `run.json` as a view, with the bodies in the order of its rows; `formats` are those that are being written.
pub fn city(run: &wire::RunReport, bodies: Vec<Body>, formats: Vec<&'static str>) -> Read<CityView> {
    let info = self::run(run)?;
    let asked = Asked {
        roster: clean(&run.run.asked.roster),
        checklists: run.run.asked.checklists.iter().map(|it| clean(it)).collect(),
        max_pages: run.run.asked.max_pages,
        rate: run.run.asked.rate,
        formats,
    };
    Ok(CityView::of(info, &run.city.name, asked, bodies))
}

/// The run that `run.json` speaks of.
pub fn run(run: &wire::RunReport) -> Read<RunInfo> {
    schema(&run.schema, wire::RUN)?;
    Ok(RunInfo {
        id: clean(&run.run.id),
        as_of: day(&run.run.as_of)?,
        started_at: moment(&run.run.started_at)?,
        finished_at: moment(&run.run.finished_at)?,
        status: status(&run.run.status)?,
        version: clean(&run.tool.version),
    })
}

/// A row of `run.json` about a body without a site; `None` for a site that was inspected.
pub fn without_site(row: &wire::SiteRow) -> Read<Option<BodyWithoutSite>> {
    let Some(parent) = &row.parent else { return Ok(None) };
    let facts = wire::Site {
        id: row.id.clone(),
        name: row.name.clone(),
        url: row.url.clone(),
        class: row.class.clone(),
        body: row.body.clone(),
        id_code: row.id_code.clone(),
        robots_waived: None,
    };
    Ok(Some(BodyWithoutSite {
        site: site_facts(&facts)?,
        parent: clean(parent),
        parent_name: clean(row.parent_name.as_deref().unwrap_or(parent)),
        duties: None,
    }))
}

/// `duties.json`: what every body owes, and who is not in the roster.
pub fn ledger(ledger: wire::Ledger) -> Read<(Vec<DutiesView>, Vec<AbsentBody>)> {
    schema(&ledger.schema, wire::DUTIES)?;
    let absent = ledger
        .absent
        .iter()
        .map(|it| AbsentBody { name: clean(&it.name), owes: it.owes, outside: it.outside })
        .collect();
    Ok((ledger.bodies.into_iter().map(duties).collect::<Read<_>>()?, absent))
}

fn document(document: &wire::Checklist) -> ChecklistFacts {
    ChecklistFacts { id: clean(&document.id), title: clean(&document.title), source: clean(&document.source) }
}

fn duties(duties: wire::Duties) -> Read<DutiesView> {
    let publishes_on = duties.publishes_on.as_deref().map(clean);
    let name = duties.publishes_on_name.as_deref().map(clean);
    Ok(DutiesView {
        documents: duties.documents.iter().map(document).collect(),
        id: clean(&duties.id),
        body: clean(&duties.body),
        publishes_on: publishes_on.map(|id| (id.clone(), name.unwrap_or(id))),
        as_of: day(&duties.as_of)?,
        rows: duties.duties.into_iter().map(duty).collect::<Read<_>>()?,
    })
}

fn duty(duty: wire::DutyRow) -> Read<DutyView> {
    let seen_on = duty.seen_on.as_deref().map(clean);
    let name = duty.seen_on_name.as_deref().map(clean);
    Ok(DutyView {
        document: clean(&duty.document),
        role: Role::from_id(&duty.role).ok_or_else(|| wrong("a part", &duty.role))?,
        portal_words: clean(&duty.portal_zh),
        seen_on: seen_on.map(|id| (id.clone(), name.unwrap_or(id))),
        state: known("a state", &duty.state, &DutyState::ALL, DutyState::id)?,
        due: duty.due.as_deref().map(day).transpose()?,
        next_due: duty.next_due.as_deref().map(day).transpose()?,
        severity: Severity::from_id(&duty.severity).ok_or_else(|| wrong("a weight", &duty.severity))?,
        ours: duty.ours.iter().map(|it| clean(it)).collect(),
        same_as: duty.same_as.iter().map(|it| clean(it)).collect(),
        condition: duty.condition.as_deref().map(clean),
        row: row(duty.answer, &[])?,
    })
}

fn schema(found: &str, wanted: &str) -> Read<()> {
    if found == wanted { Ok(()) } else { Err(wrong("schema", found)) }
}

fn wrong(what: &'static str, value: &(impl ToString + ?Sized)) -> ReadError {
    ReadError { what, value: clean(&value.to_string()) }
}

/// The one of `all` whose id is `id`.
fn known<T: Copy>(what: &'static str, id: &str, all: &[T], id_of: fn(T) -> &'static str) -> Read<T> {
    all.iter().copied().find(|it| id_of(*it) == id).ok_or_else(|| wrong(what, id))
}

fn day(text: &str) -> Read<Day> {
    text.parse().map_err(|_| wrong("a day", text))
}

/// Only the visits are read; what is counted of them is counted anew.
fn availability(written: wire::Availability) -> Read<AvailabilityView> {
    let cell = |it: wire::Visit| {
        let reach = ProbeCell::REACHES.iter().find(|(word, _)| *word == it.reach).map(|(_, reach)| *reach);
        let reach = reach.ok_or_else(|| wrong("what a visit counts as", &it.reach))?;
        Ok(ProbeCell { at: moment(&it.at)?, reach, took: it.took_ms, words: clean(&it.what) })
    };
    Ok(AvailabilityView::of(written.visits.into_iter().map(cell).collect::<Read<_>>()?))
}

fn moment(text: &str) -> Read<Moment> {
    Moment::parse(text).ok_or_else(|| wrong("a moment", text))
}

fn address(text: &str) -> Read<Address> {
    text.parse().map_err(|_| wrong("an address", text))
}

fn points(decimal: f64) -> Read<Points> {
    Points::from_decimal(decimal).ok_or_else(|| wrong("points", &decimal))
}

fn status(id: &str) -> Read<Status> {
    known("a status", id, &[Status::Complete, Status::Partial, Status::Failed], Status::id)
}

fn site_facts(site: &wire::Site) -> Read<SiteFacts> {
    // The id names files, so it is held to the roster's rule whoever wrote the document.
    let id: crate::site::SiteId = site.id.parse().map_err(|_| wrong("a site's id", &site.id))?;
    Ok(SiteFacts {
        id: id.as_str().to_owned(),
        name: clean(&site.name),
        url: site.url.as_deref().map(address).transpose()?,
        class: Class::from_id(&site.class).ok_or_else(|| wrong("a class", &site.class))?,
        body: site.body.as_deref().map(clean),
        id_code: site.id_code.as_deref().map(clean),
        robots_waived: site.robots_waived.as_deref().map(clean),
    })
}

fn outcome(outcome: wire::Outcome, rows: &[RowView]) -> Read<OutcomeView> {
    let refs = |clauses: &[String]| -> Vec<ClauseRef> {
        let named = rows.iter().filter(|row| clauses.contains(&row.clause));
        named.map(|row| ClauseRef { clause: row.clause.clone(), title: row.title.clone() }).collect()
    };
    let all = [Outcome::Qualified, Outcome::Unqualified, Outcome::Undecided];
    let score = Score {
        low: points(outcome.score.low)?,
        high: points(outcome.score.high)?,
        full: points(outcome.score.full)?,
    };
    let withheld = outcome.score_withheld.as_deref().map(clean);
    Ok(OutcomeView {
        outcome: known("an outcome", &outcome.verdict, &all, Outcome::id)?,
        vetoes: refs(&outcome.vetoes),
        open_vetoes: refs(&outcome.open_vetoes),
        beyond_one_visit: refs(&outcome.beyond_one_visit),
        score,
        pass: points(outcome.pass)?,
        score_words: OutcomeView::score_words(score, withheld.is_some()),
        score_withheld: withheld,
        score_note: outcome.score_note.as_deref().map(clean),
        at_the_limit: outcome.at_the_limit,
        conclusion: outcome.conclusion,
    })
}

fn row(answer: wire::Answer, beyond: &[String]) -> Read<RowView> {
    let all = [Verdict::Pass, Verdict::Fail, Verdict::NotApplicable, Verdict::Undetermined, Verdict::Manual];
    let deduction = Deduction { low: points(answer.deduction.low)?, high: points(answer.deduction.high)? };
    let effect = effect(&answer.effect, answer.price)?;
    Ok(RowView {
        beyond_one_visit: beyond.contains(&answer.clause),
        clause: clean(&answer.clause),
        section: clean(&answer.section),
        title: clean(&answer.title),
        text: answer.text,
        indicator: answer.indicator.as_deref().map(clean),
        effect,
        effect_words: RowView::effect_words(effect),
        decided: Decided::from_id(&answer.decided).ok_or_else(|| wrong("decided", &answer.decided))?,
        mark: Mark::from_id(&answer.mark).ok_or_else(|| wrong("a mark", &answer.mark))?,
        verdict: known("a verdict", &answer.verdict, &all, Verdict::id)?,
        to_confirm: answer.to_confirm,
        examined: answer.examined,
        unread: answer.unread,
        deduction,
        deduction_words: RowView::deduction_words(deduction),
        reason: answer.reason.as_deref().map(clean),
        cannot_see: answer.cannot_see,
        findings: answer.findings.into_iter().map(finding).collect::<Read<_>>()?,
        remarks: answer.remarks.into_iter().map(finding).collect::<Read<_>>()?,
        responsible: answer.responsible.iter().map(|it| clean(it)).collect(),
        rulings: answer.rulings.iter().map(ruling).collect::<Read<_>>()?,
        shown: answer.shown.into_iter().map(finding).collect::<Read<_>>()?,
    })
}

fn effect(id: &str, price: Option<wire::Price>) -> Read<Effect> {
    Ok(match (id, price) {
        ("veto", _) => Effect::Veto,
        ("deduct", Some(price)) => {
            Effect::Deduct { each: points(price.each)?, at_most: price.at_most.map(points).transpose()? }
        }
        ("deduct", None) => Effect::Withheld,
        ("advise", _) => Effect::Advise,
        _ => return Err(wrong("an effect", id)),
    })
}

fn ruling(ruling: &wire::Ruling) -> Read<RulingView> {
    Ok(RulingView {
        clause: clean(&ruling.clause),
        fingerprint: ruling.fingerprint.as_deref().map(clean),
        said: Said::from_id(&ruling.verdict).ok_or_else(|| wrong("a ruling", &ruling.verdict))?,
        reason: clean(&ruling.reason),
        who: clean(&ruling.who),
        when: day(&ruling.when)?,
        until: ruling.until.as_deref().map(day).transpose()?,
    })
}

fn finding(finding: wire::Finding) -> Read<FindingView> {
    let kinds = SubjectKind::ALL;
    Ok(FindingView {
        fingerprint: clean(&finding.fingerprint),
        kind: known("a kind of subject", &finding.subject.kind, &kinds, SubjectKind::id)?,
        name: clean(&finding.subject.name),
        url: finding.subject.url.as_deref().map(address).transpose()?,
        message: clean(&finding.message),
        page: address(&finding.page_url)?,
        evidence: finding.evidence.iter().map(evidence).collect::<Read<_>>()?,
        details: finding.details.into_iter().map(|(key, value)| (clean(&key), clean(&value))).collect(),
        waived: finding.waived.as_ref().map(waived).transpose()?,
    })
}

fn waived(waived: &wire::Waived) -> Read<WaivedView> {
    Ok(WaivedView {
        reason: clean(&waived.reason),
        author: clean(&waived.author),
        until: day(&waived.until)?,
    })
}

fn evidence(evidence: &wire::Evidence) -> Read<EvidenceView> {
    Ok(EvidenceView {
        address: address(&evidence.url)?,
        warc: clean(&evidence.warc),
        record_id: clean(&evidence.record_id),
        offset: evidence.offset,
        sha256: Digest::from_hex(&evidence.sha256).ok_or_else(|| wrong("a digest", &evidence.sha256))?,
        fetched_at: moment(&evidence.fetched_at)?,
    })
}

fn column(column: &wire::Column) -> Read<ColumnView> {
    let all = [
        ColumnStatus::Stale,
        ColumnStatus::Undated,
        ColumnStatus::Blank,
        ColumnStatus::Undetermined,
        ColumnStatus::Fresh,
        ColumnStatus::NotApplicable,
    ];
    let kind = |id: &String| ColumnKind::from_id(id).ok_or_else(|| wrong("a kind of column", id));
    Ok(ColumnView {
        name: clean(&column.name),
        kind: column.kind.as_ref().map(kind).transpose()?,
        kind_words: clean(&column.kind_zh),
        url: address(&column.url)?,
        declared: column.source == "declared",
        origin_words: clean(&column.source_zh),
        items: column.items,
        newest: column.newest.as_deref().map(day).transpose()?,
        days_since: column.days_since,
        limit_words: column.limit_zh.as_deref().map(clean),
        limit_days: column.limit_days,
        status: known("a column's status", &column.status, &all, ColumnStatus::id)?,
        reason: column.reason.as_deref().map(clean),
        evidence: evidence(&column.evidence)?,
    })
}

fn links(links: wire::Links) -> Read<LinksView> {
    Ok(LinksView {
        checked: links.checked,
        broken: links.broken,
        blocked: links.blocked,
        undetermined: links.undetermined,
        unchecked: links.unchecked.into_iter().map(|it| (clean(&it.reason), it.count)).collect(),
        targets: links.targets.into_iter().map(target).collect::<Read<_>>()?,
    })
}

fn target(link: wire::LinkTarget) -> Read<LinkView> {
    let all = [LinkStatus::Broken, LinkStatus::Flawed, LinkStatus::Blocked];
    Ok(LinkView {
        url: address(&link.url)?,
        role_words: clean(&link.role_zh),
        on_home: link.on_home,
        state: known("a link's state", &link.state, &all, LinkStatus::id)?,
        state_words: clean(&link.reason),
        referrers: link
            .referrers
            .into_iter()
            .map(|it| Ok(ReferrerView { page: address(&it.url)?, text: clean(&it.text) }))
            .collect::<Read<_>>()?,
        referrer_count: link.referrer_count,
        checks: link.evidence.iter().map(evidence).collect::<Read<_>>()?,
    })
}

fn mend(mend: wire::Mend) -> Read<Mend> {
    let all = [
        MendEffect::HoldsVeto,
        MendEffect::OpensVeto,
        MendEffect::Deducts,
        MendEffect::Unpriced,
        MendEffect::Advice,
        MendEffect::Remark,
    ];
    Ok(Mend {
        effect: known("an effect", &mend.effect, &all, MendEffect::id)?,
        effect_words: clean(&mend.effect_zh),
        title: mend.title,
        advice: clean(&mend.advice),
        clauses: mend.clauses.iter().map(|it| clean(it)).collect(),
        points: points(mend.points)?,
        count: mend.count,
        url: mend.url.as_deref().map(address).transpose()?,
    })
}
