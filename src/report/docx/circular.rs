//! 通报, in the skeleton that circulars share (`../shared/domain/indicators.md` 4.2): 总体情况, 主要问题, 下一步工作要求,
//! and four annexes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::report::view::{
    Body, CityView, EarlierView, Problem, ProblemLine, SiteSummary, Status, percent, zh_day,
};
use crate::report::words::fill;
use crate::report::{RenderError, Words};
use crate::score::Outcome;

use super::paper::{Grid, LEAST, Paper, WIDE};

/// How many rows of the checklist the text names; the annex has all.
const PROBLEMS: usize = 12;

/// How many examples each of them gets.
const EXAMPLES: usize = 3;

/// How many problems the annex lists, more or less; a paper is read by people, and the ledger has them all.
const LISTED: usize = 600;

/// `circular.docx`
pub(in crate::report) fn circular(view: &CityView, words: &Words) -> Result<Vec<u8>, RenderError> {
    let words = &words.circular;
    let values = values(view);
    let say = |text: &str| fill(text, &values);
    let mut paper = Paper::new(view.run.finished_at);
    paper.title(&say(&words.title));
    paper.addressees(&say(&words.addressees));
    paper.text(&say(&words.opening));
    paper.heading(&say(&words.overall_heading));
    words.overall.iter().for_each(|text| paper.text(&say(text)));
    paper.text(&say(if view.earlier.is_some() { &words.recheck } else { &words.recheck_without }));
    words.further.iter().for_each(|text| paper.text(&say(text)));
    paper.heading(&say(&words.problems_heading));
    let proved = |it: &&Problem| confirmed(view).any(|(_, line)| *line.clause == *it.clause);
    let named: Vec<&Problem> = view.problems.iter().filter(proved).take(PROBLEMS).collect();
    if named.is_empty() {
        paper.text(&say(&words.problems_none));
    }
    for (index, problem) in named.into_iter().enumerate() {
        paper.subheading(&format!("（{}）{}", zh_number(index + 1), problem.title));
        paper.text(&described(view, problem));
    }
    paper.heading(&say(&words.next_heading));
    words.next.iter().for_each(|text| paper.text(&say(text)));
    paper.blank();
    let annexes = words.annexes.iter().enumerate();
    for (index, name) in annexes.clone() {
        let before = if index == 0 { "附件：" } else { "　　　" };
        paper.text(&format!("{before}{}. {}", index + 1, say(name)));
    }
    paper.blank();
    paper.signature(&say(&words.signature));
    paper.signature(&say(&words.date));
    paper.turn();
    for (index, name) in annexes {
        paper.annex(&format!("附件{}", index + 1), &say(name), index > 0);
        paper.table(&annex(view, index));
    }
    paper.finish()
}

fn values(view: &CityView) -> BTreeMap<&'static str, String> {
    let totals = &view.totals;
    let running = totals.checked + totals.failed;
    let seen = || view.bodies.iter().filter_map(Body::inspected);
    let portals = seen().filter(|it| it.site.is_portal()).count();
    let proposed = seen().flat_map(|it| &it.ledger.problems).filter(|it| it.to_confirm).count();
    let deadline = view.run.deadline();
    let checklist = view.checklist.as_ref();
    let earlier = view.earlier.as_ref();
    let sum = view.rechecks();
    BTreeMap::from([
        ("roster_changes", earlier.map(roster_changes).unwrap_or_default()),
        ("base_as_of", earlier.map(|it| it.as_of.map_or_else(|| it.run.clone(), zh_day)).unwrap_or_default()),
        ("rechecked", sum.all.to_string()),
        ("mended", sum.mended.to_string()),
        ("recheck_rate", sum.rate()),
        ("standing", sum.standing.to_string()),
        ("unseen", sum.unseen.to_string()),
        ("fresh", sum.new.to_string()),
        ("base_unqualified", sum.unqualified.to_string()),
        ("recovered", sum.recovered.to_string()),
        ("city", if view.city.is_empty() { "本地区".to_owned() } else { view.city.clone() }),
        ("year", view.run.as_of.year().to_string()),
        ("quarter", zh_number(usize::from((view.run.as_of.month().unsigned_abs() - 1) / 3 + 1))),
        ("as_of", zh_day(view.run.as_of)),
        ("checklist", checklist.map(|it| it.title.clone()).unwrap_or_default()),
        ("source", checklist.map(|it| it.source.clone()).unwrap_or_default()),
        ("bodies", totals.bodies.to_string()),
        ("running", running.to_string()),
        ("checked", totals.checked.to_string()),
        ("ratio", percent(totals.checked, running)),
        ("portals", portals.to_string()),
        ("bureaus", running.saturating_sub(portals).to_string()),
        ("qualified", totals.qualified.to_string()),
        ("unqualified", totals.unqualified.to_string()),
        ("undecided", totals.undecided.to_string()),
        ("failed", totals.failed.to_string()),
        ("without_site", totals.without_site.to_string()),
        ("pass_rate", totals.pass_rate()),
        ("fail_rate", percent(totals.unqualified, totals.checked)),
        ("problems", totals.problems.to_string()),
        ("proposed", proposed.to_string()),
        ("deadline", zh_day(deadline.day)),
        ("deadline_note", view.run.deadline_note()),
    ])
}

