//! Where to cut: pages that many hidden paths pass.

use std::collections::BTreeSet;

use graph::frozen::{Direction, Dominators, vertex_cut};
use model::PageId;

use super::Market;
use crate::walks::{EvidenceGraph, begins_within};

/// How many choke points are counted by removal.
const EXACT: usize = 10;
/// How many are told.
const TOLD: usize = 100;

/// A page that hidden paths pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChokePoint {
    /// The page.
    pub page: PageId,
    /// Listings that every walk of the evidence leads through it: closing it cuts off as many at
    /// least.
    pub carried: u64,
    /// Listings that have no hidden path when it is closed, by closing it; for the first ones.
    pub cut: Option<u64>,
    /// Whether it is restricted itself.
    pub is_target: bool,
}

/// What is gone when some pages are closed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CurvePoint {
    /// How many choke points are closed, in the order in which none lies behind another.
    pub closed: u64,
    /// Listings that have no hidden path then.
    pub cut: u64,
}

/// Where to cut.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cuts {
    /// Pages and hops that lie on some hidden path.
    pub evidence: (u64, u64),
    /// The choke points that carry most listings, the first hundred.
    pub choke_points: Vec<ChokePoint>,
    /// What closing the first 1, 2, 5, 10 ... of them cuts.
    pub curve: Vec<CurvePoint>,
    /// The fewest pages, listings aside, that cut every hidden path, in the order of their addresses.
    pub smallest_cut: Vec<PageId>,
}

impl Market<'_> {
    /// Choke points are the dominators of the listings in the evidence, followed backwards from a page
    /// before all restricted ones. The evidence knows hops, not walks, so that it has walks that the
    /// definition has not: dominators never carry too much, only too little, and the first ones are
    /// counted again by closing them. Where no single page serves, the smallest cut does.
    pub(super) fn cuts(
        &self,
        evidence: &EvidenceGraph,
        listings: impl Iterator<Item = u32>,
    ) -> Cuts {
        let listings: BTreeSet<u32> = listings
            .filter_map(|listing| evidence.node(listing))
            .collect();
        let targets: Vec<u32> = (0..evidence.graph.node_count())
            .filter(|node| self.is_restricted(evidence.pages[*node as usize]))
            .collect();
        if listings.is_empty() || targets.is_empty() {
            return Cuts::default();
        }
        let dominators = Dominators::of(&evidence.graph, Direction::Backward, &targets);
        let carried = dominators.carried(|node| u64::from(listings.contains(&node)));
        let mut points: Vec<(u64, u32)> = (0..)
            .zip(&carried)
            .filter(|(node, carried)| **carried > u64::from(listings.contains(node)))
            .map(|(node, carried)| (*carried, node))
            .collect();
        // Of two that carry the same, the one nearer to the listings cuts less besides.
        let depth = |node: u32| dominators.above(node).count();
        points.sort_by_cached_key(|(carried, node)| {
            (u64::MAX - *carried, usize::MAX - depth(*node), *node)
        });
        let total = listings.len() as u64;
        let cut = |closed: &BTreeSet<u32>| total - self.uncut(evidence, &listings, closed);
        let choke_points = points
            .iter()
            .take(TOLD)
            .enumerate()
            .map(|(rank, (carried, node))| ChokePoint {
                page: PageId(evidence.pages[*node as usize]),
                carried: *carried,
                cut: (rank < EXACT).then(|| cut(&BTreeSet::from([*node]))),
                is_target: targets.binary_search(node).is_ok(),
            })
            .collect();
        let smallest_cut = {
            let starts: Vec<u32> = listings.iter().copied().collect();
            let may_close = |node| !listings.contains(&node);
            vertex_cut(&evidence.graph, &starts, &targets, may_close).unwrap_or_default()
        };
        Cuts {
            evidence: (
                u64::from(evidence.graph.node_count()),
                u64::from(evidence.graph.hop_count()),
            ),
            choke_points,
            curve: curve(&points, &dominators, total, &cut),
            smallest_cut: smallest_cut
                .into_iter()
                .map(|node| PageId(evidence.pages[node as usize]))
                .collect(),
        }
    }

    /// How many listings have a hidden path when some nodes of the evidence are closed. Every walk within
    /// the bound has all its hops in the evidence, so that this is exact; what a hop costs stays.
    fn uncut(
        &self,
        evidence: &EvidenceGraph,
        listings: &BTreeSet<u32>,
        closed: &BTreeSet<u32>,
    ) -> u64 {
        let ground = evidence.ground();
        let mut left: BTreeSet<u32> = BTreeSet::new();
        for kind in self.kinds() {
            let may_pass = |node: u32| {
                let page = evidence.pages[node as usize];
                !closed.contains(&node) && self.may_pass(kind.restricted, page)
            };
            let targets: Vec<u32> = kind
                .targets
                .iter()
                .filter_map(|page| evidence.node(*page))
                .collect();
            let begins = begins_within(&ground, &targets, &may_pass);
            left.extend(begins.iter().filter(|node| listings.contains(node)));
        }
        left.len() as u64
    }
}

/// What closing the first choke points cuts, those left out that lie behind one that is closed.
fn curve(
    points: &[(u64, u32)],
    dominators: &Dominators,
    total: u64,
    cut: &dyn Fn(&BTreeSet<u32>) -> u64,
) -> Vec<CurvePoint> {
    let mut closed: BTreeSet<u32> = BTreeSet::new();
    let mut behind: BTreeSet<u32> = BTreeSet::new();
    let mut curve: Vec<CurvePoint> = Vec::new();
    let mut next = [1_u64, 2, 5].into_iter().cycle();
    let (mut step, mut scale) = (next.next().unwrap_or(1), 1);
    for (_, node) in points {
        let is_behind = dominators.above(*node).any(|above| closed.contains(&above));
        if is_behind || behind.contains(node) {
            continue;
        }
        behind.extend(dominators.above(*node));
        closed.insert(*node);
        if closed.len() as u64 == step * scale {
            let gone = cut(&closed);
            curve.push(CurvePoint {
                closed: closed.len() as u64,
                cut: gone,
            });
            if gone == total {
                return curve;
            }
            let last = step;
            step = next.next().unwrap_or(1);
            if step < last {
                scale *= 10;
            }
        }
    }
    let all = closed.len() as u64;
    if curve.last().is_none_or(|point| point.closed < all) && all > 0 {
        curve.push(CurvePoint {
            closed: all,
            cut: cut(&closed),
        });
    }
    curve
}
