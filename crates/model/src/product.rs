//! What structured data says of a product.

use serde::{Deserialize, Serialize};

/// The vocabulary that a statement about a product was made in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProductSource {
    /// JSON-LD.
    JsonLd,
    /// HTML microdata.
    Microdata,
    /// RDFa.
    Rdfa,
    /// Open Graph `product:` properties.
    OpenGraph,
}

/// A product as the page's structured data states it. Every field is a claim of the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Product {
    /// Where it was said.
    pub source: ProductSource,
    /// `name`.
    pub name: Option<String>,
    /// `description`.
    pub description: Option<String>,
    /// `brand`, by name.
    pub brand: Option<String>,
    /// `category`, as text or as a number of a taxonomy.
    pub category: Option<String>,
    /// `gtin*`, digits only.
    pub gtin: Option<String>,
    /// `sku`.
    pub sku: Option<String>,
    /// Offers, in the order of the page.
    pub offers: Vec<Offer>,
    /// Name of the seller.
    pub seller: Option<String>,
    /// `isFamilyFriendly`.
    pub is_family_friendly: Option<bool>,
    /// `hasAdultConsideration`: the last path segment of each value
    /// (`AlcoholConsideration`).
    pub adult_considerations: Vec<String>,
    /// `audience.requiredMinAge`, else `suggestedMinAge`, in years.
    pub min_age: Option<u8>,
    /// Names of the variants.
    pub variants: Vec<String>,
}

impl Default for Product {
    fn default() -> Self {
        Self {
            source: ProductSource::JsonLd,
            name: None,
            description: None,
            brand: None,
            category: None,
            gtin: None,
            sku: None,
            offers: Vec::new(),
            seller: None,
            is_family_friendly: None,
            adult_considerations: Vec::new(),
            min_age: None,
            variants: Vec::new(),
        }
    }
}

/// A price, as written: money is not computed with here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Offer {
    /// The amount as written.
    pub price: Option<String>,
    /// ISO 4217 code as written.
    pub currency: Option<String>,
    /// `availability`: the last path segment of its value (`InStock`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability: Option<String>,
}
