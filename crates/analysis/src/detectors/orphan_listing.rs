//! `orphan-listing`: a listing that its own site shows to nobody leads to restricted goods.

use std::collections::{BTreeMap, BTreeSet};

use graph::LinkGraph;
use model::{DetectorId, Finding, Host, PageId, PageUrl, Site};

use super::Detector;
use crate::Scene;
use crate::evidence::{self, Statement};

/// A compliant listing that no page of its own site leads to, only a sitemap or pages of other
/// sites, and from which a hidden path begins: it is there for those who were told of it elsewhere.
/// One finding for each hidden path of such a listing. An orphan without one is an indicator.
///
/// Whether a page of the site leads there is known as far as the site was seen: where no other page of
/// it was, nothing is said. A seed is none: it was asked for by name.
///
/// Cost: O(n log n) in the hops, and for each listing the addresses of its host and path.
pub struct OrphanListing;

impl Detector for OrphanListing {
    fn id(&self) -> DetectorId {
        DetectorId("orphan-listing")
    }

    fn detect(&self, scene: &Scene, found: &mut Vec<Finding>) {
        let orphans = orphans(scene);
        for path in &scene.paths {
            let Some(way) = orphans.iter().find(|orphan| orphan.listing == path.listing) else {
                continue;
            };
            let statement = format!(
                "{} that {} and that its own site shows to nobody leads to {}",
                evidence::listing_of(scene, path.listing),
                way.reached(scene),
                evidence::offer_of(scene, path.target),
            );
            let hops: Vec<_> = path.hops().collect();
            found.extend(Statement::of_path(self.id(), path, &hops, statement).finding(scene));
        }
    }
}

/// A listing that no page of its site leads to.
pub(super) struct Orphan {
    pub(super) listing: PageId,
    /// Pages of other sites that lead there.
    from: BTreeSet<PageId>,
}

impl Orphan {
    /// By what it is reached, for a sentence.
    pub(super) fn reached(&self, scene: &Scene) -> String {
        match self.from.first() {
            None => "only a sitemap names".to_owned(),
            Some(first) => {
                let host = scene.graph.page(*first).address.host();
                match self.from.len() {
                    1 => format!("only a page of {host} leads to"),
                    pages => format!("only {pages} pages of other sites, {host} first, lead to"),
                }
            }
        }
    }
}

/// Every compliant listing in scope that no page of its own site leads to, in the order of addresses.
pub(super) fn orphans(scene: &Scene) -> Vec<Orphan> {
    let graph = &scene.graph;
    let mut answered: BTreeMap<&Site, usize> = BTreeMap::new();
    for (_, node) in graph.pages() {
        *answered.entry(&node.site).or_default() += usize::from(node.status().is_some());
    }
    let shown = shown_at_home(graph);
    let mut found = Vec::new();
    for (listing, node) in graph.pages() {
        let is_lone = answered.get(&node.site).copied().unwrap_or(0) < 2;
        if node.is_seed || !node.in_scope || is_lone || !scene.is_listing(listing) {
            continue;
        }
        let mut sources = graph
            .ways_in(listing)
            .map(|(_, source, _)| source)
            .filter(|source| *source != listing)
            .peekable();
        if sources.peek().is_none() && !node.orphan {
            continue;
        }
        let key = (node.address.host(), node.address.as_url().path());
        let shorter = shown.get(&key).map_or(&[][..], Vec::as_slice);
        let from: BTreeSet<PageId> = sources.collect();
        let is_shown = from
            .iter()
            .any(|source| graph.page(*source).site == node.site)
            || shorter.iter().any(|page| is_part_of(page, &node.address));
        if !is_shown {
            found.push(Orphan { listing, from });
        }
    }
    found
}

/// Addresses that their own site leads to, by host and path.
fn shown_at_home(graph: &LinkGraph) -> BTreeMap<(Host, &str), Vec<&PageUrl>> {
    let mut shown: BTreeMap<(Host, &str), BTreeSet<&PageUrl>> = BTreeMap::new();
    for (_, source, target, _) in graph.hops() {
        let (from, to) = (graph.page(source), graph.page(target));
        if source != target && from.site == to.site {
            let key = (to.address.host(), to.address.as_url().path());
            shown.entry(key).or_default().insert(&to.address);
        }
    }
    let listed = shown.into_iter();
    listed
        .map(|(key, pages)| (key, pages.into_iter().collect()))
        .collect()
}

/// Whether the parameters of an address are part of those of another: who links from elsewhere adds
/// some of their own to an address that the site itself links to.
fn is_part_of(one: &PageUrl, other: &PageUrl) -> bool {
    let others: BTreeSet<_> = other.as_url().query_pairs().collect();
    let mut own = one.as_url().query_pairs();
    own.all(|pair| others.contains(&pair))
}
