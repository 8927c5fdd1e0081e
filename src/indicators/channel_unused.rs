//! # channel-unused
//!
//! ## What it asks
//! Has anything happened in the column of this kind within the last year?
//!
//! ## How it is judged
//! One column of the kind with an entry (letter, survey, interview) in the last `months` months is enough. The rule
//! is broken when every column of the kind was read and none has one. A site without such a column is not
//! concerned: that is another row.
//!
//! ## What it cannot see
//! Columns on other sites, or behind a login; a column that only offers a form and publishes nothing.

use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::{ColumnKind, Day, Limit, NonEmpty};
use crate::dossier::{Column, Content, Dossier, Freshness, freshness};
use crate::evidence::{Gap, Need};

pub(super) struct ChannelUnused;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    kind: ColumnKind,
    months: u32,
}

impl Indicator for ChannelUnused {
    const ID: &'static str = "channel-unused";
    const NEEDS: &'static [Need] = &[Need::Columns];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let limit = Limit::Months(terms.months);
        let mut unused = None;
        let mut doubt = None;
        for column in dossier.columns()?.iter().filter(|column| column.sure_kind() == Some(terms.kind)) {
            match &column.content {
                Content::Listed { rows, newer_unread, .. } => {
                    match freshness(rows, *newer_unread, limit, dossier.as_of()) {
                        Freshness::Fresh { .. } => {
                            return Ok(Verdict::Pass {
                                examined: NonZeroUsize::MIN,
                                remarks: Vec::new(),
                                shown: Vec::new(),
                            });
                        }
                        Freshness::Stale { newest } => {
                            unused = unused.or(Some((column, newest)));
                        }
                        Freshness::Unknown(gap) => doubt = doubt.or(Some(gap)),
                    }
                }
                Content::Blank => unused = unused.or(Some((column, None))),
                Content::Unread(gap) => doubt = doubt.or_else(|| Some(gap.clone())),
                Content::OneText | Content::Parent => doubt = doubt.or(Some(Gap::NothingPublished)),
                Content::Elsewhere => doubt = doubt.or(Some(Gap::Elsewhere)),
            }
        }
        let mut survey = Survey::default();
        match (doubt, unused) {
            (Some(gap), _) => survey.unread(gap),
            (None, Some((column, newest))) => {
                survey.found(found(column, newest, limit));
            }
            (None, None) => {}
        }
        Ok(survey.verdict(NonZeroUsize::MIN, "未开设此类栏目"))
    }
}

fn found(column: &Column, newest: Option<Day>, limit: Limit) -> Finding {
    let (name, limit) = (&column.name, limit.zh());
    let message = match newest {
        Some(newest) => format!("“{name}”栏目最近一次内容为{newest}，检查日前{limit}内无新内容。"),
        None => format!("“{name}”栏目已开设，但检查日前{limit}内没有内容。"),
    };
    let subject = Subject::at(SubjectKind::Column, name, &column.address);
    Finding::new(subject, message, column.address.clone(), NonEmpty::one(column.citation.clone()))
}
