//! Two archives of the fixture city compared, in every format: what must come of it is stated here by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{env, fs};

use assert_cmd::Command;
use govcensus::base::{Address, Moment};
use govcensus::cli::{self, Exit};
use govcensus::evidence::store::{Archive, Store};
use govcensus::site::SiteId;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use quick_xml::events::{BytesStart, Event};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{golden, tidy};

/// The city, and the city one quarter later, judged.
static RUNS: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    for (name, evidence) in [("base", "city"), ("head", "city-mended")] {
        let run = folder.path().join(name);
        golden::copy(&tidy::root().join("fixtures/evidence").join(evidence), &run);
        audit(&run);
    }
    folder
});

fn audit(run: &Path) {
    let exit =
        cli::run(["govcensus", "audit", text(run), "--as-of", "2017-12-15", "--quiet", "--format", "json"]);
    assert_eq!(exit, Exit::Fails, "dongping fails in both");
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn base() -> PathBuf {
    RUNS.path().join("base")
}

fn head() -> PathBuf {
    RUNS.path().join("head")
}

/// Runs the program; returns its exit code, stdout and stderr.
fn run(args: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("govcensus").unwrap().args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Every format of a comparison, by name.
fn formats(base: &Path, head: &Path) -> Vec<(&'static str, String)> {
    ["text", "md", "json", "junit", "sarif", "github", "gitlab"]
        .into_iter()
        .map(|format| (format, run(&["compare", text(base), text(head), "--format", format]).1))
        .collect()
}

/// What must come of it, by hand from `fixtures/city-mended/README.md`: state, site, key of the subject, and the rows.
const EXPECTED: [(&str, &str, &str, &str); 9] = [
    (
        "fixed",
        "dongping",
        "http://www.dongping.lanchuan.example/dpqrmzf/xhtml/images/banner_2016.jpg",
        "D15-2a",
    ),
    ("fixed", "dongping", "http://www.dongping.lanchuan.example/dpqrmzf/zt/2015/lxyz.shtml", "D15-2a"),
    ("fixed", "finance", "http://czj.lanchuan.example/xxgk/rsxx/", "V15-3b D15-4c"),
    ("fixed", "finance", "办理时间", "D15-8a"),
    ("fixed", "finance", "http://czj.lanchuan.example/attachment/0/10/gysdjb.doc", "D15-9"),
    ("new", "civil-affairs", "http://mzj.lanchuan.example/zt/2017/dmpc.html", "D15-2a"),
    ("new", "civil-affairs", "联系电话", "D15-8a"),
    (
        "new",
        "civil-affairs",
        "http://mzj.lanchuan.example/zwzx/002002/secondpage.html",
        "V15-3a V15-3b D15-4a",
    ),
    ("new", "finance", "http://czj.lanchuan.example/kjgl/2017/mdb.html", "D15-2b"),
];

#[test]
fn five_are_fixed_four_are_new_and_nothing_else() {
    let (code, stdout, _) = run(&["compare", text(&base()), text(&head()), "--format", "json"]);
    assert_eq!(code, 1);
    let changes: Value = serde_json::from_str(&stdout).unwrap();
    let mut found = BTreeSet::new();
    for site in changes["sites"].as_array().unwrap() {
        for defect in site["defects"].as_array().unwrap() {
            let subject = &defect["subject"];
            let key = if subject["kind"] == "guide" { &subject["name"] } else { &subject["url"] };
            let clauses: Vec<_> = defect["clauses"].as_array().unwrap().iter().collect();
            let clauses: Vec<_> = clauses.iter().map(|it| it["clause"].as_str().unwrap()).collect();
            let word = |value: &Value| value.as_str().unwrap().to_owned();
            found.insert((word(&defect["state"]), word(&site["id"]), word(key), clauses.join(" ")));
        }
    }
    let want: BTreeSet<_> = EXPECTED
        .map(|(state, site, key, clauses)| {
            (state.to_owned(), site.to_owned(), key.to_owned(), clauses.to_owned())
        })
        .into();
    assert_eq!(found, want);
    assert_eq!(
        changes["totals"],
        json!({"sites": 3, "new": 4, "reopened": 0, "fixed": 5, "unchanged": 11, "became_undetermined": 0,
            "became_readable": 0, "moved": 0})
    );
    // The three that changed in wording or place only are there, and no change.
    for (site, key) in [
        ("dongping", "http://www.dongping.lanchuan.example/dpqrmzf/bszy/2016/xzsp.shtml"),
        (
            "dongping",
            "http://www.dongping.lanchuan.example/dpqrmzf/9c12c0eee9d2fb793889064a6047112b/list.shtml",
        ),
        ("finance", "http://www.gone.example/caizheng/2017/0928.html"),
    ] {
        let message = |run: &Path| {
            let report = read(&run.join("sites").join(site).join("report.json"));
            let answers = report["answers"].as_array().unwrap().clone();
            let findings = answers.iter().flat_map(|it| it["findings"].as_array().unwrap().clone());
            let found = findings.into_iter().find(|it| it["subject"]["url"] == key).unwrap();
            (found["message"].clone(), found["page_url"].clone())
        };
        assert_ne!(message(&base()), message(&head()), "{key} was to be changed in wording or place");
    }
}

#[test]
fn every_format_is_as_it_was() {
    let mut stale = Vec::new();
    for (format, got) in formats(&base(), &head()) {
        let file = match format {
            "text" => "changes.txt",
            "md" => "changes.md",
            "json" => "changes.json",
            "junit" => "changes.junit.xml",
            "sarif" => "changes.sarif",
            "github" => "changes.github.txt",
            _ => "changes.gitlab.json",
        };
        let kept = tidy::root().join("reports/sample/compare").join(file);
        if fs::read_to_string(&kept).ok().as_deref() != Some(&got) {
            stale.push(file);
            if env::var_os("UPDATE").is_some() {
                tidy::write(&kept, &got);
            }
        }
    }
    assert!(
        stale.is_empty(),
        "reports/sample/compare differs in {stale:?}; UPDATE=1 writes it, then read the difference"
    );
}

#[test]
fn the_same_archive_judged_twice_is_no_change_at_all() {
    let again = tempfile::tempdir().unwrap();
    golden::copy(&base(), again.path());
    audit(again.path());
    let (code, stdout, _) = run(&["compare", text(&base()), text(again.path()), "--fail-on", "any"]);
    assert_eq!(code, 0, "{stdout}");
    assert!(
        stdout.contains("0 fixed, 0 new") && stdout.contains("gate open: 0 errors, 0 warnings"),
        "{stdout}"
    );
    // And a change for the better is one for `any`.
    let (code, _, _) = run(&["compare", text(&head()), text(&base()), "--fail-on", "any"]);
    assert_eq!(code, 1);
}

#[test]
fn what_is_mended_closes_no_gate() {
    let report = |run: &Path| run.join("sites/dongping/report.json");
    let (code, stdout, _) = run(&["compare", text(&report(&base())), text(&report(&head()))]);
    assert_eq!(code, 0, "{stdout}");
    let (code, stdout, _) =
        run(&["compare", text(&base()), text(&head()), "--fail-on", "new-veto,score-drop=7"]);
    assert_eq!(code, 0, "{stdout}");
    assert!(stdout.contains("warn   new-fail"), "passing hides no finding: {stdout}");
}

#[test]
fn the_sarif_file_keeps_to_the_official_schema() {
    let schema = fs::read_to_string(tidy::root().join("fixtures/schema/sarif-schema-2.1.0.json")).unwrap();
    // One pattern of the official file is refused by strict readers of ECMA-262; the bracket means itself.
    let schema: Value = serde_json::from_str(&schema.replace("{2}]?$", "{2}\\\\]?$")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let hostile = hostile();
    for (base, head) in [(base(), head()), (base(), hostile.path().to_owned()), (base(), base())] {
        let sarif = &formats(&base, &head)[4].1;
        let sarif: Value = serde_json::from_str(sarif).unwrap();
        let errors: Vec<_> = validator.iter_errors(&sarif).map(|it| it.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
    let mut broken: Value = serde_json::from_str(&formats(&base(), &head())[4].1).unwrap();
    for result in broken["runs"][0]["results"].as_array().unwrap() {
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.starts_with("sites/"), "GitHub refuses a file with an http address for a place: {uri}");
    }
    broken["runs"][0]["results"][0]["level"] = json!("fatal");
    assert!(!validator.is_valid(&broken), "the schema refuses what is wrong");
}

/// What a schema says of one element.
#[derive(Default)]
struct Rules {
    /// Whether text may stand in it.
    text: bool,
    children: BTreeSet<String>,
    /// By name: whether it must be there.
    attributes: BTreeMap<String, bool>,
}

/// The elements of `junit-10.xsd`. Children come in any order and number there, so this is all that it says of them.
fn junit_rules() -> BTreeMap<String, Rules> {
    let schema = fs::read_to_string(tidy::root().join("fixtures/schema/junit-10.xsd")).unwrap();
    let mut reader = quick_xml::Reader::from_str(&schema);
    let mut rules: BTreeMap<String, Rules> = BTreeMap::new();
    let mut current = String::new();
    loop {
        let event = reader.read_event().unwrap();
        let (Event::Start(start) | Event::Empty(start)) = &event else {
            if matches!(event, Event::Eof) {
                return rules;
            }
            continue;
        };
        let said: BTreeMap<String, String> = attributes(start);
        let get = |key: &str| said.get(key).cloned();
        match (start.name().as_ref(), get("name"), get("ref")) {
            ("xs:complexType" | "xs:simpleType", Some(_), _) => current.clear(),
            ("xs:element", Some(name), _) => {
                let text = get("type").is_some_and(|it| it == "xs:string");
                rules.insert(name.clone(), Rules { text, ..Rules::default() });
                current = name;
            }
            ("xs:element", _, Some(child)) => {
                rules.get_mut(&current).unwrap().children.insert(child);
            }
            ("xs:complexType", None, _) => {
                rules.get_mut(&current).unwrap().text = get("mixed").is_some_and(|it| it == "true");
            }
            ("xs:attribute", Some(name), _) if !current.is_empty() => {
                let required = get("use").is_some_and(|it| it == "required");
                rules.get_mut(&current).unwrap().attributes.insert(name, required);
            }
            _ => {}
        }
    }
}

fn attributes(start: &BytesStart<'_>) -> BTreeMap<String, String> {
    let each = start.attributes().map(|it| {
        let it = it.unwrap();
        (it.key.as_ref().to_owned(), it.value.to_string())
    });
    each.collect()
}

/// The first place where a JUnit file breaks the rules; otherwise how many cases and failures it has, as told and as counted.
fn junit_fault(xml: &str, rules: &BTreeMap<String, Rules>) -> Result<[(usize, usize); 2], String> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut above: Vec<String> = Vec::new();
    let (mut told, mut counted) = ((0, 0), (0, 0));
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        let inside = above.last().and_then(|it| rules.get(it));
        let (start, is_open) = match &event {
            Event::Start(start) => (start, true),
            Event::Empty(start) => (start, false),
            Event::End(_) => {
                above.pop();
                continue;
            }
            Event::Text(text) if inside.is_some_and(|it| !it.text) && !text.trim().is_empty() => {
                return Err(format!("text in {above:?}"));
            }
            Event::Eof => return Ok([told, counted]),
            _ => continue,
        };
        let name = start.name().as_ref().to_owned();
        let rule = rules.get(&name).ok_or_else(|| format!("no element is called {name}"))?;
        if inside.is_some_and(|it| !it.children.contains(&name)) || (above.is_empty() && name != "testsuites")
        {
            return Err(format!("{name} in {above:?}"));
        }
        let said = attributes(start);
        if let Some(wrong) = said.keys().find(|it| !rule.attributes.contains_key(*it)) {
            return Err(format!("{name} has {wrong}"));
        }
        if let Some((missing, _)) =
            rule.attributes.iter().find(|(key, must)| **must && !said.contains_key(*key))
        {
            return Err(format!("{name} lacks {missing}"));
        }
        let number = |key: &str| said.get(key).and_then(|it| it.parse().ok()).unwrap_or_default();
        if name == "testsuites" {
            told = (number("tests"), number("failures"));
        }
        counted.0 += usize::from(name == "testcase");
        counted.1 += usize::from(name == "failure");
        if is_open {
            above.push(name);
        }
    }
}

#[test]
fn the_junit_file_is_built_as_its_schema_wants() {
    let rules = junit_rules();
    assert!(rules["testcase"].attributes["name"] && rules["testsuites"].children.contains("testsuite"));
    let hostile = hostile();
    for head in [head(), hostile.path().to_owned(), base()] {
        let xml = &formats(&base(), &head)[3].1;
        let [told, counted] = junit_fault(xml, &rules).unwrap();
        assert!(told == counted && counted.0 > 0, "{told:?} {counted:?}");
    }
    let fine = formats(&base(), &head()).swap_remove(3).1;
    for (from, to) in [
        (" name=\"V15-3a", " group=\"V15-3a"),
        ("<failure ", "<fault "),
        ("<testcase ", "<testcase severity=\"1\" "),
        ("<testsuite ", "loose text<testsuite "),
    ] {
        assert!(fine.contains(from), "{from}");
        assert!(junit_fault(&fine.replace(from, to), &rules).is_err(), "the schema refuses {to}");
    }
}

/// The city one quarter later, as a site would tell it that wants to command the machine that reads the report.
fn hostile() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    golden::copy(&head(), folder.path());
    let path = folder.path().join("sites/finance/report.json");
    let mut report = read(&path);
    let title = "\n::error::pwned \u{1b}[31m\u{202e} <script>alert(1)</script> ]]> @all `x` [a](javascript:b) {0} %0A";
    report["site"]["name"] = json!(title);
    for answer in report["answers"].as_array_mut().unwrap() {
        answer["title"] = json!(title);
        for finding in answer["findings"].as_array_mut().unwrap() {
            finding["message"] = json!(title);
            finding["subject"]["name"] = json!(title);
            finding["page_url"] = json!("javascript:alert(1)\n::error::x");
        }
    }
    tidy::write(&path, &report.to_string());
    folder
}

#[test]
fn a_title_of_a_website_commands_nobody() {
    let hostile = hostile();
    for (format, got) in formats(&base(), hostile.path()) {
        assert!(got.contains("pwned"), "{format} leaves it out");
        assert!(!got.contains('\u{1b}') && !got.contains('\u{202e}'), "{format}");
        match format {
            "github" => {
                for line in got.lines() {
                    let is_ours = line.starts_with("::error title=") || line.starts_with("::warning title=");
                    assert!(is_ours || line.starts_with("::notice title=govcensus::"), "{line}");
                    // The title of the command ends where ours ends.
                    assert_eq!(
                        line.matches("::error title=").count() + line.matches("::notice title=").count(),
                        1
                    );
                }
            }
            "md" => {
                for wrong in ["<script", "](javascript:", "@all", "::error", "`x`"] {
                    assert!(!got.contains(wrong), "{format} has {wrong}: {got}");
                }
            }
            "junit" => assert!(!got.contains("<script") && !got.contains("]]>"), "{format}"),
            "text" => assert!(!got.lines().any(|line| line.starts_with("::")), "{format}"),
            "json" | "sarif" | "gitlab" => {
                serde_json::from_str::<Value>(&got).unwrap();
            }
            other => panic!("{other}: say what must hold"),
        }
        if format == "sarif" {
            assert!(!got.contains("\"javascript:"), "an address that is none is no page");
        }
    }
}

#[test]
fn the_json_documents_keep_to_their_schemas() {
    let folder = tempfile::tempdir().unwrap();
    let baseline = folder.path().join("baseline.json");
    assert_eq!(run(&["baseline", "update", text(&base()), text(&baseline)]).0, 0);
    let changes = run(&["compare", text(&base()), text(&head()), "--format", "json"]).1;
    let history = run(&["history", text(RUNS.path()), "--json"]).1;
    for (schema, document) in [
        ("changes.schema.json", serde_json::from_str(&changes).unwrap()),
        ("history.schema.json", serde_json::from_str(&history).unwrap()),
        ("baseline.schema.json", read(&baseline)),
    ] {
        let schema_of = read(&tidy::root().join("docs/schema").join(schema));
        let valid = jsonschema::validate(&schema_of, &document);
        assert!(valid.is_ok(), "{schema}: {:?}", valid.err());
        assert!(!jsonschema::is_valid(&schema_of, &json!({"schema": "other/1"})));
    }
}

#[test]
fn a_baseline_is_debt_that_was_accepted_and_what_comes_back_is_reopened() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("baseline.json");
    let file = text(&file);
    let (code, stdout, stderr) = run(&["baseline", "update", text(&base()), file]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.matches("accepts  ").count() == 16 && stdout.contains("16 defects are borne"), "{stdout}");
    let (code, stdout, _) = run(&["compare", file, text(&base()), "--fail-on", "any"]);
    assert_eq!(code, 0, "a run is as its own baseline: {stdout}");
    assert_eq!(run(&["compare", file, text(&head())]).0, 1);

    let (code, stdout, _) = run(&["baseline", "update", text(&head()), file]);
    assert_eq!(code, 0);
    assert_eq!(stdout.matches("accepts  ").count(), 4, "{stdout}");
    assert_eq!(stdout.matches("drops  ").count(), 5, "{stdout}");
    assert!(stdout.contains("accepts  finance  D15-2b  链接“会计管理专栏”打不开"), "{stdout}");
    assert_eq!(run(&["compare", file, text(&head())]).0, 0);

    // Back to the first: the five that were mended are there again, and the baseline remembers them.
    let (code, stdout, _) = run(&["compare", file, text(&base())]);
    assert_eq!(code, 1);
    assert!(stdout.contains("4 fixed, 0 new, 5 reopened"), "{stdout}");
    // Without a baseline, the folder of earlier runs tells as much.
    let (_, stdout, _) = run(&["compare", text(&head()), text(&base()), "--history", text(RUNS.path())]);
    assert!(stdout.contains("4 fixed, 5 new, 0 reopened"), "the run itself is no earlier one: {stdout}");
}

