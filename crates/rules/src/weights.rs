//! Weights: what a signal counts for, as the pack says.

use std::collections::BTreeMap;

use model::Place;
use serde::Deserialize;

/// Weights of a pack that states none.
const USUAL: &str = include_str!("../packs/weights.toml");

/// What a word weighs by where it stands. Two places of one standing count as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Name, title, first heading: what the page is about.
    Head,
    /// The last steps of the breadcrumb, or the product's category.
    Category,
    /// Description, other headings, running text, text for images.
    Body,
    /// What users write, and texts of links: heard only beside a word in the head.
    Aside,
    /// Kept as evidence, and counts for nothing: the words of an address repeat the title.
    Noted,
}

impl Standing {
    /// The word that packs and explanations use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Category => "category",
            Self::Body => "body",
            Self::Aside => "aside",
            Self::Noted => "noted",
        }
    }
}

/// What each signal counts for, and how much makes a label. A pack states all of them or none.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// The least sum that makes a label above unknown.
    pub needed: u32,
    /// The least sum that makes its confidence high.
    pub confident: u32,
    /// Each distinct strong term.
    pub strong: u32,
    /// Each further standing of strong terms.
    pub standing: u32,
    /// Each weak term with its context.
    pub weak: u32,
    /// Measures of the goods (`70 cl`) beside a head that names them.
    pub measure: u32,
    /// A term in the head of an offer that has no use but these goods, over and above `strong`.
    pub sure: u32,
    /// A page that says that it is for adults, for age-restricted goods that its head names.
    pub age: u32,
    /// A strong term in the head in a spelling that honest pages have no need of.
    pub evasion: u32,
    /// A structured statement.
    pub statement: u32,
    /// The standing of each place of a page.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, Standing>"))]
    pub places: BTreeMap<Place, Standing>,
}

impl Weights {
    /// The weights of packs that state none, from `packs/weights.toml`.
    pub(crate) fn usual() -> Result<Self, toml::de::Error> {
        toml::from_str(USUAL)
    }

    /// The standing of a place; one that the pack does not name counts for nothing.
    #[must_use]
    pub fn standing(&self, place: Place) -> Standing {
        self.places.get(&place).copied().unwrap_or(Standing::Noted)
    }
}
