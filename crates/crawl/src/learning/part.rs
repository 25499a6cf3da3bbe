//! What is counted of one part of the addresses of a host, and what follows from it.

use std::collections::{BTreeMap, BTreeSet};

use case::{LearnedMemo, Likeness};
use serde::{Deserialize, Serialize};

use crate::likeness::distance;

/// Values whose pages are remembered, to see that they repeat.
const VALUES: usize = 128;
/// Addresses without the part that are looked at: those with the least hashes, and those offered often.
const BASES: usize = 16;
/// The same once it is learned.
const LEARNED_BASES: usize = 64;
/// Values of an address that keep it among those that are looked at.
const OFTEN: u32 = 4;
/// Values of three addresses each, or of a single one, with which a part rotates.
const ROTATES: (u32, u32) = (4, 8);
/// Pages of equal content, found on as many pages, that show a session id where only one address has it.
const PAGES: usize = 5;
/// Addresses of different content, and pages of equal content of each, that show it whatever else was seen.
const ADDRESSES: usize = 3;
/// Values that never repeat, after which content that churns is no objection.
const MANY: u32 = 64;
/// Bits in which texts of equal content may differ.
const EQUAL: u32 = 3;
/// Bits in which texts of different addresses differ.
const DIFFERENT: u32 = 8;
/// Bits in which texts of other content differ.
const OTHER: u32 = 16;
/// Values that one page offers for one address, if they are no session ids.
const OF_PAGE: u32 = 3;
/// The same for what the list of rules names.
const OF_PAGE_RULED: u32 = 4;

/// What is held of a part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum State {
    /// Nothing yet.
    #[default]
    Open,
    /// It rotates, and what its pages show is not known yet.
    Presumed,
    /// It is a session id.
    Learned,
    /// It is one by the list of rules.
    Ruled,
    /// It is none.
    Cleared,
}

/// A part of the addresses of a host.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part {
    pub(super) state: State,
    /// Addresses that it holds back, counted.
    pub(super) held: u32,
    /// It is not presumed any more.
    pub(super) is_released: bool,
    /// It held something back, and is none.
    pub(super) is_mistake: bool,
    /// The list of rules names it.
    pub(super) was_ruled: bool,
    /// The page on which each value was found first.
    values: BTreeMap<u64, u64>,
    values_in_all: u32,
    /// Times that a value was found on another page.
    repeats: u32,
    /// Pages that offered two values for one address.
    pairs: u32,
    /// A page offered as many as no session has.
    has_many: bool,
    /// Pages whose content was that of their address but for numbers.
    near: u32,
    /// Pages whose content was near it, and not equal.
    apart: u32,
    /// Pages whose content was another.
    other: u32,
    /// A page of other links led to something new.
    leads_on: bool,
    /// What was seen, by the address without the part.
    bases: BTreeMap<u64, Base>,
    #[serde(skip)]
    pub(super) learned: Option<LearnedMemo>,
}

/// Pages that differ in the value of the part alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Base {
    /// How many values were offered, one behind the other.
    offered: u32,
    /// The last page, its last value, and how many it offered.
    page: u64,
    value: u64,
    of_page: u32,
    /// The content of the first page: text, links, exact text.
    first: Option<(u64, u64, u64)>,
    /// The pages on which those of equal content were found.
    equal: BTreeSet<u64>,
    /// How many there were, and how many of them were equal to the letter.
    equals: u32,
    exacts: u32,
    examples: Vec<String>,
}

/// A page that was answered, as far as it shows what a part of its address is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    pub(crate) like: Likeness,
    pub(crate) place: u64,
    pub(crate) is_redirect: bool,
    /// Whether it leads to something new.
    pub(crate) is_fresh: bool,
}

impl Part {
    pub(super) fn new(is_ruled: bool) -> Self {
        Self {
            state: if is_ruled { State::Ruled } else { State::Open },
            was_ruled: is_ruled,
            ..Self::default()
        }
    }

    /// Whether it is left out of keys.
    pub(super) const fn is_out(&self) -> bool {
        matches!(self.state, State::Presumed | State::Learned)
    }

    /// Forgets what was counted.
    pub(super) fn clear(&mut self, is_mistake: bool) {
        *self = Self {
            state: State::Cleared,
            is_mistake,
            was_ruled: self.was_ruled,
            learned: self.learned.take(),
            ..Self::default()
        };
    }

