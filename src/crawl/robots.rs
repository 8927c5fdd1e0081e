//! robots.txt as RFC 9309 reads it, with Crawl-delay and Sitemap.
//!
//! Knows bytes and paths; fetching the file, and what an unreachable one means, is the business of `fetch::guarded`.

use std::fmt::Write;
use std::time::Duration;

use crate::base::Address;

/// Our product token, as it stands in the User-Agent.
const PRODUCT: &str = "govcensus";

/// What is read of a file; the rest is left out (RFC 9309, 2.5).
const LIMIT: usize = 500 * 1024;

/// What a robots.txt says to us.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Rules {
    list: Vec<Rule>,
    /// How long to wait between two requests.
    pub crawl_delay: Option<Duration>,
    /// Addresses of sitemaps, as written.
    pub sitemaps: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
struct Rule {
    allow: bool,
    /// Normalised as [`normal`] does.
    pattern: String,
}

impl Rules {
    /// Reads a file. Whatever is no rule is passed over; no file is an error.
    pub(super) fn parse(file: &[u8]) -> Self {
        let file = &file[..file.len().min(LIMIT)];
        let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
        let mut reader = Reader::default();
        for line in file.split(|byte| matches!(byte, b'\n' | b'\r')) {
            reader.line(line);
        }
        reader.finish()
    }

    /// Whether the address may be asked for. The longest rule decides; of two alike, the one that allows.
    pub(super) fn allow(&self, address: &Address) -> bool {
        let path = normal(address.path_and_query().as_bytes());
        if path == "/robots.txt" {
            return true;
        }
        let longest = self
            .list
            .iter()
            .filter(|rule| matches(&rule.pattern, &path))
            .max_by_key(|rule| (rule.pattern.len(), rule.allow));
        longest.is_none_or(|rule| rule.allow)
    }
}

/// Whom the lines being read are for.
#[derive(Clone, Copy, Debug, Default)]
struct Group {
    us: bool,
    all: bool,
}

#[derive(Debug, Default)]
struct Reader {
    ours: Rules,
    everyones: Rules,
    /// A group names us, even if it has no rules.
    named: bool,
    group: Group,
    /// The last line was a rule, so the next user-agent begins another group.
    in_rules: bool,
    sitemaps: Vec<String>,
}

impl Reader {
    fn line(&mut self, line: &[u8]) {
        let line = line.split(|byte| *byte == b'#').next().unwrap_or_default();
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { return };
        let (key, value) = (line[..colon].trim_ascii(), line[colon + 1..].trim_ascii());
        match key.to_ascii_lowercase().as_slice() {
            b"user-agent" | b"useragent" | b"user agent" => self.agent(value),
            b"allow" => self.rule(true, value),
            b"disallow" | b"dissallow" | b"disalow" => self.rule(false, value),
            b"crawl-delay" => self.delay(value),
            b"sitemap" | b"site-map" => self.sitemaps.push(String::from_utf8_lossy(value).into_owned()),
            _ => {}
        }
    }

