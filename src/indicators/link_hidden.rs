//! # link-hidden
//!
//! ## What it asks
//! Does a page hold links to other sites that its readers cannot see (暗链), as pages do that were tampered with?
//!
//! ## How it is judged
//! Every link to another site, outside `.gov.cn`, that stands inside something moved out of the window or shrunk to
//! nothing is a sign. What is only switched off (`display:none`), as menus and pop-ups are, is a sign only when its
//! text holds a word of `lexicons`. Each target is one sign, with the number of pages. Signs never fail: each is put to a person.
//!
//! ## What it cannot see
//! Links hidden by style sheets, by colour or by a script; what the server shows to search engines alone.

use std::collections::BTreeMap;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::{Address, NonEmpty};
use crate::checklist::Lexicon;
use crate::dossier::{Dossier, PageFact};
use crate::evidence::{Gap, Need};
use crate::page::{HiddenLink, Hiding};

pub(super) struct LinkHidden;

/// How many pages a finding cites.
const CITED: usize = 5;

impl Indicator for LinkHidden {
    const ID: &'static str = "link-hidden";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Pages];
    type Terms = Lexicon;

    fn judge(dossier: &Dossier<'_>, lexicon: &Lexicon) -> Result<Verdict, Gap> {
        let scope = &dossier.site().scope;
        let is_outer = |it: &Address| !scope.contains(it) && !it.host().ends_with(".gov.cn");
        let mut found: BTreeMap<&Address, (&HiddenLink, Vec<&PageFact>)> = BTreeMap::new();
        let mut survey = Survey::default();
        for fact in dossier.pages()? {
            let mut clean = true;
            for link in fact.prose.hidden.iter().filter(|it| is_outer(&it.address)) {
                if link.how == Hiding::NotShown && lexicon.hits(&link.text).is_empty() {
                    continue;
                }
                clean = false;
                let (_, pages) = found.entry(&link.address).or_insert((link, Vec::new()));
                if pages.last().is_none_or(|last| last.page.address != fact.page.address) {
                    pages.push(fact);
                }
            }
            if clean {
                survey.sound();
            }
        }
        for (link, pages) in found.into_values() {
            if let Some(finding) = hidden(link, &pages) {
                survey.found(finding);
            }
        }
        if !dossier.finished() {
            survey.unread(Gap::WalkUnfinished);
        }
        Ok(survey.proposal("没有可检查的页面"))
    }
}

fn hidden(link: &HiddenLink, pages: &[&PageFact]) -> Option<Finding> {
    let how = match link.how {
        Hiding::OffScreen => "被移出屏幕之外",
        Hiding::NoSize => "被缩小到看不见",
        Hiding::NotShown => "被设为不显示",
    };
    let page = pages.first()?.page.address.clone();
    let evidence = NonEmpty::of(pages.iter().take(CITED).map(|it| it.citation.clone()).collect())?;
    let subject = Subject::at(SubjectKind::Link, &link.text, &link.address);
    let message =
        format!("{}个页面有指向{}的链接“{}”{how}，疑似暗链。", pages.len(), link.address.host(), link.text);
    Some(Finding::new(subject, message, page, evidence).with("pages", pages.len()))
}
