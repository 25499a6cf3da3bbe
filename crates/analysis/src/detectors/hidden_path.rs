//! `hidden-path`: a way from a compliant listing to a restricted page that the shopper is not shown.

use model::{DetectorId, Finding};

use super::Detector;
use crate::Scene;
use crate::evidence::Statement;

/// Every pair (listing, target) of the definition in `analysis::hidden_paths`, with its witness.
///
/// Cost: none beyond the search, which the scene did.
pub struct HiddenPathDetector;

impl Detector for HiddenPathDetector {
    fn id(&self) -> DetectorId {
        DetectorId("hidden-path")
    }

    fn detect(&self, scene: &Scene, found: &mut Vec<Finding>) {
        for path in &scene.paths {
            let target = scene.graph.page(path.target);
            let statement = format!(
                "a compliant listing leads to {} on {} by a way that the shopper is not shown",
                crate::evidence::offer_of(scene, path.target),
                target.address.host(),
            );
            let hops: Vec<_> = path.steps.iter().map(|step| step.hop).collect();
            found.extend(
                Statement {
                    detector: self.id(),
                    statement,
                    listing: path.listing,
                    target: path.target,
                    hops: &hops,
                }
                .finding(scene),
            );
        }
    }
}
