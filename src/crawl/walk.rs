//! The walk through one site: whose turn it is, and what its answer leads to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::fetch::{Fetch, Unasked, retries};
use super::frontier::{Find, Frontier, Rank, Settled, Task, Turn};
use super::web::{Guard, Nest, Web};
use super::{Event, Limits, Listener, Progress, Skip, plan, sitemap};
use crate::base::{Address, Day, Moment};
use crate::evidence::block::is_challenge;
use crate::evidence::store::{Store, StoreError};
use crate::evidence::{Answer, Ask, Exchange, FailureKind, Method, Purpose};
use crate::page::{self, Page, PageKind};
use crate::site::Site;

/// The note in the archive that says how the walk ended: [`End::id`], or `running` when it was killed.
pub const WALK_NOTE: &str = "walk";

/// Challenges in a row after which a site is taken to block programs.
const CHALLENGES: u32 = 5;

/// How a walk went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk {
    /// How it ended.
    pub end: End,
    /// Addresses that are known.
    pub known: u64,
    /// Pages that were asked for.
    pub pages: u64,
    /// Links that were checked, beyond the pages.
    pub links: u64,
    /// Addresses that were not asked for, by reason; without those that are still waiting.
    pub skipped: BTreeMap<Skip, u64>,
}

/// How a walk ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Nothing is waiting any more.
    Whole,
    /// The site blocks programs.
    Blocked,
    /// The time was up.
    Deadline,
    /// It was told to stop.
    Cancelled,
}

/// Why a walk broke off. It can be resumed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum WalkError {
    /// The archive cannot be read or written.
    #[error("keep the evidence: {0}")]
    Store(#[from] Arc<StoreError>),
    /// The site has no address to begin with.
    #[error("walk `{0}`: it has no home page")]
    Homeless(String),
}

impl From<StoreError> for WalkError {
    fn from(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}

impl WalkError {
    /// Whether the disk is full, which ends the whole run.
    pub fn is_disk_full(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_disk_full())
    }
}

impl End {
    const WORDS: [(&'static str, Self); 4] = [
        ("whole", Self::Whole),
        ("blocked", Self::Blocked),
        ("deadline", Self::Deadline),
        ("cancelled", Self::Cancelled),
    ];

    /// As the archive spells it.
    pub fn id(self) -> &'static str {
        Self::WORDS.iter().find(|(_, end)| *end == self).map_or("", |(word, _)| word)
    }

    /// The end with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(word, _)| *word == id).map(|(_, end)| *end)
    }

    /// The reason that what was still waiting was not asked for.
    pub fn skip(self) -> Skip {
        match self {
            Self::Whole | Self::Cancelled => Skip::Cancelled,
            Self::Blocked => Skip::Blocked,
            Self::Deadline => Skip::Deadline,
        }
    }
}

/// Walks a site from where its frontier stands: from the home page, or from where an earlier walk was stopped.
///
/// Everything that is asked goes through `web` and is kept in `store`. Dropping the future stops the walk at once;
/// `cancel` stops it as well and says so in the archive. Neither loses anything.
pub async fn walk(
    site: &Site,
    web: &Web,
    store: Arc<Store>,
    listener: &Listener,
    cancel: &CancellationToken,
) -> Result<Walk, WalkError> {
    let home = site.home.clone().ok_or_else(|| WalkError::Homeless(site.id.to_string()))?;
    listener.tell(Event::SiteStarted(site.id.clone()));
    let (nest, guard) = web.nest(site, &store)?;
    let frontier = Frontier::open(Arc::clone(&store))?;
    let today = Moment::now().day();
    frontier.seed(&plan::first(site, today))?;
    // A walk that is killed says nothing, so it says beforehand that it is not over.
    store.note(WALK_NOTE, "running")?;
    let path = Path { site, home, limits: web.limits(), nest, guard, frontier, today };
    let mut walker = Walker::new(&path, listener)?;
    for task in [Task::Page, Task::Link] {
        walker.skip_beyond_limits(task)?;
    }
    let end = walker.run(cancel).await?;
    store.note(WALK_NOTE, end.id())?;
    let counts = path.frontier.counts()?;
    let skipped = path.frontier.skipped()?;
    Ok(Walk { end, known: counts.known, pages: counts.pages, links: counts.links, skipped })
}

/// What does not change during a walk.
struct Path<'a> {
    site: &'a Site,
    home: Address,
    limits: &'a Limits,
    nest: Nest,
    guard: Arc<Guard>,
    frontier: Frontier,
    today: Day,
}

/// What became of a turn.
struct Reply {
    turn: Turn,
    exchange: Result<Exchange, Unasked>,
    finds: Vec<Find>,
    /// A page was read.
    read: bool,
}

