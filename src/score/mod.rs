//! Answers into a scorecard.
//!
//! This module must not know pages or sites' texts; it sees rows, effects and verdicts only.

use std::collections::BTreeMap;

use crate::audit::{Answer, Finding, Judged, Said, SubjectKind, Verdict};
use crate::checklist::{Checklist, Decided, Effect, Points};
use crate::evidence::Gap;

/// One site against one checklist: exactly one line per entry, in the document's order.
#[derive(Clone, Debug)]
pub struct Scorecard {
    /// What it comes to.
    pub outcome: Outcome,
    /// Clauses of the vetoes that hold.
    pub vetoes: Vec<String>,
    /// Clauses of the vetoes that are not ruled out: undetermined, or proposed and not confirmed by a person.
    pub open_vetoes: Vec<String>,
    /// The score, between the unknown at its worst and at its best. `low ≤ high`.
    pub score: Score,
    /// Clauses that one visit cannot answer (manual, or monitored); they are left out of outcome and score.
    pub beyond_one_visit: Vec<String>,
    /// Whether the score lies exactly on the pass mark, where the sources disagree.
    pub at_the_limit: bool,
    /// Every row with its answer and what it costs.
    pub lines: Vec<Line>,
}

/// What a scorecard comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// 合格, as far as one visit can see.
    Qualified,
    /// 不合格
    Unqualified,
    /// 待定: what is unknown could change it.
    Undecided,
}

/// A score as a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Score {
    /// Everything unknown at its worst.
    pub low: Points,
    /// Everything unknown at its best.
    pub high: Points,
    /// What a site starts from.
    pub full: Points,
}

/// One row of a scorecard.
#[derive(Clone, Debug)]
pub struct Line {
    /// The row and how it was answered.
    pub answer: Answer,
    /// What it takes off: at best and at worst.
    pub deduction: Deduction,
}

/// What a row takes off. `low ≤ high`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deduction {
    /// At least.
    pub low: Points,
    /// At most.
    pub high: Points,
}

/// Adds up the answers, starting from the full score.
pub fn tally(checklist: &Checklist, answers: Vec<Answer>) -> Scorecard {
    let full = checklist.full;
    let mut card = Scorecard {
        outcome: Outcome::Undecided,
        vetoes: Vec::new(),
        open_vetoes: Vec::new(),
        score: Score { low: full, high: full, full },
        beyond_one_visit: Vec::new(),
        at_the_limit: false,
        lines: Vec::new(),
    };
    let mut undecided_veto = false;
    let mut counted = Counted::default();
    for answer in answers {
        let clause = &answer.entry.clause;
        let beyond = is_beyond_one_visit(&answer);
        if beyond {
            card.beyond_one_visit.push(clause.clone());
        }
        let again = counted.elsewhere(&answer);
        let deduction = if beyond { Deduction::default() } else { deduction(&answer, full, again) };
        counted.add(&answer);
        if answer.entry.effect == Effect::Veto {
            match veto(&answer) {
                Veto::Holds => card.vetoes.push(clause.clone()),
                Veto::Open => {
                    card.open_vetoes.push(clause.clone());
                    undecided_veto |= !beyond;
                }
                Veto::RuledOut => {}
            }
        }
        card.score.low = card.score.low.minus(deduction.high);
        card.score.high = card.score.high.minus(deduction.low);
        card.lines.push(Line { answer, deduction });
    }
    let pass = checklist.pass.at_least;
    card.at_the_limit =
        card.score.low <= pass && pass <= card.score.high && card.score.low == card.score.high;
    // Without a total only the vetoes speak.
    let (low, high) =
        if checklist.withheld.is_some() { (full, full) } else { (card.score.low, card.score.high) };
    card.outcome = if !card.vetoes.is_empty() || high < pass {
        Outcome::Unqualified
    } else if undecided_veto || low < pass {
        Outcome::Undecided
    } else {
        Outcome::Qualified
    };
    card
}

