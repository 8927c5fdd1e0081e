//! What a comparison reads of a report: the part of `govcensus.report/1` that the contract promises, and no more.
//!
//! Reports of every program that wrote version 1 can be read, whatever was added since: unknown fields are passed
//! over, fields that came later may be missing. Somebody else may have written it, so its texts are made fit to be
//! repeated. The same form, written down, is what a baseline keeps of a site.
//!
//! The texts of a report are of type `S`: [`Text`] borrows them from the document, which is what makes a comparison of
//! a thousand reports quick; a baseline owns them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::checklist::Points;
use crate::compare::{Answer, Column, Found, LinkSeen, Row, RowEffect, Seen, SiteReading};
use crate::score::{Outcome, Score};
use crate::site::SiteId;

/// One site's report, cut down to what can be compared.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReportPart")]
pub(super) struct ReportPart<S: Default = String> {
    pub(super) schema: S,
    pub(super) tool: ToolPart<S>,
    pub(super) run: RunPart<S>,
    pub(super) site: SitePart<S>,
    pub(super) checklist: ChecklistPart<S>,
    pub(super) outcome: OutcomePart<S>,
    #[serde(default)]
    pub(super) answers: Vec<AnswerPart<S>>,
    #[serde(default)]
    pub(super) columns: Vec<ColumnPart<S>>,
    #[serde(default)]
    pub(super) links: LinksPart<S>,
}

/// A program.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ToolPart")]
pub(super) struct ToolPart<S = String> {
    pub(super) version: S,
}

/// A run.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "RunPart")]
pub(super) struct RunPart<S: Default = String> {
    pub(super) id: S,
    pub(super) as_of: S,
    #[serde(default)]
    pub(super) started_at: S,
    pub(super) status: S,
}

/// Who was inspected.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SitePart")]
pub(super) struct SitePart<S = String> {
    pub(super) id: S,
    pub(super) name: S,
    pub(super) url: Option<S>,
}

/// By which document.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ChecklistPart")]
pub(super) struct ChecklistPart<S = String> {
    pub(super) id: S,
}

/// What it comes to.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OutcomePart")]
pub(super) struct OutcomePart<S = String> {
    pub(super) verdict: S,
    pub(super) score: ScorePart,
    /// Why the score says nothing, when it does not.
    #[serde(default)]
    pub(super) score_withheld: Option<S>,
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
#[schemars(rename = "AnswerPart")]
pub(super) struct AnswerPart<S = String> {
    pub(super) clause: S,
    pub(super) indicator: Option<S>,
    pub(super) title: S,
    pub(super) effect: S,
    pub(super) verdict: S,
    pub(super) deduction: DeductionPart,
    pub(super) reason: Option<S>,
    pub(super) findings: Vec<FindingPart<S>>,
    #[serde(default)]
    pub(super) remarks: Vec<FindingPart<S>>,
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
#[schemars(rename = "FindingPart")]
pub(super) struct FindingPart<S = String> {
    pub(super) fingerprint: S,
    pub(super) subject: SubjectPart<S>,
    pub(super) message: S,
    pub(super) page_url: S,
    #[serde(default)]
    pub(super) details: Details<S>,
}

/// What was measured, by name, in the document's order. A list, because a map would cost more than all the rest.
#[derive(Clone, Debug)]
pub(super) struct Details<S = String>(Vec<(S, S)>);

impl<S> Default for Details<S> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<S: Serialize> Serialize for Details<S> {
    fn serialize<T: Serializer>(&self, serializer: T) -> Result<T::Ok, T::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<'de, S: Deserialize<'de>> Deserialize<'de> for Details<S> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs<S>(PhantomData<S>);
        impl<'de, S: Deserialize<'de>> Visitor<'de> for Pairs<S> {
            type Value = Details<S>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut pairs = Vec::with_capacity(map.size_hint().unwrap_or(2));
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Details(pairs))
            }
        }
        deserializer.deserialize_map(Pairs(PhantomData))
    }
}

impl<S> JsonSchema for Details<S> {
    fn schema_name() -> Cow<'static, str> {
        "Details".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<BTreeMap<String, String>>()
    }
}

/// What a finding is about.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SubjectPart")]
pub(super) struct SubjectPart<S = String> {
    pub(super) kind: S,
    pub(super) name: S,
    pub(super) url: Option<S>,
}

/// A column.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ColumnPart")]
pub(super) struct ColumnPart<S = String> {
    pub(super) name: S,
    pub(super) url: S,
    pub(super) newest: Option<S>,
    pub(super) days_since: Option<i64>,
    pub(super) limit_days: Option<i64>,
    pub(super) status: S,
}

/// The links that needed a look.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "LinksPart")]
pub(super) struct LinksPart<S = String> {
    #[serde(default)]
    pub(super) targets: Vec<TargetPart<S>>,
}

