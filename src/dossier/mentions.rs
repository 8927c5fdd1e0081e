//! Every text of a site that may name something: columns, navigation, headings, links, titles; each text and target
//! once, with the day it was published and the page it stands on.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::base::{Address, Day};
use crate::evidence::{Citation, Gap};
use crate::page::{Article, DateSource, Dated, Item, LinkRole, Page, PageKind};

use super::columns::{are_words, key};
use super::dates::told;
use super::naming::{self, LONGEST_SECTION};
use super::{Content, Facts, Fit, Fits, Matcher, Names, PageFact, Row, Speaking, When};

/// Longer texts name nothing.
const LONGEST_TITLE: usize = 120;

/// A text that names something.
#[derive(Clone, Debug)]
pub struct Mention {
    /// As it stands there.
    pub text: String,
    /// The same as names are compared.
    plain: String,
    /// Where it leads; `None` for a heading.
    pub target: Option<Address>,
    /// When what it names was published, as far as the site shows.
    pub when: When,
    /// The page it stands on, by its place among the site's pages.
    page: usize,
    /// How it stands there.
    pub place: Standing,
}

/// The mentions of a site, and which of them hold which two characters in a row: a plan asks for hundreds of names,
/// and most texts share nothing with any of them.
#[derive(Clone, Debug)]
pub(super) struct Mentions {
    list: Vec<Mention>,
    by_pair: HashMap<(char, char), Vec<usize>>,
}

impl Mentions {
    fn of(list: Vec<Mention>) -> Self {
        let mut by_pair: HashMap<(char, char), Vec<usize>> = HashMap::new();
        for (at, mention) in list.iter().enumerate() {
            for pair in naming::pairs(&mention.plain) {
                by_pair.entry(pair).or_default().push(at);
            }
        }
        Self { list, by_pair }
    }

    /// What may say or nearly say one of the names, in the order of the list.
    fn sharing_a_pair_with(&self, matcher: &Matcher) -> impl Iterator<Item = &Mention> {
        let found: BTreeSet<usize> =
            matcher.pairs().filter_map(|it| self.by_pair.get(&it)).flatten().copied().collect();
        found.into_iter().map(|at| &self.list[at])
    }
}

/// How a text stands on its page. In order: what comes first says most about a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// A column that is known.
    Column,
    /// An entry of a navigation.
    Navigation,
    /// The heading of a block.
    Heading,
    /// An entry of a list.
    Item,
    /// The title of an article.
    Title,
    /// Any other link.
    Link,
}

/// What was found under a name.
#[derive(Clone, Debug)]
pub struct Hit<'a> {
    /// Where the name stands.
    pub mention: &'a Mention,
    /// Which name.
    pub fit: Fit,
    /// The page it stands on.
    pub page: &'a PageFact,
}

/// Everything under some names.
#[derive(Clone, Debug, Default)]
pub struct Hits<'a> {
    /// What says a name.
    pub said: Vec<Hit<'a>>,
    /// What nearly says one, and what says one on a site of many bodies without naming the one that is asked for.
    pub alike: Vec<Hit<'a>>,
}

/// What stands behind a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Behind {
    /// A list with entries.
    Entries {
        /// Them.
        rows: Vec<Row>,
        /// Whether newer ones may stand on pages that were not read.
        newer_unread: bool,
    },
    /// A text, a form, or a page that leads on.
    Text,
    /// A list without entries.
    Blank,
    /// Not known.
    Unread(Gap),
}

impl Facts {
    /// Every text that names something; put together when first asked for.
    fn mentions(&self) -> &Mentions {
        self.mentions.get_or_init(|| Mentions::of(Collector::new(self).collect()))
    }

    /// The page at an address, whatever its scheme and default file name.
    pub(super) fn page_at(&self, address: &Address) -> Option<&PageFact> {
        let key = key(address);
        let at = self.pages_by_key.get_or_init(|| {
            self.pages.iter().enumerate().map(|(at, it)| (self::key(&it.page.address), at)).collect()
        });
        at.get(&key).and_then(|at| self.pages.get(*at))
    }

