//! The fixture city that is built into the program: its roster, its pages, and what differs from plain serving.

use std::path::Path;

use include_dir::{Dir, include_dir};

use crate::base::{Address, Complaints, Document, Fields};
use crate::site::Registry;

use super::serve::{Saved, Shelf};

static CITY: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/fixtures/city");

/// The day on which the city is inspected.
pub const AS_OF: &str = "2017-12-15";

/// The roster's text, as it stands in the file.
pub fn roster_text() -> &'static str {
    text("roster.toml")
}

/// The sites of the city.
pub fn registry() -> Result<Registry, Complaints> {
    Registry::parse(Path::new("fixtures/city/roster.toml"), roster_text())
}

/// Every page of the city and of the sites around it, on a shelf to be served.
pub fn shelf() -> Result<Shelf, Complaints> {
    let mut shelf = Shelf::default();
    for host in CITY.get_dir("sites").into_iter().flat_map(Dir::dirs) {
        put_all(&mut shelf, host, host.path());
    }
    let document = Document::parse(text("serve.toml"));
    for answer in document.root().tables("answer") {
        change(&mut shelf, &answer);
    }
    let complaints = document.into_complaints();
    if complaints.is_empty() {
        Ok(shelf)
    } else {
        Err(Complaints::new(Path::new("fixtures/city/serve.toml"), complaints))
    }
}

fn text(name: &str) -> &'static str {
    CITY.get_file(name).and_then(|file| file.contents_utf8()).unwrap_or_default()
}

fn put_all(shelf: &mut Shelf, folder: &Dir<'static>, host: &Path) {
    for file in folder.files() {
        let Ok(path) = file.path().strip_prefix(host) else { continue };
        let path = format!("/{}", path.to_string_lossy());
        shelf.put(
            &host.file_name().unwrap_or_default().to_string_lossy(),
            &path,
            Saved::file(&path, file.contents().to_vec()),
        );
    }
    for inner in folder.dirs() {
        put_all(shelf, inner, host);
    }
}

/// One `[[answer]]` of `serve.toml`: it changes a file's answer, or stands where there is no file.
fn change(shelf: &mut Shelf, answer: &Fields<'_>) {
    let address: Option<Address> = answer.parsed("url");
    let status = answer.count("status").and_then(|it| u16::try_from(it).ok());
    let (location, content_type) = (answer.text("location"), answer.text("content_type"));
    let Some(address) = address else { return };
    let apply = |saved: &mut Saved| {
        saved.status = status.unwrap_or(saved.status);
        saved.location.clone_from(&location);
        if let Some(content_type) = &content_type {
            saved.content_type = Some(content_type.clone());
        }
    };
    let path = address.path();
    let file = if path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    if !shelf.change(address.host(), &file, apply) {
        let mut saved = Saved::file(path, Vec::new());
        apply(&mut saved);
        shelf.put(address.host(), path, saved);
    }
}
