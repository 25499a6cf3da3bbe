//! Explanations: why a pair of pages is, or is not, a hidden path.
//!
//! What keeps a pair from being found is looked for in an order: the labels of both ends, then the
//! search with one condition after the other given up (the bound of the cost, age gates, the
//! template), then any walk at all, on which the hop is named that the expression does not allow.
//! The first search that finds a walk names the condition.

use std::collections::{BTreeMap, VecDeque};

use graph::{Because, Class, Classes, HopId, LinkGraph};
use model::{EffectiveClass, GateStrength, HopKind, Label, LawReview, PageId, PageUrl, Policy};
use serde::Serialize;

use crate::Scene;
use crate::hidden_path::{HiddenPath, Search, SearchSettings, hidden_paths};
use crate::scene::required_gate;

/// How many restricted pages are explained where none is named and no hidden path was found.
const NEAREST: usize = 3;

/// What the judgement makes of a page as a listing, and of the ways from it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explained {
    /// The page.
    pub listing: PageUrl,
    /// What the policy says of it.
    pub policy: Policy,
    /// Whether it counts as a listing labelled compliant.
    pub is_listing: bool,
    /// The restricted pages that were asked about: the one that was named, else those of its hidden
    /// paths, else the nearest.
    pub ways: Vec<Way>,
}

/// What the judgement makes of one pair.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Way {
    /// The other end.
    pub target: PageUrl,
    /// What the policy says of it.
    pub policy: Policy,
    /// For which goods: code and name of the category; empty without a label.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub goods: String,
    /// The law that restricts it, as the pack states it; empty where none is named.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub legal_basis: String,
    /// Where the pack took that law from, and whether anybody checked it; `None` where it does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_review: Option<LawReview>,
    /// Why it is, or is not, a hidden path.
    pub outcome: WayOutcome,
    /// The walk that shows it; empty where there is none.
    pub walk: Vec<WalkHop>,
    /// What the walk costs, and the most that it may.
    pub cost: f64,
    /// The bound.
    pub cost_bound: f64,
}

/// Why a pair is, or is not, a hidden path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum WayOutcome {
    /// It is one.
    HiddenPath {
        /// Its place among all, by rank, from 1.
        rank: usize,
        /// How many there are.
        of: usize,
    },
    /// The walk matches, and the listing is not labelled compliant.
    NoCompliantListing,
    /// The other end is not labelled restricted.
    NotRestricted,
    /// The walk matches, and costs more than it may.
    TooDear,
    /// The walk passes an age gate that suffices.
    Gated {
        /// The page that carries it.
        gate: PageUrl,
        /// Its strength.
        strength: GateStrength,
    },
    /// The walk would match, were one of its hops not the template's.
    Template {
        /// Which hop of the walk, from 0.
        hop: usize,
        /// How many pages carry it.
        pages: usize,
    },
    /// There is a walk, and the expression does not allow one of its hops.
    Broken {
        /// Which hop of the walk, from 0.
        hop: usize,
    },
    /// There is a walk, and nothing on it conceals, masks or forces.
    NoEvidence,
    /// No walk leads there.
    NoWalk,
}

/// One hop of the walk that shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WalkHop {
    /// From which page.
    pub source: PageUrl,
    /// To which page.
    pub target: PageUrl,
    /// What takes the visitor along.
    pub kind: HopKind,
    /// What it is to a shopper.
    pub class: EffectiveClass,
    /// What that was derived from.
    pub because: String,
    /// How many pages the hops of its class lead to from its source.
    pub fan_out: u32,
    /// What it costs.
    pub cost: f64,
}

/// Explains a listing, with one other end or with those that suggest themselves. Costs up to four
/// searches for each other end.
#[must_use]
pub fn explain(scene: &Scene, listing: PageId, target: Option<PageId>) -> Explained {
    let targets = target.map_or_else(|| suggested(scene, listing), |target| vec![target]);
    Explained {
        listing: scene.graph.page(listing).address.clone(),
        policy: scene.policy(listing),
        is_listing: scene.verdicts[listing.index()]
            .beginning(scene.graph.page(listing))
            .is_some(),
        ways: targets
            .into_iter()
            .map(|target| way(scene, listing, target))
            .collect(),
    }
}

