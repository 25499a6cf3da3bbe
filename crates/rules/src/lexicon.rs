//! The lexicon: every word of a pack, of every language, in one automaton.
//!
//! A scan is one pass of Aho and Corasick's automaton over the folded text, linear in its length
//! plus the number of raw occurrences. Words of alphabetic scripts match whole words, with simple
//! plurals; words of unspaced scripts match anywhere. The automaton is kept as a double array
//! (Kanda, Akabe and Oda, Engineering faster double-array Aho-Corasick automata, 2023): with tens
//! of thousands of words it is built in a fraction of the time of others, and scans faster.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Range;

use daachorse::DoubleArrayAhoCorasick;
use daachorse::errors::DaachorseError;

use crate::category::{Category, Sure};
use crate::fold::{Folded, is_unspaced};

/// What a word of the lexicon is for. Numbers are places in the pack's list of categories and in
/// a category's list of weak groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// A strong term, with the language it is listed under, by its place in the lexicon.
    Strong {
        category: usize,
        language: usize,
        /// It has no use but these goods.
        sure: bool,
    },
    /// A term that needs a context word.
    Weak { category: usize, group: usize },
    /// Such a context word.
    Context { category: usize, group: usize },
    /// A word that makes a term beside it innocent: of one category, or of all.
    Negative { category: Option<usize> },
    /// A phrase that contains a term and is innocent as it stands.
    Innocent,
    /// Says that the page is for adults.
    Age,
    /// Separates a term from a negative word ("vodka with glass").
    Barrier,
    /// Speaks of buying.
    Commerce,
    /// Says that the page offers a book or a film.
    Media,
    /// Stands on the page of a book: two of them say that it is one.
    BookMark,
    /// Says what a thing is for ("holds", "goes with"): what follows is not the thing.
    Use,
    /// A word of news and courts.
    Report,
    /// Says of the term right beside it, before or `after` it, that the goods have none of it.
    Absence { after: bool },
}

/// Whether two roles of one word are one: a term of one category in two languages is.
fn is_same_role(old: Role, role: Role) -> bool {
    match (old, role) {
        (Role::Strong { category: old, .. }, Role::Strong { category, .. }) => old == category,
        _ => old == role,
    }
}

impl Role {
    const fn is_term(self) -> bool {
        matches!(self, Self::Strong { .. } | Self::Weak { .. })
    }

    /// Whether a word in this role hides the shorter words that lie inside it.
    fn swallows(&self) -> bool {
        !matches!(
            self,
            Self::Context { .. }
                | Self::Barrier
                | Self::Commerce
                | Self::Age
                | Self::BookMark
                | Self::Use
                | Self::Report
                | Self::Absence { .. }
        )
    }
}

/// One word with all its roles.
#[derive(Debug)]
struct Entry {
    /// Folded.
    text: String,
    /// Any ending will do.
    prefix: bool,
    /// A number must stand before it.
    number: bool,
    /// It stands where words begin. Signs that belong to a number, and unspaced scripts, have no
    /// such place.
    begins: bool,
    /// Its places among the roles.
    roles: Range<usize>,
    /// Whether one of them is that of a term.
    is_term: bool,
    /// The kinds of goods that it names: places of the category, and of the kind in it.
    goods: Vec<(usize, usize)>,
}

impl Entry {
    /// What the automaton looks for.
    fn pattern(&self) -> String {
        if self.begins {
            format!(" {}", self.text)
        } else {
            self.text.clone()
        }
    }

    /// Short words and words of unspaced scripts are not looked for behind disguises: too much
    /// looks like them.
    fn may_be_disguised(&self) -> bool {
        self.text.len() >= 4
            && self
                .text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b' ')
    }
}

/// How much of a folded text lies before a place: what distances are reckoned from.
#[derive(Debug, Clone, Copy, Default)]
struct Mileage {
    /// Beginnings of words.
    separators: usize,
    /// Ends of clauses.
    clauses: usize,
    /// Characters of unspaced scripts.
    unspaced: usize,
}

impl Mileage {
    /// This, and what the text adds.
    fn and(self, text: &str) -> Self {
        let mut sum = self;
        for value in text.chars() {
            match value {
                ' ' => sum.separators += 1,
                '\n' => sum.clauses += 1,
                value if value.is_ascii() => {}
                value => sum.unspaced += usize::from(is_unspaced(value)),
            }
        }
        sum
    }
}

