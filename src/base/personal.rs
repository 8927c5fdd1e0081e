//! Personal data in running text: where it stands, and how it is shown without being shown again.
//!
//! A report may say that a number was published, and never publish it a second time. This file knows the form of
//! numbers and what stands beside them; whether publishing one was wrong is for a person to say.

use std::borrow::Cow;
use std::ops::Range;

use super::Day;

/// A piece of personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Personal {
    /// What it is.
    pub kind: PersonalKind,
    /// Where it stands in the text, in bytes.
    pub range: Range<usize>,
    /// As it may be shown.
    pub masked: String,
}

/// Kinds of personal data that can be told by their form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PersonalKind {
    /// 居民身份证号码, 18 digits (GB 11643-1999): region, day of birth and check digit are right.
    IdNumber,
    /// A bank card of the national network: 16 to 19 digits that begin with 62 and keep to Luhn's formula.
    BankCard,
    /// A mobile number beside a person's name or identity number, and not named as a contact of the office.
    Mobile,
}

/// The first two digits of an identity number (GB/T 2260).
const REGIONS: [&str; 34] = [
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42",
    "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
];

/// The hundred most common family names, which cover more than four in five persons.
const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏\
                        薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔\
                        贺赖龚文";

/// Words that make a number a contact which the office itself gives out.
const CONTACTS: [&str; 16] = [
    "联系人",
    "咨询",
    "值班",
    "经办",
    "举报",
    "监督",
    "投诉",
    "采购",
    "报名",
    "办公",
    "热线",
    "客服",
    "招标",
    "代理机构",
    "传真",
    "负责人",
];

/// Words between a name and its number.
const LABELS: [&str; 8] = ["手机号码", "手机号", "联系电话", "联系方式", "移动电话", "电话", "手机", "号码"];

/// Words right before a person's name.
const INTRODUCING: [&str; 8] = ["姓名", "户主", "申请人", "村民", "居民", "患者", "学生", "法人"];

/// How far from the number a contact's label may stand, in characters.
const CONTACT_REACH: usize = 24;

/// Every piece of personal data in a text, in order.
pub fn personal_data(text: &str) -> Vec<Personal> {
    let mut found: Vec<Personal> = Vec::new();
    for range in numbers(text) {
        let behind_an_id = found.last().is_some_and(|it| {
            it.kind == PersonalKind::IdNumber && is_label(&text[it.range.end..range.start])
        });
        let number = &text[range.clone()];
        let kind = if is_id_number(number) {
            PersonalKind::IdNumber
        } else if is_bank_card(number) {
            PersonalKind::BankCard
        } else if is_mobile(number) && (behind_an_id || is_beside_a_name(text, &range)) {
            PersonalKind::Mobile
        } else {
            continue;
        };
        found.push(Personal { kind, masked: mask(number, kind), range });
    }
    found
}

/// The text with every piece of personal data masked.
pub fn masked(text: &str) -> Cow<'_, str> {
    let found = personal_data(text);
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let (mut out, mut from) = (String::with_capacity(text.len()), 0);
    for piece in found {
        out.push_str(&text[from..piece.range.start]);
        out.push_str(&piece.masked);
        from = piece.range.end;
    }
    out.push_str(&text[from..]);
    Cow::Owned(out)
}

impl PersonalKind {
    /// For readers of reports.
    pub fn zh(self) -> &'static str {
        match self {
            Self::IdNumber => "居民身份证号码",
            Self::BankCard => "银行卡号",
            Self::Mobile => "个人手机号码",
        }
    }
}

/// Runs of digits with a letter at the end at most, and no letter or digit beside them.
fn numbers(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && bytes[at].is_ascii_alphanumeric() {
            at += 1;
        }
        let run = &bytes[start..at];
        let (last, digits) = run.split_last().unwrap_or((&0, &[]));
        let is_number = digits.iter().all(u8::is_ascii_digit) && matches!(last, b'0'..=b'9' | b'x' | b'X');
        // `0.13812345678` and `no-13812345678` are parts of something longer.
        let glued = |byte: Option<&u8>| byte.is_some_and(|it| matches!(it, b'.' | b'_' | b'/' | b'='));
        let before = start.checked_sub(1).and_then(|it| bytes.get(it));
        if is_number && (11..=19).contains(&run.len()) && !glued(before) {
            found.push(start..at);
        }
    }
    found
}

fn is_id_number(number: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    if number.len() != 18 || !REGIONS.contains(&&number[..2]) {
        return false;
    }
    let part = |range: Range<usize>| number[range].parse::<i16>().unwrap_or(0);
    let (year, month, day) = (part(6..10), part(10..12), part(12..14));
    let (Ok(month), Ok(day)) = (i8::try_from(month), i8::try_from(day)) else { return false };
    if !(1900..=2100).contains(&year) || Day::new(year, month, day).is_none() {
        return false;
    }
    let sum: u32 =
        number.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit.wrapping_sub(b'0')) * weight).sum();
    let check = b"10X98765432"[(sum % 11) as usize];
    number.as_bytes()[17].to_ascii_uppercase() == check
}

fn is_bank_card(number: &str) -> bool {
    (16..=19).contains(&number.len())
        && number.starts_with("62")
        && number.bytes().all(|it| it.is_ascii_digit())
        && luhn(number)
}

