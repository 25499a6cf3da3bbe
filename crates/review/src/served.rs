//! The socket: connections with bounds of number and time.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::desk::Desk;
use crate::guard::Guard;
use crate::routes;

/// Connections at once.
const CONNECTIONS: usize = 64;
/// Within this time the head of a request must have come.
const HEAD_WITHIN: Duration = Duration::from_secs(10);

/// A connection ends after this time, whatever it waits for; browsers make another one.
const CONNECTION_WITHIN: Duration = Duration::from_secs(5 * 60);

/// The desk cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// The address cannot be had.
    #[error("cannot listen at {address}: {source}; choose another port with --port")]
    Address {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The system has no random numbers for the token.
    #[error("the system gives no random numbers: {0}")]
    Random(#[from] getrandom::Error),
}

/// A desk that listens.
#[derive(Debug)]
pub struct Served {
    listener: TcpListener,
    address: SocketAddr,
    desk: Arc<Desk>,
}

impl Served {
    /// Listens at `address`; port 0 asks for any free one.
    ///
    /// # Errors
    /// [`BindError`] when the address is taken or not ours.
    pub async fn bind(desk: Desk, address: SocketAddr) -> Result<Self, BindError> {
        let failed = |source| BindError::Address { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self {
            listener,
            address,
            desk: Arc::new(desk),
        })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// An address that lets one browser in, once.
    ///
    /// # Errors
    /// [`BindError::Random`].
    pub fn entrance(&self) -> Result<String, BindError> {
        let token = self.desk.sessions().invite()?;
        Ok(routes::entrance(&self.address.to_string(), &token))
    }

    /// Serves until `stop` is cancelled.
    pub async fn run(self, stop: CancellationToken) {
        let router = routes::router(self.desk, Guard::of(self.address));
        let room = Arc::new(Semaphore::new(CONNECTIONS));
        loop {
            let Ok(seat) = Arc::clone(&room).acquire_owned().await else {
                return;
            };
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = stop.cancelled() => return,
            };
            let Ok((stream, _)) = accepted else {
                // Too many open files, for one: the next attempt may succeed.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let (router, stop) = (router.clone(), stop.clone());
            tokio::spawn(async move {
                tokio::select! {
                    _ = tokio::time::timeout(CONNECTION_WITHIN, speak(stream, router)) => {}
                    () = stop.cancelled() => {}
                }
                drop(seat);
            });
        }
    }
}

/// One connection, until either side ends it.
async fn speak(stream: TcpStream, router: axum::Router) {
    let spoken = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(64 * 1024)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
        .await;
    if let Err(error) = spoken {
        tracing::debug!(%error, "a connection of the desk ended early");
    }
}
