//! Regular expressions, each compiled once.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// A pattern that is compiled when it is first used.
pub(super) type Pattern = LazyLock<Regex>;

/// Compiles a pattern written in this module.
pub(super) fn compile(text: &str) -> Regex {
    Regex::new(text).expect("patterns of this module are constants, and a test uses each of them")
}

/// The groups of the first match.
///
/// The match is found first: that is far cheaper than telling its groups, which are then told of a short text. So the
/// pattern must not look at what stands around its match.
pub(super) fn groups<'t>(pattern: &Regex, text: &'t str) -> Option<Captures<'t>> {
    pattern.captures(pattern.find(text)?.as_str())
}
