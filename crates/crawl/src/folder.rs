//! The case on disk as the ledger of a crawl.

use std::collections::BTreeSet;
use std::sync::Arc;

use case::{Band, CaseFolder, Memo, Offer, Step, Waiting};
use model::{
    Ask, Brief, Coverage, Declined, Exchange, Host, Origin, PageUrl, Purpose, SitemapLoss,
    StopReason, VantageId,
};

use crate::CrawlError;
use crate::ledger::{Ledger, Tally};

impl Ledger for CaseFolder {
    fn brief(&self) -> &Brief {
        self.brief()
    }

    fn offer(&mut self, offers: &[Offer], judge: &mut dyn case::Judge) -> Result<(), CrawlError> {
        Ok(self.offer_to(offers, judge)?)
    }

    fn memos(&self) -> Result<Vec<Memo>, CrawlError> {
        Ok(self.memos()?)
    }

    fn next_waiting(
        &self,
        band: Band,
        place: u64,
        limit: usize,
    ) -> Result<Vec<Waiting>, CrawlError> {
        Ok(self.next_waiting(band, place, limit)?)
    }

    fn waiting(&self) -> Result<u64, CrawlError> {
        Ok(self.counts()?.waiting)
    }

    fn tally(&self) -> Result<Tally, CrawlError> {
        let counts = self.counts()?;
        let asked = match counts.done {
            0 => 0,
            done => done.saturating_sub(declined(&self.coverage()?)),
        };
        Ok(Tally {
            done: counts.done,
            asked,
            waiting: counts.waiting,
            body_bytes: counts.body_bytes,
            reasked: counts.reasked,
        })
    }

    fn commit(&mut self, steps: &[Step], judge: &mut dyn case::Judge) -> Result<(), CrawlError> {
        self.commit_to(steps, judge)?;
        Ok(())
    }

    fn hold(&mut self, exchanges: &[Arc<Exchange>]) -> Result<(), CrawlError> {
        Ok(self.hold(exchanges)?)
    }

    fn held_count(&self) -> Result<u64, CrawlError> {
        Ok(self.held_count()?)
    }

    fn held(&self, ask: &Ask) -> Result<Option<Exchange>, CrawlError> {
        Ok(self.held(ask)?)
    }

    fn opening(&self, host: &Host) -> Result<Option<Exchange>, CrawlError> {
        Ok(self.opening(host)?)
    }

    fn keep_try(&mut self, exchange: &Exchange, number: u32) -> Result<(), CrawlError> {
        Ok(self.keep_try(exchange, number)?)
    }

    fn keep_walked(&mut self, exchange: &Exchange) -> Result<(), CrawlError> {
        Ok(self.keep_walked(exchange)?)
    }

    fn keep_side(&mut self, side: &[Arc<Exchange>]) -> Result<(), CrawlError> {
        Ok(self.keep_side(side)?)
    }

    fn keep_sitemap_losses(
        &mut self,
        origin: &Origin,
        losses: &[SitemapLoss],
    ) -> Result<(), CrawlError> {
        Ok(self.keep_sitemap_losses(origin, losses)?)
    }

    fn origins(&self) -> Result<BTreeSet<Origin>, CrawlError> {
        Ok(self.origins()?)
    }

    fn has_place(&self, address: &PageUrl) -> Result<bool, CrawlError> {
        Ok(self.has_place(address)?)
    }

    fn set_stop(&mut self, stop: StopReason) -> Result<(), CrawlError> {
        Ok(self.set_stop(stop)?)
    }

    fn coverage(&self) -> Result<Coverage, CrawlError> {
        Ok(self.coverage()?)
    }

    fn exchange(
        &self,
        address: &PageUrl,
        vantage: VantageId,
        purpose: Purpose,
    ) -> Result<Option<Exchange>, CrawlError> {
        Ok(self.exchange(address, vantage, purpose)?)
    }
}

/// How many addresses we chose not to ask when their turn came.
fn declined(coverage: &Coverage) -> u64 {
    let by_choice = |why: &str| {
        Declined::ALL
            .iter()
            .any(|declined| declined.as_str() == why && !declined.is_of_offers())
    };
    let parts = coverage.unseen.iter().chain(&coverage.unseen_landings);
    parts
        .filter(|part| by_choice(&part.why))
        .map(|part| part.addresses)
        .sum()
}
