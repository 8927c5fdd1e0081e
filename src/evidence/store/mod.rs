//! The archive of one site: WARC files and their index.
//!
//! [`Store`] writes, [`Archive`] reads. A record is appended and handed to the system before its row is written, so
//! that a row never points at what is not there; what a kill leaves half done is mended when the store is next
//! opened. Nothing a website says becomes part of a file name.

mod alerts;
mod archive;
mod error;
mod index;
mod probes;
#[cfg(test)]
mod tests;
mod warc;
mod words;

use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Connection;

pub use alerts::{AlertLog, Noted, Topic};
pub use archive::Archive;
pub use error::StoreError;
pub use index::Entry;
pub use probes::{Cited, PROBES_FILE, ProbeLog, ProbeReader, Pruned};

use self::index::Place;
use crate::base::{Address, Moment};
use crate::site::SiteId;

use super::{Citation, Exchange, Method};

/// A WARC file is closed and the next one begun when it is this long.
const FILE_LIMIT: u64 = 500 * 1000 * 1000;

/// The note under which the index keeps the id of the site.
const SITE: &str = "site";

/// The writing end of a site's archive. One at a time for each folder, across processes.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    writer: Mutex<Writer>,
    /// Held as long as the store lives; the system lets go of it when the process dies.
    _lock: File,
}

/// Rows of the index are written in batches: what a kill leaves out is read from the records when the store is next
/// opened, so nothing is lost by it.
const BATCH: u32 = 256;

/// The longest that a batch waits for the next row before that one ends it.
const BATCH_TIME: Duration = Duration::from_secs(1);

#[derive(Debug)]
struct Writer {
    site: String,
    index: Connection,
    /// Rows written since the last commit, and since when.
    batch: (u32, Instant),
    number: u32,
    name: String,
    file: File,
    length: u64,
    limit: u64,
}

impl Store {
    /// Begins an archive in `folder`, which is made when it is not there.
    pub fn create(folder: &Path, site: &SiteId) -> Result<Self, StoreError> {
        fs::create_dir_all(folder).map_err(StoreError::io(folder))?;
        let lock = lock(folder)?;
        if folder.join(index::FILE).exists() {
            return Err(StoreError::Exists(folder.to_owned()));
        }
        let index = index::open(&folder.join(index::FILE))?;
        index::set_note(&index, SITE, site.as_str())?;
        let writer = Writer::open(folder, index, site.as_str().to_owned(), 0)?;
        Ok(Self { folder: folder.to_owned(), writer: Mutex::new(writer), _lock: lock })
    }

    /// Goes on with the archive in `folder`: drops a torn last record, and indexes whole ones that have no row yet.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let lock = lock(folder)?;
        let file = folder.join(index::FILE);
        fs::metadata(&file).map_err(StoreError::io(&file))?;
        let index = index::open(&file)?;
        let site = index::note(&index, SITE)?.unwrap_or_else(|| "site".to_owned());
        let number =
            (0..u32::MAX).take_while(|number| folder.join(file_name(&site, *number)).exists()).last();
        let number = number.unwrap_or(0);
        for number in 0..=number {
            let name = file_name(&site, number);
            if folder.join(&name).exists() {
                mend(folder, &name, &index)?;
            }
        }
        let writer = Writer::open(folder, index, site, number)?;
        Ok(Self { folder: folder.to_owned(), writer: Mutex::new(writer), _lock: lock })
    }

    /// Appends an exchange. When this returns, no kill of this process can lose it; a power cut may, with the last
    /// few seconds, and what it leaves is mended when the store is next opened.
    ///
    /// Blocks for the time of packing and writing: about a millisecond for a page.
    pub fn keep(&self, exchange: &Exchange) -> Result<Citation, StoreError> {
        let record = warc::encode(exchange).map_err(StoreError::io(&self.folder))?;
        let mut writer = self.writer();
        let (offset, length) = writer.append(&self.folder, &record.member)?;
        let warc = writer.name.clone();
        let place = Place { warc: &warc, offset, length };
        Ok(writer.in_batch(|index| index::insert(index, exchange, &record.id, record.sha256, place))?)
    }

    /// What is kept for this address and attempt and answers a question put with `method`.
    ///
    /// See [`Method::answers`]; the last one that was kept wins.
    pub fn find(
        &self,
        address: &Address,
        attempt: u32,
        method: Method,
    ) -> Result<Option<Citation>, StoreError> {
        let rows = index::of_address(&self.writer().index, address, attempt)?;
        Ok(archive::answering(rows, method))
    }

    /// Reads a kept exchange back.
    pub fn load(&self, citation: &Citation) -> Result<Exchange, StoreError> {
        archive::load(&self.folder, citation)
    }

    /// Every exchange kept so far, in the order of keeping.
    pub fn entries(&self) -> Result<Vec<Entry>, StoreError> {
        Ok(index::entries(&self.writer().index)?)
    }

    /// The same, one at a time: an archive may be large.
    pub fn each_entry(&self, each: impl FnMut(Entry)) -> Result<(), StoreError> {
        Ok(index::each_entry(&self.writer().index, each)?)
    }

    /// Notes a fact about the whole archive, such as how the walk ended.
    pub fn note(&self, key: &str, value: &str) -> Result<(), StoreError> {
        Ok(self.writer().in_batch(|index| index::set_note(index, key, value))?)
    }

    /// Works on the index under the store's own lock, for what is kept beside the exchanges (the frontier).
    pub fn with_index<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        Ok(self.writer().in_batch(work)?)
    }

    /// Makes everything so far visible to other readers of the folder, and safe from a power cut.
    pub fn flush(&self) -> Result<(), StoreError> {
        let mut writer = self.writer();
        writer.file.sync_data().map_err(StoreError::io(&self.folder))?;
        Ok(writer.commit()?)
    }

    /// What was noted under `key`.
    pub fn noted(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(index::note(&self.writer().index, key)?)
    }

    /// Looks for an exchange in the archive of another site, which may be being written to.
    pub fn find_elsewhere(
        folder: &Path,
        address: &Address,
        attempt: u32,
        method: Method,
    ) -> Result<Option<Exchange>, StoreError> {
        archive::find_in(folder, address, attempt, method)
    }

    /// The folder it writes to.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        // A panic while the lock was held leaves a file that is whole up to `length`, which `append` relies on.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // If it fails, the rows are made again from the records when the store is next opened.
        let _ = self.writer().commit();
    }
}

