//! Why something is not known. A gap is neither a fail nor a pass.

use std::fmt;

use super::{FailureKind, Need};

/// What kept us from knowing. Its `Display` is a zh-CN sentence for readers of reports.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// The site was not walked at all.
    NothingGathered,
    /// The home page did not answer.
    HomeUnreachable(FailureKind),
    /// The home page answered with this status.
    HomeStatus(u16),
    /// The address given as home page is an article or a list inside the site.
    NotTheHome,
    /// The server shows a challenge or a block page to programs.
    Blocked,
    /// The content comes by script, so what a visitor sees is not in the page.
    ByScript,
    /// The navigation could not be read, so what is missing cannot be known.
    NavigationUnread,
    /// The walk ended before everything was seen.
    WalkUnfinished,
    /// A page did not answer.
    PageUnread,
    /// A date is there and could not be read, or the page that prints it was not read.
    DateUnread,
    /// The list shows entries later than the day of inspection, which may have pushed out earlier ones.
    AfterInspection,
    /// The column is on another site, or is shown only there.
    Elsewhere,
    /// The column has a form or a text and publishes nothing that could be counted.
    NothingPublished,
    /// A letter does not say whether it was answered.
    AnswerUnsaid,
    /// A week of probes is needed; one visit cannot say.
    NeedsProbes,
    /// The watch ended too long before the day of inspection.
    ProbesOld {
        /// How long before it may have ended, in days.
        days: u32,
    },
    /// On some days there were too few probes.
    ProbesFew {
        /// On how many.
        thin: usize,
        /// Of how many.
        days: usize,
        /// How many probes a day there must be.
        least: usize,
    },
    /// Probes that cannot be judged could tip the scale.
    ProbesDoubtful {
        /// A challenge or a refusal came instead of the page.
        challenged: usize,
        /// Our own line is not proved to have been up.
        unproved: usize,
    },
    /// A link was not checked, or its check does not count (our own line, a block).
    LinkUnchecked,
    /// IPv6 was not tried: this machine has none, or the name was not looked up.
    Ipv6NotTested,
    /// The site's search was not asked: its form is none that a program may send, or robots.txt forbids it.
    SearchNotAsked,
    /// Signs were found, and only a person can say what they mean.
    NeedsPerson,
    /// People ruled out what was found, and what could not be read might still break the rule.
    StillUnread,
    /// Only things of nearly the right name were found.
    OnlyAlike,
    /// The document says 定期, 及时 or 实时 and sets no number.
    NoInterval,
    /// What is asked for may stand in an attachment.
    AttachmentUnread,
    /// Nothing was found, and that there is nothing may be right.
    AbsenceProvesNothing,
    /// It is enough that one of several bodies has it, and of some of them it is not known.
    OthersUnknown,
    /// An indicator asked for what it had not declared: a mistake in this program.
    Undeclared(Need),
    /// The indicator itself failed: a mistake in this program.
    IndicatorFailed,
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingGathered => f.write_str("未采集到该网站的任何页面"),
            Self::HomeUnreachable(kind) => write!(f, "首页本次未能打开（{}）", kind.zh()),
            Self::HomeStatus(status) => write!(f, "首页本次返回错误状态{status}"),
            Self::NotTheHome => f.write_str("所给网址是站内的文章或列表页，不是网站首页"),
            Self::Blocked => f.write_str("网站对程序访问返回验证页或拦截页，须人工查看"),
            Self::ByScript => f.write_str("内容由脚本载入，网页源码中没有，须人工查看"),
            Self::NavigationUnread => f.write_str("导航未能读出，不能据此认定缺少栏目"),
            Self::WalkUnfinished => f.write_str("未走完全站，尚有页面没有查看"),
            Self::PageUnread => f.write_str("栏目页面本次未能打开"),
            Self::DateUnread => f.write_str("有条目的日期未能确认"),
            Self::AfterInspection => f.write_str("列表中有晚于检查日的条目，不能据此判断检查日的情况"),
            Self::Elsewhere => f.write_str("栏目内容设在其他网站"),
            Self::NothingPublished => f.write_str("栏目只有提交入口或说明，未公布可供核对的内容"),
            Self::AnswerUnsaid => f.write_str("有信件未注明是否已答复"),
            Self::NeedsProbes => f.write_str("须连续监测一周，一次检查不能判定"),
            Self::ProbesOld { days } => write!(f, "连续监测在检查日{days}天以前已结束，不能据此判定"),
            Self::ProbesFew { thin, days, least } => {
                write!(f, "监测次数不足：{days}天中有{thin}天有效监测少于{least}次，不能判定")
            }
            Self::ProbesDoubtful { challenged, unproved } => {
                f.write_str("监测中有")?;
                if *challenged > 0 {
                    write!(f, "{challenged}次返回验证页或拒绝程序访问，")?;
                }
                if *unproved > 0 {
                    write!(f, "{unproved}次未能打开而不能证明是网站的原因，")?;
                }
                f.write_str("足以改变结论")
            }
            Self::LinkUnchecked => f.write_str("有链接未能核实"),
            Self::Ipv6NotTested => f.write_str("未测试IPv6（本机没有IPv6网络，或未查询该域名）"),
            Self::SearchNotAsked => f.write_str("未能由程序向网站搜索提问，须人工查看"),
            Self::NeedsPerson => f.write_str("发现疑似问题，须由人核对"),
            Self::StillUnread => f.write_str("尚有内容未能读出，足以改变结论"),
            Self::OnlyAlike => f.write_str("只发现名称相符或相近、尚不能认定的内容，须人工确认"),
            Self::NoInterval => f.write_str("文件未规定具体期限，只列出最近更新情况，是否及时须人工判定"),
            Self::AttachmentUnread => f.write_str("内容可能在附件中，须人工查看"),
            Self::AbsenceProvesNothing => {
                f.write_str("没有发现；可能没有应公开的事项，或文件未要求在网站公开，须人工核实")
            }
            Self::OthersUnknown => f.write_str("其他责任单位是否已经公开尚未判明"),
            Self::Undeclared(need) => write!(f, "程序错误：指标未声明所需资料（{need:?}）"),
            Self::IndicatorFailed => f.write_str("程序错误：指标未能完成判断"),
        }
    }
}
