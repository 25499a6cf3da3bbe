//! A sketch of a text, by which texts that share passages are known.
//!
//! A *shingle* is eight words in a row. The sketch of a page keeps the shingles with the least
//! hashes: the same of them, whatever page they stand on, so that two pages that share much share
//! some of the sketch (Broder, "On the resemblance and containment of documents", 1997).

use std::collections::BTreeMap;
use std::sync::Arc;

/// Words of one shingle.
const WORDS: usize = 8;
/// Shingles that a sketch keeps.
const KEPT: usize = 32;
/// Longest text of one page that is sketched, in words.
const MOST_WORDS: usize = 20_000;

/// Eight words in a row: their hash, and how they read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shingle {
    /// Hash of the words; the same on every machine.
    pub hash: u64,
    /// The words, in lower case.
    pub words: Arc<str>,
}

/// The shingles with the least hashes of what a seller wrote on a page; at most 32.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wording {
    least: BTreeMap<u64, Arc<str>>,
    words: usize,
}

impl Wording {
    /// The shingles, the least hash first.
    pub fn shingles(&self) -> impl Iterator<Item = Shingle> {
        self.least.iter().map(|(hash, words)| Shingle {
            hash: *hash,
            words: Arc::clone(words),
        })
    }

    /// Adds a passage. Linear in it, times the logarithm of the size of the sketch.
    pub(super) fn take(&mut self, text: &str) {
        let words = words(text);
        let room = MOST_WORDS.saturating_sub(self.words);
        self.words += words.len().min(room);
        for run in words[..words.len().min(room)].windows(WORDS) {
            let hash = hash(run);
            let is_least = self.least.len() < KEPT
                || self
                    .least
                    .last_key_value()
                    .is_some_and(|(most, _)| hash < *most);
            if is_least && !self.least.contains_key(&hash) {
                self.least.insert(hash, run.join(" ").into());
                if self.least.len() > KEPT {
                    self.least.pop_last();
                }
            }
        }
    }
}

/// The words of a text in lower case: runs of letters and digits; each sign of a script that writes no
/// spaces is a word.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut goes_on = false;
    for letter in text.chars() {
        if !letter.is_alphanumeric() {
            goes_on = false;
            continue;
        }
        let stands_alone = ('\u{2E80}'..='\u{9FFF}').contains(&letter) || letter >= '\u{20000}';
        if !goes_on || stands_alone {
            words.push(String::new());
        }
        goes_on = !stands_alone;
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words
}

/// FNV-1a over the words, then a mix of the bits (the finalizer of SplitMix64), so that the least
/// hashes are a fair draw.
fn hash(words: &[String]) -> u64 {
    let mut sum: u64 = 0xcbf2_9ce4_8422_2325;
    for word in words {
        for byte in word.bytes().chain([0]) {
            sum = (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    sum = (sum ^ (sum >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    sum = (sum ^ (sum >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    sum ^ (sum >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(text: &str) -> Wording {
        let mut wording = Wording::default();
        wording.take(text);
        wording
    }

    #[test]
    fn texts_that_share_a_passage_share_shingles() {
        let shared = "Write to us before you order and we tell you what is really in the parcel.";
        let one = sketch(&format!("A blue vase. {shared}"));
        let other = sketch(&format!("{shared} Candles of the best wax."));
        let of_one: Vec<Shingle> = one.shingles().collect();
        let common = other.shingles().filter(|it| of_one.contains(it)).count();
        assert!(common >= 4, "{common}");
    }

    #[test]
    fn seven_words_in_common_are_none() {
        let one = sketch("free shipping within two days in Europe for blue vases");
        let other = sketch("free shipping within two days in Europe and green cups");
        let of_one: Vec<Shingle> = one.shingles().collect();
        assert_eq!(other.shingles().find(|it| of_one.contains(it)), None);
    }

    #[test]
    fn a_long_text_keeps_32_and_the_order_of_passages_is_all_one() {
        let passages: Vec<String> = (0..40)
            .map(|at| format!("{at} one two three four five six seven eight {at} nine"))
            .collect();
        let (mut there, mut back) = (Wording::default(), Wording::default());
        passages.iter().for_each(|text| there.take(text));
        passages.iter().rev().for_each(|text| back.take(text));
        assert_eq!(there.shingles().count(), 32);
        assert_eq!(there, back);
    }

    #[test]
    fn signs_without_spaces_are_words() {
        assert_eq!(
            words("加微信xyz订货"),
            ["加", "微", "信", "xyz", "订", "货"]
        );
    }
}
