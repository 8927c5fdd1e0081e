//! # column-stale
//!
//! ## What it asks
//! Have the columns that promise news, notices, policies, appointments or plans had some lately?
//!
//! ## How it is judged
//! A column is stale when none of its entries can lie within the limit of its kind, counted back from the day of
//! inspection; the newest entry of all that were read decides, not the first. Entries without any date count as
//! not updated (国办发〔2015〕15号, 注). The rule is broken when `fails_at` columns are stale.
//! A limit with `first_level` holds only for columns that the first level of the navigation names (一级栏目).
//! Only columns whose kind the roster declares or whose name says one kind are held to a limit. Blank columns,
//! single texts, pages that only lead to other columns and columns on other sites are no concern of this rule.
//!
//! ## What it cannot see
//! Lists loaded by script, dates drawn as pictures, entries whose own page could not be read: such a column is
//! unread, and neither passes nor fails.

use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::{Day, Limit, NonEmpty};
use crate::checklist::KindLimit;
use crate::dossier::{Column, Content, Dossier, Freshness, freshness};
use crate::evidence::{Gap, Need};

pub(super) struct ColumnStale;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    fails_at: NonZeroUsize,
    limits: Vec<KindLimit>,
}

impl Indicator for ColumnStale {
    const ID: &'static str = "column-stale";
    const NEEDS: &'static [Need] = &[Need::Columns];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let mut survey = Survey::default();
        for column in dossier.columns()? {
            let Some(limit) = terms.limit(column) else { continue };
            weigh(column, limit, dossier.as_of(), &mut survey);
        }
        if survey.is_empty() {
            // Without the navigation, columns of these kinds may exist and be stale.
            dossier.navigation()?;
        }
        Ok(survey.verdict(terms.fails_at, "未发现此类栏目"))
    }
}

impl Terms {
    fn limit(&self, column: &Column) -> Option<Limit> {
        let kind = column.sure_kind()?;
        let applies = |it: &&KindLimit| it.kinds.contains(&kind) && (column.first_level || !it.first_level);
        self.limits.iter().find(applies).map(|it| it.limit)
    }
}

fn weigh(column: &Column, limit: Limit, as_of: Day, survey: &mut Survey) {
    match &column.content {
        Content::Listed { rows, newer_unread, .. } => match freshness(rows, *newer_unread, limit, as_of) {
            Freshness::Fresh { .. } => survey.sound(),
            Freshness::Stale { newest } => survey.found(stale(column, newest, limit, as_of)),
            Freshness::Unknown(gap) => survey.unread(gap),
        },
        Content::Unread(gap) => survey.unread(gap.clone()),
        Content::Blank | Content::OneText | Content::Parent | Content::Elsewhere => {}
    }
}

fn stale(column: &Column, newest: Option<Day>, limit: Limit, as_of: Day) -> Finding {
    let name = &column.name;
    let message = match newest {
        Some(newest) => format!(
            "“{name}”栏目最新信息发布于{newest}，距检查日{}天，超过{}的更新期限。",
            as_of.days_since(newest),
            limit.zh()
        ),
        None => format!("“{name}”栏目的信息均未注明发布时间，按规定视为不更新。"),
    };
    let subject = Subject::at(SubjectKind::Column, name, &column.address);
    let finding =
        Finding::new(subject, message, column.address.clone(), NonEmpty::one(column.citation.clone()))
            .with("limit_days", limit.in_days(as_of));
    match newest {
        Some(newest) => finding.with("newest", newest).with("days", as_of.days_since(newest)),
        None => finding,
    }
}
