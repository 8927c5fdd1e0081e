//! Letters from the public, on a letter box or on a page of their own.

use super::areas::Areas;
use super::dom::Dom;
use super::model::Letter;
use crate::base::Address;

/// Reads the letters a page shows.
pub(super) fn read(_dom: &Dom<'_>, _areas: &Areas, _base: &Address) -> Vec<Letter> {
    Vec::new()
}
