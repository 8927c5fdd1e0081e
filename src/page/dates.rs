//! Dates as Chinese pages write them, and the traps beside them.
//!
//! A text is a date only when nothing else is in it ([`whole`]), or when a label says so ([`labelled`]), or when a
//! short line begins or ends with a whole one ([`beside`]). A date inside a sentence is never taken: a title such as
//! 2017年6月16日召开会议 says when something happened, not when it was published. This file does not know the day
//! of inspection and invents no year.

use std::sync::LazyLock;

use super::dom::{Dom, Id};
use super::model::{DateSource, Dated};
use super::pattern::{Pattern, compile};
use super::words::Words;
use crate::base::{Address, Day, squeezed};

/// What a text says about a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// A whole day.
    Day(Day),
    /// Month and day.
    Yearless { month: i8, day: i8 },
    /// Written like a day, and there is no such day.
    Impossible(String),
    /// A time that is no day: a month alone, 昨天, 3天前.
    Vague(String),
}

impl Reading {
    /// As an item, an article or a letter carries it.
    pub(super) fn dated(self, source: DateSource) -> Dated {
        match self {
            Self::Day(day) => Dated::Printed { day, source },
            Self::Yearless { month, day } => Dated::Yearless { month, day },
            Self::Impossible(text) | Self::Vague(text) => Dated::Unread(text),
        }
    }

    /// Whether it is a day that exists, with or without its year.
    pub(super) fn is_sound(&self) -> bool {
        matches!(self, Self::Day(_) | Self::Yearless { .. })
    }
}

const BEFORE: &str = r"(?:[\[\(\{（［【〔<《「·•●◆■★|/,，:：~\-]\s*)*";
const LABEL: &str = r"(?:(?:信息|文章|最后|最新|公文|文件)?(?:发布|发稿|发文|成文|生成|印发|录入|添加|公开|上传|提交|更新|发表|发帖|来信|写信|留言|受理|答复|回复|办结|公示|创建|编辑|修改|访谈|开始|采集|收录|制发|登记|入库|受理)?\s*(?:日期|时间|于)\s*[:：]?\s*)?";
const TIME: &str = r"(?:\s*[T ]?\s*(?:上午|下午)?\s*[0-9]{1,2}\s*[:：时]\s*[0-9]{1,2}\s*分?(?:\s*[:：]?\s*[0-9]{1,2}(?:\.[0-9]+)?\s*秒?)?)?";
const AFTER: &str =
    r"(?:\s*[\(（]?(?:星期|周)[一二三四五六日天][\)）]?)?\s*(?:[\]\)\}）］】〕>》」|/,，;；。·]\s*)*";

static WHOLE: Pattern =
    LazyLock::new(|| compile(&format!("^{BEFORE}{LABEL}{BEFORE}(?<date>.{{2,14}}?){TIME}{AFTER}$")));
static YMD: Pattern = LazyLock::new(|| {
    compile(
        r"^(?<y>[0-9]{4})\s*(?:-|/|\.|年)\s*(?<m>[0-9]{1,2})\s*(?:-|/|\.|月)\s*(?<d>[0-9]{1,2})\s*(?:日|号)?$",
    )
});
static YYMD: Pattern = LazyLock::new(|| {
    compile(r"^(?<y>[0-9]{2})\s*(?:-|/|\.|年)\s*(?<m>[0-9]{1,2})\s*(?:-|/|\.|月)\s*(?<d>[0-9]{1,2})\s*日?$")
});
static COMPACT: Pattern = LazyLock::new(|| compile(r"^(?<y>(?:19|20)[0-9]{2})(?<m>[0-9]{2})(?<d>[0-9]{2})$"));
static MD: Pattern =
    LazyLock::new(|| compile(r"^(?<m>[0-9]{1,2})\s*(?:-|/|\.|月)\s*(?<d>[0-9]{1,2})\s*(?:日|号)?$"));
