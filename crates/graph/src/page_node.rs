//! A page of the graph, and its visits.

use std::collections::BTreeSet;

use model::{
    BodyHash, ContactKind, Difference, GateStrength, Outcome, PageKind, PageUrl, Site, Timestamp,
    VantageId, VisitId,
};

use crate::{OfferShape, Traces};

/// One visit of a page, as evidence names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The guise.
    pub vantage: VantageId,
    /// The visit.
    pub visit: VisitId,
    /// What became of it.
    pub outcome: Outcome,
    /// When.
    pub at: Timestamp,
    /// Whether it is the second one of its guise, made to see what churns.
    pub again: bool,
}

impl Seen {
    /// Identity of the body, when one came.
    #[must_use]
    pub fn body(&self) -> Option<BodyHash> {
        match self.outcome {
            Outcome::Answered { body, .. } => Some(body),
            _ => None,
        }
    }
}

/// A page of the graph: an address that was visited, or only named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageNode {
    /// Its address.
    pub address: PageUrl,
    /// Its site.
    pub site: Site,
    /// Title, by the first vantage that has one.
    pub title: String,
    /// Kind by structure.
    pub kind: PageKind,
    /// Who sells.
    pub seller: Option<String>,
    /// The strongest age gate on it.
    pub gate: GateStrength,
    /// Whether the case's scope contains it.
    pub in_scope: bool,
    /// Whether the crawl started here.
    pub is_seed: bool,
    /// Its visits, in order; empty for an address that was only named.
    pub seen: Vec<Seen>,
    /// Whether one vantage was led to different places on two visits.
    pub churns: bool,
    /// Whether only a sitemap led to it.
    pub orphan: bool,
    /// What guises behind the primary one were shown of its goods and that one was not, beyond what churns.
    pub other_goods: Vec<OtherGoods>,
    /// Contacts outside of the template: the channel, and the handle in its normal form. At most 64.
    pub contacts: BTreeSet<(ContactKind, String)>,
    /// Of what shape the offer is that it makes.
    pub offer: OfferShape,
    /// What it leaves of who is behind it.
    pub traces: Traces,
}

/// A fact about the goods on a page that two guises were shown differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherGoods {
    /// The guise behind the primary one.
    pub vantage: VantageId,
    /// The visit of the primary guise, and that of the other.
    pub visits: [VisitId; 2],
    /// What the primary one was shown, and the other.
    pub difference: Difference,
}

impl PageNode {
    /// Status of the first visit that was answered.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.seen.iter().find_map(|seen| seen.outcome.status())
    }

    /// The guises in which an answer came, sorted.
    #[must_use]
    pub fn answered(&self) -> Vec<VantageId> {
        let mut vantages: Vec<_> = self
            .seen
            .iter()
            .filter(|seen| seen.outcome.status().is_some())
            .map(|seen| seen.vantage)
            .collect();
        vantages.sort_unstable();
        vantages.dedup();
        vantages
    }
}