/// An occurrence of a word in a folded text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    /// First byte in the folded text.
    pub(crate) start: usize,
    /// One past the last byte, the plural ending included.
    pub(crate) end: usize,
    /// Place of the word in the lexicon.
    pub(crate) entry: usize,
    before: Mileage,
    after: Mileage,
}

impl Hit {
    /// What lies between two hits: how many words from one to the other (neighbours are one
    /// apart, two characters of an unspaced script are a word), and whether a clause ends
    /// between. `None` when the hits overlap.
    pub(crate) fn distance(self, other: Self) -> Option<(usize, bool)> {
        let (left, right) = if self.start <= other.start {
            (self, other)
        } else {
            (other, self)
        };
        if left.end > right.start {
            return None;
        }
        let words = right.before.separators - left.after.separators;
        let unspaced = right.before.unspaced - left.after.unspaced;
        let clauses = right.before.clauses - left.after.clauses;
        Some((words + unspaced.div_ceil(2), clauses > 0))
    }

    /// A lower bound of the distance to a hit that starts before this one, or at its start.
    fn at_least_from(self, earlier: Self) -> usize {
        let words = self.before.separators - earlier.before.separators;
        words.saturating_sub(LONGEST_ENTRY)
    }
}

/// The most words that a term is taken to have when neighbours are looked for.
const LONGEST_ENTRY: usize = 16;

/// Of hits by their start, those that begin at most `within` words from `hit`, and some that lie
/// further off. Costs no more than the hits in that stretch of the text.
pub(crate) fn neighbours(hits: &[Hit], hit: Hit, within: usize) -> impl Iterator<Item = Hit> {
    let middle = hits.partition_point(|other| other.start < hit.start);
    let earlier = hits[..middle]
        .iter()
        .rev()
        .take_while(move |other| hit.at_least_from(**other) <= within);
    let later = hits[middle..].iter().take_while(move |other| {
        hit.distance(**other)
            .is_none_or(|(words, _)| words <= within)
    });
    earlier.chain(later).copied()
}

/// Words that hold for all categories.
#[derive(Debug, Default)]
pub(crate) struct General {
    pub(crate) negative: Vec<String>,
    pub(crate) innocent: Vec<String>,
    pub(crate) barriers: Vec<String>,
    pub(crate) age: Vec<String>,
    pub(crate) commerce: Vec<String>,
    pub(crate) media: Vec<String>,
    pub(crate) book_marks: Vec<String>,
    pub(crate) uses: Vec<String>,
    pub(crate) reports: Vec<String>,
    pub(crate) absences: Vec<String>,
    pub(crate) absences_after: Vec<String>,
}

impl General {
    /// Adds the words of another pack.
    pub(crate) fn extend(&mut self, other: Self) {
        self.negative.extend(other.negative);
        self.innocent.extend(other.innocent);
        self.barriers.extend(other.barriers);
        self.age.extend(other.age);
        self.commerce.extend(other.commerce);
        self.media.extend(other.media);
        self.book_marks.extend(other.book_marks);
        self.uses.extend(other.uses);
        self.reports.extend(other.reports);
        self.absences.extend(other.absences);
        self.absences_after.extend(other.absences_after);
    }
}

/// The single words of the terms that are looked for behind disguises. Most of what looks
/// disguised ("e-mail", "50ml") is none of them, and needs no second reading.
#[derive(Debug, Default)]
struct Disguisable {
    words: HashSet<String>,
    beginnings: BTreeSet<String>,
}

impl Disguisable {
    fn add(&mut self, entry: &Entry) {
        if entry.may_be_disguised() {
            self.words.extend(entry.text.split(' ').map(str::to_owned));
            if entry.prefix {
                let last = entry.text.rsplit(' ').next().unwrap_or("");
                self.beginnings.insert(last.to_owned());
            }
        }
    }

    fn holds(&self, word: &str) -> bool {
        let bare = ["", "s", "es", "n", "en"]
            .iter()
            .filter_map(|ending| word.strip_suffix(ending));
        let mut cut = word.char_indices().map(|(at, _)| &word[..at]).skip(3);
        bare.into_iter().any(|word| self.words.contains(word))
            || (!self.beginnings.is_empty() && cut.any(|start| self.beginnings.contains(start)))
    }
}

