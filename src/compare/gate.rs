//! Whether what changed is worse: which changes fail a job, which only warn, by indicator and site.
//!
//! The gate chooses what to shout about; it never hides a change.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

use crate::base::{Complaints, Document, Fields};
use crate::score::Outcome;

use super::change::{ClauseChange, Comparison, Defect, Note, RowChange, Shift, SiteChanges, State};
use super::glob::matches;
use super::reading::{RowEffect, Seen};

/// Why the gate would speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trigger {
    /// A veto holds that did not.
    NewVeto,
    /// A row fails that did not, or a failing row has a new finding.
    NewFail,
    /// The score is lower for what was found.
    ScoreDrop,
    /// Something that was known cannot be determined any more, or a person must confirm a veto.
    Undetermined,
    /// Something that could not be read before turns out to fail: whether it is new, nobody knows.
    NewlyRead,
    /// Anything at all differs, for the better or the worse; for comparing two versions of a program.
    Any,
}

/// How loud the gate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Not at all.
    Off,
    /// It is said.
    Warn,
    /// The job fails.
    Error,
}

/// What fails a job.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    levels: BTreeMap<Trigger, Level>,
    /// A score must be lower by this many points.
    drop: f64,
    rules: Vec<Rule>,
}

/// A rule of `gate.toml`; the last that fits decides.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    indicator: Option<String>,
    site: Option<String>,
    on: Vec<Trigger>,
    level: Level,
}

/// Something the gate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// How loud.
    pub level: Level,
    /// Why.
    pub trigger: Trigger,
    /// Id of the site.
    pub site: String,
    /// The row, when it is about one.
    pub clause: Option<String>,
    /// The indicator, when it is about one.
    pub indicator: Option<String>,
    /// What the row is about; zh-CN.
    pub title: String,
    /// One sentence; zh-CN.
    pub message: String,
    /// The page to open.
    pub page: Option<String>,
    /// The same for the same alarm in every run.
    pub fingerprint: String,
}

impl Default for Gate {
    /// Fails on a new veto, a new fail and a score that is lower for what was found; warns of the rest.
    fn default() -> Self {
        let levels = Trigger::WORDS.iter().map(|(_, trigger)| (*trigger, trigger.default_level())).collect();
        Self { levels, drop: 0.0, rules: Vec::new() }
    }
}

impl Gate {
    /// Reads `gate.toml`. `file` is only named in complaints.
    pub fn parse(file: &Path, text: &str) -> Result<Self, Complaints> {
        let document = Document::parse(text);
        let mut gate = Self::default();
        gate.read(&document.root());
        let complaints = document.into_complaints();
        if complaints.is_empty() { Ok(gate) } else { Err(Complaints::new(file, complaints)) }
    }

    fn read(&mut self, root: &Fields<'_>) {
        if let Some(defaults) = root.table("default") {
            for (word, trigger) in Trigger::WORDS {
                if let Some(level) = defaults.word(word, &Level::WORDS) {
                    self.levels.insert(trigger, level);
                }
            }
            if let Some(points) = defaults.number("score-drop-points") {
                self.drop = points;
            }
        }
        for fields in root.tables("rule") {
            let (indicator, site) = (fields.text("indicator"), fields.text("site"));
            let words = fields.texts("on");
            let on: Vec<Trigger> = words.iter().filter_map(|it| Trigger::named(it)).collect();
            if on.len() != words.len() {
                fields.complain(
                    "on",
                    format!("`on` names a trigger that there is not; known: {}", Trigger::known()),
                );
            }
            let level = fields.word("level", &Level::WORDS);
            if !fields.has("level") {
                fields.complain("level", "`level` is missing: off, warn or error");
            }
            if let Some(level) = level {
                self.rules.push(Rule { indicator, site, on, level });
            }
        }
    }

    /// The same with the triggers of `--fail-on` failing and every other one at most warning.
    #[must_use]
    pub fn failing_on(mut self, triggers: &[FailOn]) -> Self {
        for level in self.levels.values_mut().filter(|it| **it == Level::Error) {
            *level = Level::Warn;
        }
        for it in triggers {
            self.levels.insert(it.trigger, Level::Error);
            self.drop = it.points.unwrap_or(self.drop);
        }
        self
    }

    fn level(&self, trigger: Trigger, site: &str, indicator: Option<&str>) -> Level {
        let fits = |rule: &&Rule| {
            let on_site = rule.site.as_deref().is_none_or(|it| matches(it, site));
            let on_indicator = match (&rule.indicator, indicator) {
                (None, _) => true,
                (Some(pattern), Some(indicator)) => matches(pattern, indicator),
                (Some(_), None) => false,
            };
            on_site && on_indicator && (rule.on.is_empty() || rule.on.contains(&trigger))
        };
        let default = self.levels.get(&trigger).copied().unwrap_or(Level::Off);
        match self.rules.iter().rev().find(fits) {
            // A rule without `on` speaks of what is worse, not of every difference.
            Some(rule) if trigger != Trigger::Any || rule.on.contains(&trigger) => rule.level,
            _ => default,
        }
    }

