//! Receiving a body within its budgets.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use model::{BodyCut, Headers};
use tokio::time::{Instant, timeout_at};

use crate::coding::{Coding, Decoded, codings, decode};

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
    let codings = match codings(headers) {
        Some(codings) if codings.is_empty() => return plain(wire).await,
        codings => codings,
    };
    // Evidence is the whole payload, also where its coding ends or breaks early.
    while wire.next().await.is_some() {}
    let payload = wire.payload.freeze();
    let decoded = match codings {
        Some(codings) => decoded(payload.clone(), codings, limits.body_bytes).await,
        None => Decoded {
            body: Vec::new(),
            cut: Some(BodyCut::BrokenCoding),
        },
    };
    Received {
        // A payload that was cut explains why its coding broke.
        cut: match decoded.cut {
            Some(BodyCut::DecodedBudget) => decoded.cut,
            broken => wire.cut.or(broken),
        },
        payload,
        body: decoded.body.into(),
    }
}

/// Decodes off the threads that serve connections: a bomb keeps one thread busy for some tenths of
/// a second.
async fn decoded(payload: Bytes, codings: Vec<Coding>, budget: usize) -> Decoded {
    let task = tokio::task::spawn_blocking(move || decode(&payload, &codings, budget));
    task.await.unwrap_or_else(|error| {
        tracing::error!(%error, "a decoder failed on a payload");
        Decoded {
            body: Vec::new(),
            cut: Some(BodyCut::BrokenCoding),
        }
    })
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

/// The payload as it comes in, recorded on its way.
struct Wire {
    response: reqwest::Response,
    payload: BytesMut,
    limits: Limits,
    /// Why it ended, if not by itself.
    cut: Option<BodyCut>,
}

impl Wire {
    /// Takes the next chunk and gives its length; `None` at the end, whatever ended it.
    async fn next(&mut self) -> Option<usize> {
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
        (!chunk.is_empty()).then_some(chunk.len())
    }
}
