//! # channel-missing
//!
//! ## What it asks
//! Does the site have a column of this kind at all (政务咨询, 调查征集)?
//!
//! ## How it is judged
//! The rule is broken when no column, and no link on any page that was read, bears a name of the kind, on the site
//! or leading to another.
//!
//! ## What it cannot see
//! Navigation built by script. When the navigation, or a column that may lead to others, could not be read, or the
//! walk did not come to its end, a missing column proves nothing.

use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::{ColumnKind, NonEmpty};
use crate::dossier::{Column, Content, Dossier};
use crate::evidence::{Gap, Need};

pub(super) struct ChannelMissing;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    kind: ColumnKind,
}

impl Indicator for ChannelMissing {
    const ID: &'static str = "channel-missing";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Columns];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let home = dossier.home()?;
        let mut survey = Survey::default();
        let there = dossier.columns()?.iter().any(|column| column.kind.kind == Some(terms.kind));
        if there || dossier.mentions(terms.kind) {
            survey.sound();
        } else {
            dossier.navigation()?;
            if !dossier.finished() {
                return Err(Gap::WalkUnfinished);
            }
            // 互动交流 may hold the channel; 工作动态 does not.
            if dossier.columns()?.iter().any(may_hold_others) {
                return Err(Gap::PageUnread);
            }
            let subject = Subject {
                kind: SubjectKind::Site,
                name: terms.kind.id().to_owned(),
                address: Some(home.address.clone()),
            };
            let message = format!("全站未发现{}类栏目。", terms.kind.zh());
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

/// Whether a column that could not be read may lead to a channel: its name does not say what is in it.
fn may_hold_others(column: &Column) -> bool {
    matches!(column.content, Content::Unread(_)) && column.sure_kind().is_none()
}
