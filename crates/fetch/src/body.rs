//! Receiving a body within its budgets.

use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::stream;
use model::{BodyCut, Headers};
use tokio::io::{AsyncBufReadExt, AsyncReadExt};
use tokio::time::{Instant, timeout_at};
use tokio_util::io::StreamReader;

use crate::coding::{Source, codings, take_off};

/// What a body may cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Bytes on the wire.
    pub(crate) wire_bytes: usize,
    /// Decoded bytes.
    pub(crate) body_bytes: usize,
    /// Time without a byte.
    pub(crate) idle: Duration,
    /// When all time is up.
    pub(crate) deadline: Instant,
}

/// A body as received.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) payload: Bytes,
    pub(crate) body: Bytes,
    pub(crate) cut: Option<BodyCut>,
}

/// Receives the body of `response`. Neither the payload nor the decoded body ever takes more
/// memory than its budget and one chunk.
pub(crate) async fn receive(
    response: reqwest::Response,
    headers: &Headers,
    limits: Limits,
) -> Received {
    let mut wire = Wire {
        response,
        payload: BytesMut::new(),
        limits,
        cut: None,
    };
    let (body, broken) = match codings(headers) {
        Some(codings) if codings.is_empty() => return plain(wire).await,
        Some(codings) => {
            let mut body = BytesMut::new();
            let cut = decode(&mut wire, &codings, &mut body).await;
            (body.freeze(), cut)
        }
        None => (Bytes::new(), Some(BodyCut::BrokenCoding)),
    };
    // Evidence is the whole payload, also where its coding ends or breaks early. A bomb is not
    // waited for.
    if broken != Some(BodyCut::DecodedBudget) {
        while wire.next().await.is_some() {}
    }
    Received {
        // A payload that was cut explains why its coding broke.
        cut: match broken {
            Some(BodyCut::DecodedBudget) => broken,
            _ => wire.cut.or(broken),
        },
        payload: wire.payload.freeze(),
        body,
    }
}

/// A body without codings: payload and body are the same bytes.
async fn plain(mut wire: Wire) -> Received {
    let body_bytes = wire.limits.body_bytes;
    let shorter = body_bytes < wire.limits.wire_bytes;
    wire.limits.wire_bytes = wire.limits.wire_bytes.min(body_bytes);
    while wire.next().await.is_some() {}
    let payload = wire.payload.freeze();
    Received {
        body: payload.clone(),
        payload,
        cut: match wire.cut {
            Some(BodyCut::WireBudget) if shorter => Some(BodyCut::DecodedBudget),
            cut => cut,
        },
    }
}

/// Takes the codings off into `body`, pulling from the wire as it goes.
async fn decode(
    wire: &mut Wire,
    codings: &[crate::coding::Coding],
    body: &mut BytesMut,
) -> Option<BodyCut> {
    match pull(wire, codings, body).await {
        Ok(cut) => cut,
        Err(_) => Some(BodyCut::BrokenCoding),
    }
}

async fn pull(
    wire: &mut Wire,
    codings: &[crate::coding::Coding],
    body: &mut BytesMut,
) -> io::Result<Option<BodyCut>> {
    let budget = wire.limits.body_bytes;
    let chunks = stream::unfold(wire, |wire| async move {
        let chunk = wire.next().await?;
        Some((Ok::<Bytes, io::Error>(chunk), wire))
    });
    let mut source: Source<'_> = Box::new(StreamReader::new(Box::pin(chunks)));
    if source.fill_buf().await?.is_empty() {
        // An answer without a body often names a coding all the same.
        return Ok(None);
    }
    for &coding in codings.iter().rev() {
        source = take_off(coding, source).await?;
    }
    loop {
        // One byte beyond the budget shows that there is more.
        let room = (budget - body.len()).saturating_add(1).min(32 << 10);
        body.reserve(room);
        let got = (&mut source).take(room as u64).read_buf(body).await?;
        if got == 0 {
            return Ok(None);
        }
        if body.len() > budget {
            body.truncate(budget);
            return Ok(Some(BodyCut::DecodedBudget));
        }
    }
}

/// The payload as it comes in, recorded on its way.
struct Wire {
    response: reqwest::Response,
    payload: BytesMut,
    limits: Limits,
    /// Why it ended, if not by itself.
    cut: Option<BodyCut>,
}

impl Wire {
    /// The next chunk; `None` at the end, whatever ended it.
    async fn next(&mut self) -> Option<Bytes> {
        if self.cut.is_some() {
            return None;
        }
        let patience = (Instant::now() + self.limits.idle).min(self.limits.deadline);
        let Ok(Ok(next)) = timeout_at(patience, self.response.chunk()).await else {
            self.cut = Some(BodyCut::Incomplete);
            return None;
        };
        let mut chunk = next?;
        let room = self.limits.wire_bytes - self.payload.len();
        if chunk.len() > room {
            chunk.truncate(room);
            self.cut = Some(BodyCut::WireBudget);
        }
        self.payload.extend_from_slice(&chunk);
        (!chunk.is_empty()).then_some(chunk)
    }
}
