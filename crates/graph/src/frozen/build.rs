//! Builds a frozen graph from hops in any order.

use std::ops::Range;

use thiserror::Error;

use super::transpose::{Keyed, Turned, sort_by_key};
use super::{Frozen, FrozenHop, HopLabel, Side, count};

/// The most nodes of a graph.
pub const MOST_NODES: u32 = u32::MAX - 1;

/// Hops that one chunk of the builder holds.
const CHUNK: usize = 1 << 16;

/// Why a graph was not built.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BuildError {
    /// More nodes than 32 bits can number.
    #[error("{0} nodes are more than the {MOST_NODES} that a graph can have: split it by site")]
    TooManyNodes(u64),
    /// More hops than 32 bits can number.
    #[error(
        "more than the {} hops that a graph can have: split it by site",
        u32::MAX
    )]
    TooManyHops,
    /// A hop from or to a node that the graph does not have.
    #[error("the hop {} -> {} leads out of the {nodes} nodes, which are numbered from 0", hop.source, hop.target)]
    OutOfRange {
        /// The hop.
        hop: FrozenHop,
        /// How many nodes there are.
        nodes: u32,
    },
}

/// Takes hops in any order and builds a graph of them.
#[derive(Debug, Clone, Default)]
pub struct FrozenBuilder {
    nodes: u32,
    chunks: Vec<Chunk>,
}

/// Hops as they came, at most [`CHUNK`]: a growing list of chunks is never copied.
#[derive(Debug, Clone)]
struct Chunk {
    /// Source in the upper half, target in the lower.
    ends: Vec<u64>,
    labels: Vec<HopLabel>,
}

impl FrozenBuilder {
    /// Starts a graph of nodes 0..`nodes`.
    ///
    /// # Errors
    ///
    /// There are more than [`MOST_NODES`].
    pub fn new(nodes: usize) -> Result<Self, BuildError> {
        let nodes = u32::try_from(nodes)
            .ok()
            .filter(|nodes| *nodes <= MOST_NODES)
            .ok_or(BuildError::TooManyNodes(nodes as u64))?;
        Ok(Self {
            nodes,
            chunks: Vec::new(),
        })
    }

    /// How many hops were taken.
    #[must_use]
    pub fn hop_count(&self) -> usize {
        let full = self.chunks.len().saturating_sub(1) * CHUNK;
        full + self.chunks.last().map_or(0, |chunk| chunk.ends.len())
    }

    /// Takes a hop.
    ///
    /// # Errors
    ///
    /// It leads out of the nodes, or is one too many for 32 bits. It was not taken then.
    pub fn push(&mut self, hop: FrozenHop) -> Result<(), BuildError> {
        let nodes = self.nodes;
        if hop.source.max(hop.target) >= nodes {
            return Err(BuildError::OutOfRange { hop, nodes });
        }
        self.append(hop)
    }

    /// Takes a hop and the nodes that it names, whatever their number.
    pub(super) fn push_growing(&mut self, hop: FrozenHop) -> Result<(), BuildError> {
        let most = hop.source.max(hop.target);
        if most >= MOST_NODES {
            return Err(BuildError::TooManyNodes(u64::from(most) + 1));
        }
        self.nodes = self.nodes.max(most + 1);
        self.append(hop)
    }

    /// How many nodes the graph will have.
    pub(super) const fn node_count(&self) -> u32 {
        self.nodes
    }

    fn append(&mut self, hop: FrozenHop) -> Result<(), BuildError> {
        if self
            .chunks
            .last()
            .is_none_or(|chunk| chunk.ends.len() == CHUNK)
        {
            if self.hop_count() + CHUNK > u32::MAX as usize {
                return Err(BuildError::TooManyHops);
            }
            self.chunks.push(Chunk {
                ends: Vec::with_capacity(CHUNK),
                labels: Vec::with_capacity(CHUNK),
            });
        }
        if let Some(chunk) = self.chunks.last_mut() {
            let ends = u64::from(hop.source) << 32 | u64::from(hop.target);
            chunk.ends.push(ends);
            chunk.labels.push(hop.label);
        }
        Ok(())
    }

    /// Builds the graph. Time O(n + m log d) for n nodes, m hops and d the most hops of one node.
    #[must_use]
    pub fn finish(self) -> Frozen {
        Frozen::of(self.nodes, self)
    }
}

impl Frozen {
    /// The graph of hops that lead nowhere but to nodes 0..`nodes`. They are dropped before they are
    /// turned backwards.
    pub(super) fn of(nodes: u32, hops: impl Keyed) -> Self {
        let mut forward = sort_by_key(nodes, &hops);
        drop(hops);
        sort_rows(&mut forward);
        let backward = sort_by_key(nodes, &Turned(&forward));
        Self { forward, backward }
    }
}

impl Keyed for FrozenBuilder {
    fn len(&self) -> usize {
        self.hop_count()
    }

    fn for_each(&self, range: Range<usize>, mut f: impl FnMut(u32, u32, HopLabel)) {
        let mut at = range.start;
        while at < range.end {
            let chunk = &self.chunks[at / CHUNK];
            let within = at % CHUNK..chunk.ends.len().min(at % CHUNK + (range.end - at));
            at += within.len();
            let labels = &chunk.labels[within.clone()];
            for (ends, label) in chunk.ends[within].iter().zip(labels) {
                let (source, target) = halves(*ends);
                f(source, target, *label);
            }
        }
    }
}

/// Source and target of a hop as a chunk keeps them.
#[expect(clippy::cast_possible_truncation, reason = "the halves of 64 bits")]
const fn halves(ends: u64) -> (u32, u32) {
    ((ends >> 32) as u32, ends as u32)
}

/// Sorts the hops of every node by target, class and weight.
fn sort_rows(side: &mut Side) {
    let mut row: Vec<u64> = Vec::new();
    for node in 0..count(side.starts.len() - 1) {
        let range = side.range(node);
        let ends = &mut side.ends[range.clone()];
        let labels = &mut side.labels[range];
        row.clear();
        let packed = ends.iter().zip(&*labels);
        row.extend(packed.map(|(end, label)| u64::from(*end) << 8 | u64::from(label.byte())));
        if row.is_sorted() {
            continue;
        }
        row.sort_unstable();
        for ((packed, end), label) in row.iter().zip(ends).zip(labels) {
            let (upper, lower) = halves(*packed << 24);
            *end = upper;
            // The byte was a label's before it was sorted.
            if let Some(known) = HopLabel::from_byte((lower >> 24) as u8) {
                *label = known;
            }
        }
    }
}
