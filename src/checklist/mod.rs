//! The official document as data: its rows, effects, terms and numbers.
//!
//! This module must not know what an indicator does with its terms; `audit::bind` ties the two together.

mod drafts;
mod effect;
mod lexicon;
mod limits;
mod load;
mod model;

pub use drafts::{Draft, drafts};
pub use effect::{Effect, Points};
pub use lexicon::{Hit, Lexicon, Word};
pub use limits::KindLimit;
pub use load::{Adopted, adopted, parse};
pub use model::{Checklist, Decided, Entry, Mark, PassMark};
