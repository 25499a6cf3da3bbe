//! What was answered and waits for its turn: it is held in the case, so that no answer is lost.

use std::collections::VecDeque;
use std::sync::{Arc, Weak};
use std::time::Duration;

use model::{Answer, Exchange, Reply};
use tokio::time::Instant;

use crate::queue::Turn;
use crate::worker::Done;

/// How long an answer may wait in memory alone. What follows in order is committed sooner, and then
/// nothing has to be written twice.
pub(crate) const PATIENCE: Duration = Duration::from_millis(250);

/// Answers that are in memory alone, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Holding {
    answered: VecDeque<(Instant, Weak<Exchange>)>,
    late: VecDeque<(Instant, Turn)>,
}

impl Holding {
    /// An exchange of an address on which a worker is still busy.
    pub(crate) fn answered(&mut self, exchange: &Arc<Exchange>) {
        let weak = Arc::downgrade(exchange);
        self.answered.push_back((Instant::now(), weak));
    }

    /// An address that is done before its turn.
    pub(crate) fn late(&mut self, turn: Turn) {
        self.late.push_back((Instant::now(), turn));
    }

    /// When the next answer has waited long enough.
    pub(crate) fn due(&self) -> Option<Instant> {
        let answered = self.answered.front().map(|(since, _)| *since);
        let late = self.late.front().map(|(since, _)| *since);
        let first = answered.into_iter().chain(late).min()?;
        first.checked_add(PATIENCE)
    }

    /// Takes what has waited long enough, or all of it: exchanges, and turns of what is done.
    pub(crate) fn take(&mut self, all: bool) -> (Vec<Arc<Exchange>>, Vec<Turn>) {
        let now = Instant::now();
        let is_due = |since: Instant| all || now.duration_since(since) >= PATIENCE;
        let (mut exchanges, mut turns) = (Vec::new(), Vec::new());
        while let Some((since, _)) = self.answered.front()
            && is_due(*since)
        {
            let exchange = self
                .answered
                .pop_front()
                .and_then(|(_, weak)| weak.upgrade());
            exchanges.extend(exchange);
        }
        while let Some((since, turn)) = self.late.front()
            && is_due(*since)
        {
            turns.push(*turn);
            self.late.pop_front();
        }
        (exchanges, turns)
    }
}

/// Whether an exchange took place, so that there is something to hold.
pub(crate) fn took_place(exchange: &Exchange) -> bool {
    !matches!(exchange.reply, Reply::Declined(_))
}

/// Lets go of the bodies of what is done, once the case holds them.
pub(crate) fn strip(done: &mut Done) {
    for seen in &mut done.step.observed {
        if let Reply::Answered(answer) = &seen.exchange.reply {
            let bare = Answer {
                payload: Default::default(),
                body: Default::default(),
                ..answer.clone()
            };
            let mut exchange = Exchange::clone(&seen.exchange);
            exchange.reply = Reply::Answered(bare);
            seen.exchange = Arc::new(exchange);
        }
        seen.is_held = took_place(&seen.exchange);
    }
}