fn luhn(number: &str) -> bool {
    let digits = number.bytes().rev().map(|it| u32::from(it - b'0'));
    let sum: u32 = digits
        .enumerate()
        .map(|(at, digit)| match (at % 2, digit * 2) {
            (0, _) => digit,
            (_, twice) => twice / 10 + twice % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}

fn is_mobile(number: &str) -> bool {
    number.len() == 11
        && number.starts_with('1')
        && matches!(number.as_bytes()[1], b'3'..=b'9')
        && number.bytes().all(|it| it.is_ascii_digit())
}

/// Whether a person's name stands right before the number or right after it, and no contact's label before it.
fn is_beside_a_name(text: &str, range: &Range<usize>) -> bool {
    let before: Vec<char> = text[..range.start].chars().rev().take(CONTACT_REACH).collect();
    let before: String = before.into_iter().rev().collect();
    if CONTACTS.iter().any(|it| before.contains(it)) {
        return false;
    }
    ends_with_a_name(&before) || begins_with_a_name(&text[range.end..])
}

/// Whether nothing but the label of a telephone number stands here: then it belongs to the person before it.
fn is_label(text: &str) -> bool {
    let text = text.trim_matches(is_between);
    text.is_empty() || LABELS.contains(&text)
}

fn is_between(c: char) -> bool {
    c.is_whitespace() || matches!(c, ':' | '：' | ',' | '，' | '、' | '(' | '（' | ')' | '）' | '|')
}

fn ends_with_a_name(text: &str) -> bool {
    let mut text = text.trim_end_matches(is_between);
    for label in LABELS {
        text = text.strip_suffix(label).unwrap_or(text);
    }
    let text = text.trim_end_matches(is_between);
    let run: Vec<char> = text.chars().rev().take_while(|it| is_han(*it)).take(6).collect();
    let run: Vec<char> = run.into_iter().rev().collect();
    [2, 3].into_iter().any(|length| {
        let Some(at) = run.len().checked_sub(length) else { return false };
        let head: String = run[..at].iter().collect();
        // The name stands alone, or behind a word that introduces one.
        SURNAMES.contains(run[at]) && (at == 0 || INTRODUCING.iter().any(|it| head.ends_with(it)))
    })
}

fn begins_with_a_name(text: &str) -> bool {
    let Some(first) = text.chars().next().filter(|it| is_between(*it)) else { return false };
    let text = text[first.len_utf8()..].trim_start_matches(is_between);
    let run: Vec<char> = text.chars().take_while(|it| is_han(*it)).take(5).collect();
    matches!(run[..], [first, _] | [first, _, _] if SURNAMES.contains(first))
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// `13*************123`, `138****1234`, `6222****1234`.
fn mask(number: &str, kind: PersonalKind) -> String {
    let (head, tail) = match kind {
        PersonalKind::IdNumber => (2, 3),
        PersonalKind::BankCard => (4, 4),
        PersonalKind::Mobile => (3, 4),
    };
    let hidden = "*".repeat(number.len().saturating_sub(head + tail));
    format!("{}{hidden}{}", &number[..head], &number[number.len() - tail..])
}

#[cfg(test)]
mod tests {
    use super::{PersonalKind, masked, personal_data};

    fn kinds(text: &str) -> Vec<PersonalKind> {
        personal_data(text).into_iter().map(|it| it.kind).collect()
    }

    #[test]
    fn an_identity_number_has_a_region_a_day_and_a_check_digit() {
        // Made up for this test: day and check digit are right.
        assert_eq!(kinds("身份证号：11010519491231002X。"), [PersonalKind::IdNumber]);
        assert_eq!(kinds("身份证号：110105194912310021"), []);
        assert_eq!(kinds("身份证号：11010519491331002X"), []);
        assert_eq!(kinds("统一社会信用代码：91530600MA6K5B7A1X"), []);
        assert_eq!(kinds("编号A11010519491231002X"), []);
    }

    #[test]
    fn a_bank_card_keeps_to_the_formula() {
        assert_eq!(kinds("卡号6222020000000000009"), []);
        assert_eq!(kinds("卡号 6222021234567890128"), [PersonalKind::BankCard]);
        assert_eq!(kinds("单位账号24530101040012345"), []);
    }

    #[test]
    fn a_mobile_number_counts_beside_a_name_only() {
        for text in [
            "张三丰 13800001234",
            "姓名：李四，手机：13800001234",
            "13800001234（王小明）",
            "村民张三13800001234",
        ] {
            assert_eq!(kinds(text), [PersonalKind::Mobile], "{text}");
        }
        for text in [
            "联系电话：13800001234",
            "联系人：张三 13800001234",
            "咨询电话 李四 13800001234",
            "办公时间拨打13800001234",
            "编号：113800001234",
        ] {
            assert_eq!(kinds(text), [], "{text}");
        }
    }

    #[test]
    fn what_is_masked_holds_no_clear_value() {
        assert_eq!(
            masked("张三丰，11010519491231002X，13800001234，李四 13900005678"),
            "张三丰，11*************02X，138****1234，李四 139****5678"
        );
        assert_eq!(masked("没有号码"), "没有号码");
    }
}
