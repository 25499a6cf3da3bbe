//! The budget of the vantages behind the primary one, in pages.
//!
//! Which pages they ask again is decided by place: the first ones get what there is. A worker does not
//! know how many pages before its own will want some, so near the end of the budget it waits until
//! they are committed.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

/// Counts the pages that were asked again.
#[derive(Debug)]
pub(crate) struct Reasks {
    budget: u64,
    /// Pages asked again before the commit point.
    spent: AtomicU64,
    /// The place at the commit point.
    head: AtomicU64,
    moved: Notify,
}

impl Reasks {
    pub(crate) fn of(budget: u32) -> Self {
        Self {
            budget: u64::from(budget),
            spent: AtomicU64::new(0),
            head: AtomicU64::new(0),
            moved: Notify::new(),
        }
    }

    /// Takes note that all places before `head` are committed, and `spent` pages of them were asked
    /// again.
    pub(crate) fn move_head(&self, head: u64, spent: u64) {
        self.spent.store(spent, Ordering::Release);
        self.head.store(head, Ordering::Release);
        self.moved.notify_waiters();
    }

    /// Whether a page has its share, whatever the others want that are not committed: `under_way` of
    /// them, itself included.
    pub(crate) fn is_sure(&self, spent: u64, under_way: usize) -> bool {
        let under_way = u64::try_from(under_way).unwrap_or(u64::MAX);
        spent.saturating_add(under_way) <= self.budget
    }

    /// Whether the page at `place` is asked again. Waits until that is known: for nothing but places
    /// before it.
    pub(crate) async fn reach(&self, place: u64, is_sure: bool) -> bool {
        if is_sure {
            return true;
        }
        loop {
            let moved = self.moved.notified();
            tokio::pin!(moved);
            // Listen first, look then: what moves in between is not missed.
            moved.as_mut().enable();
            // The head is stored last, so what was spent is read after it.
            let head = self.head.load(Ordering::Acquire);
            let spent = self.spent.load(Ordering::Acquire);
            if spent >= self.budget {
                return false;
            }
            if head >= place {
                return true;
            }
            moved.await;
        }
    }
}
