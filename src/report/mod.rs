//! A view as a reader wants it: pure functions from the same value to bytes.
//!
//! This module must not know how a site was asked (`crawl`) nor how pages are read (`page`). A renderer neither
//! sorts nor filters nor decides: all that is done in [`view`], once, for every format. A view can be made of
//! facts, or read back from the documents that programs read ([`read`]): the files are the same.

pub mod changes;
mod csv;
mod dictionary;
mod docx;
mod html;
mod ics;
mod json;
mod md;
pub mod read;
#[cfg(test)]
mod tests;
pub mod view;
pub mod wire;
mod words;
mod write;
mod xlsx;

use std::io;

use view::{CityView, SiteSummary, SiteView};

pub use dictionary::dictionary;
pub use html::body;
pub use ics::{DueEvent, calendar};
pub use wire::schemas;
pub use words::{CIRCULAR, CircularWords, NOTICE, NoticeWords, Words};
pub use write::{WriteError, write, write_with};
pub use xlsx::read_review;

/// The program's name, as reports give it.
const TOOL: &str = "govcensus";

/// The page of trends, beside the city's.
const HISTORY: &str = "history.html";

/// A form in which a run is written down: some files for each site, some for the city.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// As the command line spells it.
    pub name: &'static str,
    /// Files that speak of one site.
    pub site: &'static [SiteFile],
    /// Files that speak of the city.
    pub city: &'static [CityFile],
}

/// A file that speaks of one site.
#[derive(Clone, Copy, Debug)]
pub struct SiteFile {
    /// Its path from the run's folder; `{id}` stands for the site's id.
    path: &'static str,
    /// Which sites have one.
    of: fn(&SiteSummary) -> bool,
    /// Pure: the same view gives the same bytes.
    pub render: fn(&SiteView, &Words) -> Result<Vec<u8>, RenderError>,
}

/// A file that speaks of the city.
#[derive(Clone, Copy, Debug)]
pub struct CityFile {
    /// Its path from the run's folder.
    pub path: &'static str,
    /// Which cities have one.
    of: fn(&CityView) -> bool,
    /// Pure: the same view gives the same bytes.
    render: Render,
}

/// How a file of the city is made.
#[derive(Clone, Copy, Debug)]
enum Render {
    /// At once.
    Whole(fn(&CityView, &Words) -> Result<Vec<u8>, RenderError>),
    /// Line by line, for what may be long.
    Lines(fn(&CityView, &mut dyn io::Write) -> Result<(), RenderError>),
}

/// Every format, in the order of the contract.
pub static FORMATS: &[Format] = &[
    Format {
        name: "html",
        site: &[SiteFile { path: "sites/{id}/report.html", of: every, render: html::site }],
        city: &[
            CityFile { path: "index.html", of: always, render: Render::Whole(html::city) },
            CityFile { path: HISTORY, of: has_history, render: Render::Whole(html::history) },
            CityFile { path: "plan.html", of: has_a_plan, render: Render::Whole(html::plan) },
        ],
    },
    Format {
        name: "json",
        site: &[SiteFile { path: "sites/{id}/report.json", of: every, render: json::site }],
        city: &[
            CityFile { path: "run.json", of: always, render: Render::Whole(json::city) },
            CityFile { path: "duties.json", of: has_a_plan, render: Render::Whole(json::duties) },
        ],
    },
    Format {
        name: "xlsx",
        site: &[],
        city: &[CityFile { path: "ledger.xlsx", of: always, render: Render::Whole(xlsx::ledger) }],
    },
    Format {
        name: "docx",
        site: &[SiteFile { path: "notices/{id}.docx", of: to_be_mended, render: docx::notice }],
        city: &[CityFile { path: "circular.docx", of: always, render: Render::Whole(docx::circular) }],
    },
    Format {
        name: "csv",
        site: &[],
        city: &[
            CityFile { path: "csv/sites.csv", of: always, render: Render::Lines(csv::sites) },
            CityFile { path: "csv/problems.csv", of: always, render: Render::Lines(csv::problems) },
            CityFile { path: "csv/columns.csv", of: always, render: Render::Lines(csv::columns) },
            CityFile { path: "csv/links.csv", of: always, render: Render::Lines(csv::links) },
        ],
    },
    Format {
        name: "md",
        site: &[SiteFile { path: "sites/{id}/report.md", of: every, render: md::site }],
        city: &[CityFile { path: "summary.md", of: always, render: Render::Whole(md::city) }],
    },
];

/// A view could not be put into a form.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// As JSON.
    #[error("failed to write the report as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// As XML.
    #[error("failed to write the report as XML: {0}")]
    Xml(std::io::Error),
    /// As a page.
    #[error("failed to fill in the page: {0}")]
    Html(#[from] askama::Error),
    /// As a workbook.
    #[error("failed to fill in the workbook: {0}")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
    /// As a paper.
    #[error("failed to fill in the paper: {0}")]
    Docx(String),
    /// As a table of values.
    #[error("failed to write the table: {0}")]
    Csv(String),
    /// Whatever takes the bytes does not take them.
    #[error("failed to write the report: {0}")]
    Io(#[from] io::Error),
    /// The file cannot take its place.
    #[error(transparent)]
    Write(#[from] WriteError),
}

fn always(_: &CityView) -> bool {
    true
}

fn has_history(city: &CityView) -> bool {
    city.history.is_some()
}

fn has_a_plan(city: &CityView) -> bool {
    city.plan.is_some()
}

fn every(_: &SiteSummary) -> bool {
    true
}

/// A notice is written where there is something to mend; a site that was not seen is accused of nothing.
fn to_be_mended(site: &SiteSummary) -> bool {
    site.problems > 0
}

impl Format {
    /// The format the command line calls so.
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|it| it.name == name)
    }
}

impl CityFile {
    /// Whether this city has the file.
    pub fn is_for(&self, city: &CityView) -> bool {
        (self.of)(city)
    }

    /// Writes the file.
    pub fn render(&self, city: &CityView, words: &Words, out: &mut dyn io::Write) -> Result<(), RenderError> {
        match self.render {
            Render::Whole(render) => Ok(out.write_all(&render(city, words)?)?),
            Render::Lines(render) => render(city, out),
        }
    }
}

impl SiteFile {
    /// Where the file of this site goes, from the run's folder; `None` when the site has none.
    pub fn path(&self, site: &SiteSummary) -> Option<String> {
        (self.of)(site).then(|| self.place(&site.site.id))
    }

    /// Where the file of a site would go. The id is `[a-z0-9-]+`: nothing a website says becomes part of the path.
    pub fn place(&self, id: &str) -> String {
        self.path.replace("{id}", id)
    }
}
