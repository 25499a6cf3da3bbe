//! `laundered-redirect`: a hidden path goes through an open redirector.

use std::collections::{BTreeMap, BTreeSet};

use graph::{Hop, HopId, LinkGraph};
use model::{DetectorId, EvidenceKind, Finding, HopKind, PageId, Trigger};

use super::Detector;
use crate::Scene;
use crate::evidence::{self, Statement};

/// A hidden path one of whose hops is made by an open redirector: an address that carries its
/// destination in itself, in whatever encoding, moves its visitor there, and belongs to another site
/// than that destination. It lends the name of its host to whatever is written into it.
///
/// That it carries the destination is known from the page that links to it (the address was
/// unwrapped there); that it moves the visitor on, from its own answer. Where it belongs to the
/// site of the listing, the statement says so.
///
/// Cost: O(n log n) in the hops.
pub struct LaunderedRedirect;

impl Detector for LaunderedRedirect {
    fn id(&self) -> DetectorId {
        DetectorId("laundered-redirect")
    }

    fn detect(&self, scene: &Scene, found: &mut Vec<Finding>) {
        let redirectors = Redirectors::of(&scene.graph);
        for path in &scene.paths {
            let hops: Vec<HopId> = path.hops().collect();
            let launders = hops
                .iter()
                .find_map(|&hop| redirectors.behind(&scene.graph, hop));
            let Some((redirector, on)) = launders else {
                continue;
            };
            let page = scene.graph.page(redirector);
            let whose = if page.site == scene.graph.page(path.listing).site {
                "the listing's own site"
            } else {
                page.site.as_str()
            };
            let statement = format!(
                "an open redirector of {whose} takes shoppers of {} on to {}",
                evidence::listing_of(scene, path.listing),
                evidence::offer_of(scene, path.target),
            );
            let finding = Statement::of_path(self.id(), path, &hops, statement).finding(scene);
            let Some(mut finding) = finding else { continue };
            if let Some(seen) = page.seen.first() {
                finding.evidence.push(evidence::of_visit(
                    EvidenceKind::Concealment,
                    format!(
                        "the address carries its destination, {}, and moves its visitor there",
                        scene.graph.page(on).address
                    ),
                    &page.address,
                    seen,
                    None,
                ));
            }
            found.push(finding);
        }
    }
}

/// Open redirectors: addresses, each with the destinations that it carries and moves on to.
struct Redirectors<'a> {
    moves: BTreeSet<(PageId, PageId)>,
    /// By the page that links, and the element that does: the addresses that it leads to.
    linked: BTreeMap<Element<'a>, Vec<PageId>>,
}

/// An element of a page: what is unwrapped out of its address stands where it does.
type Element<'a> = (PageId, &'a str, Option<(usize, usize)>);

fn element(source: PageId, hop: &Hop) -> Element<'_> {
    let span = hop.span.map(|span| (span.start, span.end));
    (source, &*hop.dom_path, span)
}

impl<'a> Redirectors<'a> {
    fn of(graph: &'a LinkGraph) -> Self {
        let mut linked: BTreeMap<Element<'a>, Vec<PageId>> = BTreeMap::new();
        for (_, source, target, hop) in graph.hops() {
            if hop.kind != HopKind::NestedUrl && hop.trigger == Trigger::Act {
                linked.entry(element(source, hop)).or_default().push(target);
            }
        }
        let mut moves = BTreeSet::new();
        for (_, source, target, hop) in graph.hops() {
            if hop.kind != HopKind::NestedUrl {
                continue;
            }
            for &redirector in linked.get(&element(source, hop)).into_iter().flatten() {
                if graph.page(redirector).site != graph.page(target).site
                    && moves_on(graph, redirector, target)
                {
                    moves.insert((redirector, target));
                }
            }
        }
        Self { moves, linked }
    }

    /// The open redirector by which a hop leads on, with where it leads: the hop is its own, or one
    /// to the destination that was unwrapped out of its address.
    fn behind(&self, graph: &LinkGraph, hop: HopId) -> Option<(PageId, PageId)> {
        let (source, target) = graph.ends(hop);
        if self.moves.contains(&(source, target)) {
            return Some((source, target));
        }
        let of_hop = graph.hop(hop);
        if of_hop.kind != HopKind::NestedUrl {
            return None;
        }
        let linked = self.linked.get(&element(source, of_hop));
        let mut pairs = linked.into_iter().flatten().map(|&at| (at, target));
        pairs.find(|pair| self.moves.contains(pair))
    }
}

/// Whether a page moves its visitor to another without an act.
fn moves_on(graph: &LinkGraph, from: PageId, to: PageId) -> bool {
    graph
        .ways_out(from)
        .any(|(_, next, hop)| next == to && hop.trigger == Trigger::Load)
}
