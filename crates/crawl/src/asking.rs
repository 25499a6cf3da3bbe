//! Asks one address, politely: turns, pauses that hosts ask for, and further tries.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use fetch::Fetch;
use model::{Answer, Ask, Exchange, Headers, Reply, Timestamp};
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;

use crate::event::Note;
use crate::politeness::Turns;
use crate::retry::{Again, again};
use crate::room::Room;

/// What workers say to the run.
pub(crate) enum Word {
    /// Something for the watcher.
    Note(Note),
    /// Does the case have this exchange? The run answers, because it alone holds the case.
    Recall {
        ask: Ask,
        reply: oneshot::Sender<Option<Exchange>>,
    },
    /// An exchange of an address on which a worker goes on.
    Answered(Arc<Exchange>),
    /// An exchange that did not count, because the address was asked again; which try it was.
    Tried(Box<Exchange>, u32),
}

/// Asks addresses.
pub(crate) struct Asker {
    fetch: Arc<dyn Fetch>,
    pub(crate) turns: Turns,
    pub(crate) room: Room,
    words: mpsc::UnboundedSender<Word>,
    /// Further tries of one address.
    retries: u32,
}

impl Asker {
    pub(crate) fn new(
        fetch: Arc<dyn Fetch>,
        turns: Turns,
        room: Room,
        words: mpsc::UnboundedSender<Word>,
        retries: u32,
    ) -> Self {
        Self {
            fetch,
            turns,
            room,
            words,
            retries,
        }
    }

    /// Asks, and asks again when that may help; see [`again`]. The last exchange counts; those before it
    /// go into the case as tries.
    ///
    /// `place` is that of the address for which this is asked, where memory may be short; what an
    /// address needs besides is asked without, because its own body is in memory already.
    pub(crate) async fn ask(&self, ask: Ask, place: Option<u64>) -> Exchange {
        let host = ask.address.host();
        let mut tries = 1;
        loop {
            let exchange = self.ask_in_turn(ask.clone(), place).await;
            self.turns.saw(&host, &exchange);
            let Some(wait) = again(&exchange, tries).filter(|_| tries <= self.retries) else {
                return exchange;
            };
            if !self.turns.may_try_again(&host) {
                return exchange;
            }
            let _ = self.words.send(Word::Tried(Box::new(exchange), tries));
            match wait {
                Again::Pause(pause) => {
                    self.turns.pause(&host, pause);
                    let host = host.clone();
                    self.tell(Note::HostDelayed { host, pause });
                }
                Again::BackOff(pause) => sleep(pause).await,
            }
            tries += 1;
        }
    }

    /// What the case has on a question; `None` when it has nothing.
    pub(crate) async fn recall(&self, ask: Ask) -> Option<Exchange> {
        let (reply, answer) = oneshot::channel();
        self.words.send(Word::Recall { ask, reply }).ok()?;
        answer.await.ok().flatten()
    }

    /// Hands an exchange to the run, to be held when the worker takes long. When the run has ended it
    /// is lost with the worker.
    pub(crate) fn answered(&self, exchange: &Arc<Exchange>) {
        let _ = self.words.send(Word::Answered(Arc::clone(exchange)));
    }

    /// Tells the watcher. Nobody listens any more when the run has ended: then it is lost rightly.
    pub(crate) fn tell(&self, note: Note) {
        let _ = self.words.send(Word::Note(note));
    }

    #[tracing::instrument(
        name = "exchange",
        skip_all,
        fields(asked = %ask.address, vantage = %ask.vantage, purpose = %ask.purpose)
    )]
    async fn ask_in_turn(&self, ask: Ask, place: Option<u64>) -> Exchange {
        let host = ask.address.host();
        let may_go = || place.is_none_or(|place| self.room.is_open_to(place));
        let turn = loop {
            if let Some(place) = place {
                self.room.opens_to(place).await;
            }
            if let Some(turn) = self.turns.take(&host, may_go).await {
                break turn;
            }
        };
        let exchange = self.fetch.fetch(ask).await;
        drop(turn);
        exchange
    }
}

/// An exchange that did not take place: by choice, or because its origin is known to be out of
/// reach.
#[expect(
    clippy::disallowed_methods,
    reason = "a refusal is dated like an answer, and no fetcher is there to do it"
)]
pub(crate) fn unasked(ask: Ask, reply: Reply) -> Exchange {
    Exchange {
        ask,
        request_headers: Headers::default(),
        peer: None,
        started: Timestamp::from(SystemTime::now()),
        elapsed: Duration::ZERO,
        reply,
    }
}

/// The answer of an exchange, if there is one.
pub(crate) fn answer(exchange: &Exchange) -> Option<&Answer> {
    match &exchange.reply {
        Reply::Answered(answer) => Some(answer),
        Reply::Declined(_) | Reply::Unreachable(_) => None,
    }
}

/// Length of the decoded body of an exchange.
pub(crate) fn body_bytes(exchange: &Exchange) -> u64 {
    let length = answer(exchange).map_or(0, |answer| answer.body.len());
    u64::try_from(length).unwrap_or(u64::MAX)
}
