//! Where to cut, and what amplifies: the part that the report of a case and that of a market share.

use std::io::{self, Write};

use serde::Serialize;

use crate::legible::legible;
use crate::wording::{counted, grouped};

/// Choke points that a person is shown; JSON has all that were told.
pub(crate) const CHOKE_POINTS: usize = 10;
/// Pages of the smallest cut that a person is shown.
pub(crate) const CUT_PAGES: usize = 100;

/// Where to cut hidden paths, and what of the way to them the platform's own amplifiers carry.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CutsReport {
    /// Pages that most hidden paths pass.
    pub choke_points: Vec<ChokeRow>,
    /// What closing the first choke points cuts.
    pub curve: Vec<CurveRow>,
    /// The fewest pages that cut every hidden path: their addresses.
    pub smallest_cut: Vec<String>,
    /// What channels carry.
    pub amplification: AmplificationRow,
}

/// A page that hidden paths pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChokeRow {
    /// Its address.
    pub page: String,
    /// Listings all of whose hidden paths pass it, at least.
    pub carried: u64,
    /// Listings without a hidden path when it is closed, counted by closing it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut: Option<u64>,
    /// Whether it is restricted itself.
    pub is_target: bool,
}

impl ChokeRow {
    /// Listings that closing it cuts off: exactly, or at least.
    pub(crate) fn listings(&self) -> u64 {
        self.cut.unwrap_or(self.carried)
    }
}

/// What closing some choke points cuts: those that most paths pass, save what lies behind another one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CurveRow {
    /// How many are closed.
    pub closed: u64,
    /// Listings without a hidden path then.
    pub cut: u64,
    /// Their share of the listings with one.
    pub share: f64,
}

/// What recommendations, advertising and search carry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AmplificationRow {
    /// Pages from which it was asked.
    pub entries: u64,
    /// Restricted pages that they reach.
    pub restricted: u64,
    /// Listings with hidden paths that they reach.
    pub listings: u64,
    /// What each channel carries alone.
    pub only_by: Vec<ChannelRow>,
}

/// What one channel carries alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChannelRow {
    /// `recommendations`, `advertising` or `search`.
    pub channel: &'static str,
    /// Restricted pages that are not reached without it.
    pub restricted: u64,
    /// Listings with hidden paths that are not reached without it.
    pub listings: u64,
}

impl CutsReport {
    /// Whether there is nothing to tell.
    pub(crate) fn is_empty(&self) -> bool {
        self.choke_points.is_empty() && self.amplified().next().is_none()
    }

    /// The channels that carry something alone.
    pub(crate) fn amplified(&self) -> impl Iterator<Item = &ChannelRow> {
        let rows = self.amplification.only_by.iter();
        rows.filter(|row| row.restricted + row.listings > 0)
    }

    /// Sentences for a person: choke points, the curve, the smallest cut, amplifiers.
    pub(crate) fn sentences(&self) -> Vec<String> {
        let mut said: Vec<String> = self
            .choke_points
            .iter()
            .take(CHOKE_POINTS)
            .map(|point| {
                let what = if point.is_target {
                    "the restricted page"
                } else {
                    "the page"
                };
                let listings = counted(point.listings(), "listing", "listings");
                format!("{what} {} cuts off {listings}", legible(&point.page))
            })
            .collect();
        said.extend(self.together());
        said
    }

    /// What closing several choke points cuts, and how many pages cut all.
    pub(crate) fn together(&self) -> Vec<String> {
        let mut said: Vec<String> = Vec::new();
        said.extend(
            self.curve
                .iter()
                .filter(|point| point.closed > 1)
                .map(|point| {
                    format!(
                        "{} pages of which none lies behind another, together: {}, {:.0} % of those with a \
                         hidden path",
                        grouped(point.closed),
                        counted(point.cut, "listing", "listings"),
                        100.0 * point.share
                    )
                }),
        );
        if !self.smallest_cut.is_empty() {
            let pages = u64::try_from(self.smallest_cut.len()).unwrap_or(u64::MAX);
            said.push(format!(
                "all hidden paths: {} at the least",
                counted(pages, "page", "pages")
            ));
        }
        said
    }

    /// Sentences on what channels carry alone.
    pub(crate) fn amplifiers(&self) -> Vec<String> {
        let whole = &self.amplification;
        self.amplified()
            .map(|row| {
                format!(
                    "Without {}, {} of {} restricted pages and {} of {} listings with a hidden path are not \
                     reached from where the crawl began.",
                    row.channel,
                    grouped(row.restricted),
                    grouped(whole.restricted),
                    grouped(row.listings),
                    grouped(whole.listings)
                )
            })
            .collect()
    }

    /// Writes both as plain lines.
    pub(crate) fn lines(&self, out: &mut dyn Write) -> io::Result<()> {
        for (at, sentence) in self.sentences().iter().enumerate() {
            if at == 0 {
                writeln!(out, "\nWhere to cut: closing")?;
            }
            writeln!(out, "  {sentence}")?;
        }
        for (at, sentence) in self.amplifiers().iter().enumerate() {
            if at == 0 {
                writeln!(out, "\nWhat amplifies:")?;
            }
            writeln!(out, "  {sentence}")?;
        }
        Ok(())
    }
}