/// What changes.
struct Walker<'a> {
    path: &'a Path<'a>,
    listener: &'a Listener,
    progress: Progress,
    pages: u64,
    links: u64,
    /// Hosts that may have something due.
    ready: BTreeSet<String>,
    /// Hosts that are being asked.
    busy: BTreeSet<String>,
    /// Challenges in a row.
    challenges: u32,
    blocked: bool,
}

impl<'a> Walker<'a> {
    fn new(path: &'a Path<'a>, listener: &'a Listener) -> Result<Self, WalkError> {
        let counts = path.frontier.counts()?;
        Ok(Self {
            path,
            listener,
            progress: Progress { known: counts.known, settled: counts.settled },
            pages: counts.pages,
            links: counts.links,
            ready: path.frontier.waiting()?.into_keys().collect(),
            busy: BTreeSet::new(),
            challenges: 0,
            blocked: false,
        })
    }

    async fn run(&mut self, cancel: &CancellationToken) -> Result<End, WalkError> {
        let path = self.path;
        let deadline = path.limits.site_deadline.map(|it| Instant::now() + it);
        let mut running = FuturesUnordered::new();
        loop {
            let closed = path.site.window.map_or(Duration::ZERO, |it| it.opens_in(Moment::now()));
            if closed.is_zero() {
                while let Some(turn) = self.next(running.len())? {
                    running.push(path.ask(turn));
                }
            }
            let mut rest = closed;
            if closed.is_zero() && running.is_empty() {
                let Some(due) = self.first_due()? else {
                    return Ok(if self.blocked { End::Blocked } else { End::Whole });
                };
                rest = due;
            }
            tokio::select! {
                biased;
                () = cancel.cancelled() => return Ok(End::Cancelled),
                () = until(deadline) => return Ok(End::Deadline),
                Some(reply) = running.next() => self.hear(reply?)?,
                () = sleep(rest), if running.is_empty() => {}
            }
        }
    }

    /// The next turn of a host that is not being asked, own hosts first.
    fn next(&mut self, running: usize) -> Result<Option<Turn>, WalkError> {
        let path = self.path;
        let own = |host: &String| path.site.scope.hosts().any(|it| it == host.trim_start_matches("www."));
        let mut hosts: Vec<String> = self.ready.difference(&self.busy).cloned().collect();
        hosts.sort_by_key(|host| !own(host));
        for host in hosts {
            // The own hosts are few and always have a place; the rest share what there is.
            if !own(&host) && running >= path.limits.hosts_at_once {
                return Ok(None);
            }
            let Some(turn) = path.frontier.claim(&host, Moment::now())? else {
                self.ready.remove(&host);
                continue;
            };
            self.busy.insert(host);
            if turn.attempt == 1 {
                self.pages += u64::from(turn.task == Task::Page);
                self.links += u64::from(turn.task == Task::Link);
                self.skip_beyond_limits(turn.task)?;
            }
            return Ok(Some(turn));
        }
        Ok(None)
    }

    /// Why nothing more of this kind is asked for the first time, when that is so.
    fn beyond_limits(&self, task: Task) -> Option<Skip> {
        let limits = self.path.limits;
        let pages = u64::from(self.path.site.max_pages.unwrap_or(limits.max_pages));
        match task {
            Task::Page => (self.pages >= pages).then_some(Skip::PageLimit),
            Task::Link => (self.links >= u64::from(limits.max_links)).then_some(Skip::LinkLimit),
            Task::Sitemap | Task::Calibration => None,
        }
    }

    /// When the last one of a kind has been let through, the rest of that kind is settled.
    fn skip_beyond_limits(&mut self, task: Task) -> Result<(), WalkError> {
        if let Some(skip) = self.beyond_limits(task) {
            self.progress.settled += self.path.frontier.skip_task(task, skip)?;
        }
        Ok(())
    }

    /// How long it is until something is due; `None` when nothing is waiting any more.
    fn first_due(&mut self) -> Result<Option<Duration>, WalkError> {
        let now = Moment::now();
        let waiting = self.path.frontier.waiting()?;
        let due = waiting.values().min().map(|due| u64::try_from(due.millis() - now.millis()).unwrap_or(0));
        self.ready.extend(waiting.into_keys());
        Ok(due.map(Duration::from_millis))
    }

