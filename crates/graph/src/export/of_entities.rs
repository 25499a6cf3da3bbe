//! The graph of a case with the entities that its pages name: a node for each, an edge for each mention.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io;

use super::of_case::{self, CaseGraph, vantages};
use super::{
    Cell, CellType, Column, Edge, Node, Source, TakeEdge, TakeNode, column, count, joined,
};
use crate::{Entities, Entity, EntityId, EntityKind, Mention, MentionedBy};

/// The graph of a case, or a part of it, and after its pages the entities that they name. A mention is an
/// edge from the page to the entity, after the hops.
///
/// An entity is numbered after all pages of the case and a mention after all its hops, by their places in
/// [`Entities`]: the numbers are the same whatever part and whatever kinds are written. What is known by a
/// hop that is not written is not written either.
pub struct EntityGraph<'a> {
    /// The pages and hops.
    pub case: &'a CaseGraph<'a>,
    /// What all pages of the case name.
    pub entities: &'a Entities,
    /// The kinds that are written.
    pub kinds: &'a BTreeSet<EntityKind>,
}

/// Columns that entities have beside those of pages.
pub(super) const OF_ENTITIES: &[Column] = &[
    column("key", CellType::Text),
    column("name", CellType::Text),
    column("program", CellType::Text),
    column("named_by", CellType::Whole),
];

/// Columns that mentions have beside those of hops.
const OF_MENTIONS: &[Column] = &[
    column("mentioned_by", CellType::Text),
    column("hop", CellType::Whole),
    column("visit", CellType::Whole),
];

const NODES: &[Column] =
    &joined::<{ of_case::NODES.len() + OF_ENTITIES.len() }>(of_case::NODES, OF_ENTITIES);
const EDGES: &[Column] =
    &joined::<{ of_case::EDGES.len() + OF_MENTIONS.len() }>(of_case::EDGES, OF_MENTIONS);

/// What mentions are called where hops have their kind.
pub(super) const MENTION: &str = "mention";

impl Source for EntityGraph<'_> {
    fn node_columns(&self) -> &'static [Column] {
        NODES
    }

    fn edge_columns(&self) -> &'static [Column] {
        EDGES
    }

    fn nodes(&self, take: &mut TakeNode<'_>) -> io::Result<()> {
        self.case.nodes(&mut |page| {
            take(Node {
                cells: &with(page.cells, OF_ENTITIES),
                ..page
            })
        })?;
        let first = count(self.case.graph.page_count());
        for (id, entity) in self.entities.iter() {
            if self.kinds.contains(&entity.kind()) && self.is_written(id) {
                take(Node {
                    id: first + u64::from(id.0),
                    label: &entity.label(),
                    cells: &Told::of(entity).cells(
                        NODES,
                        entity.kind(),
                        named_by(self.entities, id),
                    ),
                })?;
            }
        }
        Ok(())
    }

    fn edges(&self, take: &mut TakeEdge<'_>) -> io::Result<()> {
        self.case.edges(&mut |hop| {
            take(Edge {
                cells: &with(hop.cells, OF_MENTIONS),
                ..hop
            })
        })?;
        let first_entity = count(self.case.graph.page_count());
        let first = count(self.case.graph.hop_count());
        for (id, mention) in (first..).zip(self.entities.mentions()) {
            let kind = self.entities.entity(mention.entity).kind();
            if self.kinds.contains(&kind) && self.case.has_mention(mention) {
                take(Edge {
                    id,
                    source: u64::from(mention.page.0),
                    target: first_entity + u64::from(mention.entity.0),
                    label: MENTION,
                    cells: &mention_cells(mention),
                })?;
            }
        }
        Ok(())
    }
}

impl EntityGraph<'_> {
    fn is_written(&self, id: EntityId) -> bool {
        self.entities
            .mentions_of(id)
            .iter()
            .any(|mention| self.case.has_mention(mention))
    }
}

/// How many pages of the case name an entity. Its mentions stand by page.
pub(super) fn named_by(entities: &Entities, id: EntityId) -> u64 {
    let by_page = entities.mentions_of(id);
    count(by_page.chunk_by(|a, b| a.page == b.page).count())
}

/// A row of pages or hops with the columns that only entities or mentions have.
pub(super) fn with<'a>(cells: &[Cell<'a>], more: &[Column]) -> Vec<Cell<'a>> {
    let absent = more.iter().map(|_| Cell::Absent);
    cells.iter().copied().chain(absent).collect()
}

/// A row that has cells in a few columns alone.
pub(super) fn sparse<'a>(columns: &[Column], cells: &[(&str, Cell<'a>)]) -> Vec<Cell<'a>> {
    let cell_of = |column: &Column| {
        let known = cells.iter().find(|(name, _)| *name == column.name);
        known.map_or(Cell::Absent, |(_, cell)| *cell)
    };
    columns.iter().map(cell_of).collect()
}

/// What the cells of an entity point to.
pub(super) struct Told<'a> {
    key: String,
    name: Cow<'a, str>,
    /// One more column, with what stands there.
    more: Option<(&'static str, Cow<'a, str>)>,
}

impl<'a> Told<'a> {
    pub(super) fn of(entity: &'a Entity) -> Self {
        let (name, more): (Cow<'_, str>, _) = match entity {
            Entity::Seller { site, name } => (name.into(), Some(("site", site.as_str().into()))),
            Entity::Affiliate { program, id } => (id.into(), Some(("program", program.into()))),
            Entity::Tracking {
                program,
                name,
                value,
            } => (
                format!("{name}={value}").into(),
                Some(("program", program.into())),
            ),
            Entity::Contact { kind, handle } => {
                (handle.into(), Some(("kind", kind.to_string().into())))
            }
            Entity::Image { hash } => (format!("{hash:016x}").into(), None),
            Entity::Ad { id } => (id.into(), None),
            Entity::Promise { page, words } => {
                let site = page.site().as_str().to_owned();
                (words.into(), Some(("site", site.into())))
            }
            Entity::Code { text } => (text.into(), None),
        };
        Self {
            key: entity.key(),
            name,
            more,
        }
    }

    /// Its row in a table of these columns.
    pub(super) fn cells(
        &self,
        columns: &[Column],
        kind: EntityKind,
        named_by: u64,
    ) -> Vec<Cell<'_>> {
        let mut cells = vec![
            ("type", Cell::text(kind.as_str())),
            ("key", Cell::text(&self.key)),
            ("name", Cell::text(&self.name)),
            ("named_by", Cell::Whole(named_by)),
        ];
        let more = self.more.as_ref();
        cells.extend(more.map(|(column, text)| (*column, Cell::text(text))));
        sparse(columns, &cells)
    }
}

fn mention_cells(mention: &Mention) -> Vec<Cell<'_>> {
    let hop = match mention.by {
        MentionedBy::Hop(hop) => Some(hop.0),
        MentionedBy::Statement | MentionedBy::Table | MentionedBy::Landing => None,
    };
    let cells = vec![
        ("kind", Cell::text(MENTION)),
        ("vantages", vantages(&mention.vantages)),
        (
            "span_start",
            Cell::place(mention.span.map(|span| span.start)),
        ),
        ("span_end", Cell::place(mention.span.map(|span| span.end))),
        ("mentioned_by", Cell::text(mention.by.as_str())),
        ("hop", Cell::whole(hop)),
        ("visit", Cell::whole(mention.visit.map(|visit| visit.0))),
    ];
    sparse(EDGES, &cells)
}
