//! The views as Markdown, for mail, issue trackers and notes.
//!
//! Text of a website is escaped: in Markdown almost any sign can be markup, and some readers run HTML inside it.

use std::fmt::Write as _;

use crate::base::Address;
use crate::compare::Recheck;
use crate::score::Outcome;

use super::view::{CityView, EarlierView, RowView, SiteView, Verdict, readable};
use super::{RenderError, Words};

/// How many findings of a row are listed; the page has them all.
const LISTED: usize = 20;

/// `summary.md`
#[expect(clippy::unnecessary_wraps, reason = "the table of formats has one signature")]
pub(super) fn city(view: &CityView, _: &Words) -> Result<Vec<u8>, RenderError> {
    let mut out = format!("# {}政府网站检查汇总\n\n", escape(&view.city));
    line(&mut out, &format!("检查日期：{}。{}", view.run.as_of, escape(&view.conclusion)));
    line(&mut out, &format!("合格率：{}。", view.totals.pass_rate()));
    out.push_str(
        "## 各网站结果\n\n| 名次 | 网站 | 结论 | 得分 | 单项否决 | 问题 |\n|---:|---|---|---:|---|---:|\n",
    );
    for ranked in &view.ranking {
        let (site, outcome) = (&ranked.summary, &ranked.summary.outcome);
        let vetoes: Vec<_> = outcome.vetoes.iter().map(|it| escape(&it.title)).collect();
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            ranked.place,
            escape(&site.site.name),
            outcome.outcome.zh(),
            outcome.score_words,
            vetoes.join("；"),
            site.problems
        );
    }
    out.push('\n');
    if let Some(earlier) = &view.earlier {
        since(&mut out, view, earlier);
    }
    if !view.problems.is_empty() {
        out.push_str("## 主要问题\n\n| 指标 | 影响 | 网站 | 问题 | 未能判定 |\n|---|---|---:|---:|---:|\n");
        for it in &view.problems {
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} |",
                escape(&it.title),
                escape(&it.effect_words),
                it.sites.len(),
                it.findings,
                it.undetermined
            );
        }
        out.push('\n');
    }
    if !view.failed.is_empty() {
        out.push_str("## 未能检查的网站\n\n");
        for it in &view.failed {
            let _ = writeln!(out, "- {}：{}", escape(&it.site.name), escape(&it.reason));
        }
        out.push('\n');
    }
    line(
        &mut out,
        "待定的网站不是不合格的网站：程序未能读出的内容既不作通过，也不作不通过，须由人核对后定论。",
    );
    Ok(out.into_bytes())
}

fn since(out: &mut String, view: &CityView, earlier: &EarlierView) {
    out.push_str("## 与上次检查对比\n\n");
    line(out, &escape(&view.rechecks().sentence(earlier)));
    out.push_str(
        "| 网站 | 上次结论 | 本次结论 | 上次得分 | 本次得分 | 变化 | 已整改 | 未整改 | 未能复查 | 新发现 |\n\
         |---|---|---|---:|---:|---|---:|---:|---:|---:|\n",
    );
    for (site, since) in view.since() {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            escape(&site.site.name),
            since.outcome.map_or("—", Outcome::zh),
            site.outcome.outcome.zh(),
            since.score_words,
            site.outcome.score_words,
            since.turn.zh(),
            since.count(Recheck::Mended),
            since.count(Recheck::Stands),
            since.count(Recheck::Unseen),
            since.new.len()
        );
    }
    out.push('\n');
}

/// `report.md`
#[expect(clippy::unnecessary_wraps, reason = "the table of formats has one signature")]
pub(super) fn site(view: &SiteView, _: &Words) -> Result<Vec<u8>, RenderError> {
    let mut out = format!("# {} 检查报告\n\n", escape(&view.site.name));
    line(&mut out, &format!("检查日期：{}；依据：{}。", view.run.as_of, escape(&view.checklist.source)));
    line(&mut out, &format!("**{}**", escape(&view.outcome.conclusion)));
    if !view.mend_first.is_empty() {
        out.push_str("## 先改什么\n\n");
        for (number, mend) in (1..).zip(&view.mend_first) {
            let _ = writeln!(
                out,
                "{number}. {}（{}）。{}。",
                escape(&mend.title),
                escape(&mend.effect_words),
                escape(&mend.advice)
            );
        }
        out.push('\n');
    }
    out.push_str("## 逐项结果\n\n| 条款 | 指标 | 结果 | 问题 | 扣分 |\n|---|---|---|---:|---|\n");
    for row in &view.rows {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            escape(&row.clause),
            escape(&row.title),
            result(row),
            row.findings.len(),
            escape(&row.deduction_words)
        );
    }
    out.push('\n');
    for row in view.rows.iter().filter(|it| !it.findings.is_empty()) {
        findings(&mut out, row);
    }
    Ok(out.into_bytes())
}

fn result(row: &RowView) -> String {
    let confirm = if row.to_confirm { "（待人工确认）" } else { "" };
    let reason = match row.verdict {
        Verdict::Undetermined | Verdict::NotApplicable => row.reason.as_deref(),
        Verdict::Pass | Verdict::Fail | Verdict::Manual => None,
    };
    let why = reason.map(|it| format!("：{}", escape(it))).unwrap_or_default();
    format!("{}{confirm}{why}", row.verdict.zh())
}

fn findings(out: &mut String, row: &RowView) {
    let _ = writeln!(out, "### {} {}\n", escape(&row.clause), escape(&row.title));
    for finding in row.findings.iter().take(LISTED) {
        let message = escape(&finding.message);
        let message = match &finding.waived {
            Some(waived) => format!("~~{message}~~（{}）", escape(&waived.words())),
            None => message,
        };
        let _ = writeln!(out, "- {message} {}", link(&finding.page));
    }
    if row.findings.len() > LISTED {
        let _ = writeln!(out, "- 其余{}处从略", row.findings.len() - LISTED);
    }
    out.push('\n');
}

fn line(out: &mut String, text: &str) {
    let _ = writeln!(out, "{text}\n");
}

/// A live link whose target cannot end it: `<`, `>`, blanks and brackets are encoded by [`Address`] or here.
fn link(address: &Address) -> String {
    let target = address.as_str().replace('<', "%3C").replace('>', "%3E").replace(' ', "%20");
    format!("[{}](<{target}>)", escape(&readable(address)))
}

/// Text with nothing in it that Markdown, or HTML within it, could take for markup.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' | '$' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{escape, link};

    #[test]
    fn markup_of_any_kind_stays_text() {
        assert_eq!(escape("<b>[x](javascript:1)|*"), "&lt;b&gt;\\[x\\](javascript:1)\\|\\*");
        let address = "http://a.example/x)[y](z".parse().unwrap();
        assert!(link(&address).ends_with("](<http://a.example/x)[y](z>)"), "{}", link(&address));
    }
}
