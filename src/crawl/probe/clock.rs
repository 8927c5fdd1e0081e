//! What time it is for a schedule.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::base::Moment;

/// Longest sleep in one go: a clock that was set, or a machine that slept, is noticed by then.
const NAP: Duration = Duration::from_mins(1);

/// A clock. Schedules go by the wall, not by time passed: hours must stay hours after a suspended night.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// The machine's.
    Wall,
    /// So much after a moment as tokio's clock, which tests can stop, has gone on since.
    Since(Moment, Instant),
}

impl Clock {
    /// The time now.
    pub fn now(self) -> Moment {
        match self {
            Self::Wall => Moment::now(),
            Self::Since(moment, started) => plus(moment, started.elapsed()),
        }
    }

    /// Returns at `due`, or at once when that is past.
    pub async fn wait_until(self, due: Moment) {
        while let Some(left) = until(self.now(), due) {
            sleep(left.min(NAP)).await;
        }
    }
}

/// So much later.
pub(super) fn plus(moment: Moment, duration: Duration) -> Moment {
    let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    Moment::from_millis(moment.millis().saturating_add(millis)).unwrap_or(moment)
}

/// How long it is from `now` to `due`; `None` when that is past.
fn until(now: Moment, due: Moment) -> Option<Duration> {
    let millis = u64::try_from(due.millis() - now.millis()).ok().filter(|it| *it > 0)?;
    Some(Duration::from_millis(millis))
}
