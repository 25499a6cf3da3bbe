//! What was asked for: seeds, scope and budget of a case.

use std::num::NonZeroU32;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::hop::words;
use crate::{Cookies, PageUrl, VantageId};

words! {
/// The rule by which a seed spans a scope.
ScopeRule {
    /// Every host of the seed's site.
    Site = "site",
    /// The seed's host and port.
    Host = "host",
    /// The seed's host and port, below the directory of the seed's path.
    PathPrefix = "path-prefix",
}
}

/// Decides which addresses belong to the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The rule.
    pub rule: ScopeRule,
    /// The seeds that span it.
    pub seeds: Vec<PageUrl>,
    /// Path prefixes that are left out on every host (`/cart`).
    #[serde(default)]
    pub excluded_paths: Vec<String>,
}

impl Scope {
    /// A scope spanned by `seeds` under `rule`, nothing excluded.
    #[must_use]
    pub const fn new(rule: ScopeRule, seeds: Vec<PageUrl>) -> Self {
        Self {
            rule,
            seeds,
            excluded_paths: Vec::new(),
        }
    }

    /// Whether `address` belongs to the case. Linear in the number of seeds.
    #[must_use]
    pub fn contains(&self, address: &PageUrl) -> bool {
        let path = address.as_url().path();
        if self.excluded_paths.iter().any(|out| path.starts_with(out)) {
            return false;
        }
        let is_at_host = |seed: &PageUrl| {
            seed.host_text() == address.host_text() && seed.port() == address.port()
        };
        match self.rule {
            // Most addresses stand at the host of a seed, and then no list of suffixes is asked.
            ScopeRule::Site => {
                self.seeds.iter().any(is_at_host) || {
                    let site = address.site();
                    self.seeds.iter().any(|seed| seed.site() == site)
                }
            }
            ScopeRule::Host => self.seeds.iter().any(is_at_host),
            ScopeRule::PathPrefix => self.seeds.iter().any(|seed| {
                let directory = seed.as_url().path();
                let directory = &directory[..=directory.rfind('/').unwrap_or(0)];
                is_at_host(seed) && path.starts_with(directory)
            }),
        }
    }
}

words! {
/// What is done with ways that leave the scope.
Landings {
    /// They are followed to their landing page: where a way lands is the point. Nothing beyond it is
    /// asked.
    Follow = "follow",
    /// They are followed to their landing page, and a few ways that lead on from there by a click.
    Onward = "onward",
    /// They are recorded and not followed.
    Record = "record",
}
}

words! {
/// What robots.txt is to this crawl.
Robots {
    /// Obeyed, by RFC 9309.
    Obey = "obey",
    /// Not asked: for one's own site. Written into the case.
    Ignore = "ignore",
}
}

words! {
/// What sitemaps are to this crawl.
Sitemaps {
    /// Read when no link leads further: what they name besides is an orphan.
    Read = "read",
    /// Not asked for.
    Ignore = "ignore",
}
}

impl Default for Sitemaps {
    /// What a brief that was written without a word on them means.
    fn default() -> Self {
        Self::Ignore
    }
}

/// What a crawl may spend. Reaching one of these is recorded and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Budget {
    /// Addresses visited, landing pages included. Default 100,000.
    pub pages: NonZeroU32,
    /// Clicks from a seed. Default 64.
    pub depth: u32,
    /// Redirects, refreshes and frames in a row. Default 20.
    pub redirects: u32,
    /// Clicks beyond the scope, for landing pages, with [`Landings::Onward`]. Default 2.
    pub landing_clicks: u32,
    /// Ways out of a landing page that are still followed: a longer menu cannot carry a hidden
    /// path within the cost bound of the analysis. Default 20.
    pub landing_ways: u32,
    /// Further tries of one address, when an answer says that they may help. Default 2.
    #[serde(default = "two")]
    pub retries: u32,
    /// Pages that the vantages behind the primary one ask again. Default 20,000.
    #[serde(default = "reasks")]
    pub reasks: u32,
    /// Variants of one page that are asked besides the first address found of it: addresses that differ
    /// in session ids, tracking parameters and the order of the query alone. Default 3.
    #[serde(default = "all")]
    pub variants: u32,
    /// Addresses of one site that are taken. Default: no bound but that of the pages.
    #[serde(default = "all")]
    pub site_addresses: u32,
    /// Addresses of one site out of the scope that are taken as landing pages. Default 10,000.
    #[serde(default = "all")]
    pub landing_addresses: u32,
    /// Addresses of one pattern that are still taken once it brings nothing new. Default 10,000.
    #[serde(default = "all")]
    pub pattern_addresses: u32,
    /// The same for a pattern of a kind that has no end: dates, combinations of parameters.
    /// Default 100.
    #[serde(default = "all")]
    pub endless_addresses: u32,
    /// Decoded bytes of all bodies of the crawl. Default 64 GiB.
    pub total_bytes: u64,
    /// Bytes of one payload on the wire. Default 8 MiB.
    pub wire_bytes: u64,
    /// Decoded bytes of one body. Default 32 MiB.
    pub body_bytes: u64,
    /// Decoded bytes of one body for each byte on the wire, beyond the first MiB of the body.
    /// Default 200: a long table of a real page comes to about 50, and gzip cannot exceed 1,032.
    pub body_ratio: u32,
    /// Time of one exchange, in milliseconds. Default 30,000.
    pub exchange_millis: u64,
    /// Time without a byte within one exchange, in milliseconds. Default 10,000.
    pub idle_millis: u64,
    /// Time of the whole crawl, in seconds. Default 86,400.
    pub wall_seconds: u64,
}

