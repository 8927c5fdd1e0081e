//! How a run ends: the one place that turns what happened into a number.

use std::process::ExitCode;

/// How a run ends. The numbers are a promise to scripts (`docs/exit-codes.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Every site meets its checklist, or the command did what it was asked.
    Meets = 0,
    /// At least one site does not.
    Fails = 1,
    /// What was asked could not be done; nothing was asked of any site.
    Broken = 2,
    /// Nothing fails, but something that matters could not be determined.
    Undecided = 3,
    /// Stopped before the end; what was gathered is kept.
    Stopped = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
