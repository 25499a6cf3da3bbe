//! What the parties of imported tables hold.

use std::collections::BTreeSet;

use graph::warehouse::WarehouseClasses;
use graph::{Entity, Warehouse};
use model::{EffectiveClass, HopKind, PageId, Policy, TieKind, Trigger};

use super::image::pictures;
use super::{Ground, NetworkSettings, PageOf, tie_kind};

/// How many redirects a link is followed through.
const REDIRECTS: usize = 20;

impl Ground {
    /// The parties of imported tables with all that they hold: what the columns of pages name, and the
    /// redirectors that hops pass. `found` are the listings of findings.
    ///
    /// Time O(n log n) in what is named, and linear in the hops.
    #[must_use]
    pub fn of_warehouse(
        warehouse: &Warehouse,
        classes: &WarehouseClasses,
        policies: &[Policy],
        found: &BTreeSet<PageId>,
        settings: &NetworkSettings,
    ) -> Self {
        let entities = warehouse.entities();
        let page_of = |page: PageId| PageOf {
            address: warehouse.address(page),
            site: warehouse.site_of(page),
            kind: warehouse.kind(page),
            seller: warehouse.seller(page),
            is_restricted: policies[page.index()].is_restricted(),
            is_found: found.contains(&page),
        };
        let hashes = entities.iter().filter_map(|(_, entity)| match entity {
            Entity::Image { hash } => Some(*hash),
            _ => None,
        });
        let pictures = pictures(hashes, settings.image_bits);
        let pages = || (0..warehouse.page_count()).map(PageId);
        let mut ground = Self::over(pages().map(page_of));
        for page in pages() {
            let Some(party) = ground.party_of(page, page_of(page)) else {
                continue;
            };
            for mention in entities.named_by(page) {
                let (kind, what) = match entities.entity(mention.entity) {
                    Entity::Image { hash } => {
                        let hash = pictures.get(hash).unwrap_or(hash);
                        (TieKind::Image, Entity::Image { hash: *hash }.label())
                    }
                    entity => match tie_kind(entity) {
                        Some(kind) => (kind, entity.label()),
                        None => continue,
                    },
                };
                ground.hold(party, page, kind, what);
            }
            for redirector in redirectors(warehouse, classes, page) {
                ground.hold(party, page, TieKind::Redirector, redirector);
            }
        }
        ground
    }
}

/// Host and path of each page of another site that a hop off the template passes on the way to elsewhere.
fn redirectors(
    warehouse: &Warehouse,
    classes: &WarehouseClasses,
    page: PageId,
) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for hop in warehouse.ways_out(page) {
        if classes.of(hop.number) == EffectiveClass::Navigation {
            continue;
        }
        let mut at = hop.target;
        for _ in 0..REDIRECTS {
            let Some(next) = moves_on(warehouse, at) else {
                break;
            };
            if warehouse.site_of(at) != warehouse.site_of(page) {
                found.insert(bare(warehouse.address(at)).to_owned());
            }
            at = next;
        }
    }
    found
}

/// Where a page takes its visitor without an act. A frame moves nobody.
fn moves_on(warehouse: &Warehouse, page: PageId) -> Option<PageId> {
    let moves = |hop: &graph::warehouse::WarehouseHop<'_>| {
        hop.trigger == Trigger::Load
            && !matches!(hop.kind, HopKind::Frame | HopKind::Embed)
            && hop.target != page
    };
    warehouse.ways_out(page).find(moves).map(|hop| hop.target)
}

/// An address without its scheme and query.
fn bare(address: &str) -> &str {
    let bare = address.split_once("://").map_or(address, |(_, rest)| rest);
    bare.split('?').next().unwrap_or(bare)
}
