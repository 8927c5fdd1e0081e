//! Mistakes in files that people write: each with its line and with what would be right.

use std::fmt;
use std::path::{Path, PathBuf};

/// One mistake in a roster or a checklist.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Complaint {
    /// Line in the file, from 1.
    pub line: usize,
    /// What is wrong and what would be right: a lower-case fragment.
    pub message: String,
}

/// Every mistake of one file, in the order of its lines.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Complaints {
    /// The file, as it was named.
    pub file: PathBuf,
    /// The mistakes; never none.
    pub list: Vec<Complaint>,
}

impl Complaints {
    /// The mistakes of `file`, sorted by line.
    pub fn new(file: &Path, mut list: Vec<Complaint>) -> Self {
        list.sort();
        list.dedup();
        Self { file: file.to_owned(), list }
    }
}

impl fmt::Display for Complaints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, Complaint { line, message }) in self.list.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{}:{line}: {message}", self.file.display())?;
        }
        Ok(())
    }
}
