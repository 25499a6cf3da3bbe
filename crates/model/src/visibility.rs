//! Whether a shopper sees a link: four answers, never a boolean.

use serde::{Deserialize, Serialize};

use crate::{Span, Technique};

/// What proves that a technique is at work: the declaration or construct, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Proof {
    /// The technique that this proves.
    pub technique: Technique,
    /// The declaration or construct, as a reader of the source would recognise it
    /// (`display:none from .x7{display:none}`).
    pub shows: String,
    /// Where it stands in the body; `None` when it comes from a linked stylesheet or a header.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub span: Option<Span>,
}

/// The ordinary act that shows what is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reveal {
    /// A closed `details`, `dialog` or popover opens.
    Disclosure,
    /// A control on the page names the element (`aria-controls`, `href="#id"`, `label for`).
    Control,
    /// Hovering, focusing or targeting shows it.
    State,
    /// Another width, or another medium, shows it.
    Breakpoint,
    /// Browsers without script show it.
    NoScript,
    /// The form of an accessibility idiom: a skip link, or text for screen readers.
    Accessibility,
}

/// Whether a shopper sees a link.
///
/// Serialized as an object with `state`, `techniques` (sorted, without repeats), `evidence` (one
/// [`Proof`] or more for each technique) and, where they apply, `reveal` and `why`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Form", into = "Form")]
pub enum Visibility {
    /// Nothing hides it.
    Visible,
    /// Proven hidden in every viewer profile, from the markup and the cascade.
    Hidden(Vec<Proof>),
    /// Hidden at first, revealable by an ordinary act.
    Conditional(Reveal, Vec<Proof>),
    /// Not decidable from what was read: why, and what was seen of it.
    Unknown(String, Vec<Proof>),
}

/// The four answers without their proofs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VisibilityState {
    /// See [`Visibility::Visible`].
    Visible,
    /// See [`Visibility::Hidden`].
    Hidden,
    /// See [`Visibility::Conditional`].
    Conditional,
    /// See [`Visibility::Unknown`].
    Unknown,
}

impl VisibilityState {
    /// The word that reports and exports use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Visible => "visible",
            Self::Hidden => "hidden",
            Self::Conditional => "conditional",
            Self::Unknown => "unknown",
        }
    }
}

impl Visibility {
    /// The answer without its proofs.
    #[must_use]
    pub const fn state(&self) -> VisibilityState {
        match self {
            Self::Visible => VisibilityState::Visible,
            Self::Hidden(_) => VisibilityState::Hidden,
            Self::Conditional(..) => VisibilityState::Conditional,
            Self::Unknown(..) => VisibilityState::Unknown,
        }
    }

    /// What proves the answer; empty when visible.
    #[must_use]
    pub fn proofs(&self) -> &[Proof] {
        match self {
            Self::Visible => &[],
            Self::Hidden(proofs) | Self::Conditional(_, proofs) | Self::Unknown(_, proofs) => {
                proofs
            }
        }
    }

    /// The techniques at work, sorted and without repeats.
    #[must_use]
    pub fn techniques(&self) -> Vec<Technique> {
        let mut techniques: Vec<_> = self.proofs().iter().map(|proof| proof.technique).collect();
        techniques.sort_unstable();
        techniques.dedup();
        techniques
    }

    /// Whether it is proven hidden.
    #[must_use]
    pub const fn is_hidden(&self) -> bool {
        matches!(self, Self::Hidden(_))
    }
}

#[derive(Serialize, Deserialize)]
struct Form {
    state: VisibilityState,
    #[serde(default)]
    techniques: Vec<Technique>,
    #[serde(default)]
    evidence: Vec<Proof>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    reveal: Option<Reveal>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    why: Option<String>,
}

impl From<Visibility> for Form {
    fn from(visibility: Visibility) -> Self {
        let (state, techniques) = (visibility.state(), visibility.techniques());
        let (reveal, why, evidence) = match visibility {
            Visibility::Visible => (None, None, Vec::new()),
            Visibility::Hidden(proofs) => (None, None, proofs),
            Visibility::Conditional(reveal, proofs) => (Some(reveal), None, proofs),
            Visibility::Unknown(why, proofs) => (None, Some(why), proofs),
        };
        Self {
            state,
            techniques,
            evidence,
            reveal,
            why,
        }
    }
}

impl From<Form> for Visibility {
    fn from(form: Form) -> Self {
        match form.state {
            VisibilityState::Visible => Self::Visible,
            VisibilityState::Hidden => Self::Hidden(form.evidence),
            VisibilityState::Conditional => {
                Self::Conditional(form.reveal.unwrap_or(Reveal::Control), form.evidence)
            }
            VisibilityState::Unknown => Self::Unknown(form.why.unwrap_or_default(), form.evidence),
        }
    }
}
