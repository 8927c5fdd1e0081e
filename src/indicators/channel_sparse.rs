//! # channel-sparse
//!
//! ## What it asks
//! Has enough happened in the column of this kind within the last year?
//!
//! ## How it is judged
//! The entries of all columns of the kind that are dated within the last `months` months are counted, each address
//! once. The rule is broken when there are some, but fewer than `fewer_than`, even if every entry whose date is
//! not known lay within. None at all is another row.
//!
//! ## What it cannot see
//! Columns on other sites; entries on pages of the list that were not read.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::{ColumnKind, Limit, NonEmpty};
use crate::dossier::{Column, Content, Dossier, Row, When};
use crate::evidence::{Gap, Need};

pub(super) struct ChannelSparse;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    kind: ColumnKind,
    months: u32,
    fewer_than: usize,
}

impl Indicator for ChannelSparse {
    const ID: &'static str = "channel-sparse";
    const NEEDS: &'static [Need] = &[Need::Columns];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let first = Limit::Months(terms.months).first_day(dossier.as_of());
        let mut within = BTreeSet::new();
        let mut doubtful = BTreeSet::new();
        let mut doubt = None;
        let mut column_seen: Option<&Column> = None;
        for column in dossier.columns()?.iter().filter(|column| column.sure_kind() == Some(terms.kind)) {
            match &column.content {
                Content::Listed { rows, newer_unread, older_unread } => {
                    column_seen = column_seen.or(Some(column));
                    for row in rows {
                        match row.when {
                            When::Known { day, .. } if day >= first => {
                                within.insert(key(row));
                            }
                            When::Likely(day) | When::AtBest(day) if day >= first => {
                                doubtful.insert(key(row));
                            }
                            When::Unread | When::Later(_) => {
                                doubtful.insert(key(row));
                            }
                            When::Known { .. } | When::Likely(_) | When::AtBest(_) | When::Undated => {}
                        }
                    }
                    // A list that was read down to entries before the year has no more of it on later pages.
                    let reaches_back = rows.iter().any(|row| row.when.known().is_some_and(|day| day < first));
                    if *newer_unread || (*older_unread && !reaches_back) {
                        doubt = doubt.or(Some(Gap::WalkUnfinished));
                    }
                }
                Content::Unread(gap) => doubt = doubt.or_else(|| Some(gap.clone())),
                Content::Elsewhere => doubt = doubt.or(Some(Gap::Elsewhere)),
                Content::Blank | Content::OneText | Content::Parent => {}
            }
        }
        let mut survey = Survey::default();
        let certain = within.len();
        match (column_seen, doubt) {
            _ if certain >= terms.fewer_than => survey.sound(),
            (_, Some(gap)) => survey.unread(gap),
            _ if certain + doubtful.len() >= terms.fewer_than => survey.unread(Gap::DateUnread),
            (Some(column), None) if certain > 0 => {
                survey.found(found(column, certain + doubtful.len(), terms));
            }
            _ => {}
        }
        Ok(survey.verdict(NonZeroUsize::MIN, "未开设此类栏目，或检查日前一年内没有内容"))
    }
}

fn key(row: &Row) -> String {
    row.address.as_ref().map_or_else(|| row.title.clone(), ToString::to_string)
}

fn found(column: &Column, count: usize, terms: &Terms) -> Finding {
    let message = format!(
        "“{}”栏目检查日前{}个月内至多{count}次，少于{}次。",
        column.name, terms.months, terms.fewer_than
    );
    let subject = Subject::at(SubjectKind::Column, &column.name, &column.address);
    Finding::new(subject, message, column.address.clone(), NonEmpty::one(column.citation.clone()))
        .with("count", count)
}
