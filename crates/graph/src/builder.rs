//! From visits and what was read in their answers to pages and hops.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Carrier, GateStrength, HopKind, Link, PageFacts, PageKind, PageUrl, Trigger, VantageId,
    VisibilityState, Visit, Zone,
};

use crate::hop::Hop;
use crate::link_graph::LinkGraph;
use crate::page_node::{PageNode, Seen};

/// What one vantage was led to by one page.
type Ways = BTreeSet<(HopKind, PageUrl)>;

/// What makes two links of a page one hop.
type HopKey = (PageUrl, HopKind, Carrier, Trigger, Zone, VisibilityState);

/// Takes visits one by one. Visits of one address must follow each other, as they do in a case.
#[derive(Debug, Default)]
pub struct Builder {
    pages: BTreeMap<PageUrl, PageNode>,
    hops: BTreeMap<PageUrl, Vec<(PageUrl, Hop)>>,
    current: Option<Current>,
}

#[derive(Debug)]
struct Current {
    address: PageUrl,
    ways: BTreeMap<VantageId, Ways>,
    hops: Vec<(PageUrl, Hop)>,
    index: BTreeMap<HopKey, usize>,
    churns: bool,
}

impl Builder {
    /// Takes one visit, with the facts that were read in its answer.
    pub fn add(&mut self, visit: Visit, facts: Option<PageFacts>) {
        if self
            .current
            .as_ref()
            .is_none_or(|current| current.address != visit.address)
        {
            self.close();
            self.current = Some(Current {
                address: visit.address.clone(),
                ways: BTreeMap::new(),
                hops: Vec::new(),
                index: BTreeMap::new(),
                churns: false,
            });
        }
        let page = named(&mut self.pages, &visit.address);
        page.in_scope |= visit.in_scope;
        page.churns |= visit.churns;
        let answered = visit.outcome.status();
        page.seen.push(Seen {
            vantage: visit.vantage,
            visit: visit.id,
            outcome: visit.outcome,
            at: visit.started,
        });
        let Some(current) = &mut self.current else {
            return;
        };
        current.churns |= visit.churns;
        if answered.is_some() {
            current.ways.entry(visit.vantage).or_default();
        }
        if let Some(facts) = facts {
            describe(page, &facts);
            current.take(visit.vantage, answered, facts);
        }
    }

    fn close(&mut self) {
        let Some(mut current) = self.current.take() else {
            return;
        };
        for (target, hop) in &mut current.hops {
            named(&mut self.pages, target);
            if !current.churns {
                hop.missing_from = missing_from(&current.ways, &current.address, target, hop);
            }
        }
        let hops = self.hops.entry(current.address).or_default();
        hops.append(&mut current.hops);
    }

    /// Numbers pages and hops.
    #[must_use]
    pub fn finish(mut self, seeds: &[PageUrl]) -> LinkGraph {
        self.close();
        let mut link_graph = LinkGraph::default();
        for (address, mut page) in self.pages {
            page.is_seed = seeds.contains(&address);
            link_graph.add_page(page);
        }
        for (source, hops) in self.hops {
            for (target, hop) in hops {
                if let (Some(source), Some(target)) =
                    (link_graph.find(&source), link_graph.find(&target))
                {
                    link_graph.add_hop(source, target, hop);
                }
            }
        }
        link_graph
    }
}

fn named<'a>(pages: &'a mut BTreeMap<PageUrl, PageNode>, address: &PageUrl) -> &'a mut PageNode {
    pages.entry(address.clone()).or_insert_with(|| PageNode {
        address: address.clone(),
        site: address.site(),
        title: String::new(),
        kind: PageKind::Other,
        seller: None,
        gate: GateStrength::None,
        in_scope: false,
        is_seed: false,
        seen: Vec::new(),
        churns: false,
    })
}

fn describe(page: &mut PageNode, facts: &PageFacts) {
    if page.title.is_empty() {
        page.title.clone_from(&facts.title);
    }
    if page.kind == PageKind::Other {
        page.kind = facts.kind;
    }
    if page.seller.is_none() {
        page.seller.clone_from(&facts.seller);
    }
    for gate in &facts.gates {
        page.gate = page.gate.max(gate.strength);
    }
}

impl Current {
    fn take(&mut self, vantage: VantageId, status: Option<u16>, facts: PageFacts) {
        for link in facts.links {
            let Some(target) = link.target.clone() else {
                continue;
            };
            if target == self.address && link.kind != HopKind::HttpRedirect {
                continue;
            }
            let ways = self.ways.entry(vantage).or_default();
            ways.insert((link.kind, target.clone()));
            let key = (
                target.clone(),
                link.kind,
                link.carrier,
                link.trigger,
                link.zone,
                link.visibility.state(),
            );
            if let Some(index) = self.index.get(&key) {
                let hop = &mut self.hops[*index].1;
                hop.count += 1;
                hop.to_seller |= link.to_seller;
                if !hop.vantages.contains(&vantage) {
                    hop.vantages.push(vantage);
                    hop.vantages.sort_unstable();
                }
            } else {
                self.index.insert(key, self.hops.len());
                self.hops.push((target, hop_of(link, vantage, status)));
            }
        }
    }
}

fn hop_of(link: Link, vantage: VantageId, status: Option<u16>) -> Hop {
    Hop {
        status: status.filter(|_| link.kind == HopKind::HttpRedirect),
        kind: link.kind,
        carrier: link.carrier,
        trigger: link.trigger,
        visibility: link.visibility,
        zone: link.zone,
        dom_path: link.dom_path,
        href: link.href.as_str().to_owned(),
        text: link.text,
        span: link.span,
        rel: link.rel,
        layers: link.layers,
        disguises: link.disguises,
        scripted: link.scripted,
        noted: link.techniques,
        text_names_other_host: link.text_names_other_host,
        to_seller: link.to_seller,
        vantages: vec![vantage],
        missing_from: Vec::new(),
        count: 1,
    }
}

/// The vantages that were answered and led nowhere near. What is compared is where links lead,
/// not bytes: for another site, whether any way leads to that site; within the site, where every
/// vantage has ways anyway, the very address, and only for what moves the visitor by itself or
/// stands in a seller's zone.
fn missing_from(
    ways: &BTreeMap<VantageId, Ways>,
    source: &PageUrl,
    target: &PageUrl,
    hop: &Hop,
) -> Vec<VantageId> {
    let site = target.site();
    let is_inside = site == source.site();
    // What a shopper must click in the platform's own template, or in an advertisement, differs
    // between screens on honest pages.
    let is_platforms = matches!(hop.zone, Zone::Chrome | Zone::Advertising);
    if hop.trigger == Trigger::Act && (is_platforms || (is_inside && hop.zone != Zone::Seller)) {
        return Vec::new();
    }
    ways.iter()
        .filter(|(vantage, _)| !hop.vantages.contains(vantage))
        .filter(|(_, ways)| {
            !ways
                .iter()
                .any(|(_, other)| other == target || (!is_inside && other.site() == site))
        })
        .map(|(vantage, _)| *vantage)
        .collect()
}