/// Which sites the rosters of the two inspections do not share.
fn roster_changes(earlier: &EarlierView) -> String {
    let named = |sites: &[String]| match sites {
        [] => String::new(),
        sites => format!("（{}）", sites.join("、")),
    };
    if earlier.added.is_empty() && earlier.removed.is_empty() {
        return "与上次检查名录相同，没有增减。".to_owned();
    }
    format!(
        "对照上次检查名录，新增{}家{}，减少{}家{}。",
        earlier.added.len(),
        named(&earlier.added),
        earlier.removed.len(),
        named(&earlier.removed)
    )
}

/// How many sites, and examples: who, and what.
fn described(view: &CityView, problem: &Problem) -> String {
    let sites = view.bodies.iter().filter_map(Body::inspected);
    let proved = |it: &&SiteSummary| {
        it.ledger.problems.iter().any(|line| !line.to_confirm && *line.clause == *problem.clause)
    };
    let count = sites.filter(proved).count();
    let mut text = format!("{count}个网站存在此类问题");
    let examples: Vec<String> = confirmed(view)
        .filter(|(_, line)| *line.clause == *problem.clause)
        .fold(Vec::<(&str, &str)>::new(), |mut firsts, (site, line)| {
            // One example a site: a circular shows how widespread a fault is, not how deep.
            if firsts.len() < EXAMPLES && firsts.iter().all(|(name, _)| *name != site.site.name) {
                firsts.push((&site.site.name, &line.message));
            }
            firsts
        })
        .into_iter()
        .map(|(name, message)| format!("“{name}”：{}", message.trim_end_matches('。')))
        .collect();
    if !examples.is_empty() {
        text.push_str("。如");
        text.push_str(&examples.join("；"));
    }
    if problem.undetermined > 0 {
        let _ = write!(text, "。另有{}个网站此项未能判定", problem.undetermined);
    }
    text + "。"
}

/// Problems that need no person's word any more, in the order of the roster.
fn confirmed(view: &CityView) -> impl Iterator<Item = (&SiteSummary, &ProblemLine)> {
    let seen = view.bodies.iter().filter_map(Body::inspected);
    seen.flat_map(|site| site.ledger.problems.iter().map(move |line| (site, line)))
        .filter(|(_, line)| !line.to_confirm)
}

fn annex(view: &CityView, index: usize) -> Grid<'static> {
    match index {
        0 => situation(view),
        1 => unqualified(view),
        2 => problems(view),
        _ => recheck(view),
    }
}

fn situation(view: &CityView) -> Grid<'static> {
    const HEADS: &[(&str, usize)] = &[
        ("序号", 6),
        ("地区/单位", 34),
        ("运行数", 10),
        ("检查数", 10),
        ("检查比例", 12),
        ("不合格数", 12),
        ("合格率", 16),
    ];
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut push = |who: &str, running: usize, checked: usize, failed: usize, rate: String| {
        let ratio = percent(checked, running);
        let number = (rows.len() + 1).to_string();
        let counts = [running, checked].map(|it| it.to_string());
        let [running, checked] = counts;
        rows.push(vec![number, who.to_owned(), running, checked, ratio, failed.to_string(), rate]);
    };
    for site in view.bodies.iter().filter_map(Body::inspected) {
        let checked = usize::from(site.status != Status::Failed);
        let failed = usize::from(checked == 1 && site.outcome.outcome == Outcome::Unqualified);
        let rate = match (checked, site.outcome.outcome) {
            (0, _) => "未能检查".to_owned(),
            (_, Outcome::Undecided) => "待定".to_owned(),
            (_, Outcome::Qualified) => percent(1, 1),
            (_, Outcome::Unqualified) => percent(0, 1),
        };
        push(site.site.body.as_deref().unwrap_or(&site.site.name), 1, checked, failed, rate);
    }
    let totals = &view.totals;
    let running = totals.checked + totals.failed;
    push("合计", running, totals.checked, totals.unqualified, totals.pass_rate());
    Grid { heads: HEADS, rows, width: WIDE, least: LEAST }
}