/// Whether the row is left out of outcome and score: no single visit can answer it, and nothing else did.
fn is_beyond_one_visit(answer: &Answer) -> bool {
    let answered = matches!(
        &answer.judged,
        Judged::By(Verdict::Pass { .. } | Verdict::Fail { .. } | Verdict::NotApplicable(_))
            | Judged::Ruled { .. }
    );
    !answer.entry.decided.by_one_visit() && !answered
}

enum Veto {
    Holds,
    Open,
    RuledOut,
}

fn veto(answer: &Answer) -> Veto {
    match &answer.judged {
        Judged::By(Verdict::Fail { .. }) if answer.entry.decided == Decided::Assist => Veto::Open,
        Judged::By(Verdict::Fail { .. }) | Judged::Ruled { said: Said::Fail, .. } => Veto::Holds,
        Judged::By(Verdict::Undetermined { .. }) | Judged::Manual => Veto::Open,
        Judged::By(Verdict::Pass { .. } | Verdict::NotApplicable(_))
        | Judged::Ruled { said: Said::Pass | Said::NotApplicable, .. } => Veto::RuledOut,
    }
}

/// What was counted against the site already, and by which document: where several are judged in one report, a defect
/// costs points once, by the document that was asked for first.
#[derive(Default)]
struct Counted(BTreeMap<(SubjectKind, String), String>);

impl Counted {
    /// How many findings of an answer another document has counted.
    fn elsewhere(&self, answer: &Answer) -> usize {
        let findings = answer.judged.findings().iter();
        let by = |it: &Finding| self.0.get(&(it.subject.kind, it.subject.key().to_owned()));
        findings.filter(|it| by(it).is_some_and(|document| *document != answer.entry.document)).count()
    }

    fn add(&mut self, answer: &Answer) {
        let counts = matches!(answer.entry.effect, Effect::Deduct { .. } | Effect::Veto);
        let broken = matches!(
            answer.judged,
            Judged::By(Verdict::Fail { .. }) | Judged::Ruled { said: Said::Fail, .. }
        );
        if !counts || !broken {
            return;
        }
        for finding in answer.judged.findings() {
            let key = (finding.subject.kind, finding.subject.key().to_owned());
            self.0.entry(key).or_insert_with(|| answer.entry.document.clone());
        }
    }
}

/// What a row takes off; `again` of its findings were counted by another document.
fn deduction(answer: &Answer, full: Points, again: usize) -> Deduction {
    let Effect::Deduct { each, at_most } = answer.entry.effect else { return Deduction::default() };
    let cap = at_most.unwrap_or(full);
    let cost = |count: usize| each.times(count).min(cap);
    match &answer.judged {
        Judged::By(Verdict::Fail { findings, unread, .. }) => {
            let found = findings.count().get() - again;
            Deduction { low: cost(found), high: cost(found.saturating_add(*unread)) }
        }
        // Signs cost nothing until a person has confirmed them, and each may turn out to be right.
        Judged::By(Verdict::Undetermined { gap: Gap::NeedsPerson, remarks, unread, .. }) => {
            let high = unread.map_or(cap, |unread| cost(remarks.len().saturating_add(unread)));
            Deduction { low: Points::default(), high }
        }
        Judged::By(Verdict::Undetermined { remarks, unread, .. }) => {
            let found = remarks.len() - again;
            let high = unread.map_or(cap, |unread| cost(found.saturating_add(unread)));
            Deduction { low: cost(found), high }
        }
        // What a person found in a row without findings is one place.
        Judged::Ruled { said: Said::Fail, findings } => {
            let cost = if findings.is_empty() { cost(1) } else { cost(findings.len() - again) };
            Deduction { low: cost, high: cost }
        }
        Judged::Ruled { said: Said::Pass | Said::NotApplicable, .. }
        | Judged::By(Verdict::Pass { .. } | Verdict::NotApplicable(_))
        | Judged::Manual => Deduction::default(),
    }
}

