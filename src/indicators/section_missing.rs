//! # section-missing
//!
//! ## What it asks
//! Does the site have a section of this name (减税降费专栏, 预决算公开, 征地信息公开), and is there something in it?
//!
//! ## How it is judged
//! Columns, navigation, headings of blocks and short links of every page that was read are looked through for
//! `names`: the document's own words and ours. White space, width, punctuation, 的/与/和 and endings such as 专栏 do not
//! matter. A section that is blank is not present; with `within_days`, neither is one whose newest entry is older. A
//! name that is only alike is proposed to a person (可能相符) and is neither. On the site of another body a section
//! counts only when it, or its page, names the body that is asked for. Before the end of a `period` nothing is missing.
//!
//! ## What it cannot see
//! Sections whose names are pictures or come by script; whether the entries belong there. What is on another site is
//! not judged. Where the navigation, a column or the end of the walk was not read, a missing name proves nothing.

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Verdict, seek};
use crate::base::{Limit, NonEmpty};
use crate::checklist::Period;
use crate::dossier::{Behind, Dossier, Freshness, Names, Speaking, freshness};
use crate::evidence::{Gap, Need};

pub(super) struct SectionMissing;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    names: Names,
    within_days: Option<u32>,
    period: Option<Period>,
}

impl Indicator for SectionMissing {
    const ID: &'static str = "section-missing";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Columns, Need::Pages];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let hits = dossier.look_for(&terms.names, Speaking::OfASection)?;
        let (mut wrong, mut unread): (Vec<Finding>, Vec<(Gap, Finding)>) = (Vec::new(), Vec::new());
        for hit in &hits.said {
            let name = &hit.mention.text;
            match dossier.behind(hit.mention) {
                Behind::Text => return Ok(seek::done(vec![seek::fitted(hit)])),
                Behind::Entries { rows, newer_unread } => {
                    let Some(days) = terms.within_days else {
                        return Ok(seek::done(vec![seek::fitted(hit)]));
                    };
                    match freshness(&rows, newer_unread, Limit::Days(days), dossier.as_of()) {
                        Freshness::Fresh { .. } => return Ok(seek::done(vec![seek::fitted(hit)])),
                        Freshness::Stale { .. } => {
                            wrong.push(seek::about(hit, format!("“{name}”已设，但超过{days}天没有更新。")));
                        }
                        Freshness::Unknown(gap) => unread.push((gap, seek::fitted(hit))),
                    }
                }
                Behind::Blank => wrong.push(seek::about(hit, format!("“{name}”已设，但没有任何内容。"))),
                Behind::Unread(gap) => unread.push((gap, seek::fitted(hit))),
            }
        }
        if let Some(gap) = unread.iter().map(|(gap, _)| gap.clone()).min() {
            return Ok(seek::open(gap, unread.into_iter().map(|(_, it)| it).collect()));
        }
        let verdict = if let Some(wrong) = NonEmpty::of(wrong) {
            seek::broken(NonEmpty::one(wrong.first().clone()), 0)
        } else {
            let sentence =
                format!("未发现“{}”栏目（查找名称：{}）。", terms.names.what(), terms.names.listed());
            seek::missing(dossier, &terms.names, Speaking::OfASection, &hits.alike, None, sentence)?
        };
        Ok(seek::unless_in_time(verdict, terms.period.as_ref(), dossier.as_of()))
    }
}
