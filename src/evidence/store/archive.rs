//! The reading end of an archive: needs no lock, and uses what is there when some of it is broken.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::StoreError;
use super::index::{self, Entry};
use super::warc::{self, Kept, Unreadable};
use crate::base::Address;
use crate::evidence::{Citation, Exchange, Method};

/// A site's archive, opened for reading.
#[derive(Debug)]
pub struct Archive {
    folder: PathBuf,
    entries: Vec<Entry>,
    notes: Notes,
    breaks: Vec<String>,
}

impl Archive {
    /// Opens the archive in `folder`.
    ///
    /// Records that lie beyond the end of a shortened file are left out and the break is named. When the index is
    /// missing or cannot be read, the WARC files are read through instead.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        fs::metadata(folder).map_err(StoreError::io(folder))?;
        let mut archive =
            Self { folder: folder.to_owned(), entries: Vec::new(), notes: Vec::new(), breaks: Vec::new() };
        match read_index(&folder.join(index::FILE)) {
            Ok((entries, notes)) => {
                archive.entries = entries;
                archive.notes = notes;
            }
            Err(error) => {
                archive.breaks.push(format!("{}: {error}", index::FILE));
                archive.entries = archive.read_through()?;
            }
        }
        archive.leave_out_what_is_gone();
        Ok(archive)
    }

    /// Every exchange, in the order of keeping.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What of the archive could not be used, one line each; empty when it is whole.
    pub fn breaks(&self) -> &[String] {
        &self.breaks
    }

    /// What was noted under `key` about the whole archive.
    pub fn note(&self, key: &str) -> Option<&str> {
        self.notes.iter().find(|(it, _)| it == key).map(|(_, value)| value.as_str())
    }

    /// Reads one exchange. A digest that does not match is [`StoreError::Altered`].
    pub fn load(&self, citation: &Citation) -> Result<Exchange, StoreError> {
        load(&self.folder, citation)
    }

    fn leave_out_what_is_gone(&mut self) {
        let mut lengths: Vec<(String, u64)> = Vec::new();
        for entry in &self.entries {
            if !lengths.iter().any(|(name, _)| *name == entry.citation.warc) {
                let length = fs::metadata(self.folder.join(&entry.citation.warc)).map_or(0, |it| it.len());
                lengths.push((entry.citation.warc.clone(), length));
            }
        }
        for (name, length) in lengths {
            let before = self.entries.len();
            self.entries.retain(|it| it.citation.warc != name || it.end() <= length);
            let lost = before - self.entries.len();
            if lost > 0 {
                self.breaks.push(format!("{name}: ends at byte {length}, {lost} records are lost"));
            }
        }
    }

    /// Makes the index anew, in memory, from the records themselves.
    fn read_through(&mut self) -> Result<Vec<Entry>, StoreError> {
        let index = index::in_memory()?;
        let listing = fs::read_dir(&self.folder).map_err(StoreError::io(&self.folder))?;
        let mut names: Vec<String> = listing
            .filter_map(|it| it.ok()?.file_name().into_string().ok())
            .filter(|name| name.ends_with(".warc.gz"))
            .collect();
        names.sort();
        for name in names {
            let path = self.folder.join(&name);
            let file = File::open(&path).map_err(StoreError::io(&path))?;
            let length = file.metadata().map_err(StoreError::io(&path))?.len();
            let end = scan(&file, 0, |offset, end, kept| {
                let place = index::Place { warc: &name, offset, length: end - offset };
                index::insert(&index, &kept.exchange, &kept.id, kept.sha256, place)?;
                Ok(())
            })
            .map_err(|stopped| stopped.about(&path))?;
            if end < length {
                self.breaks.push(format!("{name}: broken at byte {end}, the rest is not used"));
            }
        }
        Ok(index::entries(&index)?)
    }
}

/// Key and value of everything that was noted.
type Notes = Vec<(String, String)>;

fn read_index(file: &Path) -> Result<(Vec<Entry>, Notes), StoreError> {
    fs::metadata(file).map_err(StoreError::io(file))?;
    let index: Connection = index::open_to_read(file)?;
    Ok((index::entries(&index)?, index::notes(&index)?))
}

/// Among the rows of one address and attempt, the one that answers a question put with `method`.
pub(super) fn answering(rows: Vec<Entry>, method: Method) -> Option<Citation> {
    rows.into_iter().rev().find(|it| it.method.answers(method)).map(|it| it.citation)
}

/// Looks for an exchange in a folder that another store may be writing to.
pub(super) fn find_in(
    folder: &Path,
    address: &Address,
    attempt: u32,
    method: Method,
) -> Result<Option<Exchange>, StoreError> {
    let index = index::open_to_read(&folder.join(index::FILE))?;
    let found = answering(index::of_address(&index, address, attempt)?, method);
    found.map(|citation| load(folder, &citation)).transpose()
}

/// Reads the record that a citation points at and checks that it is the one.
pub(super) fn load(folder: &Path, citation: &Citation) -> Result<Exchange, StoreError> {
    let path = folder.join(&citation.warc);
    let altered = |detail: &str| StoreError::Altered {
        file: citation.warc.clone(),
        offset: citation.offset,
        detail: detail.to_owned(),
    };
    let mut file = BufReader::new(File::open(&path).map_err(StoreError::io(&path))?);
    file.seek(SeekFrom::Start(citation.offset)).map_err(StoreError::io(&path))?;
    let kept = match warc::decode(&mut file) {
        Ok(Some(kept)) => kept,
        Ok(None) => return Err(altered("not the record of an exchange")),
        Err(Unreadable::Torn) => return Err(altered("the file ends inside the record")),
        Err(Unreadable::Wrong(detail)) => return Err(altered(&detail)),
    };
    if kept.sha256 != citation.sha256 {
        return Err(altered("the digest is not the one that was cited"));
    }
    if kept.id != citation.record_id {
        return Err(altered("another record lies there"));
    }
    Ok(kept.exchange)
}

/// What ended a scan early.
pub(super) enum Stopped {
    /// The file could not be read.
    Io(io::Error),
    /// What was done with a record failed.
    Store(StoreError),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Stopped {
    /// The error, with the file it is about.
    pub(super) fn about(self, file: &Path) -> StoreError {
        match self {
            Self::Io(source) => StoreError::Io { file: file.to_owned(), source },
            Self::Store(error) => error,
        }
    }
}

/// Goes through the members of a file from `start`; returns where the last whole one ends.
pub(super) fn scan(
    file: &File,
    start: u64,
    mut each: impl FnMut(u64, u64, Kept) -> Result<(), StoreError>,
) -> Result<u64, Stopped> {
    let mut file = BufReader::new(file);
    file.seek(SeekFrom::Start(start)).map_err(Stopped::Io)?;
    let mut offset = start;
    loop {
        if file.fill_buf().map_err(Stopped::Io)?.is_empty() {
            return Ok(offset);
        }
        let Ok(kept) = warc::decode(&mut file) else { return Ok(offset) };
        let end = file.stream_position().map_err(Stopped::Io)?;
        if let Some(kept) = kept {
            each(offset, end, kept)?;
        }
        offset = end;
    }
}
