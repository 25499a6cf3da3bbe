//! PageRank: where a shopper who follows hops at random is.

use super::Frozen;

/// Settings of [`page_rank`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PageRankSettings {
    /// Chance that the shopper follows a hop rather than begin anew; from 0 to 1.
    pub damping: f64,
    /// How many rounds.
    pub rounds: u32,
}

impl Default for PageRankSettings {
    fn default() -> Self {
        Self {
            damping: 0.85,
            rounds: 20,
        }
    }
}

/// The PageRank of every node.
///
/// *Definition.* A shopper begins at a node that is drawn evenly. At each step the shopper follows one of
/// the node's hops, each being equally likely and parallel ones counted apart, with the chance of
/// `damping`, and otherwise, or where there is no hop, begins anew. The rank is the chance of being at
/// the node after `rounds` steps; ranks add up to 1.
///
/// *Cost.* O(rounds · (n + m)) time; 12 bytes for each node. Each node pulls from the sources of its hops, so that
/// nothing is written far away. What a node hands on is kept in `f32`, sums are in `f64`: ranks are right to
/// some 7 digits. Sums are taken in one order, that of the sources by fours, hence the same bits every
/// time.
///
/// *Source.* Page, Brin, Motwani, Winograd, "The PageRank citation ranking" (1998).
#[must_use]
pub fn page_rank(graph: &Frozen, settings: PageRankSettings) -> Vec<f64> {
    let nodes = graph.node_count();
    let even = 1.0 / f64::from(nodes.max(1));
    let mut ranks = vec![even; nodes as usize];
    let mut handed_on = vec![0.0_f32; nodes as usize];
    for _ in 0..settings.rounds {
        let mut stranded = 0.0;
        for (node, (rank, handed_on)) in (0..nodes).zip(ranks.iter().zip(&mut handed_on)) {
            let degree = graph.targets(node).len();
            if degree == 0 {
                stranded += *rank;
                *handed_on = 0.0;
            } else {
                *handed_on = narrow(*rank / degree as f64);
            }
        }
        let anew = even * (1.0 - settings.damping + settings.damping * stranded);
        for (node, rank) in (0..nodes).zip(&mut ranks) {
            *rank = anew + settings.damping * sum(graph.sources(node), &handed_on);
        }
    }
    ranks
}

/// What some nodes hand on. Four sums are kept, so that no addition waits for the one before it.
fn sum(sources: &[u32], handed_on: &[f32]) -> f64 {
    let mut sums = [0.0_f64; 4];
    let (fours, rest) = sources.as_chunks::<4>();
    for four in fours {
        for (sum, source) in sums.iter_mut().zip(four) {
            *sum += f64::from(handed_on[*source as usize]);
        }
    }
    for (sum, source) in sums.iter_mut().zip(rest) {
        *sum += f64::from(handed_on[*source as usize]);
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

#[expect(clippy::cast_possible_truncation, reason = "seven digits are enough")]
const fn narrow(share: f64) -> f32 {
    share as f32
}
