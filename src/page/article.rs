//! One text with a title: what it is called, when it was published, and where it came from.

use std::sync::LazyLock;

use super::areas::Areas;
use super::dates::{self, Reading};
use super::dom::{Dom, Id};
use super::labels;
use super::model::{Article, DateSource, Dated, Labels};
use super::pattern::{Pattern, compile, groups};
use super::words::Words;
use crate::base::{Address, squeeze};

static SOURCE: Pattern = LazyLock::new(|| {
    compile(
        r"(?:信息来源|文章来源|稿件来源|内容来源|新闻来源|来\s*源|稿源|信息提供|发布机构|供稿)\s*(?:于)?\s*[:：]\s*(?P<name>[^\s|｜\[【\]】:：]{2,40})",
    )
});

/// A line of notes is not longer than this, in characters.
const LONGEST_NOTE: usize = 260;
static TITLE_MARKS: Words = Words::of(&[
    "title", "biaoti", " bt ", "tit ", "_tit", "-tit", "headline", "con-tt", "wzbt", "_bt", "newstit",
    "conttit",
]);
static SOURCE_WORDS: Words = Words::of(&["源", "提供", "发布机构", "供稿"]);

/// Reads the article a page shows; `None` when it has neither title nor a line of notes.
pub(super) fn read(
    dom: &Dom<'_>,
    areas: &Areas,
    labels: &Labels,
    page_title: &str,
    address: &Address,
) -> Option<Article> {
    let (title_at, title) = title(dom, areas, labels, page_title)?;
    let (date, source) = notes(dom, areas, title_at);
    let date = date
        .map(|it| it.dated(DateSource::Label))
        .or_else(|| {
            let published = labels::publication(labels)?;
            let day = dates::whole(published).filter(Reading::is_sound)?;
            Some(day.dated(DateSource::Meta))
        })
        .or_else(|| {
            dates::address_date(address).map(|day| Dated::Printed { day, source: DateSource::Address })
        })
        .unwrap_or(Dated::Absent);
    let told = labels.get("contentsource");
    // A long source is cut where it is shown; the label has the rest of it.
    let is_cut =
        source.as_deref().and_then(cut).is_some_and(|it| told.is_some_and(|told| told.starts_with(it)));
    let source = source.filter(|_| !is_cut).or_else(|| told.map(str::to_owned));
    Some(Article { title, date, source })
}

