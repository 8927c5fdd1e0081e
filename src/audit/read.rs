//! Reads a checklist and ties it to the indicators in one go, so that every mistake is told at once.

use std::path::Path;

use crate::base::Complaints;
use crate::checklist::{self, drafts};

use super::run::tied;
use super::{Bound, Registered, bind};

/// Reads the checklist in `text` and ties it to `table`. `file` is only named in complaints.
///
/// Every mistake comes with its line: those of the file's form and those of indicators and their terms, also in rows
/// that have both.
pub fn read(file: &Path, text: &str, table: &[Registered]) -> Result<Bound, Complaints> {
    match checklist::parse(file, text) {
        Ok(checklist) => bind(checklist, table),
        Err(complaints) => {
            let drafts = drafts(text);
            let untied = drafts
                .iter()
                .filter_map(|it| tied(it.line, &it.clause, &it.indicator, &it.terms, table).err());
            Err(Complaints::new(file, complaints.list.into_iter().chain(untied).collect()))
        }
    }
}
