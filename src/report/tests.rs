//! A city put together by hand, and what its reports must and must not say.

mod formats;
mod hostile;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::view::{
    Asked, Body, BodyWithoutSite, CityView, MendEffect, RunInfo, SiteSummary, SiteView, Status,
};
use super::{CityFile, FORMATS, Words, html, json, schemas};
use crate::audit;
use crate::base::{ColumnKind, Moment};
use crate::checklist::{self, Checklist};
use crate::dossier::{Breakage, Column, Content, Coverage, Facts, Home, LinkFact, LinkState, Requests, Row};
use crate::evidence::{FailureKind, Gap};
use crate::indicators;
use crate::score::tally;
use crate::site::{Registry, Site};

const ROSTER: &str = r#"
[city]
name = "澜川市"

[[site]]
id = "gushan"
name = "孤山县人民政府门户网站"
url = "http://www.gushan.example/"
class = "county"
body = "孤山县人民政府"
id_code = "5399020001"

[[site]]
id = "caizheng"
name = "澜川市财政局"
url = "http://czj.lanchuan.example/"
class = "bureau"
body = "市财政局"

[[site]]
id = "linye"
name = "澜川市林业局"
url = "http://lyj.lanchuan.example/"
class = "bureau"

[[site]]
id = "dangan"
name = "澜川市档案局"
class = "bureau"
parent = "gushan"
"#;

fn sites() -> Vec<Site> {
    Registry::parse(Path::new("r.toml"), ROSTER).unwrap().sites
}

fn census() -> Checklist {
    let edition = checklist::adopted()[0];
    checklist::parse(Path::new(edition.file), edition.text).unwrap()
}

fn run() -> RunInfo {
    RunInfo {
        id: "r-1".into(),
        as_of: "2017-12-15".parse().unwrap(),
        started_at: Moment::parse("2017-12-15T01:30:00Z").unwrap(),
        finished_at: Moment::parse("2017-12-15T02:05:00Z").unwrap(),
        status: Status::Partial,
        version: "0.1.0".into(),
    }
}

fn view_of(facts: &Facts) -> SiteView {
    let bound = audit::bind(census(), indicators::ALL).unwrap();
    let card = tally(bound.checklist(), audit::run(&bound, facts));
    SiteView::of(run(), bound.checklist(), &card, facts)
}

fn facts(site: usize, columns: Vec<Column>, links: Vec<LinkFact>) -> Facts {
    let site = sites().swap_remove(site);
    let home = site.home.clone().unwrap();
    Facts::sample(site, "2017-12-15".parse().unwrap(), Ok(Home::sample(home.as_str()))).with(columns, links)
}

fn column(name: &str, kind: ColumnKind, newest: &str) -> Column {
    let url = format!("http://www.gushan.example/{name}/");
    let rows = vec![Row::sample("关于印发实施方案的通知", newest), Row::sample("旧闻", "2014-01-02")];
    Column::sample(name, kind, &url, Content::sample(rows))
}

fn dead(target: &str, from: &str) -> LinkFact {
    LinkFact::sample(target, from, "下载中心", LinkState::Broken(Breakage::Status(404)))
}

const HOME: &str = "http://www.gushan.example/";

/// A county that breaks much: five stale columns, a blank one, dead links.
fn rich() -> Facts {
    let mut columns: Vec<Column> = ["要闻", "部门动态", "乡镇动态", "图片新闻", "县区动态"]
        .iter()
        .zip(["2017-11-02", "2017-10-12", "2016-03-01", "2017-11-30", "2017-06-06"])
        .map(|(name, newest)| column(name, ColumnKind::News, newest))
        .collect();
    columns.push(column("通知公告", ColumnKind::Notice, "2017-12-12"));
    columns.push(column("人事任免", ColumnKind::Personnel, "2017-01-10"));
    let at = |path: &str| format!("http://www.gushan.example/{path}/");
    columns.push(Column::sample("规划计划", ColumnKind::Plan, &at("ghjh"), Content::Blank));
    columns.push(Column::sample("领导信箱", ColumnKind::Mailbox, &at("ldxx"), Content::OneText));
    let unread = Content::Unread(Gap::ByScript);
    columns.push(Column::sample("政策文件", ColumnKind::Policy, &at("zcwj"), unread));
    let gone = |path: &str| LinkFact {
        referrer_count: 31,
        ..LinkFact::sample(
            &format!("http://old.lanchuan.example/{path}"),
            "http://www.gushan.example/tzgg/1.html",
            "友情链接",
            LinkState::Broken(Breakage::Failure(FailureKind::NoSuchHost)),
        )
    };
    let mut links: Vec<LinkFact> = (0..12).map(|i| gone(&format!("{i}.html"))).collect();
    links.push(dead("http://www.gushan.example/down/a.doc", HOME));
    links.push(LinkFact::sample("http://www.beian.example/", HOME, "备案", LinkState::Blocked));
    links.push(LinkFact::sample(
        "http://slow.example/",
        HOME,
        "慢",
        LinkState::Unchecked(Gap::LinkUnchecked),
    ));
    links.push(LinkFact::sample("http://www.gushan.example/ok", HOME, "好", LinkState::Works));
    let coverage = Coverage {
        known: 1200,
        fetched: 800,
        skipped: BTreeMap::from([("page-limit".into(), 380), ("robots".into(), 20)]),
        finished: false,
    };
    let requests = Requests {
        sent: 861,
        retried: 13,
        by_outcome: BTreeMap::from([("ok", 790), ("client_error", 41), ("timeout", 30)]),
    };
    facts(0, columns, links).counted(coverage, requests)
}

