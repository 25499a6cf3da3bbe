//! What is asked once in a crawl, however many pages need it: robots.txt and stylesheets.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use dashmap::DashMap;
use model::{Ask, Exchange, PageUrl, Purpose, Reply, Timestamp, Vantage, VantageId};
use tokio::sync::OnceCell;

use crate::asking::{Asker, Recalled, answer};
use crate::robots::is_interrupted;

/// What an address needs besides its own answer: exchanges that the case does not have yet.
#[derive(Debug)]
pub(crate) struct Side {
    /// Place of the address in the frontier.
    pub(crate) place: u64,
    pub(crate) exchanges: Vec<Arc<Exchange>>,
}

impl Side {
    pub(crate) const fn of(place: u64) -> Self {
        Self {
            place,
            exchanges: Vec::new(),
        }
    }
}

/// Memory is short: the address is to wait until there is room for it.
#[derive(Debug)]
pub(crate) struct NoRoom;

/// Decoded bytes of committed exchanges that stay in memory; older ones are read from the case
/// again.
const HELD_BYTES: usize = 16 << 20;

/// How long a robots.txt counts, in milliseconds.
const A_DAY_MILLIS: i64 = 24 * 60 * 60 * 1_000;

type Key = (PageUrl, Purpose, VantageId);

/// The exchanges that pages share.
#[derive(Debug)]
pub(crate) struct Once {
    vantage: Vantage,
    /// When the run began.
    began: Timestamp,
    entries: DashMap<Key, Arc<Entry>>,
    committed: Mutex<Committed>,
    /// Whether the case may hold exchanges that memory does not.
    recalls: AtomicBool,
}

#[derive(Debug, Default)]
struct Entry {
    exchange: OnceCell<Arc<Exchange>>,
    is_committed: AtomicBool,
}

#[derive(Debug, Default)]
struct Committed {
    order: VecDeque<(Key, usize)>,
    bytes: usize,
}

