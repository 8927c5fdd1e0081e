//! The kinds of column that the rules tell apart.

use std::fmt;

/// What a column (栏目) is for; the rules set a limit by kind, so the kind decides when it is stale.
///
/// A page does not know its kind: the roster declares it, or the vocabulary proposes it by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColumnKind {
    /// 动态、要闻
    News,
    /// 通知公告
    Notice,
    /// 政策文件
    Policy,
    /// 人事
    Personnel,
    /// 规划计划
    Plan,
    /// 政务咨询: letters from the public
    Mailbox,
    /// 调查征集
    Survey,
    /// 在线访谈
    Interview,
    /// 办事服务
    Service,
    /// One text that need not change: 概况, 机构职能, 指南
    Static,
    /// Closed on purpose: finished topics, history
    Archive,
}

impl ColumnKind {
    /// Every kind, in the order of the contract.
    pub const ALL: [Self; 11] = [
        Self::News,
        Self::Notice,
        Self::Policy,
        Self::Personnel,
        Self::Plan,
        Self::Mailbox,
        Self::Survey,
        Self::Interview,
        Self::Service,
        Self::Static,
        Self::Archive,
    ];

    /// As rosters, checklists and reports spell it.
    pub fn id(self) -> &'static str {
        match self {
            Self::News => "news",
            Self::Notice => "notice",
            Self::Policy => "policy",
            Self::Personnel => "personnel",
            Self::Plan => "plan",
            Self::Mailbox => "mailbox",
            Self::Survey => "survey",
            Self::Interview => "interview",
            Self::Service => "service",
            Self::Static => "static",
            Self::Archive => "archive",
        }
    }

    /// The official term, for readers of reports.
    pub fn zh(self) -> &'static str {
        match self {
            Self::News => "动态要闻",
            Self::Notice => "通知公告",
            Self::Policy => "政策文件",
            Self::Personnel => "人事",
            Self::Plan => "规划计划",
            Self::Mailbox => "政务咨询",
            Self::Survey => "调查征集",
            Self::Interview => "互动访谈",
            Self::Service => "办事服务",
            Self::Static => "概况说明",
            Self::Archive => "历史归档",
        }
    }

    /// The kind with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }
}

impl fmt::Display for ColumnKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl<'de> serde::Deserialize<'de> for ColumnKind {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = String::deserialize(deserializer)?;
        Self::from_id(&id).ok_or_else(|| {
            let known = Self::ALL.map(Self::id).join(", ");
            serde::de::Error::custom(format!("`{id}` is no kind of column; one of {known}"))
        })
    }
}
