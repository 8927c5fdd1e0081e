//! What is compared: a page as `page::read` reads it, with what a person read there.

use std::collections::{BTreeMap, BTreeSet};

use govcensus::base::squeeze;
use govcensus::page::{self, DateSource, Dated, Guide, List, Page, PageKind, Presence};
use serde_json::Value;

use crate::tally::{Measures, Tally};

/// Compares a page as read with its label, measure by measure.
pub(super) fn judge(name: &str, page: &Page, label: &Value, measures: &mut Measures) {
    let mut tally = Tally { name, measures };
    if let Some(want) = label["kind"].as_str() {
        unblamed(&mut tally, page, want);
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

/// What comes by script or is kept from us by a challenge must never be called blank or broken.
fn unblamed(tally: &mut Tally<'_>, page: &Page, want: &str) {
    if matches!(want, "shell" | "challenge") {
        let blank = page.by_script.is_none() && page.lists.iter().any(|it| it.is_main && it.items.is_empty());
        let broken = page.kind == PageKind::Error;
        tally.flag("never_blamed", true, !blank && !broken);
    }
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
        // Taken on, but not answered; 已阅批 says that a leader saw it, and not that anyone answered.
        match status {
            _ if not => "no",
            "受理" | "已受理" | "已转办" | "已交办" => "no",
            _ if status.starts_with("已阅") => "unsaid",
            _ => "yes",
        }
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
