//! `ledger.xlsx`: the city's working ledger, and the way back from it.
//!
//! Text of a website is only ever written as a string cell, so nothing in it becomes a formula. The workbook is
//! made of the view alone and carries the run's own time, so that the same view gives the same bytes.
//!
//! The sheet 政务公开台账 (body × duty) is there when the run was judged by a plan; a sheet that is always empty would
//! look like a finding.

mod answers;
mod duties;
mod sheet;

use rust_xlsxwriter::{DocProperties, Workbook, XlsxError};

use crate::audit::Said;
use crate::score::Outcome;

use super::view::{
    Body, CityView, ColumnStatus, Link, LinkStatus, ProblemLine, SiteFacts, SiteSummary, Status,
};
use super::{RenderError, Words};
pub use answers::read_review;
use sheet::{Cell, Colour, Head, Kind, Paint, Sheet, moment};

/// The sheet that people answer in.
const REVIEW: &str = "待人工复核";

/// Headings of that sheet, by which it is read back; people may move columns.
mod heading {
    pub(super) const SITE: &str = "网站编号";
    pub(super) const CLAUSE: &str = "条款";
    pub(super) const ANSWER: &str = "核查结论";
    pub(super) const REASON: &str = "核查说明";
    pub(super) const WHO: &str = "核查人";
    pub(super) const WHEN: &str = "核查日期";
    pub(super) const UNTIL: &str = "有效期至";
    pub(super) const FINGERPRINT: &str = "问题编号";
}

/// `ledger.xlsx`
pub(super) fn ledger(view: &CityView, _: &Words) -> Result<Vec<u8>, RenderError> {
    let mut book = Workbook::new();
    let made = moment(view.run.finished_at)?;
    let title = format!("{}政府网站检查工作台账（{}）", view.city, view.run.as_of);
    book.set_properties(
        &DocProperties::new().set_title(title).set_author(super::TOOL).set_creation_datetime(&made),
    );
    overview(&mut book, view)?;
    scores(&mut book, view)?;
    problems(&mut book, view)?;
    columns(&mut book, view)?;
    links(&mut book, view)?;
    services(&mut book, view)?;
    review(&mut book, view)?;
    if let Some(plan) = &view.plan {
        duties::sheet(&mut book, plan)?;
    }
    Ok(book.save_to_buffer()?)
}

/// The sites that were seen or tried, in the order of the roster.
fn inspected(view: &CityView) -> impl Iterator<Item = &SiteSummary> {
    view.bodies.iter().filter_map(Body::inspected)
}

fn overview(book: &mut Workbook, view: &CityView) -> Result<(), XlsxError> {
    const HEADS: [Head; 2] = [Head::new("项目", 24), Head::new("内容", 70)];
    let totals = &view.totals;
    let mut rows = vec![
        vec![Cell::text("城市"), Cell::text(&view.city)],
        vec![Cell::text("检查日期"), Cell::Day(view.run.as_of)],
        vec![Cell::text("检查依据"), Cell::text(basis(view))],
        vec![Cell::text("名录"), Cell::text(&view.asked.roster)],
        vec![Cell::text("检查状态"), Cell::text(view.run.status.zh())],
        vec![Cell::text("采集开始"), Cell::Moment(view.run.started_at)],
        vec![Cell::text("采集结束"), Cell::Moment(view.run.finished_at)],
        vec![Cell::text("检查批次"), Cell::text(&view.run.id)],
        vec![Cell::text("单位数"), Cell::count(totals.bodies)],
        vec![Cell::text("检查网站数"), Cell::count(totals.checked)],
        vec![Cell::text("合格"), Cell::count(totals.qualified)],
        vec![Cell::text("不合格"), Cell::count(totals.unqualified)],
        vec![Cell::text("待定"), Cell::count(totals.undecided)],
        vec![Cell::text("合格率"), Cell::text(totals.pass_rate())],
        vec![Cell::text("未能检查"), Cell::count(totals.failed)],
        vec![Cell::text("没有独立网站的单位"), Cell::count(totals.without_site)],
        vec![Cell::text("问题数（同一对象只计一处）"), Cell::count(totals.problems)],
        vec![Cell::text("整改期限"), Cell::Day(view.run.deadline().day)],
        vec![Cell::text("期限说明"), Cell::text(view.run.deadline_words())],
        vec![Cell::text("结论"), Cell::text(&view.conclusion)],
    ];
    for class in view.classes() {
        let words = format!(
            "检查{}个：合格{}个，不合格{}个，待定{}个",
            class.checked, class.qualified, class.unqualified, class.undecided
        );
        rows.push(vec![Cell::text(class.words), Cell::text(words)]);
    }
    Sheet { name: "总览", heads: &HEADS, paint: &[], kind: Kind::Facts }.fill(book, rows)?;
    Ok(())
}

