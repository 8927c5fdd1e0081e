//! `watch` and `feed` as a maintainer meets them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use govcensus::base::today_in_china;

use crate::server::{Server, not_found, page};
use crate::tidy;

const NAV: &str = "<title>甲县人民政府</title><div class=nav><ul><li><a href=/>首页</a></li> <li><a href=/tzgg/>通知公告</a></li> \
                   <li><a href=/xqgk/>县情概况</a></li> <li><a href=/bsfw/>办事服务</a></li></ul></div>";

/// A site whose notices are of 170 days ago; later a new one comes, and the date of the old one was moved.
async fn site(later: Arc<AtomicBool>) -> Server {
    Server::start(move |_, what| {
        let rows = |rows: &[(u32, u32)]| {
            let row = |(number, days): &(u32, u32)| {
                let day = today_in_china().minus_days(*days);
                format!("<li><a href=/tzgg/{number}.html>关于第{number}次公开征求意见的公告</a><span>{day}</span></li>")
            };
            let rows = rows.iter().map(row).collect::<Vec<_>>().concat();
            page(format!("{NAV}<div class=position>当前位置：首页 &gt; 通知公告</div><ul class=list>{rows}</ul>"))
        };
        match what.split_once('/').unwrap().1 {
            "" => page(NAV),
            "tzgg/" if later.load(Ordering::SeqCst) => rows(&[(9, 1), (3, 2), (2, 190), (1, 200)]),
            "tzgg/" => rows(&[(3, 171), (2, 190), (1, 200)]),
            it if ["robots", "sitemap", "govcensus-"].iter().any(|word| it.starts_with(word)) => not_found(),
            _ => page(NAV),
        }
    })
    .await
}

async fn run(folder: &Path, args: String, width: &'static str) -> (i32, String, String) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("govcensus"));
    command.args(args.split(' ')).current_dir(folder).env("COLUMNS", width).env("LINES", "24");
    let Output { status, stdout, stderr } =
        tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

#[tokio::test]
async fn a_maintainer_is_told_on_one_screen_what_goes_stale_next() {
    let later = Arc::new(AtomicBool::new(false));
    let (server, folder) = (site(Arc::clone(&later)).await, tempfile::tempdir().unwrap());
    let roster = format!(
        "[city]\nname = \"某市\"\n[[site]]\nid = \"a\"\nname = \"甲县人民政府\"\nurl = \"http://www.a.example/\"\n\
         class = \"county\"\nresolve = \"{}\"\nrobots = \"owner-consents\"\nreason = \"a test\"\nrate = 200\n",
        server.address
    );
    tidy::write(&folder.path().join("roster.toml"), &roster);
    let watch = "watch roster.toml --once --max-pages 3 --out walks --quiet".to_owned();
    let (code, screen, stderr) = run(folder.path(), watch, "80").await;
    assert_eq!(code, 0, "{stderr}");
    let notices = screen
        .lines()
        .find(|line| line.starts_with("通知公告"))
        .unwrap_or_else(|| panic!("{screen}{stderr}"));
    assert!(notices.contains("再过 ") && notices.ends_with(" 天超期"), "{screen}");
    assert!(screen.contains("没有监测记录"), "{screen}");

    // Two walks show what came between them.
    later.store(true, Ordering::SeqCst);
    let gather = "gather roster.toml --max-pages 3 --out again --quiet".to_owned();
    assert_eq!(run(folder.path(), gather, "80").await.0, 0);
    let first = std::fs::read_dir(folder.path().join("walks")).unwrap().next().unwrap().unwrap().path();
    let (code, feed, stderr) = run(folder.path(), format!("feed again {}", first.display()), "80").await;
    assert_eq!(code, 0, "{stderr}");
    assert!(
        feed.contains("通知公告：有更新，新信息1条") && feed.contains("《关于第9次公开征求意见的公告》"),
        "{feed}"
    );
    let moved = [today_in_china().minus_days(171), today_in_china().minus_days(2)].map(|it| it.to_string());
    assert!(feed.contains(&format!("! 标注日期被改动（{}）", moved.join(" → "))), "{feed}");
}

#[tokio::test]
async fn a_site_is_not_walked_again_every_minute() {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, stderr) = run(folder.path(), "watch http://a.example/ --every 1m".to_owned(), "80").await;
    assert!(code == 2 && stderr.contains("every 10 minutes"), "{stderr}");
}
