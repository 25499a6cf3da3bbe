//! A set of nodes, one bit each.

/// A set of nodes of one graph, one bit for each node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeSet {
    words: Vec<u64>,
}

impl NodeSet {
    /// The empty set of the nodes 0..`nodes`.
    #[must_use]
    pub fn none_of(nodes: u32) -> Self {
        Self {
            words: vec![0; (nodes as usize).div_ceil(64)],
        }
    }

    /// Puts a node in, and says whether it was not there yet. Panics where there is no such node.
    pub fn insert(&mut self, node: u32) -> bool {
        let word = &mut self.words[node as usize / 64];
        let bit = 1 << (node % 64);
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }

    /// Whether a node is in the set; false for a node that the graph does not have.
    #[must_use]
    pub fn contains(&self, node: u32) -> bool {
        self.words
            .get(node as usize / 64)
            .is_some_and(|word| *word & 1 << (node % 64) != 0)
    }

    /// How many nodes are in it; O(n / 64).
    #[must_use]
    pub fn len(&self) -> u32 {
        self.words.iter().map(|word| word.count_ones()).sum()
    }

    /// Whether it is empty; O(n / 64).
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Its nodes, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.words.iter().zip(0_u32..).flat_map(|(word, index)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros();
                left &= left.checked_sub(1)?;
                Some(index * 64 + bit)
            })
        })
    }

    /// Takes every node out.
    pub fn clear(&mut self) {
        self.words.fill(0);
    }
}
