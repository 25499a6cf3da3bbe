//! Strongly connected components: pages that all lead to each other.

use super::{Frozen, count};

/// The strongly connected component of every node.
///
/// *Definition.* Two nodes are in one component when each is within reach of the other. Components are
/// numbered so that no hop leads from a component to one with a greater number.
///
/// *Cost.* O(n + m) time; 12 bytes for each node at the most, and no recursion.
///
/// *Source.* Pearce, "A space-efficient algorithm for finding strongly connected components" (2016),
/// algorithm `PEA_FIND_SCC2` made iterative: Tarjan's (1972) with one array in the place of three.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Components {
    of_node: Vec<u32>,
    count: u32,
}

impl Components {
    /// Finds the components.
    #[must_use]
    pub fn of(graph: &Frozen) -> Self {
        let mut search = Search {
            graph,
            index: vec![0; graph.node_count() as usize],
            next_index: 1,
            next_component: u32::MAX,
            frames: Vec::new(),
            waiting: Vec::new(),
        };
        for node in 0..graph.node_count() {
            if search.index[node as usize] == 0 {
                search.visit(node);
            }
        }
        let count = u32::MAX - search.next_component;
        let mut of_node = search.index;
        for index in &mut of_node {
            *index = u32::MAX - *index;
        }
        Self { of_node, count }
    }

    /// The component of a node. Panics where there is no such node.
    #[must_use]
    pub fn component(&self, node: u32) -> u32 {
        self.of_node[node as usize]
    }

    /// How many components.
    #[must_use]
    pub const fn len(&self) -> u32 {
        self.count
    }

    /// Whether there is none, because there is no node.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How many nodes each component has, by its number.
    #[must_use]
    pub fn sizes(&self) -> Vec<u32> {
        let mut sizes = vec![0; self.count as usize];
        for component in &self.of_node {
            sizes[*component as usize] += 1;
        }
        sizes
    }
}

/// A node whose hops are being followed.
struct Frame {
    node: u32,
    /// Place of the next hop to follow.
    next: u32,
    /// Whether no node before it is known to be in its component.
    is_first: bool,
}

struct Search<'a> {
    graph: &'a Frozen,
    /// 0 for a node that was not met; the least index known in its component while it is open; then the
    /// number of its component, counted down from the greatest number, which no index reaches: those
    /// in use are at most as many as the open nodes.
    index: Vec<u32>,
    next_index: u32,
    next_component: u32,
    frames: Vec<Frame>,
    /// Nodes that are left and wait for the first of their component.
    waiting: Vec<u32>,
}

impl Search<'_> {
    fn enter(&mut self, node: u32) {
        self.index[node as usize] = self.next_index;
        self.next_index += 1;
        self.frames.push(Frame {
            node,
            next: self.graph.forward.starts[node as usize],
            is_first: true,
        });
    }

    fn visit(&mut self, root: u32) {
        self.enter(root);
        while let Some(frame) = self.frames.last_mut() {
            let node = frame.node as usize;
            let past = self.graph.forward.starts[node + 1];
            let mut least = self.index[node];
            let mut unmet = None;
            while frame.next < past {
                let end = self.graph.forward.ends[frame.next as usize];
                let index = self.index[end as usize];
                if index == 0 {
                    unmet = Some(end);
                    break;
                }
                frame.next += 1;
                if index < least {
                    least = index;
                    frame.is_first = false;
                }
            }
            self.index[node] = least;
            match unmet {
                // Its hop is looked at again when it is left.
                Some(end) => self.enter(end),
                None => self.leave(),
            }
        }
    }

    fn leave(&mut self) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        if !frame.is_first {
            self.waiting.push(frame.node);
            return;
        }
        let first = self.index[frame.node as usize];
        while let Some(node) = self.waiting.last() {
            if self.index[*node as usize] < first {
                break;
            }
            self.index[*node as usize] = self.next_component;
            self.next_index -= 1;
            self.waiting.pop();
        }
        self.index[frame.node as usize] = self.next_component;
        self.next_index -= 1;
        self.next_component -= 1;
    }
}

impl Components {
    /// Groups of nodes by component, each ascending.
    #[must_use]
    pub fn groups(&self) -> Vec<Vec<u32>> {
        let mut groups: Vec<Vec<u32>> = vec![Vec::new(); self.count as usize];
        for (node, component) in self.of_node.iter().enumerate() {
            groups[*component as usize].push(count(node));
        }
        groups
    }
}
