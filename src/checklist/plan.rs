//! A city's plan: the bodies it names, the groups it speaks of, and who of a roster owes what.
//!
//! Resolving says who owes a row and on whose portal it is looked for. It must not know whether the row is met.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::base::{Fields, bare};
use crate::site::{Class, Registry, Site, SiteId};

use super::{Checklist, Group, Portal, Role};

/// What a plan says of bodies.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The file that holds the plan's words, from the top level of the package; every quote stands in it.
    pub text: Option<String>,
    /// The bodies it names.
    pub bodies: Vec<PlanBody>,
    /// The groups it names as one.
    pub groups: Vec<BodyGroup>,
}

/// A body as the plan names it.
#[derive(Clone, Debug)]
pub struct PlanBody {
    /// What a roster may call it; the plan's own template does.
    pub id: Option<SiteId>,
    /// As the plan calls it: 市发改委.
    pub name: String,
    /// In full: 昭通市发展和改革委员会.
    pub full: String,
    /// Its class in a roster; `None` for bodies whose own sites are in no roster of a city.
    pub class: Option<Class>,
    /// Ties it to a site of a roster that bears other names.
    pub sector: Option<String>,
    /// Other names for it.
    pub aliases: Vec<String>,
}

/// Bodies that the plan names as one.
#[derive(Clone, Debug)]
pub struct BodyGroup {
    /// 各县、区人民政府
    pub name: String,
    /// Everybody of these classes.
    pub classes: Vec<Class>,
    /// These bodies.
    pub bodies: Vec<String>,
}

/// Who owes what, resolved against a roster.
#[derive(Clone, Debug, Default)]
pub struct Roll {
    /// Everybody who owes something: the sites of the roster in its order, then bodies that are in the plan alone.
    pub bodies: Vec<OwingBody>,
    /// Every pair of a row and a body that answers for it, in the document's order.
    pub owed: Vec<Owed>,
}

/// A body that owes something.
#[derive(Clone, Debug)]
pub struct OwingBody {
    /// As readers know it.
    pub name: String,
    /// Its entry in the roster; `None` when the plan names it and the roster does not.
    pub site: Option<SiteId>,
    /// Every name it may be called by in a text.
    pub names: Vec<String>,
    /// Whether it is of those whose sites are in no roster of a city.
    pub outside: bool,
}

/// One row that one body owes.
#[derive(Clone, Debug)]
pub struct Owed {
    /// Which row, by its place in the checklist.
    pub entry: usize,
    /// Which body, by its place in the roll.
    pub body: usize,
    /// Its part.
    pub role: Role,
    /// Where it is looked for.
    pub place: Place,
}

