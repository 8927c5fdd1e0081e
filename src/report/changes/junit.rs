//! JUnit XML, as Jenkins, GitLab and Gitee read it: a suite for each site, a case for each defect that changed.
//!
//! An alarm that fails the job is a failure; what only warns, or is waived, is skipped with its reason; what was mended
//! is a case that passed.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::base::printable;
use crate::compare::{Level, State};

use super::{ChangesView, Item, RenderError};

pub(super) fn render(view: &ChangesView<'_>) -> Result<Vec<u8>, RenderError> {
    let items = view.items();
    let mut suites: Vec<(&str, Vec<&Item<'_>>)> = Vec::new();
    for item in &items {
        match suites.last_mut() {
            Some((site, of_site)) if *site == item.site => of_site.push(item),
            _ => suites.push((item.site, vec![item])),
        }
    }
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    write(&mut xml, &suites).map_err(RenderError::Xml)?;
    let mut bytes = xml.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

fn write(xml: &mut Writer<Vec<u8>>, suites: &[(&str, Vec<&Item<'_>>)]) -> std::io::Result<()> {
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all = || suites.iter().flat_map(|(_, items)| items);
    let (tests, failures) = (all().count().max(1), all().filter(|it| fails(it)).count());
    xml.write_event(Event::Start(element(
        "testsuites",
        &[
            ("name", "govcensus"),
            ("tests", &tests.to_string()),
            ("failures", &failures.to_string()),
            ("errors", "0"),
        ],
    )))?;
    if suites.is_empty() {
        // A file without a case counts as broken with some readers.
        open_suite(xml, "govcensus", 1, 0, 0)?;
        xml.write_event(Event::Empty(element(
            "testcase",
            &[("classname", "govcensus"), ("name", "没有变化")],
        )))?;
        xml.write_event(Event::End(BytesEnd::new("testsuite")))?;
    }
    for (site, items) in suites {
        let skipped = items.iter().filter(|it| skips(it).is_some()).count();
        open_suite(xml, site, items.len(), items.iter().filter(|it| fails(it)).count(), skipped)?;
        for item in items {
            case(xml, item)?;
        }
        xml.write_event(Event::End(BytesEnd::new("testsuite")))?;
    }
    xml.write_event(Event::End(BytesEnd::new("testsuites")))
}

fn open_suite(
    xml: &mut Writer<Vec<u8>>,
    site: &str,
    tests: usize,
    failures: usize,
    skipped: usize,
) -> std::io::Result<()> {
    xml.write_event(Event::Start(element(
        "testsuite",
        &[
            ("name", site),
            ("tests", &tests.to_string()),
            ("failures", &failures.to_string()),
            ("errors", "0"),
            ("skipped", &skipped.to_string()),
        ],
    )))
}

fn case(xml: &mut Writer<Vec<u8>>, item: &Item<'_>) -> std::io::Result<()> {
    let name = match item.defect {
        Some(defect) => {
            let thing =
                if defect.name.is_empty() { defect.url.as_deref().unwrap_or_default() } else { &defect.name };
            format!("{} {} {thing} [{}]", item.clauses.join(","), item.title, item.fingerprint)
        }
        None => format!("{} {} [{}]", item.clauses.join(","), item.title, item.fingerprint),
    };
    let class = format!("{}.{}", item.site, item.indicator);
    let start = element("testcase", &[("classname", &class), ("name", &name)]);
    let page = item.page.unwrap_or_default();
    if fails(item) {
        let kind = item.alarm.map_or("", |it| it.trigger.id());
        xml.write_event(Event::Start(start))?;
        xml.write_event(Event::Start(element("failure", &[("type", kind), ("message", item.message)])))?;
        xml.write_event(Event::Text(BytesText::new(&clean(&format!("{}\n{page}", item.message)))))?;
        xml.write_event(Event::End(BytesEnd::new("failure")))?;
        xml.write_event(Event::End(BytesEnd::new("testcase")))
    } else if let Some(why) = skips(item) {
        xml.write_event(Event::Start(start))?;
        xml.write_event(Event::Empty(element(
            "skipped",
            &[("message", &format!("{why}：{}", item.message))],
        )))?;
        xml.write_event(Event::End(BytesEnd::new("testcase")))
    } else {
        xml.write_event(Event::Empty(start))
    }
}

fn fails(item: &Item<'_>) -> bool {
    item.level() == Level::Error
}

/// Why a case is neither passed nor failed.
fn skips(item: &Item<'_>) -> Option<&'static str> {
    match (item.level(), item.state()) {
        (Level::Error, _) | (_, Some(State::Fixed)) => None,
        _ if item.is_waived() => Some("已豁免"),
        (_, Some(state)) => Some(state.zh()),
        (_, None) => Some("提示"),
    }
}

fn element<'a>(name: &'a str, attributes: &[(&str, &str)]) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (key, value) in attributes {
        start.push_attribute((*key, clean(value).as_str()));
    }
    start
}

/// Text as XML may hold it: quick-xml escapes mark-up, but a control character cannot be written at all.
fn clean(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(printable).collect();
    lines.join("\n").chars().filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')).collect()
}
