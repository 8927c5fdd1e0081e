//! # service-missing
//!
//! ## What it asks
//! Does the site offer services (办事服务) at all?
//!
//! ## How it is judged
//! An entry on the home page, a column for services, or a service guide anywhere will do, on the site or leading to a
//! service hall. The rule is broken when there is none of them. Departments without outward service functions are
//! excepted; the roster cannot say that yet, so a person confirms.
//!
//! ## What it cannot see
//! Navigation built by script; what was not read.

use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::{ColumnKind, NonEmpty};
use crate::dossier::Dossier;
use crate::evidence::{Gap, Need};

pub(super) struct ServiceMissing;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {}

impl Indicator for ServiceMissing {
    const ID: &'static str = "service-missing";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Columns, Need::Guides];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, _: &Terms) -> Result<Verdict, Gap> {
        let home = dossier.home()?;
        let by_column = dossier.columns()?.iter().any(|it| it.kind.kind == Some(ColumnKind::Service));
        let mut survey = Survey::default();
        let offered = !home.service_entries.is_empty()
            || by_column
            || dossier.mentions(ColumnKind::Service)
            || !dossier.guides()?.is_empty();
        if offered {
            survey.sound();
        } else {
            dossier.navigation()?;
            if !dossier.finished() {
                return Err(Gap::WalkUnfinished);
            }
            let subject = Subject::at(SubjectKind::Site, "办事服务", &home.address);
            let message = "全站未发现办事服务的入口、栏目或办事指南。".to_owned();
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
