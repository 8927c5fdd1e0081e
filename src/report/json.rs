//! The views as JSON, for programs.

use std::collections::BTreeMap;

use crate::checklist::{Effect, Points};
use crate::score::Score;

use super::view::{
    Asked, AvailabilityView, Body, BodyWithoutSite, ChecklistFacts, CityView, ColumnView, DutiesView,
    DutyView, EvidenceView, FindingView, LinkView, LinksView, Mend, OutcomeView, ProbeCell, RowView,
    RulingView, RunInfo, SiteFacts, SiteSummary, SiteView, Totals,
};
use super::{FORMATS, RenderError, TOOL, Words, wire};

/// `report.json`
pub fn site(view: &SiteView, _: &Words) -> Result<Vec<u8>, RenderError> {
    pretty(&wire::Report::from(view))
}

/// `run.json`
pub fn city(view: &CityView, _: &Words) -> Result<Vec<u8>, RenderError> {
    pretty(&wire::RunReport::from(view))
}

fn availability(view: &AvailabilityView) -> wire::Availability {
    let reach = |it: &ProbeCell| {
        ProbeCell::REACHES.iter().find(|(_, reach)| *reach == it.reach).map(|(word, _)| *word)
    };
    wire::Availability {
        opened: view.opened,
        not_opened: view.not_opened,
        doubtful: view.doubtful,
        dropped: view.dropped,
        latency_ms: view.latency.map(|[p50, p90, p99, longest]| wire::Latency { p50, p90, p99, longest }),
        incidents: view
            .incidents
            .iter()
            .map(|it| wire::Incident {
                from: it.from.to_string(),
                until: it.until.map(|it| it.to_string()),
                visits: it.visits,
                what: it.words.clone(),
            })
            .collect(),
        visits: view
            .cells
            .iter()
            .map(|it| wire::Visit {
                at: it.at.to_string(),
                reach: reach(it).unwrap_or_default().to_owned(),
                took_ms: it.took,
                what: it.words.clone(),
            })
            .collect(),
    }
}

/// `duties.json`
pub fn duties(view: &CityView, _: &Words) -> Result<Vec<u8>, RenderError> {
    let plan = view.plan.clone().unwrap_or_default();
    pretty(&wire::Ledger {
        schema: wire::DUTIES.to_owned(),
        tool: tool(&view.run),
        run: view.run.id.clone(),
        as_of: view.run.as_of.to_string(),
        city: wire::City { name: view.city.clone() },
        documents: plan.documents.iter().map(document).collect(),
        sections: plan.sections().into_iter().map(str::to_owned).collect(),
        bodies: plan.bodies.iter().map(|it| duties_of(it)).collect(),
        absent: plan
            .absent
            .iter()
            .map(|it| wire::Absent { name: it.name.clone(), owes: it.owes, outside: it.outside })
            .collect(),
    })
}

fn duties_of(view: &DutiesView) -> wire::Duties {
    let counts = view.counts();
    wire::Duties {
        id: view.id.clone(),
        body: view.body.clone(),
        publishes_on: view.publishes_on.as_ref().map(|it| it.0.clone()),
        publishes_on_name: view.publishes_on.as_ref().map(|it| it.1.clone()),
        as_of: view.as_of.to_string(),
        documents: view.documents.iter().map(document).collect(),
        counts: wire::DutyCounts {
            owed: counts.owed,
            done: counts.done,
            overdue: counts.overdue,
            missing: counts.missing,
            open: counts.open,
            manual: counts.manual,
            not_yet: counts.not_yet,
        },
        duties: view.rows.iter().map(duty).collect(),
    }
}

fn duty(duty: &DutyView) -> wire::DutyRow {
    wire::DutyRow {
        state: duty.state.id().to_owned(),
        state_zh: duty.state.zh().to_owned(),
        document: duty.document.clone(),
        role: duty.role.id().to_owned(),
        portal_zh: duty.portal_words.clone(),
        seen_on: duty.seen_on.as_ref().map(|it| it.0.clone()),
        seen_on_name: duty.seen_on.as_ref().map(|it| it.1.clone()),
        due: duty.due.map(|it| it.to_string()),
        next_due: duty.next_due.map(|it| it.to_string()),
        severity: duty.severity.id().to_owned(),
        ours: duty.ours.clone(),
        same_as: duty.same_as.clone(),
        condition: duty.condition.clone(),
        answer: answer(&duty.row),
    }
}

