//! What the foot of a page says: sponsor, codes, filings and marks.
//!
//! The words 主办 and 承办 also occur in the body of articles, so they are read in the foot only. The marks that come
//! by script (找错, 党政机关标识) are looked for in the whole page, since their script may stand anywhere.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem;

use super::areas::Areas;
use super::dom::Dom;
use super::links::leads_somewhere;
use super::model::Footer;
use super::pattern::{Pattern, compile, groups};
use super::words::Words;
use crate::base::squeeze;

static SPONSOR: Pattern = LazyLock::new(|| {
    compile(r"(?:主\s*办\s*单\s*位\s*[:：]?|主\s*办\s*[:：])\s*(?P<name>[^\s:：|｜;；,，。]{2,40})")
});
/// Who holds the rights stands in for the sponsor where no sponsor is named, if it is said with a colon.
static RIGHTS: Pattern =
    LazyLock::new(|| compile(r"版\s*权\s*所\s*有\s*[:：]\s*(?P<name>\p{Han}[^\s:：|｜;；,，。]{3,40})"));
static CODE: Pattern = LazyLock::new(|| {
    compile(r"(?i)标\s*识\s*[码号]\s*(?:号)?\s*[:：]?\s*(?P<code>[0-9]{10}|bm[0-9]{8}|[a-z0-9]{2}[0-9]{8})")
});
static ICP: Pattern = LazyLock::new(|| {
    compile(r"(?i)[\p{Han}]\s*ICP\s*[备证]?\s*(?:案)?\s*[:：]?\s*[0-9]{5,12}\s*号?(?:\s*-\s*[0-9]{1,3})?")
});
static POLICE: Pattern = LazyLock::new(|| {
    compile(r"[\p{Han}]\s*公\s*网\s*(?:安\s*)?备\s*(?:案)?\s*(?:号)?\s*[:：]?\s*(?:第)?\s*[0-9]{10,16}\s*号?")
});
static SITE_CODE: Pattern =
    LazyLock::new(|| compile(r"(?i)site_?code=?\s*['=:]?\s*['\x22]?([0-9]{10}|bm[0-9]{8})"));

static JIUCUO: Words = Words::of(&["jiucuo", "check_web/errorInfo"]);
static JIUCUO_MARKS: Words = Words::of(&["jiucuo"]);
static CONAC: Words = Words::of(&["conac.cn"]);
/// Either.
static SCRIPTS: Words = Words::of(&["jiucuo", "check_web/errorInfo", "conac.cn"]);
/// How the pictures and boxes of the two marks are named.
static JIUCUO_NAMES: Words = Words::of(&["zhaocuo", "jiucuo"]);
static CONAC_NAMES: Words = Words::of(&["dzjg", "conac", "dangzheng"]);
static JIUCUO_PICTURE: Words = Words::of(&["网站找错"]);
static CONAC_PICTURE: Words = Words::of(&["党政机关"]);
static SITEMAP: Words = Words::of(&["网站地图", "站点地图", "网站导航图"]);

