//! How the duties of a plan are answered alike: what fits a name is shown, what nearly fits is for a person, and what
//! is nowhere is missing only where everything was read.

use std::num::NonZeroUsize;

use crate::base::{Address, Day, NonEmpty};
use crate::checklist::Period;
use crate::dossier::{Column, Content, Dossier, Hit, Names, Row, Speaking, Standing};
use crate::evidence::Gap;

use super::{Finding, Subject, SubjectKind, Verdict};

/// The most that is shown to a person at once.
const MOST_SHOWN: usize = 5;

/// It is there, and this is where.
pub fn done(shown: Vec<Finding>) -> Verdict {
    let examined = NonZeroUsize::new(shown.len()).unwrap_or(NonZeroUsize::MIN);
    Verdict::Pass { examined, remarks: Vec::new(), shown: first(shown) }
}

/// We cannot say, and this is what a person should look at.
pub fn open(gap: Gap, shown: Vec<Finding>) -> Verdict {
    Verdict::Undetermined { gap, remarks: Vec::new(), unread: None, shown: first(shown) }
}

/// These facts count against the site.
pub fn broken(findings: NonEmpty<Finding>, unread: usize) -> Verdict {
    Verdict::Fail { examined: findings.count(), findings, unread }
}

/// Nothing says the names: a proposal where something nearly does, a gap where something was not read, and else a
/// finding with `sentence`.
pub fn missing(
    dossier: &Dossier<'_>,
    names: &Names,
    speaking: Speaking,
    alike: &[Hit<'_>],
    since: Option<Day>,
    sentence: String,
) -> Result<Verdict, Gap> {
    if !alike.is_empty() {
        return Ok(open(Gap::OnlyAlike, alike.iter().map(|it| proposed(it, dossier)).collect()));
    }
    everything_was_read(dossier, speaking, since)?;
    Ok(broken(NonEmpty::one(nowhere(dossier, names.what(), sentence)?), 0))
}

/// Whether what was not found is not there: otherwise the gap in which it may lie. What was published before `since`
/// is not looked for, so that older pages of lists need not have been read.
pub fn everything_was_read(dossier: &Dossier<'_>, speaking: Speaking, since: Option<Day>) -> Result<(), Gap> {
    dossier.navigation()?;
    if !dossier.finished() {
        return Err(Gap::WalkUnfinished);
    }
    let columns = dossier.columns()?;
    if columns.iter().any(|it| may_hold(it, speaking, since)) {
        return Err(Gap::PageUnread);
    }
    Ok(())
}

/// Whether a column that was not read, or not to its end, may hold what is looked for.
fn may_hold(column: &Column, speaking: Speaking, since: Option<Day>) -> bool {
    match (&column.content, speaking) {
        // 通知公告 holds no columns, and may hold any document.
        (Content::Unread(_), Speaking::OfASection) => column.sure_kind().is_none(),
        (Content::Unread(_), Speaking::InATitle) => true,
        (Content::Listed { rows, older_unread: true, newer_unread }, Speaking::InATitle) => {
            *newer_unread || !since.is_some_and(|since| reach_back_before(rows, since))
        }
        _ => false,
    }
}

/// Whether the entries that were read are in falling order and end before a day: what follows them is older.
fn reach_back_before(rows: &[Row], since: Day) -> bool {
    let days: Vec<Day> = rows.iter().filter_map(|row| row.when.known()).collect();
    // A notice that is pinned on top does not spoil the order of the rest.
    let falling = days.len() > 2 && days[1..].is_sorted_by(|a, b| a >= b);
    falling && days.len() == rows.len() && days.last().is_some_and(|it| *it < since)
}

/// A finding about what is nowhere on the site, to be seen on its home page.
pub fn nowhere(dossier: &Dossier<'_>, what: &str, sentence: String) -> Result<Finding, Gap> {
    let home = dossier.home()?;
    let subject = Subject::at(SubjectKind::Site, what, &home.address);
    Ok(Finding::new(subject, sentence, home.address.clone(), NonEmpty::one(home.citation.clone())))
}

/// What fitted, and by which name.
pub fn fitted(hit: &Hit<'_>) -> Finding {
    let ours = if hit.fit.ours { "（名称为本项目建议的同义名称）" } else { "" };
    let message = format!("“{}”与名称“{}”相符{ours}。", hit.mention.text, hit.fit.name);
    about(hit, message)
}

/// What nearly fitted, for a person.
pub fn proposed(hit: &Hit<'_>, dossier: &Dossier<'_>) -> Finding {
    let reposted = hit.mention.target.as_ref().is_some_and(|it| !dossier.site().scope.contains(it));
    let why = if reposted {
        "名称相符或相近，但内容在其他网站"
    } else if dossier.is_for_another() {
        "名称相符或相近，但未写明属于该单位"
    } else {
        "名称相近"
    };
    about(hit, format!("“{}”与“{}”{why}，可能相符，须人工确认。", hit.mention.text, hit.fit.name))
}

/// A finding about something that bears a name.
pub fn about(hit: &Hit<'_>, message: String) -> Finding {
    let page: &Address = &hit.page.page.address;
    let kind = match hit.mention.place {
        Standing::Column | Standing::Navigation | Standing::Heading => SubjectKind::Column,
        Standing::Item | Standing::Title => SubjectKind::Item,
        Standing::Link => SubjectKind::Link,
    };
    let subject = Subject::at(kind, &hit.mention.text, hit.mention.target.as_ref().unwrap_or(page));
    let finding = Finding::new(subject, message, page.clone(), NonEmpty::one(hit.page.citation.clone()));
    finding.with("name", &hit.fit.name)
}

/// Whether there is still time on the day of inspection: the last day itself is in time.
pub fn in_time(period: Option<&Period>, as_of: Day) -> bool {
    match period {
        Some(period @ (Period::By(_) | Period::WorkingDays { .. })) => {
            period.dues().first().is_some_and(|due| as_of <= due.day)
        }
        Some(Period::Each { .. }) | None => false,
    }
}

/// What is missing, but not yet late.
pub const NOT_YET: Verdict = Verdict::NotApplicable("尚未到规定期限");

/// What one of several bodies has done, where that is enough.
pub const DONE_BY_ANOTHER: Verdict = Verdict::NotApplicable("按职责分工由其他责任单位公开，已经公开");

/// A missing thing that is not yet late is nothing.
pub fn unless_in_time(verdict: Verdict, period: Option<&Period>, as_of: Day) -> Verdict {
    if matches!(verdict, Verdict::Fail { .. }) && in_time(period, as_of) { NOT_YET } else { verdict }
}

fn first(mut shown: Vec<Finding>) -> Vec<Finding> {
    shown.truncate(MOST_SHOWN);
    shown
}
