//! Room in memory: how many bytes may wait for the commit point.

use std::sync::atomic::{AtomicU64, Ordering};

use model::Exchange;
use tokio::sync::Notify;

use crate::asking::answer;

/// Bytes of bodies and payloads that are in memory between their answer and their commit. Above
/// it, only the address at the commit point is asked.
const BYTES: u64 = 128 << 20;

/// Counts the bytes between answer and commit.
#[derive(Debug)]
pub(crate) struct Room {
    most: u64,
    held: AtomicU64,
    /// The place at the commit point: it is always let through, or nothing would ever be freed.
    head: AtomicU64,
    freed: Notify,
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
        }
    }

    /// Whether the address at `place` may be asked now.
    pub(crate) fn is_open_to(&self, place: u64) -> bool {
        self.is_open() || self.head.load(Ordering::Acquire) == place
    }

    /// Whether there is room for anyone.
    pub(crate) fn is_open(&self) -> bool {
        self.held.load(Ordering::Acquire) < self.most
    }

    /// Waits until the address at `place` may be asked.
    pub(crate) async fn opens_to(&self, place: u64) {
        loop {
            let freed = self.freed.notified();
            tokio::pin!(freed);
            // Listen first, look then: what is freed in between is not missed.
            freed.as_mut().enable();
            if self.is_open_to(place) {
                return;
            }
            freed.await;
        }
    }

    /// Takes room for an exchange that was answered.
    pub(crate) fn take(&self, exchange: &Exchange) {
        self.held.fetch_add(size(exchange), Ordering::AcqRel);
    }

    /// Gives the room of an exchange back.
    pub(crate) fn give_back(&self, exchange: &Exchange) {
        self.held.fetch_sub(size(exchange), Ordering::AcqRel);
    }

    /// Moves the commit point, after room was given back.
    pub(crate) fn move_head(&self, place: u64) {
        self.head.store(place, Ordering::Release);
        self.freed.notify_waiters();
    }
}

/// Bytes that an exchange keeps in memory, about.
fn size(exchange: &Exchange) -> u64 {
    let bytes = answer(exchange).map_or(0, |answer| answer.payload.len() + answer.body.len());
    u64::try_from(bytes).unwrap_or(u64::MAX >> 1)
}
