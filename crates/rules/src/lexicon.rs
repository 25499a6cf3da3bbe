//! The lexicon: every word of a pack, of every language, looked for at once.
//!
//! A scan is one pass over the folded text, linear in its length plus the number of raw
//! occurrences ([`patterns`] says how). Words of alphabetic scripts match whole words, with simple
//! plurals; words of unspaced scripts match anywhere.

mod boundary;
mod disguisable;
mod gathered;
mod general;
mod hit;
mod inflection;
#[cfg(test)]
mod naive;
mod patterns;
mod respelled;
mod role;
mod sorted;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use crate::category::Category;
use crate::fold::{Disguised, Folded, is_unspaced};
use boundary::{follows_number, word_end};
use disguisable::Disguisable;
use gathered::goods_by_term;
use hit::{Mileage, reckon};
use inflection::Inflection;
use patterns::{Pattern, Patterns};
use respelled::Respelled;
use sorted::Sorted;

pub(crate) use gathered::folded_word;
pub(crate) use general::General;
pub(crate) use hit::{Hit, neighbours};
pub(crate) use role::Role;

/// Kinds of goods that a word names: places of the category, and of the kind in it.
type Goods = Vec<(usize, usize)>;

/// One word with all its roles. Small, for there are tens of thousands.
#[derive(Debug)]
struct Entry {
    /// What is looked for: the word, folded, with a space before it where words begin.
    start: u32,
    end: u32,
    /// Where its roles begin, and how many there are.
    roles: u32,
    role_count: u16,
    /// By which endings it is still the word.
    inflection: Inflection,
    /// It stands where words begin. Signs that belong to a number, and unspaced scripts, have no
    /// such place.
    begins: bool,
    /// Any ending will do.
    prefix: bool,
    /// A number must stand before it.
    number: bool,
    /// The last letter of the word is left out of what is looked for, since another ending may stand in
    /// its place.
    is_stem: bool,
    /// Whether one of its roles is that of a term.
    is_term: bool,
}

impl Entry {
    /// Where what is looked for stands in the texts.
    const fn pattern(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Where the word stands in the texts.
    const fn word(&self) -> Range<usize> {
        let Range { start, end } = self.pattern();
        start + self.begins as usize..end + self.is_stem as usize
    }

    /// Its places among the roles.
    const fn roles(&self) -> Range<usize> {
        let start = self.roles as usize;
        start..start + self.role_count as usize
    }
}

/// Short words are not looked for behind disguises, nor what holds signs: too much looks like them.
fn may_be_disguised(word: &str) -> bool {
    word.len() >= 3
        && word
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b' ')
}

/// Every word of a pack, ready to scan.
pub(crate) struct Lexicon {
    patterns: Patterns,
    /// For each pattern the first of its entries; those of one pattern follow
    /// one another.
    firsts: Vec<u32>,
    /// By what is looked for.
    entries: Vec<Entry>,
    /// What is looked for, one after the other.
    texts: String,
    /// Of all entries, one after the other: places of what they are.
    roles: Vec<u32>,
    kinds: Vec<Role>,
    languages: Vec<String>,
    /// The kinds of goods that words name; most name none.
    goods: HashMap<String, Goods>,
    /// Made when the first text looks disguised.
    disguisable: OnceLock<Disguisable>,
    /// Made when the first name of goods is read.
    respelled: OnceLock<Respelled>,
}

impl std::fmt::Debug for Lexicon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lexicon")
            .field("words", &self.entries.len())
            .finish_non_exhaustive()
    }
}

impl Lexicon {
    /// Sorts the words, on every core, and makes them ready to be looked for. Costs about half a
    /// microsecond of CPU time a word: once for each pack.
    pub(crate) fn build(general: &General, categories: &[Category]) -> Self {
        let languages = gathered::languages(categories);
        let Sorted {
            texts,
            entries,
            firsts,
            beginnings,
            roles,
            kinds,
        } = gathered::sorted(general, categories, &languages);
        let patterns = firsts.iter().zip(beginnings).map(|(&first, beginning)| {
            let bytes = texts[entries[first as usize].pattern()].as_bytes();
            Pattern { beginning, bytes }
        });
        Self {
            patterns: Patterns::of(&patterns.collect::<Vec<_>>()),
            firsts,
            entries,
            texts,
            roles,
            kinds,
            languages,
            goods: goods_by_term(categories),
            disguisable: OnceLock::new(),
            respelled: OnceLock::new(),
        }
    }

