//! A log of probes on its way through `audit` into a verdict, a cited line and a report.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::fs;
use std::path::Path;
use std::time::Duration;

use assert_cmd::Command;
use govcensus::base::{Digest, Moment, today_in_china};
use govcensus::evidence::store::ProbeLog;
use govcensus::evidence::{FailureKind, Line, Probe, Times, Variant};

use crate::tidy;

/// A week of hourly visits that ends now, the first `failed` of which found nobody.
fn log(file: &Path, failed: i64) {
    let end = Moment::start_of(today_in_china());
    let probe = |hour: i64| {
        let at = Moment::from_millis(end.millis() - (168 - hour) * 3_600_000).unwrap();
        Probe {
            site: "a".parse().unwrap(),
            variant: Variant::Home,
            slot: at,
            at,
            address: "http://a.example/".parse().unwrap(),
            landed: None,
            remote: None,
            times: Times { total: Duration::from_millis(140), ..Times::default() },
            result: if hour < failed { Err(FailureKind::Timeout) } else { Ok(200) },
            challenge: None,
            size: 0,
            body: None,
            content: None,
            expires: None,
            fault: None,
            line: Line::Up,
        }
    };
    let probes: Vec<Probe> = (0..168).map(probe).collect();
    ProbeLog::open(file).unwrap().keep(&probes, None).unwrap();
}

fn run(folder: &Path, args: &str) -> String {
    let output =
        Command::cargo_bin("govcensus").unwrap().args(args.split(' ')).current_dir(folder).output().unwrap();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

fn report(folder: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(folder.join("run/sites/a/report.json")).unwrap()).unwrap()
}

fn answer<'a>(report: &'a serde_json::Value, clause: &str) -> &'a serde_json::Value {
    report["answers"].as_array().unwrap().iter().find(|it| it["clause"] == clause).unwrap()
}

#[test]
fn nine_failures_of_168_are_a_veto_with_its_lines_and_eight_are_none() {
    let folder = tempfile::tempdir().unwrap();
    // The home page refuses: only the probes can say anything, and one visit says nothing.
    tidy::write(
        &folder.path().join("roster.toml"),
        "[city]\nname = \"某市\"\n[[site]]\nid = \"a\"\nname = \"甲县\"\nurl = \"http://127.0.0.1:9/\"\nclass = \"county\"\n",
    );
    run(folder.path(), "gather roster.toml --out run");
    log(&folder.path().join("eight.sqlite"), 8);
    log(&folder.path().join("run/probes.sqlite"), 9);

    let said = run(folder.path(), "audit run");
    let nine = report(folder.path());
    assert_eq!(answer(&nine, "V15-1")["verdict"], "fail", "{said}");
    assert_eq!(nine["outcome"]["vetoes"], serde_json::json!(["V15-1"]));
    assert_eq!(answer(&nine, "D15-1")["findings"].as_array().unwrap().len(), 5);
    let finding = &answer(&nine, "V15-1")["findings"][0];
    assert_eq!((&finding["details"]["failed"], &finding["details"]["visits"]), (&"9".into(), &"168".into()));
    let lines = fs::read_to_string(folder.path().join("run/sites/a/probes.csv")).unwrap();
    let evidence = finding["evidence"].as_array().unwrap();
    assert_eq!(evidence.len(), 9);
    for cited in evidence {
        assert_eq!(cited["warc"], "probes.csv");
        let line =
            lines[usize::try_from(cited["offset"].as_u64().unwrap()).unwrap()..].lines().next().unwrap();
        assert!(line.contains("timeout"), "{line}");
        assert_eq!(cited["sha256"], Digest::of(line).to_string());
    }

    // The week is in the report, and the report can be made of its document alone.
    let page = || fs::read_to_string(folder.path().join("run/sites/a/report.html")).unwrap();
    let first = page();
    assert_eq!(first.matches("<rect class=\"bad\"").count(), 9);
    assert_eq!(first.matches("<rect class=\"good\"").count(), 159);
    assert!(first.contains("连续监测首页168次，打开159次，未打开9次，占5.36%"));
    assert_eq!(nine["availability"]["incidents"].as_array().unwrap().len(), 1);
    run(folder.path(), "report run");
    assert!(page() == first, "made again from report.json it is another page");

    run(folder.path(), "audit run --probes eight.sqlite");
    let eight = report(folder.path());
    assert_eq!(answer(&eight, "V15-1")["verdict"], "pass");
    assert_eq!(eight["outcome"]["vetoes"], serde_json::json!([]));
    assert_eq!(answer(&eight, "D15-1")["findings"].as_array().unwrap().len(), 4);

    let said = run(folder.path(), "audit run --probes nowhere.sqlite");
    assert!(said.contains("nowhere.sqlite"), "{said}");
}
