//! # interpretation-missing
//!
//! ## What it asks
//! Is there an interpretation (解读材料) to every document that must have one, in time, and do the two lead to each other?
//!
//! ## How it is judged
//! Documents are entries and articles whose titles say one of `documents`, dated from `since` on, that are no
//! interpretation themselves. An interpretation is an entry or article whose title says one of `names` and the core of
//! the document's title, or whose page links to the document. With `working_days` it must be published no later than so
//! many working days after the document; with `linked` each page must lead to the other. Every document without one is
//! a finding. Within the working days after a document nothing is missing.
//!
//! ## What it cannot see
//! Interpretations that do not name their document, and those in newspapers. Dates that are not printed, and pages that
//! were not read, prove nothing.

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Survey, Verdict, seek};
use crate::base::{Calendar, Day};
use crate::dossier::{Dossier, Hit, Names, PageFact, Speaking, Standing, plain};
use crate::evidence::{Gap, Need};

pub(super) struct InterpretationMissing;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    documents: Names,
    names: Names,
    since: Option<String>,
    working_days: Option<u32>,
    #[serde(default)]
    linked: bool,
}

impl Indicator for InterpretationMissing {
    const ID: &'static str = "interpretation-missing";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Columns, Need::Pages];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let since: Option<Day> = terms.since.as_ref().and_then(|it| it.parse().ok());
        let matcher = terms.names.matcher();
        let explains = |it: &Hit<'_>| {
            let fits = matcher.fits(&plain(&it.mention.text), Speaking::InATitle);
            matches!(fits, crate::dossier::Fits::Says(_))
        };
        let all = dossier.look_for(&terms.documents, Speaking::InATitle)?.said;
        let mut documents: Vec<(&Hit<'_>, Day)> = Vec::new();
        for hit in all.iter().filter(|it| is_entry(it) && !explains(it)) {
            match hit.mention.when.known() {
                Some(day) if since.is_none_or(|it| day >= it) => documents.push((hit, day)),
                // When it was published is not known, so neither whether it needs one.
                _ => {}
            }
        }
        // One document under several link texts is one, by the longest of them; so is one that stands in two lists.
        let target = |hit: &Hit<'_>| hit.mention.target.as_ref().map(ToString::to_string);
        documents.sort_by_key(|(hit, _)| (target(hit), std::cmp::Reverse(hit.mention.text.len())));
        documents.dedup_by_key(|(hit, _)| target(hit));
        documents.sort_by_key(|(hit, _)| plain(&hit.mention.text));
        documents.dedup_by_key(|(hit, _)| plain(&hit.mention.text));
        let all = dossier.look_for(&terms.names, Speaking::InATitle)?.said;
        let explaining: Vec<&Hit<'_>> = all.iter().filter(|it| is_entry(it)).collect();
        let mut survey = Survey::default();
        let mut shown = Vec::new();
        for (document, day) in documents {
            let of_it: Vec<&&Hit<'_>> =
                explaining.iter().filter(|it| is_about(dossier, it, document)).collect();
            match pair(dossier, terms, document, day, &of_it) {
                Pair::Sound(finding) => {
                    survey.sound();
                    shown.extend(finding);
                }
                Pair::Wrong(finding) => survey.found(finding),
                Pair::Unknown(gap) => survey.unread(gap),
            }
        }
        Ok(match survey.verdict(std::num::NonZeroUsize::MIN, "未发现须配解读材料的文件") {
            Verdict::Pass { .. } => seek::done(shown),
            verdict => verdict,
        })
    }
}

enum Pair {
    Sound(Option<Finding>),
    Wrong(Finding),
    Unknown(Gap),
}

fn pair(dossier: &Dossier<'_>, terms: &Terms, document: &Hit<'_>, day: Day, of_it: &[&&Hit<'_>]) -> Pair {
    let title = &document.mention.text;
    let due = terms.working_days.map(|it| Calendar::official().working_days_after(day, it).day);
    let Some(first) = of_it.first() else {
        // There is time until the end of the last day.
        let last = due.unwrap_or_else(|| Calendar::official().working_days_after(day, 3).day);
        if dossier.as_of() <= last {
            return Pair::Sound(None);
        }
        return match seek::everything_was_read(dossier, Speaking::InATitle, Some(day)) {
            Err(gap) => Pair::Unknown(gap),
            Ok(()) => Pair::Wrong(seek::about(document, format!("“{title}”（{day}公开）没有发现解读材料。"))),
        };
    };
    if let Some(due) = due {
        let days: Vec<Day> = of_it.iter().filter_map(|it| it.mention.when.known()).collect();
        match days.iter().min() {
            // One that shows no day may have been in time.
            Some(published) if *published > due && days.len() < of_it.len() => {
                return Pair::Unknown(Gap::DateUnread);
            }
            Some(published) if *published > due => {
                let message = format!("“{title}”（{day}公开）的解读材料于{published}公开，期限为{due}。");
                return Pair::Wrong(
                    seek::about(first, message).with("due", due).with("published", published),
                );
            }
            Some(_) => {}
            None => return Pair::Unknown(Gap::DateUnread),
        }
    }
    if terms.linked {
        let pages = (page_of(dossier, document), page_of(dossier, first));
        let (Some(text), Some(explanation)) = pages else { return Pair::Unknown(Gap::PageUnread) };
        let one_way = |from: &PageFact, to: &PageFact| leads_to(from, to);
        if !(one_way(text, explanation) && one_way(explanation, text)) {
            let message = format!("“{title}”与其解读材料没有相互链接。");
            return Pair::Wrong(seek::about(document, message));
        }
    }
    Pair::Sound(Some(seek::fitted(first)))
}

fn is_entry(hit: &Hit<'_>) -> bool {
    matches!(hit.mention.place, Standing::Item | Standing::Title)
}

/// Whether an interpretation is of this document: it says the core of its title, or its page links to it.
fn is_about(dossier: &Dossier<'_>, explaining: &Hit<'_>, document: &Hit<'_>) -> bool {
    let core = core(&document.mention.text);
    if core.chars().count() >= 4 && plain(&explaining.mention.text).contains(&core) {
        return true;
    }
    let pages = (page_of(dossier, explaining), page_of(dossier, document));
    matches!(pages, (Some(from), Some(to)) if leads_to(from, to))
}

/// What a title is about, without the words that say what kind of paper it is: 关于印发《…办法》的通知 is …办法.
fn core(title: &str) -> String {
    let inner = title.split_once('《').and_then(|(_, rest)| rest.split_once('》')).map(|(inner, _)| inner);
    let text = plain(inner.unwrap_or(title));
    let text = ["关于印发", "关于"]
        .iter()
        .find_map(|it| text.split_once(it))
        .map_or(text.as_str(), |(_, rest)| rest);
    let text = ["通知", "公告", "（试行）", "试行"]
        .iter()
        .fold(text, |text, it| text.strip_suffix(it).unwrap_or(text));
    text.to_owned()
}

fn page_of<'a>(dossier: &Dossier<'a>, hit: &Hit<'_>) -> Option<&'a PageFact> {
    hit.mention.target.as_ref().and_then(|it| dossier.page_at(it))
}

fn leads_to(from: &PageFact, to: &PageFact) -> bool {
    from.page.links.iter().any(|it| it.address.as_ref() == Some(&to.page.address))
}
