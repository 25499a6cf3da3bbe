//! What a page looks like, in three numbers, so that near-equal pages are known for it.
//!
//! The text is a simhash of 64 bits (Charikar, STOC 2002; as used for web pages by Manku, Jain and Das
//! Sarma, WWW 2007): every word votes on every bit, so texts that share most of their words differ in few
//! bits. Numbers are one and the same word: a counter or a date makes no other page.
//!
//! The links are the set of the patterns that the page leads to, so that the months of a calendar are alike;
//! which words stand behind the first segment of a path is of no account, so that combinations of filters
//! in the path are, too.
//!
//! The third is a hash of the text with its numbers: goods may differ in their prices alone.

use case::Likeness;
use model::{Link, PageFacts, PatternPiece, pattern_path};

/// Words of a page that vote; more do not change the picture.
const WORDS: usize = 4_096;
/// Digits of a counter that holds so many votes.
const PLANES: usize = WORDS.ilog2() as usize + 1;
/// Links of a page that count.
const LINKS: usize = 1_024;
/// Segments of a path that count.
const SEGMENTS: usize = 20;

/// The likeness of a page. Linear in its text and its links, within the bounds.
pub(crate) fn likeness(facts: &PageFacts) -> Likeness {
    let passages = facts.passages.iter().map(|passage| passage.text.as_str());
    let texts = passages.chain([facts.title.as_str()]);
    let words = texts.flat_map(str::split_ascii_whitespace).take(WORDS);
    let mut exact = Mix::default();
    Likeness {
        text: simhash(words.inspect(|word| exact.word(word))),
        links: links(&facts.links),
        exact: exact.end(),
    }
}

/// How many bits differ.
pub(crate) const fn distance(one: u64, other: u64) -> u32 {
    (one ^ other).count_ones()
}

/// Counts for each bit how many hashes have it, all bits at once: the counters stand upright, one plane of
/// 64 bits for each of their digits, and a hash is added to all of them by a few operations on planes.
fn simhash<'a>(words: impl Iterator<Item = &'a str>) -> u64 {
    let mut planes = [0_u64; PLANES];
    let mut count = 0_u32;
    for word in words {
        let mut carry = hash_word(word);
        for plane in &mut planes {
            let both = *plane & carry;
            *plane ^= carry;
            carry = both;
            if carry == 0 {
                break;
            }
        }
        count += 1;
    }
    (0..64).fold(0, |text, bit| {
        let digits = planes.iter().rev();
        let votes = digits.fold(0_u32, |all, plane| {
            all << 1 | u32::from(plane >> bit & 1 == 1)
        });
        text | u64::from(2 * votes > count) << bit
    })
}

/// A word whose digits do not count.
fn hash_word(word: &str) -> u64 {
    let mut hash = Mix::default();
    let mut was_digit = false;
    for &byte in word.as_bytes() {
        let is_digit = byte.is_ascii_digit();
        if !(is_digit && was_digit) {
            hash.byte(if is_digit { b'0' } else { byte });
        }
        was_digit = is_digit;
    }
    hash.end()
}

fn links(links: &[Link]) -> u64 {
    let mut pieces = Vec::new();
    let mut patterns: Vec<u64> = links
        .iter()
        .filter_map(|link| link.target.as_ref())
        .take(LINKS)
        .map(|target| {
            pieces.clear();
            pattern_path(target, SEGMENTS, &mut pieces);
            let mut hash = Mix::default();
            hash.text(target.host_text());
            for (at, piece) in pieces.iter().enumerate() {
                hash.text(match piece {
                    PatternPiece::Word(_) if at > 0 => "{word}",
                    PatternPiece::Site(text)
                    | PatternPiece::Label(text)
                    | PatternPiece::Word(text) => text,
                    PatternPiece::Value(class) => class,
                    PatternPiece::Names(names) => names,
                });
            }
            hash.end()
        })
        .collect();
    patterns.sort_unstable();
    patterns.dedup();
    let mut hash = Mix::default();
    for pattern in patterns {
        hash.number(pattern);
    }
    hash.end()
}

/// A quick hash of 64 bits that is the same in every run (FNV-1a, mixed at the end as in SplitMix64).
/// Whoever makes two texts that collide has made two pages look alike, and nothing more.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mix(u64);

impl Default for Mix {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Mix {
    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }

    /// Takes a word, eight bytes at a time: less well mixed than a text, and quicker.
    fn word(&mut self, word: &str) {
        for bytes in word.as_bytes().chunks(8) {
            let mut eight = [0; 8];
            eight[..bytes.len()].copy_from_slice(bytes);
            self.number(u64::from_le_bytes(eight));
        }
        self.number(word.len() as u64);
    }

    pub(crate) fn text(&mut self, text: &str) {
        for &byte in text.as_bytes() {
            self.byte(byte);
        }
        self.byte(0xff);
    }

    pub(crate) fn number(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(23) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    pub(crate) const fn end(self) -> u64 {
        let mut hash = self.0;
        hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        hash ^ (hash >> 31)
    }
}

/// The hash of a text.
pub(crate) fn hash_of(text: &str) -> u64 {
    let mut hash = Mix::default();
    hash.text(text);
    hash.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> u64 {
        simhash(text.split_ascii_whitespace())
    }

    #[test]
    fn texts_that_differ_in_numbers_are_equal_and_others_are_not() {
        let page = "Listing 17 of the shop, for 45.00 EUR";
        assert_eq!(text(page), text("Listing 1812 of the shop, for 7.99 EUR"));
        let other = text("A chair of oak, made by hand, for 45.00 EUR");
        assert!(
            distance(text(page), other) > 8,
            "{}",
            distance(text(page), other)
        );
    }

    #[test]
    fn one_word_of_many_changes_few_bits() {
        let words: Vec<String> = (b'a'..=b'z')
            .flat_map(|one| (b'a'..=b'z').map(move |two| format!("{}{}", one as char, two as char)))
            .collect();
        let page = words.join(" ");
        let near = page.replacen("aq", "other", 1);
        assert!(distance(text(&page), text(&near)) <= 3);
    }
}