#[test]
fn earlier_runs_tell_what_is_reopened() {
    let folder = tempfile::tempdir().unwrap();
    let third = folder.path().join("third");
    golden::copy(&base(), &third);
    // A third run, of a later day, in which everything is as it was in the first.
    let path = third.join("run.json");
    let renamed = fs::read_to_string(&path).unwrap().replace("demo-20171215", "demo-third");
    tidy::write(&path, &renamed);
    let (code, stdout, _) = run(&[
        "compare",
        text(&head()),
        text(&third),
        "--history",
        text(RUNS.path()),
        "--fail-on",
        "new-veto",
    ]);
    assert_eq!(code, 0);
    assert!(stdout.contains("4 fixed, 0 new, 5 reopened"), "{stdout}");
}

#[test]
fn a_run_that_could_not_see_a_site_does_not_wipe_its_debt() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("baseline.json");
    run(&["baseline", "update", text(&base()), text(&file)]);
    let blind = folder.path().join("blind");
    golden::copy(&tidy::root().join("fixtures/evidence/city"), &blind);
    fs::remove_dir_all(blind.join("sites/finance")).unwrap();
    cli::run(["govcensus", "audit", text(&blind), "--as-of", "2017-12-15", "--quiet", "--format", "json"]);
    let (code, stdout, _) = run(&["compare", text(&file), text(&blind)]);
    assert_eq!(code, 0, "nothing is worse for certain: {stdout}");
    assert!(stdout.contains("0 fixed") && stdout.contains("6 became undetermined"), "{stdout}");
    assert_eq!(run(&["compare", text(&file), text(&blind), "--fail-on", "undetermined"]).0, 1);
    let (_, stdout, _) = run(&["baseline", "update", text(&blind), text(&file)]);
    assert!(stdout.contains("keeps  finance  everything"), "{stdout}");
    assert_eq!(run(&["compare", text(&file), text(&base())]).0, 0, "what came back was never forgotten");
}

