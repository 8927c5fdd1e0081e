//! The workbook, the papers and the tables: that they hold what the reports hold, and that answers come back.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

use calamine::{Data, Range, Reader, Xlsx};
use rust_xlsxwriter::Workbook;

use super::*;
use crate::audit::{Review, Said};
use crate::report::view::{FindingView, Verdict};
use crate::report::{Format, read, read_review, wire};
use crate::score::Outcome;

fn bytes_of(format: &str, city: &CityView) -> Vec<Vec<u8>> {
    let files = Format::named(format).unwrap().city.iter();
    files.map(|it| file_of(it, city)).collect()
}

fn sheet(bytes: &[u8], name: &str) -> Range<Data> {
    Xlsx::new(Cursor::new(bytes.to_vec())).unwrap().worksheet_range(name).unwrap()
}

/// The cells of a column, by its heading, without the heading.
fn column_of(sheet: &Range<Data>, head: &str) -> Vec<Data> {
    let at = sheet.rows().next().unwrap().iter().position(|it| *it == *head).unwrap();
    sheet.rows().skip(1).map(|row| row[at].clone()).collect()
}

fn reviewed(facts: &Facts, review: &Review) -> SiteView {
    let bound = audit::bind(census(), indicators::ALL).unwrap();
    let site = facts.site().id.as_str().to_owned();
    let answers = audit::run(&bound, facts);
    let (answers, void) = review.apply(&site, facts.as_of(), answers);
    let card = tally(bound.checklist(), answers);
    SiteView::reviewed(run(), bound.checklist(), &card, facts, &void)
}

fn city_of(views: &[SiteView]) -> CityView {
    let bodies = views.iter().map(|it| Body::Inspected(SiteSummary::of(it))).collect();
    CityView::of(run(), "澜川市", Asked::default(), bodies)
}

#[test]
fn what_is_written_reads_back_to_the_same_files() {
    let words = Words::built_in();
    let views = [view_of(&rich()), view_of(&sound()), view_of(&unseen())];
    let mut bodies = Vec::new();
    for view in &views {
        let document: wire::Report = serde_json::from_slice(&json::site(view, words).unwrap()).unwrap();
        let back = read::site(document).unwrap();
        for format in FORMATS {
            for file in format.site {
                let (was, is) = ((file.render)(view, words).unwrap(), (file.render)(&back, words).unwrap());
                assert!(was == is, "{} of {}", format.name, view.site.id);
            }
        }
        bodies.push(Body::Inspected(SiteSummary::of(&back)));
    }
    let city = city();
    let document: wire::RunReport = serde_json::from_slice(&json::city(&city, words).unwrap()).unwrap();
    let without = read::without_site(&document.sites[3]).unwrap().unwrap();
    bodies.push(Body::WithoutSite(without));
    let back = read::city(&document, bodies, vec!["html", "json"]).unwrap();
    for format in FORMATS {
        for file in format.city {
            let same = file_of(file, &city) == file_of(file, &back);
            assert!(same, "{}", file.path);
        }
    }
}

#[test]
fn a_document_with_a_strange_value_is_refused_by_name() {
    let bytes = json::site(&view_of(&rich()), Words::built_in()).unwrap();
    let mut document: wire::Report = serde_json::from_slice(&bytes).unwrap();
    document.site.id = "../../etc".to_owned();
    assert_eq!(
        read::site(document.clone()).unwrap_err().to_string(),
        "a site's id is `../../etc`, which this program does not write"
    );
    document.schema = "govcensus.report/2".to_owned();
    assert!(read::site(document).unwrap_err().to_string().starts_with("schema is `govcensus.report/2`"));
}

