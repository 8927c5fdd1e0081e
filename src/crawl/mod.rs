//! Asking politely: what next, how fast, through which wrappers.
//!
//! This module must not know what a rule wants. It reads pages only for the addresses in them.

mod alike;
mod ask;
mod event;
mod fetch;
mod frontier;
mod gather;
mod ipv6;
mod limits;
mod lookup;
mod names;
mod plan;
mod probe;
mod robots;
mod sitemap;
mod skip;
mod trap;
mod walk;
mod web;

pub use event::{Event, Listener, Progress};
pub use fetch::{Agent, Connecting, Http, HttpError, Roots, Stream, Wire};
pub use frontier::{Unvisited, each_unvisited, unvisited};
pub use gather::{Gathered, Start, archive_folder, gather};
pub use limits::Limits;
pub use lookup::{LookingUp, NameService};
pub use names::Names;
pub use probe::{Clock, Herald, OwnLine, Prober, Schedule, Visit, Watch};
pub use skip::Skip;
pub use walk::{End, WALK_NOTE, Walk, WalkError, walk};
pub use web::Web;
