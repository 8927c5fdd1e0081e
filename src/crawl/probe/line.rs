//! Whether our own line is up: a control host that is known to be up shows it.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::{Clock, Prober};
use crate::base::Moment;
use crate::evidence::Line;
use crate::site::Control;

/// What is known of our line. Control hosts are asked only when a visit failed, or while the line is down.
#[derive(Debug)]
pub struct OwnLine {
    prober: Arc<Prober>,
    control: Vec<Control>,
    clock: Clock,
    seen: Mutex<Seen>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    /// The last time the control hosts were asked, and whether one answered.
    last: Option<(Moment, bool)>,
    /// When the line was first seen up again after it was down.
    recovered: Option<Moment>,
}

impl OwnLine {
    /// A line that `control` may prove; an empty list proves nothing.
    pub fn new(prober: Arc<Prober>, control: Vec<Control>, clock: Clock) -> Self {
        Self { prober, control, clock, seen: Mutex::default() }
    }

    /// How the line was during a visit that failed, which lasted from `began` until `ended`.
    ///
    /// A visit that began before the line was seen up again is not counted, even if the line is up by now.
    pub async fn during(&self, began: Moment, ended: Moment) -> Line {
        if self.control.is_empty() {
            return Line::Unproved;
        }
        let mut seen = self.seen.lock().await;
        let known = seen.last.filter(|(asked, _)| *asked >= ended);
        let up = match known {
            Some((_, up)) => up,
            None => self.ask(&mut seen).await,
        };
        let straddles = seen.recovered.is_some_and(|recovered| began < recovered);
        if up && !straddles { Line::Up } else { Line::Down }
    }

    /// Looks whether a line that was down is up again; asks nobody while it is up.
    pub async fn look_again(&self) {
        let mut seen = self.seen.lock().await;
        if matches!(seen.last, Some((_, false))) {
            self.ask(&mut seen).await;
        }
    }

    async fn ask(&self, seen: &mut Seen) -> bool {
        let asked = self.clock.now();
        let answers = self.control.iter().map(|it| self.prober.is_up(it));
        let up = futures_util::future::join_all(answers).await.contains(&true);
        if up && matches!(seen.last, Some((_, false))) {
            seen.recovered = Some(self.clock.now());
        }
        seen.last = Some((asked, up));
        up
    }
}
