//! What kind of page it is, from what was read of it.

use std::sync::LazyLock;

use memchr::memmem;

use super::areas::Areas;
use super::breadcrumb;
use super::dom::Dom;
use super::lists::Found;
use super::model::{Article, DateSource, Dated, Guide, Labels, Letter, PageKind, ScriptSign};
use super::pattern::{Pattern, compile};
use super::signs;
use crate::base::Address;

/// What was read of a page before its kind is known.
#[derive(Debug)]
pub(super) struct Read<'r> {
    pub(super) text: &'r str,
    pub(super) areas: &'r Areas,
    pub(super) title: &'r str,
    pub(super) address: &'r Address,
    pub(super) labels: &'r Labels,
    pub(super) breadcrumb: &'r [String],
    /// What the main list of a page in a column is headed by, else the first heading; empty on a front page.
    pub(super) heading: &'r str,
    pub(super) lists: &'r [Found],
    pub(super) main: Option<usize>,
    pub(super) has_pager: bool,
    pub(super) article: Option<&'r Article>,
    pub(super) letters: &'r [Letter],
    pub(super) guide: Option<&'r Guide>,
    pub(super) by_script: Option<ScriptSign>,
    /// Characters of text outside navigation and foot.
    pub(super) text_length: usize,
}

static ERROR: Pattern = LazyLock::new(|| {
    compile(
        r"(?i)栏目不存在|页面不存在|网页不存在|页面未找到|文件不存在|您访问的页面|访问的页面不存在|信息不存在|文章不存在|404\s*(?:not found|错误|-)|not found|403 forbidden|forbidden|access denied|internal server error|service unavailable|bad gateway|gateway time-?out|服务器错误|运行时错误|server error|系统错误|系统繁忙|拒绝访问|禁止访问|访问被拒绝|网站维护|错误提示|无权访问|数据库连接|已删除或不存在|参数错误|出错了",
    )
});
static CHALLENGE: Pattern = LazyLock::new(|| {
    compile(
        r"(?i)\$_ts(?-u:\b)|__jsl_clearance|document\.cookie\s*=\s*\('_'\)|arg1='[0-9A-F]{20,}|acw_sc__v2|HOY_TR|__tst_status|wzws_sessionid|wzws_|_waf_|cf-browser-verification|challenge-platform|人机验证|安全验证|滑动验证|请完成验证|jsjiami|__yunsuo|yunsuo_session|security_session_verify",
    )
});

