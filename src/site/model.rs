//! A site as the roster names it: who it is, and how it may be asked.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use super::Scope;
use crate::base::{Address, ColumnKind, Moment};

/// The name of a site in the roster, and of its folder: `[a-z0-9-]+`, at most 64 characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SiteId(String);

/// A web or mail address that stands in the User-Agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact(String);

/// Hours of the day in which a site may be asked, in China Standard Time; may span midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Minute of the day at which asking may begin.
    pub from: u16,
    /// Minute of the day at which it must end.
    pub to: u16,
}

/// One body of the roster.
#[derive(Clone, Debug)]
pub struct Site {
    /// Unique in the registry.
    pub id: SiteId,
    /// 网站名称
    pub name: String,
    /// The home page; `None` for a body that publishes on its parent's site.
    pub home: Option<Address>,
    /// What kind of site it is.
    pub class: Class,
    /// 主办单位: who answers for it.
    pub body: Option<String>,
    /// Ties a bureau to the sector rows of a checklist.
    pub sector: Option<String>,
    /// 网站标识码
    pub id_code: Option<String>,
    /// Where a body without a site publishes.
    pub parent: Option<SiteId>,
    /// Whom to call.
    pub contact: Option<String>,
    /// Requests a second, when the roster says so.
    pub rate: Option<f64>,
    /// Requests under way at a time to each of its hosts, when the roster says so with the owner's consent.
    pub at_once: Option<u32>,
    /// When the site may be asked, when the roster says so.
    pub window: Option<Window>,
    /// Whether robots.txt is obeyed.
    pub robots: Robots,
    /// Pages to read at the most, when the roster says so.
    pub max_pages: Option<u32>,
    /// Every host that is this site; its home is inside.
    pub scope: Scope,
    /// Where to connect instead of asking DNS.
    pub resolve: Option<SocketAddr>,
    /// The columns its owner declares.
    pub columns: Vec<DeclaredColumn>,
}

/// The classes of site that checklists tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// 市政府门户
    City,
    /// 县区政府门户
    County,
    /// 部门
    Bureau,
    /// 垂直管理部门
    Vertical,
    /// 乡镇街道
    Township,
    /// 企事业单位
    Enterprise,
}

/// Whether a site's robots.txt binds us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Robots {
    /// By RFC 9309.
    Obey,
    /// The owner has agreed to be walked regardless; the report prints why.
    OwnerConsents {
        /// The owner's reason, as the roster gives it.
        reason: String,
    },
}

/// A column that the owner declares; it wins over what is discovered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredColumn {
    /// 栏目名称
    pub name: String,
    /// Its first page.
    pub address: Address,
    /// What it is for.
    pub kind: ColumnKind,
}

impl Site {
    /// Whether it is a portal (门户网站) in the sense of the documents.
    pub fn is_portal(&self) -> bool {
        matches!(self.class, Class::City | Class::County)
    }
}

impl SiteId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// An id for a site that is known by its host alone. Whatever the host, the id is a safe folder name.
    pub(super) fn from_host(host: &str) -> Self {
        let safe: String = host
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
            .collect();
        let safe: String = safe.trim_matches('-').chars().take(64).collect();
        Self(if safe.is_empty() { "site".to_owned() } else { safe })
    }
}

impl FromStr for SiteId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !text.is_empty() && text.len() <= 64 && text.chars().all(fits) && !text.starts_with('-') {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!("`{text}` is no id; use at most 64 of a–z, 0–9 and -"))
        }
    }
}

impl fmt::Display for SiteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SiteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Contact {
    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Contact {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fits = |c: char| c.is_ascii_graphic() && !matches!(c, '(' | ')' | '\\');
        if (text.contains('@') || text.parse::<Address>().is_ok())
            && text.len() <= 200
            && text.chars().all(fits)
        {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!("`{text}` is no web or mail address; it stands in the User-Agent"))
        }
    }
}

impl Window {
    /// How long it is until asking may begin; zero while it is open.
    pub fn opens_in(self, now: Moment) -> Duration {
        let minute = now.minute_of_day();
        let open = if self.from < self.to {
            (self.from..self.to).contains(&minute)
        } else {
            minute >= self.from || minute < self.to
        };
        let minutes = if open { 0 } else { (self.from + 24 * 60 - minute) % (24 * 60) };
        Duration::from_secs(u64::from(minutes) * 60)
    }
}

impl FromStr for Window {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let minute = |text: &str| {
            let (hour, minute) = text.trim().split_once(':')?;
            let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
            (hour < 24 && minute < 60).then_some(hour * 60 + minute)
        };
        let window = text.split_once('-').and_then(|(from, to)| {
            let (from, to) = (minute(from)?, minute(to)?);
            (from != to).then_some(Self { from, to })
        });
        window.ok_or_else(|| format!("`{text}` is no window; write it as \"20:00-07:00\""))
    }
}

impl Class {
    pub(super) const WORDS: [(&'static str, Self); 6] = [
        ("city", Self::City),
        ("county", Self::County),
        ("bureau", Self::Bureau),
        ("vertical", Self::Vertical),
        ("township", Self::Township),
        ("enterprise", Self::Enterprise),
    ];

    pub(super) fn words() -> String {
        Self::WORDS.map(|(word, _)| word).join(", ")
    }

    /// As rosters, checklists and reports spell it.
    pub fn id(self) -> &'static str {
        Self::WORDS.iter().find(|(_, class)| *class == self).map_or("", |(word, _)| word)
    }

    /// The class with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(word, _)| *word == id).map(|(_, class)| *class)
    }

    /// For readers of reports.
    pub fn zh(self) -> &'static str {
        match self {
            Self::City => "市政府门户网站",
            Self::County => "县区政府门户网站",
            Self::Bureau => "部门网站",
            Self::Vertical => "垂直管理部门网站",
            Self::Township => "乡镇（街道）网站",
            Self::Enterprise => "企事业单位网站",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Window;
    use crate::base::Moment;

    #[test]
    fn a_window_may_span_midnight() {
        let window: Window = "20:00-07:00".parse().unwrap();
        let opens = |time: &str| {
            let now = Moment::parse(&format!("2017-12-15T{time}:00+08:00")).unwrap();
            window.opens_in(now).as_secs() / 60
        };
        assert_eq!(["19:00", "20:00", "23:59", "06:59", "07:00"].map(opens), [60, 0, 0, 0, 780]);
        let day: Window = "09:00-17:00".parse().unwrap();
        assert_eq!(day.opens_in(Moment::parse("2017-12-15T18:00:00+08:00").unwrap()).as_secs(), 15 * 3600);
    }
}
