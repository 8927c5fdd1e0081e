//! The city: every body of the roster, and what its sites come to.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::checklist::Effect;
use crate::compare::History;
use crate::score::Outcome;
use crate::site::{Class, Site};

use super::ledger::SiteLedger;
use super::{
    AbsentBody, ChecklistFacts, DutiesView, EarlierView, OutcomeView, PlanView, RunInfo, SiteFacts,
    SiteSince, SiteView, Status, Verdict, clean, percent,
};

/// What was asked of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked {
    /// The roster's file name, or the address that was given instead.
    pub roster: String,
    /// Ids of the checklists.
    pub checklists: Vec<String>,
    /// Pages to read of a site at the most, when that was set.
    pub max_pages: Option<u32>,
    /// Requests a second for each host.
    pub rate: f64,
    /// Names of the formats that were written, see [`crate::report::FORMATS`].
    pub formats: Vec<&'static str>,
}

/// One body of the roster, as a city's view is built from it.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there are hundreds of them at the most")]
pub enum Body {
    /// Its site was inspected.
    Inspected(SiteSummary),
    /// It publishes on its parent's site.
    WithoutSite(BodyWithoutSite),
}

/// What the city needs of a site's view: small, so that a city of hundreds fits into memory.
#[derive(Clone, Debug)]
pub struct SiteSummary {
    /// Who was inspected.
    pub site: SiteFacts,
    /// How far the run came with it.
    pub status: Status,
    /// Why the status is not complete.
    pub reason: Option<String>,
    /// By which document.
    pub checklist: ChecklistFacts,
    /// What it comes to.
    pub outcome: OutcomeView,
    /// How many different things are wrong.
    pub problems: usize,
    /// Findings of the failed rows, each row counted for itself.
    pub findings: usize,
    /// Its rows, in the document's order.
    pub rows: Vec<RowSummary>,
    /// What its body owes by a plan.
    pub duties: Option<Arc<DutiesView>>,
    /// What became of it since an earlier run; `None` without one, or where that did not have the site.
    pub since: Option<Arc<SiteSince>>,
    /// What people work through; shared, because a city's view names a site twice.
    pub ledger: Arc<SiteLedger>,
}

/// A row, without its findings.
#[derive(Clone, Debug)]
pub struct RowSummary {
    /// Its number.
    pub clause: String,
    /// 一级指标
    pub section: String,
    /// What it is about.
    pub title: String,
    /// What a broken rule does.
    pub effect: Effect,
    /// The same in words.
    pub effect_words: String,
    /// The answer.
    pub verdict: Verdict,
    /// Whether no single visit can answer it.
    pub beyond_one_visit: bool,
    /// Whether the answer is a proposal that a person must confirm.
    pub to_confirm: bool,
    /// How many findings broke it.
    pub findings: usize,
}

/// A body that publishes on its parent's site.
#[derive(Clone, Debug)]
pub struct BodyWithoutSite {
    /// Who.
    pub site: SiteFacts,
    /// Id of the body whose site it publishes on.
    pub parent: String,
    /// That body's site, by name; the id when the roster does not have it.
    pub parent_name: String,
    /// What it owes by a plan.
    pub duties: Option<Arc<DutiesView>>,
}

/// The city, for readers.
#[derive(Clone, Debug)]
pub struct CityView {
    /// The run.
    pub run: RunInfo,
    /// What was asked.
    pub asked: Asked,
    /// The city's name; may be empty for a single address.
    pub city: String,
    /// By which document; `None` when no site was inspected.
    pub checklist: Option<ChecklistFacts>,
    /// The numbers.
    pub totals: Totals,
    /// The same in one sentence.
    pub conclusion: String,
    /// Sites in order of their outcome.
    pub ranking: Vec<RankedSite>,
    /// Rows that sites fail: by number of sites, vetoes first, by number of findings.
    pub problems: Vec<Problem>,
    /// Sites that could not be seen.
    pub failed: Vec<FailedSite>,
    /// Bodies without a site.
    pub without_site: Vec<BodyWithoutSite>,
    /// Every body, in the order of the roster.
    pub bodies: Vec<Body>,
    /// What they owe by a plan; `None` when none was asked for.
    pub plan: Option<PlanView>,
    /// An earlier run to compare with, when one was given.
    pub earlier: Option<EarlierView>,
    /// The runs so far, this one last, when a folder of them was given.
    pub history: Option<History>,
}

