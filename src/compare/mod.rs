//! What changed between two readings of the same sites, whether that is worse, and what was agreed to be borne.
//!
//! Everything here is pure: readings in, changes out, one site at a time, so that a thousand large sites fit into
//! little memory. This module must not know how reports are written or read (`report`, `drive`) nor how a site was
//! asked (`crawl`). It says "fixed" and "new" only where both sides could see; what one of them could not read is
//! its own kind of change.

mod change;
mod gate;
mod glob;
mod history;
mod reading;
mod run;
mod site;
#[cfg(test)]
mod tests;
mod waiver;

pub use change::{
    Aged, ClauseChange, Comparison, Defect, Note, Origin, Recheck, Rechecked, RowChange, Shift, SiteChanges,
    SiteName, State, Totals,
};
pub use gate::{Alarm, FailOn, Gate, Level, NoTrigger, Trigger};
pub use glob::matches;
pub use history::{Count, History, Point, Trend};
pub use reading::{Answer, Column, Found, LinkSeen, Row, RowEffect, Seen, SiteReading, found_digest};
pub use run::{Comparing, Known, Pair};
pub use site::{compare_site, recheck_site};
pub use waiver::{Binding, Waiver, WaiverBook, Waivers};
