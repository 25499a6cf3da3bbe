//! Asking a case what it was once told.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use model::{Ask, Exchange, Headers, PageUrl, Purpose, Reply, Timestamp, Unreachable, VantageId};

use crate::Fetch;

/// Former exchanges, by what was asked.
pub trait Archive: Send + Sync {
    /// Why the archive cannot be read.
    type Error: Error + Send + Sync + 'static;

    /// The exchange that asked this; `None` where nothing did.
    ///
    /// # Errors
    /// When the archive cannot be read.
    fn exchange(
        &self,
        address: &PageUrl,
        vantage: VantageId,
        purpose: Purpose,
    ) -> Result<Option<Exchange>, Self::Error>;
}

/// Answers as an archive was answered: no network, no clock.
///
/// What the archive does not have is [`Unreachable::NotRecorded`]. An archive that cannot be read
/// answers the same, and the first such fault is kept: ask for it at the end
/// ([`take_fault`](Self::take_fault)), or a damaged archive looks like a small one.
#[derive(Debug)]
pub struct Replay<A: Archive> {
    archive: A,
    fault: Mutex<Option<A::Error>>,
}

impl<A: Archive> Replay<A> {
    /// Replays `archive`.
    #[must_use]
    pub const fn new(archive: A) -> Self {
        Self {
            archive,
            fault: Mutex::new(None),
        }
    }

    /// The first fault of the archive since the last call, if there was one.
    #[must_use]
    pub fn take_fault(&self) -> Option<A::Error> {
        self.fault
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    fn answer(&self, ask: Ask) -> Exchange {
        match self
            .archive
            .exchange(&ask.address, ask.vantage.id, ask.purpose)
        {
            Ok(Some(exchange)) => return exchange,
            Ok(None) => {}
            Err(fault) => {
                tracing::error!(%fault, address = %ask.address, "the archive cannot be read");
                self.fault
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .get_or_insert(fault);
            }
        }
        not_recorded(ask)
    }
}

/// The exchange for a question that an archive has no answer to. It has no time of its own.
#[must_use]
pub fn not_recorded(ask: Ask) -> Exchange {
    Exchange {
        ask,
        request_headers: Headers::default(),
        peer: None,
        started: Timestamp::from_millis(0),
        elapsed: Duration::ZERO,
        reply: Reply::Unreachable(Unreachable::NotRecorded),
    }
}

impl<A: Archive> Fetch for Replay<A> {
    fn fetch(&self, ask: Ask) -> Pin<Box<dyn Future<Output = Exchange> + Send + '_>> {
        Box::pin(async move { self.answer(ask) })
    }
}
