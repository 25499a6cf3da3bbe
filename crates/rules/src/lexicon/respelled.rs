//! Words of the terms that are written by their sound, or with a letter too few or in the wrong place.
//!
//! What is said alike stays near: `cocayne`, `zigarretten`. Such spellings are looked for in the names of
//! goods only, in long words only, and each reading is one word of the pack and no other.

use std::collections::HashMap;

use super::disguisable::{Room, hash_of};

/// The fewest letters of a word that is told by its sound.
const LEAST_SOUND: usize = 6;

/// The fewest of one that lacks vowels, or has two letters in each other's place.
const LEAST_LETTERS: usize = 7;

/// The fewest consonants of a word that lacks vowels.
const LEAST_CONSONANTS: usize = 4;

/// The words of terms by what a respelling leaves of them, each as a place of the lexicon and which of
/// the words there it is.
#[derive(Debug, Default)]
pub(super) struct Respelled {
    words: HashMap<u64, (usize, usize), Room>,
}

/// A word as it sounds and looks: letters that are one sound or look alike are one, and none is said
/// twice.
fn sound(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut letters = word.chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied();
        let heard = match (letter, next) {
            ('p', Some('h')) => {
                letters.next();
                'f'
            }
            ('v', Some('v')) => {
                letters.next();
                'w'
            }
            ('c' | 'q', _) => 'k',
            ('z', _) => 's',
            ('y' | 'l', _) => 'i',
            ('x', _) => {
                out.push('k');
                's'
            }
            _ => letter,
        };
        if !out.ends_with(heard) {
            out.push(heard);
        }
    }
    out
}

const fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

/// The first letter of a word, and its consonants.
fn consonants(word: &str) -> String {
    let mut first = true;
    let keeps = |letter: &char| std::mem::take(&mut first) || !is_vowel(*letter);
    word.chars().filter(keeps).collect()
}

/// The letters of a word between the first and the last in their order in the alphabet.
fn sorted(word: &str) -> String {
    let mut bytes: Vec<char> = word.chars().collect();
    let last = bytes.len().saturating_sub(1);
    if let Some(inner) = bytes.get_mut(1..last) {
        inner.sort_unstable();
    }
    bytes.into_iter().collect()
}

/// What is left of a word by each kind of respelling, with its kind before it.
fn keys(word: &str) -> [Option<u64>; 3] {
    let hash = |kind: char, left: String| hash_of(&format!("{kind}{left}"));
    let bones = consonants(word);
    let is_long = word.len() >= LEAST_LETTERS;
    [
        (word.len() >= LEAST_SOUND).then(|| hash('=', sound(word))),
        (bones.len() >= LEAST_CONSONANTS).then(|| hash('-', bones)),
        is_long.then(|| hash('~', sorted(word))),
    ]
}

/// Whether `written` is `meant` without some of the vowels inside it.
fn lacks_vowels(written: &str, meant: &str) -> bool {
    let mut written_letters = written.chars().peekable();
    let rest_are_vowels = meant
        .chars()
        .all(|letter| written_letters.next_if_eq(&letter).is_some() || is_vowel(letter));
    meant.len() >= LEAST_LETTERS
        && written.len() < meant.len()
        && rest_are_vowels
        && written_letters.peek().is_none()
        && written.chars().next_back() == meant.chars().next_back()
}

/// Whether two neighbouring letters of the one are in each other's place in the other.
fn is_swapped(written: &str, meant: &str) -> bool {
    let pairs = written.bytes().zip(meant.bytes());
    let apart: Vec<usize> = pairs
        .enumerate()
        .filter_map(|(at, (one, other))| (one != other).then_some(at))
        .collect();
    written.len() == meant.len() && matches!(apart[..], [first, second] if second == first + 1)
}

impl Respelled {
    /// Adds the words of a term, by its place.
    pub(super) fn add(&mut self, term: &str, place: usize) {
        for (at, word) in term.split(' ').enumerate() {
            if word.len() < LEAST_SOUND || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
                continue;
            }
            for key in keys(word).into_iter().flatten() {
                self.words.entry(key).or_insert((place, at));
            }
        }
    }

    /// The word that a folded word respells, by the texts of places; `None` when it is none, or no
    /// word of letters. A constant number of look-ups.
    pub(super) fn meant<'l>(
        &self,
        written: &str,
        text: impl Fn(usize) -> &'l str,
    ) -> Option<&'l str> {
        if written.len() < LEAST_CONSONANTS || !written.bytes().all(|it| it.is_ascii_lowercase()) {
            return None;
        }
        let [by_sound, by_consonants, by_letters] = keys(written).map(|key| {
            let (place, at) = *self.words.get(&key?)?;
            text(place).split(' ').nth(at)
        });
        by_sound
            .filter(|meant| sound(meant) == sound(written))
            .or(by_consonants.filter(|meant| lacks_vowels(written, meant)))
            .or(by_letters.filter(|meant| is_swapped(written, meant)))
            .filter(|meant| *meant != written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(written: &str) -> Option<&'static str> {
        const TERMS: [&str; 3] = ["zigaretten", "fake passport", "cocaine"];
        let mut respelled = Respelled::default();
        for (place, term) in TERMS.iter().enumerate() {
            respelled.add(term, place);
        }
        respelled.meant(written, |place| TERMS[place])
    }

    #[test]
    fn a_long_word_is_told_by_its_sound_its_consonants_or_its_letters() {
        for (written, word) in [
            ("sigarretten", "zigaretten"),
            ("zgrttn", "zigaretten"),
            ("passporrt", "passport"),
            ("pasport", "passport"),
            ("pssprt", "passport"),
            ("kokaine", "cocaine"),
            ("coacine", "cocaine"),
        ] {
            assert_eq!(meant(written), Some(word), "{written}");
        }
    }

    #[test]
    fn other_words_and_right_ones_are_no_respelling() {
        for word in [
            "passport",
            "passports",
            "seaport",
            "cigars",
            "fake",
            "caffeine",
            "zigartetn",
        ] {
            assert_eq!(meant(word), None, "{word}");
        }
    }
}
