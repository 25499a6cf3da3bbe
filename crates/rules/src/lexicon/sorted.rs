//! Words in the order of what is looked for, each once with all its roles.

use std::num::{NonZero, NonZeroU8};
use std::ops::Range;
use std::thread;

use super::Entry;
use super::inflection::Inflection;
use super::patterns::{BEGINNING, BUCKETS, beginning, bucket, narrow};
use super::role::{Role, is_same_role};

/// How a word is looked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Form {
    /// Any ending will do.
    pub(super) prefix: bool,
    /// A number must stand before it.
    pub(super) number: bool,
    /// The letter that a stem has lost, by which stems of one pattern are told apart.
    pub(super) lost: Option<NonZeroU8>,
    pub(super) inflection: Inflection,
}

/// A word in one role. In 32 bytes, for tens of thousands of them are moved, and what does not lie side by side
/// misses the cache.
#[derive(Debug, Clone, Copy)]
struct Word {
    /// The [`beginning`] of the pattern: most of the sorting needs no more.
    beginning: u128,
    /// The pattern, in the texts.
    start: u32,
    end: u32,
    /// Place of the role.
    role: u32,
    form: Form,
}

/// Words in their roles as they were folded.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// What is looked for, one after the other: tens of thousands of strings of their own would
    /// cost more than all the rest of the building.
    texts: String,
    all: Vec<Word>,
    /// Roles of words: those of one list have one.
    roles: Vec<Role>,
}

/// Every word of a pack once, sorted by what is looked for.
pub(super) struct Sorted {
    /// What is looked for, one after the other.
    pub(super) texts: String,
    /// By their patterns.
    pub(super) entries: Vec<Entry>,
    /// For each pattern the first of its entries, and its [`beginning`].
    pub(super) firsts: Vec<u32>,
    pub(super) beginnings: Vec<u128>,
    /// Of all entries, one after the other: places of what they are.
    pub(super) roles: Vec<u32>,
    pub(super) kinds: Vec<Role>,
}

impl Word {
    const fn pattern(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// What of the pattern its beginning does not tell.
    fn rest<'t>(&self, texts: &'t [u8]) -> &'t [u8] {
        let Range { start, end } = self.pattern();
        &texts[end.min(start + BEGINNING)..end]
    }

    /// What tells words of one pattern apart.
    const fn marks(&self) -> (bool, bool, Option<NonZeroU8>) {
        (self.form.prefix, self.form.number, self.form.lost)
    }

    /// Words begin with a space where words begin, and no other pattern does.
    fn begins(&self) -> bool {
        self.beginning.to_be_bytes()[0] == b' '
    }
}

impl Words {
    /// Adds a word: `fold` writes what is looked for.
    pub(super) fn add(&mut self, role: Role, form: Form, fold: impl FnOnce(&mut String)) {
        // Words of one list have one role, or one of two.
        let known = self.roles.iter().rposition(|&known| known == role);
        let role = known.unwrap_or_else(|| {
            self.roles.push(role);
            self.roles.len() - 1
        });
        let start = self.texts.len();
        fold(&mut self.texts);
        self.push(start..self.texts.len(), narrow(role), form);
    }

    fn push(&mut self, pattern: Range<usize>, role: u32, form: Form) {
        self.all.push(Word {
            beginning: beginning(&self.texts.as_bytes()[pattern.clone()]),
            start: narrow(pattern.start),
            end: narrow(pattern.end),
            role,
            form,
        });
    }

    /// Adds the word that was added last without its last letter, where another may stand in its place.
    pub(super) fn add_stem(&mut self) {
        let Some(whole) = self.all.last() else {
            return;
        };
        let (pattern, role, form) = (whole.pattern(), whole.role, whole.form);
        let word = &self.texts[pattern.clone()];
        let last_word = word.rsplit(' ').next().unwrap_or(word);
        if !whole.begins() || form.prefix || !form.inflection.has_changes(last_word) {
            return;
        }
        let form = Form {
            lost: word.bytes().next_back().and_then(NonZeroU8::new),
            ..form
        };
        // Letters that change are of one byte.
        self.push(pattern.start..pattern.end - 1, role, form);
    }