fn unqualified(view: &CityView) -> Grid<'static> {
    const HEADS: &[(&str, usize)] = &[
        ("序号", 5),
        ("地区/单位", 18),
        ("网站名称", 20),
        ("网址", 24),
        ("网站标识码", 12),
        ("主要问题", 30),
    ];
    let failed = view.ranking.iter().filter(|it| it.summary.outcome.outcome == Outcome::Unqualified);
    let rows = failed.enumerate().map(|(index, ranked)| {
        let (site, outcome) = (&ranked.summary.site, &ranked.summary.outcome);
        let vetoes: Vec<&str> = outcome.vetoes.iter().map(|it| it.title.as_str()).collect();
        let why =
            if vetoes.is_empty() { format!("得分{}分", outcome.score_words) } else { vetoes.join("；") };
        vec![
            (index + 1).to_string(),
            site.body.clone().unwrap_or_else(|| site.name.clone()),
            site.name.clone(),
            site.url.as_ref().map(ToString::to_string).unwrap_or_default(),
            site.id_code.clone().unwrap_or_default(),
            why,
        ]
    });
    Grid { heads: HEADS, rows: or_none(rows.collect(), HEADS.len()), width: WIDE, least: LEAST }
}

fn problems(view: &CityView) -> Grid<'static> {
    const HEADS: &[(&str, usize)] = &[
        ("序号", 5),
        ("网站名称", 15),
        ("指标", 13),
        ("问题描述", 28),
        ("页面地址", 22),
        ("发现时间", 13),
        ("证据编号", 15),
        ("整改期限", 13),
    ];
    let deadline = view.run.deadline().day.to_string();
    let each = each(view);
    let mut rows: Vec<Vec<String>> = Vec::new();
    for site in view.bodies.iter().filter_map(Body::inspected) {
        let lines: Vec<&ProblemLine> = site.ledger.problems.iter().filter(|it| !it.to_confirm).collect();
        for line in lines.iter().take(each) {
            rows.push(vec![
                (rows.len() + 1).to_string(),
                site.site.name.clone(),
                line.title.to_string(),
                line.message.to_string(),
                line.page.as_ref().map(|it| it.as_str().to_owned()).unwrap_or_default(),
                line.seen.map(|it| it.day().to_string()).unwrap_or_default(),
                line.evidence.to_string(),
                deadline.clone(),
            ]);
        }
        if let Some(last) = rows.last_mut().filter(|_| lines.len() > each) {
            let _ = write!(last[3], "（其余{}处从略，详见工作台账）", lines.len() - each);
        }
    }
    Grid { heads: HEADS, rows: or_none(rows, HEADS.len()), width: WIDE, least: LEAST }
}

/// How many problems of one site an annex lists.
fn each(view: &CityView) -> usize {
    (LISTED / view.totals.checked.max(1)).clamp(2, 30)
}

fn recheck(view: &CityView) -> Grid<'static> {
    const HEADS: &[(&str, usize)] =
        &[("序号", 6), ("网站名称", 22), ("上季度问题", 38), ("要求整改期限", 16), ("复查情况", 18)];
    let Some(earlier) = &view.earlier else {
        // To be filled in by hand: no earlier run was given.
        let rows = (1..=3).map(|number| {
            let mut row = vec![number.to_string()];
            row.resize(HEADS.len(), String::new());
            row
        });
        return Grid { heads: HEADS, rows: rows.collect(), width: WIDE, least: LEAST };
    };
    let deadline = earlier.deadline.map(|it| it.to_string()).unwrap_or_default();
    let each = each(view);
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut push = |name: &str, what: String, deadline: &str, outcome: &str| {
        let number = (rows.len() + 1).to_string();
        rows.push(vec![number, name.to_owned(), what, deadline.to_owned(), outcome.to_owned()]);
    };
    for (site, since) in view.since() {
        for it in since.rechecked.iter().take(each) {
            let what = format!("{}：{}", it.title, it.message);
            push(&site.site.name, what, &deadline, it.outcome.zh());
        }
        if since.rechecked.len() > each {
            push(&site.site.name, format!("其余{}处从略", since.rechecked.len() - each), "", "");
        }
    }
    for name in &earlier.removed {
        push(name, "网站不在本次检查名录中".to_owned(), "", "未复查");
    }
    Grid { heads: HEADS, rows: or_none(rows, HEADS.len()), width: WIDE, least: LEAST }
}

/// A table without rows says so.
fn or_none(rows: Vec<Vec<String>>, columns: usize) -> Vec<Vec<String>> {
    if !rows.is_empty() {
        return rows;
    }
    let mut row = vec![String::new(), "无".to_owned()];
    row.resize(columns, String::new());
    vec![row]
}

/// 一 to 九十九, as headings count.
pub(super) fn zh_number(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match (number / 10, number % 10) {
        (0, ones) => DIGITS[ones].to_owned(),
        (1, ones) => format!("十{}", DIGITS[ones]),
        (tens @ 2..=9, ones) => format!("{}十{}", DIGITS[tens], DIGITS[ones]),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::zh_number;

    #[test]
    fn headings_count_in_chinese() {
        assert_eq!([1, 10, 12, 20, 45].map(zh_number), ["一", "十", "十二", "二十", "四十五"]);
    }
}
