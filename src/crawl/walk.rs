//! The walk through one site: whose turn it is, and what its answer leads to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::alike::{self, Alike};
use super::ask::{Path, Reading, Reply};
use super::fetch::Unasked;
use super::frontier::{Frontier, Heard, Settled, Task, Turn};
use super::web::Web;
use super::{Event, Listener, Progress, Skip, ipv6, plan};
use crate::base::Moment;
use crate::evidence::block::is_challenge;
use crate::evidence::store::{Store, StoreError};
use crate::evidence::{Disguises, Exchange, IPV6_NOTE};
use crate::site::Site;

/// The note in the archive that says how the walk ended: [`End::id`], or `running` when it was killed.
pub const WALK_NOTE: &str = "walk";

/// The note that says where the home page finally was.
const HOME_NOTE: &str = "home";

/// The note that says that the site blocks programs.
const BLOCKED_NOTE: &str = "blocked";

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
    let home_at = OnceLock::new();
    if let Some(address) = store.noted(HOME_NOTE)?.and_then(|it| it.parse().ok()) {
        let _ = home_at.set(address);
    }
    if store.noted(IPV6_NOTE)?.is_none()
        && let Some(seen) = ipv6::look(web.names(), &home).await
    {
        store.note(IPV6_NOTE, seen.id())?;
    }
    let searched = OnceLock::new();
    let path = Path { site, home, limits: web.limits(), nest, guard, frontier, today, home_at, searched };
    let blocked = store.noted(BLOCKED_NOTE)?.is_some();
    let mut walker = Walker::new(&path, listener, blocked)?;
    for task in [Task::Page, Task::Link] {
        walker.skip_beyond_limits(task)?;
    }
    let end = walker.run(&store, cancel).await?;
    store.note(WALK_NOTE, end.id())?;
    store.flush()?;
    let counts = path.frontier.counts()?;
    let skipped = path.frontier.skipped()?;
    Ok(Walk { end, known: counts.known, pages: counts.pages, links: counts.links, skipped })
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
    /// Hosts that are being asked, and how many questions are under way at each.
    busy: BTreeMap<String, u32>,
    alike: Alike,
    /// What looked like a missing page in disguise was looked at again.
    looked_again: bool,
    /// Challenges in a row.
    challenges: u32,
    blocked: bool,
}

impl<'a> Walker<'a> {
    /// Knows what the walk knew when it was stopped, if it was begun before.
    fn new(path: &'a Path<'a>, listener: &'a Listener, blocked: bool) -> Result<Self, WalkError> {
        let counts = path.frontier.counts()?;
        let (mut alike, mut challenges) = (Alike::default(), 0);
        path.frontier.each_page(|address| alike.asked_before(address))?;
        path.frontier.each_heard(|it| match it {
            Heard::Content(content) => {
                alike.came_before(content);
                challenges = 0;
            }
            Heard::Challenge => challenges += 1,
        })?;
        Ok(Self {
            path,
            listener,
            progress: Progress { known: counts.known, settled: counts.settled },
            pages: counts.page_turns,
            links: counts.link_turns,
            ready: path.frontier.waiting()?.into_keys().collect(),
            busy: BTreeMap::new(),
            alike,
            looked_again: false,
            challenges,
            blocked,
        })
    }

    async fn run(&mut self, store: &Store, cancel: &CancellationToken) -> Result<End, WalkError> {
        let path = self.path;
        let deadline = path.limits.site_deadline.map(|it| Instant::now() + it);
        let mut running = FuturesUnordered::new();
        loop {
            let closed = path.site.window.map_or(Duration::ZERO, |it| it.opens_in(Moment::now()));
            if closed.is_zero() {
                while let Some(turn) = self.next()? {
                    running.push(path.ask(turn));
                }
            }
            let mut rest = closed;
            if closed.is_zero() && running.is_empty() {
                let Some(due) = self.first_due()? else {
                    if self.looks_again(store)? {
                        continue;
                    }
                    return Ok(if self.blocked { End::Blocked } else { End::Whole });
                };
                rest = due;
            }
            tokio::select! {
                biased;
                () = cancel.cancelled() => return Ok(End::Cancelled),
                () = until(deadline) => return Ok(End::Deadline),
                Some(reply) = running.next() => self.hear(reply?, store)?,
                () = sleep(rest), if running.is_empty() => {}
            }
        }
    }

    /// The next turn of a host at which there is a place, own hosts first.
    fn next(&mut self) -> Result<Option<Turn>, WalkError> {
        let path = self.path;
        while let Some(host) = self.free_host() {
            let Some(turn) = path.frontier.claim(&host, Moment::now())? else {
                self.ready.remove(&host);
                continue;
            };
            if let Some(skip) = self.alike.too_many(&turn, path.limits) {
                path.frontier.settle(&turn, Settled::Skipped(skip), &[])?;
                self.progress.settled += 1;
                continue;
            }
            *self.busy.entry(host).or_default() += 1;
            if turn.attempt == 1 {
                self.pages += u64::from(turn.task == Task::Page);
                self.links += u64::from(turn.task == Task::Link);
                self.skip_beyond_limits(turn.task)?;
            }
            return Ok(Some(turn));
        }
        Ok(None)
    }

