//! What a page looks like, in three numbers, so that near-equal pages are known for it.
//!
//! The text is a simhash of 64 bits (Charikar, STOC 2002; as used for web pages by Manku, Jain and Das
//! Sarma, WWW 2007): every word votes on every bit, so texts that share most of their words differ in few
//! bits. Numbers are one and the same word: a counter or a date makes no other page. So are tokens, and what
//! stands in the address of the page itself.
//!
//! The links are the set of the patterns that the page leads to, so that the months of a calendar are alike;
//! which words stand behind the first segment of a path is of no account, so that combinations of filters
//! in the path are, too.
//!
//! The third is a hash of the text with its numbers: goods may differ in their prices alone.

use case::Likeness;
use model::{Link, PageFacts, PageUrl, PatternPiece, pattern_path};

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
    let own = own_values(&facts.address);
    let words = words.inspect(|word| exact.word(word));
    Likeness {
        text: simhash(words.map(|word| hash_word(word, &own))),
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
fn simhash(words: impl Iterator<Item = u64>) -> u64 {
    let mut planes = [0_u64; PLANES];
    let mut count = 0_u32;
    for mut carry in words {
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

/// Letters and digits of a token, at the least.
const TOKEN: usize = 8;
/// Changes between letters and digits that no word has, and hardly the name of a model.
const CHANGES: usize = 3;

/// Whether a word is none, but a token in which letters and digits are mixed: a nonce says no more than a number
/// does.
fn is_token(word: &str) -> bool {
    let word = bare(word).as_bytes();
    let mixed = word.windows(2);
    let changes = mixed.filter(|two| two[0].is_ascii_digit() != two[1].is_ascii_digit());
    word.len() >= TOKEN
        && word.iter().all(u8::is_ascii_alphanumeric)
        && changes.take(CHANGES).count() == CHANGES
}

/// A word without what stands around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// The values of an address in which letters and digits are mixed: where its page repeats them, they say
/// nothing of their own.
fn own_values(address: &PageUrl) -> Vec<&str> {
    let url = address.as_url();
    let pairs = url.query().unwrap_or_default().split('&');
    let values = pairs.filter_map(|pair| Some(pair.split_once('=')?.1));
    let is_mixed = |value: &&str| {
        let has = |is: fn(&u8) -> bool| value.as_bytes().iter().any(is);
        has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
    };
    url.path()
        .split('/')
        .chain(values)
        .filter(is_mixed)
        .take(LINKS)
        .collect()
}

/// A word whose digits do not count; all tokens are one, and all values of the page's own address.
fn hash_word(word: &str, own: &[&str]) -> u64 {
    let mut hash = Mix::default();
    // Most words have no digit, and only what has one is a number, a token or such a value.
    if !word.bytes().any(|byte| byte.is_ascii_digit()) {
        hash.word(word);
        return hash.end();
    }
    let word = if own.contains(&bare(word)) { "0" } else { word };
    if is_token(word) {
        hash.byte(0);
        return hash.end();
    }
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
        simhash(
            text.split_ascii_whitespace()
                .map(|word| hash_word(word, &[])),
        )
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
    fn texts_that_differ_in_tokens_are_equal_and_words_are_no_tokens() {
        let page = "Your ticket 9f86d081c4 was made for you";
        assert_eq!(
            text(page),
            text("Your ticket (a1b2c3d4e5) was made for you")
        );
        for word in [
            "JavaScript",
            "iPhone15Pro",
            "waterproof",
            "SM-G991B",
            "XM5B2",
        ] {
            assert!(!is_token(word), "{word}");
        }
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
