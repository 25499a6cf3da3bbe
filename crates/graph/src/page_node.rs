//! A page of the graph, and its visits.

use model::{
    BodyHash, GateStrength, Outcome, PageKind, PageUrl, Site, Timestamp, VantageId, VisitId,
};

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
