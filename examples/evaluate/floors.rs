//! The figures that were reached once and must not be lost again.

use std::fmt::Write as _;

use anyhow::Context as _;

use crate::tally::{Measure, Measures};

/// A figure may be this much lower, in percent points: what printing it to one digit took away.
const ROUNDING: f64 = 0.05;

/// The two figures of a measure, by the names they have in the file.
fn figures(measure: &Measure) -> [(&'static str, Option<f64>); 2] {
    [("precision", measure.precision()), ("recall", measure.recall())]
}

/// The figures as a file for `--at-least`.
pub(super) fn written(measures: &Measures) -> String {
    let mut out = String::from(
        "# Figures of the page reader over the labelled corpus, in percent; CI fails when one falls.\n\
         # Written by `cargo run --example evaluate -- FOLDER --floors`.\n",
    );
    for (key, measure) in measures {
        let _ = write!(out, "\n[\"{key}\"]\n");
        for (name, value) in figures(measure) {
            if let Some(value) = value {
                let _ = writeln!(out, "{name} = {value:.1}");
            }
        }
    }
    out
}

/// Which figures are lower than the file says, a line for each.
pub(super) fn fallen(measures: &Measures, floors: &str) -> anyhow::Result<Vec<String>> {
    let floors: toml::Table = floors.parse().context("failed to read the floors")?;
    let mut fallen = Vec::new();
    for (key, wanted) in &floors {
        let found = measures.get(key.as_str());
        for (name, floor) in wanted.as_table().into_iter().flatten() {
            let floor =
                floor.as_float().with_context(|| format!("failed to read {key}.{name} as a number"))?;
            let value = found
                .and_then(|it| figures(it).into_iter().find(|(it, _)| it == name))
                .and_then(|(_, value)| value);
            // A figure that is no longer measured has fallen too.
            if value.is_none_or(|it| it < floor - ROUNDING) {
                let value = value.map_or("nothing".to_owned(), |it| format!("{it:.1}"));
                fallen.push(format!("{key}.{name} is {value}, was {floor:.1}"));
            }
        }
    }
    Ok(fallen)
}
