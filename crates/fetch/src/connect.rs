//! Connections, and what is noted of each: what came that nobody got, whether it answered before,
//! and the head of an answer as it came.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::Uri;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tower_service::Service;

use crate::route::Lane;

/// Bytes that a connection may give before the head of an answer. One head takes about 400 KiB at most,
/// so what is beyond that are interim answers without end.
const BEFORE_ANSWER: usize = 1 << 20;
/// Bytes that a connection of HTTP/2 may give beyond what its exchanges got: what its windows let
/// wait, and as much again.
const BEYOND: usize = 2 << 20;
/// The window of a connection of HTTP/2, and of one of its streams.
pub(crate) const WINDOW: u32 = 1 << 20;
/// What the head of an answer, and the frame of a piece of a body, may have cost on the wire.
const HEAD: usize = 512 << 10;
const FRAME: usize = 512;

type Failed = Box<dyn std::error::Error + Send + Sync>;
type Plain = TokioIo<TcpStream>;

/// More came before an answer than any answer begins with.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("interim answers without end")]
pub(crate) struct Flood;

/// No connection within the time for it.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("no connection in time")]
struct TooSlow;

/// Makes the connections of one lane.
#[derive(Clone)]
pub(crate) struct Connector {
    inner: HttpsConnector<HttpConnector<Lane>>,
    patience: Duration,
}

impl Connector {
    /// Connections to where `lane` says, each within `patience`.
    pub(crate) fn new(lane: Lane, tls: Arc<ClientConfig>, patience: Duration) -> Self {
        let mut http = HttpConnector::new_with_resolver(lane);
        http.enforce_http(false);
        http.set_nodelay(true);
        let alive = Some(Duration::from_secs(15));
        http.set_keepalive(alive);
        http.set_keepalive_interval(alive);
        http.set_keepalive_retries(Some(3));
        Self {
            inner: HttpsConnector::from((http, tls)),
            patience,
        }
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Watched>;
    type Error = Failed;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Failed>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Failed>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let connecting = self.inner.call(to);
        let patience = self.patience;
        Box::pin(async move {
            let connected = tokio::time::timeout(patience, connecting).await;
            let stream = connected.map_err(|_| TooSlow)??;
            let is_shared = stream.connected().is_negotiated_h2();
            Ok(TokioIo::new(Watched {
                stream: TokioIo::new(stream),
                tap: Tap::new(is_shared),
            }))
        })
    }
}

/// What is noted of a connection.
#[derive(Debug, Clone)]
pub(crate) struct Tap {
    made: Instant,
    noted: Arc<Mutex<Noted>>,
}

#[derive(Debug, Default)]
struct Noted {
    /// Whether several exchanges go over it at once, by HTTP/2.
    is_shared: bool,
    /// Whether an exchange got an answer by it.
    has_answered: bool,
    /// Whether the one exchange that goes over it waits for its answer.
    waits: bool,
    /// Bytes that came, less those that exchanges got.
    unclaimed: usize,
    /// What came since the question, while its answer is waited for.
    head: Vec<u8>,
}

impl Tap {
    fn new(is_shared: bool) -> Self {
        let noted = Noted {
            is_shared,
            ..Noted::default()
        };
        Self {
            made: Instant::now(),
            noted: Arc::new(Mutex::new(noted)),
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut Noted) -> T) -> T {
        act(&mut self.noted.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes note that an exchange got the head of its answer, and gives what came with it: over
    /// HTTP/1.1 whatever interim answers there were, the head, and perhaps some of the body; over HTTP/2
    /// nothing.
    pub(crate) fn answered(&self) -> Vec<u8> {
        self.with(|noted| {
            noted.has_answered = true;
            noted.waits = false;
            noted.unclaimed = noted.unclaimed.saturating_sub(HEAD);
            std::mem::take(&mut noted.head)
        })
    }

    /// Takes note that an exchange got so many bytes of a body.
    pub(crate) fn got(&self, bytes: usize) {
        self.with(|noted| noted.unclaimed = noted.unclaimed.saturating_sub(bytes + FRAME));
    }

    /// Takes note that an exchange wants no more of a body, of which some may be under way.
    pub(crate) fn left(&self) {
        self.got(WINDOW as usize);
    }

    /// Whether the connection stood at a time.
    pub(crate) fn was_made_before(&self, then: Instant) -> bool {
        self.made < then
    }

    /// Whether the connection answered an exchange before.
    pub(crate) fn has_answered(&self) -> bool {
        self.with(|noted| noted.has_answered)
    }

    fn asks(&self) {
        self.with(|noted| {
            if !noted.is_shared {
                noted.waits = true;
                noted.unclaimed = 0;
                noted.head.clear();
            }
        });
    }

    fn came(&self, bytes: &[u8]) -> Result<(), Flood> {
        self.with(|noted| {
            if !noted.is_shared && !noted.waits {
                return Ok(());
            }
            noted.unclaimed = noted.unclaimed.saturating_add(bytes.len());
            let most = if noted.is_shared {
                BEYOND
            } else {
                BEFORE_ANSWER
            };
            if noted.unclaimed > most {
                noted.head = Vec::new();
                return Err(Flood);
            }
            if !noted.is_shared {
                noted.head.extend_from_slice(bytes);
            }
            Ok(())
        })
    }
}

/// A connection whose bytes are noted.
pub(crate) struct Watched {
    stream: TokioIo<MaybeHttpsStream<Plain>>,
    tap: Tap,
}

impl Connection for Watched {
    fn connected(&self) -> Connected {
        self.stream.inner().connected().extra(self.tap.clone())
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, into);
        if let Poll::Ready(Ok(())) = read {
            let came = into.filled().get(before..).unwrap_or_default();
            self.tap.came(came).map_err(io::Error::other)?;
        }
        read
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.tap.asks();
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.tap.asks();
        Pin::new(&mut self.stream).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
