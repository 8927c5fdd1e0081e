//! The words in which a page is described.

use std::collections::BTreeMap;

use super::breadcrumb::OVER_ANY_TEXT;
use crate::base::{Address, Day};

/// The bytes of a page and what came with them.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The address that finally answered; relative links start from it.
    pub address: &'a Address,
    /// The Content-Type header, as sent.
    pub content_type: Option<&'a str>,
    /// The body, after transfer and content coding.
    pub body: &'a [u8],
}

/// What one answer says. A function of its bytes.
#[derive(Clone, Debug)]
pub struct Page {
    /// The address it was read at.
    pub address: Address,
    /// How its bytes became text.
    pub encoding: Encoding,
    /// `<title>`, white space collapsed; empty when there is none.
    pub title: String,
    /// What kind of page it is, as far as the page itself shows. A page does not know that it is the home page.
    pub kind: PageKind,
    /// The standard labels (网页标签) of its head.
    pub labels: Labels,
    /// Every reference to something else, in the order of the page.
    pub links: Vec<Link>,
    /// 当前位置, first to last, without the label and the separators.
    pub breadcrumb: Vec<String>,
    /// The main navigation: first level, with the second level inside; each entry once.
    pub navigation: Vec<NavEntry>,
    /// Every block of titled links that is no navigation and no footer; the main one of a list page first.
    pub lists: Vec<List>,
    /// The article, when the page is one.
    pub article: Option<Article>,
    /// The letters shown, on a letter box or a letter's own page.
    pub letters: Vec<Letter>,
    /// The service guide, when the page is one.
    pub guide: Option<Guide>,
    /// What the foot of the page says.
    pub footer: Footer,
    /// A sign that what a visitor sees comes by script and is not in the page.
    pub by_script: Option<ScriptSign>,
    /// Pages that it takes into itself: loaded headers, frames, includes.
    pub parts: Vec<Address>,
    /// Pages that it leads to without a link: meta refresh, `location.href = …`, `window.open(…)`.
    pub leads_on: Vec<Address>,
    /// Number of characters of visible text outside navigation and footer.
    pub text_length: usize,
    /// All visible text, white space collapsed; of a very long page its beginning.
    pub text: String,
    /// What is wrong with the page.
    pub flaws: Vec<Flaw>,
}

/// How bytes became text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding {
    /// WHATWG name, such as `UTF-8` or `GBK`.
    pub name: &'static str,
    /// What told us so.
    pub told_by: ToldBy,
    /// How many characters could not be read.
    pub replaced: usize,
}

/// What told us the encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ToldBy {
    /// A byte order mark.
    Mark,
    /// The bytes are valid UTF-8 with Chinese in it.
    Bytes,
    /// The Content-Type header.
    Header,
    /// A `<meta>` in the page.
    Meta,
    /// Nothing; guessed from the bytes.
    Guess,
}

/// Kinds of page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PageKind {
    /// A list of titled links of one column.
    List,
    /// One text with a title.
    Article,
    /// A directory of columns (信息公开目录, 网站地图).
    Catalogue,
    /// Entry to services.
    Service,
    /// 办事指南
    Guide,
    /// A letter box or its list of letters.
    Mailbox,
    /// One letter with its answer.
    Letter,
    /// 调查征集
    Survey,
    /// 在线访谈
    Interview,
    /// 领导之窗
    Leader,
    /// Search form or results.
    Search,
    /// A page that only leads on, by click, time or frame.
    Splash,
    /// An error page, whatever its status.
    Error,
    /// A page that tests whether we are a browser.
    Challenge,
    /// Content comes by script and is not in the HTML.
    Shell,
    /// Anything else, home pages among it.
    Other,
}

/// A sign that the content comes by script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScriptSign {
    /// An empty `<div id="app">` or the like, with scripts.
    EmptyRoot,
    /// `{{ … }}`, `v-for`, `ng-repeat` left in the text.
    Template,
    /// A list container that a known script fills (jpage without records, unitbuild, was5, gkmlpt …).
    FilledList,
    /// Navigation or header loaded by `$(…).load(…)` or a same-host `document.write` script.
    LoadedPart,
    /// The list is in an `<iframe>`.
    Framed,
}

/// The standard labels of a page's head, by lower-case name; the first one wins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels(pub BTreeMap<String, String>);

