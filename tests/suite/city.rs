//! The demo, end to end: the fixture city walked on loopback, judged, and set against what is right.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use govcensus::checklist::{self, Decided};
use govcensus::cli::{self, Exit};
use govcensus::evidence::store::Archive;
use serde_json::Value;
use tempfile::TempDir;

use crate::{golden, tidy};

/// One run of the demo, for every test that only reads it.
static RUN: LazyLock<TempDir> = LazyLock::new(demo);

fn demo() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap().to_owned();
    let exit = cli::run(["govcensus", "demo", "--quiet", "--out", &out]);
    assert_eq!(exit, Exit::Fails, "four portals of the city fail");
    folder
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
        .unwrap()
}

fn report(site: &str) -> Value {
    read(&RUN.path().join("sites").join(site).join("report.json"))
}

fn expected() -> Vec<toml::Table> {
    let text = fs::read_to_string(tidy::root().join("fixtures/city/expected.toml")).unwrap();
    let table: toml::Table = text.parse().unwrap();
    table["site"].as_array().unwrap().iter().map(|site| site.as_table().unwrap().clone()).collect()
}

/// A finding as both sides name it: site, clause, kind and key of the subject.
type Key = (String, String, String, String);

fn key(site: &str, clause: &str, kind: &str, name: &str, url: &str) -> Key {
    // An element of the guides and a missing channel are known by name, everything else by its address.
    let key = if matches!(kind, "guide" | "site") { name } else { url };
    (site.to_owned(), clause.to_owned(), kind.to_owned(), key.to_owned())
}

#[test]
fn every_right_finding_is_found_and_nobody_else_is_accused() {
    let mut want = BTreeSet::new();
    let mut found = BTreeSet::new();
    for site in expected() {
        let id = site["id"].as_str().unwrap();
        for finding in site.get("finding").and_then(toml::Value::as_array).into_iter().flatten() {
            let text = |key: &str| finding[key].as_str().unwrap();
            want.insert(key(
                id,
                text("clause"),
                text("kind"),
                text("name"),
                finding["url"].as_str().unwrap_or(""),
            ));
        }
        for answer in report(id)["answers"].as_array().unwrap() {
            let clause = answer["clause"].as_str().unwrap();
            let (findings, remarks) = (answer["findings"].as_array(), answer["remarks"].as_array());
            for finding in findings.into_iter().chain(remarks).flatten() {
                let text = |key: &str| finding["subject"][key].as_str().unwrap_or_default();
                found.insert(key(id, clause, text("kind"), text("name"), text("url")));
            }
        }
    }
    let lost: Vec<_> = want.difference(&found).collect();
    let extra: Vec<_> = found.difference(&want).collect();
    assert!(want.len() > 80, "expected.toml holds only {} findings", want.len());
    assert!(lost.is_empty() && extra.is_empty(), "lost: {lost:#?}\naccused wrongly: {extra:#?}");
}

#[test]
fn every_site_comes_to_what_it_should() {
    for site in expected() {
        let id = site["id"].as_str().unwrap();
        let report = report(id);
        assert_eq!(report["outcome"]["verdict"].as_str(), site["verdict"].as_str(), "{id}");
        for subject in site["undetermined"].as_array().unwrap() {
            let subject = subject.as_str().unwrap();
            let columns = report["columns"].as_array().unwrap();
            let column = columns.iter().find(|it| it["name"] == subject || it["url"] == subject);
            let status = column.and_then(|it| it["status"].as_str());
            assert_eq!(status, Some("undetermined"), "{id}: {subject}");
        }
    }
}

#[test]
fn a_failed_row_has_findings_and_every_finding_can_be_followed_into_the_archive() {
    let mut followed = 0;
    for site in expected() {
        let id = site["id"].as_str().unwrap();
        let folder = RUN.path().join("sites").join(id);
        let archive = Archive::open(&folder.join("archive")).unwrap();
        for answer in report(id)["answers"].as_array().unwrap() {
            let findings = answer["findings"].as_array().unwrap();
            assert_eq!(answer["verdict"] == "fail", !findings.is_empty(), "{id}, {}", answer["clause"]);
            for evidence in findings.iter().flat_map(|it| it["evidence"].as_array().unwrap()) {
                let entry = archive
                    .entries()
                    .iter()
                    .find(|it| {
                        format!("<{}>", it.citation.record_id) == evidence["record_id"].as_str().unwrap()
                    })
                    .unwrap_or_else(|| panic!("{id}: {evidence} is not in the archive"));
                assert_eq!(evidence["offset"].as_u64(), Some(entry.citation.offset));
                assert!(folder.join(evidence["warc"].as_str().unwrap()).exists());
                // Loading checks the digest.
                archive.load(&entry.citation).unwrap();
                followed += 1;
            }
        }
    }
    assert!(followed > 80, "only {followed} pieces of evidence");
}