    /// Everything the gate says of a comparison: the loudest first, then by site.
    pub fn alarms(&self, comparison: &Comparison) -> Vec<Alarm> {
        let mut alarms = Vec::new();
        for site in &comparison.sites {
            self.of_site(site, &mut alarms);
        }
        for removed in &comparison.removed {
            let message = format!("本次检查没有“{}”，原有问题无从比较。", removed.name);
            alarms.extend(self.of_whole(Trigger::Undetermined, &removed.id, None, message));
            alarms.extend(self.of_whole(Trigger::Any, &removed.id, None, "网站不再列入检查。".to_owned()));
        }
        for added in &comparison.added {
            alarms.extend(self.of_whole(Trigger::Any, &added.id, None, "网站首次列入检查。".to_owned()));
        }
        for note in &comparison.notes {
            if let Note::NoReport { site } = note {
                let message = "有一方缺少该网站的report.json，只比较了结论和得分。".to_owned();
                alarms.extend(self.of_whole(Trigger::Undetermined, site, None, message));
            }
        }
        alarms.sort_by(|a, b| {
            b.level.cmp(&a.level).then_with(|| (&a.site, a.trigger).cmp(&(&b.site, b.trigger)))
        });
        alarms
    }

    fn of_site(&self, site: &SiteChanges, alarms: &mut Vec<Alarm>) {
        for defect in &site.defects {
            alarms.extend(self.of_defect(site, defect));
        }
        for row in site.rows.iter().filter(|it| !it.waived) {
            alarms.extend(self.of_row(site, row));
        }
        if site.proven_drop > 0.0
            && site.proven_drop + 1e-9 >= self.drop
            && let Some((from, to)) = site.score
        {
            let message = format!("得分下限由{}降至{}。", from.low, to.low);
            alarms.extend(self.of_whole(Trigger::ScoreDrop, &site.id, site.url.as_ref(), message));
        }
        if let Some((_, Seen::Not)) = site.seen {
            let message = "本次未能打开网站，原有问题无从比较。".to_owned();
            alarms.extend(self.of_whole(Trigger::Undetermined, &site.id, site.url.as_ref(), message));
        } else if let Some((from, Outcome::Undecided)) = site.outcome {
            let message = format!("结论由“{}”变为“待定”。", from.zh());
            alarms.extend(self.of_whole(Trigger::Undetermined, &site.id, site.url.as_ref(), message));
        }
        let differs = site.seen.is_some()
            || site.outcome.is_some()
            || site.score.is_some()
            || !site.rows.is_empty()
            || !site.defects.is_empty();
        if differs {
            alarms.extend(self.of_whole(
                Trigger::Any,
                &site.id,
                site.url.as_ref(),
                "与基准不一致。".to_owned(),
            ));
        }
    }

    /// What a defect sets off: the loudest of the rows that it counts in.
    fn of_defect(&self, site: &SiteChanges, defect: &Defect) -> Option<Alarm> {
        let mut loudest: Option<(Level, Trigger, &ClauseChange)> = None;
        let counting = |it: &&ClauseChange| it.counts && !it.waived && it.effect != RowEffect::Advise;
        for clause in defect.clauses.iter().filter(counting) {
            let Some(trigger) = trigger(site, defect, clause) else { continue };
            let level = self.level(trigger, &site.id, Some(&clause.indicator));
            let louder =
                loudest.is_none_or(|(so_far, of, _)| level > so_far || (level == so_far && trigger < of));
            if louder {
                loudest = Some((level, trigger, clause));
            }
        }
        let (level, trigger, clause) = loudest.filter(|(level, ..)| *level > Level::Off)?;
        let again = if defect.state == State::Reopened { "（曾经整改，再次出现）" } else { "" };
        let message = match defect.state {
            State::Unseen => format!("此次无法判定，原有问题是否仍在不明：{}", defect.message),
            _ => format!("{}{again}", defect.message),
        };
        Some(Alarm {
            level,
            trigger,
            site: site.id.clone(),
            clause: Some(clause.clause.clone()),
            indicator: Some(clause.indicator.clone()),
            title: clause.title.clone(),
            message,
            page: Some(defect.page.clone()),
            fingerprint: clause.fingerprint.clone(),
        })
    }

    /// What a row sets off when no defect under it has done so already.
    fn of_row(&self, site: &SiteChanges, row: &RowChange) -> Option<Alarm> {
        let said = site.defects.iter().any(|defect| {
            matches!(defect.state, State::New | State::Reopened | State::Surfaced | State::Unseen)
                && defect.clauses.iter().any(|it| it.clause == row.clause && it.counts && !it.waived)
        });
        let trigger = match row.shift {
            Shift::Broke => row.broken()?,
            Shift::Surfaced => Trigger::NewlyRead,
            Shift::Lost => Trigger::Undetermined,
            Shift::Mended | Shift::Read | Shift::Other => return None,
        };
        if said || row.effect == RowEffect::Advise {
            return None;
        }
        let level = self.level(trigger, &site.id, row.indicator.as_deref());
        let why = row.reason.as_ref().map(|it| format!("（{it}）")).unwrap_or_default();
        (level > Level::Off).then(|| Alarm {
            level,
            trigger,
            site: site.id.clone(),
            clause: Some(row.clause.clone()),
            indicator: row.indicator.clone(),
            title: row.title.clone(),
            message: format!("本项由“{}”变为“{}”{why}。", row.from.zh(), row.to.zh()),
            page: site.url.clone(),
            fingerprint: mark(&[&site.id, &row.clause, trigger.id()]),
        })
    }

