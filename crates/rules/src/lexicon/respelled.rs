//! Words of the terms that are written by their sound, or with a letter too few or in the wrong place.
//!
//! What is said alike stays near: `cocayne`, `zigarretten`. Such spellings are looked for in the names of
//! goods only, in long words only, and each reading is one word of the pack and no other.

use std::collections::{HashMap, HashSet};

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
    words: HashMap<u64, (u32, u8), Room>,
    /// Hashes of the words that were added.
    added: HashSet<u64, Room>,
}

/// Tells each sound of a word: letters that are one sound or look alike are one, and none is said twice.
fn each_sound(word: &str, mut tell: impl FnMut(u8)) {
    let mut last = 0;
    let mut say = |sound: u8| {
        if sound != last {
            tell(sound);
            last = sound;
        }
    };
    let mut letters = word.bytes().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            b'p' if letters.next_if_eq(&b'h').is_some() => say(b'f'),
            b'v' if letters.next_if_eq(&b'v').is_some() => say(b'w'),
            b'c' | b'q' => say(b'k'),
            b'z' => say(b's'),
            b'y' | b'l' => say(b'i'),
            b'x' => {
                say(b'k');
                say(b's');
            }
            _ => say(letter),
        }
    }
}

fn sound(word: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(word.len());
    each_sound(word, |sound| out.push(sound));
    out
}

const fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

/// What is left of a word by each kind of respelling: hashes of how it sounds, of its first letter and
/// consonants, and of its letters when those inside stand in any order. Makes no text, for tens of
/// thousands of words are added.
fn keys(word: &str) -> [Option<u64>; 3] {
    const START: u64 = 0xcbf2_9ce4_8422_2325;
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let (mut heard, mut bones, mut letters) = (mix(START, b'='), mix(START, b'-'), 0_u64);
    each_sound(word, |sound| heard = mix(heard, sound));
    let bytes = word.as_bytes();
    let mut consonants = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if at == 0 || !is_vowel(byte) {
            bones = mix(bones, byte);
            consonants += 1;
        }
        let is_inner = at > 0 && at + 1 < bytes.len();
        let place = if is_inner { b'~' } else { b'^' };
        letters = letters.wrapping_add(mix(mix(START, place), byte).rotate_left(29));
    }
    [
        (bytes.len() >= LEAST_SOUND).then_some(heard),
        (consonants >= LEAST_CONSONANTS).then_some(bones),
        (bytes.len() >= LEAST_LETTERS).then_some(letters),
    ]
}

/// Whether `written` is `meant` without some of the vowels inside it.
fn lacks_vowels(written: &str, meant: &str) -> bool {
    let mut written_letters = written.bytes().peekable();
    let rest_are_vowels = meant
        .bytes()
        .all(|letter| written_letters.next_if_eq(&letter).is_some() || is_vowel(letter));
    meant.len() >= LEAST_LETTERS
        && written.len() < meant.len()
        && rest_are_vowels
        && written_letters.peek().is_none()
        && written.bytes().next_back() == meant.bytes().next_back()
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
    /// With room for the words of so many terms.
    pub(super) fn with_room(terms: usize) -> Self {
        Self {
            words: HashMap::with_capacity_and_hasher(terms, Room::default()),
            added: HashSet::with_capacity_and_hasher(terms / 4, Room::default()),
        }
    }

    /// Adds the words of a term, by its place.
    pub(super) fn add(&mut self, term: &str, place: u32) {
        for (at, word) in (0_u8..).zip(term.split(' ')) {
            let is_apt =
                word.len() >= LEAST_SOUND && word.bytes().all(|byte| byte.is_ascii_lowercase());
            if !is_apt || !self.added.insert(hash_of(word)) {
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
            text(place as usize).split(' ').nth(at.into())
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
            respelled.add(term, u32::try_from(place).unwrap());
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
