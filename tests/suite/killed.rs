//! The program itself, killed, stopped and run into a full disk; and gone on with.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use govcensus::evidence::store::{Archive, Entry};
use serde_json::{Map, Value};

use crate::server::{Say, Server, not_found, page, raw};
use crate::tidy;

const PAGES: usize = 150;

/// Two sites. One has pages that lead on to one another, columns, of which one is stale, links that are dead in
/// disguise, and pages that are the same wherever they are; and each shows a picture of the other's.
async fn serve() -> Server {
    Server::start(|_, what| match what.split_once('/').unwrap() {
        (_, "robots.txt" | "sitemap.xml") => not_found(),
        ("a.example", path) => of_the_first(path),
        ("b.example", "") => page(column("通知公告", "2017-12-0") + "<img src=http://a.example/n.png>"),
        ("b.example", "m.png") => raw(200, "Content-Type: image/png\r\n", "PNG"),
        ("b.example", path) if path.starts_with("2017") => page(format!("<h1>{path}</h1><p>全文")),
        _ => not_found(),
    })
    .await
}

fn of_the_first(path: &str) -> Say {
    match path {
        "" => page(
            [
                "<div class=nav><ul><li><a href=/>首页</a><li><a href=/tzgg/>通知公告</a><li><a href=/zcwj/>政策文件</a>",
                "</ul></div><a href=/1.html>x</a><a href=/2.html>x</a><a href=/old.html>x</a>",
                "<a href=/gone.html>已经不在的页面</a><a href=/gone.png>x</a>",
            ]
            .concat(),
        ),
        "tzgg/" => page(column("通知公告", "2015-12-0")),
        "zcwj/" => page(column("政策文件", "2017-12-0")),
        "old.html" => raw(302, "Location: /new.html\r\n", ""),
        "new.html" => page("<img src=/n.png><img src=http://b.example/m.png>"),
        "n.png" => raw(200, "Content-Type: image/png\r\n", "PNG"),
        it if it.starts_with("same/") => page("<p>the same everywhere, and leads on <a href=?on>on</a>"),
        it => match it.trim_end_matches(".html").parse::<usize>() {
            Ok(number) if number <= PAGES => {
                let next = (number * 2 % PAGES + 1, (number + 2).min(PAGES));
                // Bytes that do not pack, so that a small limit on files is reached.
                let noise = (0..500).map(|at| format!("{:x}", (number + 1) * 2_654_435_761 * (at + 7)));
                let noise = noise.collect::<Vec<_>>().concat();
                let same = number / 3 * 3;
                page(format!(
                    "<a href=/{}.html>x</a><a href=/{}.html>y</a><a href=/same/{same}.html>z</a><p>{noise}",
                    next.0, next.1
                ))
            }
            // What fails openly is given minutes until it is asked again, what only looks so is not.
            _ if it.starts_with("20") => page(format!("<h1>{it}</h1><p>全文")),
            _ => page("<title>提示</title><p>您访问的页面不存在或已删除，请返回首页。</p>"),
        },
    }
}

/// A list of six entries, the last on the day that begins so.
fn column(name: &str, day: &str) -> String {
    let row = |it| format!("<li><a href={day}{it}/t.html>关于第{it}件事情的通知</a><span>{day}{it}</span>");
    let rows: String = (1..=6).rev().map(row).collect();
    format!("<title>{name}</title><h2>{name}</h2><ul class=list>{rows}</ul>")
}

fn roster(folder: &Path, server: &Server) {
    let site = |id: &str, more: &str| {
        format!(
            "[[site]]\nid = \"{id}\"\nname = \"{id}县人民政府\"\nurl = \"http://{id}.example/\"\nclass = \"county\"\n\
             rate = 1000\nrobots = \"owner-consents\"\nreason = \"a test\"\nresolve = \"{}\"\n{more}",
            server.address
        )
    };
    let sites = site("a", &format!("max_pages = {PAGES}\n")) + &site("b", "");
    tidy::write(&folder.join("roster.toml"), &format!("[city]\nname = \"某市\"\n{sites}"));
}

