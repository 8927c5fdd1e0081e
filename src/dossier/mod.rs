//! Everything known about one site at one moment, ready to be asked.
//!
//! A dossier is derived from the archive alone and has one day of inspection. This module must not know any rule:
//! whether something is good enough is an indicator's question. What is missing is a `Gap`, not an empty list.

mod articles;
mod columns;
mod dates;
mod derive;
mod freshness;
mod letters;
mod links;
mod lives;
mod mentions;
mod model;
mod naming;
mod policies;
#[cfg(test)]
mod sample;
mod search;
mod seen;
mod spans;
mod vocabulary;
mod watched;

pub use freshness::freshness;
pub use lives::{ColumnFeed, Life, feed};
pub use mentions::{Behind, Hit, Hits, Mention, Standing};
pub use model::{
    ArticleFact, Breakage, Certainty, Column, Content, Coverage, Dossier, Facts, FileState, Freshness,
    GuideFact, Home, Interpretation, Kinded, LetterFact, LinkFact, LinkState, Origin, PageFact, PolicyFact,
    Referrer, Requests, Row, SearchFact, When,
};
pub use naming::{Fit, Fits, Matcher, Names, Speaking, plain};
pub use spans::{Spoken, spans_of};
pub use vocabulary::{Vocabulary, vocabulary};
pub use watched::{Certificate, Observed, Reach, Watched, Week, reach};