#[test]
fn the_workbook_has_the_rows_of_the_reports() {
    let bytes = bytes_of("xlsx", &city()).remove(0);
    let mut want: Vec<String> = Vec::new();
    let mut columns = 0;
    for facts in [rich(), sound(), unseen()] {
        let report = parsed(&json::site(&view_of(&facts), Words::built_in()).unwrap());
        columns += report["columns"].as_array().unwrap().len();
        for answer in report["answers"].as_array().unwrap() {
            let findings = answer["findings"].as_array().unwrap().iter();
            want.extend(findings.map(|it| it["message"].as_str().unwrap().to_owned()));
        }
    }
    let problems = sheet(&bytes, "问题清单");
    let got: Vec<String> = column_of(&problems, "问题描述").iter().map(ToString::to_string).collect();
    assert!(got.len() > 20);
    assert_eq!(got, want);
    assert!(column_of(&problems, "发现时间").iter().all(|it| matches!(it, Data::DateTime(_))));
    assert!(column_of(&problems, "序号").iter().all(|it| matches!(it, Data::Float(_))));
    let listed = sheet(&bytes, "栏目更新");
    assert_eq!(listed.rows().count() - 1, columns);
    assert!(column_of(&listed, "未更新天数").contains(&Data::Float(43.0)));
    let names: Vec<String> = Xlsx::new(Cursor::new(bytes)).unwrap().sheet_names();
    assert_eq!(names, ["总览", "站点得分", "问题清单", "栏目更新", "死链", "服务问题", "待人工复核"]);
}