/// The numbers of a city.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Bodies of the roster.
    pub bodies: usize,
    /// Sites that were seen.
    pub checked: usize,
    /// Of these: 合格.
    pub qualified: usize,
    /// Of these: 不合格.
    pub unqualified: usize,
    /// Of these: 待定.
    pub undecided: usize,
    /// Sites that could not be seen.
    pub failed: usize,
    /// Bodies without a site.
    pub without_site: usize,
    /// Different things that are wrong, over all sites.
    pub problems: usize,
}

/// A site with its place.
#[derive(Clone, Debug)]
pub struct RankedSite {
    /// From 1; equal outcomes share a place.
    pub place: usize,
    /// Path of its report, from the city's page.
    pub path: String,
    /// What it comes to.
    pub summary: SiteSummary,
}

/// A row that sites fail.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The row's number.
    pub clause: String,
    /// 一级指标
    pub section: String,
    /// What it is about.
    pub title: String,
    /// What it does.
    pub effect: Effect,
    /// The same in words.
    pub effect_words: String,
    /// Sites that fail it: name and path of the report.
    pub sites: Vec<(String, String)>,
    /// Sites for which it could not be determined.
    pub undetermined: usize,
    /// Findings, over all sites.
    pub findings: usize,
}

/// A site that could not be seen.
#[derive(Clone, Debug)]
pub struct FailedSite {
    /// Who.
    pub site: SiteFacts,
    /// Why not.
    pub reason: String,
    /// Path of its report, from the city's page.
    pub path: String,
}

impl SiteSummary {
    /// What a city needs of this view.
    pub fn of(view: &SiteView) -> Self {
        let row = |row: &super::RowView| RowSummary {
            clause: row.clause.clone(),
            section: row.section.clone(),
            title: row.title.clone(),
            effect: row.effect,
            effect_words: row.effect_words.clone(),
            verdict: row.verdict,
            beyond_one_visit: row.beyond_one_visit,
            to_confirm: row.to_confirm,
            findings: row.findings.len(),
        };
        Self {
            site: view.site.clone(),
            status: view.run.status,
            reason: view.reason.clone(),
            checklist: view.checklist.clone(),
            outcome: view.outcome.clone(),
            problems: view.problems(),
            findings: view.findings(),
            rows: view.rows.iter().map(row).collect(),
            duties: view.duties.clone(),
            since: None,
            ledger: Arc::new(SiteLedger::of(view)),
        }
    }

    fn path(&self) -> String {
        format!("sites/{}/report.html", self.site.id)
    }

    /// The best first: outcome, vetoes, what is sure of the score, what is possible. Undecided is not yet failed.
    fn rank(&self) -> impl Ord + use<> {
        let outcome = &self.outcome;
        let standing = match outcome.outcome {
            Outcome::Qualified => 0,
            Outcome::Undecided => 1,
            Outcome::Unqualified => 2,
        };
        let score = outcome.score;
        let (low, high) = (std::cmp::Reverse(score.low), std::cmp::Reverse(score.high));
        (standing, outcome.vetoes.len(), high, low, outcome.decisive_open_vetoes().len())
    }
}

impl BodyWithoutSite {
    /// A body of the roster, with the site it publishes on.
    pub fn of(body: &Site, parent: Option<&Site>) -> Self {
        let id = body.parent.as_ref().map(|it| it.as_str().to_owned()).unwrap_or_default();
        Self {
            site: SiteFacts::of(body),
            parent_name: parent.map_or_else(|| id.clone(), |it| clean(&it.name)),
            parent: id,
            duties: None,
        }
    }
}

