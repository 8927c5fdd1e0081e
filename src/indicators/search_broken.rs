//! # search-broken
//!
//! ## What it asks
//! Does the site's own search find a title that stands on its home page (搜索功能)?
//!
//! ## How it is judged
//! The crawl puts one question to the search form of the home page, when that is sent by GET to the site itself: the
//! title of a dated entry of the home page. An answer with an error, or without the title, is a sign. Signs never fail:
//! each is put to a person. Only what the archive holds is judged.
//!
//! ## What it cannot see
//! Searches by script, by POST or on another host; results that come by script; sorting, classes, and how a search
//! bears with a mistake.

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::NonEmpty;
use crate::dossier::Dossier;
use crate::evidence::{Gap, Need};

pub(super) struct SearchBroken;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {}

impl Indicator for SearchBroken {
    const ID: &'static str = "search-broken";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Search];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, _: &Terms) -> Result<Verdict, Gap> {
        let home = dossier.home()?;
        let search = dossier.search()?;
        let mut survey = Survey::default();
        let fault = match search.found {
            Ok(true) => {
                survey.sound();
                return Ok(survey.proposal("没有可检查的搜索"));
            }
            Ok(false) if search.by_script => return Err(Gap::ByScript),
            Ok(false) => "结果中没有该标题".to_owned(),
            Err(breakage) => breakage.zh(),
        };
        let subject = Subject::at(SubjectKind::Site, "网站搜索", &search.address);
        let message = format!("用首页信息标题“{}”搜索，{fault}。", search.title);
        let mut evidence = NonEmpty::one(search.citation.clone());
        evidence.push(home.citation.clone());
        survey.found(Finding::new(subject, message, search.address.clone(), evidence));
        Ok(survey.proposal("没有可检查的搜索"))
    }
}
