//! Asks one address, politely: turns, pauses that hosts ask for, and the one retry.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use fetch::Fetch;
use model::{Answer, Ask, Exchange, Headers, Purpose, Reply, Timestamp, Unreachable};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;

use crate::event::Note;
use crate::politeness::Turns;
use crate::room::Room;

/// The longest `Retry-After` that is waited for.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Pause before a broken connection is tried again.
const SECOND_TRY: Duration = Duration::from_millis(500);

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
}

/// Asks addresses.
pub(crate) struct Asker {
    fetch: Arc<dyn Fetch>,
    pub(crate) turns: Turns,
    pub(crate) room: Room,
    words: mpsc::UnboundedSender<Word>,
}

impl Asker {
    pub(crate) fn new(
        fetch: Arc<dyn Fetch>,
        turns: Turns,
        room: Room,
        words: mpsc::UnboundedSender<Word>,
    ) -> Self {
        Self {
            fetch,
            turns,
            room,
            words,
        }
    }

    /// Asks, and asks once more when the answer says that this may help: a host that wants a
    /// short pause gets it, a connection that broke is made anew. The last exchange counts.
    ///
    /// `place` is that of the address for which this is asked, where memory may be short; what an
    /// address needs besides is asked without, because its own body is in memory already.
    pub(crate) async fn ask(&self, ask: Ask, place: Option<u64>) -> Exchange {
        let first = self.ask_in_turn(ask.clone(), place).await;
        if let Some(pause) = wanted_pause(&first) {
            let host = ask.address.host();
            self.turns.pause(&host, pause);
            self.tell(Note::HostDelayed { host, pause });
        } else if is_broken(&first) {
            sleep(SECOND_TRY).await;
        } else {
            return first;
        }
        self.ask_in_turn(ask, place).await
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

/// Whether a second try may help: the connection broke, or robots.txt, on which a whole host
/// depends, met a failing server.
fn is_broken(exchange: &Exchange) -> bool {
    match &exchange.reply {
        Reply::Unreachable(Unreachable::Connect | Unreachable::Reset) => true,
        Reply::Answered(answer) => exchange.ask.purpose == Purpose::Robots && answer.status >= 500,
        _ => false,
    }
}

/// The pause that a 429 or 503 asks for, when it is short enough to be waited for.
fn wanted_pause(exchange: &Exchange) -> Option<Duration> {
    let answer = answer(exchange).filter(|answer| matches!(answer.status, 429 | 503))?;
    let wanted = answer.headers.first("retry-after")?.trim();
    let pause = match wanted.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => until(wanted, exchange, answer)?,
    };
    (pause <= LONGEST_PAUSE).then_some(pause)
}

/// Time from the answer to an HTTP date. The server's own clock counts where it is sent, so that
/// a wrong one does no harm.
fn until(date: &str, exchange: &Exchange, answer: &Answer) -> Option<Duration> {
    let then = OffsetDateTime::parse(date, &Rfc2822).ok()?;
    let now = answer
        .headers
        .first("date")
        .and_then(|date| OffsetDateTime::parse(date.trim(), &Rfc2822).ok())
        .or_else(|| {
            let millis = i128::from(exchange.started.millis()) * 1_000_000;
            OffsetDateTime::from_unix_timestamp_nanos(millis).ok()
        })?;
    Some(Duration::try_from(then - now).unwrap_or(Duration::ZERO))
}
