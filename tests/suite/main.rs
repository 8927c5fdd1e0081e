//! The tests that look at the whole program, in one binary.

mod crawl;
mod fixtures;
mod schema;
mod server;
mod tidy;
