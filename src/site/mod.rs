//! Who is inspected: the registry of sites, their scope and declared columns.
//!
//! This module must not know how a site is asked or what it answered.

mod import;
mod registry;
mod scope;

pub use import::roster_from_table;
pub use registry::{
    AT_ONCE_CEILING, Alert, Class, Contact, Control, DeclaredColumn, Registry, Robots, Site, SiteId, Window,
    roster_of_one,
};
pub use scope::Scope;
