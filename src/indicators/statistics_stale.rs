//! # statistics-stale
//!
//! ## What it asks
//! Does the site publish figures by one of these names, and are they of late (办事统计)?
//!
//! ## How it is judged
//! Columns whose name holds one of `names`, or else list pages that call themselves so, are held to `months` before the day of inspection, as any column is. When there
//! is no such column and no link of the site speaks of one, the rule is broken as well.
//!
//! ## What it cannot see
//! Figures in pictures or by script, and those published on another site: then nothing is said.

use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::{Day, Limit, NonEmpty};
use crate::dossier::{Column, Content, Dossier, Freshness, Home, PageFact, freshness};
use crate::evidence::{Gap, Need};

pub(super) struct StatisticsStale;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    /// What readers call it.
    what: String,
    names: Vec<String>,
    months: u32,
}

impl Indicator for StatisticsStale {
    const ID: &'static str = "statistics-stale";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Columns, Need::Pages];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let home = dossier.home()?;
        let limit = Limit::Months(terms.months);
        let mut survey = Survey::default();
        for column in dossier.columns()?.iter().filter(|it| terms.fits(&it.name)) {
            match &column.content {
                Content::Listed { rows, newer_unread, .. } => {
                    match freshness(rows, *newer_unread, limit, dossier.as_of()) {
                        Freshness::Fresh { .. } => survey.sound(),
                        Freshness::Stale { newest } => survey.found(terms.stale(column, newest)),
                        Freshness::Unknown(gap) => survey.unread(gap),
                    }
                }
                Content::Blank => survey.found(terms.blank(column)),
                Content::OneText | Content::Parent => survey.unread(Gap::NothingPublished),
                Content::Elsewhere => survey.unread(Gap::Elsewhere),
                Content::Unread(gap) => survey.unread(gap.clone()),
            }
        }
        if survey.is_empty() {
            for fact in dossier.pages()? {
                terms.weigh(fact, limit.first_day(dossier.as_of()), dossier.as_of(), &mut survey);
            }
        }
        if survey.is_empty() {
            let speaks = |text: &str| terms.fits(text);
            if dossier.pages()?.iter().any(|it| it.page.links.iter().any(|link| speaks(&link.text))) {
                return Err(Gap::Elsewhere);
            }
            dossier.navigation()?;
            if !dossier.finished() {
                return Err(Gap::WalkUnfinished);
            }
            survey.found(terms.missing(home));
        }
        Ok(survey.verdict(NonZeroUsize::MIN, "没有可检查的栏目"))
    }
}

impl Terms {
    fn fits(&self, name: &str) -> bool {
        let name: String = name.chars().filter(|c| !c.is_whitespace()).collect();
        self.names.iter().any(|it| name.contains(it.as_str()))
    }

    /// A list page of this name that no navigation leads to.
    fn weigh(&self, fact: &PageFact, first: Day, as_of: Day, survey: &mut Survey) {
        let Some(name) = fact.page.column_name().filter(|it| self.fits(it)) else { return };
        let Some(list) = fact.page.lists.iter().find(|it| it.is_main) else { return };
        let days: Vec<Option<Day>> = list.items.iter().map(|it| it.date.day()).collect();
        match days.iter().flatten().filter(|day| **day <= as_of).max() {
            Some(newest) if *newest >= first => survey.sound(),
            Some(newest) if days.iter().all(|day| day.is_some_and(|it| it <= as_of)) => {
                let message =
                    format!("{}“{name}”最新一期为{newest}，超过{}个月未更新。", self.what, self.months);
                let address = &fact.page.address;
                let subject = Subject::at(SubjectKind::Column, name, address);
                let evidence = NonEmpty::one(fact.citation.clone());
                let finding = Finding::new(subject, message, address.clone(), evidence);
                survey.found(finding.with("limit_months", self.months));
            }
            _ => survey.unread(Gap::DateUnread),
        }
    }

    fn stale(&self, column: &Column, newest: Option<Day>) -> Finding {
        let Self { what, months, .. } = self;
        let message = match newest {
            Some(day) => format!("{what}“{}”最新一期为{day}，超过{months}个月未更新。", column.name),
            None => format!("{what}“{}”未注明发布时间。", column.name),
        };
        self.about(column, message)
    }

    fn blank(&self, column: &Column) -> Finding {
        self.about(column, format!("{}“{}”没有任何内容。", self.what, column.name))
    }

    fn about(&self, column: &Column, message: String) -> Finding {
        let subject = Subject::at(SubjectKind::Column, &column.name, &column.address);
        let evidence = NonEmpty::one(column.citation.clone());
        Finding::new(subject, message, column.address.clone(), evidence).with("limit_months", self.months)
    }

    fn missing(&self, home: &Home) -> Finding {
        let subject = Subject::at(SubjectKind::Site, &self.what, &home.address);
        let evidence = NonEmpty::one(home.citation.clone());
        Finding::new(subject, format!("全站未发现{}。", self.what), home.address.clone(), evidence)
    }
}
