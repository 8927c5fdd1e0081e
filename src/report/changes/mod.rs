//! What changed, in every form that people and machines of a build read it in.
//!
//! Each renderer is a pure function of the same [`ChangesView`] and escapes for its own form: a title of a website may
//! hold anything, a line break and `::error::` among it. None of them leaves a change out; only the gate chooses what
//! is an alarm, and it has done so before.

mod annotations;
mod gitlab;
mod history;
mod json;
mod junit;
mod markdown;
mod page;
mod sarif;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Digest;
use crate::compare::{Alarm, Comparison, Defect, Level, SiteChanges, State};

use super::RenderError;
pub use history::{HistoryDocument, json as history_json, text as history_text};
pub use json::{Document, schema};
pub use page::html as history_html;
pub use text::{Paint, text};

/// A comparison, and what the gate says of it.
#[derive(Clone, Copy, Debug)]
pub struct ChangesView<'a> {
    /// What changed.
    pub comparison: &'a Comparison,
    /// What the gate says, the loudest first.
    pub alarms: &'a [Alarm],
}

/// A form in which a comparison is written down.
#[derive(Clone, Copy, Debug)]
pub struct ChangesFormat {
    /// As the command line spells it.
    pub name: &'static str,
    /// Pure: the same view gives the same bytes.
    pub render: fn(&ChangesView<'_>) -> Result<Vec<u8>, RenderError>,
}

/// Every form.
pub static CHANGES_FORMATS: &[ChangesFormat] = &[
    ChangesFormat { name: "text", render: |view| Ok(text(view, Paint::Plain).into_bytes()) },
    ChangesFormat { name: "md", render: |view| Ok(markdown::render(view).into_bytes()) },
    ChangesFormat { name: "json", render: json::render },
    ChangesFormat { name: "junit", render: junit::render },
    ChangesFormat { name: "sarif", render: sarif::render },
    ChangesFormat { name: "github", render: |view| Ok(annotations::render(view).into_bytes()) },
    ChangesFormat { name: "gitlab", render: gitlab::render },
];

impl ChangesFormat {
    /// The form the command line calls so.
    pub fn named(name: &str) -> Option<&'static Self> {
        CHANGES_FORMATS.iter().find(|it| it.name == name)
    }
}

/// One line of a report for machines: a defect that changed, or an alarm that is about no single defect.
struct Item<'a> {
    site: &'a str,
    site_name: &'a str,
    /// `None` for an alarm that is about no single defect.
    defect: Option<&'a Defect>,
    alarm: Option<&'a Alarm>,
    clauses: Vec<&'a str>,
    indicator: &'a str,
    title: &'a str,
    message: &'a str,
    page: Option<&'a str>,
    /// Unique in the comparison, and the same in the next one.
    fingerprint: String,
}

impl Item<'_> {
    fn level(&self) -> Level {
        self.alarm.map_or(Level::Off, |it| it.level)
    }

    fn is_waived(&self) -> bool {
        self.defect.is_some_and(Defect::is_waived)
    }

    fn state(&self) -> Option<State> {
        self.defect.map(|it| it.state)
    }
}

impl<'a> ChangesView<'a> {
    /// Everything that changed, site by site; in each the worst first.
    fn items(&self) -> Vec<Item<'a>> {
        let by_finding: BTreeMap<Finding<'a>, &'a Alarm> =
            self.alarms.iter().map(|it| ((it.site.as_str(), it.fingerprint.as_str()), it)).collect();
        let mut told: BTreeSet<Finding<'a>> = BTreeSet::new();
        let mut items = Vec::new();
        for site in &self.comparison.sites {
            for defect in &site.defects {
                let alarm = alarm_about(site, defect, &by_finding);
                told.extend(alarm.map(|it| (it.site.as_str(), it.fingerprint.as_str())));
                items.extend(of_defect(site, defect, alarm));
            }
        }
        let untold = |it: &&Alarm| !told.contains(&(it.site.as_str(), it.fingerprint.as_str()));
        items.extend(self.alarms.iter().filter(untold).map(|alarm| self.of_alarm(alarm)));
        items.sort_by(|a, b| a.site.cmp(b.site));
        items
    }

    fn of_alarm(&self, alarm: &'a Alarm) -> Item<'a> {
        let site = self.comparison.sites.iter().find(|it| it.id == alarm.site);
        Item {
            site: &alarm.site,
            site_name: site.map_or("", |it| it.name.as_str()),
            defect: None,
            alarm: Some(alarm),
            clauses: alarm.clause.iter().map(String::as_str).collect(),
            indicator: alarm.indicator.as_deref().unwrap_or(alarm.trigger.id()),
            title: &alarm.title,
            message: &alarm.message,
            page: alarm.page.as_deref(),
            fingerprint: unique(&[&alarm.site, &alarm.fingerprint]),
        }
    }

    fn alarms_of(&self, level: Level) -> usize {
        self.alarms.iter().filter(|it| it.level == level).count()
    }
}

/// Id of a site, and a fingerprint.
type Finding<'a> = (&'a str, &'a str);

fn alarm_about<'a>(
    site: &'a SiteChanges,
    defect: &'a Defect,
    alarms: &BTreeMap<Finding<'a>, &'a Alarm>,
) -> Option<&'a Alarm> {
    if matches!(defect.state, State::Fixed | State::Moved) {
        return None;
    }
    defect.clauses.iter().find_map(|it| alarms.get(&(site.id.as_str(), it.fingerprint.as_str())).copied())
}

fn of_defect<'a>(site: &'a SiteChanges, defect: &'a Defect, alarm: Option<&'a Alarm>) -> Option<Item<'a>> {
    // The row that set off the alarm stands for the others.
    let clause = defect
        .clauses
        .iter()
        .find(|it| alarm.is_some_and(|alarm| alarm.fingerprint == it.fingerprint))
        .or(defect.clauses.first())?;
    Some(Item {
        site: &site.id,
        site_name: &site.name,
        defect: Some(defect),
        alarm,
        clauses: defect.clauses.iter().map(|it| it.clause.as_str()).collect(),
        indicator: &clause.indicator,
        title: &clause.title,
        message: alarm.map_or(defect.message.as_str(), |it| it.message.as_str()),
        page: Some(&defect.page),
        fingerprint: unique(&[&site.id, &clause.fingerprint, defect.state.id()]),
    })
}

fn unique(parts: &[&str]) -> String {
    Digest::of(parts.join("\u{1f}")).short()
}

/// An address that may be made a live link; a report that somebody else wrote may hold any text there.
fn live(url: &str) -> Option<&str> {
    (url.starts_with("http://") || url.starts_with("https://")).then_some(url)
}