/// Every word of a pack, ready to scan.
pub(crate) struct Lexicon {
    automaton: DoubleArrayAhoCorasick<u32>,
    /// For each pattern of the automaton the first of its entries; those of one pattern follow
    /// one another.
    firsts: Vec<usize>,
    entries: Vec<Entry>,
    roles: Vec<Role>,
    languages: Vec<String>,
    disguisable: Disguisable,
}

impl std::fmt::Debug for Lexicon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lexicon")
            .field("words", &self.entries.len())
            .finish_non_exhaustive()
    }
}

impl Lexicon {
    /// Builds the automaton. Costs about a microsecond a word: once for each pack.
    pub(crate) fn build(
        general: &General,
        categories: &[Category],
    ) -> Result<Self, DaachorseError> {
        let mut words = Gathered::default();
        words.add_all(&general.negative, Role::Negative { category: None });
        words.add_all(&general.innocent, Role::Innocent);
        words.add_all(&general.barriers, Role::Barrier);
        words.add_all(&general.age, Role::Age);
        words.add_all(&general.commerce, Role::Commerce);
        words.add_all(&general.media, Role::Media);
        words.add_all(&general.book_marks, Role::BookMark);
        words.add_all(&general.uses, Role::Use);
        words.add_all(&general.reports, Role::Report);
        words.add_all(&general.absences, Role::Absence { after: false });
        words.add_all(&general.absences_after, Role::Absence { after: true });
        for (category, of) in categories.iter().enumerate() {
            words.add_category(category, of);
        }
        let languages = std::mem::take(&mut words.languages);
        let (entries, roles) = words.into_entries(&goods_by_term(categories));
        let mut firsts: Vec<usize> = Vec::with_capacity(entries.len());
        for (at, entry) in entries.iter().enumerate() {
            if at == 0 || entries[at - 1].text != entry.text {
                firsts.push(at);
            }
        }
        let patterns = firsts.iter().map(|&first| entries[first].pattern());
        let automaton = DoubleArrayAhoCorasick::new(patterns)?;
        let mut disguisable = Disguisable::default();
        for entry in entries.iter().filter(|entry| entry.is_term) {
            disguisable.add(entry);
        }
        Ok(Self {
            automaton,
            firsts,
            entries,
            roles,
            languages,
            disguisable,
        })
    }

    /// The entries of a pattern of the automaton.
    fn of_pattern(&self, pattern: usize) -> Range<usize> {
        let end = self.firsts.get(pattern + 1).copied();
        self.firsts[pattern]..end.unwrap_or(self.entries.len())
    }

    /// A language by its place.
    pub(crate) fn language(&self, at: usize) -> &str {
        self.languages.get(at).map_or("", String::as_str)
    }

    /// How many words there are, of all roles.
    pub(crate) const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether a word, folded, is part of a term that is looked for behind disguises.
    pub(crate) fn may_hold(&self, word: &str) -> bool {
        self.disguisable.holds(word)
    }

    /// The word of a place, folded.
    pub(crate) fn text(&self, entry: usize) -> &str {
        self.entries.get(entry).map_or("", |entry| &entry.text)
    }

    /// The kinds of goods of a category that a word names.
    pub(crate) fn goods(&self, entry: usize, category: usize) -> impl Iterator<Item = usize> {
        let all = self.entries.get(entry).map_or(&[][..], |it| &it.goods);
        let own = all.iter().filter(move |(of, _)| *of == category);
        own.map(|&(_, kind)| kind)
    }

    /// The roles of a hit's word.
    pub(crate) fn roles(&self, hit: Hit) -> &[Role] {
        let entry = self.entries.get(hit.entry);
        entry.map_or(&[], |entry| &self.roles[entry.roles.clone()])
    }

    /// Whether the word has more than one part.
    pub(crate) fn is_phrase(&self, hit: Hit) -> bool {
        self.entries
            .get(hit.entry)
            .is_some_and(|entry| entry.text.contains([' ', ':']))
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
        for found in self.automaton.find_overlapping_iter(text) {
            for entry in self.of_pattern(found.value() as usize) {
                hits.extend(self.whole(text, found.start(), found.end(), entry));
            }
        }
        if !folded.changed.is_empty() {
            hits.retain(|hit| self.undisguised(folded, *hit));
        }
        hits.sort_unstable_by_key(|hit| (hit.start, std::cmp::Reverse(hit.end), hit.entry));
        hits
    }

