//! The graph of a case as a source of exports: whole, or a part of it.

use std::collections::BTreeSet;
use std::io;

use model::{CategoryCode, PageId, Proof, Technique, VantageId};

use super::{Cell, CellType, Column, Edge, Node, Source, TakeEdge, TakeNode, Words, column};
use crate::{Classes, Hop, HopId, LinkGraph, Mention, MentionedBy, PageNode};

/// What a judgement says of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct PageMark {
    /// The word of the policy.
    pub policy: &'static str,
    /// The age of age-restricted goods, in years.
    pub min_age: Option<u8>,
    /// Category, where one decided.
    pub category: Option<CategoryCode>,
    /// Chance that a random shopper of the page ends on a restricted one, 0 to 1.
    pub chance: f64,
    /// Hidden paths that begin here.
    pub hidden_paths_from: u64,
    /// Hidden paths that end here.
    pub hidden_paths_to: u64,
}

/// A part of a graph.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    pages: BTreeSet<PageId>,
    /// The hops; where there are none, all between the pages.
    hops: Option<BTreeSet<HopId>>,
}

impl Selection {
    /// The hops, and the pages at their ends.
    #[must_use]
    pub fn of_hops(graph: &LinkGraph, hops: impl IntoIterator<Item = HopId>) -> Self {
        let hops: BTreeSet<HopId> = hops.into_iter().collect();
        let ends = hops.iter().map(|hop| graph.ends(*hop));
        Self {
            pages: ends.flat_map(|(source, target)| [source, target]).collect(),
            hops: Some(hops),
        }
    }

    /// The pages up to so many hops from a page, in either direction, and all hops between them.
    #[must_use]
    pub fn around(graph: &LinkGraph, page: PageId, hops: u32) -> Self {
        let mut pages = BTreeSet::from([page]);
        let mut rim = vec![page];
        for _ in 0..hops {
            let mut next = BTreeSet::new();
            for page in rim {
                let out = graph.ways_out(page).map(|(_, target, _)| target);
                next.extend(out);
                next.extend(graph.ways_in(page).map(|(_, source, _)| source));
            }
            rim = next
                .into_iter()
                .filter(|page| pages.insert(*page))
                .collect();
        }
        Self { pages, hops: None }
    }

    fn has_page(&self, page: PageId) -> bool {
        self.pages.contains(&page)
    }

    fn has_hop(&self, hop: HopId, ends: (PageId, PageId)) -> bool {
        match &self.hops {
            Some(hops) => hops.contains(&hop),
            None => self.has_page(ends.0) && self.has_page(ends.1),
        }
    }
}

/// The graph of a case with what was judged of it.
pub struct CaseGraph<'a> {
    /// Pages and hops.
    pub graph: &'a LinkGraph,
    /// Classes of the hops.
    pub classes: &'a Classes,
    /// What the judgement says of a page.
    pub mark: &'a dyn Fn(PageId) -> PageMark,
    /// Whether a hop lies on the witness of a hidden path.
    pub is_on_path: &'a dyn Fn(HopId) -> bool,
    /// What is written; the whole graph where it is `None`.
    pub selection: Option<&'a Selection>,
}

/// Columns of the pages of a case.
pub(super) const NODES: &[Column] = &[
    column("address", CellType::Text),
    column("status", CellType::Whole),
    column("title", CellType::Text),
    column("policy", CellType::Text),
    column("category", CellType::Text),
    column("vantages", CellType::Words),
    column("type", CellType::Text),
    column("site", CellType::Text),
    column("host", CellType::Text),
    column("kind", CellType::Text),
    column("min_age", CellType::Whole),
    column("gate", CellType::Text),
    column("seller", CellType::Text),
    column("in_scope", CellType::Truth),
    column("is_seed", CellType::Truth),
    column("is_orphan", CellType::Truth),
    column("churns", CellType::Truth),
    column("chance", CellType::Real),
    column("hidden_paths_from", CellType::Whole),
    column("hidden_paths_to", CellType::Whole),
];

/// Columns of the hops of a case.
pub(super) const EDGES: &[Column] = &[
    column("kind", CellType::Text),
    column("carrier", CellType::Text),
    column("visibility", CellType::Text),
    column("techniques", CellType::Words),
    column("covertness", CellType::Text),
    column("zone", CellType::Text),
    column("vantages", CellType::Words),
    column("missing_from", CellType::Words),
    column("class", CellType::Text),
    column("because", CellType::Text),
    column("trigger", CellType::Text),
    column("status", CellType::Whole),
    column("href", CellType::Text),
    column("text", CellType::Text),
    column("rel", CellType::Words),
    column("proof", CellType::Text),
    column("span_start", CellType::Whole),
    column("span_end", CellType::Whole),
    column("count", CellType::Whole),
    column("on_hidden_path", CellType::Truth),
];

