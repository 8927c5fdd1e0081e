//! sitemap.xml and sitemap indexes.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::base::Address;

/// More addresses than this are not taken from one sitemap (the protocol's own limit).
const MOST: usize = 50_000;

/// The addresses a sitemap or a sitemap index names, in order. Anything that is no sitemap names none.
pub fn sitemap(bytes: &[u8]) -> Vec<Address> {
    let text = String::from_utf8_lossy(bytes);
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    reader.config_mut().check_end_names = false;
    let mut found = Vec::new();
    let mut inside: Option<String> = None;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) if tag.local_name().as_ref() == "loc" => inside = Some(String::new()),
            Ok(Event::End(tag)) if tag.local_name().as_ref() == "loc" => {
                found.extend(inside.take().and_then(|it| it.parse::<Address>().ok()));
                if found.len() >= MOST {
                    return found;
                }
            }
            // An address with `&amp;` comes in three pieces.
            Ok(Event::Text(piece)) => {
                if let Some(text) = &mut inside {
                    text.push_str(&piece);
                }
            }
            Ok(Event::CData(piece)) => {
                if let Some(text) = &mut inside {
                    text.push_str(&piece);
                }
            }
            Ok(Event::GeneralRef(entity)) => {
                if let Some(text) = &mut inside {
                    text.push_str(match &*entity {
                        "amp" => "&",
                        "lt" => "<",
                        "gt" => ">",
                        "quot" => "\"",
                        "apos" => "'",
                        _ => "",
                    });
                }
            }
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sitemap;

    #[test]
    fn addresses_are_read_whole() {
        let xml = "<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\
                   <url><loc> http://a.example/x?a=1&amp;b=2 </loc></url><url><loc><![CDATA[http://a.example/y]]></loc></url>\
                   <url><loc>nonsense</loc></url></urlset>";
        let found: Vec<String> = sitemap(xml.as_bytes()).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["http://a.example/x?a=1&b=2", "http://a.example/y"]);
    }

    #[test]
    fn an_index_names_its_sitemaps_and_junk_names_none() {
        let xml = "<sitemapindex><sitemap><loc>http://a.example/1.xml</loc></sitemap></sitemapindex>";
        assert_eq!(sitemap(xml.as_bytes()).len(), 1);
        assert_eq!(sitemap(b"<html><p>404").len(), 0);
        assert_eq!(sitemap(&[0xff, 0xfe, 0]).len(), 0);
    }
}
