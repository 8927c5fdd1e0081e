//! Signs of what a page is for, beside its lists: what its blocks are called, its buttons, and the tools around a text.
//!
//! Each is what a reader goes by where neither breadcrumb nor title says it. They are asked for late, when nothing
//! plainer has decided, and each first asks whether the source has its words at all.

use super::areas::Areas;
use super::dom::{Dom, Id};
use super::links::name_of;
use super::lists::Found;
use super::model::PageKind;
use super::words::Words;

/// What blocks are called on the page of a service hall, of a letter box, of interviews.
const BLOCKS: [(PageKind, &[&str]); 3] = [
    (PageKind::Mailbox, &["信箱", "咨询", "留言", "投诉", "来信", "信件", "建言"]),
    (PageKind::Interview, &["访谈"]),
    (
        PageKind::Service,
        &["行政审批", "行政许可", "审批", "许可", "表格下载", "办事", "常见问题", "服务事项"],
    ),
];

/// The kind that most blocks of a page are named by: 厅长信箱, 业务咨询, 网上投诉 make up a letter box.
pub(super) fn by_blocks(lists: &[Found]) -> Option<PageKind> {
    let names: Vec<&str> = lists.iter().filter_map(|it| it.name.as_deref()).collect();
    if names.len() < 3 {
        return None;
    }
    let fits = |words: &[&str]| names.iter().filter(|it| words.iter().any(|word| it.contains(word))).count();
    BLOCKS.iter().find(|(_, words)| fits(words) * 2 > names.len() && fits(words) >= 3).map(|(kind, _)| *kind)
}

/// Whether a block of this name belongs to a page of this kind.
pub(super) fn is_block_of(kind: PageKind, name: &str) -> bool {
    BLOCKS.iter().any(|(it, words)| *it == kind && words.iter().any(|word| name.contains(word)))
}

/// Whether a text has its tools beside it: 【字体：大 中 小】 is set over a text that is read, and over no list.
///
/// A bar at the top of a page sizes the whole page, so only what stands in the body behind the breadcrumb counts.
pub(super) fn has_reading_tools(dom: &Dom<'_>, areas: &Areas, source: &str) -> bool {
    if !source.contains("字体") && !source.contains("字号") {
        return false;
    }
    let from = areas.breadcrumb.map_or(0, |it| dom.end(it));
    (from..dom.len()).any(|id| {
        let Some(words) = dom.words(id).filter(|it| it.contains("字体") || it.contains("字号")) else {
            return false;
        };
        let line = if words.contains('小') { words.to_owned() } else { dom.text(dom.parent(id)) };
        line.contains('小') && line.contains('大') && line.chars().count() <= 80 && areas.is_main(dom, id)
    })
}

/// Whether a page shows leaders: posts and duties under labels, of several persons or of one.
pub(super) fn shows_leaders(dom: &Dom<'_>) -> bool {
    const DUTIES: [&str; 7] =
        ["我的职责", "工作职责", "工作分工", "分管工作", "负责工作", "个人简历", "工作简历"];
    let is_label = |words: &str| {
        let words = words.trim().trim_start_matches(['【', '[']);
        DUTIES
            .iter()
            .any(|it| words.strip_prefix(it).is_some_and(|rest| rest.starts_with(['：', ':', '】', ']'])))
    };
    dom.spoken(0).filter(|(_, it)| is_label(it)).take(2).count() == 2
}

/// Whether a text is signed by a leader, with post and name on a line of their own: the greeting of a front page.
pub(super) fn is_greeting(dom: &Dom<'_>) -> bool {
    const POSTS: [&str; 9] = ["书记", "市长", "县长", "区长", "厅长", "局长", "处长", "主任", "主席"];
    dom.fragments(0).any(|(_, text)| {
        let mut words = text.split_whitespace().rev();
        let (Some(name), Some(post)) = (words.next(), words.next()) else { return false };
        (2..=4).contains(&name.chars().count())
            && text.chars().count() <= 40
            && name.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
            && POSTS.iter().any(|it| post.ends_with(it))
    })
}

/// Whether a list has a button to write above it: 我要留言, 我要咨询.
pub(super) fn asks_for_letters(dom: &Dom<'_>, areas: &Areas, list: &Found) -> bool {
    const BUTTONS: [&str; 8] =
        ["我要写信", "我要留言", "我要咨询", "我要投诉", "我要提问", "我要来信", "我要建议", "我要寄信"];
    let Some(from) = areas.breadcrumb.map(|it| dom.end(it)) else { return false };
    dom.links_between(from, list.element).any(|it| BUTTONS.contains(&name_of(dom, it)))
}

