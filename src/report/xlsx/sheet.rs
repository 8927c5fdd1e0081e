//! A sheet as the ledger wants it: one heading row that stays in sight, filters, typed cells, colours by value.

use rust_xlsxwriter::{
    Color, ConditionalFormatCell, ConditionalFormatCellRule, ConditionalFormatText,
    ConditionalFormatTextRule, DataValidation, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook,
    Worksheet, XlsxError,
};

use crate::base::{Day, Moment};

/// Longest text of a cell, in characters; Excel takes 32,767.
const LONGEST: usize = 32_000;

/// Longest address that is made live, in bytes; Excel takes 2,080 characters.
const LONGEST_LINK: usize = 2_000;

/// How many rows of a sheet have live links; Excel takes 65,530 links, and each costs memory.
const LIVE_ROWS: u32 = 5_000;

/// How many rows of a sheet are as tall as their text; each costs memory, and nobody reads so far by turning pages.
const TALL_ROWS: u32 = 10_000;

/// Papers, by the numbers that Excel gives them. A sheet that is wider than so many characters cannot be read on A4.
const A3: u8 = 8;
const A4: u8 = 9;
const WIDE: u16 = 180;

/// Height of a line of text, in points.
const LINE: f64 = 15.0;

/// How many lines of a cell are in sight; who wants more makes the row taller.
const LINES: u32 = 8;

/// The last row of a sheet that Excel can open, counted from zero.
const LAST_ROW: u32 = 1_048_575;

/// A sheet.
pub(super) struct Sheet<'a> {
    /// Its name.
    pub(super) name: &'static str,
    /// Its columns.
    pub(super) heads: &'a [Head],
    /// Its colours.
    pub(super) paint: &'a [Paint],
    /// How it is read.
    pub(super) kind: Kind,
}

/// How a sheet is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Down its columns: numbers stand at the right.
    Table,
    /// Along its rows, a fact in each: everything stands at the left.
    Facts,
}

/// A column.
pub(super) struct Head {
    title: &'static str,
    /// In characters of the standard font; a Chinese one takes two.
    width: u16,
}

/// A value with its type. Text from a website is only ever `Text`.
pub(super) enum Cell {
    Empty,
    Text(String),
    /// An http or https address.
    Link(String),
    Number(f64),
    Day(Day),
    Moment(Moment),
}

/// A colour for cells of a column that hold certain words.
pub(super) struct Paint {
    column: u16,
    words: &'static str,
    whole: bool,
    colour: Colour,
}

/// Red, amber, green; the words say the same.
#[derive(Clone, Copy)]
pub(super) enum Colour {
    Bad,
    Open,
    Good,
}

impl Head {
    pub(super) const fn new(title: &'static str, width: u16) -> Self {
        Self { title, width }
    }
}

impl Cell {
    pub(super) fn text(text: impl Into<String>) -> Self {
        let text: String = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    pub(super) fn maybe(text: Option<&str>) -> Self {
        text.map_or(Self::Empty, Self::text)
    }

    /// A count; what a workbook shows is exact up to 2^53.
    #[expect(clippy::cast_precision_loss, reason = "counts of a city are far below 2^53")]
    pub(super) fn count(count: usize) -> Self {
        Self::Number(count as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "days of a calendar are far below 2^53")]
    pub(super) fn whole(number: i64) -> Self {
        Self::Number(number as f64)
    }
}

impl Paint {
    pub(super) const fn equal(column: u16, words: &'static str, colour: Colour) -> Self {
        Self { column, words, whole: true, colour }
    }

    pub(super) const fn contains(column: u16, words: &'static str, colour: Colour) -> Self {
        Self { column, words, whole: false, colour }
    }
}

impl Colour {
    fn format(self) -> Format {
        let (ink, ground) = match self {
            Self::Bad => (0x00A3_221B, 0x00FB_ECEA),
            Self::Open => (0x007A_5200, 0x00FB_F3E0),
            Self::Good => (0x0017_693A, 0x00E8_F4EC),
        };
        Format::new().set_font_color(Color::RGB(ink)).set_background_color(Color::RGB(ground))
    }
}

/// How cells are dressed.
struct Dress {
    head: Format,
    text: Format,
    link: Format,
    number: Format,
    day: Format,
    moment: Format,
}

impl Dress {
    fn new(kind: Kind) -> Self {
        let place = |align| if kind == Kind::Facts { FormatAlign::Left } else { align };
        let plain = || {
            Format::new()
                .set_font_name("微软雅黑")
                .set_font_size(10)
                .set_align(FormatAlign::Top)
                .set_border(FormatBorder::Thin)
                .set_border_color(Color::RGB(0x00D8_DEE5))
        };
        Self {
            head: plain()
                .set_bold()
                .set_align(FormatAlign::VerticalCenter)
                .set_text_wrap()
                .set_background_color(Color::RGB(0x00E9_EEF4)),
            text: plain().set_text_wrap(),
            link: plain().set_font_color(Color::RGB(0x001A_4F8B)).set_text_wrap(),
            number: plain().set_num_format("General").set_align(place(FormatAlign::Right)),
            day: plain().set_num_format("yyyy-mm-dd").set_align(place(FormatAlign::Center)),
            moment: plain().set_num_format("yyyy-mm-dd hh:mm").set_align(place(FormatAlign::Center)),
        }
    }
}

impl Sheet<'_> {
    /// Writes heads and rows; gives the sheet and the number of its last row, which is 0 when there are no rows.
    pub(super) fn fill<'b>(
        &self,
        book: &'b mut Workbook,
        rows: impl IntoIterator<Item = Vec<Cell>>,
    ) -> Result<(&'b mut Worksheet, u32), XlsxError> {
        let dress = Dress::new(self.kind);
        // Rows go to a temporary file as they are written: a city has hundreds of thousands of cells.
        let sheet = book.add_worksheet_with_constant_memory()?;
        sheet.set_name(self.name)?;
        sheet.set_freeze_panes(1, 0)?;
        let width: u16 = self.heads.iter().map(|it| it.width).sum();
        let paper = if width > WIDE { A3 } else { A4 };
        sheet.set_landscape().set_paper_size(paper).set_print_fit_to_pages(1, 0);
        sheet.set_repeat_rows(0, 0)?;
        sheet.set_row_height(0, 24)?;
        for (column, head) in (0..).zip(self.heads) {
            sheet.set_column_width(column, head.width)?;
            sheet.write_string_with_format(0, column, head.title, &dress.head)?;
        }
        let mut last = 0;
        for cells in rows {
            if last == LAST_ROW {
                tracing::warn!("{}: more rows than a sheet can hold; csv/ has them all", self.name);
                break;
            }
            last += 1;
            if last <= TALL_ROWS {
                sheet.set_row_height(last, LINE * f64::from(self.lines(&cells)))?;
            }
            for (column, cell) in (0..).zip(cells) {
                write(sheet, last, column, cell, &dress)?;
            }
        }
        let end = u16::try_from(self.heads.len()).unwrap_or(u16::MAX).saturating_sub(1);
        sheet.autofilter(0, 0, last.max(1), end)?;
        for paint in self.paint {
            paint.add(sheet, last)?;
        }
        Ok((sheet, last))
    }
}

