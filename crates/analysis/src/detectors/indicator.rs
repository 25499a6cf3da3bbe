//! Indicators: signals worth a look that are no hidden path by themselves.

use model::{EffectiveClass, Indicator, PageId};

use crate::Scene;
use crate::evidence;

/// Every indicator of the scene, in order, one for each thing.
pub(crate) fn indicators(scene: &Scene) -> Vec<Indicator> {
    let mut found = Vec::new();
    template_hops(scene, &mut found);
    two_faces(scene, &mut found);
    unseen_destinations(scene, &mut found);
    found.sort();
    found.dedup();
    found
}

/// A covert hop of the site's template that leads to a restricted page: it is no listing's doing,
/// hence left out of the search and told once for the site.
fn template_hops(scene: &Scene, found: &mut Vec<Indicator>) {
    for (id, source, target, _) in scene.graph.hops() {
        if scene.classes.of(id).effective != EffectiveClass::Navigation {
            continue;
        }
        let Some(hop) = scene.classes.template().covert(&scene.graph, id) else {
            continue;
        };
        if scene.graph.page(source).site == scene.graph.page(target).site
            || !scene.policy(target).is_restricted()
            || scene.graph.hop(id).visibility.state() == model::VisibilityState::Visible
        {
            continue;
        }
        let first = hop.pages.first().copied().unwrap_or(source);
        found.push(Indicator {
            id: "template-hop",
            page: scene.graph.page(first).address.clone(),
            statement: format!(
                "the template of {} pages ({} sellers) leads to {} at {}",
                hop.pages.len(),
                hop.sellers,
                evidence::offer_of(scene, target),
                scene.graph.page(target).address,
            ),
        });
    }
}

/// A page that shows one vantage a compliant listing and another restricted goods.
fn two_faces(scene: &Scene, found: &mut Vec<Indicator>) {
    for (page, node) in scene.graph.pages() {
        let verdict = &scene.verdicts[PageId::index(page)];
        if let (Some((reviewer, _)), Some((shopper, label))) =
            (&verdict.compliant, &verdict.restricted)
        {
            found.push(Indicator {
                id: "two-faces",
                page: node.address.clone(),
                statement: format!(
                    "shows {reviewer} a compliant listing and {shopper} {}",
                    evidence::goods(label),
                ),
            });
        }
    }
}

/// A concealed hop of a compliant listing whose destination gave no answer: whether it is a hidden
/// path nobody can say, so it must not pass in silence.
fn unseen_destinations(scene: &Scene, found: &mut Vec<Indicator>) {
    for (id, source, target, hop) in scene.graph.hops() {
        let node = scene.graph.page(target);
        if scene.classes.of(id).effective == EffectiveClass::Hidden
            && scene.is_listing(source)
            && node.status().is_none()
        {
            found.push(Indicator {
                id: "unseen-destination",
                page: scene.graph.page(source).address.clone(),
                statement: format!(
                    "a concealed {} leads to {}, which gave no answer",
                    hop.kind, node.address
                ),
            });
        }
    }
}
