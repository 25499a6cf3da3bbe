//! Parts of the HTML report for pages that others make: its style, the card of a listing and target,
//! and of every finding what it can be listed and found by.

use askama::Template;

use super::groups;
use super::view::Card;
use super::ways;
use crate::Report;
use crate::outline::{self, Pair};

/// The style of the HTML report, as CSS; without it a card is unformatted.
pub const STYLE: &str = include_str!("../../templates/report.css");

/// A finding in the order of every report, with what it shares with others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexRow {
    /// Its place in [`Report::findings`].
    pub finding: usize,
    /// Number of its card, from 1: findings about one listing and target share it.
    pub card: usize,
    /// Code and name of the category of its target, else the policy in words.
    pub category: String,
    /// Who trades in the listing, where that is known.
    pub seller: Option<String>,
    /// The first choke point on its way, without its scheme; `None` where it passes none of the first ten.
    pub choke_point: Option<String>,
}

/// Every finding, in the order of every report. Linear in the hops, but for sorting.
#[must_use]
pub fn index(report: &Report<'_>) -> Vec<IndexRow> {
    let places: std::collections::BTreeMap<*const model::Finding, usize> =
        (report.findings.iter().zip(0..))
            .map(|(finding, place)| (std::ptr::from_ref(finding), place))
            .collect();
    let pairs = outline::pairs(report.findings);
    let ways = ways::ways(report, &pairs);
    let mut rows = Vec::with_capacity(report.findings.len());
    for way in &ways {
        let seller = groups::seller(report, way.pair);
        let choke_point = groups::choke_point(report, way).map(|(_, page)| page);
        for finding in &way.pair.findings {
            rows.push(IndexRow {
                finding: places
                    .get(&std::ptr::from_ref(*finding))
                    .copied()
                    .unwrap_or_default(),
                card: way.pair.number,
                category: groups::category(finding),
                seller: seller.clone(),
                choke_point: choke_point.clone(),
            });
        }
    }
    rows
}

/// The card of one listing and target, as HTML that needs [`STYLE`] and no script. `findings` are the
/// places of what is said of the pair in [`Report::findings`], in the order of the index; places that are
/// none are left out, and without any there is no card. Linear in the hops and the evidence.
#[must_use]
pub fn card(report: &Report<'_>, number: usize, findings: &[usize]) -> Option<String> {
    let findings: Vec<_> = (findings.iter())
        .filter_map(|place| report.findings.get(*place))
        .collect();
    if findings.is_empty() {
        return None;
    }
    let pair = Pair { number, findings };
    // Rendering into a string cannot fail: the template has no fallible part.
    Some(Card::of(report, &pair, "").render().unwrap_or_default())
}
