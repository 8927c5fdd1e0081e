//! The schemas in `docs/schema/` are those of the documents the program writes.

use std::path::Path;
use std::{env, fs};

use govcensus::{drive, report};
use serde_json::{Value, json};

/// Writes `docs/schema/` from the wire structs, as the table of indicators is written from its files.
#[test]
fn the_schemas_are_complete() {
    let mut stale = Vec::new();
    let others =
        [report::changes::schema(), report::changes::HistoryDocument::schema(), drive::baseline_schema()];
    for (file, want) in report::schemas().into_iter().chain(others) {
        let path = Path::new("docs/schema").join(file);
        if fs::read_to_string(&path).unwrap_or_default() != want {
            report::write(&path, want.as_bytes()).unwrap();
            stale.push(file);
        }
    }
    let ci = if env::var_os("CI").is_some() { "commit them" } else { "run `cargo test` again" };
    assert!(stale.is_empty(), "docs/schema: {stale:?} were out of date and are now written; {ci}");
}

/// Writes the data dictionary from the schemas and the tables.
#[test]
fn the_data_dictionary_is_complete() {
    let path = Path::new("docs/data-dictionary.csv");
    let want = report::dictionary().unwrap();
    let stale = fs::read(path).unwrap_or_default() != want;
    if stale {
        report::write(path, &want).unwrap();
    }
    assert!(!stale, "docs/data-dictionary.csv was out of date and is now written; commit it");
    let text = String::from_utf8(want).unwrap();
    let fields = text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    for field in fields {
        assert!(field.len() >= 5 && field[..3].iter().all(|it| !it.is_empty()), "{field:?}");
    }
    assert!(text.contains("report.json,answers[].findings[].evidence[].sha256,string,"), "{text}");
}

/// The example of the contract, section 5, filled in, with the fields that were added since.
fn example() -> Value {
    let evidence = json!({
        "warc": "archive/a-00000.warc.gz", "record_id": "<urn:uuid:00000000-0000-4000-8000-000000000000>",
        "offset": 0, "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "fetched_at": "2017-12-15T09:30:00.000+08:00", "url": "http://a.example/tzgg/"
    });
    json!({
        "schema": "govcensus.report/1",
        "tool": {"name": "govcensus", "version": "0.1.0"},
        "run": {"id": "r", "as_of": "2017-12-15", "started_at": "2017-12-15T09:30:00.000+08:00",
            "finished_at": "2017-12-15T09:31:00.000+08:00", "status": "complete", "reason": null},
        "site": {"id": "a", "name": "甲县人民政府", "url": "http://a.example/", "class": "county",
            "body": "甲县人民政府", "id_code": "5306020001", "robots_waived": null},
        "checklist": {"id": "census-2015", "title": "全国政府网站普查评分表", "source": "国办发〔2015〕15号"},
        "outcome": {"verdict": "qualified", "vetoes": [], "open_vetoes": ["V15-1"],
            "score": {"low": 71.2, "high": 80.0, "full": 100.0}, "score_withheld": null, "score_note": null,
            "pass": 60.0, "at_the_limit": false, "beyond_one_visit": ["V15-1"], "conclusion": "合格。"},
        "answers": [{
            "clause": "D15-4b", "indicator": "column-stale", "title": "基本信息更新", "effect": "deduct",
            "verdict": "fail", "examined": 12, "deduction": {"low": 4.0, "high": 4.0}, "reason": null,
            "responsible": ["市财政局"],
            "findings": [{
                "fingerprint": "0123456789abcdef",
                "subject": {"kind": "column", "name": "通知公告", "url": "http://a.example/tzgg/"},
                "message": "超期。", "page_url": "http://a.example/tzgg/", "evidence": [evidence],
                "details": {"days": "200"}
            }],
            "remarks": [], "unread": null, "to_confirm": false, "section": "信息更新情况", "text": "……",
            "decided": "auto", "mark": "B", "cannot_see": "……", "price": {"each": 4.0, "at_most": null}, "rulings": []
        }],
        "columns": [{
            "name": "通知公告", "kind": "notice", "url": "http://a.example/tzgg/", "source": "declared",
            "items": 15, "newest": "2017-05-29", "days_since": 200, "limit_days": 183, "status": "stale",
            "reason": null, "evidence": evidence, "kind_zh": "通知公告", "source_zh": "名录申报", "limit_zh": "6个月"
        }],
        "links": {"checked": 0, "broken": 0, "blocked": 0, "undetermined": 0, "targets": [], "unchecked": []},
        "coverage": {"known": 2, "fetched": 1, "skipped": {"robots": 1}, "pages_read": 1, "finished": true},
        "requests": {"sent": 2, "retried": 0, "by_outcome": {"ok": 2}},
        "mend_first": [], "void_rulings": []
    })
}

#[test]
fn the_schema_takes_what_the_contract_shows_and_refuses_what_it_does_not() {
    let (_, schema) = &report::schemas()[0];
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let example = example();
    let errors: Vec<_> = validator.iter_errors(&example).map(|it| it.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    for (pointer, wrong) in [
        ("/schema", json!("govcensus.report/2")),
        ("/outcome/verdict", json!("合格")),
        ("/outcome/score/low", json!("71.2")),
        ("/answers/0/findings/0/evidence", json!([])),
        ("/columns/0/kind", json!("weather")),
    ] {
        let mut broken = example.clone();
        *broken.pointer_mut(pointer).unwrap() = wrong;
        assert!(!validator.is_valid(&broken), "{pointer}");
    }
}
