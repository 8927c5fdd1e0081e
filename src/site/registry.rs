//! The roster: a TOML file that says who is inspected, read whole or refused with every mistake.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

use super::{Class, Contact, DeclaredColumn, Robots, Scope, Site, SiteId};
use crate::base::{Address, ColumnKind, Complaints, Document, Fields};

/// Requests a second that no roster may exceed without the owner's consent.
const RATE_LIMIT: f64 = 5.0;

/// Requests a second that even an owner cannot exceed.
const RATE_CEILING: f64 = 1000.0;

/// The most requests at a time that an owner may consent to.
pub const AT_ONCE_CEILING: u32 = 64;

/// The sites of a city, in the order of the roster.
#[derive(Clone, Debug)]
pub struct Registry {
    /// The city's name, for headings.
    pub city: String,
    /// Whom an operator of a site can ask about our visits; goes into the User-Agent.
    pub contact: Option<Contact>,
    /// Hosts that show whether our own line is up, when a site did not answer.
    pub control: Vec<Control>,
    /// Whom to tell when something changes.
    pub alert: Option<Alert>,
    /// Every body, with and without a site of its own; ids are unique.
    pub sites: Vec<Site>,
}

/// Whom to tell when something changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// A program and its arguments; it is given the message on its input. Empty when there is none.
    pub command: Vec<String>,
    /// Where the message is posted.
    pub webhook: Option<Address>,
    /// Where to connect for it instead of asking DNS.
    pub resolve: Option<SocketAddr>,
    /// The environment variable that holds the secret by which messages are signed: no secret stands in a roster.
    pub secret_env: String,
    /// Failures in a row after which a home page counts as unreachable.
    pub after: usize,
}

/// A host of somebody else that is known to be up: when not even it answers, our own line is down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// What is asked for.
    pub address: Address,
    /// Where to connect instead of asking DNS.
    pub resolve: Option<SocketAddr>,
}

impl Registry {
    /// Reads a roster. `file` is only named in complaints.
    pub fn parse(file: &Path, text: &str) -> Result<Self, Complaints> {
        let document = Document::parse(text);
        let registry = read(&document.root());
        let complaints = document.into_complaints();
        if complaints.is_empty() { Ok(registry) } else { Err(Complaints::new(file, complaints)) }
    }

    /// The site with this id.
    pub fn site(&self, id: &SiteId) -> Option<&Site> {
        self.sites.iter().find(|site| site.id == *id)
    }
}

/// The roster of a site that is known by nothing but its address: what `check URL` inspects.
pub fn roster_of_one(home: &Address) -> String {
    let (id, host) = (SiteId::from_host(home.host()), home.host());
    format!(
        "[city]\nname = \"{host}\"\n\n[[site]]\nid = \"{id}\"\nname = \"{host}\"\nurl = \"{home}\"\nclass = \"county\"\n"
    )
}

