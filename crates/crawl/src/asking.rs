//! Asks one address, politely: turns, pauses that hosts ask for, and further tries.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use fetch::{Bounded, Fetch};
use model::{Answer, Ask, Exchange, Headers, Host, Purpose, Reply, Timestamp};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};

use crate::carry::{self, BACK};
use crate::event::Note;
use crate::politeness::Turns;
use crate::reading::Reading;
use crate::retry::{Again, again};
use crate::room::{Room, SMALL};

/// How long the turn of a host is waited for with the permit for large bodies in hand.
const TURN_OF_LARGE: Duration = Duration::from_secs(5);

/// What workers say to the run.
pub(crate) enum Word {
    /// Something for the watcher.
    Note(Note),
    /// Does the case have this exchange? The run answers, because it alone holds the case. With a
    /// `place`, it takes room for it.
    Recall {
        ask: Box<Ask>,
        place: Option<u64>,
        reply: oneshot::Sender<Recalled>,
    },
    /// With which exchange did the primary vantage begin at a host? The case may know.
    Opening {
        host: Host,
        reply: oneshot::Sender<Option<Box<Exchange>>>,
    },
    /// An exchange of an address on which a worker goes on.
    Answered(Arc<Exchange>),
    /// Exchanges that belong to no single address.
    Side(Vec<Arc<Exchange>>),
    /// An exchange that did not count, because the address was asked again; which try it was.
    Tried(Box<Exchange>, u32),
    /// What the case has on an address that was asked before, in its turn or to see where it leads.
    Known {
        ask: Box<Ask>,
        reply: oneshot::Sender<Option<Box<Exchange>>>,
    },
    /// An exchange that was asked to see where a way leads; whether its address waits for its turn.
    Walked {
        exchange: Arc<Exchange>,
        waits: bool,
    },
}

/// What the case has on a question.
pub(crate) enum Recalled {
    /// This.
    Kept(Box<Exchange>),
    /// Nothing.
    Nothing,
    /// Memory is short: ask again when there is room.
    NoRoom,
}

/// Asks addresses.
pub(crate) struct Asker {
    fetch: Arc<dyn Fetch>,
    pub(crate) turns: Turns,
    pub(crate) room: Room,
    pub(crate) reading: Reading,
    words: mpsc::UnboundedSender<Word>,
    /// Further tries of one address.
    retries: u32,
}

impl Asker {
    pub(crate) fn new(
        fetch: Arc<dyn Fetch>,
        turns: Turns,
        room: Room,
        reading: Reading,
        words: mpsc::UnboundedSender<Word>,
        retries: u32,
    ) -> Self {
        Self {
            fetch,
            turns,
            room,
            reading,
            words,
            retries,
        }
    }

    /// Asks, and asks again when that may help; see [`again`]. The last exchange counts; those before it
    /// go into the case as tries.
    ///
    /// `place` is that of the address for which this is asked: where memory is short, it waits.
    pub(crate) async fn ask(&self, ask: Ask, place: u64) -> Exchange {
        loop {
            self.room.opens_to(place).await;
            if let Some(exchange) = self.try_ask(ask.clone(), place).await {
                return exchange;
            }
        }
    }

