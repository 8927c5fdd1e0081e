//! What pages and servers try on a crawl, by accident or not, and what it does about it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::sync::atomic::{AtomicUsize, Ordering};

use govcensus::base::Day;
use govcensus::crawl::{End, Limits, Skip};
use govcensus::dossier::{Breakage, Coverage, Facts, LinkState};
use govcensus::evidence::{Disguise, Method};
use govcensus::site::Site;

use crate::server::{Say, Server, links, not_found, page, raw};
use crate::walking::{Walked, gzip, limits, obedient, site, walked};

fn facts(site: &Site, walked: &Walked) -> Facts {
    let day: Day = "2017-12-15".parse().unwrap();
    Facts::derive(site, day, &walked.archive, Coverage { finished: true, ..Coverage::default() }).unwrap()
}

fn state(facts: &Facts, url: &str) -> LinkState {
    facts.links().iter().find(|it| it.target.as_str() == url).unwrap().state.clone()
}

const SORRY: &str = "<title>提示</title><p>您访问的页面不存在或已删除，请返回首页。</p>";

#[tokio::test]
async fn a_page_that_is_the_hosts_answer_for_what_cannot_exist_is_a_broken_link_only_when_it_is_so_twice() {
    let came_back = AtomicUsize::new(0);
    let server = Server::start(move |_, what| match what {
        "a.example/" => links(&["/gone.html", "/back.html", "/here.html", "/f.pdf"]),
        "a.example/here.html" => page("<p>here</p>"),
        "a.example/back.html" if came_back.fetch_add(1, Ordering::SeqCst) > 0 => page("<p>back</p>"),
        _ => page(SORRY),
    })
    .await;
    let walked = walked(&site(), &server, limits()).await;
    let twice = [(Method::Get, 1, Ok(200)), (Method::Get, 2, Ok(200))];
    assert_eq!(walked.results("http://a.example/gone.html"), twice);
    assert_eq!(walked.results("http://a.example/here.html"), twice[..1]);
    assert_eq!(walked.results("http://a.example/"), twice[..1], "the home page is never suspected");
    let facts = facts(&site(), &walked);
    let broken = LinkState::Broken(Breakage::Disguised(Disguise::Page));
    assert_eq!(state(&facts, "http://a.example/gone.html"), broken);
    assert_eq!(state(&facts, "http://a.example/f.pdf"), broken);
    assert_eq!(state(&facts, "http://a.example/back.html"), LinkState::Works);
    assert_eq!(state(&facts, "http://a.example/here.html"), LinkState::Works);
}

#[tokio::test]
async fn a_host_that_shows_its_home_page_everywhere_proves_nothing() {
    let server = Server::start(|_, _| links(&["/x.html", "/y/z.html"])).await;
    let walked = walked(&site(), &server, limits()).await;
    let facts = facts(&site(), &walked);
    assert_eq!(state(&facts, "http://a.example/y/z.html"), LinkState::Works);
}

#[tokio::test]
async fn a_deep_link_that_is_sent_home_is_broken_only_where_missing_pages_are_sent_home() {
    for (habit, expected) in [
        (true, LinkState::Broken(Breakage::Disguised(Disguise::Home))),
        // Elsewhere a redirect to the home page is the owner's wish.
        (false, LinkState::Works),
    ] {
        let server = Server::start(move |_, what| match what {
            "a.example/" => links(&["/tzgg/old.html", "/index.html"]),
            "a.example/tzgg/old.html" | "a.example/index.html" => raw(302, "Location: /\r\n", ""),
            it if it.contains("govcensus-") && habit => raw(302, "Location: /\r\n", ""),
            _ => not_found(),
        })
        .await;
        let walked = walked(&site(), &server, limits()).await;
        let facts = facts(&site(), &walked);
        assert_eq!(state(&facts, "http://a.example/tzgg/old.html"), expected);
        assert_eq!(state(&facts, "http://a.example/index.html"), LinkState::Works);
    }
}

#[tokio::test]
async fn a_page_is_read_under_one_of_its_spellings_and_counts_under_all() {
    let server = Server::start(|_, what| match what {
        "a.example/" => links(&["http://www.a.example/x.html", "/x.html", "http://www.a.example/y.html"]),
        "a.example/x.html" | "www.a.example/x.html" | "a.example/y.html" | "www.a.example/y.html" => {
            page("<p>x</p>")
        }
        _ => not_found(),
    })
    .await;
    let walked = walked(&site(), &server, limits()).await;
    for page in ["x", "y"] {
        assert_eq!(walked.results(&format!("http://a.example/{page}.html")), [(Method::Get, 1, Ok(200))]);
        let other = walked.results(&format!("http://www.a.example/{page}.html"));
        assert_eq!(other, [(Method::Head, 1, Ok(200))]);
    }
}

