//! The graph of pages and hops, over petgraph.

use model::{PageFacts, PageId, PageUrl, Visit};
use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::builder::Builder;
use crate::hop::{Hop, HopId};
use crate::page_node::PageNode;

/// The graph of pages and hops. Pages are numbered in the order of their addresses and hops in
/// the order of source, then place on the page, so that equal facts give an equal graph.
#[derive(Debug, Clone, Default)]
pub struct LinkGraph {
    /// Hops stand in boxes: they are made before pages can be numbered, and are not to be moved then.
    graph: DiGraph<PageNode, Box<Hop>>,
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

    /// The page of an address, if the graph has it. O(log n) in pages, which stand in the order of addresses.
    #[must_use]
    pub fn find(&self, address: &PageUrl) -> Option<PageId> {
        let nodes = self.graph.raw_nodes();
        let place = nodes.binary_search_by(|node| node.weight.address.cmp(address));
        place.ok().map(|place| page_id(NodeIndex::new(place)))
    }

    /// Every hop with its ends, in order.
    pub fn hops(&self) -> impl Iterator<Item = (HopId, PageId, PageId, &Hop)> {
        self.graph.edge_references().map(|edge| {
            let ends = (page_id(edge.source()), page_id(edge.target()));
            (hop_id(edge.id()), ends.0, ends.1, &**edge.weight())
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
            .map(|edge| (hop_id(edge.id()), page_id(edge.target()), &**edge.weight()))
            .collect();
        ways.sort_unstable_by_key(|(hop, ..)| *hop);
        ways.into_iter()
    }

    /// The hops into a page, with their sources, in order.
    pub fn ways_in(&self, id: PageId) -> impl Iterator<Item = (HopId, PageId, &Hop)> {
        let mut ways: Vec<_> = self
            .graph
            .edges_directed(node(id), petgraph::Direction::Incoming)
            .map(|edge| (hop_id(edge.id()), page_id(edge.source()), &**edge.weight()))
            .collect();
        ways.sort_unstable_by_key(|(hop, ..)| *hop);
        ways.into_iter()
    }

    /// A graph with room for so many pages and hops.
    pub(crate) fn with_room(pages: usize, hops: usize) -> Self {
        Self {
            graph: DiGraph::with_capacity(pages, hops),
        }
    }

    /// Adds a page. Pages come in the order of their addresses.
    pub(crate) fn add_page(&mut self, page: PageNode) -> PageId {
        page_id(self.graph.add_node(page))
    }

    /// Adds a hop between two pages; one that was derived from more than one page, such as a
    /// promise, comes after those that were seen.
    pub fn add_hop(&mut self, source: PageId, target: PageId, hop: impl Into<Box<Hop>>) -> HopId {
        let hop = hop.into();
        hop_id(self.graph.add_edge(node(source), node(target), hop))
    }

    /// The petgraph underneath, for algorithms that this room does not have.
    #[must_use]
    pub const fn as_petgraph(&self) -> &DiGraph<PageNode, Box<Hop>> {
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