    /// Counts a value that a page offers for an address.
    pub(super) fn offered(&mut self, base: u64, value: u64, page: u64) {
        if self.values.contains_key(&value) {
            self.repeated(value, page);
        } else {
            self.values_in_all = self.values_in_all.saturating_add(1);
            if self.values.len() < VALUES {
                self.values.insert(value, page);
            }
        }
        let Some(base) = self.base(base) else { return };
        if base.offered > 0 && base.page == page {
            if base.value != value {
                base.of_page += 1;
                base.offered = base.offered.saturating_add(1);
                let many = base.of_page;
                base.value = value;
                self.pairs = self.pairs.saturating_add(u32::from(many == 2));
                self.has_many |= many >= self.most_of_page();
            }
        } else if base.offered == 0 || base.value != value {
            base.offered = base.offered.saturating_add(1);
            (base.page, base.value, base.of_page) = (page, value, 1);
        }
    }

    const fn most_of_page(&self) -> u32 {
        match self.state {
            State::Ruled => OF_PAGE_RULED,
            _ => OF_PAGE,
        }
    }

    /// Counts a value that was offered before; gives whether it was by another page.
    pub(super) fn repeated(&mut self, value: u64, page: u64) -> bool {
        let is_other = self.values.get(&value).is_some_and(|first| *first != page);
        self.repeats = self.repeats.saturating_add(u32::from(is_other));
        is_other
    }

    /// Looks at a page that was found on the page of the hash `from`.
    pub(super) fn look_at(&mut self, base: u64, from: u64, address: &str, seen: Seen) {
        if seen.is_redirect {
            // Sessions that ended lead to the front page, and to nothing new.
            let leads_on = self.state == State::Learned && seen.is_fresh;
            self.other = self.other.saturating_add(u32::from(leads_on));
            return;
        }
        let like = seen.like;
        let Some(base) = self.base(base) else { return };
        let (text, links, exact) = *base
            .first
            .get_or_insert((like.text, like.links, like.exact));
        let bits = distance(text, like.text);
        let leads_alike = links == like.links;
        if bits <= EQUAL && leads_alike {
            base.equal.insert(from);
            base.equals = base.equals.saturating_add(1);
            base.exacts = base.exacts.saturating_add(u32::from(exact == like.exact));
            if base.examples.len() < PAGES {
                base.examples.push(address.to_owned());
            }
            if base.equal.len() > PAGES {
                base.equal.pop_last();
            }
        }
        let is_exact = leads_alike && exact == like.exact;
        self.leads_on |= !leads_alike && seen.is_fresh;
        let count = match bits {
            _ if is_exact => return,
            0..=EQUAL if leads_alike => &mut self.near,
            0..=OTHER => &mut self.apart,
            _ => &mut self.other,
        };
        *count = count.saturating_add(1);
    }

    /// What is held of it by what was counted.
    pub(super) fn next_state(&self) -> State {
        let is_none = match self.state {
            State::Cleared => true,
            State::Ruled => {
                let differs = self.other >= 3 && self.repeats >= 2 && self.other > self.equals();
                return if self.has_many || differs {
                    State::Cleared
                } else {
                    State::Ruled
                };
            }
            State::Learned => self.is_refuted(),
            State::Open | State::Presumed => self.is_objected(),
        };
        if is_none {
            return State::Cleared;
        }
        if self.state == State::Learned || self.is_shown() {
            return State::Learned;
        }
        if self.rotates() && !self.is_released {
            return State::Presumed;
        }
        self.state
    }

    /// Whether something speaks against a session id before it was learned.
    fn is_objected(&self) -> bool {
        let repeats = self.repeats >= 4 && self.repeats > self.values_in_all / 2;
        let differs = self.other > 0 && self.other.saturating_mul(8) >= self.equals();
        let churns = self.near + self.apart >= 2 && !self.is_firm() && !self.may_churn();
        self.has_many || repeats || differs || churns
    }

    /// Whether it goes on to be watched although its pages churn: several addresses rotate, and no value was
    /// seen twice; when as many were seen as no shop has links without one that repeats, it must be clear.
    fn may_churn(&self) -> bool {
        self.repeats == 0
            && self.pairs == 0
            && self.rotating() >= ADDRESSES
            && (self.values_in_all < MANY || self.is_shown_by_many())
    }

