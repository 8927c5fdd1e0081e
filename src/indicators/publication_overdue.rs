//! # publication-overdue
//!
//! ## What it asks
//! Was it published for every month, quarter or year that has ended (按月公开财政收支情况, 按季公布地价监测数据)?
//!
//! ## How it is judged
//! Titles are looked through for `names`, and for the span they speak of: 5月, 1—5月, 二季度, 上半年, 前三季度, 2016年度.
//! A report from January on speaks of its last month, and one that ends with a quarter of that quarter too. A title
//! without a year speaks of the last such span before it was published. Spans are due when they have ended and the
//! usual delay has gone by (`period`); each that is due and that no title speaks of is a finding. Titles that fit and
//! name no span may speak of any that ended in the two months before they were published, and clear no one else. Where
//! only a title that is alike speaks of a span, a person says whether it is the paper.
//! Without a `period` the plan gives no interval, and the newest publication is only reported.
//!
//! ## What it cannot see
//! Figures in attachments; titles that name no span. Where a column, its further pages or the end of the walk was not
//! read, a missing span proves nothing.

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Verdict, seek};
use crate::base::{Day, NonEmpty};
use crate::checklist::{Due, Every, Period, Span};
use crate::dossier::{Dossier, Hit, Names, Speaking, Spoken, Standing, spans_of};
use crate::evidence::{Gap, Need};

pub(super) struct PublicationOverdue;

/// How long before its publication a span may have ended of which a title does not speak, in days; our proposal.
const USUAL: u32 = 62;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    names: Names,
    period: Option<Period>,
}

impl Indicator for PublicationOverdue {
    const ID: &'static str = "publication-overdue";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Columns, Need::Pages];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let hits = dossier.look_for(&terms.names, Speaking::InATitle)?;
        let entries: Vec<&Hit<'_>> = hits
            .said
            .iter()
            .filter(|it| matches!(it.mention.place, Standing::Item | Standing::Title))
            .collect();
        let Some(period) = &terms.period else { return reported(dossier, terms, &entries, &hits.alike) };
        let due: Vec<Due> = period.dues().into_iter().filter(|it| it.day < dossier.as_of()).collect();
        if due.is_empty() {
            return Ok(seek::NOT_YET);
        }
        let (mut shown, mut missing, mut unsure, mut alike) = (Vec::new(), Vec::new(), Vec::new(), false);
        for due in due {
            let Some(span) = due.span else { continue };
            if let Some(hit) = entries.iter().find(|it| speaks_of(it, span)) {
                shown.push(seek::fitted(hit));
            } else if let Some(hit) = entries.iter().find(|it| may_speak_of(it, span)) {
                unsure.push(seek::fitted(hit));
            } else if let Some(hit) = hits.alike.iter().find(|it| hints_at(it, span)) {
                // A title that is only alike and speaks of this span, or of none and came after it, is for a person.
                alike = true;
                unsure.push(seek::proposed(hit, dossier));
            } else {
                missing.push(overdue(dossier, &terms.names, due, span)?);
            }
        }
        let Some(missing) = NonEmpty::of(missing) else {
            return Ok(if unsure.is_empty() {
                seek::done(shown)
            } else {
                seek::open(if alike { Gap::OnlyAlike } else { Gap::DateUnread }, unsure)
            });
        };
        if entries.is_empty() && !hits.alike.is_empty() {
            return seek::missing(
                dossier,
                &terms.names,
                Speaking::InATitle,
                &hits.alike,
                None,
                String::new(),
            );
        }
        seek::everything_was_read(dossier, Speaking::InATitle, period.begins())?;
        Ok(seek::broken(missing, unsure.len()))
    }
}

/// Without an interval, what is there is only reported.
fn reported(
    dossier: &Dossier<'_>,
    terms: &Terms,
    entries: &[&Hit<'_>],
    alike: &[Hit<'_>],
) -> Result<Verdict, Gap> {
    let newest = entries.iter().max_by_key(|it| it.mention.when.known());
    let Some(newest) = newest else {
        let sentence = format!("未发现“{}”（查找名称：{}）。", terms.names.what(), terms.names.listed());
        return seek::missing(dossier, &terms.names, Speaking::InATitle, alike, None, sentence);
    };
    let day = newest.mention.when.known().map_or("日期未能读出".to_owned(), |it| format!("{it}公开"));
    let message = format!("最近一次为“{}”，{day}，与名称“{}”相符。", newest.mention.text, newest.fit.name);
    Ok(seek::open(Gap::NoInterval, vec![seek::about(newest, message)]))
}

fn speaks_of(hit: &Hit<'_>, span: Span) -> bool {
    let published = hit.mention.when.known();
    spans_of(&hit.mention.text).iter().any(|spoken| {
        let ends = match spoken {
            Spoken { year: Some(year), .. } => *year == span.year,
            // 5月 in a title of January 2018 is that of the year before.
            Spoken { year: None, .. } => published.is_some_and(|day| is_last_before(span, day)),
        };
        ends && spoken.last_month == span.last_month && fits(*spoken, span.every)
    })
}

/// A whole year says nothing of its December alone, a month says nothing of its quarter unless it counts from January.
fn fits(spoken: Spoken, every: Every) -> bool {
    match every {
        Every::Month => spoken.months == 1 || spoken.from_january,
        Every::Quarter => spoken.months == 3 || (spoken.from_january && spoken.last_month % 3 == 0),
        Every::Year => spoken.months == 12,
    }
}

fn is_last_before(span: Span, day: Day) -> bool {
    let end = span.last_day();
    // A plan for a year is published in it.
    (end < day && day.days_since(end) < 366) || (span.every == Every::Year && span.year == day.year())
}

/// Whether a title without a span may speak of this one, by the day on which it was published.
fn may_speak_of(hit: &Hit<'_>, span: Span) -> bool {
    if !spans_of(&hit.mention.text).is_empty() {
        return false;
    }
    let end = span.last_day();
    match hit.mention.when.known() {
        Some(day) => day > end && day <= end.plus_days(USUAL),
        None => true,
    }
}

/// Whether a title that is only alike speaks of this span, or may.
fn hints_at(hit: &Hit<'_>, span: Span) -> bool {
    let is_entry = matches!(hit.mention.place, Standing::Item | Standing::Title);
    speaks_of(hit, span) || is_entry && may_speak_of(hit, span)
}

fn overdue(dossier: &Dossier<'_>, names: &Names, due: Due, span: Span) -> Result<Finding, Gap> {
    let home = dossier.home()?;
    let (what, zh) = (names.what(), span.zh());
    let subject = Subject {
        kind: SubjectKind::Site,
        name: format!("{what} {zh}"),
        address: Some(home.address.clone()),
    };
    let message = format!("未发现{zh}的“{what}”，按通常时限应于{}前公开。", due.day);
    let finding = Finding::new(subject, message, home.address.clone(), NonEmpty::one(home.citation.clone()));
    Ok(finding.with("due", due.day))
}