#[test]
fn history_is_told_by_site_and_by_indicator() {
    let page = tempfile::tempdir().unwrap();
    let page = page.path().join("history.html");
    let (code, stdout, _) = run(&["history", text(RUNS.path()), "--html", text(&page)]);
    assert_eq!(code, 0);
    let html = fs::read_to_string(&page).unwrap();
    assert!(html.contains("岚川市财政局") && html.contains("92.8分 · 4处"), "{html}");
    for outside in ["<script", "<img", "src=", "@import", "url("] {
        assert!(!html.contains(outside), "history.html has {outside}");
    }
    for says in
        ["finance", "qualified 85.9 6  >  qualified 92.8 4", "indicators: sites that fail", "link-broken"]
    {
        assert!(stdout.contains(says), "{stdout}");
    }
}

#[test]
fn a_waiver_that_is_fine_one_that_is_expired_and_one_that_matches_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("waivers.toml");
    let changes: Value =
        serde_json::from_str(&run(&["compare", text(&base()), text(&head()), "--format", "json"]).1).unwrap();
    let clause = &changes["sites"].as_array().unwrap().iter().find(|it| it["id"] == "finance").unwrap()["defects"]
        [0]["clauses"][0];
    let (fingerprint, found) = (clause["fingerprint"].as_str().unwrap(), clause["found"].as_str().unwrap());
    let write = |fingerprint: &str, until: &str| {
        let text = format!(
            "# What we bear.\n[[waiver]]\nsite = \"finance\"\nfingerprint = \"{fingerprint}\"\nfound = [\"{found}\"]\n\
             reason = \"会计专栏改版，月底恢复\"\nauthor = \"李四\"\nuntil = \"{until}\"\n"
        );
        tidy::write(&file, &text);
    };
    let compare = || run(&["compare", text(&base()), text(&head()), "--waivers", text(&file)]);
    write(fingerprint, "2018-01-31");
    let (code, stdout, stderr) = compare();
    assert_eq!(code, 1, "the other three are not borne: {stderr}");
    assert!(
        stdout.contains("[new]  (waived)") && !stdout.contains("error  new-fail      finance"),
        "{stdout}"
    );
    write(fingerprint, "2017-12-14");
    let (code, stdout, stderr) = compare();
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("waivers.toml:2: this waiver expired on 2017-12-14"), "{stderr}");
    write("0123456789abcdef", "2018-01-31");
    let (code, stdout, stderr) = compare();
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("waivers.toml:2: this waiver matches nothing"), "{stderr}");

    // In the reports it is struck through, and counts all the same.
    write(fingerprint, "2018-01-31");
    let again = folder.path().join("again");
    golden::copy(&tidy::root().join("fixtures/evidence/city-mended"), &again);
    let audit = ["audit", text(&again), "--as-of", "2017-12-15", "--waivers", text(&file)];
    let (code, stdout, stderr) = run(&audit);
    assert_eq!(code, 1, "{stderr}");
    assert!(stdout.contains("finance        score 92.8"), "{stdout}");
    let html = fs::read_to_string(again.join("sites/finance/report.html")).unwrap();
    assert!(
        html.contains("<s>链接“会计管理专栏”打不开") && html.contains("已豁免至2018-01-31（李四）"),
        "not struck through"
    );
    let report = read(&again.join("sites/finance/report.json"));
    let schema = read(&tidy::root().join("docs/schema/report.schema.json"));
    assert!(jsonschema::is_valid(&schema, &report));
    assert!(report.to_string().contains("\"waived\":{\"author\":\"李四\""), "report.json says nothing of it");
    write("0123456789abcdef", "2018-01-31");
    let (code, _, stderr) = run(&audit);
    assert_eq!(code, 2);
    assert!(stderr.contains("waivers.toml:2: this waiver matches nothing"), "{stderr}");
}

