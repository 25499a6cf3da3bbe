//! The stages of a judgement, for whoever waits for it.

/// A part of the work of [`Scene::staged`](crate::Scene::staged) and [`analyze_staged`](crate::analyze_staged),
/// in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// What outside pages say of listings is joined to them.
    Promises,
    /// The template is counted, and every hop gets its class.
    Classes,
    /// Hops off the template are frozen, and ranked by the chance of a random shopper.
    Chances,
    /// Hidden paths are searched, with their witnesses.
    Search,
    /// The detectors run.
    Detectors,
    /// Seller networks are sought.
    Networks,
    /// Choke points are looked for, and what amplifies.
    Cuts,
}

impl Stage {
    /// What is done, in words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Promises => "joining promises",
            Self::Classes => "classing the hops",
            Self::Chances => "ranking the pages",
            Self::Search => "searching hidden paths",
            Self::Detectors => "running the detectors",
            Self::Networks => "seeking seller networks",
            Self::Cuts => "looking for choke points",
        }
    }
}
