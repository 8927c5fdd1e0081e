//! A view as a reader wants it: pure functions from the same value to bytes.
//!
//! This module must not know how a site was asked (`crawl`) nor how pages are read (`page`). A renderer neither
//! sorts nor filters nor decides: all that is done in [`view`], once, for every format.

pub mod changes;
mod html;
mod json;
#[cfg(test)]
mod tests;
pub mod view;
pub mod wire;
mod write;

use view::{CityView, SiteView};
pub use wire::schemas;
pub use write::{WriteError, write};

/// The program's name, as reports give it.
const TOOL: &str = "govcensus";

/// A form in which a run is written down.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// As the command line spells it.
    pub name: &'static str,
    /// The file in a site's folder.
    pub site_file: &'static str,
    /// The file in the run's folder.
    pub city_file: &'static str,
    /// Pure: the same view gives the same bytes.
    pub site: fn(&SiteView) -> Result<Vec<u8>, RenderError>,
    /// Pure: the same view gives the same bytes.
    pub city: fn(&CityView) -> Result<Vec<u8>, RenderError>,
}

/// Every format, in the order of the contract.
pub static FORMATS: &[Format] = &[
    Format {
        name: "html",
        site_file: "report.html",
        city_file: "index.html",
        site: html::site,
        city: html::city,
    },
    Format {
        name: "json",
        site_file: "report.json",
        city_file: "run.json",
        site: json::site,
        city: json::city,
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
}

impl Format {
    /// The format the command line calls so.
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|it| it.name == name)
    }
}
