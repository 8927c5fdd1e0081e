//! What a page says, read from its bytes alone.
//!
//! This module must not know sites, rules or the day of inspection: the same bytes are the same [`Page`] in any
//! year. Reading never fails; what is wrong with a page is a [`Flaw`] on it.

mod model;
mod read;

pub use model::{
    Answered, Article, Block, DateSource, Dated, Element, Encoding, Flaw, Footer, Guide, Item, Labels,
    Letter, Link, LinkRole, List, NavEntry, Page, PageKind, Presence, ScriptSign, Source, ToldBy,
};
pub use read::read;
