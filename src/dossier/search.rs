//! What the site's search answered to the one question that was put to it.

use crate::base::Address;
use crate::evidence::store::StoreError;
use crate::evidence::{Gap, Outcome, Purpose};
use crate::page::{self, Source};

use super::seen::Seen;
use super::{Breakage, PageFact, SearchFact};

/// The answer, when the home page has a question to ask and it was asked; a gap otherwise.
pub(super) fn search(home: &PageFact, seen: &Seen<'_>) -> Result<Result<SearchFact, Gap>, StoreError> {
    let Some(question) = page::search_question(&home.page, &home.prose) else {
        return Ok(Err(Gap::SearchNotAsked));
    };
    let mut at = question.address.clone();
    // A search may send its reader on to the results.
    for _ in 0..=5 {
        let Some((entry, exchange)) = seen.answer_to(&at, Purpose::Search)? else { break };
        if let Some(next) = exchange.redirects_to() {
            at = next;
            continue;
        }
        let fact = |found, by_script| SearchFact {
            title: question.title.clone(),
            address: question.address.clone(),
            found,
            by_script,
            citation: entry.citation.clone(),
        };
        return Ok(match &exchange.outcome {
            Outcome::Answered(answer) if answer.is_success() => {
                let content_type = answer.header("content-type");
                let source =
                    Source { address: &at, content_type: content_type.as_deref(), body: &answer.body };
                Ok(answered(&source, &question.title, &fact))
            }
            Outcome::Answered(answer) if answer.status >= 500 || answer.status == 404 => {
                Ok(fact(Err(Breakage::Status(answer.status)), false))
            }
            // A refusal of programs proves nothing.
            Outcome::Answered(_) | Outcome::Failed(_) => Err(Gap::SearchNotAsked),
        });
    }
    Ok(Err(Gap::SearchNotAsked))
}

fn answered(
    source: &Source<'_>,
    title: &str,
    fact: &dyn Fn(Result<bool, Breakage>, bool) -> SearchFact,
) -> SearchFact {
    let page = page::read(source);
    let text = squashed(&page::prose(source).text());
    // The box that repeats the question is a field and no text; a heading may repeat it once.
    let shown = text.matches(&squashed(title)).count();
    let linked = page.links.iter().any(|it| squashed(&it.text).contains(&squashed(title)) && leads_on(it));
    fact(Ok(linked || shown > 1), page.by_script.is_some())
}

fn leads_on(link: &page::Link) -> bool {
    link.address.as_ref().is_some_and(|it: &Address| !it.as_str().is_empty())
}

fn squashed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
