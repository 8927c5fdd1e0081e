//! A run made up for measuring: documents as the program writes them, with as many sites and findings as are wanted.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use govcensus::base::Digest;
use govcensus::report::{self, wire};

/// How large a run is, and what is in it.
pub struct Made<'a> {
    /// Id of the run.
    pub id: &'static str,
    /// How many sites.
    pub sites: usize,
    /// How many findings each of them has; a multiple of [`ROWS`].
    pub findings: usize,
    /// The address that the finding with this number is about.
    pub target: &'a dyn Fn(&str, usize) -> String,
}

/// Rows with findings on each site.
const ROWS: usize = 25;

/// What can go wrong with a disk.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

impl Made<'_> {
    /// Writes run.json and every report.json; returns how many bytes that was.
    pub fn write(&self, folder: &Path) -> Outcome<u64> {
        let mut rows = Vec::new();
        let mut size = 0;
        for site in 0..self.sites {
            let report = self.report(site);
            rows.push(self.row(&report));
            size += write(folder, &format!("sites/{}/report.json", report.site.id), &report)?;
        }
        size += write(folder, "run.json", &self.run(rows))?;
        Ok(size)
    }

    fn report(&self, site: usize) -> wire::Report {
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
            fingerprint: Digest::of((self.target)(&host, index)).short(),
            subject: wire::Subject {
                kind: "link".to_owned(),
                name: format!("下载中心附件{index}"),
                url: Some((self.target)(&host, index)),
            },
            message: format!("链接“下载中心附件{index}”打不开：返回错误状态404，另有{index}个页面引用。"),
            page_url: format!("http://{host}/tzgg/{index}.html"),
            evidence: vec![evidence(index)],
            details: BTreeMap::from([("status".to_owned(), "404".to_owned())]),
            waived: None,
        };
        let answers = (0..ROWS).map(|row| wire::Answer {
            clause: format!("D15-{row}"),
            indicator: Some("link-broken".to_owned()),
            title: format!("链接可用性：第{row}项"),
            effect: "deduct".to_owned(),
            verdict: "fail".to_owned(),
            examined: Some(1000),
            deduction: wire::Deduction { low: 2.0, high: 2.0 },
            reason: None,
            responsible: Vec::new(),
            findings: (0..self.findings / ROWS)
                .map(|it| finding(row * (self.findings / ROWS) + it))
                .collect(),
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
                id: self.id.to_owned(),
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
            availability: None,
            further: Vec::new(),
            duties: None,
        }
    }

    fn row(&self, report: &wire::Report) -> wire::SiteRow {
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
            findings: self.findings,
            problems: self.findings,
            paths: BTreeMap::new(),
        }
    }

    fn run(&self, sites: Vec<wire::SiteRow>) -> wire::RunReport {
        wire::RunReport {
            schema: wire::RUN.to_owned(),
            tool: tool(),
            run: wire::CityRun {
                id: self.id.to_owned(),
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
                bodies: self.sites,
                checked: self.sites,
                qualified: 0,
                unqualified: self.sites,
                undecided: 0,
                failed: 0,
                no_site: 0,
                problems: self.sites * self.findings,
            },
            sites,
            problems: Vec::new(),
        }
    }
}

fn write(folder: &Path, name: &str, document: &impl serde::Serialize) -> Outcome<u64> {
    // Pretty, as the program writes them: the white space has to be read as well.
    let bytes = serde_json::to_vec_pretty(document)?;
    report::write(&folder.join(name), &bytes)?;
    Ok(bytes.len() as u64)
}

fn tool() -> wire::Tool {
    wire::Tool { name: "govcensus".to_owned(), version: "0.1.0".to_owned() }
}

/// The kernel counts the peak from here on (Linux only).
#[expect(clippy::disallowed_methods, reason = "this is no report but a switch of the kernel")]
pub fn forget_the_peak() {
    // Where that is not allowed the peak is that of the whole process: stricter, and still true.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// The most memory that was in use since; `None` where the system does not say.
pub fn peak_mb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|it| it.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

/// Processor time of all threads so far; `None` where the system does not say. It tells a busy machine from slow work.
pub fn processor_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program may hold spaces; what follows its bracket does not. Ticks are hundredths of a second.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<u64>().ok();
    Some(Duration::from_millis((ticks(11)? + ticks(12)?) * 10))
}
