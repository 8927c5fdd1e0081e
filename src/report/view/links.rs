//! The links that need a look, by target.

use std::collections::BTreeMap;

use crate::dossier::{FileState, LinkFact, LinkState};

use super::{EvidenceView, LinkStatus, LinkView, LinksView, ReferrerView, clean};

/// Counts every link, and lists those that need a look: the broken first, on the home page first, by address.
pub(super) fn of(links: &[LinkFact]) -> LinksView {
    let mut view = LinksView::default();
    let mut unchecked: BTreeMap<String, usize> = BTreeMap::new();
    for link in links {
        match &link.state {
            LinkState::Unchecked(gap) => {
                view.undetermined += 1;
                *unchecked.entry(gap.to_string()).or_default() += 1;
                continue;
            }
            LinkState::Broken(_) => view.broken += 1,
            LinkState::Blocked => view.blocked += 1,
            LinkState::Works => {}
        }
        view.checked += 1;
        view.targets.extend(target(link));
    }
    view.targets.sort_by(|a, b| (a.state, !a.on_home, &a.url).cmp(&(b.state, !b.on_home, &b.url)));
    view.unchecked = unchecked.into_iter().collect();
    view.unchecked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    view
}

fn target(link: &LinkFact) -> Option<LinkView> {
    let (state, state_words) = status(link)?;
    let referrers = link.referrers.iter();
    Some(LinkView {
        url: link.target.clone(),
        role_words: link.role_zh().to_owned(),
        on_home: link.on_home,
        state,
        state_words,
        referrers: referrers
            .map(|it| ReferrerView { page: it.page.clone(), text: clean(&it.text) })
            .collect(),
        referrer_count: link.referrer_count,
        checks: link.checks.iter().map(EvidenceView::of).collect(),
    })
}

/// `None` for a link that is in order or was not checked.
fn status(link: &LinkFact) -> Option<(LinkStatus, String)> {
    match (&link.state, link.file, link.tls) {
        (LinkState::Broken(how), ..) => Some((LinkStatus::Broken, how.zh())),
        (LinkState::Blocked, ..) => {
            Some((LinkStatus::Blocked, "对方返回验证页或拦截页，不能据此认定失效".to_owned()))
        }
        (LinkState::Works, FileState::WebPage, _) => {
            Some((LinkStatus::Flawed, "附件打开后是网页，不是文件".to_owned()))
        }
        (LinkState::Works, FileState::Empty, _) => Some((LinkStatus::Flawed, "附件是空文件".to_owned())),
        (LinkState::Works, FileState::OtherKind(kind), _) => {
            Some((LinkStatus::Flawed, format!("附件内容实为{kind}，与扩展名不符")))
        }
        (LinkState::Works, _, Some(fault)) => Some((LinkStatus::Flawed, fault.zh().to_owned())),
        (LinkState::Works, _, None) => {
            let cut = link.cut?;
            Some((LinkStatus::Flawed, format!("{}；{}", cut.zh(), cut.remedy_zh())))
        }
        (LinkState::Unchecked(_), ..) => None,
    }
}
