//! How host names become addresses, and which addresses are never connected to.
//!
//! Links and redirects come from strangers, so a name may lead into our own network. The check is made where the
//! connection is made: the address that was checked is the address that is connected to.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::lookup::{NameService, System};
use crate::base::Address;
use crate::evidence::FailureKind;
use crate::site::{Control, Site};

/// How long a name may take. It is less than the census allows for a page: what takes longer is the name service that
/// does not answer, maybe ours, and no site that did not open within 15 s.
const PATIENCE: Duration = Duration::from_secs(10);

/// A table of hosts, and what happens to hosts that are not in it.
#[derive(Clone, Debug)]
pub struct Names {
    table: BTreeMap<(String, Option<u16>), SocketAddr>,
    others: Others,
    patience: Duration,
}

#[derive(Clone, Debug)]
enum Others {
    /// A name service is asked, and reserved addresses are refused.
    Service(Arc<dyn NameService>),
    /// They do not exist.
    Nowhere,
}

/// Why a host has no address that we connect to.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{detail}")]
pub(super) struct Unresolved {
    /// The kind of failure that it is.
    pub kind: FailureKind,
    /// For the log.
    pub detail: String,
}

/// How a connection for an address is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// To the host of the URL, through [`Names::resolve`].
    ByName,
    /// To this address, whatever the URL says.
    Listed(SocketAddr),
}

impl Names {
    /// Hosts outside the table are looked up by the system.
    pub fn system() -> Self {
        Self::asking(Arc::new(System))
    }

    /// Hosts outside the table are looked up by `service`.
    pub fn asking(service: Arc<dyn NameService>) -> Self {
        Self { table: BTreeMap::new(), others: Others::Service(service), patience: PATIENCE }
    }

    /// Waits so long for a name service at the most; 10 s when nothing is said.
    #[must_use]
    pub fn waiting(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Hosts outside the table do not exist: nothing leaves this machine.
    pub fn closed() -> Self {
        Self { table: BTreeMap::new(), others: Others::Nowhere, patience: PATIENCE }
    }

    /// Connects to `address` for `host`, on `port` alone or on any. The table may name any address, also a reserved
    /// one: whoever runs the program has said so.
    #[must_use]
    pub fn with(mut self, host: &str, port: Option<u16>, address: SocketAddr) -> Self {
        self.table.insert((host.to_ascii_lowercase(), port), address);
        self
    }

    /// Connects to where the roster says for every host of the site.
    #[must_use]
    pub fn with_site(mut self, site: &Site) -> Self {
        let Some(address) = site.resolve else { return self };
        for host in site.scope.hosts() {
            self = self.with(host, None, address).with(&format!("www.{host}"), None, address);
        }
        self
    }

    /// Connects to where the roster says for a control host.
    #[must_use]
    pub fn with_control(self, control: &Control) -> Self {
        match control.resolve {
            Some(address) => self.with(control.address.host(), None, address),
            None => self,
        }
    }

    /// How to connect for `address`; refuses literal addresses that are reserved.
    pub(super) fn route(&self, address: &Address) -> Result<Route, Unresolved> {
        let (host, port) = (address.host(), address.port());
        let listed = [Some(port), None].iter().find_map(|port| self.table.get(&(host.to_owned(), *port)));
        if let Some(listed) = listed {
            return Ok(Route::Listed(*listed));
        }
        let literal: Option<IpAddr> = host.parse().ok();
        match (&self.others, literal) {
            (Others::Nowhere, None) => Err(no_such_host(host)),
            (Others::Nowhere, Some(ip)) => Err(forbidden(host, ip)),
            (Others::Service(_), Some(ip)) if is_reserved(ip) => Err(forbidden(host, ip)),
            (Others::Service(_), _) => Ok(Route::ByName),
        }
    }

    /// Every address of `host` that may be connected to; never none. The port is 0 where the URL decides it.
    pub(super) async fn resolve(&self, host: &str) -> Result<Vec<SocketAddr>, Unresolved> {
        let listed = [Some(443), None].iter().find_map(|port| self.table.get(&(host.to_owned(), *port)));
        if let Some(listed) = listed {
            return Ok(vec![*listed]);
        }
        let Others::Service(service) = &self.others else { return Err(no_such_host(host)) };
        let found = match timeout(self.patience, service.look_up(host)).await {
            Ok(found) => found.map_err(|error| unresolved(host, &error))?,
            Err(_) => return Err(unanswered(host, self.patience)),
        };
        allowed(host, found.into_iter().map(|ip| SocketAddr::new(ip, 0)).collect())
    }
}

fn allowed(host: &str, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Unresolved> {
    let refused = found.iter().map(SocketAddr::ip).find(|ip| is_reserved(*ip));
    let open: Vec<SocketAddr> = found.into_iter().filter(|it| !is_reserved(it.ip())).collect();
    match (open.is_empty(), refused) {
        (false, _) => Ok(open),
        (true, Some(ip)) => Err(forbidden(host, ip)),
        (true, None) => Err(no_such_host(host)),
    }
}

fn no_such_host(host: &str) -> Unresolved {
    Unresolved { kind: FailureKind::NoSuchHost, detail: format!("no host is called {host}") }
}

fn unanswered(host: &str, patience: Duration) -> Unresolved {
    let detail = format!("{host}: no answer from the name service within {} s", patience.as_secs_f32());
    Unresolved { kind: FailureKind::DnsTrouble, detail }
}

fn forbidden(host: &str, ip: IpAddr) -> Unresolved {
    let detail = format!("{host} leads to {ip}, which is not connected to unless the roster says so");
    Unresolved { kind: FailureKind::Forbidden, detail }
}

/// The system's resolver has no typed errors; these are the words of glibc and musl for "there is no such name".
/// Whatever else it says may be trouble on our own line and proves nothing.
fn unresolved(host: &str, error: &std::io::Error) -> Unresolved {
    let detail = error.to_string();
    let none = ["Name or service not known", "No address associated with hostname", "Name does not resolve"]
        .iter()
        .any(|words| detail.contains(words));
    let kind = if none { FailureKind::NoSuchHost } else { FailureKind::DnsTrouble };
    Unresolved { kind, detail: format!("{host}: {detail}") }
}

/// Whether an address is in our own network, or in nobody's (IANA special-purpose registries).
pub(super) fn is_reserved(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_reserved_v4(ip),
        IpAddr::V6(ip) => is_reserved_v6(ip),
    }
}

fn is_reserved_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || a == 0
        || a >= 224
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b))
}

