//! The week of visits as a drawing: a row for each day, a cell for each visit.

use std::fmt::Write as _;

use crate::base::Moment;
use crate::dossier::Reach;
use crate::report::view::{AvailabilityView, Incident, ProbeCell};

/// Where the cells begin and how wide a day is, in units of the drawing.
const LEFT: usize = 64;
const DAY: usize = 720;

/// How high a row is, with the space below it; and where the first begins.
const ROW: usize = 22;
const TOP: usize = 16;

/// Incidents that are listed; more are counted.
const MOST: usize = 20;

/// Everything that is drawn.
pub(super) struct Strip {
    pub(super) summary: String,
    pub(super) width: usize,
    pub(super) height: usize,
    /// How wide a cell is.
    pub(super) cell: usize,
    pub(super) hours: Vec<(usize, String)>,
    pub(super) rows: Vec<StripRow>,
    /// In words: median, 90 %, 99 %, longest.
    pub(super) latency: [String; 4],
    pub(super) incidents: Vec<Away>,
}

pub(super) struct StripRow {
    pub(super) label: String,
    pub(super) y: usize,
    pub(super) text_y: usize,
    pub(super) cells: Vec<StripCell>,
}

pub(super) struct StripCell {
    pub(super) x: usize,
    pub(super) tone: &'static str,
    /// Cells that opened are lower than the others, so that the others are seen without colours too.
    pub(super) inset: usize,
    pub(super) title: String,
}

pub(super) struct Away {
    pub(super) from: String,
    pub(super) until: String,
    pub(super) visits: usize,
    pub(super) words: String,
}

impl Strip {
    pub(super) fn of(view: &AvailabilityView) -> Self {
        let days = view.days();
        let most = days.iter().map(|(_, cells)| cells.len()).max().unwrap_or(1).max(24);
        let rows: Vec<StripRow> = (0..)
            .zip(&days)
            .map(|(at, (day, cells))| {
                let y = TOP + at * ROW;
                StripRow {
                    label: day.to_string().chars().skip(5).collect(),
                    y,
                    text_y: y + 13,
                    cells: cells.iter().map(|it| cell(it)).collect(),
                }
            })
            .collect();
        Self {
            summary: summary(view),
            width: LEFT + DAY + 26,
            height: TOP + rows.len() * ROW,
            cell: (DAY / most * 4 / 5).clamp(1, 24),
            hours: (0..=24).step_by(6).map(|hour| (LEFT + hour * DAY / 24, format!("{hour}时"))).collect(),
            rows,
            latency: view.latency.map_or_else(|| ["—"; 4].map(str::to_owned), |it| it.map(took)),
            incidents: view.incidents.iter().take(MOST).map(away).collect(),
        }
    }
}

fn summary(view: &AvailabilityView) -> String {
    let judged = view.opened + view.not_opened;
    let hundredths = (view.not_opened * 10_000 + judged / 2).checked_div(judged).unwrap_or_default();
    let mut words = format!(
        "检查日前连续监测首页{judged}次，打开{}次，未打开{}次，占{}.{:02}%",
        view.opened,
        view.not_opened,
        hundredths / 100,
        hundredths % 100
    );
    if view.doubtful > 0 {
        let _ = write!(words, "；另有{}次不能判断", view.doubtful);
    }
    if view.dropped > 0 {
        let _ = write!(words, "；本单位线路中断的{}次不计", view.dropped);
    }
    if view.incidents.len() > MOST {
        let _ = write!(words, "；未能打开的时段共{}个，下面列出前{MOST}个", view.incidents.len());
    }
    words + "。"
}

fn cell(cell: &ProbeCell) -> StripCell {
    let (tone, inset) = match cell.reach {
        Reach::Opened => ("good", 4),
        Reach::NotOpened => ("bad", 0),
        Reach::Challenged | Reach::Unproved => ("open", 2),
        Reach::Dropped => ("none", 2),
    };
    let title = format!("{}　{}，用时{}", minute(cell.at), cell.words, took(cell.took));
    StripCell { x: LEFT + usize::from(cell.at.minute_of_day()) * DAY / (24 * 60), tone, inset, title }
}

fn away(incident: &Incident) -> Away {
    Away {
        from: minute(incident.from),
        until: incident.until.map_or_else(|| "监测结束时仍未打开".to_owned(), minute),
        visits: incident.visits,
        words: incident.words.clone(),
    }
}

/// `12-09 17:23`
fn minute(moment: Moment) -> String {
    moment.to_string().replace('T', " ").chars().skip(5).take(11).collect()
}

/// `0.14秒`
fn took(millis: u64) -> String {
    format!("{}.{:02}秒", millis / 1000, millis % 1000 / 10)
}