impl CityView {
    /// Orders and counts the bodies of a city, given in the order of the roster.
    pub fn of(run: RunInfo, city: &str, asked: Asked, bodies: Vec<Body>) -> Self {
        let inspected = || bodies.iter().filter_map(Body::inspected);
        let seen: Vec<&SiteSummary> = inspected().filter(|it| it.status != Status::Failed).collect();
        let failed: Vec<FailedSite> =
            inspected().filter(|it| it.status == Status::Failed).map(FailedSite::of).collect();
        let without_site: Vec<BodyWithoutSite> =
            bodies.iter().filter_map(Body::without_site).cloned().collect();
        let totals = totals(&bodies, &seen, failed.len(), without_site.len());
        Self {
            checklist: inspected().next().map(|it| it.checklist.clone()),
            conclusion: totals.sentence(),
            ranking: ranking(&seen),
            problems: problems(&seen),
            totals,
            failed,
            without_site,
            plan: plan(&bodies),
            city: clean(city),
            run,
            asked,
            bodies,
            earlier: None,
            history: None,
        }
    }
}

/// What the bodies owe; `None` when nobody owes anything.
fn plan(bodies: &[Body]) -> Option<PlanView> {
    let owing: Vec<Arc<DutiesView>> = bodies.iter().filter_map(|it| it.duties().cloned()).collect();
    let first = owing.first()?;
    Some(PlanView { documents: first.documents.clone(), bodies: owing, absent: Vec::new() })
}

impl CityView {
    /// The same, with the bodies that the plan names and the roster does not.
    #[must_use]
    pub fn with_absent(mut self, absent: Vec<AbsentBody>) -> Self {
        if let Some(plan) = &mut self.plan {
            plan.absent = absent;
        }
        self
    }
}

impl Body {
    /// What it owes by a plan.
    pub fn duties(&self) -> Option<&Arc<DutiesView>> {
        match self {
            Self::Inspected(summary) => summary.duties.as_ref(),
            Self::WithoutSite(body) => body.duties.as_ref(),
        }
    }

    /// What the site comes to; `None` for a body without one.
    pub fn inspected(&self) -> Option<&SiteSummary> {
        match self {
            Self::Inspected(summary) => Some(summary),
            Self::WithoutSite(_) => None,
        }
    }

    /// Its id in the roster.
    pub fn id(&self) -> &str {
        match self {
            Self::Inspected(site) => &site.site.id,
            Self::WithoutSite(body) => &body.site.id,
        }
    }

    fn without_site(&self) -> Option<&BodyWithoutSite> {
        match self {
            Self::Inspected(_) => None,
            Self::WithoutSite(body) => Some(body),
        }
    }
}

impl FailedSite {
    fn of(summary: &SiteSummary) -> Self {
        Self {
            site: summary.site.clone(),
            reason: summary.reason.clone().unwrap_or_else(|| Status::Failed.zh().to_owned()),
            path: summary.path(),
        }
    }
}

impl Totals {
    /// 合格率, to one decimal, of the sites that were seen; a dash when there are none.
    pub fn pass_rate(&self) -> String {
        percent(self.qualified, self.checked)
    }

    fn sentence(&self) -> String {
        let mut parts = vec![format!(
            "名录共{}家单位，本次检查网站{}个：合格{}个，不合格{}个，待定{}个",
            self.bodies, self.checked, self.qualified, self.unqualified, self.undecided
        )];
        if self.failed > 0 {
            parts.push(format!("另有{}个网站未能检查", self.failed));
        }
        if self.without_site > 0 {
            parts.push(format!("{}家单位没有独立网站", self.without_site));
        }
        parts.join("；") + "。"
    }
}

