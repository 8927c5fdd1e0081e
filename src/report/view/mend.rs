//! 先改什么: what to mend first, one cause a line.
//!
//! A stale column that breaks three rows is one thing to mend; so are forty dead links to a host that is gone.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::{Finding, Judged, Said, Subject, SubjectKind, Verdict};
use crate::base::Address;
use crate::checklist::{Checklist, Decided, Effect, Points};
use crate::score::{Line, Scorecard};
use crate::site::Scope;

use super::{clean, words};

/// One cause, with everything it breaks.
#[derive(Clone, Debug)]
pub struct Mend {
    /// The worst it does.
    pub effect: MendEffect,
    /// The same in words, with the points.
    pub effect_words: String,
    /// What is wrong, in one sentence.
    pub title: String,
    /// What to do about it.
    pub advice: String,
    /// The clauses it counts in.
    pub clauses: Vec<String>,
    /// Points that come back when this alone is mended.
    pub points: Points,
    /// How many different things there are to mend.
    pub count: usize,
    /// Where to look.
    pub url: Option<Address>,
}

/// The worst a cause does to the outcome. In order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MendEffect {
    /// It is part of a veto that holds.
    HoldsVeto,
    /// It is part of a veto that is not ruled out.
    OpensVeto,
    /// It takes off points.
    Deducts,
    /// It takes off points whose number is not verified.
    Unpriced,
    /// It breaks advice.
    Advice,
    /// It broke no rule yet.
    Remark,
}

/// From how many dead addresses on a host the host is the cause.
const HOST_IS_GONE: usize = 3;

/// What makes two findings one cause.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Cause {
    /// Links that lead to one host: the site's own, or another with [`HOST_IS_GONE`] dead addresses.
    LinksTo(String),
    /// Links that lead to other sites, here one and there one.
    LinksOut,
    /// The letters of the public.
    Letters,
    /// Anything else, by itself.
    One(SubjectKind, String),
    /// A page or the site in one respect: that the home page is stale and that it has no entry to services are
    /// two things to mend.
    Respect(SubjectKind, String, String),
}

struct Group<'a> {
    cause: Cause,
    findings: Vec<&'a Finding>,
    /// How many of its findings each line has, with the line's effect; in the document's order.
    rows: Vec<Share<'a>>,
}

struct Share<'a> {
    line: &'a Line,
    effect: MendEffect,
    findings: usize,
}

/// Every cause, by its effect on the outcome, then by points, then by count, then in the document's order.
pub(super) fn first(card: &Scorecard, checklist: &Checklist, scope: &Scope) -> Vec<Mend> {
    let hosts = hosts(card);
    let alone = |address: &Address| {
        !scope.contains(address) && hosts.get(address.host()).is_none_or(|it| it.len() < HOST_IS_GONE)
    };
    let mut groups: Vec<Group<'_>> = Vec::new();
    // What a plan asks for is listed by itself, unless it bears on the outcome.
    let weighs =
        |line: &&Line| line.answer.entry.duty.is_none() || line.answer.entry.effect != Effect::Advise;
    for line in card.lines.iter().filter(weighs) {
        let effect = effect_of(line, card);
        for finding in line.answer.judged.findings() {
            let cause = match cause(&finding.subject, line.answer.entry.indicator.as_deref()) {
                Cause::LinksTo(_) if finding.subject.address.as_ref().is_some_and(alone) => Cause::LinksOut,
                cause => cause,
            };
            let at = groups.iter().position(|it| it.cause == cause).unwrap_or_else(|| {
                groups.push(Group { cause, findings: Vec::new(), rows: Vec::new() });
                groups.len() - 1
            });
            groups[at].add(line, effect, finding);
        }
    }
    let mut mends: Vec<Mend> = groups.iter().map(|group| group.mend(checklist.full)).collect();
    mends.extend(card.lines.iter().filter(weighs).filter_map(|line| said_by_a_person(line, card)));
    mends.sort_by(|a, b| {
        let points = b.points.cmp(&a.points);
        a.effect.cmp(&b.effect).then(points).then(b.count.cmp(&a.count))
    });
    mends
}

