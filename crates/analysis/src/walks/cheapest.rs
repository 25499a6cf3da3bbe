//! The cheapest walk from every page, within the bound.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use graph::frozen::HopPlace;
use model::EffectiveClass;
use rustc_hash::FxHashMap;

use super::Ground;
use super::automaton::{ACCEPTING, BEFORE, START, STATES};

/// One hop of a walk over a frozen graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stride {
    pub(crate) place: HopPlace,
    pub(crate) target: u32,
    pub(crate) class: EffectiveClass,
    pub(crate) cost: u64,
}

/// The best walk from (page, state) to a target that is known so far.
#[derive(Debug, Clone, Copy)]
struct Best {
    cost: u64,
    hops: u32,
    /// The first stride, and the state after it; `None` at a target.
    first: Option<(Stride, u8)>,
    is_settled: bool,
}

/// A page and a state of the automaton.
type Spot = (u32, u8);

/// The cheapest walks to one of some targets, from every page and state within the bound: Dijkstra's
/// search backwards over the product. Ties go to fewer hops, then to the lesser pages in order, then to
/// the lesser hop. Time O(4 · (V' + E') log V') for what lies within the bound.
pub(crate) struct Cheapest<'a> {
    pub(super) ground: &'a Ground<'a>,
    may_pass: &'a dyn Fn(u32) -> bool,
    best: FxHashMap<Spot, Best>,
    /// Cheapest, then shortest, first; the rest of the key only makes the order total.
    heap: BinaryHeap<Reverse<(u64, u32, u32, u8)>>,
    touched: u64,
}

impl<'a> Cheapest<'a> {
    pub(crate) fn of(
        ground: &'a Ground<'a>,
        targets: &[u32],
        may_pass: &'a dyn Fn(u32) -> bool,
    ) -> Self {
        let mut search = Self {
            ground,
            may_pass,
            best: FxHashMap::default(),
            heap: BinaryHeap::new(),
            touched: 0,
        };
        for target in targets.iter().filter(|target| may_pass(**target)) {
            for state in ACCEPTING {
                let here = Best {
                    cost: 0,
                    hops: 0,
                    first: None,
                    is_settled: false,
                };
                search.best.insert((*target, state), here);
                search.heap.push(Reverse((0, 0, *target, state)));
            }
        }
        search.run();
        search
    }

    /// The pages from which a walk begins, ascending.
    pub(crate) fn begins(&self) -> Vec<u32> {
        let is_begin = |spot: &&Spot| spot.1 == START;
        let mut pages: Vec<u32> = self
            .best
            .keys()
            .filter(is_begin)
            .map(|spot| spot.0)
            .collect();
        pages.sort_unstable();
        pages
    }

    /// How many hops were looked at; one that is met in several states counts each time.
    pub(crate) const fn touched(&self) -> u64 {
        self.touched
    }

    /// What is left to walk from a page in a state, in millionths.
    pub(super) fn left(&self, page: u32, state: u8) -> Option<u64> {
        self.best.get(&(page, state)).map(|best| best.cost)
    }

    /// The cheapest walk from a page; empty where there is none.
    pub(crate) fn walk(&self, page: u32) -> Vec<Stride> {
        let best = self.best.get(&(page, START));
        best.map(|best| self.walk_from(best)).unwrap_or_default()
    }

    fn run(&mut self) {
        while let Some(Reverse((cost, hops, page, state))) = self.heap.pop() {
            let Some(best) = self.best.get_mut(&(page, state)) else {
                continue;
            };
            if best.is_settled || (best.cost, best.hops) != (cost, hops) {
                continue;
            }
            best.is_settled = true;
            self.relax(page, state, cost, hops);
        }
    }

    /// Offers the walk from (page, state) to every hop that leads there.
    fn relax(&mut self, page: u32, after: u8, cost: u64, hops: u32) {
        let ground = self.ground;
        for (place, hop) in ground.graph.places_into(page) {
            self.touched += 1;
            let (source, class) = (hop.source, hop.label.class());
            let states = BEFORE[class as usize][1 << after];
            if states == 0 || !(self.may_pass)(source) {
                continue;
            }
            let Some(step_cost) = ground.cost(source, class) else {
                continue;
            };
            let total = cost + step_cost;
            if total > ground.bound {
                continue;
            }
            let stride = Stride {
                place,
                target: page,
                class,
                cost: step_cost,
            };
            for before in (0..STATES).filter(|state| states >> state & 1 == 1) {
                let offer = Best {
                    cost: total,
                    hops: hops + 1,
                    first: Some((stride, after)),
                    is_settled: false,
                };
                self.offer(source, before, offer);
            }
        }
    }

    fn offer(&mut self, page: u32, state: u8, offer: Best) {
        let is_better = match self.best.get(&(page, state)) {
            None => true,
            Some(known) => self.compare(&offer, known) == Ordering::Less,
        };
        if is_better {
            // A settled entry is never bettered: whatever offers it a walk of its own cost and
            // length is one hop shorter, hence was settled before it.
            self.heap
                .push(Reverse((offer.cost, offer.hops, page, state)));
            self.best.insert((page, state), offer);
        }
    }

    fn compare(&self, a: &Best, b: &Best) -> Ordering {
        (a.cost, a.hops)
            .cmp(&(b.cost, b.hops))
            .then_with(|| self.compare_walks(&self.walk_from(a), &self.walk_from(b)))
    }

    /// Compares walks of one cost and length: by their pages, then by their hops. Pages are numbered in
    /// the order of their addresses, so page numbers compare as addresses do.
    pub(crate) fn compare_walks(&self, a: &[Stride], b: &[Stride]) -> Ordering {
        let pages =
            |walk: &[Stride]| -> Vec<u32> { walk.iter().map(|stride| stride.target).collect() };
        let hops = |walk: &[Stride]| -> Vec<u32> {
            walk.iter()
                .map(|stride| (self.ground.order)(stride.place))
                .collect()
        };
        pages(a).cmp(&pages(b)).then_with(|| hops(a).cmp(&hops(b)))
    }

    /// The strides from an entry to a target. Each lowers the number of hops left, so that it ends.
    fn walk_from(&self, best: &Best) -> Vec<Stride> {
        let mut strides = Vec::new();
        let mut at = *best;
        while let Some((stride, state)) = at.first {
            strides.push(stride);
            match self.best.get(&(stride.target, state)) {
                Some(further) => at = *further,
                None => break,
            }
        }
        strides
    }
}