/// The sheet 待人工复核 as a person would save it, with answers in the rows of a clause.
fn answered(bytes: &[u8], site: &str, clause: &str, answers: &BTreeMap<&str, &str>) -> Vec<u8> {
    let sheet = sheet(bytes, "待人工复核");
    let heads: Vec<String> = sheet.rows().next().unwrap().iter().map(ToString::to_string).collect();
    let at = |head: &str| heads.iter().position(|it| it == head).unwrap();
    let mut book = Workbook::new();
    let page = book.add_worksheet().set_name("待人工复核").unwrap();
    for (row, cells) in (0..).zip(sheet.rows()) {
        let chosen = cells[at("条款")] == *clause && cells[at("网站编号")] == *site;
        for (column, (cell, head)) in (0..).zip(cells.iter().zip(&heads)) {
            let answer = answers.get(head.as_str()).filter(|_| chosen);
            let text = answer.map_or_else(|| cell.to_string(), |it| (*it).to_owned());
            page.write_string(row, column, text).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn a_review_answered_in_the_workbook_comes_back_and_changes_the_verdict() {
    let before = view_of(&sound());
    assert_eq!(before.outcome.outcome, Outcome::Qualified);
    let ledger = bytes_of("xlsx", &city_of(std::slice::from_ref(&before))).remove(0);
    let answers = BTreeMap::from([
        ("核查结论", "存在问题"),
        ("核查说明", "首页出现严重错别字"),
        ("核查人", "王某"),
        ("核查日期", "2017年12月20日"),
    ]);
    let ledger = answered(&ledger, "caizheng", "V15-4", &answers);
    let review = read_review(Path::new("ledger.xlsx"), &ledger).unwrap();
    // What is written to review.toml is what is read from it.
    let review = Review::parse(Path::new("review.toml"), &review.to_toml().unwrap()).unwrap();
    assert_eq!(review.rulings.len(), 1);
    let after = reviewed(&sound(), &review);
    assert_eq!(after.outcome.outcome, Outcome::Unqualified);
    let row = after.rows.iter().find(|it| it.clause == "V15-4").unwrap();
    assert_eq!((row.verdict, row.rulings[0].who.as_str()), (Verdict::Fail, "王某"));
    let page = text(html::site(&after, Words::built_in()).unwrap());
    assert!(page.contains("王某") && page.contains("首页出现严重错别字"), "the report shows who decided");
    // The decision stands in the next ledger, so that importing it again forgets nothing.
    let next = bytes_of("xlsx", &city_of(&[after])).remove(0);
    assert_eq!(read_review(Path::new("ledger.xlsx"), &next).unwrap(), review);
}

#[test]
fn an_answer_without_a_name_or_a_day_is_refused_with_its_row() {
    let ledger = bytes_of("xlsx", &city_of(&[view_of(&sound())])).remove(0);
    let answers = BTreeMap::from([("核查结论", "可能"), ("核查说明", "不清楚"), ("核查日期", "昨天")]);
    let ledger = answered(&ledger, "caizheng", "V15-4", &answers);
    let said = read_review(Path::new("ledger.xlsx"), &ledger).unwrap_err().to_string();
    for part in ["“核查人”未填写", "“核查日期”是“昨天”", "“核查结论”是“可能”"]
    {
        assert!(said.contains(part), "{said}");
    }
    assert!(said.starts_with("ledger.xlsx:2:"), "{said}");
}

fn ruling(clause: &str, finding: Option<&FindingView>, verdict: &str, more: &str) -> String {
    let fingerprint = finding.map(|it| format!("fingerprint = \"{}\"\n", it.fingerprint)).unwrap_or_default();
    format!(
        "[[ruling]]\nsite = \"gushan\"\nclause = \"{clause}\"\n{fingerprint}verdict = \"{verdict}\"\n\
         reason = \"核过\"\nwho = \"李某\"\nwhen = \"2017-12-16\"\n{more}\n"
    )
}

fn review(rulings: &[String]) -> Review {
    let text = "schema = \"govcensus.review/1\"\n".to_owned() + &rulings.concat();
    Review::parse(Path::new("review.toml"), &text).unwrap()
}

#[test]
fn findings_that_people_rule_out_may_lift_a_veto() {
    let before = view_of(&rich());
    let row = before.rows.iter().find(|it| it.clause == "V15-3a").unwrap();
    assert!(before.outcome.vetoes.iter().any(|it| it.clause == "V15-3a"));
    // Five are needed; one that is ruled out leaves too few, but a column that was not read may be the fifth.
    let one = ruling("V15-3a", row.findings.first(), "pass", "");
    let after = reviewed(&rich(), &review(&[one]));
    let left = after.rows.iter().find(|it| it.clause == "V15-3a").unwrap();
    assert_eq!((left.verdict, left.remarks.len()), (Verdict::Undetermined, row.findings.len() - 1));
    assert!(after.outcome.open_vetoes.iter().any(|it| it.clause == "V15-3a"));
    let all: Vec<_> = row.findings.iter().map(|it| ruling("V15-3a", Some(it), "pass", "")).collect();
    let after = reviewed(&rich(), &review(&all));
    assert_eq!(after.rows.iter().find(|it| it.clause == "V15-3a").unwrap().verdict, Verdict::Pass);
}

#[test]
fn an_answer_whose_subject_is_gone_or_whose_time_is_over_is_void_and_reported() {
    let gone = ruling("D15-4a", None, "pass", "fingerprint = \"0123456789abcdef\"\n");
    let over = ruling("V15-4", None, "fail", "until = \"2017-12-01\"\n");
    let view = reviewed(&rich(), &review(&[gone, over]));
    let why: Vec<_> = view.void.iter().map(|it| (it.ruling.clause.as_str(), it.why.as_str())).collect();
    assert_eq!(why, [("V15-4", "已过有效期"), ("D15-4a", "所针对的问题本次未再发现")]);
    assert_eq!(view.outcome.outcome, view_of(&rich()).outcome.outcome);
    let page = text(html::site(&view, Words::built_in()).unwrap());
    assert!(page.contains("所针对的问题本次未再发现"));
}

#[test]
fn a_row_that_was_ruled_on_as_a_whole_is_no_proposal_any_more() {
    for (said, verdict) in [(Said::Fail, Verdict::Fail), (Said::NotApplicable, Verdict::NotApplicable)] {
        let view = reviewed(&rich(), &review(&[ruling("V15-4", None, said.id(), "")]));
        let row = view.rows.iter().find(|it| it.clause == "V15-4").unwrap();
        assert_eq!((row.verdict, row.to_confirm, row.beyond_one_visit), (verdict, false, false));
    }
}

#[test]
fn papers_name_no_site_that_was_not_seen_and_no_problem_that_is_not_confirmed() {
    let city = city();
    let circular = String::from_utf8_lossy(&bytes_of("docx", &city).remove(0)).into_owned();
    assert!(circular.contains("关于2017年第四季度澜川市政府网站检查情况的通报"));
    assert!(circular.contains("2017年12月29日"), "ten working days after the day of inspection");
    assert!(!circular.contains('{') || !circular.contains("{city}"));
    let notices = Format::named("docx").unwrap().site;
    assert_eq!(notices[0].path(&SiteSummary::of(&view_of(&unseen()))), None);
    assert_eq!(notices[0].path(&SiteSummary::of(&view_of(&rich()))), Some("notices/gushan.docx".to_owned()));
}

#[test]
fn a_deadline_in_a_year_without_a_notice_says_so() {
    let city = CityView::of(
        RunInfo { as_of: "2027-03-01".parse().unwrap(), ..run() },
        "澜川市",
        Asked::default(),
        Vec::new(),
    );
    let circular = String::from_utf8_lossy(&bytes_of("docx", &city).remove(0)).into_owned();
    assert!(circular.contains("以节假日安排为准"));
}
