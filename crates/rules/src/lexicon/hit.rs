//! Occurrences of words, and how far they are apart.

use crate::fold::is_unspaced;

/// How much of a folded text lies before a place: what distances are reckoned from.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mileage {
    /// Beginnings of words.
    separators: usize,
    /// Ends of clauses.
    clauses: usize,
    /// Characters of unspaced scripts.
    unspaced: usize,
}

impl Mileage {
    /// This, and what the text adds.
    fn and(self, text: &str) -> Self {
        let mut sum = self;
        for value in text.chars() {
            match value {
                ' ' => sum.separators += 1,
                '\n' => sum.clauses += 1,
                value if value.is_ascii() => {}
                value => sum.unspaced += usize::from(is_unspaced(value)),
            }
        }
        sum
    }
}

/// An occurrence of a word in a folded text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    /// First byte in the folded text.
    pub(crate) start: usize,
    /// One past the last byte, the plural ending included.
    pub(crate) end: usize,
    /// Place of the word in the lexicon.
    pub(crate) entry: usize,
    /// The plain form of the text shows it as well: this form has it as company, no more.
    pub(crate) shown: bool,
    pub(super) before: Mileage,
    pub(super) after: Mileage,
}

impl Hit {
    /// What lies between two hits: how many words from one to the other (neighbours are one
    /// apart, two characters of an unspaced script are a word), and whether a clause ends
    /// between. `None` when the hits overlap.
    pub(crate) fn distance(self, other: Self) -> Option<(usize, bool)> {
        let (left, right) = if self.start <= other.start {
            (self, other)
        } else {
            (other, self)
        };
        if left.end > right.start {
            return None;
        }
        let words = right.before.separators - left.after.separators;
        let unspaced = right.before.unspaced - left.after.unspaced;
        let clauses = right.before.clauses - left.after.clauses;
        Some((words + unspaced.div_ceil(2), clauses > 0))
    }

    /// A lower bound of the distance to a hit that starts before this one, or at its start.
    fn at_least_from(self, earlier: Self) -> usize {
        let words = self.before.separators - earlier.before.separators;
        words.saturating_sub(LONGEST_ENTRY)
    }
}

/// The most words that a term is taken to have when neighbours are looked for.
const LONGEST_ENTRY: usize = 16;

/// Of hits by their start, those that begin at most `within` words from `hit`, and some that lie
/// further off. Costs no more than the hits in that stretch of the text.
pub(crate) fn neighbours(hits: &[Hit], hit: Hit, within: usize) -> impl Iterator<Item = Hit> {
    let middle = hits.partition_point(|other| other.start < hit.start);
    let earlier = hits[..middle]
        .iter()
        .rev()
        .take_while(move |other| hit.at_least_from(**other) <= within);
    let later = hits[middle..].iter().take_while(move |other| {
        hit.distance(**other)
            .is_none_or(|(words, _)| words <= within)
    });
    earlier.chain(later).copied()
}

/// Fills in what lies before and after each hit; hits come by their start.
pub(super) fn reckon(text: &str, hits: &mut [Hit]) {
    let mut at = 0;
    let mut so_far = Mileage::default();
    for hit in hits {
        so_far = so_far.and(text.get(at..hit.start).unwrap_or(""));
        at = hit.start;
        hit.before = so_far;
        hit.after = so_far.and(text.get(hit.start..hit.end).unwrap_or(""));
    }
}