/// Reads the foot. `source` is the page as it was read from.
pub(super) fn read(dom: &Dom<'_>, areas: &Areas, source: &str) -> Footer {
    let has = |word: &str| memmem::find(source.as_bytes(), word.as_bytes()).is_some();
    let may_be_marked = has("jiucuo") || has("check_web/errorInfo") || has("conac");
    let text: Vec<String> = areas.footer.iter().map(|it| dom.text(*it)).collect();
    let text = text.join(" | ");
    let text = text.trim();
    let mut footer = Footer {
        sponsor: sponsor(text, may_be_marked || CODE.is_match(text)),
        id_code: groups(&CODE, text).map(|it| it["code"].to_ascii_lowercase()),
        icp: ICP.find(text).map(|it| squeeze(it.as_str())),
        police: POLICE.find(text).map(|it| squeeze(it.as_str())),
        ..Footer::default()
    };
    if let Some(names) = sponsors(dom, areas) {
        footer.sponsor = Some(names);
    }
    let mut may_have_map = has("地图") || has("导航");
    for id in dom.all() {
        // Where the mark is a mere picture, its file or its box is often named after it; that counts in the foot only.
        let in_foot = areas.footer.iter().any(|it| dom.contains(*it, id));
        let is_telling = match dom.tag(id) {
            "a" => may_have_map,
            "img" => true,
            _ => false,
        };
        if !(may_be_marked || in_foot || is_telling) {
            continue;
        }
        let source = dom.attr(id, "src").or_else(|| dom.attr(id, "href")).unwrap_or_default();
        let code =
            if dom.tag(id) == "script" && source.is_empty() { dom.code(id) } else { Cow::Borrowed("") };
        let finds = |words: &Words| words.are_in(source) || words.are_in(&code);
        let is_script = may_be_marked && finds(&SCRIPTS);
        let by_jiucuo = is_script && finds(&JIUCUO) || dom.is_marked(id, &JIUCUO_MARKS);
        footer.jiucuo |= by_jiucuo;
        footer.conac |= is_script && finds(&CONAC);
        if by_jiucuo && footer.id_code.is_none() {
            footer.id_code = dom
                .attr(id, "sitecode")
                .map(|it| it.trim().to_ascii_lowercase())
                .filter(|it| it.len() == 10)
                .or_else(|| {
                    SITE_CODE
                        .captures(source)
                        .or_else(|| SITE_CODE.captures(&code))
                        .map(|it| it[1].to_ascii_lowercase())
                });
        }
        if dom.tag(id) == "a" && may_have_map && dom.text_length(id) <= 12 {
            let name = dom.shown(id);
            // 网站导航 leads to a map, or opens a box of other sites.
            let leads = || dom.attr(id, "href").is_some_and(leads_somewhere);
            footer.sitemap = SITEMAP.are_in(&name) || name.trim() == "网站导航" && leads();
            may_have_map = !footer.sitemap;
        }
        if in_foot {
            let names =
                |words: &Words| dom.is_marked(id, words) || dom.tag(id) == "img" && words.are_in(source);
            footer.jiucuo |= names(&JIUCUO_NAMES);
            footer.conac |= names(&CONAC_NAMES);
        }
        if dom.tag(id) == "img" {
            let name = dom.attr(id, "alt").or_else(|| dom.attr(id, "title")).unwrap_or_default();
            footer.jiucuo |= JIUCUO_PICTURE.are_in(name);
            footer.conac |= CONAC_PICTURE.are_in(name);
        }
    }
    footer
}

/// `is_official`: whether the page bears a mark or a code that only a site of the government has.
fn sponsor(text: &str, is_official: bool) -> Option<String> {
    let tidy = |name: &str| {
        let name = name.trim_matches(|c: char| " .·-_|、()（）".contains(c));
        let name = ["版权所有", "主办", "承办", "地址"]
            .iter()
            .fold(name, |name, word| name.split(word).next().unwrap_or(name));
        (name.chars().count() >= 3).then(|| name.to_owned())
    };
    if let Some(name) = SPONSOR
        .find_iter(text)
        .filter_map(|it| SPONSOR.captures(it.as_str()))
        .find_map(|it| tidy(&it["name"]))
    {
        return Some(name);
    }
    if let Some(name) = named_before(text, "主办").find(|(name, rest)| {
        let goes_on = |c: char| is_han(c) || matches!(c, '单' | '方' | ':' | '：');
        name.chars().count() >= 4 && !rest.starts_with(goes_on)
    }) {
        return tidy(name.0);
    }
    // Who holds the rights, before the words and without a colon: 某某市人民政府 版权所有.
    let offices = ["人民政府", "办公厅", "办公室", "委员会", "厅", "局", "署"];
    let before = || {
        let is_office = |name: &&str| {
            name.chars().count() > 2
                && (offices.iter().any(|it| name.ends_with(it)) || is_official && is_centre(name))
        };
        named_before(text, "版权所有").map(|(name, _)| name).find(is_office).map(str::to_owned)
    };
    let rights = groups(&RIGHTS, text).map(|it| it["name"].to_owned()).or_else(before);
    rights.and_then(|it| tidy(&it)).filter(|name| {
        name.contains("政府")
            || ["厅", "局", "委员会", "委", "部", "署"].iter().any(|it| name.ends_with(it))
            || is_official && is_centre(name)
    })
}

