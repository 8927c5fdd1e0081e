//! The span of time that a title speaks of: 5月, 1—5月, 二季度, 上半年, 前三季度, 2016年度.

use std::sync::LazyLock;

use regex::Regex;

/// A span that a title speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// Its year, when the title gives one.
    pub year: Option<i16>,
    /// Its last month, 1 to 12.
    pub last_month: i8,
    /// How many months it has.
    pub months: i8,
    /// Whether it begins with January: 1—5月, 上半年, 前三季度.
    pub from_january: bool,
}

#[expect(clippy::expect_used, reason = "the patterns are fixed, and every test of this file compiles them")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a fixed pattern compiles")
}

static YEAR: LazyLock<Regex> = LazyLock::new(|| pattern(r"(20\d\d)\s*年?"));
static MONTHS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(\d{1,2})月?份?(?:-|至|到)(\d{1,2})月"));
static MONTH: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?P<month>\d{1,2}|十[一二]?|[一二三四五六七八九])月份?(?P<day>\d{1,2})?"));
static QUARTERS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:前|[一1](?:-|至|到))(?P<last>[一二三四1-4])个?季度"));
static QUARTER: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?P<number>[一二三四1-4])季度"));

/// The spans a title speaks of; none when it names none.
pub fn spans_of(title: &str) -> Vec<Spoken> {
    let text = narrow(title);
    let year = YEAR.captures(&text).and_then(|it| it[1].parse::<i16>().ok());
    let mut spans = Vec::new();
    let mut say = |last_month: i8, months: i8, from_january: bool| {
        spans.push(Spoken { year, last_month, months, from_january });
    };
    for found in MONTHS.captures_iter(&text) {
        let (first, last): (i8, i8) = (found[1].parse().unwrap_or(0), found[2].parse().unwrap_or(0));
        if (1..=12).contains(&first) && (first..=12).contains(&last) {
            say(last, last - first + 1, first == 1);
        }
    }
    let without = MONTHS.replace_all(&text, "");
    for found in MONTH.captures_iter(&without) {
        // 5月10日 is a day, and says nothing of May.
        let month = number(&found["month"]);
        if found.name("day").is_none() && (1..=12).contains(&month) {
            say(month, 1, month == 1);
        }
    }
    for found in QUARTERS.captures_iter(&text) {
        let last = number(&found["last"]) * 3;
        say(last, last, true);
    }
    for found in QUARTER.captures_iter(&QUARTERS.replace_all(&text, "")) {
        let last = number(&found["number"]) * 3;
        say(last, 3, last == 3);
    }
    if text.contains("上半年") {
        say(6, 6, true);
    }
    if text.contains("全年") || (spans.is_empty() && year.is_some() && !text.contains("下半年")) {
        spans.push(Spoken { year, last_month: 12, months: 12, from_january: true });
    }
    spans
}

/// Half-width, one kind of dash, no white space.
fn narrow(title: &str) -> String {
    let one = |c: char| match c {
        '—' | '–' | '－' | '~' | '～' | '―' => '-',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    };
    let mut text = String::with_capacity(title.len());
    for c in title.chars().filter(|c| !c.is_whitespace()).map(one) {
        // —— is one dash.
        if !(c == '-' && text.ends_with('-')) {
            text.push(c);
        }
    }
    text
}

fn number(text: &str) -> i8 {
    let digits = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];
    let chinese = digits.iter().position(|it| *it == text).and_then(|it| i8::try_from(it + 1).ok());
    chinese.or_else(|| text.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Spoken, spans_of};

    #[track_caller]
    fn says(title: &str, spans: &[(Option<i16>, i8, i8, bool)]) {
        let want: Vec<Spoken> = spans
            .iter()
            .map(|(year, last_month, months, from_january)| Spoken {
                year: *year,
                last_month: *last_month,
                months: *months,
                from_january: *from_january,
            })
            .collect();
        assert_eq!(spans_of(title), want, "{title}");
    }

    #[test]
    fn months_quarters_and_years_are_read_however_they_are_written() {
        says("2017年5月财政收支情况", &[(Some(2017), 5, 1, false)]);
        says("2017年1—5月份全市经济运行情况", &[(Some(2017), 5, 5, true)]);
        says("１－１０月财政收支情况", &[(None, 10, 10, true)]);
        says("十一月份财政收支情况", &[(None, 11, 1, false)]);
        says("2017年第三季度城市地价动态监测", &[(Some(2017), 9, 3, false)]);
        says("2017年上半年经济运行情况", &[(Some(2017), 6, 6, true)]);
        says("前三季度经济运行情况", &[(None, 9, 9, true)]);
        says("2016年度住房公积金年度报告", &[(Some(2016), 12, 12, true)]);
        says("2017年全年经济运行情况", &[(Some(2017), 12, 12, true)]);
    }

    #[test]
    fn a_day_is_no_month_and_a_title_without_a_span_says_none() {
        says("关于5月10日停水的通知", &[]);
        says("财政收支情况", &[]);
    }
}
