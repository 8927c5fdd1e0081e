//! Serves a folder of saved pages on loopback under their own host names, and checks every host of it.
//!
//! ```text
//! cargo run --release --example check_saved -- FOLDER OUT YYYY-MM-DD
//! ```
//!
//! `FOLDER` holds `pages/<host>/…`, and may hold `INDEX.tsv` with the file and its original address in the first two
//! columns; a page without an address stands at `/<file name>`. The walk of a host begins at its home page, else at
//! the first of its pages. Nothing leaves this machine: hosts outside the folder do not exist, so dead links in
//! these reports prove nothing. Titles, dates, lists and the absence of panics are what this is for.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is a small command")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use govcensus::base::Address;
use govcensus::cli;
use govcensus::cli::serve::{Saved, Shelf};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [folder, out, as_of] = &args[..] else {
        eprintln!("usage: check_saved FOLDER OUT YYYY-MM-DD");
        return ExitCode::from(2);
    };
    check(Path::new(folder), Path::new(out), as_of).unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::from(2)
    })
}

fn check(folder: &Path, out: &Path, as_of: &str) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut shelf = Shelf::default();
    let mut homes: BTreeMap<String, Address> = BTreeMap::new();
    for (path, address) in saved(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        shelf.put(address.host(), address.path(), Saved::file(&name, fs::read(&path)?));
        let home = homes.entry(address.host().to_owned()).or_insert_with(|| address.clone());
        if address.is_root() {
            *home = address;
        }
    }
    println!("{} hosts", homes.len());
    Ok(cli::check_saved(shelf, &roster(&homes), "saved pages", as_of.parse()?, out).into())
}

/// Every saved page with the address it is served at.
fn saved(folder: &Path) -> Result<Vec<(PathBuf, Address)>, Box<dyn std::error::Error>> {
    let index = fs::read_to_string(folder.join("INDEX.tsv")).unwrap_or_default();
    let known: BTreeMap<&str, Address> = index
        .lines()
        .filter_map(|line| {
            let (file, rest) = line.split_once('\t')?;
            let address = rest.split('\t').next()?.split_whitespace().next()?;
            Some((file, address.parse().ok()?))
        })
        .collect();
    let mut pages = Vec::new();
    let mut hosts: Vec<PathBuf> = fs::read_dir(folder.join("pages"))?.flatten().map(|it| it.path()).collect();
    hosts.sort();
    for host in hosts {
        let mut files: Vec<PathBuf> = fs::read_dir(&host)?.flatten().map(|it| it.path()).collect();
        files.sort();
        let host_name = host.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        // A folder that is no host name gets one.
        let host_name = if host_name.contains('_') {
            format!("{}.example", host_name.replace('_', "-"))
        } else {
            host_name
        };
        for file in files.into_iter().filter(|it| it.extension().is_some_and(|it| it == "html")) {
            let name = file.strip_prefix(folder)?.to_string_lossy().into_owned();
            let stem = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let address = match known.get(name.as_str()).filter(|it| it.host() == host_name) {
                // The server speaks http only.
                Some(address) => address.as_str().replacen("https:", "http:", 1).parse()?,
                None if stem == "home-index.html" => format!("http://{host_name}/").parse()?,
                None => format!("http://{host_name}/{stem}").parse()?,
            };
            pages.push((file, address));
        }
    }
    Ok(pages)
}

fn roster(homes: &BTreeMap<String, Address>) -> String {
    let mut roster = "[city]\nname = \"保存的网页\"\n".to_owned();
    for (number, (host, home)) in homes.iter().enumerate() {
        let _ = write!(
            roster,
            "\n[[site]]\nid = \"s{number:03}\"\nname = \"{host}\"\nurl = \"{home}\"\nclass = \"county\"\n\
             max_pages = 60\nrate = 200\nrobots = \"owner-consents\"\nreason = \"saved pages on loopback\"\n"
        );
    }
    roster
}