#[test]
fn the_files_of_the_contract_are_there_and_keep_to_their_schemas() {
    let schema = |name: &str| read(&tidy::root().join("docs/schema").join(name));
    let (of_report, of_run) = (schema("report.schema.json"), schema("run.schema.json"));
    let run = read(&RUN.path().join("run.json"));
    assert!(jsonschema::is_valid(&of_run, &run), "{:?}", jsonschema::validate(&of_run, &run).err());
    assert_eq!(run["schema"], "govcensus.run/1");
    assert!(RUN.path().join("index.html").exists());
    for site in expected() {
        let id = site["id"].as_str().unwrap();
        let folder = RUN.path().join("sites").join(id);
        for file in
            ["report.html", "skipped.jsonl", "archive/index.sqlite", &format!("archive/{id}-00000.warc.gz")]
        {
            assert!(folder.join(file).exists(), "{id}/{file}");
        }
        let report = report(id);
        assert_eq!(report["schema"], "govcensus.report/1");
        let valid = jsonschema::validate(&of_report, &report);
        assert!(valid.is_ok(), "{id}: {:?}", valid.err());
    }
}

#[test]
fn no_page_asks_for_anything_outside_itself() {
    let mut pages = vec![RUN.path().join("index.html")];
    pages.extend(
        expected()
            .iter()
            .map(|it| RUN.path().join("sites").join(it["id"].as_str().unwrap()).join("report.html")),
    );
    for page in pages {
        let html = fs::read_to_string(&page).unwrap();
        for outside in ["<script", "<img", "<iframe", "src=", "stylesheet", "@import", "url("] {
            assert!(!html.contains(outside), "{} has {outside}", page.display());
        }
        assert!(html.contains("Content-Security-Policy"), "{}", page.display());
        // The hostile title of the city portal is text, wherever it is shown.
        assert!(
            !html.contains("<script>alert(1)</script>") && !html.contains('\u{202e}'),
            "{}",
            page.display()
        );
    }
}

#[test]
fn the_demo_twice_gives_the_same_reports_but_for_times_and_ids() {
    let again = demo();
    for site in expected() {
        let id = site["id"].as_str().unwrap();
        let second = read(&again.path().join("sites").join(id).join("report.json"));
        assert_eq!(still(report(id)), still(second), "{id}");
    }
}

/// The same archive under the census of 2015 and the inspection of 2019, in one audit and without network.
static OF_2019: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    golden::copy(RUN.path(), folder.path());
    let run = folder.path().to_str().unwrap();
    let variant = tidy::root().join("fixtures/city/inspection-lanchuan.toml");
    let audit = ["govcensus", "audit", run, "--as-of", "2017-12-15", "--quiet", "--checklist"];
    let exit = cli::run(audit.into_iter().chain([variant.to_str().unwrap(), "--checklist", "census-2015"]));
    assert_eq!(exit, Exit::Fails);
    folder
});

fn report_of_2019(site: &str) -> Value {
    read(&OF_2019.path().join("sites").join(site).join("report.json"))
}