    /// As [`ask`](Self::ask), but `None` where memory is short for what `place` needs: for those who
    /// must not wait for it, because others wait for them.
    ///
    /// A page that sends its visitor to itself with a new cookie is asked once more, with it; and twice more
    /// when the second answer brings another one.
    pub(crate) async fn try_ask(&self, mut ask: Ask, place: u64) -> Option<Exchange> {
        let host = ask.address.host();
        let (mut tries, mut backs) = (1, 0);
        loop {
            // What was begun is ended, so that no try is made twice.
            let may_go = || tries > 1 || backs > 0 || self.room.is_open_to(place);
            let exchange = self.ask_in_turn(ask.clone(), place, may_go).await?;
            self.turns.saw(&host, &exchange);
            let mut exchange = exchange;
            if backs < BACK {
                let answered = Arc::new(exchange);
                let comes_back = carry::comes_back(&self.reading, &answered).await;
                exchange = Arc::unwrap_or_clone(answered);
                if let Some(cookies) = comes_back {
                    (ask.cookies, backs) = (cookies, backs + 1);
                    let _ = self
                        .words
                        .send(Word::Tried(Box::new(exchange), tries + backs - 1));
                    continue;
                }
            }
            let Some(wait) = again(&exchange, tries).filter(|_| tries <= self.retries) else {
                return Some(exchange);
            };
            if !self.turns.may_try_again(&host) {
                return Some(exchange);
            }
            let number = tries + backs;
            let _ = self.words.send(Word::Tried(Box::new(exchange), number));
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

    /// What the case has on a question. With a `place`, only where there is room for it, and room is
    /// taken.
    pub(crate) async fn recall(&self, ask: Ask, place: Option<u64>) -> Recalled {
        let (reply, answer) = oneshot::channel();
        // When the run has ended, nobody waits for what follows.
        let ask = Box::new(ask);
        let _ = self.words.send(Word::Recall { ask, place, reply });
        answer.await.unwrap_or(Recalled::Nothing)
    }

    /// What the case has on an address that was asked before, with whatever cookies.
    pub(crate) async fn known(&self, ask: &Ask) -> Option<Box<Exchange>> {
        let (reply, answer) = oneshot::channel();
        let ask = Box::new(ask.clone());
        let _ = self.words.send(Word::Known { ask, reply });
        answer.await.ok().flatten()
    }

    /// The exchange with which the primary vantage began at a host, as the case has it.
    pub(crate) async fn recall_opening(&self, host: &Host) -> Option<Box<Exchange>> {
        let (reply, answer) = oneshot::channel();
        let host = host.clone();
        let _ = self.words.send(Word::Opening { host, reply });
        answer.await.ok().flatten()
    }

    /// Says something to the run. When that has ended, nobody waits for it.
    pub(crate) fn say(&self, word: Word) {
        let _ = self.words.send(word);
    }

    /// Hands an exchange to the run, to be held when the worker takes long. When the run has ended it
    /// is lost with the worker.
    pub(crate) fn answered(&self, exchange: &Arc<Exchange>) {
        let _ = self.words.send(Word::Answered(Arc::clone(exchange)));
    }

    /// Hands exchanges that belong to no single address to the run, to be kept at once.
    pub(crate) fn hand_over(&self, side: Vec<Arc<Exchange>>) {
        if !side.is_empty() {
            let _ = self.words.send(Word::Side(side));
        }
    }

    /// Tells the watcher. Nobody listens any more when the run has ended: then it is lost rightly.
    pub(crate) fn tell(&self, note: Note) {
        let _ = self.words.send(Word::Note(note));
    }

    /// Asks once, when it is the turn of the host and `may_go` agrees then.
    #[tracing::instrument(
        name = "exchange",
        skip_all,
        fields(asked = %ask.address, vantage = %ask.vantage, purpose = %ask.purpose)
    )]
    async fn ask_in_turn(
        &self,
        ask: Ask,
        place: u64,
        may_go: impl Fn() -> bool,
    ) -> Option<Exchange> {
        let host = ask.address.host();
        let turn = self.turns.take(&host, may_go).await?;
        if !(ask.purpose.is_page() || ask.purpose == Purpose::Check) {
            // Robots.txt and stylesheets have small budgets of their own.
            return Some(self.fetch.fetch(ask).await);
        }
        let bounded = self.fetch.fetch_within(ask.clone(), SMALL).await;
        drop(turn);
        match bounded {
            Bounded::Whole(exchange) => Some(exchange),
            Bounded::Packed(exchange) => {
                // It is in memory while it waits, and the permit may be long in coming.
                let kept = self.room.keep(&exchange);
                let _large = self.room.large(place).await;
                let unpacked = self.fetch.unpack(exchange).await;
                drop(kept);
                Some(unpacked)
            }
            Bounded::TooLarge => loop {
                let _large = self.room.large(place).await;
                // Others wait for the permit: a host that is not to be asked now does not keep it.
                let turn = timeout(TURN_OF_LARGE, self.turns.take(&host, || true)).await;
                if let Ok(turn) = turn {
                    let _turn = turn?;
                    break Some(self.fetch.fetch(ask).await);
                }
            },
        }
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

#[cfg(test)]
mod tests {
    use std::pin::Pin;

    use model::{Politeness, Vantage, VantageId};

    use super::*;
    use crate::tests::web::{LineReader, answered, exchange_with};

    /// Every answer is a payload of 1,000 bytes that is too large to be decoded beside others.
    struct Packs;

    impl Fetch for Packs {
        fn fetch(&self, _: Ask) -> Pin<Box<dyn Future<Output = Exchange> + Send + '_>> {
            let body = "x".repeat(1_000);
            Box::pin(async move { exchange_with(answered(200, &[], &body)) })
        }

        fn fetch_within(
            &self,
            ask: Ask,
            _: usize,
        ) -> Pin<Box<dyn Future<Output = Bounded> + Send + '_>> {
            Box::pin(async move { Bounded::Packed(self.fetch(ask).await) })
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_payload_that_waits_to_be_decoded_counts_and_gives_its_room_back() {
        let (say, _words) = mpsc::unbounded_channel();
        let asker = Asker::new(
            Arc::new(Packs),
            Turns::new(Politeness::default()),
            Room::of(900),
            Reading::new(Arc::new(LineReader)),
            say,
            0,
        );
        let asker = Arc::new(asker);
        let (vantage, address) = (Vantage::standard(VantageId::Desktop), "http://a.test/");
        let address = model::PageUrl::parse(address).unwrap();
        let ask = Ask::new(address, vantage, Purpose::Page);
        let mut asked = Vec::new();
        for ends in [false, true] {
            let (asker, ask) = (Arc::clone(&asker), ask.clone());
            let other = Arc::clone(&asker);
            let asking = tokio::spawn(async move { other.ask(ask, 5).await });
            sleep(Duration::from_secs(1)).await;
            assert!(!asker.room.is_open(), "the payload is in memory");
            if ends {
                asker.room.move_head(5);
                asked.push(asking.await.unwrap());
            } else {
                asking.abort();
                assert!(asking.await.is_err());
            }
            assert!(asker.room.is_open());
        }
        assert_eq!(asked.len(), 1);
    }
}
