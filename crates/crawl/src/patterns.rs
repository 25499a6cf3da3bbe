//! Patterns of addresses, what their pages bring, and which of them are traps.
//!
//! A pattern is *barren* while its last [`BARREN`] pages brought nothing new: no address of another
//! pattern, no text that is not near-equal to the one of its pages before, no other set of patterns that
//! it leads to. See docs/decisions/traps.md.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use case::PatternMemo;
use model::{Declined, PageUrl, PatternPiece, pattern_pieces};
use serde::{Deserialize, Serialize};

use crate::likeness::{Mix, hash_of};

mod barren;
mod fresh;
mod mixing;

use fresh::Values;
use mixing::Mixing;

/// Pages in a row that bring nothing new before a pattern is barren.
const BARREN: u32 = 8;
/// Bits in which near-equal texts may differ.
const NEAR: u32 = 3;
/// The same where the pattern has a date in it: the names of months and days are not content.
const NEAR_DATES: u32 = 14;
/// Texts of a pattern that a page is compared with: the last ones that differ. A trap may go round among some
/// pages, so that the same text comes again after all others.
const TEXTS: usize = 32;
/// Sets of links of a pattern that are remembered.
const LINKS: usize = 32;
/// Other patterns that one leads to of which is known how often.
const OTHERS: usize = 4;
/// Addresses that two patterns lead to of each other before they may be one trap.
const MUTUAL: u32 = 256;
/// Patterns that are told apart; addresses beyond are one pattern of their site.
const MOST: usize = 16_384;
/// Plain words in one place of an address that are told apart; with more, the place has a value.
const WORDS: usize = 32;
/// Sets of parameters of one path that are told apart; with more, they are combined at will.
const NAMES: usize = 8;
/// Segments of a path that is no trap.
const SEGMENTS: usize = 20;
/// Equal path segments in a row that show a trap.
const EQUAL_SEGMENTS: usize = 3;

/// All patterns of a crawl.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    list: Vec<Pattern>,
    known: HashMap<String, usize>,
    /// What stands behind a beginning of a pattern, by the hash of that beginning.
    children: HashMap<u64, Children>,
    changed: BTreeSet<usize>,
    /// Patterns that no address has any more, by the one that their addresses have now and that was not
    /// found yet: it takes over what they counted.
    outdated: HashMap<String, Vec<usize>>,
    mixing: Mixing,
}

/// Plain words that stand in one place.
#[derive(Debug)]
enum Children {
    Few(Vec<u64>),
    /// So many that the place has a value.
    Many,
}

/// A pattern, and what became of its addresses.
#[derive(Debug)]
pub(crate) struct Pattern {
    template: String,
    offered: u64,
    asked: u64,
    set_back: u64,
    withheld: u64,
    why: Option<Declined>,
    /// The places of its plain words.
    places: Vec<u64>,
    state: State,
}

/// What is kept of a pattern besides.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct State {
    /// The address by which it was found: what it teaches about words is learned again from it.
    first: String,
    /// The last texts.
    texts: VecDeque<u64>,
    /// The last sets of links that differ.
    links: VecDeque<u64>,
    /// Pages in a row that brought nothing new.
    barren: u32,
    /// Addresses that were taken since it is barren.
    taken: u32,
    /// Addresses of barren patterns that its pages led to first.
    #[serde(default)]
    brought: u32,
    /// Pages in a row that looked like those before, whatever they led to.
    #[serde(default)]
    dull: u32,
    /// Patterns of which its pages led to addresses first, the first few, and to how many.
    #[serde(default)]
    leads: BTreeMap<usize, u32>,
    /// What stands in its addresses.
    #[serde(default)]
    values: Values,
}

/// A piece of a pattern that is a plain word, at the place that its beginning stands for.
struct Word {
    place: u64,
    word: u64,
    most: usize,
}

/// An address as a pattern.
struct Template {
    text: String,
    words: Vec<Word>,
    /// The first word of the path, at its place, and the words behind it.
    mixes: Option<(u64, Vec<u64>)>,
}

