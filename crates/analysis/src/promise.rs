//! Promises: what an outside page says a listing "really" is.
//!
//! For the classic hidden link the marketplace's page alone is innocent. The proof is a join: an
//! outside page promises restricted goods at a link, the link leads to a listing, and that
//! listing is labelled compliant.

use std::collections::{BTreeMap, BTreeSet};

use graph::{Hop, HopId, LinkGraph};
use model::{HopKind, Label, PageId, PageUrl, Trigger, VantageId, Verdict};

use crate::PageVerdict;

/// How many redirects a promise's link is followed through.
const REDIRECTS: usize = 20;

/// A promise that disagrees with the listing it is made of.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Promise {
    /// The listing.
    pub listing: PageId,
    /// The page that promises.
    pub page: PageId,
    /// The guise that saw the promise.
    pub vantage: VantageId,
    /// What is promised.
    pub label: Label,
    /// The hop that carries the promise.
    pub through: HopId,
    /// The derived hop from the listing to the promising page.
    pub derived: HopId,
}

/// Joins promises with listings and adds the derived hops to the graph: listing → promising page,
/// kind `promise`.
pub(crate) fn join(
    graph: &mut LinkGraph,
    seen: &BTreeMap<PageUrl, Vec<(VantageId, Verdict)>>,
    verdicts: &[PageVerdict],
) -> Vec<Promise> {
    let mut found = Vec::new();
    let mut known: BTreeSet<(PageId, PageId)> = BTreeSet::new();
    for (address, seen) in seen {
        let Some(page) = graph.find(address) else {
            continue;
        };
        for (vantage, verdict) in seen {
            for promise in &verdict.promises {
                let Some((through, listing)) = listing_of(graph, page, promise, verdicts) else {
                    continue;
                };
                if !known.insert((listing, page)) {
                    continue;
                }
                let derived = graph.add_hop(listing, page, derived(graph.hop(through)));
                found.push(Promise {
                    listing,
                    page,
                    vantage: *vantage,
                    label: promise.label.clone(),
                    through,
                    derived,
                });
            }
        }
    }
    found
}

/// The compliant listing on another site that a promise's link leads to, directly or through
/// forced hops and nested addresses.
fn listing_of(
    graph: &LinkGraph,
    page: PageId,
    promise: &model::PromiseLabel,
    verdicts: &[PageVerdict],
) -> Option<(HopId, PageId)> {
    let site = &graph.page(page).site;
    let target = promise.target.as_ref()?;
    let (through, mut at, _) = graph
        .ways_out(page)
        .find(|(_, to, _)| graph.page(*to).address == *target)?;
    for _ in 0..REDIRECTS {
        if verdicts[at.index()].compliant.is_some() && graph.page(at).site != *site {
            return Some((through, at));
        }
        at = graph
            .ways_out(at)
            .find(|(_, _, hop)| hop.trigger == Trigger::Load && hop.kind != HopKind::Frame)?
            .1;
    }
    None
}

/// The hop of the promise, turned round.
fn derived(through: &Hop) -> Hop {
    Hop {
        kind: HopKind::Promise,
        trigger: Trigger::Act,
        status: None,
        to_seller: false,
        missing_from: Box::default(),
        cloaked_by: Box::default(),
        ..through.clone()
    }
}
