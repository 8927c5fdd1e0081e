//! # home-entry-missing
//!
//! ## What it asks
//! Does the home page lead to this (办事服务, 依申请公开, 网络问政), and does the link work?
//!
//! ## How it is judged
//! The navigation, headings and links of the home page and of what it takes into itself are looked through for `names`.
//! One link that opens is enough; where every one that fits does not open, the entry is broken. A name that is only
//! alike is proposed to a person.
//!
//! ## What it cannot see
//! Entries that are pictures without a caption or come by script; what stands behind a login. A link that was not
//! checked proves nothing.

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Verdict, seek};
use crate::base::NonEmpty;
use crate::dossier::{Dossier, Hit, LinkState, Names, Speaking};
use crate::evidence::{Gap, Need};

pub(super) struct HomeEntryMissing;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    names: Names,
}

impl Indicator for HomeEntryMissing {
    const ID: &'static str = "home-entry-missing";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Columns, Need::Pages, Need::Links];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let matcher = terms.names.matcher();
        let pages = dossier.home_pages()?;
        let hits = dossier.look_for(&terms.names, Speaking::OfASection)?;
        let on_home = |hit: &&Hit<'_>| {
            let at = &hit.page.page.address;
            pages.iter().any(|it| it.page.address == *at)
        };
        // A link of the home page is known by the page it was met on first, which may be another.
        let stands_there = pages.iter().flat_map(|it| &it.page.links).any(|link| {
            let text = crate::dossier::plain(&link.text);
            matches!(matcher.fits(&text, Speaking::OfASection), crate::dossier::Fits::Says(_))
        });
        let said: Vec<&Hit<'_>> = hits.said.iter().filter(|it| stands_there || on_home(it)).collect();
        let mut broken: Vec<Finding> = Vec::new();
        let mut unread = None;
        for hit in said {
            match state(dossier, hit)? {
                Opens::Yes => return Ok(seek::done(vec![seek::fitted(hit)])),
                Opens::No(why) => {
                    broken.push(seek::about(hit, format!("首页“{}”入口打不开：{why}。", hit.mention.text)));
                }
                Opens::Unknown => {
                    unread.get_or_insert_with(|| seek::fitted(hit));
                }
            }
        }
        if let Some(shown) = unread {
            return Ok(seek::open(Gap::LinkUnchecked, vec![shown]));
        }
        if let Some(broken) = NonEmpty::of(broken) {
            return Ok(seek::broken(NonEmpty::one(broken.first().clone()), 0));
        }
        // A long text that holds a name, 某省政务服务网上办事大厅, is at least a hint.
        let longer = dossier.look_for(&terms.names, Speaking::InATitle)?;
        let nearly: Vec<Hit<'_>> = hits.alike.iter().filter(on_home).cloned().collect();
        let alike = if nearly.is_empty() {
            longer.said.iter().chain(&longer.alike).filter(on_home).cloned().collect()
        } else {
            nearly
        };
        if alike.is_empty() {
            dossier.navigation()?;
            let sentence = format!(
                "首页没有“{}”或同类名称的入口（查找名称：{}）。",
                terms.names.what(),
                terms.names.listed()
            );
            return Ok(seek::broken(NonEmpty::one(seek::nowhere(dossier, terms.names.what(), sentence)?), 0));
        }
        seek::missing(dossier, &terms.names, Speaking::OfASection, &alike, None, String::new())
    }
}

enum Opens {
    Yes,
    No(String),
    Unknown,
}

fn state(dossier: &Dossier<'_>, hit: &Hit<'_>) -> Result<Opens, Gap> {
    // A heading, or an entry that unfolds, leads nowhere and is there.
    let Some(target) = &hit.mention.target else { return Ok(Opens::Yes) };
    if dossier.page_at(target).is_some() {
        return Ok(Opens::Yes);
    }
    let link = dossier.links()?.iter().find(|it| it.target == *target);
    Ok(match link.map(|it| &it.state) {
        Some(LinkState::Works) => Opens::Yes,
        Some(LinkState::Broken(how)) => Opens::No(how.zh()),
        Some(LinkState::Blocked | LinkState::Unchecked(_)) | None => Opens::Unknown,
    })
}
