//! throwaway
use govcensus::base::*;
use govcensus::dossier::*;
use govcensus::evidence::store::*;
use govcensus::evidence::*;
use govcensus::page::*;
use govcensus::{audit, checklist, cli, indicators, score};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

fn main() {
    let shelf = cli::city::shelf().unwrap();
    let registry = cli::city::registry().unwrap();
    let only: Vec<String> = std::env::args().skip(1).collect();
    let expected: toml::Table =
        std::fs::read_to_string("fixtures/city/expected.toml").unwrap().parse().unwrap();
    for site in &registry.sites {
        if !only.is_empty() && !only.contains(&site.id.to_string()) {
            continue;
        }
        let Some(home) = &site.home else { continue };
        let dir = tempfile::tempdir().unwrap();
        let store = Store::create(dir.path(), &site.id).unwrap();
        let mut queue = VecDeque::from([home.clone()]);
        queue.extend(site.columns.iter().map(|c| c.address.clone()));
        let mut seen: BTreeSet<Address> = queue.iter().cloned().collect();
        while let Some(address) = queue.pop_front() {
            let saved = shelf.get(address.host(), address.path());
            let known = shelf.hosts().any(|h| h == address.host());
            let (outcome, ok) = match saved {
                _ if !known => {
                    (Outcome::Failed(Failure { kind: FailureKind::NoSuchHost, detail: String::new() }), false)
                }
                None => (
                    Outcome::Answered(Answer {
                        status: 404,
                        headers: vec![("content-type".into(), b"text/html".to_vec())],
                        body: b"404".to_vec(),
                        cut: None,
                        tls: None,
                    }),
                    false,
                ),
                Some(s) => {
                    let mut headers = vec![];
                    if let Some(c) = &s.content_type {
                        headers.push(("content-type".to_owned(), c.clone().into_bytes()));
                    }
                    if let Some(c) = &s.location {
                        headers.push(("location".to_owned(), c.clone().into_bytes()));
                    }
                    (
                        Outcome::Answered(Answer {
                            status: s.status,
                            headers,
                            body: s.body.clone(),
                            cut: None,
                            tls: None,
                        }),
                        s.status < 400,
                    )
                }
            };
            let inside = site.scope.contains(&address);
            let html =
                saved.is_none_or(|s| s.content_type.as_deref().is_some_and(|c| c.starts_with("text/html")));
            let (purpose, method) =
                if inside && html { (Purpose::Page, Method::Get) } else { (Purpose::Link, Method::Glance) };
            for attempt in 1..=(if ok { 1 } else { 2 }) {
                store
                    .keep(&Exchange {
                        ask: Ask { address: address.clone(), method, purpose, attempt },
                        at: Moment::now(),
                        took: Duration::from_millis(1),
                        remote: None,
                        outcome: outcome.clone(),
                    })
                    .unwrap();
            }
            if let (Some(s), true) = (saved, ok) {
                if let Some(l) = &s.location {
                    let a = address.join(l).unwrap();
                    if seen.insert(a.clone()) {
                        queue.push_back(a);
                    }
                }
                if purpose == Purpose::Page {
                    let page = read(&Source {
                        address: &address,
                        content_type: s.content_type.as_deref(),
                        body: &s.body,
                    });
                    let next = page
                        .links
                        .iter()
                        .filter_map(|l| l.address.clone())
                        .chain(page.parts.iter().cloned())
                        .chain(page.lists.iter().flat_map(|l| l.next_pages.clone()));
                    for a in next {
                        if seen.insert(a.clone()) {
                            queue.push_back(a);
                        }
                    }
                }
            }
        }
        drop(store);
        let facts = Facts::derive(
            site,
            "2017-12-15".parse().unwrap(),
            &Archive::open(dir.path()).unwrap(),
            Coverage { finished: true, ..Default::default() },
        )
        .unwrap();
        let text = checklist::adopted()[0];
        let list = checklist::parse(std::path::Path::new(text.file), text.text).unwrap();
        let bound = audit::bind(list.clone(), indicators::ALL).unwrap();
        let card = score::tally(&list, audit::run(&bound, &facts));
        println!(
            "=== {} {} {:?} low {} high {} vetoes {:?} open {:?}",
            site.id, site.name, card.outcome, card.score.low, card.score.high, card.vetoes, card.open_vetoes
        );
        println!(
            "  pages {} nav {:?}",
            facts.pages_read(),
            facts.home().map(|h| (h.rows.len(), h.only_navigation, h.by_script))
        );
        if !only.is_empty() {
            for c in facts.columns() {
                let what = match &c.content {
                    Content::Listed { rows, .. } => format!("listed {} newest {:?}", rows.len(), c.newest()),
                    other => format!("{other:?}").chars().take(40).collect(),
                };
                println!("  col {:?} {} {:?} {} {}", c.kind, c.name, c.origin, c.address, what);
            }
        }
        let mut got = BTreeMap::new();
        for line in &card.lines {
            for f in line.answer.judged.findings() {
                got.insert((line.answer.entry.clause.clone(), f.subject.key().to_owned()), f.message.clone());
            }
            if only.is_empty() {
                continue;
            }
            if let audit::Judged::By(audit::Verdict::Undetermined { gap, unread, .. }) = &line.answer.judged {
                println!("  ? {} {gap} {unread:?}", line.answer.entry.clause);
            }
        }
        let exp =
            expected["site"].as_array().unwrap().iter().find(|s| s["id"].as_str() == Some(site.id.as_str()));
        let mut want = BTreeMap::new();
        if let Some(exp) = exp {
            println!("  verdict expected {}", exp["verdict"]);
            for f in exp.get("finding").and_then(|f| f.as_array()).into_iter().flatten() {
                let kind = f["kind"].as_str().unwrap();
                let key = if kind == "guide" || kind == "site" {
                    f["name"].as_str().unwrap()
                } else {
                    f["url"].as_str().unwrap()
                };
                want.insert(
                    (f["clause"].as_str().unwrap().to_owned(), key.to_owned()),
                    f["why"].as_str().unwrap().to_owned(),
                );
            }
        }
        for (k, m) in &got {
            if !want.contains_key(k) {
                println!("  EXTRA {k:?} {m}");
            }
        }
        for (k, m) in &want {
            if !got.contains_key(k) {
                println!("  LOST {k:?} {m}");
            }
        }
    }
}
