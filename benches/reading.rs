//! How fast pages are read, in MB/s, beside bare parsing of the same bytes.
//!
//! `cargo bench --bench reading`: the two lines of a group are to be compared; the aim is that the whole reader runs
//! at half the speed of bare parsing or better. The pages are written here in the style of list, home and article
//! pages; where the corpus of saved pages lies beside the project, it is read too.

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use govcensus::base::Address;
use govcensus::page::{Source, read};
use scraper::Html;

fn reading(criterion: &mut Criterion) {
    for (name, pages) in [
        ("list", vec![list_page()]),
        ("home", vec![home_page()]),
        ("article", vec![article_page()]),
        ("corpus", corpus()),
    ] {
        if pages.is_empty() {
            continue;
        }
        let address: Address = "http://www.county.example/tzgg/index.html".parse().expect("a fixed address");
        let mut group = criterion.benchmark_group(name);
        group.sample_size(10);
        group.throughput(Throughput::Bytes(pages.iter().map(|it| it.len() as u64).sum()));
        group.bench_function("bare parsing", |bencher| {
            bencher.iter(|| {
                for page in &pages {
                    black_box(Html::parse_document(&String::from_utf8_lossy(page)));
                }
            });
        });
        group.bench_function("whole reader", |bencher| {
            bencher.iter(|| {
                for body in &pages {
                    black_box(read(&Source { address: &address, content_type: None, body }));
                }
            });
        });
        group.finish();
    }
}

const HEAD: &str = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>通知公告_某某县人民政府</title>\
    <meta name=\"SiteName\" content=\"某某县人民政府\"><meta name=\"ColumnName\" content=\"通知公告\">\
    <link rel=\"stylesheet\" href=\"/css/style.css\"><script src=\"/js/jquery.min.js\"></script>\
    <script>$(function(){$('.nav li').hover(function(){$(this).find('ul').show();},function(){$(this).find('ul').hide();});});</script></head>";
const FOOT: &str = "<div class=\"footer\"><p>主办单位：某某县人民政府　承办单位：某某县人民政府办公室</p>\
    <p>网站标识码：5306020001　滇ICP备12345678号-1　<a href=\"http://www.beian.gov.cn/\">滇公网安备 53060202000001号</a></p>\
    <p><a href=\"/wzdt/\">网站地图</a></p></div></body></html>";

fn navigation() -> String {
    let mut out =
        String::from("<body><div class=\"header\"><div class=\"nav\"><ul><li><a href=\"/\">首页</a></li>");
    for (name, path) in
        [("政务公开", "zwgk"), ("新闻动态", "xwdt"), ("办事服务", "bsfw"), ("互动交流", "hdjl")]
    {
        let _ = write!(out, "<li><a href=\"/{path}/\">{name}</a><ul>");
        for at in 1..8 {
            let _ = write!(out, "<li><a href=\"/{path}/{at}/\">{name}栏目{at}</a></li>");
        }
        out.push_str("</ul></li>");
    }
    out + "</ul></div></div>"
}

fn rows(count: usize) -> String {
    (1..=count).fold(String::from("<ul class=\"list\">"), |mut out, at| {
        let (month, day) = (at % 12 + 1, at % 28 + 1);
        let _ = writeln!(
            out,
            "<li><a href=\"./2017{month:02}/t2017{month:02}{day:02}_{at}.html\" target=\"_blank\" title=\"某某县人民政府关于做好第{at}项重点工作的通知\">\
             某某县人民政府关于做好第{at}项重点工作的通知</a><span class=\"date\">2017-{month:02}-{day:02}</span></li>"
        );
        out
    }) + "</ul>"
}

fn list_page() -> Vec<u8> {
    let crumb = "<div class=\"position\">当前位置：<a href=\"/\">首页</a> &gt; <a href=\"/zwgk/\">政务公开</a> &gt; <a href=\"/tzgg/\">通知公告</a></div>";
    let pager = "<div class=\"page\"><script>createPageHTML(34, 0, \"index\", \"html\");</script></div>";
    [HEAD, &navigation(), crumb, "<div class=\"right\">", &rows(60), pager, "</div>", FOOT]
        .concat()
        .into_bytes()
}

fn home_page() -> Vec<u8> {
    let block = |at: usize| {
        format!(
            "<div class=\"box\"><div class=\"tit\"><h2>栏目名称{at}</h2><a href=\"/col{at}/\">更多&gt;&gt;</a></div>{}</div>",
            rows(8)
        )
    };
    let blocks: String = (1..=24).map(block).collect();
    [HEAD, &navigation(), &blocks, FOOT].concat().into_bytes()
}

fn article_page() -> Vec<u8> {
    let text = "<p style=\"text-indent:2em\">会议传达了上级精神，研究部署了下一阶段的重点工作，并就有关事项提出了明确要求。</p>\n".repeat(120);
    let head =
        "<h1>全县防汛抗旱工作会议召开</h1><div class=\"info\">发布时间：2017-06-16 来源：某某县水务局</div>";
    [HEAD, &navigation(), "<div class=\"content\">", head, &text, "</div>", FOOT].concat().into_bytes()
}

/// The saved pages beside the project, if they are there.
fn corpus() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = root.ancestors().map(|it| it.join("shared/corpus/pages")).find(|it| it.is_dir());
    let mut pages = Vec::new();
    let mut folders: Vec<_> = found.into_iter().collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "html" || it == "htm") {
                pages.extend(fs::read(&path).ok());
            }
        }
    }
    pages
}

criterion_group!(benches, reading);
criterion_main!(benches);
