//! How well `page::read` reads: runs it over a folder of saved pages and compares with what a person read there.
//!
//! `cargo run --example evaluate -- FOLDER [WORD]`: FOLDER holds `pages/`, `labels/` and `INDEX.tsv`; with WORD only
//! pages whose name contains it are read, and every difference is printed. Real pages and templates are counted apart.
//! This file knows the format of the labels and nothing about particular sites.

#![expect(clippy::print_stdout, reason = "a report on a terminal is what this example is for")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use govcensus::base::{Address, squeeze};
use govcensus::page::{self, DateSource, Dated, Guide, List, Page, PageKind, Presence, Source};
use serde_json::Value;

/// Counts of one measure.
#[derive(Default)]
struct Measure {
    /// Labelled and found alike.
    right: usize,
    /// Found and not labelled so.
    wrong: usize,
    /// Labelled and not found.
    missed: usize,
    /// Pages judged.
    pages: usize,
    /// Name of a page and what differed there.
    misses: Vec<(usize, String, String)>,
}

type Measures = BTreeMap<&'static str, Measure>;

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().unwrap_or_else(|| ".".to_owned()));
    let only = args.next();
    let urls = index(&folder);
    let mut groups: BTreeMap<&'static str, Measures> = BTreeMap::new();
    let mut slowest: Vec<(u128, String)> = Vec::new();
    for path in files(&folder.join("labels"))? {
        let Ok(name) = path.strip_prefix(folder.join("labels")) else { continue };
        let name = name.with_extension("").to_string_lossy().into_owned();
        if only.as_ref().is_some_and(|only| !name.contains(only.as_str())) {
            continue;
        }
        let Some((file, bytes)) = page_of(&folder, &name) else { continue };
        let label: Value = serde_json::from_slice(&fs::read(&path)?)?;
        let address = address_of(&urls, &file);
        let started = std::time::Instant::now();
        let page = page::read(&Source { address: &address, content_type: None, body: &bytes });
        slowest.push((started.elapsed().as_millis(), name.clone()));
        let measures = groups.entry(group_of(&name)).or_default();
        judge(&name, &page, &label, measures);
    }
    for (group, measures) in &groups {
        report(group, measures, only.is_some());
    }
    slowest.sort();
    println!("slowest: {:?}", slowest.iter().rev().take(4).collect::<Vec<_>>());
    Ok(())
}

fn group_of(name: &str) -> &'static str {
    let folder = name.split('/').next().unwrap_or_default();
    let is_template =
        ["_template", "_source", "-source", "-template", "_synthetic"].iter().any(|it| folder.ends_with(it));
    if is_template { "templates" } else { "real pages" }
}

fn index(folder: &Path) -> BTreeMap<String, Address> {
    let text = fs::read_to_string(folder.join("INDEX.tsv")).unwrap_or_default();
    let mut urls = BTreeMap::new();
    for line in text.lines().skip(1) {
        let mut cells = line.split('\t');
        let (Some(file), Some(url)) = (cells.next(), cells.next()) else { continue };
        let url = url.split_whitespace().next().unwrap_or_default();
        if let Ok(address) = url.replace('*', "0").parse() {
            urls.insert(file.to_owned(), address);
        }
    }
    urls
}

fn address_of(urls: &BTreeMap<String, Address>, file: &str) -> Address {
    if let Some(address) = urls.get(file) {
        return address.clone();
    }
    let path = file.trim_start_matches("pages/").replace('_', "-");
    format!("http://{path}").parse().unwrap_or_else(|_| "http://a.example/".parse().expect("a fixed address"))
}

fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|it| it == "json") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn page_of(folder: &Path, name: &str) -> Option<(String, Vec<u8>)> {
    ["", ".html", ".htm", ".xml", ".shtml", ".jsp"].iter().find_map(|ending| {
        let file = format!("pages/{name}{ending}");
        fs::read(folder.join(&file)).ok().map(|bytes| (file, bytes))
    })
}

// What is compared, measure by measure.

