//! A generated marketplace with ground truth, served from its seed.

mod truth;

pub use truth::{
    LookAlike, LookAlikeKind, MarketplaceTruth, NeededVantage, NotANeededVantage, PlantedHop,
    PlantedPath, PlantedZone, StorefrontTemplate, TRUTH_FORMAT, TemplatePlant,
};
