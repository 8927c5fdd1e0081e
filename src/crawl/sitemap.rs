//! Addresses in a sitemap.xml or in an index of such files, gzipped or not; and in a feed (RSS, Atom).

use std::io::{BufReader, Read};

use flate2::read::MultiGzDecoder;
use quick_xml::Reader;
use quick_xml::encoding::DecodingReader;
use quick_xml::events::{BytesStart, Event};

use crate::base::Address;

/// Addresses that one file may hold (sitemaps.org).
const MOST: usize = 50_000;

/// What a file lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sitemap {
    /// Pages.
    pub pages: Vec<Address>,
    /// Further sitemaps.
    pub sitemaps: Vec<Address>,
}

/// Reads a file of at most `limit` unpacked bytes. What cannot be read ends the reading; what came before is used.
pub(super) fn read(address: &Address, body: &[u8], limit: usize) -> Sitemap {
    let mut unpacked = Vec::new();
    let body = if body.starts_with(&[0x1f, 0x8b]) {
        // A broken file is read as far as it goes.
        let _ = MultiGzDecoder::new(body).take(limit as u64).read_to_end(&mut unpacked);
        &unpacked
    } else {
        body
    };
    let mut reader = Reader::from_reader(BufReader::new(DecodingReader::new(body)));
    let (mut buffer, mut sitemap, mut is_index) = (Vec::new(), Sitemap::default(), false);
    let (mut location, mut in_entry) = (None::<String>, false);
    while sitemap.pages.len() + sitemap.sitemaps.len() < MOST {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag)) => match tag.local_name().as_ref() {
                "sitemap" => is_index = true,
                "url" => is_index = false,
                "item" | "entry" => in_entry = true,
                "loc" => location = Some(String::new()),
                // Outside of an entry it is the site itself. Atom has the address in an attribute.
                "link" if in_entry => location = Some(href(&tag)),
                _ => {}
            },
            Ok(Event::Empty(tag)) if in_entry && tag.local_name().as_ref() == "link" => {
                sitemap.pages.extend(address.join(&href(&tag)).ok());
            }
            Ok(Event::Text(text)) => {
                if let Some(location) = &mut location {
                    location.push_str(&text);
                }
            }
            Ok(Event::CData(text)) => {
                if let Some(location) = &mut location {
                    location.push_str(&text);
                }
            }
            Ok(Event::GeneralRef(entity)) => {
                if let Some(location) = &mut location {
                    location.push_str(character(&entity));
                }
            }
            Ok(Event::End(tag)) if matches!(tag.local_name().as_ref(), "loc" | "link") => {
                let found = location.take().and_then(|it| address.join(&it).ok());
                if is_index { &mut sitemap.sitemaps } else { &mut sitemap.pages }.extend(found);
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    sitemap
}

/// The `href` of a tag; empty when it has none.
fn href(tag: &BytesStart<'_>) -> String {
    let attribute = tag.try_get_attribute("href").ok().flatten();
    attribute.map_or(String::new(), |it| it.value.replace("&amp;", "&"))
}

/// The five entities that XML knows; an address needs no other.
fn character(entity: &str) -> &'static str {
    match entity {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::{Sitemap, read};

    fn listed(body: &[u8]) -> (Vec<String>, Vec<String>) {
        let Sitemap { pages, sitemaps } =
            read(&"http://a.example/sitemap.xml".parse().unwrap(), body, 1 << 20);
        let texts = |list: Vec<crate::base::Address>| list.iter().map(ToString::to_string).collect();
        (texts(pages), texts(sitemaps))
    }

    const PAGES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
        <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
        <url><loc> http://a.example/x?a=1&amp;b=2 </loc><lastmod>2017-12-15</lastmod></url>
        <url><loc><![CDATA[/y]]></loc></url><url><loc>ftp://a.example/</loc></url></urlset>"#;

    #[test]
    fn pages_and_further_sitemaps_are_found() {
        let pages = ["http://a.example/x?a=1&b=2", "http://a.example/y"];
        assert_eq!(listed(PAGES.as_bytes()).0, pages);
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(PAGES.as_bytes()).unwrap();
        assert_eq!(listed(&packed.finish().unwrap()).0, pages);
        let index = "<sitemapindex><sitemap><loc>/s1.xml.gz</loc></sitemap></sitemapindex>";
        assert_eq!(listed(index.as_bytes()).1, ["http://a.example/s1.xml.gz"]);
    }

    #[test]
    fn a_feed_lists_its_entries_and_not_itself() {
        let rss = "<rss><channel><link>http://a.example/</link><item><title>x</title>\
                   <link>http://a.example/1.html?a=1&amp;b=2</link></item><item><link><![CDATA[/2.html]]></link></item>";
        assert_eq!(listed(rss.as_bytes()).0, ["http://a.example/1.html?a=1&b=2", "http://a.example/2.html"]);
        let atom = "<feed><link href='/'/><entry><link href='/1.html?a=1&amp;b=2'/></entry>\
                    <entry><link rel='alternate' href='/2.html'></link></entry></feed>";
        assert_eq!(listed(atom.as_bytes()).0, ["http://a.example/1.html?a=1&b=2", "http://a.example/2.html"]);
    }

    #[test]
    fn what_is_no_sitemap_lists_nothing_and_is_no_panic() {
        for body in ["", "<html><p>404</html>", "<urlset><url><loc>http://a.example/", "\0\u{1}<<>>"] {
            assert_eq!(listed(body.as_bytes()), (Vec::new(), Vec::new()), "{body}");
        }
    }
}
