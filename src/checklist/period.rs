//! By when, or how often: the numbers of a duty, and the days on which it falls due.

use serde::Deserialize;

use crate::base::{Calendar, Day, Fields};

/// By when a thing must be published, or how often.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub enum Period {
    /// On this day at the latest: `{ by = "2017-12-31" }`.
    By(Day),
    /// So many working days after a day, which itself does not count: `{ working_days = 30, after = "2017-05-27" }`.
    WorkingDays {
        /// How many.
        count: u32,
        /// The day of the event.
        after: Day,
    },
    /// For every span of the calendar: `{ every = "month", since = "2017-05-27", until = "2017-12-31", delay_days = 30 }`.
    Each {
        /// Which spans.
        every: Every,
        /// The first span is the one that holds this day.
        since: Day,
        /// The last span is the one that holds this day.
        until: Day,
        /// Days after the span's last day (its first, when `ahead`) within which publication is usual.
        delay_days: u32,
        /// Whether it is published for a span that begins (年度计划), and not for one that has ended.
        ahead: bool,
    },
}

/// Spans of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Every {
    /// 月度
    Month,
    /// 季度
    Quarter,
    /// 年度
    Year,
}

/// A span of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Its year.
    pub year: i16,
    /// Its last month: March for the first quarter, December for a year.
    pub last_month: i8,
    /// How long it is.
    pub every: Every,
}

/// One day on which something falls due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The last day in time.
    pub day: Day,
    /// For which span, when it comes again and again.
    pub span: Option<Span>,
    /// Whether the holidays on the way are known.
    pub announced: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    by: Option<String>,
    working_days: Option<u32>,
    after: Option<String>,
    every: Option<String>,
    since: Option<String>,
    until: Option<String>,
    delay_days: Option<u32>,
    #[serde(default)]
    ahead: bool,
}

impl TryFrom<Written> for Period {
    type Error = String;

    fn try_from(it: Written) -> Result<Self, String> {
        let day = |text: &Option<String>| {
            text.as_ref().map(|it| it.parse::<Day>().map_err(|error| error.to_string())).transpose()
        };
        let (by, after, since, until) = (day(&it.by)?, day(&it.after)?, day(&it.since)?, day(&it.until)?);
        match (by, it.working_days, after, it.every.as_deref(), since, until) {
            (Some(by), None, None, None, None, None) => Ok(Self::By(by)),
            (None, Some(count), Some(after), None, None, None) => Ok(Self::WorkingDays { count, after }),
            (None, None, None, Some(every), Some(since), Some(until)) if since <= until => {
                let every = Every::from_id(every)
                    .ok_or_else(|| format!("`every` is `{every}`; one of month, quarter, year"))?;
                let delay_days = it.delay_days.ok_or("`delay_days` is missing: the usual delay")?;
                Ok(Self::Each { every, since, until, delay_days, ahead: it.ahead })
            }
            _ => Err("a period is written as { by }, { working_days, after } or { every, since, until, \
                      delay_days }"
                .to_owned()),
        }
    }
}

impl Period {
    pub(super) fn read(fields: &Fields<'_>) -> Option<Self> {
        let written = Written {
            by: fields.text("by"),
            working_days: fields.count("working_days").and_then(|it| u32::try_from(it).ok()),
            after: fields.text("after"),
            every: fields.text("every"),
            since: fields.text("since"),
            until: fields.text("until"),
            delay_days: fields.count("delay_days").and_then(|it| u32::try_from(it).ok()),
            ahead: fields.truth("ahead"),
        };
        written.try_into().map_err(|error: String| fields.complain("period", error)).ok()
    }

    /// The first day on which something can be published for it; `None` when the document gives none.
    pub fn begins(&self) -> Option<Day> {
        match self {
            // A plan for a year may be published before it.
            Self::By(_) | Self::Each { ahead: true, .. } => None,
            Self::WorkingDays { after, .. } => Some(*after),
            Self::Each { every, since, .. } => Some(every.holding(*since).first_day()),
        }
    }

