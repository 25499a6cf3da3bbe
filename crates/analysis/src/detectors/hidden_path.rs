//! `hidden-path`: a way from a compliant listing to a restricted page that the shopper is not shown.

use model::{DetectorId, Finding};

use super::Detector;
use crate::Scene;
use crate::evidence::{self, Statement};
use crate::hidden_path::HiddenPath;

/// Every pair (listing, target) of the definition in `analysis::hidden_paths`, with its witness; and the pairs
/// whose target falls one signal short of its label while the way to it is concealed beyond doubt.
///
/// Cost: none beyond the search, which the scene did.
pub struct HiddenPathDetector;

impl HiddenPathDetector {
    /// A path to goods of which one signal alone says that they are restricted. What is concealed so is the
    /// second: hardly sure, and not to be passed over.
    fn near(&self, scene: &Scene, path: &HiddenPath) -> Option<Finding> {
        let (vantage, label) = scene.verdicts[path.target.index()].near.as_ref()?;
        let statement = format!(
            "{} leads by a way that the shopper is not shown to what one sign says are {} on {}; the concealment is \
             the other sign",
            evidence::listing_of(scene, path.listing),
            evidence::goods(label),
            scene.graph.page(path.target).address.host(),
        );
        let hops: Vec<_> = path.hops().collect();
        Statement::of_path(self.id(), path, &hops, statement).finding_by(scene, *vantage, label)
    }
}

impl Detector for HiddenPathDetector {
    fn id(&self) -> DetectorId {
        DetectorId("hidden-path")
    }

    fn detect(&self, scene: &Scene, found: &mut Vec<Finding>) {
        for path in &scene.paths {
            let target = scene.graph.page(path.target);
            let statement = format!(
                "{} leads to {} on {} by a way that the shopper is not shown",
                evidence::listing_of(scene, path.listing),
                evidence::offer_of(scene, path.target),
                target.address.host(),
            );
            let hops: Vec<_> = path.hops().collect();
            found.extend(Statement::of_path(self.id(), path, &hops, statement).finding(scene));
        }
        for path in &scene.near_paths {
            found.extend(self.near(scene, path));
        }
    }
}