    fn agent(&mut self, value: &[u8]) {
        if self.in_rules {
            (self.in_rules, self.group) = (false, Group::default());
        }
        let token = value.split(|byte| !(byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_'))).next();
        if token.is_some_and(|it| it.eq_ignore_ascii_case(PRODUCT.as_bytes())) {
            (self.group.us, self.named) = (true, true);
        }
        let mut words = value.split(u8::is_ascii_whitespace);
        self.group.all |= words.next() == Some(b"*");
    }

    fn rule(&mut self, allow: bool, value: &[u8]) {
        self.in_rules = true;
        // An empty rule forbids nothing and allows nothing.
        if value.is_empty() {
            return;
        }
        for rules in self.targets() {
            rules.list.push(Rule { allow, pattern: normal(value) });
        }
    }

    fn delay(&mut self, value: &[u8]) {
        self.in_rules = true;
        let seconds: Option<f64> = std::str::from_utf8(value).ok().and_then(|it| it.parse().ok());
        let Some(delay) = seconds.and_then(|it| Duration::try_from_secs_f64(it).ok()) else { return };
        for rules in self.targets() {
            rules.crawl_delay = Some(rules.crawl_delay.map_or(delay, |it| it.max(delay)));
        }
    }

    fn targets(&mut self) -> impl Iterator<Item = &mut Rules> {
        let Group { us, all } = self.group;
        [(us, &mut self.ours), (all, &mut self.everyones)]
            .into_iter()
            .filter_map(|(it, rules)| it.then_some(rules))
    }

    fn finish(self) -> Rules {
        let rules = if self.named { self.ours } else { self.everyones };
        Rules { sitemaps: self.sitemaps, ..rules }
    }
}

/// A path in one spelling: what need not be escaped is not, everything else is, in upper case (RFC 9309, 2.2.2).
fn normal(path: &[u8]) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let [byte, tail @ ..] = rest {
        let (byte, escaped, tail) = match tail {
            [high, low, tail @ ..] if *byte == b'%' => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => (high << 4 | low, true, tail),
                _ => (*byte, false, &rest[1..]),
            },
            _ => (*byte, false, tail),
        };
        let plain = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        if plain || (!escaped && byte.is_ascii_graphic()) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        rest = tail;
    }
    out
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|it| u8::try_from(it).ok())
}

