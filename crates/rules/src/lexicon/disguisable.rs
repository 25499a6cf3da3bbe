//! The words of the terms that are looked for behind disguises.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// The most letters of a phrase that is looked for without its spaces.
const LONGEST_PHRASE: usize = 32;

/// The fewest letters that the forms of a word begin with.
const LEAST_STEM: usize = 5;

/// The most letters of an ending.
const LONGEST_ENDING: usize = 4;

/// The hash of a word without its spaces: FNV-1a of 64 bits (Fowler, Noll and Vo; RFC 9923). Tens of
/// thousands of words are hashed when the first text looks disguised, and nobody gains by making two of
/// them collide.
pub(super) fn hash_of(word: &str) -> u64 {
    let letters = word.bytes().filter(|&byte| byte != b' ');
    letters.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The hasher of what is a hash already.
#[derive(Debug, Default)]
pub(super) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// A table whose keys are hashes.
pub(super) type Room = BuildHasherDefault<AsItIs>;

/// What the words that are looked for behind disguises are part of. Most of what looks disguised
/// ("e-mail", "50ml") is none of them, and needs no second reading.
///
/// Words are kept by their hash: two words of one hash cost a second reading, no more.
#[derive(Debug, Default)]
pub(super) struct Disguisable {
    /// The single words of terms.
    words: HashSet<u64, Room>,
    /// What words of terms begin with that have endings of their language.
    stems: HashSet<u64, Room>,
    /// Terms of one word.
    terms: HashSet<u64, Room>,
    /// Terms of several words without their spaces, each with its place in the lexicon.
    phrases: HashMap<u64, usize, Room>,
    beginnings: BTreeSet<String>,
}

/// A word, and what it may be the simple plural of.
fn singulars(word: &str) -> impl Iterator<Item = &str> {
    let endings = ["", "s", "es", "n", "en"];
    endings
        .into_iter()
        .filter_map(move |ending| word.strip_suffix(ending))
}

impl Disguisable {
    /// With room for so many words.
    pub(super) fn with_room(words: usize) -> Self {
        Self {
            words: HashSet::with_capacity_and_hasher(words, Room::default()),
            stems: HashSet::default(),
            terms: HashSet::with_capacity_and_hasher(words / 2, Room::default()),
            phrases: HashMap::with_capacity_and_hasher(words, Room::default()),
            beginnings: BTreeSet::new(),
        }
    }

    /// Adds a term of the lexicon, folded, by its place; any ending of its last word will do when it
    /// is a `prefix`.
    pub(super) fn add(&mut self, term: &str, prefix: bool, place: usize) {
        for word in term.split(' ') {
            self.words.insert(hash_of(word));
        }
        if !term.contains(' ') {
            self.terms.insert(hash_of(term));
        } else if term.len() <= LONGEST_PHRASE {
            self.phrases.entry(hash_of(term)).or_insert(place);
        }
        if prefix {
            let last = term.rsplit(' ').next().unwrap_or("");
            self.beginnings.insert(last.to_owned());
        }
    }

    /// Adds a word that stands beside terms.
    pub(super) fn add_company(&mut self, word: &str) {
        if !word.contains(' ') {
            self.words.insert(hash_of(word));
        }
    }

    /// Adds what the last word of a term begins with in all its forms.
    pub(super) fn add_stem(&mut self, term: &str) {
        let last = term.rsplit(' ').next().unwrap_or("");
        if last.len() >= LEAST_STEM {
            self.stems.insert(hash_of(last));
        }
    }

    /// Whether a word may be a form of the last word of a term.
    fn is_form(&self, word: &str) -> bool {
        let shortest = word.len().saturating_sub(LONGEST_ENDING).max(LEAST_STEM);
        let mut stems = (shortest..word.len()).filter_map(|at| word.get(..at));
        stems.any(|stem| self.stems.contains(&hash_of(stem)))
    }

    /// Whether a word as it stands is part of a term.
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.words.contains(&hash_of(word))
    }

    /// Whether a word, or a form of it, is part of a term.
    pub(super) fn holds(&self, word: &str) -> bool {
        let mut cut = word.char_indices().map(|(at, _)| &word[..at]).skip(3);
        singulars(word).any(|word| self.is_word(word))
            || self.is_form(word)
            || (!self.beginnings.is_empty() && cut.any(|start| self.beginnings.contains(start)))
    }

    /// Whether a word, or its singular, is a term.
    pub(super) fn is_term(&self, word: &str) -> bool {
        singulars(word).any(|word| self.terms.contains(&hash_of(word)))
    }

    /// The place of the term of several words that these letters may be without its spaces.
    pub(super) fn phrase(&self, joined: &str) -> Option<usize> {
        let mut singulars = singulars(joined);
        singulars.find_map(|word| self.phrases.get(&hash_of(word)).copied())
    }
}
