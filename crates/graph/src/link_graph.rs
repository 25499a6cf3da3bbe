//! The graph of pages and hops, over petgraph.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    BodyHash, Carrier, GateStrength, HopKind, Layer, Link, Outcome, PageFacts, PageId, PageKind,
    PageUrl, Proof, Site, Span, Technique, Timestamp, Trigger, VantageId, Visibility,
    VisibilityState, Visit, VisitId, Zone,
};
use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;

/// One visit of a page, as evidence names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The guise.
    pub vantage: VantageId,
    /// The visit.
    pub visit: VisitId,
    /// What became of it.
    pub outcome: Outcome,
    /// When.
    pub at: Timestamp,
}

impl Seen {
    /// Identity of the body, when one came.
    #[must_use]
    pub fn body(&self) -> Option<BodyHash> {
        match self.outcome {
            Outcome::Answered { body, .. } => Some(body),
            _ => None,
        }
    }
}

/// A page of the graph: an address that was visited, or only named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageNode {
    /// Its address.
    pub address: PageUrl,
    /// Its site.
    pub site: Site,
    /// Title, by the first vantage that has one.
    pub title: String,
    /// Kind by structure.
    pub kind: PageKind,
    /// Who sells.
    pub seller: Option<String>,
    /// The strongest age gate on it.
    pub gate: GateStrength,
    /// Whether the case's scope contains it.
    pub in_scope: bool,
    /// Whether the crawl started here.
    pub is_seed: bool,
    /// Its visits, in order; empty for an address that was only named.
    pub seen: Vec<Seen>,
    /// Whether one vantage was led to different places on two visits.
    pub churns: bool,
}

impl PageNode {
    /// Status of the first visit that was answered.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.seen.iter().find_map(|seen| seen.outcome.status())
    }

    /// The guises in which an answer came, sorted.
    #[must_use]
    pub fn answered(&self) -> Vec<VantageId> {
        let mut vantages: Vec<_> = self
            .seen
            .iter()
            .filter(|seen| seen.outcome.status().is_some())
            .map(|seen| seen.vantage)
            .collect();
        vantages.sort_unstable();
        vantages.dedup();
        vantages
    }
}

/// A hop of the graph: a link to a page, with everything that a finding must show of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// What a visitor does, or what is done to a visitor.
    pub kind: HopKind,
    /// The construct that carries it.
    pub carrier: Carrier,
    /// What takes the visitor along.
    pub trigger: Trigger,
    /// Whether a shopper sees it.
    pub visibility: Visibility,
    /// Whose part of the page it stands in.
    pub zone: Zone,
    /// Place in the tree, for template detection.
    pub dom_path: String,
    /// Reference as written.
    pub href: String,
    /// Text as read.
    pub text: String,
    /// Where it stands in the body of the source, as its first vantage received it.
    pub span: Option<Span>,
    /// `rel` tokens.
    pub rel: Vec<String>,
    /// Layers taken off.
    pub layers: Vec<Layer>,
    /// What about the address itself disguises where it leads.
    pub disguises: Vec<Proof>,
    /// Techniques of its carrier and of the way it is written.
    pub noted: Vec<Technique>,
    /// Status of the redirect.
    pub status: Option<u16>,
    /// Whether it shows one host and leads to another.
    pub text_names_other_host: bool,
    /// Whether it leads a listing to its seller's page.
    pub to_seller: bool,
    /// The guises that saw it, sorted.
    pub vantages: Vec<VantageId>,
    /// The guises that were answered on the source, and saw no way to where it leads, sorted.
    /// Empty where two visits from one guise differ already.
    pub missing_from: Vec<VantageId>,
    /// How many links of the page are this hop.
    pub count: u32,
}

