//! The single words of the terms that are looked for behind disguises.

use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

/// The single words of the terms that are looked for behind disguises. Most of what looks
/// disguised ("e-mail", "50ml") is none of them, and needs no second reading.
#[derive(Debug, Default)]
pub(super) struct Disguisable {
    /// Words by their hash: two words of one hash cost a second reading, no more.
    words: HashSet<u64>,
    hash: BuildHasherDefault<DefaultHasher>,
    beginnings: BTreeSet<String>,
}

impl Disguisable {
    /// Adds the words of a term, folded; any ending of the last will do when it is a `prefix`.
    pub(super) fn add(&mut self, term: &str, prefix: bool) {
        for word in term.split(' ') {
            self.words.insert(self.hash.hash_one(word));
        }
        if prefix {
            let last = term.rsplit(' ').next().unwrap_or("");
            self.beginnings.insert(last.to_owned());
        }
    }

    /// Whether a word, or its singular, is one of them.
    pub(super) fn holds(&self, word: &str) -> bool {
        let bare = ["", "s", "es", "n", "en"]
            .iter()
            .filter_map(|ending| word.strip_suffix(ending));
        let mut cut = word.char_indices().map(|(at, _)| &word[..at]).skip(3);
        let holds = |word: &str| self.words.contains(&self.hash.hash_one(word));
        bare.into_iter().any(holds)
            || (!self.beginnings.is_empty() && cut.any(|start| self.beginnings.contains(start)))
    }
}
