//! One screen about one site: what is about to go stale, and when. Chinese characters are two columns wide.

use std::fmt::Write as _;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::base::{ColumnKind, Day, Moment, printable};
use crate::dossier::{Life, Reach, Watched, reach};
use crate::report::wire;

/// Days before a column goes stale from which it is marked.
const SOON: i64 = 7;

/// Lines that the screen takes besides those of columns.
const FRAME: usize = 10;

/// Everything that the screen shows.
#[derive(Debug)]
pub(super) struct Screen<'a> {
    /// The site as it was judged last.
    pub(super) report: &'a wire::Report,
    /// What its probes show, when there are any.
    pub(super) watched: Option<&'a Watched>,
    /// The day of inspection.
    pub(super) as_of: Day,
    /// Now.
    pub(super) now: Moment,
    /// The last line: how to go on, or what is under way.
    pub(super) foot: String,
}

/// How a screen is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paper {
    /// Columns of the terminal.
    pub(super) width: usize,
    /// Lines of the terminal.
    pub(super) height: usize,
    /// Whether it shows colours.
    pub(super) colours: bool,
}

/// A column with what is said of it.
struct Due<'a> {
    column: &'a wire::Column,
    urgency: Urgency,
    words: String,
}

/// In the order in which a maintainer wants to hear of it; then by days.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Urgency {
    Overdue(i64),
    Blank,
    Due(i64),
    Unknown,
}

impl Screen<'_> {
    /// The screen as text, each line no wider than the paper.
    pub(super) fn draw(&self, paper: Paper) -> String {
        let mut lines = self.head(paper.width);
        let mut due = self.due();
        due.sort_by(|a, b| (a.urgency, &a.column.name).cmp(&(b.urgency, &b.column.name)));
        let without = self.report.columns.len() - due.len();
        let availability = self.availability(paper.width);
        let changes = self.changes(paper.width);
        let room = paper.height.saturating_sub(FRAME + availability.len() + changes.len()).max(3);
        lines.push(paint(&table_line(paper.width, "栏目", "类别", "最新信息", "期限", "还剩"), "1", paper));
        for it in due.iter().take(room) {
            lines.push(paint(&it.line(paper.width), it.urgency.colour(), paper));
        }
        let mut rest = Vec::new();
        if due.len() > room {
            rest.push(format!("另有{}个栏目未列出", due.len() - room));
        }
        if without > 0 {
            rest.push(format!("{without}个栏目没有更新期限"));
        }
        if due.is_empty() {
            rest.insert(0, "没有读到有更新期限的栏目".to_owned());
        }
        if !rest.is_empty() {
            lines.push(paint(&cut(&format!("（{}）", rest.join("，")), paper.width), "2", paper));
        }
        lines.push(rule(paper.width));
        lines.extend(availability);
        lines.extend(changes);
        lines.push(paint(&cut(&self.foot, paper.width), "2", paper));
        lines.join("\n") + "\n"
    }

    fn head(&self, width: usize) -> Vec<String> {
        let site = &self.report.site;
        let now: String = self.now.to_string().replace('T', " ").chars().take(16).collect();
        let name = printable(&site.name);
        let left = cut(&name, width.saturating_sub(now.width() + 2));
        let gap = width.saturating_sub(left.width() + now.width());
        let url = printable(site.url.as_deref().unwrap_or_default());
        let first = format!("{left}{}{now}", " ".repeat(gap));
        let second = format!("{url}  检查日{}  {}", self.as_of, self.report.checklist.title);
        vec![first, cut(&second, width), rule(width)]
    }

    fn due(&self) -> Vec<Due<'_>> {
        self.report.columns.iter().filter_map(Due::of).collect()
    }

    /// How often the home page opened lately, and a mark for each visit.
    fn availability(&self, width: usize) -> Vec<String> {
        let Some(week) = self.watched.and_then(|it| it.week(7, self.as_of).ok()) else {
            return vec![cut("首页可用性：近7天没有监测记录（govcensus probe）", width)];
        };
        let failed = week.not_opened.len();
        #[expect(clippy::cast_precision_loss, reason = "counts of visits are small")]
        let share = if week.judged() == 0 { 0.0 } else { failed as f64 * 100.0 / week.judged() as f64 };
        let words = format!("首页可用性：近7天监测{}次，未打开{failed}次（{share:.2}%）", week.judged());
        let mut legend = "          .正常  x未打开".to_owned();
        if week.doubtful() > 0 {
            let _ = write!(legend, "  ?不能判断（近7天{}次）", week.doubtful());
        }
        if week.dropped > 0 {
            let _ = write!(legend, "  -本单位线路中断（不计{}次）", week.dropped);
        }
        let marks: Vec<char> = self
            .watched
            .into_iter()
            .flat_map(Watched::visits)
            .map(|(probe, _)| match reach(probe) {
                Reach::Opened => '.',
                Reach::NotOpened => 'x',
                Reach::Challenged | Reach::Unproved => '?',
                Reach::Dropped => '-',
            })
            .collect();
        let shown = width.saturating_sub("最近各次：".width());
        let strip: String = marks[marks.len().saturating_sub(shown)..].iter().collect();
        vec![cut(&words, width), format!("最近各次：{strip}"), cut(&legend, width)]
    }

    /// What appeared on the home page lately, and dates that were moved.
    fn changes(&self, width: usize) -> Vec<String> {
        let Some(watched) = self.watched else { return Vec::new() };
        let lives = watched.lives();
        let new = lives.iter().filter(|it| !it.from_the_start).take(2).map(appeared);
        let moved = lives.iter().filter(|it| it.was_moved()).take(2).map(moved);
        new.chain(moved).map(|it| cut(&it, width)).collect()
    }
}

