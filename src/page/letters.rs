//! Letters from the public, on a letter box or on a page of their own.
//!
//! A date counts as that of the letter or of the answer only when a label, a column head or the place of question
//! and answer says so. A letter is unanswered only when the page says so.

use std::sync::LazyLock;

use super::areas::Areas;
use super::dates::{self, Reading};
use super::dom::{Dom, Id};
use super::fields;
use super::links::resolve;
use super::lists::Found;
use super::model::{Answered, DateSource, Dated, Letter};
use super::pattern::{Pattern, compile};
use super::rows;
use super::words::Words;
use crate::base::{Address, squeeze};

/// What a label or a column of a letter says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Title,
    Content,
    Received,
    Accepted,
    Replied,
    Reply,
    Status,
    Department,
}

static NOT_ANSWERED: Pattern = LazyLock::new(|| {
    compile(
        r"未答复|未回复|未办结|未处理|未办理|未受理|未阅|待答复|待回复|待办理|待处理|待受理|待审核|办理中|处理中|受理中|答复中|暂无回复|暂无答复|暂未回复|尚未回复|尚未答复|等待回复|转办中|正在办理|正在处理|^受理$|^已受理$|已转办|已交办",
    )
});
static ANSWERED: Pattern = LazyLock::new(|| {
    compile(
        r"已办结|已答复|已回复|已处理|已办理|答复完毕|办理完毕|处理完毕|已解决|回复完毕|已反馈|^办结$|^答复$|^回复$|^已办$",
    )
});
static PLACE: Pattern = LazyLock::new(|| {
    compile(r"信箱|意见箱|来信|信件|留言|咨询|投诉|问答|写信|民声|百姓|热线|问政|建言|诉求|建议|政民互动")
});

/// In characters; what a part of a letter is called is no longer.
const LONGEST_NAME: usize = 9;

/// One of these stands in the name of every part of a letter.
static PARTS: Words = Words::of(&[
    "回复", "答复", "办结", "处理", "办理", "反馈", "状态", "进度", "受理", "承办", "责任", "部门", "单位",
    "时间", "日期", "标题", "主题", "题目", "内容", "问题",
]);

fn part_of(label: &str) -> Option<Part> {
    // 未回复 and 已办结 are what a status says and name nothing.
    if label.chars().count() > LONGEST_NAME
        || label.starts_with(['未', '已', '待', '暂', '无'])
        || !PARTS.are_in(label)
    {
        return None;
    }
    let ends = |words: &[&str]| words.iter().any(|it| label.ends_with(it));
    let has = |words: &[&str]| words.iter().any(|it| label.contains(it));
    if has(&["回复", "答复", "办结", "处理", "办理", "反馈"]) {
        if ends(&["状态", "情况", "进度"]) {
            return Some(Part::Status);
        }
        if ends(&["时间", "日期"]) {
            return Some(Part::Replied);
        }
        if ends(&["单位", "部门", "机构", "机关"]) {
            return Some(Part::Department);
        }
        if ends(&["内容", "结果", "意见", "回复", "答复"]) || label == "反馈" {
            return Some(Part::Reply);
        }
        return None;
    }
    if ends(&["状态", "进度"]) {
        return Some(Part::Status);
    }
    if has(&["受理", "承办", "责任"]) && ends(&["单位", "部门", "机构"])
        || matches!(label, "部门" | "单位" | "受理人")
    {
        return Some(Part::Department);
    }
    if has(&["受理"]) && ends(&["时间", "日期"]) {
        return Some(Part::Accepted);
    }
    if ends(&["时间", "日期"])
        && (has(&[
            "来信", "写信", "提交", "留言", "咨询", "发表", "提问", "投诉", "反映", "建议", "发信", "信件",
        ]) || label == "时间"
            || label == "日期")
    {
        return Some(Part::Received);
    }
    if ends(&["标题", "主题", "题目"]) {
        return Some(Part::Title);
    }
    if matches!(
        label,
        "来信内容"
            | "咨询内容"
            | "留言内容"
            | "信件内容"
            | "问题内容"
            | "投诉内容"
            | "内容"
            | "问题描述"
            | "诉求内容"
            | "反映内容"
            | "建议内容"
            | "咨询问题"
            | "写信内容"
    ) {
        return Some(Part::Content);
    }
    None
}