static DAY_THEN_MONTH: Pattern = LazyLock::new(|| {
    compile(r"^(?<d>[0-9]{1,2})\s*日?\s*[ /]\s*(?<y>[0-9]{4})\s*(?:-|/|\.|年)\s*(?<m>[0-9]{1,2})\s*月?$")
});
static YEAR_LAST: Pattern = LazyLock::new(|| {
    compile(
        r"^(?<m>[0-9]{1,2})\s*(?:-|/|\.|月)\s*(?<d>[0-9]{1,2})\s*日?\s*[ /,]?\s*(?<y>(?:19|20)[0-9]{2})\s*年?$",
    )
});
static YEAR_FIRST: Pattern = LazyLock::new(|| {
    compile(r"^(?<y>(?:19|20)[0-9]{2})\s*年?\s+(?<m>[0-9]{1,2})\s*(?:-|/|\.|月)\s*(?<d>[0-9]{1,2})\s*日?$")
});
static DAY_MONTH_ZH: Pattern = LazyLock::new(|| compile(r"^(?<d>[0-9]{1,2})\s*日?\s*(?<m>[0-9]{1,2})\s*月$"));
static VAGUE: Pattern = LazyLock::new(|| {
    compile(
        r"^(?:今天|昨天|前天|刚刚|[0-9]+\s*(?:秒|分钟|小时|天|周|个月|月|年)前|(?:19|20)[0-9]{2}\s*(?:-|/|\.|年)\s*[0-9]{1,2}\s*月?)$",
    )
});
static INSIDE: Pattern = LazyLock::new(|| {
    compile(
        r"(?<y>(?:19|20)[0-9]{2})\s*(?:-|/|\.|年)\s*(?<m>[0-9]{1,2})\s*(?:-|/|\.|月)\s*(?<d>[0-9]{1,2})(?:\s*日)?",
    )
});
static LABEL_BEFORE: Pattern = LazyLock::new(|| {
    compile(
        "发布日期|发布时间|时间发布|发布于|发表时间|发表日期|发稿时间|信息时间|信息日期|更新日期|更新时间|最后更新|成文日期|成文时间|\
         发文日期|发文时间|印发日期|印发时间|生成日期|生成时间|公开日期|公开时间|录入时间|添加时间|添加日期|上传时间|公布日期|公布时间|\
         公示时间|采编时间|编辑时间|上网时间|上网日期|访谈时间|日期|时间",
    )
});
static ZH_YEAR: Pattern = LazyLock::new(|| {
    compile(
        r"(?<y>[〇零一二三四五六七八九]{4})\s*年\s*(?<m>[一二三四五六七八九十]{1,3})\s*月\s*(?<d>[一二三四五六七八九十]{1,3})\s*日",
    )
});
static CLOCK: Pattern = LazyLock::new(|| compile(r"今天是|现在是|页面生成|服务器时间|当前时间|当前日期"));
static IN_ADDRESS: Pattern = LazyLock::new(|| {
    compile(
        &[
            r"/t?(?<y1>20[0-3][0-9])(?<m1>[01][0-9])(?<d1>[0-3][0-9])[_/.]",
            r"[_/-](?<y2>(?:19|20)[0-9]{2})[/-](?<m2>[01]?[0-9])[/-](?<d2>[0-3]?[0-9])[/_.]",
            r"/(?<y3>(?:19|20)[0-9]{2})[-/]?(?<m3>[01][0-9])/(?<d3>[0-3][0-9])/",
            r"/(?<y4>(?:19|20)[0-9]{2})/(?<m4>[01][0-9])(?<d4>[0-3][0-9])/",
            r"_(?<y5>20[0-3][0-9])(?<m5>[01][0-9])(?<d5>[0-3][0-9])[_.]",
        ]
        .join("|"),
    )
});
static MONTH_IN_ADDRESS: Pattern =
    LazyLock::new(|| compile(r"/(?<y>20[0-3][0-9])[-/]?(?<m>0[1-9]|1[0-2]|[1-9])/"));