#[test]
fn what_cannot_be_compared_ends_with_2() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.json");
    tidy::write(&other, "{\"schema\": \"somebody.else/3\"}");
    let gate = folder.path().join("gate.toml");
    tidy::write(&gate, "[[rule]]\nlevel = \"loud\"\n");
    let (old, new) = (base(), head());
    let dongping = old.join("sites/dongping/report.json");
    let finance = new.join("sites/finance/report.json");
    let cases: [(&[&str], &str); 7] = [
        (&["compare", "nowhere", text(&new)], "use nowhere: "),
        (&["compare", text(folder.path()), text(&new)], "neither run.json nor report.json"),
        (&["compare", text(&other), text(&new)], "it is of schema somebody.else/3"),
        (&["compare", text(&dongping), text(&finance)], "no site in common: dongping and finance"),
        (&["compare", text(&old), text(&new), "--fail-on", "new-vetos"], "one of new-veto, new-fail"),
        (&["compare", text(&old), text(&new), "--gate", text(&gate)], "gate.toml:2: `level` is `loud`"),
        (&["compare", text(&old), text(&new), "--format", "pdf"], "one of text, md, json, junit"),
    ];
    for (args, says) in cases {
        let (code, stdout, stderr) = run(args);
        assert_eq!((code, stdout.as_str()), (2, ""), "{args:?}: {stderr}");
        assert!(stderr.contains(says), "{args:?}: {stderr}");
        assert!(stderr.matches("No such file").count() < 2, "said twice: {stderr}");
    }
}

