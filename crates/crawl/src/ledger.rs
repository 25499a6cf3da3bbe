//! What the crawl needs of the case: the few operations that keep the frontier and the evidence
//! together.

use std::collections::BTreeSet;
use std::sync::Arc;

use case::{Band, Memo, Offer, Step, Waiting};
use model::{
    Ask, Brief, Coverage, Exchange, Host, Origin, PageUrl, Purpose, SitemapLoss, StopReason,
    VantageId,
};

use crate::CrawlError;

/// How far a crawl has come, in addresses of the frontier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    /// Committed, declined ones included.
    pub(crate) done: u64,
    /// Committed and asked: what the budget of pages counts.
    pub(crate) asked: u64,
    /// In the frontier and not committed.
    pub(crate) waiting: u64,
    /// Decoded bytes of all committed bodies, those of robots.txt and stylesheets included.
    pub(crate) body_bytes: u64,
    /// Committed and asked by the other vantages, too.
    pub(crate) reasked: u64,
}

/// The case as the crawl sees it. One implementation is on disk, one is in memory for tests.
pub(crate) trait Ledger {
    /// What was asked for.
    fn brief(&self) -> &Brief;
    /// Appends addresses to the frontier, as they are judged; those that it knows are ignored.
    fn offer(&mut self, offers: &[Offer], judge: &mut dyn case::Judge) -> Result<(), CrawlError>;
    /// What a judge remembered.
    fn memos(&self) -> Result<Vec<Memo>, CrawlError>;
    /// The first `limit` entries of a band after `place` that are not done, in order of place.
    fn next_waiting(
        &self,
        band: Band,
        place: u64,
        limit: usize,
    ) -> Result<Vec<Waiting>, CrawlError>;
    /// Entries of the frontier that are not done.
    fn waiting(&self) -> Result<u64, CrawlError>;
    /// How far the crawl has come. May cost a walk through the case: asked once in a run.
    fn tally(&self) -> Result<Tally, CrawlError>;
    /// Commits `steps` in order, whole or not at all; what they offer is judged.
    fn commit(&mut self, steps: &[Step], judge: &mut dyn case::Judge) -> Result<(), CrawlError>;
    /// Keeps exchanges for pages whose turn has not come; those that are held are not kept twice.
    fn hold(&mut self, exchanges: &[Arc<Exchange>]) -> Result<(), CrawlError>;
    /// How many exchanges are held.
    fn held_count(&self) -> Result<u64, CrawlError>;
    /// The exchange that is held for a question about a page.
    fn held(&self, ask: &Ask) -> Result<Option<Exchange>, CrawlError>;
    /// The exchange with which the primary vantage began at a host.
    fn opening(&self, host: &Host) -> Result<Option<Exchange>, CrawlError>;
    /// Keeps an exchange that does not count, because its address is asked again; which try it was.
    fn keep_try(&mut self, exchange: &Exchange, number: u32) -> Result<(), CrawlError>;
    /// Keeps an exchange that does not count, because its address has a turn of its own.
    fn keep_walked(&mut self, exchange: &Exchange) -> Result<(), CrawlError>;
    /// Keeps exchanges that belong to no single address; those that it has are not kept twice.
    fn keep_side(&mut self, side: &[Arc<Exchange>]) -> Result<(), CrawlError>;
    /// Keeps what was lost of the sitemaps of an origin, in the place of what was kept before.
    fn keep_sitemap_losses(
        &mut self,
        origin: &Origin,
        losses: &[SitemapLoss],
    ) -> Result<(), CrawlError>;
    /// The origins of the addresses in scope that answered.
    fn origins(&self) -> Result<BTreeSet<Origin>, CrawlError>;
    /// Whether an address has a place in the frontier.
    fn has_place(&self, address: &PageUrl) -> Result<bool, CrawlError>;
    /// Writes down why the crawl ended.
    fn set_stop(&mut self, stop: StopReason) -> Result<(), CrawlError>;
    /// How much of the scope was seen.
    fn coverage(&self) -> Result<Coverage, CrawlError>;
    /// An exchange that was committed earlier.
    fn exchange(
        &self,
        address: &PageUrl,
        vantage: VantageId,
        purpose: Purpose,
    ) -> Result<Option<Exchange>, CrawlError>;
}