#[test]
fn every_right_finding_of_2019_is_found_and_nobody_else_is_accused() {
    let text = fs::read_to_string(tidy::root().join("fixtures/city/expected-2019.toml")).unwrap();
    let expected: toml::Table = text.parse().unwrap();
    let (mut want, mut found) = (BTreeSet::new(), BTreeSet::new());
    let mut answers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for site in expected["site"].as_array().unwrap() {
        let id = site["id"].as_str().unwrap();
        for finding in site.get("finding").and_then(toml::Value::as_array).into_iter().flatten() {
            let text = |key: &str| finding.get(key).and_then(toml::Value::as_str).unwrap_or_default();
            want.insert(key(id, text("clause"), text("kind"), text("name"), text("url")));
        }
        let report = report_of_2019(id);
        for answer in report["answers"].as_array().unwrap() {
            let clause = answer["clause"].as_str().unwrap();
            if !clause.contains("19-") {
                continue;
            }
            answers
                .entry(clause.to_owned())
                .or_default()
                .insert(answer["verdict"].as_str().unwrap().to_owned());
            let (findings, remarks) = (answer["findings"].as_array(), answer["remarks"].as_array());
            for finding in findings.into_iter().chain(remarks).flatten() {
                let text = |key: &str| finding["subject"][key].as_str().unwrap_or_default();
                found.insert(key(id, clause, text("kind"), text("name"), text("url")));
            }
        }
    }
    let lost: Vec<_> = want.difference(&found).collect();
    let extra: Vec<_> = found.difference(&want).collect();
    assert!(want.len() > 150, "expected-2019.toml holds only {} findings", want.len());
    assert!(lost.is_empty() && extra.is_empty(), "lost: {lost:#?}\naccused wrongly: {extra:#?}");
    let inspection = checklist::adopted().iter().find(|it| it.id == "inspection-2019").unwrap();
    let inspection = checklist::parse(Path::new(inspection.file), inspection.text).unwrap();
    for row in inspection.entries.iter().filter(|it| it.decided == Decided::Auto) {
        let given = &answers[&row.clause];
        assert!(given.contains("pass") && given.contains("fail"), "{} is only {given:?}", row.clause);
    }
}

#[test]
fn one_audit_gives_the_verdict_of_each_site_under_2019_and_the_findings_of_2015() {
    let text = fs::read_to_string(tidy::root().join("fixtures/city/expected-2019.toml")).unwrap();
    let expected: toml::Table = text.parse().unwrap();
    for site in expected["site"].as_array().unwrap() {
        let id = site["id"].as_str().unwrap();
        let both = report_of_2019(id);
        assert_eq!(both["outcome"]["verdict"].as_str(), site["verdict"].as_str(), "{id}");
        let of_census = |report: &Value| -> BTreeMap<String, (String, usize)> {
            let answers = report["answers"].as_array().unwrap().iter();
            answers
                .filter(|it| it["clause"].as_str().unwrap().contains("15-"))
                .map(|it| {
                    let count = it["findings"].as_array().map_or(0, Vec::len);
                    (it["clause"].as_str().unwrap().to_owned(), (it["verdict"].to_string(), count))
                })
                .collect()
        };
        assert_eq!(of_census(&both), of_census(&report(id)), "{id}");
    }
}

#[test]
fn personal_data_is_reported_masked_and_its_clear_value_stands_in_no_file() {
    let folder = tempfile::tempdir().unwrap();
    golden::copy(RUN.path(), folder.path());
    let run = folder.path().to_str().unwrap();
    let audit =
        ["govcensus", "audit", run, "--as-of", "2017-12-15", "--quiet", "--format", "html,json,csv,md"];
    let both = ["--checklist", "guidelines-2017", "--checklist", "inspection-2019"];
    cli::run(audit.into_iter().chain(both));
    let report = read(&folder.path().join("sites/forestry/report.json")).to_string();
    assert!(report.contains("1个居民身份证号码（11*************02X）、1个个人手机号码（138****1234）"));
    assert!(report.contains("真人百家乐（联系人身份证11*************02X）"));
    let (mut folders, mut looked_at) = (vec![folder.path().to_owned()], 0);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                // The archive is the evidence, byte for byte.
                folders.extend((path.file_name().unwrap() != "archive").then_some(path));
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            looked_at += 1;
            for clear in ["11010519491231002X", "13800001234"] {
                let shows = bytes.windows(clear.len()).any(|it| it == clear.as_bytes());
                assert!(!shows, "{} shows {clear}", path.display());
            }
        }
    }
    assert!(looked_at > 30, "only {looked_at} files");
}

/// The city judged by the census and by the plan in one report.
static BOTH: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    golden::copy(RUN.path(), folder.path());
    let run = folder.path().to_str().unwrap();
    let audit = ["govcensus", "audit", run, "--as-of", "2017-12-15", "--quiet"];
    let both = ["--checklist", "census-2015", "--checklist", "zhaotong-2017"];
    assert_eq!(cli::run(audit.into_iter().chain(both)), Exit::Fails);
    folder
});

