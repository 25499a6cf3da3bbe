//! Builds a frozen graph from hops in any order.

use std::ops::Range;

use thiserror::Error;

use super::transpose::{Keyed, Turned, pack, sort_by_key, unpack};
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
///
/// As long as they come by source, as lists of hops usually do, they are put where they will stay.
#[derive(Debug, Clone, Default)]
pub struct FrozenBuilder {
    nodes: u32,
    by_source: Rows,
    /// The hops from the first on whose source was less than that of the hop before.
    chunks: Vec<Chunk>,
}

/// Hops that came by source.
#[derive(Debug, Clone, Default)]
struct Rows {
    /// The sources that have hops, and where they begin. A list may name few of its nodes, so that a
    /// place for each is not made before all is read.
    starts: Vec<(u32, u32)>,
    ends: Vec<u32>,
    labels: Vec<HopLabel>,
}

/// Hops as they came, at most [`CHUNK`]: a growing list of chunks is never copied.
#[derive(Debug, Clone)]
struct Chunk {
    /// Source in the upper half, target in the lower.
    ends: Vec<u64>,
    labels: Vec<HopLabel>,
}

impl Rows {
    /// Takes a hop, if it comes by source.
    #[inline]
    fn append(&mut self, hop: FrozenHop) -> bool {
        let last = self.starts.last().map(|(source, _)| *source);
        if last != Some(hop.source) {
            if last.is_some_and(|last| last > hop.source) {
                return false;
            }
            self.starts.push((hop.source, count(self.ends.len())));
        }
        self.ends.push(hop.target);
        self.labels.push(hop.label);
        true
    }

    fn side(mut self, nodes: u32) -> Side {
        let mut starts = Vec::with_capacity(nodes as usize + 1);
        for (source, start) in self.starts {
            starts.resize(source as usize + 1, start);
        }
        starts.resize(nodes as usize + 1, count(self.ends.len()));
        self.ends.shrink_to_fit();
        self.labels.shrink_to_fit();
        Side {
            starts,
            ends: self.ends,
            labels: self.labels,
        }
    }

    fn for_each(&self, range: Range<usize>, mut f: impl FnMut(u32, u32, HopLabel)) {
        let begins_by = |row: &(u32, u32)| row.1 as usize <= range.start;
        let mut row = self.starts.partition_point(begins_by);
        let mut at = range.start;
        while at < range.end {
            // The row before is the one that `at` lies in.
            let source = self.starts[row - 1].0;
            let past = self
                .starts
                .get(row)
                .map_or(range.end, |row| range.end.min(row.1 as usize));
            for (end, label) in self.ends[at..past].iter().zip(&self.labels[at..past]) {
                f(source, *end, *label);
            }
            (at, row) = (past, row + 1);
        }
    }
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
            ..Self::default()
        })
    }

    /// How many hops were taken.
    #[must_use]
    pub fn hop_count(&self) -> usize {
        let full = self.chunks.len().saturating_sub(1) * CHUNK;
        self.by_source.ends.len() + full + self.chunks.last().map_or(0, |chunk| chunk.ends.len())
    }

    /// Takes a hop.
    ///
    /// # Errors
    ///
    /// It leads out of the nodes, or is one too many for 32 bits. It was not taken then.
    #[inline]
    pub fn push(&mut self, hop: FrozenHop) -> Result<(), BuildError> {
        let nodes = self.nodes;
        if hop.source.max(hop.target) >= nodes {
            return Err(BuildError::OutOfRange { hop, nodes });
        }
        self.append(hop)
    }

    /// Takes a hop and the nodes that it names, whatever their number.
    #[inline]
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

    #[inline]
    fn append(&mut self, hop: FrozenHop) -> Result<(), BuildError> {
        if self.chunks.is_empty()
            && self.by_source.ends.len() < u32::MAX as usize
            && self.by_source.append(hop)
        {
            return Ok(());
        }
        self.append_to_chunk(hop)
    }

    fn append_to_chunk(&mut self, hop: FrozenHop) -> Result<(), BuildError> {
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
        if self.chunks.is_empty() {
            return Frozen::of_side(self.by_source.side(self.nodes));
        }
        Frozen::of(self.nodes, self)
    }
}

impl Frozen {
    /// The graph of hops that lead nowhere but to nodes 0..`nodes`. They are dropped before they are
    /// turned backwards.
    pub(super) fn of(nodes: u32, hops: impl Keyed) -> Self {
        let forward = sort_by_key(nodes, &hops);
        drop(hops);
        Self::of_side(forward)
    }

    /// The graph of hops by source.
    fn of_side(mut forward: Side) -> Self {
        sort_rows(&mut forward);
        let nodes = count(forward.starts.len() - 1);
        let backward = sort_by_key(nodes, &Turned(&forward));
        Self { forward, backward }
    }
}

impl Keyed for FrozenBuilder {
    fn len(&self) -> usize {
        self.hop_count()
    }

    fn for_each(&self, range: Range<usize>, mut f: impl FnMut(u32, u32, HopLabel)) {
        let first = self.by_source.ends.len();
        let by_source = range.start.min(first)..range.end.min(first);
        self.by_source.for_each(by_source, &mut f);
        let range = range.start.max(first) - first..range.end.max(first) - first;
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
        if ends.is_sorted_by(|a, b| a < b) {
            continue;
        }
        let labels = &mut side.labels[range];
        row.clear();
        let hops = ends.iter().zip(&*labels);
        row.extend(hops.map(|(end, label)| pack(*end, *label)));
        row.sort_unstable();
        for ((packed, end), label) in row.iter().zip(ends).zip(labels) {
            (*end, *label) = unpack(*packed);
        }
    }
}
