//! Where to cut, for the reports of a case and of a market.

use analysis::Amplification;
use analysis::market::Cuts;
use model::PageId;
use report::{AmplificationRow, ChannelRow, ChokeRow, CurveRow, CutsReport};

/// What the analysis found, in addresses; `total` is how many listings have a hidden path.
pub(crate) fn of(
    cuts: &Cuts,
    total: u64,
    amplification: &Amplification,
    address: &dyn Fn(PageId) -> String,
) -> CutsReport {
    let choke_points = cuts.choke_points.iter();
    let curve = cuts.curve.iter();
    CutsReport {
        choke_points: choke_points
            .map(|point| ChokeRow {
                page: address(point.page),
                carried: point.carried,
                cut: point.cut,
                is_target: point.is_target,
            })
            .collect(),
        curve: curve
            .map(|point| CurveRow {
                closed: point.closed,
                cut: point.cut,
                share: rounded(share(point.cut, total)),
            })
            .collect(),
        smallest_cut: cuts
            .smallest_cut
            .iter()
            .map(|page| address(*page))
            .collect(),
        amplification: AmplificationRow {
            entries: amplification.entries,
            restricted: amplification.restricted,
            listings: amplification.listings,
            only_by: amplification
                .only_by
                .iter()
                .map(|row| ChannelRow {
                    channel: row.channel.as_str(),
                    restricted: row.restricted,
                    listings: row.listings,
                })
                .collect(),
        },
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of listings are far below 2^52"
)]
fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// Six digits after the point: the same on every machine.
pub(crate) fn rounded(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}
