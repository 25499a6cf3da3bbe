//! The fewest pages whose closing cuts one set of pages off from another.

use thiserror::Error;

use super::{Direction, Frozen, FrozenHop, NodeSet, Reach, count};

/// No set of closable nodes cuts the ends off: a walk passes none of them.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a walk of {} nodes passes none that may be closed", walk.len())]
pub struct NoCut {
    /// The nodes of such a walk, from a start to an end; the shortest one.
    pub walk: Vec<u32>,
}

/// The least set of nodes whose closing leaves no walk from `starts` to `ends`, ascending.
///
/// *Definition.* A set of nodes for which `may_close` holds, such that every walk from a start to an end
/// passes one of them, starts and ends included; there is no such set with fewer nodes. Of several, the
/// one nearest to the starts: what is still within reach of them is within reach by each of the others.
///
/// *Cost.* O(m √n) time where every node may be closed, O(m k) at the worst for a cut of k nodes; some 60
/// bytes for each hop between starts and ends. Meant for the evidence, which is small. No recursion.
///
/// *Source.* Dinic (1970) on the graph with every node split in two (Even & Tarjan, "Network flow and
/// testing graph connectivity", 1975).
///
/// # Errors
///
/// A walk passes no node that may be closed.
pub fn vertex_cut(
    graph: &Frozen,
    starts: &[u32],
    ends: &[u32],
    may_close: impl Fn(u32) -> bool,
) -> Result<Vec<u32>, NoCut> {
    open_walk(graph, starts, ends, &may_close)?;
    let from = Reach::of(graph, Direction::Forward, starts);
    let to = Reach::of(graph, Direction::Backward, ends);
    // Only what lies between can be part of a cut.
    let between: Vec<u32> = (0..graph.node_count())
        .filter(|node| from.contains(*node) && to.contains(*node))
        .collect();
    let place = |node: u32| between.binary_search(&node).ok().map(count);
    let mut flow = Flow::new(between.len());
    for (node, at) in between.iter().zip(0..) {
        let capacity = if may_close(*node) { 1 } else { ENDLESS };
        flow.add(entry(at), exit(at), capacity);
        let mut last = None;
        for end in graph.targets(*node) {
            if last.replace(*end) != Some(*end)
                && let Some(to) = place(*end)
            {
                flow.add(exit(at), entry(to), ENDLESS);
            }
        }
    }
    for at in starts.iter().filter_map(|node| place(*node)) {
        flow.add(START, entry(at), ENDLESS);
    }
    for at in ends.iter().filter_map(|node| place(*node)) {
        flow.add(exit(at), END, ENDLESS);
    }
    flow.fill();
    let is_near = |at: u32| flow.levels[at as usize] != UNMET;
    Ok(between
        .iter()
        .zip(0..)
        .filter(|(_, at)| is_near(entry(*at)) && !is_near(exit(*at)))
        .map(|(node, _)| *node)
        .collect())
}

/// Fails with the shortest walk that passes no closable node, if there is one.
fn open_walk(
    graph: &Frozen,
    starts: &[u32],
    ends: &[u32],
    may_close: &impl Fn(u32) -> bool,
) -> Result<(), NoCut> {
    let mut is_open = NodeSet::none_of(graph.node_count());
    for node in (0..graph.node_count()).filter(|node| !may_close(*node)) {
        is_open.insert(node);
    }
    let is_within = |hop: FrozenHop| is_open.contains(hop.source) && is_open.contains(hop.target);
    let open = graph.retain(is_within);
    let ends: Vec<u32> = ends
        .iter()
        .copied()
        .filter(|node| is_open.contains(*node))
        .collect();
    let reach = Reach::of(&open, Direction::Backward, &ends);
    let first = starts
        .iter()
        .filter_map(|start| Some((reach.distance(*start)?, *start)))
        .min();
    match first {
        Some((_, start)) => Err(NoCut {
            walk: reach.way(&open, start).collect(),
        }),
        None => Ok(()),
    }
}

/// More than any flow: every unit passes a node that may be closed.
const ENDLESS: u32 = u32::MAX / 2;
const UNMET: u32 = u32::MAX;
/// No further arc.
const LAST: u32 = u32::MAX;
/// The node before the starts, and the one behind the ends.
const START: u32 = 0;
const END: u32 = 1;

/// Where walks enter the node at a place, and where they leave it.
const fn entry(place: u32) -> u32 {
    2 + 2 * place
}

const fn exit(place: u32) -> u32 {
    3 + 2 * place
}

/// A flow in a network of arcs; arc `a` and its reverse `a ^ 1` share what they can carry.
struct Flow {
    first: Vec<u32>,
    next: Vec<u32>,
    ends: Vec<u32>,
    left: Vec<u32>,
    levels: Vec<u32>,
    /// The arc that each node tries next in this phase.
    tried: Vec<u32>,
}

impl Flow {
    fn new(places: usize) -> Self {
        let nodes = 2 + 2 * places;
        Self {
            first: vec![LAST; nodes],
            next: Vec::new(),
            ends: Vec::new(),
            left: Vec::new(),
            levels: vec![UNMET; nodes],
            tried: Vec::new(),
        }
    }

    fn add(&mut self, from: u32, to: u32, capacity: u32) {
        for (from, to, capacity) in [(from, to, capacity), (to, from, 0)] {
            let arc = count(self.ends.len());
            self.next.push(self.first[from as usize]);
            self.first[from as usize] = arc;
            self.ends.push(to);
            self.left.push(capacity);
        }
    }

    /// Sends as much as possible. Levels are left as those of what the start still reaches.
    fn fill(&mut self) {
        while self.level() {
            self.tried.clone_from(&self.first);
            while self.send_one() {}
        }
    }

    /// Distances from the start over what can carry more; whether the end is within reach.
    fn level(&mut self) -> bool {
        self.levels.fill(UNMET);
        self.levels[START as usize] = 0;
        let mut queue = vec![START];
        let mut at = 0;
        while let Some(node) = queue.get(at).copied() {
            at += 1;
            let mut arc = self.first[node as usize];
            while arc != LAST {
                let end = self.ends[arc as usize] as usize;
                if self.left[arc as usize] > 0 && self.levels[end] == UNMET {
                    self.levels[end] = self.levels[node as usize] + 1;
                    queue.push(count(end));
                }
                arc = self.next[arc as usize];
            }
        }
        self.levels[END as usize] != UNMET
    }

    /// Sends one unit on a walk that goes a level up with every arc.
    fn send_one(&mut self) -> bool {
        let mut walk: Vec<u32> = Vec::new();
        let mut node = START;
        while node != END {
            let arc = self.tried[node as usize];
            if arc != LAST {
                let end = self.ends[arc as usize];
                let is_up = self.levels[end as usize] == self.levels[node as usize] + 1;
                if self.left[arc as usize] > 0 && is_up {
                    walk.push(arc);
                    node = end;
                } else {
                    self.tried[node as usize] = self.next[arc as usize];
                }
            } else if let Some(arc) = walk.pop() {
                node = self.ends[(arc ^ 1) as usize];
                self.tried[node as usize] = self.next[arc as usize];
            } else {
                return false;
            }
        }
        for arc in walk {
            self.left[arc as usize] -= 1;
            self.left[(arc ^ 1) as usize] += 1;
        }
        true
    }
}
