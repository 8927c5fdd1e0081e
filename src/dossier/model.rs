//! The facts about a site, and the narrowed view of them that an indicator is handed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;
use std::time::Duration;

use crate::base::{Address, ColumnKind, Day, Digest, NonEmpty};
use crate::evidence::{Citation, Cut, Disguise, FailureKind, Gap, Ipv6, Need, TlsFault};
use crate::page::{Answered, DateSource, Element, LinkRole, Page, Presence, Prose};
use crate::site::Site;

use super::mentions::Mentions;
use super::{Behind, Hits, Mention, Names, Speaking, Watched};

/// Everything known about one site on the day of inspection.
#[derive(Clone, Debug)]
pub struct Facts {
    pub(super) site: Site,
    pub(super) as_of: Day,
    pub(super) home: Result<Home, Gap>,
    pub(super) navigation: Result<(), Gap>,
    pub(super) columns: Vec<Column>,
    pub(super) mentioned: BTreeSet<ColumnKind>,
    pub(super) links: Vec<LinkFact>,
    pub(super) letters: Vec<LetterFact>,
    pub(super) guides: Vec<GuideFact>,
    pub(super) pages: Vec<PageFact>,
    pub(super) articles: Vec<ArticleFact>,
    pub(super) policies: Vec<PolicyFact>,
    pub(super) search: Result<SearchFact, Gap>,
    pub(super) ipv6: Option<Ipv6>,
    pub(super) coverage: Coverage,
    pub(super) requests: Requests,
    pub(super) watched: Option<Watched>,
    /// Put together when first asked for: only plans look for names.
    pub(super) mentions: OnceLock<Mentions>,
    /// Pages by the key of their address; put together when first asked for.
    pub(super) pages_by_key: OnceLock<HashMap<String, usize>>,
}

/// What an indicator is handed: the facts, cut down to the needs it declared.
#[derive(Clone, Copy, Debug)]
pub struct Dossier<'a> {
    facts: &'a Facts,
    allowed: &'static [Need],
    names_of: Option<&'a [String]>,
}

/// The home page.
#[derive(Clone, Debug)]
pub struct Home {
    /// The address that finally answered.
    pub address: Address,
    /// Where its bytes are.
    pub citation: Citation,
    /// The titled, dated or datable entries of its blocks; each address once.
    pub rows: Vec<Row>,
    /// Whether it only leads to columns and shows no entries itself (导航入口).
    pub only_navigation: bool,
    /// A sign that its blocks come by script.
    pub by_script: bool,
    /// The texts of its links that lead to 办事服务.
    pub service_entries: Vec<String>,
    /// From asking for it to its last byte.
    pub took: Duration,
}

/// A page that was read.
#[derive(Clone, Debug)]
pub struct PageFact {
    /// What it says.
    pub page: Page,
    /// The same as running text.
    pub prose: Prose,
    /// When the server says that its bytes last changed; only what is older than the answer itself.
    pub last_modified: Option<Day>,
    /// Where its bytes are.
    pub citation: Citation,
    /// Whether all of it came.
    pub whole: bool,
}

/// A dated text of the site, and everything that testifies to its date.
#[derive(Clone, Debug)]
pub struct ArticleFact {
    /// Its title.
    pub title: String,
    /// Its page.
    pub page: Address,
    /// The day it prints as the day of its publication.
    pub printed: Day,
    /// The day that a list prints beside it, and where, when one does.
    pub listed: Option<(Day, Citation)>,
    /// The day that its address tells.
    pub addressed: Option<Day>,
    /// The day on which its bytes last changed, by the server's word.
    pub modified: Option<Day>,
    /// The day on which it was seen.
    pub seen: Day,
    /// Its text in the large: paragraphs that are sentences, without white space and punctuation; `None` when they
    /// are too short to tell one text from another.
    pub text: Option<Digest>,
    /// Where its bytes are.
    pub citation: Citation,
}

