//! Words as they are gathered from a pack: folded, sorted, each once with all its roles.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use super::inflection::Inflection;
use super::role::{Role, is_same_role};
use super::{Entry, Goods};
use crate::category::{Category, Sure};
use crate::fold::{is_unspaced, plain_into};

/// A word in one role.
#[derive(Debug)]
struct Word {
    /// The first bytes of the pattern: most of the sorting needs no more.
    key: u128,
    /// What is looked for, in the texts.
    pattern: Range<usize>,
    begins: bool,
    prefix: bool,
    number: bool,
    inflection: Inflection,
    is_stem: bool,
    role: Role,
}

/// Words in their roles, in the order of the pack.
#[derive(Default)]
pub(super) struct Gathered {
    /// What is looked for, one after the other: tens of thousands of strings of their own would
    /// cost more than all the rest of the building.
    texts: String,
    words: Vec<Word>,
    languages: Vec<String>,
    /// Room to fold a word in.
    scratch: String,
}

/// Every word of a pack once, sorted by what is looked for.
pub(super) struct Sorted {
    /// What is looked for, one after the other.
    pub(super) texts: String,
    /// By their patterns.
    pub(super) entries: Vec<Entry>,
    /// Of all entries, one after the other.
    pub(super) roles: Vec<Role>,
    /// Languages of terms.
    pub(super) languages: Vec<String>,
}

impl Gathered {
    pub(super) fn add_all(&mut self, words: &[String], role: Role) {
        for word in words {
            self.fold(word);
            self.add_folded(word, role, Inflection::default());
        }
    }

    /// Folds a word into the scratch.
    fn fold(&mut self, word: &str) {
        self.scratch = fold_word(std::mem::take(&mut self.scratch), word);
    }

    /// Adds the word that was folded into the scratch.
    fn add_folded(&mut self, word: &str, role: Role, inflection: Inflection) {
        let text = self.scratch.as_str();
        let Some(first) = text.chars().next() else {
            return;
        };
        let from = self.texts.len();
        // A per cent sign without a number before it folds away.
        let percent = word.starts_with("#%");
        let begins = !percent && first.is_alphanumeric() && !is_unspaced(first);
        if percent {
            self.texts.push('%');
        }
        if begins || word.starts_with("#% ") {
            self.texts.push(' ');
        }
        self.texts.push_str(text);
        let pattern = from..self.texts.len();
        self.words.push(Word {
            key: first_bytes(&self.texts.as_bytes()[pattern.clone()]),
            pattern,
            begins,
            prefix: word.ends_with('*'),
            number: word.starts_with('#'),
            inflection,
            is_stem: false,
            role,
        });
    }

    /// Adds the word that was added last without its last letter, where another may stand in its place.
    fn add_stem(&mut self) {
        let Some(whole) = self.words.last() else {
            return;
        };
        let word = &self.texts[whole.pattern.clone()];
        let last_word = word.rsplit(' ').next().unwrap_or(word);
        if !whole.begins || whole.prefix || !whole.inflection.has_changes(last_word) {
            return;
        }
        // Letters that change are of one byte.
        let pattern = whole.pattern.start..whole.pattern.end - 1;
        let stem = Word {
            key: first_bytes(&self.texts.as_bytes()[pattern.clone()]),
            pattern,
            is_stem: true,
            ..*whole
        };
        self.words.push(stem);
    }

    fn add_terms(&mut self, category: usize, of: &Category) {
        let everyday: HashSet<String> = of.everyday.iter().map(|word| folded_word(word)).collect();
        for (language, words) in &of.terms {
            let known = self.languages.iter().position(|it| it == language);
            let language = known.unwrap_or_else(|| {
                self.languages.push(language.clone());
                self.languages.len() - 1
            });
            let inflection = Inflection::of(&self.languages[language]);
            for word in words {
                self.fold(word);
                let sure = match of.sure {
                    Sure::None => false,
                    Sure::Phrases => has_parts(&self.scratch) && !everyday.contains(&self.scratch),
                    Sure::Terms => !everyday.contains(&self.scratch),
                };
                let role = Role::Strong {
                    category,
                    language,
                    sure,
                };
                self.add_folded(word, role, inflection);
                self.add_stem();
            }
        }
    }

