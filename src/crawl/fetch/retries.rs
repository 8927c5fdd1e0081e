//! Whether an address is asked once more, and when.
//!
//! No wrapper: whoever walks puts the address back into its frontier with the time at which it is due. A failure
//! counts only after a second look, some time later, has failed as well.

use std::time::Duration;

use crate::base::Moment;
use crate::evidence::block::is_challenge;
use crate::evidence::{Answer, Cut, Exchange, FailureKind, Outcome};

/// Attempts at one address, the first one counted.
const ATTEMPTS: u32 = 2;

/// The same while our own line is down: that uses up nobody's second chance, but a night has an end.
const ATTEMPTS_OFF_LINE: u32 = 6;

/// How long to wait before asking once more; `None` when this answer stands.
pub(in crate::crawl) fn again(exchange: &Exchange, attempt: u32, after: Duration) -> Option<Duration> {
    let off_line = exchange.failure().is_some_and(|it| it.kind == FailureKind::LineDown);
    let most = if off_line { ATTEMPTS_OFF_LINE } else { ATTEMPTS };
    if attempt >= most || !is_doubtful(&exchange.outcome) {
        return None;
    }
    let asked_to_wait = exchange.answer().and_then(|answer| retry_after(answer, exchange.at));
    Some(asked_to_wait.map_or(after, |it| it.max(after)))
}

/// Whether a second look could tell something else.
fn is_doubtful(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Failed(failure) => failure.kind != FailureKind::Forbidden,
        Outcome::Answered(answer) => {
            answer.status >= 400
                || matches!(answer.cut, Some(Cut::Truncated | Cut::Garbled))
                || is_challenge(answer).is_some()
        }
    }
}

/// Retry-After of a 429 or 503, in seconds or as a date (RFC 9110, 10.2.3).
pub(super) fn retry_after(answer: &Answer, now: Moment) -> Option<Duration> {
    if !matches!(answer.status, 429 | 503) {
        return None;
    }
    let value = answer.header("retry-after")?;
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = Moment::from_http_date(&value)?;
    u64::try_from(until.millis() - now.millis()).ok().map(Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::again;
    use crate::base::Moment;
    use crate::evidence::{Answer, Ask, Cut, Exchange, Failure, FailureKind, Method, Outcome, Purpose};

    fn answered(status: u16, retry_after: Option<&str>, cut: Option<Cut>) -> Outcome {
        let headers = retry_after.map(|it| ("retry-after".to_owned(), it.into())).into_iter().collect();
        Outcome::Answered(Answer { status, headers, body: Vec::new(), cut, tls: None })
    }

    fn seconds(outcome: Outcome, attempt: u32) -> Option<u64> {
        let ask = Ask {
            address: "http://a.example/".parse().unwrap(),
            method: Method::Get,
            purpose: Purpose::Page,
            attempt,
        };
        let at = Moment::parse("2017-12-15T01:30:00Z").unwrap();
        let exchange = Exchange { ask, at, took: Duration::ZERO, remote: None, outcome };
        again(&exchange, attempt, Duration::from_mins(1)).map(|it| it.as_secs())
    }

    #[test]
    fn what_failed_is_asked_once_more_and_no_more() {
        let failed = |kind| Outcome::Failed(Failure { kind, detail: String::new() });
        let timeout = || failed(FailureKind::Timeout);
        assert_eq!(seconds(timeout(), 1), Some(60));
        assert_eq!(seconds(timeout(), 2), None);
        assert_eq!(seconds(failed(FailureKind::LineDown), 5), Some(60));
        assert_eq!(seconds(failed(FailureKind::LineDown), 6), None);
        assert_eq!(seconds(answered(404, None, None), 1), Some(60));
        assert_eq!(seconds(answered(200, None, Some(Cut::Garbled)), 1), Some(60));
        assert_eq!(seconds(answered(200, None, Some(Cut::TooLarge)), 1), None);
    }

    #[test]
    fn a_host_that_asks_for_time_gets_it() {
        assert_eq!(seconds(answered(503, Some("300"), None), 1), Some(300));
        assert_eq!(seconds(answered(429, Some("Fri, 15 Dec 2017 01:40:00 GMT"), None), 1), Some(600));
        assert_eq!(seconds(answered(429, Some("Fri, 15 Dec 2017 01:00:00 GMT"), None), 1), Some(60));
        assert_eq!(seconds(answered(429, Some("soon"), None), 1), Some(60));
        assert_eq!(seconds(answered(404, Some("300"), None), 1), Some(60));
    }
}