impl Hop {
    /// Every technique at work: those that conceal the hop, and those that its kind, its nesting or
    /// its vantages tell. Sorted, without repeats.
    #[must_use]
    pub fn techniques(&self) -> Vec<Technique> {
        let mut techniques = self.visibility.techniques();
        techniques.extend(&self.noted);
        techniques.extend(match (self.kind, self.trigger) {
            (HopKind::HttpRedirect, _) => Some(Technique::HTTP_REDIRECT),
            (HopKind::RefreshHeader | HopKind::MetaRefresh, _) => Some(Technique::REFRESH),
            (HopKind::ScriptNavigation, _) => Some(Technique::SCRIPT_REDIRECT),
            (HopKind::Form, Trigger::Load) => Some(Technique::AUTO_SUBMIT),
            (HopKind::Frame | HopKind::Embed, _) => Some(Technique::FRAME),
            (HopKind::TextUrl, _) => Some(Technique::TEXT_URL),
            (HopKind::Contact, _) => Some(Technique::CONTACT),
            (HopKind::Promise, _) => Some(Technique::DECOY_LISTING),
            _ => None,
        });
        techniques.extend(self.layers.iter().filter_map(|layer| match layer {
            Layer::Query | Layer::Matrix => Some(Technique::NESTED_URL),
            Layer::Path => Some(Technique::PATH_URL),
            Layer::Fragment => Some(Technique::FRAGMENT_URL),
            Layer::Base64
            | Layer::Base32
            | Layer::Hex
            | Layer::Rot13
            | Layer::Reversed
            | Layer::Deflate
            | Layer::Jwt => Some(Technique::ENCODED_URL),
            Layer::HostName => Some(Technique::PROXIED),
            Layer::AppScheme => Some(Technique::APP_SCHEME),
            Layer::Percent | Layer::Json | Layer::Schemeless | Layer::Prefix => None,
        }));
        techniques.extend(self.disguises.iter().map(|proof| proof.technique));
        if self.text_names_other_host {
            techniques.push(Technique::TEXT_TARGET_MISMATCH);
        }
        if !self.missing_from.is_empty() {
            techniques.push(Technique::USER_AGENT_CLOAKING);
        }
        techniques.sort_unstable();
        techniques.dedup();
        techniques
    }
}

/// Place of a hop in one graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HopId(pub u32);

impl HopId {
    /// The place as an index of a slice with one entry for each hop.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The graph of pages and hops. Pages are numbered in the order of their addresses and hops in
/// the order of source, then place on the page, so that equal facts give an equal graph.
#[derive(Debug, Clone, Default)]
pub struct LinkGraph {
    graph: DiGraph<PageNode, Hop>,
    ids: BTreeMap<PageUrl, PageId>,
}

impl LinkGraph {
    /// Builds the graph from every visit of a case, in the order of their numbers.
    ///
    /// Time O(n log n) in visits and links, memory linear in both.
    pub fn build<I>(visits: I, seeds: &[PageUrl]) -> Self
    where
        I: IntoIterator<Item = (Visit, Option<PageFacts>)>,
    {
        let mut builder = Builder::default();
        for (visit, facts) in visits {
            builder.add(visit, facts);
        }
        builder.finish(seeds)
    }

    /// How many pages.
    #[must_use]
    pub fn page_count(&self) -> usize {
        self.graph.node_count()
    }

    /// How many hops.
    #[must_use]
    pub fn hop_count(&self) -> usize {
        self.graph.edge_count()
    }

    /// Every page, in the order of addresses.
    pub fn pages(&self) -> impl Iterator<Item = (PageId, &PageNode)> {
        self.graph
            .node_indices()
            .map(|node| (page_id(node), &self.graph[node]))
    }

    /// A page.
    #[must_use]
    pub fn page(&self, id: PageId) -> &PageNode {
        &self.graph[node(id)]
    }

    /// The page of an address, if the graph has it.
    #[must_use]
    pub fn find(&self, address: &PageUrl) -> Option<PageId> {
        self.ids.get(address).copied()
    }