/// Several sponsors with a blank between them, where they are all that stands behind 主办： in a text of its own.
fn sponsors(dom: &Dom<'_>, areas: &Areas) -> Option<String> {
    const ENDS: [&str; 11] =
        ["人民政府", "委员会", "管委会", "办公厅", "办公室", "委", "厅", "局", "署", "部", "院"];
    let texts = areas.footer.iter().flat_map(|it| dom.fragments(*it));
    texts
        .filter_map(|(_, text)| text.strip_prefix("主办单位").or_else(|| text.strip_prefix("主办")))
        .find_map(|rest| {
            let names = rest.trim_start().strip_prefix([':', '：'])?.trim();
            let is_office = |it: &str| it.chars().all(is_han) && ENDS.iter().any(|end| it.ends_with(end));
            (names.contains(' ') && names.split(' ').all(is_office)).then(|| names.to_owned())
        })
}

/// Whether a name is that of a public institution with a site of its own: 住房公积金管理中心, 人事考试中心. One that
/// makes sites or news for others holds the rights without being the sponsor.
fn is_centre(name: &str) -> bool {
    const MAKERS: [&str; 10] = ["信息", "网络", "数据", "技术", "科技", "电子", "新闻", "媒", "宣传", "运维"];
    name.ends_with("中心") && name.chars().count() > 4 && !MAKERS.iter().any(|it| name.contains(it))
}

/// The names that stand right before a word, each with what follows the word.
///
/// A pattern for forty characters of Chinese is a machine of thousands of states; looking back from the word is not.
fn named_before<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = (&'t str, &'t str)> {
    text.match_indices(word).map(move |(at, _)| {
        let before = text[..at].trim_end();
        let belongs = |c: &char| is_han(*c) || matches!(c, '、' | '(' | ')' | '（' | '）');
        let length: usize = before.chars().rev().take_while(belongs).take(40).map(char::len_utf8).sum();
        (&before[before.len() - length..], &text[at + word.len()..])
    })
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '〇')
}

#[cfg(test)]
mod tests {
    use scraper::Html;

    use super::read;
    use crate::page::areas::{self, Areas};
    use crate::page::dom::Dom;
    use crate::page::model::Footer;

    fn footer(foot: &str) -> Footer {
        let text = "某区召开会议，本次活动由某局主办。".repeat(20);
        let source = format!("<div class=main><p>{text}</p></div>{foot}");
        let html = Html::parse_document(&source);
        let dom = Dom::of(&html);
        let areas = Areas { footer: areas::footer(&dom), ..Areas::default() };
        read(&dom, &areas, &source)
    }

    #[test]
    fn the_foot_is_read_whatever_its_wording() {
        for (foot, sponsor) in [
            (
                "<div class=footer>主办单位：某某区人民政府 承办：某办 网站标识码：5306020001 滇ICP备12345678号-1 滇公网安备 53060202000001号</div>",
                Some("某某区人民政府"),
            ),
            (
                "<div>主办：某某区人民政府 标识码:5306020001 滇ICP备 12345678号-1 滇公网安备53060202000001号</div>",
                Some("某某区人民政府"),
            ),
            (
                "<div id=bottom>某某区人民政府主办 政府网站标识码 5306020001 备案序号： 滇ICP备12345678号-1 滇公网安备53060202000001号</div>",
                Some("某某区人民政府"),
            ),
            (
                "<div>版权所有：某某区人民政府 网站标识码5306020001 滇ICP备12345678号-1 滇公网安备53060202000001号</div>",
                Some("某某区人民政府"),
            ),
            ("<div>网站标识码 ：5306020001 滇ICP备12345678号-1 滇公网安备号 53060202000001</div>", None),
        ] {
            let footer = footer(foot);
            assert_eq!(footer.sponsor.as_deref(), sponsor, "{foot}");
            assert_eq!(footer.id_code.as_deref(), Some("5306020001"), "{foot}");
            assert!(footer.icp.is_some_and(|it| it.ends_with("12345678号-1")), "{foot}");
            assert!(footer.police.is_some(), "{foot}");
        }
    }

    #[test]
    fn marks_are_known_by_where_they_lead() {
        let footer = footer(
            "<div><a href='http://bszs.conac.cn/sitename?method=show&id=1'><img src=b.png></a><a href=/wzdt/>网站地图</a>\
             <script id=_jiucuo_ sitecode='bm04000007' src='https://zfwzgl.www.gov.cn/exposure/jiucuo.js'></script></div>",
        );
        assert!(footer.conac && footer.jiucuo && footer.sitemap);
        assert_eq!(footer.id_code.as_deref(), Some("bm04000007"));
    }

    #[test]
    fn what_an_article_says_is_not_the_foot() {
        assert_eq!(footer("<div>联系我们</div>"), Footer::default());
    }
}
