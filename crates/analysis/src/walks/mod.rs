//! Walks that match the definition, over a frozen graph: that there are any, the cheapest, further
//! ones, and the hops that lie on them.
//!
//! The definition and what it costs to search are told in [`crate::hidden_path`]. Everything here runs
//! backwards from restricted pages, over hops off the template.

mod automaton;
mod cheapest;
mod evidence;
mod existence;
mod further;
mod left;

pub(crate) use automaton::first_break;
pub(crate) use cheapest::{Cheapest, Stride};
pub(crate) use evidence::{EvidenceGraph, collect as collect_evidence};
pub use existence::Existence;
pub(crate) use further::further;
pub use further::{Further, Walk};
pub(crate) use left::Left;

use std::cell::RefCell;

use graph::Frozen;
use graph::frozen::HopPlace;
use model::EffectiveClass;
use rustc_hash::FxHashMap;

use crate::SearchSettings;

/// What is searched: the graph, what its hops cost, and what a walk may pass.
pub(crate) struct Ground<'a> {
    pub(crate) graph: &'a Frozen,
    settings: &'a SearchSettings,
    /// What the hops of each page and class cost, in millionths, as far as they were met.
    costs: RefCell<FxHashMap<(u32, EffectiveClass), u64>>,
    /// The most that a walk may cost, in millionths.
    pub(crate) bound: u64,
    /// Which of two parallel hops comes first, where nothing else tells.
    pub(crate) order: &'a dyn Fn(HopPlace) -> u32,
}

impl<'a> Ground<'a> {
    pub(crate) fn of(
        graph: &'a Frozen,
        settings: &'a SearchSettings,
        order: &'a dyn Fn(HopPlace) -> u32,
    ) -> Self {
        Self {
            graph,
            settings,
            costs: RefCell::default(),
            bound: millionths(settings.cost_bound),
            order,
        }
    }

    /// What a hop of `class` out of `page` costs, in millionths; `None` for navigation. The pages that
    /// the hops of a class lead to are counted once.
    pub(crate) fn cost(&self, page: u32, class: EffectiveClass) -> Option<u64> {
        let constant = self.settings.constant(class)?;
        if let Some(cost) = self.costs.borrow().get(&(page, class)) {
            return Some(*cost);
        }
        let fan_out = fan_out(self.graph, page, class).max(1);
        let cost = millionths(f64::from(fan_out).ln() + constant);
        self.costs.borrow_mut().insert((page, class), cost);
        Some(cost)
    }
}

/// How many distinct pages the hops of one class lead to from a page. O(d) for d hops.
pub(crate) fn fan_out(graph: &Frozen, page: u32, class: EffectiveClass) -> u32 {
    let mut count = 0;
    let mut last = None;
    for (target, found, _) in graph.ways_out(page) {
        if found == class && last.replace(target) != Some(target) {
            count += 1;
        }
    }
    count
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "costs are small and not negative; a float beyond the range saturates"
)]
pub(crate) fn millionths(cost: f64) -> u64 {
    (cost * 1e6).round() as u64
}
