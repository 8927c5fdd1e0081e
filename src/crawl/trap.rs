//! Addresses that lead nowhere new: loops of relative links, endless calendars, session ids.
//!
//! Knows addresses alone, not pages. The numbers are those of Heritrix and of the crawlers in `peers.md` 6.1.

use super::Skip;
use crate::base::{Address, Day};

const LONGEST: usize = 2048;
const MOST_SEGMENTS: usize = 20;
const MOST_OF_ONE_SEGMENT: usize = 2;
const MOST_PARAMETERS: usize = 20;
const MOST_OF_ONE_PARAMETER: usize = 5;

/// Years before and after today that a calendar may be asked about.
const YEARS: std::ops::RangeInclusive<i16> = -30..=2;

/// Why this address is not asked for at all. A link that is only checked leads no further, so nothing else about it
/// can be a trap.
pub(super) fn too_long(address: &Address) -> Option<Skip> {
    (address.as_str().len() > LONGEST).then_some(Skip::TooLong)
}

/// Why this address is not read as a page, when it looks like a trap. `today` is the day of the walk.
pub(super) fn trap(address: &Address, today: Day) -> Option<Skip> {
    if let Some(skip) = too_long(address) {
        return Some(skip);
    }
    let segments: Vec<&str> = address.path().split('/').filter(|it| !it.is_empty()).collect();
    if segments.len() > MOST_SEGMENTS {
        return Some(Skip::TooManySegments);
    }
    // Dates repeat themselves (/2017/12/12/12.html); words do not.
    let repeats = |segment: &&&str| !segment.bytes().all(|byte| byte.is_ascii_digit());
    if segments.iter().filter(repeats).any(|it| count(&segments, it) > MOST_OF_ONE_SEGMENT) {
        return Some(Skip::RepeatedSegment);
    }
    if segments.iter().any(|it| it.len() > 4 && it.starts_with("www.") || *it == address.host()) {
        return Some(Skip::HostInPath);
    }
    let names: Vec<String> = address.url().query_pairs().map(|(name, _)| name.into_owned()).collect();
    let repeated = || names.iter().any(|it| count(&names, it) > MOST_OF_ONE_PARAMETER);
    if names.len() > MOST_PARAMETERS || repeated() {
        return Some(Skip::TooManyParameters);
    }
    is_endless_calendar(address, today).then_some(Skip::Calendar)
}

fn count<T: PartialEq>(all: &[T], one: &T) -> usize {
    all.iter().filter(|it| *it == one).count()
}

/// `?year=2063`, `?y=1901&m=3`, `?date=2050-01`: a page that always links to the next one.
fn is_endless_calendar(address: &Address, today: Day) -> bool {
    address.url().query_pairs().any(|(name, value)| {
        let is_date = matches!(name.to_ascii_lowercase().as_str(), "year" | "y" | "date" | "month" | "nian");
        let digits: String = value.chars().take_while(char::is_ascii_digit).collect();
        let year = (digits.len() == 4 || (is_date && digits.len() >= 6))
            .then(|| digits.get(..4).and_then(|it| it.parse::<i16>().ok()))
            .flatten();
        is_date && year.is_some_and(|year| year > 1000 && !YEARS.contains(&(year - today.year())))
    })
}

#[cfg(test)]
mod tests {
    use super::{Skip, trap};

    fn skip(url: &str) -> Option<Skip> {
        trap(&url.parse().unwrap(), "2017-12-15".parse().unwrap())
    }

    #[test]
    fn ordinary_addresses_are_no_traps() {
        for url in [
            "http://a.example/tzgg/201712/t20171212_12.html",
            "http://a.example/2017/12/12/12/12.shtml",
            "http://a.example/col/col1/index.html?uid=3&pageNum=2&year=2016",
            "http://a.example/a/b/a/b.html",
            "http://a.example/show?id=2063",
        ] {
            assert_eq!(skip(url), None, "{url}");
        }
    }

    #[test]
    fn each_trap_has_its_own_reason() {
        let long = format!("http://a.example/{}", "x".repeat(3000));
        let deep =
            format!("http://a.example{}", (0..30).map(|n| format!("/a{n}")).collect::<Vec<_>>().concat());
        let many =
            format!("http://a.example/?{}", (0..30).map(|n| format!("p{n}=1&")).collect::<Vec<_>>().concat());
        for (url, reason) in [
            (long.as_str(), Skip::TooLong),
            (&deep, Skip::TooManySegments),
            (&many, Skip::TooManyParameters),
            ("http://a.example/xx/xx/xx/index.html", Skip::RepeatedSegment),
            ("http://a.example/?a=1&a=1&a=1&a=1&a=1&a=1", Skip::TooManyParameters),
            ("http://a.example/www.b.example/index.html", Skip::HostInPath),
            ("http://a.example/rl?year=2063&month=1", Skip::Calendar),
            ("http://a.example/rl?date=196301", Skip::Calendar),
        ] {
            assert_eq!(skip(url), Some(reason), "{url}");
        }
    }
}
