//! What the rest of a site says of a page that says nothing by itself.
//!
//! A shop of restricted goods has offers that no rule pack has words for: goods with new names, in slang, or
//! described by pictures. Where nearly all other offers that were seen on a site beyond the scope are restricted
//! by their own words, the rest of its offers is taken for such goods as well. No law is named for them, since
//! nothing tells which goods they are, and what rests on it is hardly sure.

use std::collections::{BTreeMap, BTreeSet};

use graph::LinkGraph;
use model::{Confidence, DecidedBy, Label, PageId, PageKind, Policy, Site};

use crate::PageVerdict;
use crate::scene::required_gate;

/// At least so many offers of a site are restricted by themselves.
const LEAST: usize = 4;

/// At least so large a share of the offers of a site is.
const LEAST_SHARE: f64 = 0.75;

/// So many kinds of goods, and offers of them, are named.
const NAMED: usize = 3;

/// Labels the offers that have no restricted label of their own on sites of restricted goods. Sites with a page in
/// the scope are left out: they are what is examined. O(pages · log sites).
pub(crate) fn apply(graph: &LinkGraph, verdicts: &mut [PageVerdict]) {
    let examined: BTreeSet<&Site> = (graph.pages())
        .filter(|(_, page)| page.in_scope)
        .map(|(_, page)| &page.site)
        .collect();
    let mut offers: BTreeMap<&Site, Vec<PageId>> = BTreeMap::new();
    for (id, page) in graph.pages() {
        let is_offer = page.kind == PageKind::Listing && !page.seen.is_empty();
        if is_offer && !examined.contains(&page.site) {
            offers.entry(&page.site).or_default().push(id);
        }
    }
    for pages in offers.values() {
        let Some(label) = record(graph, pages, verdicts) else {
            continue;
        };
        for id in pages {
            let verdict = &mut verdicts[id.index()];
            if verdict.restricted.is_none() && !is_given(verdict) {
                let vantage = graph.page(*id).seen[0].vantage;
                verdict.compliant = None;
                // A page with one sign of its own says of which goods it is, and has the second one now.
                let own = verdict.near.take();
                verdict.restricted = own.or_else(|| Some((vantage, label.clone())));
            }
        }
    }
}

/// Whether a list, the platform or a reviewer says what the page is.
fn is_given(verdict: &PageVerdict) -> bool {
    (verdict.compliant.as_ref()).is_some_and(|(_, label)| {
        matches!(
            label.decided_by,
            DecidedBy::List { .. } | DecidedBy::Platform { .. }
        )
    })
}

/// What the offers of a site say of those among them that have no label; `None` where too few are restricted.
fn record(graph: &LinkGraph, pages: &[PageId], verdicts: &[PageVerdict]) -> Option<Label> {
    let labelled = pages.iter().filter_map(|&id| {
        let (_, label) = verdicts[id.index()].restricted.as_ref()?;
        Some((id, label))
    });
    let (such, labels): (Vec<PageId>, Vec<&Label>) = labelled.unzip();
    let is_shop = labels.len() >= LEAST
        && labels.len() < pages.len()
        && labels.len() as f64 >= LEAST_SHARE * pages.len() as f64;
    if !is_shop {
        return None;
    }
    let illegal = labels
        .iter()
        .filter(|label| label.policy == Policy::Illegal);
    let is_illegal = illegal.count() * 2 >= labels.len();
    let alike = || {
        let of_kind = labels
            .iter()
            .filter(|label| (label.policy == Policy::Illegal) == is_illegal);
        of_kind.copied()
    };
    let policy = if is_illegal {
        Policy::Illegal
    } else {
        let aged = such
            .iter()
            .zip(&labels)
            .filter(|(_, label)| label.policy != Policy::Illegal);
        let (gated, open): (Vec<_>, Vec<_>) = aged.partition(|(id, label)| {
            required_gate(label).is_some_and(|required| graph.page(**id).gate >= required)
        });
        // Who asks for the age as the law wants it is a lawful shop, and may sell other things as well.
        if gated.len() >= open.len() {
            return None;
        }
        alike().map(|label| label.policy).min()?
    };
    let first = alike().next()?;
    Some(Label {
        policy,
        category: None,
        name: "goods of a site whose other offers are restricted".to_owned(),
        market: first.market.clone(),
        pack: first.pack.clone(),
        legal_basis: String::new(),
        decided_by: DecidedBy::Site {
            offers: pages.len(),
            restricted: labels.len(),
            of: kinds(&labels),
            such_as: (such.iter().take(NAMED))
                .map(|id| graph.page(*id).address.clone())
                .collect(),
        },
        statement: None,
        severity: alike().map(|label| label.severity).min()?,
        confidence: Confidence::Low,
        near: None,
        required_gate: alike().map(|label| label.required_gate).max()?,
        matches: Vec::new(),
    })
}

/// The most frequent kinds of goods of a site, by code and name.
fn kinds(labels: &[&Label]) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for label in labels {
        if let Some(code) = &label.category {
            *counts.entry(format!("{code} {}", label.name)).or_default() += 1;
        }
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
        .into_iter()
        .take(NAMED)
        .map(|(kind, _)| kind)
        .collect()
}
