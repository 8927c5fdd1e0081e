//! The city's lists as CSV: UTF-8 with a mark, so that Excel reads Chinese, and no cell that Excel would calculate.

use std::io::Write;

use csv::{ErrorKind, QuoteStyle, Terminator, WriterBuilder};

use crate::base::{Address, Moment};

use super::RenderError;
use super::view::{Body, CityView, Link, SiteSummary, Status};

/// A column of a table: its heading, and what stands there.
pub(super) type Field = (&'static str, &'static str);

/// Every table with its columns, for the data dictionary.
pub(super) const TABLES: [(&str, &[Field]); 4] = [
    ("csv/sites.csv", &SITES),
    ("csv/problems.csv", &PROBLEMS),
    ("csv/columns.csv", &COLUMNS),
    ("csv/links.csv", &LINKS),
];

const SITES: [Field; 15] = [
    ("名次", "按结论、单项否决和得分排序；未能检查的网站没有名次"),
    ("网站编号", "名录中的 id"),
    ("网站名称", "名录中的名称"),
    ("主办单位", "名录中的单位"),
    ("类别", "网站类别"),
    ("网址", "首页地址"),
    ("网站标识码", "名录中的标识码"),
    ("检查状态", "已完成、未全部完成、未能检查、没有独立网站"),
    ("结论", "合格、不合格、待定"),
    ("最低得分", "未知的都按最坏计；未能检查的为空"),
    ("最高得分", "未知的都按最好计；未能检查的为空"),
    ("单项否决", "已触发的条款，以分号分隔"),
    ("未排除的单项否决", "未能排除的条款，以分号分隔"),
    ("问题数", "同一对象只计一处"),
    ("说明", "结论全文，或没有独立网站时的发布处"),
];

const PROBLEMS: [Field; 14] = [
    ("序号", "从1起"),
    ("网站编号", "名录中的 id"),
    ("网站名称", "名录中的名称"),
    ("条款", "检查表中的编号"),
    ("指标", "检查表中的指标名称"),
    ("影响", "单项否决、扣分或建议；待人工确认的有注明"),
    ("问题对象", "栏目、链接、页面等的名称"),
    ("问题描述", "一句话的事实"),
    ("页面地址", "可以看到问题的页面"),
    ("发现时间", "抓取时间，北京时间"),
    ("证据编号", "归档记录的编号（WARC-Record-ID）"),
    ("证据位置", "归档文件和偏移，在该网站的文件夹中"),
    ("整改期限", "检查日次日起第10个工作日；待人工确认的写“待确认”"),
    ("问题编号", "同一问题每次检查都相同"),
];

const COLUMNS: [Field; 10] = [
    ("网站编号", "名录中的 id"),
    ("网站名称", "名录中的名称"),
    ("栏目名称", "网站上的名称"),
    ("类别", "动态要闻、通知公告等；未确定的有注明"),
    ("网址", "栏目首页"),
    ("最后更新时间", "已知的最新日期"),
    ("未更新天数", "从最后更新到检查日的天数"),
    ("期限", "规定的更新期限"),
    ("状态", "超期、未注明时间、空白、无法判定、正常、不适用"),
    ("说明", "没有明确状态时的原因"),
];

const LINKS: [Field; 12] = [
    ("序号", "从1起"),
    ("网站编号", "名录中的 id"),
    ("网站名称", "名录中的名称"),
    ("链接地址", "目标地址；同一地址只列一次"),
    ("类型", "链接、附件、图片等"),
    ("情况", "打不开、能打开但有问题、拒绝程序访问"),
    ("具体情况", "同上，具体说明"),
    ("在首页", "是或否"),
    ("所在页面", "第一个所在页面"),
    ("所在页面数", "该链接出现在多少个页面上"),
    ("核实时间", "最后一次核实，北京时间"),
    ("证据编号", "最后一次核实的归档记录编号"),
];

/// `csv/sites.csv`: every body of the roster, in order of the ranking.
pub(super) fn sites(view: &CityView, out: &mut dyn Write) -> Result<(), RenderError> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for ranked in &view.ranking {
        rows.push(site(ranked.place.to_string(), &ranked.summary));
    }
    for failed in inspected(view).filter(|it| it.status == Status::Failed) {
        rows.push(site(String::new(), failed));
    }
    for body in &view.without_site {
        let facts = &body.site;
        let mut row = vec![
            String::new(),
            facts.id.clone(),
            text(&facts.name),
            text(facts.body.as_deref().unwrap_or_default()),
            facts.class_words().to_owned(),
            address(facts.url.as_ref()),
            text(facts.id_code.as_deref().unwrap_or_default()),
            "没有独立网站".to_owned(),
        ];
        row.resize(SITES.len() - 1, String::new());
        row.push(text(&format!("在“{}”上发布", body.parent_name)));
        rows.push(row);
    }
    table(out, &SITES, rows)
}

fn site(place: String, summary: &SiteSummary) -> Vec<String> {
    let (facts, outcome) = (&summary.site, &summary.outcome);
    let withheld = outcome.score_withheld.is_some();
    let unless_withheld = |text: String| if withheld { String::new() } else { text };
    let clauses = |list: &[super::view::ClauseRef]| {
        list.iter().map(|it| it.clause.as_str()).collect::<Vec<_>>().join(";")
    };
    vec![
        place,
        facts.id.clone(),
        text(&facts.name),
        text(facts.body.as_deref().unwrap_or_default()),
        facts.class_words().to_owned(),
        address(facts.url.as_ref()),
        text(facts.id_code.as_deref().unwrap_or_default()),
        summary.status.zh().to_owned(),
        outcome.outcome.zh().to_owned(),
        unless_withheld(outcome.score.low.to_string()),
        unless_withheld(outcome.score.high.to_string()),
        clauses(&outcome.vetoes),
        clauses(&outcome.open_vetoes),
        unless_withheld(summary.problems.to_string()),
        text(&outcome.conclusion),
    ]
}

