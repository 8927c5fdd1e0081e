//! The columns with their age against their limit.

use crate::base::{ColumnKind, Day, Limit};
use crate::dossier::{Certainty, Column, Content, Facts, Freshness, Origin, freshness};
use crate::evidence::Gap;

use super::{ColumnStatus, ColumnView, EvidenceView, clean};

/// Every column, the worst first; among equals the oldest first, then in the order of the site.
pub(super) fn of(facts: &Facts, limits: &[(ColumnKind, Limit)]) -> Vec<ColumnView> {
    let mut views: Vec<ColumnView> =
        facts.columns().iter().map(|it| column(it, limits, facts.as_of())).collect();
    views.sort_by_key(|it| (it.status, std::cmp::Reverse(it.days_since)));
    views
}

fn column(column: &Column, limits: &[(ColumnKind, Limit)], as_of: Day) -> ColumnView {
    let sure = column.sure_kind();
    let limit = sure.and_then(|kind| limits.iter().find(|(it, _)| *it == kind)).map(|(_, limit)| *limit);
    let standing = standing(column, limit, as_of);
    let newest = standing.newest.or_else(|| column.newest());
    ColumnView {
        name: clean(&column.name),
        kind: column.kind.kind,
        kind_words: kind_words(column),
        url: column.address.clone(),
        declared: column.origin == Origin::Declared,
        origin_words: origin_words(column.origin).to_owned(),
        items: items(column),
        newest,
        days_since: newest.map(|day| as_of.days_since(day)),
        limit_words: limit.map(Limit::zh),
        limit_days: limit.map(|it| it.in_days(as_of)),
        status: standing.status,
        reason: standing.reason,
        evidence: EvidenceView::of(&column.citation),
    }
}

struct Standing {
    status: ColumnStatus,
    newest: Option<Day>,
    reason: Option<String>,
}

fn standing(column: &Column, limit: Option<Limit>, as_of: Day) -> Standing {
    match &column.content {
        Content::Listed { rows, newer_unread, .. } => match limit {
            Some(limit) => weighed(freshness(rows, *newer_unread, limit, as_of)),
            None if column.sure_kind().is_some() => idle("此类栏目没有规定更新期限"),
            None => idle("栏目类别不能确定，不按更新期限核查"),
        },
        Content::Blank => Standing { status: ColumnStatus::Blank, newest: None, reason: None },
        Content::OneText => idle("单篇内容或表单，不要求定期更新"),
        Content::Parent => idle("只作下级栏目的入口"),
        Content::Elsewhere => idle(&Gap::Elsewhere.to_string()),
        Content::Unread(gap) => unknown(gap),
    }
}

fn weighed(freshness: Freshness) -> Standing {
    match freshness {
        Freshness::Fresh { newest } => {
            Standing { status: ColumnStatus::Fresh, newest: Some(newest), reason: None }
        }
        Freshness::Stale { newest: Some(newest) } => {
            Standing { status: ColumnStatus::Stale, newest: Some(newest), reason: None }
        }
        Freshness::Stale { newest: None } => {
            let reason = Some("各条信息均未注明发布时间，按规定视为不更新".to_owned());
            Standing { status: ColumnStatus::Undated, newest: None, reason }
        }
        Freshness::Unknown(gap) => unknown(&gap),
    }
}

fn unknown(gap: &Gap) -> Standing {
    Standing { status: ColumnStatus::Undetermined, newest: None, reason: Some(gap.to_string()) }
}

fn idle(why: &str) -> Standing {
    Standing { status: ColumnStatus::NotApplicable, newest: None, reason: Some(why.to_owned()) }
}

fn items(column: &Column) -> usize {
    match &column.content {
        Content::Listed { rows, .. } => rows.len(),
        _ => 0,
    }
}

fn kind_words(column: &Column) -> String {
    match (column.kind.kind, column.kind.certainty) {
        (None, _) | (_, Certainty::Unknown) => "未归类".to_owned(),
        (Some(kind), Certainty::Hinted) => format!("{}（待确认）", kind.zh()),
        (Some(kind), Certainty::Declared | Certainty::Named) => kind.zh().to_owned(),
    }
}

fn origin_words(origin: Origin) -> &'static str {
    match origin {
        Origin::Declared => "名录申报",
        Origin::Navigation => "首页导航",
        Origin::HomeBlock => "首页板块",
        Origin::SiteMap => "网站地图",
        Origin::Parent => "上级栏目",
    }
}
