//! The hidden path: definition, search and witness.
//!
//! # Definition
//!
//! Every hop has an effective class (`graph::classes`). A hidden path is a walk v0 … vn, n ≥ 1,
//! over hops that are not navigation, whose classes match
//!
//! ```text
//! L? (H|M|F)+ (O (H|M|F)*)?
//! ```
//!
//! where v0 is a listing labelled compliant, vn is labelled illegal or age-restricted, and, for an
//! age-restricted vn, no page of the walk carries an age gate of the strength that the policy asks
//! for. The automaton has four states: 0 start, 1 after `L`, 2 evidence, 3 one overt hop used;
//! 2 and 3 accept.
//!
//! # Cost
//!
//! A hop of class c out of page u costs ln(number of pages that u's hops of class c lead to) plus
//! a constant of the class: minus the log of the chance that a shopper takes it unknowing. A walk
//! counts up to a total of [`SearchSettings::cost_bound`]. Costs are summed in millionths, as whole
//! numbers, so that ties are ties on every machine.
//!
//! The *witness* of (v0, vn) is the cheapest such walk; ties go to fewer hops, then to the lesser
//! addresses in order, then to the lesser hop, so it is unique.
//!
//! # Search
//!
//! One Dijkstra search backwards from each restricted page over the product of the off-template
//! graph with the automaton, cut at the cost bound: O(4·(V'+E') log V') for each target, where V'
//! and E' are what lies within the bound, a small part of the off-template graph.
//!
//! The product, and labels on regular path queries, are as in Mendelzon & Wood, "Finding regular
//! simple paths in graph databases" (1995); walks are meant here, not simple paths, which keeps the
//! problem polynomial.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BinaryHeap};

use graph::{Classes, HopId, LinkGraph};
use model::{EffectiveClass, PageId};
use serde::Serialize;

/// Constants of the search, recorded with the judgement.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SearchSettings {
    /// The most that a walk may cost.
    pub cost_bound: f64,
    /// Constant of a forced hop.
    pub forced: f64,
    /// Constant of a hidden hop.
    pub hidden: f64,
    /// Constant of a masked hop.
    pub masked: f64,
    /// Constant of a lateral hop.
    pub lateral: f64,
    /// Constant of an overt hop.
    pub overt: f64,
}

impl Default for SearchSettings {
    fn default() -> Self {
        Self {
            cost_bound: 4.0,
            forced: 0.0,
            hidden: 0.1,
            masked: 0.2,
            lateral: 0.7,
            overt: 1.0,
        }
    }
}

impl SearchSettings {
    /// Constant of a class; `None` for navigation, which is not searched.
    pub(crate) const fn constant(&self, class: EffectiveClass) -> Option<f64> {
        match class {
            EffectiveClass::Forced => Some(self.forced),
            EffectiveClass::Hidden => Some(self.hidden),
            EffectiveClass::Masked => Some(self.masked),
            EffectiveClass::Lateral => Some(self.lateral),
            EffectiveClass::Overt => Some(self.overt),
            EffectiveClass::Navigation => None,
        }
    }
}

/// One hop of a witness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// The hop.
    pub hop: HopId,
    /// Its class.
    pub class: EffectiveClass,
    /// Its cost in millionths.
    pub cost: u64,
}

/// A hidden path, by its witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HiddenPath {
    /// v0.
    pub listing: PageId,
    /// vn.
    pub target: PageId,
    /// The cheapest walk; never empty.
    pub steps: Vec<Step>,
    /// Its cost in millionths.
    pub cost: u64,
}

/// What is searched: the graph with its classes, and where walks may begin, end and pass.
pub struct Search<'a> {
    /// The graph.
    pub graph: &'a LinkGraph,
    /// The classes of its hops.
    pub classes: &'a Classes,
    /// Constants.
    pub settings: &'a SearchSettings,
    /// Whether a page is a listing labelled compliant.
    pub is_listing: &'a dyn Fn(PageId) -> bool,
    /// Whether a walk to the target may pass a page: false for one with a sufficient age gate.
    pub may_pass: &'a dyn Fn(PageId) -> bool,
}

/// The automaton's states, as a walk meets them.
const START: usize = 0;
const AFTER_LATERAL: usize = 1;
const EVIDENCE: usize = 2;
const OVERT_USED: usize = 3;
const STATES: usize = 4;

/// The state after a hop of `class` in `state`, if the expression allows it.
const fn next(state: usize, class: EffectiveClass) -> Option<usize> {
    use EffectiveClass::{Forced, Hidden, Lateral, Masked, Navigation, Overt};
    match (state, class) {
        (START, Lateral) => Some(AFTER_LATERAL),
        (START | AFTER_LATERAL | EVIDENCE, Hidden | Masked | Forced) => Some(EVIDENCE),
        (EVIDENCE, Overt) | (OVERT_USED, Hidden | Masked | Forced) => Some(OVERT_USED),
        (_, Hidden | Masked | Forced | Lateral | Overt | Navigation) => None,
    }
}

