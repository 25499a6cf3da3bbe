//! Which addresses a connection may be made to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use ipnet::IpNet;

/// Says which addresses a connection may be made to: those of the public Internet, and what was
/// allowed by name. A value, so that a test or a scan of one's own machine says what it opens.
///
/// Checked after name resolution, on the very addresses that are connected to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressGuard {
    allowances: Vec<Allowance>,
}

impl AddressGuard {
    /// Permits the public Internet alone: no address of the special-purpose registries of IANA
    /// (loopback, private, link-local, shared, documentation, benchmarking, multicast, reserved).
    #[must_use]
    pub const fn public_only() -> Self {
        Self {
            allowances: Vec::new(),
        }
    }

    /// Permits `allowance` as well.
    #[must_use]
    pub fn with(mut self, allowance: Allowance) -> Self {
        self.allowances.push(allowance);
        self
    }

    /// Whether a connection to `ip` at `port` may be made. An IPv4 address within an IPv6 one
    /// (mapped, 6to4, NAT64) is judged as what it is.
    #[must_use]
    pub fn permits(&self, ip: IpAddr, port: u16) -> bool {
        self.permits_where(ip, |allowed| allowed.is_none_or(|allowed| allowed == port))
    }

    /// Whether connections to `ip` may be made at every port.
    pub(crate) fn permits_every_port(&self, ip: IpAddr) -> bool {
        self.permits_where(ip, |allowed| allowed.is_none())
    }

    /// The ports that allowances name.
    pub(crate) fn named_ports(&self) -> impl Iterator<Item = u16> {
        self.allowances.iter().filter_map(|allowed| allowed.port)
    }

    fn permits_where(&self, ip: IpAddr, at: impl Fn(Option<u16>) -> bool) -> bool {
        let meant = meant(ip);
        let allowed = self.allowances.iter().any(|allowance| {
            (allowance.net.contains(&ip) || allowance.net.contains(&meant)) && at(allowance.port)
        });
        allowed || is_public(meant)
    }
}

/// An address or network that may be connected to although it is not public:
/// `127.0.0.1`, `127.0.0.1:8080`, `10.0.0.0/8`, `::1`, `[::1]:80`, `fd00::/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    net: IpNet,
    port: Option<u16>,
}

/// Why a text is no [`Allowance`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAllowance {
    /// Neither an address nor a network.
    #[error(
        "`{0}` is no IP address to allow; write `127.0.0.1`, `127.0.0.1:8080`, `10.0.0.0/8`, \
         `::1` or `[::1]:80` (a name is not enough: it can come to mean another address)"
    )]
    NotAnAddress(String),
    /// The part behind the slash is no prefix length.
    #[error("`{0}` is no network to allow; write address and prefix length, as in `10.0.0.0/8`")]
    NotANetwork(String),
    /// The part behind the colon is no port.
    #[error("`{0}` has no valid port; write a number from 1 to 65535, as in `127.0.0.1:8080`")]
    NotAPort(String),
}

impl From<IpAddr> for Allowance {
    fn from(ip: IpAddr) -> Self {
        Self {
            net: ip.into(),
            port: None,
        }
    }
}

impl From<SocketAddr> for Allowance {
    fn from(address: SocketAddr) -> Self {
        Self {
            net: address.ip().into(),
            port: Some(address.port()),
        }
    }
}

impl FromStr for Allowance {
    type Err = NotAnAllowance;

    fn from_str(text: &str) -> Result<Self, NotAnAllowance> {
        let written = text.trim();
        if written.contains('/') {
            let net = written.parse::<IpNet>();
            return net
                .map(|net| Self {
                    net: net.trunc(),
                    port: None,
                })
                .map_err(|_| NotAnAllowance::NotANetwork(text.to_owned()));
        }
        let bare = written
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(written);
        if let Ok(ip) = bare.parse::<IpAddr>() {
            return Ok(ip.into());
        }
        match written.parse::<SocketAddr>() {
            Ok(address) if address.port() > 0 => Ok(address.into()),
            Ok(_) => Err(NotAnAllowance::NotAPort(text.to_owned())),
            Err(_) => Err(what_is_wrong(written, text)),
        }
    }
}

fn what_is_wrong(written: &str, text: &str) -> NotAnAllowance {
    let host = written.rsplit_once(':').map(|(host, _)| host);
    let host = host.map(|host| host.trim_start_matches('[').trim_end_matches(']'));
    if host.is_some_and(|host| host.parse::<IpAddr>().is_ok()) {
        NotAnAllowance::NotAPort(text.to_owned())
    } else {
        NotAnAllowance::NotAnAddress(text.to_owned())
    }
}

/// The IPv4 address that an IPv6 address stands for, if it stands for one; else the address.
fn meant(ip: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = ip else { return ip };
    let [a, b, c, d, e, f, g, h] = v6.segments();
    let v4 = |high: u16, low: u16| {
        let [o1, o2] = high.to_be_bytes();
        let [o3, o4] = low.to_be_bytes();
        IpAddr::V4(Ipv4Addr::new(o1, o2, o3, o4))
    };
    match (a, b, c, d, e, f) {
        // Mapped, and translated by the well-known NAT64 prefix (RFC 6052).
        (0, 0, 0, 0, 0, 0xFFFF) | (0x64, 0xFF9B, 0, 0, 0, 0) => v4(g, h),
        // 6to4 (RFC 3056).
        (0x2002, ..) => v4(b, c),
        _ => ip,
    }
}

/// IPv4 networks of the IANA special-purpose registry that are not globally reachable, with the
/// retired 6to4 relays, multicast and the reserved rest.
const SPECIAL_V4: &[([u8; 4], u32)] = &[
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];

/// IPv6 networks within global unicast that are special all the same: protocol assignments
/// (Teredo, ORCHID, benchmarking), and documentation.
const SPECIAL_V6: &[([u16; 2], u32)] = &[
    ([0x2001, 0x0000], 23),
    ([0x2001, 0x0DB8], 32),
    ([0x3FFF, 0x0000], 20),
];

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => !SPECIAL_V4.iter().any(|&(net, prefix)| {
            let shift = 32 - prefix;
            u32::from(v4) >> shift == u32::from_be_bytes(net) >> shift
        }),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

/// Only 2000::/3 is handed out as global unicast; all else is special or nobody's.
fn is_public_v6(v6: Ipv6Addr) -> bool {
    let [high, low, ..] = v6.segments();
    let front = |high: u16, low: u16| u32::from(high) << 16 | u32::from(low);
    high >> 13 == 1
        && !SPECIAL_V6.iter().any(|&([net_high, net_low], prefix)| {
            let shift = 32 - prefix;
            front(high, low) >> shift == front(net_high, net_low) >> shift
        })
}
