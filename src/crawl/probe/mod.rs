//! Visiting home pages on time: one visit, when it is due, and whether our own line was up.
//!
//! This module must not know what a visit is counted as, nor where it is kept. A probe is no crawl: it asks for the
//! declared home page and its four spellings and for nothing else, as a visitor of the census does (每天间隔性访问),
//! so robots.txt, which speaks to crawlers, is not asked for.

mod clock;
mod herald;
mod line;
mod prober;
mod schedule;

pub use clock::Clock;
pub use herald::Herald;
pub use line::OwnLine;
pub use prober::{Prober, Visit};
pub use schedule::{Schedule, Watch};
