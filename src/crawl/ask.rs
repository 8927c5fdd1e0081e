//! One turn of a walk: which questions it takes, and what the answers lead to.

use std::collections::BTreeMap;
use std::panic::catch_unwind;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::fetch::{Fetch, Unasked, retries};
use super::frontier::{Find, Frontier, Rank, Taken, Task, Turn};
use super::walk::WalkError;
use super::web::{Guard, Nest};
use super::{Limits, plan, sitemap};
use crate::base::{Address, Day, Moment};
use crate::evidence::block::is_challenge;
use crate::evidence::{Answer, Ask, Exchange, FailureKind, Method, Purpose};
use crate::page::{self, Page, PageKind, Reference};
use crate::site::Site;

/// What does not change during a walk.
pub(super) struct Path<'a> {
    pub(super) site: &'a Site,
    pub(super) home: Address,
    pub(super) limits: &'a Limits,
    pub(super) nest: Nest,
    pub(super) guard: Arc<Guard>,
    pub(super) frontier: Frontier,
    pub(super) today: Day,
    /// Where the home page finally was, once that is known.
    pub(super) home_at: OnceLock<Address>,
    /// Set once the search was asked, which is once a walk.
    pub(super) searched: OnceLock<()>,
}

/// What became of a turn.
pub(super) struct Reply {
    pub(super) turn: Turn,
    pub(super) exchange: Result<Exchange, Unasked>,
    pub(super) finds: Vec<Find>,
    /// Which page was read.
    pub(super) read: Reading,
}

/// Which page a turn reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// None.
    None,
    /// The one that it asked for, or had taken before.
    Own,
    /// One more, to which it was redirected.
    Taken,
}

impl Turn {
    /// Whether this is the home page, whose rank changes when it is asked once more.
    pub(super) fn rank_was_home(&self, home: &Address) -> bool {
        self.rank == Rank::Home || self.address == *home
    }
}

