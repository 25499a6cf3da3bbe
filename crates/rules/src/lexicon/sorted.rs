//! Words in the order of what is looked for, each once with all its roles.

use std::num::NonZeroU8;
use std::ops::Range;

use super::Entry;
use super::inflection::Inflection;
use super::patterns::{BEGINNING, BUCKETS, beginning, bucket};
use super::role::{Role, is_same_role};
use crate::each_core;
use crate::written::narrow;

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
#[derive(Debug, Clone, Copy, Default)]
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
#[derive(Debug, Default)]
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
    /// first in the pack stays first. Words are dealt to buckets by their first letters, and each bucket is
    /// sorted, since most hold a few words; each core takes a run of buckets.
    pub(super) fn sorted(parts: &[Self]) -> Sorted {
        let mut sorted = Sorted::default();
        let mut dealt = Dealt::default();
        for part in parts {
            let before = (narrow(sorted.texts.len()), narrow(sorted.kinds.len()));
            dealt.parts.push((part.all.as_slice(), before));
            sorted.texts.push_str(&part.texts);
            sorted.kinds.extend(&part.roles);
        }
        dealt.count();
        let (texts, kinds, dealt) = (sorted.texts.as_bytes(), &sorted.kinds, &dealt);
        let runs = each_core::each(dealt.runs(), |buckets| {
            Run::of(&dealt.words(buckets, texts), texts, kinds)
        });
        for run in runs {
            sorted.append(run);
        }
        sorted
    }
}

/// Words of several parts, by the buckets that they belong to.
#[derive(Debug, Default)]
struct Dealt<'w> {
    /// Words, and how many bytes of text and roles lie before theirs.
    parts: Vec<(&'w [Word], (u32, u32))>,
    /// How many words lie in the buckets before each, and in all.
    starts: Vec<usize>,
}

impl Dealt<'_> {
    fn count(&mut self) {
        self.starts = vec![0; BUCKETS + 1];
        for word in self.parts.iter().flat_map(|(words, _)| *words) {
            self.starts[bucket(word.beginning) + 1] += 1;
        }
        for at in 0..BUCKETS {
            self.starts[at + 1] += self.starts[at];
        }
    }

    /// As many runs of buckets with about equal numbers of words as there are cores.
    fn runs(&self) -> impl Iterator<Item = Range<usize>> {
        let cores = each_core::cores();
        let share = self.starts[BUCKETS] / cores + 1;
        let bound = move |at: usize| self.starts.partition_point(|&start| start < at * share);
        (0..cores).map(move |core| bound(core).min(BUCKETS)..bound(core + 1).min(BUCKETS))
    }

    /// The words of some buckets, sorted.
    fn words(&self, buckets: Range<usize>, texts: &[u8]) -> Vec<Word> {
        let first = self.starts[buckets.start];
        let starts = &self.starts[buckets.start..=buckets.end];
        let mut next: Vec<usize> = starts.iter().map(|start| start - first).collect();
        let mut dealt = vec![Word::default(); self.starts[buckets.end] - first];
        for &(words, (bytes, roles)) in &self.parts {
            for word in words {
                let bucket = bucket(word.beginning);
                if !buckets.contains(&bucket) {
                    continue;
                }
                let place = &mut next[bucket - buckets.start];
                dealt[*place] = Word {
                    start: word.start + bytes,
                    end: word.end + bytes,
                    role: word.role + roles,
                    ..*word
                };
                *place += 1;
            }
        }
        for of_bucket in starts.windows(2) {
            dealt[of_bucket[0] - first..of_bucket[1] - first].sort_by(|one, other| {
                let by_beginning = one.beginning.cmp(&other.beginning);
                by_beginning
                    .then_with(|| one.rest(texts).cmp(other.rest(texts)))
                    .then_with(|| one.marks().cmp(&other.marks()))
            });
        }
        dealt
    }
}

/// A part of the sorted words.
#[derive(Debug, Default)]
struct Run {
    entries: Vec<Entry>,
    firsts: Vec<u32>,
    beginnings: Vec<u128>,
    roles: Vec<u32>,
}

impl Run {
    /// One entry for each of the sorted words, and all its roles.
    fn of(words: &[Word], texts: &[u8], kinds: &[Role]) -> Self {
        let mut run = Self {
            entries: Vec::with_capacity(words.len()),
            firsts: Vec::with_capacity(words.len()),
            beginnings: Vec::with_capacity(words.len()),
            roles: Vec::with_capacity(words.len()),
        };
        let mut last: Option<&Word> = None;
        for word in words {
            let alike = last.replace(word).filter(|last| {
                last.beginning == word.beginning && last.rest(texts) == word.rest(texts)
            });
            if alike.is_some_and(|last| last.marks() == word.marks()) {
                run.join_last(word, kinds);
                continue;
            }
            if alike.is_none() {
                run.firsts.push(narrow(run.entries.len()));
                run.beginnings.push(word.beginning);
            }
            run.push(word, kinds);
        }
        run
    }

    fn push(&mut self, word: &Word, kinds: &[Role]) {
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
            is_term: kinds[word.role as usize].is_term(),
        });
        self.roles.push(word.role);
    }

    /// Adds what a word is to the entry that was added last, which is the same word.
    fn join_last(&mut self, word: &Word, kinds: &[Role]) {
        let Some(entry) = self.entries.last_mut() else {
            return;
        };
        entry.inflection.join(word.form.inflection);
        let role = kinds[word.role as usize];
        let mut known = self.roles[entry.roles()].iter();
        if known.any(|&old| is_same_role(kinds[old as usize], role)) {
            return;
        }
        // More roles than that a word could only have in a pack of as many categories.
        entry.role_count = entry.role_count.saturating_add(1);
        entry.is_term |= role.is_term();
        self.roles.push(word.role);
    }
}

impl Sorted {
    /// Adds a run that sorts after what is there.
    fn append(&mut self, run: Run) {
        let (entries, roles) = (narrow(self.entries.len()), narrow(self.roles.len()));
        self.entries
            .extend(run.entries.into_iter().map(|entry| Entry {
                roles: entry.roles + roles,
                ..entry
            }));
        let firsts = run.firsts.into_iter();
        self.firsts.extend(firsts.map(|first| first + entries));
        self.beginnings.extend(run.beginnings);
        self.roles.extend(run.roles);
    }
}
