//! The `govcensus` command: parse, run, exit code.

fn main() -> std::process::ExitCode {
    govcensus::cli::main()
}