/// What stands in a pattern for words that are combined at will.
const MIXED: &str = "{words}";

impl Patterns {
    /// Takes back what was kept.
    pub(crate) fn restore(&mut self, memo: PatternMemo) {
        let state: State = serde_json::from_str(&memo.state).unwrap_or_default();
        let (mut places, mut filled) = (Vec::new(), Vec::new());
        if let Ok(first) = PageUrl::parse(&state.first) {
            let template = self.template(&first);
            places = template.words.iter().map(|word| word.place).collect();
            filled = self.learn(&template.words);
        }
        let why = memo.why.as_deref();
        let why = Declined::ALL.iter().find(|one| Some(one.as_str()) == why);
        self.known.insert(memo.template.clone(), self.list.len());
        self.list.push(Pattern {
            template: memo.template,
            offered: memo.offered,
            asked: memo.asked,
            set_back: memo.set_back,
            withheld: memo.withheld,
            why: why.copied(),
            places,
            state,
        });
        self.outdate(&filled);
        // What it took over stands in its counts.
        if let Some(pattern) = self.list.last() {
            self.outdated.remove(&pattern.template);
        }
    }

    /// What changed since the last call, in order.
    pub(crate) fn memos(&mut self) -> Vec<PatternMemo> {
        let changed = std::mem::take(&mut self.changed);
        let list = &self.list;
        let memo = |index: usize| {
            let pattern = list.get(index)?;
            Some(PatternMemo {
                id: u64::try_from(index).unwrap_or(u64::MAX) + 1,
                template: pattern.template.clone(),
                offered: pattern.offered,
                asked: pattern.asked,
                set_back: pattern.set_back,
                withheld: pattern.withheld,
                why: pattern.why.map(|why| why.as_str().to_owned()),
                // A value of numbers and texts always has a JSON form.
                state: serde_json::to_string(&pattern.state).unwrap_or_default(),
            })
        };
        changed.into_iter().filter_map(memo).collect()
    }

    /// Everything is taken back.
    pub(crate) fn restored(&mut self) {
        if self.mixing.has_mixed() {
            self.outdate_those(|pattern| !pattern.template.contains(MIXED));
        }
    }

    /// A page of the pattern `from` leads to a new address of the pattern `to`: whether that is something new.
    /// It is not where each of the two leads to ever more of the other and nothing changes in their pages.
    pub(crate) fn leads(&mut self, from: usize, to: usize) -> bool {
        let Some(pattern) = self.get_mut(from) else {
            return true;
        };
        let leads = &mut pattern.state.leads;
        if leads.len() < OTHERS || leads.contains_key(&to) {
            let times = leads.entry(to).or_default();
            *times = times.saturating_add(1);
        }
        let goes = |from: usize, to: usize| {
            let state = self.list.get(from).map(|pattern| &pattern.state);
            state.is_some_and(|state| {
                state.dull >= BARREN && state.leads.get(&to).is_some_and(|times| *times >= MUTUAL)
            })
        };
        !(goes(from, to) && goes(to, from))
    }

    /// What else changed since the last call: keys and values.
    pub(crate) fn notes(&mut self) -> Vec<(String, String)> {
        self.mixing.notes()
    }

    /// Takes back what was noted under a key; all notes come before the patterns.
    pub(crate) fn restore_note(&mut self, key: &str, value: &str) {
        self.mixing.restore(key, value);
    }

    /// The pattern of an address, if it was found before.
    pub(crate) fn find(&self, address: &PageUrl) -> Option<&Pattern> {
        let template = self.template(address);
        self.list.get(*self.known.get(&template.text)?)
    }

