//! # guide-poor
//!
//! ## What it asks
//! Are the service guides so incomplete that they are of no use (服务不实用)?
//!
//! ## How it is judged
//! A guide is poor when it lacks `missing` or more of the eight classes of elements, or names them without giving
//! them. The rule is broken by `fails_at` poor guides; where there are fewer guides than that, by all of them being
//! poor (国办秘函〔2019〕19号, 服务不实用 2、3).
//!
//! ## What it cannot see
//! Guides on a provincial service hall; elements in pictures and attachments. A person confirms.

use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::NonEmpty;
use crate::dossier::{Dossier, GuideFact};
use crate::evidence::{Gap, Need};
use crate::page::{Element, Presence};

pub(super) struct GuidePoor;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    missing: usize,
    fails_at: NonZeroUsize,
}

impl Indicator for GuidePoor {
    const ID: &'static str = "guide-poor";
    const NEEDS: &'static [Need] = &[Need::Guides];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let guides = dossier.guides()?;
        let mut survey = Survey::default();
        for guide in guides {
            let lacks: Vec<&str> =
                Element::ALL.into_iter().filter(|it| !is_given(guide, *it)).map(Element::zh).collect();
            if lacks.len() >= terms.missing {
                survey.found(poor(guide, &lacks));
            } else {
                survey.sound();
            }
        }
        let all = NonZeroUsize::new(guides.len()).unwrap_or(terms.fails_at);
        Ok(survey.verdict(terms.fails_at.min(all), "未发现办事指南页面"))
    }
}

fn is_given(guide: &GuideFact, element: Element) -> bool {
    matches!(guide.elements.get(&element), Some(Presence::Present(_)))
}

fn poor(guide: &GuideFact, lacks: &[&str]) -> Finding {
    // The guide itself is the subject, so it is a page here; an element class is not.
    let subject = Subject::at(SubjectKind::Page, &guide.name, &guide.page);
    let message = format!("办事指南《{}》缺少{}类要素：{}。", guide.name, lacks.len(), lacks.join("、"));
    Finding::new(subject, message, guide.page.clone(), NonEmpty::one(guide.citation.clone()))
        .with("missing", lacks.len())
}
