//! 300 sites with 500 findings each, in every format: at most 30 s and 300 MB.
//!
//! `cargo bench --bench reports`. The documents are made here, then read back and rendered as `govcensus report`
//! does, so that reading them is in the time as well. The peak is that of the rendering alone (Linux only): the
//! kernel's mark is put back before it.

#![expect(clippy::print_stdout, reason = "a benchmark speaks on stdout")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use govcensus::drive::{RunFolder, render};
use govcensus::report::{self, FORMATS, Words, wire};

const SITES: usize = 300;
const FINDINGS: usize = 500;
const AT_MOST: Duration = Duration::from_secs(30);
const AT_MOST_MB: u64 = 300;

fn main() -> ExitCode {
    match measure() {
        Ok((took, peak)) => {
            let mb = peak.map_or_else(|| "unknown".to_owned(), |it| format!("{it} MB"));
            println!("{SITES} sites × {FINDINGS} findings, {} formats: {took:.1?}, peak {mb}", FORMATS.len());
            let fits = took <= AT_MOST && peak.is_none_or(|it| it <= AT_MOST_MB);
            if fits { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> Result<(Duration, Option<u64>), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let mut rows = Vec::new();
    for site in 0..SITES {
        let report = site_report(site);
        rows.push(row(&report));
        write(folder.path(), &format!("sites/{}/report.json", report.site.id), &report)?;
    }
    write(folder.path(), "run.json", &run_report(rows))?;
    forget_the_peak();
    let before = Instant::now();
    render(&RunFolder::new(folder.path()), FORMATS, Words::built_in())?;
    let took = before.elapsed();
    for file in ["ledger.xlsx", "circular.docx", "csv/problems.csv", "index.html"] {
        println!("{file}: {} KB", fs::metadata(folder.path().join(file))?.len() / 1024);
    }
    Ok((took, peak_mb()))
}

fn write(
    folder: &Path,
    name: &str,
    document: &impl serde::Serialize,
) -> Result<(), Box<dyn std::error::Error>> {
    Ok(report::write(&folder.join(name), &serde_json::to_vec(document)?)?)
}

/// The kernel counts the peak from here on.
#[expect(clippy::disallowed_methods, reason = "this is no report but a switch of the kernel")]
fn forget_the_peak() {
    // Where that is not allowed the peak is that of the whole process: stricter, and still true.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

fn peak_mb() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|it| it.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

fn site_report(site: usize) -> wire::Report {
    let host = format!("www.site{site}.example");
    let evidence = |index: usize| wire::Evidence {
        warc: format!("archive/site{site}-00000.warc.gz"),
        record_id: format!("<urn:uuid:00000000-0000-4000-8000-{index:012}>"),
        offset: 1000 * index as u64,
        sha256: format!("{index:064x}"),
        fetched_at: "2017-12-15T09:30:00.000+08:00".to_owned(),
        url: format!("http://{host}/tzgg/{index}.html"),
    };
    let finding = |index: usize| wire::Finding {
        fingerprint: format!("{index:016x}"),
        subject: wire::Subject {
            kind: "link".to_owned(),
            name: format!("下载中心附件{index}"),
            url: Some(format!("http://{host}/download/{index}.doc")),
        },
        message: format!("链接“下载中心附件{index}”打不开：返回错误状态404，另有{index}个页面引用。"),
        page_url: format!("http://{host}/tzgg/{index}.html"),
        evidence: vec![evidence(index)],
        details: BTreeMap::from([("status".to_owned(), "404".to_owned())]),
        waived: None,
    };
    let rows = 25;
    let answers = (0..rows).map(|row| wire::Answer {
        clause: format!("D15-{row}"),
        indicator: Some("link-broken".to_owned()),
        title: format!("链接可用性：第{row}项"),
        effect: "deduct".to_owned(),
        verdict: "fail".to_owned(),
        examined: Some(1000),
        deduction: wire::Deduction { low: 2.0, high: 2.0 },
        reason: None,
        responsible: Vec::new(),
        findings: (0..FINDINGS / rows).map(|it| finding(row * 100 + it)).collect(),
        remarks: Vec::new(),
        unread: None,
        to_confirm: false,
        section: "网站可用性".to_owned(),
        text: "链接不能正常访问的，每个扣0.1分。".to_owned(),
        decided: "auto".to_owned(),
        mark: "A".to_owned(),
        cannot_see: "须登录才能访问的链接。".to_owned(),
        price: Some(wire::Price { each: 0.1, at_most: Some(2.0) }),
        rulings: Vec::new(),
        shown: Vec::new(),
    });
    let columns = (0..60).map(|column| wire::Column {
        name: format!("栏目{column}"),
        kind: Some("notice".to_owned()),
        url: format!("http://{host}/c{column}/"),
        source: "discovered".to_owned(),
        items: 20,
        newest: Some("2017-05-29".to_owned()),
        days_since: Some(200),
        limit_days: Some(183),
        status: "stale".to_owned(),
        reason: None,
        evidence: evidence(column),
        kind_zh: "通知公告".to_owned(),
        source_zh: "首页导航".to_owned(),
        limit_zh: Some("6个月".to_owned()),
    });
    let targets = (0..100).map(|target| wire::LinkTarget {
        url: format!("http://{host}/download/{target}.doc"),
        state: "broken".to_owned(),
        reason: "返回错误状态404".to_owned(),
        on_home: false,
        referrer_count: 1,
        referrers: vec![wire::Referrer { url: format!("http://{host}/"), text: "下载".to_owned() }],
        evidence: vec![evidence(target)],
        role_zh: "附件".to_owned(),
    });
    let mend = |index: usize| wire::Mend {
        effect: "deduct".to_owned(),
        title: format!("链接“下载中心附件{index}”打不开。"),
        advice: "改正或撤下链接".to_owned(),
        clauses: vec!["D15-1".to_owned()],
        points: 0.1,
        count: 5,
        url: None,
        effect_zh: "扣0.1分".to_owned(),
    };
    wire::Report {
        schema: wire::REPORT.to_owned(),
        tool: tool(),
        run: wire::Run {
            id: "bench".to_owned(),
            as_of: "2017-12-15".to_owned(),
            started_at: "2017-12-15T09:30:00.000+08:00".to_owned(),
            finished_at: "2017-12-15T10:30:00.000+08:00".to_owned(),
            status: "complete".to_owned(),
            reason: None,
        },
        site: wire::Site {
            id: format!("site{site}"),
            name: format!("第{site}号部门网站"),
            url: Some(format!("http://{host}/")),
            class: "bureau".to_owned(),
            body: Some(format!("第{site}局")),
            id_code: Some(format!("{site:010}")),
            robots_waived: None,
        },
        checklist: wire::Checklist {
            id: "census-2015".to_owned(),
            title: "全国政府网站普查评分表".to_owned(),
            source: "国办发〔2015〕15号".to_owned(),
        },
        outcome: wire::Outcome {
            verdict: "unqualified".to_owned(),
            vetoes: Vec::new(),
            open_vetoes: Vec::new(),
            score: wire::Score { low: 50.0, high: 50.0, full: 100.0 },
            score_withheld: None,
            score_note: None,
            pass: 60.0,
            at_the_limit: false,
            beyond_one_visit: Vec::new(),
            conclusion: "不合格：得分50分，低于合格线60分。".to_owned(),
        },
        answers: answers.collect(),
        columns: columns.collect(),
        links: wire::Links {
            checked: 1000,
            broken: 100,
            blocked: 0,
            undetermined: 0,
            targets: targets.collect(),
            unchecked: Vec::new(),
        },
        coverage: wire::Coverage {
            known: 2000,
            fetched: 2000,
            skipped: BTreeMap::new(),
            pages_read: 1000,
            finished: true,
        },
        requests: wire::Requests {
            sent: 2000,
            retried: 0,
            by_outcome: BTreeMap::from([("ok".to_owned(), 2000)]),
        },
        mend_first: (0..100).map(mend).collect(),
        void_rulings: Vec::new(),
        further: Vec::new(),
        duties: None,
    }
}

fn tool() -> wire::Tool {
    wire::Tool { name: "govcensus".to_owned(), version: "0.1.0".to_owned() }
}

fn row(report: &wire::Report) -> wire::SiteRow {
    wire::SiteRow {
        id: report.site.id.clone(),
        name: report.site.name.clone(),
        class: report.site.class.clone(),
        body: report.site.body.clone(),
        url: report.site.url.clone(),
        id_code: report.site.id_code.clone(),
        parent: None,
        parent_name: None,
        status: report.run.status.clone(),
        reason: None,
        verdict: Some(report.outcome.verdict.clone()),
        vetoes: Vec::new(),
        open_vetoes: Vec::new(),
        score: Some(report.outcome.score),
        score_withheld: None,
        findings: FINDINGS,
        problems: FINDINGS,
        paths: BTreeMap::new(),
    }
}

fn run_report(sites: Vec<wire::SiteRow>) -> wire::RunReport {
    wire::RunReport {
        schema: wire::RUN.to_owned(),
        tool: tool(),
        run: wire::CityRun {
            id: "bench".to_owned(),
            as_of: "2017-12-15".to_owned(),
            started_at: "2017-12-15T09:30:00.000+08:00".to_owned(),
            finished_at: "2017-12-15T10:30:00.000+08:00".to_owned(),
            status: "complete".to_owned(),
            asked: wire::Asked {
                roster: "roster.toml".to_owned(),
                checklists: vec!["census-2015".to_owned()],
                max_pages: None,
                rate: 1.0,
            },
        },
        city: wire::City { name: "澜川市".to_owned() },
        totals: wire::Totals {
            bodies: SITES,
            checked: SITES,
            qualified: 0,
            unqualified: SITES,
            undecided: 0,
            failed: 0,
            no_site: 0,
            problems: SITES * FINDINGS,
        },
        sites,
        problems: Vec::new(),
    }
}
