//! Small graphs, drawn at random, and a second way to look at them.

use model::EffectiveClass;
use petgraph::graph::{DiGraph, NodeIndex};
use proptest::prelude::*;
use sidedoor_graph::Frozen;
use sidedoor_graph::frozen::{FrozenHop, HopLabel, Weight};

/// The hops of a graph of a few nodes.
#[derive(Debug, Clone)]
pub(crate) struct Web {
    pub(crate) nodes: u32,
    pub(crate) hops: Vec<FrozenHop>,
}

impl Web {
    pub(crate) fn freeze(&self) -> Frozen {
        Frozen::build(self.nodes as usize, self.hops.iter().copied()).unwrap()
    }

    pub(crate) fn petgraph(&self) -> DiGraph<(), ()> {
        let mut graph = DiGraph::new();
        for _ in 0..self.nodes {
            graph.add_node(());
        }
        for hop in &self.hops {
            graph.add_edge(at(hop.source), at(hop.target), ());
        }
        graph
    }

    /// What walks from `starts` meet when some nodes are closed.
    pub(crate) fn met(&self, starts: &[u32], closed: impl Fn(u32) -> bool) -> Vec<bool> {
        let mut met = vec![false; self.nodes as usize];
        for start in starts.iter().filter(|start| !closed(**start)) {
            met[*start as usize] = true;
        }
        for _ in 0..self.nodes {
            for hop in &self.hops {
                if met[hop.source as usize] && !closed(hop.target) {
                    met[hop.target as usize] = true;
                }
            }
        }
        met
    }

    /// The same with every hop turned around.
    pub(crate) fn turned(&self) -> Self {
        let turn = |hop: &FrozenHop| FrozenHop {
            source: hop.target,
            target: hop.source,
            label: hop.label,
        };
        Self {
            nodes: self.nodes,
            hops: self.hops.iter().map(turn).collect(),
        }
    }
}

pub(crate) fn at(node: u32) -> NodeIndex {
    NodeIndex::new(node as usize)
}

pub(crate) fn label() -> impl Strategy<Value = HopLabel> {
    let class = proptest::sample::select(EffectiveClass::ALL.to_vec());
    let weight = prop_oneof![Just(Weight::NONE), (0.0001..10_000.0).prop_map(Weight::of)];
    (class, weight).prop_map(|(class, weight)| HopLabel::new(class, weight))
}

/// Up to `nodes` nodes and `hops` hops, parallel hops and loops among them.
pub(crate) fn web(nodes: u32, hops: usize) -> impl Strategy<Value = Web> {
    (1..=nodes).prop_flat_map(move |nodes| {
        let hop = (0..nodes, 0..nodes, label());
        proptest::collection::vec(hop, 0..=hops).prop_map(move |hops| Web {
            nodes,
            hops: hops
                .into_iter()
                .map(|(source, target, label)| FrozenHop {
                    source,
                    target,
                    label,
                })
                .collect(),
        })
    })
}

/// A web and some of its nodes.
pub(crate) fn web_and_nodes(
    nodes: u32,
    hops: usize,
) -> impl Strategy<Value = (Web, Vec<u32>, Vec<u32>)> {
    web(nodes, hops).prop_flat_map(|web| {
        let some = proptest::collection::vec(0..web.nodes, 0..=3);
        (Just(web), some.clone(), some)
    })
}

/// Numbers that look random and are the same every time.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        u32::try_from((self.0 >> 33) % u64::from(bound)).unwrap()
    }
}
