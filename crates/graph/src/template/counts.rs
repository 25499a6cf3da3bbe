//! What the template rules count, page by page and shard by shard.
//!
//! Groups, slots, pages and sellers are numbers that all shards share. A page belongs to one shard.

use rustc_hash::{FxHashMap, FxHashSet};

use super::TemplateSettings;

/// A page as the rules count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedPage {
    /// Its host and kind.
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
pub(super) type Place = (u32, u32, u32);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct GroupCount {
    pages: u64,
    sellers: FxHashSet<u32>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct PlaceCount {
    pages: u64,
    is_platforms: bool,
    is_concealed: bool,
}

/// Counts of slots and of covert places, to which pages and other counts are added in any order.
///
/// Memory: some 20 bytes for each slot of a group, and 40 for each candidate's place and seller, which
/// is at most one for each candidate hop. Adding a page takes O(h log h) for its h hops.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TemplateCounts {
    groups: FxHashMap<u32, GroupCount>,
    slots: FxHashMap<(u32, u32), u64>,
    places: FxHashMap<(Place, Option<u32>), PlaceCount>,
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
        let group = self.groups.entry(page.group).or_default();
        group.pages += 1;
        group.sellers.extend(page.seller);
        let Scratch { slots, places } = &mut self.scratch;
        slots.clear();
        places.clear();
        for hop in hops {
            if hop.fills_slot {
                slots.push(hop.slot);
            }
            if hop.is_candidate {
                places.push((hop.slot, hop.target, hop.is_platforms, !hop.fills_slot));
            }
        }
        slots.sort_unstable();
        slots.dedup();
        for slot in slots.iter() {
            *self.slots.entry((page.group, *slot)).or_default() += 1;
        }
        places.sort_unstable();
        for of_place in places.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let (slot, target, ..) = of_place[0];
            let key = ((page.group, slot, target), page.seller);
            let count = self.places.entry(key).or_default();
            count.pages += 1;
            count.is_platforms |= of_place.iter().any(|place| place.2);
            count.is_concealed |= of_place.iter().any(|place| place.3);
        }
    }

    /// Adds what was counted over other pages.
    pub fn merge(&mut self, other: Self) {
        // Sums and unions do not depend on the order.
        other.groups.into_iter().for_each(|(number, theirs)| {
            let ours = self.groups.entry(number).or_default();
            ours.pages += theirs.pages;
            ours.sellers.extend(theirs.sellers);
        });
        other.slots.into_iter().for_each(|(slot, pages)| {
            *self.slots.entry(slot).or_default() += pages;
        });
        other.places.into_iter().for_each(|(place, theirs)| {
            let ours = self.places.entry(place).or_default();
            ours.pages += theirs.pages;
            ours.is_platforms |= theirs.is_platforms;
            ours.is_concealed |= theirs.is_concealed;
        });
    }

    /// What is the template's. Time O(p log p) for p places.
    #[must_use]
    pub fn decide(&self, settings: &TemplateSettings) -> TemplateRules {
        let pages_of = |group: &u32| self.groups.get(group).map_or(0, |group| group.pages);
        let slots = self
            .slots
            .iter()
            .filter(|((group, _), pages)| settings.is_slot(**pages, pages_of(group)))
            .map(|(slot, _)| *slot)
            .collect();
        let mut rows: Vec<(&(Place, Option<u32>), &PlaceCount)> = self.places.iter().collect();
        rows.sort_unstable_by_key(|(key, _)| **key);
        let mut places = FxHashMap::default();
        for rows in rows.chunk_by(|a, b| a.0.0 == b.0.0) {
            let Some((((place, _), _), group)) = rows
                .first()
                .and_then(|row| Some((*row, self.groups.get(&row.0.0.0)?)))
            else {
                continue;
            };
            let mut repeated = Repeated {
                is_concealed: false,
                pages: rows.iter().map(|(_, count)| count.pages).sum(),
                sellers: rows
                    .iter()
                    .filter(|((_, seller), _)| seller.is_some())
                    .count() as u64,
            };
            repeated.is_concealed = rows.iter().any(|(_, count)| count.is_concealed);
            let is_platforms = rows.iter().any(|(_, count)| count.is_platforms);
            let sellers = group.sellers.len() as u64;
            if settings.is_repeated(repeated, is_platforms, group.pages, sellers) {
                places.insert(*place, repeated);
            }
        }
        TemplateRules { slots, places }
    }
}

/// How often a covert hop repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeated {
    /// Pages that carry it.
    pub pages: u64,
    /// Distinct sellers among them.
    pub sellers: u64,
    /// Whether it is concealed on one of them. Then it is the template's where nobody saw the
    /// concealment, too.
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
