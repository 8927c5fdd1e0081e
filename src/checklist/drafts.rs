//! The rows of a checklist that has mistakes, as far as they ask for an indicator.
//!
//! A row with a mistake is no entry, and its indicator and terms may be wrong as well: whoever mends the file wants to
//! hear of everything at once.

use crate::base::Document;

/// What a row asks of an indicator, whatever else is wrong with it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The line it begins on in its file.
    pub line: usize,
    /// Its clause, when it has one.
    pub clause: String,
    /// The indicator that it names.
    pub indicator: String,
    /// The numbers for it.
    pub terms: toml::Table,
}

/// The rows that name an indicator. A row of a variant without terms of its own has those of its base, and those are right.
pub fn drafts(text: &str) -> Vec<Draft> {
    let document = Document::parse(text);
    let root = document.root();
    let is_variant = root.has("extends");
    let tables = root.tables("entry");
    let named = tables.iter().filter(|fields| !is_variant || fields.has("terms")).filter_map(|fields| {
        Some(Draft {
            line: fields.line(),
            clause: fields.text("clause").unwrap_or_default(),
            indicator: fields.text("indicator")?,
            terms: fields.raw("terms"),
        })
    });
    named.collect()
}
