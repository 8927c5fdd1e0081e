//! What a page says, read from its bytes alone.
//!
//! This module must not know sites, rules or the day of inspection: the same bytes are the same [`Page`] in any
//! year. Reading never fails; what is wrong with a page is a [`Flaw`] on it.

mod areas;
mod article;
mod boxes;
mod breadcrumb;
mod carousel;
mod dates;
mod decode;
mod depth;
mod dom;
mod embedded;
mod emptiness;
mod entries;
mod fields;
mod footer;
mod guide;
mod headings;
mod kind;
mod labels;
mod leads;
mod letters;
mod links;
mod lists;
mod model;
mod navigation;
mod pager;
mod parts;
mod pattern;
mod placed;
mod prose;
mod queries;
mod read;
mod references;
mod rows;
mod script;
mod search;
mod signs;
mod words;

pub use dates::address_date;
pub use model::{
    Answered, Article, Block, DateSource, Dated, Element, Encoding, Flaw, Footer, Guide, Item, Labels,
    Letter, Link, LinkRole, List, NavEntry, Page, PageKind, Presence, ScriptSign, Source, ToldBy,
};
pub use navigation::{is_interaction_entry, is_service_entry};
pub use prose::{Field, FieldKind, Form, HiddenLink, Hiding, JiucuoMark, Prose, prose, title_of};
pub use read::read;
pub use references::{Reference, references};
pub use search::{SearchQuestion, search_question};