/// The targets of the hidden paths of a listing; where it has none, the restricted pages that the
/// fewest hops lead to.
fn suggested(scene: &Scene, listing: PageId) -> Vec<PageId> {
    let found = scene.paths.iter().filter(|path| path.listing == listing);
    let mut targets: Vec<PageId> = found.map(|path| path.target).collect();
    if targets.is_empty() {
        let came_by = breadth_first(&scene.graph, listing, None);
        let restricted = came_by.order.iter().copied();
        let restricted = restricted.filter(|page| scene.policy(*page).is_restricted());
        targets = restricted.take(NEAREST).collect();
    }
    targets
}

fn way(scene: &Scene, listing: PageId, target: PageId) -> Way {
    let (outcome, hops) = outcome(scene, listing, target);
    let walk: Vec<WalkHop> = hops.iter().map(|hop| walk_hop(scene, *hop)).collect();
    let label = scene.verdicts[target.index()].restricted.as_ref();
    let said = |of: fn(&Label) -> String| label.map(|(_, label)| of(label)).unwrap_or_default();
    Way {
        target: scene.graph.page(target).address.clone(),
        policy: scene.policy(target),
        goods: said(|label| match &label.category {
            Some(code) => format!("{code} {}", label.name),
            None => label.name.clone(),
        }),
        legal_basis: said(|label| label.legal_basis.clone()),
        legal_review: label.and_then(|(_, label)| label.law_review()),
        outcome,
        cost: walk.iter().map(|hop| hop.cost).sum(),
        walk,
        cost_bound: scene.settings.search.cost_bound,
    }
}

fn outcome(scene: &Scene, listing: PageId, target: PageId) -> (WayOutcome, Vec<HopId>) {
    let known = |path: &&HiddenPath| (path.listing, path.target) == (listing, target);
    if let Some(path) = scene.paths.iter().find(known) {
        let outcome = WayOutcome::HiddenPath {
            rank: rank(scene, path),
            of: scene.paths.len(),
        };
        return (outcome, path.hops().collect());
    }
    let unbound = SearchSettings {
        cost_bound: f64::MAX,
        ..scene.settings.search.clone()
    };
    let required = scene.verdicts[target.index()]
        .restricted
        .as_ref()
        .and_then(|(_, label)| required_gate(label));
    let is_open = |page: PageId| required.is_none_or(|gate| scene.graph.page(page).gate < gate);
    let with = |settings: &SearchSettings, classes: &Classes, may_pass: &dyn Fn(PageId) -> bool| {
        let search = Search {
            graph: &scene.graph,
            classes,
            settings,
            is_listing: &|page| page == listing,
            may_pass,
        };
        let found = hidden_paths(&search, target).into_iter().next();
        found.map(|path| path.hops().collect::<Vec<_>>())
    };
    let classes = &scene.classes;
    if let Some(walk) = with(&scene.settings.search, classes, &is_open) {
        // The walk is whole: one of the labels is what is missing.
        let restricted = scene.policy(target).is_restricted();
        let missing = if restricted {
            WayOutcome::NoCompliantListing
        } else {
            WayOutcome::NotRestricted
        };
        return (missing, walk);
    }
    if let Some(walk) = with(&unbound, classes, &is_open) {
        return (WayOutcome::TooDear, walk);
    }
    if let Some(walk) = with(&unbound, classes, &|_| true) {
        return (gated(scene, listing, &walk, required), walk);
    }
    let bare = without_template(scene);
    if let Some(walk) = with(&unbound, &bare, &|_| true) {
        return (of_template(scene, &walk), walk);
    }
    any_walk(scene, listing, target)
}

/// The place of a hidden path when all are in the order of findings: by chance, then by cost.
fn rank(scene: &Scene, path: &HiddenPath) -> usize {
    let key = |path: &HiddenPath| (scene.chances[path.listing.index()], path.cost);
    let own = key(path);
    let before = scene.paths.iter().filter(|other| {
        let other = key(other);
        other.0 > own.0 || (other.0.total_cmp(&own.0).is_eq() && other.1 < own.1)
    });
    before.count() + 1
}