    fn of_whole(
        &self,
        trigger: Trigger,
        site: &str,
        page: Option<&String>,
        message: String,
    ) -> Option<Alarm> {
        let level = self.level(trigger, site, None);
        (level > Level::Off).then(|| Alarm {
            level,
            trigger,
            site: site.to_owned(),
            clause: None,
            indicator: None,
            title: trigger.zh().to_owned(),
            message,
            page: page.cloned(),
            fingerprint: mark(&[site, trigger.id()]),
        })
    }
}

fn mark(parts: &[&str]) -> String {
    crate::base::Digest::of(parts.join("\u{1f}")).short()
}

fn trigger(site: &SiteChanges, defect: &Defect, clause: &ClauseChange) -> Option<Trigger> {
    let row = site.rows.iter().find(|it| it.clause == clause.clause);
    match (defect.state, row.map(|it| it.shift)) {
        // The row was in order however its unread things turned out, and fails now: something of it is new.
        (State::New | State::Reopened | State::Surfaced, Some(Shift::Broke)) => {
            row.and_then(RowChange::broken)
        }
        (State::New | State::Reopened, Some(Shift::Surfaced)) if clause.effect == RowEffect::Veto => {
            Some(Trigger::NewlyRead)
        }
        (State::New | State::Reopened, _) => Some(Trigger::NewFail),
        (State::Surfaced, _) => Some(Trigger::NewlyRead),
        (State::Unseen, _) => Some(Trigger::Undetermined),
        (State::Moved | State::Fixed, _) => None,
    }
}

impl RowChange {
    /// What a row that broke sets off; advice sets off nothing, and what a person must confirm is not yet a veto.
    fn broken(&self) -> Option<Trigger> {
        match self.effect {
            RowEffect::Veto if self.to_confirm => Some(Trigger::Undetermined),
            RowEffect::Veto => Some(Trigger::NewVeto),
            RowEffect::Deduct | RowEffect::Bonus => Some(Trigger::NewFail),
            RowEffect::Advise => None,
        }
    }
}

/// One word of `--fail-on`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FailOn {
    trigger: Trigger,
    points: Option<f64>,
}

/// The text is no word of `--fail-on`.
#[derive(Debug, thiserror::Error)]
#[error("`{0}`: one of {known}, or score-drop=POINTS", known = Trigger::known())]
pub struct NoTrigger(String);

impl FromStr for FailOn {
    type Err = NoTrigger;

    fn from_str(text: &str) -> Result<Self, NoTrigger> {
        let wrong = || NoTrigger(text.to_owned());
        let (name, points) = match text.split_once('=') {
            Some((name, points)) => {
                let points = points.parse::<f64>().ok().filter(|it| (0.0..=1000.0).contains(it));
                (name, Some(points.ok_or_else(wrong)?))
            }
            None => (text, None),
        };
        let trigger = Trigger::named(name).ok_or_else(wrong)?;
        if points.is_some() && trigger != Trigger::ScoreDrop {
            Err(wrong())
        } else {
            Ok(Self { trigger, points })
        }
    }
}

impl Trigger {
    /// Every trigger, as `--fail-on` and `gate.toml` spell it.
    pub const WORDS: [(&'static str, Self); 6] = [
        ("new-veto", Self::NewVeto),
        ("new-fail", Self::NewFail),
        ("score-drop", Self::ScoreDrop),
        ("undetermined", Self::Undetermined),
        ("newly-read", Self::NewlyRead),
        ("any", Self::Any),
    ];

    fn named(name: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(word, _)| *word == name).map(|(_, it)| *it)
    }

    fn known() -> String {
        Self::WORDS.map(|(word, _)| word).join(", ")
    }

    fn default_level(self) -> Level {
        match self {
            Self::NewVeto | Self::NewFail | Self::ScoreDrop => Level::Error,
            Self::Undetermined | Self::NewlyRead => Level::Warn,
            Self::Any => Level::Off,
        }
    }

    /// As `--fail-on` spells it.
    pub fn id(self) -> &'static str {
        Self::WORDS.iter().find(|(_, it)| *it == self).map_or("", |(word, _)| word)
    }

    /// For readers.
    pub fn zh(self) -> &'static str {
        match self {
            Self::NewVeto => "新增单项否决",
            Self::NewFail => "新增问题",
            Self::ScoreDrop => "得分下降",
            Self::Undetermined => "无法判定",
            Self::NewlyRead => "此前无法判定，现已查明",
            Self::Any => "有变化",
        }
    }
}

impl Level {
    /// As `gate.toml` spells it.
    pub const WORDS: [(&'static str, Self); 3] =
        [("off", Self::Off), ("warn", Self::Warn), ("error", Self::Error)];

    /// As documents for programs spell it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}
