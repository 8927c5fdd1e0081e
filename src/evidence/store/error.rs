//! What can go wrong with an archive.

use std::io;
use std::path::{Path, PathBuf};

/// Why the archive could not do what was asked of it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file could not be opened, read or written.
    #[error("use {}: {source}", file.display())]
    Io {
        /// Which file.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The index could not be read or written.
    #[error("use the index of the archive: {0}")]
    Index(#[from] rusqlite::Error),
    /// The probe log could not be read or written.
    #[error("use the probe log {}: {source}", file.display())]
    Probes {
        /// Which file.
        file: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// A file that is no probe log, or one of a newer program.
    #[error("use {} as a probe log: {why}", file.display())]
    NoProbeLog {
        /// Which file.
        file: PathBuf,
        /// What does not fit.
        why: String,
    },
    /// The folder already holds an archive.
    #[error("create an archive in {}: there is one already", .0.display())]
    Exists(PathBuf),
    /// Another process is writing to the folder.
    #[error("write to {}: another process does", .0.display())]
    Locked(PathBuf),
    /// A record is not what was written: its bytes and its digest differ, or it does not unpack.
    #[error("read {file} at {offset}: the record was altered ({detail})")]
    Altered {
        /// The WARC file's name.
        file: String,
        /// Where the record begins.
        offset: u64,
        /// What does not fit.
        detail: String,
    },
}

impl StoreError {
    /// An [`StoreError::Io`] about `file`.
    pub(super) fn io(file: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { file: file.to_owned(), source }
    }

    /// Whether there is no room left on the disk.
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::Io { source, .. } => {
                // A limit of the system on the size of files stops us in the same way, and is lifted in the same way.
                matches!(
                    source.kind(),
                    io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
                )
            }
            Self::Index(source) | Self::Probes { source, .. } => no_room(source),
            Self::NoProbeLog { .. } | Self::Exists(_) | Self::Locked(_) | Self::Altered { .. } => false,
        }
    }
}

/// SQLite calls a write that a limit on the size of files stops a failed write, and not a full disk.
fn no_room(error: &rusqlite::Error) -> bool {
    let is_failed_write = |it: &rusqlite::ffi::Error| it.extended_code == rusqlite::ffi::SQLITE_IOERR_WRITE;
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull)
        || error.sqlite_error().is_some_and(is_failed_write)
}