    /// The words of several parts of a pack, sorted by what is looked for; of two roles of one category the
    /// first in the pack stays first. Words are dealt to buckets by their first letters, and the buckets are
    /// sorted, on every core: most hold a few words.
    pub(super) fn sorted(parts: Vec<Self>) -> Sorted {
        let mut starts = vec![0; BUCKETS + 1];
        for word in parts.iter().flat_map(|part| &part.all) {
            starts[bucket(word.beginning) + 1] += 1;
        }
        for at in 0..BUCKETS {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let nothing = Word {
            beginning: 0,
            start: 0,
            end: 0,
            role: 0,
            form: Form::default(),
        };
        let mut dealt = Self {
            all: vec![nothing; starts[BUCKETS]],
            ..Self::default()
        };
        for part in parts {
            let (from, before) = (narrow(dealt.texts.len()), narrow(dealt.roles.len()));
            dealt.texts.push_str(&part.texts);
            dealt.roles.extend(part.roles);
            for word in part.all {
                let place = &mut next[bucket(word.beginning)];
                dealt.all[*place] = Word {
                    start: word.start + from,
                    end: word.end + from,
                    role: word.role + before,
                    ..word
                };
                *place += 1;
            }
        }
        dealt.sort_buckets(&starts);
        dealt.into_entries()
    }

    fn sort_buckets(&mut self, starts: &[usize]) {
        let texts = self.texts.as_bytes();
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let share = self.all.len() / cores + 1;
        thread::scope(|scope| {
            let (mut words, mut bounds) = (self.all.as_mut_slice(), starts);
            while !words.is_empty() {
                // A bucket at the least, and of those that begin within the share all.
                let first = bounds[0];
                let buckets = bounds.partition_point(|&start| start < first + share);
                let buckets = buckets.min(bounds.len() - 1);
                let (of_core, others) = words.split_at_mut(bounds[buckets] - first);
                let of_buckets = &bounds[..=buckets];
                (words, bounds) = (others, &bounds[buckets..]);
                scope.spawn(move || sort_each(texts, of_core, of_buckets));
            }
        });
    }

    /// One entry for each of the sorted words, and all its roles.
    fn into_entries(self) -> Sorted {
        let mut sorted = Sorted {
            texts: self.texts,
            entries: Vec::with_capacity(self.all.len()),
            firsts: Vec::with_capacity(self.all.len()),
            beginnings: Vec::with_capacity(self.all.len()),
            roles: Vec::with_capacity(self.all.len()),
            kinds: self.roles,
        };
        let mut last: Option<&Word> = None;
        for word in &self.all {
            let texts = sorted.texts.as_bytes();
            let alike = last.replace(word).filter(|last| {
                last.beginning == word.beginning && last.rest(texts) == word.rest(texts)
            });
            if alike.is_some_and(|last| last.marks() == word.marks()) {
                sorted.join_last(word);
                continue;
            }
            if alike.is_none() {
                sorted.firsts.push(narrow(sorted.entries.len()));
                sorted.beginnings.push(word.beginning);
            }
            sorted.push(word);
        }
        sorted
    }
}

impl Sorted {
    fn push(&mut self, word: &Word) {
        self.entries.push(Entry {
            start: word.start,
            end: word.end,
            roles: narrow(self.roles.len()),
            role_count: 1,
            inflection: word.form.inflection,
            begins: word.begins(),
            prefix: word.form.prefix,
            number: word.form.number,
            is_stem: word.form.lost.is_some(),
            is_term: self.kinds[word.role as usize].is_term(),
        });
        self.roles.push(word.role);
    }

    /// Adds what a word is to the entry that was added last, which is the same word.
    fn join_last(&mut self, word: &Word) {
        let Some(entry) = self.entries.last_mut() else {
            return;
        };
        entry.inflection.join(word.form.inflection);
        let role = self.kinds[word.role as usize];
        let mut known = self.roles[entry.roles()].iter();
        if known.any(|&old| is_same_role(self.kinds[old as usize], role)) {
            return;
        }
        // More roles than that a word could only have in a pack of as many categories.
        entry.role_count = entry.role_count.saturating_add(1);
        entry.is_term |= role.is_term();
        self.roles.push(word.role);
    }
}

/// Sorts each bucket of words; `starts` has where each begins, and where the last ends, in all words.
fn sort_each(texts: &[u8], words: &mut [Word], starts: &[usize]) {
    let first = starts[0];
    for of_bucket in starts.windows(2) {
        let words = &mut words[of_bucket[0] - first..of_bucket[1] - first];
        words.sort_by(|one, other| {
            let by_beginning = one.beginning.cmp(&other.beginning);
            by_beginning
                .then_with(|| one.rest(texts).cmp(other.rest(texts)))
                .then_with(|| one.marks().cmp(&other.marks()))
        });
    }
}
