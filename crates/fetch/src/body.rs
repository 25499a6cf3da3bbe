//! Receiving a body within its budgets.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use model::{Answer, BodyCut, Headers};
use tokio::time::{Instant, timeout_at};

use crate::coding::{Coding, Decoded, Inflation, codings, decode, is_locked};

/// What a body may cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Bytes on the wire.
    pub(crate) wire_bytes: usize,
    /// Decoded bytes.
    pub(crate) inflation: Inflation,
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

/// A body, as far as it was received within a bound on its size.
#[derive(Debug)]
pub(crate) enum Taken {
    /// All that the budgets allow.
    Whole(Received),
    /// All of the payload; the body is decoded by [`unpack`] when there is room for it.
    Packed(Received),
    /// The payload is over the bound; the rest of it was not received.
    TooLarge,
}

/// Receives the body of `response`. Neither the payload nor the decoded body ever takes more
/// memory than its budget and one chunk, nor more than `within` where that is given.
pub(crate) async fn receive(
    response: reqwest::Response,
    headers: &Headers,
    limits: Limits,
    within: Option<usize>,
) -> Taken {
    let within = within.unwrap_or(usize::MAX);
    let stated = response.content_length().unwrap_or(0);
    if usize::try_from(stated).unwrap_or(usize::MAX) > within {
        return Taken::TooLarge;
    }
    let mut wire = Wire {
        response,
        payload: BytesMut::new(),
        limits,
        cut: None,
    };
    let codings = codings(headers);
    if codings.as_ref().is_some_and(Vec::is_empty) {
        return plain(wire, headers, within).await;
    }
    // Evidence is the whole payload, also where its coding ends or breaks early.
    while wire.next().await.is_some() {
        if wire.payload.len() > within {
            return Taken::TooLarge;
        }
    }
    let payload = wire.frozen();
    let (budget, beyond) = limits.inflation.of(payload.len());
    let decoded = decoded(payload.clone(), codings, (budget.min(within), beyond)).await;
    let is_packed = within < budget && decoded.cut == Some(beyond);
    let received = Received {
        body: if is_packed {
            Bytes::new()
        } else {
            decoded.body.into()
        },
        cut: if is_packed {
            wire.cut
        } else {
            joined(wire.cut, decoded.cut)
        },
        payload,
    };
    if is_packed {
        Taken::Packed(received)
    } else {
        Taken::Whole(received)
    }
}

/// Decodes an answer that was received as [`Taken::Packed`].
pub(crate) async fn unpack(answer: &mut Answer, inflation: Inflation) {
    let payload = answer.payload.clone();
    let most = inflation.of(payload.len());
    let decoded = decoded(payload, codings(&answer.headers), most).await;
    answer.cut = joined(answer.cut, decoded.cut);
    answer.body = decoded.body.into();
}

/// Why a body is not whole. A payload that was cut explains why its coding broke.
fn joined(wire: Option<BodyCut>, decoded: Option<BodyCut>) -> Option<BodyCut> {
    match decoded {
        Some(BodyCut::DecodedBudget | BodyCut::RatioBudget) => decoded,
        broken => wire.or(broken),
    }
}

/// Decodes off the threads that serve connections: a bomb keeps one thread busy for some tenths of
/// a second. No codings means too many.
async fn decoded(payload: Bytes, codings: Option<Vec<Coding>>, most: (usize, BodyCut)) -> Decoded {
    let broken = || Decoded {
        body: Vec::new(),
        cut: Some(BodyCut::BrokenCoding),
    };
    let Some(codings) = codings else {
        return broken();
    };
    let task = tokio::task::spawn_blocking(move || decode(&payload, &codings, most));
    task.await.unwrap_or_else(|error| {
        tracing::error!(%error, "a decoder failed on a payload");
        broken()
    })
}

/// A body without codings: payload and body are the same bytes.
async fn plain(mut wire: Wire, headers: &Headers, within: usize) -> Taken {
    let body_bytes = wire.limits.inflation.bytes;
    let shorter = body_bytes < wire.limits.wire_bytes;
    wire.limits.wire_bytes = wire.limits.wire_bytes.min(body_bytes);
    while wire.next().await.is_some() {
        if wire.payload.len() > within {
            return Taken::TooLarge;
        }
    }
    let payload = wire.frozen();
    Taken::Whole(Received {
        cut: match wire.cut {
            Some(BodyCut::WireBudget) if shorter => Some(BodyCut::DecodedBudget),
            None if is_locked(headers, &payload) => Some(BodyCut::BrokenCoding),
            cut => cut,
        },
        body: payload.clone(),
        payload,
    })
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
        let next = match timeout_at(patience, self.response.chunk()).await {
            Ok(Ok(next)) => next,
            Ok(Err(wrong)) => {
                tracing::debug!(?wrong, "the body broke off");
                self.cut = Some(BodyCut::Disconnect);
                None
            }
            Err(_) => {
                self.cut = Some(BodyCut::Time);
                None
            }
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

    /// The payload, without the room that was made for more of it.
    fn frozen(&mut self) -> Bytes {
        let payload = std::mem::take(&mut self.payload);
        if payload.capacity() > payload.len() + payload.len() / 4 {
            Bytes::copy_from_slice(&payload)
        } else {
            payload.freeze()
        }
    }
}
