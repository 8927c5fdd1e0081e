//! `govcensus probe` as a person, a timer and a full disk meet it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use crate::server::{Server, not_found, page};
use crate::tidy;

async fn serve() -> Server {
    let home = "<title>甲县</title><ul><li><a href=/1.html>全县防汛工作会议召开</a>";
    Server::start(move |_, what| if what.ends_with('/') { page(home) } else { not_found() }).await
}

fn roster(folder: &Path, server: &Server, sites: usize) {
    roster_of(folder, &vec![server; sites]);
}

/// A site on each of these; sites on one machine wait for one another.
fn roster_of(folder: &Path, servers: &[&Server]) {
    let site = |(n, server): (usize, &&Server)| {
        format!(
            "[[site]]\nid = \"s{n}\"\nname = \"甲县\"\nurl = \"http://s{n}.example:81/\"\nclass = \"county\"\n\
             rate = 5\nresolve = \"{}\"\n",
            server.address
        )
    };
    let control =
        format!("[control]\nurls = [\"http://control.example/\"]\nresolve = \"{}\"\n", servers[0].address);
    let sites = servers.iter().enumerate().map(site).collect::<Vec<_>>().concat();
    tidy::write(&folder.join("roster.toml"), &format!("[city]\nname = \"某市\"\n{control}{sites}"));
}

/// The program under a shell that may set limits first.
fn start(folder: &Path, before: &str, args: &str) -> Child {
    let program = assert_cmd::cargo::cargo_bin("govcensus");
    let line = format!("{before} exec {} probe {args}", program.display());
    let mut command = Command::new("sh");
    command
        .args(["-c", &line])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

async fn ended(mut child: Child) -> ExitStatus {
    loop {
        match child.try_wait().unwrap() {
            Some(status) => return status,
            None => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
}

async fn run(folder: &Path, args: &str) -> (i32, String, String) {
    let child = start(folder, "", args);
    let Output { status, stdout, stderr } =
        tokio::task::spawn_blocking(|| child.wait_with_output().unwrap()).await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// How often each site was visited in each interval, by the log.
async fn visits(folder: &Path) -> BTreeMap<(String, String), usize> {
    let (code, csv, stderr) = run(folder, "export roster.toml").await;
    assert_eq!(code, 0, "{stderr}");
    let mut times = BTreeMap::new();
    for record in csv::Reader::from_reader(csv.as_bytes()).records() {
        let record = record.unwrap();
        *times.entry((record[0].to_owned(), record[2].to_owned())).or_default() += 1;
    }
    times
}

#[tokio::test]
async fn one_round_is_kept_exported_and_pruned() {
    let (server, folder) = (serve().await, tempfile::tempdir().unwrap());
    roster(folder.path(), &server, 3);
    let (code, stdout, stderr) = run(folder.path(), "roster.toml").await;
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert!(
        stdout.contains(" s1 200 (ms: connect ") && stdout.contains("3 visits, 0 without an answer"),
        "{stdout}"
    );
    let kept = visits(folder.path()).await;
    assert!(kept.len() == 3 && kept.values().all(|it| *it == 1), "{kept:?}");
    let (code, stdout, _) = run(folder.path(), "prune roster.toml --keep 400d").await;
    assert!(code == 0 && stdout.starts_with("0 probes"), "{stdout}");
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let (code, stdout, _) = run(folder.path(), "prune roster.probes.sqlite --keep 1s").await;
    assert!(code == 0 && stdout.starts_with("3 probes"), "{stdout}");
    let (code, _, stderr) = run(folder.path(), "prune nowhere.toml --keep 1d").await;
    assert!(code == 2 && stderr.contains("no log of probes"), "{stderr}");
}

#[tokio::test]
async fn a_second_process_on_the_same_log_is_refused_and_a_reader_is_not() {
    let (server, folder) = (serve().await, tempfile::tempdir().unwrap());
    roster(folder.path(), &server, 2);
    let first = start(folder.path(), "", "roster.toml --every 1s");
    while server.asked().len() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (code, _, stderr) = run(folder.path(), "roster.toml").await;
    assert!(code == 2 && stderr.contains("roster.probes.sqlite: another process does"), "{stderr}");
    let (code, _, stderr) = run(folder.path(), "prune roster.toml --keep 1d").await;
    assert!(code == 2 && stderr.contains("another process"), "{stderr}");
    assert!(!visits(folder.path()).await.is_empty());
    let pid = first.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(ended(first).await.code(), Some(4));
}

#[tokio::test]
async fn killed_again_and_again_it_visits_every_interval_once() {
    let (servers, folder) = ([serve().await, serve().await, serve().await], tempfile::tempdir().unwrap());
    roster_of(folder.path(), &servers.each_ref());
    for life in [700_u64, 1300, 350, 900, 1100] {
        let mut child = start(folder.path(), "", "roster.toml --every 3s --for 9s");
        tokio::time::sleep(Duration::from_millis(life)).await;
        // SIGKILL: nothing in the program can do anything about it.
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let (code, _, stderr) = run(folder.path(), "roster.toml --every 3s --for 9s").await;
    assert_eq!(code, 0, "{stderr}");
    let kept = visits(folder.path()).await;
    assert!(kept.values().all(|it| *it == 1), "{kept:?}");
    let slots: std::collections::BTreeSet<&String> = kept.keys().map(|(_, slot)| slot).collect();
    assert_eq!((slots.len(), kept.len()), (3, 9), "{kept:?}");
}

#[tokio::test]
async fn a_full_disk_ends_it_with_4_and_what_was_kept_is_whole() {
    let (server, folder) = (serve().await, tempfile::tempdir().unwrap());
    roster(folder.path(), &server, 8);
    // A file may have so many blocks of 512 bytes, and the signal that says so is not heard.
    let full = start(folder.path(), "trap '' XFSZ; ulimit -f 220;", "roster.toml --every 1s");
    assert_eq!(ended(full).await.code(), Some(4));
    let before = visits(folder.path()).await;
    assert!(!before.is_empty());
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let (code, _, stderr) = run(folder.path(), "roster.toml --every 1s --for 2s").await;
    assert_eq!(code, 0, "{stderr}");
    let after = visits(folder.path()).await;
    assert!(before.keys().all(|it| after.contains_key(it)) && after.len() > before.len());
}

#[tokio::test]
async fn what_would_be_a_burden_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, stderr) = run(folder.path(), "http://a.example/ --every 30s").await;
    assert!(code == 2 && stderr.contains("at most once a minute"), "{stderr}");
    let (code, _, stderr) = run(folder.path(), "http://a.example/ --for 1d").await;
    assert!(code == 2 && stderr.contains("--every"), "{stderr}");
}
