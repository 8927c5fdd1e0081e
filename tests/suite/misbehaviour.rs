//! A walk through the misbehaving city: every fault is told as what it is, costs no more than its cap, and makes nobody
//! impolite.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use govcensus::crawl::{End, Limits, Listener, Names, Roots, Walk, Web, walk};
use govcensus::dossier::{Breakage, Coverage, Facts, LinkState};
use govcensus::evidence::store::{Archive, Entry, Store};
use govcensus::evidence::{Cut, Disguise, FailureKind, Gap, TlsFault};
use govcensus::site::{Scope, Site};
use tokio_util::sync::CancellationToken;

use crate::misbehaving::{DRAWN, Fault, HOME, Misbehaving, Register};
use crate::server::ordinary_site;
use crate::walking::{limits, site};

/// What the archive says of an address in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// A status, and a body that is whole.
    Whole(u16),
    /// 200, and a body that is not whole.
    Cut(Cut),
    /// 200, behind a certificate that is wrong.
    Behind(TlsFault),
    /// No answer.
    Failed(FailureKind),
}

impl Told {
    fn of(entry: &Entry) -> Self {
        match (entry.result, entry.tls, entry.cut) {
            (Err(kind), ..) => Self::Failed(kind),
            (Ok(_), Some(fault), _) => Self::Behind(fault),
            (Ok(_), None, Some(cut)) => Self::Cut(cut),
            (Ok(status), None, None) => Self::Whole(status),
        }
    }
}

/// What is to be told of each fault, and what a report may make of a link that leads there.
#[rustfmt::skip]
fn expected(fault: Fault) -> (Told, LinkState) {
    use Breakage::{Disguised, Failure, RedirectLoop, Status};
    use FailureKind as Kind;
    use LinkState::{Blocked, Broken, Works};
    let unchecked = || LinkState::Unchecked(Gap::LinkUnchecked);
    let failed = |kind| (Told::Failed(kind), Broken(Failure(kind)));
    let status = |status| (Told::Whole(status), Broken(Status(status)));
    let behind = |fault| (Told::Behind(fault), Works);
    let no_tls = |fault| (Told::Failed(Kind::Tls(fault)), unchecked());
    let cut = |cut| (Told::Cut(cut), Works);
    match fault {
        Fault::NoSuchHost | Fault::NoAddress => failed(Kind::NoSuchHost),
        // Whether the name exists is not known; that nobody says so may be the fault of our own line.
        Fault::NamesFail | Fault::NamesSilent | Fault::NamesChange => {
            (Told::Failed(Kind::DnsTrouble), unchecked())
        }
        Fault::NameInward => (Told::Failed(Kind::Forbidden), unchecked()),
        Fault::Refused => failed(Kind::Refused),
        Fault::HungUp | Fault::Reset => failed(Kind::Reset),
        Fault::Silent => failed(Kind::Timeout),

        Fault::Expired => behind(TlsFault::Expired),
        Fault::NotYetValid => behind(TlsFault::NotYetValid),
        Fault::WrongName => behind(TlsFault::WrongName),
        Fault::SelfSigned => behind(TlsFault::SelfSigned),
        Fault::IncompleteChain => behind(TlsFault::IncompleteChain),
        Fault::UnknownIssuer => behind(TlsFault::UnknownIssuer),
        // It may be a limit of our own TLS, so it accuses nobody.
        Fault::OldHello | Fault::OldAlert => no_tls(TlsFault::TooOld),
        Fault::NoCipher => no_tls(TlsFault::NoCommonCipher),
        Fault::NoTls => no_tls(TlsFault::Other),

        Fault::BadRequest => status(400),
        Fault::NotFound => status(404),
        Fault::Gone => status(410),
        Fault::ServerError => status(500),
        Fault::BadGateway => status(502),
        Fault::Unavailable => status(503),
        // We are refused, or asked to go away: that says nothing about the page.
        Fault::Forbidden => (Told::Whole(403), Blocked),
        Fault::TooManyRequests => (Told::Whole(429), Blocked),
        Fault::Challenge => (Told::Whole(521), Blocked),

        Fault::RedirectLoop => (Told::Whole(302), Broken(RedirectLoop)),
        // Where it ends is not known; an address in our own network is not connected to.
        Fault::RedirectChain | Fault::Inward => (Told::Whole(302), unchecked()),
        Fault::RedirectHome => (Told::Whole(302), Broken(Disguised(Disguise::Home))),
        Fault::SoftNotFound => (Told::Whole(200), Broken(Disguised(Disguise::Page))),

        Fault::NotHttp | Fault::HeaderFlood | Fault::EndlessHeader => failed(Kind::Malformed),
        Fault::OddHeaders | Fault::DeepTags | Fault::HeadRefused => (Told::Whole(200), Works),

        Fault::TooLarge | Fault::Endless => cut(Cut::TooLarge),
        Fault::Truncated | Fault::Stalls | Fault::Drips => cut(Cut::Truncated),
        Fault::BrokenChunks | Fault::BrokenGzip | Fault::UnknownCoding => cut(Cut::Garbled),
        Fault::GzipBomb | Fault::DeflateBomb | Fault::BrotliBomb | Fault::ZstdBomb | Fault::NestedBomb
        | Fault::CutBomb => cut(Cut::Bomb),
    }
}

