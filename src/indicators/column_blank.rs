//! # column-blank
//!
//! ## What it asks
//! Does every column the site shows have something in it?
//!
//! ## How it is judged
//! A column is blank (有栏目无内容) when its page answered, was read whole, is a list page by its make, and lists
//! nothing. The rule is broken when `fails_at` columns are blank.
//!
//! ## What it cannot see
//! Whether the column has always been blank or a template failed today; entries loaded by script (such a column
//! is unread, never blank).

use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::NonEmpty;
use crate::dossier::{Column, Content, Dossier};
use crate::evidence::{Gap, Need};

pub(super) struct ColumnBlank;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    fails_at: NonZeroUsize,
}

impl Indicator for ColumnBlank {
    const ID: &'static str = "column-blank";
    const NEEDS: &'static [Need] = &[Need::Columns];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let mut survey = Survey::default();
        for column in dossier.columns()? {
            match &column.content {
                Content::Blank => survey.found(blank(column)),
                Content::Unread(gap) => survey.unread(gap.clone()),
                Content::Listed { .. } | Content::OneText | Content::Parent => survey.sound(),
                Content::Elsewhere => {}
            }
        }
        if survey.is_empty() {
            dossier.navigation()?;
        }
        Ok(survey.verdict(terms.fails_at, "未发现栏目"))
    }
}

fn blank(column: &Column) -> Finding {
    let subject = Subject::at(SubjectKind::Column, &column.name, &column.address);
    let message = format!("“{}”栏目页面正常打开，但没有任何内容。", column.name);
    Finding::new(subject, message, column.address.clone(), NonEmpty::one(column.citation.clone()))
}