impl<'a> Due<'a> {
    /// Nothing for a column without a limit that is in order.
    fn of(column: &'a wire::Column) -> Option<Self> {
        let days = column.limit_days.zip(column.days_since);
        let (urgency, words) = match (column.status.as_str(), days) {
            ("fresh", Some((limit, since))) => match limit - since {
                0 => (Urgency::Due(0), "今天是最后一天".to_owned()),
                left => (Urgency::Due(left), format!("再过 {left} 天超期")),
            },
            ("stale", Some((limit, since))) => {
                (Urgency::Overdue(since - limit), format!("已超期 {} 天", since - limit))
            }
            ("undated" | "stale", _) => (Urgency::Overdue(0), "未注明时间，视为不更新".to_owned()),
            ("blank", _) => (Urgency::Blank, "空白栏目".to_owned()),
            ("undetermined", _) => {
                (Urgency::Unknown, format!("不能判定：{}", column.reason.as_deref().unwrap_or_default()))
            }
            _ => return None,
        };
        // The longest overdue comes first.
        let urgency = if let Urgency::Overdue(days) = urgency { Urgency::Overdue(-days) } else { urgency };
        Some(Self { column, urgency, words })
    }

    fn line(&self, width: usize) -> String {
        let kind = self.column.kind.as_deref().and_then(ColumnKind::from_id).map_or("", ColumnKind::zh);
        let limit = self.column.limit_days.map(|it| format!("{it}天")).unwrap_or_default();
        let newest = self.column.newest.as_deref().unwrap_or("—");
        table_line(width, &printable(&self.column.name), kind, newest, &limit, &printable(&self.words))
    }
}

impl Urgency {
    fn colour(self) -> &'static str {
        match self {
            Self::Overdue(_) | Self::Blank => "31",
            Self::Due(left) if left <= SOON => "33",
            Self::Due(_) => "0",
            Self::Unknown => "2",
        }
    }
}