#[tokio::test]
async fn references_beyond_plain_links_are_walked() {
    let server = Server::start(|_, what| match what {
        "a.example/" => page(
            "<base href='/x/'><map><area href=area.html></map><iframe src=frame.html></iframe>\
             <div onclick=\"window.open('opened.html')\">甲</div><script>location.href = '/sent.html';</script>\
             <img src=a.png srcset='b.png 2x'><p style='background:url(c.png)'>",
        ),
        "a.example/sent.html" => page("<meta http-equiv=refresh content='0;url=/refreshed.html'>"),
        it if it.contains("govcensus") || it.contains(".xml") || it.contains("robots") => not_found(),
        it if it.contains(".png") => raw(200, "Content-Type: image/png\r\n", "PNG"),
        _ => page("<p>x</p>"),
    })
    .await;
    let walked = walked(&site(), &server, limits()).await;
    for path in ["x/area.html", "x/frame.html", "x/opened.html", "sent.html", "refreshed.html"] {
        let url = format!("http://a.example/{path}");
        assert_eq!(walked.results(&url), [(Method::Get, 1, Ok(200))], "{path}");
    }
    for path in ["x/a.png", "x/b.png", "x/c.png"] {
        let url = format!("http://a.example/{path}");
        assert_eq!(walked.results(&url), [(Method::Head, 1, Ok(200))], "{path}");
    }
}

#[tokio::test]
async fn packed_sitemaps_and_indexes_of_sitemaps_are_read() {
    let server = Server::start(|_, what| match what {
        "a.example/robots.txt" => raw(200, "", "Sitemap: /index.xml\n"),
        "a.example/index.xml" => {
            let index =
                "<sitemapindex><sitemap><loc>http://a.example/1.xml.gz</loc></sitemap></sitemapindex>";
            raw(200, "Content-Type: text/xml\r\n", index)
        }
        "a.example/1.xml.gz" => {
            let map = "<urlset><url><loc>http://a.example/deep.html</loc></url></urlset>";
            raw(200, "Content-Type: application/x-gzip\r\n", gzip(map.as_bytes()))
        }
        "a.example/" | "a.example/deep.html" => page("<p>x</p>"),
        _ => not_found(),
    })
    .await;
    let walked = walked(&obedient(), &server, limits()).await;
    assert_eq!(walked.results("http://a.example/deep.html"), [(Method::Get, 1, Ok(200))]);
}

#[tokio::test]
async fn a_feed_that_the_home_page_offers_is_read_and_a_dead_one_is_a_broken_link() {
    let server = Server::start(|_, what| match what {
        "a.example/" => links(&["/rss.xml", "/tzgg/rss.xml", "/index.html"]),
        "a.example/rss.xml" => {
            let feed = "<rss><channel><item><link>http://a.example/deep.html</link></item></channel></rss>";
            raw(200, "Content-Type: text/xml\r\n", feed)
        }
        "a.example/index.html" => page("<a href=/tzgg/rss.xml>x</a>"),
        "a.example/deep.html" => page("<p>only the feed knows it</p>"),
        _ => not_found(),
    })
    .await;
    let walked = walked(&site(), &server, limits()).await;
    assert_eq!(walked.results("http://a.example/deep.html"), [(Method::Get, 1, Ok(200))]);
    let facts = facts(&site(), &walked);
    assert_eq!(state(&facts, "http://a.example/rss.xml"), LinkState::Works);
    let dead = facts.links().iter().find(|it| it.target.as_str() == "http://a.example/tzgg/rss.xml").unwrap();
    assert_eq!((&dead.state, dead.checks.len()), (&LinkState::Broken(Breakage::Status(404)), 2));
}

#[tokio::test]
async fn pages_made_without_end_come_to_an_end() {
    let server = Server::start(|_, what| match what {
        it if it.contains("robots") || it.contains("sitemap") || it.contains("govcensus") => not_found(),
        "a.example/" => links(&["/show.jsp?id=1", "/same/1x.html"]),
        // Each leads to the next one, and looks the same.
        it if it.contains("/same/") => {
            links(&["/same/a.html", "/same/b.html", "/same/c.html", "/same/d.html", "/same/e.html"])
        }
        it => {
            let id: u32 = it.rsplit('=').next().unwrap().parse().unwrap_or(0);
            page(format!("<p>{id}</p><a href=/show.jsp?id={}>next</a>", id + 1))
        }
    })
    .await;
    let few = Limits { pages_of_template: 5, same_content: 2, ..limits() };
    let walked = walked(&site(), &server, few).await;
    assert_eq!(walked.walk.end, End::Whole);
    assert_eq!(walked.results("http://a.example/show.jsp?id=5"), [(Method::Get, 1, Ok(200))]);
    assert_eq!(walked.reason("http://a.example/show.jsp?id=6"), Some(Skip::TemplateLimit));
    assert!(walked.results("http://a.example/show.jsp?id=7").is_empty());
}

#[tokio::test]
async fn a_host_that_was_silent_for_a_while_is_read_when_it_is_back() {
    let asked = AtomicUsize::new(0);
    let server = Server::start(move |_, what| match what {
        "a.example/" => links(&["/1.html", "/2.html", "/3.html", "/4.html", "/5.html"]),
        it if it.contains("robots") || it.contains("sitemap") || it.contains("govcensus") => not_found(),
        _ if asked.fetch_add(1, Ordering::SeqCst) < 2 => Say::HangUp,
        _ => page("<p>back</p>"),
    })
    .await;
    let walked = walked(&site(), &server, Limits { silent_after: 2, ..limits() }).await;
    for number in 1..=5 {
        let last = walked.results(&format!("http://a.example/{number}.html")).last().copied();
        assert_eq!(last, Some((Method::Get, 2, Ok(200))), "{number}");
    }
}
