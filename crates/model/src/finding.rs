//! Findings: a detector's statement, with severity, confidence, witness and evidence.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::hop::words;
use crate::{
    BodyHash, Carrier, CategoryCode, EffectiveClass, GateStrength, HopKind, LawReview, PageUrl,
    Policy, Proof, Site, Span, Timestamp, VantageId, VisibilityState, VisitId,
};

words! {
/// Harm if true.
Severity {
    /// Worth knowing.
    Low = "low",
    /// Breaks a rule, with limited harm.
    Medium = "medium",
    /// Restricted goods reach shoppers, or minors.
    High = "high",
    /// Danger to health or life.
    Critical = "critical",
}
}

words! {
/// How sure.
Confidence {
    /// A person must look before anybody acts.
    Low = "low",
    /// Likely.
    Medium = "medium",
    /// Proven from kept evidence.
    High = "high",
}
}

/// Id of a detector: kebab-case, permanent, never used again for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct DetectorId(pub &'static str);

impl fmt::Display for DetectorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// One hop of a witness, with what proves it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WitnessHop {
    /// From which page.
    pub source: PageUrl,
    /// To which page.
    pub target: PageUrl,
    /// What takes the visitor along.
    pub kind: HopKind,
    /// The construct that carries it.
    pub carrier: Carrier,
    /// What it is to a shopper.
    pub class: EffectiveClass,
    /// What the class was derived from, in a sentence.
    pub because: String,
    /// Whether a shopper sees it.
    pub visibility: VisibilityState,
    /// What proves that, and how a script or the address itself disguises where it leads.
    pub proofs: Vec<Proof>,
    /// Status of the redirect, for [`HopKind::HttpRedirect`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Reference as written.
    pub href: String,
    /// Text as read.
    pub text: String,
    /// Where it stands in the body of the page that [carries](Self::stands_on) it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
    /// The guises that saw it.
    pub vantages: Vec<VantageId>,
    /// The guises that asked the source and did not see it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing_from: Vec<VantageId>,
    /// How many hops of its class the page offers.
    pub fan_out: u32,
    /// What it adds to the cost of the walk.
    pub cost: f64,
}

impl WitnessHop {
    /// The page in whose answer it stands: its source; of a promise the page that makes it, which links to the
    /// listing.
    #[must_use]
    pub fn stands_on(&self) -> &PageUrl {
        match self.kind {
            HopKind::Promise => &self.target,
            _ => &self.source,
        }
    }
}

/// The cheapest walk from a listing to a target, hop by hop.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct WitnessPath {
    /// The hops, from the listing on.
    pub hops: Vec<WitnessHop>,
}

impl WitnessPath {
    /// Sum of the costs of the hops.
    #[must_use]
    pub fn cost(&self) -> f64 {
        self.hops.iter().map(|hop| hop.cost).sum()
    }

    /// The letters of the hops' classes, in order.
    #[must_use]
    pub fn expression(&self) -> String {
        self.hops.iter().map(|hop| hop.class.letter()).collect()
    }
}

words! {
/// What a piece of evidence shows.
EvidenceKind {
    /// Why the listing is what it is.
    Listing = "listing",
    /// Why the target is what it is.
    Target = "target",
    /// What conceals a hop.
    Concealment = "concealment",
    /// What was promised elsewhere.
    Promise = "promise",
    /// The age gate that is passed by.
    Gate = "gate",
    /// What the vantages saw.
    Vantage = "vantage",
    /// A contact that two pages share.
    Contact = "contact",
    /// That only a sitemap led to a page.
    Orphan = "orphan",
}
}

/// An archived thing that supports a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// What it shows.
    pub kind: EvidenceKind,
    /// In a sentence.
    pub statement: String,
    /// The page.
    pub page: PageUrl,
    /// The visit that saw it.
    pub visit: VisitId,
    /// The guise of that visit.
    pub vantage: VantageId,
    /// The body in which it stands; `None` where nothing answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<BodyHash>,
    /// Where in that body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
    /// When it was seen.
    pub seen_at: Timestamp,
}

/// Identity of a finding across crawls: 16 hex digits of SHA-256 over detector, listing, the
/// target's site and the kinds of the witness's hops. A decision hangs on it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Of the four things that identify a finding.
    #[must_use]
    pub fn of(detector: DetectorId, listing: &PageUrl, target: &Site, kinds: &[HopKind]) -> Self {
        let mut hasher = Sha256::new();
        for part in [detector.0, listing.as_str(), target.as_str()] {
            hasher.update(part.as_bytes());
            hasher.update([0]);
        }
        for kind in kinds {
            hasher.update(kind.as_str().as_bytes());
            hasher.update([0]);
        }
        let digest = hasher.finalize();
        Self(
            digest[..8]
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        )
    }

    /// The 16 hex digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A detector's statement.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Who says it.
    pub detector: DetectorId,
    /// Harm if true.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Identity across crawls.
    pub fingerprint: Fingerprint,
    /// The statement, in a sentence.
    pub statement: String,
    /// The page through which a reviewer meets the offer.
    pub listing: PageUrl,
    /// What the policy says of the listing, of itself: compliant, or, where the target is illegal,
    /// age-restricted; unknown where the path begins at no listing, as at an advertisement.
    pub listing_policy: Policy,
    /// The restricted page that the path ends in.
    pub target: PageUrl,
    /// What the policy says of the target.
    pub policy: Policy,
    /// Category of the target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<CategoryCode>,
    /// Name of that category.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub category_name: String,
    /// The law that restricts the target, as the rule pack names it; empty where it names none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub legal_basis: String,
    /// Where the rule pack took that law from, and whether anybody checked it; `None` where it does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_review: Option<LawReview>,
    /// Classes of the hops, as letters.
    pub expression: String,
    /// Cost of the witness.
    pub cost: f64,
    /// Chance that a random shopper of the listing ends on a restricted page.
    pub chance: f64,
    /// The strongest age gate on the walk.
    pub gate: GateStrength,
    /// The cheapest walk.
    pub witness: WitnessPath,
    /// What supports it.
    pub evidence: Vec<Evidence>,
}

/// A signal worth a look that is no hidden path by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Indicator {
    /// Kebab-case id.
    pub id: &'static str,
    /// The page, or the first of many.
    pub page: PageUrl,
    /// In a sentence.
    pub statement: String,
    /// What supports it, where that is more than the graph.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
}
