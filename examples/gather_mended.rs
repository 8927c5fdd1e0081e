//! Walks three portals of the fixture city after `fixtures/city-mended` has been laid over it, on loopback.
//!
//! ```text
//! cargo run --example gather_mended -- OUT
//! ```
//!
//! This is how `fixtures/evidence/city-mended` was made; it is kept to show how, not to make it anew.

#![expect(clippy::print_stderr, reason = "this is a small command")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use govcensus::cli::city;
use govcensus::cli::serve::{self, Saved, Shelf};
use govcensus::crawl::{Limits, Listener, Names, Start};
use govcensus::drive::{self, Gathering, Record, RunFolder};
use tokio_util::sync::CancellationToken;

/// The portals that are walked, and the body without a site that stands beside them in the first archive.
const SITES: [&str; 4] = ["dongping", "finance", "civil-affairs", "archives"];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Some(out) = std::env::args().nth(1) else {
        eprintln!("usage: gather_mended OUT");
        return Ok(());
    };
    let mut shelf = city::shelf()?;
    lay_over(&mut shelf, Path::new("fixtures/city-mended/sites"))?;
    let hosts: Vec<String> = shelf.hosts().map(str::to_owned).collect();
    let server = serve::serve(shelf).await?;
    let limits = Limits { rate: 200.0, second_chance_after: Duration::from_millis(50), ..Limits::default() };
    let mut record =
        Record::begin("demo-mended".to_owned(), "fixtures/city/roster.toml".to_owned(), limits.rate);
    record.sites = SITES.map(str::to_owned).to_vec();
    let folder = RunFolder::new(out);
    let gathering = Gathering {
        folder: &folder,
        record,
        registry: &city::registry()?,
        roster: city::roster_text(),
        limits,
        names: hosts.iter().fold(Names::closed(), |names, host| names.with(host, None, server)),
        start: Start::Afresh,
    };
    drive::gather(gathering, Listener::none(), CancellationToken::new()).await?;
    Ok(())
}

/// Puts every file of a folder of hosts on the shelf, over what may stand there.
fn lay_over(shelf: &mut Shelf, hosts: &Path) -> anyhow::Result<()> {
    for host in fs::read_dir(hosts)? {
        let host = host?.path();
        let name = host.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut ahead: Vec<PathBuf> = vec![host.clone()];
        while let Some(path) = ahead.pop() {
            if path.is_dir() {
                ahead.extend(fs::read_dir(&path)?.flatten().map(|it| it.path()));
                continue;
            }
            let file = format!("/{}", path.strip_prefix(&host)?.to_string_lossy());
            shelf.put(&name, &file, Saved::file(&file, fs::read(&path)?));
        }
    }
    Ok(())
}