/// The addresses that links were blamed for, by host.
fn hosts(card: &Scorecard) -> BTreeMap<&str, BTreeSet<&Address>> {
    let mut hosts: BTreeMap<&str, BTreeSet<&Address>> = BTreeMap::new();
    for finding in card.lines.iter().flat_map(|line| line.answer.judged.findings()) {
        if let (SubjectKind::Link, Some(address)) = (finding.subject.kind, &finding.subject.address) {
            hosts.entry(address.host()).or_default().insert(address);
        }
    }
    hosts
}

fn cause(subject: &Subject, indicator: Option<&str>) -> Cause {
    match (subject.kind, &subject.address) {
        (SubjectKind::Link, Some(address)) => Cause::LinksTo(address.host().to_owned()),
        (SubjectKind::Letter, _) => Cause::Letters,
        (kind @ (SubjectKind::Page | SubjectKind::Site), _) => {
            // An indicator's id begins with the noun it looks at: `home-stale` and `home-updates-few` are one.
            let noun = indicator.and_then(|id| id.split('-').next()).unwrap_or_default();
            Cause::Respect(kind, subject.key().to_owned(), noun.to_owned())
        }
        (kind, _) => Cause::One(kind, subject.key().to_owned()),
    }
}

/// A row that a person found broken where the program had found nothing.
fn said_by_a_person(line: &Line, card: &Scorecard) -> Option<Mend> {
    let Judged::Ruled { said: Said::Fail, findings } = &line.answer.judged else { return None };
    if !findings.is_empty() {
        return None;
    }
    let effect = effect_of(line, card);
    let points = line.deduction.low;
    let entry = &line.answer.entry;
    let why = line.answer.rulings.last().map(|it| clean(&it.reason)).unwrap_or_default();
    Some(Mend {
        effect,
        effect_words: effect.words(points),
        title: format!("{}：{why}", entry.title),
        advice: "按人工核查意见整改".to_owned(),
        clauses: vec![entry.clause.clone()],
        points,
        count: 1,
        url: None,
    })
}

fn effect_of(line: &Line, card: &Scorecard) -> MendEffect {
    let clause = &line.answer.entry.clause;
    if card.vetoes.contains(clause) {
        return MendEffect::HoldsVeto;
    }
    let harmless = matches!(
        line.answer.judged,
        Judged::By(Verdict::Pass { .. } | Verdict::NotApplicable(_))
            | Judged::Ruled { said: Said::Pass | Said::NotApplicable, .. }
    );
    if harmless {
        return MendEffect::Remark;
    }
    match line.answer.entry.effect {
        Effect::Veto => MendEffect::OpensVeto,
        Effect::Deduct { .. } => MendEffect::Deducts,
        Effect::Withheld => MendEffect::Unpriced,
        Effect::Advise => MendEffect::Advice,
    }
}

impl<'a> Group<'a> {
    fn add(&mut self, line: &'a Line, effect: MendEffect, finding: &'a Finding) {
        self.findings.push(finding);
        let clause = &line.answer.entry.clause;
        match self.rows.iter_mut().find(|it| it.line.answer.entry.clause == *clause) {
            Some(share) => share.findings += 1,
            None => self.rows.push(Share { line, effect, findings: 1 }),
        }
    }

