//! Where to cut: pages that many hidden paths pass.

use std::collections::{BTreeMap, BTreeSet};

use graph::frozen::{Direction, Dominators, Reach, vertex_cut};
use model::PageId;

use super::{Market, Restricted};
use crate::walks::{EvidenceGraph, Left};

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
        let cutting = Cutting {
            market: self,
            evidence,
            listings: &listings,
        };
        let exact: Vec<u32> = points.iter().take(EXACT).map(|point| point.1).collect();
        let mut exact = cutting.one_by_one(&exact).into_iter();
        let choke_points = points
            .iter()
            .take(TOLD)
            .map(|(carried, node)| ChokePoint {
                page: PageId(evidence.pages[*node as usize]),
                carried: *carried,
                cut: exact.next(),
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
            curve: cutting.together(&in_order(&points, &dominators)),
            smallest_cut: smallest_cut
                .into_iter()
                .map(|node| PageId(evidence.pages[node as usize]))
                .collect(),
        }
    }
}

/// Choke points in the order in which they are closed together, those left out that lie behind one that is
/// closed.
fn in_order(points: &[(u64, u32)], dominators: &Dominators) -> Vec<u32> {
    let mut closed: BTreeSet<u32> = BTreeSet::new();
    let mut behind: BTreeSet<u32> = BTreeSet::new();
    let mut order = Vec::new();
    for (_, node) in points {
        let is_behind = dominators.above(*node).any(|above| closed.contains(&above));
        if is_behind || behind.contains(node) {
            continue;
        }
        behind.extend(dominators.above(*node));
        closed.insert(*node);
        order.push(*node);
    }
    order
}

/// Closes pages of the evidence and counts the listings that have no hidden path then. Every walk within
/// the bound has all its hops in the evidence, so that this is exact; what a hop costs stays.
struct Cutting<'a> {
    market: &'a Market<'a>,
    evidence: &'a EvidenceGraph,
    listings: &'a BTreeSet<u32>,
}

impl Cutting<'_> {
    /// What is left to walk to the restricted pages of each kind when some nodes are closed.
    fn left(&self, closed: &[u32]) -> Vec<Left<'_>> {
        let closed: BTreeSet<u32> = closed.iter().copied().collect();
        let evidence = self.evidence;
        let nodes = (0..).zip(&evidence.pages);
        let mut kinds: BTreeMap<Restricted, Vec<u32>> = BTreeMap::new();
        for (node, page) in nodes {
            if let Some(restricted) = self.market.pages[*page as usize].restricted {
                kinds.entry(restricted).or_default().push(node);
            }
        }
        let kinds = kinds.iter().map(|(restricted, targets)| {
            let page = |node: u32| evidence.pages[node as usize];
            let may_pass = |node| self.market.may_pass(*restricted, page(node));
            Left::of(evidence, targets, |node| {
                !closed.contains(&node) && may_pass(node)
            })
        });
        kinds.collect()
    }

    /// How many listings lose their hidden paths by closing each node alone.
    fn one_by_one(&self, nodes: &[u32]) -> Vec<u64> {
        let mut left = self.left(&[]);
        let cut = |node: &u32| {
            let graph = &self.evidence.graph;
            let reach = Reach::of(graph, Direction::Backward, &[*node]);
            let is_upstream = |node: &u32| reach.contains(*node);
            let upstream: Vec<u32> = (0..graph.node_count()).filter(is_upstream).collect();
            let listings = upstream.iter().filter(|node| self.listings.contains(node));
            let mut lost: BTreeSet<u32> = listings.copied().collect();
            for left in &mut left {
                left.without(*node, &upstream, |left| {
                    lost.retain(|listing| !left.begins(*listing));
                });
            }
            lost.len() as u64
        };
        nodes.iter().map(cut).collect()
    }

    /// What closing the first 1, 2, 5, 10 ... of some nodes together cuts, up to where nothing is left to
    /// cut. Looked at from its end, so that every step opens nodes.
    fn together(&self, nodes: &[u32]) -> Vec<CurvePoint> {
        let mut left = self.left(nodes);
        let mut curve = Vec::new();
        let mut open_from = nodes.len();
        for closed in steps(nodes.len()).into_iter().rev() {
            for left in &mut left {
                for node in &nodes[closed..open_from] {
                    left.open(*node);
                }
            }
            open_from = closed;
            let is_cut = |listing: &&u32| left.iter().all(|left| !left.begins(**listing));
            let cut = self.listings.iter().filter(is_cut).count();
            curve.push(CurvePoint {
                closed: closed as u64,
                cut: cut as u64,
            });
        }
        curve.reverse();
        let total = self.listings.len() as u64;
        let end = curve.iter().position(|point| point.cut == total);
        curve.truncate(end.map_or(curve.len(), |end| end + 1));
        curve
    }
}

/// 1, 2, 5, 10 ... as far as there are that many, and all of them.
fn steps(most: usize) -> Vec<usize> {
    let decades = std::iter::successors(Some(1_usize), |decade| decade.checked_mul(10));
    let mut steps: Vec<usize> = decades
        .take_while(|decade| *decade <= most)
        .flat_map(|decade| [1, 2, 5].map(|step| step * decade))
        .filter(|step| *step < most)
        .collect();
    steps.extend(Some(most).filter(|most| *most > 0));
    steps
}
