//! Runs the examples of `fixtures/pages/*.md`: prose, a page, and what a reader finds on it.
//!
//! A block of `html URL` is the page; the block of `reading` after it names the parts that the example is about and
//! says what they are, a line each. `UPDATE=1` writes what the reader finds; read the difference before you commit it.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

use govcensus::base::Address;
use govcensus::page::{Answered, Dated, NavEntry, Page, Presence, Source, read, references};

use crate::tidy;

#[test]
fn every_page_is_read_as_it_says() {
    let mut wrong = Vec::new();
    for path in files("fixtures/pages") {
        let text = fs::read_to_string(&path).unwrap();
        let mut updated = String::new();
        let mut rest = text.as_str();
        let mut page = None;
        while let Some((before, fenced)) = rest.split_once("\n```") {
            let (info, body) = fenced.split_once('\n').unwrap_or((fenced, ""));
            let (body, after) = body.split_once("```").unwrap_or((body, ""));
            let (what, words) = info.split_once(' ').unwrap_or((info, ""));
            let mut shown = body.to_owned();
            match what {
                "html" => page = Some(page_of(words, body)),
                "reading" => {
                    let page = page
                        .as_ref()
                        .unwrap_or_else(|| panic!("{}: no page before `{info}`", path.display()));
                    let got = reading(page, words);
                    if got != body {
                        let told = [updated.as_str(), before].concat();
                        let name =
                            told.rsplit("\n## ").next().and_then(|it| it.lines().next()).unwrap_or_default();
                        wrong
                            .push(format!("{}, {name}:\n--- expected\n{body}--- got\n{got}", path.display()));
                        shown = got;
                    }
                }
                other => panic!("{}: a block of `{other}`; known: html, reading", path.display()),
            }
            let _ = write!(updated, "{before}\n```{info}\n{shown}```");
            rest = after;
        }
        updated.push_str(rest);
        if env::var_os("UPDATE").is_some() && updated != text {
            tidy::write(&path, &updated);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Bytes that once broke something, or could: none may stop the reader, whatever the header says.
#[test]
fn no_bytes_stop_the_reader() {
    let address: Address = "http://a.example/x/".parse().unwrap();
    let all = files("fixtures/bytes");
    assert!(!all.is_empty());
    for path in all {
        let body = fs::read(&path).unwrap();
        for content_type in [None, Some("text/html; charset=gb2312"), Some("text/html; charset=utf-8")] {
            let page = read(&Source { address: &address, content_type, body: &body });
            assert!(page.text_length <= body.len() * 3, "{}", path.display());
        }
    }
}

/// What the tags of a page tell without a tree is no less than what is read of it, on every page of the fixture city.
#[test]
fn the_tags_of_a_page_tell_of_every_link_that_is_read() {
    let (mut told, mut all) = (0, 0);
    for path in pages_below("fixtures/city/sites") {
        let body = fs::read(&path).unwrap();
        let address: Address = "http://a.example/x/y.html".parse().unwrap();
        let source = Source { address: &address, content_type: None, body: &body };
        all += 1;
        let Some(references) = references(&source) else { continue };
        told += 1;
        let page = read(&source);
        let mut found: Vec<&Address> = page.links.iter().filter_map(|it| it.address.as_ref()).collect();
        found.extend(page.parts.iter().chain(&page.leads_on));
        found.extend(page.lists.iter().flat_map(|it| it.more.iter().chain(&it.next_pages)));
        let entries = page.navigation.iter().flat_map(|it| std::iter::once(it).chain(&it.children));
        found.extend(entries.filter_map(|it| it.address.as_ref()));
        for address in found {
            assert!(references.iter().any(|it| it.address == *address), "{address} of {}", path.display());
        }
    }
    assert!(told * 10 > all * 9, "{told} of {all} pages were told of");
}

fn pages_below(folder: &str) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![tidy::root().join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.extension() {
                _ if path.is_dir() => folders.push(path),
                Some(ending) if ending == "html" => found.push(path),
                _ => {}
            }
        }
    }
    found
}

fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(tidy::root().join(folder)).unwrap();
    let mut files: Vec<PathBuf> = entries
        .map(|it| it.unwrap().path())
        .filter(|it| it.file_name().is_some_and(|name| name != "README.md"))
        .collect();
    files.sort();
    files
}

