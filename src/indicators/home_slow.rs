//! # home-slow
//!
//! ## What it asks
//! Does the home page arrive in the time that the guidelines recommend?
//!
//! ## How it is judged
//! The time from asking for the home page's document to its last byte, in this one visit, is compared with `seconds`
//! (页面加载时长不宜超过3秒, 国办发〔2017〕47号). Pictures and scripts are not waited for, so a finding understates.
//!
//! ## What it cannot see
//! How fast the page is for visitors elsewhere, or at other times: one visit is a hint, no measurement.

use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::NonEmpty;
use crate::dossier::Dossier;
use crate::evidence::{Gap, Need};

pub(super) struct HomeSlow;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    seconds: u64,
}

impl Indicator for HomeSlow {
    const ID: &'static str = "home-slow";
    const NEEDS: &'static [Need] = &[Need::Home];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let home = dossier.home()?;
        let mut survey = Survey::default();
        if home.took.as_secs() < terms.seconds {
            survey.sound();
        } else {
            let subject = Subject::at(SubjectKind::Page, "首页", &home.address);
            let message = format!("首页本次用时{:.1}秒，超过{}秒。", home.took.as_secs_f64(), terms.seconds);
            survey.found(Finding::new(
                subject,
                message,
                home.address.clone(),
                NonEmpty::one(home.citation.clone()),
            ));
        }
        Ok(survey.verdict(NonZeroUsize::MIN, "没有可检查的页面"))
    }
}