/// Decides, most telling sign first.
pub(super) fn decide(dom: &Dom<'_>, read: &Read<'_>) -> PageKind {
    if is_challenge(read) {
        return PageKind::Challenge;
    }
    if read.text_length < 400 && !ERROR.is_match(read.title) && is_splash(dom, read) {
        return PageKind::Splash;
    }
    if is_error(dom, read) {
        return PageKind::Error;
    }
    let has_main = read.main.is_some();
    if matches!(read.by_script, Some(ScriptSign::EmptyRoot | ScriptSign::Template))
        && read.main.is_none_or(|it| read.lists[it].dated() == 0 || signs::are_placeholders(&read.lists[it]))
        && read.text_length < 1_500
    {
        return PageKind::Shell;
    }
    if read.guide.is_some() {
        return PageKind::Guide;
    }
    let has = |word: &str| memmem::find(read.text.as_bytes(), word.as_bytes()).is_some();
    let place = read.breadcrumb.last().map_or("", String::as_str);
    let named = |words: &[&str]| {
        words.iter().any(|it| place.contains(it) || read.title.starts_with(it) || read.heading.contains(it))
    };
    let within = |words: &[&str]| {
        read.breadcrumb.iter().rev().take(2).any(|part| words.iter().any(|it| part.contains(it)))
    };
    let is_home = read.breadcrumb.is_empty() && read.labels.get("columnname").is_none();
    let is_front = is_home && read.labels.get("articletitle").is_none();
    let by_blocks = if is_front { signs::by_blocks(read.lists) } else { None };
    if is_front && read.lists.len() >= 5 && part_of_site(read).is_none() && by_blocks.is_none() {
        return PageKind::Other;
    }
    if !read.letters.is_empty() {
        let own = read.letters.len() == 1 && read.letters[0].address.as_ref() == Some(read.address);
        return if own { PageKind::Letter } else { PageKind::Mailbox };
    }
    let labelled = read.labels.get("articletitle").is_some();
    let told = breadcrumb::OVER_ANY_TEXT.contains(&place);
    if read.article.is_some() && told && !read.has_pager {
        return PageKind::Article;
    }
    let noted = read.article.is_some_and(|it| {
        matches!(it.date, Dated::Printed { source: DateSource::Label, .. })
            || it.source.is_some()
            || signs::has_reading_tools(dom, read.areas, read.text)
    });
    if read.article.is_some() && (labelled || noted && !read.has_pager && !is_dated_list(read)) {
        return PageKind::Article;
    }
    if let Some(kind) = part_of_site(read)
        .filter(|it| is_front || *it == PageKind::Catalogue && is_portal(read))
        .or(by_blocks)
    {
        return kind;
    }
    if signs::shows_leaders(dom) && !is_dated_list(read) {
        return PageKind::Leader;
    }
    if read.lists.is_empty() && signs::takes_votes(dom, read.areas, read.text) {
        return PageKind::Survey;
    }
    if named(&[
        "领导之窗",
        "领导信息",
        "领导班子",
        "区领导",
        "县领导",
        "市领导",
        "局领导",
        "领导介绍",
        "市长之窗",
    ]) && !is_dated_list(read)
    {
        return PageKind::Leader;
    }
    if named(&["在线访谈", "访谈"]) || within(&["在线访谈"]) {
        return PageKind::Interview;
    }
    if named(&["民意征集", "调查征集", "网上调查", "意见征集", "征集调查", "问卷调查"])
    {
        return PageKind::Survey;
    }
    let is_undated = read.lists.iter().all(|it| it.dated() == 0);
    if named(&[
        "信箱",
        "意见箱",
        "咨询",
        "写信",
        "留言",
        "投诉",
        "信件查询",
        "信件列表",
        "公开信件",
        "来信选登",
    ]) || is_undated && signs::takes_letters(dom, read.areas, read.text)
    {
        return PageKind::Mailbox;
    }
    if named(&["搜索", "检索结果", "查询结果"]) {
        return PageKind::Search;
    }
    if named(&["办事服务", "网上办事", "办事大厅", "在线服务", "政务服务"]) && !dominant(read)
    {
        return PageKind::Service;
    }
    if is_front && read.lists.iter().all(|it| it.dated() == 0) && signs::offers_services(dom) {
        return PageKind::Service;
    }
    if has_main && signs::counts_results(dom, read.text) {
        return PageKind::Search;
    }
    if read.main.is_some_and(|it| signs::asks_for_letters(dom, read.areas, &read.lists[it])) {
        return PageKind::Mailbox;
    }
    let is_directory = matches!(read.title, "信息公开目录" | "政府信息公开目录");
    if has_main && !is_home && (is_directory || has("索引号")) {
        return PageKind::Catalogue;
    }
    if has_main && dominant(read) && !(is_home && read.lists.len() > 3) {
        return PageKind::List;
    }
    // 信息公开指南 and the like are texts about disclosure, and so is a page without a list under 申请流程.
    let about = ["指南", "制度", "规定", "年报", "报告", "说明", "申请", "流程"];
    let is_about = about.iter().any(|it| read.heading.ends_with(it));
    if about.iter().any(|it| place.ends_with(it)) && !has_main && read.text_length >= 40 {
        return PageKind::Article;
    }
    if named(&["信息公开目录", "网站地图", "政府信息公开", "政务公开", "信息公开"])
        && !(is_about && read.article.is_some())
        || read.address.path().contains("xxgkml")
        || part_of_site(read) == Some(PageKind::Catalogue) && read.lists.is_empty()
    {
        return PageKind::Catalogue;
    }
    let listed = read.main.is_some_and(|it| {
        let list = &read.lists[it];
        let titled = |title: &str| title.chars().count() >= 8 && !title.starts_with("http");
        list.dated() > 0
            || read.has_pager
            || list.rows.len() >= 3 && !is_beside_text(read, list)
            || list.rows.len() == 2 && list.rows.iter().all(|it| titled(&it.title))
    });
    if listed && !is_home {
        return PageKind::List;
    }
    if is_front && read.lists.is_empty() && read.text_length > 300 && signs::is_greeting(dom) {
        return PageKind::Leader;
    }
    // One long text in a column, with links beside it.
    if !is_home && read.text_length > 600 && signs::longest_text(dom) * 2 > read.text_length {
        return PageKind::Article;
    }
    if is_home || read.lists.len() > 2 {
        return PageKind::Other;
    }
    // A header that is loaded does not make the rest a shell, unless there is no rest.
    let emptiest = if read.by_script == Some(ScriptSign::LoadedPart) { 40 } else { 200 };
    if read.by_script.is_some() && read.text_length < emptiest {
        return PageKind::Shell;
    }
    if read.article.is_some() && read.text_length > 200 && !signs::is_in_parts(dom, read.areas) {
        return PageKind::Article;
    }
    if listed { PageKind::List } else { PageKind::Other }
}