    pub(super) fn add_category(&mut self, category: usize, of: &Category) {
        self.add_terms(category, of);
        for (group, weak) in of.weak.iter().enumerate() {
            self.add_all(&weak.terms, Role::Weak { category, group });
            self.add_all(&weak.context, Role::Context { category, group });
        }
        let negative = Role::Negative {
            category: Some(category),
        };
        self.add_all(&of.negative, negative);
        self.add_all(&of.innocent, Role::Innocent);
    }

    /// One entry for each word and all its roles. The sort is stable, so that of two roles of one
    /// category the first in the pack stays.
    pub(super) fn sorted(mut self) -> Sorted {
        let texts = self.texts;
        let stem_of = |pattern: &Range<usize>, is_stem: bool| {
            let last = texts.as_bytes().get(pattern.end).copied();
            last.filter(|_| is_stem)
        };
        let rest = |word: &Word| {
            let stem_of = stem_of(&word.pattern, word.is_stem);
            (
                &texts[word.pattern.clone()],
                word.prefix,
                word.number,
                stem_of,
            )
        };
        self.words.sort_by(|one, other| {
            let by_key = one.key.cmp(&other.key);
            by_key.then_with(|| rest(one).cmp(&rest(other)))
        });
        let mut entries: Vec<Entry> = Vec::with_capacity(self.words.len());
        let mut roles: Vec<Role> = Vec::with_capacity(self.words.len());
        for word in self.words {
            let is_same = |entry: &&mut Entry| {
                let stem_of = stem_of(&entry.pattern, entry.is_stem);
                let pattern = &texts[entry.pattern.clone()];
                (pattern, entry.prefix, entry.number, stem_of) == rest(&word)
            };
            let role = word.role;
            if let Some(last) = entries.last_mut().filter(is_same) {
                last.inflection.join(word.inflection);
                let of_word = &roles[last.roles.clone()];
                if !of_word.iter().any(|&old| is_same_role(old, role)) {
                    roles.push(role);
                    last.roles.end = roles.len();
                    last.is_term |= role.is_term();
                }
                continue;
            }
            roles.push(role);
            entries.push(Entry {
                pattern: word.pattern,
                begins: word.begins,
                prefix: word.prefix,
                number: word.number,
                inflection: word.inflection,
                is_stem: word.is_stem,
                roles: roles.len() - 1..roles.len(),
                is_term: role.is_term(),
            });
        }
        Sorted {
            texts,
            entries,
            roles,
            languages: self.languages,
        }
    }
}

/// The first bytes as a number that sorts as they do.
fn first_bytes(pattern: &[u8]) -> u128 {
    let mut first = [0; size_of::<u128>()];
    let held = pattern.len().min(first.len());
    first[..held].copy_from_slice(&pattern[..held]);
    u128::from_be_bytes(first)
}

/// The kinds of goods that list a word among their terms, by the word, folded.
pub(super) fn goods_by_term(categories: &[Category]) -> BTreeMap<String, Goods> {
    let mut goods: BTreeMap<String, Goods> = BTreeMap::new();
    for (at, category) in categories.iter().enumerate() {
        for (kind, terms) in category.goods.values().enumerate() {
            for term in terms {
                goods.entry(folded_word(term)).or_default().push((at, kind));
            }
        }
    }
    goods
}

/// Whether a folded term has several words; in unspaced scripts, four characters are as many.
fn has_parts(folded: &str) -> bool {
    folded.contains(' ') || folded.chars().filter(|&value| is_unspaced(value)).count() >= 4
}

/// A word of a pack as the automaton looks for it: folded, without the `*`.
pub(crate) fn folded_word(word: &str) -> String {
    fold_word(String::new(), word)
}

/// As [`folded_word`], in the room of another string.
fn fold_word(mut room: String, word: &str) -> String {
    room.clear();
    let is_folded = |byte: u8| byte.is_ascii_lowercase() || byte == b' ';
    if word.bytes().all(is_folded) && word.trim() == word && !word.contains("  ") {
        // Most words are folded as they stand.
        room.push_str(word);
        return room;
    }
    let mut text = plain_into(room, word.trim_end_matches('*'));
    text.retain(|value| value != '\n');
    let end = text.trim_end().len();
    text.truncate(end);
    let start = end - text.trim_start().len();
    text.drain(..start);
    text
}
