//! Addresses: text becomes an address once.
//!
//! [`RawHref`] is what a page wrote; [`PageUrl`] is what it means. The only ways from one to the
//! other are [`RawHref::resolve`] and [`PageUrl::parse`], so a string that is not an absolute
//! http(s) address cannot enter the graph.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use url::Url;

/// A reference as the page wrote it: relative, broken or hostile.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RawHref(String);

impl RawHref {
    /// Keeps `written` as it is.
    #[must_use]
    pub fn new(written: impl Into<String>) -> Self {
        Self(written.into())
    }

    /// The reference as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Resolves the reference against `base` by the WHATWG URL standard.
    ///
    /// # Errors
    /// [`NotAPage`] when the result is no http(s) address; the variant says why.
    pub fn resolve(&self, base: &PageUrl) -> Result<PageUrl, NotAPage> {
        if let Some(plain) = crate::plain::resolve(&self.0, &base.0) {
            return Ok(PageUrl(plain));
        }
        PageUrl::from_url(base.0.join(&self.0)?)
    }
}

impl fmt::Display for RawHref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a reference is not the address of a page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAPage {
    /// The WHATWG parser refuses the text.
    #[error("not a URL: {0}")]
    Unparsable(#[from] url::ParseError),
    /// A scheme that no page answers to (`mailto:`, `javascript:`, `data:` ...).
    #[error("scheme `{0}` is not http or https")]
    OtherScheme(String),
}

/// The address of a page: absolute, http or https, parsed by the WHATWG URL standard, with the
/// fragment and the user information dropped: neither belongs to what is asked for, and a name
/// before an `@` is a favorite disguise (the reference as written keeps it). Scheme and host are in
/// lower case, the host is in its ASCII form, default ports and dot segments are gone, escapes in the
/// path that stand for unreserved octets are decoded and the others in upper case; the query is kept as
/// written.
///
/// Ordered by its text, which is the order of every list of addresses that Sidedoor writes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageUrl(Url);

impl PageUrl {
    /// Parses an absolute address.
    ///
    /// # Errors
    /// [`NotAPage`] when the text is no absolute http(s) address.
    pub fn parse(text: &str) -> Result<Self, NotAPage> {
        Self::from_url(Url::parse(text)?)
    }

    /// Takes a parsed URL and brings it to the normal form.
    ///
    /// # Errors
    /// [`NotAPage::OtherScheme`] when the scheme is not http or https.
    pub fn from_url(mut url: Url) -> Result<Self, NotAPage> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(NotAPage::OtherScheme(url.scheme().to_owned()));
        }
        url.set_fragment(None);
        // Both succeed for http and https, which always have a host.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        crate::normal::normalize_path(&mut url);
        Ok(Self(url))
    }

    /// The parsed URL.
    #[must_use]
    pub fn as_url(&self) -> &Url {
        &self.0
    }

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host, in lower case; an IPv6 address is in brackets. A name that is
    /// [rooted](Self::is_rooted) is the same host without its dot.
    #[must_use]
    pub fn host(&self) -> Host {
        Host(self.host_text().to_owned())
    }

    /// The host as text, without a copy of it; see [`host`](Self::host).
    #[must_use]
    pub fn host_text(&self) -> &str {
        let written = self.0.host_str().unwrap_or_default();
        if self.is_rooted() {
            &written[..written.len() - 1]
        } else {
            written
        }
    }

    /// Whether the host is a name with the dot of the root at its end (`shop.test.`): to the name
    /// servers it is the name without the dot, and a server may tell the two apart all the same.
    #[must_use]
    pub fn is_rooted(&self) -> bool {
        let name = self.0.host_str().and_then(|host| host.strip_suffix('.'));
        name.is_some_and(|name| !name.is_empty() && !name.ends_with('.'))
    }

    /// Whether another address is one of the same [`Site`]. Costs no look-up where the hosts are one.
    #[must_use]
    pub fn is_same_site(&self, other: &Self) -> bool {
        let is_one = self.host_text() == other.host_text() && self.0.port() == other.0.port();
        is_one || Site::of(self) == Site::of(other)
    }

    /// The site: registrable domain by the public suffix list. See [`Site`].
    #[must_use]
    pub fn site(&self) -> Site {
        Site::of(self)
    }

    /// The address without the dot of the root behind its host; see [`is_rooted`](Self::is_rooted).
    #[must_use]
    pub fn without_root(&self) -> Cow<'_, Self> {
        if !self.is_rooted() {
            return Cow::Borrowed(self);
        }
        let mut url = self.0.clone();
        // A name stays one without its dot.
        let _ = url.set_host(Some(self.host_text()));
        Cow::Owned(Self(url))
    }

    /// Scheme, [host](Self::host) and port.
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin(self.without_root().0.origin().ascii_serialization())
    }

    /// The port that a connection uses, stated or by default.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or(80)
    }

    /// The host when it is written as an IP address.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        match self.0.host() {
            Some(url::Host::Ipv4(ip)) => Some(ip.into()),
            Some(url::Host::Ipv6(ip)) => Some(ip.into()),
            _ => None,
        }
    }
}

impl fmt::Display for PageUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl std::str::FromStr for PageUrl {
    type Err = NotAPage;
    fn from_str(text: &str) -> Result<Self, NotAPage> {
        Self::parse(text)
    }
}

impl Serialize for PageUrl {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

impl<'de> Deserialize<'de> for PageUrl {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// A host name, in lower case and ASCII.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Host(String);

impl Host {
    /// Takes a host name, in any case.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(name.to_ascii_lowercase())
    }

    /// The host as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Scheme, host and port, as in HTML.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Origin(String);

impl Origin {
    /// The origin as text, without a trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The unit of control on the web: the registrable domain by the public suffix list
/// (`shop.example.co.uk` → `example.co.uk`).
///
/// An IP address and a name without a dot (`localhost`) have no registrable domain. There, two
/// ports are two servers and most often two owners, so the site is host and port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Site(String);

impl Site {
    /// The site of an address. Costs one look-up in the compiled-in list.
    #[must_use]
    pub fn of(address: &PageUrl) -> Self {
        let host = address.0.host_str().unwrap_or_default();
        let name = host.trim_end_matches('.');
        if address.ip().is_none()
            && let Some(domain) = crate::suffix::registrable_domain(name)
        {
            return Self(domain.to_owned());
        }
        match address.0.port() {
            Some(port) => Self(format!("{name}:{port}")),
            None => Self(name.to_owned()),
        }
    }

    /// A site that somebody else names, whatever its addresses look like.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// The site as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Dense place of a page in one link graph; meaningless elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PageId(pub u32);

impl PageId {
    /// The place as an index of a slice with one entry for each page.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}
