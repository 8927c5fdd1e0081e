//! Progress on stderr: one bar for the city, one line for each site that is being walked. Quiet when nobody watches.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write, stderr};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::base::printable;
use crate::crawl::{Event, Listener};
use crate::site::{Registry, SiteId};

use super::args::Loudness;

/// Shared with the log, so that its lines stand above the bars instead of between them.
static BARS: LazyLock<MultiProgress> =
    LazyLock::new(|| MultiProgress::with_draw_target(ProgressDrawTarget::hidden()));

/// Draws what the crawl tells.
struct Board {
    city: ProgressBar,
    sites: Mutex<BTreeMap<SiteId, ProgressBar>>,
    names: BTreeMap<SiteId, String>,
    draws: bool,
    quiet: bool,
}

/// A listener that draws bars on a terminal and, elsewhere, writes one plain line for each site that is done.
pub(super) fn board(registry: &Registry, sites: usize, loudness: &Loudness) -> Listener {
    let draws = stderr().is_terminal() && !loudness.no_progress && !loudness.quiet;
    if draws {
        BARS.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
    }
    let city = BARS.add(ProgressBar::new(sites as u64));
    city.set_style(style("{msg} [{bar:30}] {pos}/{len} sites  {elapsed_precise}"));
    city.set_message(printable(&registry.city));
    let names = registry.sites.iter().map(|it| (it.id.clone(), printable(&it.name))).collect();
    let board =
        Board { city, sites: Mutex::default(), names, draws, quiet: loudness.quiet || loudness.no_progress };
    Listener::new(move |event| board.hear(event))
}

/// Takes the bars away when the walk is over.
pub(super) fn clear() {
    let _ = BARS.clear();
    BARS.set_draw_target(ProgressDrawTarget::hidden());
}

/// Where log lines go: to stderr, above the bars.
pub(super) fn above_the_bars() -> impl Write {
    AboveTheBars
}

struct AboveTheBars;

impl Write for AboveTheBars {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        BARS.suspend(|| stderr().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        stderr().flush()
    }
}

impl Board {
    fn hear(&self, event: Event) {
        match event {
            Event::SiteStarted(site) if self.draws => {
                let bar = BARS.add(ProgressBar::new_spinner());
                bar.set_style(style("  {spinner} {prefix:<20} {pos}/{len} addresses  {msg}"));
                bar.set_prefix(site.to_string());
                bar.enable_steady_tick(Duration::from_millis(120));
                self.bars().insert(site, bar);
            }
            Event::Kept { site, address, progress, .. } if self.draws => {
                if let Some(bar) = self.bars().get(&site) {
                    bar.set_length(progress.known);
                    bar.set_position(progress.settled);
                    bar.set_message(printable(address.as_str()).chars().take(60).collect::<String>());
                }
            }
            Event::SiteFinished { site, walk } => {
                if let Some(bar) = self.bars().remove(&site) {
                    bar.finish_and_clear();
                }
                self.city.inc(1);
                self.say_done(&site, walk.as_ref().map(|it| (it.pages, it.links)));
            }
            Event::SiteStarted(_) | Event::Kept { .. } | Event::Skipped { .. } => {}
        }
    }

    fn say_done(&self, site: &SiteId, walk: Result<(u64, u64), &String>) {
        let name = self.names.get(site).map_or("", String::as_str);
        match walk {
            Ok(_) if self.draws || self.quiet => {}
            Ok((pages, links)) => eprintln!("gathered {site} ({name}): {pages} pages, {links} links"),
            Err(error) => BARS.suspend(|| eprintln!("error: {site}: failed to {}", printable(error))),
        }
    }

    fn bars(&self) -> std::sync::MutexGuard<'_, BTreeMap<SiteId, ProgressBar>> {
        self.sites.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