impl Outcome {
    /// As reports spell it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Qualified => "qualified",
            Self::Unqualified => "unqualified",
            Self::Undecided => "undecided",
        }
    }

    /// For readers of reports.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Qualified => "合格",
            Self::Unqualified => "不合格",
            Self::Undecided => "待定",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Outcome, Scorecard, tally};
    use crate::audit::{Answer, Finding, Judged, Said, Subject, SubjectKind, Survey, Verdict};
    use crate::checklist;
    use crate::evidence::{Citation, Gap};

    const HEAD: &str = "id = \"t\"\ntitle = \"t\"\ntitle_en = \"t\"\nsource = \"t\"\nfull = 100\n\
                        [pass]\nat_least = 60\nmark = \"B\"\n";

    /// Rows as (effect and who decides, answer), tallied.
    fn card(rows: &[(&str, Judged)]) -> Scorecard {
        let entries = rows.iter().enumerate().map(|(i, (row, _))| {
            let indicator = if row.contains("manual") { "" } else { "indicator = \"x\"\n" };
            format!(
                "[[entry]]\nclause = \"{i}\"\nsection = \"s\"\ntitle = \"t\"\ntitle_en = \"t\"\ntext = \"t\"\n\
                 cannot_see = \"c\"\nmark = \"A\"\n{indicator}{row}\n"
            )
        });
        let text = HEAD.to_owned() + &entries.collect::<String>();
        let checklist = checklist::parse(Path::new("t.toml"), &text).unwrap();
        let answers = checklist
            .entries
            .iter()
            .zip(rows)
            .map(|(entry, (_, judged))| Answer {
                entry: entry.clone(),
                judged: judged.clone(),
                rulings: Vec::new(),
                seen_on: None,
                why: None,
            })
            .collect();
        tally(&checklist, answers)
    }

    fn judged(found: usize, unread: usize, fails_at: usize) -> Judged {
        let mut survey = Survey::default();
        survey.sound();
        for i in 0..found {
            let citation = Citation::sample(&format!("http://a.example/{i}"));
            survey.found(Finding {
                subject: Subject { kind: SubjectKind::Page, name: i.to_string(), address: None },
                message: String::new(),
                page: citation.address.clone(),
                evidence: crate::base::NonEmpty::one(citation),
                details: std::collections::BTreeMap::new(),
            });
        }
        (0..unread).for_each(|_| survey.unread(Gap::DateUnread));
        Judged::By(survey.verdict(fails_at.try_into().unwrap(), "无"))
    }

    const VETO: &str = "effect = \"veto\"\ndecided = \"auto\"";
    const PROPOSED: &str = "effect = \"veto\"\ndecided = \"assist\"";
    const WATCHED: &str = "effect = \"veto\"\ndecided = \"monitor\"";
    const PERSON: &str = "effect = \"veto\"\ndecided = \"manual\"";
    const FOUR_EACH: &str = "effect = \"deduct\"\neach = 4\nat_most = 60\ndecided = \"auto\"";

    #[test]
    fn a_defect_that_two_documents_name_costs_points_once() {
        let alone = card(&[(FOUR_EACH, judged(2, 0, 1))]);
        assert_eq!(alone.score.low.to_string(), "92");
        let text = |id: &str| {
            HEAD.replace("id = \"t\"", &format!("id = \"{id}\""))
                + &format!(
                    "[[entry]]\nclause = \"{id}\"\nsection = \"s\"\ntitle = \"t\"\ntitle_en = \"t\"\ntext = \"t\"\n\
                     cannot_see = \"c\"\nmark = \"A\"\nindicator = \"x\"\n{FOUR_EACH}\n"
                )
        };
        let read = |id: &str| checklist::parse(Path::new("t.toml"), &text(id)).unwrap();
        let both = checklist::joined(read("first"), vec![read("second")]);
        // Two things that both documents name, and a third that only the second one does.
        let answers = both.entries.iter().zip([judged(2, 0, 1), judged(3, 0, 1)]);
        let answers = answers.map(|(entry, judged)| Answer {
            entry: entry.clone(),
            judged,
            rulings: Vec::new(),
            seen_on: None,
            why: None,
        });
        let card = tally(&both, answers.collect());
        // 100 − 2 × 4 − 4: the second document counts the third thing alone.
        assert_eq!(card.score.low.to_string(), "88");
    }

    #[test]
    fn a_veto_outweighs_a_full_score() {
        let card = card(&[(VETO, judged(1, 0, 1)), (FOUR_EACH, judged(0, 0, 1))]);
        assert_eq!(
            (card.outcome, card.vetoes.len(), card.score.low.decimal()),
            (Outcome::Unqualified, 1, 100.0)
        );
    }

    #[test]
    fn a_veto_that_is_unknown_or_unconfirmed_stays_open() {
        for row in [(VETO, judged(0, 1, 1)), (PROPOSED, judged(1, 0, 1))] {
            let card = card(&[row]);
            assert_eq!((card.outcome, card.open_vetoes.len()), (Outcome::Undecided, 1));
        }
    }

    #[test]
    fn what_no_single_visit_can_answer_is_named_and_left_out() {
        let card = card(&[(WATCHED, Judged::By(Verdict::from(Gap::NeedsProbes))), (PERSON, Judged::Manual)]);
        assert_eq!(card.outcome, Outcome::Qualified);
        assert_eq!(
            (card.beyond_one_visit, card.open_vetoes),
            (vec!["0".into(), "1".into()], vec!["0".into(), "1".into()])
        );
    }

    #[test]
    fn a_persons_word_settles_a_row_whoever_was_to_decide_it() {
        let ruled = |said| Judged::Ruled { said, findings: Vec::new() };
        for row in [PROPOSED, PERSON, WATCHED, VETO] {
            let broken = card(&[(row, ruled(Said::Fail))]);
            assert_eq!((broken.outcome, broken.vetoes.len()), (Outcome::Unqualified, 1), "{row}");
            let sound = card(&[(row, ruled(Said::Pass))]);
            assert_eq!((sound.outcome, sound.open_vetoes.len()), (Outcome::Qualified, 0), "{row}");
            assert!(sound.beyond_one_visit.is_empty());
        }
        let costs = card(&[(FOUR_EACH, ruled(Said::Fail))]);
        assert_eq!((costs.score.low.decimal(), costs.score.high.decimal()), (96.0, 96.0));
        let free = card(&[(FOUR_EACH, ruled(Said::NotApplicable))]);
        assert_eq!(free.score.low, free.score.full);
    }

    #[test]
    fn the_score_is_a_range_and_an_undecided_one_is_said_to_be() {
        let sure = card(&[(FOUR_EACH, judged(10, 0, 1))]);
        assert_eq!((sure.score.low.decimal(), sure.score.high.decimal()), (60.0, 60.0));
        assert!(sure.at_the_limit && sure.outcome == Outcome::Qualified);
        let unsure = card(&[(FOUR_EACH, judged(10, 1, 1))]);
        assert_eq!((unsure.score.low.decimal(), unsure.score.high.decimal()), (56.0, 60.0));
        assert_eq!(unsure.outcome, Outcome::Undecided);
        let failed = card(&[(FOUR_EACH, judged(11, 0, 1))]);
        assert_eq!(failed.outcome, Outcome::Unqualified);
    }

    #[test]
    fn a_gap_without_a_count_costs_the_whole_cap_at_worst() {
        let card = card(&[(FOUR_EACH, Judged::By(Verdict::from(Gap::ByScript)))]);
        assert_eq!((card.score.low.decimal(), card.score.high.decimal()), (40.0, 100.0));
    }
}
