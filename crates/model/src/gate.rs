//! Age gates.

use serde::{Deserialize, Serialize};

use crate::Span;

/// How well a gate knows the visitor's age. Ordered: a later one is stronger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GateStrength {
    /// No gate.
    None,
    /// The visitor says so: a button, or a date of birth that nobody checks.
    SelfDeclared,
    /// The age is estimated from a face or a behaviour.
    Estimated,
    /// The age is verified by a document or an age-verification service.
    Verified,
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
}
