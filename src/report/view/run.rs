//! The run, as every report names it, and by when what it found is to be mended.

use crate::base::{Calendar, Day, Moment, WorkingDay};

use super::{Status, minute};

/// How many working days a site is given, as circulars do (`../shared/domain/indicators.md` 4.2).
pub const WORKING_DAYS: u32 = 10;

/// One run, as its reports name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunInfo {
    /// Unique among runs; names no file.
    pub id: String,
    /// The day of inspection.
    pub as_of: Day,
    /// When gathering began.
    pub started_at: Moment,
    /// When the last answer was in.
    pub finished_at: Moment,
    /// How far it came; a site's view says so of its site.
    pub status: Status,
    /// Version of this program.
    pub version: String,
}

impl RunInfo {
    /// By when what was found is to be mended: [`WORKING_DAYS`] after the day of inspection.
    pub fn deadline(&self) -> WorkingDay {
        Calendar::official().working_days_after(self.as_of, WORKING_DAYS)
    }

    /// What a reader must know about the deadline, in brackets after it; empty where the holidays are known.
    pub fn deadline_note(&self) -> String {
        if self.deadline().announced {
            return String::new();
        }
        "（该年度节假日安排尚未公布，暂按周一至周五为工作日推算，以节假日安排为准）".to_owned()
    }

    /// How the deadline was counted.
    pub fn deadline_words(&self) -> String {
        format!("自检查日次日起第{WORKING_DAYS}个工作日{}", self.deadline_note())
    }

    /// When gathering began, for readers; in China Standard Time.
    pub fn started(&self) -> String {
        minute(self.started_at)
    }

    /// When the last answer was in, for readers; in China Standard Time.
    pub fn finished(&self) -> String {
        minute(self.finished_at)
    }
}
