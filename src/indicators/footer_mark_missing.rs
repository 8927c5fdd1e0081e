//! # footer-mark-missing
//!
//! ## What it asks
//! Does the foot of the home page, or of every page, bear the marks that every government website must show (网站标识)?
//!
//! ## How it is judged
//! Each of `marks` is looked for in the foot of the home page and of the pages it takes into itself: sponsor
//! (主办单位), id_code (网站标识码), icp (ICP备案编号), police (公安机关备案标识), jiucuo (“我为政府网站找错”), conac (党政机关网站标识),
//! sitemap (站点地图). Each that is missing is one finding. With `on = "every"` the foot of every list page and article is
//! looked at as well: a mark that the home page bears and others lack is one finding, with their number.
//!
//! ## What it cannot see
//! A foot that comes by script: where none of the marks is found on a page, nothing is said of it.

use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::NonEmpty;
use crate::dossier::{Dossier, Home, PageFact};
use crate::evidence::{Gap, Need};
use crate::page::{Footer, PageKind};

pub(super) struct FooterMarkMissing;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    marks: Vec<Mark>,
    #[serde(default)]
    on: On,
}

#[derive(Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum On {
    #[default]
    Home,
    Every,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mark {
    Sponsor,
    IdCode,
    Icp,
    Police,
    Jiucuo,
    Conac,
    Sitemap,
}

impl Indicator for FooterMarkMissing {
    const ID: &'static str = "footer-mark-missing";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Pages];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, terms: &Terms) -> Result<Verdict, Gap> {
        let home = dossier.home()?;
        let pages = dossier.home_pages()?;
        let shown = |mark: Mark| pages.iter().any(|it| mark.is_in(&it.page.footer));
        if !terms.marks.iter().any(|mark| shown(*mark)) {
            return Err(Gap::ByScript);
        }
        let mut survey = Survey::default();
        for mark in &terms.marks {
            if shown(*mark) {
                survey.sound();
            } else {
                let subject = Subject {
                    kind: SubjectKind::Site,
                    name: mark.zh().to_owned(),
                    address: Some(home.address.clone()),
                };
                let message = format!("首页底部未见{}。", mark.zh());
                let evidence = NonEmpty::one(home.citation.clone());
                survey.found(Finding::new(subject, message, home.address.clone(), evidence));
            }
        }
        if terms.on == On::Every {
            let borne: Vec<Mark> = terms.marks.iter().copied().filter(|it| shown(*it)).collect();
            others(dossier.pages()?, home, &borne, &mut survey);
        }
        Ok(survey.verdict(NonZeroUsize::MIN, "没有可检查的页面"))
    }
}

/// The feet of list pages and articles, held to the marks that the home page bears.
fn others(pages: &[PageFact], home: &Home, borne: &[Mark], survey: &mut Survey) {
    let is_inner = |it: &&PageFact| {
        it.page.address != home.address && matches!(it.page.kind, PageKind::List | PageKind::Article)
    };
    let (mut seen, mut unseen) = (Vec::new(), 0_usize);
    for fact in pages.iter().filter(is_inner) {
        if fact.whole && borne.iter().any(|it| it.is_in(&fact.page.footer)) {
            seen.push(fact);
        } else {
            unseen += 1;
        }
    }
    for mark in borne {
        let lacking: Vec<&&PageFact> = seen.iter().filter(|it| !mark.is_in(&it.page.footer)).collect();
        match lacking.first() {
            Some(first) => {
                let name = format!("{}（内页）", mark.zh());
                let subject = Subject::at(SubjectKind::Site, name, &first.page.address);
                let (some, all) = (lacking.len(), seen.len());
                let message = format!("已查看的{all}个内页中，{some}个底部未见{}。", mark.zh());
                let evidence = NonEmpty::one(first.citation.clone());
                let finding = Finding::new(subject, message, first.page.address.clone(), evidence);
                survey.found(finding.with("pages", some));
            }
            None if unseen > 0 => survey.unread(Gap::ByScript),
            None if seen.is_empty() => {}
            None => survey.sound(),
        }
    }
}

impl Mark {
    fn is_in(self, footer: &Footer) -> bool {
        match self {
            Self::Sponsor => footer.sponsor.is_some(),
            Self::IdCode => footer.id_code.is_some(),
            Self::Icp => footer.icp.is_some(),
            Self::Police => footer.police.is_some(),
            Self::Jiucuo => footer.jiucuo,
            Self::Conac => footer.conac,
            Self::Sitemap => footer.sitemap,
        }
    }

    fn zh(self) -> &'static str {
        match self {
            Self::Sponsor => "主办单位",
            Self::IdCode => "网站标识码",
            Self::Icp => "ICP备案编号",
            Self::Police => "公安机关备案标识",
            Self::Jiucuo => "“我为政府网站找错”监督举报平台入口",
            Self::Conac => "党政机关网站标识",
            Self::Sitemap => "站点地图",
        }
    }
}
