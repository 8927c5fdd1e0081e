//! The views as pages: self-contained, without script, and safe to open whatever a website said.
//!
//! Askama escapes every value. The one thing that is not escaped is our own style sheet, whose digest is in the
//! page's Content-Security-Policy: a style or a script that came from elsewhere would not be applied.

mod city;
mod strip;

use askama::Template;

use city::{Heat, Spread};
use strip::Strip;

use crate::base::Digest;
use crate::checklist::Effect;
use crate::compare::{History, Recheck, Rechecked};
use crate::score::Outcome;

use super::view::{
    CityView, ColumnStatus, ColumnView, DutiesView, DutyCounts, LinkStatus, LinkView, Mend, MendEffect,
    OutcomeView, PlanView, RowView, RunInfo, SiteSince, SiteView, Totals, Turn, Verdict, readable,
};
use super::{RenderError, Words};

/// The style sheet of every page.
pub(super) const CSS: &str = include_str!("../../reports/templates/report.css");

/// Where the limit stands on a column's age bar, in units of the drawing; the bar ends at twice as much.
const LIMIT_AT: i64 = 60;

/// How wide the city's bar is drawn.
const BAR: usize = 600;

#[derive(Template)]
#[template(path = "site.html")]
struct SitePage<'a> {
    css: &'static str,
    policy: String,
    view: &'a SiteView,
    sections: Vec<Section<'a>>,
    strip: Option<Strip>,
}

#[derive(Template)]
#[template(path = "city.html")]
struct CityPage<'a> {
    css: &'static str,
    policy: String,
    view: &'a CityView,
    split: Split,
    spread: Spread,
    heat: Heat<'a>,
}

#[derive(Template)]
#[template(path = "body.html")]
struct BodyPage<'a> {
    css: &'static str,
    policy: String,
    duties: &'a DutiesView,
    run: &'a RunInfo,
}

#[derive(Template)]
#[template(path = "plan.html")]
struct PlanPage<'a> {
    css: &'static str,
    policy: String,
    view: &'a CityView,
    plan: &'a PlanView,
    matrix: Matrix<'a>,
}

/// Bodies by sections.
struct Matrix<'a> {
    /// Numbers of the sections, with their titles.
    heads: Vec<(String, &'a str)>,
    rows: Vec<(&'a DutiesView, Vec<Option<DutyCounts>>)>,
}

impl<'a> Matrix<'a> {
    fn of(plan: &'a PlanView) -> Self {
        let sections = plan.sections();
        let rows = plan
            .bodies
            .iter()
            .map(|body| {
                let body: &DutiesView = body;
                (body, sections.iter().map(|section| PlanView::cell(body, section)).collect())
            })
            .collect();
        let heads = sections.into_iter().enumerate().map(|(at, title)| ((at + 1).to_string(), title));
        Self { heads: heads.collect(), rows }
    }
}

/// Rows that stand together under one heading.
struct Section<'a> {
    title: &'a str,
    rows: Vec<&'a RowView>,
}

/// `report.html`
pub fn site(view: &SiteView, _: &Words) -> Result<Vec<u8>, RenderError> {
    let page = SitePage {
        css: CSS,
        policy: policy(),
        view,
        sections: sections(&view.rows),
        strip: view.availability.as_ref().map(Strip::of),
    };
    Ok(page.render()?.into_bytes())
}

/// `report.html` of a body without a site of its own: what it owes.
pub fn body(duties: &DutiesView, run: &RunInfo) -> Result<Vec<u8>, RenderError> {
    let page = BodyPage { css: CSS, policy: policy(), duties, run };
    Ok(page.render()?.into_bytes())
}

/// `plan.html`: who owes what, body by section.
pub fn plan(view: &CityView, _: &Words) -> Result<Vec<u8>, RenderError> {
    let nobody = PlanView::default();
    let plan = view.plan.as_ref().unwrap_or(&nobody);
    let page = PlanPage { css: CSS, policy: policy(), view, plan, matrix: Matrix::of(plan) };
    Ok(page.render()?.into_bytes())
}

/// `index.html`
pub fn city(view: &CityView, _: &Words) -> Result<Vec<u8>, RenderError> {
    let page = CityPage {
        css: CSS,
        policy: policy(),
        view,
        split: Split::of(&view.totals),
        spread: Spread::of(view),
        heat: Heat::of(view),
    };
    Ok(page.render()?.into_bytes())
}