impl Path<'_> {
    /// Asks, and reads what is to be read.
    pub(super) async fn ask(&self, turn: Turn) -> Result<Reply, WalkError> {
        match turn.task {
            Task::Page => self.ask_page(turn).await,
            Task::Link => self.ask_link(turn).await,
            Task::Sitemap => self.ask_sitemap(turn).await,
            Task::Calibration => {
                let exchange = self.put(&turn, Method::Get, Purpose::Calibration).await;
                Ok(Reply { turn, exchange, finds: Vec::new(), read: Reading::None })
            }
            Task::Search => {
                let exchange = self.put(&turn, Method::Get, Purpose::Search).await;
                Ok(Reply { turn, exchange, finds: Vec::new(), read: Reading::None })
            }
        }
    }

    async fn put(&self, turn: &Turn, method: Method, purpose: Purpose) -> Result<Exchange, Unasked> {
        self.nest.fetch(Ask { address: turn.address.clone(), method, purpose, attempt: turn.attempt }).await
    }

    async fn ask_page(&self, turn: Turn) -> Result<Reply, WalkError> {
        let asked = self.put(&turn, Method::Get, Purpose::Page).await;
        let mut finds = Vec::new();
        let is_home = turn.rank_was_home(&self.home);
        if is_home && turn.attempt == 1 {
            match self.guard.sitemaps(&turn.address).await {
                Ok(named) => finds.extend(plan::sitemaps(self.site, &turn.address, named, self.today)),
                Err(Unasked::Skipped(_)) => {}
                Err(error) => return Ok(Reply { turn, exchange: Err(error), finds, read: Reading::None }),
            }
        }
        let (exchange, reading) = match asked {
            Ok(exchange) => {
                let reading = self.is_to_be_read(&exchange, &turn)?;
                (exchange, reading)
            }
            Err(error) => return Ok(Reply { turn, exchange: Err(error), finds, read: Reading::None }),
        };
        if reading == Reading::None {
            return Ok(Reply { turn, exchange: Ok(exchange), finds, read: reading });
        }
        if is_home {
            let _ = self.home_at.set(exchange.ask.address.clone());
        }
        if !is_home && self.adds_nothing(&exchange).await? {
            return Ok(Reply { turn, exchange: Ok(exchange), finds, read: reading });
        }
        let Some(page) = read(&exchange).await else {
            return Ok(Reply { turn, exchange: Ok(exchange), finds, read: Reading::None });
        };
        let rank = if is_home { Rank::Home } else { turn.rank };
        let mut led_to = plan::of_page(self.site, &page, rank, turn.pager, self.limits, self.today);
        // A page that only leads on to the home page is not the home page.
        if is_home && page.kind == PageKind::Splash {
            led_to.iter_mut().filter(|it| it.task == Ok(Task::Page)).for_each(|it| it.rank = Rank::Home);
        }
        finds.append(&mut led_to);
        finds.extend(plan::calibration(&page.address));
        if is_home && self.searched.get().is_none() {
            let found = search(&exchange, page).await.and_then(|it| plan::search(self.site, it));
            if found.is_some() && self.searched.set(()).is_ok() {
                finds.extend(found);
            }
        }
        if let Some(home) = self.home_at.get() {
            finds = finds.into_iter().flat_map(|find| plan::unify(find, home)).collect();
        }
        Ok(Reply { turn, exchange: Ok(exchange), finds: once_each(finds), read: reading })
    }

    /// Whether everything that a page could lead to is known already, which for most pages of a site is seen without
    /// reading them. Such a page does not change how soon anything is asked for.
    async fn adds_nothing(&self, exchange: &Exchange) -> Result<bool, WalkError> {
        let Some(references) = references(exchange).await else { return Ok(false) };
        let mut finds = plan::at_most(self.site, &references, self.today);
        finds.extend(plan::calibration(&exchange.ask.address));
        if let Some(home) = self.home_at.get() {
            finds = finds.into_iter().flat_map(|find| plan::unify(find, home)).collect();
        }
        Ok(self.frontier.knows_all(&finds)?)
    }

    /// HEAD is only believed when it says that all is well.
    async fn ask_link(&self, turn: Turn) -> Result<Reply, WalkError> {
        // A document is glanced at from the start: its first bytes say whether it is one.
        let by_head = turn.attempt == 1 && !plan::names_a_document(&turn.address);
        let method = if by_head { Method::Head } else { Method::Glance };
        let mut exchange = self.put(&turn, method, Purpose::Link).await;
        if by_head && exchange.as_ref().is_ok_and(head_proves_nothing) {
            exchange = self.put(&turn, Method::Glance, Purpose::Link).await;
        }
        Ok(Reply { turn, exchange, finds: Vec::new(), read: Reading::None })
    }

    async fn ask_sitemap(&self, turn: Turn) -> Result<Reply, WalkError> {
        let exchange = self.put(&turn, Method::Get, Purpose::Sitemap).await;
        let mut finds = Vec::new();
        if let Ok(exchange) = &exchange
            && let Some(answer) = exchange.answer().filter(|it| it.is_success())
        {
            let sitemap = sitemap::read(&exchange.ask.address, &answer.body, self.limits.sitemap_bytes);
            finds = once_each(plan::of_sitemap(self.site, &sitemap, turn.depth, self.today));
        }
        Ok(Reply { turn, exchange, finds, read: Reading::None })
    }

    /// Whether the answer is a page of the site that has not been read yet.
    fn is_to_be_read(&self, exchange: &Exchange, turn: &Turn) -> Result<Reading, WalkError> {
        let readable =
            exchange.answer().is_some_and(|it| it.is_success() && is_html(it) && is_challenge(it).is_none());
        let address = &exchange.ask.address;
        if !readable || !self.site.scope.contains(address) {
            return Ok(Reading::None);
        }
        if *address == turn.address {
            return Ok(Reading::Own);
        }
        Ok(match self.frontier.take_over(address, turn)? {
            Taken::Now => Reading::Taken,
            Taken::Before => Reading::Own,
            Taken::ByAnother => Reading::None,
        })
    }

    /// When to ask once more, if at all.
    pub(super) fn again(&self, turn: &Turn, exchange: &Exchange) -> Option<Moment> {
        // Nobody links to an address that was made up, so its failure is what was asked for. A feed is linked to.
        let is_made_up = match turn.task {
            Task::Calibration | Task::Search => true,
            Task::Sitemap => !plan::names_a_feed(&turn.address),
            Task::Page | Task::Link => false,
        };
        if is_made_up {
            return None;
        }
        retries::again(exchange, turn.attempt, self.limits.second_chance_after).map(after)
    }

    /// When what was not asked because its host was silent is tried again.
    pub(super) fn second_chance(&self) -> Moment {
        after(self.limits.second_chance_after)
    }

    /// Whether a host is one of the site's.
    pub(super) fn is_own(&self, host: &str) -> bool {
        self.site.scope.hosts().any(|it| it == host.strip_prefix("www.").unwrap_or(host))
    }
}