fn read(root: &Fields<'_>) -> Registry {
    let (mut city, mut contact) = (String::new(), None);
    match root.table("city") {
        Some(fields) => {
            city = fields.required("name").unwrap_or_default();
            contact = fields.parsed("contact");
        }
        None if !root.has("city") => root.complain("city", "a roster begins with `[city]` and its `name`"),
        None => {}
    }
    let control = root.table("control").map(|it| read_control(&it)).unwrap_or_default();
    let alert = root.table("alert").map(|it| read_alert(&it));
    let tables = root.tables("site");
    if tables.is_empty() && !root.has("site") {
        root.complain("site", "there is no `[[site]]`");
    }
    let sites: Vec<(Site, &Fields<'_>)> =
        tables.iter().filter_map(|fields| Some((read_site(fields)?, fields))).collect();
    check_across(&sites);
    Registry { city, contact, control, alert, sites: sites.into_iter().map(|(site, _)| site).collect() }
}

fn read_site(fields: &Fields<'_>) -> Option<Site> {
    // Every field is read before the first `?`, so that one mistake does not hide the next.
    let id = fields.has("id").then(|| fields.parsed("id"));
    if id.is_none() {
        fields.required("id");
    }
    let name = fields.required("name");
    let home: Option<Address> = fields.parsed("url");
    let class = fields.word("class", &Class::WORDS);
    if !fields.has("class") {
        fields.complain("class", format!("`class` is missing; one of {}", Class::words()));
    }
    let parent = fields.parsed("parent");
    if !fields.has("url") && !fields.has("parent") {
        fields.complain("url", "a body without `url` needs a `parent` whose site it publishes on");
    }
    let robots = read_robots(fields);
    let rate = read_rate(fields, &robots);
    let at_once = read_at_once(fields, &robots);
    let mut hosts = fields.texts("hosts");
    for host in &hosts {
        if host.is_empty()
            || format!("http://{host}/").parse::<Address>().map_or(true, |it| it.host() != host)
        {
            fields.complain("hosts", format!("`{host}` is no host name; write it without http:// and path"));
        }
    }
    hosts.extend(home.as_ref().map(|it| it.host().to_owned()));
    let resolve = fields.parsed("resolve");
    let columns = fields.tables("column").iter().filter_map(|it| read_column(it, home.as_ref())).collect();
    let site = Site {
        id: id??,
        name: name?,
        home,
        class: class?,
        body: fields.text("body"),
        sector: fields.text("sector"),
        id_code: fields.text("id_code"),
        parent,
        contact: fields.text("contact"),
        rate,
        at_once,
        window: fields.parsed("window"),
        robots,
        max_pages: fields.count("max_pages").and_then(|it| u32::try_from(it).ok()),
        scope: Scope::of(hosts),
        resolve,
        columns,
    };
    Some(site)
}

fn read_control(fields: &Fields<'_>) -> Vec<Control> {
    let resolve = fields.parsed("resolve");
    let urls = fields.texts("urls");
    if urls.is_empty() {
        fields.complain("urls", "`urls` of `[control]` names at least one address that is known to be up");
    }
    let read = |url: &String| match url.parse() {
        Ok(address) => Some(Control { address, resolve }),
        Err(error) => {
            fields.complain("urls", format!("`urls`: {error}"));
            None
        }
    };
    urls.iter().filter_map(read).collect()
}

fn read_alert(fields: &Fields<'_>) -> Alert {
    let alert = Alert {
        command: fields.texts("command"),
        webhook: fields.parsed("webhook"),
        resolve: fields.parsed("resolve"),
        secret_env: fields.text("secret_env").unwrap_or_else(|| "GOVCENSUS_ALERT_SECRET".to_owned()),
        after: fields.count("after").and_then(|it| usize::try_from(it).ok()).unwrap_or(2).max(1),
    };
    if alert.command.is_empty() && alert.webhook.is_none() {
        fields.complain("command", "`[alert]` names a `command`, a `webhook` or both");
    }
    alert
}

fn read_robots(fields: &Fields<'_>) -> Robots {
    let consents = fields.word("robots", &[("obey", false), ("owner-consents", true)]);
    let reason = fields.text("reason");
    match (consents, reason) {
        (Some(true), Some(reason)) => Robots::OwnerConsents { reason },
        (Some(true), None) => {
            fields.complain("robots", "`robots = \"owner-consents\"` needs a `reason`; the report prints it");
            Robots::Obey
        }
        (_, Some(_)) => {
            fields.complain("reason", "a `reason` goes with `robots = \"owner-consents\"`");
            Robots::Obey
        }
        (_, None) => Robots::Obey,
    }
}

fn read_rate(fields: &Fields<'_>, robots: &Robots) -> Option<f64> {
    let rate = fields.number("rate")?;
    let highest = match robots {
        Robots::Obey => RATE_LIMIT,
        Robots::OwnerConsents { .. } => RATE_CEILING,
    };
    if rate > 0.0 && rate <= highest {
        return Some(rate);
    }
    let more = match robots {
        Robots::Obey => ", more only with `robots = \"owner-consents\"`",
        Robots::OwnerConsents { .. } => "",
    };
    fields
        .complain("rate", format!("`rate` is {rate}; above 0 and at most {highest} requests a second{more}"));
    None
}

fn read_at_once(fields: &Fields<'_>, robots: &Robots) -> Option<u32> {
    let at_once = fields.count("at_once")?;
    let highest = match robots {
        Robots::Obey => 1,
        Robots::OwnerConsents { .. } => u64::from(AT_ONCE_CEILING),
    };
    if (1..=highest).contains(&at_once) {
        return u32::try_from(at_once).ok();
    }
    let more = match robots {
        Robots::Obey => ", more only with `robots = \"owner-consents\"`",
        Robots::OwnerConsents { .. } => "",
    };
    fields.complain(
        "at_once",
        format!("`at_once` is {at_once}; at least 1 and at most {highest} requests at a time{more}"),
    );
    None
}

fn read_column(fields: &Fields<'_>, home: Option<&Address>) -> Option<DeclaredColumn> {
    let name = fields.required("name");
    let href = fields.required("url");
    let kinds = ColumnKind::ALL.map(|kind| (kind.id(), kind));
    let kind = fields.word("kind", &kinds);
    if !fields.has("kind") {
        fields.complain("kind", "`kind` is missing");
    }
    let href = href?;
    let address = home.map_or_else(|| href.parse(), |home| home.join(&href));
    let address = address.map_err(|error| fields.complain("url", format!("`url`: {error}"))).ok();
    Some(DeclaredColumn { name: name?, address: address?, kind: kind? })
}

fn check_across(sites: &[(Site, &Fields<'_>)]) {
    let mut seen: BTreeMap<&SiteId, usize> = BTreeMap::new();
    for (site, fields) in sites {
        if let Some(first) = seen.insert(&site.id, fields.line()) {
            fields.complain("id", format!("`{}` is already the id of the site on line {first}", site.id));
        }
    }
    for (site, fields) in sites {
        let Some(parent) = &site.parent else { continue };
        match sites.iter().find(|(other, _)| other.id == *parent) {
            None => fields.complain("parent", format!("no site has the id `{parent}`")),
            Some((other, _)) if other.home.is_none() => {
                fields.complain("parent", format!("`{parent}` has no site of its own to publish on"));
            }
            Some(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Registry;

    fn complaints(text: &str) -> Vec<String> {
        match Registry::parse(Path::new("r.toml"), text) {
            Ok(_) => Vec::new(),
            Err(complaints) => complaints.to_string().lines().map(str::to_owned).collect(),
        }
    }

    const GOOD: &str = r#"
[city]
name = "昭通市"
contact = "office@zt.example"

[[site]]
id = "zhaotong"
name = "昭通市人民政府门户网站"
url = "http://www.zt.example"
class = "city"
hosts = ["xxgk.zt.example"]
window = "20:00-07:00"

[[site.column]]
name = "通知公告"
url = "/tzgg/"
kind = "notice"

[[site]]
id = "archives"
name = "昭通市档案局"
class = "bureau"
parent = "zhaotong"
"#;

    #[test]
    fn a_body_without_a_site_publishes_on_its_parents() {
        let registry = Registry::parse(Path::new("r.toml"), GOOD).unwrap();
        assert_eq!(registry.city, "昭通市");
        let [portal, archives] = &registry.sites[..] else { panic!("two sites") };
        assert_eq!(archives.parent.as_ref(), Some(&portal.id));
        assert!(
            archives.home.is_none() && portal.scope.contains(&"http://xxgk.zt.example/".parse().unwrap())
        );
        assert_eq!(portal.columns[0].address.as_str(), "http://www.zt.example/tzgg/");
    }

    #[test]
    fn a_control_list_names_addresses() {
        let control = |rest: &str| format!("{GOOD}\n[control]\n{rest}\n");
        let roster = control("urls = [\"http://c.example/\"]\nresolve = \"127.0.0.1:1\"");
        let registry = Registry::parse(Path::new("r.toml"), &roster).unwrap();
        assert_eq!(registry.control[0].address.as_str(), "http://c.example/");
        assert!(registry.control[0].resolve.is_some());
        assert_eq!(complaints(&control("urls = [\"ftp://c.example/\"]")).len(), 1);
        assert_eq!(complaints(&control("urls = []")).len(), 1);
    }

    #[test]
    fn alerts_name_a_command_or_a_hook() {
        let alert = |rest: &str| format!("{GOOD}\n[alert]\n{rest}\n");
        let roster = alert("command = [\"notify\", \"-x\"]\nwebhook = \"https://h.example/\"\nafter = 3");
        let registry = Registry::parse(Path::new("r.toml"), &roster).unwrap();
        assert_eq!(registry.alert.map(|it| (it.command.len(), it.after)), Some((2, 3)));
        assert_eq!(complaints(&alert("after = 2")).len(), 1);
        assert_eq!(complaints(&alert("webhook = \"mail\"")).len(), 2);
    }

    #[test]
    fn three_mistakes_are_three_complaints_with_their_lines() {
        let text = "[city]\nname = \"x\"\n[[site]]\nid = \"A\"\nname = \"a\"\nurl = \"ftp://a.example/\"\nclass = \"village\"\n";
        assert_eq!(
            complaints(text),
            [
                "r.toml:4: `id`: `A` is no id; use at most 64 of a–z, 0–9 and -",
                "r.toml:6: `url`: `ftp:` is no web address; only http and https are asked for",
                "r.toml:7: `class` is `village`; one of city, county, bureau, vertical, township, enterprise",
            ]
        );
    }

    #[test]
    fn several_requests_at_a_time_need_the_owners_consent() {
        let site = "[city]\nname = \"x\"\n[[site]]\nid = \"a\"\nname = \"a\"\nurl = \"http://a.example/\"\nclass = \"city\"\n";
        assert_eq!(complaints(&format!("{site}at_once = 1\n")), [""; 0]);
        assert_eq!(
            complaints(&format!("{site}at_once = 2\n")),
            [
                "r.toml:8: `at_once` is 2; at least 1 and at most 1 requests at a time, more only with `robots = \"owner-consents\"`"
            ]
        );
        let consent = "robots = \"owner-consents\"\nreason = \"own server\"\n";
        assert_eq!(complaints(&format!("{site}at_once = 8\n{consent}")), [""; 0]);
    }

    #[test]
    fn a_fast_rate_needs_the_owners_consent_and_a_reason() {
        let site = "[city]\nname = \"x\"\n[[site]]\nid = \"a\"\nname = \"a\"\nurl = \"http://a.example/\"\nclass = \"city\"\n";
        assert_eq!(complaints(&format!("{site}rate = 5\n")), [""; 0]);
        assert_eq!(
            complaints(&format!("{site}rate = 6\n")),
            [
                "r.toml:8: `rate` is 6; above 0 and at most 5 requests a second, more only with `robots = \"owner-consents\"`"
            ]
        );
        assert_eq!(
            complaints(&format!("{site}rate = 6\nrobots = \"owner-consents\"\nreason = \"own server\"\n")),
            [""; 0]
        );
        assert_eq!(complaints(&format!("{site}robots = \"owner-consents\"\n")).len(), 1);
    }

    #[test]
    fn ids_are_unique_and_parents_exist() {
        let text = GOOD
            .replace("id = \"archives\"", "id = \"zhaotong\"")
            .replace("parent = \"zhaotong\"", "parent = \"nobody\"");
        assert_eq!(
            complaints(&text),
            [
                "r.toml:20: `zhaotong` is already the id of the site on line 6",
                "r.toml:23: no site has the id `nobody`"
            ]
        );
    }
}
