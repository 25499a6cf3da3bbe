//! Words as they are gathered from a pack: folded, sorted, each once with all its roles.
//!
//! Folding and sorting are most of what loading a pack costs: each core takes a part of the categories, and
//! what they sorted is merged.

use std::collections::{BTreeMap, HashSet};
use std::num::NonZero;
use std::ops::Range;
use std::panic::resume_unwind;
use std::thread;

use super::inflection::Inflection;
use super::role::{Role, is_same_role};
use super::{Entry, General, Goods};
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

/// Words of a part of a pack in their roles.
struct Gathered<'l> {
    /// What is looked for, one after the other: tens of thousands of strings of their own would
    /// cost more than all the rest of the building.
    texts: String,
    words: Vec<Word>,
    /// Languages of terms, of the whole pack.
    languages: &'l [String],
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

/// Every word of a pack.
pub(super) fn sorted(general: &General, categories: &[Category]) -> Sorted {
    let languages = languages(categories);
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let mut parts = thread::scope(|scope| {
        let begun: Vec<_> = parts(categories, cores)
            .map(|part| {
                let languages = &languages;
                scope.spawn(move || {
                    let mut words = Gathered::of(languages);
                    if part.start == 0 {
                        words.add_general(general);
                    }
                    for at in part {
                        words.add_category(at, &categories[at]);
                    }
                    words.sort();
                    (words.texts, words.words)
                })
            })
            .collect();
        let done = begun.into_iter().map(thread::ScopedJoinHandle::join);
        done.map(|part| part.unwrap_or_else(|panic| resume_unwind(panic)))
            .collect::<Vec<_>>()
            .into_iter()
    });
    let (mut texts, mut words) = parts.next().unwrap_or_default();
    for (more, mut of_part) in parts {
        let from = texts.len();
        texts.push_str(&more);
        for word in &mut of_part {
            word.pattern = word.pattern.start + from..word.pattern.end + from;
        }
        words.append(&mut of_part);
    }
    // Of sorted runs a stable sort is a merge.
    sort(&texts, &mut words);
    let (entries, roles) = entries(&texts, words);
    Sorted {
        texts,
        entries,
        roles,
        languages,
    }
}

/// Languages in which terms are listed, in the order of the pack.
fn languages(categories: &[Category]) -> Vec<String> {
    let mut languages: Vec<String> = Vec::new();
    for language in categories.iter().flat_map(|of| of.terms.keys()) {
        if !languages.contains(language) {
            languages.push(language.clone());
        }
    }
    languages
}

/// Places of categories that follow one another, in at most so many parts with about equal numbers of words;
/// one part at the least.
fn parts(categories: &[Category], most: usize) -> impl Iterator<Item = Range<usize>> {
    let all: usize = categories.iter().map(word_count).sum();
    let share = all / most + 1;
    let mut parts = Vec::new();
    let (mut start, mut held) = (0, 0);
    for (at, category) in categories.iter().enumerate() {
        held += word_count(category);
        if held >= share {
            parts.push(start..at + 1);
            (start, held) = (at + 1, 0);
        }
    }
    if start < categories.len() || parts.is_empty() {
        parts.push(start..categories.len());
    }
    parts.into_iter()
}

fn word_count(category: &Category) -> usize {
    let terms: usize = category.terms.values().map(Vec::len).sum();
    let weak = category.weak.iter();
    let weak: usize = weak.map(|weak| weak.terms.len() + weak.context.len()).sum();
    terms + weak + category.negative.len() + category.innocent.len()
}

/// Sorts words by what is looked for. The sort is stable, so that of two roles of one category the first in
/// the pack stays.
fn sort(texts: &str, words: &mut [Word]) {
    let rest = |word: &Word| {
        let stem_of = stem_of(texts, &word.pattern, word.is_stem);
        let pattern = texts.as_bytes().get(word.pattern.clone());
        (pattern, word.prefix, word.number, stem_of)
    };
    words.sort_by(|one, other| {
        let by_key = one.key.cmp(&other.key);
        by_key.then_with(|| rest(one).cmp(&rest(other)))
    });
}

/// The letter that a stem has lost, by which stems of one form are told apart.
fn stem_of(texts: &str, pattern: &Range<usize>, is_stem: bool) -> Option<u8> {
    let last = texts.as_bytes().get(pattern.end).copied();
    last.filter(|_| is_stem)
}

/// One entry for each of the sorted words, and all its roles.
fn entries(texts: &str, words: Vec<Word>) -> (Vec<Entry>, Vec<Role>) {
    let mut entries: Vec<Entry> = Vec::with_capacity(words.len());
    let mut roles: Vec<Role> = Vec::with_capacity(words.len());
    for word in words {
        let is_same = |entry: &&mut Entry| {
            (entry.prefix, entry.number) == (word.prefix, word.number)
                && stem_of(texts, &entry.pattern, entry.is_stem)
                    == stem_of(texts, &word.pattern, word.is_stem)
                && texts[entry.pattern.clone()] == texts[word.pattern.clone()]
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
    (entries, roles)
}

impl<'l> Gathered<'l> {
    const fn of(languages: &'l [String]) -> Self {
        Self {
            texts: String::new(),
            words: Vec::new(),
            languages,
            scratch: String::new(),
        }
    }

    fn sort(&mut self) {
        sort(&self.texts, &mut self.words);
    }

    fn add_general(&mut self, general: &General) {
        for (role, list) in general.by_role() {
            self.add_all(list, role);
        }
    }

    fn add_all(&mut self, words: &[String], role: Role) {
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
            let inflection = Inflection::of(language);
            let known = self.languages.iter().position(|it| it == language);
            let language = known.unwrap_or(self.languages.len());
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

    fn add_category(&mut self, category: usize, of: &Category) {
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

/// A word of a pack as it is looked for: folded, without the `*`.
pub(crate) fn folded_word(word: &str) -> String {
    fold_word(String::new(), word)
}

/// Whether a word is small letters of ASCII, with single spaces between them.
fn is_folded(word: &[u8]) -> bool {
    let mut before = b' ';
    for &byte in word {
        if !byte.is_ascii_lowercase() && (byte != b' ' || before == b' ') {
            return false;
        }
        before = byte;
    }
    before != b' '
}

/// As [`folded_word`], in the room of another string.
fn fold_word(mut room: String, word: &str) -> String {
    room.clear();
    if is_folded(word.as_bytes()) {
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