fn document(facts: &ChecklistFacts) -> wire::Checklist {
    wire::Checklist { id: facts.id.clone(), title: facts.title.clone(), source: facts.source.clone() }
}

fn pretty(document: &impl serde::Serialize) -> Result<Vec<u8>, RenderError> {
    let mut bytes = serde_json::to_vec_pretty(document)?;
    bytes.push(b'\n');
    Ok(bytes)
}

impl From<&SiteView> for wire::Report {
    fn from(view: &SiteView) -> Self {
        let SiteView { run, reason, site, checklist, outcome, rows, columns, links, .. } = view;
        Self {
            schema: wire::REPORT.to_owned(),
            tool: tool(run),
            run: wire::Run {
                id: run.id.clone(),
                as_of: run.as_of.to_string(),
                started_at: run.started_at.to_string(),
                finished_at: run.finished_at.to_string(),
                status: run.status.id().to_owned(),
                reason: reason.clone(),
            },
            site: site_facts(site),
            checklist: document(checklist),
            outcome: outcome_of(outcome),
            answers: rows.iter().map(answer).collect(),
            columns: columns.iter().map(column).collect(),
            links: links_of(links),
            coverage: wire::Coverage {
                known: view.coverage.known,
                fetched: view.coverage.fetched,
                skipped: view.coverage.skipped.iter().map(|(id, _, count)| (id.clone(), *count)).collect(),
                pages_read: view.coverage.pages_read,
                finished: view.coverage.finished,
            },
            requests: wire::Requests {
                sent: view.requests.sent,
                retried: view.requests.retried,
                by_outcome: view
                    .requests
                    .by_outcome
                    .iter()
                    .map(|(id, _, count)| (id.clone(), *count))
                    .collect(),
            },
            mend_first: view.mend_first.iter().map(mend).collect(),
            availability: view.availability.as_ref().map(availability),
            void_rulings: view
                .void
                .iter()
                .map(|it| wire::VoidRuling { ruling: ruling(&it.ruling), why: it.why.clone() })
                .collect(),
            further: view.further.iter().map(document).collect(),
            duties: view.duties.as_ref().map(|it| duties_of(it)),
        }
    }
}

impl From<&CityView> for wire::RunReport {
    fn from(view: &CityView) -> Self {
        let CityView { run, asked, .. } = view;
        Self {
            schema: wire::RUN.to_owned(),
            tool: tool(run),
            run: wire::CityRun {
                id: run.id.clone(),
                as_of: run.as_of.to_string(),
                started_at: run.started_at.to_string(),
                finished_at: run.finished_at.to_string(),
                status: run.status.id().to_owned(),
                asked: wire::Asked {
                    roster: asked.roster.clone(),
                    checklists: asked.checklists.clone(),
                    max_pages: asked.max_pages,
                    rate: asked.rate,
                },
            },
            city: wire::City { name: view.city.clone() },
            totals: totals(&view.totals),
            sites: view.bodies.iter().map(|body| site_row(body, asked)).collect(),
            problems: view
                .problems
                .iter()
                .map(|it| wire::Problem {
                    clause: it.clause.clone(),
                    title: it.title.clone(),
                    sites: it.sites.len(),
                    undetermined: it.undetermined,
                    findings: it.findings,
                })
                .collect(),
        }
    }
}

fn tool(run: &RunInfo) -> wire::Tool {
    wire::Tool { name: TOOL.to_owned(), version: run.version.clone() }
}

fn site_facts(site: &SiteFacts) -> wire::Site {
    wire::Site {
        id: site.id.clone(),
        name: site.name.clone(),
        url: site.url.as_ref().map(ToString::to_string),
        class: site.class.id().to_owned(),
        body: site.body.clone(),
        id_code: site.id_code.clone(),
        robots_waived: site.robots_waived.clone(),
    }
}

