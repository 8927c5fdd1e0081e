//! # service-entry-missing
//!
//! ## What it asks
//! Does the home page lead to 办事服务, under any of its names?
//!
//! ## How it is judged
//! Any link on the home page whose text, title or picture caption is one of the usual names (办事服务, 政务服务,
//! 网上办事, 办事大厅 …) will do, whether it leads to the site or to a provincial service hall.
//!
//! ## What it cannot see
//! Navigation built by script, and pictures without a caption: then a missing entry proves nothing.

use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::NonEmpty;
use crate::dossier::Dossier;
use crate::evidence::{Gap, Need};

pub(super) struct ServiceEntryMissing;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {}

impl Indicator for ServiceEntryMissing {
    const ID: &'static str = "service-entry-missing";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Columns];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, _: &Terms) -> Result<Verdict, Gap> {
        let home = dossier.home()?;
        let mut survey = Survey::default();
        if home.service_entries.is_empty() {
            dossier.navigation()?;
            let subject = Subject::at(SubjectKind::Page, "首页", &home.address);
            let message = "首页没有“办事服务”或同类名称的入口。".to_owned();
            survey.found(Finding::new(
                subject,
                message,
                home.address.clone(),
                NonEmpty::one(home.citation.clone()),
            ));
        } else {
            survey.sound();
        }
        Ok(survey.verdict(NonZeroUsize::MIN, "没有可检查的页面"))
    }
}
