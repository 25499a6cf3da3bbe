//! `off-platform-contact`: one contact of several sellers stands on a restricted page.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Confidence, ContactKind, DetectorId, EffectiveClass, EvidenceKind, Finding, HopKind, PageId,
    Policy, Site,
};
use serde::Serialize;

use super::Detector;
use crate::Scene;
use crate::derived::{Derived, first_hop};
use crate::evidence;
use crate::scene::required_gate;

/// Thresholds of `off-platform-contact`, recorded with the judgement.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ContactSettings {
    /// Fewest sellers whose compliant listings share a contact, to make a finding; fewer make an indicator.
    pub least_sellers: usize,
    /// Most sellers: what more have is an agency's, or the platform's.
    pub most_sellers: usize,
    /// Most sites: what stands on more is nobody's in particular.
    pub most_sites: usize,
    /// The greatest share of the sellers of a site, where that names four or more.
    pub most_share: f64,
}

impl Default for ContactSettings {
    fn default() -> Self {
        Self {
            least_sellers: 2,
            most_sellers: 20,
            most_sites: 20,
            most_share: 0.5,
        }
    }
}

/// Fewest sellers of a site of which a share says anything.
const SELLERS_FOR_SHARE: usize = 4;

/// A contact outside of the template that stands on compliant listings of several sellers and on a restricted
/// page as well: who writes to any of them is heard by whoever sells that. One finding for each seller
/// and contact, by its first listing; the target is the gravest page, then the first by address.
///
/// An age-restricted page of the listings' own site, or one behind a sufficient gate, is none: there the platform
/// itself, or the gate, stands between. Of one seller it is an indicator.
///
/// Cost: O(n log n) in the contacts of all pages.
pub struct OffPlatformContact;

impl Detector for OffPlatformContact {
    fn id(&self) -> DetectorId {
        DetectorId("off-platform-contact")
    }

    fn detect(&self, scene: &Scene, found: &mut Vec<Finding>) {
        for shared in shared_contacts(scene) {
            let Some(target) = shared.target.filter(|_| shared.makes_findings(scene)) else {
                continue;
            };
            for listings in shared.sellers.values() {
                found.extend(self.finding(scene, &shared, listings, target));
            }
        }
    }
}

impl OffPlatformContact {
    fn finding(
        &self,
        scene: &Scene,
        shared: &Shared,
        listings: &[PageId],
        target: PageId,
    ) -> Option<Finding> {
        let graph = &scene.graph;
        let listing = *listings.first()?;
        let (from, to) = (graph.page(listing), graph.page(target));
        let contact = shared.told();
        let statement = format!(
            "the contact {contact} stands on {} of this seller, on listings of {} sellers in all, and on \
             {} with {}",
            match listings.len() {
                1 => "one listing".to_owned(),
                listings => format!("{listings} listings"),
            },
            shared.sellers.len(),
            to.address,
            evidence::offer_of(scene, target),
        );
        let mut first = first_hop(
            (&from.address, &to.address),
            HopKind::Contact,
            EffectiveClass::Hidden,
            "written on both pages, linked on neither".to_owned(),
        );
        first.text.clone_from(&contact);
        if let Some(said) = from.traces.contacts.get(&shared.contact) {
            first.span = said.span;
            first.vantages.clone_from(&said.vantages);
        }
        first.cost = scene.settings.search.hidden;
        Derived {
            detector: self.id(),
            statement,
            first,
            hops: &[],
            target,
            most: Confidence::Medium,
            listing: Some(listing),
            evidence: [listing, target]
                .into_iter()
                .filter_map(|page| stands(scene, page, shared))
                .collect(),
        }
        .finding(scene)
    }
}

/// A contact that compliant listings share with a restricted page.
pub(super) struct Shared {
    /// The contact.
    pub(super) contact: (ContactKind, String),
    /// The compliant listings with it, by seller.
    pub(super) sellers: BTreeMap<(Site, Option<String>), Vec<PageId>>,
    /// The gravest restricted page with it, for an indicator.
    pub(super) restricted: PageId,
    /// The gravest that makes a finding.
    target: Option<PageId>,
}

impl Shared {
    /// Whether each of its sellers is a finding.
    pub(super) fn makes_findings(&self, scene: &Scene) -> bool {
        self.target.is_some() && self.sellers.len() >= scene.settings.contacts.least_sellers
    }

    /// The contact, for a sentence.
    pub(super) fn told(&self) -> String {
        format!("{} {}", self.contact.0, self.contact.1)
    }
}

