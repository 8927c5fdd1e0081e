//! # site-unreachable
//!
//! ## What it asks
//! Did the home page open whenever it was tried, over a week of visits?
//!
//! ## How it is judged
//! Over `window_days` days with at least `probes_per_day` probes a day, the share of probes that did not open
//! within 15 seconds is compared with `percent`. Without such a record there is nothing to judge.
//!
//! ## What it cannot see
//! A single visit says nothing about a week: without probes the answer is always "undetermined".

use serde::Deserialize;

use crate::audit::{Indicator, Verdict};
use crate::dossier::Dossier;
use crate::evidence::{Gap, Need};

pub(super) struct SiteUnreachable;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the numbers are checked now and used once `probe` keeps a record (issue 9)")]
pub(super) struct Terms {
    window_days: u32,
    probes_per_day: u32,
    percent: u32,
}

impl Indicator for SiteUnreachable {
    const ID: &'static str = "site-unreachable";
    const NEEDS: &'static [Need] = &[Need::Probes];
    type Terms = Terms;

    fn judge(_: &Dossier<'_>, _: &Terms) -> Result<Verdict, Gap> {
        Err(Gap::NeedsProbes)
    }
}