impl Budget {
    /// Time of one exchange.
    #[must_use]
    pub const fn exchange(&self) -> Duration {
        Duration::from_millis(self.exchange_millis)
    }

    /// Time without a byte within one exchange.
    #[must_use]
    pub const fn idle(&self) -> Duration {
        Duration::from_millis(self.idle_millis)
    }

    /// Time of the whole crawl.
    #[must_use]
    pub const fn wall(&self) -> Duration {
        Duration::from_secs(self.wall_seconds)
    }
}

/// What a brief that was written without the number of tries means.
const fn two() -> u32 {
    2
}

/// What a brief that was written without the number of pages asked again means.
const fn reasks() -> u32 {
    20_000
}

/// What a brief that was written without a budget means by it.
const fn all() -> u32 {
    u32::MAX
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            pages: NonZeroU32::MIN.saturating_add(99_999),
            depth: 64,
            redirects: 20,
            retries: two(),
            reasks: reasks(),
            landing_clicks: 2,
            landing_ways: 20,
            variants: 3,
            site_addresses: all(),
            landing_addresses: 10_000,
            pattern_addresses: 10_000,
            endless_addresses: 100,
            total_bytes: 64 << 30,
            wire_bytes: 8 << 20,
            body_bytes: 32 << 20,
            body_ratio: 200,
            exchange_millis: 30_000,
            idle_millis: 10_000,
            wall_seconds: 86_400,
        }
    }
}

/// How gently hosts are asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Politeness {
    /// Exchanges at once with one host. Default 2.
    pub per_host: NonZeroU32,
    /// Exchanges at once in all. Default 16.
    pub in_all: NonZeroU32,
    /// Time between the starts of two exchanges with one host, in milliseconds. Default 200;
    /// robots.txt can only make it longer.
    pub delay_millis: u64,
    /// The longest crawl-delay that is obeyed, in milliseconds. Default 30,000; a longer one is
    /// cut to it and that is recorded.
    pub delay_cap_millis: u64,
}

impl Default for Politeness {
    fn default() -> Self {
        Self {
            per_host: NonZeroU32::MIN.saturating_add(1),
            in_all: NonZeroU32::MIN.saturating_add(15),
            delay_millis: 200,
            delay_cap_millis: 30_000,
        }
    }
}

/// What was asked for: written into the case when it is opened, and unchangeable from then on,
/// so that a crawl that goes on is the crawl that was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brief {
    /// Where the crawl starts, in the order given.
    pub seeds: Vec<PageUrl>,
    /// What belongs to the case.
    pub scope: Scope,
    /// What it may spend.
    pub budget: Budget,
    /// How gently.
    pub politeness: Politeness,
    /// Ways out of the scope.
    pub landings: Landings,
    /// robots.txt.
    pub robots: Robots,
    /// Sitemaps.
    #[serde(default)]
    pub sitemaps: Sitemaps,
    /// Cookies that servers set.
    #[serde(default)]
    pub cookies: Cookies,
    /// The guises, the primary one first; never empty.
    pub vantages: Vec<VantageId>,
    /// The guises that ask again at doors alone: addresses out of the scope that lead on by themselves, or nowhere.
    #[serde(default)]
    pub door_vantages: Vec<VantageId>,
}

impl Brief {
    /// Whether every seed stands under a name that is reserved for tests (RFC 6761), so that no site of the world
    /// has such an address. False without seeds.
    #[must_use]
    pub fn is_made_up(&self) -> bool {
        let is_reserved = |seed: &PageUrl| {
            let top = seed.host_text().rsplit('.').next();
            matches!(top, Some("test" | "example" | "invalid"))
        };
        !self.seeds.is_empty() && self.seeds.iter().all(is_reserved)
    }
}