#[test]
fn a_report_of_version_1_is_read_by_every_later_program() {
    let frozen = tidy::root().join("fixtures/reports/v1/report.json");
    let (code, stdout, stderr) = run(&["compare", text(&frozen), text(&frozen), "--fail-on", "any"]);
    assert_eq!(code, 0, "{stdout}{stderr}");
    assert!(stdout.contains("6 unchanged") || stdout.contains("7 unchanged"), "{stdout}");
    // Today's program still finds in the same evidence what it found then.
    let now = base().join("sites/finance/report.json");
    let (code, stdout, stderr) = run(&["compare", text(&frozen), text(&now)]);
    assert_eq!(code, 0, "{stdout}{stderr}");
    // And with nothing but what the contract promises.
    let mut bare = read(&frozen);
    for answer in bare["answers"].as_array_mut().unwrap() {
        for later in ["remarks", "unread", "to_confirm", "section", "text", "decided", "mark", "cannot_see"] {
            answer.as_object_mut().unwrap().remove(later);
        }
    }
    for later in ["mend_first", "links"] {
        bare.as_object_mut().unwrap().remove(later);
    }
    bare["something_new"] = json!({"a": 1});
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    tidy::write(&path, &bare.to_string());
    let (code, stdout, stderr) = run(&["compare", text(&path), text(&frozen)]);
    assert_eq!(code, 0, "{stdout}{stderr}");
}