fn is_reserved_v6(ip: Ipv6Addr) -> bool {
    let segments = ip.segments();
    // Addresses that carry an IPv4 address inside lead where that one leads.
    let inner = match segments {
        [0, 0, 0, 0, 0, 0xffff | 0, a, b] | [0x64, 0xff9b, 0, 0, 0, 0, a, b] | [0x2002, a, b, ..] => {
            Some((a, b))
        }
        _ => None,
    };
    if let Some((a, b)) = inner {
        let ([a, b], [c, d]) = (a.to_be_bytes(), b.to_be_bytes());
        return is_reserved_v4(Ipv4Addr::new(a, b, c, d));
    }
    // Only 2000::/3 is given out; of it, 2001:db8::/32 is for documents and 2001::/32 is a tunnel.
    segments[0] & 0xe000 != 0x2000 || (segments[0] == 0x2001 && matches!(segments[1], 0x0db8 | 0))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::time::Instant;

    use super::{Names, Route, allowed, is_reserved};
    use crate::crawl::Limits;
    use crate::crawl::lookup::{LookingUp, NameService};
    use crate::evidence::FailureKind;

    /// Never says anything.
    #[derive(Debug)]
    struct Silent;

    impl NameService for Silent {
        fn look_up<'a>(&'a self, _: &'a str) -> LookingUp<'a> {
            Box::pin(std::future::pending())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_name_service_that_does_not_answer_is_no_site_that_does_not_open() {
        let began = Instant::now();
        let error = Names::asking(Arc::new(Silent)).resolve("a.example").await.unwrap_err();
        assert_eq!(error.kind, FailureKind::DnsTrouble);
        // Beyond that it would be taken for the site's own 15 s.
        assert!(began.elapsed() < Limits::default().first_byte);
    }

    fn kind(names: &Names, url: &str) -> Result<Route, FailureKind> {
        names.route(&url.parse().unwrap()).map_err(|error| error.kind)
    }

    #[test]
    fn addresses_of_our_own_network_are_reserved_in_every_disguise() {
        let reserved = "127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 \
                        255.255.255.255 198.18.0.1 192.0.2.1 ::1 :: fe80::1 fd00::1 ff02::1 ::ffff:10.0.0.5 \
                        ::ffff:127.0.0.1 ::127.0.0.1 64:ff9b::a00:1 2002:7f00:1::1 2001:db8::1 2001::1";
        for ip in reserved.split_whitespace() {
            assert!(is_reserved(ip.parse().unwrap()), "{ip}");
        }
        for ip in "1.1.1.1 100.128.0.1 172.32.0.1 2400:3200::1 ::ffff:1.1.1.1 2001:4860:4860::8888"
            .split_whitespace()
        {
            assert!(!is_reserved(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn literal_addresses_are_checked_before_they_are_connected_to() {
        let names = Names::system();
        for url in [
            "http://127.0.0.1:1/",
            "http://[::1]/",
            "http://[::ffff:10.0.0.5]/",
            "http://2130706433/",
            "http://0x7f.1/",
        ] {
            assert_eq!(kind(&names, url), Err(FailureKind::Forbidden), "{url}");
        }
        assert_eq!(kind(&names, "http://1.1.1.1/"), Ok(Route::ByName));
    }

    #[test]
    fn a_name_with_one_open_and_one_reserved_address_is_only_reached_at_the_open_one() {
        let found = |text: &str| text.split_whitespace().map(|it| it.parse().unwrap()).collect::<Vec<_>>();
        assert_eq!(allowed("a.example", found("10.0.0.1:0 1.1.1.1:0")).unwrap(), found("1.1.1.1:0"));
        assert_eq!(allowed("a.example", found("10.0.0.1:0")).unwrap_err().kind, FailureKind::Forbidden);
    }

    #[test]
    fn the_table_wins_by_port_and_then_by_name() {
        let (one, other) = ("127.0.0.1:1001".parse().unwrap(), "127.0.0.1:1002".parse().unwrap());
        let names = Names::closed().with("a.example", None, one).with("a.example", Some(8080), other);
        assert_eq!(kind(&names, "http://a.example/"), Ok(Route::Listed(one)));
        assert_eq!(kind(&names, "http://a.example:8080/"), Ok(Route::Listed(other)));
        assert_eq!(kind(&names, "http://b.example/"), Err(FailureKind::NoSuchHost));
        assert_eq!(kind(&names, "http://1.1.1.1/"), Err(FailureKind::Forbidden));
    }
}
