//! What the crawl hands over: one address done, with all that came of it.

use std::sync::Arc;

use model::{ChainEnd, Exchange, HopKind, PageFacts, PageUrl, VantageId};
use serde::{Deserialize, Serialize};

use crate::judge::Band;

/// An address in the frontier, with its place in the order of the crawl.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its place: the order in which addresses were offered, from 1. The frontier is taken in order of
    /// band and place.
    pub place: u64,
    /// Its band.
    pub band: Band,
    /// The address and how it was reached.
    pub offer: Offer,
}

/// An address as it is offered to the frontier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The address.
    pub address: PageUrl,
    /// The page on which it was first found; `None` for a seed.
    pub referrer: Option<PageUrl>,
    /// Clicks from a seed.
    pub depth: u32,
    /// Redirects, refreshes and frames in a row that led here.
    pub redirects: u32,
    /// Clicks since the scope was left; 0 within the scope.
    pub beyond: u32,
    /// Whether the scope contains it.
    pub in_scope: bool,
    /// How it was found.
    pub found_by: FoundBy,
    /// Cookies that the redirects which led here set, for each vantage its own, in order.
    pub cookies: Vec<SetCookie>,
}

/// A cookie as a server set it on the way to an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetCookie {
    /// Whose browser it was.
    pub vantage: VantageId,
    /// The address that set it.
    pub at: PageUrl,
    /// The value of `Set-Cookie`.
    pub field: String,
}

/// How an address was found first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FoundBy {
    /// The brief names it.
    Seed,
    /// A page leads to it.
    #[default]
    Link,
    /// A sitemap names it, and nothing led to it before.
    Sitemap,
}

impl FoundBy {
    /// The word for it in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Seed => "seed",
            Self::Link => "link",
            Self::Sitemap => "sitemap",
        }
    }

    /// What a word in the database means.
    pub(crate) fn of(word: &str) -> Option<Self> {
        let all = [Self::Seed, Self::Link, Self::Sitemap];
        all.into_iter().find(|by| by.as_str() == word)
    }
}

/// Where a page takes its visitor by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayOn {
    /// A redirect, a refresh, a script, or a form that submits itself.
    pub kind: HopKind,
    /// The reference as written; the status where that is all there is.
    pub href: String,
    /// Where it leads; `None` when that is no page.
    pub target: Option<PageUrl>,
    /// How the chain ends here, as far as this page alone shows. A circle is seen when its last
    /// member is in the case: see [`crate::CaseFolder::coverage`].
    pub end: Option<ChainEnd>,
}

/// One exchange for a page, with what was read in it.
#[derive(Debug, Clone)]
pub struct Observed {
    /// The exchange; an `ask.purpose` of `Page`, or of `Again` for the second one of the primary
    /// vantage, which comes last.
    pub exchange: Arc<Exchange>,
    /// What was read; `None` where nothing answered.
    pub facts: Option<Arc<PageFacts>>,
    /// See `model::Visit::churns`.
    pub churns: bool,
    /// Whether the case holds the exchange already, and its payload and body are no longer here.
    pub is_held: bool,
}

/// Whether the vantages behind the primary one asked for a page, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reask {
    /// They had no reason to.
    #[default]
    Needless,
    /// They did.
    Asked,
    /// They would have, and their budget was spent.
    Spent,
}

impl Reask {
    /// The word for it in the database.
    pub(crate) const fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Needless => None,
            Self::Asked => Some("asked"),
            Self::Spent => Some("spent"),
        }
    }
}

/// One address done. Committed whole or not at all.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its entry in the frontier.
    pub waiting: Waiting,
    /// What each vantage was answered, the primary one first.
    pub observed: Vec<Observed>,
    /// Where it takes its visitor by itself, as the primary vantage was answered.
    pub way_on: Option<WayOn>,
    /// Exchanges for robots.txt and stylesheets that this address needed. Those that the case
    /// already has (same address, purpose and vantage) are not kept again.
    pub side: Vec<Arc<Exchange>>,
    /// Addresses found, in the order of the page. Those that the frontier already knows are
    /// ignored.
    pub offers: Vec<Offer>,
    /// Whether the other vantages asked, too.
    pub reask: Reask,
    /// Whether the primary vantage begins here at the host of the address: what it is given in
    /// cookies is what it has there.
    pub opens: bool,
    /// References that are not offered at all, by reason.
    pub refused: Vec<Refused>,
    /// What the page looks like; `None` where nothing was read.
    pub likeness: Option<Likeness>,
}

/// References of one page that are not offered to the frontier, for one reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// The reason.
    pub why: NotOffered,
    /// How many references.
    pub addresses: u64,
}

/// Why a reference is not offered to the frontier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotOffered {
    /// Its address is too long.
    TooLong,
    /// It stands behind more addresses than are taken from one page.
    TooMany,
    /// It stands on a page where the branch ends for the sake of minors.
    BranchEnd,
}

impl NotOffered {
    /// The word for it, in the database and in the coverage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooLong => "address-length",
            Self::TooMany => "links-of-a-page",
            Self::BranchEnd => "branch-end",
        }
    }
}

/// What a page looks like, in three numbers: pages that are near-equal have near-equal ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Likeness {
    /// Simhash of the text: the fewer bits differ, the more alike are two texts.
    pub text: u64,
    /// Hash of the set of patterns of the addresses that it leads to.
    pub links: u64,
    /// Hash of the text: pages whose texts differ in a single number have different ones.
    pub exact: u64,
}
