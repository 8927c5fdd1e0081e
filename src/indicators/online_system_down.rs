//! # online-system-down
//!
//! ## What it asks
//! Do the online systems that the site offers, for applications and for queries, open?
//!
//! ## How it is judged
//! A link whose text contains one of `names` leads to an online system. It is asked for, and asked again before it
//! counts. The rule is broken by one that does not answer within 15 seconds or answers with an error.
//!
//! ## What it cannot see
//! Whether the system works behind its first page: no form is ever sent. Systems known only to a script.

use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::NonEmpty;
use crate::dossier::{Breakage, Dossier, LinkFact, LinkState};
use crate::evidence::{Gap, Need};

pub(super) struct OnlineSystemDown;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    names: Vec<String>,
}

impl Indicator for OnlineSystemDown {
    const ID: &'static str = "online-system-down";
    const NEEDS: &'static [Need] = &[Need::Links];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let mut survey = Survey::default();
        for link in dossier.links()?.iter().filter(|link| terms.name_a_system(link)) {
            match &link.state {
                LinkState::Works => survey.sound(),
                LinkState::Broken(breakage) => match unreachable(link, *breakage) {
                    Some(finding) => survey.found(finding),
                    None => survey.unread(Gap::LinkUnchecked),
                },
                LinkState::Unchecked(gap) => survey.unread(gap.clone()),
                LinkState::Blocked => {}
            }
        }
        Ok(survey.verdict(NonZeroUsize::MIN, "未发现在线申报或查询系统的入口"))
    }
}

impl Terms {
    fn name_a_system(&self, link: &LinkFact) -> bool {
        link.referrers.iter().any(|it| self.names.iter().any(|name| it.text.contains(name)))
    }
}

/// The finding; `None` when nothing in the archive shows it.
fn unreachable(link: &LinkFact, breakage: Breakage) -> Option<Finding> {
    let referrer = link.referrers.first()?;
    let mut evidence = link.checks.clone();
    evidence.push(referrer.citation.clone());
    let subject = Subject::at(SubjectKind::Link, &referrer.text, &link.target);
    let message = format!("在线系统“{}”不能正常访问：{}。", referrer.text, breakage.zh());
    Some(Finding::new(subject, message, referrer.page.clone(), NonEmpty::of(evidence)?))
}
