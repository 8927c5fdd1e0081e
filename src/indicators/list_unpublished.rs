//! # list-unpublished
//!
//! ## What it asks
//! Is this list, catalogue or document on the site (权责清单, 收费目录清单, 审计结果公告)?
//!
//! ## How it is judged
//! Names of sections and titles of entries, articles and files are looked through for `names`. A section of that name
//! counts unless it is blank. A name that is only alike is proposed to a person. On the site of another body a title
//! counts only when it, or its page, names the body that is asked for. Before the end of a `period` nothing is missing.
//!
//! ## What it cannot see
//! Whether the list is complete; what stands only in an attachment or a picture. Where a column, its further pages or
//! the end of the walk was not read, a missing list proves nothing.

use serde::Deserialize;

use crate::audit::{Indicator, Verdict, seek};
use crate::base::NonEmpty;
use crate::checklist::Period;
use crate::dossier::{Behind, Dossier, Names, Speaking, Standing};
use crate::evidence::{Gap, Need};

pub(super) struct ListUnpublished;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    names: Names,
    period: Option<Period>,
}

impl Indicator for ListUnpublished {
    const ID: &'static str = "list-unpublished";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Columns, Need::Pages];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let titles = dossier.look_for(&terms.names, Speaking::InATitle)?;
        let is_entry = |it: &Standing| matches!(it, Standing::Item | Standing::Title);
        if let Some(hit) = titles.said.iter().find(|it| is_entry(&it.mention.place)) {
            return Ok(seek::done(vec![seek::fitted(hit)]));
        }
        let mut blank = None;
        let mut unread = None;
        let sections = dossier.look_for(&terms.names, Speaking::OfASection)?;
        // A link with the whole name in a longer text leads to the list itself.
        for hit in sections.said.iter().chain(&titles.said) {
            match dossier.behind(hit.mention) {
                Behind::Entries { .. } | Behind::Text => return Ok(seek::done(vec![seek::fitted(hit)])),
                Behind::Blank => {
                    let message = format!("“{}”已设，但没有任何内容。", hit.mention.text);
                    blank.get_or_insert_with(|| seek::about(hit, message));
                }
                Behind::Unread(gap) => {
                    unread.get_or_insert_with(|| (gap, seek::fitted(hit)));
                }
            }
        }
        if let Some((gap, shown)) = unread {
            return Ok(seek::open(gap, vec![shown]));
        }
        let verdict = if let Some(blank) = blank {
            seek::broken(NonEmpty::one(blank), 0)
        } else {
            let sentence = format!("未发现“{}”（查找名称：{}）。", terms.names.what(), terms.names.listed());
            let alike = if titles.alike.is_empty() { &sections.alike } else { &titles.alike };
            seek::missing(dossier, &terms.names, Speaking::InATitle, alike, None, sentence)?
        };
        Ok(seek::unless_in_time(verdict, terms.period.as_ref(), dossier.as_of()))
    }
}
