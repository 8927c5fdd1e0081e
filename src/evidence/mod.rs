//! What was asked and what came back, kept exactly and for good.
//!
//! This module must not know what a page says or what a rule wants.

pub mod block;
mod citation;
mod disguise;
mod exchange;
mod gap;
mod ipv6;
mod need;
mod probe;
mod remedy;
pub mod store;

pub use citation::Citation;
pub use disguise::{Disguise, Disguises, IMPOSSIBLE};
pub use exchange::{Answer, Ask, Cut, Exchange, Failure, FailureKind, Method, Outcome, Purpose, TlsFault};
pub use gap::Gap;
pub use ipv6::{IPV6_NOTE, Ipv6};
pub use need::Need;
pub use probe::{Line, Probe, Sighted, Snapshot, Times, Variant};