/// The moment that is so far away.
fn after(wait: Duration) -> Moment {
    let millis = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
    Moment::from_millis(Moment::now().millis().saturating_add(millis)).unwrap_or_else(Moment::now)
}

/// Reads a page without holding up other tasks. `None` when the reading itself failed: a mistake in this program,
/// which one page may not make the whole site pay for.
async fn read(exchange: &Exchange) -> Option<Page> {
    let answer = exchange.answer()?;
    let address = exchange.ask.address.clone();
    let (content_type, body) = (answer.header("content-type"), answer.body.clone());
    let reading = tokio::task::spawn_blocking(move || {
        page::read(&page::Source { address: &address, content_type: content_type.as_deref(), body: &body })
    });
    reading.await.ok()
}

/// Bytes of a page that are looked through in less time than it takes to wake another thread for it.
const SMALL: usize = 64 * 1024;

/// What a page could lead to, when that can be told without reading it.
async fn references(exchange: &Exchange) -> Option<Vec<Reference>> {
    let answer = exchange.answer()?;
    if answer.body.len() <= SMALL {
        let content_type = answer.header("content-type");
        let (address, body) = (&exchange.ask.address, &answer.body);
        let source = page::Source { address, content_type: content_type.as_deref(), body };
        // A mistake in there only means that the page is read.
        return catch_unwind(|| page::references(&source)).ok()?;
    }
    let address = exchange.ask.address.clone();
    let (content_type, body) = (answer.header("content-type"), answer.body.clone());
    let looking = tokio::task::spawn_blocking(move || {
        let source = page::Source { address: &address, content_type: content_type.as_deref(), body: &body };
        page::references(&source)
    });
    looking.await.ok()?
}

/// The question that a home page allows to its search.
async fn search(exchange: &Exchange, page: Page) -> Option<page::SearchQuestion> {
    let answer = exchange.answer()?;
    let address = exchange.ask.address.clone();
    let (content_type, body) = (answer.header("content-type"), answer.body.clone());
    let reading = tokio::task::spawn_blocking(move || {
        let source = page::Source { address: &address, content_type: content_type.as_deref(), body: &body };
        page::search_question(&page, &page::prose(&source))
    });
    reading.await.ok()?
}

fn head_proves_nothing(exchange: &Exchange) -> bool {
    match &exchange.outcome {
        crate::evidence::Outcome::Answered(answer) => !answer.is_success(),
        crate::evidence::Outcome::Failed(failure) => {
            matches!(failure.kind, FailureKind::Timeout | FailureKind::Reset | FailureKind::Malformed)
        }
    }
}

/// Whether the body is to be read as a page. Old servers send no type, or `text/plain`.
fn is_html(answer: &Answer) -> bool {
    match answer.media_type().as_str() {
        "text/html" | "application/xhtml+xml" | "application/vnd.wap.xhtml+xml" => true,
        "" | "text/plain" | "text/xml" | "application/xml" | "application/octet-stream" | "text" | "html" => {
            let start = answer.body[..answer.body.len().min(1024)].to_ascii_lowercase();
            [b"<html".as_slice(), b"<!doctype html", b"<body", b"<head"]
                .iter()
                .any(|tag| start.windows(tag.len()).any(|it| it == *tag))
        }
        _ => false,
    }
}

/// Each address once, with the best rank it was found with.
fn once_each(mut finds: Vec<Find>) -> Vec<Find> {
    let mut best: BTreeMap<Address, Rank> = BTreeMap::new();
    for find in &finds {
        let rank = best.entry(find.address.clone()).or_insert(find.rank);
        *rank = find.rank.min(*rank);
    }
    finds.retain_mut(|find| match best.remove(&find.address) {
        Some(rank) => {
            find.rank = rank;
            true
        }
        None => false,
    });
    finds
}
