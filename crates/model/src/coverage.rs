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
    /// Sitemaps that were not read, or not whole, those that may name pages of the scope first; at most
    /// 100.
    #[serde(default)]
    pub sitemaps: Vec<SitemapLoss>,
    /// How many there are in all.
    #[serde(default)]
    pub sitemaps_in_all: u64,
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
    /// What became of addresses that look like more of the same.
    #[serde(default)]
    pub held_back: HeldBack,
    /// Why the crawl ended.
    pub stop: StopReason,
    /// Decoded bytes of all bodies.
    pub body_bytes: u64,
}

/// What was lost of a sitemap.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SitemapLoss {
    /// The sitemap; for those that were not asked because there are too many of them, the one, or the
    /// file, that names them.
    pub address: PageUrl,
    /// What happened: a word of [`crate::Declined`] or [`crate::Unreachable`], `status 503`,
    /// `body cut: decoded-budget`, `redirect-loop`, or one of [`SitemapFault`].
    pub why: String,
    /// How many entries, or sitemaps, were left out, where that is known; else 0.
    pub entries: u64,
}

impl SitemapLoss {
    /// Whether pages of the scope may be missing for it: a sitemap of another site is of no use to
    /// the scope, unless it is kept there for it.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.why != crate::Declined::Scope.as_str()
    }
}

words! {
/// What can be wrong with a sitemap besides its answer.
SitemapFault {
    /// More sitemaps than are read of an origin.
    Files = "sitemap-files",
    /// More entries than are taken of an origin.
    Entries = "sitemap-entries",
    /// An index within an index within an index.
    Nesting = "sitemap-nesting",
    /// It ends before it is closed.
    Truncated = "sitemap-truncated",
    /// It was answered, and is no sitemap.
    NoSitemap = "no-sitemap",
    /// Entries that are longer than any address is.
    TooLong = "address-length",
}
}

/// What a crawl did with addresses that look like more of the same: variants of one page, and patterns
/// that bring nothing new.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldBack {
    /// The version of the rules by which variants are told; empty where there was no crawl.
    pub variant_rules: String,
    /// Pages of which there are variants, those with the most that were not asked first; at most 50.
    pub variants: Vec<Variants>,
    /// Parameters that turned out to be session ids, in order of host and name.
    pub learned: Vec<LearnedParameter>,
    /// Patterns of addresses, those with the most that were not asked, then set back, then found, first; at
    /// most 50.
    pub patterns: Vec<PatternCoverage>,
    /// Patterns in all.
    pub patterns_in_all: u64,
    /// How often a part of an address was not looked at, because more parts than can be learned of were
    /// seen: whether it is a session id is not known, and what it multiplies ends at the bound of its pattern.
    #[serde(default)]
    pub sessions_cut: u64,
}

/// Addresses that differ in session ids, tracking parameters and the order of their query alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variants {
    /// The first of them that was found.
    pub of: PageUrl,
    /// How many more are asked.
    pub asked: u64,
    /// How many are not.
    pub declined: u64,
    /// The first few of those, in the order in which they were found.
    pub examples: Vec<PageUrl>,
}

/// A parameter, or a token in the path, that turned out to be a session id of a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LearnedParameter {
    /// The host.
    pub host: String,
    /// The name of the parameter; with a semicolon before it where it stands in the path; or the place of a
    /// token in the path, as in `/*/s-*` for the second segment, behind `s-`; or several names with ` & `
    /// between them, whose values change together.
    pub parameter: String,
    /// The place in the frontier of the page after which it counts as one.
    pub from_place: u64,
    /// Addresses that differ in its value alone, and have equal content.
    pub evidence: Vec<PageUrl>,
    /// The place of the page after which it counts no more.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until_place: Option<u64>,
    /// The address of that page: its content differs. What was not asked before is asked then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub against: Option<PageUrl>,
}

/// What became of the addresses of one pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatternCoverage {
    /// The pattern: an address with classes in the place of values (`shop.example/product/{int}`).
    pub pattern: String,
    /// Addresses that were found.
    pub offered: u64,
    /// Pages that were answered.
    pub asked: u64,
    /// Addresses that came behind everything else.
    pub set_back: u64,
    /// Addresses that were not asked.
    pub declined: u64,
    /// Why, the last time: a word of [`crate::Declined`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub why: Option<String>,
}

impl Coverage {
    /// Whether the whole scope was seen: only then does "nothing found" mean anything.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.stop == StopReason::FrontierEmpty
            && self.unseen.is_empty()
            && self.not_reasked.is_empty()
            && !self.sitemaps.iter().any(SitemapLoss::counts)
            && self.seen > 0
    }
}
