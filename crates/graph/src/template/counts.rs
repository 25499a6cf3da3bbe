//! What the template rules count, page by page and shard by shard.
//!
//! Groups, slots, pages and sellers are numbers that all shards share. A page belongs to one shard.

use std::collections::hash_map::Entry;
use std::hash::Hash;

use rustc_hash::{FxHashMap, FxHashSet};

use super::TemplateSettings;

/// A page as the rules count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedPage {
    /// Its host.
    pub host: u32,
    /// Its host and kind: a group has one host.
    pub group: u32,
    /// Who sells on it.
    pub seller: Option<u32>,
}

/// A hop as the rules count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CountedHop {
    /// Its place in the tree.
    pub slot: u32,
    /// The page that it leads to.
    pub target: u32,
    /// Whether it fills its slot for the slot rule: everything but what is hidden.
    pub fills_slot: bool,
    /// Whether the target rule may ever be asked for its place: what is not counted there is not the
    /// template's.
    pub is_candidate: bool,
    /// Whether it is the platform's own, wherever it stands.
    pub is_platforms: bool,
}

/// A covert hop's place: group, slot and target.
pub(crate) type Place = (u32, u32, u32);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct GroupCount {
    host: u32,
    pages: u64,
    /// Pages of each seller.
    sellers: FxHashMap<u32, u64>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct PlaceCount {
    pages: u64,
    /// Pages of each seller.
    sellers: FxHashMap<u32, u64>,
    /// Pages on which it is the platform's own, and on which it is concealed.
    platforms: u64,
    concealed: u64,
}

impl PlaceCount {
    fn repeated(&self) -> Repeated {
        Repeated {
            is_concealed: self.concealed > 0,
            pages: self.pages,
            sellers: self.sellers.len() as u64,
        }
    }
}

/// Whether something is counted or taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    More,
    Less,
}

impl Sign {
    /// Moves a count by one.
    const fn moves(self, count: &mut u64) {
        *count = match self {
            Self::More => *count + 1,
            Self::Less => count.saturating_sub(1),
        };
    }

    /// Moves a count of a table by one; an entry that went to nothing is none.
    fn moves_in<K: Hash + Eq>(self, table: &mut FxHashMap<K, u64>, key: K) {
        match self {
            Self::More => *table.entry(key).or_default() += 1,
            Self::Less => {
                if let Entry::Occupied(mut entry) = table.entry(key) {
                    *entry.get_mut() -= 1;
                    if *entry.get() == 0 {
                        entry.remove();
                    }
                }
            }
        }
    }
}

/// Counts of slots and of covert places, to which pages and other counts are added in any order, and from
/// which pages are taken back.
///
/// Memory: some 20 bytes for each slot of a group, 80 for each candidate's place and 20 for each seller of it,
/// who are at most one for each candidate hop. A page takes O(h log h) for its h hops.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TemplateCounts {
    groups: FxHashMap<u32, GroupCount>,
    slots: FxHashMap<(u32, u32), u64>,
    places: FxHashMap<Place, PlaceCount>,
    scratch: Scratch,
}

/// The slots and places of the page in hand; no part of what is counted.
#[derive(Debug, Clone, Default)]
struct Scratch {
    slots: Vec<u32>,
    places: Vec<(u32, u32, bool, bool)>,
}

impl PartialEq for Scratch {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Scratch {}

impl TemplateCounts {
    /// Counts a page with its hops. A slot or place counts once, however many hops of the page fill it.
    pub fn add(&mut self, page: CountedPage, hops: impl IntoIterator<Item = CountedHop>) {
        self.count(page, hops, Sign::More);
    }

    /// Takes a page back that was counted with these very hops.
    pub fn remove(&mut self, page: CountedPage, hops: impl IntoIterator<Item = CountedHop>) {
        self.count(page, hops, Sign::Less);
    }

    /// Counts the places of a page whose slots are counted: those that became candidates since.
    pub(crate) fn add_places(
        &mut self,
        page: CountedPage,
        hops: impl IntoIterator<Item = CountedHop>,
    ) {
        self.scratch.take(hops);
        self.count_places(page, Sign::More);
    }

    /// Takes the places of a page back whose slots stay counted: those that are candidates no more.
    pub(crate) fn remove_places(
        &mut self,
        page: CountedPage,
        hops: impl IntoIterator<Item = CountedHop>,
    ) {
        self.scratch.take(hops);
        self.count_places(page, Sign::Less);
    }

    fn count(&mut self, page: CountedPage, hops: impl IntoIterator<Item = CountedHop>, sign: Sign) {
        let group = self.groups.entry(page.group).or_default();
        group.host = page.host;
        sign.moves(&mut group.pages);
        if let Some(seller) = page.seller {
            sign.moves_in(&mut group.sellers, seller);
        }
        if group.pages == 0 {
            self.groups.remove(&page.group);
        }
        self.scratch.take(hops);
        for slot in &self.scratch.slots {
            sign.moves_in(&mut self.slots, (page.group, *slot));
        }
        self.count_places(page, sign);
    }

    fn count_places(&mut self, page: CountedPage, sign: Sign) {
        let places = &self.scratch.places;
        for of_place in places.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let (slot, target, ..) = of_place[0];
            let place = (page.group, slot, target);
            let count = self.places.entry(place).or_default();
            sign.moves(&mut count.pages);
            if of_place.iter().any(|place| place.2) {
                sign.moves(&mut count.platforms);
            }
            if of_place.iter().any(|place| place.3) {
                sign.moves(&mut count.concealed);
            }
            if let Some(seller) = page.seller {
                sign.moves_in(&mut count.sellers, seller);
            }
            if count.pages == 0 {
                self.places.remove(&place);
            }
        }
    }

