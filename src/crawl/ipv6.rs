//! One look at a site's IPv6: whether its name has such an address, and whether it can be connected to from here.
//!
//! Nothing is sent over the connection. A host that the roster's table places somewhere has no name to look up, so
//! nothing is said about it.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;

use super::names::{Names, Route};
use crate::base::Address;
use crate::evidence::Ipv6;

/// How long a connection may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// What is seen of the host of `home`; `None` when it was not looked up.
pub(super) async fn look(names: &Names, home: &Address) -> Option<Ipv6> {
    match names.route(home) {
        Ok(Route::ByName) => {}
        _ => return None,
    }
    let found = names.resolve(home.host()).await.ok()?;
    let Some(address) = found.iter().find(|it| it.is_ipv6()) else {
        return (!found.is_empty()).then_some(Ipv6::NoAddress);
    };
    let at = SocketAddr::new(address.ip(), home.port());
    Some(match timeout(PATIENCE, TcpStream::connect(at)).await {
        Ok(Ok(_)) => Ipv6::Reachable,
        Ok(Err(error)) if is_ours(error.kind()) => Ipv6::NotTested,
        Ok(Err(_)) | Err(_) => Ipv6::Unreachable,
    })
}

/// Whether the failure is this machine's lack of IPv6.
fn is_ours(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::NetworkUnreachable
            | ErrorKind::AddrNotAvailable
            | ErrorKind::Unsupported
            | ErrorKind::PermissionDenied
            | ErrorKind::Other
            | ErrorKind::InvalidInput
    )
}

#[cfg(test)]
mod tests {
    use super::{is_ours, look};
    use crate::crawl::Names;

    #[tokio::test]
    async fn a_host_of_the_table_is_not_looked_up() {
        let home = "http://a.example/".parse().unwrap();
        let names = Names::closed().with("a.example", None, "127.0.0.1:1".parse().unwrap());
        assert_eq!(look(&names, &home).await, None);
        assert_eq!(look(&Names::closed(), &home).await, None);
    }

    #[test]
    fn a_machine_without_ipv6_accuses_nobody() {
        assert!(is_ours(std::io::ErrorKind::NetworkUnreachable));
        assert!(!is_ours(std::io::ErrorKind::ConnectionRefused));
    }
}
