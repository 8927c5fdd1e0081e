//! Whether a page has the make of a list and lists nothing (有栏目无内容), seen with every doubt in its favour.
//!
//! Only the part between the breadcrumb (or the navigation) and the foot is looked at. Anything there that could be
//! content, or could bring content later, keeps the page from being called blank.

use std::sync::LazyLock;

use regex::Regex;

use super::areas::Areas;
use super::dom::{Dom, Id};
use super::pattern::{Pattern, compile};
use super::words::Words;
use crate::base::squeeze;

static LIST_MARKS: Words = Words::of(&["list", "liebiao", "lb"]);

/// How a page without rows looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Emptiness {
    /// There is something, or nothing can be said.
    Unsure,
    /// The make of a list, and nothing in it.
    Blank,
    /// A place that a script may fill.
    Awaiting,
}

/// Characters that may be left over, a stray word or a date, before the rest counts as content.
const STRAY: usize = 12;

/// What a pager says, and what an empty list says of itself.
static PAGER: Pattern = LazyLock::new(|| {
    compile(
        r"共\s*[0-9]+\s*(?:条|页|篇)(?:记录|信息)?|[0-9]+\s*/\s*[0-9]+\s*页?|第\s*[0-9]+\s*页|每页\s*[0-9]*\s*条?|当前页?|首\s*页|上一?页|下一?页|前一?页|后一?页|尾\s*页|末\s*页|页次|页码|转到|跳转|GO|条记录|发布时间|发布日期|标题|序号|日期",
    )
});
static NOTHING: Pattern = LazyLock::new(|| {
    compile(
        r"(?:对不起[,，]?)?(?:本栏目|该栏目|当前栏目|此栏目)?(?:暂无|暂时没有|没有找到|没有查到|没有|无)(?:任何|相关|符合条件的|您要的)?(?:信息|内容|数据|记录|文章|结果)|栏目?(?:正在)?(?:建设|更新|维护)中|内容(?:正在)?更新中|敬请期待|暂无",
    )
});
static NO_ROWS: Pattern = LazyLock::new(|| compile(r"共\s*0\s*(?:条|篇)"));

/// Scripts that count or decorate and bring no content.
const HARMLESS: [&str; 12] = [
    "jiucuo",
    "conac",
    "hm.baidu",
    "_hmt",
    "cnzz",
    "51.la",
    "bdstat",
    "bdimg.share",
    "visitcount",
    "click(function",
    "addfavorite",
    "sethome",
];

/// Looks at a page from which no row, letter, guide or article was read. `own_names` are what it calls itself.
pub(super) fn look(dom: &Dom<'_>, areas: &Areas, own_names: &[String]) -> Emptiness {
    let Some((from, to)) = region(dom, areas) else { return Emptiness::Unsure };
    let elements: Vec<Id> = (from..to).filter(|id| dom.is_element(*id)).collect();
    let has = |names: &[&str]| elements.iter().any(|id| names.contains(&dom.tag(*id)));
    if has(&["img", "video", "audio", "object", "embed", "textarea", "select", "iframe", "frame", "article"])
    {
        return Emptiness::Unsure;
    }
    let text: Vec<String> =
        (from..to).filter_map(|id| dom.words(id)).map(squeeze).filter(|it| !it.is_empty()).collect();
    let rest: String =
        text.iter().filter(|it| !own_names.iter().any(|name| bare(name) == bare(it))).cloned().collect();
    let says_so = NOTHING.is_match(&rest) || NO_ROWS.is_match(&rest);
    let rest = without(&PAGER, &without(&NOTHING, &rest));
    if rest.chars().filter(|c| c.is_alphanumeric()).count() > STRAY {
        return Emptiness::Unsure;
    }
    let links_on = elements.iter().any(|id| dom.tag(*id) == "a" && leads_on(dom, *id, own_names));
    if links_on {
        return Emptiness::Unsure;
    }
    let containers: Vec<Id> = elements.iter().copied().filter(|id| is_empty_container(dom, *id)).collect();
    if containers.is_empty() && !says_so {
        return Emptiness::Unsure;
    }
    let scripted = elements.iter().any(|id| dom.tag(*id) == "script" && may_fill(dom, *id));
    let addressed = containers.iter().any(|id| dom.attr(*id, "id").is_some());
    if scripted || addressed && dom.tagged(0, "script").any(|id| may_fill(dom, id)) {
        return Emptiness::Awaiting;
    }
    Emptiness::Blank
}

