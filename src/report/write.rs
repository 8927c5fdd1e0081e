//! The only place that writes report files: whole or not at all.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

/// A report file could not be written. What stood there before still stands.
#[derive(Debug, thiserror::Error)]
#[error("failed to write `{}`: {source}", path.display())]
pub struct WriteError {
    /// The file that was to be written.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl WriteError {
    /// Whether the disk is full, so that nothing else can be written either.
    pub fn is_disk_full(&self) -> bool {
        matches!(self.source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
    }
}

/// Writes beside its place, then renames: a reader sees the old file or the new one, never half of it.
///
/// Folders that are missing are made.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    let wrong = |source| WriteError { path: path.to_owned(), source };
    replace(path, |file| file.write_all(bytes)).map_err(wrong)
}

/// The same for what is too long to be held in memory: `fill` writes it piece by piece.
///
/// The error of `fill` comes back as it is when it made one that is no failure to write.
pub fn write_with<E>(path: &Path, fill: impl FnOnce(&mut dyn io::Write) -> Result<(), E>) -> Result<(), E>
where
    E: From<WriteError>,
{
    let mut own = None;
    let through = |file: &mut File| {
        let mut out = BufWriter::new(file);
        if let Err(error) = fill(&mut out) {
            own = Some(error);
            return Err(io::ErrorKind::Other.into());
        }
        out.flush()
    };
    let written = replace(path, through);
    match (own, written) {
        (Some(error), _) => Err(error),
        (None, Err(source)) => Err(WriteError { path: path.to_owned(), source }.into()),
        (None, Ok(())) => Ok(()),
    }
}

fn replace(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut beside = OsString::from(".");
    beside.push(name);
    beside.push(".part");
    let beside = folder.join(beside);
    let written = fill(&beside, write).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // The first error is the one to tell; the part may not even exist.
        let _ = fs::remove_file(&beside);
        return written;
    }
    // Some file systems keep the new name only once the folder is on disk, and some refuse to sync a folder.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

fn fill(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let mut file = File::create(path)?;
    write(&mut file)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{write, write_with};
    use crate::report::RenderError;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sites/a/report.json");
        write(&path, b"one, and long").unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn what_fails_half_way_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("problems.csv");
        write(&path, b"old").unwrap();
        let outcome = write_with(&path, |out| {
            out.write_all(b"half")?;
            Err(RenderError::Csv("no".to_owned()))
        });
        assert!(matches!(outcome, Err(RenderError::Csv(_))));
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        write_with::<RenderError>(&path, |out| Ok(out.write_all(b"new")?)).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    #[test]
    fn what_cannot_be_written_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        fs::create_dir(&path).unwrap();
        let error = write(&path, b"x").unwrap_err();
        assert!(error.to_string().starts_with("failed to write `"), "{error}");
        assert!(path.is_dir());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
