//! The official document as data: its rows, effects, terms and numbers.
//!
//! This module must not know what an indicator does with its terms; `audit::bind` ties the two together.

mod drafts;
mod duty;
mod effect;
mod lexicon;
mod limits;
mod load;
mod model;
mod period;
mod plan;

pub use drafts::{Draft, drafts};
pub use duty::{Absence, Duty, Group, OwedBy, Portal, Role, Severity};
pub use effect::{Effect, Points};
pub use lexicon::{Hit, Lexicon, Word};
pub use limits::KindLimit;
pub use load::{Adopted, adopted, joined, parse};
pub use model::{Checklist, Decided, DocumentName, Entry, Mark, PassMark};
pub use period::{Due, Every, Period, Span};
pub use plan::{BodyGroup, Owed, OwingBody, Place, Plan, PlanBody, Roll, resolve, roster_template};