fn judge(name: &str, page: &Page, label: &Value, measures: &mut Measures) {
    let mut tally = Tally { name, measures };
    if let Some(want) = label["kind"].as_str() {
        // A page does not know that it is the home page.
        let want = if want == "home" { "other" } else { want };
        tally.text("kind", Some(want), Some(kind_id(page.kind)));
    }
    if let Some(want) = label["encoding"].as_str() {
        tally.text("encoding", Some(&want.to_lowercase()), Some(&page.encoding.name.to_lowercase()));
    }
    if let Some(want) = label["title"].as_str() {
        tally.text("title", Some(&squeeze(want)), Some(&page.title));
    }
    if label["site_name"].is_string() {
        let found = page.labels.get("SiteName").or(page.footer.sponsor.as_deref());
        tally.text("site_name", label["site_name"].as_str(), found);
    }
    if label["site_id_code"].is_string() {
        let found = page.labels.get("SiteIDCode").or(page.footer.id_code.as_deref());
        tally.text("site_id_code", label["site_id_code"].as_str(), found);
    }
    if label["column_name"].is_string() {
        tally.text("column_name", label["column_name"].as_str(), page.column_name().as_deref());
    }
    if let Some(want) = label["breadcrumb"].as_array() {
        let want: Vec<String> = want.iter().filter_map(Value::as_str).map(tidy).collect();
        let found: Vec<String> = page.breadcrumb.iter().map(|it| tidy(it)).collect();
        tally.text("breadcrumb", some(&want.join(" > ")), some(&found.join(" > ")));
    }
    if let Some(want) = label["nav"].as_array() {
        let want: Vec<String> = want.iter().map(entry).collect();
        let found: Vec<String> =
            page.navigation.iter().map(|it| format!("{} {}", tidy(&it.text), it.href)).collect();
        tally.set("nav", &want, &found);
        let want: Vec<String> = label["nav"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|it| it["children"].as_array())
            .flatten()
            .map(entry)
            .collect();
        if !want.is_empty() {
            let found: Vec<String> = page
                .navigation
                .iter()
                .flat_map(|it| &it.children)
                .map(|it| format!("{} {}", tidy(&it.text), it.href))
                .collect();
            tally.set("nav_children", &want, &found);
        }
    }
    if let Some(want) = label["lists"].as_array() {
        lists(&mut tally, page, want);
    }
    let main = page.lists.iter().find(|it| it.is_main);
    if let Some(want) = label["newest"].as_str() {
        let found = main.and_then(newest);
        tally.text("newest", Some(want), found.as_deref());
    }
    if let Some(want) = label["list_in_html"].as_bool() {
        let found = main.is_some_and(|it| !it.items.is_empty())
            || page.by_script.is_none()
            || !page.lists.is_empty() && page.kind != PageKind::Shell;
        tally.flag("list_in_html", want, found);
    }
    if let Some(want) = label["blank"].as_bool() {
        let found = main.is_some_and(|it| it.items.is_empty()) && page.letters.is_empty();
        tally.flag("blank", want, found);
    }
    article(&mut tally, page, &label["article"]);
    footer(&mut tally, page, &label["footer"]);
    entries(&mut tally, "service_entry", page, label, page::is_service_entry);
    entries(&mut tally, "interaction_entry", page, label, page::is_interaction_entry);
    if let Some(want) = label["letters"].as_array() {
        letters(&mut tally, page, want);
    }
    guide(&mut tally, page.guide.as_ref(), &label["guide"]);
}

