//! 整改通知单 for one site: numbered problems with their addresses and deadlines, and a table to be filled in.

use std::collections::BTreeMap;

use crate::report::view::{ProblemLine, SiteLedger, SiteView, Verdict, zh_day};
use crate::report::words::fill;
use crate::report::{RenderError, Words};

use super::paper::{Grid, LEAST, Paper, UPRIGHT};

/// How many problems the paper lists; the site's report has them all.
const LISTED: usize = 200;

/// `notices/<site-id>.docx`
pub(in crate::report) fn notice(view: &SiteView, words: &Words) -> Result<Vec<u8>, RenderError> {
    let words = &words.notice;
    let ledger = SiteLedger::of(view);
    let (proposed, confirmed): (Vec<_>, Vec<_>) = ledger.problems.iter().partition(|it| it.to_confirm);
    let values = values(view, confirmed.len());
    let say = |text: &str| fill(text, &values);
    let mut paper = Paper::new(view.run.finished_at);
    paper.title(&say(&words.title));
    paper.addressees(&say(&words.addressees));
    paper.text(&say(&words.opening));
    paper.text(&say(&words.request));
    paper.heading(&say(&words.problems_heading));
    paper.table(&problems(&confirmed, &view.run.deadline().day.to_string()));
    if !proposed.is_empty() {
        paper.heading(&say(&words.confirm_heading));
        paper.text(&say(&words.confirm));
        paper.table(&problems(&proposed, "待确认"));
    }
    let open = undetermined(view);
    if !open.is_empty() {
        paper.heading(&say(&words.undecided_heading));
        paper.text(&say(&words.undecided));
        for it in &open {
            paper.text(it);
        }
    }
    paper.text(&say(&words.objection));
    paper.blank();
    paper.signature(&say(&words.signature));
    paper.signature(&say(&words.date));
    paper.annex("附", &say(&words.feedback), true);
    paper.table(&feedback(view, confirmed.len()));
    paper.finish()
}

fn values(view: &SiteView, problems: usize) -> BTreeMap<&'static str, String> {
    let site = &view.site;
    BTreeMap::from([
        // A site's report does not know its city; the name stays open for the office.
        ("city", String::new()),
        ("site", site.name.clone()),
        ("body", site.body.clone().unwrap_or_else(|| site.name.clone())),
        ("url", site.url.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("code", site.id_code.clone().unwrap_or_default()),
        ("as_of", zh_day(view.run.as_of)),
        ("checklist", view.checklist.title.clone()),
        ("source", view.checklist.source.clone()),
        ("verdict", view.outcome.outcome.zh().to_owned()),
        ("conclusion", view.outcome.conclusion.clone()),
        ("problems", problems.to_string()),
        ("deadline", zh_day(view.run.deadline().day)),
        ("deadline_note", view.run.deadline_note()),
    ])
}

fn problems(lines: &[&ProblemLine], deadline: &str) -> Grid<'static> {
    const HEADS: &[(&str, usize)] =
        &[("序号", 6), ("指标", 13), ("问题描述", 25), ("页面地址", 24), ("证据编号", 16), ("整改期限", 16)];
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (index, line) in lines.iter().take(LISTED).enumerate() {
        rows.push(vec![
            (index + 1).to_string(),
            line.title.to_string(),
            line.message.to_string(),
            line.page.as_ref().map(|it| it.as_str().to_owned()).unwrap_or_default(),
            line.evidence.to_string(),
            deadline.to_owned(),
        ]);
    }
    if lines.len() > LISTED {
        let rest = format!("其余{}处从略，详见检查报告", lines.len() - LISTED);
        rows.push(vec![String::new(), String::new(), rest, String::new(), String::new(), String::new()]);
    }
    Grid { heads: HEADS, rows, width: UPRIGHT, least: LEAST }
}

fn undetermined(view: &SiteView) -> Vec<String> {
    let open = view.rows.iter().filter(|it| it.verdict == Verdict::Undetermined && !it.beyond_one_visit);
    open.map(|row| {
        let why = row.reason.as_ref().map(|it| format!("：{it}")).unwrap_or_default();
        format!("{}{why}。", row.title)
    })
    .collect()
}

/// 整改反馈 (`../shared/domain/indicators.md` 4.4), with room to write.
fn feedback(view: &SiteView, problems: usize) -> Grid<'static> {
    const HEADS: &[(&str, usize)] = &[("项目", 28), ("内容", 72)];
    let rows = vec![
        vec!["网站名称".to_owned(), view.site.name.clone()],
        vec!["主办单位".to_owned(), view.site.body.clone().unwrap_or_default()],
        vec!["整改要求".to_owned(), format!("{}前完成整改", zh_day(view.run.deadline().day))],
        vec!["整改问题".to_owned(), format!("{problems}个")],
        vec!["已整改问题（序号）".to_owned(), String::new()],
        vec!["未整改问题及原因".to_owned(), String::new()],
        vec!["整改措施".to_owned(), String::new()],
        vec!["填报人及联系电话".to_owned(), String::new()],
        vec!["负责人（签字）".to_owned(), String::new()],
        vec!["填报日期（盖章）".to_owned(), String::new()],
    ];
    Grid { heads: HEADS, rows, width: UPRIGHT, least: 900.0 }
}
