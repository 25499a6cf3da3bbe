//! The ground truth of a site.

use model::{Market, PageUrl, ScopeRule};
use serde::{Deserialize, Serialize};

/// What a scan of the site must find: all of it, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// What goes on in this site, in a sentence.
    pub story: String,
    /// Where the scan starts.
    pub seeds: Vec<PageUrl>,
    /// How the seeds span the scope.
    pub scope: ScopeRule,
    /// Whose law applies.
    pub market: Market,
    /// Listings that the policy calls compliant, in order; the test of a site checks that they
    /// answer, and a scan that misses a finding is explained by comparing its labels with these.
    #[serde(default)]
    pub compliant: Vec<PageUrl>,
    /// Pages that the policy calls illegal or age-restricted, in order.
    #[serde(default)]
    pub restricted: Vec<PageUrl>,
    /// The file of the site with the advertisements that it is judged with, if there is one.
    #[serde(default)]
    pub ads: Option<String>,
    /// Every finding, in order of detector, listing and target.
    pub findings: Vec<ExpectedFinding>,
}

/// One finding that must be there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedFinding {
    /// Id of the detector that says it.
    pub detector: String,
    /// The page through which a reviewer meets the offer.
    pub listing: PageUrl,
    /// The restricted page behind it.
    pub target: PageUrl,
    /// How the way is concealed, for people: technique ids or a few words.
    pub technique: String,
}