/// Full-width forms, dashes, ratios and Chinese numerals brought to plain digits and signs; white space collapsed.
pub(super) fn plain(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff10}'..='\u{ff19}' | '\u{ff0d}'..='\u{ff0f}' => {
            char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)
        }
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' => '-',
        '○' | 'Ｏ' | 'О' => '〇',
        '\u{2236}' => ':',
        other => other,
    };
    let text = squeezed(text);
    let is_plain = text.chars().all(|it| narrow(it) == it);
    let narrow = if is_plain { text.into_owned() } else { text.chars().map(narrow).collect() };
    if !narrow.contains('年') {
        return narrow;
    }
    ZH_YEAR
        .replace_all(&narrow, |found: &regex::Captures<'_>| {
            let year: String =
                found["y"].chars().filter_map(|c| char::from_digit(u32::from(numeral(c)), 10)).collect();
            format!("{year}年{}月{}日", counted(&found["m"]), counted(&found["d"]))
        })
        .into_owned()
}

fn numeral(c: char) -> u8 {
    "〇一二三四五六七八九".chars().position(|it| it == c).and_then(|it| u8::try_from(it).ok()).unwrap_or(0)
}

/// 十六 → 16, 二十 → 20, 六 → 6, 一六 → 16.
fn counted(text: &str) -> u8 {
    let digits: Vec<char> = text.chars().collect();
    match digits.iter().position(|c| *c == '十') {
        None => digits.iter().fold(0_u8, |sum, c| sum.wrapping_mul(10).wrapping_add(numeral(*c))),
        Some(at) => {
            let tens = if at == 0 { 1 } else { numeral(digits[at - 1]) };
            let ones = digits.get(at + 1).map_or(0, |c| numeral(*c));
            tens * 10 + ones
        }
    }
}

/// Whether a text has something that counts days and no character that no date has.
///
/// Nearly every text of a page is told from a date here, long before a pattern is tried.
fn could_be_day(text: &str) -> bool {
    // A number alone is a day only as 20170616.
    let (mut counted, mut signed, mut digits) = (false, false, 0);
    for c in text.chars() {
        // No character of Chinese is a number to Unicode, and most characters are Chinese.
        if matches!(c, '\u{4e00}'..='\u{9fff}') {
            if !is_letter_of_days(c) {
                return false;
            }
            counted |= matches!(c, '天' | '刚' | '年');
            signed = true;
            continue;
        }
        counted |= c.is_numeric();
        digits += usize::from(c.is_numeric());
        signed |= !(c.is_ascii_digit() || c.is_ascii_whitespace() || matches!(c, '[' | ']' | '(' | ')'));
        let fits = !c.is_alphabetic() || is_letter_of_days(c);
        if !fits {
            return false;
        }
    }
    counted && (signed || digits >= 8)
}

/// Letters of days and times and of the labels before them.
fn is_letter_of_days(c: char) -> bool {
    const LETTERS: &str = "TＯО年月日号时分秒上下午星期周一二三四五六七八九十零〇○今昨前天刚钟小个\
                           信息文章最后新公件发布稿成生印录入添加开传提交更表帖来写留言受理答复回办结示创建编辑修改访谈始采集收制登记库间期于";
    static SORTED: LazyLock<Vec<char>> = LazyLock::new(|| {
        let mut letters: Vec<char> = LETTERS.chars().collect();
        letters.sort_unstable();
        letters
    });
    SORTED.binary_search(&c).is_ok()
}

/// Whether a character is a number, or the sign of a year written in Chinese.
pub(super) fn may_count(c: char) -> bool {
    c == '年' || !matches!(c, '\u{4e00}'..='\u{9fff}') && c.is_numeric()
}

/// The day that a text node is, when it is a date and nothing else; read once.
pub(super) fn day_at<'d>(dom: &'d Dom<'_>, id: Id) -> Option<&'d Reading> {
    dom.day(id, whole)
}

/// The day a text is, when it is a date and nothing else: brackets, time, weekday and a label apart.
pub(super) fn whole(text: &str) -> Option<Reading> {
    // The longest form with label, brackets and seconds stays far below this.
    if text.len() > 160 || !could_be_day(text) {
        return None;
    }
    plainest(text).or_else(|| told(text))
}

