//! Policy documents and the pages that interpret them (政策文件、政策解读), put together by title and by link.

use std::collections::BTreeSet;

use crate::base::{Address, ColumnKind, Day};
use crate::page::{Dated, PageKind};

use super::columns::key;
use super::seen::Seen;
use super::{Column, Content, Interpretation, PageFact, PolicyFact, When, dates, vocabulary};

/// A title shorter than this is no sign that two pages belong together, in characters.
const SHORTEST: usize = 6;

/// The documents among the pages read, each with the interpretations among them.
///
/// An article belongs to the columns that its breadcrumb names and to those whose lists lead to it: many sites keep
/// both in columns that no navigation shows, others name no column on the page. A name that only hints at policies
/// will do, for nothing is held to a limit here.
pub(super) fn policies(columns: &[Column], seen: &Seen<'_>, as_of: Day) -> Vec<PolicyFact> {
    let listed_as_policy = listed(columns, is_policy);
    let listed_as_interpreting = listed(columns, is_interpreting);
    let interprets = |it: &PageFact| {
        columns_of(it).any(is_interpreting) || listed_as_interpreting.contains(&key(&it.page.address))
    };
    let rules =
        |it: &PageFact| columns_of(it).any(is_policy) || listed_as_policy.contains(&key(&it.page.address));
    let articles = || seen.pages().filter(|it| it.page.kind == PageKind::Article);
    let interpreting: Vec<&PageFact> = articles().filter(|it| interprets(it)).collect();
    articles().filter(|it| !interprets(it) && rules(it)).map(|it| policy(it, &interpreting, as_of)).collect()
}

/// The addresses that lists of some columns lead to.
fn listed(columns: &[Column], which: fn(&str) -> bool) -> BTreeSet<String> {
    let rows = columns.iter().filter(|it| which(&it.name)).flat_map(|it| match &it.content {
        Content::Listed { rows, .. } => rows.as_slice(),
        _ => &[],
    });
    rows.filter_map(|it| it.address.as_ref()).map(key).collect()
}

fn is_interpreting(column: &str) -> bool {
    column.contains("解读")
}

fn is_policy(column: &str) -> bool {
    !is_interpreting(column) && vocabulary().kind_of(column).kind == Some(ColumnKind::Policy)
}

/// The steps of 当前位置 but for the article itself.
fn columns_of(fact: &PageFact) -> impl Iterator<Item = &str> {
    let title = fact.page.article.as_ref().map(|it| it.title.as_str());
    fact.page.breadcrumb.iter().map(String::as_str).filter(move |it| Some(*it) != title)
}

fn title_of(fact: &PageFact) -> &str {
    fact.page.article.as_ref().map_or(fact.page.title.as_str(), |it| it.title.as_str())
}

fn policy(document: &PageFact, interpreting: &[&PageFact], as_of: Day) -> PolicyFact {
    let title = title_of(document);
    let core = core(title);
    let interpretations = interpreting
        .iter()
        .filter_map(|fact| {
            let (forth, back) =
                (links_to(document, &fact.page.address), links_to(fact, &document.page.address));
            let by_title = core.chars().count() >= SHORTEST && squashed(title_of(fact)).contains(&core);
            (forth || back || by_title).then(|| Interpretation {
                title: title_of(fact).to_owned(),
                page: fact.page.address.clone(),
                linked_from_document: forth,
                links_to_document: back,
                citation: fact.citation.clone(),
            })
        })
        .collect();
    let when = match document.page.article.as_ref().map(|it| &it.date) {
        Some(Dated::Printed { day, source }) => dates::told(*day, *source, as_of),
        _ => When::Unread,
    };
    PolicyFact {
        title: title.to_owned(),
        page: document.page.address.clone(),
        when,
        interpretations,
        citation: document.citation.clone(),
    }
}

fn links_to(from: &PageFact, to: &Address) -> bool {
    let to = key(to);
    from.page.links.iter().filter_map(|it| it.address.as_ref()).any(|it| key(it) == to)
}

/// What an interpretation repeats of a document's title: what stands in 《》, else all but 关于印发 and 的通知.
fn core(title: &str) -> String {
    let title = squashed(title);
    let inner = title.split_once('《').and_then(|(_, rest)| rest.split_once('》')).map(|(inner, _)| inner);
    if let Some(inner) = inner {
        return inner.to_owned();
    }
    let from = title
        .rfind("关于印发")
        .map_or_else(|| title.rfind("关于").map_or(0, |at| at + "关于".len()), |at| at + "关于印发".len());
    let rest = &title[from..];
    rest.strip_suffix("的通知").or_else(|| rest.strip_suffix("的意见")).unwrap_or(rest).to_owned()
}

fn squashed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::core;

    #[test]
    fn the_core_of_a_title_is_what_others_repeat() {
        for (title, want) in [
            ("甲县人民政府关于印发甲县城市管理办法的通知", "甲县城市管理办法"),
            ("甲县人民政府办公室关于印发《甲县城市管理办法（试行）》的通知", "甲县城市管理办法（试行）"),
            ("甲县城市管理办法", "甲县城市管理办法"),
            ("甲县人民政府关于加快旅游业发展的意见", "加快旅游业发展"),
        ] {
            assert_eq!(core(title), want);
        }
    }
}