fn basis(view: &CityView) -> String {
    view.checklist.as_ref().map(|it| format!("{}（{}）", it.title, it.source)).unwrap_or_default()
}

fn scores(book: &mut Workbook, view: &CityView) -> Result<(), XlsxError> {
    const HEADS: [Head; 14] = [
        Head::new("名次", 6),
        Head::new("网站名称", 34),
        Head::new("主办单位", 22),
        Head::new("类别", 18),
        Head::new("网址", 34),
        Head::new("网站标识码", 14),
        Head::new("检查状态", 12),
        Head::new("结论", 9),
        Head::new("最低得分", 10),
        Head::new("最高得分", 10),
        Head::new("单项否决", 40),
        Head::new("未排除的单项否决", 40),
        Head::new("问题数", 9),
        Head::new("说明", 50),
    ];
    let paint = [
        Paint::equal(7, Outcome::Unqualified.zh(), Colour::Bad),
        Paint::equal(7, Outcome::Undecided.zh(), Colour::Open),
        Paint::equal(7, Outcome::Qualified.zh(), Colour::Good),
    ];
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for ranked in &view.ranking {
        rows.push(score(Some(ranked.place), &ranked.summary));
    }
    for failed in inspected(view).filter(|it| it.status == Status::Failed) {
        rows.push(score(None, failed));
    }
    for body in &view.without_site {
        let mut row = facts(None, &body.site);
        row.push(Cell::text("没有独立网站"));
        row.extend((0..6).map(|_| Cell::Empty));
        row.push(Cell::text(format!("在“{}”上发布", body.parent_name)));
        rows.push(row);
    }
    Sheet { name: "站点得分", heads: &HEADS, paint: &paint, kind: Kind::Table }.fill(book, rows)?;
    Ok(())
}

fn facts(place: Option<usize>, site: &SiteFacts) -> Vec<Cell> {
    vec![
        place.map_or(Cell::Empty, Cell::count),
        Cell::text(&site.name),
        Cell::maybe(site.body.as_deref()),
        Cell::text(site.class_words()),
        site.url.as_ref().map_or(Cell::Empty, |it| Cell::Link(it.as_str().to_owned())),
        Cell::maybe(site.id_code.as_deref()),
    ]
}

fn score(place: Option<usize>, summary: &SiteSummary) -> Vec<Cell> {
    let outcome = &summary.outcome;
    let withheld = outcome.score_withheld.is_some();
    let points = |it: f64| if withheld { Cell::Empty } else { Cell::Number(it) };
    let titles = |list: &[super::view::ClauseRef]| {
        list.iter().map(|it| it.title.as_str()).collect::<Vec<_>>().join("；")
    };
    let mut row = facts(place, &summary.site);
    row.push(Cell::text(summary.status.zh()));
    row.push(Cell::text(outcome.outcome.zh()));
    row.push(points(outcome.score.low.decimal()));
    row.push(points(outcome.score.high.decimal()));
    row.push(Cell::text(titles(&outcome.vetoes)));
    row.push(Cell::text(titles(&outcome.open_vetoes)));
    row.push(if withheld { Cell::Empty } else { Cell::count(summary.problems) });
    row.push(Cell::text(&outcome.conclusion));
    row
}

