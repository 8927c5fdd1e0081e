//! Serves the misbehaving city of the tests to whoever wants to try a crawler on it.
//!
//! ```text
//! cargo run --example misbehaving -- [SEED] [FOLDER]
//! ```
//!
//! Prints how each host is connected to, as options of `govcensus` and as entries of `curl --resolve`, and writes the
//! certificate of the city's own authority to FOLDER/authority.pem. Ends when its input does, and prints what each host
//! was asked: how often, at what shortest gap, and how many times at a time at the most. Hosts that are not printed are
//! those whose names lead nowhere: the tests bring a name service of their own for them, whoever tries a crawler has
//! one already that knows no `.example`.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "this is a small command")]

#[expect(dead_code, reason = "the tests use more of it")]
#[path = "../tests/suite/misbehaving.rs"]
mod misbehaving;
#[expect(dead_code, reason = "the tests use more of it")]
#[path = "../tests/suite/secure.rs"]
mod secure;
#[expect(dead_code, reason = "the tests use more of it")]
#[path = "../tests/suite/server.rs"]
mod server;

use std::io::Read as _;
use std::path::PathBuf;

use misbehaving::{Fault, HOME, Misbehaving};

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let seed = arguments.next().and_then(|it| it.parse().ok()).unwrap_or(1);
    let folder = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let city = Misbehaving::start(seed).await;
    let authority = folder.join("authority.pem");
    govcensus::report::write(&authority, city.authority.certificate.pem().as_bytes()).unwrap();
    println!("{HOME}, seed {seed}, {} faults, authority {}", Fault::ALL.len(), authority.display());
    for (host, address) in &city.hosts {
        println!("--resolve {host}:*:{address}");
    }
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await.unwrap().unwrap();
    for (host, seen) in city.seen() {
        let gap =
            seen.shortest_gap().map_or("-".to_owned(), |it| format!("{:.1} ms", it.as_secs_f64() * 1e3));
        println!(
            "{host}: asked {} times, shortest gap {gap}, at most {} at a time",
            seen.at.len(),
            seen.most
        );
    }
}