/// A policy document that was read, and the interpretations that go with it.
#[derive(Clone, Debug)]
pub struct PolicyFact {
    /// Its title.
    pub title: String,
    /// Its page.
    pub page: Address,
    /// When it was published.
    pub when: When,
    /// The pages that interpret it.
    pub interpretations: Vec<Interpretation>,
    /// Where its bytes are.
    pub citation: Citation,
}

/// A page that interprets a policy document.
#[derive(Clone, Debug)]
pub struct Interpretation {
    /// Its title.
    pub title: String,
    /// Its page.
    pub page: Address,
    /// Whether the document's page links to it.
    pub linked_from_document: bool,
    /// Whether it links to the document's page.
    pub links_to_document: bool,
    /// Where its bytes are.
    pub citation: Citation,
}

/// What the site's search answered to the one question put to it.
#[derive(Clone, Debug)]
pub struct SearchFact {
    /// The title that was asked for; it stands on the home page.
    pub title: String,
    /// The address that asked.
    pub address: Address,
    /// Whether the answer shows the title; `Err` with what kept us from seeing it.
    pub found: Result<bool, Breakage>,
    /// Whether the results come by script.
    pub by_script: bool,
    /// Where the answer is.
    pub citation: Citation,
}

/// A column of the site (栏目).
#[derive(Clone, Debug)]
pub struct Column {
    /// As the site's navigation, or the roster, names it.
    pub name: String,
    /// What it is for.
    pub kind: Kinded,
    /// Its first page.
    pub address: Address,
    /// How we know of it.
    pub origin: Origin,
    /// Whether the first level of the home page's navigation names it (一级栏目).
    pub first_level: bool,
    /// What is in it.
    pub content: Content,
    /// The page it was read from, when it was read; else the page that names it.
    pub citation: Citation,
}

/// What a column is for, and how sure that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kinded {
    /// The kind, when one is proposed.
    pub kind: Option<ColumnKind>,
    /// How sure it is.
    pub certainty: Certainty,
}

/// How sure a column's kind is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// The owner declared it.
    Declared,
    /// Its name says one thing.
    Named,
    /// Its name says several things, or only hints at one: not enough to hold it to a limit.
    Hinted,
    /// Nothing is known.
    Unknown,
}

/// How we know of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The roster declares it.
    Declared,
    /// The navigation of the home page names it.
    Navigation,
    /// A block of the home page leads to it.
    HomeBlock,
    /// The site map page names it.
    SiteMap,
    /// The navigation of a parent column names it.
    Parent,
}

/// What is in a column.
#[derive(Clone, Debug)]
pub enum Content {
    /// A list with something in it.
    Listed {
        /// Its rows, in the order shown, of every page of it that was read.
        rows: Vec<Row>,
        /// Whether newer entries may stand on pages that were not read (a list in rising order).
        newer_unread: bool,
        /// Whether the list goes on, on pages that were not read.
        older_unread: bool,
    },
    /// A list page, read whole, with nothing in it.
    Blank,
    /// One text, or a form: nothing that goes stale.
    OneText,
    /// A page that only leads to other columns.
    Parent,
    /// It leads to another site.
    Elsewhere,
    /// It could not be read.
    Unread(Gap),
}

/// One entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its title.
    pub title: String,
    /// Where it leads.
    pub address: Option<Address>,
    /// When it was published.
    pub when: When,
}

/// When an entry was published, as far as that can be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Printed, on the list or on its own page.
    Known {
        /// The day.
        day: Day,
        /// Where it stood.
        source: DateSource,
    },
    /// Not printed for a reader, but told by the address: may clear, never accuse.
    Likely(Day),
    /// Printed without a year: not later than this, and perhaps years earlier. May accuse, never clear.
    AtBest(Day),
    /// Printed, and later than the day of inspection: says nothing about that day.
    Later(Day),
    /// Neither the list nor its own page shows a date (未注明发布时间).
    Undated,
    /// Not known: its own page was not read, or a date could not be read.
    Unread,
}

/// Whether a list was updated within a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// An entry is known to lie within the limit.
    Fresh {
        /// The newest one.
        newest: Day,
    },
    /// No entry can lie within the limit.
    Stale {
        /// The newest one; `None` when no entry shows a date.
        newest: Option<Day>,
    },
    /// It cannot be said.
    Unknown(Gap),
}

