//! For a terminal: like a diff, one line a change.

use std::fmt::Write as _;

use crate::base::printable;
use crate::compare::{Defect, Level, Note, Origin, Seen, SiteChanges, State};
use crate::score::Score;

use super::ChangesView;

/// Whether colours are painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// No escape sequences at all.
    Plain,
    /// For a terminal.
    Ansi,
}

const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const BOLD: &str = "1";
const STRUCK: &str = "9";

/// The comparison as text.
pub fn text(view: &ChangesView<'_>, paint: Paint) -> String {
    let comparison = view.comparison;
    let mut out = String::new();
    line(&mut out, &format!("base {}, head {}", origin(&comparison.base), origin(&comparison.head)));
    for it in &comparison.notes {
        line(&mut out, &format!("note: {}", note(it)));
    }
    for site in &comparison.added {
        line(
            &mut out,
            &paint.of(BOLD, &format!("site added: {}  {}", printable(&site.id), printable(&site.name))),
        );
    }
    for site in &comparison.removed {
        line(
            &mut out,
            &paint.of(BOLD, &format!("site removed: {}  {}", printable(&site.id), printable(&site.name))),
        );
    }
    for site in &comparison.sites {
        out.push('\n');
        of_site(&mut out, site, paint);
    }
    out.push('\n');
    summary(&mut out, view, paint);
    out
}

fn summary(out: &mut String, view: &ChangesView<'_>, paint: Paint) {
    let totals = view.comparison.totals;
    line(
        out,
        &format!(
            "{} sites compared: {} fixed, {} new, {} reopened, {} unchanged; {} became undetermined, {} became \
             readable, {} under another row",
            totals.sites,
            totals.fixed,
            totals.new,
            totals.reopened,
            totals.unchanged,
            totals.unseen,
            totals.surfaced,
            totals.moved
        ),
    );
    for alarm in view.alarms {
        let colour = if alarm.level == Level::Error { RED } else { YELLOW };
        let about = alarm.clause.as_deref().unwrap_or("-");
        let text = format!(
            "{:<5}  {:<12}  {}  {}  {}",
            alarm.level.id(),
            alarm.trigger.id(),
            printable(&alarm.site),
            printable(about),
            printable(&alarm.message)
        );
        line(out, &paint.of(colour, &text));
    }
    let (errors, warnings) = (view.alarms_of(Level::Error), view.alarms_of(Level::Warn));
    let (verdict, colour) = if errors > 0 { ("closed", RED) } else { ("open", GREEN) };
    line(out, &paint.of(colour, &format!("gate {verdict}: {errors} errors, {warnings} warnings")));
}

fn of_site(out: &mut String, site: &SiteChanges, paint: Paint) {
    let mut head = format!("{}  {}", printable(&site.id), printable(&site.name));
    if let Some((from, to)) = site.outcome {
        let _ = write!(head, "  {} -> {}", from.id(), to.id());
    }
    if let Some((from, to)) = site.score {
        let _ = write!(head, "  score {} -> {}", score(from), score(to));
    }
    if let Some((from, to)) = site.seen {
        let _ = write!(head, "  {} -> {}", seen(from), seen(to));
    }
    line(out, &paint.of(BOLD, &head));
    for defect in &site.defects {
        line(out, &of_defect(defect, paint));
    }
    for row in &site.rows {
        let waived = if row.waived { "  (waived)" } else { "" };
        let text = format!(
            "  ~ {}  {}  {} -> {}{waived}",
            printable(&row.clause),
            printable(&row.title),
            row.from.id(),
            row.to.id()
        );
        line(out, &text);
    }
    for column in &site.aged {
        let state = if column.expired { "expired" } else { "ageing" };
        let text = format!(
            "  . {state}: {}  {} -> {} days of {}",
            printable(&column.name),
            column.from_days,
            column.to_days,
            column.limit_days
        );
        line(out, &text);
    }
    line(out, &format!("    {} unchanged", site.unchanged));
}

fn of_defect(defect: &Defect, paint: Paint) -> String {
    let (sign, colour) = match defect.state {
        State::New => ('+', RED),
        State::Reopened => ('!', RED),
        State::Surfaced => ('*', YELLOW),
        State::Unseen => ('?', YELLOW),
        State::Moved => ('>', YELLOW),
        State::Fixed => ('-', GREEN),
    };
    let clauses: Vec<_> = defect
        .clauses
        .iter()
        .map(|it| format!("{}{}", printable(&it.clause), if it.counts { "" } else { "(remark)" }))
        .collect();
    let text =
        format!("{sign} {}  {}  [{}]", clauses.join(","), printable(&defect.message), defect.state.id());
    if defect.is_waived() {
        return format!("  {}  (waived)", paint.of(STRUCK, &text));
    }
    format!("  {}", paint.of(colour, &text))
}

impl Paint {
    fn of(self, code: &str, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Ansi => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

fn origin(origin: &Origin) -> String {
    let day = origin.as_of.map(|it| format!(" as of {it}")).unwrap_or_default();
    format!("{}{day}", printable(&origin.run))
}

fn score(score: Score) -> String {
    if score.low == score.high { score.low.to_string() } else { format!("{}–{}", score.low, score.high) }
}

fn seen(seen: Seen) -> &'static str {
    match seen {
        Seen::Wholly => "seen wholly",
        Seen::Partly => "seen in part",
        Seen::Not => "not seen",
        Seen::NoSite => "no site",
    }
}

fn note(note: &Note) -> String {
    match note {
        Note::Version { base, head } => {
            format!("base was judged by version {}, head by {}", printable(base), printable(head))
        }
        Note::Checklist { site, base, head } => format!(
            "{}: base was judged by {}, head by {}; defects are matched by subject, rows and scores are not compared",
            printable(site),
            printable(base),
            printable(head)
        ),
        Note::Backwards { base, head } => {
            format!("head is of {head}, which is before {base}: are the two given in the right order?")
        }
        Note::NoReport { site } => {
            format!("{}: a report.json is missing, so only verdict and score are compared", printable(site))
        }
    }
}
