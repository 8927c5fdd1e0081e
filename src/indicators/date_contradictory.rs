//! # date-contradictory
//!
//! ## What it asks
//! Do the dates of a text contradict each other, as forged dates of publication do (伪造发稿日期)?
//!
//! ## How it is judged
//! The day that an article prints is set against everything else that testifies to it. A sign is a printed day that lies
//! after the day on which the page was fetched; more than `tolerance_days` after the day on which the server says its
//! bytes last changed; more than `tolerance_days` away from the day that a list prints beside it; or more than
//! `address_days` after the day in its address. Where all pages with a Last-Modified bear one and the same day, the site
//! was moved on that day and it testifies to nothing. Signs never fail: each is put to a person.
//!
//! ## What it cannot see
//! Whether a contradiction was meant; days earlier than the truth, which moved and old documents have rightly; what was
//! on the page before the first visit.

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::{Day, NonEmpty};
use crate::dossier::{ArticleFact, Dossier};
use crate::evidence::{Gap, Need};

pub(super) struct DateContradictory;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    tolerance_days: u32,
    address_days: u32,
}

impl Indicator for DateContradictory {
    const ID: &'static str = "date-contradictory";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Articles];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let articles = dossier.articles()?;
        let moved = moved_on(articles);
        let mut survey = Survey::default();
        for article in articles {
            match terms.sign(article, moved) {
                Some((sign, days)) => survey.found(contradictory(article, &sign, days)),
                None => survey.sound(),
            }
        }
        if !dossier.finished() {
            survey.unread(Gap::WalkUnfinished);
        }
        Ok(survey.proposal("没有注明发布时间的文章"))
    }
}

/// The one day on which every page was changed last, when there is such a day and more than a few pages.
fn moved_on(articles: &[ArticleFact]) -> Option<Day> {
    let mut days: Vec<Day> = articles.iter().filter_map(|it| it.modified).collect();
    let pages = days.len();
    days.dedup();
    match days[..] {
        [day] if pages > 3 => Some(day),
        _ => None,
    }
}

impl Terms {
    /// What contradicts the printed day, and by how many days.
    fn sign(&self, article: &ArticleFact, moved: Option<Day>) -> Option<(String, i64)> {
        let printed = article.printed;
        let beyond = |days: i64, limit: u32| (days > i64::from(limit)).then_some(days);
        if let Some(days) = beyond(printed.days_since(article.seen), 0) {
            return Some((format!("晚于采集到该页面的日期{}", article.seen), days));
        }
        let modified = article.modified.filter(|day| Some(*day) != moved);
        if let Some(day) = modified
            && let Some(days) = beyond(printed.days_since(day), self.tolerance_days)
        {
            return Some((format!("晚于服务器记录的最后修改日期{day}"), days));
        }
        if let Some((day, _)) = &article.listed
            && let Some(days) = beyond(printed.days_since(*day).abs(), self.tolerance_days)
        {
            return Some((format!("与列表所注日期{day}不一致"), days));
        }
        let day = article.addressed?;
        let days = beyond(printed.days_since(day), self.address_days)?;
        Some((format!("晚于网址所含日期{day}"), days))
    }
}

fn contradictory(article: &ArticleFact, sign: &str, days: i64) -> Finding {
    let ArticleFact { title, page, printed, .. } = article;
    let message = format!("“{title}”注明发布于{printed}，{sign}，相差{days}天。");
    let mut evidence = NonEmpty::one(article.citation.clone());
    if let Some((_, list)) = &article.listed {
        evidence.push(list.clone());
    }
    Finding::new(Subject::at(SubjectKind::Page, title, page), message, page.clone(), evidence)
        .with("days", days)
        .with("printed", printed)
}