impl<S> Default for LinksPart<S> {
    fn default() -> Self {
        Self { targets: Vec::new() }
    }
}

/// One of them.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "TargetPart")]
pub(super) struct TargetPart<S = String> {
    pub(super) url: S,
    pub(super) state: S,
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

/// A text that lies in the document, unless an escape in it had to be resolved.
#[derive(Clone, Debug)]
pub(super) struct Text<'a>(Cow<'a, str>);

impl AsRef<str> for Text<'_> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Default for Text<'_> {
    fn default() -> Self {
        Self(Cow::Borrowed(""))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrowing;
        impl<'de> Visitor<'de> for Borrowing {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Borrowing)
    }
}

/// Texts as a reading borrows them.
fn cow<S: AsRef<str>>(text: &S) -> Cow<'_, str> {
    Cow::Borrowed(text.as_ref())
}

impl<S: AsRef<str> + Default> ReportPart<S> {
    /// As a comparison wants it; an unknown word is said.
    pub(super) fn reading(&self) -> Result<SiteReading<'_>, String> {
        // The id names files, so it is held to the roster's rule whoever wrote the document.
        self.site.id.as_ref().parse::<SiteId>().map_err(|why| format!("`site.id`: {why}"))?;
        Ok(SiteReading {
            id: cow(&self.site.id),
            name: cow(&self.site.name),
            url: self.site.url.as_ref().map(cow),
            seen: known(&Seen::WORDS, "run.status", self.run.status.as_ref())?,
            checklist: cow(&self.checklist.id),
            outcome: Some(outcome(self.outcome.verdict.as_ref())?),
            score: score(Some(self.outcome.score), self.outcome.score_withheld.is_some())?,
            rows: self.answers.iter().map(AnswerPart::row).collect::<Result<_, _>>()?,
            columns: self.columns.iter().map(ColumnPart::column).collect(),
            links: self.links.targets.iter().map(|it| (cow(&it.url), it.seen())).collect(),
        })
    }
}

impl CitySitePart {
    /// What the run's own row says, where the site has no report.
    pub(super) fn reading<'a>(&'a self, checklist: &'a str) -> Result<SiteReading<'a>, String> {
        Ok(SiteReading {
            id: cow(&self.id),
            name: cow(&self.name),
            url: self.url.as_ref().map(cow),
            seen: known(&Seen::WORDS, "status", &self.status)?,
            checklist: Cow::Borrowed(checklist),
            outcome: self.verdict.as_deref().map(outcome).transpose()?,
            score: score(self.score, self.score_withheld.is_some())?,
            rows: Vec::new(),
            columns: Vec::new(),
            links: BTreeMap::new(),
        })
    }
}

impl<S: AsRef<str>> AnswerPart<S> {
    fn row(&self) -> Result<Row<'_>, String> {
        let counting = self.findings.iter().map(|it| it.found(true));
        let remarks = self.remarks.iter().map(|it| it.found(false));
        Ok(Row {
            clause: cow(&self.clause),
            indicator: self.indicator.as_ref().map(cow),
            title: cow(&self.title),
            effect: known(&RowEffect::WORDS, "effect", self.effect.as_ref())?,
            answer: known(&Answer::WORDS, "verdict", self.verdict.as_ref())?,
            to_confirm: self.to_confirm,
            reason: self.reason.as_ref().map(cow),
            unread: self.unread.unwrap_or_default(),
            takes_off: self.deduction.low,
            found: counting.chain(remarks).collect(),
        })
    }
}

impl<S: AsRef<str>> FindingPart<S> {
    fn found(&self, counts: bool) -> Found<'_> {
        Found {
            fingerprint: cow(&self.fingerprint),
            counts,
            kind: cow(&self.subject.kind),
            name: cow(&self.subject.name),
            url: self.subject.url.as_ref().map(cow),
            message: cow(&self.message),
            page: cow(&self.page_url),
            details: self.details.0.iter().map(|(key, value)| (cow(key), cow(value))).collect(),
        }
    }
}

impl<S: AsRef<str>> ColumnPart<S> {
    fn column(&self) -> Column<'_> {
        Column {
            name: cow(&self.name),
            url: cow(&self.url),
            status: cow(&self.status),
            newest: self.newest.as_ref().map(cow),
            days_since: self.days_since,
            limit_days: self.limit_days,
        }
    }
}

impl<S: AsRef<str>> TargetPart<S> {
    fn seen(&self) -> LinkSeen {
        if self.state.as_ref() == "blocked" { LinkSeen::Blocked } else { LinkSeen::Judged }
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
fn score(score: Option<ScorePart>, withheld: bool) -> Result<Option<Score>, String> {
    score.filter(|_| !withheld).map(ScorePart::score).transpose()
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
