//! A graph condensed by site with the entities that the pages of the sites name: a node for each entity, one
//! edge from each site to each entity that it names.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::of_case::CaseGraph;
use super::of_entities::{MENTION, OF_ENTITIES, Told, named_by, sparse, with};
use super::{
    Cell, CellType, Column, Edge, Node, SiteGraph, Source, TakeEdge, TakeNode, column, joined,
    of_sites,
};
use crate::{Entities, EntityId, EntityKind, MentionedBy};

/// How often the pages of a site name an entity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct MentionCounts {
    mentions: u64,
    pages: u64,
    on_paths: u64,
}

/// The sites of a case, and after them the entities that their pages name. All mentions of an entity by
/// pages of one site are one edge from the site to the entity, with their count; a mention that a hop makes
/// stands at the site that the hop leaves.
///
/// Entities are numbered after all sites of the case, by their places in [`Entities`], and edges after all
/// bundles of hops: the numbers are the same whatever part and whatever kinds are written.
pub struct SiteEntityGraph<'a> {
    sites: SiteGraph,
    entities: &'a Entities,
    kinds: &'a BTreeSet<EntityKind>,
    /// By site and entity, of the whole case; zero where the part that is written has none.
    bundles: BTreeMap<(u32, EntityId), MentionCounts>,
}

impl<'a> SiteEntityGraph<'a> {
    /// Condenses the graph of a case, or the part of it that is selected, with entities of these kinds.
    /// O((V + E + M) log (V + M)) for M mentions.
    #[must_use]
    pub fn of_case(
        case: &CaseGraph<'_>,
        entities: &'a Entities,
        kinds: &'a BTreeSet<EntityKind>,
    ) -> Self {
        let sites = SiteGraph::of_case(case);
        let mut bundles: BTreeMap<(u32, EntityId), MentionCounts> = BTreeMap::new();
        let mut last = None;
        // Mentions stand by entity and page, so that a page is new where its neighbour is another.
        for mention in entities.mentions() {
            let site = &case.graph.page(mention.page).site;
            let key = (sites.place(site), mention.entity);
            let bundle = bundles.entry(key).or_default();
            if !case.has_mention(mention) {
                continue;
            }
            let page = Some((mention.entity, mention.page));
            bundle.mentions += 1;
            bundle.pages += u64::from(last != page);
            bundle.on_paths += u64::from(match mention.by {
                MentionedBy::Hop(hop) => (case.is_on_path)(hop),
                MentionedBy::Statement | MentionedBy::Table | MentionedBy::Landing => false,
            });
            last = page;
        }
        Self {
            sites,
            entities,
            kinds,
            bundles,
        }
    }

    /// The edges that are written, each with its place among those of the whole case.
    fn written(&self) -> impl Iterator<Item = (u64, u32, EntityId, &MentionCounts)> {
        let all = (0..).zip(&self.bundles);
        all.filter(|(_, ((_, entity), counts))| {
            counts.mentions > 0 && self.kinds.contains(&self.entities.entity(*entity).kind())
        })
        .map(|(place, ((site, entity), counts))| (place, *site, *entity, counts))
    }
}

/// The column that entities have beside those of sites and of entities by page.
const CHANNEL: &[Column] = &[column("kind", CellType::Text)];

/// Columns that mentions have beside those of bundles of hops.
const OF_MENTIONS: &[Column] = &[
    column("kind", CellType::Text),
    column("mentions", CellType::Whole),
    column("pages", CellType::Whole),
    column("mentions_on_hidden_paths", CellType::Whole),
];

const OF_NODES: &[Column] = &joined::<{ CHANNEL.len() + OF_ENTITIES.len() }>(CHANNEL, OF_ENTITIES);
const NODES: &[Column] =
    &joined::<{ of_sites::NODES.len() + OF_NODES.len() }>(of_sites::NODES, OF_NODES);
const EDGES: &[Column] =
    &joined::<{ of_sites::EDGES.len() + OF_MENTIONS.len() }>(of_sites::EDGES, OF_MENTIONS);

impl Source for SiteEntityGraph<'_> {
    fn node_columns(&self) -> &'static [Column] {
        NODES
    }

    fn edge_columns(&self) -> &'static [Column] {
        EDGES
    }

    fn nodes(&self, take: &mut TakeNode<'_>) -> io::Result<()> {
        self.sites.nodes(&mut |site| {
            take(Node {
                cells: &with(site.cells, OF_NODES),
                ..site
            })
        })?;
        let (first, _) = self.sites.taken();
        let named: BTreeSet<EntityId> = self.written().map(|(_, _, entity, _)| entity).collect();
        for id in named {
            let entity = self.entities.entity(id);
            take(Node {
                id: first + u64::from(id.0),
                label: &entity.label(),
                cells: &Told::of(entity).cells(NODES, entity.kind(), named_by(self.entities, id)),
            })?;
        }
        Ok(())
    }

    fn edges(&self, take: &mut TakeEdge<'_>) -> io::Result<()> {
        self.sites.edges(&mut |bundle| {
            take(Edge {
                cells: &with(bundle.cells, OF_MENTIONS),
                ..bundle
            })
        })?;
        let (first_entity, first) = self.sites.taken();
        for (place, site, entity, counts) in self.written() {
            let label = format!("{} {MENTION}", counts.mentions);
            let cells = [
                ("kind", Cell::text(MENTION)),
                ("mentions", Cell::Whole(counts.mentions)),
                ("pages", Cell::Whole(counts.pages)),
                ("mentions_on_hidden_paths", Cell::Whole(counts.on_paths)),
            ];
            take(Edge {
                id: first + place,
                source: u64::from(site),
                target: first_entity + u64::from(entity.0),
                label: &label,
                cells: &sparse(EDGES, &cells),
            })?;
        }
        Ok(())
    }
}
