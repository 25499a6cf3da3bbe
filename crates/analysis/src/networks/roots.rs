//! What is held together by pairs: disjoint sets.

/// Sets of the numbers from 0, each called by the least of its members, so that the order in which they are
/// joined is all one. Path halving (Tarjan & van Leeuwen, 1984): O(log n) for each question, about.
pub(super) struct Roots(Vec<u32>);

impl Roots {
    /// Every number alone.
    pub(super) fn of(count: usize) -> Self {
        Self((0..u32::try_from(count).unwrap_or(u32::MAX)).collect())
    }

    /// Puts two sets into one.
    pub(super) fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.find(one), self.find(other));
        self.0[one.max(other) as usize] = one.min(other);
    }

    /// The least member of a number's set.
    pub(super) fn find(&mut self, mut at: u32) -> u32 {
        while self.0[at as usize] != at {
            self.0[at as usize] = self.0[self.0[at as usize] as usize];
            at = self.0[at as usize];
        }
        at
    }
}
