//! Every occurrence of every pattern in one pass over a text.
//!
//! A word of an alphabetic script can only stand where a word begins; a word of an unspaced script, where a
//! character of one stands. There, the greatest pattern that sorts before the text is looked up by halving, in
//! numbers made of the first bytes; those that the text begins with are it and the shorter ones that it
//! begins with itself. An automaton over tens of thousands of phrases would have hundreds of thousands of
//! states: building it costs several times the rest of loading a pack, and each byte of a text would miss the
//! cache.

use std::num::NonZeroU32;
use std::ops::Range;

use crate::written::narrow;

/// How many bytes of a pattern its [`beginning`] tells.
pub(super) const BEGINNING: usize = size_of::<u128>();

/// The first bytes of a pattern as a number that sorts as they do; no pattern has a byte nought.
pub(super) fn beginning(pattern: &[u8]) -> u128 {
    if let Some(&first) = pattern.first_chunk() {
        return u128::from_be_bytes(first);
    }
    let mut first = [0; BEGINNING];
    first[..pattern.len()].copy_from_slice(pattern);
    u128::from_be_bytes(first)
}

/// What is looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pattern<'p> {
    /// Its [`beginning`]: the bytes lie all over the texts, and most questions need no more.
    pub(super) beginning: u128,
    pub(super) bytes: &'p [u8],
}

impl Pattern<'_> {
    fn begins_with(&self, other: &Self) -> bool {
        let told = other.bytes.len().min(BEGINNING);
        let differs = (self.beginning ^ other.beginning).leading_zeros() as usize / 8 < told;
        !differs && (other.bytes.len() <= BEGINNING || self.bytes.starts_with(other.bytes))
    }
}

/// A pattern: in eight bytes, for each is looked up by chance, and what does not stay in the cache costs
/// more than all else.
#[derive(Debug, Clone, Copy)]
struct Beginning {
    /// Its bytes, without the space.
    bytes: u32,
    /// One more than the place of the longest shorter pattern that it begins with.
    shorter: Option<NonZeroU32>,
}

/// Which beginnings patterns have, by hashes: most words of a text begin none, and are told so from
/// 36 KB that stay in the cache, where halving would miss it ten times.
struct Filter {
    /// By the first [`LONG`] bytes.
    long: Vec<u64>,
    /// Patterns that are shorter, by all their bytes.
    short: Vec<u64>,
}

/// How many first bytes tell one beginning from another.
const LONG: usize = 5;

/// Bits of a hash of a long beginning, and of a short one.
const LONG_BITS: u32 = 18;
const SHORT_BITS: u32 = 15;

impl Filter {
    /// Of the keys of patterns, and their bytes.
    fn of(patterns: impl Iterator<Item = (u64, usize)>) -> Self {
        let mut filter = Self {
            long: vec![0; 1 << (LONG_BITS - 6)],
            short: vec![0; 1 << (SHORT_BITS - 6)],
        };
        for (own, bytes) in patterns {
            let (bits, at) = if bytes >= LONG {
                (&mut filter.long, hash(own, LONG, LONG_BITS))
            } else {
                (&mut filter.short, hash(own, bytes, SHORT_BITS))
            };
            bits[at / 64] |= 1 << (at % 64);
        }
        filter
    }

    /// Whether a pattern may be the beginning of a text of which these are the first bytes. False only
    /// when none is.
    fn may_begin(&self, own: u64) -> bool {
        let is_set = |bits: &[u64], at: usize| bits[at / 64] >> (at % 64) & 1 == 1;
        is_set(&self.long, hash(own, LONG, LONG_BITS))
            || (1..LONG).any(|bytes| is_set(&self.short, hash(own, bytes, SHORT_BITS)))
    }
}

/// A hash of the first bytes of a key (Fibonacci hashing: Knuth, The Art of Computer Programming,
/// volume 3, 6.4).
const fn hash(own: u64, bytes: usize, bits: u32) -> usize {
    let first = own >> (64 - 8 * bytes);
    (first.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - bits)) as usize
}