/// A link that was met, by its target; each target once.
#[derive(Clone, Debug)]
pub struct LinkFact {
    /// Where it leads.
    pub target: Address,
    /// What kind of reference.
    pub role: LinkRole,
    /// Whether it stands on the home page.
    pub on_home: bool,
    /// The pages it stands on, the home page first; at most [`LinkFact::REFERRERS`].
    pub referrers: Vec<Referrer>,
    /// On how many pages it stands.
    pub referrer_count: usize,
    /// What became of it.
    pub state: LinkState,
    /// For attachments: whether the bytes are a file of the kind it says.
    pub file: FileState,
    /// Every check of it, oldest first.
    pub checks: Vec<Citation>,
    /// What is wrong with the certificate, when the page opens all the same.
    pub tls: Option<TlsFault>,
    /// For pages of the site: why the page that opens did not come whole, when it did not.
    pub cut: Option<Cut>,
    /// For pages of other sites: the title, when the check brought it.
    pub title: Option<String>,
    /// Whether it leads to another site.
    pub is_outer: bool,
}

/// A page that a link stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referrer {
    /// Its address.
    pub page: Address,
    /// The text of the link there.
    pub text: String,
    /// Where the page's bytes are.
    pub citation: Citation,
}

/// What became of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// It opens.
    Works,
    /// It does not open, and was asked more than once.
    Broken(Breakage),
    /// The other side shows a challenge or refuses programs: nothing is proved.
    Blocked,
    /// It was not checked, or the check does not count.
    Unchecked(Gap),
}

/// How a link does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Breakage {
    /// The server says so with this status.
    Status(u16),
    /// No answer.
    Failure(FailureKind),
    /// It is sent on and on.
    RedirectLoop,
    /// The host answers as it does for what cannot exist, and without an error status.
    Disguised(Disguise),
}

/// Whether an attachment is the file it says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileState {
    /// The link is no attachment, or was not looked into.
    NotLookedInto,
    /// The first bytes fit its kind.
    Sound,
    /// A web page comes instead of a file.
    WebPage,
    /// It has no bytes.
    Empty,
    /// Its first bytes are plainly those of another kind of file; for readers of reports, which.
    OtherKind(&'static str),
}

/// A letter from the public, as published; list and own page put together.
#[derive(Clone, Debug)]
pub struct LetterFact {
    /// 信件主题
    pub title: String,
    /// Its own page, else the list it stands on.
    pub page: Address,
    /// The letter box it belongs to.
    pub column: String,
    /// When it was received.
    pub received: When,
    /// When it was answered.
    pub replied: Option<Day>,
    /// Whether it was.
    pub answered: Answered,
    /// The pages this was read from.
    pub citations: NonEmpty<Citation>,
}

/// A service guide.
#[derive(Clone, Debug)]
pub struct GuideFact {
    /// The matter.
    pub name: String,
    /// Its page.
    pub page: Address,
    /// Which classes of elements it has.
    pub elements: BTreeMap<Element, Presence>,
    /// Where its bytes are.
    pub citation: Citation,
}

/// How much of the site was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Addresses known.
    pub known: u64,
    /// Addresses asked for.
    pub fetched: u64,
    /// Addresses not asked for, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// Whether the walk came to its end: no budget ran out and nobody stopped it.
    pub finished: bool,
}

/// What was asked of servers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requests {
    /// Requests sent, robots.txt and redirects among them.
    pub sent: u64,
    /// Those of them that asked again.
    pub retried: u64,
    /// By what became of them: `ok`, `redirect`, `client_error`, `server_error`, `timeout`, …
    pub by_outcome: BTreeMap<&'static str, u64>,
}

impl Facts {
    /// The site.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The day of inspection.
    pub fn as_of(&self) -> Day {
        self.as_of
    }

    /// The home page, or why it was not read.
    pub fn home(&self) -> Result<&Home, Gap> {
        self.home.as_ref().map_err(Clone::clone)
    }

