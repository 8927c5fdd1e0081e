//! How a question is put, and the ways it can be answered.
//!
//! This module must not know any single indicator, nor what an answer costs.

mod finding;
mod indicator;
mod read;
mod review;
mod run;
pub mod seek;
mod verdict;

pub use finding::{Finding, Subject, SubjectKind};
pub use indicator::{Indicator, Judge, Registered, registered};
pub use read::read;
pub use review::{Review, Ruling, Said, Void};
pub use run::{Answer, Bound, Judged, bind, duties, duties_on, join, run};
pub use verdict::{Survey, Verdict};
