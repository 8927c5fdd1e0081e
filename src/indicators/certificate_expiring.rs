//! # certificate-expiring
//!
//! ## What it asks
//! Does the site's security certificate hold for some time yet?
//!
//! ## How it is judged
//! Probes of the last week note until when the certificate holds that a secure spelling of the home page shows, with
//! and without www. A certificate that has run out, or runs out within `days` days of the inspection, is a finding:
//! from that day on browsers warn every visitor.
//!
//! ## What it cannot see
//! Without probes nothing is known. Certificates of other hosts of the site, and of hosts that only redirects lead to.
//! A site without https has none, and is no concern of this rule.

use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::{Day, NonEmpty};
use crate::dossier::{Certificate, Dossier};
use crate::evidence::{Gap, Need};

pub(super) struct CertificateExpiring;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    days: u32,
}

impl Indicator for CertificateExpiring {
    const ID: &'static str = "certificate-expiring";
    const NEEDS: &'static [Need] = &[Need::Probes];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let as_of = dossier.as_of();
        let mut survey = Survey::default();
        for certificate in dossier.watched()?.certificates(as_of) {
            let left = certificate.expires.day().days_since(as_of);
            if left >= i64::from(terms.days) {
                survey.sound();
            } else {
                survey.found(expiring(&certificate, left, as_of, terms));
            }
        }
        Ok(survey.verdict(NonZeroUsize::MIN, "监测期间网站未提供https访问"))
    }
}

fn expiring(certificate: &Certificate<'_>, left: i64, as_of: Day, terms: &Terms) -> Finding {
    let (host, day) = (certificate.address.host(), certificate.expires.day());
    let message = if left < 0 {
        format!("{host}的安全证书已于{day}到期，浏览器会向访问者提示不安全。")
    } else {
        format!("{host}的安全证书将于{day}到期，距检查日{as_of}只有{left}天，不足{}天。", terms.days)
    };
    let subject = Subject::at(SubjectKind::Page, format!("{host}的安全证书"), certificate.address);
    let evidence = NonEmpty::one(certificate.citation.clone());
    Finding::new(subject, message, certificate.address.clone(), evidence)
        .with("expires", day)
        .with("days_left", left)
        .with("limit_days", terms.days)
}
