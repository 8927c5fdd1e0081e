//! Runs the examples of `fixtures/indicators/*.md`: prose, settings, pages, and the verdict that is right.
//!
//! Each example goes the whole way of the judging half: its pages are kept in an archive, read, put together and
//! judged. `UPDATE=1` writes the verdicts that the program gives; read the difference before you commit it.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;
use std::{env, fs};

use govcensus::audit::Verdict;
use govcensus::base::{Address, Day, Moment};
use govcensus::dossier::{Coverage, Dossier, Facts, Watched};
use govcensus::evidence::store::{Archive, Cited, ProbeLog, ProbeReader, Store};
use govcensus::evidence::{
    Answer, Ask, Exchange, Failure, FailureKind, IPV6_NOTE, Line, Method, Outcome, Probe, Purpose, Sighted,
    Snapshot, Times, Variant,
};
use govcensus::indicators;
use govcensus::site::{Registry, Site};

use crate::tidy;

#[test]
fn every_example_is_judged_as_it_says() {
    let mut wrong = Vec::new();
    for indicator in indicators::ALL {
        let path = tidy::root().join(format!("fixtures/indicators/{}.md", indicator.id));
        // A missing file is tidy's complaint.
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let mut updated = text.clone();
        for example in examples(&text) {
            let judge = (indicator.with_terms)(example.terms())
                .unwrap_or_else(|error| panic!("{}, {}: {error}", indicator.id, example.name));
            let facts = example.facts();
            let names = example.names_of();
            let dossier = Dossier::new(&facts, indicator.needs);
            let dossier = if names.is_empty() { dossier } else { dossier.on_behalf_of(&names) };
            let verdict = judge(&dossier).unwrap_or_else(Verdict::from);
            let got = words(&verdict);
            if got != example.verdict {
                wrong.push(format!(
                    "{}, {}:\n--- expected\n{}--- got\n{got}",
                    indicator.id, example.name, example.verdict
                ));
                updated = with_verdict(&updated, example.name, &got);
            }
        }
        if env::var_os("UPDATE").is_some() && updated != text {
            tidy::write(&path, &updated);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One example: a heading, its settings, its pages and its verdict.
struct Example<'t> {
    name: &'t str,
    settings: toml::Table,
    exchanges: Vec<(&'t str, &'t str)>,
    probes: Vec<(&'t str, &'t str)>,
    verdict: String,
}

fn examples(text: &str) -> Vec<Example<'_>> {
    text.split("\n## ")
        .skip(1)
        .map(|section| {
            let name = section.lines().next().unwrap_or_default();
            let mut example = Example {
                name,
                settings: toml::Table::new(),
                exchanges: Vec::new(),
                probes: Vec::new(),
                verdict: String::new(),
            };
            for block in section.split("\n```").collect::<Vec<_>>().chunks(2) {
                let [_, fenced] = block else { continue };
                let (info, body) = fenced.split_once('\n').unwrap_or((fenced, ""));
                match info.split(' ').next().unwrap_or_default() {
                    "toml" => {
                        example.settings = body.parse().unwrap_or_else(|error| panic!("{name}: {error}"));
                    }
                    "probes" => example.probes.push((info, body)),
                    "http" | "fail" => example.exchanges.push((info, body)),
                    "verdict" => {
                        example.verdict =
                            if body.is_empty() { String::new() } else { format!("{}\n", body.trim_end()) }
                    }
                    other => panic!("{name}: a block of `{other}`; known: toml, http, fail, probes, verdict"),
                }
            }
            example
        })
        .collect()
}

impl Example<'_> {
    fn terms(&self) -> toml::Table {
        self.settings.get("terms").and_then(toml::Value::as_table).cloned().unwrap_or_default()
    }

    /// The names of the body that is asked for, where it has no site of its own.
    fn names_of(&self) -> Vec<String> {
        let names = self.settings.get("names_of").and_then(toml::Value::as_array).into_iter().flatten();
        names.filter_map(toml::Value::as_str).map(str::to_owned).collect()
    }

    fn as_of(&self) -> Day {
        let day = self.settings.get("as_of").and_then(toml::Value::as_str).unwrap_or("2017-12-15");
        day.parse().unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    /// The site: its home page is the first block; `columns` in the settings are declared by its owner.
    fn site(&self) -> Site {
        let home =
            self.exchanges.first().and_then(|(info, _)| info.split(' ').nth(2)).expect("an http block");
        let mut roster = format!(
            "[city]\nname = \"市\"\n[[site]]\nid = \"a\"\nname = \"甲县\"\nclass = \"county\"\nurl = \"{home}\"\n"
        );
        if let Some(code) = self.settings.get("id_code").and_then(toml::Value::as_str) {
            let _ = writeln!(roster, "id_code = \"{code}\"");
        }
        for column in self.settings.get("columns").and_then(toml::Value::as_array).into_iter().flatten() {
            let _ = writeln!(roster, "[[site.column]]\n{}", toml::to_string(column).unwrap());
        }
        let registry =
            Registry::parse(Path::new(self.name), &roster).unwrap_or_else(|error| panic!("{error}"));
        registry.sites.into_iter().next().unwrap()
    }

    /// Everything goes through an archive, as in a real run.
    fn facts(&self) -> Facts {
        let site = self.site();
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(folder.path(), &site.id).unwrap();
        for (info, body) in &self.exchanges {
            for exchange in exchanges(&site, info, body) {
                store.keep(&exchange).unwrap();
            }
        }
        if let Some(seen) = self.settings.get("ipv6").and_then(toml::Value::as_str) {
            store.note(IPV6_NOTE, seen).unwrap();
        }
        drop(store);
        let finished = self.settings.get("finished").and_then(toml::Value::as_bool).unwrap_or(true);
        let coverage = Coverage { finished, ..Coverage::default() };
        let archive = Archive::open(folder.path()).unwrap();
        let facts = Facts::derive(&site, self.as_of(), &archive, coverage).unwrap();
        facts.watched_by(self.watched(&site, &folder.path().join("probes.sqlite")))
    }

    /// Probes go through a log.
    fn watched(&self, site: &Site, file: &Path) -> Watched {
        let log = ProbeLog::open(file).unwrap();
        for (info, body) in &self.probes {
            let ["probes", from, every] = info.split(' ').collect::<Vec<_>>()[..] else {
                panic!("`{info}`: write `probes 2017-12-08T10:17 60m`")
            };
            let mut at = Moment::parse(&format!("{from}:00+08:00")).unwrap();
            let minutes: i64 = every.trim_end_matches('m').parse().unwrap();
            for line in body.lines().filter(|it| !it.is_empty()) {
                let (probes, snapshot) = probes(site, line, &mut at, minutes);
                log.keep(&probes, snapshot.as_ref()).unwrap();
            }
        }
        let reader = ProbeReader::open(file).unwrap();
        let (from, until) = (Moment::from_millis(0).unwrap(), Moment::start_of(self.as_of().plus_days(1)));
        let probes = reader.of_site(&site.id, from, until).unwrap();
        Watched::of(Cited::of(probes).probes, reader.snapshots(&site.id).unwrap())
    }
}

/// A line of probes: `COUNT RESULT` and then `up`, `down` or `unproved` (our own line), `shows=PATH@DAY,PATH` (what
/// stands on the home page) or `expires=DAY` (asked over https). A result is a status, `challenge` or a failure.
fn probes(site: &Site, line: &str, at: &mut Moment, minutes: i64) -> (Vec<Probe>, Option<Snapshot>) {
    let words: Vec<&str> = line.split(' ').collect();
    let [count, result, rest @ ..] = &words[..] else { panic!("`{line}`: write `168 200`") };
    let home = site.home.clone().unwrap();
    let value = |key: &str| rest.iter().find_map(|it| it.strip_prefix(key));
    let entry = |text: &str| {
        let (path, day) = text.split_once('@').unwrap_or((text, ""));
        Sighted { title: path.to_owned(), address: home.join(path).unwrap(), printed: day.parse().ok() }
    };
    let snapshot = value("shows=").map(|shows| Snapshot::of(shows.split(',').map(entry)));
    let expires = value("expires=").map(|day| Moment::start_of(day.parse().unwrap()));
    let line = match rest {
        _ if rest.contains(&"down") => Line::Down,
        _ if rest.contains(&"unproved") => Line::Unproved,
        _ => Line::Up,
    };
    let secure = home.join(&format!("https://{}/", home.host())).unwrap();
    let probe = |at: Moment| Probe {
        site: site.id.clone(),
        variant: if expires.is_some() { Variant::Https } else { Variant::Home },
        slot: at,
        at,
        address: if expires.is_some() { secure.clone() } else { home.clone() },
        landed: None,
        remote: None,
        times: Times { total: Duration::from_millis(140), ..Times::default() },
        result: match *result {
            "challenge" => Ok(412),
            status if status.parse::<u16>().is_ok() => Ok(status.parse().unwrap()),
            failure => Err(failure_of(failure)),
        },
        challenge: (*result == "challenge").then(|| "瑞数".to_owned()),
        size: 1000,
        body: None,
        content: snapshot.as_ref().map(Snapshot::digest),
        expires,
        fault: None,
        line,
    };
    let probes = (0..count.parse::<i64>().unwrap())
        .map(|_| {
            let probe = probe(*at);
            *at = Moment::from_millis(at.millis() + minutes * 60_000).unwrap();
            probe
        })
        .collect();
    (probes, snapshot)
}

fn failure_of(word: &str) -> FailureKind {
    match word {
        "timeout" => FailureKind::Timeout,
        "no-such-host" => FailureKind::NoSuchHost,
        "refused" => FailureKind::Refused,
        "dns-trouble" => FailureKind::DnsTrouble,
        other => panic!("`{other}` is no failure"),
    }
}

/// The file with the verdict of one example replaced.
fn with_verdict(text: &str, name: &str, verdict: &str) -> String {
    const OPEN: &str = "```verdict\n";
    let section = text.find(&format!("\n## {name}\n")).expect("the example stands there");
    let start = section + text[section..].find(OPEN).expect("its verdict too") + OPEN.len();
    let end = start + text[start..].find("```").expect("its end too");
    [&text[..start], verdict, &text[end..]].concat()
}

/// `http 200 URL` is an answer, `http 302 URL -> URL` a redirect, `fail timeout URL` no answer.
///
/// What did not open was asked twice, as the crawl does; `once` at the end says that it was not, `twice` that a page
/// which opened was asked again. `calibration` is the question for what cannot exist, `search` the one question to
/// the search. `modified=2017-11-01` is the server's Last-Modified, `type=application/pdf` the media type.
fn exchanges(site: &Site, info: &str, body: &str) -> Vec<Exchange> {
    let words: Vec<&str> = info.split(' ').collect();
    let [how, result, url, rest @ ..] = &words[..] else { panic!("`{info}`: write `http 200 URL`") };
    let address: Address = url.parse().unwrap_or_else(|error| panic!("{error}"));
    let word = |key: &str| rest.iter().find_map(|it| it.strip_prefix(key)?.strip_prefix('='));
    let media = word("type").unwrap_or(if *how == "http" && !body.trim_start().starts_with('%') {
        "text/html"
    } else {
        "application/octet-stream"
    });
    let outcome = if *how == "http" {
        let mut headers = vec![("content-type".to_owned(), media.as_bytes().to_vec())];
        if let ["->", target, ..] = rest {
            headers.push(("location".to_owned(), target.as_bytes().to_vec()));
        }
        if let Some(day) = word("modified") {
            headers.push(("last-modified".to_owned(), http_date(day).into_bytes()));
        }
        let status = result.parse().unwrap_or_else(|_| panic!("`{result}` is no status"));
        Outcome::Answered(Answer { status, headers, body: body.as_bytes().to_vec(), cut: None, tls: None })
    } else {
        let kind = failure_of(result);
        Outcome::Failed(Failure { kind, detail: (*result).to_owned() })
    };
    let opened = matches!(&outcome, Outcome::Answered(answer) if answer.status < 400);
    let is_page = site.scope.contains(&address) && media == "text/html";
    let (purpose, method) = match (rest.contains(&"calibration"), rest.contains(&"search"), is_page) {
        (true, ..) => (Purpose::Calibration, Method::Get),
        (_, true, _) => (Purpose::Search, Method::Get),
        (.., true) => (Purpose::Page, Method::Get),
        (.., false) => (Purpose::Link, Method::Glance),
    };
    let asked_once = (opened && !rest.contains(&"twice")) || rest.contains(&"once");
    let is_single = matches!(purpose, Purpose::Calibration | Purpose::Search);
    let attempts = if asked_once || is_single { 1 } else { 2 };
    (1..=attempts)
        .map(|attempt| Exchange {
            ask: Ask { address: address.clone(), method, purpose, attempt },
            at: Moment::parse("2017-12-15T01:00:00Z").unwrap(),
            took: Duration::from_millis(80),
            remote: None,
            outcome: outcome.clone(),
        })
        .collect()
}

/// `Wed, 01 Nov 2017 04:00:00 GMT`
fn http_date(day: &str) -> String {
    let day: jiff::civil::Date = day.parse().unwrap();
    day.strftime("%a, %d %b %Y 04:00:00 GMT").to_string()
}

/// A verdict as an example writes it.
fn words(verdict: &Verdict) -> String {
    let mut words = match verdict {
        Verdict::NotApplicable(why) => format!("not_applicable: {why}\n"),
        Verdict::Undetermined { gap, .. } => format!("undetermined: {gap}\n"),
        Verdict::Pass { .. } | Verdict::Fail { .. } => format!("{}\n", verdict.id()),
    };
    for finding in verdict.findings() {
        let _ = writeln!(words, "- {}", finding.message);
    }
    // What is shown counts against nobody.
    for finding in verdict.shown() {
        let _ = writeln!(words, "~ {}", finding.message);
    }
    words
}
