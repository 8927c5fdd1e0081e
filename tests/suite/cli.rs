//! The command as people and scripts meet it: exit codes, messages, what goes to stdout and what to stderr.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

use crate::tidy;

/// Runs the program; returns its exit code, stdout and stderr.
fn run(args: &[&str], folder: &Path) -> (i32, String, String) {
    let output = Command::cargo_bin("govcensus").unwrap().args(args).current_dir(folder).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn file(folder: &Path, name: &str, text: &str) -> String {
    tidy::write(&folder.join(name), text);
    name.to_owned()
}

#[test]
fn a_roster_with_three_mistakes_names_all_three_with_their_lines() {
    let folder = tempfile::tempdir().unwrap();
    let roster = "[city]\nname = \"某市\"\n\n[[site]]\nid = \"A B\"\nname = \"甲县\"\nurl = \"ftp://a.example/\"\nclass = \"village\"\n";
    let name = file(folder.path(), "roster.toml", roster);
    for command in [&["check", &name][..], &["gather", &name], &["roster", "lint", &name]] {
        let (code, stdout, stderr) = run(command, folder.path());
        assert_eq!((code, stdout.as_str()), (2, ""), "{command:?}: {stderr}");
        for line in ["roster.toml:5:", "roster.toml:7:", "roster.toml:8:"] {
            assert!(stderr.contains(line), "{command:?}: {stderr}");
        }
    }
    // Nothing was begun.
    assert!(!folder.path().join("reports").exists());
}

#[test]
fn an_address_in_our_own_network_is_refused_and_reported() {
    let folder = tempfile::tempdir().unwrap();
    let (code, stdout, stderr) = run(&["check", "http://127.0.0.1:1/", "--out", "run"], folder.path());
    assert_eq!(code, 3, "{stdout}{stderr}");
    assert!(stdout.contains("not walked: 首页本次未能打开（地址指向内部网络，未访问）"), "{stdout}");
    let run: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path().join("run/run.json")).unwrap()).unwrap();
    assert_eq!(run["sites"][0]["status"], "failed");
    assert_eq!(run["sites"][0]["verdict"], "undecided");
}

#[test]
fn what_cannot_be_done_ends_with_2_and_says_what_would_be_right() {
    let folder = tempfile::tempdir().unwrap();
    let roster = file(
        folder.path(),
        "r.toml",
        "[city]\nname = \"某市\"\n[[site]]\nid = \"a\"\nname = \"甲县\"\nurl = \"http://a.example/\"\nclass = \"county\"\n",
    );
    file(folder.path(), "circular.toml", "title = \"{when}\"\n");
    file(folder.path(), "review.toml", "[[ruling]]\nsite = \"a\"\n");
    let cases: [(&[&str], &str); 15] = [
        (&["chekc"], "unrecognized subcommand 'chekc'"),
        (&["check", "nowhere.toml"], "failed to read the roster nowhere.toml"),
        (&["check", "ftp://a.example/"], "only http and https"),
        (&["check", &roster, "--checklist", "census-2051"], "built in: census-2015"),
        (&["check", &roster, "--site", "b"], "no site of the roster has the id b; known: a"),
        (&["check", &roster, "--rate", "6"], "at most 5 requests a second"),
        (&["check", &roster, "--as-of", "2017-02-30"], "YYYY-MM-DD"),
        (&["audit", "nowhere"], "find a run in nowhere"),
        (&["report", "nowhere"], "find a run in nowhere: run.json"),
        (&["report", "nowhere", "--format", "pdf"], "one of html, json, xlsx, docx, csv, md"),
        (&["check", &roster, "--words", "."], "`{when}` cannot be filled in"),
        (&["check", &roster, "--review", "review.toml"], "review.toml:1: `schema`"),
        (&["review", "lint", "review.toml"], "`verdict` is missing"),
        (&["review", "import", "r.toml"], "no workbook"),
        (&["explain", "column-stail"], "no indicator is called `column-stail`"),
    ];
    for (args, says) in cases {
        let (code, stdout, stderr) = run(args, folder.path());
        assert_eq!((code, stdout.as_str()), (2, ""), "{args:?}: {stderr}");
        assert!(stderr.contains(says), "{args:?}: {stderr}");
    }
    assert!(!folder.path().join("reports").exists(), "nothing was asked of any site");
}

#[test]
fn a_folder_that_holds_a_run_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(&["gather", "http://127.0.0.1:1/", "--out", "run"], folder.path()).0, 0);
    let (code, _, stderr) = run(&["gather", "http://127.0.0.1:1/", "--out", "run"], folder.path());
    assert_eq!(code, 2);
    assert!(stderr.contains("--resume"), "{stderr}");
    assert_eq!(run(&["gather", "http://127.0.0.1:1/", "--out", "run", "--resume"], folder.path()).0, 0);
}

#[test]
fn documents_and_manual_pages_are_printed() {
    let here = tidy::root();
    let (code, stdout, _) = run(&["explain", "column-stale"], &here);
    assert_eq!(code, 0);
    assert!(stdout.starts_with("# column-stale\n") && stdout.contains("## What it cannot see"), "{stdout}");
    let (code, stdout, _) = run(&["explain"], &here);
    assert!(code == 0 && stdout.lines().count() > 10, "{stdout}");
    let (code, stdout, _) = run(&["checklist", "list"], &here);
    assert!(code == 0 && stdout.contains("国办发〔2015〕15号"), "{stdout}");
    let (code, stdout, _) = run(&["checklist", "show", "census-2015"], &here);
    assert!(code == 0 && stdout.contains("V15-3a"), "{stdout}");
    let (code, stdout, _) = run(&["checklist", "lint", "checklists/census-2015.toml"], &here);
    assert!(code == 0 && stdout.contains("no mistakes"), "{stdout}");
    let (code, stdout, _) = run(&["roster", "lint", "fixtures/city/roster.toml"], &here);
    assert!(code == 0 && stdout.contains("18 bodies, 6 of them without"), "{stdout}");
    for shell in ["bash", "zsh", "fish", "powershell"] {
        assert!(run(&["completions", shell], &here).1.contains("govcensus"));
    }
}

#[test]
fn a_spreadsheet_of_sites_becomes_a_roster() {
    let folder = tempfile::tempdir().unwrap();
    let name = file(
        folder.path(),
        "sites.csv",
        "网站名称,网址,类别,网站标识码\n甲县人民政府,www.jia.example,县区门户,5306020001\n",
    );
    let (code, stdout, stderr) = run(&["roster", "import", &name, "--city", "某市"], folder.path());
    assert_eq!(code, 0, "{stderr}");
    file(folder.path(), "roster.toml", &stdout);
    assert_eq!(run(&["roster", "lint", "roster.toml"], folder.path()).0, 0, "{stdout}");
}
