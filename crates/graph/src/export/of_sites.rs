//! A graph condensed by site: one node for each, one edge for each class of hops between two.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use model::{EffectiveClass, Site};

use super::of_case::CaseGraph;
use super::{Cell, CellType, Column, Edge, Node, Source, TakeEdge, TakeNode, column, count};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct SiteCounts {
    pages: u64,
    compliant: u64,
    age_restricted: u64,
    illegal: u64,
    from: u64,
    to: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct BundleCounts {
    hops: u64,
    on_paths: u64,
}

/// The sites of a case, in the order of their names, and what leads from one to another. Hops within a
/// site are counted as an edge from the site to itself.
///
/// Sites and bundles of hops are numbered by their places in the whole case; of a part of it those are
/// written that have a page or a hop there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteGraph {
    sites: Vec<(Site, SiteCounts)>,
    bundles: BTreeMap<(u32, u32, EffectiveClass), BundleCounts>,
}

impl SiteGraph {
    /// Condenses the graph of a case, or the part of it that is selected. O((V + E) log V).
    #[must_use]
    pub fn of_case(case: &CaseGraph<'_>) -> Self {
        let sites: BTreeSet<&Site> = case.graph.pages().map(|(_, page)| &page.site).collect();
        let mut graph = Self {
            sites: sites
                .into_iter()
                .map(|site| (site.clone(), SiteCounts::default()))
                .collect(),
            bundles: BTreeMap::new(),
        };
        for (id, page) in case.selected_pages() {
            let place = graph.place(&page.site);
            let mark = (case.mark)(id);
            let Some((_, of_site)) = graph.sites.get_mut(place as usize) else {
                continue;
            };
            of_site.pages += 1;
            of_site.from += mark.hidden_paths_from;
            of_site.to += mark.hidden_paths_to;
            match mark.policy {
                "compliant" => of_site.compliant += 1,
                "age-restricted" => of_site.age_restricted += 1,
                "illegal" => of_site.illegal += 1,
                _ => {}
            }
        }
        for (id, source, target, _) in case.graph.hops() {
            let (from, to) = (case.graph.page(source), case.graph.page(target));
            let key = (
                graph.place(&from.site),
                graph.place(&to.site),
                case.classes.of(id).effective,
            );
            let bundle = graph.bundles.entry(key).or_default();
            if case.has_hop(id, (source, target)) {
                bundle.hops += 1;
                bundle.on_paths += u64::from((case.is_on_path)(id));
            }
        }
        graph
    }

    /// The number of a site of the case.
    pub(super) fn place(&self, site: &Site) -> u32 {
        let place = self.sites.binary_search_by(|(known, _)| known.cmp(site));
        u32::try_from(place.unwrap_or_else(|place| place)).unwrap_or(u32::MAX)
    }

    /// Numbers that sites and bundles of the whole case take; what is added begins behind them.
    pub(super) fn taken(&self) -> (u64, u64) {
        (count(self.sites.len()), count(self.bundles.len()))
    }

    /// How many sites have a page in the part that is written.
    #[must_use]
    pub fn site_count(&self) -> usize {
        let written = |(_, counts): &&(Site, SiteCounts)| counts.pages > 0;
        self.sites.iter().filter(written).count()
    }
}

pub(super) const NODES: &[Column] = &[
    column("site", CellType::Text),
    column("type", CellType::Text),
    column("pages", CellType::Whole),
    column("compliant", CellType::Whole),
    column("age_restricted", CellType::Whole),
    column("illegal", CellType::Whole),
    column("hidden_paths_from", CellType::Whole),
    column("hidden_paths_to", CellType::Whole),
];

pub(super) const EDGES: &[Column] = &[
    column("class", CellType::Text),
    column("hops", CellType::Whole),
    column("hops_on_hidden_paths", CellType::Whole),
];

impl Source for SiteGraph {
    fn node_columns(&self) -> &'static [Column] {
        NODES
    }

    fn edge_columns(&self) -> &'static [Column] {
        EDGES
    }

    fn nodes(&self, take: &mut TakeNode<'_>) -> io::Result<()> {
        let sites = (0..).zip(&self.sites);
        for (id, (site, counts)) in sites.filter(|(_, (_, counts))| counts.pages > 0) {
            take(Node {
                id,
                label: site.as_str(),
                cells: &[
                    Cell::text(site.as_str()),
                    Cell::text("site"),
                    Cell::Whole(counts.pages),
                    Cell::Whole(counts.compliant),
                    Cell::Whole(counts.age_restricted),
                    Cell::Whole(counts.illegal),
                    Cell::Whole(counts.from),
                    Cell::Whole(counts.to),
                ],
            })?;
        }
        Ok(())
    }

    fn edges(&self, take: &mut TakeEdge<'_>) -> io::Result<()> {
        let bundles = (0..).zip(&self.bundles);
        for (id, ((source, target, class), counts)) in
            bundles.filter(|(_, (_, counts))| counts.hops > 0)
        {
            let label = format!("{} {}", counts.hops, class.as_str());
            take(Edge {
                id,
                source: u64::from(*source),
                target: u64::from(*target),
                label: &label,
                cells: &[
                    Cell::text(class.as_str()),
                    Cell::Whole(counts.hops),
                    Cell::Whole(counts.on_paths),
                ],
            })?;
        }
        Ok(())
    }
}
