//! A roster from a spreadsheet with Chinese headings, as offices keep them.
//!
//! The rows come as plain text; whoever calls has opened the file. What comes out is the text of a roster, so that a
//! person can read and complete it before anything is asked of a site.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use crate::base::{Address, Complaint, Complaints, squeeze};

use super::Class;

/// What a column of the spreadsheet may be, with the headings under which it is met.
const HEADINGS: [(Field, &[&str]); 9] = [
    (Field::Id, &["编号", "标识", "id"]),
    (Field::Name, &["网站名称", "名称"]),
    (Field::Url, &["网址", "首页网址", "网站地址", "域名", "url"]),
    (Field::Body, &["单位", "主办单位", "单位名称", "填报单位", "部门"]),
    (Field::IdCode, &["网站标识码", "政府网站标识码", "标识码"]),
    (Field::Class, &["类别", "网站类别", "网站类型", "类型", "class"]),
    (Field::Sector, &["领域", "行业", "sector"]),
    (Field::Contact, &["联系电话", "联系方式", "电话", "联系人"]),
    (Field::Parent, &["发布平台", "上级网站", "parent"]),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Id,
    Name,
    Url,
    Body,
    IdCode,
    Class,
    Sector,
    Contact,
    Parent,
}

/// Words by which offices name the classes of site; the first that the cell contains counts.
const CLASSES: [(&str, Class); 12] = [
    ("垂直", Class::Vertical),
    ("乡", Class::Township),
    ("镇", Class::Township),
    ("街道", Class::Township),
    ("企", Class::Enterprise),
    ("事业", Class::Enterprise),
    ("部门", Class::Bureau),
    ("局", Class::Bureau),
    ("委", Class::Bureau),
    ("县", Class::County),
    ("区", Class::County),
    ("市", Class::City),
];

/// Turns a table, headings first, into the text of a roster. `file` is only named in complaints.
///
/// A row without an address publishes on the site named under 发布平台, else on the first city portal.
pub fn roster_from_table(file: &Path, city: &str, rows: &[Vec<String>]) -> Result<String, Complaints> {
    let complain = |line: usize, message: String| Complaints::new(file, vec![Complaint { line, message }]);
    let heading = rows
        .iter()
        .position(|row| field_of(row, Field::Name).is_some() || field_of(row, Field::Body).is_some());
    let Some(heading) = heading else {
        return Err(complain(1, "no row of headings with 网站名称 or 单位 was found".into()));
    };
    let columns = &rows[heading];
    let mut complaints = Vec::new();
    let mut ids = BTreeSet::new();
    let mut entries = Vec::new();
    for (index, row) in rows.iter().enumerate().skip(heading + 1) {
        let cell = |field| {
            field_of(columns, field)
                .and_then(|at| row.get(at))
                .map(|it| squeeze(it))
                .filter(|it| !it.is_empty())
        };
        if row.iter().all(|it| it.trim().is_empty()) {
            continue;
        }
        let line = index + 1;
        match entry(&cell, &mut ids) {
            Ok(entry) => entries.push(entry),
            Err(message) => complaints.push(Complaint { line, message }),
        }
    }
    if !complaints.is_empty() {
        return Err(Complaints::new(file, complaints));
    }
    let portal =
        entries.iter().find(|it| it.class == Class::City && it.url.is_some()).map(|it| it.id.clone());
    Ok(written(city, &entries, portal.as_deref()))
}

