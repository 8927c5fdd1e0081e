//! The judging half on frozen evidence: every byte of the reports is as it was, or the change is read and committed.

use std::path::{Path, PathBuf};
use std::{env, fs};

use govcensus::cli::{self, Exit};
use govcensus::report;

use crate::tidy;

const FILES: [&str; 20] = [
    "index.html",
    "run.json",
    "ledger.xlsx",
    "circular.docx",
    "summary.md",
    "csv/sites.csv",
    "csv/problems.csv",
    "csv/columns.csv",
    "csv/links.csv",
    "notices/dongping.docx",
    "notices/finance.docx",
    "sites/dongping/report.md",
    "sites/finance/report.md",
    "sites/civil-affairs/report.md",
    "sites/dongping/report.html",
    "sites/dongping/report.json",
    "sites/finance/report.html",
    "sites/finance/report.json",
    "sites/civil-affairs/report.html",
    "sites/civil-affairs/report.json",
];

#[test]
fn frozen_evidence_is_judged_as_before() {
    let folder = tempfile::tempdir().unwrap();
    copy(&tidy::root().join("fixtures/evidence/city"), folder.path());
    let run = folder.path().to_str().unwrap();
    let audit = ["govcensus", "audit", run, "--as-of", "2017-12-15", "--quiet", "--format", ALL];
    assert_eq!(cli::run(audit), Exit::Fails);
    let mut stale = Vec::new();
    for file in FILES {
        let got = fs::read(folder.path().join(file)).unwrap();
        let kept = tidy::root().join("reports/sample").join(file);
        if fs::read(&kept).ok().as_ref() != Some(&got) {
            stale.push(file);
            if env::var_os("UPDATE").is_some() {
                report::write(&kept, &got).unwrap();
            }
        }
    }
    assert!(
        stale.is_empty(),
        "reports/sample differs in {stale:?}; UPDATE=1 writes it, then read the difference"
    );
}

/// What a second run shows of the first one.
const RECHECK: [&str; 11] = [
    "index.html",
    "history.html",
    "run.json",
    "circular.docx",
    "summary.md",
    "sites/dongping/report.html",
    "sites/dongping/report.json",
    "sites/finance/report.html",
    "sites/finance/report.json",
    "sites/civil-affairs/report.html",
    "sites/civil-affairs/report.json",
];

#[test]
fn a_recheck_five_days_later_is_as_before() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    let sample = tidy::root().join("reports/sample");
    for file in FILES.iter().filter(|it| Path::new(it).extension().is_some_and(|it| it == "json")) {
        report::write(&first.join(file), &fs::read(sample.join(file)).unwrap()).unwrap();
    }
    copy(&tidy::root().join("fixtures/evidence/city-mended"), &second);
    let [run, base, all] = [&second, &first, folder.path()].map(|it| it.to_str().unwrap());
    let beside = ["--base", base, "--history", all, "--format", "html,json,docx,md"];
    let audit = ["govcensus", "audit", run, "--as-of", "2017-12-20", "--quiet"].into_iter().chain(beside);
    assert_eq!(cli::run(audit), Exit::Fails);
    let kept = sample.join("recheck");
    let mut stale = Vec::new();
    for file in RECHECK {
        let got = fs::read(second.join(file)).unwrap();
        if fs::read(kept.join(file)).ok().as_ref() != Some(&got) {
            stale.push(file);
            if env::var_os("UPDATE").is_some() {
                report::write(&kept.join(file), &got).unwrap();
            }
        }
    }
    assert!(stale.is_empty(), "reports/sample/recheck differs in {stale:?}; UPDATE=1 writes it");
    // And the same from the documents alone.
    let again = ["govcensus", "report", run].into_iter().chain(beside);
    assert_eq!(cli::run(again), Exit::Fails);
    for file in RECHECK {
        assert_eq!(fs::read(second.join(file)).unwrap(), fs::read(kept.join(file)).unwrap(), "{file}");
    }
    // What the page and the paper say is what `compare` says of what was proved.
    let page = fs::read_to_string(second.join("index.html")).unwrap();
    for says in
        ["认定的问题14处：已整改4处，未整改10处；新发现问题4处", "href=\"history.html\"", "72.9 → 74.9"]
    {
        assert!(page.contains(says), "index.html does not say {says}");
    }
    // A run that has nothing to do with it is no earlier run of it.
    let stranger = folder.path().join("report.json");
    let report = fs::read_to_string(second.join("sites/finance/report.json")).unwrap();
    tidy::write(&stranger, &report.replace("\"id\": \"finance\"", "\"id\": \"stranger\""));
    let wrong = ["govcensus", "report", run, "--base", stranger.to_str().unwrap()];
    assert_eq!(cli::run(wrong), Exit::Broken);
}