    /// The pattern of an address, and whether it was not known.
    pub(crate) fn take(&mut self, address: &PageUrl) -> (usize, bool) {
        let mut found = self.template(address);
        if let Some((place, words)) = &found.mixes
            && self.mixing.learn(*place, words)
        {
            self.outdate_those(|pattern| !pattern.template.contains(MIXED));
            found = self.template(address);
        }
        let Template {
            text: mut template,
            words,
            ..
        } = found;
        if let Some(&known) = self.known.get(&template) {
            return (known, false);
        }
        let is_full = self.list.len() >= MOST;
        let former = self.outdated.remove(&template).unwrap_or_default();
        let places = words.iter().map(|word| word.place).collect();
        let mut filled = Vec::new();
        if is_full {
            template = "{other}".to_owned();
            if let Some(&known) = self.known.get(&template) {
                self.take_over(known, &former);
                return (known, false);
            }
        } else {
            filled = self.learn(&words);
        }
        let index = self.list.len();
        self.known.insert(template.clone(), index);
        self.list.push(Pattern {
            template,
            offered: 0,
            asked: 0,
            set_back: 0,
            withheld: 0,
            why: None,
            places,
            state: State {
                first: address.as_str().to_owned(),
                ..State::default()
            },
        });
        self.changed.insert(index);
        self.take_over(index, &former);
        self.outdate(&filled);
        (index, !is_full)
    }

    /// Takes note of the patterns whose plain words stand in places that have a value now: their addresses
    /// have another pattern from now on. Linear in the number of patterns for each such place, of which
    /// there is one for [`NAMES`] patterns at most.
    fn outdate(&mut self, filled: &[u64]) {
        if filled.is_empty() {
            return;
        }
        self.outdate_those(|pattern| pattern.places.iter().any(|at| filled.contains(at)));
    }

    /// The same for patterns of any sort. Linear in their number.
    fn outdate_those(&mut self, stands: impl Fn(&Pattern) -> bool) {
        let outdated: Vec<_> = (self.list.iter().enumerate())
            .filter(|(_, pattern)| stands(pattern))
            .filter_map(|(index, pattern)| {
                let first = PageUrl::parse(&pattern.state.first).ok()?;
                let Template {
                    text: now, words, ..
                } = self.template(&first);
                let places: Vec<_> = words.iter().map(|word| word.place).collect();
                Some((index, now, places))
            })
            .collect();
        for (index, now, places) in outdated {
            if let Some(pattern) = self.list.get_mut(index) {
                // What it would be now may be outdated once more.
                pattern.places = places;
            }
            match self.known.get(&now) {
                Some(&known) if known != index => self.take_over(known, &[index]),
                Some(_) => {}
                None => self.outdated.entry(now).or_default().push(index),
            }
        }
    }

    /// Counts what patterns that no address has any more counted for the one at `index`.
    fn take_over(&mut self, index: usize, former: &[usize]) {
        for &former in former {
            let Some(old) = self.list.get_mut(former) else {
                continue;
            };
            let counts = [old.offered, old.asked, old.set_back, old.withheld];
            let why = old.why.take();
            old.places.clear();
            (old.offered, old.asked, old.set_back, old.withheld) = (0, 0, 0, 0);
            self.changed.insert(former);
            if let Some(new) = self.list.get_mut(index) {
                new.offered += counts[0];
                new.asked += counts[1];
                new.set_back += counts[2];
                new.withheld += counts[3];
                new.why = new.why.or(why);
                self.changed.insert(index);
            }
        }
    }

    /// The place of the pattern that an address has now, which may be another one than when it was found.
    pub(crate) fn now(&self, address: &PageUrl, then: usize) -> usize {
        let template = self.template(address);
        self.known.get(&template.text).copied().unwrap_or(then)
    }

    /// An address that was not asked is offered anew.
    pub(crate) fn take_back(&mut self, address: &PageUrl) {
        let (index, _) = self.take(address);
        if let Some(pattern) = self.get_mut(index) {
            pattern.offered = pattern.offered.saturating_sub(1);
            pattern.withheld = pattern.withheld.saturating_sub(1);
            if pattern.withheld == 0 {
                pattern.why = None;
            }
        }
    }

    pub(crate) fn get(&self, index: usize) -> Option<&Pattern> {
        self.list.get(index)
    }

