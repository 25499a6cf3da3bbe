//! Asking the network.

use std::collections::BTreeMap;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::http::Extensions;
use hyper::{HeaderMap, Request, Response, Uri, Version};
use hyper_util::client::legacy::connect::HttpInfo;
use hyper_util::client::legacy::{self, Client};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use model::{
    Answer, Ask, Budget, Declined, Exchange, Headers, HttpVersion, Purpose, Reply, Timestamp,
    Unreachable,
};
use tokio::time::{Instant, timeout_at};

use crate::auth::Secrets;
use crate::body::{Answering, Limits, Taken, receive, unpack};
use crate::coding::Inflation;
use crate::connect::{Connector, Tap, WINDOW};
use crate::guard::AddressGuard;
use crate::jar::joined;
use crate::names::{Names, Resolver, SystemResolver};
use crate::resolve::ResolveOverride;
use crate::route::{Lane, Routes};
use crate::{Bounded, Fetch, raw, request, tls, wrong};

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
    open: Asking,
    /// For each port that the user named; see [`crate::route`].
    lanes: BTreeMap<u16, Asking>,
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
        let tls = Arc::new(tls::config()?);
        let client = |port| {
            let lane = Lane {
                routes: Arc::clone(&routes),
                port,
            };
            Client::builder(TokioExecutor::new())
                .timer(TokioTimer::new())
                .pool_timer(TokioTimer::new())
                .pool_max_idle_per_host(settings.connections)
                .pool_idle_timeout(Duration::from_secs(60))
                .http2_initial_connection_window_size(WINDOW)
                .http2_initial_stream_window_size(WINDOW)
                .http1_max_headers(MOST_HEADERS)
                .http1_allow_obsolete_multiline_headers_in_responses(true)
                .http1_allow_spaces_after_header_name_in_responses(true)
                .http1_ignore_invalid_headers_in_responses(true)
                .http2_max_header_list_size(HEADER_BYTES)
                .build(Connector::new(lane, Arc::clone(&tls), patience.idle))
        };
        let lanes = routes
            .named_ports()
            .into_iter()
            .map(|port| (port, client(Some(port))))
            .collect();
        Ok(Self {
            open: client(None),
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
                exchange.peer = peer(&response);
                exchange.reply = Reply::Unreachable(Unreachable::Protocol);
            }
            Ok(response) => {
                exchange.peer = peer(&response);
                let limits = self.limits(exchange.ask.purpose, deadline);
                let (mut answer, answering) = head(response);
                let (received, taken) =
                    match receive(answering, &answer.headers, limits, within).await {
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
    ) -> Result<Response<Incoming>, Reply> {
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
        let Ok(to) = url.as_str().parse::<Uri>() else {
            return Err(Reply::Unreachable(Unreachable::Protocol));
        };
        let mut kept = self.connections;
        loop {
            let request = client.request(question(to.clone(), headers.clone()));
            let begun = Instant::now();
            match timeout_at(patience, request).await {
                Ok(Ok(response)) => return Ok(response),
                Ok(Err(failed)) => {
                    let is_new = !was_kept(&failed, begun);
                    tracing::debug!(%address, ?failed, is_new, "no answer");
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

type Asking = Client<Connector, String>;

fn question(to: Uri, headers: HeaderMap) -> Request<String> {
    let mut request = Request::new(String::new());
    (*request.uri_mut(), *request.headers_mut()) = (to, headers);
    request
}

/// Whether a request that began at `begun` failed on a connection that was not made for it: one that is
/// older, or that answered others meanwhile. A connection is begun for each request that finds
/// none, and it goes over whichever is free first.
fn was_kept(failed: &legacy::Error, begun: Instant) -> bool {
    let Some(connection) = failed.connect_info() else {
        return false;
    };
    let mut noted = Extensions::new();
    connection.get_extras(&mut noted);
    let tap: Option<&Tap> = noted.get();
    tap.is_some_and(|tap| tap.was_made_before(begun) || tap.has_answered())
}

fn peer(response: &Response<Incoming>) -> Option<SocketAddr> {
    let made: Option<&HttpInfo> = response.extensions().get();
    made.map(HttpInfo::remote_addr)
}

/// An answer before its body, and the body.
fn head(response: Response<Incoming>) -> (Answer, Answering) {
    let (response, body) = response.into_parts();
    let tap: Option<Tap> = response.extensions.get().cloned();
    let came = tap.as_ref().map(Tap::answered).unwrap_or_default();
    let mut headers = Headers(
        response
            .headers
            .iter()
            .map(|(name, value)| {
                let value = Headers::text_of(name.as_str(), value.as_bytes());
                (name.as_str().to_owned(), value)
            })
            .collect(),
    );
    if response.status.is_redirection() && headers.first("location").is_none() {
        headers.0.extend(raw::location(&came));
    }
    let status = response.status.as_u16();
    let version = match response.version {
        Version::HTTP_2 => HttpVersion::Http2,
        Version::HTTP_10 | Version::HTTP_09 => HttpVersion::Http10,
        _ => HttpVersion::Http11,
    };
    let answer = Answer {
        status,
        version,
        headers,
        payload: Bytes::new(),
        body: Bytes::new(),
        cut: None,
    };
    (answer, Answering { body, tap })
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