impl Source for CaseGraph<'_> {
    fn node_columns(&self) -> &'static [Column] {
        NODES
    }

    fn edge_columns(&self) -> &'static [Column] {
        EDGES
    }

    fn nodes(&self, take: &mut TakeNode<'_>) -> io::Result<()> {
        for (id, page) in self.selected_pages() {
            let mark = (self.mark)(id);
            let answered = page.answered().into_iter();
            let answered: Vec<String> = answered.map(|vantage| vantage.to_string()).collect();
            let label = format!("{}\n{}", page.address.host(), page.address.as_url().path());
            take(Node {
                id: u64::from(id.0),
                label: &label,
                cells: &page_cells(page, &mark, &answered),
            })?;
        }
        Ok(())
    }

    fn edges(&self, take: &mut TakeEdge<'_>) -> io::Result<()> {
        // Hops that stand side by side mostly have the same techniques.
        let (mut techniques, mut names) = (Vec::new(), Vec::new());
        for (id, source, target, hop) in self.selected_hops() {
            let own = hop.techniques();
            if own != techniques {
                names = own.iter().map(Technique::to_string).collect();
                techniques = own;
            }
            let because = self.classes.of(id).because.words();
            take(Edge {
                id: u64::from(id.0),
                source: u64::from(source.0),
                target: u64::from(target.0),
                label: hop.kind.as_str(),
                cells: &self.hop_cells(id, hop, &names, &because),
            })?;
        }
        Ok(())
    }
}

fn page_cells<'a>(
    page: &'a PageNode,
    mark: &'a PageMark,
    answered: &'a [String],
) -> [Cell<'a>; NODES.len()] {
    let category = mark.category.as_ref().map(|code| code.0.as_str());
    [
        Cell::text(page.address.as_str()),
        Cell::whole(page.status()),
        Cell::text(&page.title),
        Cell::text(mark.policy),
        Cell::filled(category),
        Cell::Words(Words::Texts(answered)),
        Cell::text("page"),
        Cell::text(page.site.as_str()),
        Cell::text(page.address.host_text()),
        Cell::text(page.kind.as_str()),
        Cell::whole(mark.min_age),
        Cell::text(page.gate.as_str()),
        Cell::filled(page.seller.as_deref()),
        Cell::Truth(page.in_scope),
        Cell::Truth(page.is_seed),
        Cell::Truth(page.orphan),
        Cell::Truth(page.churns),
        Cell::Real(mark.chance),
        Cell::Whole(mark.hidden_paths_from),
        Cell::Whole(mark.hidden_paths_to),
    ]
}

impl CaseGraph<'_> {
    pub(super) fn selected_pages(&self) -> impl Iterator<Item = (PageId, &PageNode)> {
        self.graph.pages().filter(|(id, _)| self.has_page(*id))
    }

    pub(super) fn selected_hops(&self) -> impl Iterator<Item = (HopId, PageId, PageId, &Hop)> {
        let hops = self.graph.hops();
        hops.filter(|(id, source, target, _)| self.has_hop(*id, (*source, *target)))
    }

    /// Whether a hop with these ends is written.
    pub(super) fn has_hop(&self, hop: HopId, ends: (PageId, PageId)) -> bool {
        self.selection.is_none_or(|part| part.has_hop(hop, ends))
    }

    /// Whether a mention belongs to the part that is written.
    pub(super) fn has_mention(&self, mention: &Mention) -> bool {
        match mention.by {
            MentionedBy::Hop(hop) => self.has_hop(hop, self.graph.ends(hop)),
            MentionedBy::Statement | MentionedBy::Table | MentionedBy::Landing => {
                self.has_page(mention.page)
            }
        }
    }

    /// Whether a page is written.
    pub(super) fn has_page(&self, page: PageId) -> bool {
        self.selection.is_none_or(|part| part.has_page(page))
    }

    fn hop_cells<'h>(
        &self,
        id: HopId,
        hop: &'h Hop,
        techniques: &'h [String],
        because: &'h str,
    ) -> [Cell<'h>; EDGES.len()] {
        let class = self.classes.of(id);
        let proof = hop
            .proofs()
            .next()
            .map(|proof: &Proof| proof.shows.as_str());
        let span = hop.span.as_ref();
        [
            Cell::text(hop.kind.as_str()),
            Cell::text(hop.carrier.as_str()),
            Cell::text(hop.visibility.state().as_str()),
            Cell::Words(Words::Texts(techniques)),
            Cell::text(class.effective.as_str()),
            Cell::text(hop.zone.as_str()),
            vantages(&hop.vantages),
            vantages(&hop.missing_from),
            Cell::text(class.effective.as_str()),
            Cell::text(because),
            Cell::text(hop.trigger.as_str()),
            Cell::whole(hop.status),
            Cell::text(&hop.href),
            Cell::text(&hop.text),
            Cell::Words(Words::Texts(&hop.rel)),
            Cell::filled(proof),
            Cell::place(span.map(|span| span.start)),
            Cell::place(span.map(|span| span.end)),
            Cell::Whole(u64::from(hop.count)),
            Cell::Truth((self.is_on_path)(id)),
        ]
    }
}

pub(super) fn vantages(vantages: &[VantageId]) -> Cell<'_> {
    Cell::Words(Words::Vantages(vantages))
}
