//! A scripted server on loopback that can misbehave.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use model::VantageId;
use model::{Answer, Ask, Budget, Exchange, PageUrl, Purpose, Reply, Unreachable, Vantage};
use sidedoor_fetch::{AddressGuard, Fetch, Live, LiveSettings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A server; it ends with the runtime of its test.
pub(crate) struct Web {
    pub(crate) at: SocketAddr,
}

impl Web {
    /// Runs `script` for each connection, with the head of its first request.
    pub(crate) async fn scripted<F, Fut>(script: F) -> Self
    where
        F: Fn(TcpStream, String) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let head = request_head(&mut stream).await;
                tokio::spawn(script(stream, head));
            }
        });
        Self { at }
    }

    /// Answers every request with these bytes and closes the connection.
    pub(crate) async fn answering(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::scripted(move |mut stream, _| {
            let bytes = bytes.clone();
            async move {
                let _ = stream.write_all(&bytes).await;
                let _ = stream.shutdown().await;
            }
        })
        .await
    }

    /// Answers with the head of the request.
    pub(crate) async fn echoing() -> Self {
        Self::scripted(|mut stream, head| async move {
            let answer = format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{head}");
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        })
        .await
    }

    /// Answers 200 with a body under a content coding.
    pub(crate) async fn coded(coding: &str, body: &[u8]) -> Self {
        let mut bytes = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        bytes.extend_from_slice(body);
        Self::answering(bytes).await
    }

    pub(crate) fn url(&self, path: &str) -> PageUrl {
        PageUrl::parse(&format!("http://{}{path}", self.at)).unwrap()
    }

    /// Asks `path` with an impatient client that may ask this server.
    pub(crate) async fn ask(&self, path: &str) -> Exchange {
        self.live(|_| ()).fetch(ask(self.url(path))).await
    }

    /// An impatient client that may ask this server, with something about it changed.
    pub(crate) fn live(&self, change: impl FnOnce(&mut LiveSettings)) -> Live {
        let mut settings = LiveSettings {
            guard: AddressGuard::public_only().with(self.at.into()),
            budget: impatient(),
            ..LiveSettings::default()
        };
        change(&mut settings);
        Live::new(settings).unwrap()
    }

    pub(crate) async fn answer(&self, path: &str) -> Answer {
        answered(self.ask(path).await)
    }

    pub(crate) async fn failure(&self, path: &str) -> Unreachable {
        match self.ask(path).await.reply {
            Reply::Unreachable(why) => why,
            other => panic!("not unreachable: {other:?}"),
        }
    }
}

/// A budget for tests: 64 KiB on the wire, 1 MiB decoded, 2 s in all, 0.6 s without a byte.
pub(crate) fn impatient() -> Budget {
    Budget {
        wire_bytes: 64 << 10,
        body_bytes: 1 << 20,
        exchange_millis: 2_000,
        idle_millis: 600,
        ..Budget::default()
    }
}

pub(crate) fn ask(address: PageUrl) -> Ask {
    Ask {
        address,
        vantage: Vantage::standard(VantageId::Desktop),
        referrer: None,
        arrives_from: None,
        cookies: String::new(),
        purpose: Purpose::Page,
    }
}

pub(crate) fn answered(exchange: Exchange) -> Answer {
    match exchange.reply {
        Reply::Answered(answer) => answer,
        other => panic!("no answer: {other:?}"),
    }
}

pub(crate) async fn request_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&head).into_owned()
}

pub(crate) async fn pause(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}
