//! Age gates.

use serde::{Deserialize, Serialize};

use crate::Span;
use crate::hop::words;

/// How well a gate knows the visitor's age. Ordered: a later one is stronger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GateStrength {
    /// No gate: there is none, or every choice that it offers leads to the same place.
    None,
    /// The visitor says so: a button, or a date of birth that nobody checks.
    SelfDeclared,
    /// The age is estimated from a face or a behaviour.
    Estimated,
    /// The age is verified by a document or an age-verification service.
    Verified,
}

impl GateStrength {
    /// In words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::SelfDeclared => "self-declared",
            Self::Estimated => "estimated",
            Self::Verified => "verified",
        }
    }
}

/// Where the gate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GateForm {
    /// The page is the gate: little else is on it.
    Page,
    /// A layer over a page that has content of its own.
    Layer,
}

words! {
/// What shows how strong a gate is.
GateSign {
    /// Whoever consents and whoever refuses is led to the same place.
    SamePlace = "same-place",
    /// The choice that consents leads on, or closes the layer, and nothing is checked.
    Choice = "choice",
    /// A date of birth that the visitor writes.
    BirthDate = "birth-date",
    /// The words of the gate name a face or a camera.
    FaceNamed = "face-named",
    /// The words of the gate name a document, or a service that checks one.
    DocumentNamed = "document-named",
    /// A field takes a picture of the visitor, or a script asks for the camera.
    Camera = "camera",
    /// A field takes a picture or a file of a document.
    Upload = "upload",
    /// A form, a link, a frame or a script leads to a service that checks age or identity.
    Service = "service",
    /// A link or a script asks a wallet, or the chip of a card, for proof.
    Wallet = "wallet",
}
}

/// One thing that shows how strong a gate is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateProof {
    /// What kind of thing.
    pub sign: GateSign,
    /// The words, the address or the construct.
    pub shows: String,
    /// Where it stands in the body.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub span: Option<Span>,
}

/// A page or layer that asks for age before going on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgeGate {
    /// How well it knows.
    pub strength: GateStrength,
    /// Page or layer.
    pub form: GateForm,
    /// The age it asks for, in years, where it says one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub min_age: Option<u8>,
    /// The words or the construct that show it.
    pub shows: String,
    /// Where they stand in the body.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub span: Option<Span>,
    /// What shows its strength, the strongest first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub proofs: Vec<GateProof>,
}
