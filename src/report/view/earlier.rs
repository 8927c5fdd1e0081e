//! The city beside an earlier run of it: what was mended since, what came up, and what still stands.
//!
//! The figures are those of a recheck: only what was proved against a site counts, so a proposal that nobody has
//! confirmed is neither mended nor new.

use crate::base::{Calendar, Day};
use crate::compare::{Origin, Recheck, Rechecked, SiteReading, State, compare_site, recheck_site};
use crate::score::{Outcome, Score};

use super::{Body, CityView, OutcomeView, SiteSummary, SiteView, WORKING_DAYS, clean, percent};

/// The earlier run, as far as the city's papers speak of it.
#[derive(Clone, Debug, Default)]
pub struct EarlierView {
    /// Its id.
    pub run: String,
    /// Its day of inspection.
    pub as_of: Option<Day>,
    /// By when it wanted its problems mended.
    pub deadline: Option<Day>,
    /// What a reader must know before comparing.
    pub notes: Vec<String>,
    /// Sites that it did not have, by name.
    pub added: Vec<String>,
    /// Sites that only it had, by name.
    pub removed: Vec<String>,
}

/// One site beside the earlier run.
#[derive(Clone, Debug)]
pub struct SiteSince {
    /// What it came to then.
    pub outcome: Option<Outcome>,
    /// Its score then, in words; a dash where there was none to speak of.
    pub score_words: String,
    /// How the score went.
    pub turn: Turn,
    /// What was proved against it then, and what became of that.
    pub rechecked: Vec<Rechecked>,
    /// What was not there then, though it could have been seen; the fact in one sentence, after what it is about.
    pub new: Vec<(String, String)>,
}

/// How a score went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Higher.
    Up,
    /// Lower.
    Down,
    /// The same.
    Level,
    /// The ranges overlap, or one of them says nothing.
    Unknown,
}

/// The numbers of a recheck.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rechecks {
    /// Defects that were proved then.
    pub all: usize,
    /// Of these: gone.
    pub mended: usize,
    /// Of these: there as before.
    pub standing: usize,
    /// Of these: could not be looked for.
    pub unseen: usize,
    /// Defects that were not there then.
    pub new: usize,
    /// Sites that were 不合格 then.
    pub unqualified: usize,
    /// Of these: 合格 now.
    pub recovered: usize,
}

impl EarlierView {
    /// The earlier run, and what makes it hard to compare with this one.
    pub fn of(base: &Origin, head: &Origin) -> Self {
        let mut notes = Vec::new();
        if base.version != head.version {
            notes.push("两次检查使用的程序版本不同，个别变化可能由程序更新引起。".to_owned());
        }
        if base.as_of.zip(head.as_of).is_some_and(|(base, head)| head < base) {
            notes.push("用来对比的检查晚于本次检查，请核对先后顺序。".to_owned());
        }
        Self {
            run: clean(&base.run),
            as_of: base.as_of,
            deadline: base.as_of.map(|it| Calendar::official().working_days_after(it, WORKING_DAYS).day),
            notes,
            ..Self::default()
        }
    }

    /// A site that only it had.
    pub fn lost(&mut self, name: &str) {
        self.removed.push(clean(name));
    }

    /// `2017-09-15`, or the run's id where it does not say its day.
    pub fn day_words(&self) -> String {
        self.as_of.map_or_else(|| self.run.clone(), |it| it.to_string())
    }
}

impl SiteSince {
    /// A site beside its reading of the earlier run.
    pub fn of(base: &SiteReading<'_>, view: &SiteView) -> Self {
        let head = view.reading();
        let changes = compare_site(base, &head);
        let proved = |clause: &str| view.rows.iter().any(|it| it.clause == clause && !it.to_confirm);
        let new = changes.defects.iter().filter(|it| matches!(it.state, State::New | State::Reopened));
        let new = new.filter_map(|defect| {
            let clause = defect.clauses.iter().find(|it| it.counts && proved(&it.clause))?;
            Some((clean(&clause.title), clean(&defect.message)))
        });
        let scores = base.score.zip(head.score).filter(|_| base.checklist == head.checklist);
        let words = |it: Score| OutcomeView::score_words(it, false);
        Self {
            outcome: base.outcome,
            score_words: base.score.map_or_else(|| "—".to_owned(), words),
            turn: scores.map_or(Turn::Unknown, |(base, head)| Turn::of(base, head)),
            new: new.collect(),
            rechecked: recheck_site(base, &head)
                .into_iter()
                .map(|it| Rechecked {
                    title: clean(&it.title),
                    message: clean(&it.message),
                    page: clean(&it.page),
                    ..it
                })
                .collect(),
        }
    }