/// `csv/problems.csv`: every finding of a row that fails.
pub(super) fn problems(view: &CityView, out: &mut dyn Write) -> Result<(), RenderError> {
    let deadline = view.run.deadline().day.to_string();
    let lines = inspected(view).flat_map(|site| site.ledger.problems.iter().map(move |it| (site, it)));
    let rows = lines.enumerate().map(|(index, (site, line))| {
        vec![
            (index + 1).to_string(),
            site.site.id.clone(),
            text(&site.site.name),
            text(&line.clause),
            text(&line.title),
            text(&line.effect_words),
            text(&line.name),
            text(&line.message),
            link(line.page.as_ref()),
            at(line.seen),
            line.evidence.to_string(),
            line.place_words(),
            if line.to_confirm { "待确认".to_owned() } else { deadline.clone() },
            line.fingerprint.to_string(),
        ]
    });
    table(out, &PROBLEMS, rows)
}

/// `csv/columns.csv`: every column known.
pub(super) fn columns(view: &CityView, out: &mut dyn Write) -> Result<(), RenderError> {
    let lines = inspected(view).flat_map(|site| site.ledger.columns.iter().map(move |it| (site, it)));
    let rows = lines.map(|(site, line)| {
        vec![
            site.site.id.clone(),
            text(&site.site.name),
            text(&line.name),
            text(&line.kind_words),
            link(Some(&line.url)),
            line.newest.map(|it| it.to_string()).unwrap_or_default(),
            line.days_since.map(|it| it.to_string()).unwrap_or_default(),
            text(line.limit_words.as_deref().unwrap_or_default()),
            line.status.zh().to_owned(),
            text(line.reason.as_deref().unwrap_or_default()),
        ]
    });
    table(out, &COLUMNS, rows)
}

/// `csv/links.csv`: every link that needs a look.
pub(super) fn links(view: &CityView, out: &mut dyn Write) -> Result<(), RenderError> {
    let lines = inspected(view).flat_map(|site| site.ledger.links.iter().map(move |it| (site, it)));
    let rows = lines.enumerate().map(|(index, (site, line))| {
        vec![
            (index + 1).to_string(),
            site.site.id.clone(),
            text(&site.site.name),
            link(Some(&line.url)),
            line.role_words.clone(),
            line.state.zh().to_owned(),
            text(&line.state_words),
            if line.on_home { "是" } else { "否" }.to_owned(),
            link(line.page.as_ref()),
            line.pages.to_string(),
            at(line.seen),
            line.evidence.clone(),
        ]
    });
    table(out, &LINKS, rows)
}

fn inspected(view: &CityView) -> impl Iterator<Item = &SiteSummary> {
    view.bodies.iter().filter_map(Body::inspected)
}

/// Headings and rows, after the mark by which Excel knows UTF-8.
pub(super) fn table(
    out: &mut dyn Write,
    fields: &[Field],
    rows: impl IntoIterator<Item = Vec<String>>,
) -> Result<(), RenderError> {
    out.write_all("\u{feff}".as_bytes())?;
    let mut writer =
        WriterBuilder::new().quote_style(QuoteStyle::Necessary).terminator(Terminator::CRLF).from_writer(out);
    writer.write_record(fields.iter().map(|(head, _)| head)).map_err(wrong)?;
    for row in rows {
        writer.write_record(row).map_err(wrong)?;
    }
    Ok(writer.flush()?)
}

fn wrong(error: csv::Error) -> RenderError {
    match error.into_kind() {
        ErrorKind::Io(error) => RenderError::Io(error),
        other => RenderError::Csv(format!("{other:?}")),
    }
}

/// Text that a spreadsheet would take for a formula gets an apostrophe before it, and stays text.
pub(super) fn text(text: &str) -> String {
    let shown = text.trim_start();
    if shown.starts_with(['=', '+', '-', '@', '|', '＝', '＋', '－', '＠']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// An address begins with http, so no spreadsheet takes it for a formula.
fn address(address: Option<&Address>) -> String {
    address.map(ToString::to_string).unwrap_or_default()
}

fn link(link: Option<&Link>) -> String {
    link.map(|it| it.as_str().to_owned()).unwrap_or_default()
}

/// `2017-12-15 09:30`
fn at(moment: Option<Moment>) -> String {
    let text = moment.map(|it| it.to_string()).unwrap_or_default();
    text.chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::{table, text};

    #[test]
    fn a_formula_stays_text() {
        for formula in ["=HYPERLINK(\"http://a\")", "+1", "-1+2", "@SUM(A1)", " =1", "＝1"] {
            assert_eq!(text(formula), format!("'{formula}"));
        }
        assert_eq!(text("通知=公告"), "通知=公告");
    }

    #[test]
    fn excel_knows_it_as_utf_8_and_cells_keep_their_commas() {
        let mut bytes = Vec::new();
        let row = vec!["a,\"b\"".to_owned(), "二\n行".to_owned()];
        table(&mut bytes, &[("甲", ""), ("乙", "")], [row]).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), "\u{feff}甲,乙\r\n\"a,\"\"b\"\"\",\"二\n行\"\r\n");
    }
}