/// A bureau of which nothing could be seen.
fn unseen() -> Facts {
    let site = sites().swap_remove(2);
    let gap = Gap::HomeUnreachable(FailureKind::Timeout);
    Facts::sample(site, "2017-12-15".parse().unwrap(), Err(gap))
}

/// A bureau with little to blame.
fn sound() -> Facts {
    let mut facts = Home::sample("http://czj.lanchuan.example/");
    let today = |i| Row {
        address: Some(format!("http://czj.lanchuan.example/{i}.html").parse().unwrap()),
        ..Row::sample("财政要闻", "2017-12-14")
    };
    facts.rows = (0..12).map(today).collect();
    facts.service_entries = vec!["办事服务".into()];
    let at = |path: &str| format!("http://czj.lanchuan.example/{path}/");
    let listed = |day: &str| Content::sample(vec![Row::sample("调查", day)]);
    let columns = vec![
        Column::sample("财政要闻", ColumnKind::News, &at("yw"), listed("2017-12-14")),
        Column::sample("网上调查", ColumnKind::Survey, &at("dc"), listed("2017-12-01")),
        Column::sample("局长信箱", ColumnKind::Mailbox, &at("xx"), listed("2017-12-01")),
    ];
    Facts::sample(sites().swap_remove(1), "2017-12-15".parse().unwrap(), Ok(facts)).with(columns, Vec::new())
}

fn city() -> CityView {
    let sites = sites();
    let inspected = |facts: &Facts| Body::Inspected(SiteSummary::of(&view_of(facts)));
    let bodies = vec![
        inspected(&rich()),
        inspected(&sound()),
        inspected(&unseen()),
        Body::WithoutSite(BodyWithoutSite::of(&sites[3], Some(&sites[0]))),
    ];
    let asked = Asked {
        roster: "lanchuan.toml".into(),
        checklists: vec!["census-2015".into()],
        max_pages: Some(3000),
        rate: 1.0,
        formats: vec!["html", "json"],
    };
    CityView::of(run(), "澜川市", asked, bodies)
}