/// Reads the letters of a page. `place` is what the page calls itself: breadcrumb, title and column.
pub(super) fn read(
    dom: &Dom<'_>,
    areas: &Areas,
    base: &Address,
    place: &str,
    lists: &[Found],
) -> Vec<Letter> {
    if let Some(letter) = own_page(dom, areas, base, place) {
        return vec![letter];
    }
    let is_for_letters = PLACE.is_match(place);
    let mut letters = Vec::new();
    for table in dom.tagged(0, "table").filter(|it| areas.is_main(dom, *it)) {
        letters.extend(of_table(dom, table, base, is_for_letters));
    }
    if letters.is_empty() && is_for_letters {
        letters = lists.iter().flat_map(|list| of_list(dom, list, base)).collect();
    }
    letters
}

fn own_page(dom: &Dom<'_>, areas: &Areas, base: &Address, place: &str) -> Option<Letter> {
    let found = fields::find(dom, areas, &|label| part_of(label).is_some());
    // A row of labels without values is the head of a table.
    let of = |part: Part| found.iter().find(|it| part_of(&it.label) == Some(part));
    let all = |part: Part| found.iter().filter(|it| part_of(&it.label) == Some(part)).count();
    if all(Part::Title) > 2 || all(Part::Content) > 2 {
        return None;
    }
    let (title, content) = (of(Part::Title), of(Part::Content));
    let answer = of(Part::Reply).or_else(|| of(Part::Status)).or_else(|| of(Part::Replied));
    answer?;
    // A label in brackets of an article is not enough: a letter has its text, or its title on a page for letters.
    if content.is_none_or(|it| !it.is_filled()) || title.is_none() && !PLACE.is_match(place) {
        return None;
    }
    let date = |part: Part| {
        let reading = of(part).and_then(|it| first_day(&it.value));
        reading.map_or(Dated::Absent, |it| it.dated(DateSource::Label))
    };
    let received = match date(Part::Received) {
        Dated::Absent => date(Part::Accepted),
        date => date,
    };
    let said = of(Part::Status).map(|it| status(&it.value));
    let replied = of(Part::Reply).is_some_and(|it| it.is_filled() && !NOT_ANSWERED.is_match(&it.value));
    let follows = of(Part::Reply).is_some_and(|it| !it.is_filled() && text_follows(dom, it.at));
    let answered = match said {
        Some(Answered::Yes | Answered::No) => said.unwrap_or(Answered::Unsaid),
        _ if replied || follows => Answered::Yes,
        _ => Answered::Unsaid,
    };
    let title = title
        .filter(|it| it.is_filled())
        .map(|it| it.value.clone())
        .or_else(|| content.map(|it| it.value.chars().take(60).collect()))?;
    let department =
        of(Part::Department).filter(|it| it.is_filled()).map(|it| it.value.chars().take(60).collect());
    Some(Letter {
        title,
        address: Some(base.clone()),
        received,
        replied: date(Part::Replied),
        answered,
        department,
    })
}

/// The text of an answer may stand in the box after the empty one beside its label.
fn text_follows(dom: &Dom<'_>, at: Id) -> bool {
    let Some(line) = dom.ancestors(at).find(|it| matches!(dom.tag(*it), "div" | "tr" | "p" | "li" | "dt"))
    else {
        return false;
    };
    let parent = dom.parent(line);
    dom.child_elements(parent).find(|it| *it >= dom.end(line)).is_some_and(|it| dom.text_length(it) >= 10)
}

fn first_day(text: &str) -> Option<Reading> {
    let text = squeeze(text);
    dates::whole(&text).or_else(|| {
        let start: String = text.chars().take(24).collect();
        start.split([' ', '　']).find_map(dates::whole)
    })
}

fn status(text: &str) -> Answered {
    let text: String =
        text.chars().filter(|c| !c.is_whitespace() && !"[]【】()（）".contains(*c)).take(20).collect();
    if NOT_ANSWERED.is_match(&text) {
        Answered::No
    } else if ANSWERED.is_match(&text) {
        Answered::Yes
    } else {
        Answered::Unsaid
    }
}