    /// Every column known.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Every link met.
    pub fn links(&self) -> &[LinkFact] {
        &self.links
    }

    /// The same with what the probes of the site show.
    #[must_use]
    pub fn watched_by(self, watched: Watched) -> Self {
        Self { watched: (!watched.is_empty()).then_some(watched), ..self }
    }

    /// What the probes of the site show, when there are any.
    pub fn watched(&self) -> Option<&Watched> {
        self.watched.as_ref()
    }

    /// How much was seen.
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// What was asked.
    pub fn requests(&self) -> &Requests {
        &self.requests
    }

    /// How many pages were read.
    pub fn pages_read(&self) -> usize {
        self.pages.len()
    }
}

impl<'a> Dossier<'a> {
    /// The facts, cut down to `allowed`.
    pub fn new(facts: &'a Facts, allowed: &'static [Need]) -> Self {
        Self { facts, allowed, names_of: None }
    }

    /// The same, asked for a body that publishes here among others: what does not name it is not its own.
    #[must_use]
    pub fn on_behalf_of(self, names: &'a [String]) -> Self {
        Self { names_of: Some(names), ..self }
    }

    /// Whether it is asked for a body that has no site of its own.
    pub fn is_for_another(&self) -> bool {
        self.names_of.is_some()
    }

    /// Where the site says these names.
    pub fn look_for(&self, names: &Names, speaking: Speaking) -> Result<Hits<'a>, Gap> {
        self.needs(Need::Pages)?;
        self.facts.home()?;
        Ok(self.facts.look_for(names, speaking, self.names_of))
    }

    /// What stands behind a name that was found.
    pub fn behind(&self, mention: &Mention) -> Behind {
        self.facts.behind(mention)
    }

    /// The page at an address, when it was read.
    pub fn page_at(&self, address: &Address) -> Option<&'a PageFact> {
        self.facts.page_at(address)
    }

    /// The site.
    pub fn site(&self) -> &'a Site {
        &self.facts.site
    }

    /// The day of inspection.
    pub fn as_of(&self) -> Day {
        self.facts.as_of
    }

    /// Whether the walk came to its end.
    pub fn finished(&self) -> bool {
        self.facts.coverage.finished
    }

    /// The home page.
    pub fn home(&self) -> Result<&'a Home, Gap> {
        self.needs(Need::Home)?;
        self.facts.home()
    }

    /// Whether the navigation could be read; only then is "there is no such column" worth anything.
    pub fn navigation(&self) -> Result<(), Gap> {
        self.needs(Need::Columns)?;
        self.facts.navigation.clone()
    }

    /// The columns; a gap when not even the home page could be read.
    pub fn columns(&self) -> Result<&'a [Column], Gap> {
        self.needs(Need::Columns)?;
        self.facts.home()?;
        Ok(&self.facts.columns)
    }

    /// Whether any link of the site speaks of a column of this kind, on the site or elsewhere.
    pub fn mentions(&self, kind: ColumnKind) -> bool {
        self.facts.mentioned.contains(&kind)
    }

    /// The links.
    pub fn links(&self) -> Result<&'a [LinkFact], Gap> {
        self.needs(Need::Links)?;
        self.facts.home()?;
        Ok(&self.facts.links)
    }

    /// The letters.
    pub fn letters(&self) -> Result<&'a [LetterFact], Gap> {
        self.needs(Need::Letters)?;
        self.facts.home()?;
        Ok(&self.facts.letters)
    }

    /// The service guides.
    pub fn guides(&self) -> Result<&'a [GuideFact], Gap> {
        self.needs(Need::Guides)?;
        self.facts.home()?;
        Ok(&self.facts.guides)
    }

    /// What the probes show; a gap when nobody watched.
    pub fn watched(&self) -> Result<&'a Watched, Gap> {
        self.needs(Need::Probes)?;
        self.facts.watched().ok_or(Gap::NeedsProbes)
    }

    /// The home page and the pages it takes into itself, as they were read.
    pub fn home_pages(&self) -> Result<Vec<&'a PageFact>, Gap> {
        self.needs(Need::Home)?;
        let home = self.facts.home()?;
        let read = |address: &Address| self.facts.pages.iter().find(|it| it.page.address == *address);
        let page = read(&home.address).ok_or(Gap::PageUnread)?;
        Ok(std::iter::once(page).chain(page.page.parts.iter().filter_map(read)).collect())
    }

    /// Every page that was read.
    pub fn pages(&self) -> Result<&'a [PageFact], Gap> {
        self.needs(Need::Pages)?;
        self.facts.home()?;
        Ok(&self.facts.pages)
    }

    /// The dated texts.
    pub fn articles(&self) -> Result<&'a [ArticleFact], Gap> {
        self.needs(Need::Articles)?;
        self.facts.home()?;
        Ok(&self.facts.articles)
    }

    /// The policy documents that were read.
    pub fn policies(&self) -> Result<&'a [PolicyFact], Gap> {
        self.needs(Need::Policies)?;
        self.facts.home()?;
        Ok(&self.facts.policies)
    }

    /// What the site's search answered.
    pub fn search(&self) -> Result<&'a SearchFact, Gap> {
        self.needs(Need::Search)?;
        self.facts.home()?;
        self.facts.search.as_ref().map_err(Clone::clone)
    }

    /// What is known of the site's IPv6.
    pub fn ipv6(&self) -> Result<Ipv6, Gap> {
        self.needs(Need::Ipv6)?;
        self.facts.home()?;
        self.facts.ipv6.ok_or(Gap::Ipv6NotTested)
    }

    fn needs(&self, need: Need) -> Result<(), Gap> {
        if self.allowed.contains(&need) { Ok(()) } else { Err(Gap::Undeclared(need)) }
    }
}