#[test]
fn neither_the_order_of_pages_nor_the_hour_changes_anything() {
    let archive = Archive::open(&base().join("sites/finance/archive")).unwrap();
    let mut exchanges = Vec::new();
    for entry in archive.entries() {
        exchanges.push(archive.load(&entry.citation).unwrap());
    }
    let mut addresses: Vec<Address> = exchanges.iter().map(|it| it.ask.address.clone()).collect();
    addresses.sort();
    addresses.dedup();
    assert!(addresses.len() > 40, "only {} addresses", addresses.len());
    let midnight = exchanges.iter().map(|it| it.at).min().unwrap();
    let midnight = Moment::parse(&format!("{}T00:00:00+08:00", midnight.day())).unwrap();
    let walk = addresses.into_iter().map(|address| {
        // Attempts at one address stay in their order; between addresses nothing is left of it.
        let asked: Vec<_> = exchanges.iter().filter(|it| it.ask.address == address).cloned().collect();
        (asked, 0..86_000_u32)
    });
    let (asked, hours): (Vec<_>, Vec<_>) = walk.unzip();
    let order = Just(asked).prop_shuffle();
    let notes = ["walk", "coverage"].map(|key| (key, archive.note(key).unwrap().to_owned()));
    let mut runner = TestRunner::new(Config { cases: 6, failure_persistence: None, ..Config::default() });
    runner
        .run(&(order, hours), |(order, seconds)| {
            let run_folder = tempfile::tempdir().unwrap();
            for file in ["gathered.json", "roster.toml"] {
                fs::copy(base().join(file), run_folder.path().join(file)).unwrap();
            }
            let id: SiteId = "finance".parse().unwrap();
            let store = Store::create(&run_folder.path().join("sites/finance/archive"), &id).unwrap();
            for (attempts, second) in order.iter().zip(seconds) {
                for (nth, exchange) in attempts.iter().enumerate() {
                    let at = midnight.millis() + i64::from(second) * 1000 + i64::try_from(nth).unwrap() * 100;
                    let mut exchange = exchange.clone();
                    exchange.at = Moment::from_millis(at).unwrap();
                    store.keep(&exchange).unwrap();
                }
            }
            for (key, value) in &notes {
                store.note(key, value).unwrap();
            }
            drop(store);
            let run_path = text(run_folder.path());
            let args = ["audit", run_path, "--as-of", "2017-12-15", "--site", "finance", "--format", "json"];
            assert_eq!(cli::run(["govcensus"].into_iter().chain(args)), Exit::Meets);
            let report = |run: &Path| run.join("sites/finance/report.json");
            let (code, stdout, stderr) = run(&[
                "compare",
                text(&report(&base())),
                text(&report(run_folder.path())),
                "--fail-on",
                "any",
            ]);
            prop_assert_eq!(code, 0, "{}{}", stdout, stderr);
            Ok(())
        })
        .unwrap();
}
