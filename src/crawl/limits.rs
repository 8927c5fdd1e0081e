//! How far, how long and how fast a walk may go.

use std::time::Duration;

/// The bounds of a gathering. The defaults are what may be let loose on a county's server.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Pages to read of a site; the roster may say otherwise.
    pub max_pages: u32,
    /// Links to check of a site, beyond its pages.
    pub max_links: u32,
    /// Pages of one list to read after its first.
    pub pages_of_list: u32,
    /// Articles to read whose addresses differ in numbers and values alone.
    pub pages_of_template: u32,
    /// Addresses at which the same bytes may come before what stands on them is left alone.
    pub same_content: u32,
    /// Requests a second to a host; the roster may say otherwise.
    pub rate: f64,
    /// The pause after an answer, as a share of the time the answer took.
    pub pause_share: f64,
    /// The longest that the pause may grow.
    pub longest_pause: Duration,
    /// The longest Crawl-delay that is honoured in full.
    pub longest_crawl_delay: Duration,
    /// The longest wait for a host's turn; beyond, the address is skipped with a reason.
    pub patience: Duration,
    /// Timeouts and resets in a row after which a host is left alone.
    pub silent_after: u32,
    /// From asking to the first byte of the answer: 15 s is the limit of the census.
    pub first_byte: Duration,
    /// From asking to the last byte.
    pub last_byte: Duration,
    /// Decoded bytes of a page.
    pub page_bytes: usize,
    /// Decoded bytes of a robots.txt.
    pub robots_bytes: usize,
    /// Decoded bytes of a sitemap.xml.
    pub sitemap_bytes: usize,
    /// Bytes read of what is only glanced at.
    pub glance_bytes: usize,
    /// How long after a failure it is asked once more, before it may count.
    pub second_chance_after: Duration,
    /// Time for one site; `None` for as long as it takes.
    pub site_deadline: Option<Duration>,
    /// Time for all sites together; `None` for as long as it takes.
    pub run_deadline: Option<Duration>,
    /// Hosts that one walk asks side by side.
    pub hosts_at_once: usize,
    /// Sites that are walked side by side.
    pub sites_at_once: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_pages: 500,
            max_links: 5000,
            pages_of_list: 5,
            pages_of_template: 1000,
            same_content: 10,
            rate: 1.0,
            pause_share: 0.4,
            longest_pause: Duration::from_mins(1),
            longest_crawl_delay: Duration::from_secs(30),
            patience: Duration::from_mins(5),
            silent_after: 5,
            first_byte: Duration::from_secs(15),
            last_byte: Duration::from_mins(1),
            page_bytes: 10 * 1024 * 1024,
            robots_bytes: 500 * 1024,
            sitemap_bytes: 50 * 1024 * 1024,
            glance_bytes: 64 * 1024,
            second_chance_after: Duration::from_mins(2),
            // A night: a site that takes longer is in trouble, and so is whoever waits for it.
            site_deadline: Some(Duration::from_hours(10)),
            run_deadline: None,
            hosts_at_once: 8,
            sites_at_once: 32,
        }
    }
}