/// How the expectations call a state of the ledger.
fn in_short(state: &str) -> &'static str {
    match state {
        "done" => "done",
        "overdue" | "missing" => "fail",
        "open" => "open",
        "not_yet" => "later",
        "manual" => "manual",
        "not_applicable" => "none",
        other => panic!("{other} is no state"),
    }
}

#[test]
fn every_body_has_done_what_it_has_done_and_nobody_else_is_accused() {
    let text = fs::read_to_string(tidy::root().join("fixtures/city/expected-plan.toml")).unwrap();
    let expected: toml::Table = text.parse().unwrap();
    let rows = expected["row"].as_array().unwrap();
    let clauses: BTreeSet<&str> = rows.iter().map(|it| it["clause"].as_str().unwrap()).collect();
    assert!(rows.len() >= 60 && clauses.len() == rows.len(), "{} rows are stated by hand", rows.len());
    let mut want = BTreeSet::new();
    for row in rows {
        for list in ["done", "fail", "open", "later", "manual", "none"] {
            for body in row.get(list).and_then(toml::Value::as_array).into_iter().flatten() {
                want.insert((row["clause"].as_str().unwrap(), body.as_str().unwrap().to_owned(), list));
            }
        }
    }
    let ledger = read(&BOTH.path().join("duties.json"));
    let mut found = BTreeSet::new();
    for body in ledger["bodies"].as_array().unwrap() {
        for duty in body["duties"].as_array().unwrap() {
            let clause = duty["answer"]["clause"].as_str().unwrap();
            if let Some(clause) = clauses.get(clause) {
                let state = in_short(duty["state"].as_str().unwrap());
                found.insert((*clause, body["id"].as_str().unwrap().to_owned(), state));
            }
        }
    }
    let lost: Vec<_> = want.difference(&found).collect();
    let extra: Vec<_> = found.difference(&want).collect();
    assert!(lost.is_empty() && extra.is_empty(), "expected: {lost:#?}\nfound: {extra:#?}");
}