/// The frozen evidence by the census and by an invented plan: the matrix, the ledger, and a county's report with both.
#[test]
fn a_plan_is_judged_as_before() {
    let folder = tempfile::tempdir().unwrap();
    copy(&tidy::root().join("fixtures/evidence/city"), folder.path());
    let plan = tidy::root().join("fixtures/plans/lanchuan-2017.toml");
    let (run, plan) = (folder.path().to_str().unwrap(), plan.to_str().unwrap());
    let audit = ["govcensus", "audit", run, "--as-of", "2017-12-15", "--quiet"];
    let both = ["--checklist", "census-2015", "--checklist", plan];
    assert_eq!(cli::run(audit.into_iter().chain(both)), Exit::Fails);
    let mut stale = Vec::new();
    for file in ["plan.html", "duties.json", "sites/dongping/report.html"] {
        let got = fs::read(folder.path().join(file)).unwrap();
        let kept = tidy::root().join("reports/sample/plan").join(file);
        if fs::read(&kept).ok().as_ref() != Some(&got) {
            stale.push(file);
            if env::var_os("UPDATE").is_some() {
                report::write(&kept, &got).unwrap();
            }
        }
    }
    assert!(stale.is_empty(), "reports/sample/plan differs in {stale:?}; UPDATE=1 writes it");
}

/// Every format; those of programs first, because the others can be made of them.
const ALL: &str = "html,json,xlsx,docx,csv,md";

#[test]
fn every_file_can_be_made_of_the_documents_alone() {
    let folder = tempfile::tempdir().unwrap();
    let sample = tidy::root().join("reports/sample");
    for file in FILES.iter().filter(|it| Path::new(it).extension().is_some_and(|it| it == "json")) {
        report::write(&folder.path().join(file), &fs::read(sample.join(file)).unwrap()).unwrap();
    }
    // A paper from an earlier audit, about a site that has nothing to mend now.
    report::write(&folder.path().join("notices/civil-affairs.docx"), b"old").unwrap();
    let exit = cli::run(["govcensus", "report", folder.path().to_str().unwrap(), "--format", ALL]);
    assert_eq!(exit, Exit::Fails);
    for file in FILES {
        let same = fs::read(folder.path().join(file)).unwrap() == fs::read(sample.join(file)).unwrap();
        assert!(same, "{file}");
    }
    assert!(!folder.path().join("notices/civil-affairs.docx").exists());
}

#[test]
fn the_workbook_of_a_plan_lists_every_body_with_everything_it_owes() {
    let folder = tempfile::tempdir().unwrap();
    copy(&tidy::root().join("fixtures/evidence/city"), folder.path());
    let run = folder.path().to_str().unwrap();
    let audit = ["govcensus", "audit", run, "--as-of", "2017-12-15", "--quiet", "--format", "json,xlsx"];
    let by = ["--checklist", "census-2015", "--checklist", "zhaotong-2017"];
    assert_eq!(cli::run(audit.into_iter().chain(by)), Exit::Fails);
    let duties = fs::read(folder.path().join("duties.json")).unwrap();
    let duties: serde_json::Value = serde_json::from_slice(&duties).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let mut want: Vec<[String; 4]> = Vec::new();
    for body in duties["bodies"].as_array().unwrap() {
        let owed = body["duties"].as_array().unwrap().iter().filter(|it| it["state"] != "not_applicable");
        want.extend(owed.map(|it| {
            let answer = &it["answer"];
            [text(&body["body"]), text(&answer["title"]), text(&answer["text"]), text(&it["state_zh"])]
        }));
    }
    let absent = duties["absent"].as_array().unwrap().len();
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(folder.path().join("ledger.xlsx")).unwrap();
    let sheet = calamine::Reader::worksheet_range(&mut book, "政务公开台账").unwrap();
    let cell = |row: &[calamine::Data], at: usize| row[at].to_string();
    let rows: Vec<_> = sheet.rows().skip(1).collect();
    assert_eq!(rows.len(), want.len() + absent);
    assert!(want.len() > 200 && absent > 10, "{} and {absent}", want.len());
    for (row, want) in rows.iter().zip(&want) {
        assert_eq!(&[1, 2, 3, 6].map(|at| cell(row, at)), want);
    }
    assert!(cell(rows[want.len()], 9).starts_with("文件点名、检查名录中没有的单位"));
}

#[test]
fn a_persons_answer_changes_how_the_command_ends() {
    let folder = tempfile::tempdir().unwrap();
    copy(&tidy::root().join("fixtures/evidence/city"), folder.path());
    let review = folder.path().join("review.toml");
    tidy::write(
        &review,
        "schema = \"govcensus.review/1\"\n[[ruling]]\nsite = \"civil-affairs\"\nclause = \"V15-4\"\n\
         verdict = \"fail\"\nreason = \"首页出现严重错误\"\nwho = \"王某\"\nwhen = \"2017-12-16\"\n",
    );
    let (run, review) = (folder.path().to_str().unwrap(), review.to_str().unwrap());
    let audit = ["govcensus", "audit", run, "--as-of", "2017-12-15", "--quiet", "--site", "civil-affairs"];
    assert_eq!(cli::run(audit), Exit::Meets);
    assert_eq!(cli::run(audit.into_iter().chain(["--review", review])), Exit::Fails);
    let report = fs::read_to_string(folder.path().join("sites/civil-affairs/report.json")).unwrap();
    assert!(report.contains("\"who\": \"王某\""), "the report says who decided");
}

#[test]
fn judging_writes_nothing_but_reports() {
    let folder = tempfile::tempdir().unwrap();
    copy(&tidy::root().join("fixtures/evidence/city"), folder.path());
    let warc = folder.path().join("sites/finance/archive/finance-00000.warc.gz");
    let before = fs::read(&warc).unwrap();
    cli::run(["govcensus", "audit", folder.path().to_str().unwrap(), "--quiet"]);
    assert_eq!(fs::read(&warc).unwrap(), before);
}

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}
