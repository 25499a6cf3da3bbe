//! What is within reach of some nodes, and how far.

use super::{Direction, Frozen, NodeSet, Side, count};

/// Distance of what is out of reach.
const FAR: u32 = u32::MAX;
/// Bottom-up is tried when the hops out of the frontier are more than this part of those not seen.
const ALPHA: u64 = 15;
/// Top-down is taken up again when the frontier is a smaller part of the nodes than this.
const BETA: usize = 18;

/// How many hops every node is from the nearest of some nodes.
///
/// *Definition.* The distance of v is the least length of a walk from a start to v or, backward, from v
/// to a start. The node *before* v is the least node of those that a hop joins to v in that
/// direction and that are one step nearer.
///
/// *Cost.* O(n + m) time, and 4 bytes for each node. Beside that two bits for each node, and the frontier.
///
/// *Source.* Beamer, Asanović, Patterson, "Direction-optimizing breadth-first search" (2012): a level is
/// searched from the frontier or, where the frontier is large and growing, from the nodes not yet
/// seen, until it is small and shrinking. Both give the same distances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    direction: Direction,
    distances: Vec<u32>,
    levels: u32,
}

impl Reach {
    /// Searches from all of `starts` at once, in either direction.
    #[must_use]
    pub fn of(graph: &Frozen, direction: Direction, starts: &[u32]) -> Self {
        let mut search = Search::new(graph, direction, starts);
        search.run();
        Self {
            direction,
            distances: search.distances,
            levels: search.level,
        }
    }

    /// How many hops a node is from the nearest start; `None` out of reach.
    #[must_use]
    pub fn distance(&self, node: u32) -> Option<u32> {
        let distance = *self.distances.get(node as usize)?;
        (distance != FAR).then_some(distance)
    }

    /// Whether a node is within reach.
    #[must_use]
    pub fn contains(&self, node: u32) -> bool {
        self.distance(node).is_some()
    }

    /// How many nodes are within reach, the starts included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.distances
            .iter()
            .filter(|distance| **distance != FAR)
            .count()
    }

    /// Whether nothing is within reach, because there was no start.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The greatest distance.
    #[must_use]
    pub const fn farthest(&self) -> u32 {
        self.levels
    }

    /// The node before a node on a shortest walk; `None` at a start and out of reach. O(d) for d hops.
    #[must_use]
    pub fn before(&self, graph: &Frozen, node: u32) -> Option<u32> {
        let nearer = self.distance(node)?.checked_sub(1)?;
        let (_, against) = graph.sides(self.direction);
        let mut before = against.ends(node).iter().copied();
        before.find(|before| self.distances[*before as usize] == nearer)
    }

    /// The shortest walk between a node and its nearest start, from the node on; empty out of reach.
    #[must_use]
    pub fn way<'a>(&'a self, graph: &'a Frozen, node: u32) -> Way<'a> {
        Way {
            reach: self,
            graph,
            next: self.contains(node).then_some(node),
        }
    }

    /// The node before every node, in one pass; O(n + m).
    #[must_use]
    pub fn parents(&self, graph: &Frozen) -> Vec<Option<u32>> {
        (0..graph.node_count())
            .map(|node| self.before(graph, node))
            .collect()
    }
}

/// The nodes of a shortest walk, from a node to its start.
#[derive(Debug, Clone)]
pub struct Way<'a> {
    reach: &'a Reach,
    graph: &'a Frozen,
    next: Option<u32>,
}

impl Iterator for Way<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let node = self.next?;
        self.next = self.reach.before(self.graph, node);
        Some(node)
    }
}

struct Search<'a> {
    /// The hops as they are followed.
    along: &'a Side,
    /// The hops against that.
    against: &'a Side,
    distances: Vec<u32>,
    level: u32,
    frontier: Vec<u32>,
    /// Hops along out of the frontier.
    frontier_hops: u64,
    /// Hops against out of the nodes that were not reached yet.
    unseen_hops: u64,
    /// Nodes that were not reached when last looked at, if they have hops against; made when it is
    /// first needed.
    unseen: Option<Vec<u32>>,
}

impl<'a> Search<'a> {
    fn new(graph: &'a Frozen, direction: Direction, starts: &[u32]) -> Self {
        let (along, against) = graph.sides(direction);
        let mut search = Self {
            along,
            against,
            distances: vec![FAR; graph.node_count() as usize],
            level: 0,
            frontier: Vec::new(),
            frontier_hops: 0,
            unseen_hops: u64::from(graph.hop_count()),
            unseen: None,
        };
        for start in starts {
            let distance = &mut search.distances[*start as usize];
            if *distance == FAR {
                *distance = 0;
                search.frontier.push(*start);
            }
        }
        search
    }

    fn run(&mut self) {
        let mut last = 0;
        while !self.frontier.is_empty() {
            self.count_frontier();
            let is_growing = self.frontier.len() > last;
            last = self.frontier.len();
            if is_growing && self.is_worth_bottom_up() {
                self.bottom_up();
                last = self.frontier.len();
            } else {
                self.top_down();
                self.level += u32::from(!self.frontier.is_empty());
            }
        }
    }

    fn count_frontier(&mut self) {
        self.frontier_hops = 0;
        for node in &self.frontier {
            self.frontier_hops += self.along.ends(*node).len() as u64;
            self.unseen_hops -= self.against.ends(*node).len() as u64;
        }
    }

    /// A level bottom-up costs at most the hops of the nodes that were not reached. It is paid for by
    /// the hops of the frontier, so that the whole search stays linear.
    const fn is_worth_bottom_up(&self) -> bool {
        self.frontier_hops > self.unseen_hops / ALPHA
    }

    /// One level from the frontier.
    fn top_down(&mut self) {
        let mut next = Vec::new();
        for node in &self.frontier {
            for end in self.along.ends(*node) {
                let distance = &mut self.distances[*end as usize];
                if *distance == FAR {
                    *distance = self.level + 1;
                    next.push(*end);
                }
            }
        }
        self.frontier = next;
    }

    /// Levels from what was not reached, until the frontier is small and shrinks.
    fn bottom_up(&mut self) {
        let nodes = count(self.distances.len());
        let mut unseen = self.unseen.take().unwrap_or_else(|| {
            let has_hops = |node: &u32| !self.against.ends(*node).is_empty();
            (0..nodes).filter(has_hops).collect()
        });
        unseen.retain(|node| self.distances[*node as usize] == FAR);
        let mut now = NodeSet::none_of(nodes);
        loop {
            now.clear();
            for node in &self.frontier {
                now.insert(*node);
            }
            let last = self.frontier.len();
            self.frontier.clear();
            unseen.retain(|node| {
                let mut near = self.against.ends(*node).iter();
                let is_found = near.any(|end| now.contains(*end));
                if is_found {
                    self.distances[*node as usize] = self.level + 1;
                    self.frontier.push(*node);
                }
                !is_found
            });
            if self.frontier.is_empty() {
                break;
            }
            self.level += 1;
            let found = self.frontier.len();
            let is_small = found < nodes as usize / BETA;
            if (is_small && found < last) || unseen.is_empty() {
                break;
            }
            self.count_frontier();
            if !self.is_worth_bottom_up() && is_small {
                // Counted twice otherwise, by the level that follows.
                self.uncount_frontier();
                break;
            }
        }
        self.unseen = Some(unseen);
    }

    fn uncount_frontier(&mut self) {
        for node in &self.frontier {
            self.unseen_hops += self.against.ends(*node).len() as u64;
        }
    }
}