    /// The words that are looked for behind disguises.
    fn disguisable(&self) -> &Disguisable {
        self.disguisable.get_or_init(|| {
            let mut disguisable = Disguisable::with_room(self.entries.len());
            for (at, entry) in self.entries.iter().enumerate() {
                let word = &self.texts[entry.word()];
                if !may_be_disguised(word) {
                    continue;
                }
                let whole = entry.is_term && !entry.is_stem;
                if whole {
                    disguisable.add(word, entry.prefix, at);
                } else if !entry.is_term && self.is_context(entry) {
                    disguisable.add_company(word);
                }
                if entry.is_stem {
                    disguisable.add_stem(&word[..word.len() - 1]);
                } else if whole && entry.inflection.has_endings(word) {
                    disguisable.add_stem(word);
                }
            }
            disguisable
        })
    }

    /// The words that are looked for behind respellings.
    fn respelled(&self) -> &Respelled {
        self.respelled.get_or_init(|| {
            let mut respelled = Respelled::with_room(self.entries.len());
            for (at, entry) in (0_u32..).zip(&self.entries) {
                if entry.is_term && !entry.is_stem {
                    respelled.add(&self.texts[entry.word()], at);
                }
            }
            respelled
        })
    }

    /// Whether one of the roles of a word is that of a context.
    fn is_context(&self, entry: &Entry) -> bool {
        let mut places = self.roles[entry.roles()].iter();
        places.any(|&place| matches!(self.kinds[place as usize], Role::Context { .. }))
    }

    /// The entries of a pattern.
    fn of_pattern(&self, pattern: usize) -> Range<usize> {
        let end = self.firsts.get(pattern + 1).map(|&end| end as usize);
        self.firsts[pattern] as usize..end.unwrap_or(self.entries.len())
    }

    /// A language by its place.
    pub(crate) fn language(&self, at: usize) -> &str {
        self.languages.get(at).map_or("", String::as_str)
    }

    /// How many words there are, of all roles. Linear in them.
    pub(crate) fn len(&self) -> usize {
        self.entries.iter().filter(|entry| !entry.is_stem).count()
    }

    /// The word of a place, folded.
    pub(crate) fn text(&self, entry: usize) -> &str {
        let entry = self.entries.get(entry);
        entry.map_or("", |entry| &self.texts[entry.word()])
    }

    /// The kinds of goods of a category that a word names.
    pub(crate) fn goods(&self, entry: usize, category: usize) -> impl Iterator<Item = usize> {
        let all = self.goods.get(self.text(entry)).into_iter().flatten();
        let own = all.filter(move |(of, _)| *of == category);
        own.map(|&(_, kind)| kind)
    }

    /// The roles of a hit's word.
    pub(crate) fn roles(&self, hit: Hit) -> impl Iterator<Item = &Role> {
        let entry = self.entries.get(hit.entry);
        let places = entry.map_or(&[][..], |entry| &self.roles[entry.roles()]);
        places.iter().map(|&place| &self.kinds[place as usize])
    }

    /// Whether the word of a hit has a role.
    pub(crate) fn has_role(&self, hit: Hit, role: Role) -> bool {
        self.roles(hit).any(|&of_word| of_word == role)
    }

    /// Whether the word has more than one part.
    pub(crate) fn is_phrase(&self, hit: Hit) -> bool {
        self.text(hit.entry).contains([' ', ':'])
    }

