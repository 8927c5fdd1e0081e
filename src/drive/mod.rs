//! The stages in order: gather, judge, report; and runs compared with each other. The only module, beside `cli`, that sees both halves.
//!
//! This module must not know the command line: it prints nothing and chooses no exit code.

mod alert;
mod baseline;
mod compare;
mod coverage;
mod document;
mod earlier;
mod error;
mod feed;
mod files;
mod folder;
mod gather;
mod judge;
mod probe;
mod readings;

pub use alert::{Alerts, Print, State, alerts_beside, states_of_run};
pub use baseline::{Baseline, Refreshed, baseline_schema, refresh_baseline};
pub use compare::{Sides, compare, history, runs_in};
pub use earlier::Earlier;
pub use error::DriveError;
pub use feed::{SiteFeed, feed_of, watched};
pub use files::{Showing, render};
pub use folder::{Record, RunFolder};
pub use gather::{Gathering, gather};
pub use judge::{Judging, Verdicts, judge};
pub use probe::{Probed, Probing, Visited};
pub use readings::Readings;
