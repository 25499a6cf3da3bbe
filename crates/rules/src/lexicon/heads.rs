//! Patterns by their heads: an automaton over the first bytes of every pattern, and the rest by
//! search in what is sorted.
//!
//! Aho and Corasick's automaton over tens of thousands of whole phrases has a state for nearly
//! every byte of them, and building it costs more than reading the pack. Words differ early: the
//! automaton here holds their first bytes only, a tenth of the states, and is small enough to
//! stay in the cache. At a head that is found, the patterns that begin with it lie side by side;
//! the greatest that sorts before the text is looked up by halving, and those that the text
//! begins with are it and the shorter ones that it begins with itself.

use std::ops::Range;

use daachorse::DoubleArrayAhoCorasick;
use daachorse::errors::DaachorseError;

/// How many bytes of a pattern are its head: the space before a word, and five letters.
const HEAD: usize = 6;

/// Sorted patterns, ready to be found.
pub(super) struct Heads {
    automaton: DoubleArrayAhoCorasick<u32>,
    /// For each head the places of the patterns that begin with it.
    groups: Vec<Range<usize>>,
    /// For each pattern the longest shorter one with the same head that it begins with.
    shorter: Vec<Option<usize>>,
}

impl Heads {
    /// Takes patterns that are sorted and differ. Linear in their bytes, but for the automaton,
    /// which costs about a microsecond a head.
    pub(super) fn of(patterns: &[&[u8]]) -> Result<Self, DaachorseError> {
        let head = |pattern: &&[u8]| pattern.len().min(HEAD);
        let mut groups: Vec<Range<usize>> = Vec::new();
        let mut heads: Vec<&[u8]> = Vec::new();
        let mut shorter = Vec::with_capacity(patterns.len());
        let mut open: Vec<usize> = Vec::new();
        for (at, pattern) in patterns.iter().enumerate() {
            let own = &pattern[..head(pattern)];
            if heads.last() == Some(&own) {
                if let Some(group) = groups.last_mut() {
                    group.end = at + 1;
                }
            } else {
                heads.push(own);
                groups.push(at..at + 1);
                open.clear();
            }
            while open
                .last()
                .is_some_and(|&last| !pattern.starts_with(patterns[last]))
            {
                open.pop();
            }
            shorter.push(open.last().copied());
            open.push(at);
        }
        Ok(Self {
            automaton: DoubleArrayAhoCorasick::new(heads)?,
            groups,
            shorter,
        })
    }

    /// Calls `found` with the first byte and the place of every pattern that occurs in `text`;
    /// `pattern` gives the pattern of a place. One pass of the automaton, and for each head that
    /// is found as many comparisons as halving the patterns with this head takes.
    pub(super) fn find<'p>(
        &self,
        text: &str,
        pattern: impl Fn(usize) -> &'p [u8],
        mut found: impl FnMut(usize, usize),
    ) {
        for head in self.automaton.find_overlapping_iter(text) {
            let group = self.groups[head.value() as usize].clone();
            let rest = &text.as_bytes()[head.start()..];
            let (mut low, mut high) = (group.start, group.end);
            while low < high {
                let middle = low.midpoint(high);
                if pattern(middle) <= rest {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            let mut next = (low > group.start).then(|| low - 1);
            while let Some(at) = next {
                if rest.starts_with(pattern(at)) {
                    found(head.start(), at);
                }
                next = self.shorter[at];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(patterns: &[&[u8]], text: &str) -> Vec<(usize, usize)> {
        let heads = Heads::of(patterns).unwrap();
        let mut found = Vec::new();
        heads.find(text, |at| patterns[at], |start, at| found.push((start, at)));
        found.sort_unstable();
        found
    }

    fn every_occurrence(patterns: &[&[u8]], text: &str) -> Vec<(usize, usize)> {
        let at = |start: usize| {
            let rest = &text.as_bytes()[start..];
            let of_place = patterns.iter().enumerate();
            of_place
                .filter(|(_, pattern)| rest.starts_with(pattern))
                .map(move |(at, _)| (start, at))
                .collect::<Vec<_>>()
        };
        (0..text.len()).flat_map(at).collect()
    }

    proptest! {
        #[test]
        fn every_occurrence_of_every_pattern_is_found(
            mut words in proptest::collection::vec("[ ab药酒]{1,9}", 1..30),
            text in "[ ab药酒]{0,60}",
        ) {
            words.sort_unstable();
            words.dedup();
            let patterns: Vec<&[u8]> = words.iter().map(String::as_bytes).collect();
            prop_assert_eq!(found(&patterns, &text), every_occurrence(&patterns, &text));
        }
    }
}
