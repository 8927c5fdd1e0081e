//! What a run came to, on stdout: one line per site and a summary last, or one JSON document.

use std::io::stdout;
use std::path::Path;

use anyhow::Result;

use crate::base::printable;
use crate::drive::Verdicts;
use crate::report::view::{Body, SiteSummary, Status};
use crate::report::{Format, Words};
use crate::score::Outcome;

use super::super::Exit;

/// Prints what a run came to, and chooses how it ends.
pub(super) fn verdicts(verdicts: &Verdicts, folder: &Path, json: bool) -> Result<Exit> {
    if json {
        let format = Format::named("json").ok_or_else(|| anyhow::anyhow!("no format is called json"))?;
        // One document: the run. A plan's ledger is in the folder.
        if let Some(file) = format.city.first() {
            file.render(&verdicts.city, Words::built_in(), &mut stdout())?;
        }
    } else {
        lines(verdicts, folder);
    }
    Ok(exit(verdicts.outcomes()))
}

fn lines(verdicts: &Verdicts, folder: &Path) {
    let width = verdicts.city.bodies.iter().map(|it| it.id().len()).max().unwrap_or_default();
    for body in &verdicts.city.bodies {
        match body {
            Body::Inspected(site) => println!("{}", line(site, width)),
            Body::WithoutSite(body) => {
                println!(
                    "{:<11}  {:<width$}  publishes on {}  {}",
                    "no site", body.site.id, body.parent, body.site.name
                );
            }
        }
    }
    let count = |outcome| verdicts.outcomes().filter(|it| *it == outcome).count();
    println!(
        "{} sites: {} qualified, {} unqualified, {} undecided",
        verdicts.outcomes().count(),
        count(Outcome::Qualified),
        count(Outcome::Unqualified),
        count(Outcome::Undecided)
    );
    if let Some(earlier) = &verdicts.city.earlier {
        let sum = verdicts.city.rechecks();
        println!(
            "since {}: {} mended, {} stand, {} could not be looked for, {} new",
            printable(&earlier.run),
            sum.mended,
            sum.standing,
            sum.unseen,
            sum.new
        );
    }
    match verdicts.files.iter().find(|it| it.extension().is_some_and(|it| it == "html")) {
        Some(index) => println!("report: {}", index.display()),
        None => println!("run: {}", folder.display()),
    }
}

fn line(site: &SiteSummary, width: usize) -> String {
    let outcome = &site.outcome;
    let (verdict, id, name) = (outcome.outcome.id(), &site.site.id, printable(&site.site.name));
    if site.status == Status::Failed {
        let why = printable(site.reason.as_deref().unwrap_or("no reason was kept"));
        return format!("{verdict:<11}  {id:<width$}  not walked: {why}  {name}");
    }
    let (low, high) = (outcome.score.low, outcome.score.high);
    let score = match outcome.score_withheld {
        Some(_) => "no total".to_owned(),
        None if low == high => format!("score {low}"),
        None => format!("score {low}–{high}"),
    };
    let clauses: Vec<_> = outcome.vetoes.iter().map(|it| it.clause.as_str()).collect();
    let vetoes = if clauses.is_empty() { String::new() } else { format!("vetoes {}  ", clauses.join(",")) };
    format!("{verdict:<11}  {id:<width$}  {score}  {vetoes}{} problems  {name}", site.problems)
}

/// The worst outcome decides; a run of bodies without sites has nothing to fail.
fn exit(outcomes: impl Iterator<Item = Outcome>) -> Exit {
    let outcomes: Vec<Outcome> = outcomes.collect();
    if outcomes.contains(&Outcome::Unqualified) {
        Exit::Fails
    } else if outcomes.contains(&Outcome::Undecided) {
        Exit::Undecided
    } else {
        Exit::Meets
    }
}

#[cfg(test)]
mod tests {
    use super::exit;
    use crate::cli::Exit;
    use crate::score::Outcome::{Qualified, Undecided, Unqualified};

    #[test]
    fn a_failed_site_outweighs_an_undecided_one() {
        assert_eq!(exit([Qualified, Undecided, Unqualified].into_iter()), Exit::Fails);
        assert_eq!(exit([Qualified, Undecided].into_iter()), Exit::Undecided);
        assert_eq!(exit([Qualified].into_iter()), Exit::Meets);
    }
}