/// Evidence that a contact stands on a page.
pub(super) fn stands(scene: &Scene, page: PageId, shared: &Shared) -> Option<model::Evidence> {
    let node = scene.graph.page(page);
    let said = node.traces.contacts.get(&shared.contact);
    let seen = said
        .and_then(|said| node.seen.iter().find(|seen| seen.visit == said.visit))
        .or_else(|| node.seen.first())?;
    let kind = EvidenceKind::Contact;
    let span = said.and_then(|said| said.span);
    Some(evidence::of_visit(
        kind,
        shared.told(),
        &node.address,
        seen,
        span,
    ))
}

/// Every contact on compliant listings and restricted pages that is not many sellers', in order.
pub(super) fn shared_contacts(scene: &Scene) -> Vec<Shared> {
    let mut by_contact: BTreeMap<&(ContactKind, String), Vec<PageId>> = BTreeMap::new();
    let mut sellers_of: BTreeMap<&Site, BTreeSet<&str>> = BTreeMap::new();
    for (page, node) in scene.graph.pages() {
        for contact in &node.contacts {
            by_contact.entry(contact).or_default().push(page);
        }
        if let Some(seller) = &node.seller {
            sellers_of.entry(&node.site).or_default().insert(seller);
        }
    }
    let of_contact = by_contact
        .into_iter()
        .filter_map(|(contact, pages)| shared(scene, contact, &pages));
    of_contact
        .filter(|shared| !is_many_sellers(scene, shared, &sellers_of))
        .collect()
}

fn shared(scene: &Scene, contact: &(ContactKind, String), pages: &[PageId]) -> Option<Shared> {
    let graph = &scene.graph;
    let restricted = pages.iter().copied();
    let mut restricted: Vec<PageId> = restricted
        .filter(|page| scene.policy(*page).is_restricted())
        .collect();
    restricted.sort_by_key(|page| (std::cmp::Reverse(scene.policy(*page)), *page));
    let mut sellers: BTreeMap<(Site, Option<String>), Vec<PageId>> = BTreeMap::new();
    for page in pages {
        if scene.is_listing(*page) && !restricted.contains(page) {
            let node = graph.page(*page);
            let seller = (node.site.clone(), node.seller.clone());
            sellers.entry(seller).or_default().push(*page);
        }
    }
    let sites: BTreeSet<&Site> = pages.iter().map(|page| &graph.page(*page).site).collect();
    let is_everybodys = sites.len() > scene.settings.contacts.most_sites;
    if sellers.is_empty() || is_everybodys {
        return None;
    }
    let homes: BTreeSet<&Site> = sellers.keys().map(|(site, _)| site).collect();
    let target = restricted
        .iter()
        .copied()
        .find(|page| is_target(scene, *page, &homes));
    Some(Shared {
        contact: contact.clone(),
        restricted: *restricted.first()?,
        target,
        sellers,
    })
}

/// Whether a restricted page makes a finding of contacts on listings of some sites.
fn is_target(scene: &Scene, page: PageId, homes: &BTreeSet<&Site>) -> bool {
    let Some((_, label)) = &scene.verdicts[page.index()].restricted else {
        return false;
    };
    let node = scene.graph.page(page);
    let is_gated = required_gate(label).is_some_and(|required| node.gate >= required);
    match label.policy {
        Policy::Illegal => true,
        _ => !is_gated && !homes.contains(&node.site),
    }
}

/// Whether more sellers have a contact than one person runs: an agency's, or the platform's own.
fn is_many_sellers(
    scene: &Scene,
    shared: &Shared,
    sellers_of: &BTreeMap<&Site, BTreeSet<&str>>,
) -> bool {
    let settings = &scene.settings.contacts;
    let mut on_site: BTreeMap<&Site, usize> = BTreeMap::new();
    for (site, seller) in shared.sellers.keys() {
        *on_site.entry(site).or_default() += usize::from(seller.is_some());
    }
    let is_most = |(site, with_it): (&&Site, &usize)| {
        let all = sellers_of.get(*site).map_or(0, BTreeSet::len);
        all >= SELLERS_FOR_SHARE && exceeds(*with_it, all, settings.most_share)
    };
    shared.sellers.len() > settings.most_sellers || on_site.iter().any(is_most)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of sellers are far below 2^52"
)]
fn exceeds(part: usize, whole: usize, share: f64) -> bool {
    part as f64 > whole as f64 * share
}