    /// A raw occurrence as a hit, when it is a whole word.
    fn whole(&self, text: &str, start: usize, end: usize, entry: usize) -> Option<Hit> {
        let of = &self.entries[entry];
        let start = start + usize::from(of.begins);
        let end = word_end(text, start, end, of)?;
        if of.number && !follows_number(text, start) {
            return None;
        }
        Some(Hit {
            start,
            end,
            entry,
            before: Mileage::default(),
            after: Mileage::default(),
        })
    }

    /// In a disguised form only what the plain form could not show is of interest, and what
    /// stands beside it: other words stay as company, terms must lie on a change.
    fn undisguised(&self, folded: &Folded<'_>, hit: Hit) -> bool {
        let entry = &self.entries[hit.entry];
        if !entry.is_term {
            return true;
        }
        let (start, end) = folded.original(hit.start, hit.end);
        let on_change = folded
            .changed
            .iter()
            .any(|&(first, last)| start < last as usize && (first as usize) < end);
        on_change && entry.may_be_disguised()
    }

    fn without_swallowed(&self, hits: Vec<Hit>) -> Vec<Hit> {
        let mut kept: Vec<Hit> = Vec::with_capacity(hits.len());
        // Start and end of the widest swallowing hit so far: hits come by start, longest first.
        let mut widest = (0, 0);
        for hit in hits {
            if hit.end <= widest.1 && (hit.start, hit.end) != widest {
                continue;
            }
            if hit.end > widest.1 && self.roles(hit).iter().any(Role::swallows) {
                widest = (hit.start, hit.end);
            }
            kept.push(hit);
        }
        kept
    }
}

/// A word in one role, as it is gathered.
#[derive(Debug)]
struct Word {
    text: String,
    prefix: bool,
    number: bool,
    role: Role,
}

impl Word {
    fn key(&self) -> (&str, bool, bool) {
        (&self.text, self.prefix, self.number)
    }
}

/// Words in their roles, in the order of the pack.
#[derive(Default)]
struct Gathered {
    words: Vec<Word>,
    languages: Vec<String>,
}

impl Gathered {
    fn add(&mut self, word: &str, role: Role) {
        self.add_folded(word, folded_word(word), role);
    }

    fn add_folded(&mut self, word: &str, mut text: String, role: Role) {
        let prefix = word.ends_with('*');
        let number = word.starts_with('#');
        if text.is_empty() {
            return;
        }
        if word.starts_with("#%") {
            // A per cent sign without a number before it folds away.
            let space = if word.starts_with("#% ") { " " } else { "" };
            text = format!("%{space}{text}");
        }
        self.words.push(Word {
            text,
            prefix,
            number,
            role,
        });
    }

    fn add_all(&mut self, words: &[String], role: Role) {
        for word in words {
            self.add(word, role);
        }
    }

    fn add_terms(&mut self, category: usize, of: &Category) {
        let everyday: HashSet<String> = of.everyday.iter().map(|word| folded_word(word)).collect();
        for (language, words) in &of.terms {
            let known = self.languages.iter().position(|it| it == language);
            let language = known.unwrap_or_else(|| {
                self.languages.push(language.clone());
                self.languages.len() - 1
            });
            for word in words {
                let folded = folded_word(word);
                let sure = match of.sure {
                    Sure::None => false,
                    Sure::Phrases => has_parts(&folded) && !everyday.contains(&folded),
                    Sure::Terms => !everyday.contains(&folded),
                };
                let role = Role::Strong {
                    category,
                    language,
                    sure,
                };
                self.add_folded(word, folded, role);
            }
        }
    }