    /// Whether a sample shows that it is no session id.
    fn is_refuted(&self) -> bool {
        let is_often = |times: u32| times >= 2 && times.saturating_mul(8) >= self.equals();
        if self.is_shown_by_many() {
            return is_often(self.other);
        }
        match self.is_of_many() {
            true => is_often(self.other.saturating_add(self.apart)),
            false => self.other > 0 || self.leads_on || self.near + self.apart >= 2,
        }
    }

    fn is_shown(&self) -> bool {
        let differs = self.near + self.apart + self.other;
        let is_alone = self.repeats == 0 && self.pairs == 0 && differs == 0;
        let mut bases = self.bases.values();
        let is_equal = |base: &Base| base.equal.len() >= PAGES && base.exacts >= base.equals;
        (is_alone && bases.any(is_equal)) || self.is_firm() || self.is_shown_by_many()
    }

    /// Whether addresses of different content have it, and pages of equal content each.
    fn is_firm(&self) -> bool {
        self.is_of_many() && self.apart.saturating_mul(8) <= self.equals()
    }

    fn is_of_many(&self) -> bool {
        let shown = || {
            self.bases
                .values()
                .filter(|base| base.equal.len() >= ADDRESSES)
        };
        let texts = shown().filter_map(|base| base.first).map(|first| first.0);
        let exact = shown().filter(|base| base.exacts >= base.equals);
        let exact: BTreeSet<_> = exact
            .filter_map(|base| base.first)
            .map(|first| first.2)
            .collect();
        distinct(texts, DIFFERENT) >= ADDRESSES || exact.len() >= ADDRESSES
    }

    /// Whether many values never repeated, over addresses that differ more than their pages do.
    fn is_shown_by_many(&self) -> bool {
        let first = self.bases.values().filter_map(|base| base.first);
        self.values_in_all >= MANY
            && self.repeats == 0
            && self.pairs == 0
            && self.apart >= 2
            && self.other.saturating_mul(8) < self.apart
            && distinct(first.map(|first| first.0), OTHER + 2) >= ADDRESSES
    }

    fn rotates(&self) -> bool {
        let mut bases = self.bases.values();
        self.rotating() >= ADDRESSES || bases.any(|base| base.offered >= ROTATES.1)
    }

    /// How many addresses were offered with several values.
    fn rotating(&self) -> usize {
        let bases = self.bases.values();
        bases.filter(|base| base.offered >= ROTATES.0).count()
    }

    fn equals(&self) -> u32 {
        let bases = self.bases.values();
        bases.fold(0, |all, base| {
            all.saturating_add(base.equals.saturating_sub(1))
        })
    }

    /// Addresses that differ in its value alone, and have equal content.
    pub(super) fn evidence(&self) -> Vec<String> {
        let most = self.bases.values().max_by_key(|base| base.equal.len());
        most.map(|base| base.examples.clone()).unwrap_or_default()
    }

    /// An address that is looked at. Of those that are offered, the ones with the least hashes are: whatever
    /// the order, the same ones in the end, so that what is offered again is known again.
    fn base(&mut self, base: u64) -> Option<&mut Base> {
        let most = match self.state {
            State::Learned => LEARNED_BASES,
            _ => BASES,
        };
        if !self.bases.contains_key(&base) && self.bases.len() >= most {
            let is_spare = |(_, base): &(&u64, &Base)| base.offered < OFTEN;
            let spare = self.bases.iter().rev().find(is_spare);
            let spare = spare
                .map(|(spare, _)| *spare)
                .filter(|spare| *spare > base)?;
            self.bases.remove(&spare);
        }
        Some(self.bases.entry(base).or_default())
    }
}

/// How many of some texts differ from each other in more than `bits`, counted up to [`ADDRESSES`].
fn distinct(texts: impl Iterator<Item = u64>, bits: u32) -> usize {
    let mut known: Vec<u64> = Vec::new();
    for text in texts {
        if known.len() < ADDRESSES && known.iter().all(|other| distance(*other, text) > bits) {
            known.push(text);
        }
    }
    known.len()
}
