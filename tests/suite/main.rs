//! The tests that look at the whole program, in one binary.

mod crawl;
mod server;
mod tls;