/// A table whose head names the parts of letters.
fn of_table(dom: &Dom<'_>, table: Id, base: &Address, is_for_letters: bool) -> Vec<Letter> {
    // The last row of a table of letters may hold the table of its pager, and a table of the layout holds all of them.
    let is_own = |row: &Id| dom.ancestors(*row).find(|it| dom.tag(*it) == "table") == Some(table);
    let rows: Vec<Id> = dom.tagged(table, "tr").filter(is_own).collect();
    let named_by = |row: Id| -> Vec<Option<Part>> {
        let name = |it: &Id| (dom.text_length(*it) <= LONGEST_NAME).then(|| dom.text(*it).replace(' ', ""));
        cells(dom, row).iter().map(|it| part_of(&name(it)?)).collect()
    };
    let Some((head, columns, titles)) = rows.iter().take(3).enumerate().find_map(|(at, row)| {
        let columns = named_by(*row);
        let named = |part: Part| columns.contains(&Some(part));
        let handled = named(Part::Status) || named(Part::Department) || named(Part::Replied);
        if named(Part::Title) && handled {
            return Some((at, columns, Part::Title));
        }
        // On a page for letters what a column 内容 shows in short leads to the letter. Tables of tasks have such columns
        // too, and a task under way is no letter that nobody has answered.
        if !is_for_letters {
            return None;
        }
        let content = columns.iter().position(|it| *it == Some(Part::Content))?;
        let first = cells(dom, *rows.get(at + 1)?).get(content).copied()?;
        (named(Part::Status) && dom.anchors(first) > 0).then_some((at, columns, Part::Content))
    }) else {
        return Vec::new();
    };
    let mut letters = Vec::new();
    for row in &rows[head + 1..] {
        let cells = cells(dom, *row);
        let cell = |part: Part| {
            columns.iter().position(|it| *it == Some(part)).and_then(|at| cells.get(at)).copied()
        };
        let Some(title) = cell(titles) else { continue };
        let link = dom.tagged(title, "a").next();
        let whole = dom.text(title);
        let shown = rows::without_bullet(&whole);
        let text = link
            .and_then(|it| dom.attr(it, "title"))
            .map(squeeze)
            .filter(|it| it.chars().count() >= shown.chars().count())
            .unwrap_or_else(|| shown.to_owned());
        if text.is_empty() || cells.len() + 1 < columns.len() {
            continue;
        }
        let date = |part: Part| {
            cell(part)
                .and_then(|it| first_day(&dom.text(it)))
                .map_or(Dated::Absent, |it| it.dated(DateSource::Text))
        };
        let received = match date(Part::Received) {
            Dated::Absent => date(Part::Accepted),
            date => date,
        };
        let replied = date(Part::Replied);
        let said = cell(Part::Status).map_or(Answered::Unsaid, |it| status(&dom.text(it)));
        let answered = if said == Answered::Unsaid && matches!(replied, Dated::Printed { .. }) {
            Answered::Yes
        } else {
            said
        };
        letters.push(Letter {
            title: text,
            address: link.and_then(|it| resolve(base, dom.attr(it, "href")?)),
            received,
            replied,
            answered,
            department: cell(Part::Department).map(|it| dom.text(it)).filter(|it| !it.is_empty()),
        });
    }
    letters
}

fn cells(dom: &Dom<'_>, row: Id) -> Vec<Id> {
    dom.child_elements(row).filter(|it| matches!(dom.tag(*it), "td" | "th")).collect()
}

/// Rows of a list on a page for letters that say how far each letter is, or show question and answer.
fn of_list(dom: &Dom<'_>, list: &Found, base: &Address) -> Vec<Letter> {
    let mut letters = Vec::new();
    for row in &list.rows {
        let texts: Vec<&str> = dom.fragments_between(row.from, row.to).map(|(_, text)| text).collect();
        let said = texts
            .iter()
            .filter(|it| it.chars().count() <= 10)
            .map(|it| status(it))
            .find(|it| *it != Answered::Unsaid);
        let whole = texts.join(" ");
        let labelled = |words: &[&str]| {
            words.iter().find_map(|word| {
                let (_, rest) = whole.split_once(word)?;
                let rest = rest.trim_start_matches([' ', ':', '：', '日', '期', '时', '间']);
                first_day(rest).filter(Reading::is_sound)
            })
        };
        let received =
            labelled(&["来信时间", "来信日期", "写信时间", "提交时间", "留言时间", "咨询时间", "提问时间"]);
        let replied = labelled(&["回复时间", "答复时间", "办结时间", "回复日期", "答复日期", "处理时间"]);
        let days: Vec<&Reading> = row.days.iter().map(|(_, it)| it).filter(|it| it.is_sound()).collect();
        // Question and answer in one row, each with its day, and no link to anything more.
        let pair = said.is_none()
            && received.is_none()
            && replied.is_none()
            && row.href.is_empty()
            && days.len() == 2;
        if said.is_none() && received.is_none() && replied.is_none() && !pair {
            continue;
        }
        let dated = |it: Option<Reading>| it.map_or(Dated::Absent, |it| it.dated(DateSource::Text));
        let only = (days.len() == 1 && said == Some(Answered::No)).then(|| days[0].clone());
        letters.push(Letter {
            title: row.title.clone(),
            address: resolve(base, &row.target),
            received: dated(if pair { Some(days[0].clone()) } else { received.or(only) }),
            replied: dated(if pair { Some(days[1].clone()) } else { replied.clone() }),
            answered: said.unwrap_or(if pair || replied.is_some() {
                Answered::Yes
            } else {
                Answered::Unsaid
            }),
            department: None,
        });
    }
    letters
}

