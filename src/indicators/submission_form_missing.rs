//! # submission-form-missing
//!
//! ## What it asks
//! Does a letter box of the site have a form to write to it (信息提交)?
//!
//! ## How it is judged
//! Every page that was read is looked through for a form with a text area. One is enough. When none was found, the letter
//! boxes were read and nothing on their pages comes by script, that is a sign. Forms are never sent. Signs never fail:
//! each is put to a person.
//!
//! ## What it cannot see
//! Whether a message arrives; forms behind a login, by script or on another site: then nothing is said.

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::{ColumnKind, NonEmpty};
use crate::dossier::{Column, Content, Dossier, PageFact};
use crate::evidence::{Gap, Need};
use crate::page::{FieldKind, PageKind};

pub(super) struct SubmissionFormMissing;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {}

impl Indicator for SubmissionFormMissing {
    const ID: &'static str = "submission-form-missing";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Columns, Need::Pages];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, _: &Terms) -> Result<Verdict, Gap> {
        let mut survey = Survey::default();
        let pages = dossier.pages()?;
        if pages.iter().any(takes_a_message) {
            survey.sound();
            return Ok(survey.proposal("未发现政务咨询类栏目"));
        }
        let is_box = |it: &&Column| it.sure_kind() == Some(ColumnKind::Mailbox);
        for column in dossier.columns()?.iter().filter(is_box) {
            match &column.content {
                Content::Unread(gap) => survey.unread(gap.clone()),
                Content::Elsewhere => survey.unread(Gap::Elsewhere),
                _ => survey.found(formless(column)),
            }
        }
        let by_script = |it: &&PageFact| it.page.by_script.is_some() && it.page.kind != PageKind::Article;
        if pages.iter().any(|it| by_script(&it)) {
            return Err(Gap::ByScript);
        }
        if !dossier.finished() {
            return Err(Gap::WalkUnfinished);
        }
        Ok(survey.proposal("未发现政务咨询类栏目"))
    }
}

fn takes_a_message(fact: &PageFact) -> bool {
    fact.prose.forms.iter().any(|form| form.fields.iter().any(|it| it.kind == FieldKind::Area))
}

fn formless(column: &Column) -> Finding {
    let subject = Subject::at(SubjectKind::Column, &column.name, &column.address);
    let message = format!("“{}”栏目及全站页面未见可以填写留言的表单。", column.name);
    Finding::new(subject, message, column.address.clone(), NonEmpty::one(column.citation.clone()))
}