/// Whether `path` begins with `pattern`, in which `*` stands for anything and a last `$` for the end.
///
/// Each literal part is found at its leftmost place, which is enough: time grows with path and pattern, not with
/// the number of ways to match.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, to_the_end) = pattern.strip_suffix('$').map_or((pattern, false), |it| (it, true));
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return !to_the_end || rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if to_the_end && parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(place) = rest.find(part) else { return false };
        rest = &rest[place + part.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{LIMIT, Rules};

    fn allows(file: impl AsRef<[u8]>, path: &str) -> bool {
        Rules::parse(file.as_ref()).allow(&format!("http://a.example{path}").parse().unwrap())
    }

    /// The table of RFC 9309, 2.2.2 and Google's published table of paths: rule, what it matches, what it does not.
    const TABLE: &[(&str, &[&str], &[&str])] = &[
        ("/", &["/", "/any"], &[]),
        ("/*", &["/", "/any"], &[]),
        ("/$", &["/"], &["/any"]),
        (
            "/fish",
            &["/fish", "/fish.html", "/fish/salmon.html", "/fishheads", "/fish.php?id=a"],
            &["/Fish.asp", "/catfish", "/?id=fish", "/desert/fish"],
        ),
        (
            "/fish*",
            &["/fish", "/fish.html", "/fishheads/yummy.html", "/fish.php?id=a"],
            &["/Fish.asp", "/catfish", "/?id=fish"],
        ),
        (
            "/fish/",
            &["/fish/", "/fish/?id=a", "/fish/salmon.htm"],
            &["/fish", "/fish.html", "/animals/fish/", "/Fish/Salmon.asp"],
        ),
        (
            "/*.php",
            &[
                "/index.php",
                "/filename.php",
                "/folder/filename.php?parameters",
                "/folder/any.php.file.html",
                "/filename.php/",
            ],
            &["/", "/windows.PHP"],
        ),
        (
            "/*.php$",
            &["/filename.php", "/folder/filename.php"],
            &["/filename.php?parameters", "/filename.php/", "/filename.php5", "/windows.PHP"],
        ),
        ("/fish*.php", &["/fish.php", "/fishheads/catfish.php?parameters"], &["/Fish.PHP"]),
        ("/foo/bar?baz=quz", &["/foo/bar?baz=quz"], &["/foo/bar"]),
        ("/foo/bar/ツ", &["/foo/bar/%E3%83%84", "/foo/bar/ツ"], &["/foo/bar/x"]),
        ("/foo/bar/%E3%83%84", &["/foo/bar/%e3%83%84", "/foo/bar/ツ"], &[]),
        ("/foo/bar/%62%61%7A", &["/foo/bar/baz"], &["/foo/bar/%2562"]),
        ("/a%2fb", &["/a%2Fb"], &["/a/b"]),
        ("/*a*b*c$", &["/a-b-c", "/xaxbxcxc"], &["/a-b-cd", "/acb"]),
    ];

    #[test]
    fn paths_match_as_published() {
        for (rule, hits, misses) in TABLE {
            let file = format!("user-agent: *\ndisallow: {rule}\n");
            hits.iter().for_each(|path| assert!(!allows(&file, path), "{rule} should match {path}"));
            misses.iter().for_each(|path| assert!(allows(&file, path), "{rule} should not match {path}"));
        }
    }

    #[test]
    fn the_longest_rule_decides_and_of_two_alike_the_one_that_allows() {
        let file = |rules: &str| format!("user-agent: *\n{rules}");
        assert!(allows(file("allow: /p\ndisallow: /"), "/page"));
        assert!(allows(file("allow: /folder\ndisallow: /folder"), "/folder/page"));
        assert!(!allows(file("allow: /page\ndisallow: /*.htm"), "/page.htm"));
        assert!(allows(file("allow: /page\ndisallow: /*.ph"), "/page.php5"));
        assert!(allows(file("allow: /$\ndisallow: /"), "/"));
        assert!(!allows(file("allow: /$\ndisallow: /"), "/page.htm"));
        assert!(allows(file("disallow: /x\nallow: /x/index.html"), "/x/index.html"));
        assert!(allows(file("disallow:"), "/x"));
        assert!(allows(file("disallow: /"), "/robots.txt"));
    }

    #[test]
    fn our_own_group_wins_over_the_one_for_all() {
        let file =
            "User-Agent: *\nDisallow: /\n\nuser-agent: foobot\nuser-agent: GovCensus/1.0\ndisallow: /x\n";
        assert!(allows(file, "/y") && !allows(file, "/x"));
        let twice = "user-agent: govcensus\ndisallow: /a\nuser-agent: b\ndisallow: /c\nuser-agent: govcensus\ndisallow: /d\n";
        assert!(!allows(twice, "/a") && allows(twice, "/c") && !allows(twice, "/d"));
        assert!(allows("user-agent: govcensus-other\ndisallow: /\n", "/x"));
        assert!(allows("user-agent: govcensus\n\nuser-agent: *\ncrawl-delay: 1\n", "/x"));
    }

    #[test]
    fn lines_are_read_generously() {
        assert!(!allows("\u{feff}user-agent: *\ndisallow: /x", "/x"), "byte order mark");
        assert!(
            !allows("USER-AGENT : *\r\rDISALLOW : /x # no\r\n", "/x"),
            "case, blanks, comments, line ends"
        );
        assert!(!allows("user-agent: *\nsitemap: http://a.example/s\nfoo: bar\ndisallow: /x", "/x"));
        assert!(allows("disallow: /x\nuser-agent: *\n", "/x"), "a rule of no group");
        assert!(!allows(b"user-agent: * \xb2\xe2\ndisallow: /\xd5\xfe\n".as_slice(), "/%D5%FE"), "GBK");
        assert!(allows("<html><body>404: not found</body></html>", "/x"));
    }

    #[test]
    fn what_lies_beyond_the_limit_is_not_read() {
        let file = format!("user-agent: *\ndisallow: /x\n{}\ndisallow: /y\n", "#".repeat(LIMIT));
        assert!(!allows(&file, "/x") && allows(&file, "/y"));
    }

    #[test]
    fn delay_and_sitemaps_are_found() {
        let rules = Rules::parse(b"sitemap: http://a.example/1.xml\nuser-agent: *\ncrawl-delay: 2.5\nuser-agent: x\ncrawl-delay: 9\nSitemap: /2.xml");
        assert_eq!(rules.crawl_delay, Some(Duration::from_millis(2500)));
        assert_eq!(rules.sitemaps, ["http://a.example/1.xml", "/2.xml"]);
        assert_eq!(Rules::parse(b"user-agent: *\ncrawl-delay: -1\n").crawl_delay, None);
    }

    #[test]
    fn a_pattern_of_many_stars_is_no_trap() {
        let file = format!("user-agent: *\ndisallow: /{}x\n", "*a".repeat(5000));
        assert!(allows(file, &format!("/{}", "a".repeat(2000))));
    }
}
