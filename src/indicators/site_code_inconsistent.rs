//! # site-code-inconsistent
//!
//! ## What it asks
//! Is the site code (网站标识码) the same at the foot, in the page labels, at the error-report entry and in the register?
//!
//! ## How it is judged
//! The code at the foot of the home page, its label `SiteIDCode`, the code that the script or link of “我为政府网站找错”
//! carries, and the code of the roster are set against each other, upper and lower case alike. Each place whose code
//! is not the register's is one finding; without a register, each that is not the foot's.
//!
//! ## What it cannot see
//! A code that a script writes. Where fewer than two of the four are known, nothing is said.

use std::num::NonZeroUsize;

use serde::Deserialize;

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::NonEmpty;
use crate::dossier::Dossier;
use crate::evidence::{Gap, Need};

pub(super) struct SiteCodeInconsistent;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {}

impl Indicator for SiteCodeInconsistent {
    const ID: &'static str = "site-code-inconsistent";
    const NEEDS: &'static [Need] = &[Need::Home];
    type Terms = Terms;

    fn judge(dossier: &Dossier<'_>, _: &Terms) -> Result<Verdict, Gap> {
        let home = dossier.home()?;
        let pages = dossier.home_pages()?;
        let foot = pages.iter().find_map(|it| it.page.footer.id_code.as_deref());
        let label = pages.iter().find_map(|it| it.page.labels.get("siteidcode"));
        let jiucuo = pages.iter().flat_map(|it| &it.prose.jiucuo).find_map(|it| it.code.as_deref());
        let mut shown =
            [("首页底部", foot), ("网页标签SiteIDCode", label), ("“我为政府网站找错”入口", jiucuo)]
                .into_iter()
                .filter_map(|(place, code)| Some((place, code?)))
                .collect::<Vec<_>>();
        let (norm, whose) = match (dossier.site().id_code.as_deref(), &shown[..]) {
            (Some(code), [_, ..]) => (code, "登记"),
            (None, [(place, code), _, ..]) => {
                let norm = (*code, *place);
                shown.remove(0);
                norm
            }
            _ => return Err(Gap::ByScript),
        };
        let mut survey = Survey::default();
        for (place, code) in shown {
            if code.trim().eq_ignore_ascii_case(norm.trim()) {
                survey.sound();
            } else {
                let subject = Subject::at(SubjectKind::Site, place, &home.address);
                let message = format!("{place}的网站标识码为{code}，与{whose}的{norm}不一致。");
                let evidence = NonEmpty::one(home.citation.clone());
                survey.found(Finding::new(subject, message, home.address.clone(), evidence));
            }
        }
        Ok(survey.verdict(NonZeroUsize::MIN, "没有可检查的标识码"))
    }
}