/// Which gate the walk passes.
fn gated(
    scene: &Scene,
    listing: PageId,
    walk: &[HopId],
    required: Option<GateStrength>,
) -> WayOutcome {
    let after = walk.iter().map(|hop| scene.graph.ends(*hop).1);
    let mut pages = std::iter::once(listing).chain(after);
    let gate = pages
        .find(|page| required.is_some_and(|required| scene.graph.page(*page).gate >= required));
    gate.map_or(WayOutcome::NoEvidence, |gate| WayOutcome::Gated {
        gate: scene.graph.page(gate).address.clone(),
        strength: scene.graph.page(gate).gate,
    })
}

/// The classes, with the template's covert hops as hidden as they are on a page by itself.
fn without_template(scene: &Scene) -> Classes {
    let of_hop = scene
        .graph
        .hops()
        .map(|(id, _, _, hop)| {
            let class = scene.classes.of(id);
            if class.because == Because::Template && hop.visibility.is_hidden() {
                Class {
                    effective: EffectiveClass::Hidden,
                    because: Because::Concealed,
                }
            } else {
                class.clone()
            }
        })
        .collect();
    Classes::given(&scene.graph, of_hop, scene.classes.template().clone())
}

/// Which hop of the walk is the template's.
fn of_template(scene: &Scene, walk: &[HopId]) -> WayOutcome {
    let is_template = |hop: &HopId| scene.classes.of(*hop).because == Because::Template;
    let Some(at) = walk.iter().position(is_template) else {
        return WayOutcome::NoEvidence;
    };
    let template = scene.classes.template().covert(&scene.graph, walk[at]);
    WayOutcome::Template {
        hop: at,
        pages: template.map_or(1, |template| template.pages.len()),
    }
}

/// The shortest walk over all hops, and where it breaks the expression.
fn any_walk(scene: &Scene, listing: PageId, target: PageId) -> (WayOutcome, Vec<HopId>) {
    let came_by = breadth_first(&scene.graph, listing, Some(target));
    let walk = came_by.walk(&scene.graph, target);
    if walk.is_empty() {
        return (WayOutcome::NoWalk, walk);
    }
    let classes = walk.iter().map(|hop| scene.classes.of(*hop).effective);
    let broken = crate::walks::first_break(classes);
    let outcome = broken.map_or(WayOutcome::NoEvidence, |hop| WayOutcome::Broken { hop });
    (outcome, walk)
}

/// Pages in the order in which a search in breadth meets them, each with the hop that led there.
struct CameBy {
    order: Vec<PageId>,
    by: BTreeMap<PageId, Option<HopId>>,
}

impl CameBy {
    fn walk(&self, graph: &LinkGraph, target: PageId) -> Vec<HopId> {
        let mut walk = Vec::new();
        let mut at = target;
        while let Some(Some(hop)) = self.by.get(&at) {
            walk.push(*hop);
            at = graph.ends(*hop).0;
        }
        walk.reverse();
        walk
    }
}

/// Searches over all hops, until `end` is met or all is seen.
fn breadth_first(graph: &LinkGraph, start: PageId, end: Option<PageId>) -> CameBy {
    let mut came_by = CameBy {
        order: Vec::new(),
        by: BTreeMap::from([(start, None)]),
    };
    let mut queue = VecDeque::from([start]);
    while let Some(page) = queue.pop_front() {
        came_by.order.push(page);
        if Some(page) == end {
            break;
        }
        for (hop, next, _) in graph.ways_out(page) {
            if let std::collections::btree_map::Entry::Vacant(entry) = came_by.by.entry(next) {
                entry.insert(Some(hop));
                queue.push_back(next);
            }
        }
    }
    came_by
}

fn walk_hop(scene: &Scene, id: HopId) -> WalkHop {
    let (source, target) = scene.graph.ends(id);
    let class = scene.classes.of(id);
    let fan_out = scene.classes.fan_out(source, class.effective).max(1);
    let constant = scene.settings.search.constant(class.effective);
    WalkHop {
        source: scene.graph.page(source).address.clone(),
        target: scene.graph.page(target).address.clone(),
        kind: scene.graph.hop(id).kind,
        class: class.effective,
        because: class.because.to_string(),
        fan_out,
        // What is not searched has no cost.
        cost: constant.map_or(0.0, |constant| f64::from(fan_out).ln() + constant),
    }
}