/// What a part of a site with a title of its own is: its disclosure, or its services.
fn part_of_site(read: &Read<'_>) -> Option<PageKind> {
    let own = read.title.split(['_', '-', '|', '–', '—']).next().unwrap_or_default().trim();
    let ends = |words: &[&str]| words.iter().any(|it| own.ends_with(it));
    if ends(&["信息公开", "信息公开网", "信息公开平台", "信息公开目录", "信息公开专栏", "信息公开专网"])
    {
        return Some(PageKind::Catalogue);
    }
    ends(&["政务服务网", "网上办事大厅", "政务服务平台", "网上办事服务大厅", "行政服务中心", "网上服务大厅"])
        .then_some(PageKind::Service)
}

/// Whether the page is the first one of a part of the site, though it says in which column it stands: no way leads to
/// it from elsewhere, and it shows several columns.
fn is_portal(read: &Read<'_>) -> bool {
    read.breadcrumb.is_empty()
        && read.labels.get("articletitle").is_none()
        && read.lists.iter().filter(|it| it.dated() > 0 && it.name.is_some()).count() >= 2
}

/// Whether one list is most of what the page lists.
fn dominant(read: &Read<'_>) -> bool {
    let Some(main) = read.main else { return false };
    let rows = read.lists[main].rows.len();
    let dated = read.lists[main].dated() > 0;
    // Beside a list with dates, menus and link boxes do not count.
    let all: usize = read.lists.iter().filter(|it| !dated || it.dated() > 0).map(|it| it.rows.len()).sum();
    rows * 2 > all
        && (rows >= 3 || dated)
        && (dated || read.has_pager || rows >= 5 && !is_beside_text(read, &read.lists[main]))
}

/// Whether a list is small against the text of the page: links beside 单位简介 or 机构职能.
fn is_beside_text(read: &Read<'_>, list: &Found) -> bool {
    let titles: usize = list.rows.iter().map(|it| it.title.chars().count()).sum();
    list.dated() == 0 && read.text_length > 600 && titles * 6 < read.text_length
}

/// Whether a list with dates is most of the page: beside a text stand menus without any.
fn is_dated_list(read: &Read<'_>) -> bool {
    dominant(read) && read.main.is_some_and(|it| read.lists[it].dated() > 0)
}

fn is_challenge(read: &Read<'_>) -> bool {
    read.text_length < 150 && CHALLENGE.is_match(read.text)
}

fn is_error(dom: &Dom<'_>, read: &Read<'_>) -> bool {
    let short = read.text_length < 300 && read.lists.is_empty();
    let says = ERROR.is_match(read.title) && read.text_length < 1_000
        || short && read.text.len() <= 20_000 && ERROR.is_match(&dom.text(0));
    says || read.by_script.is_none()
        && read.text_length == 0
        && read.title.is_empty()
        && !read.text.contains("<frame")
        && read.text.len() < 400
}

fn is_splash(dom: &Dom<'_>, read: &Read<'_>) -> bool {
    let refresh = dom.tagged(0, "meta").any(|it| {
        dom.attr(it, "http-equiv").is_some_and(|it| it.eq_ignore_ascii_case("refresh"))
            && dom.attr(it, "content").is_some_and(|it| it.to_ascii_lowercase().contains("url"))
    });
    let frames = dom.tagged(0, "frameset").next().is_some();
    let leads = read.text.contains("location.href")
        || read.text.contains("window.location")
        || read.text.contains("location.replace");
    let few =
        dom.links_between(0, dom.len()).take(7).count() < 7 && read.lists.iter().all(|it| it.dated() == 0);
    refresh
        || frames
        || few
            && (leads && read.text_length < 60
                || read.text.contains("进入网站")
                || read.text.contains("进入首页")
                || read.text.contains("点击进入"))
}