/// Sorted patterns, ready to be found.
pub(super) struct Patterns {
    /// Those that begin with a space.
    spaced: Sorted,
    /// For each three first letters the place of the first key that is not less.
    by_letters: Vec<u32>,
    /// The others: words of unspaced scripts, and signs that belong to numbers.
    others: Sorted,
}

/// Patterns that follow one another in order.
struct Sorted {
    filter: Filter,
    /// Place of the first of them.
    first: usize,
    /// Bytes that all of them begin with, which are not looked at.
    skipped: usize,
    /// The first eight bytes after those, as numbers that sort as they do.
    keys: Vec<u64>,
    beginnings: Vec<Beginning>,
}

/// Whether a byte is one of those that folded words consist of, which have a code of their own.
const fn has_own_code(byte: usize) -> bool {
    let byte = if byte < 256 { byte as u8 } else { 255 };
    matches!(byte, 0 | b' ' | b'%' | b'+' | b'.'..=b':' | b'a'..=b'z')
}

/// A code for each byte that sorts as the bytes do; those between bytes with a code of their own share
/// one.
const CODES: [u8; 256] = {
    let mut codes = [0; 256];
    let mut byte = 1;
    while byte < codes.len() {
        let is_new = has_own_code(byte) || has_own_code(byte - 1);
        codes[byte] = codes[byte - 1] + is_new as u8;
        byte += 1;
    }
    codes
};

/// How many codes there are, and how many triples of them.
const BASE: usize = CODES[255] as usize + 1;
const TRIPLES: usize = BASE * BASE * BASE;

/// How many buckets there are.
pub(super) const BUCKETS: usize = BASE * BASE + (1 << 12);

/// The bucket of the patterns that begin so; it never falls where patterns rise.
pub(super) fn bucket(beginning: u128) -> usize {
    let [first, second, ..] = beginning.to_be_bytes().map(usize::from);
    if first == usize::from(b' ') {
        letters(key_of(beginning, 1)) / BASE
    } else {
        BASE * BASE + (first << 4 | second >> 4)
    }
}

/// The eight bytes after the first `skipped` ones.
const fn key_of(beginning: u128, skipped: usize) -> u64 {
    ((beginning << (8 * skipped)) >> u64::BITS) as u64
}