fn totals(bodies: &[Body], seen: &[&SiteSummary], failed: usize, without_site: usize) -> Totals {
    use crate::score::Outcome::{Qualified, Undecided, Unqualified};
    let count = |outcome| seen.iter().filter(|it| it.outcome.outcome == outcome).count();
    Totals {
        bodies: bodies.len(),
        checked: seen.len(),
        qualified: count(Qualified),
        unqualified: count(Unqualified),
        undecided: count(Undecided),
        failed,
        without_site,
        problems: seen.iter().map(|it| it.problems).sum(),
    }
}

fn ranking(seen: &[&SiteSummary]) -> Vec<RankedSite> {
    let mut sorted = seen.to_vec();
    sorted.sort_by_key(|it| it.rank());
    let mut ranked: Vec<RankedSite> = Vec::with_capacity(sorted.len());
    for (index, summary) in sorted.into_iter().enumerate() {
        let place = match ranked.last() {
            Some(before) if before.summary.rank() == summary.rank() => before.place,
            _ => index + 1,
        };
        ranked.push(RankedSite { place, path: summary.path(), summary: summary.clone() });
    }
    ranked
}

fn problems(seen: &[&SiteSummary]) -> Vec<Problem> {
    let mut order: Vec<Problem> = Vec::new();
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for summary in seen {
        for row in &summary.rows {
            let at = *known.entry(&row.clause).or_insert_with(|| {
                order.push(Problem::of(row));
                order.len() - 1
            });
            order[at].count(summary, row);
        }
    }
    order.retain(|it| !it.sites.is_empty());
    order.sort_by_key(|it| std::cmp::Reverse((it.sites.len(), it.effect == Effect::Veto, it.findings)));
    order
}

impl Problem {
    fn of(row: &RowSummary) -> Self {
        Self {
            clause: row.clause.clone(),
            section: row.section.clone(),
            title: row.title.clone(),
            effect: row.effect,
            effect_words: row.effect_words.clone(),
            sites: Vec::new(),
            undetermined: 0,
            findings: 0,
        }
    }

    fn count(&mut self, summary: &SiteSummary, row: &RowSummary) {
        match row.verdict {
            Verdict::Fail => {
                self.sites.push((summary.site.name.clone(), summary.path()));
                self.findings += row.findings;
            }
            Verdict::Undetermined if !row.beyond_one_visit => self.undetermined += 1,
            _ => {}
        }
    }
}

/// The sites of one class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassTotals {
    /// The class, in words.
    pub words: &'static str,
    /// Sites that were seen.
    pub checked: usize,
    /// Of these: 合格.
    pub qualified: usize,
    /// Of these: 不合格.
    pub unqualified: usize,
    /// Of these: 待定.
    pub undecided: usize,
}

impl CityView {
    /// The numbers by class of site, in the order of the roster's first of each.
    pub fn classes(&self) -> Vec<ClassTotals> {
        let mut classes: Vec<ClassTotals> = Vec::new();
        let seen = self.bodies.iter().filter_map(Body::inspected).filter(|it| it.status != Status::Failed);
        for summary in seen {
            let words = summary.site.class_words();
            let at = classes.iter().position(|it| it.words == words).unwrap_or_else(|| {
                classes.push(ClassTotals { words, checked: 0, qualified: 0, unqualified: 0, undecided: 0 });
                classes.len() - 1
            });
            let class = &mut classes[at];
            class.checked += 1;
            match summary.outcome.outcome {
                Outcome::Qualified => class.qualified += 1,
                Outcome::Unqualified => class.unqualified += 1,
                Outcome::Undecided => class.undecided += 1,
            }
        }
        classes
    }
}

impl SiteFacts {
    /// Whether it is a portal (门户网站) in the sense of the documents.
    pub fn is_portal(&self) -> bool {
        matches!(self.class, Class::City | Class::County)
    }

    /// What kind of site it is, for readers.
    pub fn class_words(&self) -> &'static str {
        self.class.zh()
    }
}
