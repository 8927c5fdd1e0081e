//! The crawl against servers on loopback: what is asked, what is kept, and what is left alone.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use govcensus::base::Moment;
use govcensus::crawl::{
    End, Event, Limits, Listener, Names, Skip, Start, Web, archive_folder, gather, unvisited, walk,
};
use govcensus::evidence::store::{Archive, Store};
use govcensus::evidence::{Cut, FailureKind, Method, Purpose};
use govcensus::site::{Scope, Site};
use tokio_util::sync::CancellationToken;

use crate::walking::{gzip, limits, names, obedient, site, walked, web};

use crate::server::{Say, Server, links, not_found, ordinary_site, page, raw};

const GET_TWICE: [(Method, u32, Result<u16, FailureKind>); 2] =
    [(Method::Get, 1, Ok(404)), (Method::Get, 2, Ok(404))];

#[tokio::test]
async fn every_page_of_the_site_is_read_once_and_every_link_is_checked() {
    let server = Server::start(|_, what| match what {
        "a.example/" => {
            links(&["/x.html", "/y.html#top", "/y.html", "/gone.html", "/f.gif", "http://b.example/"])
        }
        "a.example/x.html" => links(&["/", "/y.html", "z/", "mailto:a@b", "javascript:void(0)"]),
        "a.example/y.html" | "a.example/z/" => page("<p>end</p><img src=/i.png>"),
        "a.example/f.gif" | "a.example/i.png" | "b.example/" => raw(200, "Content-Type: x/y\r\n", "abc"),
        _ => not_found(),
    })
    .await;
    let walked = walked(&site(), &server, limits()).await;
    assert_eq!(walked.walk.end, End::Whole);
    assert_eq!((walked.walk.pages, walked.walk.links), (5, 3));
    assert_eq!(walked.results("http://a.example/gone.html"), GET_TWICE);
    for link in ["http://a.example/f.gif", "http://a.example/i.png", "http://b.example/"] {
        assert_eq!(walked.results(link), [(Method::Head, 1, Ok(200))], "{link}");
    }
    let mut asked = server.asked_of_site();
    asked.retain(|it| !it.contains("gone"));
    let count = asked.len();
    asked.sort();
    asked.dedup();
    assert_eq!(asked.len(), count, "something was asked for twice");
    assert_eq!(walked.archive.note("walk"), Some("whole"));
    assert_eq!(walked.skipped, []);
}

#[tokio::test]
async fn robots_is_obeyed_and_says_where_sitemaps_are() {
    let server = Server::start(|_, what| match what {
        "a.example/robots.txt" => raw(200, "", "User-agent: *\nDisallow: /admin\nSitemap: /map.xml\n"),
        "a.example/map.xml" => raw(
            200,
            "Content-Type: text/xml\r\n",
            "<urlset><url><loc>http://a.example/hidden.html</loc></url></urlset>",
        ),
        "a.example/" => links(&["/admin/x.html", "/admin.pdf"]),
        "a.example/hidden.html" => page("only the sitemap knows it"),
        _ => not_found(),
    })
    .await;
    let walked = walked(&obedient(), &server, limits()).await;
    assert_eq!(walked.reason("http://a.example/admin/x.html"), Some(Skip::Robots));
    assert_eq!(walked.reason("http://a.example/admin.pdf"), Some(Skip::Robots));
    assert_eq!(walked.results("http://a.example/hidden.html"), [(Method::Get, 1, Ok(200))]);
    assert!(server.asked().iter().all(|it| !it.contains("/admin")));
    assert_eq!(walked.of("http://a.example/robots.txt")[0].purpose, Purpose::Robots);
}

#[tokio::test]
async fn without_a_readable_robots_txt_only_the_home_page_is_looked_at() {
    let server = Server::start(|_, what| match what {
        "a.example/robots.txt" => raw(500, "", ""),
        "a.example/" => links(&["/x.html"]),
        _ => page(""),
    })
    .await;
    let walked = walked(&obedient(), &server, limits()).await;
    assert_eq!(walked.results("http://a.example/"), [(Method::Get, 1, Ok(200))]);
    assert_eq!(walked.reason("http://a.example/x.html"), Some(Skip::RobotsUnreachable));
    assert_eq!(server.asked().len(), 3, "robots.txt twice and the home page once: {:?}", server.asked());
}