fn lists(tally: &mut Tally<'_>, page: &Page, want: &[Value]) {
    let all: Vec<&Value> = want.iter().filter_map(|it| it["items"].as_array()).flatten().collect();
    let title_of = |it: &Value| {
        format!(
            "{} {}",
            tidy(it["title"].as_str().unwrap_or_default()),
            it["href"].as_str().unwrap_or_default()
        )
    };
    let wanted: Vec<String> = all.iter().map(|it| title_of(it)).collect();
    let items: Vec<&page::Item> = page.lists.iter().flat_map(|it| &it.items).collect();
    let found: Vec<String> = items.iter().map(|it| format!("{} {}", tidy(&it.title), it.href)).collect();
    let has_main = want.iter().any(|it| it["main"].as_bool() == Some(true));
    if has_main {
        // On a list page only the main list is complete in the labels; other blocks may be missing there.
        let wanted: Vec<String> = want
            .iter()
            .filter(|it| it["main"].as_bool() == Some(true))
            .filter_map(|it| it["items"].as_array())
            .flatten()
            .map(title_of)
            .collect();
        let found: Vec<String> = page
            .lists
            .iter()
            .filter(|it| it.is_main)
            .flat_map(|it| &it.items)
            .map(|it| format!("{} {}", tidy(&it.title), it.href))
            .collect();
        tally.set("list_items_main", &wanted, &found);
        let wanted =
            want.iter().find(|it| it["main"].as_bool() == Some(true)).and_then(|it| it["name"].as_str());
        if wanted.is_some() {
            tally.text(
                "list_name_main",
                wanted,
                page.lists.iter().find(|it| it.is_main).and_then(|it| it.name.as_deref()),
            );
        }
    } else if !wanted.is_empty() {
        tally.set("list_items_blocks", &wanted, &found);
        let main: Vec<String> =
            page.lists.iter().filter(|it| it.is_main).map(|it| it.name.clone().unwrap_or_default()).collect();
        if !main.is_empty() {
            tally.set("no_main_list", &[], &main);
        }
    } else {
        tally.set(
            "no_list_items",
            &[],
            &page
                .lists
                .iter()
                .filter(|it| it.is_main)
                .flat_map(|it| &it.items)
                .map(|it| tidy(&it.title))
                .collect::<Vec<_>>(),
        );
    }
    let mut dates: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for it in &all {
        if let Some(date) = it["date"].as_str() {
            dates.entry(title_of(it)).or_default().insert(date.to_owned());
        }
    }
    let (mut want_dates, mut found_dates) = (Vec::new(), Vec::new());
    for (title, days) in &dates {
        want_dates.extend(days.iter().map(|day| format!("{title} @ {day}")));
    }
    let known: BTreeSet<&String> = wanted.iter().collect();
    for (item, key) in items.iter().zip(&found) {
        if !known.contains(key) {
            continue;
        }
        if let Some(day) = printed(&item.date) {
            let yearless = dates
                .get(key)
                .is_some_and(|it| it.iter().any(|it| it.starts_with("--") && day.ends_with(&it[1..])));
            let day = if yearless { dates[key].iter().next().cloned().unwrap_or_default() } else { day };
            found_dates.push(format!("{key} @ {day}"));
        }
    }
    let wanted: BTreeSet<String> = want_dates.into_iter().collect();
    let found: BTreeSet<String> = found_dates.into_iter().collect();
    if !wanted.is_empty() || !found.is_empty() {
        tally.set("dates", &wanted.into_iter().collect::<Vec<_>>(), &found.into_iter().collect::<Vec<_>>());
    }
}

fn article(tally: &mut Tally<'_>, page: &Page, want: &Value) {
    if !want.is_object() {
        return;
    }
    let found = page.article.as_ref();
    if want["title"].is_string() {
        let title = found.map(|it| tidy(&it.title));
        tally.text("article_title", want["title"].as_str().map(tidy).as_deref(), title.as_deref());
    }
    let date = found.and_then(|it| printed(&it.date));
    tally.text("article_date", want["date"].as_str(), date.as_deref());
    if want["source"].is_string() {
        let source = found.and_then(|it| it.source.as_deref());
        tally.text("article_source", want["source"].as_str(), source);
    }
}

fn footer(tally: &mut Tally<'_>, page: &Page, want: &Value) {
    if !want.is_object() {
        return;
    }
    let found = &page.footer;
    tally.text(
        "footer_sponsor",
        want["sponsor"].as_str().map(tidy).as_deref(),
        found.sponsor.as_deref().map(tidy).as_deref(),
    );
    tally.text("footer_id_code", want["id_code"].as_str(), found.id_code.as_deref());
    let bare = |it: &str| it.replace([' ', '\u{a0}'], "");
    tally.text(
        "footer_icp",
        want["icp"].as_str().map(bare).as_deref(),
        found.icp.as_deref().map(bare).as_deref(),
    );
    tally.text(
        "footer_police",
        want["police"].as_str().map(bare).as_deref(),
        found.police.as_deref().map(bare).as_deref(),
    );
    for (name, found) in [("jiucuo", found.jiucuo), ("conac", found.conac), ("sitemap", found.sitemap)] {
        if let Some(want) = want[name].as_bool() {
            tally.flag(
                match name {
                    "jiucuo" => "footer_jiucuo",
                    "conac" => "footer_conac",
                    _ => "footer_sitemap",
                },
                want,
                found,
            );
        }
    }
}