    fn free_host(&self) -> Option<String> {
        let places =
            |host: &String| if self.path.is_own(host) { self.path.site.at_once.unwrap_or(1) } else { 1 };
        let is_free = |host: &&String| self.busy.get(*host).is_none_or(|busy| *busy < places(host));
        let own = self.ready.iter().filter(|it| self.path.is_own(it)).find(is_free);
        // The own hosts are few and always have a place; the rest share what there is.
        let others = self.busy.keys().filter(|it| !self.path.is_own(it)).count();
        let may_be_other = others < self.path.limits.hosts_at_once;
        let other = || self.ready.iter().filter(|it| !self.path.is_own(it)).find(is_free);
        own.or_else(|| may_be_other.then(other).flatten()).cloned()
    }

    /// Asks once more, when everything else is done, for what looks like a missing page in disguise: it may count only
    /// when it looks so twice.
    fn looks_again(&mut self, store: &Store) -> Result<bool, WalkError> {
        if self.looked_again || self.blocked {
            return Ok(false);
        }
        self.looked_again = true;
        let (mut disguises, mut suspects) = (Disguises::default(), Vec::new());
        store.each_entry(|it| disguises.learn(&it))?;
        store.each_entry(|it| suspects.extend(disguises.of(&it).map(|_| it.address().clone())))?;
        let again = self.path.frontier.look_again(&suspects, Moment::now())?;
        self.progress.settled -= again.min(self.progress.settled);
        Ok(again > 0)
    }

    /// Why nothing more of this kind is asked for the first time, when that is so.
    fn beyond_limits(&self, task: Task) -> Option<Skip> {
        let limits = self.path.limits;
        let pages = u64::from(self.path.site.max_pages.unwrap_or(limits.max_pages));
        match task {
            Task::Page => (self.pages >= pages).then_some(Skip::PageLimit),
            Task::Link => (self.links >= u64::from(limits.max_links)).then_some(Skip::LinkLimit),
            Task::Sitemap | Task::Calibration | Task::Search => None,
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

    fn hear(&mut self, reply: Reply, store: &Store) -> Result<(), WalkError> {
        let Reply { turn, exchange, mut finds, read } = reply;
        if read == Reading::Taken {
            self.pages += 1;
            self.skip_beyond_limits(Task::Page)?;
        }
        let read = read != Reading::None;
        let host = turn.address.host().to_owned();
        if let Some(busy) = self.busy.get_mut(&host).filter(|it| **it > 1) {
            *busy -= 1;
        } else {
            self.busy.remove(&host);
        }
        self.ready.insert(host);
        if let Some(home) = self.path.home_at.get().filter(|_| read && turn.rank_was_home(&self.path.home)) {
            store.note(HOME_NOTE, home.as_str())?;
        }
        let heard = exchange.as_ref().ok().and_then(|it| heard(&turn, it, read));
        if let Some(heard) = heard {
            self.path.frontier.hear(&turn, heard)?;
        }
        if let Some(Heard::Content(content)) = heard
            && self.alike.repeats(content, self.path.limits)
        {
            for it in &mut finds {
                it.task = Err(Skip::SameContent);
            }
        }
        let settled = match &exchange {
            Err(Unasked::NotKept(error)) => return Err(WalkError::Store(Arc::clone(error))),
            // A host may come back: what was left alone has its second chance like what failed.
            Err(Unasked::Skipped(Skip::HostSilent)) if turn.attempt == 1 => {
                Settled::Again(self.path.second_chance())
            }
            Err(Unasked::Skipped(skip)) => Settled::TurnedAway(*skip),
            Ok(exchange) => {
                self.watch_for_blocks(&turn, heard, store)?;
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
            Err(Unasked::Skipped(skip)) => Event::Skipped { site, address, skip },
            Err(Unasked::NotKept(_)) => Event::Skipped { site, address, skip: Skip::Cancelled },
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
    fn watch_for_blocks(
        &mut self,
        turn: &Turn,
        heard: Option<Heard>,
        store: &Store,
    ) -> Result<(), WalkError> {
        match heard {
            Some(Heard::Challenge) => self.challenges += 1,
            Some(Heard::Content(_)) => self.challenges = 0,
            None => {}
        }
        let home_twice = turn.rank_was_home(&self.path.home) && turn.attempt > 1;
        if heard == Some(Heard::Challenge) && (home_twice || self.challenges >= CHALLENGES) {
            self.blocked = true;
            store.note(BLOCKED_NOTE, "yes")?;
            for host in self.path.frontier.waiting()?.into_keys() {
                if self.path.is_own(&host) {
                    self.progress.settled += self.path.frontier.skip_host(&host, Skip::Blocked)?;
                }
            }
        }
        Ok(())
    }
}

/// What is to be remembered of an answer, if anything.
fn heard(turn: &Turn, exchange: &Exchange, read: bool) -> Option<Heard> {
    let answer = exchange.answer()?;
    if read {
        return Some(Heard::Content(alike::content(&turn.address, &answer.body)));
    }
    (turn.task == Task::Page && is_challenge(answer).is_some()).then_some(Heard::Challenge)
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