/// A reference to something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// As written, white space trimmed.
    pub href: String,
    /// Where it leads; `None` when it is no web address (`javascript:`, `mailto:`, `#`, broken).
    pub address: Option<Address>,
    /// Its text, else its title, else the alt of its picture; white space collapsed.
    pub text: String,
    /// What kind of reference.
    pub role: LinkRole,
    /// In which part of the page it stands.
    pub block: Block,
}

/// Kinds of reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkRole {
    /// `<a href>`, `<area href>`
    Anchor,
    /// An anchor whose address or `download` names a file: pdf, doc, xls, zip …
    Attachment,
    /// `<img src>` and other pictures
    Image,
    /// `<script src>`
    Script,
    /// `<link rel=stylesheet>` and icons
    Style,
    /// `<frame>`, `<iframe>`
    Frame,
}

/// Parts of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Block {
    /// `<head>`
    Head,
    /// Header and navigation.
    Navigation,
    /// 当前位置
    Breadcrumb,
    /// The body of the page.
    Main,
    /// Foot of the page.
    Footer,
}

/// An entry of the navigation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavEntry {
    /// As shown; alt or title of a picture when it has no text.
    pub text: String,
    /// As written.
    pub href: String,
    /// Where it leads, when it is a web address.
    pub address: Option<Address>,
    /// The second level.
    pub children: Vec<NavEntry>,
}

/// A block of titled links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// Its heading, when it has one.
    pub name: Option<String>,
    /// Where its heading or its 更多 link leads.
    pub more: Option<Address>,
    /// Whether it is the main list of a list page.
    pub is_main: bool,
    /// Its rows, in the order shown.
    pub items: Vec<Item>,
    /// Pages of the list after this one, in order, as far as the pager shows them.
    pub next_pages: Vec<Address>,
}

/// One row of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its title; the `title` attribute where the text is cut with ….
    pub title: String,
    /// As written.
    pub href: String,
    /// Where it leads, when it is a web address.
    pub address: Option<Address>,
    /// Its date.
    pub date: Dated,
    /// Marked 置顶 or 荐.
    pub pinned: bool,
}

/// A date as a page shows it: never a guess in disguise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dated {
    /// A whole day.
    Printed {
        /// The day.
        day: Day,
        /// Where it stood.
        source: DateSource,
    },
    /// Month and day without a year.
    Yearless {
        /// 1 to 12
        month: i8,
        /// 1 to 31
        day: i8,
    },
    /// Something is there that should be a date and cannot be read.
    Unread(String),
    /// There is none.
    Absent,
}

/// Where a date stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DateSource {
    /// Text of the row or beside the title.
    Text,
    /// A label such as 发布时间：
    Label,
    /// The `title` attribute.
    Title,
    /// The PubDate label, when it is not the time the page was generated.
    Meta,
    /// Embedded data or a script array.
    Data,
    /// Only the address (`t20170616_…`): not printed for a reader, so it may clear and never accuse.
    Address,
}

/// One text with a title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// As shown.
    pub title: String,
    /// The day of publication, as shown.
    pub date: Dated,
    /// 来源, when it says so.
    pub source: Option<String>,
}

/// A letter from the public, as published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// 信件主题
    pub title: String,
    /// Its own page.
    pub address: Option<Address>,
    /// 来信时间
    pub received: Dated,
    /// 答复时间
    pub replied: Dated,
    /// Whether it has been answered.
    pub answered: Answered,
    /// 办理单位
    pub department: Option<String>,
}

/// Whether a letter has been answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answered {
    /// It says so, or the answer stands there.
    Yes,
    /// It says that it has not been.
    No,
    /// It says nothing.
    Unsaid,
}

/// A service guide and which of the eight classes of elements it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guide {
    /// The matter, when it is named.
    pub name: Option<String>,
    /// All eight classes.
    pub elements: BTreeMap<Element, Presence>,
}

/// The eight classes of elements of a service guide (普查办关于“办事指南”指标的说明, 2015-06-10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Element {
    /// 事项名称
    Name,
    /// 设定依据
    Basis,
    /// 申请条件
    Conditions,
    /// 办理材料
    Materials,
    /// 办理地点
    Place,
    /// 办理时间
    Hours,
    /// 联系电话
    Phone,
    /// 办理流程
    Procedure,
}