impl Sheet<'_> {
    /// How many lines the longest text of a row takes in its column. Excel finds that out by itself; others do not.
    fn lines(&self, cells: &[Cell]) -> u32 {
        let lines = cells.iter().zip(self.heads).map(|(cell, head)| match cell {
            Cell::Text(text) => columns(text).div_ceil(u32::from(head.width).max(1)),
            Cell::Link(url) => columns(url).div_ceil(u32::from(head.width).max(1)).min(2),
            Cell::Empty | Cell::Number(_) | Cell::Day(_) | Cell::Moment(_) => 1,
        });
        lines.max().unwrap_or(1).clamp(1, LINES)
    }
}

/// How many columns of the standard font a text takes: a Chinese character takes two.
fn columns(text: &str) -> u32 {
    text.chars().take(LONGEST).map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

fn write(sheet: &mut Worksheet, row: u32, column: u16, cell: Cell, dress: &Dress) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => sheet.write_blank(row, column, &dress.text)?,
        Cell::Text(text) => sheet.write_string_with_format(row, column, cut(text), &dress.text)?,
        Cell::Link(url) if row <= LIVE_ROWS && url.len() <= LONGEST_LINK => {
            sheet.write_url_with_format(row, column, url.as_str(), &dress.link)?
        }
        Cell::Link(url) => sheet.write_string_with_format(row, column, cut(url), &dress.text)?,
        Cell::Number(number) => sheet.write_number_with_format(row, column, number, &dress.number)?,
        Cell::Day(day) => sheet.write_datetime_with_format(row, column, date(day)?, &dress.day)?,
        Cell::Moment(at) => sheet.write_datetime_with_format(row, column, moment(at)?, &dress.moment)?,
    };
    Ok(())
}

fn cut(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn date(day: Day) -> Result<ExcelDateTime, XlsxError> {
    let part = |number: i8| u8::try_from(number).unwrap_or(1);
    ExcelDateTime::from_ymd(
        u16::try_from(day.year()).unwrap_or(1900).max(1900),
        part(day.month()),
        part(day.day()),
    )
}

/// A moment as a workbook keeps it: in China, to the minute.
pub(super) fn moment(at: Moment) -> Result<ExcelDateTime, XlsxError> {
    let minute = at.minute_of_day();
    date(at.day())?.and_hms(minute / 60, u8::try_from(minute % 60).unwrap_or_default(), 0)
}

impl Paint {
    fn add(&self, sheet: &mut Worksheet, last: u32) -> Result<(), XlsxError> {
        let last = last.max(1);
        if self.whole {
            let rule = ConditionalFormatCellRule::EqualTo(self.words);
            let format = ConditionalFormatCell::new().set_rule(rule).set_format(self.colour.format());
            sheet.add_conditional_format(1, self.column, last, self.column, &format)?;
        } else {
            let rule = ConditionalFormatTextRule::Contains(self.words.to_owned());
            let format = ConditionalFormatText::new().set_rule(rule).set_format(self.colour.format());
            sheet.add_conditional_format(1, self.column, last, self.column, &format)?;
        }
        Ok(())
    }
}

/// Lets people choose one of `words` in a column, and nothing else.
pub(super) fn drop_down(
    sheet: &mut Worksheet,
    column: u16,
    last: u32,
    words: &[&str],
) -> Result<(), XlsxError> {
    let choice = DataValidation::new()
        .allow_list_strings(words)?
        .set_input_title("请选择")?
        .set_input_message("从列表中选择，并填写核查说明、核查人和核查日期")?
        .set_error_title("请从列表中选择")?
        .set_error_message(words.join("、"))?;
    sheet.add_data_validation(1, column, last.max(1), column, &choice)?;
    Ok(())
}