#[cfg(test)]
mod tests {
    use crate::page::{Answered, Letter, PageKind, Source, read};

    fn letters(body: &str) -> (PageKind, Vec<Letter>) {
        let page = format!(
            "<title>县长信箱</title><body><div>当前位置：<a href=/>首页</a> &gt; 县长信箱</div>{body}"
        );
        let address = "http://a.example/xzxx/1.html".parse().unwrap();
        let page = read(&Source { address: &address, content_type: None, body: page.as_bytes() });
        (page.kind, page.letters)
    }

    fn day(date: &crate::page::Dated) -> Option<String> {
        date.day().map(|it| it.to_string())
    }

    #[test]
    fn a_table_of_letters_is_read_by_its_head() {
        let (kind, letters) = letters(
            "<table><tr><th>信件主题</th><th>办理部门</th><th>来信时间</th><th>回复时间</th><th>状态</th></tr>\
             <tr><td><a href=l1.html>关于道路</a></td><td>交通局</td><td>2017-06-01</td><td>2017-06-05</td><td>已办结</td></tr>\
             <tr><td><a href=l2.html>关于供水</a></td><td>住建局</td><td>2017-03-01</td><td></td><td>未回复</td></tr></table>",
        );
        assert_eq!((kind, letters.len()), (PageKind::Mailbox, 2));
        assert_eq!(
            (day(&letters[0].received).as_deref(), day(&letters[0].replied).as_deref()),
            (Some("2017-06-01"), Some("2017-06-05"))
        );
        assert_eq!((letters[0].answered, letters[1].answered), (Answered::Yes, Answered::No));
        assert_eq!(letters[1].department.as_deref(), Some("住建局"));
        assert_eq!(letters[1].replied, crate::page::Dated::Absent);
    }

    #[test]
    fn a_letter_without_an_answer_says_so() {
        let (kind, letters) = letters(
            "<table><tr><td>来信标题：</td><td>关于道路</td></tr><tr><td>来信内容：</td><td>请问何时修好</td></tr>\
             <tr><td>来信时间：</td><td>2017-06-01 10:20:30</td><td>答复状态：</td><td>未回复</td></tr>\
             <tr><td>答复内容：</td><td></td></tr></table>",
        );
        assert_eq!((kind, letters.len()), (PageKind::Letter, 1));
        assert_eq!((letters[0].title.as_str(), letters[0].answered), ("关于道路", Answered::No));
        assert_eq!(day(&letters[0].received).as_deref(), Some("2017-06-01"));
    }

    #[test]
    fn an_answer_that_stands_there_is_an_answer() {
        let (_, letters) = letters(
            "<p>信件标题：关于道路</p><p>信件内容：请问何时修好</p><p>来信时间：2017-06-01</p><p>回复单位：交通局</p>\
             <p>回复时间：2017-06-09</p><p>回复内容：您好，已列入计划。</p>",
        );
        assert_eq!(letters.len(), 1);
        assert_eq!(
            (letters[0].answered, day(&letters[0].replied).as_deref()),
            (Answered::Yes, Some("2017-06-09"))
        );
        assert_eq!(letters[0].department.as_deref(), Some("交通局"));
    }

    #[test]
    fn status_words_in_rows_are_read_and_silence_is_not_a_no() {
        let (kind, letters) = letters(
            "<ul><li><a href=1.html>关于某村道路问题的来信</a><span>2017-06-01</span><em>[未回复]</em></li>\
             <li><a href=2.html>关于某镇供水问题的来信</a><span>2017-06-02</span><em>[已回复]</em></li></ul>",
        );
        assert_eq!(kind, PageKind::Mailbox);
        assert_eq!(letters.iter().map(|it| it.answered).collect::<Vec<_>>(), [Answered::No, Answered::Yes]);
        // A lone date is that of the letter only where there can be no other.
        assert_eq!(day(&letters[0].received).as_deref(), Some("2017-06-01"));
        assert_eq!(day(&letters[1].received), None);
    }

    #[test]
    fn a_column_of_notices_has_no_letters() {
        let (_, letters) =
            letters("<ul><li><a href=1.html>关于公布信箱的通知</a><span>2017-06-01</span></li></ul>");
        assert_eq!(letters, []);
    }
}
