//! The tests that look at the whole program, in one binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod alerts;
mod bombs;
mod city;
mod cli;
mod compare;
mod crawl;
mod fixtures;
mod golden;
mod guards;
mod killed;
mod line;
mod misbehaving;
mod misbehaviour;
mod mistakes;
mod pages;
mod plan;
mod polite;
mod probe_audit;
mod probe_command;
mod probing;
mod resumed;
mod schema;
mod secure;
mod served;
mod server;
mod tidy;
mod tls;
mod walking;
mod watching;
