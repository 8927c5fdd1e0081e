//! What a hostile website shows, in every format.

use std::io::Cursor;
use std::sync::Arc;

use calamine::{Reader, Xlsx};

use super::*;
use crate::compare::{Answer, Found, History, Origin, SiteReading};
use crate::report::Format;
use crate::report::view::{EarlierView, SiteSince};

/// The texts of the fixture, and one of 10,000 characters.
fn titles() -> Vec<String> {
    let fixture: toml::Table =
        toml::from_str(include_str!("../../../fixtures/reports/hostile.toml")).unwrap();
    let titles = fixture["titles"].as_array().unwrap().iter();
    let mut titles: Vec<String> = titles.map(|it| it.as_str().unwrap().to_owned()).collect();
    titles.push("长".repeat(10_000));
    titles
}

/// A county whose columns, links and their texts are the fixture's.
fn hostile() -> Facts {
    let titles_of_columns = titles();
    let columns = titles_of_columns.iter().enumerate().map(|(index, title)| {
        let url = format!("http://www.gushan.example/{index}/'><img src=x onerror=alert(9)>/");
        Column::sample(title, ColumnKind::News, &url, Content::sample(vec![Row::sample(title, "2014-01-01")]))
    });
    let links = titles().into_iter().enumerate().map(|(index, title)| {
        let target = format!("http://www.gushan.example/{index}\"|`b");
        LinkFact::sample(&target, HOME, &title, LinkState::Broken(Breakage::Status(404)))
    });
    facts(0, columns.collect(), links.collect())
}

/// The same site in an earlier run, as somebody else may have written its report: nothing in it is clean.
fn earlier(view: &SiteView) -> SiteReading<'_> {
    let mut reading = view.reading();
    reading.name = titles().concat().into();
    let row = reading.rows.iter_mut().find(|it| it.answer == Answer::Fail && !it.to_confirm).unwrap();
    row.title = titles().concat().into();
    let found = row.found[0].clone();
    row.found = titles()
        .into_iter()
        .map(|it| Found { message: it.clone().into(), url: Some(it.into()), ..found.clone() })
        .collect();
    reading
}

fn files(format: &str) -> Vec<Vec<u8>> {
    let view = view_of(&hostile());
    let since = Some(Arc::new(SiteSince::of(&earlier(&view), &view)));
    let summary = SiteSummary { since, ..SiteSummary::of(&view) };
    let mut city =
        CityView::of(run(), "{year}=1+1<b>\u{202e}", Asked::default(), vec![Body::Inspected(summary)]);
    let origin = Origin { run: titles().concat(), ..Origin::default() };
    let mut beside = EarlierView::of(&origin, &Origin::default());
    for title in titles() {
        beside.lost(&title);
    }
    city.earlier = Some(beside);
    let mut history = History::default();
    history.run(origin);
    history.site(&earlier(&view));
    city.history = Some(history);
    let (format, words) = (Format::named(format).unwrap(), Words::built_in());
    let site = format.site.iter().map(|it| (it.render)(&view, words).unwrap());
    site.chain(format.city.iter().map(|it| file_of(it, &city))).collect()
}

/// Signs that no format may repeat, whatever a website says.
const NEVER: [char; 5] = ['\u{202e}', '\u{0}', '\u{1b}', '\u{200b}', '\u{7}'];

#[test]
fn pages_run_nothing() {
    for page in files("html").into_iter().map(text) {
        for bad in ["<script", "<img", "\"onmouseover", "href=\"javascript:", "' onerror"] {
            assert!(!page.contains(bad), "{bad}");
        }
        assert!(!page.contains(NEVER), "a control is in the page");
        assert!(page.len() < 400_000, "{}", page.len());
    }
}

#[test]
fn documents_stay_documents() {
    for document in files("json").into_iter().map(text) {
        let value: Value = serde_json::from_str(&document).unwrap();
        assert!(value["schema"].as_str().is_some());
        assert!(!document.contains(NEVER));
    }
}

#[test]
fn no_cell_of_the_workbook_is_a_formula_and_no_text_is_endless() {
    let mut book = Xlsx::new(Cursor::new(files("xlsx").remove(0))).unwrap();
    let mut texts = Vec::new();
    for name in book.sheet_names() {
        assert!(book.worksheet_formula(&name).unwrap().used_cells().next().is_none(), "{name}");
        let sheet = book.worksheet_range(&name).unwrap();
        texts.extend(sheet.used_cells().map(|(_, _, cell)| cell.to_string()));
    }
    assert!(texts.iter().any(|it| it.contains("=HYPERLINK(")), "the text itself is still shown");
    assert!(texts.iter().any(|it| it.contains("_x0041_转义")), "{texts:?}");
    assert!(texts.iter().all(|it| it.chars().count() < 1000 && !it.contains(NEVER)));
}

#[test]
fn papers_open_and_hold_the_text_as_text() {
    for paper in files("docx") {
        let docx = docx_rs::read_docx(&paper).unwrap();
        let shown = docx.json();
        assert!(shown.contains("alert(1)"), "the text itself is still shown");
        // docx-rs stores the parts as they are, so the markup can be looked at.
        let raw = String::from_utf8_lossy(&paper);
        let raw = raw.split("<w:document").nth(1).unwrap().split("</w:document>").next().unwrap();
        assert!(!raw.contains("<script") && !raw.contains(NEVER));
    }
}

#[test]
fn no_cell_of_a_table_is_calculated() {
    for table in files("csv").into_iter().map(text) {
        let mut reader =
            csv::ReaderBuilder::new().from_reader(table.trim_start_matches('\u{feff}').as_bytes());
        for cell in reader.records().flat_map(|it| it.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
        {
            assert!(!cell.starts_with(['=', '+', '@', '|']), "{cell}");
            assert!(!cell.contains(NEVER));
        }
    }
}

#[test]
fn markdown_marks_nothing_up() {
    for page in files("md").into_iter().map(text) {
        // An escaped bracket ends no link's text.
        let page = page.replace("\\](", "");
        assert!(!page.contains("<script") && !page.contains("](javascript:"), "{page}");
        assert!(!page.contains(NEVER));
        // The target of a link is an address within angle brackets, and nothing else.
        for target in page.split("](").skip(1) {
            assert!(target.starts_with("<http://"), "{target}");
        }
    }
}
