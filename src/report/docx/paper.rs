//! A paper in the layout that GB/T 9704 asks of official documents: A4, title in 方正小标宋 二号, text in 仿宋 三号
//! with 28 points from line to line, headings in 黑体 and 楷体, page numbers at the foot.
//!
//! Every run names its East Asian font, or Word takes the theme's; where a font is not installed, Word and
//! LibreOffice take the next of its kind. Paragraphs are numbered here, so that the same paper has the same bytes.

use std::io::Cursor;

use docx_rs::{
    AlignmentType, Docx, Footer, HeightRule, LineSpacing, LineSpacingType, PageMargin, PageNum,
    PageOrientationType, PageSize, Paragraph, Run, RunFonts, SectionProperty, SpecialIndentType, Table,
    TableCell, TableLayoutType, TableRow, VAlignType, WidthType,
};

use crate::base::Moment;
use crate::report::RenderError;

const TITLE: &str = "方正小标宋简体";
const TEXT: &str = "仿宋_GB2312";
const HEADING: &str = "黑体";
const SUBHEADING: &str = "楷体_GB2312";

/// 二号, in half points.
const SIZE_TITLE: usize = 44;
/// 三号
const SIZE_TEXT: usize = 32;
/// 小四, for tables on wide paper.
const SIZE_TABLE: usize = 21;
/// 四号, for page numbers.
const SIZE_FOOT: usize = 28;

/// 28 points, in twentieths.
const LINE: i32 = 560;
/// Two characters of 三号, in twentieths of a point.
const INDENT: i32 = 640;

/// A4 in twentieths of a point.
const SHORT: u32 = 11_906;
const LONG: u32 = 16_838;

/// What is left of the line on upright and on wide paper.
pub(super) const UPRIGHT: usize = 8_844;
pub(super) const WIDE: usize = 13_776;

/// The relation that docx-rs gives the document's only footer.
const FOOTER: &str = "rIdFooter1";

/// A paper being written.
pub(super) struct Paper {
    docx: Docx,
    paragraphs: u32,
    wide: bool,
}

/// A table: shares of the line by column, headings, rows.
pub(super) struct Grid<'a> {
    pub(super) heads: &'a [(&'a str, usize)],
    pub(super) rows: Vec<Vec<String>>,
    pub(super) width: usize,
    /// The least height of a row, in twentieths of a point: room to write.
    pub(super) least: f32,
}

/// A row that is only read.
pub(super) const LEAST: f32 = 380.0;

impl Paper {
    /// An empty sheet, dated by the run and not by the clock.
    pub(super) fn new(made: Moment) -> Self {
        let made = made.utc();
        let docx = Docx::new().created_at(&made).updated_at(&made).default_fonts(fonts(TEXT));
        Self { docx, paragraphs: 0, wide: false }
    }

    pub(super) fn title(&mut self, text: &str) {
        let run = run(text, TITLE, SIZE_TITLE);
        let spacing = LineSpacing::new().line_rule(LineSpacingType::Exact).line(700).before(200).after(320);
        let paragraph = self.paragraph().align(AlignmentType::Center).line_spacing(spacing).add_run(run);
        self.add(paragraph);
    }

    /// Flush left: whom it is addressed to.
    pub(super) fn addressees(&mut self, text: &str) {
        let paragraph = self.line().add_run(run(text, TEXT, SIZE_TEXT));
        self.add(paragraph);
    }

    pub(super) fn text(&mut self, text: &str) {
        let paragraph = self.indented().add_run(run(text, TEXT, SIZE_TEXT));
        self.add(paragraph);
    }

    pub(super) fn heading(&mut self, text: &str) {
        let paragraph = self.indented().keep_next(true).add_run(run(text, HEADING, SIZE_TEXT));
        self.add(paragraph);
    }

    pub(super) fn subheading(&mut self, text: &str) {
        let paragraph = self.indented().keep_next(true).add_run(run(text, SUBHEADING, SIZE_TEXT));
        self.add(paragraph);
    }

    /// Who sends it, or when: at the right, four characters from the edge.
    pub(super) fn signature(&mut self, text: &str) {
        let paragraph = self
            .line()
            .align(AlignmentType::Right)
            .indent(None, None, Some(4 * 320), None)
            .add_run(run(text, TEXT, SIZE_TEXT));
        self.add(paragraph);
    }

    pub(super) fn blank(&mut self) {
        let paragraph = self.line();
        self.add(paragraph);
    }

    /// Ends the upright part; what follows is on wide paper.
    pub(super) fn turn(&mut self) {
        let upright = SectionProperty::new()
            .page_size(PageSize::new().size(SHORT, LONG))
            .page_margin(upright_margin())
            .footer(Footer::new(), FOOTER);
        let paragraph = self.paragraph().section_property(upright);
        self.add(paragraph);
        self.wide = true;
    }

