//! The market as tables: pages, hops, truth.

use std::io::{self, Write};

use model::{GateStrength, Policy};

use super::{Market, Planting};

/// Bytes that are written at once.
const BUFFER_BYTES: usize = 1 << 18;

fn table(out: &mut dyn Write) -> csv::Writer<&mut dyn Write> {
    csv::WriterBuilder::new()
        .buffer_capacity(BUFFER_BYTES)
        .from_writer(out)
}

/// The tables are written row by row: memory does not grow with the market.
impl Market {
    /// Writes the table of pages, in the form that `sidedoor import graph` takes; how many rows.
    ///
    /// # Errors
    /// `out` refuses bytes.
    pub fn write_nodes(&self, out: &mut dyn Write) -> io::Result<u64> {
        let mut table = table(out);
        table.write_record([
            "id", "address", "kind", "host", "site", "seller", "policy", "min_age", "gate",
        ])?;
        let mut rows = 0;
        for page in self.pages() {
            let min_age = match page.policy {
                Policy::AgeRestricted { min_age } => min_age.to_string(),
                _ => String::new(),
            };
            let gate = match page.gate {
                GateStrength::None => "",
                GateStrength::SelfDeclared => "self-declared",
                GateStrength::Estimated => "estimated",
                GateStrength::Verified => "verified",
            };
            table.write_record([
                &page.number.to_string(),
                &page.address,
                page.kind.as_str(),
                &page.host,
                &page.site,
                page.seller.as_deref().unwrap_or_default(),
                page.policy.as_str(),
                &min_age,
                gate,
            ])?;
            rows += 1;
        }
        table.flush()?;
        Ok(rows)
    }

    /// Writes the table of hops; how many rows.
    ///
    /// # Errors
    /// `out` refuses bytes.
    pub fn write_edges(&self, out: &mut dyn Write) -> io::Result<u64> {
        let mut table = table(out);
        table.write_record(["source", "target", "kind", "visibility", "slot", "status"])?;
        let mut rows = 0;
        for hop in self.hops() {
            let status = hop.status.map(|status| status.to_string());
            table.write_record([
                &hop.source.to_string(),
                &hop.target.to_string(),
                hop.kind.as_str(),
                hop.visibility.as_str(),
                &hop.slot.to_string(),
                status.as_deref().unwrap_or_default(),
            ])?;
            rows += 1;
        }
        table.flush()?;
        Ok(rows)
    }

    /// Writes what was planted: listing, target, kind, hops, and whether it is the campaign's.
    ///
    /// # Errors
    /// `out` refuses bytes.
    pub fn write_truth(&self, out: &mut dyn Write) -> io::Result<u64> {
        let mut table = table(out);
        table.write_record(["listing", "target", "planting", "hops", "campaign"])?;
        let mut rows = 0;
        for planted in self.planted() {
            let is_campaign = planted.planting == Planting::Campaign;
            table.write_record([
                self.page(planted.listing).address.as_str(),
                self.page(planted.target).address.as_str(),
                planted.planting.as_str(),
                planted.hops.to_string().as_str(),
                if is_campaign { "true" } else { "false" },
            ])?;
            rows += 1;
        }
        table.flush()?;
        Ok(rows)
    }
}
