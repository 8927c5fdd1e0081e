//! A view as a comparison wants it: the same as what is read of its `report.json`.

use crate::checklist::Effect;
use crate::compare::{Answer, Column, Found, LinkSeen, Row, RowEffect, Seen, SiteReading};

use super::{ColumnView, FindingView, LinkStatus, LinkView, RowView, SiteView, Status, Verdict};

impl SiteView {
    /// What a comparison reads of it.
    pub fn reading(&self) -> SiteReading<'_> {
        SiteReading {
            id: self.site.id.as_str().into(),
            name: self.site.name.as_str().into(),
            url: self.site.url.as_ref().map(|it| it.as_str().into()),
            seen: match self.run.status {
                Status::Complete => Seen::Wholly,
                Status::Partial => Seen::Partly,
                Status::Failed => Seen::Not,
            },
            checklist: self.checklist.id.as_str().into(),
            outcome: Some(self.outcome.outcome),
            score: self.outcome.score_withheld.is_none().then_some(self.outcome.score),
            rows: self.rows.iter().map(RowView::reading).collect(),
            columns: self.columns.iter().map(ColumnView::reading).collect(),
            links: self.links.targets.iter().map(|it| (it.url.as_str().into(), it.seen())).collect(),
        }
    }
}

impl RowView {
    fn reading(&self) -> Row<'_> {
        let counting = self.findings.iter().map(|it| it.reading(true));
        Row {
            clause: self.clause.as_str().into(),
            indicator: self.indicator.as_deref().map(Into::into),
            title: self.title.as_str().into(),
            effect: match self.effect {
                Effect::Veto => RowEffect::Veto,
                Effect::Deduct { .. } | Effect::Withheld => RowEffect::Deduct,
                Effect::Advise => RowEffect::Advise,
            },
            answer: match self.verdict {
                Verdict::Pass => Answer::Pass,
                Verdict::Fail => Answer::Fail,
                Verdict::NotApplicable => Answer::NotApplicable,
                Verdict::Undetermined => Answer::Undetermined,
                Verdict::Manual => Answer::Manual,
            },
            to_confirm: self.to_confirm,
            reason: self.reason.as_deref().map(Into::into),
            unread: self.unread.unwrap_or_default(),
            takes_off: self.deduction.low.decimal(),
            found: counting.chain(self.remarks.iter().map(|it| it.reading(false))).collect(),
        }
    }
}

impl FindingView {
    /// What a comparison, or a waiver, looks at.
    pub(super) fn reading(&self, counts: bool) -> Found<'_> {
        Found {
            fingerprint: self.fingerprint.as_str().into(),
            counts,
            kind: self.kind.id().into(),
            name: self.name.as_str().into(),
            url: self.url.as_ref().map(|it| it.as_str().into()),
            message: self.message.as_str().into(),
            page: self.page.as_str().into(),
            details: self.details.iter().map(|(key, value)| (key.into(), value.into())).collect(),
        }
    }
}

impl ColumnView {
    fn reading(&self) -> Column<'_> {
        Column {
            name: self.name.as_str().into(),
            url: self.url.as_str().into(),
            status: self.status.id().into(),
            newest: self.newest.map(|it| it.to_string().into()),
            days_since: self.days_since,
            limit_days: self.limit_days,
        }
    }
}

impl LinkView {
    fn seen(&self) -> LinkSeen {
        if self.state == LinkStatus::Blocked { LinkSeen::Blocked } else { LinkSeen::Judged }
    }
}
