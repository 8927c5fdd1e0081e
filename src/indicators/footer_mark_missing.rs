//! # footer-mark-missing
//!
//! ## What it asks
//! Does the foot of the home page bear the marks that every government website must show (网站标识)?
//!
//! ## How it is judged
//! Each of `marks` is looked for in the foot of the home page and of the pages it takes into itself: sponsor
//! (主办单位), id_code (网站标识码), icp (ICP备案编号), police (公安机关备案标识), jiucuo (“我为政府网站找错”), conac (党政机关网站标识),
//! sitemap (站点地图). Each that is missing is one finding.
//!
//! ## What it cannot see
//! A foot that comes by script: where none of the marks is found, nothing is said.

use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::NonEmpty;
use crate::dossier::Dossier;
use crate::evidence::{Gap, Need};
use crate::page::Footer;

pub(super) struct FooterMarkMissing;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    marks: Vec<Mark>,
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
    const NEEDS: &'static [Need] = &[Need::Home];
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
        Ok(survey.verdict(NonZeroUsize::MIN, "没有可检查的页面"))
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