/// The best walk from (page, state) to the target that is known so far.
#[derive(Debug, Clone, Copy)]
struct Best {
    cost: u64,
    hops: u32,
    /// The first step, and the state after it; `None` at the target.
    first: Option<(Step, PageId, usize)>,
    is_settled: bool,
}

/// Every hidden path to `target` within the cost bound, in the order of the listings' addresses.
#[must_use]
pub fn hidden_paths(search: &Search<'_>, target: PageId) -> Vec<HiddenPath> {
    if !(search.may_pass)(target) {
        return Vec::new();
    }
    let mut backwards = Backwards::new(search, target);
    backwards.run();
    let mut found: Vec<HiddenPath> = Vec::new();
    for ((page, state), best) in &backwards.best {
        let is_walk = *state == START && best.first.is_some() && *page != target;
        if is_walk && (search.is_listing)(*page) {
            found.push(HiddenPath {
                listing: *page,
                target,
                steps: backwards.walk(*page, START),
                cost: best.cost,
            });
        }
    }
    found
}

struct Backwards<'a> {
    search: &'a Search<'a>,
    bound: u64,
    best: BTreeMap<(PageId, usize), Best>,
    /// Cheapest, then shortest, first; the rest of the key only makes the order total.
    heap: BinaryHeap<Reverse<(u64, u32, PageId, usize)>>,
}

impl<'a> Backwards<'a> {
    fn new(search: &'a Search<'a>, target: PageId) -> Self {
        let mut backwards = Self {
            search,
            bound: millionths(search.settings.cost_bound),
            best: BTreeMap::new(),
            heap: BinaryHeap::new(),
        };
        for state in [EVIDENCE, OVERT_USED] {
            let here = Best {
                cost: 0,
                hops: 0,
                first: None,
                is_settled: false,
            };
            backwards.best.insert((target, state), here);
            backwards.heap.push(Reverse((0, 0, target, state)));
        }
        backwards
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
    fn relax(&mut self, page: PageId, after: usize, cost: u64, hops: u32) {
        let search = self.search;
        for (id, source, _) in search.graph.ways_in(page) {
            let class = search.classes.of(id).effective;
            if !(search.may_pass)(source) {
                continue;
            }
            let Some(step_cost) = hop_cost(search, source, class) else {
                continue;
            };
            let total = cost + step_cost;
            if total > self.bound {
                continue;
            }
            let step = Step {
                hop: id,
                class,
                cost: step_cost,
            };
            for before in 0..STATES {
                if next(before, class) == Some(after) {
                    let offer = Best {
                        cost: total,
                        hops: hops + 1,
                        first: Some((step, page, after)),
                        is_settled: false,
                    };
                    self.offer(source, before, offer);
                }
            }
        }
    }

    fn offer(&mut self, page: PageId, state: usize, offer: Best) {
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

    /// Cheaper, then shorter, then the lesser addresses in order, then the lesser hop.
    fn compare(&self, a: &Best, b: &Best) -> Ordering {
        (a.cost, a.hops)
            .cmp(&(b.cost, b.hops))
            .then_with(|| self.compare_steps(a, b))
    }

    /// Pages are numbered in the order of their addresses, so page ids compare as addresses do.
    fn compare_steps(&self, a: &Best, b: &Best) -> Ordering {
        let (walk_a, walk_b) = (self.walk_from(a), self.walk_from(b));
        let pages = |walk: &[Step]| -> Vec<PageId> {
            walk.iter()
                .map(|step| self.search.graph.ends(step.hop).1)
                .collect()
        };
        pages(&walk_a)
            .cmp(&pages(&walk_b))
            .then_with(|| walk_a.cmp(&walk_b))
    }

    fn walk(&self, page: PageId, state: usize) -> Vec<Step> {
        self.best
            .get(&(page, state))
            .map(|best| self.walk_from(best))
            .unwrap_or_default()
    }

    /// The steps from an entry to the target. Each step lowers the number of hops left, so that
    /// it ends.
    fn walk_from(&self, best: &Best) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut at = *best;
        while let Some((step, page, state)) = at.first {
            steps.push(step);
            match self.best.get(&(page, state)) {
                Some(further) => at = *further,
                None => break,
            }
        }
        steps
    }
}

/// Cost of a hop of `class` out of `page`, in millionths; `None` for navigation.
fn hop_cost(search: &Search<'_>, page: PageId, class: EffectiveClass) -> Option<u64> {
    let constant = search.settings.constant(class)?;
    let fan_out = search.classes.fan_out(page, class).max(1);
    Some(millionths(f64::from(fan_out).ln() + constant))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "costs are small and not negative; a float beyond the range saturates"
)]
fn millionths(cost: f64) -> u64 {
    (cost * 1e6).round() as u64
}
