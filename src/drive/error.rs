//! What can go wrong between the stages.

use std::io;
use std::path::{Path, PathBuf};

use crate::crawl::HttpError;
use crate::evidence::store::StoreError;
use crate::report::{RenderError, WriteError};

/// Why a stage could not be gone through. Each message follows "failed to".
#[derive(Debug, thiserror::Error)]
pub enum DriveError {
    /// A file or folder of the run.
    #[error("use {}: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The folder holds a run already.
    #[error("begin a run in {}: it holds one already; go on with --resume, or choose another --out", .0.display())]
    Taken(PathBuf),
    /// The folder holds no run.
    #[error("find a run in {}: {why}", path.display())]
    NoRun {
        /// Where it was looked for.
        path: PathBuf,
        /// What is missing or wrong.
        why: String,
    },
    /// A report, a run or a baseline that cannot be read.
    #[error("read {}: {why}", path.display())]
    Reading {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Two reports of different sites.
    #[error("compare what has no site in common: {base} and {head}")]
    NothingInCommon {
        /// Ids on the older side.
        base: String,
        /// Ids on the newer side.
        head: String,
    },
    /// An archive.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The HTTP client.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// A report could not be put into a form.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// A report could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl DriveError {
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Io { path: path.to_owned(), source }
    }

    /// Whether the disk is full: what was gathered is kept, and the run can go on later.
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::Io { source, .. } | Self::Render(RenderError::Io(source)) => {
                source.kind() == io::ErrorKind::StorageFull
            }
            Self::Store(error) => error.is_disk_full(),
            Self::Write(error) | Self::Render(RenderError::Write(error)) => error.is_disk_full(),
            Self::Taken(_)
            | Self::NoRun { .. }
            | Self::Reading { .. }
            | Self::NothingInCommon { .. }
            | Self::Http(_)
            | Self::Render(_) => false,
        }
    }
}
