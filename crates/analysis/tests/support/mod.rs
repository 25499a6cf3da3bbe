//! A small web, page by page, for tests of detectors.

#![expect(dead_code, reason = "each test file uses a part of it")]

use std::collections::BTreeMap;

use graph::LinkGraph;
use model::{
    AgeGate, BodyHash, Carrier, CategoryCode, Confidence, DecidedBy, Finding, GateForm,
    GateStrength, HopKind, Label, Link, Market, Outcome, PageFacts, PageKind, PageUrl, Policy,
    PromiseLabel, Proof, RawHref, Severity, Technique, Timestamp, Trigger, VantageId, Verdict,
    Visibility, Visit, VisitId,
};
use sidedoor_analysis::{Judgement, Scene, Settings, analyze};

pub(crate) fn at(address: &str) -> PageUrl {
    PageUrl::parse(address).unwrap()
}

/// A visible link; change what a test is about.
pub(crate) fn link(target: &str) -> Link {
    Link {
        text: "a link".to_owned(),
        dom_path: "html/body/a".to_owned(),
        ..Link::new(
            RawHref::new(target),
            Some(at(target)),
            HopKind::Anchor,
            Carrier::AHref,
        )
    }
}

/// A link that is proven hidden.
pub(crate) fn hidden(target: &str) -> Link {
    let proof = Proof {
        technique: Technique::DISPLAY_NONE,
        shows: "display:none".to_owned(),
        span: None,
    };
    Link {
        visibility: Visibility::Hidden(vec![proof]),
        ..link(target)
    }
}

/// A redirect.
pub(crate) fn redirect(target: &str) -> Link {
    Link {
        kind: HopKind::HttpRedirect,
        carrier: Carrier::LocationHeader,
        trigger: Trigger::Load,
        dom_path: String::new(),
        ..link(target)
    }
}

pub(crate) fn label(policy: Policy) -> Label {
    let is_compliant = policy == Policy::Compliant;
    Label {
        policy,
        category: (!is_compliant).then(|| CategoryCode("X1".to_owned())),
        name: "test goods".to_owned(),
        market: Market::eu(),
        pack: "test@1".to_owned(),
        legal_basis: "a law of tests".to_owned(),
        decided_by: DecidedBy::NoRow,
        statement: None,
        severity: Severity::High,
        confidence: Confidence::High,
        near: None,
        required_gate: GateStrength::SelfDeclared,
        matches: Vec::new(),
    }
}

pub(crate) const ADULT: Policy = Policy::AgeRestricted { min_age: 18 };

/// Pages in the order in which they were visited.
#[derive(Default)]
pub(crate) struct Web {
    visits: Vec<(Visit, Option<PageFacts>)>,
    seen: BTreeMap<PageUrl, Vec<(VantageId, Verdict)>>,
    seeds: Vec<PageUrl>,
}

impl Web {
    pub(crate) fn seed(mut self, address: &str) -> Self {
        self.seeds.push(at(address));
        self
    }

    pub(crate) fn page(self, address: &str, policy: Policy, links: Vec<Link>) -> Self {
        self.visit(
            address,
            VantageId::Desktop,
            policy,
            GateStrength::None,
            links,
        )
    }

    pub(crate) fn gate(self, address: &str, links: Vec<Link>) -> Self {
        self.visit(
            address,
            VantageId::Desktop,
            Policy::Unknown,
            GateStrength::SelfDeclared,
            links,
        )
    }

