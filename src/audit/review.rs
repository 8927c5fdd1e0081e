//! What people decided: `review.toml`, and what it does to the answers of a site.
//!
//! A ruling is about one finding (by its fingerprint), or about a row as a whole. It needs a name, a day and a
//! reason. A ruling that finds nothing to rule on any more is void, and is reported as such: an old decision never
//! excuses a new defect. This module must not know where the answers are shown, nor what they cost.

use std::num::NonZeroUsize;
use std::path::Path;

use serde::Serialize;

use crate::base::{Complaints, Day, Document, Fields, NonEmpty};
use crate::checklist::Entry;
use crate::evidence::Gap;

use super::{Answer, Finding, Judged, Verdict};

/// Form of the file.
const SCHEMA: &str = "govcensus.review/1";

/// Every decision of people about a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Review {
    /// In the order of the file.
    pub rulings: Vec<Ruling>,
}

/// One decision of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// Id of the site.
    pub site: String,
    /// The row of the checklist.
    pub clause: String,
    /// Fingerprint of the finding; `None` for the row as a whole.
    pub fingerprint: Option<String>,
    /// What was decided.
    pub said: Said,
    /// Why.
    pub reason: String,
    /// By whom.
    pub who: String,
    /// On which day.
    pub when: Day,
    /// The last day on which it counts; `None` for as long as its subject stands.
    pub until: Option<Day>,
}

/// What a person can decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Said {
    /// 存在问题
    Fail,
    /// 不存在问题
    Pass,
    /// 不适用
    NotApplicable,
}

/// A ruling that counts for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Void {
    /// The ruling.
    pub ruling: Ruling,
    /// Why it does not count; zh-CN.
    pub why: &'static str,
}

/// The file as it is written.
#[derive(Serialize)]
struct Written<'a> {
    schema: &'static str,
    ruling: Vec<WrittenRuling<'a>>,
}

#[derive(Serialize)]
struct WrittenRuling<'a> {
    site: &'a str,
    clause: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<&'a str>,
    verdict: &'static str,
    reason: &'a str,
    who: &'a str,
    when: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

impl Review {
    /// Reads `review.toml`; every mistake is named with its line. `file` is only named in complaints.
    pub fn parse(file: &Path, text: &str) -> Result<Self, Complaints> {
        let document = Document::parse(text);
        let review = read(&document.root());
        let complaints = document.into_complaints();
        if complaints.is_empty() { Ok(review) } else { Err(Complaints::new(file, complaints)) }
    }

    /// As [`Self::parse`] reads it.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string_pretty(&Written {
            schema: SCHEMA,
            ruling: self.rulings.iter().map(Ruling::written).collect(),
        })
    }

    /// Applies the rulings about `site` to its answers; those that count for nothing come back beside them.
    ///
    /// A finding that was ruled out is taken away, and the row is weighed anew against the number at which it
    /// fails: `fails_at` of its terms, or as many as broke it, where that was fewer. A row that the program only
    /// proposes is settled once every finding left was confirmed. A ruling about the row as a whole outweighs those
    /// about findings.
    pub fn apply(&self, site: &str, as_of: Day, answers: Vec<Answer>) -> (Vec<Answer>, Vec<Void>) {
        let mut void = Vec::new();
        let mut pending = Vec::new();
        for ruling in self.rulings.iter().filter(|it| it.site == site) {
            if ruling.until.is_some_and(|last| last < as_of) {
                void.push(Void { ruling: ruling.clone(), why: "已过有效期" });
            } else {
                pending.push(ruling);
            }
        }
        let answers = answers.into_iter().map(|it| settle(it, &mut pending)).collect();
        let gone = |ruling: &Ruling| match ruling.fingerprint {
            Some(_) => "所针对的问题本次未再发现",
            None => "检查表中没有此项",
        };
        void.extend(pending.into_iter().map(|it| Void { ruling: it.clone(), why: gone(it) }));
        (answers, void)
    }
}

/// Answers one row by the rulings about it, and takes those off the pile.
fn settle(mut answer: Answer, pending: &mut Vec<&Ruling>) -> Answer {
    let clause = answer.entry.clause.clone();
    let known: Vec<String> = fingerprints(&answer);
    let counts = |it: &Ruling| {
        it.clause == clause && it.fingerprint.as_ref().is_none_or(|fingerprint| known.contains(fingerprint))
    };
    let rulings: Vec<Ruling> = pending.iter().filter(|it| counts(it)).map(|it| (*it).clone()).collect();
    if rulings.is_empty() {
        return answer;
    }
    pending.retain(|it| !counts(it));
    // The last word counts: an office corrects itself by adding a line.
    answer.judged = match rulings.iter().rev().find(|it| it.fingerprint.is_none()) {
        Some(whole) => Judged::Ruled { said: whole.said, findings: answer.judged.findings().to_vec() },
        None => weigh_anew(&answer, &known, &rulings),
    };
    answer.rulings = rulings;
    answer
}

fn fingerprints(answer: &Answer) -> Vec<String> {
    let (findings, entry) = (answer.judged.findings().iter(), &answer.entry);
    findings.map(|it| it.subject.fingerprint(&entry.document, &entry.clause)).collect()
}

