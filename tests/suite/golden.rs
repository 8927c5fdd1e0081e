//! The judging half on frozen evidence: every byte of the reports is as it was, or the change is read and committed.

use std::path::{Path, PathBuf};
use std::{env, fs};

use govcensus::cli::{self, Exit};

use crate::tidy;

const FILES: [&str; 8] = [
    "index.html",
    "run.json",
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
    let exit = cli::run(["govcensus", "audit", run, "--as-of", "2017-12-15", "--quiet"]);
    assert_eq!(exit, Exit::Fails);
    let mut stale = Vec::new();
    for file in FILES {
        let got = fs::read_to_string(folder.path().join(file)).unwrap();
        let kept = tidy::root().join("reports/sample").join(file);
        if fs::read_to_string(&kept).ok().as_deref() != Some(&got) {
            stale.push(file);
            if env::var_os("UPDATE").is_some() {
                tidy::write(&kept, &got);
            }
        }
    }
    assert!(
        stale.is_empty(),
        "reports/sample differs in {stale:?}; UPDATE=1 writes it, then read the difference"
    );
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
