//! `decoy-listing`: promise and listing disagree.

use model::{DetectorId, EvidenceKind, Finding};

use super::Detector;
use crate::Scene;
use crate::evidence::{self, Statement};

/// An outside page whose words at a link promise restricted goods, where the link leads, directly
/// or through redirects, to a listing that is labelled compliant. The listing is the decoy, the
/// target is the page that promises.
///
/// Cost: linear in the promises, times the redirects that each is followed through.
pub struct DecoyListing;

impl Detector for DecoyListing {
    fn id(&self) -> DetectorId {
        DetectorId("decoy-listing")
    }

    fn detect(&self, scene: &Scene, found: &mut Vec<Finding>) {
        for promise in &scene.promises {
            let page = scene.graph.page(promise.page);
            let statement = format!(
                "{} promises {} at its link to a listing that shows a compliant product",
                page.address.host(),
                evidence::goods(&promise.label),
            );
            let finding = Statement {
                detector: self.id(),
                statement,
                listing: promise.listing,
                target: promise.page,
                hops: &[promise.derived],
            }
            .finding_by(scene, promise.vantage, &promise.label);
            let Some(mut finding) = finding else { continue };
            let hop = scene.graph.hop(promise.through);
            if let Some(seen) = evidence::visit_by(page, promise.vantage) {
                finding.evidence.push(evidence::of_visit(
                    EvidenceKind::Promise,
                    format!("the link to the listing reads “{}”", hop.text),
                    &page.address,
                    seen,
                    hop.span,
                ));
            }
            found.push(finding);
        }
    }
}
