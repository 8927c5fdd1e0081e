//! # section-stale
//!
//! ## What it asks
//! Is the section of this name kept up to date (实时更新, 及时发布)?
//!
//! ## How it is judged
//! The section is found as `section-missing` finds one. With `within_days` its newest entry may be no older; entries
//! without any date count as not updated. A plan that says 实时, 及时 or 定期 sets no number: without `within_days` the
//! newest entry is only reported, and a person says whether that is in time. A section that is blank, or that there is
//! not, is not kept up to date.
//!
//! ## What it cannot see
//! Lists that come by script; a text that is changed without a new date. What could not be read proves nothing.

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Verdict, seek};
use crate::base::{Limit, NonEmpty};
use crate::dossier::{Behind, Dossier, Freshness, Hit, Names, Row, Speaking, freshness};
use crate::evidence::{Gap, Need};

pub(super) struct SectionStale;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    names: Names,
    within_days: Option<u32>,
}

impl Indicator for SectionStale {
    const ID: &'static str = "section-stale";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Columns, Need::Pages];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let hits = dossier.look_for(&terms.names, Speaking::OfASection)?;
        let (mut wrong, mut unread): (Vec<Finding>, Vec<(Gap, Finding)>) = (Vec::new(), Vec::new());
        for hit in &hits.said {
            match dossier.behind(hit.mention) {
                Behind::Entries { rows, newer_unread } => {
                    let Some(days) = terms.within_days else {
                        unread.push((Gap::NoInterval, newest(hit, &rows)));
                        continue;
                    };
                    match freshness(&rows, newer_unread, Limit::Days(days), dossier.as_of()) {
                        Freshness::Fresh { .. } => return Ok(seek::done(vec![newest(hit, &rows)])),
                        Freshness::Stale { .. } => wrong.push(stale(hit, &rows, days)),
                        Freshness::Unknown(gap) => unread.push((gap, newest(hit, &rows))),
                    }
                }
                Behind::Text => unread.push((Gap::NoInterval, seek::fitted(hit))),
                Behind::Blank => {
                    wrong.push(seek::about(hit, format!("“{}”没有任何内容。", hit.mention.text)));
                }
                Behind::Unread(gap) => unread.push((gap, seek::fitted(hit))),
            }
        }
        if let Some(gap) = unread.iter().map(|(gap, _)| gap.clone()).min() {
            return Ok(seek::open(gap, unread.into_iter().map(|(_, it)| it).collect()));
        }
        if let Some(wrong) = NonEmpty::of(wrong) {
            return Ok(seek::broken(NonEmpty::one(wrong.first().clone()), 0));
        }
        let sentence = format!("未发现“{}”栏目（查找名称：{}）。", terms.names.what(), terms.names.listed());
        seek::missing(dossier, &terms.names, Speaking::OfASection, &hits.alike, None, sentence)
    }
}

fn newest(hit: &Hit<'_>, rows: &[Row]) -> Finding {
    let day = rows.iter().filter_map(|row| row.when.known()).max();
    let day = day.map_or("没有注明日期的条目".to_owned(), |it| format!("最近更新为{it}"));
    seek::about(hit, format!("“{}”与名称“{}”相符，{day}。", hit.mention.text, hit.fit.name))
}

fn stale(hit: &Hit<'_>, rows: &[Row], days: u32) -> Finding {
    let day = rows.iter().filter_map(|row| row.when.known()).max();
    let day = day.map_or("各条目均未注明日期".to_owned(), |it| format!("最近更新为{it}"));
    seek::about(hit, format!("“{}”{day}，超过{days}天没有更新。", hit.mention.text)).with("limit_days", days)
}