#[test]
fn a_late_report_is_named_by_its_month_and_its_day() {
    let ledger = read(&BOTH.path().join("duties.json"));
    let messages = |body: &str, clause: &str| -> Vec<String> {
        let body = ledger["bodies"].as_array().unwrap().iter().find(|it| it["id"] == body).unwrap();
        let duties = body["duties"].as_array().unwrap();
        let duty = duties.iter().find(|it| it["answer"]["clause"] == format!("zt2017.{clause}")).unwrap();
        let findings = duty["answer"]["findings"].as_array().unwrap();
        findings.iter().map(|it| it["message"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        messages("finance", "1.1.fiscal-monthly"),
        ["未发现2017年8月的“财政收支情况”，按通常时限应于2017-09-30前公开。"]
    );
    assert_eq!(
        messages("dongping", "5.2.land-price-quarterly"),
        ["未发现2017年第三季度的“城市地价动态监测”，按通常时限应于2017-11-14前公开。"]
    );
    assert_eq!(
        messages("baiduxian", "0.3.impl-plan-deadline"),
        ["“白渡县2017年政务公开工作要点实施方案”于2017-07-12公开，期限为2017-07-11，晚了1天。"]
    );
}

#[test]
fn both_documents_stand_in_one_report_and_the_plan_takes_nothing_off() {
    for site in expected() {
        let id = site["id"].as_str().unwrap();
        let (census, both) = (report(id), read(&BOTH.path().join("sites").join(id).join("report.json")));
        assert_eq!(both["outcome"], census["outcome"], "{id}");
        assert_eq!(both["answers"], still_answers(&census), "{id}");
        assert_eq!(both["checklist"]["id"], "census-2015");
        assert_eq!(both["further"][0]["id"], "zhaotong-2017");
        let duties = both["duties"]["duties"].as_array().unwrap();
        assert!(!duties.is_empty(), "{id} owes something");
        // Rows that the census asks as well are named and not judged again.
        let again = duties.iter().find(|it| it["answer"]["clause"] == "zt2017.0.4.columns-fresh");
        if let Some(again) = again {
            assert_eq!(again["answer"]["verdict"], "not_applicable", "{id}");
            assert_eq!(again["same_as"][0], "census-2015 V15-2", "{id}");
        }
    }
    let run = read(&BOTH.path().join("run.json"));
    let asked = run["run"]["asked"]["checklists"].clone();
    assert_eq!(asked, serde_json::json!(["census-2015", "zhaotong-2017"]));
}

fn still_answers(report: &Value) -> Value {
    report["answers"].clone()
}

#[test]
fn the_ledger_keeps_to_its_schema_and_its_evidence_can_be_followed() {
    let schema = read(&tidy::root().join("docs/schema/duties.schema.json"));
    let ledger = read(&BOTH.path().join("duties.json"));
    assert!(jsonschema::is_valid(&schema, &ledger), "{:?}", jsonschema::validate(&schema, &ledger).err());
    assert!(!ledger["absent"].as_array().unwrap().iter().any(|it| it["name"] == "市统计局"));
    assert!(ledger["absent"].as_array().unwrap().iter().any(|it| it["name"] == "市扶贫办"));
    for body in ledger["bodies"].as_array().unwrap() {
        let folder = BOTH.path().join("sites").join(body["id"].as_str().unwrap());
        assert!(folder.join("report.html").exists(), "{}", body["id"]);
        for duty in body["duties"].as_array().unwrap() {
            for evidence in duty["answer"]["findings"]
                .as_array()
                .unwrap()
                .iter()
                .flat_map(|it| it["evidence"].as_array().unwrap())
            {
                // Named from the body's own folder, on whatever site it was looked for.
                let warc = folder.join(evidence["warc"].as_str().unwrap());
                assert!(warc.components().count() > 0 && resolves(&warc), "{}", warc.display());
            }
        }
    }
}

/// The ledger of the run on a day, with what people decided.
fn ledger_on(day: &str, review: &str) -> (TempDir, Value) {
    let folder = tempfile::tempdir().unwrap();
    golden::copy(RUN.path(), folder.path());
    let file = folder.path().join("review.toml");
    tidy::write(&file, &format!("schema = \"govcensus.review/1\"\n{review}"));
    let (run, review) = (folder.path().to_str().unwrap().to_owned(), file.to_str().unwrap().to_owned());
    let audit = ["govcensus", "audit", &run, "--as-of", day, "--quiet", "--review", &review];
    cli::run(audit.into_iter().chain(["--checklist", "zhaotong-2017", "--format", "html,json"]));
    let ledger = read(&folder.path().join("duties.json"));
    (folder, ledger)
}

fn state<'l>(ledger: &'l Value, body: &str, clause: &str) -> &'l str {
    let body = ledger["bodies"].as_array().unwrap().iter().find(|it| it["id"] == body).unwrap();
    let duties = body["duties"].as_array().unwrap();
    let duty = duties.iter().find(|it| it["answer"]["clause"] == format!("zt2017.{clause}"));
    duty.unwrap()["state"].as_str().unwrap()
}

#[test]
fn the_state_of_any_day_of_the_year_can_be_asked_for() {
    // 30 working days after the notice end on 2017-07-11; dongping published on that day, shiyang never.
    let states = |day: &str| {
        let (_folder, ledger) = ledger_on(day, "");
        ["dongping", "shiyang"].map(|it| state(&ledger, it, "0.3.impl-plan-deadline").to_owned())
    };
    assert_eq!(states("2017-07-10"), ["not_yet", "not_yet"]);
    assert_eq!(states("2017-07-11"), ["done", "not_yet"]);
    assert_eq!(states("2017-07-12"), ["done", "overdue"]);
}

#[test]
fn what_a_person_decides_about_a_duty_counts_for_a_body_without_a_site_too() {
    let ruling = |site: &str, verdict: &str| {
        format!(
            "[[ruling]]\nsite = \"{site}\"\nclause = \"zt2017.0.1.chief-drives\"\nverdict = \"{verdict}\"\n\
             reason = \"查阅会议记录\"\nwho = \"王某\"\nwhen = \"2017-12-16\"\n"
        )
    };
    let review = ruling("dongping", "pass") + &ruling("archives", "fail");
    let (folder, ledger) = ledger_on("2017-12-15", &review);
    let of = |body: &str| state(&ledger, body, "0.1.chief-drives").to_owned();
    assert_eq!([of("dongping"), of("archives"), of("finance")], ["done", "missing", "manual"]);
    let page = fs::read_to_string(folder.path().join("sites/archives/report.html")).unwrap();
    assert!(page.contains("查阅会议记录") && page.contains("王某"));
}

