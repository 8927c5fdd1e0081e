//! Rows that are in the page as data and are shown by a script of the page itself.
//!
//! Three forms are read: the records of a jpage `<datastore>`, script arrays that are filled value by value, and
//! plain JSON objects with title, address and date. Their rows are written into the text as ordinary markup, inside
//! an element that carries [`MARK`], so that everything after this sees them as it sees other rows. Nothing is run.

use std::borrow::Cow;
use std::fmt::Write;
use std::sync::LazyLock;

use memchr::memmem;

use super::pattern::{Pattern, compile};

/// The attribute of the element around rows that came from data.
pub(super) const MARK: &str = "data-govcensus-embedded";
/// What a row as data takes at least and at most, in bytes.
const LEAST_OBJECT: usize = 12;
const LARGEST_OBJECT: usize = 12_000;
/// More rows than this from one page are no list.
const MOST_ROWS: usize = 2_000;

static RECORD: Pattern =
    LazyLock::new(|| compile(r"(?is)<record(?:\s[^>]*)?>\s*(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?\s*</record\s*>"));
static DATASTORE: Pattern = LazyLock::new(|| compile(r"(?is)<datastore[^>]*>.*?</datastore\s*>"));
static ELEMENT: Pattern = LazyLock::new(|| {
    compile(
        r#"(?i)(?-u:\b)([a-z_][0-9a-z_]{0,20})\s*\[\s*(?:[0-9a-z_]{1,8})\s*\]\s*=\s*(?:'([^'\n]{0,400})'|"([^"\n]{0,400})")"#,
    )
});