fn page_of(url: &str, body: &str) -> Page {
    let address: Address = url.parse().unwrap_or_else(|error| panic!("`html {url}`: {error}"));
    read(&Source { address: &address, content_type: Some("text/html; charset=utf-8"), body: body.as_bytes() })
}

/// The parts of a page that are asked for, a line each.
fn reading(page: &Page, parts: &str) -> String {
    let mut out = String::new();
    for part in parts.split(' ') {
        match part {
            "kind" => {
                let _ = writeln!(out, "kind: {:?}", page.kind);
            }
            "script" => drop(writeln!(
                out,
                "script: {}",
                page.by_script.map_or("none".to_owned(), |it| format!("{it:?}"))
            )),
            "crumb" => {
                let _ = writeln!(out, "crumb: {}", page.breadcrumb.join(" > "));
            }
            "column" => {
                let _ = writeln!(out, "column: {}", page.column_name().unwrap_or_default());
            }
            "nav" => page.navigation.iter().for_each(|it| entry(&mut out, it, "nav: ")),
            "lists" => lists(&mut out, page),
            "article" => {
                if let Some(it) = &page.article {
                    let source = it.source.as_deref().unwrap_or("-");
                    let _ = writeln!(out, "article: {} | {} | {source}", it.title, day(&it.date));
                }
            }
            "letters" => letters(&mut out, page),
            "guide" => {
                for (element, presence) in page.guide.iter().flat_map(|it| &it.elements) {
                    let words = match presence {
                        Presence::Present(heading) => format!("present, as {heading}"),
                        Presence::Empty(heading) => format!("empty, as {heading}"),
                        Presence::Missing => "missing".to_owned(),
                    };
                    let _ = writeln!(out, "{}: {words}", element.zh());
                }
            }
            "footer" => {
                let _ = writeln!(out, "{:?}", page.footer);
            }
            "parts" => page.parts.iter().for_each(|it| {
                let _ = writeln!(out, "part: {it}");
            }),
            "links" => {
                for link in &page.links {
                    let to = link.address.as_ref().map_or("nowhere".to_owned(), ToString::to_string);
                    let _ = writeln!(out, "link: {} -> {to} ({:?})", link.text, link.role);
                }
            }
            "flaws" => page.flaws.iter().for_each(|it| {
                let _ = writeln!(out, "flaw: {it:?}");
            }),
            other => panic!("`{other}` is no part of a page"),
        }
    }
    out
}

fn entry(out: &mut String, entry: &NavEntry, indent: &str) {
    let to = entry.address.as_ref().map_or("nowhere".to_owned(), ToString::to_string);
    let _ = writeln!(out, "{indent}{} -> {to}", entry.text);
    entry.children.iter().for_each(|it| self::entry(out, it, "     . "));
}

fn lists(out: &mut String, page: &Page) {
    for list in &page.lists {
        let main = if list.is_main { "main list" } else { "list" };
        let _ = write!(out, "{main}: {}", list.name.as_deref().unwrap_or("-"));
        if let Some(more) = &list.more {
            let _ = write!(out, " | more {more}");
        }
        if let Some(next) = list.next_pages.first() {
            let _ = write!(out, " | next {next}, {} in all", list.next_pages.len());
        }
        out.push('\n');
        for item in &list.items {
            let to = item.address.as_ref().map_or("nowhere".to_owned(), ToString::to_string);
            let pinned = if item.pinned { " | pinned" } else { "" };
            let _ = writeln!(out, "- {} | {} | {to}{pinned}", item.title, day(&item.date));
        }
    }
}

fn letters(out: &mut String, page: &Page) {
    for it in &page.letters {
        let answered = match it.answered {
            Answered::Yes => "answered",
            Answered::No => "not answered",
            Answered::Unsaid => "unsaid",
        };
        let department = it.department.as_deref().unwrap_or("-");
        let days = [day(&it.received), day(&it.replied)].join(" | ");
        let _ = writeln!(out, "letter: {} | {days} | {answered} | {department}", it.title);
    }
}

/// A date and where it stood.
fn day(date: &Dated) -> String {
    match date {
        Dated::Printed { day, source } => format!("{day} ({source:?})"),
        Dated::Yearless { month, day } => format!("--{month:02}-{day:02}"),
        Dated::Unread(text) => format!("unread: {text}"),
        Dated::Absent => "-".to_owned(),
    }
}
