//! An imported graph as a source of exports.

use std::io;

use model::{PageId, PageUrl, Policy};

use super::{Cell, CellType, Column, Edge, Node, Source, TakeEdge, TakeNode, column};
use crate::Warehouse;
use crate::warehouse::WarehouseClasses;

/// An imported graph with the classes of its hops.
#[derive(Debug, Clone, Copy)]
pub struct WarehouseGraph<'a> {
    /// Pages and hops.
    pub warehouse: &'a Warehouse,
    /// Classes of the hops.
    pub classes: &'a WarehouseClasses,
    /// What the table says of each page, by page.
    pub policies: &'a [Policy],
}

const NODES: &[Column] = &[
    column("address", CellType::Text),
    column("type", CellType::Text),
    column("site", CellType::Text),
    column("kind", CellType::Text),
    column("policy", CellType::Text),
    column("min_age", CellType::Whole),
    column("gate", CellType::Text),
];

const EDGES: &[Column] = &[
    column("kind", CellType::Text),
    column("visibility", CellType::Text),
    column("class", CellType::Text),
    column("zone", CellType::Text),
    column("slot", CellType::Text),
    column("status", CellType::Whole),
];

impl Source for WarehouseGraph<'_> {
    fn node_columns(&self) -> &'static [Column] {
        NODES
    }

    fn edge_columns(&self) -> &'static [Column] {
        EDGES
    }

    fn nodes(&self, take: &mut TakeNode<'_>) -> io::Result<()> {
        for (page, policy) in (0..).map(PageId).zip(self.policies) {
            let address = self.warehouse.address(page);
            // Addresses were read as such when the table was: what does not parse is shown whole.
            let parsed = PageUrl::parse(address).ok();
            let label = parsed.map_or_else(
                || address.to_owned(),
                |address| format!("{}\n{}", address.host_text(), address.as_url().path()),
            );
            let min_age = match policy {
                Policy::AgeRestricted { min_age } => Some(*min_age),
                _ => None,
            };
            take(Node {
                id: u64::from(page.0),
                label: &label,
                cells: &[
                    Cell::text(address),
                    Cell::text("page"),
                    Cell::text(self.warehouse.site_of(page).as_str()),
                    Cell::text(self.warehouse.kind(page).as_str()),
                    Cell::text(policy.as_str()),
                    Cell::whole(min_age),
                    Cell::text(self.warehouse.gate(page).as_str()),
                ],
            })?;
        }
        Ok(())
    }

    fn edges(&self, take: &mut TakeEdge<'_>) -> io::Result<()> {
        for page in (0..self.warehouse.page_count()).map(PageId) {
            for hop in self.warehouse.ways_out(page) {
                take(Edge {
                    id: u64::from(hop.number),
                    source: u64::from(page.0),
                    target: u64::from(hop.target.0),
                    label: hop.kind.as_str(),
                    cells: &[
                        Cell::text(hop.kind.as_str()),
                        Cell::text(hop.visibility.as_str()),
                        Cell::text(self.classes.of(hop.number).as_str()),
                        Cell::text(hop.zone.as_str()),
                        Cell::filled(hop.slot),
                        Cell::whole(hop.status),
                    ],
                })?;
            }
        }
        Ok(())
    }
}
