//! What happens during a gathering, told to whoever listens. The crawl never prints.

use std::fmt;
use std::sync::Arc;

use super::{Skip, Walk};
use crate::base::Address;
use crate::evidence::FailureKind;
use crate::site::SiteId;

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// A walk began, or went on.
    SiteStarted(SiteId),
    /// A question was answered, or failed, and what became of it is on disk.
    Kept {
        /// On whose behalf.
        site: SiteId,
        /// What was asked for.
        address: Address,
        /// The final status, or why there was none.
        result: Result<u16, FailureKind>,
        /// How far the walk is.
        progress: Progress,
    },
    /// An address was not asked for, and this is why.
    Skipped {
        /// On whose behalf.
        site: SiteId,
        /// What was not asked for.
        address: Address,
        /// Why.
        skip: Skip,
    },
    /// A walk ended.
    SiteFinished {
        /// Whose.
        site: SiteId,
        /// How; `Err` is our own trouble, in words that follow "failed to".
        walk: Result<Walk, String>,
    },
}

/// How far a walk is, in addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Known so far.
    pub known: u64,
    /// Dealt with: asked for, or skipped with a reason.
    pub settled: u64,
}

/// Where events go. Called from many tasks; must return soon.
#[derive(Clone)]
pub struct Listener(Arc<dyn Fn(Event) + Send + Sync>);

impl Listener {
    /// Calls `hear` for each event.
    pub fn new(hear: impl Fn(Event) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hear))
    }

    /// Nobody listens.
    pub fn none() -> Self {
        Self::new(drop)
    }

    pub(super) fn tell(&self, event: Event) {
        (self.0)(event);
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}
