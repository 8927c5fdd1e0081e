//! What a comparison reads of a report: the part of `govcensus.report/1` that the contract promises, and no more.
//!
//! Reports of every program that wrote version 1 can be read, whatever was added since: unknown fields are passed
//! over, fields that came later may be missing. Somebody else may have written it, so its texts are made fit to be
//! repeated. The same form, written down, is what a baseline keeps of a site.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::printable;
use crate::checklist::Points;
use crate::compare::{Answer, Column, Found, LinkSeen, Row, RowEffect, Seen, SiteReading, found_digest};
use crate::score::{Outcome, Score};

/// One site's report, cut down to what can be compared.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct ReportPart {
    pub(super) schema: String,
    pub(super) tool: ToolPart,
    pub(super) run: RunPart,
    pub(super) site: SitePart,
    pub(super) checklist: ChecklistPart,
    pub(super) outcome: OutcomePart,
    #[serde(default)]
    pub(super) answers: Vec<AnswerPart>,
    #[serde(default)]
    pub(super) columns: Vec<ColumnPart>,
    #[serde(default)]
    pub(super) links: LinksPart,
}

/// A program.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct ToolPart {
    pub(super) version: String,
}

/// A run.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct RunPart {
    pub(super) id: String,
    pub(super) as_of: String,
    #[serde(default)]
    pub(super) started_at: String,
    pub(super) status: String,
}

/// Who was inspected.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct SitePart {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) url: Option<String>,
}

/// By which document.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct ChecklistPart {
    pub(super) id: String,
}

/// What it comes to.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct OutcomePart {
    pub(super) verdict: String,
    pub(super) score: ScorePart,
    /// Why the score says nothing, when it does not.
    #[serde(default)]
    pub(super) score_withheld: Option<String>,
}

/// A score as a range.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct ScorePart {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) full: f64,
}

/// One row and its answer.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct AnswerPart {
    pub(super) clause: String,
    pub(super) indicator: Option<String>,
    pub(super) title: String,
    pub(super) effect: String,
    pub(super) verdict: String,
    pub(super) deduction: DeductionPart,
    pub(super) reason: Option<String>,
    pub(super) findings: Vec<FindingPart>,
    #[serde(default)]
    pub(super) remarks: Vec<FindingPart>,
    #[serde(default)]
    pub(super) unread: Option<usize>,
    #[serde(default)]
    pub(super) to_confirm: bool,
}

/// What a row takes off.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct DeductionPart {
    pub(super) low: f64,
    pub(super) high: f64,
}

/// One finding.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct FindingPart {
    pub(super) fingerprint: String,
    pub(super) subject: SubjectPart,
    pub(super) message: String,
    pub(super) page_url: String,
    #[serde(default)]
    pub(super) details: BTreeMap<String, String>,
}

/// What a finding is about.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct SubjectPart {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) url: Option<String>,
}

/// A column.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct ColumnPart {
    pub(super) name: String,
    pub(super) url: String,
    pub(super) newest: Option<String>,
    pub(super) days_since: Option<i64>,
    pub(super) limit_days: Option<i64>,
    pub(super) status: String,
}

/// The links that needed a look.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub(super) struct LinksPart {
    #[serde(default)]
    pub(super) targets: Vec<TargetPart>,
}

/// One of them.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct TargetPart {
    pub(super) url: String,
    pub(super) state: String,
}

/// A run, cut down to what can be compared.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct CityPart {
    pub(super) tool: ToolPart,
    pub(super) run: CityRunPart,
    pub(super) sites: Vec<CitySitePart>,
}

/// What was asked.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct CityRunPart {
    pub(super) id: String,
    pub(super) as_of: String,
    #[serde(default)]
    pub(super) started_at: String,
    #[serde(default)]
    pub(super) asked: AskedPart,
}

/// By which documents.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct AskedPart {
    #[serde(default)]
    pub(super) checklists: Vec<String>,
}

/// One body.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct CitySitePart {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) url: Option<String>,
    pub(super) status: String,
    pub(super) verdict: Option<String>,
    pub(super) score: Option<ScorePart>,
    #[serde(default)]
    pub(super) score_withheld: Option<String>,
}

