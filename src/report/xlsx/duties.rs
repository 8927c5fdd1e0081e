//! 政务公开台账: body × duty, as the office works through it.

use rust_xlsxwriter::{Workbook, XlsxError};

use crate::base::Day;
use crate::report::view::{DutyState, DutyView, EvidenceView, PlanView};

use super::sheet::{Cell, Colour, Head, Kind, Paint, Sheet};

/// Every row that a body owes by a plan. Rows that do not arise for it are left out; bodies that only the plan names
/// stand at the end, so that nobody is forgotten.
pub(super) fn sheet(book: &mut Workbook, plan: &PlanView) -> Result<(), XlsxError> {
    const STATE: u16 = 6;
    const HEADS: [Head; 15] = [
        Head::new("序号", 6),
        Head::new("责任单位", 20),
        Head::new("公开事项", 24),
        Head::new("文件要求", 44),
        Head::new("责任", 8),
        Head::new("公开位置", 18),
        Head::new("完成情况", 11),
        Head::new("应公开日期", 12),
        Head::new("下次应公开日期", 14),
        Head::new("核查说明", 40),
        Head::new("页面地址", 28),
        Head::new("证据编号", 20),
        Head::new("落实情况", 20),
        Head::new("章节", 18),
        Head::new("条款", 18),
    ];
    let paint = [
        Paint::equal(STATE, DutyState::Overdue.zh(), Colour::Bad),
        Paint::equal(STATE, DutyState::Missing.zh(), Colour::Bad),
        Paint::equal(STATE, DutyState::Open.zh(), Colour::Open),
        Paint::equal(STATE, DutyState::Done.zh(), Colour::Good),
    ];
    let owed = plan.bodies.iter().flat_map(|body| body.rows.iter().map(move |duty| (body, duty)));
    let owed = owed.filter(|(_, duty)| duty.state != DutyState::NotApplicable);
    let mut rows: Vec<Vec<Cell>> =
        owed.enumerate().map(|(index, (body, duty))| duty_row(index, &body.body, duty)).collect();
    for body in &plan.absent {
        let mut row = vec![Cell::count(rows.len() + 1), Cell::text(&body.name)];
        row.extend((2..9).map(|_| Cell::Empty));
        let why = if body.outside { "，其网站不属于政府网站名录" } else { "" };
        row.push(Cell::text(format!("文件点名、检查名录中没有的单位{why}；承担{}项，没有查找", body.owes)));
        row.extend((10..HEADS.len()).map(|_| Cell::Empty));
        rows.push(row);
    }
    Sheet { name: "政务公开台账", heads: &HEADS, paint: &paint, kind: Kind::Table }.fill(book, rows)?;
    Ok(())
}

fn duty_row(index: usize, body: &str, duty: &DutyView) -> Vec<Cell> {
    let row = &duty.row;
    let day = |day: Option<Day>| day.map_or(Cell::Empty, Cell::Day);
    // What was found first, then why there is no answer, then what the answer rests on or what a person should look at.
    let found = row.findings.first().or(row.remarks.first());
    let seen = found.or(row.shown.first());
    let what = found.map(|it| it.message.as_str()).or(row.reason.as_deref());
    let what = what.or(seen.map(|it| it.message.as_str()));
    let evidence = seen.and_then(|it| it.evidence.last());
    vec![
        Cell::count(index + 1),
        Cell::text(body),
        Cell::text(&row.title),
        Cell::text(&row.text),
        Cell::text(duty.role.zh()),
        Cell::text(match &duty.seen_on {
            Some((_, name)) => format!("{}（在“{name}”查找）", duty.portal_words),
            None => duty.portal_words.clone(),
        }),
        Cell::text(duty.state.zh()),
        day(duty.due),
        day(duty.next_due),
        Cell::maybe(what),
        seen.map_or(Cell::Empty, |it| Cell::Link(it.page.as_str().to_owned())),
        Cell::maybe(evidence.map(EvidenceView::number).as_deref()),
        Cell::Empty,
        Cell::text(&row.section),
        Cell::text(&row.clause),
    ]
}
