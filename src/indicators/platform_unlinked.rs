//! # platform-unlinked
//!
//! ## What it asks
//! Does the site lead to this platform (网上办事大厅, 公共资源交易平台, 12345, 微信公众号), and does the link work?
//!
//! ## How it is judged
//! Every text of the site's pages is looked through for `names`, every address for `hosts`. One link that opens, or a
//! page of the site about it, is enough; where every link that fits does not open, the platform is not linked. A name
//! that is only alike is proposed to a person. Before the end of a `period` nothing is missing.
//!
//! ## What it cannot see
//! Links that are pictures or two-dimensional codes without a caption; what the platform can do. A link that was not
//! checked proves nothing.

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Verdict, seek};
use crate::base::{Address, NonEmpty};
use crate::checklist::Period;
use crate::dossier::{Behind, Dossier, LinkFact, LinkState, Names, Speaking};
use crate::evidence::{Gap, Need};

pub(super) struct PlatformUnlinked;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    names: Names,
    #[serde(default)]
    hosts: Vec<String>,
    period: Option<Period>,
}

impl Indicator for PlatformUnlinked {
    const ID: &'static str = "platform-unlinked";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Columns, Need::Pages, Need::Links];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let links = dossier.links()?;
        let leads = |link: &&LinkFact| terms.hosts.iter().any(|host| is_of(&link.target, host));
        let hits = dossier.look_for(&terms.names, Speaking::OfASection)?;
        let mut broken: Vec<Finding> = Vec::new();
        let mut unread = None;
        for link in links.iter().filter(leads) {
            match &link.state {
                LinkState::Works => return Ok(seek::done(linked(link, "能够打开").into_iter().collect())),
                LinkState::Broken(how) => broken.extend(linked(link, &how.zh())),
                LinkState::Blocked | LinkState::Unchecked(_) => {
                    unread = unread.or_else(|| linked(link, "未能核实"));
                }
            }
        }
        for hit in &hits.said {
            let target = hit.mention.target.as_ref();
            let state =
                target.and_then(|it| links.iter().find(|link| link.target == *it)).map(|it| &it.state);
            match (state, dossier.behind(hit.mention)) {
                (Some(LinkState::Works), _) | (None, Behind::Text | Behind::Entries { .. }) => {
                    return Ok(seek::done(vec![seek::fitted(hit)]));
                }
                (Some(LinkState::Broken(how)), _) => {
                    broken.push(seek::about(hit, format!("“{}”打不开：{}。", hit.mention.text, how.zh())));
                }
                (Some(LinkState::Blocked | LinkState::Unchecked(_)) | None, _) => {
                    unread.get_or_insert_with(|| seek::fitted(hit));
                }
            }
        }
        if let Some(shown) = unread {
            return Ok(seek::open(Gap::LinkUnchecked, vec![shown]));
        }
        let verdict = if let Some(broken) = NonEmpty::of(broken) {
            seek::broken(NonEmpty::one(broken.first().clone()), 0)
        } else {
            let sentence =
                format!("未发现通往“{}”的链接（查找名称：{}）。", terms.names.what(), terms.names.listed());
            seek::missing(dossier, &terms.names, Speaking::OfASection, &hits.alike, None, sentence)?
        };
        Ok(seek::unless_in_time(verdict, terms.period.as_ref(), dossier.as_of()))
    }
}

/// Whether an address is on this host or below it.
fn is_of(address: &Address, host: &str) -> bool {
    address.host() == host || address.host().ends_with(&format!(".{host}"))
}

fn linked(link: &LinkFact, how: &str) -> Option<Finding> {
    let from = link.referrers.first()?;
    let subject = Subject::at(SubjectKind::Link, &from.text, &link.target);
    let message = format!("“{}”链接到{}，{how}。", from.text, link.target.host());
    Some(Finding::new(subject, message, from.page.clone(), NonEmpty::one(from.citation.clone())))
}