fn problems(book: &mut Workbook, view: &CityView) -> Result<(), XlsxError> {
    const HEADS: [Head; 12] = [
        Head::new("序号", 6),
        Head::new("网站名称", 30),
        Head::new("指标", 22),
        Head::new("问题描述", 56),
        Head::new("页面地址", 40),
        Head::new("发现时间", 16),
        Head::new("证据编号", 38),
        Head::new("整改期限", 12),
        Head::new("整改情况", 24),
        Head::new("影响", 24),
        Head::new("条款", 9),
        Head::new("问题编号", 18),
    ];
    let deadline = view.run.deadline().day;
    let lines = inspected(view).flat_map(|site| site.ledger.problems.iter().map(move |it| (site, it)));
    let rows = lines.enumerate().map(|(index, (site, line))| {
        let mut row = problem(index, site, line);
        // What a person has not confirmed yet is a proposal: it is given no deadline.
        row.push(if line.to_confirm { Cell::text("待确认") } else { Cell::Day(deadline) });
        row.push(Cell::Empty);
        row.push(Cell::text(&*line.effect_words));
        row.push(Cell::text(&*line.clause));
        row.push(Cell::text(&*line.fingerprint));
        row
    });
    let paint = [Paint::contains(9, "否决", Colour::Bad), Paint::contains(9, "待人工确认", Colour::Open)];
    Sheet { name: "问题清单", heads: &HEADS, paint: &paint, kind: Kind::Table }.fill(book, rows)?;
    Ok(())
}

/// Number, site, row, fact, page, time and evidence: the columns that lists of problems share.
fn problem(index: usize, site: &SiteSummary, line: &ProblemLine) -> Vec<Cell> {
    vec![
        Cell::count(index + 1),
        Cell::text(&site.site.name),
        Cell::text(&*line.title),
        Cell::text(&*line.message),
        Cell::link(line.page.as_ref()),
        line.seen.map_or(Cell::Empty, Cell::Moment),
        Cell::text(&*line.evidence),
    ]
}

fn columns(book: &mut Workbook, view: &CityView) -> Result<(), XlsxError> {
    const HEADS: [Head; 9] = [
        Head::new("网站名称", 30),
        Head::new("栏目名称", 22),
        Head::new("类别", 14),
        Head::new("网址", 40),
        Head::new("最后更新时间", 14),
        Head::new("未更新天数", 11),
        Head::new("期限", 10),
        Head::new("状态", 12),
        Head::new("说明", 40),
    ];
    let paint = [
        Paint::equal(7, ColumnStatus::Stale.zh(), Colour::Bad),
        Paint::equal(7, ColumnStatus::Undated.zh(), Colour::Bad),
        Paint::equal(7, ColumnStatus::Blank.zh(), Colour::Bad),
        Paint::equal(7, ColumnStatus::Undetermined.zh(), Colour::Open),
    ];
    let lines = inspected(view).flat_map(|site| site.ledger.columns.iter().map(move |it| (site, it)));
    let rows = lines.map(|(site, line)| {
        vec![
            Cell::text(&site.site.name),
            Cell::text(&*line.name),
            Cell::text(&line.kind_words),
            Cell::link(Some(&line.url)),
            line.newest.map_or(Cell::Empty, Cell::Day),
            line.days_since.map_or(Cell::Empty, Cell::whole),
            Cell::maybe(line.limit_words.as_deref()),
            Cell::text(line.status.zh()),
            Cell::maybe(line.reason.as_deref()),
        ]
    });
    Sheet { name: "栏目更新", heads: &HEADS, paint: &paint, kind: Kind::Table }.fill(book, rows)?;
    Ok(())
}

