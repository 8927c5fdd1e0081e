//! `review`: the decisions of people, read back from the workbook in which they were made.

use std::fs;

use anyhow::{Context, Result};

use crate::audit::Review;
use crate::report;

use super::super::Exit;
use super::super::args::ReviewCommand;

pub(super) fn review(command: ReviewCommand) -> Result<Exit> {
    match command {
        ReviewCommand::Import { file } => {
            let bytes = fs::read(&file).with_context(|| format!("failed to read {}", file.display()))?;
            print!("{}", report::read_review(&file, &bytes)?.to_toml()?);
        }
        ReviewCommand::Lint { file } => {
            let text =
                fs::read_to_string(&file).with_context(|| format!("failed to read {}", file.display()))?;
            let review = Review::parse(&file, &text)?;
            println!("{}: {} rulings, no mistakes", file.display(), review.rulings.len());
        }
    }
    Ok(Exit::Meets)
}
