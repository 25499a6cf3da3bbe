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
            beginning(scene, path),
            evidence::goods(label),
            scene.graph.page(path.target).address.host(),
        );
        let hops: Vec<_> = path.steps.iter().map(|step| step.hop).collect();
        Statement {
            detector: self.id(),
            statement,
            listing: path.listing,
            target: path.target,
            hops: &hops,
        }
        .finding_by(scene, *vantage, label)
    }
}

/// What the listing is where a path begins.
fn beginning(scene: &Scene, path: &HiddenPath) -> String {
    if scene.is_listing(path.listing) {
        return "a compliant listing".to_owned();
    }
    let goods = evidence::offer_of(scene, path.listing);
    format!("a listing of {goods}")
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
                beginning(scene, path),
                evidence::offer_of(scene, path.target),
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
        for path in &scene.near_paths {
            found.extend(self.near(scene, path));
        }
    }
}
