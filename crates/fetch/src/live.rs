//! Asking the network.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use model::{
    Answer, Ask, Budget, Declined, Exchange, Headers, HttpVersion, Purpose, Reply, Timestamp,
    Unreachable,
};
use reqwest::{Client, Response, Version, redirect, retry};
use tokio::time::{Instant, timeout_at};

use crate::auth::Secrets;
use crate::body::{Limits, Taken, receive, unpack};
use crate::coding::Inflation;
use crate::guard::AddressGuard;
use crate::jar::joined;
use crate::names::{Names, Resolver, SystemResolver};
use crate::resolve::ResolveOverride;
use crate::route::{Lane, Routes};
use crate::{Bounded, Fetch, request, route, tls, wrong};

/// Header fields of one answer; more are no HTTP to us.
const MOST_HEADERS: usize = 256;
/// Bytes of the header fields of one answer over HTTP/2. Over HTTP/1.1 the HTTP library stops at
/// about 400 KiB.
const HEADER_BYTES: u32 = 256 << 10;
/// Bytes of a robots.txt, on the wire and decoded: a little more than the 500 KiB that RFC 9309 asks
/// to be read.
const ROBOTS_BYTES: u64 = 512 << 10;
/// Bytes of a stylesheet, on the wire and decoded. A page may name many.
const SHEET_BYTES: u64 = 2 << 20;

/// How [`Live`] asks.
#[derive(Debug, Clone)]
pub struct LiveSettings {
    /// Where connections may go.
    pub guard: AddressGuard,
    /// Names with an address of the user's choice; the first that fits counts.
    pub resolve: Vec<ResolveOverride>,
    /// Bytes and time of one exchange; the other fields are the crawl's.
    pub budget: Budget,
    /// Idle connections kept for each host, to be used again. Default 8. How many exchanges are
    /// made at once is the crawl's.
    pub connections: usize,
    /// What proves to one's own hosts who asks.
    pub secrets: Arc<Secrets>,
    /// Who says where names lead that have no address in `resolve`. Default: the machine.
    pub resolver: Arc<dyn Resolver>,
    /// How long what it says is remembered; that a name is not there, 30 seconds at most. Default 300 s.
    pub names_kept: Duration,
}

impl Default for LiveSettings {
    fn default() -> Self {
        Self {
            guard: AddressGuard::public_only(),
            resolve: Vec::new(),
            budget: Budget::default(),
            connections: 8,
            secrets: Arc::default(),
            resolver: Arc::new(SystemResolver),
            names_kept: Duration::from_secs(300),
        }
    }
}