/// From behind the breadcrumb, else the navigation, to the foot.
fn region(dom: &Dom<'_>, areas: &Areas) -> Option<(Id, Id)> {
    let head = areas.breadcrumb.or_else(|| areas.navigation.iter().copied().max_by_key(|id| dom.end(*id)))?;
    let from = dom.end(head);
    let to = areas.footer.iter().copied().filter(|id| *id >= from).min().unwrap_or(dom.len());
    (from < to).then_some((from, to))
}

fn is_empty_container(dom: &Dom<'_>, id: Id) -> bool {
    let lists = matches!(dom.tag(id), "ul" | "ol" | "dl" | "tbody" | "table")
        || dom.tag(id) == "div" && dom.is_marked(id, &LIST_MARKS);
    lists && dom.text_length(id) == 0 && dom.anchors(id) == 0
}

/// Whether a link is more than the pager, a script's button or the page's own name.
fn leads_on(dom: &Dom<'_>, id: Id, own_names: &[String]) -> bool {
    let href = dom.attr(id, "href").unwrap_or_default().trim();
    if href.is_empty() || href.starts_with('#') || href.to_ascii_lowercase().starts_with("javascript:") {
        return false;
    }
    let text: String = dom.within(id).filter_map(|it| dom.words(it)).collect();
    let is_own = own_names.iter().any(|name| bare(name) == bare(&text));
    !is_own
        && without(&PAGER, &text).chars().any(char::is_alphanumeric)
        && !text.trim().chars().all(|c| c.is_ascii_digit())
}

fn may_fill(dom: &Dom<'_>, script: Id) -> bool {
    let source = dom.attr(script, "src").unwrap_or_default().to_ascii_lowercase();
    let code = dom.code(script).to_ascii_lowercase();
    if source.is_empty() && code.trim().is_empty() {
        return false;
    }
    !HARMLESS.iter().any(|it| source.contains(it) || code.contains(it))
}

fn without(pattern: &Regex, text: &str) -> String {
    pattern.replace_all(text, "").into_owned()
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use crate::page::{Page, PageKind, ScriptSign, Source, read};

    fn page(body: &str) -> Page {
        let address = "http://a.example/zwgk/ghjh/".parse().unwrap();
        let html = format!(
            "<title>规划计划-甲县人民政府</title><div class=nav><ul><li><a href=/>首页</a><li><a href=/xw/>新闻中心</a>\
             <li><a href=/zwgk/>政务公开</a><li><a href=/hd/>互动交流</a></ul></div>\
             <div class=position>当前位置：<a href=/>首页</a> &gt; <a href=/zwgk/>政务公开</a> &gt; 规划计划</div>{body}\
             <div class=footer>主办：甲县人民政府　网站标识码：5306020001</div>"
        );
        read(&Source { address: &address, content_type: None, body: html.as_bytes() })
    }

    /// Blank as the dossier asks: a main list, and nothing in it.
    fn is_blank(body: &str) -> bool {
        let page = page(body);
        page.by_script.is_none() && page.lists.iter().any(|list| list.is_main && list.items.is_empty())
    }

    #[test]
    fn a_list_without_rows_is_blank() {
        assert!(is_blank("<h2>规划计划</h2><ul class=list></ul>"));
        assert!(is_blank(
            "<div class=right><div class=list><ul></ul><p>暂无信息</p><div>共0条 1/1</div></div></div>"
        ));
        assert!(is_blank("<table><tbody></tbody></table><div>首页 上一页 下一页 尾页</div>"));
        assert_eq!(page("<ul class=list></ul>").kind, PageKind::List);
    }

    #[test]
    fn whatever_could_be_content_keeps_a_page_from_being_blank() {
        for body in [
            "<ul class=list></ul><p>甲县国民经济和社会发展第十三个五年规划纲要</p>",
            "<ul class=list></ul><img src=plan.jpg>",
            "<ul class=list></ul><a href=plan.pdf>规划文本</a>",
            "<ul></ul><form><textarea name=a></textarea></form>",
            "<h2>规划计划</h2>",
        ] {
            assert!(!is_blank(body), "{body}");
        }
    }

    #[test]
    fn a_place_that_a_script_may_fill_is_not_blank() {
        for body in [
            "<ul class=list id=infolist></ul><script>loadInfoList('003001', 15);</script>",
            "<ul class=list></ul><script src=/js/list.js></script>",
        ] {
            assert!(!is_blank(body), "{body}");
            assert_eq!(page(body).by_script, Some(ScriptSign::FilledList), "{body}");
        }
        assert!(is_blank("<ul class=list></ul><script src=https://hm.baidu.com/hm.js></script>"));
    }
}
