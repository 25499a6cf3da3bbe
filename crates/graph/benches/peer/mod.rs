//! The same questions, asked of petgraph.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use petgraph::Direction::Incoming;
use petgraph::algo::{dominators, kosaraju_scc};
use petgraph::graph::{DiGraph, NodeIndex};

pub(crate) type Peer = DiGraph<(), ()>;

fn at(node: u32) -> NodeIndex {
    NodeIndex::new(node as usize)
}

/// Lines into one string that is used again, numbers by the standard library, nodes as they come.
pub(crate) fn load(path: &Path) -> Peer {
    let mut input = BufReader::with_capacity(1 << 20, File::open(path).expect("the list"));
    let mut graph = Peer::new();
    let mut line = String::new();
    while input.read_line(&mut line).expect("a line") > 0 {
        let mut fields = line.split_ascii_whitespace();
        let mut number = || -> u32 {
            let field = fields.next().expect("a field");
            field.parse().expect("a number")
        };
        let (source, target) = (number(), number());
        while graph.node_count() <= source.max(target) as usize {
            graph.add_node(());
        }
        graph.add_edge(at(source), at(target), ());
        line.clear();
    }
    graph
}

/// How many nodes lead to `starts`, and the sum of their distances.
pub(crate) fn reach(graph: &Peer, starts: &[u32]) -> (usize, u64) {
    let mut distances = vec![u32::MAX; graph.node_count()];
    let mut queue = VecDeque::new();
    for start in starts {
        distances[*start as usize] = 0;
        queue.push_back(at(*start));
    }
    let (mut met, mut sum) = (0, 0);
    while let Some(node) = queue.pop_front() {
        let distance = distances[node.index()];
        met += 1;
        sum += u64::from(distance);
        for source in graph.neighbors_directed(node, Incoming) {
            if distances[source.index()] == u32::MAX {
                distances[source.index()] = distance + 1;
                queue.push_back(source);
            }
        }
    }
    (met, sum)
}

/// How many strongly connected components.
pub(crate) fn components(graph: &Peer) -> usize {
    kosaraju_scc(graph).len()
}

/// How many nodes a root dominates immediately.
pub(crate) fn dominated(graph: &Peer, root: u32) -> usize {
    dominators::simple_fast(graph, at(root))
        .immediately_dominated_by(at(root))
        .count()
}

/// PageRank by the list of edges, which is the quickest way that the graph has: its lists of neighbors
/// are linked, and take six times as long.
pub(crate) fn page_rank(graph: &Peer, rounds: u32) -> Vec<f64> {
    let nodes = graph.node_count();
    let even = 1.0 / nodes as f64;
    let mut ranks = vec![even; nodes];
    let mut degrees = vec![0_u32; nodes];
    for edge in graph.raw_edges() {
        degrees[edge.source().index()] += 1;
    }
    for _ in 0..rounds {
        let mut stranded = 0.0;
        let handed_on: Vec<f64> = ranks
            .iter()
            .zip(&degrees)
            .map(|(rank, degree)| match degree {
                0 => {
                    stranded += rank;
                    0.0
                }
                _ => rank / f64::from(*degree),
            })
            .collect();
        ranks.fill(even * (0.15 + 0.85 * stranded));
        for edge in graph.raw_edges() {
            ranks[edge.target().index()] += 0.85 * handed_on[edge.source().index()];
        }
    }
    ranks
}
