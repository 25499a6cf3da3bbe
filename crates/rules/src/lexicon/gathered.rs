//! Words as they are gathered from a pack: folded, each with its role.
//!
//! Folding and sorting are most of what loading a pack costs: each core takes a part of the categories.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::inflection::Inflection;
use super::role::Role;
use super::sorted::{Form, Sorted, Words};
use super::{General, Goods};
use crate::category::{Category, Sure};
use crate::each_core;
use crate::fold::{is_unspaced, plain_into};
use crate::written::WordList;

/// Words of a part of a pack in their roles.
struct Gathered<'l> {
    words: Words,
    /// Languages of terms, of the whole pack.
    languages: &'l [String],
    /// Room to fold a word in.
    scratch: String,
}

/// Every word of a pack; `languages` are those of [`languages`].
pub(super) fn sorted(general: &General, categories: &[Category], languages: &[String]) -> Sorted {
    let parts = parts(categories, each_core::cores());
    let parts = each_core::each(parts, |part| {
        let mut gathered = Gathered::of(languages);
        if part.start == 0 {
            gathered.add_general(general);
        }
        for at in part {
            gathered.add_category(at, &categories[at]);
        }
        gathered.words
    });
    Words::sorted(&parts)
}

/// Languages in which terms are listed, in the order of the pack.
pub(super) fn languages(categories: &[Category]) -> Vec<String> {
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
    let terms: usize = category.terms.values().map(WordList::len).sum();
    let weak = category.weak.iter();
    let weak: usize = weak.map(|weak| weak.terms.len() + weak.context.len()).sum();
    terms + weak + category.negative.len() + category.innocent.len()
}

impl<'l> Gathered<'l> {
    fn of(languages: &'l [String]) -> Self {
        Self {
            words: Words::default(),
            languages,
            scratch: String::new(),
        }
    }

    fn add_general(&mut self, general: &General) {
        for (role, list) in general.by_role() {
            self.add_all(list, role);
        }
    }

    fn add_all(&mut self, words: &WordList, role: Role) {
        for word in words {
            self.fold(word);
            self.add_folded(word, role, Inflection::default());
        }
    }

    /// Folds a word into the scratch.
    fn fold(&mut self, word: &str) {
        self.scratch = fold_word(std::mem::take(&mut self.scratch), word);
    }

    /// Adds the word that was folded into the scratch, and says whether anything was left of it.
    fn add_folded(&mut self, word: &str, role: Role, inflection: Inflection) -> bool {
        let text = self.scratch.as_str();
        let Some(first) = text.chars().next() else {
            return false;
        };
        // A per cent sign without a number before it folds away.
        let percent = word.starts_with("#%");
        let begins = !percent && first.is_alphanumeric() && !is_unspaced(first);
        let form = Form {
            prefix: word.ends_with('*'),
            number: word.starts_with('#'),
            lost: None,
            inflection,
        };
        self.words.add(role, form, |texts| {
            if percent {
                texts.push('%');
            }
            // Behind a per cent sign a word begins, whether or not the pack has a space there.
            if begins || percent {
                texts.push(' ');
            }
            texts.push_str(text);
        });
        true
    }

    fn add_terms(&mut self, category: usize, of: &Category) {
        let everyday: HashSet<String> = of.everyday.iter().map(folded_word).collect();
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
                if self.add_folded(word, role, inflection) {
                    self.words.add_stem();
                }
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

/// The kinds of goods that list a word among their terms, by the word, folded.
pub(super) fn goods_by_term(categories: &[Category]) -> HashMap<String, Goods> {
    let mut goods: HashMap<String, Goods> = HashMap::new();
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

/// Whether a word is letters of ASCII, with single spaces between them.
fn is_plain(word: &[u8]) -> bool {
    let mut before = b' ';
    for &byte in word {
        if !byte.is_ascii_alphabetic() && (byte != b' ' || before == b' ') {
            return false;
        }
        before = byte;
    }
    before != b' '
}

/// As [`folded_word`], in the room of another string.
fn fold_word(mut room: String, word: &str) -> String {
    room.clear();
    if is_plain(word.as_bytes()) {
        // Of most words nothing but the case changes.
        room.push_str(word);
        room.make_ascii_lowercase();
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