fn weigh_anew(answer: &Answer, known: &[String], rulings: &[Ruling]) -> Judged {
    let said = |fingerprint: &String| {
        rulings.iter().rev().find(|it| it.fingerprint.as_ref() == Some(fingerprint)).map(|it| it.said)
    };
    let mut left: Vec<Finding> = Vec::new();
    let mut confirmed = 0;
    for (finding, fingerprint) in answer.judged.findings().iter().zip(known) {
        match said(fingerprint) {
            Some(Said::Pass | Said::NotApplicable) => continue,
            Some(Said::Fail) => confirmed += 1,
            None => {}
        }
        left.push(finding.clone());
    }
    let fails_at = fails_at(&answer.entry).get().min(known.len().max(1));
    if confirmed >= fails_at && confirmed == left.len() {
        return Judged::Ruled { said: Said::Fail, findings: left };
    }
    weighed(&answer.judged, left, fails_at)
}

/// The same verdict with fewer findings.
fn weighed(judged: &Judged, left: Vec<Finding>, fails_at: usize) -> Judged {
    let Judged::By(verdict) = judged else { return judged.clone() };
    match verdict {
        Verdict::Fail { examined, unread, .. } => {
            let (examined, unread) = (*examined, *unread);
            let could_fail = left.len() + unread >= fails_at;
            match NonZeroUsize::new(fails_at).map(|least| NonEmpty::at_least(least, left)) {
                Some(Ok(findings)) => Judged::By(Verdict::Fail { examined, findings, unread }),
                Some(Err(remarks)) if could_fail => Judged::By(Verdict::Undetermined {
                    gap: Gap::StillUnread,
                    remarks,
                    unread: Some(unread),
                    shown: Vec::new(),
                }),
                Some(Err(remarks)) => Judged::Ruled { said: Said::Pass, findings: remarks },
                None => judged.clone(),
            }
        }
        Verdict::Pass { examined, shown, .. } => {
            Judged::By(Verdict::Pass { examined: *examined, remarks: left, shown: shown.clone() })
        }
        // Signs that a person ruled out, all of them, were all that spoke against the row.
        Verdict::Undetermined { gap: Gap::NeedsPerson, unread: Some(0), .. } if left.is_empty() => {
            Judged::Ruled { said: Said::Pass, findings: left }
        }
        Verdict::Undetermined { gap, unread, shown, .. } => Judged::By(Verdict::Undetermined {
            gap: gap.clone(),
            remarks: left,
            unread: *unread,
            shown: shown.clone(),
        }),
        Verdict::NotApplicable(_) => judged.clone(),
    }
}

/// At how many findings the row fails; one where its terms do not say.
fn fails_at(entry: &Entry) -> NonZeroUsize {
    let term = entry.terms.get("fails_at").and_then(toml::Value::as_integer);
    term.and_then(|it| usize::try_from(it).ok()).and_then(NonZeroUsize::new).unwrap_or(NonZeroUsize::MIN)
}

impl Said {
    /// The words in the order in which a drop-down offers them.
    pub const ALL: [Self; 3] = [Self::Fail, Self::Pass, Self::NotApplicable];

    /// As files spell it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Pass => "pass",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// As a person chooses it.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Fail => "存在问题",
            Self::Pass => "不存在问题",
            Self::NotApplicable => "不适用",
        }
    }

    /// What a person chose.
    pub fn from_zh(words: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.zh() == words)
    }

    /// The decision with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.id() == id)
    }
}

impl Ruling {
    fn written(&self) -> WrittenRuling<'_> {
        WrittenRuling {
            site: &self.site,
            clause: &self.clause,
            fingerprint: self.fingerprint.as_deref(),
            verdict: self.said.id(),
            reason: &self.reason,
            who: &self.who,
            when: self.when.to_string(),
            until: self.until.map(|it| it.to_string()),
        }
    }
}

fn read(root: &Fields<'_>) -> Review {
    if root.required("schema").is_some_and(|it| it != SCHEMA) {
        root.complain("schema", format!("this program reads `schema = \"{SCHEMA}\"`"));
    }
    Review { rulings: root.tables("ruling").iter().filter_map(read_ruling).collect() }
}

fn read_ruling(fields: &Fields<'_>) -> Option<Ruling> {
    // Every field is read before the first `?`, so that one mistake does not hide the next.
    let (site, clause) = (fields.required("site"), fields.required("clause"));
    let said = fields.word("verdict", &Said::ALL.map(|it| (it.id(), it)));
    if !fields.has("verdict") {
        fields.complain("verdict", "`verdict` is missing; one of fail, pass, not_applicable");
    }
    let (reason, who) = (fields.required("reason"), fields.required("who"));
    let when: Option<Day> = fields.parsed("when");
    if !fields.has("when") {
        fields.complain("when", "`when` is missing; the day of the decision, YYYY-MM-DD");
    }
    let fingerprint = fields.text("fingerprint");
    let until = fields.parsed("until");
    Some(Ruling {
        site: site?,
        clause: clause?,
        fingerprint,
        said: said?,
        reason: reason?,
        who: who?,
        when: when?,
        until,
    })
}