fn outcome_of(outcome: &OutcomeView) -> wire::Outcome {
    wire::Outcome {
        verdict: outcome.outcome.id().to_owned(),
        vetoes: clauses(&outcome.vetoes),
        open_vetoes: clauses(&outcome.open_vetoes),
        score: score(outcome.score),
        score_withheld: outcome.score_withheld.clone(),
        score_note: outcome.score_note.clone(),
        pass: outcome.pass.decimal(),
        at_the_limit: outcome.at_the_limit,
        beyond_one_visit: clauses(&outcome.beyond_one_visit),
        conclusion: outcome.conclusion.clone(),
    }
}

fn clauses(refs: &[super::view::ClauseRef]) -> Vec<String> {
    refs.iter().map(|it| it.clause.clone()).collect()
}

fn score(score: Score) -> wire::Score {
    let decimal = Points::decimal;
    wire::Score { low: decimal(score.low), high: decimal(score.high), full: decimal(score.full) }
}

fn answer(row: &RowView) -> wire::Answer {
    wire::Answer {
        clause: row.clause.clone(),
        indicator: row.indicator.clone(),
        title: row.title.clone(),
        effect: row.effect.id().to_owned(),
        verdict: row.verdict.id().to_owned(),
        examined: row.examined,
        deduction: wire::Deduction { low: row.deduction.low.decimal(), high: row.deduction.high.decimal() },
        reason: row.reason.clone(),
        responsible: row.responsible.clone(),
        findings: row.findings.iter().map(finding).collect(),
        remarks: row.remarks.iter().map(finding).collect(),
        unread: row.unread,
        to_confirm: row.to_confirm,
        section: row.section.clone(),
        text: row.text.clone(),
        decided: row.decided.id().to_owned(),
        mark: row.mark.id().to_owned(),
        cannot_see: row.cannot_see.clone(),
        price: match row.effect {
            Effect::Deduct { each, at_most } => {
                Some(wire::Price { each: each.decimal(), at_most: at_most.map(Points::decimal) })
            }
            Effect::Veto | Effect::Withheld | Effect::Advise => None,
        },
        rulings: row.rulings.iter().map(ruling).collect(),
        shown: row.shown.iter().map(finding).collect(),
    }
}

fn ruling(ruling: &RulingView) -> wire::Ruling {
    wire::Ruling {
        clause: ruling.clause.clone(),
        fingerprint: ruling.fingerprint.clone(),
        verdict: ruling.said.id().to_owned(),
        reason: ruling.reason.clone(),
        who: ruling.who.clone(),
        when: ruling.when.to_string(),
        until: ruling.until.map(|it| it.to_string()),
    }
}

fn finding(finding: &FindingView) -> wire::Finding {
    wire::Finding {
        fingerprint: finding.fingerprint.clone(),
        subject: wire::Subject {
            kind: finding.kind.id().to_owned(),
            name: finding.name.clone(),
            url: finding.url.as_ref().map(ToString::to_string),
        },
        message: finding.message.clone(),
        page_url: finding.page.to_string(),
        evidence: finding.evidence.iter().map(evidence).collect(),
        details: finding.details.iter().cloned().collect(),
        waived: finding.waived.as_ref().map(|it| wire::Waived {
            reason: it.reason.clone(),
            author: it.author.clone(),
            until: it.until.to_string(),
        }),
    }
}

fn evidence(evidence: &EvidenceView) -> wire::Evidence {
    wire::Evidence {
        warc: evidence.warc.clone(),
        record_id: evidence.record_id.clone(),
        offset: evidence.offset,
        sha256: evidence.sha256.to_string(),
        fetched_at: evidence.fetched_at.to_string(),
        url: evidence.address.to_string(),
    }
}

fn column(column: &ColumnView) -> wire::Column {
    wire::Column {
        name: column.name.clone(),
        kind: column.kind.map(|it| it.id().to_owned()),
        url: column.url.to_string(),
        source: if column.declared { "declared" } else { "discovered" }.to_owned(),
        items: column.items,
        newest: column.newest.map(|it| it.to_string()),
        days_since: column.days_since,
        limit_days: column.limit_days,
        status: column.status.id().to_owned(),
        reason: column.reason.clone(),
        evidence: evidence(&column.evidence),
        kind_zh: column.kind_words.clone(),
        source_zh: column.origin_words.clone(),
        limit_zh: column.limit_words.clone(),
    }
}

