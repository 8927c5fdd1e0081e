//! Who is inspected: the registry of sites, their scope and declared columns.
//!
//! This module must not know how a site is asked or what it answered.

mod import;
mod model;
mod registry;
mod scope;

pub use import::roster_from_table;
pub use model::{Class, Contact, DeclaredColumn, Robots, Site, SiteId, Window};
pub use registry::{AT_ONCE_CEILING, Alert, Control, Registry, roster_of_one};
pub use scope::Scope;
