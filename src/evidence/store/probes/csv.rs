//! The probe log as CSV: for spreadsheets, and as the evidence that a finding cites.

use std::io::{self, Write};

use super::{ProbeReader, rows};
use crate::base::Digest;
use crate::evidence::citation::Seal;
use crate::evidence::store::StoreError;
use crate::evidence::{Citation, Probe};
use crate::site::SiteId;

/// Probes with the lines that show them: `text` is the file that the citations point into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cited {
    /// The whole file, headings first.
    pub text: String,
    /// Each probe, with the place of its line.
    pub probes: Vec<(Probe, Citation)>,
}

impl Cited {
    /// Writes the lines down; the citations hold for a file with exactly this text, beside the site's archive.
    pub fn of(probes: Vec<Probe>) -> Self {
        let mut text = line(rows::HEADINGS.map(str::to_owned));
        let probes = probes
            .into_iter()
            .map(|probe| {
                let offset = text.len();
                text += &line(rows::fields(&probe));
                let citation = Citation {
                    address: probe.address.clone(),
                    warc: Citation::PROBES.to_owned(),
                    record_id: format!("urn:govcensus:probe:{}:{}", probe.site, probe.at.millis()),
                    offset: offset as u64,
                    sha256: Digest::of(text[offset..].trim_end()),
                    fetched_at: probe.at,
                    seal: Seal,
                };
                (probe, citation)
            })
            .collect();
        Self { text, probes }
    }
}

impl ProbeReader {
    /// Writes the log, or one site of it, as CSV.
    pub fn export(&self, site: Option<&SiteId>, to: &mut impl Write) -> Result<u64, StoreError> {
        let mut lines = 0;
        let mut write = |text: String| {
            to.write_all(text.as_bytes())
                .map_err(|source: io::Error| StoreError::Io { file: "the CSV".into(), source })
        };
        write(line(rows::HEADINGS.map(str::to_owned)))?;
        self.each(site, |probe| {
            lines += 1;
            write(line(rows::fields(&probe)))
        })?;
        Ok(lines)
    }
}

/// A line of RFC 4180, with a bare line feed at its end.
fn line<const N: usize>(fields: [String; N]) -> String {
    let quoted = fields.map(|field| {
        if field.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", field.replace('"', "\"\""))
        } else {
            field
        }
    });
    quoted.join(",") + "\n"
}