/// Every class of failure that a server can cause.
const CLASSES: [Told; 22] = [
    Told::Failed(FailureKind::NoSuchHost),
    Told::Failed(FailureKind::DnsTrouble),
    Told::Failed(FailureKind::Forbidden),
    Told::Failed(FailureKind::Refused),
    Told::Failed(FailureKind::Reset),
    Told::Failed(FailureKind::Timeout),
    Told::Failed(FailureKind::Malformed),
    Told::Failed(FailureKind::Tls(TlsFault::TooOld)),
    Told::Failed(FailureKind::Tls(TlsFault::NoCommonCipher)),
    Told::Failed(FailureKind::Tls(TlsFault::Other)),
    Told::Behind(TlsFault::Expired),
    Told::Behind(TlsFault::NotYetValid),
    Told::Behind(TlsFault::WrongName),
    Told::Behind(TlsFault::SelfSigned),
    Told::Behind(TlsFault::IncompleteChain),
    Told::Behind(TlsFault::UnknownIssuer),
    Told::Cut(Cut::TooLarge),
    Told::Cut(Cut::Truncated),
    Told::Cut(Cut::Garbled),
    Told::Cut(Cut::Bomb),
    Told::Whole(404),
    Told::Whole(500),
];

/// Bytes of a page, and time until its last byte.
const CAP: usize = 1 << 20;
const DEADLINE: Duration = Duration::from_secs(4);

fn bounded() -> Limits {
    Limits { first_byte: DEADLINE, last_byte: DEADLINE, page_bytes: CAP, silent_after: 1000, ..limits() }
}

struct Walked {
    walk: Walk,
    archive: Archive,
    facts: Facts,
    _folder: tempfile::TempDir,
}

/// A walk through all of the city's hosts, as one site.
async fn walked(city: &Misbehaving, names: Names, site: Site) -> Walked {
    let roots = Roots::mozilla().and(city.authority.certificate.der().to_vec()).unwrap();
    let contact = "office@a.example".parse().unwrap();
    let web = Web::trusting(&roots, names, Some(&contact), bounded()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Store::create(folder.path(), &site.id).unwrap());
    let walk = walk(&site, &web, store, &Listener::none(), &CancellationToken::new()).await.unwrap();
    let archive = Archive::open(folder.path()).unwrap();
    let coverage = Coverage { finished: true, ..Coverage::default() };
    let facts = Facts::derive(&site, "2017-12-15".parse().unwrap(), &archive, coverage).unwrap();
    Walked { walk, archive, facts, _folder: folder }
}

fn whole(rate: f64) -> Site {
    let hosts = Fault::ALL.iter().map(|it| format!("{}.example", it.name()));
    let scope = Scope::of(hosts.chain(["a.example".to_owned()]));
    Site { scope, rate: Some(rate), robots: site().robots, ..ordinary_site(HOME) }
}

