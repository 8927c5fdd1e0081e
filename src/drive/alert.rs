//! Alerts: what changed, told once to a command or a web hook.
//!
//! A change is noted before it is told, so that a process that dies in between tells nothing rather than twice. A hook
//! that does not answer with success is tried again a few times; every attempt has the same `id`.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::time::sleep;

use crate::base::{Digest, Moment};
use crate::crawl::{Herald, HttpError, Names};
use crate::evidence::store::{AlertLog, StoreError, Topic};
use crate::report::wire;
use crate::site::{Alert, Contact, Registry, Site, SiteId};

use super::{DriveError, RunFolder};

/// Attempts at a hook, and the wait before the second; each further wait is twice as long.
const ATTEMPTS: u32 = 5;
const WAIT: Duration = Duration::from_secs(2);

/// The longest that a command may take.
const COMMAND: Duration = Duration::from_secs(30);

/// Where a dry run goes.
pub type Print = Arc<dyn Fn(&str) + Send + Sync>;

/// Whoever tells changes.
#[derive(Clone)]
pub struct Alerts {
    alert: Alert,
    herald: Arc<Herald>,
    secret: Option<Vec<u8>>,
    log: Arc<Mutex<AlertLog>>,
    dry: Option<Print>,
}

/// A state of something, as it is found now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Of what.
    pub topic: Topic,
    /// Which.
    pub state: &'static str,
    /// Whether it is as it should be: then a first sight of it is no news.
    pub is_well: bool,
    /// Whether the change to it is told; others are only noted.
    pub is_told: bool,
    /// The site's name.
    pub name: String,
    /// What is told; zh-CN, one sentence.
    pub message: String,
    /// Since when.
    pub at: Moment,
}

/// What a state is to whoever was told before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum News {
    /// Nothing new, or nothing to tell.
    None,
    /// News, seen in a dry run.
    Seen,
    /// News, noted under this number.
    Noted(i64),
}

/// The message as it is told (schema `govcensus.alert/1`).
#[derive(Serialize)]
struct Message<'a> {
    schema: &'static str,
    id: String,
    site: &'a str,
    name: &'a str,
    kind: &'a str,
    subject: &'a str,
    state: &'a str,
    at: String,
    #[serde(rename = "message")]
    text: &'a str,
}

impl Alerts {
    /// Tells as the roster says. `secret` signs; `dry` is given what would be told, and nothing is told or noted.
    pub fn new(
        alert: Alert,
        contact: Option<&Contact>,
        secret: Option<Vec<u8>>,
        log: AlertLog,
        dry: Option<Print>,
    ) -> Result<Self, HttpError> {
        let names = match (&alert.webhook, alert.resolve) {
            (Some(webhook), Some(address)) => Names::system().with(webhook.host(), None, address),
            _ => Names::system(),
        };
        let herald = Arc::new(Herald::new(names, contact)?);
        Ok(Self { alert, herald, secret, log: Arc::new(Mutex::new(log)), dry })
    }

    /// Failures in a row after which a home page counts as unreachable.
    pub fn after(&self) -> usize {
        self.alert.after
    }

    /// Notes a state, and tells the change if it is one. Returns whether anything was told.
    pub async fn note(&self, state: &State) -> Result<bool, DriveError> {
        let news = self.news(state)?;
        if news == News::None {
            return Ok(false);
        }
        let topic = &state.topic;
        let words = [topic.site.as_str(), topic.kind, &topic.subject, state.state, &state.at.to_string()]
            .join("\u{1f}");
        let message = Message {
            schema: "govcensus.alert/1",
            id: Digest::of(words).short(),
            site: topic.site.as_str(),
            name: &state.name,
            kind: topic.kind,
            subject: &topic.subject,
            state: state.state,
            at: state.at.to_string(),
            text: &state.message,
        };
        let json = serde_json::to_string(&message).unwrap_or_default();
        match (&self.dry, news) {
            (Some(print), _) => print(&json),
            (None, News::Noted(id)) => self.tell(id, &json).await?,
            (None, News::None | News::Seen) => {}
        }
        Ok(true)
    }

    /// Whether the state is news; a dry run notes nothing.
    fn news(&self, state: &State) -> Result<News, StoreError> {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let is_news =
            |before: Option<&str>| state.is_told && before.map_or(!state.is_well, |it| it != state.state);
        if self.dry.is_some() {
            let before = log.state(&state.topic)?;
            return Ok(if is_news(before.as_deref()) { News::Seen } else { News::None });
        }
        let noted = log.note(&state.topic, state.state, state.at)?;
        Ok(noted.filter(|it| is_news(it.before.as_deref())).map_or(News::None, |it| News::Noted(it.id)))
    }

