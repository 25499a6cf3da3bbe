//! From a name to the addresses that may be connected to.
//!
//! The resolver of an HTTP client is asked for a name and not told the port, and the port of a URL
//! wins over the one that it answers. What a user says may well depend on the port
//! (`127.0.0.1:8080` is allowed, `shop.test:80` is elsewhere). So there is one client for each port
//! that the user named, a *lane*, and one for all other ports: each resolver knows what holds.

use std::cell::Cell;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use model::PageUrl;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::guard::AddressGuard;
use crate::names::{Names, NoAddress};
use crate::resolve::ResolveOverride;

/// The bad ports of the Fetch standard, in order.
const BAD_PORTS: [u16; 83] = [
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101,
    102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427,
    465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990,
    993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667,
    6668, 6669, 6679, 6697, 10080,
];

/// What the user says of addresses.
#[derive(Debug)]
pub(crate) struct Routes {
    pub(crate) guard: AddressGuard,
    pub(crate) overrides: Vec<ResolveOverride>,
    /// Where other names lead.
    pub(crate) names: Names,
}

impl Routes {
    /// Ports that need a lane of their own, in order.
    pub(crate) fn named_ports(&self) -> Vec<u16> {
        let overridden = self.overrides.iter().filter_map(|given| given.port);
        let mut ports: Vec<u16> = self.guard.named_ports().chain(overridden).collect();
        ports.sort_unstable();
        ports.dedup();
        ports
    }

    /// Whether the port of an address is one that browsers never ask (the bad ports of the Fetch
    /// standard): a page could send a question there that mail servers and the like take for their
    /// own. One that the user named is asked.
    pub(crate) fn refuses_port(&self, address: &PageUrl) -> bool {
        let port = address.port();
        BAD_PORTS.binary_search(&port).is_ok() && !self.named_ports().contains(&port)
    }

    /// Whether an address that needs no resolver, because its host is an IP address, is refused.
    pub(crate) fn refuses_literal(&self, address: &PageUrl) -> bool {
        address
            .ip()
            .is_some_and(|ip| !self.guard.permits(ip, address.port()))
    }

    /// Whether the connection for `address` goes to another port than its own.
    pub(crate) fn leads_to_other_port(&self, address: &PageUrl) -> bool {
        let host = address.host();
        address.ip().is_none()
            && self
                .find(host.as_str(), Some(address.port()))
                .is_some_and(|given| given.to_port.is_some())
    }

    /// The first of the overrides, in the order given, that is about this host.
    fn find(&self, host: &str, port: Option<u16>) -> Option<&ResolveOverride> {
        self.overrides
            .iter()
            .find(|given| given.is_about(host, port))
    }

    async fn resolve(&self, name: &str, lane: Option<u16>) -> Result<Vec<SocketAddr>, RouteError> {
        let found: Vec<SocketAddr> = match self.find(name, lane) {
            Some(given) => vec![SocketAddr::new(given.ip, given.to_port.unwrap_or(0))],
            None => {
                let found = self.names.look_up(name).await;
                let found = found.map_err(RouteError::Name)?;
                found.into_iter().map(|ip| SocketAddr::new(ip, 0)).collect()
            }
        };
        let permitted: Vec<SocketAddr> = found
            .into_iter()
            .filter_map(|to| self.permitted(to, lane))
            .collect();
        if permitted.is_empty() {
            return Err(RouteError::Refused);
        }
        Ok(permitted)
    }

    /// The address with the port that is connected to (0 for that of the URL), if the guard
    /// permits it.
    fn permitted(&self, mut to: SocketAddr, lane: Option<u16>) -> Option<SocketAddr> {
        if to.port() == 0 {
            to.set_port(lane.unwrap_or(0));
        }
        let permitted = match to.port() {
            0 => self.guard.permits_every_port(to.ip()),
            port => self.guard.permits(to.ip(), port),
        };
        permitted.then_some(to)
    }
}

/// Why a name leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RouteError {
    /// It has no address.
    Name(NoAddress),
    /// None of its addresses is permitted.
    Refused,
}

impl fmt::Display for RouteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(why) => why.fmt(f),
            Self::Refused => f.write_str("the name leads to addresses that are not permitted"),
        }
    }
}

impl Error for RouteError {}

tokio::task_local! {
    /// Whether a connection was begun for the request that this task makes.
    static IS_NEW: Cell<bool>;
}

/// Makes a request, and says whether a connection was begun for it. The HTTP client looks a name up
/// for each connection and within the task that asks; one that was kept needs no name.
pub(crate) async fn noting<T>(request: impl Future<Output = T>) -> (T, bool) {
    let noted = async { (request.await, IS_NEW.with(Cell::get)) };
    IS_NEW.scope(Cell::new(false), noted).await
}

/// The resolver of one lane.
pub(crate) struct Lane {
    pub(crate) routes: Arc<Routes>,
    /// `None` for all ports that the user did not name.
    pub(crate) port: Option<u16>,
}

impl Resolve for Lane {
    fn resolve(&self, name: Name) -> Resolving {
        // Outside of a request there is nobody to be told.
        let _ = IS_NEW.try_with(|is_new| is_new.set(true));
        let (routes, port) = (Arc::clone(&self.routes), self.port);
        Box::pin(async move {
            let found = routes.resolve(name.as_str(), port).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
