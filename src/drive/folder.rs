//! The folder of a run: where things are in it, and what was asked for.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::base::Moment;
use crate::report;
use crate::site::{Registry, SiteId};

use super::DriveError;

/// The folder of a run. Nothing a website says ever becomes part of a path in it.
#[derive(Clone, Debug)]
pub struct RunFolder(PathBuf);

/// What was asked for, kept in the run's folder as `gathered.json` (schema `govcensus.gathered/1`).
///
/// With the roster beside it and the archives below it, a run can be judged on another machine, in another year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// `govcensus.gathered/1`
    pub schema: String,
    /// The run's id.
    pub id: String,
    /// The roster's file name, or the address that was given instead.
    pub roster: String,
    /// When gathering began first, RFC 3339.
    pub started_at: String,
    /// When it ended last, RFC 3339; the same as `started_at` while it goes on.
    pub finished_at: String,
    /// Whether every walk came to its end.
    pub finished: bool,
    /// Pages to read of a site at the most, when that was set.
    pub max_pages: Option<u32>,
    /// Requests a second for each host, where the roster says nothing else.
    pub rate: f64,
    /// The sites that were chosen, when not all were.
    pub sites: Vec<String>,
    /// The folder of an earlier run, when pages were asked for only if they had changed since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<PathBuf>,
}

const SCHEMA: &str = "govcensus.gathered/1";

impl Record {
    /// A run that begins now.
    pub fn begin(id: String, roster: String, rate: f64) -> Self {
        let now = Moment::now().to_string();
        Self {
            schema: SCHEMA.to_owned(),
            id,
            roster,
            started_at: now.clone(),
            finished_at: now,
            finished: false,
            max_pages: None,
            rate,
            sites: Vec::new(),
            since: None,
        }
    }

    /// Whether the site was chosen.
    pub fn includes(&self, site: &SiteId) -> bool {
        self.sites.is_empty() || self.sites.iter().any(|it| it == site.as_str())
    }
}

impl RunFolder {
    /// The run in `folder`, which need not be there yet.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A file that speaks of all sites.
    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// A file that speaks of one site.
    pub fn site_file(&self, site: &SiteId, name: &str) -> PathBuf {
        self.0.join("sites").join(site.as_str()).join(name)
    }

    /// Whether a run was begun here.
    pub fn is_taken(&self) -> bool {
        self.file("gathered.json").exists()
    }

    /// Writes down what is asked for, with the roster as it was read.
    pub fn keep(&self, record: &Record, roster: &str) -> Result<(), DriveError> {
        fs::create_dir_all(&self.0).map_err(DriveError::io(&self.0))?;
        report::write(&self.file("roster.toml"), roster.as_bytes())?;
        self.keep_record(record)
    }

    /// Writes down how far it came.
    pub fn keep_record(&self, record: &Record) -> Result<(), DriveError> {
        let bytes = serde_json::to_vec_pretty(record).map_err(report::RenderError::from)?;
        report::write(&self.file("gathered.json"), &bytes)?;
        Ok(())
    }

    /// What was asked for.
    pub fn record(&self) -> Result<Record, DriveError> {
        let no_run = |why: String| DriveError::NoRun { path: self.0.clone(), why };
        let bytes = fs::read(self.file("gathered.json"))
            .map_err(|error| no_run(format!("gathered.json: {error}")))?;
        let record: Record =
            serde_json::from_slice(&bytes).map_err(|error| no_run(format!("gathered.json: {error}")))?;
        if record.schema == SCHEMA {
            Ok(record)
        } else {
            Err(no_run(format!("gathered.json is of schema {}, this program reads {SCHEMA}", record.schema)))
        }
    }

    /// The sites, as the roster said when they were gathered.
    pub fn registry(&self) -> Result<Registry, DriveError> {
        let path = self.file("roster.toml");
        let text = fs::read_to_string(&path).map_err(DriveError::io(&path))?;
        Registry::parse(&path, &text)
            .map_err(|complaints| DriveError::NoRun { path: self.0.clone(), why: complaints.to_string() })
    }
}
