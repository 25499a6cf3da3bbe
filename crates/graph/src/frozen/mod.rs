//! The frozen graph: what heavy questions are asked of.
//!
//! [`LinkGraph`](crate::LinkGraph) keeps everything that a finding must show of a hop. A [`Frozen`]
//! graph keeps its ends, its effective class and a weight, and nothing else: pages are nodes 0..n, the
//! hops of a node stand next to each other in arrays, forwards and backwards. Both directions of a hop
//! take 10 bytes, and 8 bytes are added for each node.
//!
//! A graph is frozen from a [`LinkGraph`](crate::LinkGraph::freeze), [built](Frozen::build) from hops in
//! any order, read from [text](text::read) or from a [snapshot](snapshot::read). Every question has
//! one answer, the same bits every time: [`Reach`], [`Components`], [`Dominators`], [`page_rank`],
//! [`hitting_chances`], [`vertex_cut`]. None recurses, so that no chain of pages is too long.

mod build;
mod components;
mod dominators;
mod freeze;
mod hitting;
mod label;
mod node_set;
mod page_rank;
mod reach;
pub mod snapshot;
pub mod text;
mod transpose;
mod vertex_cut;

pub use build::{BuildError, FrozenBuilder, MOST_NODES};
pub use components::Components;
pub use dominators::{Dominator, Dominators};
pub use freeze::{Freeze, HopIds};
pub use hitting::{HittingSettings, hitting_chances};
pub use label::{HopLabel, Weight};
pub use node_set::NodeSet;
pub use page_rank::{PageRankSettings, page_rank};
pub use reach::{Reach, Way};
pub use vertex_cut::{NoCut, vertex_cut};

use model::EffectiveClass;
use std::ops::Range;

/// A hop to freeze.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrozenHop {
    /// The node that it leaves.
    pub source: u32,
    /// The node that it leads to.
    pub target: u32,
    /// Its class and weight.
    pub label: HopLabel,
}

impl FrozenHop {
    /// A hop of a class, without a weight.
    #[must_use]
    pub const fn new(source: u32, target: u32, class: EffectiveClass) -> Self {
        Self {
            source,
            target,
            label: HopLabel::new(class, Weight::NONE),
        }
    }
}

/// Place of a hop in the order of source, target, class and weight: its index in the forward arrays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HopPlace(pub u32);

impl HopPlace {
    /// The place as an index of a slice with one entry for each hop.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Which way hops are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From a page to what it leads to.
    Forward,
    /// From a page to what leads to it.
    Backward,
}

/// One direction of the hops: those of node v are `starts[v]..starts[v + 1]`, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Side {
    starts: Vec<u32>,
    ends: Vec<u32>,
    labels: Vec<HopLabel>,
}

impl Side {
    fn range(&self, node: u32) -> Range<usize> {
        let node = node as usize;
        self.starts[node] as usize..self.starts[node + 1] as usize
    }

    fn ends(&self, node: u32) -> &[u32] {
        &self.ends[self.range(node)]
    }

    fn hops(&self, node: u32) -> impl DoubleEndedIterator<Item = (u32, HopLabel)> + '_ {
        let range = self.range(node);
        let labels = self.labels[range.clone()].iter().copied();
        self.ends[range].iter().copied().zip(labels)
    }

    fn bytes(&self) -> usize {
        4 * self.starts.len() + 4 * self.ends.len() + self.labels.len()
    }

    /// The side without the hops that `keep` turns down; it is asked with a node and a hop of it.
    fn filter(&self, keep: impl Fn(u32, u32, HopLabel) -> bool) -> Self {
        let mut kept = Self {
            starts: Vec::with_capacity(self.starts.len()),
            ends: Vec::new(),
            labels: Vec::new(),
        };
        kept.starts.push(0);
        for node in 0..count(self.starts.len() - 1) {
            for (end, label) in self.hops(node) {
                if keep(node, end, label) {
                    kept.ends.push(end);
                    kept.labels.push(label);
                }
            }
            kept.starts.push(count(kept.ends.len()));
        }
        kept.ends.shrink_to_fit();
        kept.labels.shrink_to_fit();
        kept
    }
}

/// A graph of nodes 0..n and classed hops, laid out for heavy questions.
///
/// Parallel hops are kept. Hops are in the order of source, target, class and weight, backwards in
/// the order of target, source, class and weight, so that equal hops give an equal graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    forward: Side,
    backward: Side,
}

impl Frozen {
    /// Builds the graph of nodes 0..`nodes` from hops in any order.
    ///
    /// Time O(n + m log d) for n nodes, m hops and d the most hops of one node. Memory while it is
    /// built: 9 bytes for each hop beside the graph, and a little for the transposition.
    ///
    /// # Errors
    ///
    /// There are too many nodes or hops for 32 bits, or a hop leads out of the nodes.
    pub fn build(
        nodes: usize,
        hops: impl IntoIterator<Item = FrozenHop>,
    ) -> Result<Self, BuildError> {
        let mut builder = FrozenBuilder::new(nodes)?;
        for hop in hops {
            builder.push(hop)?;
        }
        Ok(builder.finish())
    }