#[test]
fn a_report_by_a_plan_can_be_made_of_the_documents_alone() {
    let folder = tempfile::tempdir().unwrap();
    golden::copy(BOTH.path(), folder.path());
    let pages = ["plan.html", "sites/dongping/report.html", "sites/archives/report.html"];
    let before: Vec<_> = pages.iter().map(|it| fs::read(folder.path().join(it)).unwrap()).collect();
    for page in pages {
        old_page(&folder.path().join(page));
    }
    cli::run(["govcensus", "report", folder.path().to_str().unwrap(), "--quiet"]);
    for (page, before) in pages.iter().zip(before) {
        assert!(fs::read(folder.path().join(page)).unwrap() == before, "{page}");
    }
}

/// Puts something else in the place of a page.
fn old_page(page: &Path) {
    tidy::write(page, "old");
}

/// Another city's plan is a file: no code knows it.
#[test]
fn an_invented_plan_works_without_code_and_may_take_points() {
    let folder = tempfile::tempdir().unwrap();
    golden::copy(RUN.path(), folder.path());
    let plan = tidy::root().join("fixtures/plans/lanchuan-2017.toml");
    let (run, plan) = (folder.path().to_str().unwrap(), plan.to_str().unwrap());
    let audit = ["govcensus", "audit", run, "--as-of", "2017-12-15", "--quiet"];
    let both = ["--checklist", "census-2015", "--checklist", plan];
    assert_eq!(cli::run(audit.into_iter().chain(both)), Exit::Fails);
    let ledger = read(&folder.path().join("duties.json"));
    let found: BTreeSet<(String, String, &str)> = ledger["bodies"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|body| {
            let id = body["id"].as_str().unwrap().to_owned();
            body["duties"].as_array().unwrap().iter().map(move |duty| {
                let clause = duty["answer"]["clause"].as_str().unwrap().to_owned();
                (clause, id.clone(), in_short(duty["state"].as_str().unwrap()))
            })
        })
        .collect();
    let mut want = BTreeSet::new();
    let mut add = |clause: &str, state, bodies: &[&str]| {
        want.extend(bodies.iter().map(|it| (format!("lc2017.{clause}"), (*it).to_owned(), state)));
    };
    let counties = ["dongping", "baiduxian", "shiyang", "liuping"];
    add("1.lists", "done", &["dongping"]);
    add("1.lists", "fail", &counties[1..]);
    add("1.fees", "done", &["finance"]);
    add("2.revenue", "fail", &["finance"]);
    add("3.requests", "done", &["dongping"]);
    add("3.requests", "fail", &counties[1..]);
    add("3.hotline", "done", &["lanchuan"]);
    add("3.fresh", "none", &counties);
    add("4.meeting", "manual", &counties);
    assert_eq!(found, want);
    // The row that deducts two points does so once, from the census's score.
    let low = |report: &Value| report["outcome"]["score"]["low"].as_f64().unwrap();
    for (site, points) in [("dongping", 0.0), ("baiduxian", 2.0), ("liuping", 2.0), ("finance", 0.0)] {
        let both = read(&folder.path().join("sites").join(site).join("report.json"));
        let lost = low(&report(site)) - low(&both);
        assert!((lost - points).abs() < 1e-9, "{site} lost {lost}");
    }
}

/// Whether a path that may lead over a folder beside exists, even where its first folder does not.
fn resolves(path: &Path) -> bool {
    let mut whole = std::path::PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                whole.pop();
            }
            other => whole.push(other),
        }
    }
    whole.exists()
}

/// A report without what differs between two runs of the same thing.
fn still(mut value: Value) -> Value {
    match &mut value {
        Value::Object(fields) => {
            for key in ["id", "started_at", "finished_at", "record_id", "offset", "fetched_at"] {
                // A site's own id is the same in both; a run's is not.
                if key != "id" || fields.contains_key("as_of") {
                    fields.remove(key);
                }
            }
            fields.values_mut().for_each(|it| *it = still(it.take()));
        }
        Value::Array(items) => items.iter_mut().for_each(|it| *it = still(it.take())),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    value
}