    fn hear(&mut self, reply: Reply) -> Result<(), WalkError> {
        let Reply { turn, exchange, mut finds, read } = reply;
        let host = turn.address.host().to_owned();
        self.busy.remove(&host);
        self.ready.insert(host);
        let settled = match &exchange {
            Err(Unasked::NotKept(error)) => return Err(WalkError::Store(Arc::clone(error))),
            Err(Unasked::Skipped(skip)) => Settled::Skipped(*skip),
            Ok(exchange) => {
                self.watch_for_blocks(&turn, exchange, read)?;
                self.path.again(&turn, exchange).map_or(Settled::Done, Settled::Again)
            }
        };
        for find in &mut finds {
            find.task = find.task.and_then(|task| self.beyond_limits(task).map_or(Ok(task), Err));
        }
        let new = self.path.frontier.settle(&turn, settled, &finds)?;
        self.ready.extend(finds.iter().filter(|it| it.task.is_ok()).map(|it| it.address.host().to_owned()));
        self.progress.known += new;
        self.progress.settled += u64::from(!matches!(settled, Settled::Again(_)));
        self.progress.settled += finds.iter().filter(|it| it.task.is_err()).count() as u64;
        let (site, address, progress) = (self.path.site.id.clone(), turn.address, self.progress);
        self.listener.tell(match exchange {
            Err(_) => {
                let skip = if let Settled::Skipped(skip) = settled { skip } else { Skip::Cancelled };
                Event::Skipped { site, address, skip }
            }
            Ok(exchange) => {
                let result = match &exchange.outcome {
                    crate::evidence::Outcome::Answered(answer) => Ok(answer.status),
                    crate::evidence::Outcome::Failed(failure) => Err(failure.kind),
                };
                Event::Kept { site, address, result, progress }
            }
        });
        Ok(())
    }

    /// A site that answers its home page, or page after page, with a challenge is left alone.
    fn watch_for_blocks(&mut self, turn: &Turn, exchange: &Exchange, read: bool) -> Result<(), WalkError> {
        if turn.task != Task::Page {
            return Ok(());
        }
        let challenge = exchange.answer().and_then(is_challenge).is_some();
        self.challenges = if challenge {
            self.challenges + 1
        } else if read {
            0
        } else {
            self.challenges
        };
        let home_twice = turn.rank_was_home(&self.path.home) && turn.attempt > 1;
        if challenge && (home_twice || self.challenges >= CHALLENGES) {
            self.blocked = true;
            for host in self.path.frontier.waiting()?.into_keys() {
                if self.path.site.scope.hosts().any(|it| it == host.trim_start_matches("www.")) {
                    self.progress.settled += self.path.frontier.skip_host(&host, Skip::Blocked)?;
                }
            }
        }
        Ok(())
    }
}

impl Turn {
    /// Whether this is the home page, whose rank changes when it is asked once more.
    fn rank_was_home(&self, home: &Address) -> bool {
        self.rank == Rank::Home || self.address == *home
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

impl Path<'_> {
    async fn ask(&self, turn: Turn) -> Result<Reply, WalkError> {
        match turn.task {
            Task::Page => self.ask_page(turn).await,
            Task::Link => self.ask_link(turn).await,
            Task::Sitemap => self.ask_sitemap(turn).await,
            Task::Calibration => {
                let exchange = self.put(&turn, Method::Get, Purpose::Calibration).await;
                Ok(Reply { turn, exchange, finds: Vec::new(), read: false })
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
                Err(error) => return Ok(Reply { turn, exchange: Err(error), finds, read: false }),
            }
        }
        let exchange = match asked {
            Ok(exchange) if self.is_to_be_read(&exchange, &turn)? => exchange,
            other => return Ok(Reply { turn, exchange: other, finds, read: false }),
        };
        let Some(page) = read(&exchange).await else {
            return Ok(Reply { turn, exchange: Ok(exchange), finds, read: false });
        };
        let rank = if is_home { Rank::Home } else { turn.rank };
        let mut led_to = plan::of_page(self.site, &page, rank, turn.pager, self.limits, self.today);
        // A page that only leads on to the home page is not the home page.
        if is_home && page.kind == PageKind::Splash {
            led_to.iter_mut().filter(|it| it.task == Ok(Task::Page)).for_each(|it| it.rank = Rank::Home);
        }
        finds.append(&mut led_to);
        finds.extend(plan::calibration(&page.address));
        Ok(Reply { turn, exchange: Ok(exchange), finds: once_each(finds), read: true })
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
        Ok(Reply { turn, exchange, finds: Vec::new(), read: false })
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
        Ok(Reply { turn, exchange, finds, read: false })
    }

    /// Whether the answer is a page of the site that has not been read yet.
    fn is_to_be_read(&self, exchange: &Exchange, turn: &Turn) -> Result<bool, WalkError> {
        let readable =
            exchange.answer().is_some_and(|it| it.is_success() && is_html(it) && is_challenge(it).is_none());
        let address = &exchange.ask.address;
        if !readable || !self.site.scope.contains(address) {
            return Ok(false);
        }
        Ok(*address == turn.address || self.frontier.take_over(address, turn)?)
    }

    fn again(&self, turn: &Turn, exchange: &Exchange) -> Option<Moment> {
        // Nobody links to an address that was made up, so its failure is what was asked for.
        if matches!(turn.task, Task::Calibration | Task::Sitemap) {
            return None;
        }
        let after = retries::again(exchange, turn.attempt, self.limits.second_chance_after)?;
        let millis = i64::try_from(after.as_millis()).unwrap_or(i64::MAX);
        Moment::from_millis(Moment::now().millis().saturating_add(millis))
    }
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
