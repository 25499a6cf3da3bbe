//! Seller networks: who is behind it, as far as rare things that they share tell.
//!
//! # Definition
//!
//! A *party* is a seller on one site, a shop that is a site of its own, or a page among those of many
//! hands. A *tie* is something that k ≥ 2 parties hold: a contact, an affiliate's id, a tracking value, a
//! redirector that their links pass, a picture, a passage of text, a code. Of n sellers in the case,
//!
//! ```text
//! rarity = ln(n / k)               minus the log of the tie's frequency among sellers
//! weight = rarity − ln(k / 2)      and 0 where that is less
//! ```
//!
//! The second term is what it costs that many hold it: each further holder makes it likelier that what is
//! shared is a service that anybody can buy. A tie of √(2n) parties or more weighs nothing, so that
//! neither the platform's own phone nor an agency's says anything, and no tie makes more than n pairs.
//!
//! Ties come in four *strands* ([`model::Strand`]): who buys one service gets its phone and its mail
//! address together, who sells a supplier's goods has its pictures and its texts. Within a strand the
//! weightiest tie of a pair counts alone. A pair of parties is *joined* when at least two strands weigh
//! [`NetworkSettings::least_strand`] or more, and all of them together
//! [`NetworkSettings::least_weight`] or more. A network is what joined pairs hold together: a component.
//!
//! # Source
//!
//! That agreement on a rare value weighs minus the log of its frequency, and that weights of independent
//! fields are summed, is Fellegi & Sunter, "A theory for record linkage" (1969). What many share weighs
//! less, by the log of how many, in Adamic & Adar, "Friends and neighbors on the Web" (2003). The strands
//! and the price of further holders are ours.
//!
//! # Cost
//!
//! O(m log m) for m holdings, and at most n pairs for each tie.

mod ground;
mod image;
mod join;
mod market;
mod roots;
mod scene;

pub use ground::{Ground, PageOf, Party};
pub use join::networks;
pub(crate) use scene::moves_on;

use graph::Entity;
use model::TieKind;
use serde::Serialize;

/// Thresholds of the networks, recorded with the judgement.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NetworkSettings {
    /// The least that the strands of a pair weigh together.
    pub least_weight: f64,
    /// The least that a strand weighs, to count at all: a thing that half of all sellers hold weighs 0.69.
    pub least_strand: f64,
    /// Of the 64 bits of two pictures' hashes, so many may differ in one picture; at most 3.
    pub image_bits: u32,
    /// Ties of one network that are listed; the rest is counted.
    pub ties_listed: usize,
}

impl Default for NetworkSettings {
    fn default() -> Self {
        Self {
            least_weight: 3.0,
            least_strand: 0.7,
            image_bits: 3,
            ties_listed: 50,
        }
    }
}

/// What sharing an entity ties; `None` for what ties nobody.
const fn tie_kind(entity: &Entity) -> Option<TieKind> {
    match entity {
        Entity::Contact { .. } => Some(TieKind::Contact),
        Entity::Affiliate { .. } => Some(TieKind::Affiliate),
        Entity::Tracking { .. } => Some(TieKind::Tracking),
        Entity::Image { .. } => Some(TieKind::Image),
        Entity::Code { .. } => Some(TieKind::Code),
        Entity::Seller { .. } | Entity::Ad { .. } | Entity::Promise { .. } => None,
    }
}
