//! What was asked in this run is not asked again: not by the same site, not by another, not after a kill.
//!
//! An answer that is in the site's own archive is read from there. One that another site has is copied into the own
//! archive, which must hold the evidence for everything said about the site. Since every attempt and every hop goes
//! through here, a walk that was killed can simply be walked again.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::Notify;

use super::recorded::keep;
use super::{Fetch, Unasked};
use crate::evidence::store::{Entry, Store, StoreError};
use crate::evidence::{Ask, Exchange, Method};

/// A fetcher that looks into the archives first.
#[derive(Debug)]
pub(in crate::crawl) struct Remembered<F> {
    inner: F,
    store: Arc<Store>,
    registry: Arc<Registry>,
    /// The own archive's number in the registry.
    number: usize,
}

impl<F> Remembered<F> {
    /// Wraps a fetcher that keeps what it fetches in `store`.
    pub(in crate::crawl) fn new(
        inner: F,
        store: Arc<Store>,
        registry: Arc<Registry>,
    ) -> Result<Self, StoreError> {
        let number = registry.enter_store(&store)?;
        Ok(Self { inner, store, registry, number })
    }

    async fn copy(&self, place: Place, ask: &Ask) -> Result<Option<Exchange>, Unasked> {
        let Ask { address, method, attempt, .. } = ask.clone();
        let found = tokio::task::spawn_blocking(move || match place.store.upgrade() {
            // Being written to, its latest rows are not on disk yet.
            Some(store) => {
                store.find(&address, attempt, method)?.map(|citation| store.load(&citation)).transpose()
            }
            None => Store::find_elsewhere(&place.folder, &address, attempt, method),
        })
        .await;
        // An archive of another site that cannot be read is no reason to stop; it only means asking again.
        let Ok(Ok(Some(exchange))) = found else { return Ok(None) };
        keep(&self.store, exchange).await.map(Some)
    }
}

impl<F: Fetch> Fetch for Remembered<F> {
    async fn fetch(&self, ask: Ask) -> Result<Exchange, Unasked> {
        loop {
            if let Some(citation) = self.store.find(&ask.address, ask.attempt, ask.method)? {
                match self.store.load(&citation) {
                    // A record that a power cut left without its bytes is asked for again.
                    Err(StoreError::Altered { .. }) => {}
                    // It has not changed since an earlier run, and we were killed before its copy was kept.
                    Ok(exchange) if exchange.answer().is_some_and(|it| it.status == 304) => {}
                    loaded => return Ok(loaded?),
                }
            }
            let changed = self.registry.changed.notified();
            match self.registry.look(&ask, self.number) {
                Seen::Running => changed.await,
                Seen::Elsewhere(place, key) => {
                    if let Some(exchange) = self.copy(place, &ask).await? {
                        return Ok(exchange);
                    }
                    // It cannot be read there, so it must be asked for here.
                    self.registry.forget(key);
                }
                Seen::Mine(key) => {
                    let turn = Turn { registry: &self.registry, key, kept_in: None };
                    return turn.ask(&self.inner, ask, self.number).await;
                }
            }
        }
    }
}

/// What the archives of a run hold, by address and attempt; and what is being asked right now.
#[derive(Debug, Default)]
pub(in crate::crawl) struct Registry {
    slots: Mutex<Slots>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Slots {
    by_key: HashMap<u64, Slot>,
    places: Vec<Place>,
}

/// Where an archive is.
#[derive(Clone, Debug)]
struct Place {
    folder: PathBuf,
    /// Whoever is writing to it, while somebody is.
    store: Weak<Store>,
}

#[derive(Clone, Copy, Debug)]
enum Slot {
    Running,
    /// In the archive of this number.
    Kept(usize),
}

enum Seen {
    Running,
    /// In this archive, under this key.
    Elsewhere(Place, u64),
    /// Nobody has; the slot of this key is now the caller's.
    Mine(u64),
}

impl Registry {
    /// Adds the archive in `folder`, which holds `entries`. Adding it again changes nothing.
    pub(in crate::crawl) fn enter(&self, folder: &Path, entries: &[Entry]) {
        let mut slots = self.lock();
        let number = slots.number_of(folder);
        for entry in entries {
            slots.keep(entry.address().as_str(), entry.attempt, entry.method, number);
        }
    }

    /// Adds the archive that `store` writes to, and returns its number.
    fn enter_store(&self, store: &Arc<Store>) -> Result<usize, StoreError> {
        let mut slots = self.lock();
        let number = slots.number_of(store.folder());
        slots.places[number].store = Arc::downgrade(store);
        store.each_entry(|it| slots.keep(it.address().as_str(), it.attempt, it.method, number))?;
        Ok(number)
    }

    /// Looks for what answers a question, however it was put.
    fn look(&self, ask: &Ask, own: usize) -> Seen {
        let mut slots = self.lock();
        for method in [Method::Get, Method::Glance, Method::Head] {
            if !method.answers(ask.method) {
                continue;
            }
            let key = key(ask.address.as_str(), ask.attempt, method);
            match slots.by_key.get(&key) {
                Some(Slot::Running) => return Seen::Running,
                Some(Slot::Kept(number)) if *number != own => {
                    return Seen::Elsewhere(slots.places[*number].clone(), key);
                }
                Some(Slot::Kept(_)) | None => {}
            }
        }
        let key = key(ask.address.as_str(), ask.attempt, ask.method);
        slots.by_key.insert(key, Slot::Running);
        Seen::Mine(key)
    }

    fn forget(&self, key: u64) {
        self.lock().by_key.remove(&key);
    }

    fn lock(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slots {
    fn number_of(&mut self, folder: &Path) -> usize {
        self.places.iter().position(|it| it.folder == folder).unwrap_or_else(|| {
            self.places.push(Place { folder: folder.to_owned(), store: Weak::new() });
            self.places.len() - 1
        })
    }

    fn keep(&mut self, address: &str, attempt: u32, method: Method, number: usize) {
        self.by_key.entry(key(address, attempt, method)).or_insert(Slot::Kept(number));
    }
}

/// The right to ask, given back however the asking ends.
struct Turn<'a> {
    registry: &'a Registry,
    key: u64,
    kept_in: Option<usize>,
}

impl Turn<'_> {
    async fn ask<F: Fetch>(mut self, inner: &F, ask: Ask, number: usize) -> Result<Exchange, Unasked> {
        let exchange = inner.fetch(ask).await?;
        self.kept_in = Some(number);
        Ok(exchange)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut slots = self.registry.lock();
        match self.kept_in {
            Some(number) => slots.by_key.insert(self.key, Slot::Kept(number)),
            None => slots.by_key.remove(&self.key),
        };
        drop(slots);
        self.registry.changed.notify_waiters();
    }
}

/// Two questions may share a key; then one waits for the other without need, and finds nothing there.
fn key(address: &str, attempt: u32, method: Method) -> u64 {
    let mut hasher = DefaultHasher::new();
    (address, attempt, method).hash(&mut hasher);
    hasher.finish()
}