fn links_of(links: &LinksView) -> wire::Links {
    wire::Links {
        checked: links.checked,
        broken: links.broken,
        blocked: links.blocked,
        undetermined: links.undetermined,
        targets: links.targets.iter().map(target).collect(),
        unchecked: links
            .unchecked
            .iter()
            .map(|(reason, count)| wire::Unchecked { reason: reason.clone(), count: *count })
            .collect(),
    }
}

fn target(link: &LinkView) -> wire::LinkTarget {
    wire::LinkTarget {
        url: link.url.to_string(),
        state: link.state.id().to_owned(),
        reason: link.state_words.clone(),
        on_home: link.on_home,
        referrer_count: link.referrer_count,
        referrers: link
            .referrers
            .iter()
            .map(|it| wire::Referrer { url: it.page.to_string(), text: it.text.clone() })
            .collect(),
        evidence: link.checks.iter().map(evidence).collect(),
        role_zh: link.role_words.clone(),
    }
}

fn mend(mend: &Mend) -> wire::Mend {
    wire::Mend {
        effect: mend.effect.id().to_owned(),
        title: mend.title.clone(),
        advice: mend.advice.clone(),
        clauses: mend.clauses.clone(),
        points: mend.points.decimal(),
        count: mend.count,
        url: mend.url.as_ref().map(ToString::to_string),
        effect_zh: mend.effect_words.clone(),
    }
}

fn totals(totals: &Totals) -> wire::Totals {
    wire::Totals {
        bodies: totals.bodies,
        checked: totals.checked,
        qualified: totals.qualified,
        unqualified: totals.unqualified,
        undecided: totals.undecided,
        failed: totals.failed,
        no_site: totals.without_site,
        problems: totals.problems,
    }
}

fn site_row(body: &Body, asked: &Asked) -> wire::SiteRow {
    match body {
        Body::Inspected(summary) => inspected(summary, asked),
        Body::WithoutSite(body) => without_site(body),
    }
}

fn inspected(summary: &SiteSummary, asked: &Asked) -> wire::SiteRow {
    let SiteSummary { outcome, site, .. } = summary;
    wire::SiteRow {
        status: summary.status.id().to_owned(),
        reason: summary.reason.clone(),
        verdict: Some(outcome.outcome.id().to_owned()),
        vetoes: clauses(&outcome.vetoes),
        open_vetoes: clauses(&outcome.open_vetoes),
        score: Some(score(outcome.score)),
        score_withheld: outcome.score_withheld.clone(),
        findings: summary.findings,
        problems: summary.problems,
        paths: paths(summary, asked),
        ..bare(site)
    }
}

/// The site's file in each format that was written; a format with no file for it is left out.
fn paths(summary: &SiteSummary, asked: &Asked) -> BTreeMap<String, String> {
    let written = FORMATS.iter().filter(|it| asked.formats.contains(&it.name));
    written.filter_map(|it| Some((it.name.to_owned(), it.site.first()?.path(summary)?))).collect()
}

fn without_site(body: &BodyWithoutSite) -> wire::SiteRow {
    wire::SiteRow {
        parent: Some(body.parent.clone()),
        parent_name: Some(body.parent_name.clone()),
        status: "no_site".to_owned(),
        reason: Some(format!("没有独立网站，在“{}”上发布", body.parent_name)),
        ..bare(&body.site)
    }
}

fn bare(site: &SiteFacts) -> wire::SiteRow {
    let wire::Site { id, name, url, class, body, id_code, .. } = site_facts(site);
    wire::SiteRow {
        id,
        name,
        class,
        body,
        url,
        id_code,
        parent: None,
        parent_name: None,
        status: String::new(),
        reason: None,
        verdict: None,
        vetoes: Vec::new(),
        open_vetoes: Vec::new(),
        score: None,
        score_withheld: None,
        findings: 0,
        problems: 0,
        paths: BTreeMap::new(),
    }
}
