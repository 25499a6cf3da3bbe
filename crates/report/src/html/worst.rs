//! The worst findings in a sentence each, for the first screen: which listing leads where, by what
//! concealment, and why that is restricted.

use std::collections::BTreeMap;

use model::{LawReview, WitnessHop};

use super::view::CARDS_SHOWN;
use crate::legible::{legible, shortened};
use crate::outline::Pair;
use crate::wording::{self, counted, wide};
use crate::{Report, walk};

/// Targets that are told.
const SHOWN: usize = 5;
/// Concealed hops of a walk that are told.
const HOPS: usize = 2;
/// Columns of an address, and of a law.
const ADDRESS: usize = 72;
const LAW: usize = 160;

/// What is said of one target.
pub(super) struct Worst {
    pub(super) number: usize,
    pub(super) has_card: bool,
    pub(super) severity: &'static str,
    pub(super) listing: String,
    /// What the listing is, where it is not compliant; else empty.
    pub(super) listing_is: String,
    pub(super) target: String,
    pub(super) concealed: String,
    pub(super) restricted: String,
    /// How many more listings lead to the same target; empty where none does.
    pub(super) more: String,
}

/// The first pair of each of the first targets, in the order of the report; what was dismissed is left out. Linear in the pairs.
pub(super) fn worst(report: &Report<'_>, pairs: &[Pair<'_>]) -> Vec<Worst> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut first = Vec::new();
    let is_open = |pair: &&Pair<'_>| {
        let mut findings = pair.findings.iter();
        !findings.all(|finding| wording::is_dismissed(report, finding))
    };
    for pair in pairs.iter().filter(is_open) {
        let count = counts.entry(pair.first().target.as_str()).or_default();
        *count += 1;
        if *count == 1 && first.len() < SHOWN {
            first.push(pair);
        }
    }
    let beside = |pair: &Pair<'_>| {
        counts
            .get(pair.first().target.as_str())
            .map_or(0, |all| all - 1)
    };
    (first.into_iter())
        .map(|pair| Worst::of(report, pair, beside(pair)))
        .collect()
}

impl Worst {
    fn of(report: &Report<'_>, pair: &Pair<'_>, beside: usize) -> Self {
        let first = pair.first();
        let address = |page| {
            shortened(
                &format!("{}{}", walk::host(page), walk::path(page)),
                ADDRESS,
            )
        };
        Self {
            number: pair.number,
            has_card: pair.number <= CARDS_SHOWN,
            severity: first.severity.as_str(),
            listing: address(&first.listing),
            listing_is: wording::lawful_from_an_age(first.listing_policy).unwrap_or_default(),
            target: address(&first.target),
            concealed: concealed(&first.witness.hops),
            restricted: restricted(report, pair),
            more: match beside {
                0 => String::new(),
                more => {
                    let verb = if more == 1 { "leads" } else { "lead" };
                    format!(
                        "{} {verb} there",
                        counted(wide(more), "more listing", "more listings")
                    )
                }
            },
        }
    }
}

/// How a walk is concealed: its hidden, masked and forced hops, each with its technique.
fn concealed(hops: &[WitnessHop]) -> String {
    let covert: Vec<&WitnessHop> = hops.iter().filter(|hop| hop.class.is_covert()).collect();
    let mut told: Vec<String> = covert.iter().take(HOPS).map(|hop| means(hop)).collect();
    if let Some(more @ 1..) = covert.len().checked_sub(HOPS) {
        told.push(counted(wide(more), "more such hop", "more such hops"));
    }
    if told.is_empty() {
        return "by ways that are open".to_owned();
    }
    format!("by {}", told.join(", then "))
}

/// One hop in words, with what conceals it.
fn means(hop: &WitnessHop) -> String {
    let phrase = format!("a {}", walk::phrase(hop));
    let technique = hop.proofs.first().map(|proof| {
        let name = wording::technique(proof.technique);
        format!("{name}, {}", proof.technique)
    });
    match technique.unwrap_or_else(|| legible(&hop.because)).trim() {
        // The status of a redirect says what it is.
        _ if hop.status.is_some() => phrase,
        "" => phrase,
        how => format!("{phrase} ({how})"),
    }
}

/// What the target is, and by which law.
fn restricted(report: &Report<'_>, pair: &Pair<'_>) -> String {
    let first = pair.first();
    let policy = walk::policy(first.policy);
    let goods = walk::category(first);
    let goods = match goods.trim() {
        "" => String::new(),
        goods => format!(": {goods}"),
    };
    let law = match first.legal_basis.trim() {
        "" => String::new(),
        law => {
            let is_checked = (first.legal_review.as_ref()).is_none_or(LawReview::is_checked);
            let mark = if is_checked { "" } else { " (not checked)" };
            format!(", by {}{mark}", shortened(&legible(law), LAW))
        }
    };
    format!("{policy} in {}{goods}{law}", report.market)
}