fn parsed(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// The first keys of an object, in the order written; `preserve_order` is off in `Value`, so the text is asked.
fn in_order(document: &str, keys: &[&str]) -> bool {
    let mut from = 0;
    keys.iter().all(|key| {
        let found = document[from..].find(&format!("\"{key}\":"));
        from += found.unwrap_or(0);
        found.is_some()
    })
}

#[test]
fn one_stale_column_is_one_line_with_every_clause_it_breaks() {
    let view = view_of(&rich());
    let of = |name: &str| view.mend_first.iter().filter(|it| it.title.contains(name)).collect::<Vec<_>>();
    assert_eq!(of("“要闻”").len(), 1);
    let first = of("“要闻”")[0];
    assert_eq!(first.effect, MendEffect::HoldsVeto, "{first:?}");
    assert_eq!(first.clauses, ["V15-3a", "D15-4a"]);
    assert_eq!((first.points.decimal(), first.count), (3.0, 1));
    assert_eq!(first.effect_words, "触发单项否决，另扣3分");
}

#[test]
fn a_stale_home_page_and_a_missing_entry_on_it_are_two_things_to_mend() {
    let view = view_of(&rich());
    let of =
        |clause: &str| view.mend_first.iter().find(|it| it.clauses.iter().any(|it| it == clause)).unwrap();
    assert_eq!(of("V15-2").clauses, ["V15-2", "D15-3"]);
    assert_eq!(of("P15-1").effect, MendEffect::Advice);
}

#[test]
fn dead_links_to_one_host_are_one_line() {
    let view = view_of(&rich());
    let old: Vec<_> = view.mend_first.iter().filter(|it| it.title.contains("old.lanchuan.example")).collect();
    assert_eq!(old.len(), 1);
    assert_eq!((old[0].count, old[0].points.decimal()), (12, 1.2));
}

#[test]
fn dead_links_here_and_there_are_one_line_and_the_sites_own_are_another() {
    let links = vec![
        dead("http://one.example/", HOME),
        dead("http://two.example/", HOME),
        dead("http://www.gushan.example/a", HOME),
        dead("http://www.gushan.example/b", HOME),
    ];
    let view = view_of(&facts(0, Vec::new(), links));
    let mends = view.mend_first.iter().filter(|it| it.clauses == ["D15-2a"]);
    let titles: Vec<_> = mends.map(|it| it.title.split('，').next().unwrap()).collect();
    assert_eq!(titles, ["指向其他网站的2个地址有问题", "指向 www.gushan.example 的2个地址有问题"]);
}

#[test]
fn what_to_mend_is_in_order_of_effect_then_points() {
    let view = view_of(&rich());
    let keys: Vec<_> = view
        .mend_first
        .iter()
        .map(|it| (it.effect, std::cmp::Reverse(it.points), std::cmp::Reverse(it.count)))
        .collect();
    assert!(keys.is_sorted(), "{keys:?}");
    assert!(keys.len() > 5);
}

#[test]
fn the_conclusion_is_a_sentence_an_official_would_write() {
    let veto = view_of(&rich()).outcome;
    assert!(veto.conclusion.starts_with("不合格：触发单项否决"), "{}", veto.conclusion);
    assert_eq!(veto.score_note.as_deref(), Some("已触发单项否决，得分仅供参考"));
    let good = view_of(&sound()).outcome;
    assert!(good.conclusion.contains("须连续监测或人工核对，本次未作判定"), "{}", good.conclusion);
    let unknown = view_of(&unseen()).outcome;
    assert_eq!(unknown.conclusion, "待定：本次未能检查，首页本次未能打开（超过15秒未打开）。");
    assert_eq!(unknown.score_words, "—");
}

#[test]
fn a_site_that_was_not_seen_is_accused_of_nothing() {
    let view = view_of(&unseen());
    assert!(view.mend_first.is_empty());
    assert_eq!((view.problems(), view.findings()), (0, 0));
    let city = city();
    assert_eq!((city.totals.failed, city.totals.undecided + city.totals.qualified), (1, 1));
    assert!(city.ranking.iter().all(|it| it.summary.site.id != "linye"));
}

#[test]
fn columns_are_held_to_the_limits_of_their_kind() {
    let view = view_of(&rich());
    let of = |name: &str| view.columns.iter().find(|it| it.name == name).unwrap();
    let state = |name: &str| (of(name).status.zh(), of(name).days_since, of(name).limit_days);
    assert_eq!(state("要闻"), ("超期", Some(43), Some(14)));
    assert_eq!(state("通知公告"), ("正常", Some(3), Some(183)));
    assert_eq!(state("规划计划"), ("空白", None, Some(365)));
    assert_eq!(state("政策文件"), ("无法判定", None, Some(183)));
    assert_eq!(state("领导信箱"), ("不适用", None, None));
    assert_eq!(view.columns[0].name, "乡镇动态", "the worst first");
}

#[test]
fn hostile_text_does_not_survive_as_markup() {
    let script = "<script>alert(1)</script>";
    let mut facts = rich();
    facts = {
        let quoting = Column::sample(
            "\u{202e}\"onmouseover=\"alert(2)\u{0}",
            ColumnKind::News,
            "http://www.gushan.example/'><img src=x onerror=alert(3)>/",
            Content::sample(vec![Row::sample("x", "2014-01-01")]),
        );
        let link = LinkFact::sample(
            "http://www.gushan.example/a\"b",
            HOME,
            &format!("{script}javascript:alert(4){}", "长".repeat(10_000)),
            LinkState::Broken(Breakage::Status(404)),
        );
        facts.with(vec![quoting], vec![link])
    };
    let page = text(html::site(&view_of(&facts), Words::built_in()).unwrap());
    for bad in
        [script, "<img", "\"onmouseover", "href=\"javascript:", "\u{202e}", "\u{0}", "' onerror", "<script"]
    {
        assert!(!page.contains(bad), "{bad:?} is in the page");
    }
    assert!(page.contains("&#60;script&#62;alert(1)"), "the text itself is still shown");
    assert!(page.len() < 200_000, "{}", page.len());
}

#[test]
fn only_web_addresses_are_links_and_nothing_is_loaded() {
    let mut pages = vec![text(html::city(&city(), Words::built_in()).unwrap())];
    pages.push(text(html::site(&view_of(&rich()), Words::built_in()).unwrap()));
    for page in pages {
        for href in page.split("href=\"").skip(1).map(|it| it.split('"').next().unwrap()) {
            let outside = href.starts_with("http://") || href.starts_with("https://");
            let ours = href.starts_with('#') || href.starts_with("sites/") || href == "data:,";
            assert!(outside || ours, "{href}");
        }
        let live = page.matches("href=\"http").count();
        assert_eq!(live, page.matches("rel=\"noopener noreferrer nofollow\"").count());
        for loads in ["<script", " src=", "@import", "url(", " style=", " onclick"] {
            assert!(!page.contains(loads), "{loads} is in the page");
        }
        assert!(page.contains("default-src &#39;none&#39;; style-src &#39;sha256-"));
    }
}

#[test]
fn nothing_but_our_style_sheet_is_written_unescaped() {
    let templates = std::fs::read_dir("reports/templates").unwrap();
    let texts = templates.map(|it| std::fs::read_to_string(it.unwrap().path()).unwrap());
    let raw: Vec<_> = texts
        .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
        .filter(|line| line.contains("|safe") || line.contains("| safe") || line.contains("escape"))
        .collect();
    assert_eq!(raw, ["<style>{{ css|safe }}</style>"]);
}

#[test]
fn the_report_has_the_keys_of_the_contract_in_its_order() {
    let document = text(json::site(&view_of(&rich()), Words::built_in()).unwrap());
    let top = [
        "schema",
        "tool",
        "run",
        "site",
        "checklist",
        "outcome",
        "answers",
        "columns",
        "links",
        "coverage",
        "requests",
    ];
    assert!(in_order(&document, &top));
    assert!(in_order(
        &document,
        &["verdict", "vetoes", "open_vetoes", "score", "low", "high", "full", "score_withheld"]
    ));
    let answer = [
        "clause",
        "indicator",
        "title",
        "effect",
        "verdict",
        "examined",
        "deduction",
        "reason",
        "responsible",
        "findings",
        "fingerprint",
        "subject",
        "kind",
        "name",
        "url",
        "message",
        "page_url",
        "evidence",
        "warc",
        "record_id",
        "offset",
        "sha256",
        "fetched_at",
        "details",
    ];
    assert!(in_order(&document, &answer));
    let columns = &document[document.find("\"columns\":").unwrap()..];
    let column =
        ["name", "kind", "url", "source", "items", "newest", "days_since", "limit_days", "status", "reason"];
    assert!(in_order(columns, &column));
    let value = parsed(document.as_bytes());
    assert_eq!(value["schema"], "govcensus.report/1");
    assert_eq!(value["outcome"]["score"]["full"].to_string(), "100.0");
    let evidence = &value["answers"][2]["findings"][0]["evidence"][0];
    assert_eq!(evidence["record_id"], "<urn:uuid:00000000-0000-4000-8000-000000000000>");
    assert_eq!(evidence["warc"], "archive/a-00000.warc.gz");
    assert_eq!(value["links"]["broken"], 13);
}

#[test]
fn the_run_has_a_row_for_every_body_of_the_roster() {
    let value = parsed(&json::city(&city(), Words::built_in()).unwrap());
    assert_eq!(value["schema"], "govcensus.run/1");
    let rows: Vec<_> =
        value["sites"].as_array().unwrap().iter().map(|it| (&it["id"], &it["status"])).collect();
    let want = [("gushan", "partial"), ("caizheng", "complete"), ("linye", "failed"), ("dangan", "no_site")];
    assert!(
        rows.iter().zip(want).all(|((id, status), want)| **id == want.0 && **status == want.1),
        "{rows:?}"
    );
    assert_eq!(value["sites"][0]["paths"]["json"], "sites/gushan/report.json");
    assert_eq!(value["sites"][3]["parent"], "gushan");
}

#[test]
fn what_is_written_is_what_the_schema_says() {
    let documents = [
        json::site(&view_of(&rich()), Words::built_in()).unwrap(),
        json::site(&view_of(&unseen()), Words::built_in()).unwrap(),
        json::city(&city(), Words::built_in()).unwrap(),
    ];
    let schemas = schemas();
    for (document, (file, schema)) in documents.iter().zip([&schemas[0], &schemas[0], &schemas[1]]) {
        let validator = jsonschema::validator_for(&parsed(schema.as_bytes())).unwrap();
        let document = parsed(document);
        let errors: Vec<_> = validator.iter_errors(&document).map(|it| it.to_string()).collect();
        assert!(errors.is_empty(), "{file}: {errors:?}");
    }
}

/// The bytes of a file of the city.
fn file_of(file: &CityFile, city: &CityView) -> Vec<u8> {
    let mut bytes = Vec::new();
    file.render(city, Words::built_in(), &mut bytes).unwrap();
    bytes
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let (one, two) = (city(), city());
    let words = Words::built_in();
    for format in FORMATS {
        for file in format.city {
            assert!(file_of(file, &one) == file_of(file, &two), "{}", file.path);
        }
        for file in format.site {
            let bytes = || (file.render)(&view_of(&rich()), words).unwrap();
            assert!(bytes() == bytes(), "{}", format.name);
        }
    }
}
