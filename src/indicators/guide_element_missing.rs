//! # guide-element-missing
//!
//! ## What it asks
//! Do the service guides (办事指南) give all eight classes of elements?
//!
//! ## How it is judged
//! Every page that is a guide by its make is looked through for 事项名称、设定依据、申请条件、办理材料、办理地点、
//! 办理时间、联系电话、办理流程 under their usual names. A class that any guide lacks, or names without giving it, is one
//! finding; several guides that lack the same class are not added up (普查办关于“办事指南”指标的说明, 2015-06-10).
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

pub(super) struct GuideElementMissing;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {}

impl Indicator for GuideElementMissing {
    const ID: &'static str = "guide-element-missing";
    const NEEDS: &'static [Need] = &[Need::Guides];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, _: &Terms) -> Result<Verdict, Gap> {
        let guides = dossier.guides()?;
        let mut survey = Survey::default();
        for element in Element::ALL {
            let without: Vec<&GuideFact> = guides.iter().filter(|guide| lacks(guide, element)).collect();
            match without[..] {
                [] if guides.is_empty() => {}
                [] => survey.sound(),
                [first, ..] => survey.found(missing(element, first, &without)),
            }
        }
        Ok(survey.verdict(NonZeroUsize::MIN, "未发现办事指南页面"))
    }
}

fn lacks(guide: &GuideFact, element: Element) -> bool {
    !matches!(guide.elements.get(&element), Some(Presence::Present(_)))
}

fn missing(element: Element, first: &GuideFact, without: &[&GuideFact]) -> Finding {
    let how = match first.elements.get(&element) {
        Some(Presence::Empty(heading)) => format!("“{heading}”一栏没有内容"),
        _ => format!("缺少“{}”", element.zh()),
    };
    let others = match without.len() {
        1 => String::new(),
        count => format!("等{count}个办事指南"),
    };
    let message = format!("办事指南《{}》{others}{how}。", first.name);
    let subject = Subject::at(SubjectKind::Guide, element.zh(), &first.page);
    let mut evidence = NonEmpty::one(first.citation.clone());
    evidence.extend(without.iter().skip(1).take(4).map(|guide| guide.citation.clone()));
    Finding::new(subject, message, first.page.clone(), evidence).with("guides", without.len())
}
