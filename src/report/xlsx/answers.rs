//! The way back: what people answered in the sheet 待人工复核.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

use calamine::{Data, DataType, Reader, Xlsx};

use crate::audit::{Review, Ruling, Said};
use crate::base::{Complaint, Complaints, Day, squeeze};

use super::{REVIEW, heading};

/// What people answered in a ledger. Rows without an answer are left alone; an answer without a reason, a name or a
/// day is a complaint with the number of its row, and so is a word that is not in the list.
pub fn read_review(file: &Path, bytes: &[u8]) -> Result<Review, Complaints> {
    let wrong = |message: String| Complaints::new(file, vec![Complaint { line: 1, message }]);
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| wrong(format!("no workbook: {error}")))?;
    let sheet = book.worksheet_range(REVIEW).map_err(|error| wrong(format!("sheet `{REVIEW}`: {error}")))?;
    let mut rows = sheet.rows();
    let heads: BTreeMap<String, usize> = rows
        .next()
        .into_iter()
        .flatten()
        .enumerate()
        .map(|(column, cell)| (squeeze(&cell.to_string()), column))
        .collect();
    let needed = [
        heading::SITE,
        heading::CLAUSE,
        heading::FINGERPRINT,
        heading::ANSWER,
        heading::REASON,
        heading::WHO,
        heading::WHEN,
        heading::UNTIL,
    ];
    let missing: Vec<_> = needed.into_iter().filter(|it| !heads.contains_key(*it)).collect();
    if !missing.is_empty() {
        return Err(wrong(format!("sheet `{REVIEW}` has no column {}", missing.join(", "))));
    }
    let (mut review, mut complaints) = (Review::default(), Vec::new());
    for (line, cells) in (2..).zip(rows) {
        let row = Row { heads: &heads, cells };
        match row.ruling() {
            Ok(ruling) => review.rulings.extend(ruling),
            Err(list) => complaints.extend(list.into_iter().map(|message| Complaint { line, message })),
        }
    }
    if complaints.is_empty() { Ok(review) } else { Err(Complaints::new(file, complaints)) }
}

struct Row<'a> {
    heads: &'a BTreeMap<String, usize>,
    cells: &'a [Data],
}

impl Row<'_> {
    /// `None` where nobody answered.
    fn ruling(&self) -> Result<Option<Ruling>, Vec<String>> {
        let Some(answer) = self.text(heading::ANSWER) else { return Ok(None) };
        let mut missing = Vec::new();
        let mut needed = |name: &str| {
            self.text(name).unwrap_or_else(|| {
                missing.push(format!("“{name}”未填写"));
                String::new()
            })
        };
        let (site, clause) = (needed(heading::SITE), needed(heading::CLAUSE));
        let (reason, who) = (needed(heading::REASON), needed(heading::WHO));
        let when = self.day(heading::WHEN).unwrap_or_else(|why| {
            missing.push(why);
            None
        });
        let until = self.day(heading::UNTIL).unwrap_or_else(|why| {
            missing.push(why);
            None
        });
        let said = Said::from_zh(&answer);
        if said.is_none() {
            let words = Said::ALL.map(Said::zh).join("、");
            missing.push(format!("“{}”是“{answer}”，只能是{words}", heading::ANSWER));
        }
        if when.is_none() && self.text(heading::WHEN).is_none() {
            missing.push(format!("“{}”未填写", heading::WHEN));
        }
        let fingerprint = self.text(heading::FINGERPRINT);
        match (said, when) {
            (Some(said), Some(when)) if missing.is_empty() => {
                Ok(Some(Ruling { site, clause, fingerprint, said, reason, who, when, until }))
            }
            _ => Err(missing),
        }
    }

    fn cell(&self, name: &str) -> Option<&Data> {
        self.cells.get(*self.heads.get(name)?)
    }

    fn text(&self, name: &str) -> Option<String> {
        Some(squeeze(&self.cell(name)?.to_string())).filter(|it| !it.is_empty())
    }

    /// A day that was written as a date or as text; `None` where there is nothing.
    fn day(&self, name: &str) -> Result<Option<Day>, String> {
        let Some(cell) = self.cell(name) else { return Ok(None) };
        let serial = cell.get_datetime().map(|it| it.as_f64()).or_else(|| cell.get_float());
        if let Some(serial) = serial {
            return from_serial(serial).map(Some).ok_or_else(|| format!("“{name}”是{serial}，不是日期"));
        }
        let Some(text) = self.text(name) else { return Ok(None) };
        let written = text.replace(['/', '.', '年', '月'], "-").replace('日', "");
        let parts: Vec<i16> = written.split('-').filter_map(|it| it.trim().parse().ok()).collect();
        let day = match parts[..] {
            [year, month, day] => i8::try_from(month).ok().zip(i8::try_from(day).ok()).map(|it| (year, it)),
            _ => None,
        };
        day.and_then(|(year, (month, day))| Day::new(year, month, day))
            .map(Some)
            .ok_or_else(|| format!("“{name}”是“{text}”，应为2017-12-20这样的日期"))
    }
}

/// A workbook counts days from 1899-12-30.
fn from_serial(serial: f64) -> Option<Day> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just before")]
    let days = (1.0..3_000_000.0).contains(&serial).then_some(serial as u32)?;
    Some(Day::new(1899, 12, 30)?.plus_days(days))
}
