//! What may be asked at all: no traps, and nothing that robots.txt forbids.
//!
//! robots.txt is read once for each origin and site, through the same wrappers as everything else. Where connections
//! lead is checked elsewhere, in `names`, because only there the address is known.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use super::{Fetch, Turnstiles, Unasked};
use crate::base::{Address, Moment};
use crate::crawl::Skip;
use crate::crawl::robots::Rules;
use crate::crawl::trap::{too_long, trap};
use crate::evidence::{Ask, Exchange, Method, Purpose};
use crate::site::{Robots, Site};

/// Redirects of a robots.txt that are followed (RFC 9309, 2.3.1.2).
const ROBOTS_HOPS: usize = 5;

/// A fetcher that asks only what may be asked.
#[derive(Debug)]
pub(in crate::crawl) struct Guarded<F> {
    inner: F,
    site: Site,
    turnstiles: Arc<Turnstiles>,
    origins: Mutex<HashMap<String, Arc<OnceCell<Says>>>>,
}

/// What an origin says to robots.
#[derive(Clone, Debug)]
enum Says {
    /// These are the rules.
    Rules(Arc<Rules>),
    /// The file could not be had, which by RFC 9309 forbids everything.
    Unreachable,
}

impl<F: Fetch> Guarded<F> {
    /// Wraps a fetcher that works for `site`.
    pub(in crate::crawl) fn new(inner: F, site: Site, turnstiles: Arc<Turnstiles>) -> Self {
        Self { inner, site, turnstiles, origins: Mutex::default() }
    }

    /// The sitemaps that the origin of `address` names.
    pub(in crate::crawl) async fn sitemaps(&self, address: &Address) -> Result<Vec<Address>, Unasked> {
        match self.says(address).await? {
            Says::Rules(rules) => Ok(rules.sitemaps.iter().filter_map(|it| address.join(it).ok()).collect()),
            Says::Unreachable => Ok(Vec::new()),
        }
    }

    async fn check(&self, ask: &Ask) -> Result<(), Unasked> {
        let trap = match ask.purpose {
            Purpose::Page | Purpose::Sitemap => trap(&ask.address, Moment::now().day()),
            Purpose::Link | Purpose::Robots | Purpose::Calibration | Purpose::Search => {
                too_long(&ask.address)
            }
        };
        if let Some(skip) = trap {
            return Err(Unasked::Skipped(skip));
        }
        let own = self.site.scope.contains(&ask.address);
        if own && self.site.robots != Robots::Obey {
            return Ok(());
        }
        match self.says(&ask.address).await? {
            Says::Rules(rules) if rules.allow(&ask.address) => Ok(()),
            Says::Rules(_) => Err(Unasked::Skipped(Skip::Robots)),
            // Whether the home page opens is what a census asks first: it is looked at as a visitor would, once.
            // A single link of another site is no crawl of it either.
            Says::Unreachable if !own || self.site.home.as_ref() == Some(&ask.address) => Ok(()),
            Says::Unreachable => Err(Unasked::Skipped(Skip::RobotsUnreachable)),
        }
    }

    async fn says(&self, address: &Address) -> Result<Says, Unasked> {
        let origin = {
            let mut origins = self.origins.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(origins.entry(address.origin().to_owned()).or_default())
        };
        origin.get_or_try_init(|| self.read_robots(address)).await.cloned()
    }

    /// Reads robots.txt; that of the site a second time when the first failed, since so much depends on it.
    async fn read_robots(&self, address: &Address) -> Result<Says, Unasked> {
        let Ok(file) = address.join("/robots.txt") else { return Ok(Says::Unreachable) };
        let mut says = Says::Unreachable;
        let attempts = if self.site.scope.contains(address) { 2 } else { 1 };
        for attempt in 1..=attempts {
            let asked = self.follow(file.clone(), attempt).await;
            says = match asked {
                Ok(exchange) => understood(&exchange),
                Err(Unasked::Skipped(_)) => Says::Unreachable,
                Err(error) => return Err(error),
            };
            if let Says::Rules(rules) = &says {
                if let Some(delay) = rules.crawl_delay {
                    self.turnstiles.slow_down(address.host(), delay).await;
                }
                break;
            }
        }
        Ok(says)
    }

    async fn follow(&self, file: Address, attempt: u32) -> Result<Exchange, Unasked> {
        let mut ask = Ask { address: file, method: Method::Get, purpose: Purpose::Robots, attempt };
        for _ in 0..ROBOTS_HOPS {
            let exchange = self.inner.fetch(ask.clone()).await?;
            let Some(target) = exchange.redirects_to() else { return Ok(exchange) };
            ask.address = target;
        }
        self.inner.fetch(ask).await
    }
}

/// RFC 9309, 2.3.1: a client error or too many redirects mean that there is no such file; a server error, or none at
/// all, that it cannot be known. 429 asks us to go away, so it is read as a server error.
fn understood(exchange: &Exchange) -> Says {
    match exchange.answer() {
        Some(answer) if answer.is_success() => Says::Rules(Arc::new(Rules::parse(&answer.body))),
        Some(answer) if answer.status < 500 && answer.status != 429 => Says::Rules(Arc::default()),
        Some(_) | None => Says::Unreachable,
    }
}

impl<F: Fetch> Fetch for Guarded<F> {
    async fn fetch(&self, ask: Ask) -> Result<Exchange, Unasked> {
        self.check(&ask).await?;
        self.inner.fetch(ask).await
    }
}
