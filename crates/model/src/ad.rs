//! Advertisements, as the repository of a platform tells them.

use serde::Serialize;

use crate::PageUrl;

/// One advertisement of a repository: the fields of Article 39(2) of Regulation (EU) 2022/2065, and where
/// it lands. Texts are as the repository has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ad {
    /// Its id in the repository.
    pub id: String,
    /// Its own page in the repository, else an address below `ad-repository.invalid`, which leads nowhere
    /// (RFC 2606).
    pub page: PageUrl,
    /// Where a click on it leads.
    pub landing: PageUrl,
    /// What it says (a).
    pub content: String,
    /// The product or service, by name (a).
    pub product: Option<String>,
    /// The brand (a).
    pub brand: Option<String>,
    /// The subject matter, or a category of goods (a).
    pub subject: Option<String>,
    /// The product's GTIN, digits only.
    pub gtin: Option<String>,
    /// On whose behalf it is shown (b).
    pub on_behalf_of: Option<String>,
    /// Who paid, where that is another (c).
    pub paid_by: Option<String>,
    /// The first day on which it was shown (d).
    pub from: Option<String>,
    /// The last day (d).
    pub until: Option<String>,
    /// By which parameters its recipients were chosen or left out (e).
    pub parameters: Option<String>,
    /// How many it reached (g).
    pub reach: Option<String>,
}