    /// Adds what was counted over other pages.
    pub fn merge(&mut self, other: Self) {
        // Sums do not depend on the order.
        other.groups.into_iter().for_each(|(number, theirs)| {
            let ours = self.groups.entry(number).or_default();
            ours.host = theirs.host;
            ours.pages += theirs.pages;
            add_all(&mut ours.sellers, theirs.sellers);
        });
        add_all(&mut self.slots, other.slots);
        other.places.into_iter().for_each(|(place, theirs)| {
            let ours = self.places.entry(place).or_default();
            ours.pages += theirs.pages;
            ours.platforms += theirs.platforms;
            ours.concealed += theirs.concealed;
            add_all(&mut ours.sellers, theirs.sellers);
        });
    }

    /// What is the template's. Time O(p) for p places and slots.
    #[must_use]
    pub fn decide(&self, settings: &TemplateSettings) -> TemplateRules {
        let pages_of = |group: &u32| self.groups.get(group).map_or(0, |group| group.pages);
        let slots = self
            .slots
            .iter()
            .filter(|((group, _), pages)| settings.is_slot(**pages, pages_of(group)))
            .map(|(slot, _)| *slot)
            .collect();
        let mut places: FxHashMap<Place, Repeated> = self
            .places
            .iter()
            .filter_map(|(place, count)| {
                let group = self.groups.get(&place.0)?;
                let repeated = count.repeated();
                let sellers = group.sellers.len() as u64;
                let is_platforms = count.platforms > 0;
                settings
                    .is_repeated(repeated, is_platforms, group.pages, sellers)
                    .then_some((*place, repeated))
            })
            .collect();
        self.follow_to_other_kinds(&mut places);
        TemplateRules { slots, places }
    }

    /// What the template repeats on the pages of one kind is the template's on those of the host's other kinds,
    /// of which there may be too few to tell by themselves.
    fn follow_to_other_kinds(&self, places: &mut FxHashMap<Place, Repeated>) {
        let on_host = |place: &Place| {
            let group = self.groups.get(&place.0)?;
            Some((group.host, place.1, place.2))
        };
        let mut concealed: FxHashMap<Place, bool> = FxHashMap::default();
        places.iter().for_each(|(place, repeated)| {
            if let Some(at) = on_host(place) {
                *concealed.entry(at).or_default() |= repeated.is_concealed;
            }
        });
        if concealed.is_empty() {
            return;
        }
        self.places.iter().for_each(|(place, count)| {
            let elsewhere = on_host(place).and_then(|at| concealed.get(&at));
            if let Some(is_concealed) = elsewhere {
                let repeated = places.entry(*place).or_insert_with(|| count.repeated());
                repeated.is_concealed |= is_concealed;
            }
        });
    }

    /// Gives every target the number that `renamed` says: pages that came between others moved them.
    pub(crate) fn renumber(&mut self, renamed: &dyn Fn(u32) -> u32) {
        let places = std::mem::take(&mut self.places).into_iter();
        self.places = places
            .map(|((group, slot, target), count)| ((group, slot, renamed(target)), count))
            .collect();
    }
}

fn add_all<K: Hash + Eq>(ours: &mut FxHashMap<K, u64>, theirs: FxHashMap<K, u64>) {
    theirs.into_iter().for_each(|(key, count)| {
        *ours.entry(key).or_default() += count;
    });
}

impl Scratch {
    /// Takes the slots, each once, and the places of a page, in order.
    fn take(&mut self, hops: impl IntoIterator<Item = CountedHop>) {
        self.slots.clear();
        self.places.clear();
        for hop in hops {
            if hop.fills_slot {
                self.slots.push(hop.slot);
            }
            if hop.is_candidate {
                let is_concealed = !hop.fills_slot;
                let place = (hop.slot, hop.target, hop.is_platforms, is_concealed);
                self.places.push(place);
            }
        }
        self.slots.sort_unstable();
        self.slots.dedup();
        self.places.sort_unstable();
    }
}

/// How often a covert hop repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeated {
    /// Pages that carry it.
    pub pages: u64,
    /// Distinct sellers among them.
    pub sellers: u64,
    /// Whether it is concealed on one of them, or on a page of another kind of the host. Then it is the
    /// template's where nobody saw the concealment, too.
    pub is_concealed: bool,
}

/// What is the template's, by group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TemplateRules {
    slots: FxHashSet<(u32, u32)>,
    places: FxHashMap<Place, Repeated>,
}

impl TemplateRules {
    /// Whether a slot is navigation on the pages of a group.
    #[must_use]
    pub fn is_slot(&self, group: u32, slot: u32) -> bool {
        self.slots.contains(&(group, slot))
    }

    /// How often a covert hop repeats, if it is the template's.
    #[must_use]
    pub fn repeated(&self, group: u32, slot: u32, target: u32) -> Option<Repeated> {
        self.places.get(&(group, slot, target)).copied()
    }

    /// Every covert hop of the template: group, slot, target and how often, in order.
    #[must_use]
    pub fn places(&self) -> Vec<(u32, u32, u32, Repeated)> {
        let mut places: Vec<_> = self
            .places
            .iter()
            .map(|((group, slot, target), repeated)| (*group, *slot, *target, *repeated))
            .collect();
        places.sort_unstable_by_key(|(group, slot, target, _)| (*group, *slot, *target));
        places
    }
}
