//! # site-unreachable
//!
//! ## What it asks
//! Did the home page open whenever it was tried, over a week of visits?
//!
//! ## How it is judged
//! The last `window_days` days of the watch up to the day of inspection are counted, each of 24 hours. A visit opened
//! when an answer began to come within 15 seconds, redirects included; an error status (4xx, 5xx) is a page that does
//! not open. The share of visits that did not open is compared with `percent`: 9 of 168 are 5.36 %, 8 are 4.76 %. With
//! `each`, every whole `percent` is a finding of its own. The 95 % interval that the count allows is printed beside
//! the share, and does not decide.
//! Visits while our own line was down are no visits. A failure counts only when a host of the roster's `[control]`
//! list answered right after it. Challenges, refusals (401, 403, 412, 429 …) and failures without a control host can
//! be judged neither way: they matter when they could tip the scale. A day with fewer than `probes_per_day` visits is
//! insufficient, and so is the week.
//!
//! ## What it cannot see
//! A single visit says nothing about a week: without probes the answer is always "undetermined". How the site is
//! reached from other networks than ours; whether a page that opens is of any use.

use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Verdict};
use crate::base::{Address, NonEmpty};
use crate::dossier::{Dossier, Week};
use crate::evidence::{Citation, Gap, Need};

/// Visits that a finding cites; the others are in the same file.
const MOST_CITED: usize = 20;

pub(super) struct SiteUnreachable;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    window_days: u32,
    probes_per_day: usize,
    percent: NonZeroUsize,
    /// Whether each whole `percent` counts, and not only the first.
    #[serde(default)]
    each: bool,
}

impl Indicator for SiteUnreachable {
    const ID: &'static str = "site-unreachable";
    const NEEDS: &'static [Need] = &[Need::Probes];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let week = dossier.watched()?.week(terms.window_days, dossier.as_of())?;
        let Some(home) = &dossier.site().home else { return Err(Gap::NothingGathered) };
        let thin = week.thin_days(terms.probes_per_day);
        if thin > 0 {
            return Err(Gap::ProbesFew { thin, days: week.days.len(), least: terms.probes_per_day });
        }
        Ok(weigh(&week, home, terms))
    }
}

fn weigh(week: &Week<'_>, home: &Address, terms: &Terms) -> Verdict {
    let (failed, visits, doubtful) = (week.not_opened.len(), week.visits(), week.doubtful());
    let (least, most) = (terms.steps(failed, visits), terms.steps(failed + doubtful, visits));
    let Some(examined) = NonZeroUsize::new(week.judged()) else {
        return Verdict::from(doubt(week));
    };
    let found = (1..=least).filter_map(|step| finding(week, home, terms, step)).collect();
    match NonEmpty::at_least(NonZeroUsize::MIN, found) {
        Ok(findings) => Verdict::Fail { examined, findings, unread: most - least },
        Err(_) if most == 0 => Verdict::Pass {
            examined,
            remarks: finding(week, home, terms, 0).into_iter().collect(),
            shown: Vec::new(),
        },
        Err(_) => Verdict::Undetermined {
            gap: doubt(week),
            remarks: Vec::new(),
            shown: Vec::new(),
            unread: Some(most),
        },
    }
}

fn doubt(week: &Week<'_>) -> Gap {
    Gap::ProbesDoubtful { challenged: week.challenged, unproved: week.unproved }
}

impl Terms {
    /// How many times `failed` of `visits` reach the limit.
    fn steps(&self, failed: usize, visits: usize) -> usize {
        let steps = (failed * 100).checked_div(visits * self.percent.get()).unwrap_or_default();
        if self.each { steps } else { steps.min(1) }
    }
}

/// The `step`th time that the limit is reached; 0 for a week that stays below it. None when every visit opened.
fn finding(week: &Week<'_>, home: &Address, terms: &Terms, step: usize) -> Option<Finding> {
    let cited: Vec<Citation> =
        week.not_opened.iter().take(MOST_CITED).map(|(_, citation)| citation.clone()).collect();
    let evidence = NonEmpty::at_least(NonZeroUsize::MIN, cited).ok()?;
    let (failed, judged) = (week.not_opened.len(), week.judged());
    let (low, high) = week.interval();
    let (from, until) = (zh(week.from), zh(week.until));
    let limit = terms.percent.get() * step.max(1);
    let reached = if step == 0 { "未达到" } else { "达到" };
    let share = percent(failed, judged, step > 0);
    let doubtful = match week.doubtful() {
        0 => String::new(),
        doubtful => format!("另有{doubtful}次不能判断，"),
    };
    let dropped = match week.dropped {
        0 => String::new(),
        dropped => format!("本单位线路中断的{dropped}次不计，"),
    };
    let message = format!(
        "{from}至{until}监测首页{judged}次，有{failed}次未能打开，占{share}（按此次数，95%的可能在{low:.2}%至{high:.2}%之间），\
         {doubtful}{dropped}{reached}{limit}%。"
    );
    let name = if terms.each {
        format!("首页打不开的次数占{limit}%")
    } else {
        "首页打不开".to_owned()
    };
    let subject = Subject { kind: SubjectKind::Site, name, address: Some(home.clone()) };
    let finding = Finding::new(subject, message, home.clone(), evidence)
        .with("failed", failed)
        .with("visits", judged)
        .with("challenged", week.challenged)
        .with("unproved", week.unproved)
        .with("dropped", week.dropped)
        .with("interval_low_percent", format!("{low:.2}"))
        .with("interval_high_percent", format!("{high:.2}"))
        .with("limit_percent", limit);
    Some(finding)
}

/// `5.36%`; cut instead of rounded where the limit is not reached, so that 4.999 % is not printed as 5 %.
fn percent(part: usize, whole: usize, reached: bool) -> String {
    let half = if reached { whole / 2 } else { 0 };
    let hundredths = (part * 10_000 + half).checked_div(whole).unwrap_or_default();
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// `2017-12-08 10:17`
fn zh(moment: crate::base::Moment) -> String {
    moment.to_string().replace('T', " ").chars().take(16).collect()
}