    fn mend(&self, full: Points) -> Mend {
        let effect = self.rows.iter().map(|it| it.effect).min().unwrap_or(MendEffect::Remark);
        let points = self.rows.iter().fold(Points::default(), |sum, share| sum.plus(share.brings_back(full)));
        // Where something counts, rows in which it does not count would only confuse.
        let clauses = self
            .rows
            .iter()
            .filter(|it| it.effect != MendEffect::Remark || effect == MendEffect::Remark)
            .map(|it| it.line.answer.entry.clause.clone())
            .collect();
        let things: BTreeSet<&str> = self.findings.iter().map(|it| it.subject.key()).collect();
        Mend {
            effect,
            effect_words: self.effect_words(effect, points),
            title: self.title(things.len()),
            advice: self.advice().to_owned(),
            clauses,
            points,
            count: things.len(),
            url: self.url(things.len()),
        }
    }

    fn effect_words(&self, effect: MendEffect, points: Points) -> String {
        let proposed = |share: &Share<'_>| share.line.answer.entry.decided == Decided::Assist;
        let words = effect.words(points);
        if effect == MendEffect::Deducts && self.rows.iter().all(proposed) {
            words + "（待人工确认）"
        } else {
            words
        }
    }

    fn title(&self, count: usize) -> String {
        let first = self.findings.first().map(|it| clean(&it.message)).unwrap_or_default();
        match &self.cause {
            Cause::LinksTo(host) if count > 1 => {
                format!("指向 {} 的{count}个地址有问题，例如：{first}", clean(host))
            }
            Cause::LinksOut if count > 1 => format!("指向其他网站的{count}个地址有问题，例如：{first}"),
            Cause::Letters if count > 1 => format!("{count}封公众来信有问题，例如：{first}"),
            _ => first,
        }
    }

    fn url(&self, count: usize) -> Option<Address> {
        let finding = self.findings.first()?;
        let lone = count == 1;
        let subject = finding.subject.address.clone().filter(|_| lone);
        Some(subject.unwrap_or_else(|| finding.page.clone()))
    }

    fn advice(&self) -> &'static str {
        match self.cause {
            Cause::LinksTo(_) | Cause::LinksOut => "改正或撤下链接；对方网站已停用的，一并清理",
            Cause::Letters => "答复并公开答复内容",
            Cause::One(SubjectKind::Column, _) => "补充、更新内容；不再需要的栏目予以归并或撤下",
            Cause::One(SubjectKind::Guide, _) => "逐项补齐办事指南要素",
            Cause::One(SubjectKind::Item, _) => "注明或改正发布时间",
            Cause::Respect(SubjectKind::Page, ..) => "更新、修复该页面",
            Cause::Respect(..) => "按要求补设或整改",
            Cause::One(..) => "核实并改正",
        }
    }
}

impl Share<'_> {
    /// Points that come back when this row's share is mended and the rest of the row is not.
    fn brings_back(&self, full: Points) -> Points {
        let Effect::Deduct { each, at_most } = self.line.answer.entry.effect else {
            return Points::default();
        };
        if self.effect == MendEffect::Remark {
            return Points::default();
        }
        let all = self.line.answer.judged.findings().len();
        let cost = |count: usize| each.times(count).min(at_most.unwrap_or(full));
        cost(all).minus(cost(all - self.findings.min(all)))
    }
}

impl MendEffect {
    /// As reports spell it.
    pub fn id(self) -> &'static str {
        match self {
            Self::HoldsVeto => "veto",
            Self::OpensVeto => "open_veto",
            Self::Deducts => "deduct",
            Self::Unpriced => "unpriced",
            Self::Advice => "advise",
            Self::Remark => "remark",
        }
    }

    fn words(self, points: Points) -> String {
        let words = match self {
            Self::HoldsVeto => "触发单项否决",
            Self::OpensVeto => "可能触发单项否决",
            Self::Deducts if points == Points::default() => "扣分（已到上限）",
            Self::Deducts => return format!("扣{}分", words::range(points, points)),
            Self::Unpriced => "扣分（标准待核）",
            Self::Advice => "建议",
            Self::Remark => "未达扣分或否决的数量",
        };
        if points == Points::default() { words.to_owned() } else { format!("{words}，另扣{points}分") }
    }
}
