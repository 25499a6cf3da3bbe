//! Exchanges that pages share, through their redirects: stylesheets and sitemaps.

use std::sync::Arc;

use model::{ChainEnd, Declined, Exchange, PageUrl, Purpose, Reply};

use crate::once::{NoRoom, Side};
use crate::robots::redirect;
use crate::worker::Worker;

/// Redirects that are followed.
const REDIRECTS: usize = 5;

/// Why a way of redirects has no end at which something could be read.
#[derive(Debug)]
pub(crate) enum Lost {
    /// A step of it must not be asked, or its origin is out of reach.
    Refused(Reply),
    /// It leads round.
    Circle,
    /// It is longer than five redirects.
    TooLong,
}

impl Lost {
    /// The word for it.
    pub(crate) fn word(&self) -> String {
        match self {
            Self::Refused(Reply::Declined(why)) => why.to_string(),
            Self::Refused(Reply::Unreachable(why)) => why.to_string(),
            Self::Refused(Reply::Answered(answer)) => format!("status {}", answer.status),
            Self::Circle => ChainEnd::Loop.to_string(),
            Self::TooLong => Declined::Redirects.to_string(),
        }
    }
}

/// The exchange to which `address` leads, each step of the way obeying robots.txt. Waits for room where memory is
/// short.
pub(crate) async fn landed(
    worker: &Worker,
    address: PageUrl,
    purpose: Purpose,
    referrer: Option<&PageUrl>,
    side: &mut Side,
) -> Result<Arc<Exchange>, Lost> {
    let (mut next, mut known) = (address, Vec::new());
    for _ in 0..=REDIRECTS {
        let asked = next;
        if let Some(refusal) = worker.refusal(&asked, side).await {
            return Err(Lost::Refused(refusal));
        }
        let exchange = loop {
            let (asker, asked) = (&worker.asker, asked.clone());
            let answer = worker.once.ask(asker, asked, purpose, referrer, side).await;
            match answer {
                Ok(exchange) => break exchange,
                Err(NoRoom) => asker.room.opens_to(side.place).await,
            }
        };
        match redirect(&exchange) {
            None => return Ok(exchange),
            Some(target) if target == asked || known.contains(&target) => return Err(Lost::Circle),
            Some(target) => next = target,
        }
        known.push(asked);
    }
    Err(Lost::TooLong)
}
