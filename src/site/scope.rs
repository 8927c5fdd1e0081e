//! Which addresses belong to a site.

use std::collections::BTreeSet;

use crate::base::Address;

/// The hosts that are one site. Pages are walked inside it; links out of it are only checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope(BTreeSet<String>);

impl Scope {
    /// The hosts named, lower case. `www.a.example` and `a.example` are one site.
    pub fn of(hosts: impl IntoIterator<Item = String>) -> Self {
        Self(hosts.into_iter().map(|host| bare(&host.to_ascii_lowercase()).to_owned()).collect())
    }

    /// The hosts, without `www.`, in order.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether the address belongs to the site.
    pub fn contains(&self, address: &Address) -> bool {
        self.0.contains(bare(address.host()))
    }
}

fn bare(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::Scope;

    #[test]
    fn a_name_that_only_ends_alike_is_another_site() {
        let scope = Scope::of(["www.a.example".to_owned(), "xxgk.a.example".to_owned()]);
        let inside = |url: &str| scope.contains(&url.parse().unwrap());
        assert!(
            inside("http://www.a.example/")
                && inside("https://a.example/x")
                && inside("http://XXGK.a.example/")
        );
        assert!(!inside("http://b.a.example/") && !inside("http://nota.example/"));
    }
}
