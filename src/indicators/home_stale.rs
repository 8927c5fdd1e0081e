//! # home-stale
//!
//! ## What it asks
//! Has anything new appeared on the home page lately?
//!
//! ## How it is judged
//! The entries of the home page's blocks are dated, by the home page itself or by their own pages. The rule is
//! broken when none can lie within the last `window_days` days. Where the home page only leads to columns
//! (导航入口), the entries of the columns decide instead.
//! Where the site was probed, what was seen to happen is stronger than what is printed: an entry that was not there
//! at twenty looks before is an update, and a window that was watched from before its beginning to its end without a
//! new entry is none, whatever dates stand on the page.
//!
//! ## What it cannot see
//! Blocks loaded by script; without probes, what changed between two visits.

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::{Limit, NonEmpty};
use crate::dossier::{Content, Dossier, Freshness, Home, Observed, Row, freshness};
use crate::evidence::{Citation, Gap, Need, Probe};

pub(super) struct HomeStale;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    window_days: u32,
}

impl Indicator for HomeStale {
    const ID: &'static str = "home-stale";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Columns, Need::Probes];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let home = dossier.home()?;
        let limit = Limit::Days(terms.window_days);
        let observed = observed(dossier, limit, home);
        if let Some(verdict) = observed {
            return Ok(verdict);
        }
        let rows = if home.only_navigation { second_level(dossier)? } else { home.rows.clone() };
        let mut survey = Survey::default();
        match freshness(&rows, false, limit, dossier.as_of()) {
            Freshness::Fresh { .. } => survey.sound(),
            Freshness::Unknown(gap) => survey.unread(gap),
            Freshness::Stale { .. } if home.by_script => survey.unread(Gap::ByScript),
            Freshness::Stale { newest } => survey.found(stale(home, newest.map(|it| it.to_string()), limit)),
        }
        Ok(survey.verdict(std::num::NonZeroUsize::MIN, "首页没有栏目信息"))
    }
}

/// What the probes decide; nothing when nobody watched the window closely.
fn observed(dossier: &Dossier<'_>, limit: Limit, home: &Home) -> Option<Verdict> {
    let watched = dossier.watched().ok()?;
    let mut survey = Survey::default();
    match watched.observed(limit.first_day(dossier.as_of()), dossier.as_of()) {
        Observed::New { .. } => survey.sound(),
        Observed::Same { .. } if home.only_navigation || home.by_script => return None,
        Observed::Same { looks, count } => survey.found(unchanged(home, looks, count)),
        Observed::Unseen => return None,
    }
    Some(survey.verdict(std::num::NonZeroUsize::MIN, "首页没有栏目信息"))
}

/// The entries of every column, for a home page that shows none itself.
fn second_level(dossier: &Dossier<'_>) -> Result<Vec<Row>, Gap> {
    let mut all = Vec::new();
    for column in dossier.columns()? {
        match &column.content {
            Content::Listed { rows, .. } => all.extend(rows.iter().cloned()),
            Content::Unread(gap) => return Err(gap.clone()),
            Content::Blank | Content::OneText | Content::Parent | Content::Elsewhere => {}
        }
    }
    if all.is_empty() { Err(Gap::NavigationUnread) } else { Ok(all) }
}

fn unchanged(home: &Home, looks: [&(Probe, Citation); 2], count: usize) -> Finding {
    let [(first, from), (last, until)] = looks;
    let message =
        format!("{}至{}共查看首页{count}次，其间首页没有出现新的信息。", first.at.day(), last.at.day());
    let subject = Subject::at(SubjectKind::Page, "首页", &home.address);
    let mut evidence = NonEmpty::one(home.citation.clone());
    evidence.extend([from.clone(), until.clone()]);
    Finding::new(subject, message, home.address.clone(), evidence).with("looks", count)
}

fn stale(home: &Home, newest: Option<String>, limit: Limit) -> Finding {
    let limit = limit.zh();
    let message = match &newest {
        Some(newest) => format!("首页栏目最新信息发布于{newest}，检查日前{limit}内无信息更新。"),
        None => format!("首页栏目的信息均未注明发布时间，按规定视为检查日前{limit}内无信息更新。"),
    };
    let subject = Subject::at(SubjectKind::Page, "首页", &home.address);
    let finding = Finding::new(subject, message, home.address.clone(), NonEmpty::one(home.citation.clone()));
    match newest {
        Some(newest) => finding.with("newest", newest),
        None => finding,
    }
}
