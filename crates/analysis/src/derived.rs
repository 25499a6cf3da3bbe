//! Findings whose first hop stands on no page: it is derived from something that two pages share, or from
//! a repository.

use graph::HopId;
use model::{
    Carrier, Confidence, DetectorId, EffectiveClass, Evidence, EvidenceKind, Finding, Fingerprint,
    GateStrength, HopKind, Label, PageId, PageUrl, Policy, Severity, VantageId, VisibilityState,
    WitnessHop, WitnessPath,
};

use crate::Scene;
use crate::evidence;

/// What a detector states of a way that begins with a derived hop.
pub(crate) struct Derived<'a> {
    pub(crate) detector: DetectorId,
    pub(crate) statement: String,
    /// The derived hop; its source is where the way begins.
    pub(crate) first: WitnessHop,
    /// The hops after it.
    pub(crate) hops: &'a [HopId],
    /// Where the way ends.
    pub(crate) target: PageId,
    /// The most that can be sure of a hop that was derived so.
    pub(crate) most: Confidence,
    /// The page of the graph where the way begins, if there is one.
    pub(crate) listing: Option<PageId>,
    /// What supports the derived hop.
    pub(crate) evidence: Vec<Evidence>,
}

/// A derived hop of which nothing is known but its ends and its kind.
pub(crate) fn first_hop(
    (source, target): (&PageUrl, &PageUrl),
    kind: HopKind,
    class: EffectiveClass,
    because: String,
) -> WitnessHop {
    WitnessHop {
        source: source.clone(),
        target: target.clone(),
        kind,
        carrier: Carrier::Text,
        class,
        because,
        visibility: VisibilityState::Visible,
        proofs: Vec::new(),
        status: None,
        href: String::new(),
        text: String::new(),
        span: None,
        vantages: Vec::new(),
        missing_from: Vec::new(),
        fan_out: 1,
        cost: 0.0,
    }
}

impl Derived<'_> {
    /// The finding, by the label that restricts the target; `None` where none does.
    pub(crate) fn finding(self, scene: &Scene) -> Option<Finding> {
        let (vantage, label) = scene.verdicts[self.target.index()].restricted.clone()?;
        Some(self.told(scene, Some((vantage, &label))))
    }

    /// The finding, of a target that nothing restricts.
    pub(crate) fn unlabelled(self, scene: &Scene) -> Finding {
        self.told(scene, None)
    }

    fn told(self, scene: &Scene, label: Option<(VantageId, &Label)>) -> Finding {
        let graph = &scene.graph;
        let target = graph.page(self.target);
        let listing = self.first.source.clone();
        let on = self.hops.iter();
        let after = on.map(|hop| evidence::witness_hop(scene, *hop));
        let witness = WitnessPath {
            hops: std::iter::once(self.first).chain(after).collect(),
        };
        let kinds: Vec<HopKind> = witness.hops.iter().map(|hop| hop.kind).collect();
        let mut supports = Vec::new();
        let compliant = self.listing.and_then(|page| {
            let (vantage, label) = scene.verdicts[page.index()].compliant.as_ref()?;
            Some((page, *vantage, label))
        });
        if let Some((page, vantage, label)) = compliant {
            let page = graph.page(page);
            evidence::matches_of(EvidenceKind::Listing, page, vantage, label, &mut supports);
        }
        supports.extend(self.evidence);
        for hop in self.hops {
            evidence::concealments(scene, *hop, &mut supports);
        }
        if let Some((vantage, label)) = label {
            evidence::matches_of(EvidenceKind::Target, target, vantage, label, &mut supports);
            evidence::also_restricted(scene, self.target, label, &mut supports);
        }
        let passed = self.hops.iter().map(|hop| graph.page(graph.ends(*hop).1));
        let begun = self.listing.map(|page| graph.page(page));
        let gates = begun.into_iter().chain(passed).map(|page| page.gate);
        let sure = self.hops.iter();
        let confidence = sure
            .map(|hop| evidence::confidence_of_hop(scene, *hop))
            .chain(label.map(|(_, label)| label.confidence))
            .chain(compliant.map(|(_, _, label)| label.confidence))
            .fold(self.most, Ord::min);
        Finding {
            detector: self.detector,
            severity: label.map_or(Severity::Low, |(_, label)| {
                evidence::severity(label, &witness)
            }),
            confidence,
            fingerprint: Fingerprint::of(self.detector, &listing, &target.site, &kinds),
            statement: self.statement,
            policy: label.map_or_else(
                || unrestricted(scene, self.target),
                |(_, label)| label.policy,
            ),
            category: label.and_then(|(_, label)| label.category.clone()),
            category_name: label.map_or_else(String::new, |(_, label)| label.name.clone()),
            legal_basis: label.map_or_else(String::new, |(_, label)| label.legal_basis.clone()),
            legal_review: label.and_then(|(_, label)| label.law_review()),
            expression: witness.expression(),
            cost: evidence::rounded(witness.cost()),
            chance: self
                .listing
                .map_or(0.0, |page| evidence::rounded(scene.chances[page.index()])),
            gate: gates.fold(GateStrength::None, Ord::max),
            target: target.address.clone(),
            listing,
            listing_policy: self
                .listing
                .map_or(Policy::Unknown, |page| unrestricted(scene, page)),
            witness,
            evidence: supports,
        }
    }
}

fn unrestricted(scene: &Scene, page: PageId) -> Policy {
    match scene.verdicts[page.index()].compliant {
        Some(_) => Policy::Compliant,
        None => Policy::Unknown,
    }
}