fn entries(tally: &mut Tally<'_>, key: &'static str, page: &Page, label: &Value, test: fn(&str) -> bool) {
    let Some(want) = label[key].as_array() else { return };
    let want: Vec<String> = want.iter().map(entry).collect();
    let levels = page.navigation.iter().chain(page.navigation.iter().flat_map(|it| &it.children));
    let found: BTreeSet<String> =
        levels.filter(|it| test(&it.text)).map(|it| format!("{} {}", tidy(&it.text), it.href)).collect();
    // The question is whether there is one; a page that shows more of them is not wrong.
    let any = found.iter().any(|it| want.contains(it));
    match (want.is_empty(), any) {
        (true, _) if found.is_empty() => tally.add(key, 1, 0, 0, String::new()),
        (true, _) => tally.add(key, 0, found.len(), 0, format!("none wanted, found {found:?}")),
        (false, true) => tally.add(key, 1, 0, 0, String::new()),
        (false, false) => tally.add(key, 0, 0, 1, format!("want {want:?}, found {found:?}")),
    }
}

fn letters(tally: &mut Tally<'_>, page: &Page, want: &[Value]) {
    let shown = |it: &Value, key: &str| it[key].as_str().unwrap_or("-").to_owned();
    let wanted: Vec<String> = want
        .iter()
        .map(|it| {
            format!("{} | {} | {}", tidy(&shown(it, "title")), shown(it, "received"), shown(it, "replied"))
        })
        .collect();
    let found: Vec<String> = page
        .letters
        .iter()
        .map(|it| {
            format!(
                "{} | {} | {}",
                tidy(&it.title),
                printed(&it.received).unwrap_or("-".into()),
                printed(&it.replied).unwrap_or("-".into())
            )
        })
        .collect();
    tally.set("letters", &wanted, &found);
    let answered = |status: &str| {
        let not = ["未", "待", "办理中", "处理中", "受理中"].iter().any(|it| status.contains(it));
        if not { "no" } else { "yes" }
    };
    let wanted: Vec<String> = want
        .iter()
        .filter_map(|it| Some(format!("{} {}", tidy(&shown(it, "title")), answered(it["status"].as_str()?))))
        .collect();
    if !wanted.is_empty() {
        let found: Vec<String> = page
            .letters
            .iter()
            .map(|it| {
                format!(
                    "{} {}",
                    tidy(&it.title),
                    match it.answered {
                        page::Answered::Yes => "yes",
                        page::Answered::No => "no",
                        page::Answered::Unsaid => "unsaid",
                    }
                )
            })
            .collect();
        tally.set("letters_answered", &wanted, &found);
    }
}

fn guide(tally: &mut Tally<'_>, found: Option<&Guide>, want: &Value) {
    if !want.is_object() {
        return;
    }
    let mut wanted = Vec::new();
    for state in ["present", "empty", "missing"] {
        let names = want[state].as_array().into_iter().flatten().filter_map(Value::as_str);
        wanted.extend(names.map(|it| format!("{it} {state}")));
    }
    let found: Vec<String> = found
        .into_iter()
        .flat_map(|it| &it.elements)
        .map(|(element, presence)| {
            let state = match presence {
                Presence::Present(_) => "present",
                Presence::Empty(_) => "empty",
                Presence::Missing => "missing",
            };
            format!("{} {state}", element.zh())
        })
        // A class that was not labelled is not judged.
        .filter(|it| wanted.iter().any(|want| want.split(' ').next() == it.split(' ').next()))
        .collect();
    tally.set("guide", &wanted, &found);
}

// What the page says, in the words of the labels.

fn kind_id(kind: PageKind) -> &'static str {
    match kind {
        PageKind::List => "list",
        PageKind::Article => "article",
        PageKind::Catalogue => "catalogue",
        PageKind::Service => "service",
        PageKind::Guide => "guide",
        PageKind::Mailbox => "mailbox",
        PageKind::Letter => "letter",
        PageKind::Survey => "survey",
        PageKind::Interview => "interview",
        PageKind::Leader => "leader",
        PageKind::Search => "search",
        PageKind::Splash => "splash",
        PageKind::Error => "error",
        PageKind::Challenge => "challenge",
        PageKind::Shell => "shell",
        PageKind::Other => "other",
    }
}