fn appeared(life: &Life) -> String {
    let seen: String = life.first_seen.to_string().replace('T', " ").chars().skip(5).take(11).collect();
    let printed = life.entry.printed.map_or_else(|| "未注明日期".to_owned(), |day| format!("标注{day}"));
    format!("首页新信息：{seen}首次出现，{printed}，《{}》", printable(&life.entry.title))
}

fn moved(life: &Life) -> String {
    let days: Vec<String> = life.printed.iter().map(ToString::to_string).collect();
    format!("日期被改动：{}，《{}》", days.join(" → "), printable(&life.entry.title))
}

/// A line of the table. The first and the last field share what the others leave.
fn table_line(width: usize, name: &str, kind: &str, newest: &str, limit: &str, left: &str) -> String {
    const KIND: usize = 14;
    const NEWEST: usize = 12;
    const LIMIT: usize = 7;
    let rest = width.saturating_sub(KIND + NEWEST + LIMIT);
    let last = (rest * 2 / 5).max(16);
    let first = rest.saturating_sub(last);
    let line =
        [fit(name, first), fit(kind, KIND), fit(newest, NEWEST), fit(limit, LIMIT), cut(left, last)].concat();
    cut(&line, width)
}

/// Exactly so wide: filled up, or cut with one blank at the end.
fn fit(text: &str, width: usize) -> String {
    let text = cut(text, width.saturating_sub(1));
    let blanks = width.saturating_sub(text.width());
    text + &" ".repeat(blanks)
}

/// At most so wide; what is cut ends in an ellipsis.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut room = width.saturating_sub(1);
    let mut kept = String::new();
    for c in text.chars() {
        let wide = c.width().unwrap_or_default();
        if wide > room {
            break;
        }
        room -= wide;
        kept.push(c);
    }
    kept + "…"
}

fn rule(width: usize) -> String {
    "-".repeat(width)
}

fn paint(line: &str, colour: &str, paper: Paper) -> String {
    if paper.colours && colour != "0" { format!("\u{1b}[{colour}m{line}\u{1b}[0m") } else { line.to_owned() }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::{Paper, Screen, cut, fit};
    use crate::base::Moment;
    use crate::report::wire;

    fn sample() -> wire::Report {
        let text = include_str!("../../reports/sample/sites/dongping/report.json");
        serde_json::from_str(text).unwrap()
    }

    fn drawn(report: &wire::Report, width: usize, height: usize) -> String {
        let as_of = report.run.as_of.parse().unwrap();
        let now = Moment::start_of(as_of);
        let foot = "按 Ctrl-C 结束".to_owned();
        Screen { report, watched: None, as_of, now, foot }.draw(Paper { width, height, colours: false })
    }

    #[test]
    fn the_screen_fits_the_terminal_however_small() {
        let mut report = sample();
        report.columns[0].name = "一个名称特别特别长的栏目".repeat(10);
        for (width, height) in [(80, 24), (120, 40), (40, 12), (20, 5)] {
            let screen = drawn(&report, width, height);
            assert!(screen.lines().all(|line| line.width() <= width), "{width}:\n{screen}");
            assert!(screen.lines().count() <= height.max(14), "{height}:\n{screen}");
        }
    }

    #[test]
    fn what_goes_stale_next_is_told_with_its_days_and_what_is_overdue_comes_first() {
        let mut report = sample();
        for column in report.columns.iter_mut().filter(|it| it.status == "fresh") {
            column.days_since = column.limit_days.map(|it| it - 12);
        }
        let screen = drawn(&report, 80, 40);
        assert!(screen.contains("再过 12 天超期"), "{screen}");
        let at = |words: &str| screen.find(words).unwrap_or_else(|| panic!("{words}:\n{screen}"));
        assert!(at("已超期") < at("再过"));
    }

    #[test]
    fn wide_characters_are_two_columns() {
        assert_eq!(cut("通知公告", 5), "通知…");
        assert_eq!(fit("通知", 6), "通知  ");
        assert_eq!(fit("通知公告", 6).width(), 6);
    }
}