/// `gather`, begun or gone on with, under a shell that may set limits first.
pub(crate) fn gather(folder: &Path, before: &str) -> Child {
    let resume = if folder.join("run/gathered.json").exists() { "--resume" } else { "" };
    let program = assert_cmd::cargo::cargo_bin("govcensus");
    let line = format!("{before} exec {} gather roster.toml --out run {resume}", program.display());
    let mut command = Command::new("sh");
    command.args(["-c", &line]).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

pub(crate) async fn ended(mut child: Child) -> ExitStatus {
    loop {
        match child.try_wait().unwrap() {
            Some(status) => return status,
            None => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
}

const SITES: [&str; 2] = ["a", "b"];

fn archive(folder: &Path, site: &str) -> Archive {
    Archive::open(&folder.join("run/sites").join(site).join("archive")).unwrap()
}

/// What the archives say; whatever the order.
fn outcomes(folder: &Path) -> Vec<String> {
    let mut all = Vec::new();
    for site in SITES {
        let archive = archive(folder, site);
        all.extend(archive.entries().iter().map(|it| {
            let exchange = archive.load(&it.citation).unwrap();
            let length = exchange.answer().map(|it| it.body.len());
            format!("{site}: {:?} {} {} {:?} {length:?}", it.method, it.address(), it.attempt, it.result)
        }));
    }
    all.sort();
    all
}

/// Questions that the server was asked more often than the archives have answers. A second look is none of them.
fn asked_again(folder: &Path, server: &Server) -> Vec<String> {
    let mut kept = BTreeSet::new();
    for site in SITES {
        let of_entry = |it: &Entry| (format!("{} {}", it.method.verb(), it.address()), it.attempt);
        kept.extend(archive(folder, site).entries().iter().map(of_entry));
    }
    let mut kept: Vec<String> =
        kept.into_iter().map(|(question, _)| question.replace("http://", "")).collect();
    let mut again = server.asked();
    again.retain(|it| match kept.iter().position(|kept| kept == it) {
        Some(at) => {
            kept.swap_remove(at);
            false
        }
        None => true,
    });
    assert!(kept.is_empty(), "nobody was asked for {kept:?}");
    again
}

/// The report of every site, without what differs from run to run: its id, times, and where in the archive a record is.
fn reports(folder: &Path) -> Vec<Value> {
    let program = assert_cmd::cargo::cargo_bin("govcensus");
    let mut command = Command::new(program);
    command.args(["audit", "run", "--as-of", "2017-12-15"]).current_dir(folder);
    let output = command.output().unwrap();
    assert!(output.status.code().is_some_and(|it| it != 2), "{}", String::from_utf8_lossy(&output.stderr));
    let report = |site: &str| {
        let bytes = std::fs::read(folder.join("run/sites").join(site).join("report.json")).unwrap();
        let mut report = serde_json::from_slice(&bytes).unwrap();
        forget(&mut report, &["record_id", "offset", "fetched_at", "started_at", "finished_at"]);
        forget(&mut report["run"], &["id"]);
        report
    };
    SITES.into_iter().map(report).collect()
}

/// Takes these keys away, however deep they are.
fn forget(value: &mut Value, keys: &[&str]) {
    match value {
        Value::Object(fields) => {
            fields.retain(|key, _| !keys.contains(&key.as_str()));
            fields.values_mut().for_each(|it| forget(it, keys));
        }
        Value::Array(values) => values.iter_mut().for_each(|it| forget(it, keys)),
        _ => {}
    }
}

/// Where two documents differ, one line each.
fn differences(one: &Value, other: &Value, place: &str, all: &mut Vec<String>) {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            for key in one.keys().chain(other.keys().filter(|it| !one.contains_key(*it))) {
                let of = |it: &Map<String, Value>| it.get(key).cloned().unwrap_or_default();
                differences(&of(one), &of(other), &format!("{place}/{key}"), all);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let both = one.iter().zip(other).enumerate();
            both.for_each(|(at, (one, other))| differences(one, other, &format!("{place}/{at}"), all));
        }
        _ if one != other => all.push(format!("{place}: {one} and {other}")),
        _ => {}
    }
}

/// Numbers that look like chance and are the same each time.
fn chance(seed: &mut u64, below: u16) -> u16 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    u16::try_from((*seed >> 33) % u64::from(below)).unwrap()
}

#[tokio::test]
async fn killed_at_twenty_random_points_it_ends_as_if_it_had_not_been_and_asks_nothing_twice() {
    let (whole, expected) = {
        let server = serve().await;
        let folder = tempfile::tempdir().unwrap();
        roster(folder.path(), &server);
        assert!(ended(gather(folder.path(), "")).await.success());
        (outcomes(folder.path()), reports(folder.path()))
    };
    assert!(whole.len() > PAGES);
    // There is something to be lost: what is wrong with the sites, and what was not looked at.
    let [first, _] = &expected[..] else { panic!("{} reports", expected.len()) };
    assert!(first["links"]["broken"].as_u64() > Some(10), "{:#}", first["links"]);
    assert_eq!(first["columns"][0]["status"], "stale", "{:#}", first["columns"]);
    for reason in ["page-limit", "same-content"] {
        assert!(first["coverage"].to_string().contains(reason), "{:#}", first["coverage"]);
    }
    let server = serve().await;
    let folder = tempfile::tempdir().unwrap();
    roster(folder.path(), &server);
    let mut seed = 20_171_215;
    for _ in 0..20 {
        let (asked, mut child) = (server.asked().len(), gather(folder.path(), ""));
        let more = 1 + usize::from(chance(&mut seed, u16::try_from(whole.len() / 12).unwrap()));
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
    // One answer of each site may have been on its way at each kill, and not yet kept.
    let again = asked_again(folder.path(), &server);
    assert!(again.len() <= 20 * SITES.len(), "{} were asked for again: {again:?}", again.len());
    let mut differ = Vec::new();
    for ((one, other), site) in expected.iter().zip(&reports(folder.path())).zip(SITES) {
        differences(one, other, site, &mut differ);
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
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
    let again = asked_again(folder.path(), &server);
    assert!(again.len() <= SITES.len(), "only what was under way may be asked for again: {again:?}");
}

#[tokio::test]
async fn a_full_disk_ends_it_with_4_and_what_was_written_is_whole() {
    let server = serve().await;
    let folder = tempfile::tempdir().unwrap();
    roster(folder.path(), &server);
    // A file may have so many blocks of 512 bytes, and the signal that says so is not heard.
    let full = ended(gather(folder.path(), "trap '' XFSZ; ulimit -f 300;")).await;
    assert_eq!(full.code(), Some(4));
    let archive = archive(folder.path(), "a");
    assert!(!archive.entries().is_empty() && archive.breaks().is_empty(), "{:?}", archive.breaks());
    assert!(archive.entries().iter().all(|it| archive.load(&it.citation).is_ok()));
    assert!(ended(gather(folder.path(), "")).await.success());
    let again = asked_again(folder.path(), &server);
    assert!(again.len() <= SITES.len(), "only what did not fit may be asked for again: {again:?}");
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