// On several threads: reading what is cut at its cap takes its time in a debug build, and nobody is to wait for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_fault_is_told_as_what_it_is_and_costs_no_more_than_its_cap() {
    let city = Misbehaving::start(1).await;
    let register = Arc::new(Register::default());
    let names = Names::asking(register.clone()).waiting(DEADLINE / 4);
    let names = city.hosts.iter().fold(names, |names, (host, address)| names.with(host, None, *address));
    let walked = walked(&city, names, whole(10_000.0)).await;
    assert_eq!(walked.walk.end, End::Whole);
    let mut wrong = Vec::new();
    for fault in Fault::ALL {
        let url = fault.url();
        let entry = walked.archive.entries().iter().rfind(|it| it.address().as_str() == url);
        let told = entry.map(Told::of);
        let state = walked.facts.links().iter().find(|it| it.target.as_str() == url).map(|it| &it.state);
        let (to_be_told, to_be) = expected(fault);
        // A page that did not come whole is one that needs a look, not a broken one.
        let cut = walked.facts.links().iter().find(|it| it.target.as_str() == url).and_then(|it| it.cut);
        if let Told::Cut(to_be) = to_be_told {
            assert_eq!(cut, Some(to_be), "{}", fault.name());
        }
        if told != Some(to_be_told) || state != Some(&to_be) {
            wrong.push(format!("{}: {told:?} and {state:?}, not {to_be_told:?} and {to_be:?}", fault.name()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for entry in walked.archive.entries() {
        let exchange = walked.archive.load(&entry.citation).unwrap();
        let length = exchange.answer().map_or(0, |it| it.body.len());
        assert!(length <= CAP && entry.took < DEADLINE * 3, "{}: {length} {:?}", entry.address(), entry.took);
    }
    names_are_given_a_second_chance(&walked.archive, &register);
    // One and the same to everybody, and none of the words that servers block programs by.
    let agents: Vec<String> = city.agents().into_iter().collect();
    assert_eq!(agents, [concat!("govcensus/", env!("CARGO_PKG_VERSION"), " (+office@a.example)")]);
    for word in ["bot", "spider", "crawl", "scan", "http", "curl", "wget", "python", "java", "go-"] {
        assert!(!agents[0].contains(word), "{word}");
    }
    for (host, seen) in city.seen() {
        assert_eq!(seen.most, 1, "{host} was asked several times at a time");
        let faults = usize::try_from(2 * DRAWN).unwrap() + 5;
        let most = if host == "a.example" { faults } else { 25 };
        assert!(seen.at.len() <= most, "{host} was asked {} times", seen.at.len());
    }
}

/// What is not found is looked for twice, some time apart, and only what says both times that there is no such name is
/// broken.
fn names_are_given_a_second_chance(archive: &Archive, register: &Register) {
    use FailureKind::{DnsTrouble, NoSuchHost};
    let asked = register.asked();
    for (fault, [first, second]) in [
        (Fault::NoSuchHost, [NoSuchHost, NoSuchHost]),
        (Fault::NoAddress, [NoSuchHost, NoSuchHost]),
        (Fault::NamesFail, [DnsTrouble, DnsTrouble]),
        (Fault::NamesSilent, [DnsTrouble, DnsTrouble]),
        (Fault::NamesChange, [NoSuchHost, DnsTrouble]),
    ] {
        let (url, host) = (fault.url(), format!("{}.example", fault.name()));
        let of_page = archive.entries().iter().filter(|it| it.address().as_str() == url);
        let told: Vec<_> = of_page.map(|it| (it.attempt, it.result)).collect();
        assert_eq!(told, [(1, Err(first)), (2, Err(second))], "{url}");
        assert_eq!(asked[&host], 2, "{host}: {asked:?}");
    }
    let of_no_host = |it: &&str| !["no-", "name"].iter().any(|start| it.starts_with(start));
    assert!(asked.keys().map(String::as_str).find(of_no_host).is_none(), "what the roster places: {asked:?}");
    assert_eq!(DnsTrouble.zh(), "域名解析失败");
    assert!(!DnsTrouble.is_theirs() && NoSuchHost.is_theirs());
}

#[test]
fn every_class_of_failure_has_its_fault() {
    let told: Vec<Told> = Fault::ALL.into_iter().map(|fault| expected(fault).0).collect();
    for class in CLASSES {
        assert!(told.contains(&class), "{class:?}");
    }
    let broken: BTreeSet<String> = Fault::ALL
        .into_iter()
        .filter_map(|fault| match expected(fault).1 {
            LinkState::Broken(breakage) => Some(format!("{}：{}", breakage.zh(), breakage.remedy_zh())),
            _ => None,
        })
        .collect();
    // In words that tell one from another: five statuses share their remedies, not their words.
    assert_eq!(broken.len(), 14, "{broken:#?}");
}

#[tokio::test]
async fn what_a_server_does_by_chance_is_what_the_archive_says_and_its_pace_is_kept() {
    const GAP: Duration = Duration::from_millis(10);
    for seed in 1..=4 {
        let city = Misbehaving::start(seed).await;
        let names = Names::closed().with("a.example", None, city.hosts["a.example"]);
        let walked = walked(&city, names, whole(100.0)).await;
        assert_eq!(walked.walk.end, End::Whole);
        let done = city.done();
        assert_eq!(done.len(), usize::try_from(DRAWN).unwrap());
        for (page, done) in done {
            let url = format!("http://{page}");
            let of_page = walked.archive.entries().iter().filter(|it| it.address().as_str() == url);
            let told: Vec<Told> = of_page.map(Told::of).collect();
            let did: Vec<Told> =
                done.iter().map(|it| it.map_or(Told::Whole(200), |fault| expected(fault).0)).collect();
            assert_eq!(told, did, "seed {seed}: {url}");
            // Whatever failed was asked once more, but for a bomb, which is no failure to answer.
            let fails = did[0] != Told::Whole(200) && did[0] != Told::Cut(Cut::Bomb);
            assert_eq!(did.len(), 1 + usize::from(fails), "seed {seed}: {url}");
        }
        let seen = &city.seen()["a.example"];
        assert_eq!(seen.most, 1);
        // The server notices a question a moment after it was sent, one sooner than another.
        let took = *seen.at.last().unwrap() - seen.at[0];
        let ideal = GAP * u32::try_from(seen.at.len() - 1).unwrap();
        assert!(took + GAP / 2 >= ideal, "{} questions in {took:?}", seen.at.len());
    }
}

#[tokio::test]
async fn the_same_seed_misbehaves_in_the_same_way_and_another_one_does_not() {
    let done = async |seed| {
        let city = Misbehaving::start(seed).await;
        let names = Names::closed().with("a.example", None, city.hosts["a.example"]);
        walked(&city, names, whole(10_000.0)).await;
        city.done()
    };
    let (first, same, other) = (done(7).await, done(7).await, done(8).await);
    assert_eq!(first, same);
    assert_ne!(first, other);
}
