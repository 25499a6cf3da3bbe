//! Room in memory: how many bytes may be there between an answer and its commit.
//!
//! Whatever a server does, a crawl of the default budgets and 16 exchanges at once stays below
//! 512 MiB. The sum: [`SMALL`] twice for each exchange under way, one large exchange at a time
//! (8 MiB of payload and 32 MiB of body), what waits for its commit ([`BYTES`], and as much again
//! where it is packed for the evidence), what pages share, and the tree of the one large document
//! that is being read (about 240 MiB for 32 MiB of it).

use std::mem::size_of_val;
use std::sync::atomic::{AtomicU64, Ordering};

use model::{Exchange, PageFacts};
use tokio::sync::{Notify, Semaphore, SemaphorePermit};

use crate::asking::answer;

/// Bytes of bodies, payloads and facts that are in memory between their answer and their commit.
/// Above it, only what the address at the commit point needs is asked.
const BYTES: u64 = 64 << 20;
/// Bytes of a payload, and of a decoded body, from which on one exchange at a time is received.
pub(crate) const SMALL: usize = 512 << 10;
/// Bytes that a large exchange may come to, with the default budgets.
const LARGE: u64 = 40 << 20;
/// Bytes of the facts that a document of so many bytes may come to, until it has been read: most of
/// a short link is what is said of it, and the links of a page are bounded.
const FACTS_RATIO: u64 = 16;
/// Bytes that no facts are taken to exceed before they are there.
const FACTS_MOST: u64 = 2 << 20;

/// The place of what is let through whenever it asks.
pub(crate) const EXEMPT: u64 = u64::MAX - 1;

/// Counts the bytes between answer and commit.
#[derive(Debug)]
pub(crate) struct Room {
    most: u64,
    held: AtomicU64,
    /// The place at the commit point: it is always let through, or nothing would ever be freed.
    head: AtomicU64,
    freed: Notify,
    /// The right to receive or decode a large body.
    large: Semaphore,
}

impl Default for Room {
    fn default() -> Self {
        Self::of(BYTES)
    }
}

impl Room {
    /// Room for `most` bytes.
    pub(crate) fn of(most: u64) -> Self {
        Self {
            most,
            held: AtomicU64::new(0),
            head: AtomicU64::new(0),
            freed: Notify::new(),
            large: Semaphore::new(1),
        }
    }

    /// Whether the address at `place`, and what it needs besides, may be asked now.
    pub(crate) fn is_open_to(&self, place: u64) -> bool {
        self.has(0) || self.is_first(place)
    }

    /// Whether there is room for anyone.
    pub(crate) fn is_open(&self) -> bool {
        self.has(0)
    }

    /// Waits until the address at `place` may be asked.
    pub(crate) async fn opens_to(&self, place: u64) {
        self.has_for(place, 0).await;
    }

    /// Waits until a large body may be received for the address at `place`. To be waited for
    /// without a turn: those who have one could not end it.
    pub(crate) async fn large(&self, place: u64) -> Option<SemaphorePermit<'_>> {
        // A room that is smaller than one large body has room for it when it is empty.
        let bytes = LARGE.min(self.most - 1);
        loop {
            self.has_for(place, bytes).await;
            // The semaphore is never closed.
            let permit = self.large.acquire().await.ok()?;
            if self.has(bytes) || self.is_first(place) {
                return Some(permit);
            }
        }
    }

    /// Counts an exchange for as long as what this gives is there: a worker that is aborted gives its room
    /// back, too.
    pub(crate) fn keep(&self, exchange: &Exchange) -> Kept<'_> {
        let bytes = size(exchange);
        self.held.fetch_add(bytes, Ordering::AcqRel);
        Kept { room: self, bytes }
    }

    fn is_first(&self, place: u64) -> bool {
        place == EXEMPT || self.head.load(Ordering::Acquire) == place
    }

    fn has(&self, bytes: u64) -> bool {
        self.held.load(Ordering::Acquire).saturating_add(bytes) < self.most
    }

    async fn has_for(&self, place: u64, bytes: u64) {
        loop {
            let freed = self.freed.notified();
            tokio::pin!(freed);
            // Listen first, look then: what is freed in between is not missed.
            freed.as_mut().enable();
            if self.has(bytes) || self.is_first(place) {
                return;
            }
            freed.await;
        }
    }

    /// Takes room for an exchange that was answered, and for what may be read in it.
    pub(crate) fn take(&self, exchange: &Exchange) {
        self.held
            .fetch_add(size(exchange) + expected(exchange), Ordering::AcqRel);
    }

    /// Takes note that an exchange was read: what it was expected to say gives way to what it says.
    pub(crate) fn read(&self, exchange: &Exchange, facts: Option<&PageFacts>) {
        self.held
            .fetch_add(facts.map_or(0, facts_size), Ordering::AcqRel);
        self.held.fetch_sub(expected(exchange), Ordering::AcqRel);
        self.freed.notify_waiters();
    }

    /// Gives the room of an exchange and of its facts back.
    pub(crate) fn give_back(&self, exchange: &Exchange, facts: Option<&PageFacts>) {
        let bytes = size(exchange) + facts.map_or(0, facts_size);
        self.held.fetch_sub(bytes, Ordering::AcqRel);
    }

    /// Moves the commit point, after room was given back.
    pub(crate) fn move_head(&self, place: u64) {
        self.head.store(place, Ordering::Release);
        self.freed.notify_waiters();
    }
}

/// Room that is taken until this is dropped.
#[derive(Debug)]
pub(crate) struct Kept<'room> {
    room: &'room Room,
    bytes: u64,
}

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        self.room.held.fetch_sub(self.bytes, Ordering::AcqRel);
        self.room.freed.notify_waiters();
    }
}

/// Bytes that an exchange keeps in memory, about.
pub(crate) fn size(exchange: &Exchange) -> u64 {
    answer(exchange).map_or(0, |answer| {
        let shared = answer.payload.as_ptr() == answer.body.as_ptr();
        let body = if shared { 0 } else { answer.body.len() };
        bytes(answer.payload.len() + body)
    })
}

/// Bytes that the facts of an exchange may come to.
fn expected(exchange: &Exchange) -> u64 {
    let body = answer(exchange).map_or(0, |answer| bytes(answer.body.len()));
    body.saturating_mul(FACTS_RATIO).min(FACTS_MOST)
}

/// Bytes that facts keep in memory, about: links and passages are nearly all of them. Linear in
/// their number.
pub(crate) fn facts_size(facts: &PageFacts) -> u64 {
    let links = facts.links.iter().map(|link| {
        let target = link.target.as_ref().map_or(0, |target| {
            // An address keeps its parts beside its text.
            2 * target.as_str().len()
        });
        size_of_val(link)
            + link.href.as_str().len()
            + target
            + link.text.len()
            + link.context.len()
            + link.dom_path.len()
            + 64 * (link.layers.len() + link.marks.len() + link.scripted.len())
    });
    let passages = facts
        .passages
        .iter()
        .map(|passage| size_of_val(passage) + passage.text.len());
    let resources = facts
        .resources
        .iter()
        .map(|resource| size_of_val(resource) + 3 * resource.href.as_str().len());
    let contacts = facts
        .contacts
        .iter()
        .map(|contact| size_of_val(contact) + contact.handle.len() + contact.written.len());
    bytes(links.chain(passages).chain(resources).chain(contacts).sum())
}

fn bytes(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX >> 2)
}
