//! From visits and what was read in their answers to pages and hops.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::{
    Carrier, GateStrength, Goods, GoodsFact, HopKind, PageFacts, PageId, PageKind, PageUrl,
    Technique, Trigger, VantageId, VisibilityState, Visit, VisitId, Zone,
};

use crate::alike::Alike;
use crate::hop::Hop;
use crate::link_graph::LinkGraph;
use crate::mail_host::{MailHost, homes, mail_hosts};
use crate::noise::{Noise, Way, Ways};
use crate::offer_shape::OfferShape;
use crate::page_node::{OtherGoods, PageNode, Seen};
use crate::traces::Traces;

/// What makes two links of a page one hop.
type HopKey = (PageUrl, HopKind, Carrier, Trigger, Zone, VisibilityState);

/// Takes visits one by one. Visits of one address must follow each other, as they do in a case.
#[derive(Debug, Default)]
pub struct Builder {
    pages: Pages,
    /// The hops of each page, in its order, with the place of the page that they lead to.
    hops: Vec<Vec<(u32, Box<Hop>)>>,
    /// Mail addresses, with the place of the page that has them.
    mails: Vec<(u32, MailHost)>,
    alike: Alike,
    current: Option<Current>,
}

/// Pages in the order in which they were first named.
#[derive(Debug, Default)]
struct Pages {
    nodes: Vec<PageNode>,
    places: HashMap<PageUrl, u32>,
}

#[derive(Debug)]
struct Current {
    address: PageUrl,
    ways: BTreeMap<VantageId, Ways>,
    hops: Vec<(PageUrl, Hop)>,
    index: BTreeMap<HopKey, usize>,
    churns: bool,
    /// The primary vantage, whose visit comes first.
    primary: Option<VantageId>,
    /// The ways of its second visit.
    again: Option<Vec<Way>>,
    mails: Vec<MailHost>,
    goods: Vec<(VantageId, VisitId, Goods)>,
    goods_again: Option<Goods>,
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
                primary: None,
                again: None,
                mails: Vec::new(),
                goods: Vec::new(),
                goods_again: None,
            });
        }
        let place = self.pages.place(&visit.address);
        let page = &mut self.pages.nodes[place as usize];
        page.in_scope |= visit.in_scope;
        page.churns |= visit.churns;
        page.orphan |= visit.orphan;
        let answered = visit.outcome.status();
        page.seen.push(Seen {
            vantage: visit.vantage,
            visit: visit.id,
            outcome: visit.outcome,
            at: visit.started,
            again: visit.again,
        });
        let Some(current) = &mut self.current else {
            return;
        };
        current.churns |= visit.churns;
        current.primary.get_or_insert(visit.vantage);
        if answered.is_some() {
            if visit.again {
                current.again.get_or_insert_default();
            } else {
                current.ways.entry(visit.vantage).or_default();
            }
        }
        let Some(facts) = facts else { return };
        let goods = Goods::of(&facts);
        if visit.again {
            current.goods_again = Some(goods);
            current.again.get_or_insert_default().extend(ways_of(facts));
        } else {
            describe(page, &facts);
            page.traces.take(visit.id, visit.vantage, &facts);
            current.goods.push((visit.vantage, visit.id, goods));
            for mail in mail_hosts(&facts, visit.vantage, &mut self.alike) {
                match current.mails.iter_mut().find(|known| known.is_like(&mail)) {
                    Some(known) => known.hop.see(visit.vantage, &mut self.alike),
                    None => current.mails.push(mail),
                }
            }
            current.take(visit.vantage, answered, facts, &mut self.alike);
        }
    }

    fn close(&mut self) {
        let Some(current) = self.current.take() else {
            return;
        };
        let noise = current.noise();
        let place = self.pages.place(&current.address);
        let page = &mut self.pages.nodes[place as usize];
        page.other_goods = current.other_goods();
        self.mails
            .extend(current.mails.into_iter().map(|mail| (place, mail)));
        let source = place as usize;
        if self.hops.len() <= source {
            self.hops.resize_with(source + 1, Vec::new);
        }
        let of_page = &mut self.hops[source];
        of_page.reserve_exact(current.hops.len());
        for (target, mut hop) in current.hops {
            if !noise.holds(&current.address, &target, &hop) {
                hop.missing_from = missing_from(&current.ways, &current.address, &target, &hop);
                hop.cloaked_by = cloaked_by(current.primary, &hop);
            }
            of_page.push((self.pages.place(&target), Box::new(hop)));
        }
    }

    /// Numbers pages and hops: pages by their addresses, hops by their sources.
    #[must_use]
    pub fn finish(mut self, seeds: &[PageUrl]) -> LinkGraph {
        self.close();
        let mut pages: Vec<(usize, PageNode)> = self.pages.nodes.into_iter().enumerate().collect();
        pages.sort_unstable_by(|(_, one), (_, other)| one.address.cmp(&other.address));
        let hop_count = self.hops.iter().map(Vec::len).sum();
        let mut link_graph = LinkGraph::with_room(pages.len(), hop_count);
        let mut ids = vec![PageId(0); pages.len()];
        let mut order = Vec::with_capacity(pages.len());
        for (place, mut page) in pages {
            page.is_seed = seeds.contains(&page.address);
            ids[place] = link_graph.add_page(page);
            order.push(place);
        }
        self.hops.resize_with(ids.len(), Vec::new);
        for place in order {
            for (target, hop) in std::mem::take(&mut self.hops[place]) {
                link_graph.add_hop(ids[place], ids[target as usize], hop);
            }
        }
        self.mails
            .sort_by_key(|(place, _)| ids[*place as usize].index());
        for (place, MailHost { host, hop }) in self.mails {
            let source = ids[place as usize];
            let answered = |page: &PageId| {
                let page = link_graph.page(*page);
                page.status().is_some_and(|status| status < 300)
            };
            let home = homes(&host)
                .filter_map(|home| link_graph.find(&home))
                .find(answered);
            if let Some(home) = home
                && link_graph.page(home).site != link_graph.page(source).site
            {
                link_graph.add_hop(source, home, hop);
            }
        }
        link_graph
    }
}