impl Writer {
    /// Works on the index inside the current batch, and ends the batch when it is full or old.
    ///
    /// Work that fails may leave the batch undone as a whole; the walk ends with it, and the next opening mends.
    fn in_batch<T>(
        &mut self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        if self.index.is_autocommit() {
            self.index.execute_batch("begin immediate")?;
            self.batch = (0, Instant::now());
        }
        let value = work(&mut self.index)?;
        self.batch.0 += 1;
        if self.batch.0 >= BATCH || self.batch.1.elapsed() >= BATCH_TIME {
            self.commit()?;
        }
        Ok(value)
    }

    fn commit(&mut self) -> rusqlite::Result<()> {
        if self.index.is_autocommit() { Ok(()) } else { self.index.execute_batch("commit") }
    }

    fn open(folder: &Path, index: Connection, site: String, number: u32) -> Result<Self, StoreError> {
        let name = file_name(&site, number);
        let path = folder.join(&name);
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(StoreError::io(&path))?;
        let length = file.seek(SeekFrom::End(0)).map_err(StoreError::io(&path))?;
        let batch = (0, Instant::now());
        let mut writer = Self { site, index, batch, number, name, file, length, limit: FILE_LIMIT };
        if length == 0 {
            let opening = warc::opening(&writer.name, Moment::now()).map_err(StoreError::io(&path))?;
            writer.write(folder, &opening)?;
        }
        Ok(writer)
    }

    fn append(&mut self, folder: &Path, member: &[u8]) -> Result<(u64, u64), StoreError> {
        if self.length >= self.limit {
            self.rotate(folder)?;
        }
        let offset = self.length;
        self.write(folder, member)?;
        Ok((offset, self.length - offset))
    }

    fn rotate(&mut self, folder: &Path) -> Result<(), StoreError> {
        self.file.sync_data().map_err(StoreError::io(&folder.join(&self.name)))?;
        let number = self.number + 1;
        let name = file_name(&self.site, number);
        let path = folder.join(&name);
        self.file = OpenOptions::new()
            .create_new(true)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(StoreError::io(&path))?;
        (self.number, self.name, self.length) = (number, name, 0);
        let opening = warc::opening(&self.name, Moment::now()).map_err(StoreError::io(&path))?;
        self.write(folder, &opening)
    }

    /// Writes at the end, or not at all: a half-written record is cut off again.
    fn write(&mut self, folder: &Path, member: &[u8]) -> Result<(), StoreError> {
        let written = self.file.seek(SeekFrom::Start(self.length)).and_then(|_| self.file.write_all(member));
        if let Err(source) = written {
            // If this fails as well, the torn record is cut off when the store is next opened.
            let _ = self.file.set_len(self.length);
            return Err(StoreError::Io { file: folder.join(&self.name), source });
        }
        self.length += member.len() as u64;
        Ok(())
    }
}

/// `<site>-00000.warc.gz`: built from the site's id and a number, and nothing else.
fn file_name(site: &str, number: u32) -> String {
    format!("{site}-{number:05}.warc.gz")
}

fn lock(folder: &Path) -> Result<File, StoreError> {
    lock_of(folder, &folder.join("lock"))
}

/// Holds `what` for this process by a lock on the file `path`.
fn lock_of(what: &Path, path: &Path) -> Result<File, StoreError> {
    let file = File::create(path).map_err(StoreError::io(path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(StoreError::Locked(what.to_owned())),
        Err(fs::TryLockError::Error(source)) => Err(StoreError::Io { file: path.to_owned(), source }),
    }
}

/// Brings a WARC file and the index into step after a kill.
fn mend(folder: &Path, name: &str, index: &Connection) -> Result<(), StoreError> {
    let path = folder.join(name);
    let file = OpenOptions::new().read(true).write(true).open(&path).map_err(StoreError::io(&path))?;
    let length = file.metadata().map_err(StoreError::io(&path))?.len();
    index::drop_beyond(index, name, length)?;
    let end = archive::scan(&file, index::end_of(index, name)?, |offset, end, kept| {
        let place = Place { warc: name, offset, length: end - offset };
        index::insert(index, &kept.exchange, &kept.id, kept.sha256, place)
            .map(drop)
            .map_err(StoreError::Index)
    })
    .map_err(|stopped| stopped.about(&path))?;
    if end < length {
        file.set_len(end).map_err(StoreError::io(&path))?;
    }
    Ok(())
}
