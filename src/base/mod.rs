//! Words every other module speaks: addresses, days, moments, digests, complaints.
//!
//! This module must not know what a site, a page or a rule is.

mod address;
mod calendar;
mod clock;
mod complaint;
mod day;
mod digest;
mod fields;
mod kind;
mod non_empty;
mod personal;
mod text;

pub use address::{Address, NotAnAddress};
pub use calendar::{Calendar, WorkingDay};
pub use clock::{Moment, today_in_china};
pub use complaint::{Complaint, Complaints};
pub use day::{Day, Limit};
pub use digest::Digest;
pub use fields::{Document, Fields};
pub use kind::ColumnKind;
pub use non_empty::NonEmpty;
pub use personal::{Personal, PersonalKind, masked, personal_data};
pub use text::{Squeezer, bare, is_invisible, printable, squeeze, squeezed};
