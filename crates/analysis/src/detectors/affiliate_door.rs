//! `affiliate-door`: an affiliate is paid for visitors of a listing that leads on to restricted goods.

use std::collections::{BTreeMap, BTreeSet};

use graph::{HopId, LinkGraph};
use model::{DetectorId, EvidenceKind, Finding, PageId, Trigger};

use super::Detector;
use crate::Scene;
use crate::evidence::{self, Statement};
use crate::hidden_path::HiddenPath;

/// How many hops of a hidden path may lie between the listing and the restricted page: who comes
/// by the affiliate's link is there within these.
const HOPS: usize = 3;
/// How many redirects an affiliate's link is followed through.
const REDIRECTS: usize = 20;

/// A page of another site links to a compliant listing by an address that pays whoever sends
/// visitors, and from the listing a hidden path of at most three hops leads to a restricted page: the
/// approved product is the door. The witness begins at the affiliate's page.
///
/// Cost: O(n log n) in the hops, and the number of hidden paths times the affiliates of each listing.
pub struct AffiliateDoor;

impl Detector for AffiliateDoor {
    fn id(&self) -> DetectorId {
        DetectorId("affiliate-door")
    }

    fn detect(&self, scene: &Scene, found: &mut Vec<Finding>) {
        let doors: BTreeSet<PageId> = scene.paths.iter().map(|path| path.listing).collect();
        let affiliates = affiliates(&scene.graph, &doors);
        for path in scene.paths.iter().filter(|path| path.steps.len() <= HOPS) {
            for sent in affiliates.get(&path.listing).into_iter().flatten() {
                found.extend(self.finding(scene, path, sent));
            }
        }
    }
}

/// How an affiliate sends visitors to a listing: the link, then the redirects.
struct Sent {
    hops: Vec<HopId>,
}

impl AffiliateDoor {
    fn finding(&self, scene: &Scene, path: &HiddenPath, sent: &Sent) -> Option<Finding> {
        let link = *sent.hops.first()?;
        let (page, _) = scene.graph.ends(link);
        let affiliate = scene.graph.page(page);
        let paid = scene.graph.hop(link).affiliation.as_ref()?;
        let who = match (&paid.network, &paid.id) {
            (Some(network), Some(id)) => format!("publisher {id} of {network}"),
            (Some(network), None) => format!("a publisher of {network}"),
            (None, Some(id)) => format!("publisher {id}"),
            (None, None) => "a publisher".to_owned(),
        };
        let statement = format!(
            "{} is paid as {who} for visitors of {}, from where it is {} to {}",
            affiliate.address.host(),
            evidence::listing_of(scene, path.listing),
            match path.steps.len() {
                1 => "one hidden hop".to_owned(),
                hops => format!("{hops} hidden hops"),
            },
            evidence::offer_of(scene, path.target),
        );
        let hops: Vec<HopId> = sent.hops.iter().copied().chain(path.hops()).collect();
        let mut finding = Statement::of_path(self.id(), path, &hops, statement).finding(scene)?;
        if let Some(seen) = affiliate.seen.first() {
            finding.evidence.push(evidence::of_visit(
                EvidenceKind::Promise,
                format!("the link that pays reads “{}”", scene.graph.hop(link).text),
                &affiliate.address,
                seen,
                scene.graph.hop(link).span,
            ));
        }
        Some(finding)
    }
}

/// Links of other sites' pages that pay for visitors of a listing, by listing; one for each page and
/// listing.
fn affiliates(graph: &LinkGraph, doors: &BTreeSet<PageId>) -> BTreeMap<PageId, Vec<Sent>> {
    let mut known: BTreeSet<(PageId, PageId)> = BTreeSet::new();
    let mut found: BTreeMap<PageId, Vec<Sent>> = BTreeMap::new();
    for (id, source, target, hop) in graph.hops() {
        if hop.affiliation.is_none() || hop.visibility.is_hidden() {
            continue;
        }
        let Some((listing, hops)) = led_to(graph, id, target, doors) else {
            continue;
        };
        let is_outside = graph.page(source).site != graph.page(listing).site;
        if is_outside && known.insert((source, listing)) {
            found.entry(listing).or_default().push(Sent { hops });
        }
    }
    found
}

/// The listing that a link leads to, itself or through what moves its visitor on.
fn led_to(
    graph: &LinkGraph,
    link: HopId,
    target: PageId,
    doors: &BTreeSet<PageId>,
) -> Option<(PageId, Vec<HopId>)> {
    let mut hops = vec![link];
    let mut at = target;
    for _ in 0..REDIRECTS {
        if doors.contains(&at) {
            return Some((at, hops));
        }
        let (hop, next, _) = graph
            .ways_out(at)
            .find(|(_, _, hop)| hop.trigger == Trigger::Load && !hop.visibility.is_hidden())?;
        hops.push(hop);
        at = next;
    }
    None
}
