//! The standard labels (网页标签) of a page's head, as 《政府网站发展指引》 names them.
//!
//! Names are matched without case. A name that was glued to the next attribute (`name="ColumnName"content=…`) is put
//! right by the HTML parser; curly quotes around a name are put right here.

use std::collections::BTreeMap;

use super::dom::Dom;
use super::model::Labels;
use crate::base::squeeze;

/// Reads the labels; of two with one name the first wins, because included headers bring a second set.
pub(super) fn read(dom: &Dom<'_>) -> Labels {
    let mut labels = BTreeMap::new();
    for meta in dom.tagged(0, "meta") {
        let Some(name) = dom.attr(meta, "name").or_else(|| dom.attr(meta, "property")) else { continue };
        let name =
            name.trim_matches(|c: char| c.is_whitespace() || "\"'“”‘’".contains(c)).to_ascii_lowercase();
        let Some(content) = dom.attr(meta, "content") else { continue };
        let content = squeeze(content.trim_matches(|c: char| "“”".contains(c)));
        if !name.is_empty() {
            labels.entry(name).or_insert(content);
        }
    }
    Labels(labels)
}

/// The time at which the page was generated, when a label says so (`<meta name="others" content="页面生成时间 …">`).
pub(super) fn generated_at(labels: &Labels) -> Option<&str> {
    let (_, time) = labels.get("others")?.split_once("页面生成时间")?;
    Some(time.trim_start_matches([' ', ':', '：']).trim())
}

/// PubDate, unless it is only the time at which the page was generated.
pub(super) fn publication(labels: &Labels) -> Option<&str> {
    let published = labels.get("pubdate")?;
    let is_generation =
        generated_at(labels).is_some_and(|time| !time.is_empty() && time.starts_with(published));
    (!is_generation).then_some(published)
}

#[cfg(test)]
mod tests {
    use scraper::Html;

    use super::{publication, read};
    use crate::page::dom::Dom;
    use crate::page::model::Labels;

    fn labels(head: &str) -> Labels {
        let html = Html::parse_document(&format!("<head>{head}</head><body>x"));
        read(&Dom::of(&html))
    }

    #[test]
    fn names_are_matched_without_case_and_the_first_wins() {
        let labels = labels(
            "<meta name=siteidcode content='5306020001\n'><meta name=\"ColumnName\"content=\"通知公告\">\
                             <meta name=ColumnName content=头部><meta name=”SiteName” content=甲>",
        );
        assert_eq!(labels.get("SiteIDCode"), Some("5306020001"));
        assert_eq!(labels.get("ColumnName"), Some("通知公告"));
        assert_eq!(labels.get("SiteName"), Some("甲"));
    }

    #[test]
    fn the_time_of_generation_is_no_date_of_publication() {
        let others = "<meta name=others content='页面生成时间 2023-05-16 10:01:02'>";
        let labels_of = |date: &str| labels(&format!("{others}<meta name=PubDate content='{date}'>"));
        assert_eq!(publication(&labels_of("2023-05-16 10:01:02")), None);
        assert_eq!(publication(&labels_of("2023-05-16 10:01")), None);
        assert_eq!(publication(&labels_of("2023-04-18 09:00")), Some("2023-04-18 09:00"));
    }
}
