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
//! Backwards from restricted pages over the product of the frozen off-template graph with the automaton.
//! Whether there is a walk at all is one search from all of them at once, O(4·(V+E)) with one byte for
//! each page. The cheapest walks are Dijkstra's search in the product, cut at the cost bound:
//! O(4·(V'+E') log V'), where V' and E' are what lies within the bound, a small part of the off-template
//! graph; from one page for every pair of listing and target, or from all at once for each listing's
//! cheapest.
//!
//! The product, and labels on regular path queries, are as in Mendelzon & Wood, "Finding regular
//! simple paths in graph databases" (1995); walks are meant here, not simple paths, which keeps the
//! problem polynomial.

use graph::frozen::Freeze;
use graph::{Classes, HopId, LinkGraph};
use model::{EffectiveClass, PageId};
use serde::Serialize;

use crate::walks::{Cheapest, Ground};

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

impl HiddenPath {
    /// The hops of the witness, in order.
    pub fn hops(&self) -> impl Iterator<Item = HopId> {
        self.steps.iter().map(|step| step.hop)
    }
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

/// Every hidden path to `target` within the cost bound, in the order of the listings' addresses.
///
/// Freezes the graph first; many targets are better asked of [`hidden_paths_to`].
#[must_use]
pub fn hidden_paths(search: &Search<'_>, target: PageId) -> Vec<HiddenPath> {
    hidden_paths_to(&search.graph.freeze(search.classes), search, target)
}

/// Every hidden path to `target` in a graph that is frozen already.
#[must_use]
pub fn hidden_paths_to(freeze: &Freeze, search: &Search<'_>, target: PageId) -> Vec<HiddenPath> {
    let hop_of = |place| freeze.hops.of(place).unwrap_or(HopId(u32::MAX));
    let order = |place| hop_of(place).0;
    let ground = Ground::of(&freeze.graph, search.settings, &order);
    let may_pass = |page| (search.may_pass)(PageId(page));
    let cheapest = Cheapest::of(&ground, &[target.0], &may_pass);
    let mut found = Vec::new();
    for page in cheapest.begins() {
        if page == target.0 || !(search.is_listing)(PageId(page)) {
            continue;
        }
        let strides = cheapest.walk(page);
        found.push(HiddenPath {
            listing: PageId(page),
            target,
            cost: strides.iter().map(|stride| stride.cost).sum(),
            steps: strides
                .iter()
                .map(|stride| Step {
                    hop: hop_of(stride.place),
                    class: stride.class,
                    cost: stride.cost,
                })
                .collect(),
        });
    }
    found
}
