//! Dated duties as an iCalendar file (RFC 5545), for the calendars of the office and of the bodies.
//!
//! All-day events without alarms; the same duties give the same bytes.

use crate::base::Day;

/// The longest line, in octets without its end (RFC 5545, 3.1).
const LONGEST_LINE: usize = 75;

/// One day on which something falls due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueEvent {
    /// The same for the same duty and day, in every file.
    pub uid: String,
    /// The day.
    pub day: Day,
    /// What is due.
    pub summary: String,
    /// In whose words, where, and what of it is our proposal.
    pub description: String,
}

/// The file. `name` is what a calendar shows it as; `stamp` is the day on which it was made.
pub fn calendar(name: &str, stamp: Day, events: &[DueEvent]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut line = |text: String| fold(&text, &mut out);
    line("BEGIN:VCALENDAR".to_owned());
    line("VERSION:2.0".to_owned());
    line("PRODID:-//govcensus//plan//ZH".to_owned());
    line(format!("X-WR-CALNAME:{}", escaped(name)));
    for event in events {
        line("BEGIN:VEVENT".to_owned());
        line(format!("UID:{}", escaped(&event.uid)));
        line(format!("DTSTAMP:{}T000000Z", compact(stamp)));
        line(format!("DTSTART;VALUE=DATE:{}", compact(event.day)));
        line(format!("DTEND;VALUE=DATE:{}", compact(event.day.plus_days(1))));
        line(format!("SUMMARY:{}", escaped(&event.summary)));
        line(format!("DESCRIPTION:{}", escaped(&event.description)));
        line("TRANSP:TRANSPARENT".to_owned());
        line("END:VEVENT".to_owned());
    }
    line("END:VCALENDAR".to_owned());
    out
}

fn compact(day: Day) -> String {
    day.to_string().replace('-', "")
}

/// Text as a property holds it (RFC 5545, 3.3.11).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A line, folded before an octet too many and never inside a character.
fn fold(text: &str, out: &mut Vec<u8>) {
    let mut length = 0;
    for c in text.chars() {
        if length + c.len_utf8() > LONGEST_LINE {
            out.extend(b"\r\n ");
            length = 1;
        }
        length += c.len_utf8();
        out.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
    out.extend(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::{DueEvent, calendar};

    #[test]
    fn lines_are_folded_between_characters_and_text_is_escaped() {
        let event = DueEvent {
            uid: "a-2017-07-11@x".into(),
            day: "2017-12-31".parse().unwrap(),
            summary: "公开实施方案，第一；第二, 第三".repeat(4),
            description: "原文：“甲”\n乙".into(),
        };
        let bytes = calendar("任务", "2017-05-27".parse().unwrap(), &[event]);
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.lines().all(|line| line.len() <= 75), "{text}");
        assert!(text.contains("DTSTART;VALUE=DATE:20171231\r\nDTEND;VALUE=DATE:20180101\r\n"));
        let whole = text.replace("\r\n ", "");
        assert!(whole.contains("第二\\, 第三") && whole.contains("原文：“甲”\\n乙"));
        assert!(text.ends_with("END:VCALENDAR\r\n") && !text.replace("\r\n", "").contains('\n'));
    }
}
