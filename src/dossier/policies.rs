//! Policy documents and the pages that interpret them (政策文件、政策解读), put together by title and by link.

use std::collections::BTreeMap;

use crate::base::{Address, ColumnKind};
use crate::page::PageKind;

use super::columns::key;
use super::seen::Seen;
use super::{Column, Content, Interpretation, PageFact, PolicyFact, Row};

/// A title shorter than this is no sign that two pages belong together, in characters.
const SHORTEST: usize = 6;

/// The documents of the policy columns whose pages were read.
pub(super) fn policies(columns: &[Column], seen: &Seen<'_>) -> Vec<PolicyFact> {
    let is_interpreting = |it: &Column| it.name.contains("解读");
    let documents =
        entries(columns, seen, |it| it.sure_kind() == Some(ColumnKind::Policy) && !is_interpreting(it));
    let interpreting = entries(columns, seen, is_interpreting);
    documents
        .into_values()
        .filter(|(_, fact)| !interpreting.contains_key(&key(&fact.page.address)))
        .map(|(row, fact)| policy(row, fact, &interpreting))
        .collect()
}

/// The entries of some columns with their pages, each page once.
fn entries<'a>(
    columns: &'a [Column],
    seen: &'a Seen<'_>,
    which: impl Fn(&Column) -> bool,
) -> BTreeMap<String, (&'a Row, &'a PageFact)> {
    let mut found = BTreeMap::new();
    for column in columns.iter().filter(|it| which(it)) {
        let Content::Listed { rows, .. } = &column.content else { continue };
        for row in rows {
            let Some(fact) = row.address.as_ref().and_then(|it| seen.page(it)) else { continue };
            if fact.page.kind == PageKind::Article {
                found.entry(key(&fact.page.address)).or_insert((row, fact));
            }
        }
    }
    found
}

fn policy(row: &Row, document: &PageFact, interpreting: &BTreeMap<String, (&Row, &PageFact)>) -> PolicyFact {
    let title = document.page.article.as_ref().map_or(row.title.as_str(), |it| it.title.as_str());
    let core = core(title);
    let interpretations = interpreting
        .values()
        .filter_map(|(row, fact)| {
            let (forth, back) =
                (links_to(document, &fact.page.address), links_to(fact, &document.page.address));
            let by_title = core.chars().count() >= SHORTEST && squashed(&row.title).contains(&core);
            (forth || back || by_title).then(|| Interpretation {
                title: row.title.clone(),
                page: fact.page.address.clone(),
                linked_from_document: forth,
                links_to_document: back,
                citation: fact.citation.clone(),
            })
        })
        .collect();
    PolicyFact {
        title: title.to_owned(),
        page: document.page.address.clone(),
        when: row.when,
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