impl ReportPart {
    /// As a comparison wants it; an unknown word is said.
    pub(super) fn reading(&self) -> Result<SiteReading, String> {
        Ok(SiteReading {
            id: self.site.id.clone(),
            name: printable(&self.site.name),
            url: self.site.url.as_deref().map(printable),
            seen: known(&Seen::WORDS, "run.status", &self.run.status)?,
            checklist: self.checklist.id.clone(),
            outcome: Some(outcome(&self.outcome.verdict)?),
            score: score(Some(self.outcome.score), self.outcome.score_withheld.as_ref())?,
            rows: self.answers.iter().map(AnswerPart::row).collect::<Result<_, _>>()?,
            columns: self.columns.iter().map(ColumnPart::column).collect(),
            links: self.links.targets.iter().map(|it| (it.url.clone(), it.seen())).collect(),
        })
    }
}

impl CitySitePart {
    /// What the run's own row says, where the site has no report.
    pub(super) fn reading(&self, checklist: &str) -> Result<SiteReading, String> {
        Ok(SiteReading {
            id: self.id.clone(),
            name: printable(&self.name),
            url: self.url.as_deref().map(printable),
            seen: known(&Seen::WORDS, "status", &self.status)?,
            checklist: checklist.to_owned(),
            outcome: self.verdict.as_deref().map(outcome).transpose()?,
            score: score(self.score, self.score_withheld.as_ref())?,
            rows: Vec::new(),
            columns: Vec::new(),
            links: BTreeMap::new(),
        })
    }
}

impl AnswerPart {
    fn row(&self) -> Result<Row, String> {
        let counting = self.findings.iter().map(|it| it.found(true));
        let remarks = self.remarks.iter().map(|it| it.found(false));
        Ok(Row {
            clause: self.clause.clone(),
            indicator: self.indicator.clone(),
            title: printable(&self.title),
            effect: known(&RowEffect::WORDS, "effect", &self.effect)?,
            answer: known(&Answer::WORDS, "verdict", &self.verdict)?,
            to_confirm: self.to_confirm,
            reason: self.reason.as_deref().map(printable),
            unread: self.unread.unwrap_or_default(),
            takes_off: self.deduction.low,
            found: counting.chain(remarks).collect(),
        })
    }
}

impl FindingPart {
    fn found(&self, counts: bool) -> Found {
        let details = self.details.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        Found {
            fingerprint: self.fingerprint.clone(),
            counts,
            kind: self.subject.kind.clone(),
            name: printable(&self.subject.name),
            url: self.subject.url.as_deref().map(printable),
            message: printable(&self.message),
            page: printable(&self.page_url),
            found: found_digest(&self.fingerprint, details),
        }
    }
}

impl ColumnPart {
    fn column(&self) -> Column {
        Column {
            name: printable(&self.name),
            url: printable(&self.url),
            status: self.status.clone(),
            newest: self.newest.clone(),
            days_since: self.days_since,
            limit_days: self.limit_days,
        }
    }
}

impl TargetPart {
    fn seen(&self) -> LinkSeen {
        if self.state == "blocked" { LinkSeen::Blocked } else { LinkSeen::Judged }
    }
}

impl ScorePart {
    fn score(self) -> Result<Score, String> {
        let points = |it: f64| {
            Points::from_decimal(it)
                .ok_or_else(|| format!("`score`: {it} is no number of hundredths of a point"))
        };
        Ok(Score { low: points(self.low)?, high: points(self.high)?, full: points(self.full)? })
    }
}

/// A score that is withheld says nothing, so it is not compared.
fn score(score: Option<ScorePart>, withheld: Option<&String>) -> Result<Option<Score>, String> {
    score.filter(|_| withheld.is_none()).map(ScorePart::score).transpose()
}

fn outcome(word: &str) -> Result<Outcome, String> {
    let words = [Outcome::Qualified, Outcome::Unqualified, Outcome::Undecided].map(|it| (it.id(), it));
    known(&words, "verdict", word)
}

fn known<T: Copy>(words: &[(&str, T)], field: &str, word: &str) -> Result<T, String> {
    words
        .iter()
        .find(|(it, _)| *it == word)
        .map(|(_, it)| *it)
        .ok_or_else(|| format!("`{field}` is `{word}`, which this program does not know"))
}
