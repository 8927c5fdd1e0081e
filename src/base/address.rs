//! A URL we are willing to ask for.

use std::fmt;
use std::str::FromStr;

use url::{Position, Url};

/// An absolute http or https URL without fragment and without credentials.
///
/// Two addresses are equal exactly when they are the same request.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(Url);

/// Why a text is no [`Address`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAddress {
    /// Not a URL at all, or a relative one without a base.
    #[error("`{0}` is no absolute URL")]
    NotAUrl(String),
    /// `ftp:`, `javascript:`, `mailto:` and the like.
    #[error("`{0}:` is no web address; only http and https are asked for")]
    Scheme(String),
    /// An http URL without a host.
    #[error("`{0}` has no host")]
    NoHost(String),
}

impl Address {
    /// Reads `href` as it stands on the page `self`.
    pub fn join(&self, href: &str) -> Result<Self, NotAnAddress> {
        let href = href.trim();
        self.0.join(href).map_err(|_| NotAnAddress::NotAUrl(href.to_owned())).and_then(Self::try_from)
    }

    /// Host name as in the URL, lower case; an IP address without brackets.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']')
    }

    /// The port that would be connected to.
    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or(80)
    }

    /// Whether it is https.
    pub fn is_secure(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// `http://host:port`, with the port only where it is not the default.
    pub fn origin(&self) -> &str {
        &self.0[..Position::BeforePath]
    }

    /// The path, starting with a slash; percent-encoded.
    pub fn path(&self) -> &str {
        self.0.path()
    }

    /// Path and query: what is asked of the server.
    pub fn path_and_query(&self) -> &str {
        &self.0[Position::BeforePath..Position::AfterQuery]
    }

    /// Whether this is the root of its host: path `/`, no query.
    pub fn is_root(&self) -> bool {
        self.path_and_query() == "/"
    }

    /// The address without the session ids that some servers write into every link, so that one page has one address.
    #[must_use]
    pub fn without_session(&self) -> Self {
        let is_session = |name: &str| {
            matches!(name.to_ascii_lowercase().as_str(), "jsessionid" | "phpsessid" | "aspsessionid" | "sid")
        };
        let path = self.path();
        let in_path = path.to_ascii_lowercase().find(";jsessionid=");
        let query = self.0.query().unwrap_or_default();
        let name = |part: &str| part.split('=').next().unwrap_or_default().to_owned();
        let in_query = query.split('&').any(|part| is_session(&name(part)));
        if in_path.is_none() && !in_query {
            return self.clone();
        }
        let mut url = self.0.clone();
        if let Some(start) = in_path {
            let end = path[start..].find('/').map_or(path.len(), |it| start + it);
            url.set_path(&[&path[..start], &path[end..]].concat());
        }
        if in_query {
            let rest: Vec<&str> = query.split('&').filter(|part| !is_session(&name(part))).collect();
            url.set_query((!rest.is_empty()).then(|| rest.join("&")).as_deref());
        }
        Self(url)
    }

    /// The same page as other links spell it: http or https, with `www.` or without; this address is not among them.
    /// None for an address with a port of its own.
    pub fn other_spellings(&self) -> Vec<Self> {
        if self.0.port().is_some() || self.0.domain().is_none() {
            return Vec::new();
        }
        let bare = self.host().strip_prefix("www.").unwrap_or(self.host());
        let spell = |scheme: &str, www: &str| {
            let mut url = self.0.clone();
            url.set_scheme(scheme).ok()?;
            url.set_host(Some(&format!("{www}{bare}"))).ok()?;
            Some(Self(url))
        };
        let all = [("http", ""), ("http", "www."), ("https", ""), ("https", "www.")];
        all.into_iter().filter_map(|(scheme, www)| spell(scheme, www)).filter(|it| it != self).collect()
    }

    /// The whole URL.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The URL, for libraries that want one.
    pub fn url(&self) -> &Url {
        &self.0
    }
}

impl TryFrom<Url> for Address {
    type Error = NotAnAddress;

    fn try_from(mut url: Url) -> Result<Self, NotAnAddress> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(NotAnAddress::Scheme(url.scheme().to_owned()));
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(NotAnAddress::NoHost(url.to_string()));
        }
        if url.fragment().is_some() {
            url.set_fragment(None);
        }
        if !url.username().is_empty() || url.password().is_some() {
            // Neither can fail: the URL has a host.
            let _ = url.set_username("");
            let _ = url.set_password(None);
        }
        Ok(Self(url))
    }
}

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        Url::parse(text.trim()).map_err(|_| NotAnAddress::NotAUrl(text.to_owned())).and_then(Self::try_from)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, NotAnAddress};

    #[test]
    fn equal_means_same_request() {
        let plain: Address = "http://A.example:80/x?y=1#z".parse().unwrap();
        assert_eq!(plain.as_str(), "http://a.example/x?y=1");
        let secret: Address = "http://me:pw@a.example/x?y=1".parse().unwrap();
        assert_eq!(plain, secret);
    }

    #[test]
    fn session_ids_do_not_make_two_pages_of_one() {
        let plain = |url: &str| url.parse::<Address>().unwrap().without_session().to_string();
        assert_eq!(plain("http://a.example/x;jsessionid=0A?y=1"), "http://a.example/x?y=1");
        assert_eq!(plain("http://a.example/x;JSESSIONID=0A/y"), "http://a.example/x/y");
        assert_eq!(plain("http://a.example/x?PHPSESSID=1&y=%B1&sid=2"), "http://a.example/x?y=%B1");
        assert_eq!(plain("http://a.example/x?sid=2"), "http://a.example/x");
        assert_eq!(plain("http://a.example/x?side=2"), "http://a.example/x?side=2");
    }

    #[test]
    fn one_page_has_four_spellings() {
        let page: Address = "http://www.a.example/x?y=1".parse().unwrap();
        let others: Vec<_> = page.other_spellings().iter().map(ToString::to_string).collect();
        assert_eq!(
            others,
            ["http://a.example/x?y=1", "https://a.example/x?y=1", "https://www.a.example/x?y=1"]
        );
        for own in ["http://a.example:8080/", "http://10.0.0.1/"] {
            assert!(own.parse::<Address>().unwrap().other_spellings().is_empty(), "{own}");
        }
    }

    #[test]
    fn only_the_web_is_asked() {
        let page: Address = "https://a.example/tzgg/index.html".parse().unwrap();
        assert_eq!(page.join("./t1.html").unwrap().as_str(), "https://a.example/tzgg/t1.html");
        assert_eq!(page.join("//b.example/").unwrap().host(), "b.example");
        assert_eq!(page.join("javascript:void(0)"), Err(NotAnAddress::Scheme("javascript".into())));
        assert!("tzgg/index.html".parse::<Address>().is_err());
    }
}
