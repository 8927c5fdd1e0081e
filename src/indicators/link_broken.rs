//! # link-broken
//!
//! ## What it asks
//! Do the links of the site open: pages, pictures, attachments, external links?
//!
//! ## How it is judged
//! Every address that a link, a picture or an attachment leads to is asked for, and asked again before it counts.
//! It is broken when it answers 404, 410 or another error that speaks of the page, does not answer within 15
//! seconds, or has no host; also when it answers, twice, exactly as the host does for an address that cannot exist,
//! unless that is its home page or a shell that a script fills. Each address counts once: under `on = "home"` when it stands on the home page, else
//! under `on = "other"`.
//!
//! ## What it cannot see
//! An error page that is sent with status 200 and is not, byte for byte, what the host shows for an address that
//! cannot exist. Sites that refuse programs (challenge and block pages, 401, 403, 429): they prove nothing and do not count.
//! Links that only a script knows.

use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::NonEmpty;
use crate::dossier::{Breakage, Dossier, LinkFact, LinkState};
use crate::evidence::{Gap, Need};
use crate::page::LinkRole;

pub(super) struct LinkBroken;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    on: Place,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Place {
    Home,
    Other,
}

impl Indicator for LinkBroken {
    const ID: &'static str = "link-broken";
    const NEEDS: &'static [Need] = &[Need::Links];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let mut survey = Survey::default();
        for link in dossier.links()? {
            let counts = matches!(link.role, LinkRole::Anchor | LinkRole::Attachment | LinkRole::Image);
            if !counts || link.on_home != (terms.on == Place::Home) {
                continue;
            }
            match &link.state {
                LinkState::Works => survey.sound(),
                LinkState::Broken(breakage) => match broken(link, *breakage) {
                    Some(finding) => survey.found(finding),
                    None => survey.unread(Gap::LinkUnchecked),
                },
                LinkState::Unchecked(gap) => survey.unread(gap.clone()),
                LinkState::Blocked => {}
            }
        }
        Ok(survey.verdict(NonZeroUsize::MIN, "没有可检查的链接"))
    }
}

/// The finding; `None` when nothing in the archive shows it.
fn broken(link: &LinkFact, breakage: Breakage) -> Option<Finding> {
    let referrer = link.referrers.first()?;
    let mut evidence = link.checks.clone();
    evidence.push(referrer.citation.clone());
    let what = match link.role {
        LinkRole::Image => "图片",
        LinkRole::Attachment => "附件",
        _ => "链接",
    };
    let text = if referrer.text.is_empty() { String::new() } else { format!("“{}”", referrer.text) };
    let elsewhere = match link.referrer_count {
        0 | 1 => String::new(),
        count => format!("，另有{}个页面引用", count - 1),
    };
    let message = format!("{what}{text}打不开：{}{elsewhere}。", breakage.zh());
    let subject = Subject::at(SubjectKind::Link, &referrer.text, &link.target);
    let finding = Finding::new(subject, message, referrer.page.clone(), NonEmpty::of(evidence)?);
    let finding = finding.with("referrers", link.referrer_count).with("fault", breakage.zh());
    Some(finding.with("remedy", breakage.remedy_zh()))
}