struct Entry {
    id: String,
    name: String,
    url: Option<Address>,
    class: Class,
    others: Vec<(&'static str, String)>,
    parent: Option<String>,
}

fn field_of(headings: &[String], field: Field) -> Option<usize> {
    let (_, names) = HEADINGS.iter().find(|(it, _)| *it == field)?;
    headings.iter().position(|heading| {
        let heading = squeeze(heading).to_lowercase();
        let heading = heading.split(['（', '(']).next().unwrap_or_default().trim();
        names.contains(&heading)
    })
}

fn entry(cell: &dyn Fn(Field) -> Option<String>, ids: &mut BTreeSet<String>) -> Result<Entry, String> {
    let body = cell(Field::Body);
    let name = cell(Field::Name).or_else(|| body.clone()).ok_or("网站名称 and 单位 are both empty")?;
    let url = match cell(Field::Url) {
        Some(text) => {
            let text = if text.contains("://") { text } else { format!("http://{text}") };
            Some(text.parse::<Address>().map_err(|error| format!("网址: {error}"))?)
        }
        None => None,
    };
    let class = class_of(cell(Field::Class).as_deref(), &name).ok_or_else(|| {
        format!(
            "类别 of `{name}` is not understood; write city, county, bureau, vertical, township or enterprise"
        )
    })?;
    let wanted = cell(Field::Id).map_or_else(|| id_from(url.as_ref()), |it| safe(&it));
    let mut id = wanted.clone();
    let mut number = 1;
    while !ids.insert(id.clone()) {
        number += 1;
        id = format!("{wanted}-{number}");
    }
    let others = [
        ("body", body),
        ("sector", cell(Field::Sector)),
        ("id_code", cell(Field::IdCode)),
        ("contact", cell(Field::Contact)),
    ];
    let others = others.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
    Ok(Entry { id, name, url, class, others, parent: cell(Field::Parent) })
}

fn class_of(cell: Option<&str>, name: &str) -> Option<Class> {
    let cell = cell.unwrap_or(name);
    Class::from_id(cell)
        .or_else(|| CLASSES.iter().find(|(word, _)| cell.contains(word)).map(|(_, class)| *class))
}

/// The first telling label of the host: `www.zhaoyang.gov.cn` is `zhaoyang`, `czj.zt.gov.cn` is `czj`.
fn id_from(url: Option<&Address>) -> String {
    let label = url.and_then(|it| it.host().trim_start_matches("www.").split('.').next().map(safe));
    label.filter(|it| !it.is_empty()).unwrap_or_else(|| "body".to_owned())
}

fn safe(text: &str) -> String {
    let safe: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    safe.trim_matches('-').chars().take(60).collect()
}

fn written(city: &str, entries: &[Entry], portal: Option<&str>) -> String {
    let mut text = format!("[city]\nname = {}\n", quoted(city));
    for entry in entries {
        let _ = write!(text, "\n[[site]]\nid = {}\nname = {}\n", quoted(&entry.id), quoted(&entry.name));
        match (&entry.url, entry.parent.as_deref().or(portal)) {
            (Some(url), _) => {
                let _ = writeln!(text, "url = {}", quoted(url.as_str()));
            }
            (None, Some(parent)) => {
                let _ = writeln!(text, "parent = {}", quoted(parent));
            }
            (None, None) => text += "# No address and no city portal: give it a `url` or a `parent`.\n",
        }
        let _ = writeln!(text, "class = {}", quoted(entry.class.id()));
        for (key, value) in &entry.others {
            let _ = writeln!(text, "{key} = {}", quoted(value));
        }
    }
    text
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::roster_from_table;
    use crate::site::{Class, Registry, SiteId};

    fn table(text: &str) -> Vec<Vec<String>> {
        text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
    }

    #[test]
    fn a_spreadsheet_becomes_a_roster_that_reads() {
        let rows = table(
            "昭通市政府网站名录\n序号,单位名称,网站名称,首页网址,网站标识码（10位）,网站类别\n\
             1,昭通市人民政府,昭通市人民政府门户网站,www.zt.example,5306000001,市门户\n\
             2,昭阳区人民政府,昭阳区\"门户\",http://www.zhaoyang.example/,5306020001,县区门户\n\
             3,市财政局,昭通财政,czj.zt.example,,部门\n,,,,,\n4,市档案局,,,,部门",
        );
        let text = roster_from_table(Path::new("名录.csv"), "昭通市", &rows).unwrap();
        let registry =
            Registry::parse(Path::new("r.toml"), &text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let ids: Vec<_> = registry.sites.iter().map(|it| (it.id.as_str(), it.class)).collect();
        assert_eq!(
            ids,
            [
                ("zt", Class::City),
                ("zhaoyang", Class::County),
                ("czj", Class::Bureau),
                ("body", Class::Bureau)
            ]
        );
        assert_eq!(registry.sites[3].parent.as_ref().map(SiteId::as_str), Some("zt"));
        assert_eq!(registry.sites[1].name, "昭阳区\"门户\"");
    }

    #[test]
    fn every_row_that_cannot_be_read_is_named() {
        let rows = table("网站名称,网址,类别\n甲,ftp://a.example/,县\n乙,http://b.example/,庙");
        let complaints = roster_from_table(Path::new("a.csv"), "市", &rows).unwrap_err().to_string();
        assert_eq!(complaints.lines().count(), 2, "{complaints}");
        assert!(complaints.starts_with("a.csv:2: 网址: `ftp:`"), "{complaints}");
    }
}