/// Why [`Live`] cannot be made ready.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// Transport security cannot be set up.
    #[error("transport security cannot be set up")]
    Tls(#[from] rustls::Error),
    /// The HTTP client cannot be set up.
    #[error("the HTTP client cannot be set up")]
    Client(#[from] reqwest::Error),
}

/// Asks the network over HTTP/1.1 and HTTP/2, without proxy, cookies or redirects.
#[derive(Debug)]
pub struct Live {
    routes: Arc<Routes>,
    budget: Budget,
    patience: Patience,
    /// Idle connections that are kept for each host.
    connections: usize,
    secrets: Arc<Secrets>,
    /// For all ports that the user did not name.
    open: Client,
    /// For each port that the user named; see [`crate::route`].
    lanes: BTreeMap<u16, Client>,
}

impl Live {
    /// Makes ready to ask. Costs a read of the certificate roots of the machine.
    ///
    /// # Errors
    /// [`LiveError`]. A machine without certificate roots is no error.
    pub fn new(settings: LiveSettings) -> Result<Self, LiveError> {
        let patience = Patience::of(&settings.budget);
        let routes = Arc::new(Routes {
            guard: settings.guard,
            overrides: settings.resolve,
            names: Names::new(settings.resolver, settings.names_kept, patience.idle),
        });
        let tls = tls::config()?;
        let client = |port| {
            let lane = Lane {
                routes: Arc::clone(&routes),
                port,
            };
            Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .dns_resolver(Arc::new(lane))
                .no_proxy()
                .redirect(redirect::Policy::none())
                .retry(retry::never())
                .referer(false)
                .connect_timeout(patience.idle)
                .pool_max_idle_per_host(settings.connections)
                .pool_idle_timeout(Duration::from_secs(60))
                .http1_max_headers(MOST_HEADERS)
                .http1_allow_obsolete_multiline_headers_in_responses(true)
                .http1_allow_spaces_after_header_name_in_responses(true)
                .http1_ignore_invalid_headers_in_responses(true)
                .http2_max_header_list_size(HEADER_BYTES)
                .build()
        };
        let lanes = routes
            .named_ports()
            .into_iter()
            .map(|port| Ok((port, client(Some(port))?)))
            .collect::<Result<_, LiveError>>()?;
        Ok(Self {
            open: client(None)?,
            lanes,
            budget: settings.budget,
            patience,
            connections: settings.connections,
            secrets: settings.secrets,
            routes,
        })
    }

    async fn ask(&self, ask: Ask, within: Option<usize>) -> (Exchange, Size) {
        let (started, begun) = (now(), Instant::now());
        let mut secret = self.secrets.fields(&ask.address, started);
        for (_, value) in secret.iter_mut().filter(|(name, _)| name == "cookie") {
            *value = joined(value, &ask.cookies);
        }
        let open = request::headers(&ask);
        let mut exchange = Exchange {
            request_headers: self.secrets.recorded(open, &secret),
            ask,
            peer: None,
            started,
            elapsed: Duration::ZERO,
            reply: Reply::Declined(Declined::Address),
        };
        if self.routes.refuses_literal(&exchange.ask.address) {
            return (exchange, Size::Whole);
        }
        if self.routes.refuses_port(&exchange.ask.address) {
            exchange.reply = Reply::Declined(Declined::Port);
            return (exchange, Size::Whole);
        }
        let deadline = begun + self.patience.exchange;
        let mut size = Size::Whole;
        match self.send(&exchange, &secret, begun, deadline).await {
            // Nobody asked to speak another protocol from here on: what follows is no page.
            Ok(response) if response.status().is_informational() => {
                exchange.peer = response.remote_addr();
                exchange.reply = Reply::Unreachable(Unreachable::Protocol);
            }
            Ok(response) => {
                exchange.peer = response.remote_addr();
                let limits = self.limits(exchange.ask.purpose, deadline);
                let mut answer = head(&response);
                let (received, taken) =
                    match receive(response, &answer.headers, limits, within).await {
                        Taken::TooLarge => return (exchange, Size::TooLarge),
                        Taken::Whole(received) => (received, Size::Whole),
                        Taken::Packed(received) => (received, Size::Packed),
                    };
                size = taken;
                answer.payload = received.payload;
                answer.body = received.body;
                answer.cut = received.cut.or(answer.part());
                exchange.reply = Reply::Answered(answer);
            }
            Err(reply) => exchange.reply = reply,
        }
        exchange.elapsed = begun.elapsed();
        (exchange, size)
    }

    /// Sends the request and waits for the header fields: as long as it may take to connect, and
    /// then without a byte.
    ///
    /// A connection that was kept from an exchange before may be at its end without our knowing, or
    /// hold bytes that belong to no answer. What fails on one says nothing of the address, so the
    /// request goes out again, until a connection was made for it (RFC 9112, section 9.3.1).
    async fn send(
        &self,
        exchange: &Exchange,
        secret: &[(String, String)],
        begun: Instant,
        deadline: Instant,
    ) -> Result<Response, Reply> {
        let address = &exchange.ask.address;
        let mut url = address.as_url().clone();
        // Credentials in a reference are for a browser to ask about; they are never sent.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        // A port in the URL wins over the one to which the user sent this host, so it goes. `Host`
        // still has it.
        let elsewhere = self.routes.leads_to_other_port(address);
        if elsewhere {
            let _ = url.set_port(None);
        }
        let explicit_host = elsewhere && address.as_url().port().is_some();
        let client = self.lanes.get(&address.port()).unwrap_or(&self.open);
        let mut headers = request::to_map(&exchange.request_headers, explicit_host);
        request::reveal(&mut headers, secret);
        let patience = deadline.min(begun + self.patience.idle * 2);
        let mut kept = self.connections;
        loop {
            let request = client.get(url.clone()).headers(headers.clone()).send();
            let (answered, is_new) = route::noting(timeout_at(patience, request)).await;
            match answered {
                Ok(Ok(response)) => return Ok(response),
                Ok(Err(failed)) => {
                    tracing::debug!(%address, ?failed, is_new, "no answer");
                    // No name is looked up for a literal address, so nothing tells its connections apart.
                    let is_new = is_new || address.ip().is_some();
                    if is_new || kept == 0 || !wrong::is_of_connection(&failed) {
                        return Err(wrong::reply(&failed));
                    }
                    kept -= 1;
                }
                Err(_) => return Err(Reply::Unreachable(Unreachable::Timeout)),
            }
        }
    }

    /// What the body of an answer may cost: the budget, and less for what is only of use when it
    /// is small.
    fn limits(&self, purpose: Purpose, deadline: Instant) -> Limits {
        let most = match purpose {
            Purpose::Page | Purpose::Again | Purpose::Check | Purpose::Sitemap => u64::MAX,
            Purpose::Robots | Purpose::Mining => ROBOTS_BYTES,
            // The cookies of its header are all that is of use.
            Purpose::Stylesheet | Purpose::Session => SHEET_BYTES,
        };
        let bytes = |budget: u64| usize::try_from(budget.min(most)).unwrap_or(usize::MAX);
        Limits {
            wire_bytes: bytes(self.budget.wire_bytes),
            inflation: Inflation {
                bytes: bytes(self.budget.body_bytes),
                ratio: self.budget.body_ratio,
            },
            idle: self.patience.idle,
            deadline,
        }
    }
}

/// An answer before its body.
fn head(response: &Response) -> Answer {
    let headers = Headers(
        response
            .headers()
            .iter()
            .map(|(name, value)| {
                let value = Headers::text_of(name.as_str(), value.as_bytes());
                (name.as_str().to_owned(), value)
            })
            .collect(),
    );
    let status = response.status().as_u16();
    let version = match response.version() {
        Version::HTTP_2 => HttpVersion::Http2,
        Version::HTTP_10 | Version::HTTP_09 => HttpVersion::Http10,
        _ => HttpVersion::Http11,
    };
    Answer {
        status,
        version,
        headers,
        payload: Bytes::new(),
        body: Bytes::new(),
        cut: None,
    }
}

impl Fetch for Live {
    fn fetch(&self, ask: Ask) -> Pin<Box<dyn Future<Output = Exchange> + Send + '_>> {
        // Without a bound nothing is too large.
        Box::pin(async move { self.ask(ask, None).await.0 })
    }

    fn fetch_within(
        &self,
        ask: Ask,
        most: usize,
    ) -> Pin<Box<dyn Future<Output = Bounded> + Send + '_>> {
        Box::pin(async move {
            match self.ask(ask, Some(most)).await {
                (exchange, Size::Whole) => Bounded::Whole(exchange),
                (exchange, Size::Packed) => Bounded::Packed(exchange),
                (_, Size::TooLarge) => Bounded::TooLarge,
            }
        })
    }

    fn unpack(
        &self,
        mut exchange: Exchange,
    ) -> Pin<Box<dyn Future<Output = Exchange> + Send + '_>> {
        Box::pin(async move {
            let limits = self.limits(exchange.ask.purpose, Instant::now());
            if let Reply::Answered(answer) = &mut exchange.reply {
                unpack(answer, limits.inflation).await;
            }
            exchange
        })
    }
}

/// How an exchange fits a bound on memory.
enum Size {
    Whole,
    Packed,
    TooLarge,
}

/// Times of the budget, short enough to be added to an instant.
#[derive(Debug, Clone, Copy)]
struct Patience {
    exchange: Duration,
    idle: Duration,
}

impl Patience {
    const LONGEST: Duration = Duration::from_secs(30 * 86_400);

    fn of(budget: &Budget) -> Self {
        Self {
            exchange: budget.exchange().min(Self::LONGEST),
            idle: budget.idle().min(Self::LONGEST),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the room that asks is the one that says when"
)]
fn now() -> Timestamp {
    SystemTime::now().into()
}
