//! Names that are given another address by the user, as with curl's `--resolve`.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

/// Gives a name an address of the user's choice: `host:port:address`.
///
/// The host is a name, `*.test` for every name below `test`, or `*`; the port a number or `*`. The
/// address may have a port of its own (`127.0.0.1:9000`): the connection then goes there, while the
/// URL and the `Host` field keep theirs. Addresses so given must be permitted by the
/// [`crate::AddressGuard`] like any other. A host that is written as an IP address is no name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolveOverride {
    host: HostPattern,
    /// `None` for every port.
    pub(crate) port: Option<u16>,
    pub(crate) ip: IpAddr,
    /// `None` for the port of the URL.
    pub(crate) to_port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum HostPattern {
    Every,
    /// With its leading dot.
    Below(String),
    Name(String),
}

/// Why a text is no [`ResolveOverride`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnOverride {
    /// Not three parts.
    #[error("`{0}` has not three parts; write `host:port:address`, as in `shop.test:80:127.0.0.1`")]
    NotThreeParts(String),
    /// The first part is no host name.
    #[error("`{0}` does not begin with a host name; write a name, `*.test` or `*`")]
    NotAHost(String),
    /// The second part is no port.
    #[error("`{0}` has no valid port; write a number from 1 to 65535, or `*`")]
    NotAPort(String),
    /// The third part is no IP address.
    #[error("`{0}` does not end in an IP address; write `127.0.0.1`, `127.0.0.1:9000` or `[::1]`")]
    NotAnAddress(String),
}

impl ResolveOverride {
    /// The address that `host` is given when it is asked at `port`; `None` where this is about
    /// another host or port.
    #[must_use]
    pub fn ip_for(&self, host: &model::Host, port: u16) -> Option<IpAddr> {
        self.is_about(host.as_str(), Some(port)).then_some(self.ip)
    }

    /// Whether this is about `host`, asked at `port`; with no port, whether it is about `host` at
    /// every port.
    pub(crate) fn is_about(&self, host: &str, port: Option<u16>) -> bool {
        if self.port.is_some() && self.port != port {
            return false;
        }
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        match &self.host {
            HostPattern::Every => true,
            HostPattern::Below(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
            HostPattern::Name(name) => *name == host,
        }
    }
}

impl FromStr for ResolveOverride {
    type Err = NotAnOverride;

    fn from_str(text: &str) -> Result<Self, NotAnOverride> {
        let mut parts = text.trim().splitn(3, ':');
        let (Some(host), Some(port), Some(address)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(NotAnOverride::NotThreeParts(text.to_owned()));
        };
        let (ip, to_port) =
            parse_address(address).ok_or_else(|| NotAnOverride::NotAnAddress(text.to_owned()))?;
        Ok(Self {
            host: parse_host(host).ok_or_else(|| NotAnOverride::NotAHost(text.to_owned()))?,
            port: match port {
                "*" => None,
                _ => {
                    Some(parse_port(port).ok_or_else(|| NotAnOverride::NotAPort(text.to_owned()))?)
                }
            },
            ip,
            to_port,
        })
    }
}

fn parse_host(host: &str) -> Option<HostPattern> {
    if host == "*" {
        return Some(HostPattern::Every);
    }
    let (below, name) = match host.strip_prefix("*.") {
        Some(name) => (true, name),
        None => (false, host),
    };
    // Names are compared in the form that a URL has them in.
    let name = match url::Host::parse(name.trim_end_matches('.')) {
        Ok(url::Host::Domain(name)) if !name.contains('*') => name,
        _ => return None,
    };
    Some(if below {
        HostPattern::Below(format!(".{name}"))
    } else {
        HostPattern::Name(name)
    })
}

fn parse_port(port: &str) -> Option<u16> {
    port.parse().ok().filter(|port| *port > 0)
}

fn parse_address(text: &str) -> Option<(IpAddr, Option<u16>)> {
    if let Ok(address) = text.parse::<SocketAddr>() {
        return (address.port() > 0).then_some((address.ip(), Some(address.port())));
    }
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(text);
    bare.parse().ok().map(|ip| (ip, None))
}
