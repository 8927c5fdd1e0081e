//! # home-updates-few
//!
//! ## What it asks
//! Have enough new entries appeared on the home page lately?
//!
//! ## How it is judged
//! The entries of the home page's blocks are dated, by the home page itself or by their own pages; an address
//! shown in two blocks counts once. The rule is broken when fewer than `fewer_than` lie within the last
//! `window_days` days, even if every entry whose date is not known did.
//!
//! ## What it cannot see
//! Blocks loaded by script; entries that came and went between two visits.

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::{Limit, NonEmpty};
use crate::dossier::{Dossier, When};
use crate::evidence::{Gap, Need};

pub(super) struct HomeUpdatesFew;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    window_days: u32,
    fewer_than: usize,
}

impl Indicator for HomeUpdatesFew {
    const ID: &'static str = "home-updates-few";
    const NEEDS: &'static [Need] = &[Need::Home];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let home = dossier.home()?;
        if home.only_navigation {
            return Ok(Verdict::NotApplicable("首页仅为栏目导航入口"));
        }
        let first = Limit::Days(terms.window_days).first_day(dossier.as_of());
        let (mut fresh, mut doubtful) = (0, 0);
        for row in &home.rows {
            match row.when {
                When::Known { day, .. } if day >= first => fresh += 1,
                When::Likely(day) | When::AtBest(day) if day >= first => doubtful += 1,
                When::Later(_) | When::Unread => doubtful += 1,
                When::Known { .. } | When::Likely(_) | When::AtBest(_) | When::Undated => {}
            }
        }
        let mut survey = Survey::default();
        if fresh >= terms.fewer_than {
            survey.sound();
        } else if home.by_script {
            survey.unread(Gap::ByScript);
        } else if fresh + doubtful >= terms.fewer_than {
            survey.unread(Gap::DateUnread);
        } else {
            let subject = Subject::at(SubjectKind::Page, "首页", &home.address);
            let message = format!(
                "首页栏目在检查日前{}天内更新的信息至多{}条，少于{}条。",
                terms.window_days,
                fresh + doubtful,
                terms.fewer_than
            );
            let evidence = NonEmpty::one(home.citation.clone());
            survey
                .found(Finding::new(subject, message, home.address.clone(), evidence).with("updates", fresh));
        }
        Ok(survey.verdict(std::num::NonZeroUsize::MIN, "首页没有栏目信息"))
    }
}
