//! # attachment-broken
//!
//! ## What it asks
//! Can the forms and files that the site offers be downloaded?
//!
//! ## How it is judged
//! Every link to a document, table, archive or the like is asked for, and asked again before it counts. The rule
//! is broken by one that does not open, has no bytes, brings a web page instead of a file, or whose first bytes are
//! plainly those of another kind of file than its name says.
//!
//! ## What it cannot see
//! Whether the file is the right one; forms that should be offered and are not.

use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::NonEmpty;
use crate::dossier::{Dossier, FileState, LinkFact, LinkState};
use crate::evidence::{Gap, Need};
use crate::page::LinkRole;

pub(super) struct AttachmentBroken;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {}

impl Indicator for AttachmentBroken {
    const ID: &'static str = "attachment-broken";
    const NEEDS: &'static [Need] = &[Need::Links];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, _: &Terms) -> Result<Verdict, Gap> {
        let mut survey = Survey::default();
        for link in dossier.links()?.iter().filter(|link| link.role == LinkRole::Attachment) {
            let fault = match (&link.state, link.file) {
                (LinkState::Broken(breakage), _) => breakage.zh(),
                (LinkState::Works, FileState::WebPage) => "返回的是网页，不是文件".to_owned(),
                (LinkState::Works, FileState::Empty) => "文件为空".to_owned(),
                (LinkState::Works, FileState::OtherKind(kind)) => format!("内容实为{kind}，与扩展名不符"),
                (LinkState::Works, FileState::Sound) => {
                    survey.sound();
                    continue;
                }
                (LinkState::Works, FileState::NotLookedInto) | (LinkState::Unchecked(_), _) => {
                    survey.unread(Gap::LinkUnchecked);
                    continue;
                }
                (LinkState::Blocked, _) => continue,
            };
            match broken(link, &fault) {
                Some(finding) => survey.found(finding),
                None => survey.unread(Gap::LinkUnchecked),
            }
        }
        Ok(survey.verdict(NonZeroUsize::MIN, "没有可检查的附件"))
    }
}

fn broken(link: &LinkFact, fault: &str) -> Option<Finding> {
    let referrer = link.referrers.first()?;
    let mut evidence = link.checks.clone();
    evidence.push(referrer.citation.clone());
    let subject = Subject::at(SubjectKind::Link, &referrer.text, &link.target);
    let message = format!("附件“{}”不能正常下载：{fault}。", referrer.text);
    let finding = Finding::new(subject, message, referrer.page.clone(), NonEmpty::of(evidence)?);
    Some(finding.with("fault", fault))
}