/// Where a row is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// On the body's own site.
    Own(SiteId),
    /// On the site of its parent, among what others publish there: it counts only where it names the body.
    Parent(SiteId),
    /// On another site that the plan names.
    Other(SiteId),
    /// Nowhere, and the row does not arise; zh-CN, why.
    Nowhere(&'static str),
    /// On no site we can look at: a person answers; zh-CN, why.
    Person(&'static str),
}

impl Place {
    /// The site that is looked at.
    pub fn site(&self) -> Option<&SiteId> {
        match self {
            Self::Own(id) | Self::Parent(id) | Self::Other(id) => Some(id),
            Self::Nowhere(_) | Self::Person(_) => None,
        }
    }
}

impl Plan {
    pub(super) fn read(root: &Fields<'_>) -> Option<Self> {
        let (bodies, groups) = (root.tables("body"), root.tables("group"));
        let text = root.text("text");
        if bodies.is_empty() && groups.is_empty() && text.is_none() {
            return None;
        }
        Some(Self {
            text,
            bodies: bodies.iter().filter_map(read_body).collect(),
            groups: groups.iter().filter_map(read_group).collect(),
        })
    }

    /// Whether the plan knows a body or a group by this name.
    pub(super) fn knows(&self, who: &str) -> bool {
        self.groups.iter().any(|it| it.name == who) || self.bodies.iter().any(|it| it.name == who)
    }
}

fn read_body(fields: &Fields<'_>) -> Option<PlanBody> {
    const OUTSIDE: &str = "outside";
    let id = fields.parsed("id");
    let name = fields.required("name");
    let full = fields.text("full").or_else(|| name.clone());
    let class = fields.text("class");
    let read = class.as_deref().and_then(Class::from_id);
    if read.is_none() && class.as_deref() != Some(OUTSIDE) {
        fields.complain("class", "`class` is a class of site, or `outside` for a body that is in no roster");
    }
    let (sector, aliases) = (fields.text("sector"), fields.texts("aliases"));
    Some(PlanBody { id, name: name?, full: full?, class: read, sector, aliases })
}

fn read_group(fields: &Fields<'_>) -> Option<BodyGroup> {
    let name = fields.required("name");
    let classes = fields.texts("class");
    let read: Vec<Class> = classes.iter().filter_map(|id| Class::from_id(id)).collect();
    let bodies = fields.texts("bodies");
    if read.len() != classes.len() {
        fields.complain("class", "`class` names a class of site that there is not");
    }
    if read.is_empty() && bodies.is_empty() {
        fields.complain("name", "a group is of some `class`, or of `bodies`");
    }
    Some(BodyGroup { name: name?, classes: read, bodies })
}

impl PlanBody {
    /// Every name it may be called by.
    fn names(&self) -> impl Iterator<Item = &String> {
        [&self.name, &self.full].into_iter().chain(&self.aliases)
    }

    /// Whether the roster calls it so.
    fn is_called(&self, name: &str) -> bool {
        let name = bare(name);
        self.names().any(|it| bare(it) == name)
    }
}

/// Who of a roster owes what by a checklist; nothing by one that is no plan.
pub fn resolve(checklist: &Checklist, registry: &Registry) -> Roll {
    let mut roll = Roll::default();
    let plans: BTreeMap<&str, Resolver<'_>> =
        checklist.plans.iter().map(|(id, plan)| (id.as_str(), Resolver::new(plan, registry))).collect();
    for (index, entry) in checklist.entries.iter().enumerate() {
        let (Some(duty), Some(resolver)) = (&entry.duty, plans.get(entry.document.as_str())) else {
            continue;
        };
        let mut charged: Vec<usize> = Vec::new();
        for owed_by in &duty.owed_by {
            // In 牵头 the lead answers alone; who is named with 配合 is never charged.
            let answers = match duty.group {
                Group::Lead => owed_by.role == Role::Lead,
                Group::Each | Group::AllOf | Group::AnyOf => owed_by.role != Role::With,
            };
            if !answers {
                continue;
            }
            for body in resolver.bodies(&owed_by.who) {
                let at = roll.place(&body);
                if charged.contains(&at) {
                    continue;
                }
                charged.push(at);
                let place = resolver.look(&duty.portal, &roll.bodies[at]);
                roll.owed.push(Owed { entry: index, body: at, role: owed_by.role, place });
            }
        }
    }
    roll
}

impl Roll {
    /// What a body owes, in the document's order.
    pub fn of(&self, body: usize) -> impl Iterator<Item = &Owed> {
        self.owed.iter().filter(move |it| it.body == body)
    }

    /// The bodies that share a row with `owed`, itself among them.
    pub fn sharing<'a>(&'a self, owed: &'a Owed) -> impl Iterator<Item = (usize, &'a Owed)> {
        self.owed.iter().enumerate().filter(move |(_, it)| it.entry == owed.entry)
    }

    /// The place of a body, which is added when it is new.
    fn place(&mut self, body: &OwingBody) -> usize {
        let same = |it: &OwingBody| match (&it.site, &body.site) {
            (Some(one), Some(other)) => one == other,
            (None, None) => it.name == body.name,
            _ => false,
        };
        self.bodies.iter().position(same).unwrap_or_else(|| {
            self.bodies.push(body.clone());
            self.bodies.len() - 1
        })
    }
}

