//! Alerts as whoever is told meets them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use govcensus::base::Digest;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::server::{Server, page, raw};
use crate::tidy;

/// A web hook that refuses the first message once, and remembers head and body of each.
async fn hook() -> (std::net::SocketAddr, Arc<Mutex<Vec<(String, String)>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let told = Arc::<Mutex<Vec<(String, String)>>>::default();
    let kept = Arc::clone(&told);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut text = String::new();
            let mut piece = [0; 4096];
            while !text.ends_with('}') {
                let length = stream.read(&mut piece).await.unwrap();
                text += std::str::from_utf8(&piece[..length]).unwrap();
            }
            let (head, body) = text.split_once("\r\n\r\n").unwrap();
            let first = kept.lock().unwrap().is_empty();
            kept.lock().unwrap().push((head.to_owned(), body.to_owned()));
            let status = if first { "503 X" } else { "204 X" };
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (address, told)
}

fn roster(folder: &Path, site: &Server, hook: std::net::SocketAddr) {
    let text = format!(
        "[city]\nname = \"某市\"\n[control]\nurls = [\"http://control.example/\"]\nresolve = \"{0}\"\n\
         [alert]\nwebhook = \"http://hook.example/told\"\nresolve = \"{hook}\"\ncommand = [\"tee\", \"-a\", \"told.txt\"]\n\
         [[site]]\nid = \"jia\"\nname = \"甲县\"\nurl = \"http://a.example:81/\"\nclass = \"county\"\nresolve = \"{0}\"\n",
        site.address
    );
    tidy::write(&folder.join("roster.toml"), &text);
}

async fn run(folder: &Path, args: &'static str) -> (i32, String) {
    let program = assert_cmd::cargo::cargo_bin("govcensus");
    let mut command = Command::new(program);
    command.args(args.split(' ')).current_dir(folder).env("GOVCENSUS_ALERT_SECRET", "a secret");
    let Output { status, stderr, stdout } =
        tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    (status.code().unwrap(), String::from_utf8([stdout, stderr].concat()).unwrap())
}

/// A site that is in trouble for its first three visits.
async fn troubled() -> Server {
    let visits = AtomicUsize::new(0);
    Server::start(move |_, what| match what {
        "a.example:81/" if visits.fetch_add(1, Ordering::SeqCst) < 3 => raw(502, "", ""),
        _ => page("<title>甲县</title>"),
    })
    .await
}

#[tokio::test]
async fn a_home_page_that_goes_and_comes_back_is_told_once_each_signed_and_again_after_a_refusal() {
    let (server, folder) = (troubled().await, tempfile::tempdir().unwrap());
    let (address, told) = hook().await;
    roster(folder.path(), &server, address);
    let (code, said) = run(folder.path(), "probe roster.toml --every 2s --for 14s").await;
    assert_eq!(code, 0, "{said}");
    let told = told.lock().unwrap().clone();
    assert_eq!(told.len(), 3, "gone, refused and told again; and back: {told:?}");
    let json = |at: usize| serde_json::from_str::<serde_json::Value>(&told[at].1).unwrap();
    assert_eq!(json(0), json(1), "the same message, under the same id");
    assert_eq!((json(1)["state"].as_str(), json(2)["state"].as_str()), (Some("down"), Some("up")));
    assert_eq!(json(1)["message"], "甲县：首页连续2次未能打开。");
    assert_eq!(json(1)["schema"], "govcensus.alert/1");
    for (head, body) in &told {
        let signature = format!("x-govcensus-signature: sha256={}", Digest::keyed(b"a secret", body));
        assert!(head.contains(&signature), "{head}");
    }
    let command = fs::read_to_string(folder.path().join("told.txt")).unwrap();
    assert_eq!(command, [told[1].1.as_str(), &told[2].1].concat());
}

#[tokio::test]
async fn a_dry_run_prints_and_tells_nobody() {
    let (server, folder) = (troubled().await, tempfile::tempdir().unwrap());
    let (address, told) = hook().await;
    roster(folder.path(), &server, address);
    let (code, said) = run(folder.path(), "probe roster.toml --every 1s --for 3s --dry-run").await;
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("alert: {\"schema\":\"govcensus.alert/1\"") && said.contains("\"down\""), "{said}");
    assert!(told.lock().unwrap().is_empty() && !folder.path().join("told.txt").exists());
}

#[tokio::test]
async fn a_judged_run_tells_new_vetoes_and_columns_about_to_go_stale_once() {
    let folder = tempfile::tempdir().unwrap();
    let run_folder = folder.path().join("run");
    fs::create_dir_all(run_folder.join("sites/dongping")).unwrap();
    let sample = tidy::root().join("reports/sample");
    let report = fs::read_to_string(sample.join("sites/dongping/report.json")).unwrap();
    let mut report: serde_json::Value = serde_json::from_str(&report).unwrap();
    for column in report["columns"].as_array_mut().unwrap() {
        if column["status"] == "fresh" {
            column["days_since"] = serde_json::json!(column["limit_days"].as_i64().unwrap() - 3);
        }
    }
    let vetoes = report["outcome"]["vetoes"].as_array().unwrap().len();
    let soon = report["columns"].as_array().unwrap().iter().filter(|it| it["status"] == "fresh").count();
    assert!(vetoes > 0 && soon > 0);
    tidy::write(&run_folder.join("sites/dongping/report.json"), &report.to_string());
    tidy::write(
        &run_folder.join("roster.toml"),
        "[city]\nname = \"某市\"\n[alert]\ncommand = [\"tee\", \"-a\", \"told.txt\"]\n\
         [[site]]\nid = \"dongping\"\nname = \"东平\"\nurl = \"http://d.example/\"\nclass = \"county\"\n",
    );
    let lines = |said: &str| said.lines().filter(|it| it.contains("govcensus.alert/1")).count();
    let (code, said) = run(folder.path(), "alert run --dry-run").await;
    assert_eq!((code, lines(&said)), (0, vetoes + soon), "{said}");
    assert!(said.contains("栏目再过3天超期。"), "{said}");
    let (_, said) = run(folder.path(), "alert run").await;
    assert!(said.contains(&format!("{} changes were told", vetoes + soon)), "{said}");
    let (_, said) = run(folder.path(), "alert run").await;
    assert!(said.contains("0 changes were told"), "{said}");
}