#[tokio::test]
async fn each_hop_of_a_redirect_is_kept_and_a_page_that_leaves_the_site_is_not_read() {
    let server = Server::start(|_, what| match what {
        "a.example/" => links(&["/old.html", "/out.html", "/loop.html", "/file.html"]),
        "a.example/old.html" => raw(301, "Location: /older.html\r\n", ""),
        "a.example/older.html" => raw(302, "Location: http://a.example/new.html\r\n", ""),
        "a.example/out.html" => raw(302, "Location: http://b.example/\r\n", ""),
        "a.example/loop.html" => raw(302, "Location: /pool.html\r\n", ""),
        "a.example/pool.html" => raw(302, "Location: /loop.html\r\n", ""),
        "a.example/file.html" => raw(302, "Location: file:///etc/passwd\r\n", ""),
        "a.example/new.html" => page("new"),
        "b.example/" => links(&["/not-ours.html"]),
        _ => not_found(),
    })
    .await;
    let walked = walked(&site(), &server, limits()).await;
    let target = |url: &str| walked.of(url)[0].redirect.as_ref().map(ToString::to_string);
    assert_eq!(target("http://a.example/old.html").as_deref(), Some("http://a.example/older.html"));
    assert_eq!(target("http://a.example/older.html").as_deref(), Some("http://a.example/new.html"));
    assert_eq!(walked.results("http://a.example/new.html"), [(Method::Get, 1, Ok(200))]);
    assert_eq!(walked.results("http://b.example/"), [(Method::Glance, 1, Ok(200))]);
    assert!(walked.of("http://b.example/not-ours.html").is_empty());
    assert_eq!(walked.results("http://a.example/loop.html"), [(Method::Get, 1, Ok(302))]);
    assert_eq!(target("http://a.example/file.html"), None);
}

#[tokio::test]
async fn head_is_not_believed_when_it_says_no() {
    let server = Server::start(|method, what| match (method, what) {
        (_, "a.example/") => links(&["/405.png", "/hangs-up.png", "/gone.png"]),
        ("GET", "a.example/405.png") => raw(206, "Content-Range: bytes 0-2/9\r\n", "PNG"),
        ("HEAD", "a.example/405.png") => raw(405, "", ""),
        ("GET", "a.example/hangs-up.png") => raw(200, "", "PNG"),
        ("HEAD", "a.example/hangs-up.png") => Say::HangUp,
        _ => not_found(),
    })
    .await;
    let walked = walked(&site(), &server, limits()).await;
    let (head, glance) = (Method::Head, Method::Glance);
    assert_eq!(walked.results("http://a.example/405.png"), [(head, 1, Ok(405)), (glance, 1, Ok(206))]);
    assert_eq!(
        walked.results("http://a.example/hangs-up.png"),
        [(head, 1, Err(FailureKind::Reset)), (glance, 1, Ok(200))]
    );
    assert_eq!(
        walked.results("http://a.example/gone.png"),
        [(head, 1, Ok(404)), (glance, 1, Ok(404)), (glance, 2, Ok(404))]
    );
}

#[tokio::test]
async fn what_fails_once_and_then_works_is_read() {
    let count = AtomicUsize::new(0);
    let server = Server::start(move |_, what| match what {
        "a.example/" => links(&["/flaky.html"]),
        "a.example/flaky.html" if count.fetch_add(1, Ordering::SeqCst) == 0 => raw(500, "", ""),
        "a.example/flaky.html" => links(&["/behind.html"]),
        "a.example/behind.html" => page(""),
        _ => not_found(),
    })
    .await;
    let walked = walked(&site(), &server, limits()).await;
    assert_eq!(
        walked.results("http://a.example/flaky.html"),
        [(Method::Get, 1, Ok(500)), (Method::Get, 2, Ok(200))]
    );
    assert_eq!(walked.results("http://a.example/behind.html"), [(Method::Get, 1, Ok(200))]);
}

