//! Redirects, followed by hand: each hop is a question of its own that passes every other wrapper.

use super::{Fetch, Unasked};
use crate::evidence::{Ask, Exchange, Method, Purpose};
use crate::site::Scope;

/// Hops that are followed; browsers stop at 20, and no honest site needs ten.
const MOST_HOPS: usize = 10;

/// A fetcher that goes where it is sent.
#[derive(Debug)]
pub(in crate::crawl) struct Redirects<F> {
    inner: F,
    scope: Scope,
}

impl<F> Redirects<F> {
    /// Wraps a fetcher. A page that is sent out of `scope` is no page of the site any more, so it is only glanced at.
    pub(in crate::crawl) fn new(inner: F, scope: Scope) -> Self {
        Self { inner, scope }
    }
}

impl<F: Fetch> Fetch for Redirects<F> {
    /// Returns the last exchange: the final answer, or the redirect that closes a loop.
    async fn fetch(&self, ask: Ask) -> Result<Exchange, Unasked> {
        let mut been = vec![ask.address.clone()];
        let mut exchange = self.inner.fetch(ask).await?;
        while let Some(target) = exchange.redirects_to() {
            if been.len() > MOST_HOPS || been.contains(&target) {
                break;
            }
            been.push(target.clone());
            let mut ask = Ask { address: target, ..exchange.ask.clone() };
            if !self.scope.contains(&ask.address) && ask.purpose == Purpose::Page {
                (ask.method, ask.purpose) = (Method::Glance, Purpose::Link);
            }
            exchange = self.inner.fetch(ask).await?;
        }
        Ok(exchange)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use super::{Fetch, Redirects, Unasked};
    use crate::base::Moment;
    use crate::evidence::{Answer, Ask, Exchange, Method, Outcome, Purpose};
    use crate::site::Scope;

    /// Sends each address on to the next one of a list.
    struct Chain(Vec<&'static str>, Mutex<Vec<(String, Method)>>);

    impl Fetch for Chain {
        async fn fetch(&self, ask: Ask) -> Result<Exchange, Unasked> {
            self.1.lock().unwrap().push((ask.address.to_string(), ask.method));
            let place = self.0.iter().position(|it| *it == ask.address.as_str()).unwrap();
            let next = self.0.get(place + 1);
            let headers =
                next.map(|it| ("location".to_owned(), it.as_bytes().to_vec())).into_iter().collect();
            let status = if next.is_some() { 302 } else { 200 };
            let answer = Answer { status, headers, body: Vec::new(), cut: None, tls: None };
            let at = Moment::from_millis(0).unwrap();
            Ok(Exchange { ask, at, took: Duration::ZERO, remote: None, outcome: Outcome::Answered(answer) })
        }
    }

    async fn follow(chain: Vec<&'static str>) -> (String, u16, Vec<(String, Method)>) {
        let ask = Ask {
            address: chain[0].parse().unwrap(),
            method: Method::Get,
            purpose: Purpose::Page,
            attempt: 1,
        };
        let redirects = Redirects::new(Chain(chain, Mutex::default()), Scope::of(["a.example".to_owned()]));
        let last = redirects.fetch(ask).await.unwrap();
        let asked = redirects.inner.1.into_inner().unwrap();
        (last.ask.address.to_string(), last.answer().unwrap().status, asked)
    }

    #[tokio::test]
    async fn a_page_that_leaves_the_site_is_only_glanced_at() {
        let (last, status, asked) =
            follow(vec!["http://a.example/", "http://a.example/i", "http://b.example/"]).await;
        assert_eq!((last.as_str(), status), ("http://b.example/", 200));
        assert_eq!(
            asked.iter().map(|it| it.1).collect::<Vec<_>>(),
            [Method::Get, Method::Get, Method::Glance]
        );
    }

    #[tokio::test]
    async fn a_loop_ends_where_it_closes() {
        let (last, status, asked) =
            follow(vec!["http://a.example/", "http://a.example/x", "http://a.example/"]).await;
        assert_eq!((last.as_str(), status, asked.len()), ("http://a.example/x", 302, 2));
    }

    #[tokio::test]
    async fn an_endless_chain_ends_after_ten_hops() {
        let long = (0..30).map(|n| -> &'static str { format!("http://a.example/{n}").leak() }).collect();
        let (_, status, asked) = follow(long).await;
        assert_eq!((status, asked.len()), (302, 11));
    }
}