/// The forms that nearly all rows have, `2017-06-16`, `06-16` and `2017年6月16日`, alone or in brackets; `None` for any
/// other. They are read as [`told`] reads them, at a tenth of the cost.
fn plainest(text: &str) -> Option<Reading> {
    let core = text.trim().trim_start_matches(['[', '(']).trim_end_matches([']', ')']);
    let (first, rest) = number(core)?;
    let (second, rest) =
        number(rest.strip_prefix(['-', '/', '.', if first.len() == 4 { '年' } else { '月' }])?)?;
    let ends = |rest: &str| matches!(rest, "" | "日" | "号");
    if first.len() == 4 && second.len() <= 2 {
        let (third, rest) = number(rest.strip_prefix(['-', '/', '.', '月'])?)?;
        let parsed = (first.parse().ok()?, second.parse().ok()?, third.parse().ok()?);
        return (third.len() <= 2 && ends(rest)).then(|| whole_day(parsed.0, parsed.1, parsed.2, core));
    }
    let (month, day) = (first.parse().ok()?, second.parse().ok()?);
    (first.len() <= 2 && second.len() <= 2 && ends(rest)).then(|| yearless(month, day, core))?
}

/// The digits that a text begins with, and the rest.
fn number(text: &str) -> Option<(&str, &str)> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < text.len()).then(|| text.split_at(text.len() - rest.len()))
}

/// Every other form.
fn told(text: &str) -> Option<Reading> {
    let text = plain(text);
    let core = WHOLE.captures(&text)?;
    let core = core["date"].trim();
    for pattern in [&YMD, &COMPACT, &DAY_THEN_MONTH, &YEAR_LAST, &YEAR_FIRST] {
        if let Some(found) = pattern.captures(core) {
            return Some(day_of(&found, 0, core));
        }
    }
    if let Some(found) = YYMD.captures(core) {
        let reading = day_of(&found, 2000, core);
        return reading.is_sound().then_some(reading);
    }
    for pattern in [&MD, &DAY_MONTH_ZH] {
        if let Some(found) = pattern.captures(core) {
            return yearless_of(&found, core);
        }
    }
    VAGUE.is_match(core).then(|| Reading::Vague(core.to_owned()))
}

/// The day in a short line of notes under a title, such as `2017-06-16 来源：…` or `来源：… 2017-06-16`.
///
/// Only a day with its year, at the start or at the end of the line.
pub(super) fn beside(text: &str) -> Option<Reading> {
    if text.len() > 80 * 4 || text.chars().filter(|c| may_count(*c)).count() < 4 {
        return None;
    }
    if text.chars().count() > 80 || CLOCK.is_match(text) && !text.contains("发布") {
        return None;
    }
    let text = plain(text);
    let mut found = INSIDE.find_iter(&text).filter(|it| stands_alone(&text, it));
    let (span, more) = (found.next()?, found.next());
    if more.is_some() {
        return None;
    }
    let (before, after) = (text[..span.start()].trim(), text[span.end()..].trim_start());
    let after = after.trim_start_matches(|c: char| c.is_ascii_digit() || ": ：T.".contains(c));
    let opens = before.chars().all(|c| "[(（【〔·•|-".contains(c));
    let closes = after.chars().all(|c| "])）】〕|>".contains(c));
    // A sentence may begin with a date as well; a line of notes goes on with a sign or a label, never with a verb.
    let notes = after.is_empty()
        || after.starts_with(['|', ']', ')', '）', '】', '/'])
        || after.starts_with("来源")
        || after.starts_with("作者")
        || after.starts_with("信息来源")
        || after.starts_with("浏览")
        || after.starts_with("阅读")
        || after.starts_with("点击")
        || after.starts_with("字体");
    let breaks = before.ends_with([' ', '|', '[', '(', '（', '【', ':', '：'])
        || before.is_empty()
        || text[..span.start()].ends_with(' ');
    if !(opens && notes || closes && breaks) {
        return None;
    }
    INSIDE.captures(span.as_str()).map(|it| day_of(&it, 0, span.as_str()))
}

/// The day that a label such as 发布时间： names; the most telling label wins, then the first.
pub(super) fn labelled(text: &str) -> Option<Reading> {
    labelled_with(text).map(|(_, reading)| reading)
}

