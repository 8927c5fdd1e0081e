//! # deadline-missed
//!
//! ## What it asks
//! Was this document published by the day that is set, or within so many working days of the event that started the
//! count?
//!
//! ## How it is judged
//! Titles are looked through for `names`. A document that is dated on or before the last day of `period`, or that is
//! there on a day of inspection not after it, is in time; one that is dated later is late, and so is one that is
//! nowhere after the last day. Working days leave out weekends and holidays and count the days worked in lieu; the day
//! of the event does not count. Before the deadline nothing is missing.
//!
//! ## What it cannot see
//! A document that was published in time and taken down again; one whose page does not say when it was published.
//! Where a column, its further pages or the end of the walk was not read, a missing document proves nothing.

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Verdict, seek};
use crate::base::{Day, NonEmpty};
use crate::checklist::Period;
use crate::dossier::{Behind, Dossier, Hit, Names, Speaking, Standing, When};
use crate::evidence::{Gap, Need};

pub(super) struct DeadlineMissed;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    names: Names,
    period: Period,
}

impl Indicator for DeadlineMissed {
    const ID: &'static str = "deadline-missed";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Columns, Need::Pages];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let Some(due) = terms.period.dues().first().map(|it| it.day) else { return Ok(seek::NOT_YET) };
        let hits = dossier.look_for(&terms.names, Speaking::InATitle)?;
        let mut late: Option<(Day, Finding)> = None;
        let mut undated = None;
        for hit in &hits.said {
            match published(dossier, hit) {
                Published::On(day) if day <= due => return Ok(seek::done(vec![dated(hit, day)])),
                _ if dossier.as_of() <= due => return Ok(seek::done(vec![seek::fitted(hit)])),
                Published::On(day) => {
                    if late.as_ref().is_none_or(|(first, _)| day < *first) {
                        late = Some((day, late_by(hit, day, due)));
                    }
                }
                Published::Unknown(gap) => {
                    undated.get_or_insert_with(|| (gap, seek::fitted(hit)));
                }
                Published::Nothing => {}
            }
        }
        if let Some((gap, shown)) = undated {
            return Ok(seek::open(gap, vec![shown]));
        }
        if let Some((_, late)) = late {
            return Ok(seek::broken(NonEmpty::one(late), 0));
        }
        let sentence =
            format!("至{due}未发现“{}”（查找名称：{}）。", terms.names.what(), terms.names.listed());
        let verdict = seek::missing(
            dossier,
            &terms.names,
            Speaking::InATitle,
            &hits.alike,
            terms.period.begins(),
            sentence,
        )?;
        Ok(seek::unless_in_time(verdict, Some(&terms.period), dossier.as_of()))
    }
}

enum Published {
    On(Day),
    Unknown(Gap),
    Nothing,
}

/// When what bears the name was published: the title's own day, or the oldest entry of the section.
fn published(dossier: &Dossier<'_>, hit: &Hit<'_>) -> Published {
    let entry = matches!(hit.mention.place, Standing::Item | Standing::Title);
    match hit.mention.when {
        When::Known { day, .. } => Published::On(day),
        _ if entry => Published::Unknown(Gap::DateUnread),
        _ => match dossier.behind(hit.mention) {
            Behind::Entries { rows, .. } => rows
                .iter()
                .filter_map(|row| row.when.known())
                .min()
                .map_or(Published::Unknown(Gap::DateUnread), Published::On),
            Behind::Text => article_day(dossier, hit),
            Behind::Blank => Published::Nothing,
            Behind::Unread(gap) => Published::Unknown(gap),
        },
    }
}

fn article_day(dossier: &Dossier<'_>, hit: &Hit<'_>) -> Published {
    let page = hit.mention.target.as_ref().and_then(|it| dossier.page_at(it));
    let day = page.and_then(|it| it.page.article.as_ref()).and_then(|it| it.date.day());
    day.map_or(Published::Unknown(Gap::DateUnread), Published::On)
}

fn dated(hit: &Hit<'_>, day: Day) -> Finding {
    seek::about(hit, format!("“{}”于{day}公开，与名称“{}”相符。", hit.mention.text, hit.fit.name))
}

fn late_by(hit: &Hit<'_>, day: Day, due: Day) -> Finding {
    let message = format!("“{}”于{day}公开，期限为{due}，晚了{}天。", hit.mention.text, day.days_since(due));
    seek::about(hit, message).with("due", due).with("published", day)
}
