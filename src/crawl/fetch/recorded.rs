//! Everything that was asked is on disk before anyone sees it.
//!
//! A run that names an earlier one asks for a page only if it has changed. When it has not, both are kept: the answer
//! that says so, and the page as the earlier run was given it, so that each archive holds all that is said about a
//! site.

use std::path::PathBuf;
use std::sync::Arc;

use super::{Fetch, Unasked, Validators};
use crate::evidence::store::Store;
use crate::evidence::{Answer, Ask, Exchange, Method, Purpose};

/// A fetcher that keeps what it fetches.
#[derive(Debug)]
pub(in crate::crawl) struct Recorded<F> {
    inner: F,
    store: Arc<Store>,
    earlier: Option<PathBuf>,
}

impl<F> Recorded<F> {
    /// Wraps a fetcher so that each exchange goes into `store`.
    pub(in crate::crawl) fn new(inner: F, store: Arc<Store>) -> Self {
        Self { inner, store, earlier: None }
    }

    /// Asks for pages only if they have changed since the archive in this folder was made.
    pub(in crate::crawl) fn since(self, earlier: Option<PathBuf>) -> Self {
        Self { earlier, ..self }
    }

    /// What an earlier run was given for the same page, and how to ask whether that still stands.
    async fn earlier(&self, ask: &Ask) -> Option<(Exchange, Validators)> {
        let folder = self.earlier.clone()?;
        if ask.method != Method::Get || ask.purpose != Purpose::Page || ask.attempt > 1 {
            return None;
        }
        let address = ask.address.clone();
        let looking = tokio::task::spawn_blocking(move || {
            // What cannot be read there is asked for as if it had never been there.
            [1, 2].into_iter().find_map(|attempt| {
                let found = Store::find_elsewhere(&folder, &address, attempt, Method::Get).ok()??;
                let validators = found.answer().and_then(validators)?;
                Some((found, validators))
            })
        });
        looking.await.ok()?
    }
}

/// How to ask whether an answer still stands; `None` when it was not whole, or the server gave nothing to ask by.
fn validators(answer: &Answer) -> Option<Validators> {
    let header = |name: &str| {
        let mut headers = answer.headers.iter().filter(|(it, _)| it == name);
        headers.next().map(|(_, value)| value.clone()).filter(|it| !it.is_empty())
    };
    let validators = Validators { etag: header("etag"), last_modified: header("last-modified") };
    let usable = answer.status == 200 && answer.cut.is_none() && validators != Validators::default();
    usable.then_some(validators)
}

impl<F: Fetch> Fetch for Recorded<F> {
    async fn fetch(&self, ask: Ask) -> Result<Exchange, Unasked> {
        let Some((earlier, validators)) = self.earlier(&ask).await else {
            let exchange = self.inner.fetch(ask).await?;
            return keep(&self.store, exchange).await;
        };
        let exchange = self.inner.fetch_if_changed(ask, &validators).await?;
        let kept = keep(&self.store, exchange).await?;
        if kept.answer().is_none_or(|it| it.status != 304) {
            return Ok(kept);
        }
        // It came when it came; how long the host took, and who it was, is today's.
        let Exchange { at, outcome, .. } = earlier;
        keep(&self.store, Exchange { at, outcome, ..kept }).await
    }
}

/// Keeps an exchange without holding up other tasks. Once begun it ends, even when nobody waits for it any more.
pub(super) async fn keep(store: &Arc<Store>, exchange: Exchange) -> Result<Exchange, Unasked> {
    let store = Arc::clone(store);
    let kept = tokio::task::spawn_blocking(move || store.keep(&exchange).map(|_| exchange)).await;
    match kept {
        Ok(kept) => Ok(kept?),
        // A panic in there is a bug; it goes on here as what it is.
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Unasked::Skipped(crate::crawl::Skip::Cancelled)),
        },
    }
}
