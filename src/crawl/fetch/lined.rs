//! A failure counts only while our own line is up.
//!
//! What failed is asked once more before it may count, and it is that second failure which accuses. So right after it
//! a host that is known to be up is asked. When not even that one answers, our own line is down: the failure is kept as
//! one of our line, which accuses nobody and is tried again later. Without such hosts nothing can be told, and a
//! failure stays what it is.

use std::sync::Arc;

use super::{Fetch, Unasked, Validators};
use crate::base::Moment;
use crate::crawl::probe::OwnLine;
use crate::evidence::{Ask, Exchange, FailureKind, Line, Outcome};

/// A fetcher that looks after its own line.
#[derive(Debug)]
pub(in crate::crawl) struct Lined<F> {
    inner: F,
    line: Option<Arc<OwnLine>>,
}

impl<F> Lined<F> {
    /// Wraps a fetcher; `line` is what can be known of our line.
    pub(in crate::crawl) fn new(inner: F, line: Option<Arc<OwnLine>>) -> Self {
        Self { inner, line }
    }

    async fn judged(&self, mut exchange: Exchange) -> Exchange {
        let ended = ended(&exchange);
        let (Some(line), Outcome::Failed(failure)) = (&self.line, &mut exchange.outcome) else {
            return exchange;
        };
        if exchange.ask.attempt < 2 || !failure.kind.is_theirs() {
            return exchange;
        }
        if line.during(exchange.at, ended).await == Line::Down {
            failure.detail = format!("no control host answered either: {}", failure.detail);
            failure.kind = FailureKind::LineDown;
        }
        exchange
    }
}

impl<F: Fetch> Fetch for Lined<F> {
    async fn fetch(&self, ask: Ask) -> Result<Exchange, Unasked> {
        Ok(self.judged(self.inner.fetch(ask).await?).await)
    }

    async fn fetch_if_changed(&self, ask: Ask, since: &Validators) -> Result<Exchange, Unasked> {
        Ok(self.judged(self.inner.fetch_if_changed(ask, since).await?).await)
    }
}

/// When the exchange was over.
fn ended(exchange: &Exchange) -> Moment {
    let took = i64::try_from(exchange.took.as_millis()).unwrap_or(i64::MAX);
    Moment::from_millis(exchange.at.millis().saturating_add(took)).unwrap_or(exchange.at)
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::net::SocketAddr;
    use std::path::Path;
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use tokio::time::{Instant, sleep};

    use super::super::{Fetch, Unasked};
    use super::Lined;
    use crate::base::Moment;
    use crate::crawl::probe::{Clock, OwnLine, Prober};
    use crate::crawl::{Connecting, Limits, Names, Stream, Wire};
    use crate::evidence::{Ask, Exchange, Failure, FailureKind, Method, Outcome, Purpose};
    use crate::site::Registry;

    /// Fails each time, after a second.
    struct Fails(FailureKind, Clock);

    impl Fetch for Fails {
        async fn fetch(&self, ask: Ask) -> Result<Exchange, Unasked> {
            let (at, took) = (self.1.now(), Duration::from_secs(1));
            sleep(took).await;
            let outcome = Outcome::Failed(Failure { kind: self.0, detail: "x".to_owned() });
            Ok(Exchange { ask, at, took, remote: None, outcome })
        }
    }

    /// A control host that answers but for so long after the beginning.
    #[derive(Debug)]
    struct Cable(Instant, Duration);

    impl Wire for Cable {
        fn connect(&self, _: SocketAddr) -> Connecting<'_> {
            Box::pin(async move {
                if self.0.elapsed() < self.1 {
                    return Err(io::ErrorKind::NetworkUnreachable.into());
                }
                let (ours, mut theirs) = duplex(4096);
                tokio::spawn(async move {
                    let _ = theirs.read(&mut [0; 1024]).await;
                    let _ = theirs.write_all(b"HTTP/1.1 302 X\r\nContent-Length: 0\r\n\r\n").await;
                });
                Ok(Box::new(ours) as Box<dyn Stream>)
            })
        }
    }

    /// What is kept of attempts at one address, one a minute, on a line that is down for so long.
    async fn kept(kind: FailureKind, down: Duration, control: &str) -> Vec<FailureKind> {
        let clock = Clock::Since(Moment::parse("2017-12-15T01:30:00Z").unwrap(), Instant::now());
        let roster = format!(
            "[city]\nname = \"x\"\n{control}[[site]]\nid = \"a\"\nname = \"a\"\nurl = \"http://a.example/\"\nclass = \"city\"\n"
        );
        let control = Registry::parse(Path::new("r"), &roster).unwrap().control;
        let names = control.iter().fold(Names::closed(), Names::with_control);
        let prober = Prober::new(names, None, &Limits::default(), clock).unwrap();
        let prober = Arc::new(prober.over(Arc::new(Cable(Instant::now(), down))));
        let lined = Lined::new(Fails(kind, clock), Some(Arc::new(OwnLine::new(prober, control, clock))));
        let mut kinds = Vec::new();
        for attempt in 1..=5 {
            let address = "http://a.example/".parse().unwrap();
            let ask = Ask { address, method: Method::Get, purpose: Purpose::Link, attempt };
            kinds.push(lined.fetch(ask).await.unwrap().failure().unwrap().kind);
            sleep(Duration::from_mins(1)).await;
        }
        kinds
    }

    const CONTROL: &str =
        "[control]\nurls = [\"http://c.example/\", \"http://d.example/\"]\nresolve = \"127.0.0.1:1\"\n";

    #[tokio::test(start_paused = true)]
    async fn a_failure_that_could_count_does_not_while_no_control_host_answers() {
        let (timeout, down) = (FailureKind::Timeout, FailureKind::LineDown);
        // The first failure never counts, so nobody is bothered because of it.
        let minutes = |it| Duration::from_mins(it);
        assert_eq!(kept(timeout, minutes(0), CONTROL).await, [timeout; 5]);
        // That it is up again is first seen after the fourth, so it is not known to have been when that one began.
        assert_eq!(kept(timeout, minutes(3), CONTROL).await, [timeout, down, down, down, timeout]);
        assert_eq!(kept(timeout, minutes(60), CONTROL).await, [timeout, down, down, down, down]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_under_way_when_the_line_came_back_does_not_count_either() {
        // The line comes back during the third attempt, before a control host is asked.
        let back = Duration::from_millis(2 * 61_000 + 500);
        let (reset, down) = (FailureKind::Reset, FailureKind::LineDown);
        assert_eq!(kept(reset, back, CONTROL).await, [reset, down, down, reset, reset]);
    }

    #[tokio::test(start_paused = true)]
    async fn without_control_hosts_and_for_our_own_mistakes_nothing_changes() {
        let hour = Duration::from_hours(1);
        assert_eq!(kept(FailureKind::Refused, hour, "").await, [FailureKind::Refused; 5]);
        assert_eq!(kept(FailureKind::Forbidden, hour, CONTROL).await, [FailureKind::Forbidden; 5]);
    }
}