/// Whether an element is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// With the heading that named it.
    Present(String),
    /// The heading stands there and nothing under it.
    Empty(String),
    /// Not found.
    Missing,
}

/// What the foot of a page says; `None` and `false` mean that it was not found there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Footer {
    /// 主办单位
    pub sponsor: Option<String>,
    /// 网站标识码
    pub id_code: Option<String>,
    /// ICP备案编号
    pub icp: Option<String>,
    /// 公安机关备案号
    pub police: Option<String>,
    /// “我为政府网站找错”
    pub jiucuo: bool,
    /// 党政机关网站标识
    pub conac: bool,
    /// 站点地图
    pub sitemap: bool,
}

/// What is wrong with a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The declared encoding is not the real one.
    WrongCharset {
        /// As declared, in header or meta.
        declared: String,
    },
    /// Characters could not be read.
    Unreadable {
        /// How many.
        characters: usize,
    },
    /// Nested deeper than a browser would follow, or of more elements than any page has; only its links and text were
    /// read.
    TooDeep,
    /// Larger than we read; the rest was left out.
    TooLarge,
    /// A date that does not exist.
    ImpossibleDate(String),
}

impl Labels {
    /// The value of a label, whatever its case; `None` when it is missing, empty or a template left over.
    pub fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.get(&name.to_ascii_lowercase())?;
        let left_over = value.is_empty()
            || value == "null"
            || value == "undefined"
            || value.contains("{{")
            || value.contains("${");
        (!left_over).then_some(value.as_str())
    }
}

impl Page {
    /// The column the page is or belongs to: its label where the breadcrumb agrees, else the breadcrumb, else the
    /// label alone, else the heading of its main list.
    ///
    /// Labels are often left over from a channel above, or carry the name of the site.
    pub fn column_name(&self) -> Option<String> {
        /// What begins the headline of some of a column, and no column's name.
        const SOME: [&str; 8] = ["最新", "所有", "全部", "其他", "相关", "热门", "往期", "推荐"];
        const NO_NAMES: [&str; 4] = ["首页", "网站首页", "文章", "列表"];
        let is_name = |it: &str| !NO_NAMES.contains(&it) && !OVER_ANY_TEXT.contains(&it);
        let own_title = self.article.as_ref().map(|it| it.title.as_str());
        let label = self.labels.get("columnname").filter(|it| self.labels.get("sitename") != Some(*it));
        let steps: Vec<&str> = self
            .breadcrumb
            .iter()
            .map(String::as_str)
            .filter(|it| is_name(it) && Some(*it) != own_title)
            .collect();
        let last = steps.last().copied();
        let is_article = self.kind == PageKind::Article;
        let label_agrees =
            label.is_some_and(|it| if is_article { steps.contains(&it) } else { last == Some(it) });
        let heading = self.lists.iter().find(|it| it.is_main).and_then(|it| it.name.as_deref());
        // A headline over the list that the breadcrumb does not know outweighs it, unless the label agrees with it.
        let names_all = |it: &str| !SOME.iter().any(|word| it.starts_with(word));
        let headline = heading
            .filter(|it| !steps.is_empty() && !steps.contains(it) && label != Some(*it) && names_all(it));
        let name = if label_agrees { label } else { headline.or(last).or(label).or(heading) };
        name.map(str::to_owned)
    }
}

impl Dated {
    /// The day, when a whole one is known.
    pub fn day(&self) -> Option<Day> {
        match self {
            Self::Printed { day, .. } => Some(*day),
            Self::Yearless { .. } | Self::Unread(_) | Self::Absent => None,
        }
    }
}

impl Element {
    /// Every class, in the order of the explanation.
    pub const ALL: [Self; 8] = [
        Self::Name,
        Self::Basis,
        Self::Conditions,
        Self::Materials,
        Self::Place,
        Self::Hours,
        Self::Phone,
        Self::Procedure,
    ];

    /// The official term.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Name => "事项名称",
            Self::Basis => "设定依据",
            Self::Conditions => "申请条件",
            Self::Materials => "办理材料",
            Self::Place => "办理地点",
            Self::Hours => "办理时间",
            Self::Phone => "联系电话",
            Self::Procedure => "办理流程",
        }
    }
}