/// What is left of a text that ends with dots.
fn cut(text: &str) -> Option<&str> {
    let rest = text.trim_end_matches(['.', '…']);
    (text.ends_with("...") || text.ends_with('…')).then_some(rest).filter(|it| !it.is_empty())
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The title as shown: the element that says what the label or `<title>` says, else a heading.
fn title(dom: &Dom<'_>, areas: &Areas, labels: &Labels, page_title: &str) -> Option<(Id, String)> {
    let told = labels.get("articletitle").map(str::to_owned);
    let wanted: Vec<String> = told.iter().map(|it| bare(it)).filter(|it| !it.is_empty()).collect();
    let whole_title = bare(page_title);
    // With room for signs that do not count.
    let longest = wanted.iter().chain([&whole_title]).map(|it| it.chars().count()).max().unwrap_or(0) + 20;
    let may_begin = |letter: Option<char>| {
        letter.is_some() && wanted.iter().chain([&whole_title]).any(|it| it.chars().next() == letter)
    };
    let mut best: Option<(i32, Id, String)> = None;
    for id in dom.all() {
        if dom.is_silent(id)
            || !(if dom.tag(id) == "h1" || dom.tag(id) == "h2" { 2 } else { 4 }..=150)
                .contains(&dom.text_length(id))
            || !areas.is_main(dom, id)
            || dom.anchors(id) > 0
        {
            continue;
        }
        let named = dom.is_marked(id, &TITLE_MARKS);
        let plainly = !named && !matches!(dom.tag(id), "h1" | "h2" | "h3" | "h4");
        // Without a mark only the words of the label or of `<title>` count, so what is longer is no title.
        if plainly && (dom.text_length(id) > longest || !may_begin(first_letter(dom, id))) {
            continue;
        }
        let mut text = dom.text(id);
        if has_notes(&text) {
            // A heading may hold its line of notes in a box of its own.
            if !matches!(dom.tag(id), "h1" | "h2" | "h3") {
                continue;
            }
            text = dom
                .text_of(id, dom.end(id), |it| it == id || !dom.is_element(it) || !has_notes(&dom.text(it)));
            if has_notes(&text) || text.chars().count() < 4 {
                continue;
            }
        }
        let plain = bare(&text);
        let heading = match dom.tag(id) {
            "h1" => 5,
            "h2" => 4,
            "h3" => 3,
            "h4" => 1,
            _ => 0,
        };
        let named = i32::from(named) * 3;
        let told = i32::from(wanted.contains(&plain)) * 8;
        let in_title = i32::from(plain.chars().count() >= 6 && whole_title.starts_with(&plain)) * 7;
        let mut weight = heading + named + told + in_title;
        if (1..=3).contains(&weight) && notes_follow(dom, dom.end(id)) {
            weight += 2;
        }
        // A tie goes to the inner element, which comes later.
        if weight >= 4
            && best
                .as_ref()
                .is_none_or(|(most, at, _)| weight > *most || weight == *most && dom.contains(*at, id))
        {
            best = Some((weight, id, text));
        }
    }
    if let Some((_, id, text)) = best {
        return Some((id, text));
    }
    // A heading with links in it is no candidate; its own words still show where the title stands.
    let at = wanted.first().and_then(|want| {
        let begins = |words: &str| words.chars().find(|c| c.is_alphanumeric()) == want.chars().next();
        let says_it = |it: &(Id, &str)| begins(it.1) && bare(it.1) == *want && areas.is_main(dom, it.0);
        dom.spoken(0).find(says_it).map(|(id, _)| id)
    });
    told.map(|it| (at.or_else(|| dom.all().find(|id| dom.tag(*id) == "body")).unwrap_or(0), it))
}

fn first_letter(dom: &Dom<'_>, id: Id) -> Option<char> {
    dom.fragments(id).flat_map(|(_, text)| text.chars()).find(|c| c.is_alphanumeric())
}

fn has_notes(text: &str) -> bool {
    static LABELS: Words = Words::of(&["发布时间", "发布日期", "来源：", "来源:"]);
    LABELS.are_in(text)
}

/// Whether a line of notes comes next, as it does under a title.
fn notes_follow(dom: &Dom<'_>, from: Id) -> bool {
    let next: String =
        dom.fragments_between(from, dom.len().min(from + 40)).take(4).map(|(_, text)| text).collect();
    let start: String = next.chars().take(60).collect();
    dates::labelled(&start).is_some() || SOURCE.is_match(&start)
}

/// Date and source from the notes around the title.
///
/// A label outweighs a bare date, and what stands close under the title outweighs what stands far: the end of a text
/// carries the date of its signature, and the column beside it the dates of other texts.
fn notes(dom: &Dom<'_>, areas: &Areas, title_at: Id) -> (Option<Reading>, Option<String>) {
    let mut date: Option<(i64, Reading)> = None;
    let mut source = None;
    // A heading that holds its line of notes ends where its own words do.
    let holds_notes = matches!(dom.tag(title_at), "h1" | "h2" | "h3") && has_notes(&dom.shown(title_at));
    let title_end = if holds_notes { title_at + 1 } else { dom.end(title_at) };
    // Characters between the title and a node; none for what stands before the title.
    let distance = |id: Id| {
        let far = dom.text_between(title_end.min(id), id);
        (id >= title_end).then(|| i64::try_from(far).unwrap_or(i64::MAX))
    };
    for id in dom.within(0) {
        let is_text = dom.words(id).is_some();
        let length = dom.text_length(id);
        // Only what holds a day or a source is worth its text.
        let speaks = dom.notes(id) > 0;
        if !speaks || !(2..=LONGEST_NOTE).contains(&length) {
            continue;
        }
        // A box around one text says what the text says, which has its turn.
        let is_box = !is_text && dom.fragments(id).nth(1).is_none();
        if is_box || dom.is_silent(id) || !areas.is_main(dom, id) {
            continue;
        }
        let far = distance(id);
        let closeness = far.map_or(0, |far| (400 - far).max(0) / 10);
        // Far from the title only a label tells.
        if closeness == 0 && !dom.may_be_labelled(id) {
            continue;
        }
        let text = dom.shown(id);
        if source.is_none() {
            source = source_in(&text);
        }
        let mut offer = |weight: i64, reading: Reading| {
            if reading.is_sound() && date.as_ref().is_none_or(|(most, _)| weight > *most) {
                date = Some((weight, reading));
            }
        };
        if let Some((label, reading)) = dates::labelled_with(&text) {
            let published = label.contains("发布") || label.contains("发表") || label.contains("发稿");
            // 时间： inside a text may be that of an event.
            if published || far.is_none() || closeness > 0 {
                offer(if published { 130 } else { 90 } + closeness, reading);
            }
        } else if closeness > 0 && (is_text || dom.anchors(id) == 0) {
            if let Some(reading) = dates::whole(&text).filter(|it| matches!(it, Reading::Day(_))) {
                offer(40 + closeness, reading);
            } else if let Some(reading) = dates::beside(&text) {
                offer(30 + closeness, reading);
            }
        }
    }
    (date.map(|(_, reading)| reading), source)
}

fn source_in(text: &str) -> Option<String> {
    const NEXT: [&str; 13] = [
        "发布时间",
        "发布日期",
        "作者",
        "时间",
        "日期",
        "浏览",
        "点击",
        "字号",
        "字体",
        "访问",
        "阅读",
        "责任编辑",
        "编辑",
    ];
    if !SOURCE_WORDS.are_in(text) {
        return None;
    }
    let found = groups(&SOURCE, text)?;
    let name = squeeze(&found["name"]);
    let name = name.split(['，', '。', '；']).next().unwrap_or_default();
    let name = NEXT.iter().fold(name, |name, word| name.split(word).next().unwrap_or(name));
    (name.chars().count() >= 2).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::page::{Article, DateSource, Dated, PageKind, Source, read};

    fn article(head: &str, body: &str) -> (PageKind, Option<Article>) {
        let text = format!(
            "<title>关于停水的通知-某某区政府</title>{head}<body><div>当前位置：<a href=/>首页</a> &gt; <a href=/tzgg/>通知公告</a> &gt; 正文</div>\
             {body}<p>{}</p><p>2015年1月1日</p>",
            "现将有关事项通知如下。".repeat(60)
        );
        let address = "http://a.example/tzgg/201706/t20170620_1.html".parse().unwrap();
        let page = read(&Source { address: &address, content_type: None, body: text.as_bytes() });
        (page.kind, page.article)
    }

    #[test]
    fn the_shown_date_is_read_whatever_its_label() {
        for notes in [
            "<div>发布时间：2017-06-16 10:20 来源：某局 浏览：3</div>",
            "<div><span>来源：</span><span>某局</span><span>发布日期 : 2017年6月16日</span></div>",
            "<div>时间发布：2017-06-16 来源：某局</div>",
            "<div>来源：某局 2017-06-16</div>",
            "<div><span>2017-06-16</span><span>来源：某局</span></div>",
            "<div>2017-06-16作者：某人 来源：某局</div>",
        ] {
            let (kind, article) = article("", &format!("<h1>关于停水的通知</h1>{notes}"));
            let article = article.unwrap();
            assert_eq!((kind, article.title.as_str()), (PageKind::Article, "关于停水的通知"), "{notes}");
            assert_eq!(article.date.day().map(|it| it.to_string()).as_deref(), Some("2017-06-16"), "{notes}");
            assert_eq!(article.source.as_deref(), Some("某局"), "{notes}");
        }
    }

    #[test]
    fn without_a_shown_date_the_label_and_then_the_address_speak() {
        let (_, with_label) =
            article("<meta name=PubDate content='2017-06-18 10:00'>", "<h1>关于停水的通知</h1>");
        assert!(matches!(with_label.unwrap().date, Dated::Printed { source: DateSource::Meta, .. }));
        let made = "<meta name=PubDate content='2017-06-18 10:00:00'><meta name=others content='页面生成时间 2017-06-18 10:00:00'>";
        let (_, generated) = article(made, "<h1>关于停水的通知</h1>");
        assert!(matches!(generated.unwrap().date, Dated::Printed { source: DateSource::Address, .. }));
    }
}