    /// How many defects a second look came to this.
    pub fn count(&self, outcome: Recheck) -> usize {
        self.rechecked.iter().filter(|it| it.outcome == outcome).count()
    }
}

impl Turn {
    fn of(base: Score, head: Score) -> Self {
        if base == head {
            Self::Level
        } else if head.low >= base.high {
            Self::Up
        } else if head.high <= base.low {
            Self::Down
        } else {
            Self::Unknown
        }
    }

    /// An arrow; the words say the same.
    pub fn arrow(self) -> &'static str {
        match self {
            Self::Up => "↑",
            Self::Down => "↓",
            Self::Level => "→",
            Self::Unknown => "—",
        }
    }

    /// For who cannot see the arrow.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Up => "上升",
            Self::Down => "下降",
            Self::Level => "持平",
            Self::Unknown => "不可比",
        }
    }
}

impl CityView {
    /// Sites with what became of them since, in the order of the roster.
    pub fn since(&self) -> impl Iterator<Item = (&SiteSummary, &SiteSince)> {
        let sites = self.bodies.iter().filter_map(Body::inspected);
        sites.filter_map(|it| Some((it, it.since.as_deref()?)))
    }

    /// The numbers of the recheck.
    pub fn rechecks(&self) -> Rechecks {
        let mut sum = Rechecks::default();
        for (site, since) in self.since() {
            sum.all += since.rechecked.len();
            sum.mended += since.count(Recheck::Mended);
            sum.standing += since.count(Recheck::Stands);
            sum.unseen += since.count(Recheck::Unseen);
            sum.new += since.new.len();
            let was_bad = since.outcome == Some(Outcome::Unqualified);
            sum.unqualified += usize::from(was_bad);
            sum.recovered += usize::from(was_bad && site.outcome.outcome == Outcome::Qualified);
        }
        sum
    }
}

impl Rechecks {
    /// 整改率, of what could be looked for.
    pub fn rate(&self) -> String {
        percent(self.mended, self.mended + self.standing)
    }

    /// The same in one sentence.
    pub fn sentence(&self, earlier: &EarlierView) -> String {
        let mut parts = vec![format!(
            "上次检查（{}）认定的问题{}处：已整改{}处，未整改{}处",
            earlier.day_words(),
            self.all,
            self.mended,
            self.standing
        )];
        if self.unseen > 0 {
            parts.push(format!("本次未能复查{}处", self.unseen));
        }
        parts.push(format!("新发现问题{}处", self.new));
        if self.unqualified > 0 {
            parts.push(format!("上次不合格的{}个网站中{}个现已合格", self.unqualified, self.recovered));
        }
        parts.join("；") + "。"
    }
}

#[cfg(test)]
mod tests {
    use super::Turn;
    use crate::checklist::Points;
    use crate::score::Score;

    #[test]
    fn scores_whose_ranges_overlap_are_not_called_better_or_worse() {
        let points = |it: f64| Points::from_decimal(it).unwrap();
        let score = |(low, high)| Score { low: points(low), high: points(high), full: points(100.0) };
        let turn = |base, head| Turn::of(score(base), score(head));
        assert_eq!(turn((70.0, 80.0), (70.0, 80.0)), Turn::Level);
        assert_eq!(turn((70.0, 70.0), (72.0, 72.0)), Turn::Up);
        assert_eq!(turn((70.0, 80.0), (60.0, 70.0)), Turn::Down);
        assert_eq!(turn((70.0, 80.0), (75.0, 90.0)), Turn::Unknown);
    }
}