/// A roster to be filled in: every body of a plan that can have a site, with class, sector and parent; addresses are
/// left open. `city` is the city's name.
pub fn roster_template(plan: &Plan, title: &str, city: &str) -> String {
    let portal = plan.bodies.iter().find(|it| it.class == Some(Class::City));
    let portal_id = portal.and_then(|it| it.id.as_ref()).map_or("city", SiteId::as_str);
    let mut text = format!(
        "# 名录模板：{title}。\n#\n# 每个单位填写网址（去掉 url 前的 #）；没有独立网站的单位保留 parent，在其网站上发布。\n\
         # Every body of the plan that can have a site. Fill in `url`; who has no site keeps `parent`.\n\n\
         [city]\nname = \"{city}\"\n"
    );
    for (at, body) in plan.bodies.iter().enumerate() {
        let Some(class) = body.class else { continue };
        let id = body.id.as_ref().map_or_else(|| format!("body-{}", at + 1), ToString::to_string);
        let url = if class == Class::City {
            "url    = \"http://www.city.example/\"      # 填写市政府门户网站的网址".to_owned()
        } else {
            format!("# url  = \"http:///\"\nparent = \"{portal_id}\"")
        };
        let sector = body.sector.as_ref().map(|it| format!("sector = \"{it}\"\n")).unwrap_or_default();
        let (name, class) = (&body.full, class.id());
        // Writing to a text cannot fail.
        let _ = write!(
            text,
            "\n[[site]]\nid     = \"{id}\"\nname   = \"{name}\"\nbody   = \"{name}\"\nclass  = \"{class}\"\n{sector}{url}\n"
        );
    }
    text
}

/// A plan set against a roster.
struct Resolver<'a> {
    plan: &'a Plan,
    registry: &'a Registry,
    /// Which site each body of the plan has.
    sites: Vec<Option<&'a Site>>,
}

impl<'a> Resolver<'a> {
    fn new(plan: &'a Plan, registry: &'a Registry) -> Self {
        let sites = plan.bodies.iter().map(|body| site_of(plan, body, registry)).collect();
        Self { plan, registry, sites }
    }

    /// Everybody behind a name of the plan.
    fn bodies(&self, who: &str) -> Vec<OwingBody> {
        let Some(group) = self.plan.groups.iter().find(|it| it.name == who) else {
            return self.body(who).into_iter().collect();
        };
        let of_class = |class: Class| group.classes.contains(&class);
        let in_roster = self.registry.sites.iter().filter(|it| of_class(it.class)).map(|it| self.owing(it));
        let absent = self.plan.bodies.iter().zip(&self.sites);
        let absent = absent
            .filter(|(body, site)| site.is_none() && body.class.is_some_and(of_class))
            .map(|(body, _)| absent_body(body));
        let named = group.bodies.iter().filter_map(|name| self.body(name));
        in_roster.chain(absent).chain(named).collect()
    }

    fn body(&self, name: &str) -> Option<OwingBody> {
        let at = self.plan.bodies.iter().position(|it| it.name == name)?;
        Some(self.sites[at].map_or_else(|| absent_body(&self.plan.bodies[at]), |site| self.owing(site)))
    }

    /// A body of the roster, by every name that roster and plan have for it.
    fn owing(&self, site: &Site) -> OwingBody {
        let known = self.sites.iter().position(|it| it.is_some_and(|it| it.id == site.id));
        let known = known.map(|at| &self.plan.bodies[at]);
        let mut names: Vec<String> = site
            .body
            .iter()
            .chain([&site.name])
            .cloned()
            .chain(known.into_iter().flat_map(|it| it.names().cloned()))
            .collect();
        // 岚川市档案局 signs as 市档案局 on the site of its city.
        let city = &self.registry.city;
        let short: Vec<String> =
            names.iter().filter_map(|it| without_city(it, city).map(str::to_owned)).collect();
        names.extend(short);
        names.retain(|it| it.chars().count() >= 3);
        names.sort_unstable();
        names.dedup();
        let name = site.body.clone().unwrap_or_else(|| site.name.clone());
        OwingBody { name, site: Some(site.id.clone()), names, outside: false }
    }

