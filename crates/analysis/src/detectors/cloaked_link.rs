//! `cloaked-link`: the way to a restricted page exists for some vantages only.

use model::{DetectorId, EvidenceKind, Finding};

use super::Detector;
use crate::Scene;
use crate::evidence::{self, Statement};

/// A hidden path one of whose hops some vantages were not given, while the page answered them and
/// two visits from one vantage agreed. What is compared is where links lead, never bytes
/// (Wu & Davison, "Cloaking and redirection", 2005: semantic, not syntactic difference).
///
/// Cost: linear in the hops of the witnesses.
pub struct CloakedLink;

impl Detector for CloakedLink {
    fn id(&self) -> DetectorId {
        DetectorId("cloaked-link")
    }

    fn detect(&self, scene: &Scene, found: &mut Vec<Finding>) {
        for path in &scene.paths {
            let hops: Vec<_> = path.hops().collect();
            let Some(cloaked) = hops
                .iter()
                .find(|hop| !scene.graph.hop(**hop).missing_from.is_empty())
            else {
                continue;
            };
            let hop = scene.graph.hop(*cloaked);
            let (source, _) = scene.graph.ends(*cloaked);
            let statement = format!(
                "a way to {} is there for {} and not for {}",
                evidence::offer_of(scene, path.target),
                evidence::list(&hop.vantages),
                evidence::list(&hop.missing_from),
            );
            let finding = Statement::of_path(self.id(), path, &hops, statement).finding(scene);
            let Some(mut finding) = finding else { continue };
            for seen in &scene.graph.page(source).seen {
                let has = hop.vantages.contains(&seen.vantage);
                if !has && !hop.missing_from.contains(&seen.vantage) {
                    continue;
                }
                let what = if has { "was given" } else { "was not given" };
                // What churns is left out of the comparison, so the second visit bears the first out.
                let again = if seen.again {
                    ", and again when it came once more"
                } else {
                    ""
                };
                finding.evidence.push(evidence::of_visit(
                    EvidenceKind::Vantage,
                    format!("{} {what} the hop{again}", seen.vantage),
                    &scene.graph.page(source).address,
                    seen,
                    hop.span.filter(|_| has && !seen.again),
                ));
            }
            found.push(finding);
        }
    }
}
