//! The program itself, killed, stopped and run into a full disk; and gone on with.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use govcensus::evidence::store::Archive;

use crate::server::{Say, Server, links, not_found, page, raw};
use crate::tidy;

const PAGES: usize = 150;

/// A site of pages that lead on to one another, each answered after a moment.
async fn serve() -> Server {
    Server::start(|_, what| match what.trim_start_matches("a.example/") {
        "" => links(&["/1.html", "/2.html", "/old.html"]),
        "old.html" => raw(302, "Location: /new.html\r\n", ""),
        "new.html" => page("<img src=/n.png>"),
        "n.png" => raw(200, "Content-Type: image/png\r\n", "PNG"),
        it => match it.trim_end_matches(".html").parse::<usize>() {
            Ok(number) if number <= PAGES => {
                let next = (number * 2 % PAGES + 1, (number + 2).min(PAGES));
                // Bytes that do not pack, so that a small limit on files is reached.
                let noise = (0..500).map(|at| format!("{:x}", (number + 1) * 2_654_435_761 * (at + 7)));
                let noise = noise.collect::<Vec<_>>().concat();
                page(format!("<a href=/{}.html>x</a><a href=/{}.html>y</a><p>{noise}", next.0, next.1))
            }
            _ => not_found(),
        },
    })
    .await
}

fn roster(folder: &Path, server: &Server) {
    let roster = format!(
        "[city]\nname = \"某市\"\n[[site]]\nid = \"a\"\nname = \"甲县\"\nurl = \"http://a.example/\"\nclass = \"county\"\n\
         rate = 1000\nrobots = \"owner-consents\"\nreason = \"a test\"\nresolve = \"{}\"\nmax_pages = {PAGES}\n",
        server.address
    );
    tidy::write(&folder.join("roster.toml"), &roster);
}

/// `gather`, begun or gone on with, under a shell that may set limits first.
fn gather(folder: &Path, before: &str) -> Child {
    let resume = if folder.join("run/gathered.json").exists() { "--resume" } else { "" };
    let program = assert_cmd::cargo::cargo_bin("govcensus");
    let line = format!("{before} exec {} gather roster.toml --out run {resume}", program.display());
    let mut command = Command::new("sh");
    command.args(["-c", &line]).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

async fn ended(mut child: Child) -> ExitStatus {
    loop {
        match child.try_wait().unwrap() {
            Some(status) => return status,
            None => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
}

/// What the archive says; whatever the order.
fn outcomes(folder: &Path) -> Vec<String> {
    let archive = Archive::open(&folder.join("run/sites/a/archive")).unwrap();
    let entries = archive.entries().iter();
    let mut all: Vec<_> = entries
        .map(|it| {
            let exchange = archive.load(&it.citation).unwrap();
            let length = exchange.answer().map(|it| it.body.len());
            format!("{:?} {} {} {:?} {length:?}", it.method, it.address(), it.attempt, it.result)
        })
        .collect();
    all.sort();
    all
}

/// Numbers that look like chance and are the same each time.
fn chance(seed: &mut u64, below: u16) -> u16 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    u16::try_from((*seed >> 33) % u64::from(below)).unwrap()
}

#[tokio::test]
async fn killed_at_twenty_random_points_it_ends_as_if_it_had_not_been_and_asks_nothing_twice() {
    let whole = {
        let server = serve().await;
        let folder = tempfile::tempdir().unwrap();
        roster(folder.path(), &server);
        assert!(ended(gather(folder.path(), "")).await.success());
        outcomes(folder.path())
    };
    assert!(whole.len() > PAGES);
    let server = serve().await;
    let folder = tempfile::tempdir().unwrap();
    roster(folder.path(), &server);
    let mut seed = 20_171_215;
    for _ in 0..20 {
        let (asked, mut child) = (server.asked().len(), gather(folder.path(), ""));
        let more = 1 + usize::from(chance(&mut seed, 7));
        while server.asked().len() < asked + more && child.try_wait().unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(Duration::from_micros(chance(&mut seed, 3000).into())).await;
        // SIGKILL: nothing in the program can do anything about it.
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(server.asked().len() < whole.len(), "the kills came too late to mean anything");
    assert!(ended(gather(folder.path(), "")).await.success());
    let (mut lacks, mut more) = (whole.clone(), outcomes(folder.path()));
    lacks.retain(|it| !more.contains(it));
    more.retain(|it| !whole.contains(it));
    assert_eq!((lacks, more), (Vec::new(), Vec::new()));
    let mut times = BTreeMap::<String, usize>::new();
    server.asked().into_iter().for_each(|it| *times.entry(it).or_default() += 1);
    // One answer at each kill may have been on its way and not yet kept.
    let again: usize = times.values().map(|it| it - 1).sum();
    assert!(again <= 20, "{again} were asked for again: {times:?}");
}

#[tokio::test]
async fn an_interrupt_ends_it_with_4_and_it_goes_on_later() {
    let server = serve().await;
    let folder = tempfile::tempdir().unwrap();
    roster(folder.path(), &server);
    let child = gather(folder.path(), "");
    while server.asked().len() < 20 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert_eq!(ended(child).await.code(), Some(4));
    let so_far = server.asked().len();
    assert!(so_far < PAGES);
    assert!(ended(gather(folder.path(), "")).await.success());
    let mut asked = server.asked();
    let all = asked.len();
    asked.sort();
    asked.dedup();
    assert!(all - asked.len() <= 1, "only what was under way may be asked for again");
}

#[tokio::test]
async fn a_full_disk_ends_it_with_4_and_what_was_written_is_whole() {
    let server = serve().await;
    let folder = tempfile::tempdir().unwrap();
    roster(folder.path(), &server);
    // A file may have so many blocks of 512 bytes, and the signal that says so is not heard.
    let full = ended(gather(folder.path(), "trap '' XFSZ; ulimit -f 300;")).await;
    assert_eq!(full.code(), Some(4));
    let archive = Archive::open(&folder.path().join("run/sites/a/archive")).unwrap();
    assert!(!archive.entries().is_empty() && archive.breaks().is_empty(), "{:?}", archive.breaks());
    assert!(archive.entries().iter().all(|it| archive.load(&it.citation).is_ok()));
    assert!(ended(gather(folder.path(), "")).await.success());
    assert_eq!(
        outcomes(folder.path()).len(),
        server.asked().iter().collect::<std::collections::BTreeSet<_>>().len()
    );
}

#[tokio::test]
async fn the_time_for_the_run_is_up_and_it_ends_with_4() {
    let server = Server::start(|_, what| match what {
        "a.example/" => page("<a href=/hangs.html>x</a>"),
        "a.example/hangs.html" => Say::Nothing,
        _ => not_found(),
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    roster(folder.path(), &server);
    let program = assert_cmd::cargo::cargo_bin("govcensus");
    let args = ["gather", "roster.toml", "--out", "run", "--deadline", "1s"];
    let mut command = Command::new(program);
    command.args(args).current_dir(folder.path()).stdout(Stdio::null()).stderr(Stdio::null());
    assert_eq!(ended(command.spawn().unwrap()).await.code(), Some(4));
}
