//! Everything that was asked is on disk before anyone sees it.

use std::sync::Arc;

use super::{Fetch, Unasked};
use crate::evidence::store::Store;
use crate::evidence::{Ask, Exchange};

/// A fetcher that keeps what it fetches.
#[derive(Debug)]
pub(in crate::crawl) struct Recorded<F> {
    inner: F,
    store: Arc<Store>,
}

impl<F> Recorded<F> {
    /// Wraps a fetcher so that each exchange goes into `store`.
    pub(in crate::crawl) fn new(inner: F, store: Arc<Store>) -> Self {
        Self { inner, store }
    }
}

impl<F: Fetch> Fetch for Recorded<F> {
    async fn fetch(&self, ask: Ask) -> Result<Exchange, Unasked> {
        let exchange = self.inner.fetch(ask).await?;
        keep(&self.store, exchange).await
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
