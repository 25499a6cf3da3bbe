//! The evidence: the hops that lie on some hidden path.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use graph::Frozen;
use graph::frozen::{BuildError, FrozenHop};
use model::EffectiveClass;
use rustc_hash::FxHashSet;

use super::Cheapest;
use super::automaton::{START, next};

/// The graph of the hops on some walk within the bound, its pages numbered anew in their order.
pub(crate) struct EvidenceGraph {
    pub(crate) graph: Frozen,
    /// The page of the whole graph that each node is.
    pub(crate) pages: Vec<u32>,
    /// What the hops of each node and class cost in the whole graph, in millionths.
    costs: Vec<[u64; EffectiveClass::ALL.len()]>,
    /// The most that a walk may cost, in millionths.
    pub(super) bound: u64,
}

/// A hop of the evidence in the whole graph, with its cost.
pub(crate) type EvidenceHop = (u32, u32, EffectiveClass, u64);

/// Adds the hops that lie on a walk within the bound from one of `listings`: what it cost to come to the
/// hop, what it costs and what is left to walk sum up to no more. One search forwards over the pages of
/// such walks.
pub(crate) fn collect(cheapest: &Cheapest<'_>, listings: &[u32], hops: &mut BTreeSet<EvidenceHop>) {
    let ground = cheapest.ground;
    let mut heap = BinaryHeap::new();
    let mut settled: FxHashSet<(u32, u8)> = FxHashSet::default();
    for listing in listings {
        heap.push(Reverse((0_u64, *listing, START)));
    }
    while let Some(Reverse((spent, page, state))) = heap.pop() {
        if !settled.insert((page, state)) {
            continue;
        }
        for (target, class, _) in ground.graph.ways_out(page) {
            let (Some(after), Some(cost)) = (next(state, class), ground.cost(page, class)) else {
                continue;
            };
            let Some(left) = cheapest.left(target, after) else {
                continue;
            };
            if spent + cost + left <= ground.bound {
                hops.insert((page, target, class, cost));
                heap.push(Reverse((spent + cost, target, after)));
            }
        }
    }
}

impl EvidenceGraph {
    pub(crate) fn of(hops: &BTreeSet<EvidenceHop>, bound: u64) -> Result<Self, BuildError> {
        let ends: BTreeSet<u32> = hops.iter().flat_map(|hop| [hop.0, hop.1]).collect();
        let pages: Vec<u32> = ends.into_iter().collect();
        let node = |page: u32| {
            let place = pages.binary_search(&page).unwrap_or(0);
            u32::try_from(place).unwrap_or(0)
        };
        let mut costs = vec![[0; EffectiveClass::ALL.len()]; pages.len()];
        for (source, _, class, cost) in hops {
            costs[node(*source) as usize][*class as usize] = *cost;
        }
        let hops = hops
            .iter()
            .map(|(source, target, class, _)| FrozenHop::new(node(*source), node(*target), *class));
        Ok(Self {
            graph: Frozen::build(pages.len(), hops)?,
            pages,
            costs,
            bound,
        })
    }

    /// The node of a page, if the evidence passes it.
    pub(crate) fn node(&self, page: u32) -> Option<u32> {
        let place = self.pages.binary_search(&page).ok()?;
        u32::try_from(place).ok()
    }

    /// What a hop of the evidence costs in the whole graph, in millionths.
    pub(super) fn cost(&self, node: u32, class: EffectiveClass) -> u64 {
        self.costs[node as usize][class as usize]
    }
}
