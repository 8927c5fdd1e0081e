//! The `govcensus` command: parse, run, exit code.

fn main() {}
