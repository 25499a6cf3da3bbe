//! Every occurrence of every pattern in one pass over a text.
//!
//! A word of an alphabetic script can only stand where a word begins. There, the greatest pattern
//! that sorts before the text is looked up by halving, in numbers made of the first bytes; those
//! that the text begins with are it and the shorter ones that it begins with itself. An automaton
//! over tens of thousands of phrases would have hundreds of thousands of states: building it
//! costs several times the rest of loading a pack, and each byte of a text would miss the cache.
//!
//! Words of unspaced scripts can stand anywhere: for them there is Aho and Corasick's automaton,
//! kept as a double array (Kanda, Akabe and Oda, Engineering faster double-array Aho-Corasick
//! automata, 2023). A text without such characters is not shown to it.

use std::num::NonZeroU32;

use daachorse::DoubleArrayAhoCorasick;
use daachorse::errors::DaachorseError;

/// A pattern that begins with a space: in eight bytes, for each is looked up by chance, and what does
/// not stay in the cache costs more than all else.
#[derive(Debug, Clone, Copy)]
struct Beginning {
    /// Bytes after the space.
    bytes: u32,
    /// One more than the place of the longest shorter pattern that it begins with.
    shorter: Option<NonZeroU32>,
}

/// Sorted patterns, ready to be found.
pub(super) struct Patterns {
    /// Place of the first pattern that begins with a space.
    first: usize,
    /// The first eight bytes after the space, as numbers that sort as they do.
    keys: Vec<u64>,
    beginnings: Vec<Beginning>,
    /// For each pair of first letters the place of the first key that is not less.
    by_letters: Vec<u32>,
    /// The other patterns, each with its place.
    anywhere: Option<DoubleArrayAhoCorasick<u32>>,
}

/// Pairs of bytes.
const PAIRS: usize = 1 << 16;

impl Patterns {
    /// Takes patterns that are sorted and differ. Linear in their bytes, but for the automaton,
    /// which costs about a microsecond for each pattern that begins with no space.
    pub(super) fn of(patterns: &[&[u8]]) -> Result<Self, DaachorseError> {
        let first = patterns.partition_point(|pattern| *pattern < b" ".as_slice());
        let end = patterns.partition_point(|pattern| *pattern < b"!".as_slice());
        let spaced = &patterns[first..end];
        let keys: Vec<u64> = spaced.iter().map(|pattern| key(&pattern[1..])).collect();
        let mut open: Vec<usize> = Vec::new();
        let mut beginnings = Vec::with_capacity(spaced.len());
        for (at, pattern) in spaced.iter().enumerate() {
            while open
                .last()
                .is_some_and(|&last| !pattern.starts_with(spaced[last]))
            {
                open.pop();
            }
            beginnings.push(Beginning {
                bytes: narrow(pattern.len() - 1),
                shorter: open.last().and_then(|&at| NonZeroU32::new(narrow(at + 1))),
            });
            open.push(at);
        }
        let mut by_letters = Vec::with_capacity(PAIRS + 1);
        let mut at = 0;
        for pair in 0..=PAIRS {
            while keys.get(at).is_some_and(|key| letters(*key) < pair) {
                at += 1;
            }
            by_letters.push(narrow(at));
        }
        let others = (0..first).chain(end..patterns.len());
        let others: Vec<(&[u8], u32)> = others
            .filter_map(|at| Some((patterns[at], u32::try_from(at).ok()?)))
            .collect();
        let anywhere = (!others.is_empty())
            .then(|| DoubleArrayAhoCorasick::with_values(others))
            .transpose()?;
        Ok(Self {
            first,
            keys,
            beginnings,
            by_letters,
            anywhere,
        })
    }

    /// Calls `found` with the first byte and the place of every pattern that occurs in `text`;
    /// `pattern` gives the pattern of a place. Linear in the text, times the logarithm of the
    /// patterns with equal first letters, plus the occurrences.
    pub(super) fn find<'p>(
        &self,
        text: &str,
        pattern: impl Fn(usize) -> &'p [u8],
        mut found: impl FnMut(usize, usize),
    ) {
        for (start, _) in text.match_indices(' ') {
            let rest = &text.as_bytes()[start + 1..];
            let own = key(rest);
            let mut next = self.greatest(own, rest, &pattern);
            while let Some(at) = next {
                let Beginning { bytes, shorter } = self.beginnings[at];
                let bytes = bytes as usize;
                let alike = (own ^ self.keys[at]).leading_zeros() as usize / 8;
                let is_long = bytes > size_of::<u64>();
                if alike >= bytes
                    || (is_long
                        && alike == size_of::<u64>()
                        && rest.starts_with(&pattern(self.first + at)[1..]))
                {
                    found(start, self.first + at);
                }
                next = shorter.map(|after| after.get() as usize - 1);
            }
        }
        let may_hold = |byte: u8| !byte.is_ascii() || byte == b'%';
        if let Some(anywhere) = self.anywhere.as_ref()
            && text.bytes().any(may_hold)
        {
            for word in anywhere.find_overlapping_iter(text) {
                found(word.start(), word.value() as usize);
            }
        }
    }

    /// The greatest of the spaced patterns that sorts before `rest`, or is its beginning.
    fn greatest<'p>(
        &self,
        own: u64,
        rest: &[u8],
        pattern: &impl Fn(usize) -> &'p [u8],
    ) -> Option<usize> {
        let pair = letters(own);
        let [low, high] = [pair, pair + 1].map(|pair| self.by_letters[pair] as usize);
        let keys = &self.keys[low..high];
        let less = low + keys.partition_point(|key| *key < own);
        let equal = self.keys[less..high].partition_point(|key| *key == own);
        let before = if equal == 0 {
            less
        } else {
            let place = |at: usize| self.first + at;
            let (mut low, mut high) = (less, less + equal);
            while low < high {
                let middle = low.midpoint(high);
                if &pattern(place(middle))[1..] <= rest {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            low
        };
        before.checked_sub(1)
    }
}

/// Patterns are fewer, and shorter, than the bytes of a pack, which no four gigabytes are.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The first two bytes of a key.
const fn letters(key: u64) -> usize {
    (key >> 48) as usize
}

/// The first eight bytes as a number that sorts as they do; folded text has no byte nought.
fn key(bytes: &[u8]) -> u64 {
    let mut first = [0; size_of::<u64>()];
    let held = bytes.len().min(first.len());
    first[..held].copy_from_slice(&bytes[..held]);
    u64::from_be_bytes(first)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(patterns: &[&[u8]], text: &str) -> Vec<(usize, usize)> {
        let all = Patterns::of(patterns).unwrap();
        let mut found = Vec::new();
        all.find(text, |at| patterns[at], |start, at| found.push((start, at)));
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
            words in proptest::collection::vec("( [ab]{1,4}( [ab]{1,6}){0,3}|[药酒]{1,3}|%a?)", 0..40),
            text in "( [ab]{1,4}|[药酒]{1,3}|%){0,20}",
        ) {
            let mut words = words;
            words.sort_unstable();
            words.dedup();
            let patterns: Vec<&[u8]> = words.iter().map(String::as_bytes).collect();
            prop_assert_eq!(found(&patterns, &text), every_occurrence(&patterns, &text));
        }
    }
}
