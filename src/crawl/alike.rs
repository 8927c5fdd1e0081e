//! Pages that are made without end: addresses of one template, and many addresses with the same content.
//!
//! Counts what was read; knows nothing of why. A column is never held back: only articles are made by the thousand.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use flate2::Crc;

use super::Limits;
use super::Skip;
use super::frontier::{Rank, Task, Turn};
use crate::base::{Address, Digest};

/// What was read so far in one walk.
#[derive(Debug, Default)]
pub(super) struct Alike {
    templates: HashMap<u64, u32>,
    contents: HashMap<i64, u32>,
}

impl Alike {
    /// Notes an address of which a page was asked before this walk went on.
    pub(super) fn asked_before(&mut self, address: &str) {
        *self.templates.entry(template(address)).or_default() += 1;
    }

    /// Whether one more page of this template is too many; counts it when it is not.
    pub(super) fn too_many(&mut self, turn: &Turn, limits: &Limits) -> Option<Skip> {
        if turn.task != Task::Page || turn.attempt > 1 {
            return None;
        }
        let count = self.templates.entry(template(turn.address.as_str())).or_default();
        if turn.rank == Rank::Article && *count >= limits.pages_of_template {
            return Some(Skip::TemplateLimit);
        }
        *count += 1;
        None
    }

    /// Notes that a content came before this walk went on.
    pub(super) fn came_before(&mut self, content: i64) {
        *self.contents.entry(content).or_default() += 1;
    }

    /// Whether the same bytes have come at so many addresses below one folder that nothing new is to be expected.
    pub(super) fn repeats(&mut self, content: i64, limits: &Limits) -> bool {
        self.came_before(content);
        self.contents.get(&content).is_some_and(|it| *it > limits.same_content)
    }
}

/// The same number for the same bytes below one folder, today and in whichever version of this program goes on with a
/// walk. A checksum is enough: what it is asked for is whether the same comes again and again, and a digest of every
/// body is dear.
pub(super) fn content(address: &Address, body: &[u8]) -> i64 {
    let folder = address.path().rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut sum = Crc::new();
    sum.update(body);
    let place = format!("{}{folder} {:08x} {}", address.origin(), sum.sum(), body.len());
    Digest::of(place).number().cast_signed()
}

/// The same number for addresses that differ in numbers and in the values of their parameters alone.
fn template(address: &str) -> u64 {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let letters: String = path.chars().filter(|it| !it.is_ascii_digit()).collect();
    let mut names: Vec<&str> = query.split('&').map(|it| it.split('=').next().unwrap_or_default()).collect();
    names.sort_unstable();
    hash(&(letters, names))
}

fn hash(of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::{Alike, content, template};
    use crate::crawl::frontier::{Rank, Task, Turn};
    use crate::crawl::{Limits, Skip};

    fn turn(url: &str, rank: Rank) -> Turn {
        let address = url.parse().unwrap();
        Turn { id: 1, address, task: Task::Page, rank, depth: 1, pager: 0, attempt: 1 }
    }

    #[test]
    fn addresses_that_differ_in_numbers_alone_are_of_one_template() {
        let same = |a: &str, b: &str| template(a) == template(b);
        assert!(same(
            "http://a.example/201712/t20171212_1.html",
            "http://a.example/201801/t20180101_22.html"
        ));
        assert!(same("http://a.example/show.jsp?id=1&c=x", "http://a.example/show.jsp?c=y&id=2"));
        assert!(!same("http://a.example/tzgg/1.html", "http://a.example/zcwj/1.html"));
        assert!(!same("http://a.example/show.jsp?id=1", "http://a.example/show.jsp?page=1"));
    }

    #[test]
    fn articles_of_one_template_have_an_end_and_columns_have_none() {
        let limits = Limits { pages_of_template: 2, ..Limits::default() };
        let mut alike = Alike::default();
        alike.asked_before("http://a.example/show?id=0");
        assert_eq!(alike.too_many(&turn("http://a.example/show?id=1", Rank::Article), &limits), None);
        let third = turn("http://a.example/show?id=2", Rank::Article);
        assert_eq!(alike.too_many(&third, &limits), Some(Skip::TemplateLimit));
        assert_eq!(alike.too_many(&turn("http://a.example/show?id=3", Rank::List), &limits), None);
    }

    #[test]
    fn the_same_bytes_at_many_addresses_of_a_folder_are_a_trap() {
        let limits = Limits { same_content: 2, ..Limits::default() };
        let mut alike = Alike::default();
        let mut repeats =
            |url: &str, body: &[u8]| alike.repeats(content(&url.parse().unwrap(), body), &limits);
        assert!(!repeats("http://a.example/x?n=1", b"same") && !repeats("http://a.example/x?n=2", b"same"));
        assert!(repeats("http://a.example/x?n=3", b"same"));
        assert!(!repeats("http://a.example/x?n=4", b"other") && !repeats("http://a.example/y/x", b"same"));
    }
}
