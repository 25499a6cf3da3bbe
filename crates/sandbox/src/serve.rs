//! The server: one listener on loopback for all hosts of a site.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use model::Host;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::{Expected, Question, Reply, SiteScript, body};

/// How long [`Sandbox::stop`] waits for open connections.
const STOP_WITHIN: Duration = Duration::from_millis(500);

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
}

/// A site that is being served. Dropping it stops the listener at once.
#[derive(Debug)]
pub struct Sandbox {
    addr: SocketAddr,
    script: Arc<SiteScript>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

#[derive(Clone)]
struct Served {
    script: Arc<SiteScript>,
    stopped: watch::Receiver<bool>,
}

impl Sandbox {
    /// Serves `script` at `addr`, where port 0 means any free port. Needs a tokio runtime with
    /// I/O and time.
    ///
    /// # Errors
    /// [`ServeError`] when the address is not on loopback or cannot be listened on.
    pub async fn serve(script: SiteScript, addr: SocketAddr) -> Result<Self, ServeError> {
        if !addr.ip().is_loopback() {
            return Err(ServeError::NotLoopback(addr));
        }
        let failed = |source| ServeError::Listen { addr, source };
        let listener = TcpListener::bind(addr).await.map_err(failed)?;
        let bound = listener.local_addr().map_err(failed)?;
        let script = Arc::new(script);
        let (stop, stopped) = watch::channel(false);
        let served = Served {
            script: Arc::clone(&script),
            stopped: stopped.clone(),
        };
        let router = Router::new().fallback(respond).with_state(served);
        let task = tokio::spawn(async move {
            let mut stopped = stopped;
            let until = async move {
                // An error means that the sandbox is gone, which is a reason to stop as well.
                let _ = stopped.wait_for(|stop| *stop).await;
            };
            let served = axum::serve(listener, router).with_graceful_shutdown(until);
            if let Err(error) = served.await {
                tracing::warn!(%error, "the sandbox stopped serving");
            }
        });
        Ok(Self {
            addr: bound,
            script,
            stop,
            task,
        })
    }

    /// The address that every host of the site is to be resolved to.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The ground truth of the site.
    #[must_use]
    pub fn expected(&self) -> &Expected {
        self.script.expected()
    }

    /// The hosts of the site.
    #[must_use]
    pub fn hosts(&self) -> &[Host] {
        self.script.hosts()
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
        served.script.answer(&Question {
            host: &host,
            target,
            headers: &headers,
        })
    };
    if reply.misbehavior.delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(reply.misbehavior.delay_ms)).await;
    }
    response(reply, served.stopped)
}

/// The host that a request asks for, without its port, in lower case.
fn asked_host(request: &Request) -> String {
    let stated = request
        .headers()
        .get(header::HOST)
        .and_then(|value| value.to_str().ok())
        .or_else(|| request.uri().host())
        .unwrap_or_default();
    let name = match stated.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => stated,
    };
    name.to_ascii_lowercase()
}

fn response(reply: Reply, stopped: watch::Receiver<bool>) -> Response<Body> {
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
    if how.gzip_bomb_bytes.is_some() {
        fields.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    } else if how.drop_after_bytes.is_some() {
        // The announced length makes the loss visible to the client.
        fields.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    response
}
