//! A compliance checker for Chinese government websites.
//!
//! Fourteen modules in one order; a module uses those above it and itself. `docs/architecture.md` says what is
//! where and what each must not know.

pub mod base;
pub mod crawl;
pub mod evidence;
pub mod page;
pub mod site;