    pub(crate) fn get_mut(&mut self, index: usize) -> Option<&mut Pattern> {
        self.changed.insert(index);
        self.list.get_mut(index)
    }

    /// The pattern of an address as text, and what it teaches of words.
    fn template(&self, address: &PageUrl) -> Template {
        let mut words = Vec::new();
        let (mut host, mut path) = (String::new(), String::new());
        let mut place = Mix::default();
        // The first word of the path, and the words behind it.
        let mut mixes: Option<(u64, Vec<u64>)> = None;
        for piece in pattern_pieces(address, SEGMENTS) {
            let (kind, most, word) = match &piece {
                PatternPiece::Site(site) => {
                    place.text(site);
                    host.push_str(site);
                    continue;
                }
                PatternPiece::Value(class) => {
                    place.text(class);
                    path = path + "/" + class;
                    continue;
                }
                PatternPiece::Label(label) => ("{label}", WORDS, label.as_ref()),
                PatternPiece::Word(word) => ("{word}", WORDS, word.as_ref()),
                PatternPiece::Names(names) => ("{names}", NAMES, names.as_str()),
            };
            if matches!(piece, PatternPiece::Word(_)) && !word.is_empty() {
                if let Some((first, behind)) = &mut mixes {
                    behind.push(hash_of(word));
                    if self.mixing.is_mixed(*first) {
                        // Once, however many there are.
                        if !path.ends_with(MIXED) {
                            path = path + "/" + MIXED;
                            place.text(MIXED);
                        }
                        continue;
                    }
                } else {
                    let mut first = place;
                    first.text(word);
                    mixes = Some((first.end(), Vec::new()));
                }
            }
            let mut at = place;
            at.text(kind);
            let shown = match self.children.get(&at.end()) {
                Some(Children::Many) => kind,
                _ => {
                    words.push(Word {
                        place: at.end(),
                        word: hash_of(word),
                        most,
                    });
                    word
                }
            };
            place.text(shown);
            match piece {
                PatternPiece::Label(_) => host = format!("{shown}.{host}"),
                PatternPiece::Names(_) => path = path + "?" + shown,
                _ => path = path + "/" + shown,
            }
        }
        Template {
            text: host + &path,
            words,
            mixes,
        }
    }

    /// Learns plain words; gives the places that have a value from now on.
    fn learn(&mut self, words: &[Word]) -> Vec<u64> {
        let mut filled = Vec::new();
        for word in words {
            let children = self.children.entry(word.place);
            let children = children.or_insert_with(|| Children::Few(Vec::new()));
            if let Children::Few(few) = children
                && !few.contains(&word.word)
            {
                few.push(word.word);
                if few.len() > word.most {
                    *children = Children::Many;
                    filled.push(word.place);
                }
            }
        }
        filled
    }
}

/// Whether a path has the form of a trap: it has too many segments, repeats one of them three times in a
/// row, or has the same two of them, one behind the other, twice. Linear in the length of the path, times
/// the bound on its segments.
pub(crate) fn repeats_itself(address: &PageUrl) -> bool {
    let segments = address.as_url().path().split('/').skip(1);
    let segments: Vec<_> = segments.take(SEGMENTS + 2).collect();
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_word = |segment: &&&str| !segment.is_empty();
    // A slash at the end makes no segment.
    if segments.iter().filter(is_word).count() > SEGMENTS {
        return true;
    }
    let in_a_row = segments
        .windows(EQUAL_SEGMENTS)
        .any(|run| !run[0].is_empty() && run.iter().all(|segment| *segment == run[0]));
    let mut pairs = segments.windows(2).enumerate();
    in_a_row
        || pairs.any(|(at, pair)| {
            let counts = pair[0] != pair[1]
                && !pair.iter().any(|segment| segment.is_empty())
                && !pair.iter().all(|segment| is_number(segment));
            counts && segments[at + 2..].windows(2).any(|later| later == pair)
        })
}

#[cfg(test)]
mod tests;
