//! Which pages have a walk at all, whatever it costs.

use graph::Frozen;

use super::automaton::{ACCEPTING, BEFORE, START};

/// For each page the states of the automaton from which a walk leads on to a target.
///
/// One search backwards from all targets at once over the product of the graph with the automaton.
/// Time O(4 · (V + E)) at the worst, and only for what leads to a target; one byte for each page, the
/// states in its lower half, those that were not followed yet in its upper half.
#[derive(Debug, Clone)]
pub struct Existence {
    states: Vec<u8>,
    touched: u64,
}

impl Existence {
    /// Searches. No walk ends at, or passes, a page that `may_pass` refuses.
    #[must_use]
    pub fn of(graph: &Frozen, targets: &[u32], may_pass: &dyn Fn(u32) -> bool) -> Self {
        let mut states = vec![0_u8; graph.node_count() as usize];
        let mut open = Vec::new();
        let mut touched = 0;
        let accepting = ACCEPTING
            .iter()
            .fold(0, |states, state| states | 1 << state);
        for target in targets.iter().filter(|target| may_pass(**target)) {
            states[*target as usize] = accepting | accepting << 4;
            open.push(*target);
        }
        while let Some(page) = open.pop() {
            let fresh = states[page as usize] >> 4;
            states[page as usize] &= 0x0f;
            for (source, class, _) in graph.ways_in(page) {
                touched += 1;
                let known = states[source as usize];
                let grown = BEFORE[class as usize][usize::from(fresh)] & !known & 0x0f;
                if grown == 0 || !may_pass(source) {
                    continue;
                }
                if known >> 4 == 0 {
                    open.push(source);
                }
                states[source as usize] = known | grown | grown << 4;
            }
        }
        Self { states, touched }
    }

    /// Whether a walk leads from a page to a target.
    #[must_use]
    pub fn has_walk(&self, page: u32) -> bool {
        self.states[page as usize] >> START & 1 == 1
    }

    /// How many hops were looked at; one that is met in several states counts each time.
    #[must_use]
    pub const fn touched(&self) -> u64 {
        self.touched
    }
}
