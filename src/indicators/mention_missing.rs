//! # mention-missing
//!
//! ## What it asks
//! Does the site have something by one of these names: a column, an entry, a document?
//!
//! ## How it is judged
//! The texts of all links of the site's pages, or with `on = "home"` of the home page and the pages it takes into
//! itself, are looked through for `names`; white space does not matter. With `year = "last"` the year before the day
//! of inspection must stand in the same text, and nothing is asked before `from` (month-day). The rule is broken when
//! no text contains any of the names.
//!
//! ## What it cannot see
//! Navigation built by script, and pictures without a caption; pages that were not read. Then a missing name proves
//! nothing.

use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::{Day, NonEmpty};
use crate::dossier::{Column, Content, Dossier, PageFact};
use crate::evidence::{Gap, Need};

pub(super) struct MentionMissing;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    /// What readers call it.
    what: String,
    names: Vec<String>,
    on: Place,
    year: Option<Year>,
    /// `01-31`: the day of the year from which it must be there.
    from: Option<String>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Place {
    Home,
    Anywhere,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Year {
    Last,
}

impl Indicator for MentionMissing {
    const ID: &'static str = "mention-missing";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Pages, Need::Columns];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let home = dossier.home()?;
        if terms.is_too_early(dossier.as_of()) {
            return Ok(Verdict::NotApplicable("检查日尚未到规定时间"));
        }
        let year = terms.year.as_ref().map(|Year::Last| (dossier.as_of().year() - 1).to_string());
        let fits = |text: &str| {
            let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            terms.names.iter().any(|name| text.contains(name.as_str()))
                && year.as_ref().is_none_or(|year| text.contains(year.as_str()))
        };
        let speaks = |fact: &&PageFact| fact.page.links.iter().any(|link| fits(&link.text));
        let pages: Vec<&PageFact> = match terms.on {
            Place::Home => dossier.home_pages()?,
            Place::Anywhere => dossier.pages()?.iter().collect(),
        };
        let mut survey = Survey::default();
        if pages.iter().any(speaks) || dossier.columns()?.iter().any(|it| fits(&it.name)) {
            survey.sound();
        } else {
            dossier.navigation()?;
            if terms.on == Place::Anywhere {
                if !dossier.finished() {
                    return Err(Gap::WalkUnfinished);
                }
                if dossier.columns()?.iter().any(may_hold_it) {
                    return Err(Gap::PageUnread);
                }
            }
            let place = if terms.on == Place::Home { "首页" } else { "全站" };
            let subject = Subject::at(SubjectKind::Site, &terms.what, &home.address);
            let year = year.map(|year| format!("{year}年")).unwrap_or_default();
            let message = format!("{place}未发现{year}{}。", terms.what);
            survey.found(Finding::new(
                subject,
                message,
                home.address.clone(),
                NonEmpty::one(home.citation.clone()),
            ));
        }
        Ok(survey.verdict(NonZeroUsize::MIN, "没有可检查的页面"))
    }
}

impl Terms {
    fn is_too_early(&self, as_of: Day) -> bool {
        self.from.as_ref().is_some_and(|from| as_of.to_string()[5..] < from[..])
    }
}

/// Whether a column that could not be read may lead to what is looked for: its name does not say what is in it.
fn may_hold_it(column: &Column) -> bool {
    matches!(column.content, Content::Unread(_)) && column.sure_kind().is_none()
}
