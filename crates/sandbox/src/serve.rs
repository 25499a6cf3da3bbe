//! The server: one listener on loopback for all hosts of a site.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use model::Host;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::wire::{self, Handed, Wire};
use crate::{Expected, Question, Reply, Web, body};

/// How long [`Sandbox::stop`] waits for open connections.
const STOP_WITHIN: Duration = Duration::from_millis(500);

/// Addresses whose questions are counted; a client that asks for more is a test of its own.
const COUNTED: usize = 100_000;

/// How often each host and target was asked.
type Counts = Arc<Mutex<BTreeMap<(String, String), u64>>>;

/// A site cannot be served at an address.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address can be reached from other machines.
    #[error("`{0}` is not a loopback address; use 127.0.0.1 or [::1]")]
    NotLoopback(SocketAddr),
    /// The listener cannot be opened.
    #[error("cannot listen on {addr}: {source}; choose another port, or 0 for any")]
    Listen {
        /// Where.
        addr: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The certificate of the site cannot be used.
    #[error("the certificate or the key of `[tls]` cannot be used: {0}; write both as PEM")]
    Tls(#[from] rustls::Error),
}

/// A site that is being served. Dropping it stops the listener at once.
#[derive(Debug)]
pub struct Sandbox {
    addr: SocketAddr,
    web: Arc<Web>,
    counts: Counts,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// What every connection needs to know.
#[derive(Clone)]
pub(crate) struct Served {
    pub(crate) web: Arc<Web>,
    counts: Counts,
    stopped: watch::Receiver<bool>,
}

impl Served {
    /// Answers and counts.
    pub(crate) fn answer(&self, question: &Question<'_>) -> Reply {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (question.host.to_owned(), question.target.to_owned());
        if counts.len() < COUNTED || counts.contains_key(&key) {
            *counts.entry(key).or_default() += 1;
        }
        drop(counts);
        self.web.answer(question)
    }

    /// Waits until the sandbox stops.
    pub(crate) async fn stop(&self) {
        // An error means that the sandbox is gone, which is a reason to stop as well.
        let _ = self.stopped.clone().wait_for(|stop| *stop).await;
    }
}

impl Sandbox {
    /// Serves a site or a marketplace at `addr`, where port 0 means any free port. Needs a tokio runtime with
    /// I/O and time.
    ///
    /// # Errors
    /// [`ServeError`] when the address is not on loopback or cannot be listened on.
    pub async fn serve(web: impl Into<Web>, addr: SocketAddr) -> Result<Self, ServeError> {
        if !addr.ip().is_loopback() {
            return Err(ServeError::NotLoopback(addr));
        }
        let failed = |source| ServeError::Listen { addr, source };
        let listener = TcpListener::bind(addr).await.map_err(failed)?;
        let bound = listener.local_addr().map_err(failed)?;
        let web = web.into();
        let tls = web.tls().map(wire::acceptor).transpose()?;
        let web = Arc::new(web);
        let counts = Counts::default();
        let (stop, stopped) = watch::channel(false);
        let served = Served {
            web: Arc::clone(&web),
            counts: Arc::clone(&counts),
            stopped,
        };
        let task = tokio::spawn(run(listener, bound, served, tls));
        Ok(Self {
            addr: bound,
            web,
            counts,
            stop,
            task,
        })
    }

    /// The address that every host of the site is to be resolved to.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// How often `target`, path and query as on the request line, was asked of `host`.
    #[must_use]
    pub fn asked(&self, host: &str, target: &str) -> u64 {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (host.to_owned(), target.to_owned());
        counts.get(&key).copied().unwrap_or(0)
    }

    /// The ground truth of the site.
    #[must_use]
    pub fn expected(&self) -> &Expected {
        self.web.expected()
    }

    /// The advertisements that the site is judged with.
    #[must_use]
    pub fn ads(&self) -> Option<(&str, &[u8])> {
        self.web.ads()
    }

    /// The hosts of the site.
    #[must_use]
    pub fn hosts(&self) -> &[Host] {
        self.web.hosts()
    }

    /// Stops serving. Open connections get half a second to end.
    pub async fn stop(mut self) {
        // Nobody listening means that the server has ended by itself.
        let _ = self.stop.send(true);
        let _ = tokio::time::timeout(STOP_WITHIN, &mut self.task).await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        self.task.abort();
    }
}

/// Takes connections, answers some byte by byte and lets the HTTP library serve the others.
async fn run(listener: TcpListener, addr: SocketAddr, served: Served, tls: Option<TlsAcceptor>) {
    let (hand, connections) = mpsc::channel::<(Box<dyn Wire>, SocketAddr)>(64);
    let until = served.clone();
    let router = Router::new().fallback(respond).with_state(served.clone());
    let serving = axum::serve(Handed { connections, addr }, router)
        .with_graceful_shutdown(async move { until.stop().await })
        .into_future();
    let accepting = async {
        loop {
            let Ok((stream, from)) = listener.accept().await else {
                // Too many open files, for one: the next attempt may succeed.
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            };
            let (served, tls, hand) = (served.clone(), tls.clone(), hand.clone());
            tokio::spawn(async move {
                let met = tokio::select! {
                    met = wire::meet(stream, &served, tls) => met,
                    () = served.stop() => None,
                };
                if let Some(connection) = met {
                    // Nobody takes it when the sandbox has stopped.
                    let _ = hand.send((connection, from)).await;
                }
            });
        }
    };
    tokio::select! {
        served = serving => if let Err(error) = served {
            tracing::warn!(%error, "the sandbox stopped serving");
        },
        () = accepting => {}
    }
}

async fn respond(State(served): State<Served>, request: Request) -> Response<Body> {
    let reply = {
        let headers: Vec<(String, String)> = request
            .headers()
            .iter()
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.as_str().to_owned(), value)
            })
            .collect();
        let host = asked_host(&request);
        let target = request
            .uri()
            .path_and_query()
            .map_or("/", |target| target.as_str());
        served.answer(&Question {
            host: &host,
            target,
            headers: &headers,
        })
    };
    if reply.misbehavior.delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(reply.misbehavior.delay_ms)).await;
    }
    // A connection that is used again would not be looked at again.
    let is_last = served.web.has_wire();
    response(reply, served.stopped, is_last)
}

/// The host that a request asks for, without its port, in lower case.
fn asked_host(request: &Request) -> String {
    let stated = request
        .headers()
        .get(header::HOST)
        .and_then(|value| value.to_str().ok())
        .or_else(|| request.uri().host())
        .unwrap_or_default();
    host_of(stated)
}

/// The host of an authority, without its port, in lower case.
pub(crate) fn host_of(authority: &str) -> String {
    let name = match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => authority,
    };
    name.to_ascii_lowercase()
}

fn response(reply: Reply, stopped: watch::Receiver<bool>, is_last: bool) -> Response<Body> {
    let how = reply.misbehavior;
    let length = reply.body.len();
    let mut response = Response::new(body::body(reply.body, how, stopped));
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let fields = response.headers_mut();
    for (name, value) in &reply.headers {
        // A value that a template made of a hostile query may be no header value; a careless
        // server drops it, and so does this one.
        if let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_bytes(value.as_bytes()),
        ) {
            fields.append(name, value);
        }
    }
    if is_last {
        fields.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    if how.gzip_bomb_bytes.is_some() {
        fields.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    } else if how.drop_after_bytes.is_some() {
        // The announced length makes the loss visible to the client.
        fields.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    response
}