/// The same, with the label.
pub(super) fn labelled_with(text: &str) -> Option<(String, Reading)> {
    static LABELS: Words = Words::of(&["日期", "时间", "发布于", "最后更新"]);
    if !LABELS.are_in(text) {
        return None;
    }
    // Four digits of a year and two more, or a year in Chinese.
    if !text.contains('年') && text.chars().filter(|c| may_count(*c)).count() < 6 {
        return None;
    }
    let text = plain(text);
    let mut best: Option<(usize, String, Reading)> = None;
    let mut at = 0;
    while let Some(found) = LABEL_BEFORE.find_at(&text, at) {
        let label = found.as_str();
        let Some((day, after)) = day_after(&text[found.end()..]) else {
            // A longer label may begin inside this one: 更新时间发布.
            at = text.ceil_char_boundary(found.start() + 1);
            continue;
        };
        at = text.len() - after.len();
        let before = &text[..found.start()];
        if before.ends_with("页面")
            || before.ends_with("当前")
            || before.ends_with("系统")
            || before.ends_with("有效")
            || after.starts_with(|c: char| c.is_ascii_digit())
        {
            continue;
        }
        let rank = match label {
            "发布日期" | "发布时间" | "时间发布" | "发布于" | "发表时间" | "发表日期" | "发稿时间"
            | "信息时间" => 0,
            "日期" | "时间" | "更新日期" | "更新时间" | "公开日期" | "公开时间" | "公布日期" | "公布时间"
            | "录入时间" | "添加时间" | "添加日期" | "上传时间" | "上网时间" | "上网日期" | "编辑时间" => {
                1
            }
            _ => 2,
        };
        if best.as_ref().is_none_or(|(least, ..)| rank < *least) {
            best = Some((rank, label.to_owned(), day));
        }
    }
    best.map(|(_, label, reading)| (label, reading))
}

/// The day that the text after a label begins with, as in `：[2017-06-16`, and what follows it.
fn day_after<'t>(text: &'t str) -> Option<(Reading, &'t str)> {
    let sign = text.trim_start();
    let opening = sign.strip_prefix([':', '：', ']', '】']).unwrap_or(sign).trim_start();
    let date = opening.strip_prefix(['[', '(', '【']).unwrap_or(opening).trim_start();
    let digits = |text: &'t str, most: usize| number(text).map(|(it, _)| text.split_at(it.len().min(most)));
    let (year, rest) = digits(date, 4).filter(|(it, _)| it.len() == 4)?;
    let (month, rest) = digits(after_sign(rest, '年')?, 2)?;
    let (day, rest) = digits(after_sign(rest, '月')?, 2)?;
    let rest = rest.trim_start().strip_prefix('日').unwrap_or(rest);
    let written = &date[..date.len() - rest.len()];
    Some((whole_day(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?, written), rest))
}

/// What comes after a sign between the parts of a day.
fn after_sign(text: &str, letter: char) -> Option<&str> {
    Some(text.trim_start().strip_prefix(['-', '/', '.', letter])?.trim_start())
}

/// The day of publication that an address shows, as in `t20170616_1.html` or `/art/2017/6/16/`.
///
/// Not printed for a reader, so it may clear and never accuse.
pub fn address_date(address: &Address) -> Option<Day> {
    let path = address.path();
    if path.bytes().filter(u8::is_ascii_digit).count() < 6 {
        return None;
    }
    let found = IN_ADDRESS.captures(path)?;
    (1..=5).find_map(|form| {
        let part = |name: &str| found.name(&format!("{name}{form}"))?.as_str().parse::<i16>().ok();
        let (year, month, day) = (part("y")?, part("m")?, part("d")?);
        if !(1998..=2099).contains(&year) {
            return None;
        }
        Day::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
    })
}

/// The year of a printed month and day, when the address of the entry names a month close by.
///
/// Articles are filed under the month they were made in and printed a few days before or after.
pub(super) fn with_year_of(address: &Address, month: i8, day: i8) -> Option<Day> {
    let near = address_date(address).or_else(|| {
        let found = MONTH_IN_ADDRESS.captures(address.path())?;
        Day::new(found["y"].parse().ok()?, found["m"].parse().ok()?, 15)
    })?;
    (-1..=1)
        .filter_map(|shift| Day::new(near.year() + shift, month, day))
        .find(|it| it.days_since(near).abs() <= 45)
}

