//! For a comment on a pull request, or a job's summary; zh-CN.

use std::fmt::Write as _;

use crate::base::printable;
use crate::compare::{Defect, Level, Note, Origin, SiteChanges, State};
use crate::score::Score;

use super::{ChangesView, live};

pub(super) fn render(view: &ChangesView<'_>) -> String {
    let comparison = view.comparison;
    let mut out = String::new();
    let errors = view.alarms_of(Level::Error);
    let verdict = if errors > 0 {
        format!("未通过：{errors}项变差")
    } else {
        "通过：没有变差".to_owned()
    };
    let _ = writeln!(out, "## 政府网站检查对比 — {verdict}\n");
    let _ = writeln!(out, "基准：{}；本次：{}。\n", origin(&comparison.base), origin(&comparison.head));
    for it in &comparison.notes {
        let _ = writeln!(out, "> 注意：{}\n", note(it));
    }
    let totals = comparison.totals;
    let _ = writeln!(out, "| 网站 | 已整改 | 新增 | 再次出现 | 未变 | 此次无法判定 | 现已查明 | 条款有变 |");
    let _ = writeln!(out, "|--:|--:|--:|--:|--:|--:|--:|--:|");
    let _ = writeln!(
        out,
        "| {} | {} | {} | {} | {} | {} | {} | {} |\n",
        totals.sites,
        totals.fixed,
        totals.new,
        totals.reopened,
        totals.unchanged,
        totals.unseen,
        totals.surfaced,
        totals.moved
    );
    for (sites, words) in [(&comparison.added, "新列入检查"), (&comparison.removed, "不再列入检查")]
    {
        if !sites.is_empty() {
            let names: Vec<_> = sites.iter().map(|it| escape(&it.name)).collect();
            let _ = writeln!(out, "{words}：{}。\n", names.join("、"));
        }
    }
    if !view.alarms.is_empty() {
        let _ = writeln!(out, "### 须处理\n");
        for alarm in view.alarms {
            let sign = if alarm.level == Level::Error { "❌" } else { "⚠️" };
            let clause = alarm.clause.as_deref().map(|it| format!(" {}", escape(it))).unwrap_or_default();
            let _ = writeln!(
                out,
                "- {sign} **{}** {}{clause}：{}{}",
                alarm.trigger.zh(),
                escape(&alarm.site),
                escape(&alarm.message),
                link(alarm.page.as_deref())
            );
        }
        out.push('\n');
    }
    for site in &comparison.sites {
        of_site(&mut out, site);
    }
    out
}

fn of_site(out: &mut String, site: &SiteChanges) {
    let _ = writeln!(out, "### {}\n", escape(&site.name));
    let mut facts = Vec::new();
    if let Some((from, to)) = site.outcome {
        facts.push(format!("结论 {} → {}", from.zh(), to.zh()));
    }
    if let Some((from, to)) = site.score {
        facts.push(format!("得分 {} → {}", score(from), score(to)));
    }
    if site.seen.is_some() {
        facts.push("检查的完整程度有变".to_owned());
    }
    facts.push(format!("未变 {} 处", site.unchanged));
    let _ = writeln!(out, "{}。\n", facts.join("；"));
    for defect in &site.defects {
        let _ = writeln!(out, "- {}", of_defect(defect));
    }
    for row in &site.rows {
        let waived = if row.waived { "（已豁免）" } else { "" };
        let _ = writeln!(
            out,
            "- {} {}：{} → {}{waived}",
            escape(&row.clause),
            escape(&row.title),
            row.from.zh(),
            row.to.zh()
        );
    }
    for column in &site.aged {
        let state = if column.expired { "已超期" } else { "临近期限" };
        let _ = writeln!(
            out,
            "- {state}：“{}”已{}天未更新（期限{}天）",
            escape(&column.name),
            column.to_days,
            column.limit_days
        );
    }
    out.push('\n');
}

fn of_defect(defect: &Defect) -> String {
    let sign = match defect.state {
        State::New | State::Reopened => "🔴",
        State::Surfaced | State::Unseen | State::Moved => "🟡",
        State::Fixed => "🟢",
    };
    let clauses: Vec<_> = defect.clauses.iter().map(|it| escape(&it.clause)).collect();
    let words = format!("{}（{}）", escape(&defect.message), clauses.join("、"));
    let words = if defect.is_waived() { format!("~~{words}~~（已豁免）") } else { words };
    format!("{sign} **{}** {words}{}", defect.state.zh(), link(Some(&defect.page)))
}

fn link(page: Option<&str>) -> String {
    let Some(page) = page.and_then(live) else { return String::new() };
    // What could end the address early, or begin another construct, is written as a program would send it.
    let mut url = String::new();
    for c in page.chars() {
        match c {
            '<' | '>' | '(' | ')' | '[' | ']' | '\\' | '|' | '`' | '"' => {
                let _ = write!(url, "%{:02X}", u32::from(c));
            }
            c if c.is_whitespace() || c.is_control() => url.push_str("%20"),
            c => url.push(c),
        }
    }
    format!(" [查看]({url})")
}

/// Text as Markdown shows it: one line, nothing in it is mark-up, a mention or HTML.
fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in printable(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // GitHub and GitLab tell people, issues and groups that stand in a comment.
            '@' => out.push_str("&#64;"),
            '#' => out.push_str("&#35;"),
            '!' | '`' | '*' | '_' | '[' | ']' | '(' | ')' | '\\' | '|' | '~' | '{' | '}' | '$' => {
                out.push('\\');
                out.push(c);
            }
            // `://` would become a live link to wherever the text leads.
            ':' => out.push_str("&#58;"),
            c => out.push(c),
        }
    }
    out
}

fn origin(origin: &Origin) -> String {
    let day = origin.as_of.map(|it| format!("（{it}）")).unwrap_or_default();
    format!("{}{day}", escape(&origin.run))
}

fn score(score: Score) -> String {
    if score.low == score.high { score.low.to_string() } else { format!("{}—{}", score.low, score.high) }
}

fn note(note: &Note) -> String {
    match note {
        Note::Version { base, head } => {
            format!("基准由{}版判定，本次由{}版判定。", escape(base), escape(head))
        }
        Note::Checklist { site, base, head } => format!(
            "{}的基准按{}判定，本次按{}判定；问题按对象比较，条款和得分不作比较。",
            escape(site),
            escape(base),
            escape(head)
        ),
        Note::Backwards { base, head } => format!("本次（{head}）早于基准（{base}），请核对先后。"),
        Note::NoReport { site } => format!("{}缺少report.json，只比较了结论和得分。", escape(site)),
    }
}

#[cfg(test)]
mod tests {
    use super::{escape, link};

    #[test]
    fn a_title_is_text_and_nothing_else() {
        assert_eq!(escape("a\n# b <img> @all [x](y)"), "a &#35; b &lt;img&gt; &#64;all \\[x\\]\\(y\\)");
        assert_eq!(escape("\n::error::x"), "&#58;&#58;error&#58;&#58;x");
        assert_eq!(link(Some("javascript:alert(1)")), "");
        assert_eq!(link(Some("http://a.example/(b) c")), " [查看](http://a.example/%28b%29%20c)");
    }
}
