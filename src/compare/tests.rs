//! Situations and outcomes: what two readings come to, what the gate says, and what a waiver bears.

use std::collections::BTreeMap;
use std::path::Path;

use super::reading::{Column, Found, LinkSeen, Row};
use super::{
    Alarm, Answer, Comparing, Comparison, FailOn, Gate, History, Known, Level, Origin, Recheck, RowEffect,
    Seen, SiteReading, State, Trigger, WaiverBook, Waivers, recheck_site,
};
use crate::base::Day;
use crate::checklist::Points;
use crate::score::{Outcome, Score};

fn score(low: f64, high: f64) -> Score {
    let points = |it| Points::from_decimal(it).unwrap();
    Score { low: points(low), high: points(high), full: points(100.0) }
}

fn site(rows: Vec<Row<'static>>) -> SiteReading<'static> {
    SiteReading {
        id: "a".into(),
        name: "甲县".into(),
        url: Some("http://a.example/".into()),
        seen: Seen::Wholly,
        checklist: "census-2015".into(),
        outcome: Some(Outcome::Qualified),
        score: Some(score(100.0, 100.0)),
        rows,
        columns: Vec::new(),
        links: BTreeMap::new(),
    }
}

/// A row as (clause, indicator, effect), its answer and the addresses of what was found.
fn row(
    (clause, indicator, effect): (&'static str, &'static str, RowEffect),
    answer: Answer,
    found: &[&'static str],
) -> Row<'static> {
    Row {
        clause: clause.into(),
        indicator: Some(indicator.into()),
        title: "某项".into(),
        effect,
        answer,
        to_confirm: false,
        reason: None,
        unread: 0,
        takes_off: 0.0,
        found: found.iter().map(|url| defect(clause, url, answer == Answer::Fail)).collect(),
    }
}

fn defect(clause: &str, url: &'static str, counts: bool) -> Found<'static> {
    Found {
        counts,
        kind: if url.contains("column") { "column" } else { "link" }.into(),
        name: "某处".into(),
        url: Some(url.into()),
        message: format!("{url}打不开。").into(),
        page: "http://a.example/".into(),
        details: vec![("fault".into(), "404".into()), ("days".into(), "3".into())],
        fingerprint: format!("{clause}:{url}").into(),
    }
}

const HOME: (&str, &str, RowEffect) = ("D2a", "link-broken", RowEffect::Deduct);
const OTHER: (&str, &str, RowEffect) = ("D2b", "link-broken", RowEffect::Deduct);
const STALE: (&str, &str, RowEffect) = ("V3a", "column-stale", RowEffect::Veto);
const ADVICE: (&str, &str, RowEffect) = ("P1", "service-entry-missing", RowEffect::Advise);
const X: &str = "http://a.example/x";
const Y: &str = "http://a.example/y";
const COLUMN: &str = "http://a.example/column";

fn origin() -> Origin {
    Origin { run: "r".into(), as_of: Day::new(2017, 12, 15), version: "0.1.0".into() }
}

fn compare_with(base: &SiteReading, head: &SiteReading, known: Known, book: &mut WaiverBook) -> Comparison {
    let mut comparing = Comparing::begin(origin(), origin(), known);
    comparing.site(Some(base), Some(head), book);
    comparing.end()
}

fn compare(base: &SiteReading, head: &SiteReading) -> Comparison {
    compare_with(base, head, Known::new(), &mut WaiverBook::default())
}

fn states(comparison: &Comparison) -> Vec<State> {
    comparison.sites.iter().flat_map(|site| site.defects.iter().map(|it| it.state)).collect()
}

fn alarms(gate: &Gate, comparison: &Comparison) -> Vec<(Level, Trigger)> {
    gate.alarms(comparison).iter().map(|Alarm { level, trigger, .. }| (*level, *trigger)).collect()
}

fn errors(base: &SiteReading, head: &SiteReading) -> Vec<Trigger> {
    let alarms = alarms(&Gate::default(), &compare(base, head));
    alarms.into_iter().filter(|(level, _)| *level == Level::Error).map(|(_, trigger)| trigger).collect()
}

#[test]
fn what_is_the_same_is_no_change() {
    let it = site(vec![row(HOME, Answer::Fail, &[X, Y])]);
    let comparison = compare(&it, &it);
    assert!(comparison.is_unchanged() && comparison.sites.is_empty());
    assert_eq!(comparison.totals.unchanged, 2);
}

#[test]
fn new_words_a_new_place_and_a_new_age_are_no_change() {
    let base = site(vec![row(HOME, Answer::Fail, &[X])]);
    let mut head = base.clone();
    let found = &mut head.rows[0].found[0];
    found.name = "别的名称".into();
    found.message = "另一句话。".into();
    found.page = Y.into();
    assert!(compare(&base, &head).is_unchanged());
}

#[test]
fn one_defect_under_three_rows_is_one_defect() {
    let rows = |found: &[&'static str]| {
        let answer = if found.is_empty() { Answer::Pass } else { Answer::Fail };
        let under = |clause| row((clause, "column-stale", RowEffect::Deduct), answer, found);
        site(vec![under("D4a"), under("V3a"), under("V3b")])
    };
    let comparison = compare(&rows(&[]), &rows(&[COLUMN]));
    assert_eq!(states(&comparison), [State::New]);
    assert_eq!((comparison.totals.new, comparison.sites[0].defects[0].clauses.len()), (1, 3));
    assert_eq!(states(&compare(&rows(&[COLUMN]), &rows(&[]))), [State::Fixed]);
}

#[test]
fn what_the_newer_side_could_not_read_is_not_called_fixed() {
    let base = site(vec![row(HOME, Answer::Fail, &[X])]);
    let mut unread = site(vec![row(HOME, Answer::Pass, &[])]);
    unread.rows[0].unread = 1;
    let mut unopened = site(Vec::new());
    unopened.seen = Seen::Not;
    let mut blocked = site(vec![row(HOME, Answer::Pass, &[])]);
    blocked.links.insert(X.into(), LinkSeen::Blocked);
    let undetermined = site(vec![row(HOME, Answer::Undetermined, &[])]);
    for head in [&unread, &blocked, &undetermined] {
        assert_eq!(states(&compare(&base, head)), [State::Unseen]);
        assert!(errors(&base, head).is_empty(), "a job never fails on the undetermined alone");
    }
    // A site without rows was not judged at all: its rows are not asked for.
    assert_eq!(compare(&base, &unopened).sites[0].seen, Some((Seen::Wholly, Seen::Not)));
}

#[test]
fn what_the_older_side_could_not_read_is_not_called_new() {
    let head = site(vec![row(HOME, Answer::Fail, &[X])]);
    let base = site(vec![row(HOME, Answer::Undetermined, &[])]);
    let comparison = compare(&base, &head);
    assert_eq!(states(&comparison), [State::Surfaced]);
    assert_eq!(alarms(&Gate::default(), &comparison), [(Level::Warn, Trigger::NewlyRead)]);
}

#[test]
fn a_row_that_was_in_order_and_fails_is_a_regression_even_after_a_walk_that_did_not_finish() {
    let base = SiteReading { seen: Seen::Partly, ..site(vec![row(STALE, Answer::Pass, &[])]) };
    let head = SiteReading { seen: Seen::Partly, ..site(vec![row(STALE, Answer::Fail, &[COLUMN])]) };
    assert_eq!(
        states(&compare(&base, &head)),
        [State::Surfaced],
        "it may have been on a page that was not read"
    );
    assert_eq!(errors(&base, &head), [Trigger::NewVeto]);
}

#[test]
fn a_body_that_gets_a_site_is_a_site_that_is_added() {
    let without = SiteReading { seen: Seen::NoSite, ..site(Vec::new()) };
    let with = site(vec![row(HOME, Answer::Fail, &[X])]);
    assert_eq!((compare(&without, &with).added.len(), errors(&without, &with)), (1, vec![]));
    assert_eq!(compare(&with, &without).removed.len(), 1);
    assert!(compare(&without, &without).is_unchanged());
}

#[test]
fn a_column_that_was_read_settles_what_its_row_leaves_open() {
    let column = |status: &'static str| Column {
        name: "通知公告".into(),
        url: COLUMN.into(),
        status: status.into(),
        newest: None,
        days_since: None,
        limit_days: None,
    };
    let base = site(vec![row(STALE, Answer::Fail, &[COLUMN])]);
    let mut head = site(vec![row(STALE, Answer::Undetermined, &[])]);
    head.rows[0].unread = 1;
    head.columns = vec![column("fresh")];
    assert_eq!(states(&compare(&base, &head)), [State::Fixed]);
    head.columns = vec![column("undetermined")];
    assert_eq!(states(&compare(&base, &head)), [State::Unseen]);
}

#[test]
fn a_link_that_moves_to_the_home_page_is_neither_new_nor_fixed() {
    let base = site(vec![row(HOME, Answer::Pass, &[]), row(OTHER, Answer::Fail, &[X])]);
    let head = site(vec![row(HOME, Answer::Fail, &[X]), row(OTHER, Answer::Pass, &[])]);
    let comparison = compare(&base, &head);
    assert_eq!(states(&comparison), [State::Moved]);
    assert_eq!((comparison.totals.new, comparison.totals.fixed, comparison.totals.moved), (0, 0, 1));
    // The row of the home page fails all the same.
    assert_eq!(errors(&base, &head), [Trigger::NewFail]);
}

#[test]
fn what_was_mended_once_and_is_back_is_reopened() {
    let base = site(vec![row(HOME, Answer::Pass, &[])]);
    let head = site(vec![row(HOME, Answer::Fail, &[X])]);
    let known = [("a".to_owned(), [format!("D2a:{X}")].into())].into();
    let comparison = compare_with(&base, &head, known, &mut WaiverBook::default());
    assert_eq!(states(&comparison), [State::Reopened]);
    assert_eq!((comparison.totals.new, comparison.totals.reopened), (0, 1));
}

#[test]
fn a_recheck_tells_what_stands_what_could_not_be_seen_and_what_is_mended() {
    let outcomes = |base: &SiteReading<'_>, head: &SiteReading<'_>| -> Vec<_> {
        recheck_site(base, head).into_iter().map(|it| (it.outcome, it.message)).collect()
    };
    let told = |url: &str| format!("{url}打不开。");
    let base = site(vec![row(HOME, Answer::Fail, &[X, Y]), row(STALE, Answer::Fail, &[COLUMN])]);
    let head = site(vec![row(OTHER, Answer::Fail, &[X]), row(HOME, Answer::Pass, &[])]);
    let expected = [(Recheck::Stands, told(X)), (Recheck::Unseen, told(COLUMN)), (Recheck::Mended, told(Y))];
    assert_eq!(outcomes(&base, &head), expected, "X moved; the row of the column is not there any more");
    let mut proposed = base.clone();
    proposed.rows[0].to_confirm = true;
    assert_eq!(outcomes(&proposed, &head).len(), 1, "what nobody has confirmed is not rechecked");
    let remark = site(vec![row(HOME, Answer::Pass, &[X])]);
    assert_eq!(outcomes(&remark, &head), [], "nor is what broke no rule");
}

#[test]
fn another_checklist_is_said_and_defects_are_matched_by_subject() {
    let base = site(vec![row(HOME, Answer::Fail, &[X])]);
    let mut head = site(vec![row(("9.1", "link-broken", RowEffect::Veto), Answer::Fail, &[X, Y])]);
    head.checklist = "other".into();
    head.score = Some(score(10.0, 10.0));
    let comparison = compare(&base, &head);
    assert_eq!(comparison.notes.len(), 1);
    assert_eq!(states(&comparison), [State::New]);
    assert_eq!((comparison.totals.unchanged, comparison.sites[0].score), (1, None));
}

#[test]
fn a_veto_that_a_fifth_column_tips_is_a_new_veto() {
    let base = site(vec![row(STALE, Answer::Pass, &[COLUMN])]);
    let head = site(vec![row(STALE, Answer::Fail, &[COLUMN, "http://a.example/column/2"])]);
    assert_eq!(errors(&base, &head), [Trigger::NewVeto]);
    let mut proposed = head.clone();
    proposed.rows[0].to_confirm = true;
    assert_eq!(errors(&base, &proposed), [], "a proposal fails nobody before a person has confirmed it");
    assert_eq!(errors(&head, &base), []);
}

#[test]
fn advice_and_remarks_close_no_gate() {
    let clean = site(vec![row(ADVICE, Answer::Pass, &[]), row(STALE, Answer::Pass, &[])]);
    let head = site(vec![row(ADVICE, Answer::Fail, &[X]), row(STALE, Answer::Pass, &[COLUMN])]);
    assert_eq!(errors(&clean, &head), []);
    assert_eq!(states(&compare(&clean, &head)).len(), 2, "but both are listed");
}

#[test]
fn only_a_drop_that_was_proved_counts() {
    let with = |low, high| SiteReading { score: Some(score(low, high)), ..site(Vec::new()) };
    let sure = with(90.0, 90.0);
    assert_eq!(errors(&sure, &with(86.0, 90.0)), [], "something is unread, nothing is worse");
    assert_eq!(errors(&sure, &with(82.0, 86.0)), [Trigger::ScoreDrop]);
    assert_eq!(errors(&sure, &with(95.0, 95.0)), []);
    let fail_on = |text: &str| Gate::default().failing_on(&[text.parse::<FailOn>().unwrap()]);
    let drop = compare(&sure, &with(88.0, 88.0));
    assert_eq!(alarms(&fail_on("score-drop=3"), &drop), []);
    assert_eq!(alarms(&fail_on("score-drop=2"), &drop), [(Level::Error, Trigger::ScoreDrop)]);
}

#[test]
fn words_of_fail_on_are_checked() {
    for wrong in ["new-vetos", "new-veto=2", "score-drop=x", "score-drop=-1", ""] {
        let error = wrong.parse::<FailOn>().unwrap_err().to_string();
        assert!(error.contains("new-veto, new-fail, score-drop"), "{error}");
    }
}

#[test]
fn gate_rules_go_by_indicator_and_site_and_the_last_one_decides() {
    let text = "[default]\nundetermined = \"off\"\n\n[[rule]]\nindicator = \"link-*\"\nlevel = \"warn\"\n\n\
                [[rule]]\nsite = \"b*\"\nlevel = \"off\"\n";
    let gate = Gate::parse(Path::new("gate.toml"), text).unwrap();
    let base = site(vec![row(HOME, Answer::Pass, &[])]);
    let head = site(vec![row(HOME, Answer::Fail, &[X])]);
    assert_eq!(alarms(&gate, &compare(&base, &head)), [(Level::Warn, Trigger::NewFail)]);
    let (mut base, mut head) = (base, head);
    base.id = "b1".into();
    head.id = "b1".into();
    let comparison = compare(&base, &head);
    assert_eq!(alarms(&gate, &comparison), []);
    assert_eq!(states(&comparison), [State::New], "passing hides no finding");
}

#[test]
fn every_mistake_in_gate_toml_has_its_line() {
    let text = "[default]\nnew-veto = \"loud\"\n\n[[rule]]\non = [\"never\"]\nsites = \"a\"\n";
    let complaints = Gate::parse(Path::new("gate.toml"), text).unwrap_err().to_string();
    for line in
        ["gate.toml:2: `new-veto` is `loud`; one of off, warn, error", "gate.toml:5: ", "gate.toml:6: "]
    {
        assert!(complaints.contains(line), "{complaints}");
    }
    assert!(complaints.contains("`level` is missing"), "{complaints}");
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// One waiver for the finding X of the home page, with these lines instead of its own.
fn waiver(lines: &str) -> String {
    format!("[[waiver]]\nsite = \"a\"\nreason = \"改版中\"\nauthor = \"张三\"\n{lines}\n")
}

fn x_found() -> String {
    defect("D2a", X, true).digest()
}

fn book(text: &str) -> Result<WaiverBook, crate::base::Complaints> {
    Waivers::parse(Path::new("waivers.toml"), text)?.on(day("2017-12-15"))
}

#[test]
fn a_waiver_silences_the_gate_and_changes_nothing_else() {
    let base = site(vec![row(HOME, Answer::Pass, &[])]);
    let mut head =
        SiteReading { score: Some(score(99.0, 99.0)), ..site(vec![row(HOME, Answer::Fail, &[X])]) };
    head.rows[0].takes_off = 1.0;
    for binding in [format!("fingerprint = \"D2a:{X}\""), "clause = \"D2a\"\nsubject = \"*/x\"".to_owned()] {
        let text = waiver(&format!("{binding}\nfound = [\"{}\"]\nuntil = \"2018-06-30\"", x_found()));
        let mut book = book(&text).unwrap();
        let comparison = compare_with(&base, &head, Known::new(), &mut book);
        book.idle(true).unwrap();
        assert_eq!(alarms(&Gate::default(), &comparison), []);
        assert_eq!(states(&comparison), [State::New]);
        assert!(comparison.sites[0].defects[0].is_waived() && comparison.sites[0].rows[0].waived);
        assert!(comparison.sites[0].score.is_some(), "the score is told as it is");
    }
}

#[test]
fn a_waiver_dies_with_its_day_its_finding_or_a_change_of_it() {
    let clean = site(vec![row(HOME, Answer::Pass, &[])]);
    let head = site(vec![row(HOME, Answer::Fail, &[X])]);
    let mut changed = head.clone();
    changed.rows[0].found[0].details = vec![("fault".into(), "500".into())];
    let binding = format!("fingerprint = \"D2a:{X}\"\nfound = [\"{}\"]\n", x_found());
    let fine = waiver(&format!("{binding}until = \"2018-12-15\""));
    let cases = [
        (
            &head,
            waiver(&format!("{binding}until = \"2017-12-14\"")),
            "waivers.toml:1: this waiver expired on 2017-12-14",
        ),
        (
            &head,
            waiver(&format!("{binding}until = \"2018-12-16\"")),
            "more than a year after the day of inspection",
        ),
        (&clean, fine.clone(), "waivers.toml:1: this waiver matches nothing"),
        (&changed, fine.clone(), "waivers.toml:1: what this waiver bore has changed"),
        (&head, waiver(&format!("fingerprint = \"D2a:{X}\"\nuntil = \"2018-01-01\"")), "`found` is missing"),
    ];
    for (head, text, says) in cases {
        let outcome = book(&text).and_then(|mut book| {
            let comparison = compare_with(&clean, head, Known::new(), &mut book);
            assert!(comparison.sites.iter().all(|it| !it.defects.iter().any(super::Defect::is_waived)));
            book.idle(true)
        });
        let error = outcome.unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
    let mut book = book(&fine).unwrap();
    compare_with(&clean, &head, Known::new(), &mut book);
    assert!(book.idle(true).is_ok());
}

#[test]
fn every_mistake_in_waivers_toml_has_its_line() {
    let text = "[[waiver]]\nsite = \"a\"\nfingerprint = \"f\"\nclause = \"c\"\nuntil = \"2018-02-30\"\n";
    let complaints = Waivers::parse(Path::new("waivers.toml"), text).unwrap_err().to_string();
    for says in [
        "waivers.toml:3: a waiver names either",
        "waivers.toml:5: ",
        "`reason` is missing",
        "`author` is missing",
    ] {
        assert!(complaints.contains(says), "{complaints}");
    }
}

#[test]
fn a_column_that_got_nothing_new_ages_and_one_that_did_does_not() {
    let column = |newest: &'static str, days: i64| Column {
        name: "要闻".into(),
        url: COLUMN.into(),
        status: "fresh".into(),
        newest: Some(newest.into()),
        days_since: Some(days),
        limit_days: Some(14),
    };
    let with = |it: Column<'static>| SiteReading { columns: vec![it], ..site(Vec::new()) };
    let base = with(column("2017-12-01", 5));
    let aged =
        |head: SiteReading| compare(&base, &head).sites.first().map(|it| it.aged.clone()).unwrap_or_default();
    let grown = aged(with(column("2017-12-01", 15)));
    assert_eq!(grown.iter().map(|it| it.expired).collect::<Vec<_>>(), [true]);
    assert!(!aged(with(column("2017-12-01", 8))).iter().any(|it| it.expired));
    assert_eq!(aged(with(column("2017-12-10", 6))), [], "something new came");
    assert_eq!(aged(with(column("2017-12-01", 6))), [], "most of its time is left");
}

#[test]
fn history_counts_by_site_and_by_indicator() {
    let mut history = History::default();
    for found in [&[X, Y][..], &[X], &[]] {
        history.run(origin());
        let answer = if found.is_empty() { Answer::Pass } else { Answer::Fail };
        history.site(&site(vec![row(HOME, answer, found), row(OTHER, answer, found)]));
    }
    let defects: Vec<_> = history.sites["a"].points.iter().map(|(run, it)| (*run, it.defects)).collect();
    assert_eq!(defects, [(0, 2), (1, 1), (2, 0)]);
    let failing: Vec<_> =
        history.indicators["link-broken"].iter().map(|it| (it.failing, it.defects)).collect();
    assert_eq!(failing, [(1, 2), (1, 1), (0, 0)]);
}
