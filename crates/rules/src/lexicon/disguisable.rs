//! The words of the terms that are looked for behind disguises.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

/// The most letters of a phrase that is looked for without its spaces.
const LONGEST_PHRASE: usize = 32;

/// What the words that are looked for behind disguises are part of. Most of what looks disguised
/// ("e-mail", "50ml") is none of them, and needs no second reading.
///
/// Words are kept by their hash: two words of one hash cost a second reading, no more.
#[derive(Debug, Default)]
pub(super) struct Disguisable {
    /// The single words of terms.
    words: HashSet<u64>,
    /// Terms of one word.
    terms: HashSet<u64>,
    /// Terms of several words without their spaces, each with its place in the lexicon.
    phrases: HashMap<u64, usize>,
    hash: BuildHasherDefault<DefaultHasher>,
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
    /// Adds a term of the lexicon, folded, by its place; any ending of its last word will do when it
    /// is a `prefix`.
    pub(super) fn add(&mut self, term: &str, prefix: bool, place: usize) {
        for word in term.split(' ') {
            self.words.insert(self.hash.hash_one(word));
        }
        if !term.contains(' ') {
            self.terms.insert(self.hash.hash_one(term));
        } else if term.len() <= LONGEST_PHRASE {
            let joined = self.hash.hash_one(term.replace(' ', "").as_str());
            self.phrases.entry(joined).or_insert(place);
        }
        if prefix {
            let last = term.rsplit(' ').next().unwrap_or("");
            self.beginnings.insert(last.to_owned());
        }
    }

    /// Whether a word, or its singular, is part of a term.
    pub(super) fn holds(&self, word: &str) -> bool {
        let mut cut = word.char_indices().map(|(at, _)| &word[..at]).skip(3);
        singulars(word).any(|word| self.words.contains(&self.hash.hash_one(word)))
            || (!self.beginnings.is_empty() && cut.any(|start| self.beginnings.contains(start)))
    }

    /// Whether a word, or its singular, is a term.
    pub(super) fn is_term(&self, word: &str) -> bool {
        singulars(word).any(|word| self.terms.contains(&self.hash.hash_one(word)))
    }

    /// The place of the term of several words that these letters may be without its spaces.
    pub(super) fn phrase(&self, joined: &str) -> Option<usize> {
        let mut singulars = singulars(joined);
        singulars.find_map(|word| self.phrases.get(&self.hash.hash_one(word)).copied())
    }
}
