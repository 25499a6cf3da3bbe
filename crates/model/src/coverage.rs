//! How much of the scope was seen, and why the crawl ended.

use serde::{Deserialize, Serialize};

use crate::PageUrl;
use crate::hop::words;

words! {
/// Why a crawl ended.
StopReason {
    /// Nothing was left to visit: the only reason that means "seen whole".
    FrontierEmpty = "frontier-empty",
    /// The budget of pages was spent.
    PagesSpent = "pages-spent",
    /// The budget of bytes was spent.
    BytesSpent = "bytes-spent",
    /// The budget of time was spent.
    WallSpent = "wall-spent",
    /// Somebody stopped it.
    Cancelled = "cancelled",
    /// It has not ended: it was killed, or is still at work.
    Unfinished = "unfinished",
}
}

/// A part of the scope that was not seen, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unseen {
    /// The reason: the word of [`crate::Declined`] or [`crate::Unreachable`], `status 503`,
    /// `body cut: decoded-budget`, `redirect-loop`, `self-redirect`, `reask-budget`, or `waiting`.
    pub why: String,
    /// How many addresses.
    pub addresses: u64,
    /// The first few of them, in order.
    pub examples: Vec<PageUrl>,
}

/// How much of the scope was seen. Printed in every report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Addresses in scope that answered.
    pub seen: u64,
    /// Landing pages out of scope that answered.
    pub landings: u64,
    /// Parts of the scope that were not seen, by reason, in order.
    pub unseen: Vec<Unseen>,
    /// Landing pages out of scope that were not seen, by reason, in order.
    pub unseen_landings: Vec<Unseen>,
    /// Addresses in scope that only a sitemap named: pages to which no link leads.
    #[serde(default)]
    pub orphans: u64,
    /// Addresses that were asked again, by what came before: `status 429`, or the word of
    /// [`crate::Unreachable`].
    #[serde(default)]
    pub retried: Vec<Unseen>,
    /// Addresses from which a visitor is taken along and arrives at no page, by the word of
    /// [`crate::ChainEnd`]: where the chain of redirects, refreshes and scripts ends, and those that
    /// lead there. Where all of it is HTTP redirects, nothing was seen: then they are among the unseen,
    /// too.
    #[serde(default)]
    pub chain_ends: Vec<Unseen>,
    /// Pages that the vantages behind the primary one asked again.
    #[serde(default)]
    pub reasked: u64,
    /// Pages that they were to ask again, and that their budget was spent for: whether these are shown
    /// to others in another way is not known.
    #[serde(default)]
    pub not_reasked: Vec<Unseen>,
    /// Why the crawl ended.
    pub stop: StopReason,
    /// Decoded bytes of all bodies.
    pub body_bytes: u64,
}

impl Coverage {
    /// Whether the whole scope was seen: only then does "nothing found" mean anything.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.stop == StopReason::FrontierEmpty
            && self.unseen.is_empty()
            && self.not_reasked.is_empty()
            && self.seen > 0
    }
}