    /// Every day on which it falls due, in order.
    pub fn dues(&self) -> Vec<Due> {
        match self {
            Self::By(day) => vec![Due { day: *day, span: None, announced: true }],
            Self::WorkingDays { count, after } => {
                let counted = Calendar::official().working_days_after(*after, *count);
                vec![Due { day: counted.day, span: None, announced: counted.announced }]
            }
            Self::Each { every, since, until, delay_days, ahead } => {
                let spans = every.spans(*since, *until);
                let due = |span: Span| Due {
                    day: if *ahead { span.first_day() } else { span.last_day() }.plus_days(*delay_days),
                    span: Some(span),
                    announced: true,
                };
                spans.into_iter().map(due).collect()
            }
        }
    }
}

impl Every {
    const ALL: [Self; 3] = [Self::Month, Self::Quarter, Self::Year];

    /// As checklists spell it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.id() == id)
    }

    /// How many months it has.
    fn months(self) -> i8 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        }
    }

    /// The spans from the one that holds `since` to the one that holds `until`.
    fn spans(self, since: Day, until: Day) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut span = self.holding(since);
        let last = self.holding(until);
        // A century of months is more than any plan asks for.
        while span <= last && spans.len() < 1200 {
            spans.push(span);
            span = span.next();
        }
        spans
    }

    /// The span that holds a day.
    pub fn holding(self, day: Day) -> Span {
        let months = self.months();
        Span { year: day.year(), last_month: (day.month() + months - 1) / months * months, every: self }
    }
}

impl Span {
    /// Its first day.
    pub fn first_day(self) -> Day {
        Day::month_start(self.year, self.last_month - self.every.months() + 1)
    }

    /// Its last day.
    pub fn last_day(self) -> Day {
        self.next_month_start().minus_days(1)
    }

    fn next_month_start(self) -> Day {
        if self.last_month == 12 {
            Day::month_start(self.year + 1, 1)
        } else {
            Day::month_start(self.year, self.last_month + 1)
        }
    }

    fn next(self) -> Self {
        self.every.holding(self.next_month_start())
    }

    /// As an official would write it: 2017年5月, 2017年第三季度, 2016年度.
    pub fn zh(self) -> String {
        match self.every {
            Every::Month => format!("{}年{}月", self.year, self.last_month),
            Every::Quarter => {
                let ordinal = ["一", "二", "三", "四"];
                let at = usize::try_from(self.last_month / 3 - 1).unwrap_or(0);
                format!("{}年第{}季度", self.year, ordinal.get(at).unwrap_or(&"四"))
            }
            Every::Year => format!("{}年度", self.year),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Every, Period};
    use crate::base::Day;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn each(every: Every, since: &str, until: &str, ahead: bool) -> Vec<(String, String)> {
        let period = Period::Each { every, since: day(since), until: day(until), delay_days: 30, ahead };
        period.dues().iter().map(|it| (it.span.unwrap().zh(), it.day.to_string())).collect()
    }

    #[test]
    fn thirty_working_days_after_the_notice_of_2017_end_on_11_july() {
        // 端午 is off; 2017-05-27 itself, a Saturday worked in lieu, is the day of issue and does not count.
        let period = Period::WorkingDays { count: 30, after: day("2017-05-27") };
        assert_eq!(period.dues()[0].day.to_string(), "2017-07-11");
        let from_the_web = Period::WorkingDays { count: 30, after: day("2017-06-16") };
        assert_eq!(from_the_web.dues()[0].day.to_string(), "2017-07-28");
    }

    #[test]
    fn spans_go_over_the_turn_of_the_year() {
        let months = each(Every::Month, "2017-11-20", "2018-01-05", false);
        assert_eq!(
            months,
            [
                ("2017年11月".to_owned(), "2017-12-30".to_owned()),
                ("2017年12月".to_owned(), "2018-01-30".to_owned()),
                ("2018年1月".to_owned(), "2018-03-02".to_owned()),
            ]
        );
        let quarters = each(Every::Quarter, "2017-05-27", "2017-12-31", false);
        assert_eq!(quarters[0], ("2017年第二季度".to_owned(), "2017-07-30".to_owned()));
        assert_eq!(quarters.len(), 3);
    }

    #[test]
    fn a_plan_for_a_year_is_due_after_the_year_begins() {
        assert_eq!(
            each(Every::Year, "2017-12-31", "2017-12-31", true),
            [("2017年度".to_owned(), "2017-01-31".to_owned())]
        );
    }
}