    /// How many nodes.
    #[must_use]
    pub fn node_count(&self) -> u32 {
        count(self.forward.starts.len() - 1)
    }

    /// How many hops.
    #[must_use]
    pub fn hop_count(&self) -> u32 {
        count(self.forward.ends.len())
    }

    /// Bytes that the hops and nodes take: 10 for each hop, and 8 for each node and for the end.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.forward.bytes() + self.backward.bytes()
    }

    /// The hops out of a node, by target, class and weight. Panics where there is no such node, as
    /// every method that takes a node does.
    pub fn ways_out(
        &self,
        node: u32,
    ) -> impl DoubleEndedIterator<Item = (u32, EffectiveClass, Weight)> + '_ {
        self.forward
            .hops(node)
            .map(|(target, label)| (target, label.class(), label.weight()))
    }

    /// The hops into a node, by source, class and weight.
    pub fn ways_in(
        &self,
        node: u32,
    ) -> impl DoubleEndedIterator<Item = (u32, EffectiveClass, Weight)> + '_ {
        self.backward
            .hops(node)
            .map(|(source, label)| (source, label.class(), label.weight()))
    }

    /// The targets of the hops out of a node, ascending; one for each hop.
    #[must_use]
    pub fn targets(&self, node: u32) -> &[u32] {
        self.forward.ends(node)
    }

    /// The sources of the hops into a node, ascending; one for each hop.
    #[must_use]
    pub fn sources(&self, node: u32) -> &[u32] {
        self.backward.ends(node)
    }

    /// Every hop with its place, in order.
    pub fn hops(&self) -> impl Iterator<Item = (HopPlace, FrozenHop)> + '_ {
        (0..self.node_count()).flat_map(|source| self.places_out(source))
    }

    /// The hops out of a node with their places, in order.
    pub fn places_out(
        &self,
        source: u32,
    ) -> impl DoubleEndedIterator<Item = (HopPlace, FrozenHop)> + '_ {
        self.forward.range(source).map(move |index| {
            let hop = FrozenHop {
                source,
                target: self.forward.ends[index],
                label: self.forward.labels[index],
            };
            (HopPlace(count(index)), hop)
        })
    }

    /// The hops into a node with their places, by source, class and weight. The place is searched in
    /// the hops of the source: O(log d) for each source with d hops.
    pub fn places_into(&self, target: u32) -> impl Iterator<Item = (HopPlace, FrozenHop)> + '_ {
        let mut last = None;
        self.backward.hops(target).map(move |(source, label)| {
            // Parallel hops stand in the same order on both sides.
            let place = match last {
                Some((before, place)) if before == source => place + 1,
                _ => self.places_between(source, target).start,
            };
            last = Some((source, place));
            let hop = FrozenHop {
                source,
                target,
                label,
            };
            (HopPlace(place), hop)
        })
    }

    /// Places of the hops from one node to another, by class and weight; O(log d) for d hops of the
    /// source.
    #[must_use]
    pub fn places_between(&self, source: u32, target: u32) -> Range<u32> {
        let range = self.forward.range(source);
        let ends = &self.forward.ends[range.clone()];
        let first = ends.partition_point(|end| *end < target);
        let past = first + ends[first..].partition_point(|end| *end == target);
        count(range.start + first)..count(range.start + past)
    }

    /// The hop at a place, if there is one; O(log n).
    #[must_use]
    pub fn hop(&self, place: HopPlace) -> Option<FrozenHop> {
        let index = place.index();
        let past = self
            .forward
            .starts
            .partition_point(|start| *start <= place.0);
        Some(FrozenHop {
            source: count(past.checked_sub(1)?),
            target: *self.forward.ends.get(index)?,
            label: self.forward.labels[index],
        })
    }

    /// The graph of the same nodes with the hops of some classes: with all but navigation, the part
    /// off the template. Time O(n + m). Places are those of the smaller graph.
    #[must_use]
    pub fn subgraph(&self, keep: impl Fn(EffectiveClass) -> bool) -> Self {
        self.retain(|hop| keep(hop.label.class()))
    }

    /// The graph of the same nodes with the hops that `keep` wants. Each hop is asked for twice and
    /// must be answered alike. Time O(n + m).
    #[must_use]
    pub fn retain(&self, keep: impl Fn(FrozenHop) -> bool) -> Self {
        let hop = |source, target, label| FrozenHop {
            source,
            target,
            label,
        };
        Self {
            forward: self
                .forward
                .filter(|source, target, label| keep(hop(source, target, label))),
            backward: self
                .backward
                .filter(|target, source, label| keep(hop(source, target, label))),
        }
    }

    /// The hops as they are followed in a direction, and as they are followed against it.
    const fn sides(&self, direction: Direction) -> (&Side, &Side) {
        match direction {
            Direction::Forward => (&self.forward, &self.backward),
            Direction::Backward => (&self.backward, &self.forward),
        }
    }
}

/// A count or an index that is known to fit: a graph has less than 2^32 nodes and hops.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the builder takes fewer than 2^32 nodes and hops"
)]
const fn count(index: usize) -> u32 {
    index as u32
}
