//! What structured data says of a product.

use serde::{Deserialize, Serialize};

use crate::Span;

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
    /// The same as written, where that is more than its digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gtin_written: Option<String>,
    /// Whether the number has 8, 12, 13 or 14 digits and its check digit holds (GS1, modulo 10).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gtin_holds: Option<bool>,
    /// `sku`.
    pub sku: Option<String>,
    /// Offers, in the order of the page.
    pub offers: Vec<Offer>,
    /// The range of an `AggregateOffer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prices: Option<PriceRange>,
    /// Name of the seller.
    pub seller: Option<String>,
    /// `isFamilyFriendly`.
    pub is_family_friendly: Option<bool>,
    /// `hasAdultConsideration`: the last path segment of each value
    /// (`AlcoholConsideration`).
    pub adult_considerations: Vec<String>,
    /// The age that is required, else the one that is suggested, in whole years.
    pub min_age: Option<u8>,
    /// The ages of `audience`, each for itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<Audience>,
    /// Names of the variants.
    pub variants: Vec<String>,
    /// The element that says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
}

/// What an `AggregateOffer` states, as written: money is not computed with here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PriceRange {
    /// `lowPrice`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<String>,
    /// `highPrice`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<String>,
    /// `priceCurrency`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// `offerCount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
}

/// For whom a product is, by age in whole years.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Audience {
    /// `requiredMinAge`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_min: Option<u8>,
    /// `requiredMaxAge`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_max: Option<u8>,
    /// `suggestedMinAge`, or the lower end of `suggestedAge`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggested_min: Option<u8>,
    /// `suggestedMaxAge`, or the upper end of `suggestedAge`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggested_max: Option<u8>,
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
            gtin_written: None,
            gtin_holds: None,
            sku: None,
            offers: Vec::new(),
            prices: None,
            seller: None,
            is_family_friendly: None,
            adult_considerations: Vec::new(),
            min_age: None,
            audience: None,
            variants: Vec::new(),
            span: None,
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