/// The text with rows written out, or as it was when there are none.
pub(super) fn unfold(text: &str) -> Cow<'_, str> {
    if !may_have_rows(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let (mut done, mut at) = (0, 0);
    while let Some((body, end)) = next_script(text, at) {
        if let Some(rows) = rows_of(body) {
            out.push_str(&text[done..end]);
            out.push_str(&rows);
            done = end;
        }
        at = end;
    }
    if done == 0 {
        // An answer of the data address itself, or a page that carries the records outside of any script.
        let Some(start) = find_tag(text, 0, "<datastore") else { return Cow::Borrowed(text) };
        let Some(found) = DATASTORE.find_at(text, start) else { return Cow::Borrowed(text) };
        let Some(rows) = records(found.as_str()) else { return Cow::Borrowed(text) };
        return Cow::Owned([&text[..found.start()], &rows, &text[found.end()..]].concat());
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// Whether a text has a sign of data at all: nearly no page has, and then its scripts need not be looked for.
fn may_have_rows(text: &str) -> bool {
    let has = |sign: &str| memmem::find(text.as_bytes(), sign.as_bytes()).is_some();
    // An element of an array that is filled, or a key of JSON.
    let fills = |at: usize| text.as_bytes()[at + 1..].trim_ascii_start().first() == Some(&b'=');
    ["\":", "\" :", "<record", "<datastore", "<DATASTORE"].iter().any(|it| has(it))
        || memchr::memchr_iter(b']', text.as_bytes()).any(fills)
}

/// The body of the next script from `from` on, and where its end tag ends.
fn next_script(text: &str, from: usize) -> Option<(&str, usize)> {
    let open = find_tag(text, from, "<script")?;
    let start = open + text[open..].find('>')? + 1;
    let end = find_tag(text, start, "</script")?;
    let after = end + text[end..].find('>')? + 1;
    Some((&text[start..end], after))
}

/// Where a tag begins, whatever its case.
fn find_tag(text: &str, from: usize, tag: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    // Two letters tell nearly every other tag from it.
    let second = |at: usize| bytes.get(at + 2).is_some_and(|it| it.eq_ignore_ascii_case(&tag.as_bytes()[2]));
    let is_tag = |at: &usize| {
        second(*at)
            && bytes.get(*at..at + tag.len()).is_some_and(|it| it.eq_ignore_ascii_case(tag.as_bytes()))
    };
    memchr::memchr_iter(b'<', &bytes[from..]).map(|at| from + at).find(is_tag)
}

fn rows_of(script: &str) -> Option<String> {
    if script.contains("<record") {
        return records(script);
    }
    if script.len() > 2_000_000 {
        return None;
    }
    arrays(script).or_else(|| objects(script))
}

fn records(script: &str) -> Option<String> {
    let rows: Vec<&str> = RECORD
        .captures_iter(script)
        .take(MOST_ROWS)
        .filter_map(|it| it.get(1).map(|it| it.as_str().trim()))
        .filter(|it| !it.is_empty())
        .collect();
    let first = rows.first()?.to_ascii_lowercase();
    let (open, close) = if first.starts_with("<tr") {
        ("<table><tbody>", "</tbody></table>")
    } else if first.starts_with("<li") {
        ("<ul>", "</ul>")
    } else {
        ("<div>", "</div>")
    };
    let wrapped = if first.starts_with('<') {
        rows.concat()
    } else {
        ["<div>", &rows.join("</div><div>"), "</div>"].concat()
    };
    Some(format!("<div {MARK}=datastore>{open}{wrapped}{close}</div>"))
}

#[derive(Default)]
struct Entry {
    title: String,
    href: String,
    date: String,
}

/// `urls[0]='…'; headers[0]="…"; year[0]='2017'; month[0]='06'; day[0]='16';`
fn arrays(script: &str) -> Option<String> {
    let lists = script.contains("]=") || script.contains("] =");
    if !lists || !["url", "URL", "Url", "link", "Link", "href", "Href"].iter().any(|it| script.contains(it)) {
        return None;
    }
    let mut entries: Vec<Entry> = Vec::new();
    let mut first_name = None;
    for found in ELEMENT.captures_iter(script).take(MOST_ROWS * 8) {
        let name = found[1].to_ascii_lowercase();
        let value = found.get(2).or_else(|| found.get(3)).map_or("", |it| it.as_str()).trim();
        if first_name.get_or_insert_with(|| name.clone()) == &name {
            entries.push(Entry::default());
        }
        let entry = entries.last_mut()?;
        match name.as_str() {
            "url" | "urls" | "link" | "links" | "href" => value.clone_into(&mut entry.href),
            "header" | "headers" | "title" | "titles" | "topic" => value.clone_into(&mut entry.title),
            "year" | "years" => entry.date.insert_str(0, value),
            "month" | "months" | "day" | "days" => {
                entry.date.push('-');
                entry.date.push_str(value);
            }
            "date" | "dates" | "time" | "times" | "pubdate" => value.clone_into(&mut entry.date),
            _ => {}
        }
    }
    written(&entries, "array")
}

/// `[{"title":"…","url":"…","date":"2017-06-16"}, …]`
fn objects(script: &str) -> Option<String> {
    const TITLES: [&str; 6] = ["title", "name", "doctitle", "infotitle", "chnltitle", "subject"];
    const LINKS: [&str; 8] =
        ["url", "link", "href", "linkurl", "docpuburl", "visiturl", "puburl", "titleurl"];
    const DATES: [&str; 11] = [
        "date",
        "time",
        "pubdate",
        "pubtime",
        "publishtime",
        "publishdate",
        "publishedtimestr",
        "docreltime",
        "releasetime",
        "infodate",
        "createdate",
    ];
    if !script.contains("title") && !script.contains("Title") && !script.contains("TITLE") {
        return None;
    }
    let mut entries = Vec::new();
    for found in innermost_objects(script).take(MOST_ROWS) {
        let Ok(serde_json::Value::Object(object)) = serde_json::from_str(found) else { continue };
        let mut entry = Entry::default();
        for (key, value) in &object {
            let Some(value) = value.as_str() else { continue };
            let key = key.to_ascii_lowercase();
            let key = key.as_str();
            if TITLES.contains(&key) {
                value.clone_into(&mut entry.title);
            } else if LINKS.contains(&key) {
                value.clone_into(&mut entry.href);
            } else if DATES.contains(&key) {
                value.clone_into(&mut entry.date);
            }
        }
        entries.push(entry);
    }
    written(&entries, "json")
}

/// What stands between braces and holds none, of a size that a row may have.
fn innermost_objects(script: &str) -> impl Iterator<Item = &str> {
    let mut open = None;
    let braces = memchr::memchr2_iter(b'{', b'}', script.as_bytes());
    braces.filter_map(move |at| {
        if script.as_bytes()[at] == b'{' {
            open = Some(at);
            return None;
        }
        let object = &script[open.take()?..=at];
        (LEAST_OBJECT..=LARGEST_OBJECT).contains(&object.len()).then_some(object)
    })
}

/// Two rows or more, each with title, address and something for a date; anything less is some other data.
fn written(entries: &[Entry], kind: &str) -> Option<String> {
    let whole: Vec<&Entry> = entries
        .iter()
        .filter(|it| !it.title.is_empty() && !it.href.is_empty() && !it.date.is_empty())
        .collect();
    if whole.len() < 2 {
        return None;
    }
    let mut out = format!("<ul {MARK}={kind}>");
    for entry in whole {
        let (href, title, date) = (escaped(&entry.href), escaped(&entry.title), escaped(&entry.date));
        // Writing to a String cannot fail.
        let _ = write!(out, "<li><a href=\"{href}\">{title}</a><span>{date}</span></li>");
    }
    out.push_str("</ul>");
    Some(out)
}

/// Titles in data may carry their own markup; here they are text.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::unfold;

    #[test]
    fn records_of_a_jpage_become_rows() {
        let page = "<div id=1><script type=\"text/xml\"><datastore><nextgroup><![CDATA[<a href=n></a>]]></nextgroup>\
                    <recordset><record><![CDATA[<li><a href='/a'>甲</a><span>2017-06-16</span></li>]]></record></recordset>\
                    </datastore></script></div>";
        assert!(
            unfold(page)
                .contains("=datastore><ul><li><a href='/a'>甲</a><span>2017-06-16</span></li></ul></div>")
        );
        let answer = "<?xml version='1.0'?><datastore><recordset><record><![CDATA[<tr><td>甲</td></tr>]]></record>\
                      </recordset></datastore>";
        assert!(unfold(answer).contains("<table><tbody><tr><td>甲</td></tr></tbody></table>"));
    }

    #[test]
    fn script_arrays_become_rows() {
        let page = "<script>urls[0]='./a.html';headers[0]=\"甲\";year[0]='2017';month[0]='06';day[0]='16';\
                    urls[1]='./b.html';headers[1]=\"<b>乙\";year[1]='2017';month[1]='06';day[1]='15';</script>";
        let rows = unfold(page);
        assert!(rows.contains("<li><a href=\"./a.html\">甲</a><span>2017-06-16</span></li>"), "{rows}");
        assert!(rows.contains("&lt;b&gt;乙"));
    }

    #[test]
    fn json_with_title_address_and_date_becomes_rows() {
        let page = "<script>var list=[{\"title\":\"甲\",\"url\":\"/a\",\"date\":\"2017-06-16\"},\
                    {\"title\":\"乙\",\"url\":\"/b\",\"date\":\"2017-06-15\"}];</script>";
        assert!(unfold(page).contains("<a href=\"/b\">乙</a><span>2017-06-15</span>"));
    }

    #[test]
    fn other_scripts_are_left_alone() {
        let page = "<script>var a={\"title\":\"x\"};b[0]='1';</script><p>text";
        assert_eq!(unfold(page), page);
    }
}
