//! Asking ahead of the frontier, while its order is held up.
//!
//! Steps are committed in order of place. When one host is slow, what the pages of others offer has
//! no place yet, and would have to wait with them. So it is asked without one: the answers are held
//! in the case, and when an address gets its place, its worker finds what it was answered. What the
//! case becomes does not depend on it; only how much is asked by then does.

use std::collections::{HashMap, VecDeque};

use case::Offer;
use model::PageUrl;

/// Addresses without a place that are known at once.
const MOST: usize = 20_000;

/// How far an address without a place has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scouted {
    /// It waits for a worker.
    Waits,
    /// A worker has it.
    UnderWay,
    /// Its answers are held.
    Held,
}

/// Addresses that are asked without a place.
#[derive(Debug, Default)]
pub(crate) struct Scout {
    waiting: VecDeque<Offer>,
    known: HashMap<PageUrl, Scouted>,
    /// How many of them were asked, or are.
    asked: u64,
}

impl Scout {
    /// Takes an address that no place was given to, unless it knows too many.
    pub(crate) fn add(&mut self, offer: &Offer) {
        if self.known.len() < MOST && !self.known.contains_key(&offer.address) {
            self.known.insert(offer.address.clone(), Scouted::Waits);
            self.waiting.push_back(offer.clone());
        }
    }

    /// Whether it may take another.
    pub(crate) fn has_room(&self) -> bool {
        self.known.len() < MOST
    }

    /// The next address that may be asked now, by `may_go`. Looks at the first thousand.
    pub(crate) fn pop(&mut self, may_go: impl Fn(&Offer) -> bool) -> Option<Offer> {
        for _ in 0..self.waiting.len().min(1_000) {
            let offer = self.waiting.pop_front()?;
            match self.known.get_mut(&offer.address) {
                Some(state) if *state == Scouted::Waits => {
                    if may_go(&offer) {
                        *state = Scouted::UnderWay;
                        self.asked += 1;
                        return Some(offer);
                    }
                    self.waiting.push_back(offer);
                }
                // It has got its place meanwhile.
                _ => {}
            }
        }
        None
    }

    /// The answers of an address are held.
    pub(crate) fn held(&mut self, address: &PageUrl) {
        if let Some(state) = self.known.get_mut(address) {
            *state = Scouted::Held;
        }
    }

    /// Whether an address was asked, or is.
    pub(crate) fn has_asked(&self, address: &PageUrl) -> bool {
        let state = self.known.get(address);
        state.is_some_and(|state| *state != Scouted::Waits)
    }

    /// Whether a worker has an address.
    pub(crate) fn has_under_way(&self, address: &PageUrl) -> bool {
        self.known.get(address) == Some(&Scouted::UnderWay)
    }

    /// An address has got its place, or was not asked after all: it no longer counts.
    pub(crate) fn forget(&mut self, address: &PageUrl) {
        if self
            .known
            .remove(address)
            .is_some_and(|state| state != Scouted::Waits)
        {
            self.asked = self.asked.saturating_sub(1);
        }
    }

    /// How many were asked, or are, that have no place yet.
    pub(crate) const fn asked(&self) -> u64 {
        self.asked
    }
}