fn stands_alone(text: &str, span: &regex::Match<'_>) -> bool {
    let digit = |c: char| c.is_ascii_digit();
    !text[..span.start()].ends_with(digit) && !text[span.end()..].starts_with(digit)
}

fn day_of(found: &regex::Captures<'_>, century: i16, text: &str) -> Reading {
    let part = |name: &str| found[name].parse::<i16>().unwrap_or(0);
    whole_day(part("y") + century, part("m"), part("d"), text)
}

fn whole_day(year: i16, month: i16, day: i16, text: &str) -> Reading {
    let real = (1949..=2099).contains(&year);
    let made = i8::try_from(month).ok().zip(i8::try_from(day).ok());
    made.and_then(|(month, day)| Day::new(year, month, day))
        .filter(|_| real)
        .map_or_else(|| Reading::Impossible(text.to_owned()), Reading::Day)
}

fn yearless_of(found: &regex::Captures<'_>, text: &str) -> Option<Reading> {
    yearless(found["m"].parse().ok()?, found["d"].parse().ok()?, text)
}

fn yearless(month: i8, day: i8, text: &str) -> Option<Reading> {
    // A leap year, so that 02-29 is a day.
    if Day::new(2024, month, day).is_some() {
        return Some(Reading::Yearless { month, day });
    }
    // 3.0 or 24/7 is no date at all; 13月40日 is one that does not exist.
    text.contains('月').then(|| Reading::Impossible(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Reading, address_date, beside, labelled, plainest, told, whole, with_year_of};
    use crate::base::Address;

    proptest! {
        #[test]
        fn the_plainest_dates_are_read_as_all_others(
            text in r"[\[( ]{0,2}(20|1|0)?[0-9]{1,2}[-/.年月][01]?[0-9][-/.月日]?[0-3]?[0-9]?[日号.]?[\]) ]{0,2}"
        ) {
            if let Some(reading) = plainest(&text) {
                prop_assert_eq!(Some(reading), told(&text), "{}", text);
            }
        }
    }

    fn read(text: &str) -> String {
        match whole(text) {
            Some(Reading::Day(day)) => day.to_string(),
            Some(Reading::Yearless { month, day }) => format!("--{month:02}-{day:02}"),
            Some(Reading::Impossible(_)) => "impossible".to_owned(),
            Some(Reading::Vague(_)) => "vague".to_owned(),
            None => "none".to_owned(),
        }
    }

    #[test]
    fn every_way_to_write_a_day_is_read() {
        for text in [
            "2017-06-16",
            "2017-6-16",
            "2017/06/16",
            "2017.06.16",
            "2017年6月16日",
            "2017年06月16日 10:30",
            "[2017-06-16]",
            "(2017-06-16)",
            "（2017-06-16）",
            "【2017-06-16】",
            "2017-06-16 10:30:05",
            "(2017-6-16 16:02:14)",
            "17-06-16",
            "[17-06-16]",
            "２０１７－０６－１６",
            "二〇一七年六月十六日",
            "二○一七年六月十六日",
            " 2017- 06- 16 ",
            "2017-06-16T10:30",
            "发布时间：2017-06-16",
            "发布日期: 2017-06-16 10:30",
            "日期：2017年6月16日",
            "20170616",
            "16 2017-06",
            "16 2017.06",
            "06-16 2017",
            "2017 06-16",
            "2017年 06月16日",
            "2017-06-16 星期五",
            "2017年6月16日（星期五）",
            "| 2017-06-16",
            "2017—06—16",
            "· 2017-06-16",
            "2017-06-16 10时30分",
            "2017-06-16 10∶08",
        ] {
            assert_eq!(read(text), "2017-06-16", "{text}");
        }
        for text in
            ["06-16", "[06-16]", "6月16日", "(6-16)", "06/16", "06.16", "06月16日", "16 6月", "16日 06月"]
        {
            assert_eq!(read(text), "--06-16", "{text}");
        }
    }

    #[test]
    fn a_day_that_does_not_exist_is_told() {
        for text in ["2017-02-30", "2017-13-01", "[2017/00/10]", "0000-00-00", "1900-01-01", "13月40日"] {
            assert_eq!(read(text), "impossible", "{text}");
        }
    }

    #[test]
    fn what_is_no_day_is_not_made_one() {
        for text in [
            "2017",
            "3.0",
            "24/7",
            "2017-2018",
            "10:30",
            "今天是2017年6月16日 星期五",
            "第6期",
            "0870-2123456",
            "1/3",
            "13-25",
        ] {
            let read = read(text);
            // 1/3 could be the third of January as well as page one of three; only the first is a date.
            assert!(read == "none" || text == "1/3", "{text} is {read}");
        }
        for text in ["2017年6月", "昨天", "3天前", "2017-06"] {
            assert_eq!(read(text), "vague", "{text}");
        }
        assert_eq!(whole("2017年6月16日召开会议"), None);
        assert_eq!(whole("截至2017年6月16日"), None);
    }

    #[test]
    fn a_line_of_notes_is_read_and_a_sentence_is_not() {
        let day =
            |text| beside(text).map(|it| matches!(it, Reading::Day(day) if day.to_string() == "2017-06-16"));
        assert_eq!(day("2017-06-16 来源：某局"), Some(true));
        assert_eq!(day("来源：某局 2017-06-16"), Some(true));
        assert_eq!(day("区工作会议召开 [2017-06-16]"), Some(true));
        assert_eq!(day("2017年6月16日，区委召开会议"), None);
        assert_eq!(day("关于2017年6月16日停水的通知"), None);
        assert_eq!(day("今天是 2017年6月16日"), None);
    }

    #[test]
    fn a_label_names_the_date_of_publication() {
        let day = |text| match labelled(text) {
            Some(Reading::Day(day)) => Some(day.to_string()),
            _ => None,
        };
        assert_eq!(day("来源：某局 发布时间：2017-06-16 10:00 浏览：3").as_deref(), Some("2017-06-16"));
        assert_eq!(day("成文日期：2017-06-01 发布日期：2017年6月16日").as_deref(), Some("2017-06-16"));
        assert_eq!(day("发布日期 ：2017-06-16").as_deref(), Some("2017-06-16"));
        assert_eq!(day("页面生成时间 2017-06-16 10:00:00"), None);
    }

    #[test]
    fn an_address_shows_when_it_was_filed() {
        let day = |text: &str| address_date(&text.parse::<Address>().unwrap()).map(|it| it.to_string());
        for path in [
            "/tzgg/201706/t20170616_123.html",
            "/art/2017/6/16/art_1_2.html",
            "/2017-06/16/c_1.htm",
            "/201706/16/1.html",
            "/2017/0616/1.html",
            "/20170616/1/c.html",
            "/a/2017-06-16/1.html",
            "/2017/06/16/1.html",
        ] {
            assert_eq!(day(&format!("http://a.example{path}")).as_deref(), Some("2017-06-16"), "{path}");
        }
        for path in
            ["/info/1015/4213.htm", "/201706/", "/t20171399_1.html", "/col/col20170/index.html", "/12345678/"]
        {
            assert_eq!(day(&format!("http://a.example{path}")), None, "{path}");
        }
    }

    #[test]
    fn a_year_comes_only_from_a_month_close_by() {
        let year = |path: &str, month, day| {
            with_year_of(&format!("http://a.example{path}").parse().unwrap(), month, day)
                .map(|it| it.to_string())
        };
        assert_eq!(year("/201706/t20170616_1.html", 6, 14).as_deref(), Some("2017-06-14"));
        assert_eq!(year("/201612/t20161230_1.html", 1, 2).as_deref(), Some("2017-01-02"));
        assert_eq!(year("/201706/abc.shtml", 6, 1).as_deref(), Some("2017-06-01"));
        assert_eq!(year("/201706/t20170616_1.html", 11, 14), None);
        assert_eq!(year("/info/1.htm", 6, 14), None);
    }
}