    /// Looks for names. `names_of` are the names of the body that is asked for on another's site: there a text
    /// counts only when it, or its page, names the body.
    pub(super) fn look_for(
        &self,
        names: &Names,
        speaking: Speaking,
        names_of: Option<&[String]>,
    ) -> Hits<'_> {
        let matcher = names.matcher();
        let body = names_of.map(|it| it.iter().map(|name| naming::plain(name)).collect::<Vec<_>>());
        let mut hits = Hits::default();
        for mention in self.mentions().sharing_a_pair_with(&matcher) {
            let is_entry = matches!(mention.place, Standing::Item | Standing::Title);
            // On an earlier day of inspection, what was published since was not there.
            if is_entry && matches!(mention.when, When::Later(_)) {
                continue;
            }
            if speaking == Speaking::OfASection
                && (is_entry || mention.plain.chars().count() > LONGEST_SECTION)
            {
                continue;
            }
            let text =
                body.as_ref().map_or_else(|| mention.plain.clone(), |names| without(&mention.plain, names));
            let (fit, said) = match matcher.fits(&text, speaking) {
                Fits::Says(fit) => (fit, true),
                Fits::Nearly(fit) => (fit, false),
                Fits::No => continue,
            };
            let Some(page) = self.pages.get(mention.page) else { continue };
            // What is reposted from another site is that site's: 云岭省…清单 is no list of this county.
            let reposted =
                is_entry && mention.target.as_ref().is_some_and(|it| !self.site.scope.contains(it));
            let counts = !reposted && body.as_ref().is_none_or(|names| self.is_of(mention, page, names));
            let hit = Hit { mention, fit, page };
            if said && counts { hits.said.push(hit) } else { hits.alike.push(hit) }
        }
        hits.said.sort_by_key(|it| it.mention.place);
        hits.alike.sort_by_key(|it| it.mention.place);
        hits
    }

    /// Whether a text, the page it stands on, or the page it leads to names the body.
    fn is_of(&self, mention: &Mention, page: &PageFact, names: &[String]) -> bool {
        let speaks = |text: &str| {
            let text = naming::plain(text);
            names.iter().any(|name| text.contains(name.as_str()))
        };
        let signed = |page: &Page| {
            let article = page.article.as_ref();
            page.breadcrumb.iter().any(|it| speaks(it))
                || article.is_some_and(|it| speaks(&it.title) || it.source.as_deref().is_some_and(speaks))
        };
        speaks(&mention.text)
            || signed(&page.page)
            || mention.target.as_ref().and_then(|it| self.page_at(it)).is_some_and(|it| signed(&it.page))
    }

    /// What stands behind a mention.
    pub(super) fn behind(&self, mention: &Mention) -> Behind {
        let Some(target) = &mention.target else { return self.under_heading(mention) };
        let target_key = key(target);
        if let Some(column) = self.columns.iter().find(|it| key(&it.address) == target_key) {
            return match &column.content {
                Content::Listed { rows, newer_unread, .. } => {
                    Behind::Entries { rows: rows.clone(), newer_unread: *newer_unread }
                }
                Content::Blank => self.blank(target),
                Content::OneText | Content::Parent => Behind::Text,
                Content::Elsewhere => Behind::Unread(Gap::Elsewhere),
                Content::Unread(gap) => Behind::Unread(gap.clone()),
            };
        }
        match self.page_at(target) {
            Some(fact) => self.on_page(fact),
            None if self.site.scope.contains(target) => Behind::Unread(Gap::PageUnread),
            None => Behind::Unread(Gap::Elsewhere),
        }
    }

    fn under_heading(&self, mention: &Mention) -> Behind {
        let lists = self.pages.get(mention.page).into_iter().flat_map(|it| &it.page.lists);
        let list = lists
            .clone()
            .find(|it| it.name.as_deref().is_some_and(|name| naming::plain(name) == mention.plain));
        match list {
            Some(list) if !list.items.is_empty() && !are_words(list) => Behind::Entries {
                rows: list
                    .items
                    .iter()
                    .map(|item| self.row(&item.title, item.address.as_ref(), &item.date))
                    .collect(),
                newer_unread: !list.next_pages.is_empty(),
            },
            Some(_) => Behind::Blank,
            None => Behind::Text,
        }
    }

    fn on_page(&self, fact: &PageFact) -> Behind {
        let page = &fact.page;
        if matches!(page.kind, PageKind::Challenge) {
            return Behind::Unread(Gap::Blocked);
        }
        if matches!(page.kind, PageKind::Error) {
            return Behind::Unread(Gap::PageUnread);
        }
        match page.lists.iter().find(|it| it.is_main) {
            Some(list) if !list.items.is_empty() && !are_words(list) => Behind::Entries {
                rows: list
                    .items
                    .iter()
                    .map(|item| self.row(&item.title, item.address.as_ref(), &item.date))
                    .collect(),
                newer_unread: !list.next_pages.is_empty(),
            },
            _ if page.by_script.is_some_and(crate::page::ScriptSign::hides_lists) => {
                Behind::Unread(Gap::ByScript)
            }
            Some(list) if !list.items.is_empty() => Behind::Text,
            Some(_) if fact.whole => self.blank(&page.address),
            Some(_) => Behind::Unread(Gap::PageUnread),
            None => Behind::Text,
        }
    }

    /// An empty list is blank, unless the page says that there was nothing to publish.
    fn blank(&self, address: &Address) -> Behind {
        const NONE: [&str; 6] = ["未发生", "没有发生", "未发现", "无此类", "经查无", "暂无案件"];
        let says_none =
            self.page_at(address).is_some_and(|it| NONE.iter().any(|word| it.page.text.contains(word)));
        if says_none { Behind::Text } else { Behind::Blank }
    }

    /// A row dated by what its list prints, else by its own page.
    fn row(&self, title: &str, address: Option<&Address>, date: &Dated) -> Row {
        let own = || address.and_then(|it| self.page_at(it)).and_then(|it| it.page.article.as_ref());
        let when = match (date, own()) {
            (Dated::Printed { day, source }, _) if *source != DateSource::Address => {
                told(*day, *source, self.as_of)
            }
            (_, Some(article)) => self.of_article(article),
            (Dated::Yearless { month, day }, None) => Day::new(self.as_of.year(), *month, *day)
                .filter(|it| *it <= self.as_of)
                .map_or(When::Unread, When::AtBest),
            (Dated::Printed { day, .. }, None) => When::Likely(*day),
            (Dated::Unread(_) | Dated::Absent, None) => When::Unread,
        };
        Row { title: title.to_owned(), address: address.cloned(), when }
    }

    fn of_article(&self, article: &Article) -> When {
        match &article.date {
            Dated::Printed { day, source } if *source != DateSource::Address => {
                told(*day, *source, self.as_of)
            }
            Dated::Printed { day, .. } => When::Likely(*day),
            Dated::Absent => When::Undated,
            Dated::Yearless { .. } | Dated::Unread(_) => When::Unread,
        }
    }
}