    pub(crate) fn visit(
        mut self,
        address: &str,
        vantage: VantageId,
        policy: Policy,
        gate: GateStrength,
        links: Vec<Link>,
    ) -> Self {
        let address = at(address);
        let redirects = links.iter().any(|link| link.kind == HopKind::HttpRedirect);
        let mut facts = PageFacts::empty(address.clone());
        facts.kind = match policy {
            Policy::Unknown => PageKind::Other,
            _ => PageKind::Listing,
        };
        facts.links = links;
        if gate > GateStrength::None {
            facts.gates.push(AgeGate {
                strength: gate,
                form: GateForm::Page,
                min_age: Some(18),
                shows: "are you 18?".to_owned(),
                span: None,
                proofs: Vec::new(),
            });
        }
        let visit = Visit {
            id: VisitId(self.visits.len() as u64 + 1),
            address: address.clone(),
            vantage,
            referrer: None,
            depth: 0,
            in_scope: true,
            outcome: Outcome::Answered {
                status: if redirects { 302 } else { 200 },
                body: BodyHash::of(address.as_str().as_bytes()),
                content_type: None,
                body_bytes: 0,
                cut: None,
            },
            started: Timestamp::from_millis(0),
            churns: false,
            again: false,
            orphan: false,
        };
        self.visits.push((visit, Some(facts)));
        if policy != Policy::Unknown {
            let verdict = Verdict {
                policy,
                labels: vec![label(policy)],
                promises: Vec::new(),
            };
            self.seen
                .entry(address)
                .or_default()
                .push((vantage, verdict));
        }
        self
    }

    /// Changes what was read of the last page.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut PageFacts)) -> Self {
        change(self.visits.last_mut().unwrap().1.as_mut().unwrap());
        self
    }

    /// The last page's words at its link to `target` promise restricted goods.
    pub(crate) fn promising(mut self, page: &str, target: &str, policy: Policy) -> Self {
        let verdict = Verdict {
            policy: Policy::Unknown,
            labels: Vec::new(),
            promises: vec![PromiseLabel {
                link: 0,
                target: Some(at(target)),
                label: label(policy),
            }],
        };
        self.seen
            .entry(at(page))
            .or_default()
            .push((VantageId::Desktop, verdict));
        self
    }

    /// The last page falls one signal short of a policy.
    pub(crate) fn near(mut self, page: &str, policy: Policy) -> Self {
        let verdict = Verdict {
            policy: Policy::Unknown,
            labels: vec![Label {
                policy: Policy::Unknown,
                confidence: Confidence::Low,
                near: Some(policy),
                ..label(policy)
            }],
            promises: Vec::new(),
        };
        self.seen
            .entry(at(page))
            .or_default()
            .push((VantageId::Desktop, verdict));
        self
    }

    /// The last page lies out of the scope.
    pub(crate) fn out_of_scope(mut self) -> Self {
        self.visits.last_mut().unwrap().0.in_scope = false;
        self
    }

    /// What the labels of a page rest on.
    pub(crate) fn decided(mut self, page: &str, by: &DecidedBy) -> Self {
        let seen = self.seen.get_mut(&at(page)).into_iter().flatten();
        for label in seen.flat_map(|(_, verdict)| &mut verdict.labels) {
            label.decided_by = by.clone();
        }
        self
    }

    /// Visits and verdicts, for what is more than a scene.
    #[expect(
        clippy::type_complexity,
        reason = "the two maps that a scene is made of"
    )]
    pub(crate) fn parts(
        self,
    ) -> (
        Vec<(Visit, Option<PageFacts>)>,
        BTreeMap<PageUrl, Vec<(VantageId, Verdict)>>,
    ) {
        (self.visits, self.seen)
    }

    pub(crate) fn scene(self) -> Scene {
        let graph = LinkGraph::build(self.visits, &self.seeds);
        Scene::new(graph, &self.seen, Settings::default())
    }

    pub(crate) fn judge(self) -> Judgement {
        analyze(&self.scene())
    }
}

/// Detector, listing, target and expression of each finding.
pub(crate) fn told(judgement: &Judgement) -> Vec<String> {
    judgement.findings.iter().map(tell).collect()
}

fn tell(finding: &Finding) -> String {
    format!(
        "{} {} -> {} by {}",
        finding.detector, finding.listing, finding.target, finding.expression
    )
}

/// Those of one detector.
pub(crate) fn told_by(judgement: &Judgement, detector: &str) -> Vec<String> {
    told(judgement)
        .into_iter()
        .filter(|line| line.starts_with(&format!("{detector} ")))
        .collect()
}
