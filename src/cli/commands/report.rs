//! `report`: the files of a run written anew, from the documents that programs read. Judges nothing, asks no site.

use std::path::Path;

use anyhow::{Context, Result};

use crate::drive::{self, RunFolder, Showing};

use super::super::Exit;
use super::super::args::ShowArgs;
use super::{inputs, show};

/// The exit code tells what the reports say, as that of `audit` does.
pub(super) fn report(run: &Path, show: &ShowArgs) -> Result<Exit> {
    let words = inputs::words(show.words.as_deref())?;
    let folder = RunFolder::new(run);
    let earlier = inputs::earlier(show)?;
    let showing = Showing { formats: &show.formats, words: &words, earlier: &earlier };
    let verdicts = drive::render(&folder, showing).context("failed to report")?;
    show::verdicts(&verdicts, folder.path(), show.json)
}