    /// Every hop with its ends, in order.
    pub fn hops(&self) -> impl Iterator<Item = (HopId, PageId, PageId, &Hop)> {
        self.graph.edge_references().map(|edge| {
            let ends = (page_id(edge.source()), page_id(edge.target()));
            (hop_id(edge.id()), ends.0, ends.1, edge.weight())
        })
    }

    /// A hop.
    #[must_use]
    pub fn hop(&self, id: HopId) -> &Hop {
        &self.graph[EdgeIndex::new(id.index())]
    }

    /// Source and target of a hop.
    #[must_use]
    pub fn ends(&self, id: HopId) -> (PageId, PageId) {
        self.graph
            .edge_endpoints(EdgeIndex::new(id.index()))
            .map_or((PageId(0), PageId(0)), |(source, target)| {
                (page_id(source), page_id(target))
            })
    }

    /// The hops out of a page, with their targets, in the order of the page.
    pub fn ways_out(&self, id: PageId) -> impl Iterator<Item = (HopId, PageId, &Hop)> {
        let mut ways: Vec<_> = self
            .graph
            .edges(node(id))
            .map(|edge| (hop_id(edge.id()), page_id(edge.target()), edge.weight()))
            .collect();
        ways.sort_unstable_by_key(|(hop, ..)| *hop);
        ways.into_iter()
    }

    /// The hops into a page, with their sources, in order.
    pub fn ways_in(&self, id: PageId) -> impl Iterator<Item = (HopId, PageId, &Hop)> {
        let mut ways: Vec<_> = self
            .graph
            .edges_directed(node(id), petgraph::Direction::Incoming)
            .map(|edge| (hop_id(edge.id()), page_id(edge.source()), edge.weight()))
            .collect();
        ways.sort_unstable_by_key(|(hop, ..)| *hop);
        ways.into_iter()
    }

    /// The pages in scope whose HTTP redirects only lead round in a circle, in order: nothing of
    /// what stands behind them was seen, though every one of them answered. Typical of pages that
    /// wait for a cookie. Linear in the pages times the length of their chains.
    #[must_use]
    pub fn redirect_loops(&self) -> Vec<PageId> {
        let onward = |page: PageId| {
            self.ways_out(page)
                .find(|(_, _, hop)| hop.kind == HopKind::HttpRedirect)
                .map(|(_, next, _)| next)
        };
        let in_circle = |start: PageId| {
            let mut passed = BTreeSet::from([start]);
            let mut at = start;
            while let Some(next) = onward(at) {
                if !passed.insert(next) {
                    return true;
                }
                at = next;
            }
            false
        };
        self.pages()
            .filter(|(page, node)| node.in_scope && in_circle(*page))
            .map(|(page, _)| page)
            .collect()
    }

    /// Adds a hop that was derived from more than one page, such as a promise.
    pub fn add_derived(&mut self, source: PageId, target: PageId, hop: Hop) -> HopId {
        hop_id(self.graph.add_edge(node(source), node(target), hop))
    }

    /// The petgraph underneath, for algorithms that this room does not have.
    #[must_use]
    pub const fn as_petgraph(&self) -> &DiGraph<PageNode, Hop> {
        &self.graph
    }
}

fn node(id: PageId) -> NodeIndex {
    NodeIndex::new(id.index())
}

fn page_id(node: NodeIndex) -> PageId {
    PageId(u32::try_from(node.index()).unwrap_or(u32::MAX))
}

fn hop_id(edge: EdgeIndex) -> HopId {
    HopId(u32::try_from(edge.index()).unwrap_or(u32::MAX))
}

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
            let id = page_id(link_graph.graph.add_node(page));
            link_graph.ids.insert(address, id);
        }
        for (source, hops) in self.hops {
            for (target, hop) in hops {
                if let (Some(source), Some(target)) =
                    (link_graph.find(&source), link_graph.find(&target))
                {
                    link_graph.graph.add_edge(node(source), node(target), hop);
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