    /// An annex begins on a new page: its number, then its name in the middle.
    pub(super) fn annex(&mut self, number: &str, name: &str, new_page: bool) {
        let mark = self.line().page_break_before(new_page).add_run(run(number, HEADING, SIZE_TEXT));
        self.add(mark);
        let name = self.line().align(AlignmentType::Center).keep_next(true).add_run(run(name, TITLE, 36));
        self.add(name);
        let gap = self.paragraph();
        self.add(gap);
    }

    pub(super) fn table(&mut self, grid: &Grid<'_>) {
        let shares: usize = grid.heads.iter().map(|(_, share)| share).sum();
        let widths: Vec<usize> =
            grid.heads.iter().map(|(_, share)| grid.width * share / shares.max(1)).collect();
        let mut rows = Vec::with_capacity(grid.rows.len() + 1);
        let heads = grid.heads.iter().zip(&widths);
        let heads = heads.map(|((head, _), width)| self.cell(head, *width, true)).collect();
        rows.push(TableRow::new(heads).cant_split());
        for cells in &grid.rows {
            let cells = cells.iter().zip(&widths);
            let cells = cells.map(|(text, width)| self.cell(text, *width, false)).collect();
            rows.push(
                TableRow::new(cells).cant_split().row_height(grid.least).height_rule(HeightRule::AtLeast),
            );
        }
        let table = Table::new(rows)
            .set_grid(widths)
            .width(grid.width, WidthType::Dxa)
            .layout(TableLayoutType::Fixed);
        self.docx = std::mem::take(&mut self.docx).add_table(table);
    }

    /// The file.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, RenderError> {
        let dash = |text: &str| run(text, "宋体", SIZE_FOOT);
        let foot = self
            .paragraph()
            .align(AlignmentType::Center)
            .add_run(dash("— "))
            .add_page_num(PageNum::new())
            .add_run(dash(" —"));
        let docx = self.docx.footer(Footer::new().add_paragraph(foot));
        let docx = if self.wide {
            docx.page_size(LONG, SHORT)
                .page_orient(PageOrientationType::Landscape)
                .page_margin(margin(1_588, 1_474, 1_531, 1_531))
        } else {
            docx.page_size(SHORT, LONG).page_margin(upright_margin())
        };
        let mut bytes = Cursor::new(Vec::new());
        let mut parts = docx.build();
        parts.document = with_heads_repeated(&parts.document);
        parts.pack(&mut bytes).map_err(|error| RenderError::Docx(error.to_string()))?;
        Ok(bytes.into_inner())
    }

    fn cell(&mut self, text: &str, width: usize, head: bool) -> TableCell {
        let font = if head { HEADING } else { TEXT };
        let align = if head { AlignmentType::Center } else { AlignmentType::Left };
        let paragraph = self.paragraph().align(align).add_run(run(text, font, SIZE_TABLE));
        TableCell::new()
            .width(width, WidthType::Dxa)
            .vertical_align(VAlignType::Center)
            .add_paragraph(paragraph)
    }

    fn add(&mut self, paragraph: Paragraph) {
        self.docx = std::mem::take(&mut self.docx).add_paragraph(paragraph);
    }

    /// A paragraph with a number of its own; docx-rs would count through the whole process.
    fn paragraph(&mut self) -> Paragraph {
        self.paragraphs += 1;
        Paragraph::new().id(format!("{:08X}", self.paragraphs))
    }

    fn line(&mut self) -> Paragraph {
        let spacing = LineSpacing::new().line_rule(LineSpacingType::Exact).line(LINE);
        self.paragraph().line_spacing(spacing)
    }

    fn indented(&mut self) -> Paragraph {
        self.line().align(AlignmentType::Both).indent(
            None,
            Some(SpecialIndentType::FirstLine(INDENT)),
            None,
            None,
        )
    }
}

/// Marks the first row of each table as one that is printed again on every page; docx-rs has no word for it.
fn with_heads_repeated(document: &[u8]) -> Vec<u8> {
    const TABLE: &str = "<w:tbl>";
    const ROW: &str = "<w:trPr>";
    let text = String::from_utf8_lossy(document);
    let mut parts = text.split(TABLE);
    let mut marked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        marked.push_str(TABLE);
        marked.push_str(&part.replacen(ROW, "<w:trPr><w:tblHeader />", 1));
    }
    marked.into_bytes()
}

fn fonts(name: &str) -> RunFonts {
    RunFonts::new().ascii("Times New Roman").hi_ansi("Times New Roman").cs("Times New Roman").east_asia(name)
}

fn run(text: &str, font: &str, size: usize) -> Run {
    Run::new().add_text(text).fonts(fonts(font)).size(size)
}

/// 天头 37 mm, 订口 28 mm, and a field of 156 × 225 mm.
fn upright_margin() -> PageMargin {
    margin(2_098, 1_984, 1_588, 1_474)
}

fn margin(top: i32, bottom: i32, left: i32, right: i32) -> PageMargin {
    PageMargin { top, bottom, left, right, header: 851, footer: 992, gutter: 0 }
}
