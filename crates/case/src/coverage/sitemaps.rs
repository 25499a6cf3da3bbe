//! What was lost of sitemaps.

use model::{Declined, Origin, SitemapLoss};
use rusqlite::{TransactionBehavior, params};

use crate::commit::{CommitError, Failure};
use crate::open::CaseFolder;
use crate::read::{ReadError, address};

/// Sitemaps that are listed.
const LISTED: u32 = 100;

impl CaseFolder {
    /// Keeps what was lost of the sitemaps of an origin, in the place of what was kept before: however
    /// often they are read, a loss counts once.
    ///
    /// # Errors
    /// [`CommitError`]; what was kept before stands then.
    pub fn keep_sitemap_losses(
        &mut self,
        origin: &Origin,
        losses: &[SitemapLoss],
    ) -> Result<(), CommitError> {
        let folder = self.folder.clone();
        if self.writing.is_none() {
            return Err(CommitError::ReadOnly { folder });
        }
        let mut keep = || -> rusqlite::Result<()> {
            let change = self
                .base
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            change.execute(
                "DELETE FROM sitemap_loss WHERE origin = ?1",
                [origin.as_str()],
            )?;
            for loss in losses {
                change
                    .prepare_cached("INSERT OR REPLACE INTO sitemap_loss VALUES (?1, ?2, ?3, ?4)")?
                    .execute(params![
                        origin.as_str(),
                        loss.address.as_str(),
                        loss.why,
                        loss.entries
                    ])?;
            }
            change.commit()
        };
        keep().map_err(|wrong| Failure::Base(wrong).within(folder))
    }

    /// What was lost, once for each sitemap and reason, what is no loss to the scope last; and how much in
    /// all.
    pub(super) fn sitemap_losses(&self) -> Result<(Vec<SitemapLoss>, u64), ReadError> {
        let mut select = self.base.prepare(
            "SELECT address, why, max(entries) FROM sitemap_loss GROUP BY address, why
             ORDER BY why = ?1, address, why LIMIT ?2",
        )?;
        let scope = Declined::Scope.as_str();
        let losses = select.query_map(params![scope, LISTED], |row| {
            Ok(SitemapLoss {
                address: address(row, 0)?,
                why: row.get(1)?,
                entries: row.get(2)?,
            })
        })?;
        let in_all = self.base.query_row(
            "SELECT count(*) FROM (SELECT DISTINCT address, why FROM sitemap_loss)",
            [],
            |row| row.get(0),
        )?;
        Ok((losses.collect::<Result<_, _>>()?, in_all))
    }
}
