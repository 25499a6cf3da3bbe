//! `age-gate-bypass`: the gate before an age-restricted page can be walked round.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use graph::{Because, HopId};
use model::{DetectorId, EffectiveClass, EvidenceKind, Finding, HopKind, PageId, Zone};

use super::Detector;
use crate::Scene;
use crate::evidence::{self, Statement};
use crate::scene::required_gate;

/// An age-restricted page that has a gate of the required strength, and that can be reached from
/// a seed without passing it: the gate does not dominate the page from the market's entries.
///
/// A page stands behind a gate when it is reached from it within four clicks over its own site,
/// menus left aside. The witness is the shortest gate-free walk over all hops that a visitor can take,
/// template included, from the last compliant listing on it (else from the entry); ties go to the
/// lesser addresses in order.
///
/// Cost: two breadth-first searches for each age-restricted page that carries no gate itself.
pub struct AgeGateBypass;

impl Detector for AgeGateBypass {
    fn id(&self) -> DetectorId {
        DetectorId("age-gate-bypass")
    }

    fn detect(&self, scene: &Scene, found: &mut Vec<Finding>) {
        for (target, page) in scene.graph.pages() {
            let Some((_, label)) = &scene.verdicts[target.index()].restricted else {
                continue;
            };
            let Some(required) = required_gate(label) else {
                continue;
            };
            if page.gate >= required || page.is_seed {
                continue;
            }
            let gates: BTreeSet<PageId> = scene
                .graph
                .pages()
                .filter(|(_, gate)| gate.gate >= required)
                .map(|(gate, _)| gate)
                .collect();
            let Some(gate) = gates
                .iter()
                .copied()
                .find(|gate| leads_to(scene, *gate, target))
            else {
                continue;
            };
            if let Some(walk) = walk_round(scene, &gates, target) {
                found.extend(self.finding(scene, target, gate, &walk));
            }
        }
    }
}

impl AgeGateBypass {
    fn finding(
        &self,
        scene: &Scene,
        target: PageId,
        gate: PageId,
        walk: &[HopId],
    ) -> Option<Finding> {
        let start = walk
            .iter()
            .rposition(|hop| scene.is_listing(scene.graph.ends(*hop).0))
            .unwrap_or(0);
        let hops = &walk[start..];
        let (listing, _) = scene.graph.ends(*hops.first()?);
        let gate = scene.graph.page(gate);
        let statement = format!(
            "{} stands behind an age gate at {} and is reached without passing it",
            evidence::offer_of(scene, target),
            gate.address,
        );
        let mut finding = Statement {
            detector: self.id(),
            statement,
            listing,
            target,
            hops,
        }
        .finding(scene)?;
        if let Some(seen) = gate.seen.first() {
            finding.evidence.push(evidence::of_visit(
                EvidenceKind::Gate,
                format!("{} asks for age", gate.address),
                &gate.address,
                seen,
                None,
            ));
        }
        Some(finding)
    }
}

/// Whether a visitor can take the hop at all: claims and promises are no steps of a visitor.
fn is_step(scene: &Scene, hop: HopId) -> bool {
    !matches!(
        scene.graph.hop(hop).kind,
        HopKind::Canonical | HopKind::Alternate | HopKind::Promise
    )
}

/// How many clicks behind its gate a page still belongs to it.
const BEHIND: u32 = 4;

/// Whether `target` stands behind `gate`: it is reached from it within the target's site by what
/// its pages themselves offer. The site's own menus lead everywhere from everywhere, and what its template
/// conceals stands on the gate as on any page, so neither says what a gate is there for.
fn leads_to(scene: &Scene, gate: PageId, target: PageId) -> bool {
    let graph = &scene.graph;
    let site = &graph.page(target).site;
    let mut seen = BTreeSet::from([gate]);
    let mut queue = VecDeque::from([(gate, 0)]);
    while let Some((page, clicks)) = queue.pop_front() {
        for (hop, next, way) in graph.ways_out(page) {
            if !is_step(scene, hop)
                || way.zone == Zone::Chrome
                || graph.page(next).site != *site
                || scene.classes.template().is_slot(graph, hop)
                || scene.classes.of(hop).because == Because::Template
            {
                continue;
            }
            if next == target {
                return true;
            }
            if clicks + 1 < BEHIND && seen.insert(next) {
                queue.push_back((next, clicks + 1));
            }
        }
    }
    false
}

/// The shortest walk from a seed to `target` that passes no page of `gates`.
fn walk_round(scene: &Scene, gates: &BTreeSet<PageId>, target: PageId) -> Option<Vec<HopId>> {
    let graph = &scene.graph;
    let mut came_by: BTreeMap<PageId, Option<HopId>> = BTreeMap::new();
    let mut queue = VecDeque::new();
    for (page, node) in graph.pages() {
        if node.is_seed && !gates.contains(&page) {
            came_by.insert(page, None);
            queue.push_back(page);
        }
    }
    while let Some(page) = queue.pop_front() {
        if page == target {
            return Some(walk_back(scene, &came_by, target));
        }
        let mut ways: Vec<_> = graph
            .ways_out(page)
            .filter(|(hop, ..)| is_step(scene, *hop))
            .collect();
        ways.sort_by_key(|(hop, next, _)| (*next, class_order(scene, *hop), *hop));
        for (hop, next, _) in ways {
            if !gates.contains(&next) && !came_by.contains_key(&next) {
                came_by.insert(next, Some(hop));
                queue.push_back(next);
            }
        }
    }
    None
}

fn class_order(scene: &Scene, hop: HopId) -> EffectiveClass {
    scene.classes.of(hop).effective
}

fn walk_back(
    scene: &Scene,
    came_by: &BTreeMap<PageId, Option<HopId>>,
    target: PageId,
) -> Vec<HopId> {
    let mut walk = Vec::new();
    let mut at = target;
    while let Some(Some(hop)) = came_by.get(&at) {
        walk.push(*hop);
        at = scene.graph.ends(*hop).0;
    }
    walk.reverse();
    walk
}