fn printed(date: &Dated) -> Option<String> {
    match date {
        // A day that only the address shows was not printed for a reader.
        Dated::Printed { source: DateSource::Address, .. } | Dated::Unread(_) | Dated::Absent => None,
        Dated::Printed { day, .. } => Some(day.to_string()),
        Dated::Yearless { month, day } => Some(format!("--{month:02}-{day:02}")),
    }
}

fn newest(list: &List) -> Option<String> {
    list.items
        .iter()
        .filter(|it| !matches!(it.date, Dated::Printed { source: DateSource::Address, .. }))
        .filter_map(|it| it.date.day())
        .max()
        .map(|it| it.to_string())
}

fn entry(value: &Value) -> String {
    format!(
        "{} {}",
        tidy(value["text"].as_str().unwrap_or_default()),
        value["href"].as_str().unwrap_or_default().trim()
    )
}

/// Without white space: whether 首 页 is written with a blank is not what is measured.
fn tidy(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

// Counting.

struct Tally<'t> {
    name: &'t str,
    measures: &'t mut Measures,
}

impl Tally<'_> {
    fn add(&mut self, key: &'static str, right: usize, wrong: usize, missed: usize, difference: String) {
        let measure = self.measures.entry(key).or_default();
        measure.pages += 1;
        measure.right += right;
        measure.wrong += wrong;
        measure.missed += missed;
        if wrong + missed > 0 {
            measure.misses.push((wrong + missed, self.name.to_owned(), difference));
        }
    }

    fn text(&mut self, key: &'static str, want: Option<&str>, found: Option<&str>) {
        let counts = match (want, found) {
            (None, None) => (1, 0, 0),
            (Some(want), Some(found)) if want == found => (1, 0, 0),
            (Some(_), Some(_)) => (0, 1, 1),
            (Some(_), None) => (0, 0, 1),
            (None, Some(_)) => (0, 1, 0),
        };
        self.add(key, counts.0, counts.1, counts.2, format!("want {want:?}, found {found:?}"));
    }

    fn flag(&mut self, key: &'static str, want: bool, found: bool) {
        let right = usize::from(want == found);
        self.add(
            key,
            right,
            usize::from(found && !want),
            usize::from(want && !found),
            format!("want {want}, found {found}"),
        );
    }

    fn set(&mut self, key: &'static str, want: &[String], found: &[String]) {
        let mut left: Vec<&String> = want.iter().collect();
        let mut extra = Vec::new();
        for it in found {
            match left.iter().position(|want| *want == it) {
                Some(at) => {
                    left.remove(at);
                }
                None => extra.push(it),
            }
        }
        let right = want.len() - left.len();
        let difference = format!("missed {left:?}\n      extra {extra:?}");
        self.add(key, right, extra.len(), left.len(), difference);
    }
}

fn report(group: &str, measures: &Measures, all: bool) {
    println!("\n== {group}");
    println!(
        "{:<20} {:>6} {:>6} {:>6} {:>6} {:>10} {:>8}",
        "measure", "pages", "right", "wrong", "missed", "precision", "recall"
    );
    for (key, it) in measures {
        let share = |part: usize, rest: usize| {
            if part + rest == 0 { "-".to_owned() } else { format!("{:.1}%", percent(part, part + rest)) }
        };
        println!(
            "{key:<20} {:>6} {:>6} {:>6} {:>6} {:>10} {:>8}",
            it.pages,
            it.right,
            it.wrong,
            it.missed,
            share(it.right, it.wrong),
            share(it.right, it.missed)
        );
    }
    for (key, it) in measures {
        let mut misses: Vec<_> = it.misses.iter().collect();
        misses.sort_by_key(|(count, ..)| std::cmp::Reverse(*count));
        let shown = if all { misses.len() } else { 12 };
        if !misses.is_empty() {
            println!("\n-- {group}: {key}");
        }
        for (_, name, difference) in misses.iter().take(shown) {
            let difference: String =
                if all { difference.clone() } else { difference.chars().take(420).collect() };
            println!("   {name}\n      {difference}");
        }
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    let clamp = |it: usize| f64::from(u32::try_from(it).unwrap_or(u32::MAX));
    100.0 * clamp(part) / clamp(whole)
}