/// A text without the name of the body: 县地税局减税降费专栏 is 减税降费专栏 of 县地税局.
fn without(text: &str, names: &[String]) -> String {
    let longest = names.iter().filter(|it| text.contains(it.as_str())).max_by_key(|it| it.len());
    longest.map_or_else(|| text.to_owned(), |name| text.replacen(name.as_str(), "", 1))
}

struct Collector<'f> {
    facts: &'f Facts,
    known: HashMap<(String, String), usize>,
    list: Vec<Mention>,
}

impl<'f> Collector<'f> {
    fn new(facts: &'f Facts) -> Self {
        Self { facts, known: HashMap::new(), list: Vec::new() }
    }

    fn collect(mut self) -> Vec<Mention> {
        let facts = self.facts;
        let pages: BTreeMap<&Citation, usize> =
            facts.pages.iter().enumerate().map(|(at, it)| (&it.citation, at)).collect();
        let home = facts.home.as_ref().ok().and_then(|home| pages.get(&home.citation)).copied().unwrap_or(0);
        for column in &facts.columns {
            // A column's citation is its own page, when that was read; its name stands on the home page.
            let page = pages.get(&column.citation).copied().unwrap_or(home);
            self.add(&column.name, Some(&column.address), When::Undated, home, Standing::Column);
            if let Content::Listed { rows, .. } = &column.content {
                for row in rows {
                    self.add(&row.title, row.address.as_ref(), row.when, page, Standing::Item);
                }
            }
        }
        for (at, fact) in facts.pages.iter().enumerate() {
            self.page(at, &fact.page);
        }
        self.list
    }

    fn page(&mut self, at: usize, page: &Page) {
        for entry in &page.navigation {
            self.add(&entry.text, entry.address.as_ref(), When::Undated, at, Standing::Navigation);
            for child in &entry.children {
                self.add(&child.text, child.address.as_ref(), When::Undated, at, Standing::Navigation);
            }
        }
        for list in &page.lists {
            if let Some(name) = &list.name {
                let own = list.is_main.then_some(&page.address);
                self.add(name, list.more.as_ref().or(own), When::Undated, at, Standing::Heading);
            }
            for item in &list.items {
                let row = self.facts.row(&item.title, item.address.as_ref(), &item.date);
                let place = if self.leads_to_a_section(item) { Standing::Link } else { Standing::Item };
                self.add(&row.title, row.address.as_ref(), row.when, at, place);
            }
        }
        if let Some(article) = &page.article {
            let when = self.facts.of_article(article);
            self.add(&article.title, Some(&page.address), when, at, Standing::Title);
        }
        for link in &page.links {
            if matches!(link.role, LinkRole::Anchor | LinkRole::Attachment) {
                self.add(&link.text, link.address.as_ref(), When::Undated, at, Standing::Link);
            }
        }
    }

    /// Whether a row of a block is a way to a section (专题专栏) rather than an entry: short, without a date, and
    /// no text at its end.
    fn leads_to_a_section(&self, item: &Item) -> bool {
        let page = item.address.as_ref().and_then(|it| self.facts.page_at(it));
        item.date == Dated::Absent
            && item.title.chars().count() <= LONGEST_SECTION
            && page.is_none_or(|it| it.page.kind != PageKind::Article)
    }

    fn add(&mut self, text: &str, target: Option<&Address>, when: When, page: usize, place: Standing) {
        if text.chars().nth(LONGEST_TITLE).is_some() {
            return;
        }
        let plain = naming::plain(text);
        if plain.chars().nth(1).is_none() {
            return;
        }
        let target_key = target.map(key).unwrap_or_default();
        if let Some(at) = self.known.get(&(plain.clone(), target_key.clone())) {
            // The same entry may stand with its date here and without it there.
            let known = &mut self.list[*at];
            if known.when.known().is_none() && !matches!(when, When::Undated) {
                known.when = when;
            }
            return;
        }
        self.known.insert((plain.clone(), target_key), self.list.len());
        let (text, target) = (text.to_owned(), target.cloned());
        self.list.push(Mention { text, plain, target, when, page, place });
    }
}