impl Once {
    /// `resumed` says that the case holds exchanges from an earlier run.
    #[expect(
        clippy::disallowed_methods,
        reason = "how old a file is can only be told by the clock"
    )]
    pub(crate) fn new(vantage: Vantage, resumed: bool) -> Self {
        Self {
            vantage,
            began: Timestamp::from(SystemTime::now()),
            entries: DashMap::new(),
            committed: Mutex::default(),
            recalls: AtomicBool::new(resumed),
        }
    }

    /// The exchange for `address`: from memory, from the case, or asked now. It is added to
    /// `side` unless the case has it already.
    ///
    /// Never waits for room, because an address that has room may wait for the same exchange.
    ///
    /// # Errors
    /// [`NoRoom`], when it would have to be asked now and memory is short.
    pub(crate) async fn ask(
        &self,
        asker: &Asker,
        address: PageUrl,
        purpose: Purpose,
        referrer: Option<&PageUrl>,
        side: &mut Side,
    ) -> Result<Arc<Exchange>, NoRoom> {
        let ask = Ask {
            referrer: referrer.cloned(),
            ..Ask::new(address, self.vantage.clone(), purpose)
        };
        self.ask_as(asker, ask, side).await
    }

    /// [`ask`](Self::ask) in another guise.
    ///
    /// # Errors
    /// [`NoRoom`], when it would have to be asked now and memory is short.
    pub(crate) async fn ask_as(
        &self,
        asker: &Asker,
        ask: Ask,
        side: &mut Side,
    ) -> Result<Arc<Exchange>, NoRoom> {
        let place = side.place;
        let asked = |ask| asker.try_ask(ask, place);
        self.ask_by(asker, ask, side, asked).await
    }

    /// [`ask_as`](Self::ask_as), asked in a way of one's own.
    ///
    /// # Errors
    /// [`NoRoom`], when it would have to be asked now and memory is short.
    pub(crate) async fn ask_by<Asked: Future<Output = Option<Exchange>>>(
        &self,
        asker: &Asker,
        ask: Ask,
        side: &mut Side,
        asked: impl FnOnce(Ask) -> Asked,
    ) -> Result<Arc<Exchange>, NoRoom> {
        let referrer = ask.referrer.clone();
        let entry = Arc::clone(&self.entries.entry(key_of(&ask)).or_default());
        let exchange = entry
            .exchange
            .get_or_try_init(|| self.fetch_or_recall(asker, ask, &entry, asked))
            .await?;
        if !entry.is_committed.load(Ordering::Acquire) {
            side.exchanges.push(found_on(exchange, referrer.as_ref()));
        }
        Ok(Arc::clone(exchange))
    }

    /// Whether what an earlier run was told must be asked again: a robots.txt counts for a day, and that
    /// it could not be had counts for that run alone (RFC 9309, sections 2.3.1.4 and 2.4), as it does for
    /// a sitemap.
    fn is_stale(&self, kept: &Exchange) -> bool {
        let purpose = kept.ask.purpose;
        if !is_of_origin(purpose) || kept.started >= self.began {
            return false;
        }
        let failed = match &kept.reply {
            Reply::Answered(answer) => answer.status >= 500 || is_interrupted(answer),
            Reply::Unreachable(_) => true,
            Reply::Declined(_) => false,
        };
        let age = self.began.millis().saturating_sub(kept.started.millis());
        failed || (purpose == Purpose::Robots && age > A_DAY_MILLIS)
    }

    /// Takes note that `exchange` goes into the case, and says whether it is new there.
    pub(crate) fn commits(&self, asker: &Asker, exchange: &Exchange) -> bool {
        let key = key_of(&exchange.ask);
        let Some(entry) = self.entries.get(&key).map(|entry| Arc::clone(&entry)) else {
            // It was let go of, so it had been committed.
            return false;
        };
        let is_new = !entry.is_committed.swap(true, Ordering::AcqRel);
        if is_new {
            self.hold(key, exchange);
            asker.room.give_back(exchange, None);
        }
        is_new
    }

    /// Counts what the case has too, and lets go of the oldest when memory holds too much.
    fn hold(&self, key: Key, exchange: &Exchange) {
        let bytes = answer(exchange).map_or(0, |answer| answer.payload.len() + answer.body.len());
        let mut committed = self
            .committed
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        committed.bytes += bytes;
        committed.order.push_back((key, bytes));
        while committed.bytes > HELD_BYTES
            && let Some((key, bytes)) = committed.order.pop_front()
        {
            committed.bytes -= bytes;
            self.recalls.store(true, Ordering::Release);
            self.entries.remove(&key);
        }
    }

    async fn fetch_or_recall<Asked: Future<Output = Option<Exchange>>>(
        &self,
        asker: &Asker,
        ask: Ask,
        entry: &Entry,
        asked: impl FnOnce(Ask) -> Asked,
    ) -> Result<Arc<Exchange>, NoRoom> {
        if self.recalls.load(Ordering::Acquire)
            && let Recalled::Kept(kept) = asker.recall(ask.clone(), None).await
            && !self.is_stale(&kept)
        {
            entry.is_committed.store(true, Ordering::Release);
            self.hold(key_of(&kept.ask), &kept);
            return Ok(Arc::new(*kept));
        }
        let exchange = asked(ask).await.ok_or(NoRoom)?;
        asker.room.take(&exchange);
        asker.room.read(&exchange, None);
        Ok(Arc::new(exchange))
    }
}

/// Whether a question is about an origin, and not about a page of it.
const fn is_of_origin(purpose: Purpose) -> bool {
    matches!(
        purpose,
        Purpose::Robots | Purpose::Sitemap | Purpose::Mining
    )
}

fn key_of(ask: &Ask) -> Key {
    (ask.address.clone(), ask.purpose, ask.vantage.id)
}

/// The exchange as the page at `referrer` found it. Which page asked first is a matter of timing;
/// which one is committed first is not, and that one is the provenance that is kept.
fn found_on(exchange: &Arc<Exchange>, referrer: Option<&PageUrl>) -> Arc<Exchange> {
    if exchange.ask.referrer.as_ref() == referrer {
        return Arc::clone(exchange);
    }
    let mut found = Exchange::clone(exchange);
    found.ask.referrer = referrer.cloned();
    Arc::new(found)
}
