//! # page-label-missing
//!
//! ## What it asks
//! Do the pages bear the labels that the guidelines prescribe (网页标签)?
//!
//! ## How it is judged
//! The head of the home page is looked through for the labels of `home`, that of every list page for those of
//! `list`, that of every article for those of `article`; upper and lower case do not matter. A label that is missing,
//! empty or a template left over on any page of its class is one finding, with the number of pages that lack it.
//!
//! ## What it cannot see
//! Labels that a script puts in later.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::{Address, NonEmpty};
use crate::dossier::{Dossier, PageFact};
use crate::evidence::{Gap, Need};
use crate::page::PageKind;

pub(super) struct PageLabelMissing;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    home: Vec<String>,
    list: Vec<String>,
    article: Vec<String>,
}

impl Indicator for PageLabelMissing {
    const ID: &'static str = "page-label-missing";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Pages];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let home = &dossier.home()?.address;
        let mut lacking: BTreeMap<(&str, &str), Vec<&PageFact>> = BTreeMap::new();
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for fact in dossier.pages()? {
            let Some((class, labels)) = terms.class(fact, home) else { continue };
            *seen.entry(class).or_default() += 1;
            for label in labels {
                let lacks = lacking.entry((class, label)).or_default();
                if fact.page.labels.get(label).is_none() {
                    lacks.push(fact);
                }
            }
        }
        let mut survey = Survey::default();
        for ((class, label), pages) in lacking {
            match pages[..] {
                [] => survey.sound(),
                [first, ..] => survey.found(missing(class, label, first, pages.len(), seen[class])),
            }
        }
        Ok(survey.verdict(NonZeroUsize::MIN, "没有可检查的页面"))
    }
}

impl Terms {
    /// The class of a page and the labels it should bear; `None` for other pages.
    fn class(&self, fact: &PageFact, home: &Address) -> Option<(&'static str, &[String])> {
        match fact.page.kind {
            _ if fact.page.address == *home => Some(("首页", &self.home)),
            PageKind::List => Some(("栏目页", &self.list)),
            PageKind::Article => Some(("内容页", &self.article)),
            _ => None,
        }
    }
}

fn missing(class: &str, label: &str, first: &PageFact, count: usize, of: usize) -> Finding {
    let address = &first.page.address;
    let subject = Subject {
        kind: SubjectKind::Site,
        name: format!("{label}（{class}）"),
        address: Some(address.clone()),
    };
    let message = match of {
        1 => format!("{class}缺少网页标签{label}。"),
        _ => format!("已查看的{of}个{class}中，{count}个缺少网页标签{label}。"),
    };
    Finding::new(subject, message, address.clone(), NonEmpty::one(first.citation.clone()))
        .with("pages", count)
}
