//! # annual-form-late
//!
//! ## What it asks
//! Was last year's form published in time, and does the home page lead to it (政府网站工作年度报表)?
//!
//! ## How it is judged
//! Texts of links, entries of lists and titles of articles are looked through for one of `names` with the year before the
//! day of inspection. The earliest day printed beside one of them may not lie after `due` (month-day). Nothing is asked
//! before `due`. A form that is not there, one that came too late, and a home page without any link of that name are one
//! finding each.
//!
//! ## What it cannot see
//! Forms that are pictures without a title; forms whose day is not printed: then nothing is said about the day.

use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::{Address, Day, NonEmpty};
use crate::dossier::{Dossier, PageFact};
use crate::evidence::{Citation, Gap, Need};

pub(super) struct AnnualFormLate;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    /// What readers call it.
    what: String,
    names: Vec<String>,
    /// `01-31`: the last day on which it is in time.
    due: String,
}

/// A place that names the form.
struct Place<'a> {
    page: &'a Address,
    citation: &'a Citation,
    day: Option<Day>,
}

impl Indicator for AnnualFormLate {
    const ID: &'static str = "annual-form-late";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Pages, Need::Columns];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let home = dossier.home()?;
        let today = dossier.as_of();
        // In `YYYY-MM-DD`, what comes later is greater.
        let due = format!("{}-{}", today.year(), terms.due);
        if today.to_string() < due {
            return Ok(Verdict::NotApplicable("检查日尚未到规定时间"));
        }
        let year = (today.year() - 1).to_string();
        let pages = dossier.pages()?;
        let places: Vec<Place<'_>> = pages.iter().flat_map(|it| terms.places(it, &year)).collect();
        let mut survey = Survey::default();
        let what = format!("{year}年{}", terms.what);
        let about = |message: String, name: String, citation: &Citation| {
            let subject = Subject::at(SubjectKind::Site, name, &home.address);
            Finding::new(subject, message, home.address.clone(), NonEmpty::one(citation.clone()))
        };
        if places.is_empty() {
            dossier.navigation()?;
            if !dossier.finished() {
                return Err(Gap::WalkUnfinished);
            }
            survey.found(about(format!("全站未发现{what}。"), terms.what.clone(), &home.citation));
            return Ok(survey.verdict(NonZeroUsize::MIN, "没有可检查的页面"));
        }
        match places.iter().filter_map(|it| Some((it.day?, it))).min_by_key(|(day, _)| *day) {
            Some((day, _)) if day.to_string() <= due => survey.sound(),
            Some((day, place)) => {
                let message = format!("{what}发布于{day}，晚于{due}。");
                let subject = Subject::at(SubjectKind::Site, terms.what.clone(), place.page);
                let evidence = NonEmpty::one(place.citation.clone());
                survey.found(
                    Finding::new(subject, message, place.page.clone(), evidence).with("published", day),
                );
            }
            None => survey.unread(Gap::DateUnread),
        }
        let home_pages = dossier.home_pages()?;
        if home_pages.iter().any(|it| it.page.links.iter().any(|link| terms.names_it(&link.text))) {
            survey.sound();
        } else if home_pages.iter().any(|it| it.page.by_script.is_some()) {
            survey.unread(Gap::ByScript);
        } else {
            let message = format!("首页未见{}的入口。", terms.what);
            survey.found(about(message, format!("{}（首页入口）", terms.what), &home.citation));
        }
        Ok(survey.verdict(NonZeroUsize::MIN, "没有可检查的页面"))
    }
}

impl Terms {
    fn names_it(&self, text: &str) -> bool {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        self.names.iter().any(|it| text.contains(it.as_str()))
    }

    fn places<'a>(&self, fact: &'a PageFact, year: &str) -> Vec<Place<'a>> {
        let (page, citation) = (&fact.page.address, &fact.citation);
        let fits = |text: &str| self.names_it(text) && text.contains(year);
        let mut places: Vec<Place<'a>> = Vec::new();
        for item in fact.page.lists.iter().flat_map(|it| &it.items).filter(|it| fits(&it.title)) {
            places.push(Place { page, citation, day: item.date.day() });
        }
        if let Some(article) = fact.page.article.as_ref().filter(|it| fits(&it.title)) {
            places.push(Place { page, citation, day: article.date.day() });
        }
        if places.is_empty() && fact.page.links.iter().any(|it| fits(&it.text)) {
            places.push(Place { page, citation, day: None });
        }
        places
    }
}
