//! # domain-nonconforming
//!
//! ## What it asks
//! Does the site stand at a domain name of the prescribed form?
//!
//! ## How it is judged
//! The host of the home page as the roster names it is compared with the form for its class: `www.□□□.gov.cn` for a
//! government's portal, `○○○.□□□.gov.cn` for a department (国办发〔2017〕47号). Nothing but the name is looked at.
//!
//! ## What it cannot see
//! Further domain names under which the same site answers.

use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::NonEmpty;
use crate::dossier::Dossier;
use crate::evidence::{Gap, Need};

pub(super) struct DomainNonconforming;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    suffix: String,
}

impl Indicator for DomainNonconforming {
    const ID: &'static str = "domain-nonconforming";
    const NEEDS: &'static [Need] = &[Need::Home];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let home = dossier.home()?;
        let host = dossier.site().home.as_ref().unwrap_or(&home.address).host();
        let is_portal = dossier.site().is_portal();
        let labels = host.strip_suffix(terms.suffix.as_str()).map(|it| it.split('.').collect::<Vec<_>>());
        let conforms = labels.is_some_and(|labels| match labels[..] {
            ["www", name] if is_portal => is_label(name),
            [_, _, ..] if !is_portal => labels[0] != "www" && labels.iter().all(|it| is_label(it)),
            _ => false,
        });
        let mut survey = Survey::default();
        if conforms {
            survey.sound();
        } else {
            let form = if is_portal {
                format!("www.□□□{}", terms.suffix)
            } else {
                format!("○○○.□□□{}", terms.suffix)
            };
            let subject = Subject::at(SubjectKind::Site, "域名", &home.address);
            let message = format!("网站域名{host}不符合“{form}”的规范。");
            survey.found(Finding::new(
                subject,
                message,
                home.address.clone(),
                NonEmpty::one(home.citation.clone()),
            ));
        }
        Ok(survey.verdict(NonZeroUsize::MIN, "没有可检查的页面"))
    }
}

fn is_label(label: &str) -> bool {
    !label.is_empty() && label.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
}