#[tokio::test]
async fn limits_hold_and_what_lies_beyond_has_its_reason() {
    let server = Server::start(|_, what| {
        let number: usize =
            what.trim_start_matches("a.example/").trim_end_matches(".html").parse().unwrap_or(0);
        if what.contains("robots") {
            return not_found();
        }
        let all: Vec<String> =
            (0..3).map(|n| format!("<a href=/{0}.html>x</a><img src=/{0}.png>", number * 3 + n)).collect();
        page(all.concat())
    })
    .await;
    let limits = Limits { max_pages: 7, max_links: 5, ..limits() };
    let walked = walked(&site(), &server, limits).await;
    assert_eq!((walked.walk.pages, walked.walk.links), (7, 5));
    assert!(walked.walk.skipped[&Skip::PageLimit] > 0 && walked.walk.skipped[&Skip::LinkLimit] > 0);
    let asked: Vec<_> = walked.archive.entries().iter().map(|it| it.address().to_string()).collect();
    for it in &walked.skipped {
        assert!(!asked.contains(&it.address.to_string()), "{} was asked for", it.address);
    }
    let by_reason = walked.walk.skipped.values().sum::<u64>();
    assert_eq!(walked.skipped.len() as u64, by_reason);
}

#[tokio::test]
async fn hostile_answers_are_exchanges_and_nothing_more() {
    let server = Server::start(|_, what| match what.trim_start_matches("a.example/") {
        "" => links(&[
            "/hangs.html", "/stalls.html", "/hangs-up.html", "/no-http.html", "/cut.html", "/bomb.html", "/broken-gzip.html",
            "/deep.html", "/large.html", "/odd-headers.html", "http://nowhere.example/", "http://127.0.0.1:1/",
            "http://10.0.0.1/", "/unasked-coding.html",
        ]),
        "hangs.html" => Say::Nothing,
        "stalls.html" => {
            Say::Stall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 999\r\n\r\n<p>slow".to_vec())
        }
        "hangs-up.html" => Say::HangUp,
        "no-http.html" => Say::Bytes(b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec()),
        "cut.html" => Say::Bytes(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 999\r\n\r\n<p>half".to_vec()),
        "bomb.html" => raw(200, "Content-Type: text/html\r\nContent-Encoding: gzip\r\n", gzip(&vec![b' '; 4 << 20])),
        "broken-gzip.html" => {
            let whole = gzip("通知公告".repeat(2000).as_bytes());
            raw(200, "Content-Type: text/html\r\nContent-Encoding: gzip\r\n", &whole[..whole.len() - 20])
        }
        "deep.html" => page("<div>".repeat(100_000)),
        "large.html" => page("x".repeat(2 << 20)),
        "odd-headers.html" => Say::Bytes(
            b"HTTP/1.1 200 \xb3\xc9\xb9\xa6\r\nX-\xc4\xe3: 1\r\nServer : x\r\nno colon\r\nContent-Type: text/html\r\n\r\n<p>read".to_vec(),
        ),
        "unasked-coding.html" => raw(200, "Content-Type: text/html\r\nContent-Encoding: x-odd\r\n", "<p>?"),
        _ => not_found(),
    })
    .await;
    let limits = Limits {
        first_byte: Duration::from_secs(2),
        last_byte: Duration::from_secs(3),
        page_bytes: 1 << 20,
        ..limits()
    };
    let walked = walked(&site(), &server, limits).await;
    assert_eq!(walked.walk.end, End::Whole);
    let last = |path: &str| walked.results(&format!("http://a.example/{path}")).last().unwrap().2;
    assert_eq!(last("hangs.html"), Err(FailureKind::Timeout));
    assert_eq!(last("hangs-up.html"), Err(FailureKind::Reset));
    assert_eq!(last("no-http.html"), Err(FailureKind::Malformed));
    let body = |path: &str| walked.body(&format!("http://a.example/{path}"));
    assert_eq!(body("cut.html"), (b"<p>half".to_vec(), Some(Cut::Truncated)));
    assert_eq!(body("stalls.html"), (b"<p>slow".to_vec(), Some(Cut::Truncated)));
    assert_eq!((body("bomb.html").0.len(), body("bomb.html").1), (1 << 20, Some(Cut::Bomb)));
    let (garbled, cut) = body("broken-gzip.html");
    assert!(String::from_utf8_lossy(&garbled).starts_with("通知公告") && cut == Some(Cut::Garbled));
    assert_eq!(body("deep.html").1, None);
    assert_eq!((body("large.html").0.len(), body("large.html").1), (1 << 20, Some(Cut::TooLarge)));
    assert_eq!(body("odd-headers.html"), (b"<p>read".to_vec(), None));
    assert_eq!(body("unasked-coding.html"), (b"<p>?".to_vec(), Some(Cut::Garbled)));
    let kind = |url: &str| walked.results(url).last().unwrap().2;
    assert_eq!(kind("http://nowhere.example/"), Err(FailureKind::NoSuchHost));
    assert_eq!(kind("http://127.0.0.1:1/"), Err(FailureKind::Forbidden));
    assert_eq!(kind("http://10.0.0.1/"), Err(FailureKind::Forbidden));
}

#[tokio::test]
async fn a_site_that_shows_a_challenge_is_left_alone() {
    let server = Server::start(|_, what| match what {
        "a.example/robots.txt" | "a.example/sitemap.xml" => not_found(),
        _ => raw(
            521,
            "Content-Type: text/html\r\n",
            "<script>document.cookie='__jsl_clearance_s=1'</script><a href=/x>",
        ),
    })
    .await;
    let walked = walked(&site(), &server, limits()).await;
    assert_eq!(walked.walk.end, End::Blocked);
    assert_eq!(walked.results("http://a.example/"), [(Method::Get, 1, Ok(521)), (Method::Get, 2, Ok(521))]);
    assert_eq!(walked.archive.note("walk"), Some("blocked"));
}

#[tokio::test]
async fn one_request_at_a_time_is_what_the_server_sees() {
    let server = Server::start(|_, what| match what {
        "a.example/" => page(
            (0..40)
                .map(|n| format!("<a href=/{n}.html>x</a><img src=/{n}.png>"))
                .collect::<Vec<_>>()
                .concat(),
        ),
        _ => page(""),
    })
    .await;
    walked(&obedient(), &server, limits()).await;
    assert_eq!(server.seen()["a.example"].most, 1);
    assert_eq!(server.asked_of_site().len(), 81);
}

fn two_sites() -> [Site; 2] {
    let other = Site {
        scope: Scope::of(["b.example".to_owned()]),
        rate: Some(10_000.0),
        ..ordinary_site("http://b.example/")
    };
    [obedient(), other]
}

#[tokio::test]
async fn an_address_that_two_sites_link_to_is_asked_for_once_and_is_in_both_archives() {
    let server = Server::start(|method, what| match what {
        "a.example/" | "b.example/" => links(&[
            "http://c.example/x.png",
            "http://c.example/y.png",
            "http://b.example/",
            "http://a.example/",
        ]),
        "c.example/y.png" if method == "HEAD" => raw(405, "", ""),
        "c.example/x.png" | "c.example/y.png" => raw(200, "Content-Type: image/png\r\n", "PNG"),
        _ => not_found(),
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let web = web(names(&server, &["a.example", "b.example", "c.example"]), limits());
    let events = Arc::<Mutex<Vec<Event>>>::default();
    let heard = Arc::clone(&events);
    let listener = Listener::new(move |event| heard.lock().unwrap().push(event));
    let sites = two_sites();
    let gathered =
        gather(&sites, folder.path(), web, Start::Afresh, listener, CancellationToken::new()).await;
    assert!(gathered.values().all(|it| it.as_ref().is_ok_and(|it| it.end == End::Whole)), "{gathered:?}");
    let mut times = BTreeMap::<String, usize>::new();
    server.asked().into_iter().for_each(|it| *times.entry(it).or_default() += 1);
    assert_eq!(times["HEAD c.example/x.png"], 1);
    assert_eq!((times["HEAD c.example/y.png"], times["GET c.example/y.png"]), (1, 1));
    assert_eq!(times["GET c.example/robots.txt"], 1);
    for site in &sites {
        let archive = Archive::open(&archive_folder(folder.path(), &site.id)).unwrap();
        let has = |url: &str| {
            archive.entries().iter().any(|it| it.address().as_str() == url && it.result == Ok(200))
        };
        for url in
            ["http://c.example/x.png", "http://c.example/y.png", "http://a.example/", "http://b.example/"]
        {
            assert!(has(url), "{} lacks {url}", site.id);
        }
    }
    let finished =
        events.lock().unwrap().iter().filter(|it| matches!(it, Event::SiteFinished { .. })).count();
    assert_eq!(finished, 2);
}

#[tokio::test]
async fn the_pace_of_each_host_is_what_its_server_sees() {
    let server = Server::start(|_, what| match what.split_once('/').unwrap().1 {
        "" => page((0..8).map(|n| format!("<a href=/{n}.html>x</a>")).collect::<Vec<_>>().concat()),
        _ => page(""),
    })
    .await;
    let hosts = ["h1.example", "h2.example", "h3.example"];
    let site = |host: &&str| Site { rate: Some(25.0), ..ordinary_site(&format!("http://{host}/")) };
    // Each host is a machine of its own: they would share their pace if they were one.
    let names = hosts.iter().zip(2_u8..).fold(Names::closed(), |names, (host, last)| {
        names.with(host, None, (std::net::Ipv4Addr::new(127, 0, 0, last), server.address.port()).into())
    });
    let folder = tempfile::tempdir().unwrap();
    let (listener, cancel) = (Listener::none(), CancellationToken::new());
    let sites: Vec<Site> = hosts.iter().map(site).collect();
    let started = Instant::now();
    gather(&sites, folder.path(), web(names, limits()), Start::Afresh, listener, cancel).await;
    let took = started.elapsed();
    for (host, seen) in server.seen() {
        assert_eq!(
            seen.at.len(),
            12,
            "{host}: robots.txt, home, sitemap, an address that cannot exist, and eight pages"
        );
        let shortest = seen.shortest_gap().unwrap();
        // The server sees a request a little later or earlier than it was sent.
        assert!(shortest >= Duration::from_millis(35), "{host} was asked after {shortest:?}");
    }
    assert!(took < Duration::from_millis(40 * 12 * 2), "the hosts waited for each other: {took:?}");
}

#[tokio::test]
async fn a_city_that_is_killed_and_resumed_asks_no_address_of_another_sites_archive_again() {
    let server = Server::start(|_, what| match what {
        "a.example/" | "b.example/" => links(&["http://c.example/x.png"]),
        "c.example/x.png" => raw(200, "Content-Type: image/png\r\n", "PNG"),
        _ => not_found(),
    })
    .await;
    let names = || names(&server, &["a.example", "b.example", "c.example"]);
    let folder = tempfile::tempdir().unwrap();
    let sites = two_sites();
    let (none, cancel) = (Listener::none(), CancellationToken::new());
    gather(&sites[..1], folder.path(), web(names(), limits()), Start::Afresh, none.clone(), cancel.clone())
        .await;
    let gathered =
        gather(&sites, folder.path(), web(names(), limits()), Start::Resume, none.clone(), cancel.clone());
    assert!(gathered.await.values().all(|it| it.as_ref().is_ok_and(|it| it.end == End::Whole)));
    assert_eq!(server.asked().iter().filter(|it| it.contains("x.png")).count(), 1);
    let again = gather(&sites, folder.path(), web(names(), limits()), Start::Afresh, none, cancel).await;
    assert!(again.values().all(Result::is_err), "an archive was begun over another one");
}

#[tokio::test]
async fn a_trap_is_not_walked_into_and_a_mistyped_link_is_still_checked() {
    let server = Server::start(|_, what| match what {
        "a.example/robots.txt" | "a.example/www.b.example/index.html" => not_found(),
        "a.example/" => {
            links(&["xx/xx/", "www.b.example/index.html", "http://b.example/www.b.example/x.png"])
        }
        // Every other address answers, and leads one step deeper.
        _ => links(&["xx/", "?year=2099"]),
    })
    .await;
    let walked = walked(&site(), &server, limits()).await;
    assert_eq!(walked.walk.end, End::Whole);
    assert_eq!(walked.reason("http://a.example/xx/xx/xx/"), Some(Skip::RepeatedSegment));
    assert_eq!(walked.reason("http://a.example/xx/xx/?year=2099"), Some(Skip::Calendar));
    let mistyped = walked.results("http://a.example/www.b.example/index.html");
    assert_eq!(mistyped.last(), Some(&(Method::Glance, 2, Ok(404))));
    assert_eq!(walked.results("http://b.example/www.b.example/x.png"), [(Method::Head, 1, Ok(200))]);
}

#[tokio::test]
async fn a_walk_ends_when_its_time_is_up_and_says_what_it_left() {
    let server = Server::start(|_, what| match what {
        "a.example/" => links(&["/hangs.html", "/later.html"]),
        "a.example/hangs.html" => Say::Nothing,
        _ => not_found(),
    })
    .await;
    let limits = Limits { site_deadline: Some(Duration::from_millis(500)), ..limits() };
    let walked = walked(&site(), &server, limits).await;
    assert_eq!(walked.walk.end, End::Deadline);
    assert_eq!(walked.reason("http://a.example/hangs.html"), Some(Skip::Deadline));
    assert_eq!(walked.reason("http://a.example/later.html"), Some(Skip::Deadline));
}

#[tokio::test]
async fn nothing_is_asked_outside_of_the_hours_of_the_roster() {
    let server = Server::start(|_, _| page("")).await;
    // Hours that are over by now, and not yet begun again, whatever the time: so many minutes from now.
    let at = |minutes: u16| {
        let minute = (Moment::now().minute_of_day() + minutes) % (24 * 60);
        format!("{:02}:{:02}", minute / 60, minute % 60)
    };
    for (from, to, end, asked) in [(120, 180, End::Deadline, false), (24 * 60 - 60, 60, End::Whole, true)] {
        let window = Some([at(from), at(to)].join("-").parse().unwrap());
        let site = Site { window, ..site() };
        let limits =
            Limits { site_deadline: Some(Duration::from_secs(if asked { 60 } else { 1 })), ..limits() };
        let walked = walked(&site, &server, limits).await;
        assert_eq!((walked.walk.end, !server.asked().is_empty()), (end, asked));
    }
}

#[tokio::test]
async fn a_cancelled_walk_says_so_and_goes_on_later() {
    let server = Server::start(|_, what| match what {
        "a.example/" => links(&["/1.html", "/2.html", "/3.html"]),
        _ => page(""),
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let web = web(names(&server, &["a.example"]), limits());
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    let listener = Listener::new(move |event| {
        if matches!(event, Event::Kept { .. }) {
            stop.cancel();
        }
    });
    let store = Arc::new(Store::create(folder.path(), &site().id).unwrap());
    let first = walk(&site(), &web, Arc::clone(&store), &listener, &cancel).await.unwrap();
    assert_eq!(first.end, End::Cancelled);
    assert!(unvisited(&store, Skip::Cancelled).unwrap().iter().all(|it| it.skip == Skip::Cancelled));
    let second = walk(&site(), &web, store, &Listener::none(), &CancellationToken::new()).await.unwrap();
    assert_eq!((second.end, second.pages), (End::Whole, 4));
}

#[tokio::test]
async fn what_has_not_changed_since_an_earlier_run_is_not_sent_again_and_is_evidence_all_the_same() {
    let tagged = |body: &str| raw(200, "Content-Type: text/html\r\nETag: \"1\"\r\n", body);
    let server = Server::start(move |method, what| match (method, what) {
        ("GET unless \"1\"", "a.example/" | "a.example/same.html") => raw(304, "ETag: \"1\"\r\n", ""),
        (_, "a.example/") => tagged("<a href=/same.html>x</a><a href=/new.html>x</a>"),
        ("GET", "a.example/same.html") => tagged("<p>as it was</p>"),
        ("GET unless \"1\"", "a.example/new.html") => tagged("<p>another</p>"),
        ("GET", "a.example/new.html") => tagged("<p>one</p>"),
        _ => not_found(),
    })
    .await;
    let names = || names(&server, &["a.example"]);
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (sites, none) = ([site()], (Listener::none(), CancellationToken::new()));
    let run = |folder: &tempfile::TempDir, since: Option<&tempfile::TempDir>| {
        let web = Web::new(names(), None, limits()).unwrap().since(since.map(|it| it.path().to_owned()));
        let (out, sites, none) = (folder.path().to_owned(), sites.clone(), none.clone());
        async move { gather(&sites, &out, Arc::new(web), Start::Afresh, none.0, none.1).await }
    };
    run(&first, None).await;
    let walked = run(&second, Some(&first)).await;
    assert!(walked.values().all(|it| it.as_ref().is_ok_and(|it| it.end == End::Whole && it.pages == 3)));
    let archive = Archive::open(&archive_folder(second.path(), &sites[0].id)).unwrap();
    let of = |path: &str| {
        let url = format!("http://a.example/{path}");
        let entries: Vec<_> = archive.entries().iter().filter(|it| it.address().as_str() == url).collect();
        let last = archive.load(&entries.last().unwrap().citation).unwrap();
        let body = String::from_utf8(last.answer().unwrap().body.clone()).unwrap();
        (entries.iter().map(|it| it.result).collect::<Vec<_>>(), body)
    };
    assert_eq!(of("same.html"), (vec![Ok(304), Ok(200)], "<p>as it was</p>".to_owned()));
    assert_eq!(of("new.html"), (vec![Ok(200)], "<p>another</p>".to_owned()));
    assert_eq!(server.asked().iter().filter(|it| *it == "GET a.example/same.html").count(), 1);
}
