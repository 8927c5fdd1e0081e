//! The sentences of a report, in zh-CN, as an official would write them.

use crate::base::Day;
use crate::checklist::{Decided, Effect, Points};
use crate::score::{Deduction, Outcome, Score};

use super::{ClauseRef, OutcomeView, RowView, Verdict};

/// `92.5`, or `58—74` where it is a range.
pub(super) fn range(low: Points, high: Points) -> String {
    if low == high { low.to_string() } else { format!("{low}—{high}") }
}

/// A share to one decimal, as circulars round it (44.9%, 96.0%); a dash of nothing.
pub fn percent(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "—".to_owned();
    }
    let tenths = (part * 1000 + whole / 2) / whole;
    format!("{}.{}%", tenths / 10, tenths % 10)
}

/// `2017年12月29日`
pub fn zh_day(day: Day) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// What a broken rule does, with its points.
pub(super) fn effect(effect: Effect) -> String {
    match effect {
        Effect::Deduct { each, at_most: Some(at_most) } if at_most > each => {
            format!("每处扣{each}分，最多扣{at_most}分")
        }
        Effect::Deduct { each, at_most: Some(_) } => format!("扣{each}分"),
        Effect::Deduct { each, at_most: None } => format!("每处扣{each}分"),
        Effect::Veto | Effect::Withheld | Effect::Advise => effect.zh().to_owned(),
    }
}

/// What a row takes off; empty when nothing.
pub(super) fn deduction(deduction: Deduction) -> String {
    if deduction.high == Points::default() {
        String::new()
    } else {
        format!("扣{}分", range(deduction.low, deduction.high))
    }
}

/// Why a row that is not counted is not.
pub(super) fn manual(decided: Decided) -> String {
    match decided {
        Decided::Manual => "本项只能由人判定".to_owned(),
        Decided::Auto | Decided::Monitor | Decided::Assist => format!("本项{}", decided.zh()),
    }
}

/// The outcome in one paragraph. `unread` says why the site could not be looked at, when it could not.
pub(super) fn conclusion(outcome: &OutcomeView, rows: &[RowView], unread: Option<&str>) -> String {
    let mut parts = vec![match outcome.outcome {
        Outcome::Unqualified if !outcome.vetoes.is_empty() => {
            format!("不合格：触发单项否决{}项（{}）", outcome.vetoes.len(), titles(&outcome.vetoes))
        }
        Outcome::Unqualified => format!("不合格：{}，低于合格线{}分", score(outcome), outcome.pass),
        Outcome::Qualified => format!("合格：{}", score(outcome)),
        Outcome::Undecided => format!("待定：{}", undecided(outcome, unread)),
    }];
    if unread.is_none() {
        parts.extend(unsaid(outcome, rows));
    }
    parts.join("；") + "。"
}

/// What a reader must know about the score.
pub(super) fn score_note(outcome: &OutcomeView) -> Option<String> {
    if !outcome.vetoes.is_empty() {
        return Some("已触发单项否决，得分仅供参考".to_owned());
    }
    outcome.at_the_limit.then(|| format!("得分恰为{}分，是否合格各方口径不一，须由人核定", outcome.pass))
}

fn score(outcome: &OutcomeView) -> String {
    let Score { low, high, .. } = outcome.score;
    if outcome.score_withheld.is_some() {
        "未触发单项否决，不计总分".to_owned()
    } else if low == high {
        format!("得分{low}分")
    } else {
        format!("得分在{}分之间", range(low, high))
    }
}

fn undecided(outcome: &OutcomeView, unread: Option<&str>) -> String {
    if let Some(why) = unread {
        return format!("本次未能检查，{why}");
    }
    let open = outcome.decisive_open_vetoes();
    if open.is_empty() {
        return score(outcome);
    }
    let open = format!("有{}项单项否决未能排除（{}）", open.len(), titles(&open));
    if outcome.score_withheld.is_some() { open } else { format!("{open}；{}", score(outcome)) }
}

/// What was left open, and what no visit can answer.
fn unsaid(outcome: &OutcomeView, rows: &[RowView]) -> Vec<String> {
    let mut parts = Vec::new();
    let open = outcome.decisive_open_vetoes();
    if !open.is_empty() && outcome.outcome != Outcome::Undecided {
        parts.push(format!("另有{}项单项否决未能排除（{}）", open.len(), titles(&open)));
    }
    let undetermined =
        rows.iter().filter(|row| row.verdict == Verdict::Undetermined && !row.beyond_one_visit).count();
    if undetermined > 0 {
        parts.push(format!("尚有{undetermined}项未能判定"));
    }
    let beyond = outcome.beyond_one_visit.len();
    if beyond > 0 {
        parts.push(format!("另有{beyond}项须连续监测或人工核对，本次未作判定"));
    }
    parts
}

fn titles(clauses: &[ClauseRef]) -> String {
    clauses.iter().map(|it| it.title.as_str()).collect::<Vec<_>>().join("；")
}

/// Why an address was not asked for; an id without words stands for itself.
pub(super) fn skipped(id: &str) -> String {
    super::clean(skip_words(id).unwrap_or(id))
}

/// The words for a reason of `skipped.jsonl`. They are those of `crawl`, which this module may not use.
pub fn skip_words(id: &str) -> Option<&'static str> {
    let words = match id {
        "robots" => "robots.txt不允许访问",
        "robots-unreachable" => "robots.txt未能读取，按规定不访问",
        "page-limit" => "已达到读取页面数上限",
        "link-limit" => "已达到核实链接数上限",
        "pager-limit" => "列表翻页过深",
        "too-long" => "网址过长",
        "too-many-segments" => "网址层级过多",
        "repeated-segment" => "网址中同一层级反复出现",
        "too-many-parameters" => "网址参数过多或重复",
        "host-in-path" => "网址路径中含有域名",
        "calendar" => "日历页面，年份超出范围",
        "host-silent" => "该主机已多次没有响应，未再访问",
        "host-waits" => "该主机要求的等待时间过长",
        "blocked" => "网站对程序访问返回验证页或拦截页，未再访问",
        "deadline" => "已达到本站检查时限",
        "cancelled" => "检查被中止",
        _ => return None,
    };
    Some(words)
}

/// What became of a request, as `dossier` counts it; an id without words stands for itself.
pub(super) fn request(id: &str) -> String {
    let words = match id {
        "ok" => "正常",
        "redirect" => "跳转",
        "client_error" => "页面错误（4xx）",
        "server_error" => "服务器错误（5xx）",
        "timeout" => "超时",
        "dns" => "域名不存在或解析失败",
        "connection" => "连接被拒绝或中断",
        "tls" => "安全连接失败",
        "malformed" => "返回内容不符合HTTP协议",
        "forbidden" => "指向内部网络，未访问",
        "ours" => "检查程序自身原因",
        _ => id,
    };
    super::clean(words)
}
