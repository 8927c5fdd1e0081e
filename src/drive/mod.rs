//! The stages in order: gather, judge, report. The only module, beside `cli`, that sees both halves.
//!
//! This module must not know the command line: it prints nothing and chooses no exit code.

mod coverage;
mod error;
mod files;
mod folder;
mod gather;
mod judge;

pub use error::DriveError;
pub use files::render;
pub use folder::{Record, RunFolder};
pub use gather::{Gathering, gather};
pub use judge::{Judging, Verdicts, judge};