impl LinkFact {
    /// How many pages a link is listed with; more are only counted.
    pub const REFERRERS: usize = 20;

    /// What kind of reference it is, for readers of reports.
    pub fn role_zh(&self) -> &'static str {
        match self.role {
            LinkRole::Anchor => "链接",
            LinkRole::Attachment => "附件",
            LinkRole::Image => "图片",
            LinkRole::Script => "脚本",
            LinkRole::Style => "样式",
            LinkRole::Frame => "框架页",
        }
    }
}

impl Column {
    /// The kind, when it is sure enough to hold the column to a limit.
    pub fn sure_kind(&self) -> Option<ColumnKind> {
        matches!(self.kind.certainty, Certainty::Declared | Certainty::Named)
            .then_some(self.kind.kind)
            .flatten()
    }

    /// The newest day known of its entries.
    pub fn newest(&self) -> Option<Day> {
        match &self.content {
            Content::Listed { rows, .. } => rows.iter().filter_map(|row| row.when.known()).max(),
            _ => None,
        }
    }
}

impl When {
    /// The day, when it is printed and not later than the inspection.
    pub fn known(self) -> Option<Day> {
        match self {
            Self::Known { day, .. } => Some(day),
            _ => None,
        }
    }
}

impl Breakage {
    /// What the owner can do about it, in one line.
    pub fn remedy_zh(self) -> &'static str {
        match self {
            Self::Status(404 | 410) => "请恢复该页面或删除、更正链接",
            Self::Status(500..) => "请检查服务器程序和后台服务",
            Self::Status(_) => "请检查链接是否正确、服务器是否允许公众访问",
            Self::Failure(kind) => kind.remedy_zh(),
            Self::RedirectLoop => "请检查跳转设置，避免循环跳转",
            Self::Disguised(disguise) => disguise.remedy_zh(),
        }
    }

    /// For readers of reports.
    pub fn zh(self) -> String {
        match self {
            Self::Status(status) => format!("返回错误状态{status}"),
            Self::Failure(kind) => kind.zh().to_owned(),
            Self::RedirectLoop => "反复跳转，无法打开".to_owned(),
            Self::Disguised(disguise) => disguise.zh().to_owned(),
        }
    }
}

impl Origin {
    /// As reports spell it: the contract tells only these two apart.
    pub fn id(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Navigation | Self::HomeBlock | Self::SiteMap | Self::Parent => "discovered",
        }
    }
}
