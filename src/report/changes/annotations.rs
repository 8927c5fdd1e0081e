//! Workflow commands of GitHub Actions: one annotation an alarm.

use std::fmt::Write as _;

use crate::base::printable;
use crate::compare::Level;

use super::ChangesView;

pub(super) fn render(view: &ChangesView<'_>) -> String {
    let mut out = String::new();
    for alarm in view.alarms {
        let command = if alarm.level == Level::Error { "error" } else { "warning" };
        let clause = alarm.clause.as_deref().unwrap_or_default();
        let title = format!("{} {} {} {}", alarm.trigger.zh(), alarm.site, clause, alarm.title);
        let page = alarm.page.as_deref().map(|it| format!(" {it}")).unwrap_or_default();
        let _ = writeln!(
            out,
            "::{command} title={}::{}",
            property(&title),
            message(&format!("{}{page}", alarm.message))
        );
    }
    let totals = view.comparison.totals;
    let _ = writeln!(
        out,
        "::notice title=govcensus::{}",
        message(&format!(
            "已整改{}处，新增{}处，再次出现{}处，未变{}处，此次无法判定{}处",
            totals.fixed, totals.new, totals.reopened, totals.unchanged, totals.unseen
        ))
    );
    out
}

/// A value between `::` and `::`. A command begins only at the beginning of a line, and no line break is left.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

fn message(text: &str) -> String {
    printable(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::{message, property};

    #[test]
    fn a_title_of_a_website_gives_no_command() {
        assert_eq!(message("\n::error::x"), "::error::x");
        assert_eq!(property("\n::error::x,y"), "%3A%3Aerror%3A%3Ax%2Cy");
        assert_eq!(message("100%\r\n::set-output"), "100%25 ::set-output");
    }
}