fn links(book: &mut Workbook, view: &CityView) -> Result<(), XlsxError> {
    const HEADS: [Head; 11] = [
        Head::new("序号", 6),
        Head::new("网站名称", 30),
        Head::new("链接地址", 46),
        Head::new("类型", 8),
        Head::new("情况", 16),
        Head::new("具体情况", 34),
        Head::new("所在页面", 40),
        Head::new("链接文字", 24),
        Head::new("所在页面数", 11),
        Head::new("核实时间", 16),
        Head::new("证据编号", 38),
    ];
    let paint = [
        Paint::equal(4, LinkStatus::Broken.zh(), Colour::Bad),
        Paint::equal(4, LinkStatus::Flawed.zh(), Colour::Open),
    ];
    let lines = inspected(view).flat_map(|site| site.ledger.links.iter().map(move |it| (site, it)));
    let rows = lines.enumerate().map(|(index, (site, line))| {
        vec![
            Cell::count(index + 1),
            Cell::text(&site.site.name),
            Cell::link(Some(&line.url)),
            Cell::text(&line.role_words),
            Cell::text(line.state.zh()),
            Cell::text(&line.state_words),
            Cell::link(line.page.as_ref()),
            Cell::text(&line.text),
            Cell::count(line.pages),
            line.seen.map_or(Cell::Empty, Cell::Moment),
            Cell::text(&*line.evidence),
        ]
    });
    Sheet { name: "死链", heads: &HEADS, paint: &paint, kind: Kind::Table }.fill(book, rows)?;
    Ok(())
}

fn services(book: &mut Workbook, view: &CityView) -> Result<(), XlsxError> {
    const HEADS: [Head; 9] = [
        Head::new("序号", 6),
        Head::new("网站名称", 30),
        Head::new("指标", 22),
        Head::new("问题描述", 56),
        Head::new("页面地址", 40),
        Head::new("发现时间", 16),
        Head::new("证据编号", 38),
        Head::new("问题类型", 18),
        Head::new("办事事项", 26),
    ];
    let lines = inspected(view).flat_map(|site| site.ledger.services.iter().map(move |it| (site, it)));
    let rows = lines.enumerate().map(|(index, (site, line))| {
        let mut row = problem(index, site, line);
        row.push(Cell::text(line.service_words));
        row.push(Cell::text(&*line.name));
        row
    });
    Sheet { name: "服务问题", heads: &HEADS, paint: &[], kind: Kind::Table }.fill(book, rows)?;
    Ok(())
}

fn review(book: &mut Workbook, view: &CityView) -> Result<(), XlsxError> {
    const ANSWER: u16 = 6;
    const HEADS: [Head; 13] = [
        Head::new("序号", 6),
        Head::new("网站名称", 30),
        Head::new(heading::CLAUSE, 9),
        Head::new("指标", 22),
        Head::new("待核内容", 60),
        Head::new("页面地址", 36),
        Head::new(heading::ANSWER, 13),
        Head::new(heading::REASON, 32),
        Head::new(heading::WHO, 12),
        Head::new(heading::WHEN, 12),
        Head::new(heading::UNTIL, 12),
        Head::new(heading::FINGERPRINT, 18),
        Head::new(heading::SITE, 18),
    ];
    let paint = [
        Paint::equal(ANSWER, Said::Fail.zh(), Colour::Bad),
        Paint::equal(ANSWER, Said::Pass.zh(), Colour::Good),
    ];
    let lines = inspected(view).flat_map(|site| site.ledger.review.iter().map(move |it| (site, it)));
    let rows = lines.enumerate().map(|(index, (site, line))| {
        let ruling = line.ruling.as_ref();
        vec![
            Cell::count(index + 1),
            Cell::text(&site.site.name),
            Cell::text(&line.clause),
            Cell::text(&line.title),
            Cell::text(&line.question),
            Cell::link(line.page.as_ref()),
            Cell::maybe(ruling.map(|it| it.said.zh())),
            Cell::maybe(ruling.map(|it| it.reason.as_str())),
            Cell::maybe(ruling.map(|it| it.who.as_str())),
            ruling.map_or(Cell::Empty, |it| Cell::Day(it.when)),
            ruling.and_then(|it| it.until).map_or(Cell::Empty, Cell::Day),
            Cell::maybe(line.fingerprint.as_deref()),
            Cell::text(&site.site.id),
        ]
    });
    let (sheet, last) =
        Sheet { name: REVIEW, heads: &HEADS, paint: &paint, kind: Kind::Table }.fill(book, rows)?;
    sheet::drop_down(sheet, ANSWER, last, &Said::ALL.map(Said::zh))?;
    Ok(())
}

impl Cell {
    fn link(link: Option<&Link>) -> Self {
        link.map_or(Self::Empty, |it| Self::Link(it.as_str().to_owned()))
    }
}