    /// One entry for each word, by its text, and all roles. The sort is stable, so that of two
    /// roles of one category the first in the pack stays.
    fn into_entries(
        mut self,
        goods: &BTreeMap<String, Vec<(usize, usize)>>,
    ) -> (Vec<Entry>, Vec<Role>) {
        self.words.sort_by(|one, other| one.key().cmp(&other.key()));
        let mut entries: Vec<Entry> = Vec::with_capacity(self.words.len());
        let mut roles: Vec<Role> = Vec::with_capacity(self.words.len());
        for word in self.words {
            let is_same = |entry: &&mut Entry| {
                (entry.text.as_str(), entry.prefix, entry.number) == word.key()
            };
            let role = word.role;
            if let Some(last) = entries.last_mut().filter(is_same) {
                let of_word = &roles[last.roles.clone()];
                if !of_word.iter().any(|&old| is_same_role(old, role)) {
                    roles.push(role);
                    last.roles.end = roles.len();
                    last.is_term |= role.is_term();
                }
                continue;
            }
            let first = word.text.chars().next();
            roles.push(role);
            entries.push(Entry {
                begins: first.is_some_and(|it| it.is_alphanumeric() && !is_unspaced(it)),
                prefix: word.prefix,
                number: word.number,
                roles: roles.len() - 1..roles.len(),
                is_term: role.is_term(),
                goods: goods.get(&word.text).cloned().unwrap_or_default(),
                text: word.text,
            });
        }
        (entries, roles)
    }

    fn add_category(&mut self, category: usize, of: &Category) {
        self.add_terms(category, of);
        for (group, weak) in of.weak.iter().enumerate() {
            self.add_all(&weak.terms, Role::Weak { category, group });
            self.add_all(&weak.context, Role::Context { category, group });
        }
        self.add_all(
            &of.negative,
            Role::Negative {
                category: Some(category),
            },
        );
        self.add_all(&of.innocent, Role::Innocent);
    }
}

/// The kinds of goods that list a word among their terms, by the word, folded.
fn goods_by_term(categories: &[Category]) -> BTreeMap<String, Vec<(usize, usize)>> {
    let mut goods: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
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

/// Whether a number other than nought stands before `start`, with or without a space between.
fn follows_number(text: &str, start: usize) -> bool {
    let before = text[..start].trim_end_matches(' ');
    let is_digit = |value: char| value.is_ascii_digit() || value == '.';
    let number = &before[before.trim_end_matches(is_digit).len()..];
    number.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
}

/// A word of a pack as the automaton looks for it: folded, without the `*`.
pub(crate) fn folded_word(word: &str) -> String {
    let text = Folded::plain(word.trim_end_matches('*')).text;
    text.replace('\n', "").trim().to_owned()
}

/// Where the word at `start..end` ends, or `None` when it is part of another word.
///
/// A letter beside a digit is a boundary (`viagra100`, `500mg`); two letters or two digits are
/// none, but for a plural ending.
fn word_end(text: &str, start: usize, end: usize, entry: &Entry) -> Option<usize> {
    if !entry.begins {
        let before = text[..start].chars().next_back();
        let first = text[start..end].chars().next()?;
        if before.is_some_and(|before| joins(before, first)) {
            return None;
        }
    }
    let bytes = text.as_bytes();
    if matches!(bytes.get(end), None | Some(b' ' | b'\n')) {
        return Some(end);
    }
    let last = text[start..end].chars().next_back()?;
    let rest = text[end..].char_indices();
    let tail: usize = rest
        .take_while(|&(_, next)| joins(last, next))
        .map(|(_, next)| next.len_utf8())
        .sum();
    let ending = &text[end..end + tail];
    let whole = match ending {
        "" | "s" => true,
        "es" | "n" | "en" => end - start >= 4,
        _ => entry.prefix,
    };
    whole.then_some(end + tail)
}

/// Whether two neighbours belong to one word.
fn joins(left: char, right: char) -> bool {
    let is_letter = |value: char| {
        value.is_ascii_alphabetic()
            || (!value.is_ascii() && !is_unspaced(value) && value.is_alphabetic())
    };
    (is_letter(left) && is_letter(right)) || (left.is_ascii_digit() && right.is_ascii_digit())
}

/// Fills in what lies before and after each hit; hits come by their start.
fn reckon(text: &str, hits: &mut [Hit]) {
    let mut at = 0;
    let mut so_far = Mileage::default();
    for hit in hits {
        so_far = so_far.and(text.get(at..hit.start).unwrap_or(""));
        at = hit.start;
        hit.before = so_far;
        hit.after = so_far.and(text.get(hit.start..hit.end).unwrap_or(""));
    }
}
