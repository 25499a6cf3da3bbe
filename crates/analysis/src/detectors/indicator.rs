//! Indicators: signals worth a look that are no hidden path by themselves.

use model::{EffectiveClass, EvidenceKind, GoodsFact, Indicator, PageId};

use crate::Scene;
use crate::evidence;

/// Every indicator of the scene, in order, one for each thing.
pub(crate) fn indicators(scene: &Scene) -> Vec<Indicator> {
    let mut found = Vec::new();
    template_hops(scene, &mut found);
    two_faces(scene, &mut found);
    unseen_destinations(scene, &mut found);
    other_goods(scene, &mut found);
    restricted_orphans(scene, &mut found);
    let key = |one: &Indicator| (one.id, one.page.clone(), one.statement.clone());
    found.sort_by_key(key);
    found.dedup_by_key(|one| key(one));
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
            evidence: Vec::new(),
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
                evidence: Vec::new(),
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
                evidence: Vec::new(),
            });
        }
    }
}

/// A page whose goods are others for one vantage than for the primary one, whatever churns: a name, a
/// price, an age that only one of them is told. By itself it proves no hidden path: prices are
/// personal, and stock runs out.
fn other_goods(scene: &Scene, found: &mut Vec<Indicator>) {
    for (_, node) in scene.graph.pages() {
        for other in &node.other_goods {
            let difference = &other.difference;
            let seen = |visit| node.seen.iter().find(|seen| seen.visit == visit);
            let [Some(ours), Some(theirs)] = other.visits.map(seen) else {
                continue;
            };
            let (one, theirs_is) = (&difference.one, &difference.other);
            let fact = match difference.fact {
                GoodsFact::AgeMark => "mark of an age",
                fact => fact.as_str(),
            };
            let evidence = [(ours, one), (theirs, theirs_is)].map(|(seen, value)| {
                let statement = format!("{} was shown the {fact} “{value}”", seen.vantage);
                let kind = EvidenceKind::Vantage;
                evidence::of_visit(kind, statement, &node.address, seen, None)
            });
            found.push(Indicator {
                id: "other-goods",
                page: node.address.clone(),
                statement: format!(
                    "the {fact} of what is on offer is “{one}” for {} and “{theirs_is}” for {}",
                    ours.vantage, theirs.vantage,
                ),
                evidence: evidence.to_vec(),
            });
        }
    }
}

/// A restricted page to which no link leads, only a sitemap. Nobody can be shown a hidden path to it,
/// and somebody wants it found.
fn restricted_orphans(scene: &Scene, found: &mut Vec<Indicator>) {
    for (page, node) in scene.graph.pages() {
        if node.orphan && scene.policy(page).is_restricted() {
            found.push(Indicator {
                id: "restricted-orphan",
                page: node.address.clone(),
                statement: format!(
                    "{} and only a sitemap leads there",
                    evidence::offer_of(scene, page)
                ),
                evidence: evidence::orphan(node).into_iter().collect(),
            });
        }
    }
}
