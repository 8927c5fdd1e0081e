//! The stages in order: gather, judge, report; and runs compared with each other. The only module, beside `cli`, that sees both halves.
//!
//! This module must not know the command line: it prints nothing and chooses no exit code.

mod baseline;
mod compare;
mod coverage;
mod document;
mod earlier;
mod error;
mod files;
mod folder;
mod gather;
mod judge;
mod readings;

pub use baseline::{Baseline, Refreshed, baseline_schema, refresh_baseline};
pub use compare::{Sides, compare, history, runs_in};
pub use earlier::Earlier;
pub use error::DriveError;
pub use files::{Showing, render};
pub use folder::{Record, RunFolder};
pub use gather::{Gathering, gather};
pub use judge::{Judging, Verdicts, judge};
pub use readings::Readings;
