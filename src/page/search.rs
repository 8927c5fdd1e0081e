//! The one question that may be put to a site's own search: where it goes, and for which title.
//!
//! A function of the home page alone, so that whoever reads the archive later knows what was asked for. This file must
//! not know whether the question was put.

use encoding_rs::Encoding;
use url::Url;

use super::model::{Dated, Page};
use super::prose::{Field, FieldKind, Form, Prose};
use crate::base::Address;

/// Names of fields, and parts of addresses, by which a search is known.
const WORDS: [&str; 8] = ["search", "sousuo", "keyword", "query", "jiansuo", "seach", "q", "kw"];

/// How long a title must be to be found by, and may be to be typed, in characters.
const SHORTEST: usize = 6;
const LONGEST: usize = 30;

/// A question to a site's search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchQuestion {
    /// The address that asks it.
    pub address: Address,
    /// The title that it asks for, which stands on the home page.
    pub title: String,
}

/// The question that the home page allows: a form sent by GET, and the title of a dated entry.
pub fn search_question(page: &Page, prose: &Prose) -> Option<SearchQuestion> {
    let form = prose.forms.iter().find(|it| is_search(it))?;
    let title = page
        .lists
        .iter()
        .flat_map(|list| &list.items)
        .filter(|item| !item.pinned && matches!(item.date, Dated::Printed { .. } | Dated::Yearless { .. }))
        .map(|item| item.title.trim())
        .find(|title| is_askable(title))?;
    let address = address(form, title, page.encoding.name)?;
    Some(SearchQuestion { address, title: title.to_owned() })
}

/// Whether a form searches and sends nothing else.
fn is_search(form: &Form) -> bool {
    let Some(action) = form.action.as_ref().filter(|_| form.by_get) else { return false };
    let path = action.as_str().to_ascii_lowercase();
    let Some(line) = the_line(form) else { return false };
    let name = line.name.to_ascii_lowercase();
    let by_name = WORDS.iter().any(|it| if it.len() < 4 { name == *it } else { name.contains(it) });
    let by_path = WORDS.iter().any(|it| it.len() >= 4 && path.contains(it));
    let asks_more = form.fields.iter().any(|it| matches!(it.kind, FieldKind::Password | FieldKind::Area));
    (by_name || by_path) && !asks_more
}

fn the_line(form: &Form) -> Option<&Field> {
    form.fields.iter().find(|it| it.kind == FieldKind::Line)
}

/// A whole title of Chinese characters and digits, without signs that a search may stumble over.
fn is_askable(title: &str) -> bool {
    let length = title.chars().count();
    (SHORTEST..=LONGEST).contains(&length) && title.chars().all(char::is_alphanumeric) && !title.is_ascii()
}

/// The form filled in, in the encoding of its page as a browser does it.
fn address(form: &Form, title: &str, encoding: &str) -> Option<Address> {
    let mut url: Url = form.action.as_ref()?.url().clone();
    let line = the_line(form)?;
    let encoding = Encoding::for_label(encoding.as_bytes())?;
    let code = |text: &str| -> String {
        let (bytes, _, _) = encoding.encode(text);
        bytes
            .iter()
            .map(|byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(*byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            })
            .collect()
    };
    let pairs: Vec<String> = form
        .fields
        .iter()
        .filter(|it| it.name == line.name || it.kind == FieldKind::Hidden)
        .map(|it| {
            format!("{}={}", code(&it.name), code(if it.name == line.name { title } else { &it.value }))
        })
        .collect();
    url.set_query(Some(&pairs.join("&")));
    url.as_str().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::search_question;
    use crate::page::{Source, prose, read};

    fn question(form: &str) -> Option<String> {
        let html = format!(
            "<meta charset=utf-8>{form}<ul><li><a href=/1.html>全县防汛工作会议召开</a><span>2017-12-10</span></li>\
             <li><a href=/2.html>县长调研春耕生产情况</a><span>2017-12-09</span></li>\
             <li><a href=/3.html>乡村道路硬化工程开工</a><span>2017-12-08</span></li></ul>"
        );
        let address = "http://a.example/".parse().unwrap();
        let source = Source { address: &address, content_type: None, body: html.as_bytes() };
        search_question(&read(&source), &prose(&source)).map(|it| it.address.to_string())
    }

    #[test]
    fn only_a_search_by_get_is_asked() {
        let asked = question(
            "<form action=/search.jsp><input type=hidden name=site value='7'><input name=keyword></form>",
        );
        let title =
            "%E5%85%A8%E5%8E%BF%E9%98%B2%E6%B1%9B%E5%B7%A5%E4%BD%9C%E4%BC%9A%E8%AE%AE%E5%8F%AC%E5%BC%80";
        assert_eq!(asked, Some(format!("http://a.example/search.jsp?site=7&keyword={title}")));
        for form in [
            "<form action=/search.jsp method=post><input name=keyword></form>",
            "<form action=/login><input name=user><input type=password name=p></form>",
            "<form action=/search><input name=q><textarea name=t></textarea></form>",
            "<form action=/order><input name=number></form>",
            "",
        ] {
            assert_eq!(question(form), None, "{form}");
        }
    }
}
