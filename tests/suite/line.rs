//! Our own line: a link is broken only when a host that is known to be up answered right after the last failure.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::path::Path;

use govcensus::crawl::{Listener, Start, archive_folder};
use govcensus::dossier::{Breakage, Coverage, Facts, LinkState};
use govcensus::drive::{self, Gathering, Record, RunFolder};
use govcensus::evidence::store::Archive;
use govcensus::evidence::{FailureKind, Gap};
use govcensus::site::Registry;
use tokio_util::sync::CancellationToken;

use crate::server::{Say, Server, links, not_found, page};
use crate::walking::{limits, names};

/// What becomes of a link to a host that hangs up, and how often the control hosts were asked.
async fn dead_link(control: &str) -> (LinkState, Vec<FailureKind>, usize) {
    let server = Server::start(|_, what| match what {
        "a.example/" => links(&["http://dead.example/"]),
        "dead.example/" | "down.example/" => Say::HangUp,
        "up.example/" => page("here"),
        _ => not_found(),
    })
    .await;
    let roster = format!(
        "[city]\nname = \"某市\"\n{control}[[site]]\nid = \"a\"\nname = \"甲县\"\nurl = \"http://a.example/\"\nclass = \"county\"\n"
    )
    .replace("ADDRESS", &server.address.to_string());
    let registry = Registry::parse(Path::new("roster"), &roster).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let run = RunFolder::new(folder.path().join("run"));
    let gathering = Gathering {
        folder: &run,
        record: Record::begin("a".to_owned(), "roster.toml".to_owned(), 1.0),
        registry: &registry,
        roster: &roster,
        limits: limits(),
        names: names(&server, &["a.example", "dead.example"]),
        start: Start::Afresh,
    };
    drive::gather(gathering, Listener::none(), CancellationToken::new()).await.unwrap();
    let archive = Archive::open(&archive_folder(run.path(), &registry.sites[0].id)).unwrap();
    let coverage = Coverage { finished: true, ..Coverage::default() };
    let day = "2017-12-15".parse().unwrap();
    let facts = Facts::derive(&registry.sites[0], day, &archive, coverage).unwrap();
    let of_link = |url: &str| url == "http://dead.example/";
    let state = facts.links().iter().find(|it| of_link(it.target.as_str())).unwrap().state.clone();
    let entries = archive.entries().iter().filter(|it| of_link(it.address().as_str()));
    let failures = entries.filter_map(|it| it.result.err()).collect();
    let asked =
        server.asked().iter().filter(|it| it.contains("up.example") || it.contains("down.example")).count();
    (state, failures, asked)
}

#[tokio::test]
async fn a_link_is_broken_only_when_our_own_line_was_up() {
    use FailureKind::{LineDown, Reset};
    let control = |hosts: &str| format!("[control]\nurls = [{hosts}]\nresolve = \"ADDRESS\"\n");
    let broken = LinkState::Broken(Breakage::Failure(Reset));
    // HEAD and a glance, and a second chance.
    let up = dead_link(&control("\"http://down.example/\", \"http://up.example/\"")).await;
    assert_eq!(up, (broken.clone(), vec![Reset; 3], 2));
    // Nobody is accused, however often it is asked: five times more, since none of them says anything.
    let down = dead_link(&control("\"http://down.example/\"")).await;
    let said = [vec![Reset; 2], vec![LineDown; 5]].concat();
    assert_eq!(down, (LinkState::Unchecked(Gap::LinkUnchecked), said, 5));
    // Without control hosts it is as if the line could not be down.
    assert_eq!(dead_link("").await, (broken, vec![Reset; 3], 0));
}