    /// Every whole-word occurrence in the folded text that lies in no longer one, by place.
    pub(crate) fn scan(&self, folded: &Folded<'_>) -> Vec<Hit> {
        let mut hits = self.without_swallowed(self.scan_all(folded));
        reckon(&folded.text, &mut hits);
        hits
    }

    /// Every whole-word occurrence in the folded text, by place, the longest first.
    pub(crate) fn scan_all(&self, folded: &Folded<'_>) -> Vec<Hit> {
        let text = folded.text.as_str();
        let mut hits: Vec<Hit> = Vec::new();
        let pattern =
            |at: usize| &self.texts.as_bytes()[self.entries[self.firsts[at] as usize].pattern()];
        self.patterns.find(text, pattern, |start, pattern| {
            for entry in self.of_pattern(pattern) {
                hits.extend(self.whole(text, start, entry));
            }
        });
        if !folded.is_plain() {
            hits.retain(|hit| self.entries[hit.entry].is_term || !self.is_misread(folded, *hit));
            for hit in &mut hits {
                hit.shown = !self.is_undisguised(folded, *hit);
            }
        }
        hits.sort_unstable_by_key(|hit| (hit.start, std::cmp::Reverse(hit.end), hit.entry));
        hits
    }

    /// A raw occurrence as a hit, when it is a whole word.
    fn whole(&self, text: &str, start: usize, entry: usize) -> Option<Hit> {
        let of = &self.entries[entry];
        let end = start + of.pattern().len();
        let start = start + usize::from(of.begins);
        let end = word_end(text, start, end, of, &self.texts[of.word()])?;
        if of.number && !follows_number(text, start) {
            return None;
        }
        Some(Hit {
            start,
            end,
            entry,
            shown: false,
            before: Mileage::default(),
            after: Mileage::default(),
        })
    }

    /// In a disguised form only what the plain form could not show is of interest, and what
    /// stands beside it: terms must lie on a change, other words stay as they are.
    fn is_undisguised(&self, folded: &Folded<'_>, hit: Hit) -> bool {
        let entry = &self.entries[hit.entry];
        if !entry.is_term {
            return true;
        }
        let word = &self.texts[entry.word()];
        let is_apt = may_be_disguised(word) || word.chars().all(is_unspaced);
        is_apt && folded.shows(hit.start, hit.end, word.chars().count())
    }

    /// Whether a word that is no term lies on a change that is too small for it.
    fn is_misread(&self, folded: &Folded<'_>, hit: Hit) -> bool {
        let letters = folded.text[hit.start..hit.end].chars().count();
        folded.differs(hit.start, hit.end) && !folded.shows(hit.start, hit.end, letters)
    }

    fn without_swallowed(&self, hits: Vec<Hit>) -> Vec<Hit> {
        let mut kept: Vec<Hit> = Vec::with_capacity(hits.len());
        // Start and end of the widest swallowing hit so far: hits come by start, longest first.
        let mut widest = (0, 0);
        for hit in hits {
            if hit.end <= widest.1 && (hit.start, hit.end) != widest {
                continue;
            }
            if hit.end > widest.1 && self.roles(hit).any(Role::swallows) {
                widest = (hit.start, hit.end);
            }
            kept.push(hit);
        }
        kept
    }
}

impl Disguised for Lexicon {
    fn holds(&self, word: &str) -> bool {
        self.disguisable().holds(word)
    }

    fn is_word(&self, word: &str) -> bool {
        self.disguisable().is_word(word)
    }

    fn is_term(&self, word: &str) -> bool {
        self.disguisable().is_term(word)
    }

    fn meant(&self, word: &str) -> Option<&str> {
        self.respelled().meant(word, |place| self.text(place))
    }

    fn phrase(&self, joined: &str) -> Option<&str> {
        let place = self.disguisable().phrase(joined)?;
        let phrase = self.text(place);
        // Of two phrases of one hash this may be the other one.
        let mut letters = joined.chars();
        let mut of_phrase = phrase.chars().filter(|&value| value != ' ');
        of_phrase
            .all(|letter| letters.next() == Some(letter))
            .then_some(phrase)
    }
}