    async fn tell(&self, id: i64, json: &str) -> Result<(), DriveError> {
        if let Some(webhook) = &self.alert.webhook {
            let mut wait = WAIT;
            for attempt in 1..=ATTEMPTS {
                let told = self.herald.post(webhook, json, self.secret.as_deref()).await;
                self.attempted(id, "webhook", attempt, told.as_ref().map_or_else(String::as_str, |()| "ok"))?;
                match told {
                    Ok(()) => break,
                    Err(why) if attempt == ATTEMPTS => tracing::warn!("alert {id} was not delivered: {why}"),
                    Err(_) => sleep(wait).await,
                }
                wait *= 2;
            }
        }
        if !self.alert.command.is_empty() {
            let (command, input) = (self.alert.command.clone(), json.to_owned());
            let told = tokio::task::spawn_blocking(move || run(&command, &input)).await;
            let outcome = told.unwrap_or_else(|error| Err(error.to_string()));
            if let Err(why) = &outcome {
                tracing::warn!("alert {id}: the command failed: {why}");
            }
            self.attempted(id, "command", 1, outcome.as_ref().map_or_else(String::as_str, |()| "ok"))?;
        }
        Ok(())
    }

    fn attempted(&self, id: i64, channel: &str, attempt: u32, outcome: &str) -> Result<(), StoreError> {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.attempted(id, channel, attempt, Moment::now(), outcome)
    }
}

impl std::fmt::Debug for Alerts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The secret is nobody's business.
        f.debug_struct("Alerts").field("alert", &self.alert).finish_non_exhaustive()
    }
}

/// Runs a command with the message on its input. No shell: what a website says never becomes part of a command line.
fn run(command: &[String], input: &str) -> Result<(), String> {
    let [program, args @ ..] = command else { return Ok(()) };
    let words = |error: std::io::Error| error.to_string();
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .map_err(words)?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that does not read its input is none the worse for it.
        let _ = stdin.write_all(input.as_bytes());
    }
    let started = std::time::Instant::now();
    loop {
        match child.try_wait().map_err(words)? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(status.to_string()),
            None if started.elapsed() > COMMAND => {
                let _ = child.kill();
                let _ = child.wait();
                return Err("it took too long".to_owned());
            }
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// Where a roster's alerts are noted: beside its probes.
pub fn alerts_beside(probes: &Path) -> PathBuf {
    let name = probes.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.strip_suffix("probes.sqlite").unwrap_or(&name).to_owned();
    probes.with_file_name(format!("{stem}alerts.sqlite"))
}

/// The states that the reports of a run tell: vetoes, and columns that are about to go stale within `days`.
pub fn states_of_run(folder: &RunFolder, registry: &Registry, days: i64) -> Result<Vec<State>, DriveError> {
    let mut states = Vec::new();
    for site in registry.sites.iter().filter(|it| it.home.is_some()) {
        let path = folder.site_file(&site.id, "report.json");
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let report: wire::Report = serde_json::from_slice(&bytes)
            .map_err(|error| DriveError::Reading { path, why: error.to_string() })?;
        states.extend(states_of(&report, &site.id, days));
    }
    Ok(states)
}

fn states_of(report: &wire::Report, site: &SiteId, days: i64) -> Vec<State> {
    let at = report.run.as_of.parse().map_or_else(|_| Moment::now(), Moment::start_of);
    let name = &report.site.name;
    let state = |kind, subject: &str, state, is_well, message: String| State {
        topic: Topic { site: site.clone(), kind, subject: subject.to_owned() },
        state,
        is_well,
        is_told: !is_well,
        name: name.clone(),
        message,
        at,
    };
    let vetoes = report.answers.iter().filter(|it| it.effect == "veto").map(|it| {
        let holds = report.outcome.vetoes.contains(&it.clause);
        let message = format!("{name}：出现单项否决“{}”。", it.title);
        state("veto", &it.clause, if holds { "holds" } else { "clear" }, !holds, message)
    });
    let columns = report.columns.iter().filter_map(|it| {
        let left = it.limit_days? - it.days_since?;
        let soon = it.status == "fresh" && left <= days;
        let message = match left {
            0 => format!("{name}：“{}”栏目今天是更新期限的最后一天。", it.name),
            left => format!("{name}：“{}”栏目再过{left}天超期。", it.name),
        };
        // A column that has gone stale is told by the report, and by the veto that it makes.
        let word = match it.status.as_str() {
            _ if soon => "soon",
            "stale" => "stale",
            _ => "fresh",
        };
        Some(state("column", &it.url, word, !soon, message))
    });
    vetoes.chain(columns).collect()
}

/// What a visit says of a home page: `judged` are the last visits that can be judged, the newest first, by whether the
/// home page opened.
pub(super) fn home_state(site: &Site, judged: &[(bool, Moment)], after: usize) -> Option<State> {
    let (opened, at) = *judged.first()?;
    let failed = judged.iter().take_while(|(opened, _)| !opened).count();
    let name = &site.name;
    let (state, message) = match (opened, failed) {
        (true, _) => ("up", format!("{name}：首页已恢复访问。")),
        (false, failed) if failed >= after => ("down", format!("{name}：首页连续{after}次未能打开。")),
        (false, _) => return None,
    };
    let topic = Topic { site: site.id.clone(), kind: "home", subject: String::new() };
    Some(State { topic, state, is_well: opened, is_told: true, name: name.clone(), message, at })
}
