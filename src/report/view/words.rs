//! The sentences of a report, in zh-CN, as an official would write them.

use crate::checklist::{Decided, Effect, Points};
use crate::score::{Deduction, Outcome, Score};

use super::{ClauseRef, OutcomeView, RowView, Verdict};

/// `92.5`, or `58—74` where it is a range.
pub(super) fn range(low: Points, high: Points) -> String {
    if low == high { low.to_string() } else { format!("{low}—{high}") }
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

/// The outcome in one paragraph.
pub(super) fn conclusion(outcome: &OutcomeView, rows: &[RowView]) -> String {
    let mut parts = vec![match outcome.outcome {
        Outcome::Unqualified if !outcome.vetoes.is_empty() => {
            format!("不合格：触发单项否决{}项（{}）", outcome.vetoes.len(), titles(&outcome.vetoes))
        }
        Outcome::Unqualified => format!("不合格：{}，低于合格线{}分", score(outcome.score), outcome.pass),
        Outcome::Qualified => format!("合格：{}", score(outcome.score)),
        Outcome::Undecided => format!("待定：{}", undecided(outcome)),
    }];
    parts.extend(unsaid(outcome, rows));
    parts.join("；") + "。"
}

/// What a reader must know about the score.
pub(super) fn score_note(outcome: &OutcomeView) -> Option<String> {
    if !outcome.vetoes.is_empty() {
        return Some("已触发单项否决，得分仅供参考".to_owned());
    }
    outcome.at_the_limit.then(|| format!("得分恰为{}分，是否合格各方口径不一，须由人核定", outcome.pass))
}

fn score(score: Score) -> String {
    if score.low == score.high {
        format!("得分{}分", score.low)
    } else {
        format!("得分在{}分之间", range(score.low, score.high))
    }
}

fn undecided(outcome: &OutcomeView) -> String {
    if let Some(why) = &outcome.score_withheld {
        return format!("未能检查（{why}）");
    }
    let open = outcome.decisive_open_vetoes();
    if open.is_empty() {
        return score(outcome.score);
    }
    format!("有{}项单项否决未能排除（{}）；{}", open.len(), titles(&open), score(outcome.score))
}

/// What was left open, and what no visit can answer.
fn unsaid(outcome: &OutcomeView, rows: &[RowView]) -> Vec<String> {
    let mut parts = Vec::new();
    if outcome.score_withheld.is_some() {
        return parts;
    }
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
    let words = match id {
        "robots" => "robots.txt 不允许",
        "scope" | "out_of_scope" => "不属于本网站",
        "budget" | "max_pages" => "超过页面数上限",
        "depth" => "层级过深",
        "trap" => "疑似无穷链接",
        "scheme" => "不是网页地址",
        "duplicate" => "与已查看的页面重复",
        "host_down" => "服务器无应答，不再访问",
        "stopped" => "检查提前结束",
        _ => id,
    };
    super::clean(words)
}

/// What became of a request.
pub(super) fn request(id: &str) -> String {
    let words = match id {
        "ok" => "正常",
        "redirect" => "跳转",
        "client_error" => "页面错误（4xx）",
        "server_error" => "服务器错误（5xx）",
        "timeout" => "超时",
        "dns" => "域名解析失败",
        "refused" => "连接被拒绝",
        "reset" => "连接中断",
        "tls" => "安全连接失败",
        "blocked" => "拒绝程序访问",
        _ => id,
    };
    super::clean(words)
}
