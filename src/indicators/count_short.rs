//! # count-short
//!
//! ## What it asks
//! Were there at least so many of these in the time that is set (主要负责人解读每年不少于2次), or does the text name at
//! least so many (专职人员不少于3人)?
//!
//! ## How it is judged
//! Titles are looked through for `names`; those dated from `from` to the end of `period` count, each address once, and
//! at least `at_least` of them must be there. Titles without a readable day may count, and are never held against the
//! site. With `number_after` the pages under the names are read instead: the number behind one of these words must be at
//! least `at_least`. Before the end of `period` nothing is missing.
//!
//! ## What it cannot see
//! What was done and is not on the site; whether a title is about the right matter, so that a person confirms. Where a
//! column, its further pages or the end of the walk was not read, too few prove nothing.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Verdict, seek};
use crate::base::{Day, NonEmpty, bare};
use crate::checklist::Period;
use crate::dossier::{Dossier, Hit, Names, PageFact, Speaking, Standing, When};
use crate::evidence::{Gap, Need};

pub(super) struct CountShort;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    names: Names,
    at_least: NonZeroUsize,
    from: Option<String>,
    period: Option<Period>,
    #[serde(default)]
    number_after: Vec<String>,
}

impl Indicator for CountShort {
    const ID: &'static str = "count-short";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Columns, Need::Pages];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let hits = dossier.look_for(&terms.names, Speaking::InATitle)?;
        if !terms.number_after.is_empty() {
            return numbers(dossier, terms, &hits.said, &hits.alike);
        }
        let from: Option<Day> = terms.from.as_ref().and_then(|it| it.parse().ok());
        let until = terms.period.as_ref().and_then(|it| it.dues().last().map(|due| due.day));
        let mut counted: BTreeSet<String> = BTreeSet::new();
        let (mut shown, mut unsure) = (Vec::new(), Vec::new());
        for hit in &hits.said {
            if !matches!(hit.mention.place, Standing::Item | Standing::Title) {
                continue;
            }
            let key =
                hit.mention.target.as_ref().map_or_else(|| bare(&hit.mention.text), ToString::to_string);
            match hit.mention.when {
                When::Known { day, .. } => {
                    let counts = from.is_none_or(|it| day >= it) && until.is_none_or(|it| day <= it);
                    if counts && counted.insert(key) {
                        shown.push(seek::fitted(hit));
                    }
                }
                When::Undated | When::Later(_) => {}
                When::Likely(_) | When::AtBest(_) | When::Unread => unsure.push(seek::fitted(hit)),
            }
        }
        let wanted = terms.at_least.get();
        if counted.len() >= wanted {
            return Ok(seek::done(shown));
        }
        if counted.len() + unsure.len() >= wanted {
            shown.append(&mut unsure);
            return Ok(seek::open(Gap::DateUnread, shown));
        }
        let sentence = format!(
            "“{}”应不少于{wanted}次，只发现{}次（查找名称：{}）。",
            terms.names.what(),
            counted.len(),
            terms.names.listed()
        );
        let alike: &[Hit<'_>] = if counted.is_empty() { &hits.alike } else { &[] };
        let verdict = seek::missing(dossier, &terms.names, Speaking::InATitle, alike, from, sentence)?;
        Ok(seek::unless_in_time(verdict, terms.period.as_ref(), dossier.as_of()))
    }
}

/// The number that pages under the names give.
fn numbers(
    dossier: &Dossier<'_>,
    terms: &Terms,
    said: &[Hit<'_>],
    alike: &[Hit<'_>],
) -> Result<Verdict, Gap> {
    let pages = said.iter().filter_map(|hit| hit.mention.target.as_ref().and_then(|it| dossier.page_at(it)));
    let mut least: Option<(usize, &PageFact)> = None;
    for page in pages {
        if let Some(number) = number_after(&page.page.text, &terms.number_after) {
            if number >= terms.at_least.get() {
                let message = format!("公布的人数为{number}人。");
                return Ok(seek::done(vec![number_finding(page, message)]));
            }
            least.get_or_insert((number, page));
        }
    }
    if let Some((number, page)) = least {
        let message = format!("公布的人数为{number}人，应不少于{}人。", terms.at_least);
        return Ok(seek::broken(NonEmpty::one(number_finding(page, message)), 0));
    }
    if let Some(hit) = said.first() {
        // The report is there and gives no number that we can read: a person must look.
        return Ok(seek::open(Gap::NothingPublished, vec![seek::fitted(hit)]));
    }
    let sentence =
        format!("未发现“{}”，无从核对人数（查找名称：{}）。", terms.names.what(), terms.names.listed());
    seek::missing(dossier, &terms.names, Speaking::InATitle, alike, None, sentence)
}

fn number_finding(page: &PageFact, message: String) -> Finding {
    let subject = Subject::at(SubjectKind::Page, "专职人员", &page.page.address);
    Finding::new(subject, message, page.page.address.clone(), NonEmpty::one(page.citation.clone()))
}

/// The number right behind one of the words, with nothing but signs and a few words between.
fn number_after(text: &str, words: &[String]) -> Option<usize> {
    const BETWEEN: usize = 8;
    words.iter().find_map(|word| {
        let (_, rest) = text.split_once(word.as_str())?;
        let near: String = rest.chars().take(BETWEEN).collect();
        let digits: String =
            near.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    })
}
