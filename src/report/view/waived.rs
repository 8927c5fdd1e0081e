//! Findings that were agreed to be borne: struck through, and counted all the same.

use crate::base::Day;
use crate::compare::{Answer, Row, RowEffect, WaiverBook};

use super::{FindingView, RowView, SiteView, clean};

/// What was agreed about a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaivedView {
    /// Why it is borne.
    pub reason: String,
    /// Who says so.
    pub author: String,
    /// The last day it holds.
    pub until: Day,
}

impl WaivedView {
    /// As an official would note it in the margin.
    pub fn words(&self) -> String {
        format!("已豁免至{}（{}）：{}", self.until, self.author, self.reason)
    }
}

impl FindingView {
    /// The fact, and for forms that cannot strike it through, that it is borne.
    pub fn message_with_waiver(&self) -> String {
        match &self.waived {
            Some(waived) => format!("{}（{}）", self.message, waived.words()),
            None => self.message.clone(),
        }
    }
}

impl SiteView {
    /// Strikes through what the waivers bear. Neither verdict nor score changes.
    pub fn strike(&mut self, waivers: &mut WaiverBook) {
        waivers.saw(&self.site.id);
        for row in &mut self.rows {
            let bare = bare(row);
            for finding in row.findings.iter_mut().chain(&mut row.remarks) {
                let waived = waivers.bears(&self.site.id, &bare, &finding.reading(true)).map(|it| {
                    WaivedView { reason: clean(&it.reason), author: clean(&it.author), until: it.until }
                });
                finding.waived = waived;
            }
        }
    }
}

/// A row as far as a waiver looks at it.
fn bare(row: &RowView) -> Row<'static> {
    Row {
        clause: row.clause.clone().into(),
        indicator: row.indicator.clone().map(Into::into),
        title: row.title.clone().into(),
        effect: RowEffect::Advise,
        answer: Answer::Fail,
        to_confirm: false,
        reason: None,
        unread: 0,
        takes_off: 0.0,
        found: Vec::new(),
    }
}