    /// Where a row with this portal is looked for, for this body.
    fn look(&self, portal: &Portal, body: &OwingBody) -> Place {
        let site = body.site.as_ref().and_then(|id| self.registry.site(id));
        match (portal, site) {
            (Portal::City, _) => self.city(),
            (Portal::Of(name), _) => self.portal_of(name, body),
            (_, None) if body.outside => Place::Person("该类单位的网站不在检查名录中，须人工判定"),
            (_, None) => Place::Person("检查名录中没有该单位，须补入名录或人工判定"),
            (Portal::Counties, Some(site)) if site.class != Class::County => {
                Place::Person("由各县区公开，牵头单位督促，须人工判定")
            }
            (Portal::Own, Some(site)) if site.home.is_none() => {
                Place::Nowhere("该单位没有独立网站，本项不适用")
            }
            (Portal::Own | Portal::OwnOrParent | Portal::Counties, Some(site)) => own_or_parent(site),
        }
    }

    fn city(&self) -> Place {
        let city = self.registry.sites.iter().find(|it| it.class == Class::City && it.home.is_some());
        city.map_or(Place::Person("检查名录中没有市政府门户网站"), |it| {
            Place::Other(it.id.clone())
        })
    }

    /// The portal of the body with this name: its own when it is the one that owes, else another's.
    fn portal_of(&self, name: &str, body: &OwingBody) -> Place {
        let at = self.plan.bodies.iter().position(|it| it.name == name);
        let site = at.and_then(|at| self.sites[at]);
        match site {
            None => Place::Person("应公开的网站不在检查名录中，须人工判定"),
            Some(site) if body.site.as_ref() == Some(&site.id) => own_or_parent(site),
            Some(site) => match own_or_parent(site) {
                Place::Own(id) => Place::Other(id),
                place => place,
            },
        }
    }
}

fn own_or_parent(site: &Site) -> Place {
    match (&site.home, &site.parent) {
        (Some(_), _) => Place::Own(site.id.clone()),
        (None, Some(parent)) => Place::Parent(parent.clone()),
        (None, None) => Place::Nowhere("该单位没有网站"),
    }
}

fn absent_body(body: &PlanBody) -> OwingBody {
    OwingBody {
        name: body.name.clone(),
        site: None,
        names: body.names().cloned().collect(),
        outside: body.class.is_none(),
    }
}

/// A name without the city in front: 岚川市财政局 is 市财政局 in its own city.
fn without_city<'n>(name: &'n str, city: &str) -> Option<&'n str> {
    name.strip_prefix(city.strip_suffix('市').unwrap_or(city)).filter(|it| !it.is_empty())
}

/// The site of a body: the one that bears one of its names, else the only one of its sector.
fn site_of<'r>(plan: &Plan, body: &PlanBody, registry: &'r Registry) -> Option<&'r Site> {
    let called = |site: &&Site| {
        let mut names = site.body.iter().chain([&site.name]);
        names.any(|it| {
            body.is_called(it) || without_city(it, &registry.city).is_some_and(|it| body.is_called(it))
        })
    };
    if let Some(site) = registry.sites.iter().find(called) {
        return Some(site);
    }
    if body.class == Some(Class::City) {
        return registry.sites.iter().find(|it| it.class == Class::City);
    }
    let sector = body.sector.as_ref()?;
    // Two bodies of one sector cannot be told apart by it.
    let alone = plan.bodies.iter().filter(|it| it.sector.as_ref() == Some(sector)).count() == 1;
    let mut of_sector = registry.sites.iter().filter(|it| it.sector.as_ref() == Some(sector));
    let (first, second) = (of_sector.next(), of_sector.next());
    first.filter(|_| alone && second.is_none())
}
