//! Connections before HTTP: those that are told byte by byte, and those under TLS.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use bytes::Bytes;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use crate::serve::Served;
use crate::{End, Question, Reply};

/// The longest head of a request that is looked at.
const MOST_HEAD: usize = 64 << 10;
/// How long a client may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection that HTTP is spoken on.
pub(crate) trait Wire: AsyncRead + AsyncWrite + Unpin + Send + 'static {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send + 'static> Wire for T {}

/// Connections that were looked at and are left to the HTTP library.
pub(crate) struct Handed {
    pub(crate) connections: mpsc::Receiver<(Box<dyn Wire>, SocketAddr)>,
    pub(crate) addr: SocketAddr,
}

impl Listener for Handed {
    type Io = Box<dyn Wire>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.connections.recv().await {
            Some(connection) => connection,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.addr)
    }
}

/// TLS by a chain and a key in PEM.
///
/// # Errors
/// When they are none, or do not belong together.
pub(crate) fn acceptor((chain, key): &(Bytes, Bytes)) -> Result<TlsAcceptor, rustls::Error> {
    let wrong = |error| rustls::Error::General(format!("the PEM file cannot be read: {error}"));
    let chain = CertificateDer::pem_slice_iter(chain)
        .collect::<Result<Vec<_>, _>>()
        .map_err(wrong)?;
    let key = PrivateKeyDer::from_pem_slice(key).map_err(wrong)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Looks at a connection and answers it byte by byte, or gives it to be served.
pub(crate) async fn meet(
    mut stream: TcpStream,
    served: &Served,
    tls: Option<TlsAcceptor>,
) -> Option<Box<dyn Wire>> {
    if !served.web.has_wire() && tls.is_none() {
        return Some(Box::new(stream));
    }
    let mut head = vec![0; MOST_HEAD];
    let size = timeout(PATIENCE, peek_head(&stream, &mut head))
        .await
        .ok()??;
    head.truncate(size);
    if let Some(tls) = tls.filter(|_| head.first() == Some(&0x16)) {
        return match timeout(PATIENCE, tls.accept(stream)).await.ok()? {
            Ok(stream) => Some(Box::new(stream)),
            // The client does not believe us: this is what such a site is for.
            Err(error) => {
                tracing::debug!(%error, "no TLS");
                None
            }
        };
    }
    let text = String::from_utf8_lossy(&head).into_owned();
    let request = Request::of(&text);
    let question = request.question();
    if !served.web.is_wire(&question) {
        return Some(Box::new(stream));
    }
    // What is left unread when a connection is closed makes its end a reset.
    stream.read_exact(&mut head).await.ok()?;
    let reply = served.answer(&question);
    // The client may well be gone; then there is nobody to be told.
    let _ = tell(&mut stream, &reply, served).await;
    None
}

/// Waits for the head of a request, or for the first byte of TLS; gives its length.
async fn peek_head(stream: &TcpStream, head: &mut [u8]) -> Option<usize> {
    loop {
        let size = stream.peek(head).await.ok()?;
        let seen = head.get(..size)?;
        if size == 0 {
            return None;
        }
        if seen.first() == Some(&0x16) {
            return Some(size);
        }
        if let Some(at) = end_of_head(seen) {
            return Some(at);
        }
        if size == head.len() {
            return None;
        }
        sleep(Duration::from_millis(2)).await;
    }
}

/// Where the body begins.
fn end_of_head(bytes: &[u8]) -> Option<usize> {
    let at = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some(at + 4)
}

/// A request as it was sent.
struct Request {
    host: String,
    target: String,
    headers: Vec<(String, String)>,
}

impl Request {
    fn of(head: &str) -> Self {
        let mut lines = head.split("\r\n");
        let target = lines.next().and_then(|line| line.split(' ').nth(1));
        let headers: Vec<(String, String)> = lines
            .clone()
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let host = headers.iter().find(|(name, _)| name == "host");
        Self {
            host: crate::serve::host_of(host.map_or("", |(_, value)| value)),
            target: target.unwrap_or("/").to_owned(),
            headers,
        }
    }

    fn question(&self) -> Question<'_> {
        Question {
            host: &self.host,
            target: &self.target,
            headers: &self.headers,
        }
    }
}

/// Sends a reply byte by byte and ends the connection as it says.
async fn tell(stream: &mut TcpStream, reply: &Reply, served: &Served) -> io::Result<()> {
    let how = reply.misbehavior;
    sleep(Duration::from_millis(how.delay_ms)).await;
    let bytes = reply.raw.clone().unwrap_or_else(|| written(reply));
    let (head, body) = bytes.split_at(end_of_head(&bytes).unwrap_or(bytes.len()));
    drip(stream, head, how.slow_header_ms_per_byte).await?;
    drip(stream, body, how.slow_body_ms_per_byte).await?;
    match how.end {
        End::Close => stream.shutdown().await,
        End::Reset => stream.set_zero_linger(),
        End::Hang => {
            served.stop().await;
            Ok(())
        }
    }
}

async fn drip(stream: &mut TcpStream, bytes: &[u8], pause_ms: u64) -> io::Result<()> {
    if pause_ms == 0 {
        return stream.write_all(bytes).await;
    }
    for byte in bytes {
        sleep(Duration::from_millis(pause_ms)).await;
        stream.write_all(&[*byte]).await?;
    }
    Ok(())
}

/// A reply as HTTP has it.
fn written(reply: &Reply) -> Bytes {
    let mut text = format!("HTTP/1.1 {} X\r\n", reply.status);
    for (name, value) in &reply.headers {
        text += &format!("{name}: {value}\r\n");
    }
    text += &format!(
        "Content-Length: {}\r\nConnection: close\r\n\r\n",
        reply.body.len()
    );
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(&reply.body);
    bytes.into()
}