impl Pages {
    /// The place of the page of an address, which is added where it is not there.
    fn place(&mut self, address: &PageUrl) -> u32 {
        let next = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        if let Some(&place) = self.places.get(address) {
            return place;
        }
        self.nodes.push(named(address));
        self.places.insert(address.clone(), next);
        next
    }
}

/// Contacts of one page that are kept.
const CONTACTS: usize = 64;

/// A page of which nothing is known but its address.
fn named(address: &PageUrl) -> PageNode {
    PageNode {
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
        orphan: false,
        other_goods: Vec::new(),
        contacts: BTreeSet::new(),
        offer: OfferShape::default(),
        traces: Traces::default(),
    }
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
    for contact in &facts.contacts {
        if contact.zone != Zone::Chrome && page.contacts.len() < CONTACTS {
            page.contacts.insert((contact.kind, contact.handle.clone()));
        }
    }
    page.offer.take(facts);
    for gate in &facts.gates {
        page.gate = page.gate.max(gate.strength);
    }
}

impl Current {
    /// What of the page churns by itself.
    fn noise(&self) -> Noise {
        let first = self.primary.and_then(|primary| self.ways.get(&primary));
        match (first, &self.again) {
            (Some(first), Some(again)) => Noise::between(first, again, &self.address, &self.hops),
            _ if self.churns => Noise::All,
            _ => Noise::default(),
        }
    }

    /// What the other vantages were shown of the goods that the primary one was not, beyond what its own
    /// two visits differ in. In another language names, categories and prices differ on honest pages.
    fn other_goods(&self) -> Vec<OtherGoods> {
        let Some(((_, first, ours), others)) = self.goods.split_first() else {
            return Vec::new();
        };
        let again = self.goods_again.as_ref();
        let churning = again.map_or_else(Vec::new, |again| ours.differences(again));
        let mut found = Vec::new();
        for (vantage, visit, theirs) in others {
            for difference in ours.differences(theirs) {
                let fact = difference.fact;
                let is_translated = matches!(vantage, VantageId::Language(_))
                    && !matches!(fact, GoodsFact::Gtin | GoodsFact::AgeMark);
                if !is_translated && churning.iter().all(|noise| noise.fact != fact) {
                    found.push(OtherGoods {
                        vantage: *vantage,
                        visits: [*first, *visit],
                        difference,
                    });
                }
            }
        }
        found
    }

    fn take(
        &mut self,
        vantage: VantageId,
        status: Option<u16>,
        facts: PageFacts,
        alike: &mut Alike,
    ) {
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
                hop.see(vantage, alike);
            } else {
                self.index.insert(key, self.hops.len());
                self.hops
                    .push((target, Hop::of(link, vantage, status, alike)));
            }
        }
    }
}

/// The ways of a page, where they stand.
fn ways_of(facts: PageFacts) -> impl Iterator<Item = Way> {
    let address = facts.address;
    facts.links.into_iter().filter_map(move |link| {
        let target = link.target?;
        (target != address || link.kind == HopKind::HttpRedirect).then_some(Way {
            kind: link.kind,
            target,
            dom_path: link.dom_path,
            zone: link.zone,
        })
    })
}

/// On what of the visitor it depends whether a hop is there. All guises but devices differ from the
/// primary one in one thing; where that was not answered, nobody can say more than that it is the
/// guise.
fn cloaked_by(primary: Option<VantageId>, hop: &Hop) -> Box<[Technique]> {
    if hop.missing_from.is_empty() {
        return Box::default();
    }
    let others = match primary {
        Some(primary) if hop.vantages.contains(&primary) => &*hop.missing_from,
        Some(primary) if hop.missing_from.contains(&primary) => &*hop.vantages,
        _ => &[],
    };
    let cause = |vantage: &VantageId| match vantage {
        VantageId::Desktop | VantageId::Phone | VantageId::Crawler => {
            Technique::USER_AGENT_CLOAKING
        }
        VantageId::FromSearch | VantageId::FromMarket => Technique::REFERRER_CLOAKING,
        VantageId::WithoutCookies | VantageId::Returning => Technique::COOKIE_CLOAKING,
        VantageId::Agent => Technique::AGENT_CLOAKING,
        VantageId::Language(_) => Technique::ORIGIN_CLOAKING,
    };
    let mut causes: Vec<Technique> = others.iter().map(cause).collect();
    if causes.is_empty() {
        causes.push(Technique::USER_AGENT_CLOAKING);
    }
    causes.sort_unstable();
    causes.dedup();
    causes.into()
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
) -> Box<[VantageId]> {
    let site = target.site();
    let is_inside = site == source.site();
    // What a shopper must click in the platform's own template, or in an advertisement, differs
    // between screens on honest pages.
    let is_platforms = matches!(hop.zone, Zone::Chrome | Zone::Advertising);
    if hop.trigger == Trigger::Act && (is_platforms || (is_inside && hop.zone != Zone::Seller)) {
        return Box::default();
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
