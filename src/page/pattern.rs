//! Regular expressions, each compiled once.

use std::sync::LazyLock;

use regex::Regex;

/// A pattern that is compiled when it is first used.
pub(super) type Pattern = LazyLock<Regex>;

/// Compiles a pattern written in this module.
pub(super) fn compile(text: &str) -> Regex {
    Regex::new(text).expect("patterns of this module are constants, and a test uses each of them")
}
