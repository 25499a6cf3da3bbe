//! `hijacked-template`: the site's own furniture leads to a restricted page.

use std::collections::BTreeSet;

use model::{DetectorId, EffectiveClass, Finding, PageId, VisibilityState};

use super::Detector;
use crate::Scene;
use crate::evidence::{self, Statement};

/// One covert hop that the template repeats (same host, same place in the tree, same target) and that
/// leads to a restricted page on another site. It is no listing's doing, hence left out of the search
/// for hidden paths and told once for the site, by the first listing that carries it, else the first page.
///
/// Cost: linear in the hops.
pub struct HijackedTemplate;

impl Detector for HijackedTemplate {
    fn id(&self) -> DetectorId {
        DetectorId("hijacked-template")
    }

    fn detect(&self, scene: &Scene, found: &mut Vec<Finding>) {
        let mut told: BTreeSet<(PageId, PageId, &str)> = BTreeSet::new();
        for (id, source, target, hop) in scene.graph.hops() {
            let is_template = scene.classes.of(id).effective == EffectiveClass::Navigation;
            if !is_template || !scene.policy(target).is_restricted() {
                continue;
            }
            let Some(template) = scene.classes.template().covert(&scene.graph, id) else {
                continue;
            };
            if scene.graph.page(source).site == scene.graph.page(target).site
                || hop.visibility.state() == VisibilityState::Visible
            {
                continue;
            }
            let mut pages = template.pages.iter().copied();
            let listing = pages.clone().find(|page| scene.is_listing(*page));
            let first = listing.or_else(|| pages.next()).unwrap_or(source);
            if first != source || !told.insert((first, target, &hop.dom_path)) {
                continue;
            }
            let of_sellers = match template.sellers {
                0 => String::new(),
                1 => " of one seller".to_owned(),
                sellers => format!(" of {sellers} sellers"),
            };
            let statement = format!(
                "the template of {} pages{of_sellers} leads to {} at {}",
                template.pages.len(),
                evidence::offer_of(scene, target),
                scene.graph.page(target).address,
            );
            let finding = Statement {
                detector: self.id(),
                statement,
                listing: first,
                target,
                hops: &[id],
            }
            .finding(scene);
            let severity = scene.verdicts[target.index()]
                .restricted
                .as_ref()
                .map(|(_, label)| label.severity);
            if let (Some(mut finding), Some(severity)) = (finding, severity) {
                // Every page of the site carries it: nothing makes it less grave.
                finding.severity = severity;
                found.push(finding);
            }
        }
    }
}
