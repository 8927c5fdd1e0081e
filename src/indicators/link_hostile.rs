//! # link-hostile
//!
//! ## What it asks
//! Does the site link to gambling, pornography or domains that changed hands?
//!
//! ## How it is judged
//! Of every link to another site, outside `.gov.cn`, the text, and the title of its target where the check brought it, are
//! looked through for the words of `lexicons`. Each target is one sign. Signs never fail: each is put to a person.
//!
//! ## What it cannot see
//! Targets whose check needed no more than the header, so that their title is not in the archive; what a page shows
//! below its title; what no list names.

use crate::audit::{Finding, Indicator, Subject, SubjectKind, Survey, Verdict};
use crate::base::NonEmpty;
use crate::checklist::Lexicon;
use crate::dossier::{Dossier, LinkFact};
use crate::evidence::{Gap, Need};

pub(super) struct LinkHostile;

impl Indicator for LinkHostile {
    const ID: &'static str = "link-hostile";
    const NEEDS: &'static [Need] = &[Need::Home, Need::Links];
    type Terms = Lexicon;

    fn judge(dossier: &Dossier<'_>, lexicon: &Lexicon) -> Result<Verdict, Gap> {
        let mut survey = Survey::default();
        let is_foreign = |it: &&LinkFact| it.is_outer && !it.target.host().ends_with(".gov.cn");
        for link in dossier.links()?.iter().filter(is_foreign) {
            match hostile(link, lexicon) {
                Some(finding) => survey.found(finding),
                None => survey.sound(),
            }
        }
        if !dossier.finished() {
            survey.unread(Gap::WalkUnfinished);
        }
        Ok(survey.proposal("没有指向其他网站的链接"))
    }
}

fn hostile(link: &LinkFact, lexicon: &Lexicon) -> Option<Finding> {
    let by_text = link.referrers.iter().find_map(|it| Some((it, lexicon.hits(&it.text).into_iter().next()?)));
    let title = link.title.as_deref().unwrap_or_default();
    let (referrer, what) = if let Some((referrer, hit)) = by_text {
        (referrer, format!("链接文字含有“{}”", hit.word.wrong))
    } else {
        let hit = lexicon.hits(title).into_iter().next()?;
        (link.referrers.first()?, format!("目标页面标题为“{title}”，含有“{}”", hit.word.wrong))
    };
    let mut evidence = NonEmpty::one(referrer.citation.clone());
    link.checks.iter().for_each(|it| evidence.push(it.clone()));
    let subject = Subject::at(SubjectKind::Link, &referrer.text, &link.target);
    let message = format!("链接“{}”指向{}，{what}。", referrer.text, link.target.host());
    Some(Finding::new(subject, message, referrer.page.clone(), evidence))
}