/// Whether a page is the form of a letter box: its subject, its text, and who writes.
pub(super) fn takes_letters(dom: &Dom<'_>, areas: &Areas, source: &str) -> bool {
    const LETTERS: [&str; 7] = ["信箱", "信件", "来信", "写信", "留言", "咨询", "投诉"];
    /// In characters; what a field is called is short.
    const LONGEST: usize = 12;
    if !LETTERS.iter().any(|it| source.contains(it))
        || !dom.tagged(0, "textarea").any(|it| areas.is_main(dom, it))
    {
        return false;
    }
    let (mut subject, mut text, mut writer) = (false, false, false);
    for (id, name) in dom.fragments(0) {
        let name: String =
            name.chars().filter(|c| !c.is_whitespace() && !":：*".contains(*c)).take(LONGEST + 1).collect();
        if name.chars().count() > LONGEST || !areas.is_main(dom, id) {
            continue;
        }
        // Who asks for information to be disclosed says which.
        if name.starts_with("所需") {
            return false;
        }
        let ends = |words: &[&str]| words.iter().any(|it| name.ends_with(it));
        subject |= ends(&["主题", "标题", "题目"]);
        text |= ends(&["内容"]);
        writer |= ends(&["姓名", "电话", "手机", "手机号", "手机号码", "写信人", "来信人", "联系人"]);
    }
    subject && text && writer
}

/// Whether a page says how many results a search has found.
pub(super) fn counts_results(dom: &Dom<'_>, source: &str) -> bool {
    static FOUND: Words = Words::of(&["找到", "搜索到", "检索到", "查询到"]);
    if !FOUND.are_in(source) {
        return false;
    }
    dom.fragments(0).any(|(_, text)| {
        FOUND.are_in(text)
            && text.chars().any(|c| c.is_ascii_digit())
            && text.contains(['篇', '条', '个', '项'])
            && ["检索", "搜索", "查询", "结果"].iter().any(|it| text.contains(it))
            && text.chars().count() <= 60
    })
}

/// Whether a page is a poll: a button to cast a vote, and no more than a few links beside it.
pub(super) fn takes_votes(dom: &Dom<'_>, areas: &Areas, source: &str) -> bool {
    const VOTES: [&str; 5] = ["投票", "我要投票", "提交问卷", "提交答卷", "提交投票"];
    let Some(from) = areas.breadcrumb.map(|it| dom.end(it)) else { return false };
    if !VOTES.iter().any(|it| source.contains(it)) {
        return false;
    }
    let is_vote = |it: Id| dom.attr(it, "value").is_some_and(|it| VOTES.contains(&it.trim()));
    let is_other = |it: &Id| !name_of(dom, *it).is_empty() && areas.is_main(dom, *it);
    dom.tagged(0, "input").any(is_vote)
        && dom.links_between(from, dom.len()).filter(is_other).take(4).count() < 4
}

/// Whether a front page without news offers services: 个人办事, 法人办事, 办件查询.
pub(super) fn offers_services(dom: &Dom<'_>) -> bool {
    const SERVICES: [&str; 12] = [
        "个人办事",
        "法人办事",
        "个人服务",
        "法人服务",
        "许可事项",
        "服务事项",
        "办件查询",
        "进度查询",
        "办事指南",
        "部门事项",
        "行政审批",
        "行政许可",
    ];
    let shown = |service: &&&str| dom.links_between(0, dom.len()).any(|id| name_of(dom, id) == **service);
    SERVICES.iter().filter(shown).take(3).count() == 3
}

/// Whether every row has the same title and leads nowhere: what a template shows until a script fills it.
pub(super) fn are_placeholders(list: &Found) -> bool {
    let Some(first) = list.rows.first() else { return false };
    list.rows.len() >= 2 && list.rows.iter().all(|it| it.title == first.title && it.target.len() < 2)
}

/// Characters of the longest running text: paragraphs in one box, links left out.
pub(super) fn longest_text(dom: &Dom<'_>) -> usize {
    let is_part = |it: Id| {
        matches!(
            dom.tag(it),
            "p" | "span" | "font" | "b" | "strong" | "em" | "i" | "u" | "section" | "center"
        )
    };
    let (mut best, mut current, mut length) = (0, 0, 0);
    for (id, text) in dom.fragments(0) {
        let Some(block) = dom.ancestors(id).find(|it| !is_part(*it)).filter(|it| dom.tag(*it) != "a") else {
            continue;
        };
        if block != current {
            (current, length) = (block, 0);
        }
        length += text.chars().count();
        best = best.max(length);
    }
    best
}

/// Whether a page has many headings: an introduction in several parts, with pictures and addresses, is no one text.
pub(super) fn is_in_parts(dom: &Dom<'_>, areas: &Areas) -> bool {
    let is_heading = |it: &Id| matches!(dom.tag(*it), "h2" | "h3") && dom.text_length(*it) > 0;
    dom.all().filter(|it| is_heading(it) && areas.is_main(dom, *it)).take(6).count() == 6
}
