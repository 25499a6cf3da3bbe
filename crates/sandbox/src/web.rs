//! What a sandbox serves: a scripted site or a generated marketplace.

use bytes::Bytes;
use model::Host;

use crate::{Expected, Marketplace, Question, Reply, SiteScript};

/// What a sandbox serves.
#[derive(Debug)]
pub enum Web {
    /// A site that a script describes.
    Site(Box<SiteScript>),
    /// A marketplace that a seed describes.
    Marketplace(Box<Marketplace>),
}

impl From<SiteScript> for Web {
    fn from(site: SiteScript) -> Self {
        Self::Site(Box::new(site))
    }
}

impl From<Marketplace> for Web {
    fn from(market: Marketplace) -> Self {
        Self::Marketplace(Box::new(market))
    }
}

impl Web {
    pub(crate) fn answer(&self, question: &Question<'_>) -> Reply {
        match self {
            Self::Site(site) => site.answer(question),
            Self::Marketplace(market) => market.answer(question),
        }
    }

    /// Seeds and scope; of a site also what a scan must find.
    pub(crate) fn expected(&self) -> &Expected {
        match self {
            Self::Site(site) => site.expected(),
            Self::Marketplace(market) => market.expected(),
        }
    }

    /// Name and bytes of a file of advertisements that a site is judged with.
    pub(crate) fn ads(&self) -> Option<(&str, &[u8])> {
        match self {
            Self::Site(site) => site.ads(),
            Self::Marketplace(_) => None,
        }
    }

    pub(crate) fn hosts(&self) -> &[Host] {
        match self {
            Self::Site(site) => site.hosts(),
            Self::Marketplace(market) => market.hosts(),
        }
    }

    /// Certificate chain and key, in PEM.
    pub(crate) fn tls(&self) -> Option<&(Bytes, Bytes)> {
        match self {
            Self::Site(site) => site.tls(),
            Self::Marketplace(_) => None,
        }
    }

    /// Whether what is told to `question` may have to be told byte by byte.
    pub(crate) fn is_wire(&self, question: &Question<'_>) -> bool {
        match self {
            Self::Site(site) => site.is_wire(question),
            Self::Marketplace(_) => false,
        }
    }

    /// Whether there is any question for which [`is_wire`](Self::is_wire) holds.
    pub(crate) fn has_wire(&self) -> bool {
        match self {
            Self::Site(site) => site.has_wire(),
            Self::Marketplace(_) => false,
        }
    }
}
