//! Asking: from a question to an exchange that is on disk, through wrappers with one manner each.
//!
//! ```text
//! Redirects( Guarded( Remembered( Polite( Recorded( Lined( Http ))))))
//! ```
//!
//! Every attempt and every hop passes `Guarded` (robots, traps); what is already in an archive of the run is read
//! from there by `Remembered` and waits for nobody; everything else waits its turn in `Polite`; and whatever passes
//! `Polite` is on disk before anyone sees it, after `Lined` has told our own line's failures from the server's. Trying again is not a wrapper: `retries` says whether and when, and the
//! walk puts the address back into its frontier, so that nobody sleeps holding a place.

mod body;
mod guarded;
mod http;
mod lined;
mod polite;
mod recorded;
mod redirects;
mod remembered;
pub(super) mod retries;
mod timed;
mod tls;

use std::future::Future;
use std::sync::Arc;

pub(super) use self::guarded::Guarded;
pub use self::http::{Agent, Http, HttpError};
pub(super) use self::lined::Lined;
pub(super) use self::polite::{Polite, Turnstiles, gap_of};
pub(super) use self::recorded::Recorded;
pub(super) use self::redirects::Redirects;
pub(super) use self::remembered::{Registry, Remembered};
pub(super) use self::timed::{Budget, Reply, Timed};
pub use self::timed::{Connecting, Stream, Wire};
pub use self::tls::Roots;

use super::Skip;
use crate::evidence::store::StoreError;
use crate::evidence::{Ask, Exchange};

/// Something that can be asked.
pub(super) trait Fetch: Send + Sync {
    /// Puts the question. A server that does not answer is evidence, so it is an exchange and no error.
    fn fetch(&self, ask: Ask) -> impl Future<Output = Result<Exchange, Unasked>> + Send;

    /// The same, unless the answer is still the one that an earlier run was given; then the answer is a 304.
    fn fetch_if_changed(
        &self,
        ask: Ask,
        _since: &Validators,
    ) -> impl Future<Output = Result<Exchange, Unasked>> + Send {
        self.fetch(ask)
    }
}

/// What a server gave with an answer so that one may ask whether it has changed (RFC 9110, 8.8).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Validators {
    /// ETag, as it was sent.
    pub etag: Option<Vec<u8>>,
    /// Last-Modified, as it was sent.
    pub last_modified: Option<Vec<u8>>,
}

/// Why a question was not put, or its answer not kept.
#[derive(Clone, Debug)]
pub(super) enum Unasked {
    /// It was decided not to ask.
    Skipped(Skip),
    /// The archive cannot be written; nothing more may be asked.
    NotKept(Arc<StoreError>),
}

impl From<StoreError> for Unasked {
    fn from(error: StoreError) -> Self {
        Self::NotKept(Arc::new(error))
    }
}

impl<F: Fetch> Fetch for Arc<F> {
    async fn fetch(&self, ask: Ask) -> Result<Exchange, Unasked> {
        F::fetch(self, ask).await
    }

    async fn fetch_if_changed(&self, ask: Ask, since: &Validators) -> Result<Exchange, Unasked> {
        F::fetch_if_changed(self, ask, since).await
    }
}
