//! Why an address that is known was not asked for.

use std::fmt;

/// Every address that is known and not asked for has one of these. What was skipped is never held against a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Skip {
    /// robots.txt says no.
    Robots,
    /// robots.txt could not be read, so by RFC 9309 everything is taken as forbidden.
    RobotsUnreachable,
    /// As many pages as allowed were read.
    PageLimit,
    /// As many links as allowed were checked.
    LinkLimit,
    /// Too far from the first page of its list.
    PagerLimit,
    /// Longer than any honest address.
    TooLong,
    /// Nested too deep.
    TooManySegments,
    /// The same segment again and again: a relative link that went wrong.
    RepeatedSegment,
    /// Too many parameters, or the same one again and again.
    TooManyParameters,
    /// A host name inside the path: a link that forgot its `http://`.
    HostInPath,
    /// A calendar that goes on for ever.
    Calendar,
    /// As many pages made from one template were read as are worth reading.
    TemplateLimit,
    /// It stands on a page that came under many addresses with the same content.
    SameContent,
    /// Its host has stopped answering.
    HostSilent,
    /// Its host asks to be left alone for longer than we can wait.
    HostWaits,
    /// The site shows programs a challenge or a block page.
    Blocked,
    /// The time for the site was up.
    Deadline,
    /// The run was stopped.
    Cancelled,
}

impl Skip {
    /// Every reason.
    pub const ALL: [Self; 18] = [
        Self::Robots,
        Self::RobotsUnreachable,
        Self::PageLimit,
        Self::LinkLimit,
        Self::PagerLimit,
        Self::TooLong,
        Self::TooManySegments,
        Self::RepeatedSegment,
        Self::TooManyParameters,
        Self::HostInPath,
        Self::Calendar,
        Self::TemplateLimit,
        Self::SameContent,
        Self::HostSilent,
        Self::HostWaits,
        Self::Blocked,
        Self::Deadline,
        Self::Cancelled,
    ];

    /// As `skipped.jsonl` and the reports spell it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Robots => "robots",
            Self::RobotsUnreachable => "robots-unreachable",
            Self::PageLimit => "page-limit",
            Self::LinkLimit => "link-limit",
            Self::PagerLimit => "pager-limit",
            Self::TooLong => "too-long",
            Self::TooManySegments => "too-many-segments",
            Self::RepeatedSegment => "repeated-segment",
            Self::TooManyParameters => "too-many-parameters",
            Self::HostInPath => "host-in-path",
            Self::Calendar => "calendar",
            Self::TemplateLimit => "template-limit",
            Self::SameContent => "same-content",
            Self::HostSilent => "host-silent",
            Self::HostWaits => "host-waits",
            Self::Blocked => "blocked",
            Self::Deadline => "deadline",
            Self::Cancelled => "cancelled",
        }
    }

    /// For readers of reports.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Robots => "robots.txt不允许访问",
            Self::RobotsUnreachable => "robots.txt未能读取，按规定不访问",
            Self::PageLimit => "已达到读取页面数上限",
            Self::LinkLimit => "已达到核实链接数上限",
            Self::PagerLimit => "列表翻页过深",
            Self::TooLong => "网址过长",
            Self::TooManySegments => "网址层级过多",
            Self::RepeatedSegment => "网址中同一层级反复出现",
            Self::TooManyParameters => "网址参数过多或重复",
            Self::HostInPath => "网址路径中含有域名",
            Self::Calendar => "日历页面，年份超出范围",
            Self::TemplateLimit => "同一模板生成的页面过多，已达到读取上限",
            Self::SameContent => "所在页面以多个网址重复出现同一内容",
            Self::HostSilent => "该主机已多次没有响应，未再访问",
            Self::HostWaits => "该主机要求的等待时间过长",
            Self::Blocked => "网站对程序访问返回验证页或拦截页，未再访问",
            Self::Deadline => "已达到本站检查时限",
            Self::Cancelled => "检查被中止",
        }
    }

    /// The reason with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|skip| skip.id() == id)
    }
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::Skip;

    #[test]
    fn every_reason_is_read_back() {
        for skip in Skip::ALL {
            assert_eq!(Skip::from_id(skip.id()), Some(skip));
        }
    }
}
