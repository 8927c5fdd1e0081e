//! The page reader and what it stands on, and nothing else of the program: a fuzzer wants to be built in a minute.

#[path = "../../src/base/mod.rs"]
pub mod base;
#[path = "../../src/page/mod.rs"]
pub mod page;
