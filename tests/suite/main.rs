//! The tests that look at the whole program, in one binary.

mod city;
mod cli;
mod crawl;
mod fixtures;
mod golden;
mod schema;
mod server;
mod tidy;
