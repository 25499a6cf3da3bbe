//! Classes with all that they were derived from, so that a few pages can be told anew at little cost.

use std::collections::hash_map::Entry;

use model::{EffectiveClass, HopKind, PageId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::judged::{WarehouseClasses, is_candidate};
use super::revise::{Revised, Splice};
use super::{NONE, Warehouse};
use crate::classes::{ClassSettings, Decider, Survey};
use crate::template::{CountedHop, CountedPage, Place, TemplateCounts, is_platforms};

/// How many hops make a place one that the target rule is asked for.
type Candidates = FxHashMap<Place, u32>;

/// The classes of a warehouse, and what of it must be known to derive them again after some pages were told
/// anew.
///
/// Memory besides the classes: 1 byte for each hop, 14 for each page, 16 for each place with a covert hop, and
/// what the template counts.
#[derive(Debug, Clone)]
pub struct Standing {
    settings: ClassSettings,
    survey: Survey,
    /// Classes before the template is taken out.
    plain: Vec<EffectiveClass>,
    candidates: Candidates,
    counts: TemplateCounts,
    classes: WarehouseClasses,
}

impl Standing {
    /// Derives the classes of a whole warehouse, as [`Warehouse::classes`] does, which see.
    #[must_use]
    pub fn of(warehouse: &Warehouse, settings: &ClassSettings) -> Self {
        let survey = Survey::of(warehouse);
        let mut plain = vec![EffectiveClass::Navigation; warehouse.hop_count() as usize];
        let mut decider = Decider::of(warehouse, &survey);
        for page in warehouse.page_ids() {
            decider.page(page, &mut |hop, class| {
                plain[hop as usize] = class.effective;
            });
        }
        drop(decider);
        let candidates = candidates(warehouse, &plain);
        let counts = counts(warehouse, &plain, &candidates);
        let classes = warehouse.settled(counts.decide(&settings.template), &plain);
        Self {
            settings: settings.clone(),
            survey,
            plain,
            candidates,
            counts,
            classes,
        }
    }

    /// The classes.
    #[must_use]
    pub const fn classes(&self) -> &WarehouseClasses {
        &self.classes
    }

    /// The classes alone.
    #[must_use]
    pub fn into_classes(self) -> WarehouseClasses {
        self.classes
    }

    /// Takes pages that were told anew. `known` is the warehouse that this was derived from, or that
    /// which was told last. What stands then is what [`of`](Self::of) derives from the revised warehouse.
    ///
    /// Time: O(V + E) at one or two bytes or numbers of each page and hop; the rules are asked only for the
    /// pages that were told, those that lead to a page which is something else to them now, and for places
    /// that became covert, or ceased to be.
    pub fn revise(&mut self, known: &Warehouse, revised: &Revised) {
        let now = &revised.imported.warehouse;
        let pages = now.page_count() as usize;
        let splice = {
            let told: Vec<u32> = revised.told.iter().map(|page| page.0).collect();
            Splice::of(&revised.place, &told, pages)
        };
        let former = Former::of(revised, pages);
        let told = former.with_those_that_lead_to_another(known, revised);
        let changed = self.survey_again(known, revised, &former, &told);
        let again = sources_of(now, &changed, &told);
        let lost = self.take_back(known, &former.of_each(&again));
        self.follow_moves(revised);
        let lost = lost.into_iter();
        let lost = lost.map(|(group, slot, target)| (group, slot, revised.place[target as usize]));
        let lost = lost.collect();
        self.plain = splice.column((known, &self.plain), now, EffectiveClass::Navigation);
        let mut decider = Decider::of(now, &self.survey);
        for page in &again {
            decider.page(*page, &mut |hop, class| {
                self.plain[hop as usize] = class.effective;
            });
        }
        drop(decider);
        self.count_again(now, &again, lost);
        let rules = self.counts.decide(&self.settings.template);
        self.classes = now.settled(rules, &self.plain);
    }

    /// Looks at pages again; gives those that are something else now to the hops that lead to them.
    fn survey_again(
        &mut self,
        known: &Warehouse,
        revised: &Revised,
        former: &Former,
        told: &[PageId],
    ) -> Vec<PageId> {
        let now = &revised.imported.warehouse;
        let pages = now.page_count() as usize;
        let mut before = self.survey.clone();
        before.spread(&revised.place, pages);
        self.survey.forget(known, &former.of_each(told));
        self.survey.spread(&revised.place, pages);
        self.survey.look_again(now, told, &before)
    }

    /// Takes pages out of the counts. Gives the places that no hop of another page makes candidates.
    fn take_back(&mut self, known: &Warehouse, pages: &[PageId]) -> FxHashSet<Place> {
        let mut of_pages = Vec::new();
        for page in pages {
            if let Some(counted) = known.counted(*page) {
                let candidates = &self.candidates;
                let hops = known.counted_hops(*page, |place| candidates.contains_key(&place));
                self.counts.remove(counted, hops);
            }
            of_pages.extend(known.candidate_places(*page, &self.plain));
        }
        let mut lost = FxHashSet::default();
        for place in &of_pages {
            if let Entry::Occupied(mut hops) = self.candidates.entry(*place) {
                *hops.get_mut() -= 1;
                if *hops.get() == 0 {
                    hops.remove();
                    lost.insert(*place);
                }
            }
        }
        lost
    }

    /// Gives targets the numbers that they have now.
    fn follow_moves(&mut self, revised: &Revised) {
        let is_moved = |(now, page): (&u32, u32)| *now != page;
        if !revised.place.iter().zip(0..).any(is_moved) {
            return;
        }
        let renamed = |target: u32| revised.place[target as usize];
        self.counts.renumber(&renamed);
        let candidates = std::mem::take(&mut self.candidates).into_iter();
        self.candidates = candidates
            .map(|((group, slot, target), hops)| ((group, slot, renamed(target)), hops))
            .collect();
    }

    /// Counts pages with their new classes. A place that became a candidate is counted on the other
    /// pages too, and one that is none any more is taken back there.
    fn count_again(&mut self, now: &Warehouse, again: &[PageId], mut lost: FxHashSet<Place>) {
        let mut gained = FxHashSet::default();
        for page in again {
            for place in now.candidate_places(*page, &self.plain) {
                let hops = self.candidates.entry(place).or_default();
                *hops += 1;
                if *hops == 1 && !lost.remove(&place) {
                    gained.insert(place);
                }
            }
        }
        self.count_elsewhere(now, again, &gained, &lost);
        for page in again {
            if let Some(counted) = now.counted(*page) {
                let candidates = &self.candidates;
                let hops = now.counted_hops(*page, |place| candidates.contains_key(&place));
                self.counts.add(counted, hops);
            }
        }
    }

    /// Counts the places that were gained, and takes back those that were lost, on all pages but `again`.
    fn count_elsewhere(
        &mut self,
        now: &Warehouse,
        again: &[PageId],
        gained: &FxHashSet<Place>,
        lost: &FxHashSet<Place>,
    ) {
        if gained.is_empty() && lost.is_empty() {
            return;
        }
        // Few targets are asked for, so that a look at a bit of each comes before a look at a place.
        let mut is_turned = vec![false; now.page_count() as usize];
        for (_, _, target) in gained.iter().chain(lost) {
            is_turned[*target as usize] = true;
        }
        let again: FxHashSet<PageId> = again.iter().copied().collect();
        for page in now.page_ids() {
            let targets = &now.hops.targets[now.range(page)];
            if !targets.iter().any(|target| is_turned[*target as usize]) || again.contains(&page) {
                continue;
            }
            let Some(counted) = now.counted(page) else {
                continue;
            };
            let at = |places: &FxHashSet<Place>| {
                let is_one = |place: Place| is_turned[place.2 as usize] && places.contains(&place);
                let hops = now.counted_hops(page, is_one);
                hops.filter(|hop| hop.is_candidate).collect::<Vec<_>>()
            };
            self.counts.add_places(counted, at(gained));
            self.counts.remove_places(counted, at(lost));
        }
    }
}

/// The former number of each page.
struct Former(Vec<u32>);

impl Former {
    fn of(revised: &Revised, pages: usize) -> Self {
        let mut former = vec![NONE; pages];
        for (page, at) in (0..).zip(&revised.place) {
            former[*at as usize] = page;
        }
        Self(former)
    }

    fn get(&self, page: PageId) -> Option<PageId> {
        let former = self.0[page.index()];
        (former != NONE).then_some(PageId(former))
    }

    /// The former numbers of pages, those left out that are new.
    fn of_each(&self, pages: &[PageId]) -> Vec<PageId> {
        pages.iter().filter_map(|page| self.get(*page)).collect()
    }

    /// The pages that were told, and those that lead to one of them which is of another kind, site or seller
    /// now: what they show depends on that.
    fn with_those_that_lead_to_another(&self, known: &Warehouse, revised: &Revised) -> Vec<PageId> {
        let now = &revised.imported.warehouse;
        let nature = |pages: &super::Pages, page: PageId| {
            let at = page.index();
            (
                pages.kinds[at],
                pages.sites[at],
                pages.sellers[at],
                pages.homes[at],
            )
        };
        let is_another = |page: &&PageId| {
            let before = self.get(**page);
            before.is_some_and(|before| nature(&known.pages, before) != nature(&now.pages, **page))
        };
        let others: Vec<PageId> = revised.told.iter().filter(is_another).copied().collect();
        sources_of(now, &others, &revised.told)
    }
}

/// The pages that lead to one of `targets`, and `besides`; ascending. One pass over the targets of all hops.
fn sources_of(warehouse: &Warehouse, targets: &[PageId], besides: &[PageId]) -> Vec<PageId> {
    let mut sources = besides.to_vec();
    if !targets.is_empty() {
        let mut is_wanted = vec![false; warehouse.page_count() as usize];
        for page in targets {
            is_wanted[page.index()] = true;
        }
        let leads_there = |page: &PageId| {
            let targets = &warehouse.hops.targets[warehouse.range(*page)];
            targets.iter().any(|target| is_wanted[*target as usize])
        };
        sources.extend(warehouse.page_ids().filter(leads_there));
        sources.sort_unstable();
        sources.dedup();
    }
    sources
}

/// The places at which some hop is a candidate: the target rule is asked for no other.
pub(super) fn candidates(warehouse: &Warehouse, plain: &[EffectiveClass]) -> Candidates {
    let mut candidates = Candidates::default();
    for page in warehouse.page_ids() {
        for place in warehouse.candidate_places(page, plain) {
            *candidates.entry(place).or_default() += 1;
        }
    }
    candidates
}

/// What the template rules count of a whole warehouse.
pub(super) fn counts(
    warehouse: &Warehouse,
    plain: &[EffectiveClass],
    candidates: &Candidates,
) -> TemplateCounts {
    let mut is_wanted = vec![false; warehouse.page_count() as usize];
    for (index, class) in plain.iter().enumerate() {
        let target = warehouse.hops.targets[index] as usize;
        is_wanted[target] |= is_candidate(&warehouse.hops, index, *class);
    }
    let is_counted = |place: Place| is_wanted[place.2 as usize] && candidates.contains_key(&place);
    let mut counts = TemplateCounts::default();
    for page in warehouse.page_ids() {
        if let Some(counted) = warehouse.counted(page) {
            counts.add(counted, warehouse.counted_hops(page, is_counted));
        }
    }
    counts
}

impl Warehouse {
    /// A page as the template counts it; `None` where it is no page of its host's template: it has no
    /// hops, or answers with a redirect.
    fn counted(&self, page: PageId) -> Option<CountedPage> {
        let range = self.range(page);
        let redirects = |index: usize| self.hops.kinds[index] == HopKind::HttpRedirect;
        if range.is_empty() || range.clone().any(redirects) {
            return None;
        }
        let seller = self.pages.sellers[page.index()];
        let group = self.pages.groups[page.index()];
        Some(CountedPage {
            host: self.pages.host_kinds[group as usize].0,
            group,
            seller: (seller != NONE).then_some(seller),
        })
    }

    fn counted_hops(
        &self,
        page: PageId,
        is_counted: impl Fn(Place) -> bool,
    ) -> impl Iterator<Item = CountedHop> {
        let group = self.pages.groups[page.index()];
        self.range(page).map(move |index| {
            let (slot, target) = (self.hops.slots[index], self.hops.targets[index]);
            let marks = self.hops.marks[index];
            let (visibility, zone) = (marks.visibility(), marks.zone());
            CountedHop {
                slot,
                target,
                fills_slot: visibility != model::VisibilityState::Hidden,
                is_candidate: is_counted((group, slot, target)),
                is_platforms: is_platforms(self.hops.kinds[index], visibility, zone),
            }
        })
    }

    /// The place of each hop of a page that makes it a candidate.
    fn candidate_places<'a>(
        &'a self,
        page: PageId,
        plain: &'a [EffectiveClass],
    ) -> impl Iterator<Item = Place> + 'a {
        let group = self.pages.groups[page.index()];
        let range = self.range(page);
        let hops = range.filter(|index| is_candidate(&self.hops, *index, plain[*index]));
        hops.map(move |index| (group, self.hops.slots[index], self.hops.targets[index]))
    }
}