/// `history.html`
pub fn history(view: &CityView, _: &Words) -> Result<Vec<u8>, RenderError> {
    super::changes::history_html(view.history.as_ref().unwrap_or(&History::default()), Some("index.html"))
}

/// Nothing may be loaded or run; only our own style sheet is applied.
pub(super) fn policy() -> String {
    let digest = base64(&Digest::of(CSS));
    format!(
        "default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
}

/// A digest as a Content-Security-Policy wants it.
fn base64(digest: &Digest) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: Vec<u8> = digest
        .to_string()
        .chars()
        .filter_map(|c| c.to_digit(16))
        .flat_map(|nibble| (0..4).rev().map(move |bit| u8::from(nibble >> bit & 1 == 1)))
        .collect();
    let mut text: String = bits
        .chunks(6)
        .map(|chunk| chunk.iter().enumerate().fold(0, |sum, (i, bit)| sum | bit << (5 - i)))
        .map(|index: u8| char::from(ALPHABET[usize::from(index)]))
        .collect();
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

fn sections(rows: &[RowView]) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    for row in rows {
        match sections.last_mut() {
            Some(last) if last.title == row.section => last.rows.push(row),
            _ => sections.push(Section { title: &row.section, rows: vec![row] }),
        }
    }
    sections
}

/// The colour of an answer; the words say the same.
fn tone(row: &RowView) -> &'static str {
    match row.verdict {
        Verdict::Pass => "good",
        Verdict::Fail if row.to_confirm || row.effect == Effect::Advise => "open",
        Verdict::Fail => "bad",
        Verdict::Undetermined if row.beyond_one_visit => "none",
        Verdict::Undetermined => "open",
        Verdict::NotApplicable | Verdict::Manual => "none",
    }
}

fn outcome_tone(view: &OutcomeView) -> &'static str {
    tone_of(view.outcome)
}

fn tone_of(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Qualified => "good",
        Outcome::Unqualified => "bad",
        Outcome::Undecided => "open",
    }
}

fn tone_then(since: &SiteSince) -> &'static str {
    since.outcome.map_or("none", tone_of)
}

fn turn_tone(since: &SiteSince) -> &'static str {
    match since.turn {
        Turn::Up => "good",
        Turn::Down => "bad",
        Turn::Level | Turn::Unknown => "none",
    }
}

fn recheck_tone(it: &Rechecked) -> &'static str {
    match it.outcome {
        Recheck::Stands => "bad",
        Recheck::Unseen => "none",
        Recheck::Mended => "good",
    }
}

fn mend_tone(mend: &Mend) -> &'static str {
    match mend.effect {
        MendEffect::HoldsVeto => "bad",
        MendEffect::OpensVeto | MendEffect::Deducts | MendEffect::Unpriced => "open",
        MendEffect::Advice | MendEffect::Remark => "none",
    }
}

fn column_tone(column: &ColumnView) -> &'static str {
    match column.status {
        ColumnStatus::Stale | ColumnStatus::Undated | ColumnStatus::Blank => "bad",
        ColumnStatus::Undetermined => "open",
        ColumnStatus::Fresh => "good",
        ColumnStatus::NotApplicable => "none",
    }
}

fn link_tone(link: &LinkView) -> &'static str {
    match link.state {
        LinkStatus::Broken => "bad",
        LinkStatus::Flawed => "open",
        LinkStatus::Blocked => "none",
    }
}

/// How long a column's age bar is; `None` where age or limit is not known.
fn age_bar(column: &ColumnView) -> Option<i64> {
    let (age, limit) = (column.days_since?, column.limit_days?);
    if limit <= 0 {
        return None;
    }
    Some((age.max(0).saturating_mul(LIMIT_AT) / limit).clamp(1, 2 * LIMIT_AT))
}

/// Where the parts of the city's bar end, when it is [`BAR`] wide; what is left could not be inspected.
struct Split {
    good: usize,
    bad: usize,
    open: usize,
}

impl Split {
    fn of(totals: &Totals) -> Self {
        let all = (totals.checked + totals.failed).max(1);
        let share = |part: usize| part * BAR / all;
        Self { good: share(totals.qualified), bad: share(totals.unqualified), open: share(totals.undecided) }
    }
}

#[cfg(test)]
mod tests {
    use super::base64;
    use crate::base::Digest;

    #[test]
    fn the_digest_is_written_as_a_policy_wants_it() {
        assert_eq!(base64(&Digest::of("abc")), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    }
}
