//! The one trait every indicator implements, and its type-erased form.

use serde::de::DeserializeOwned;

use crate::dossier::Dossier;
use crate::evidence::{Gap, Need};

use super::Verdict;

/// One question that a checklist asks of a site.
pub trait Indicator {
    /// Kebab-case, a noun with its failing state, the same as the file's name.
    const ID: &'static str;
    /// What must be gathered before the question can be put.
    const NEEDS: &'static [Need];
    /// The numbers a checklist entry may set.
    type Terms: DeserializeOwned + Send + Sync + 'static;

    /// Answers from the dossier alone: no clock, no network, no state.
    fn judge(dossier: &Dossier<'_>, terms: &Self::Terms) -> Result<Verdict, Gap>;
}

/// An answer waiting for a dossier.
pub type Judge = Box<dyn Fn(&Dossier<'_>) -> Result<Verdict, Gap> + Send + Sync>;

/// An indicator with its type forgotten, for the table.
#[derive(Clone, Copy, Debug)]
pub struct Registered {
    /// See [`Indicator::ID`].
    pub id: &'static str,
    /// See [`Indicator::NEEDS`].
    pub needs: &'static [Need],
    /// Checks a checklist entry's terms and fixes them.
    pub with_terms: fn(toml::Table) -> Result<Judge, toml::de::Error>,
    source: &'static str,
}

/// Forgets an indicator's type. `source` is the text of its file.
pub const fn registered<I: Indicator>(source: &'static str) -> Registered {
    Registered { id: I::ID, needs: I::NEEDS, with_terms: with_terms::<I>, source }
}

fn with_terms<I: Indicator>(terms: toml::Table) -> Result<Judge, toml::de::Error> {
    let terms: I::Terms = terms.try_into()?;
    Ok(Box::new(move |dossier| I::judge(dossier, &terms)))
}

impl Registered {
    /// The manual page: the `//!` header of the indicator's own file.
    pub fn explain(&self) -> String {
        self.source
            .lines()
            .map_while(|line| line.strip_prefix("//!"))
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect::<Vec<_>>()
            .join("\n")
    }
}
