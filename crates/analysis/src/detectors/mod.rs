//! Detectors: each notices one kind of hidden path. One file each, one test of the same name, one
//! fixture site, one heading in docs/detectors.md.

mod ad_landing_mismatch;
mod affiliate_door;
mod age_gate_bypass;
mod cloaked_link;
mod decoy_listing;
mod hidden_path;
mod hijacked_template;
mod indicator;
mod laundered_redirect;
mod off_platform_contact;
mod orphan_listing;

use model::{DetectorId, Finding};

use crate::Scene;

pub(crate) use ad_landing_mismatch::landing_pages;
pub use ad_landing_mismatch::{AdLandingMismatch, JudgedAd};
pub use affiliate_door::AffiliateDoor;
pub use age_gate_bypass::AgeGateBypass;
pub use cloaked_link::CloakedLink;
pub use decoy_listing::DecoyListing;
pub use hidden_path::HiddenPathDetector;
pub use hijacked_template::HijackedTemplate;
pub(crate) use indicator::indicators;
pub use laundered_redirect::LaunderedRedirect;
pub use off_platform_contact::{ContactSettings, OffPlatformContact};
pub use orphan_listing::OrphanListing;

/// Notices one kind of hidden path.
pub trait Detector: Sync {
    /// Its permanent id.
    fn id(&self) -> DetectorId;

    /// Adds what it notices to `found`, in a deterministic order.
    fn detect(&self, scene: &Scene, found: &mut Vec<Finding>);
}

/// Every detector, in the order in which they run.
pub const ALL: &[&dyn Detector] = &[
    &HiddenPathDetector,
    &DecoyListing,
    &AgeGateBypass,
    &CloakedLink,
    &LaunderedRedirect,
    &AffiliateDoor,
    &OrphanListing,
    &HijackedTemplate,
    &OffPlatformContact,
    &AdLandingMismatch,
];
