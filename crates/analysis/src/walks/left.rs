//! What is left to walk in the evidence while some of its pages are closed.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::EvidenceGraph;
use super::automaton::{ACCEPTING, BEFORE, START, STATES};

/// No walk within the bound.
const NONE: u64 = u64::MAX;

/// Costs by state of the automaton, in millionths.
type Costs = [u64; STATES as usize];

/// The cost of the cheapest walk to one of some targets, from every node and state within the bound, in an
/// evidence of which some nodes are closed. What a hop costs stays as it is in the whole graph.
///
/// Nodes are opened one by one, and each opening searches only where it makes something cheaper: a row of
/// closings, looked at from its end, costs little more than one search. 33 bytes for each node.
pub(crate) struct Left<'a> {
    evidence: &'a EvidenceGraph,
    /// Whether a walk may pass a node: it is not closed, and no gate stands there.
    is_open: Vec<bool>,
    is_target: Vec<bool>,
    costs: Vec<Costs>,
    heap: BinaryHeap<Reverse<(u64, u32, u8)>>,
}

impl<'a> Left<'a> {
    /// Searches. No walk ends at, or passes, a node that `is_open` refuses.
    pub(crate) fn of(
        evidence: &'a EvidenceGraph,
        targets: &[u32],
        is_open: impl Fn(u32) -> bool,
    ) -> Self {
        let nodes = evidence.graph.node_count();
        let mut left = Self {
            evidence,
            is_open: (0..nodes).map(is_open).collect(),
            is_target: vec![false; nodes as usize],
            costs: vec![[NONE; STATES as usize]; nodes as usize],
            heap: BinaryHeap::new(),
        };
        for target in targets {
            left.is_target[*target as usize] = true;
        }
        left.search(targets);
        left
    }

    /// Whether a walk within the bound begins at a node.
    pub(crate) fn begins(&self, node: u32) -> bool {
        self.costs[node as usize][usize::from(START)] != NONE
    }

    /// Opens a node that was closed.
    pub(crate) fn open(&mut self, node: u32) {
        self.is_open[node as usize] = true;
        self.search(&[node]);
    }

    /// Closes an open node for as long as `look` looks. `upstream` are the node and all that lead to it: what
    /// is left to walk from others stays.
    pub(crate) fn without(&mut self, node: u32, upstream: &[u32], look: impl FnOnce(&Self)) {
        let kept: Vec<Costs> = upstream
            .iter()
            .map(|node| self.costs[*node as usize])
            .collect();
        let was_open = std::mem::replace(&mut self.is_open[node as usize], false);
        for node in upstream {
            self.costs[*node as usize] = [NONE; STATES as usize];
        }
        self.search(upstream);
        look(self);
        self.is_open[node as usize] = was_open;
        for (node, costs) in upstream.iter().zip(kept) {
            self.costs[*node as usize] = costs;
        }
    }

    /// Finds the costs of nodes that have none, by what follows them, and of all that they make cheaper:
    /// Dijkstra's search backwards. Time O(4 · (V' + E') log V') for what becomes cheaper.
    fn search(&mut self, nodes: &[u32]) {
        let evidence = self.evidence;
        for node in nodes {
            if !self.is_open[*node as usize] {
                continue;
            }
            if self.is_target[*node as usize] {
                for state in ACCEPTING {
                    self.offer(*node, 1 << state, 0);
                }
            }
            for (target, class, _) in evidence.graph.ways_out(*node) {
                for after in 0..STATES {
                    let cost = self.costs[target as usize][usize::from(after)];
                    if cost != NONE {
                        let states = BEFORE[class as usize][1 << after];
                        self.offer(*node, states, cost + evidence.cost(*node, class));
                    }
                }
            }
        }
        while let Some(Reverse((cost, node, after))) = self.heap.pop() {
            if cost > self.costs[node as usize][usize::from(after)] {
                continue;
            }
            for (source, class, _) in evidence.graph.ways_in(node) {
                if self.is_open[source as usize] {
                    let states = BEFORE[class as usize][1 << after];
                    self.offer(source, states, cost + evidence.cost(source, class));
                }
            }
        }
    }

    /// Offers a walk of `cost` to a node in each of `states`.
    fn offer(&mut self, node: u32, states: u8, cost: u64) {
        if cost > self.evidence.bound {
            return;
        }
        for state in (0..STATES).filter(|state| states >> state & 1 == 1) {
            let known = &mut self.costs[node as usize][usize::from(state)];
            if cost < *known {
                *known = cost;
                self.heap.push(Reverse((cost, node, state)));
            }
        }
    }
}