impl Patterns {
    /// Takes patterns that are sorted and differ, none of which begins with a sign that sorts before the space.
    /// Linear in their bytes.
    pub(super) fn of(patterns: &[Pattern<'_>]) -> Self {
        let end = patterns.partition_point(|pattern| pattern.bytes < b"!".as_slice());
        let (spaced, others) = patterns.split_at(end);
        let spaced = Sorted::of(0, 1, spaced);
        let mut by_letters = Vec::with_capacity(TRIPLES + 1);
        let mut at = 0;
        for triple in 0..=TRIPLES {
            while spaced
                .keys
                .get(at)
                .is_some_and(|key| letters(*key) < triple)
            {
                at += 1;
            }
            by_letters.push(narrow(at));
        }
        Self {
            spaced,
            by_letters,
            others: Sorted::of(end, 0, others),
        }
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
        for (at, &byte) in text.as_bytes().iter().enumerate() {
            let rest = &text.as_bytes()[at..];
            if byte == b' ' {
                let rest = &rest[1..];
                let own = key(rest);
                if self.spaced.filter.may_begin(own) {
                    let triple = letters(own);
                    let [low, high] = [triple, triple + 1].map(|at| self.by_letters[at] as usize);
                    let found = |place| found(at, place);
                    self.spaced.find(own, rest, low..high, &pattern, found);
                }
            } else if begins_other(byte) {
                let own = key(rest);
                if self.others.filter.may_begin(own) {
                    let all = 0..self.others.keys.len();
                    let found = |place| found(at, place);
                    self.others.find(own, rest, all, &pattern, found);
                }
            }
        }
    }
}

/// Whether a pattern may begin with a byte that is no space: a character that is no ASCII does, and the sign
/// that belongs to numbers.
const fn begins_other(byte: u8) -> bool {
    byte >= 0xC0 || byte == b'%'
}

impl Sorted {
    fn of(first: usize, skipped: usize, patterns: &[Pattern<'_>]) -> Self {
        let keys: Vec<u64> = patterns
            .iter()
            .map(|pattern| key_of(pattern.beginning, skipped))
            .collect();
        let mut open: Vec<usize> = Vec::new();
        let mut beginnings = Vec::with_capacity(patterns.len());
        for (at, pattern) in patterns.iter().enumerate() {
            while open
                .last()
                .is_some_and(|&last| !pattern.begins_with(&patterns[last]))
            {
                open.pop();
            }
            beginnings.push(Beginning {
                bytes: narrow(pattern.bytes.len() - skipped),
                shorter: open.last().and_then(|&at| NonZeroU32::new(narrow(at + 1))),
            });
            open.push(at);
        }
        let bytes = beginnings.iter().map(|beginning| beginning.bytes as usize);
        Self {
            filter: Filter::of(keys.iter().copied().zip(bytes)),
            first,
            skipped,
            keys,
            beginnings,
        }
    }

    /// Calls `found` with the place of every pattern that `rest`, of which `own` is the key, begins with. Those
    /// that may be are among `keys`.
    fn find<'p>(
        &self,
        own: u64,
        rest: &[u8],
        keys: Range<usize>,
        pattern: &impl Fn(usize) -> &'p [u8],
        mut found: impl FnMut(usize),
    ) {
        let mut next = self.greatest(own, rest, keys, pattern);
        while let Some(at) = next {
            let Beginning { bytes, shorter } = self.beginnings[at];
            let bytes = bytes as usize;
            let alike = (own ^ self.keys[at]).leading_zeros() as usize / 8;
            let is_long = bytes > size_of::<u64>();
            if alike >= bytes
                || (is_long
                    && alike == size_of::<u64>()
                    && rest.starts_with(&pattern(self.first + at)[self.skipped..]))
            {
                found(self.first + at);
            }
            next = shorter.map(|after| after.get() as usize - 1);
        }
    }

    /// The greatest of the patterns that sorts before `rest`, or is its beginning.
    fn greatest<'p>(
        &self,
        own: u64,
        rest: &[u8],
        keys: Range<usize>,
        pattern: &impl Fn(usize) -> &'p [u8],
    ) -> Option<usize> {
        let Range { start, end } = keys;
        let less = start + self.keys[start..end].partition_point(|key| *key < own);
        let equal = self.keys[less..end].partition_point(|key| *key == own);
        let before = if equal == 0 {
            less
        } else {
            let (mut low, mut high) = (less, less + equal);
            while low < high {
                let middle = low.midpoint(high);
                if &pattern(self.first + middle)[self.skipped..] <= rest {
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

/// A number for the first three bytes of a key that never falls where keys rise. What stands after a
/// byte that shares its code does not count: it may sort either way.
fn letters(key: u64) -> usize {
    let [first, second, third, ..] = key.to_be_bytes().map(usize::from);
    let code = |byte: usize| usize::from(CODES[byte]);
    let second_code = if has_own_code(first) { code(second) } else { 0 };
    let is_told = has_own_code(first) && has_own_code(second);
    let third_code = if is_told { code(third) } else { 0 };
    (code(first) * BASE + second_code) * BASE + third_code
}

/// The first eight bytes as a number that sorts as they do; folded text has no byte nought.
fn key(bytes: &[u8]) -> u64 {
    if let Some(&first) = bytes.first_chunk() {
        return u64::from_be_bytes(first);
    }
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
        let known = patterns.iter().map(|bytes| Pattern {
            beginning: beginning(bytes),
            bytes,
        });
        let all = Patterns::of(&known.collect::<Vec<_>>());
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
        fn the_number_of_three_letters_never_falls_where_keys_rise(one: u64, other: u64) {
            let (less, more) = (one.min(other), one.max(other));
            prop_assert!(letters(less) <= letters(more));
        }

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
