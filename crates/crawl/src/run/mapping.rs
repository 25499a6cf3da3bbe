//! Sitemaps are read when no link leads further.

use std::sync::Arc;

use model::{Exchange, Sitemaps};
use tokio::task::JoinError;

use super::Run;
use crate::CrawlError;
use crate::asking::body_bytes;
use crate::sitemaps::{self, Mapped};

impl Run<'_> {
    /// Begins to read the sitemaps of the origins in scope whose were not read yet; gives whether there
    /// are any.
    pub(super) fn begin_mapping(&mut self) -> Result<bool, CrawlError> {
        if self.worker.brief.sitemaps == Sitemaps::Ignore {
            return Ok(false);
        }
        for origin in self.ledger.origins()? {
            if self.charted.insert(origin.clone()) {
                let worker = Arc::clone(&self.worker);
                self.mapping
                    .spawn(async move { sitemaps::read(&worker, origin).await });
            }
        }
        Ok(!self.mapping.is_empty())
    }

    /// Takes what the sitemaps of an origin gave. It is offered once all origins are read, in their
    /// order: which of them answers first is a matter of timing.
    pub(super) fn take_mapped(
        &mut self,
        joined: Result<Mapped, JoinError>,
    ) -> Result<(), CrawlError> {
        self.mapped.push(joined.map_err(CrawlError::Worker)?);
        if !self.mapping.is_empty() {
            return Ok(());
        }
        let mut mapped = std::mem::take(&mut self.mapped);
        mapped.sort_by(|one, other| one.origin.cmp(&other.origin));
        for Mapped {
            origin,
            offers,
            losses,
        } in mapped
        {
            self.ledger.keep_sitemap_losses(&origin, &losses)?;
            self.ledger.offer(&offers, &mut self.judge)?;
        }
        self.tally.waiting = self.ledger.waiting()?;
        Ok(())
    }

    /// Keeps exchanges that belong to no single address.
    pub(super) fn keep_side(&mut self, side: &[Arc<Exchange>]) -> Result<(), CrawlError> {
        self.ledger.keep_side(side)?;
        for exchange in side {
            if self.worker.once.commits(&self.worker.asker, exchange) {
                self.tally.body_bytes += body_bytes(exchange);
            }
        }
        Ok(())
    }
}
