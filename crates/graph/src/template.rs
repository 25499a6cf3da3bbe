//! Which hops are the site's own furniture.
//!
//! In a marketplace nearly every page reaches every other through menus, so a path that uses
//! them says nothing. Two rules, over the pages of one host and one page kind:
//!
//! - *Slot rule*, for ordinary visible links: a DOM path that carries a link on at least
//!   [`TemplateSettings::slot_share`] of the pages is navigation, whatever it points to. Not on hubs, whose
//!   owners' links all stand in one place.
//! - *Target rule*, for covert hops, which the slot rule must never touch: the same DOM path with the
//!   same target on at least [`TemplateSettings::target_share`] of the pages *and* of the distinct
//!   sellers *and* on [`TemplateSettings::target_pages`] pages is the template's. A campaign of one
//!   seller never is, however many listings it has. What is concealed on one of the pages is the
//!   template's on those where it is shown, or was not seen to be concealed. On sites too small for that, it is the
//!   template's in the platform's own zones when it repeats on the share of the slot rule. What is the template's on
//!   the pages of one kind is so on those of the host's other kinds, which may be too few to tell by themselves.

mod counts;

pub(crate) use counts::Place;
pub use counts::{CountedHop, CountedPage, Repeated, TemplateCounts, TemplateRules};

use std::collections::BTreeMap;

use model::{HopKind, PageId, PageKind, VisibilityState, Zone};
use serde::Serialize;

use crate::classes::Numbers;
use crate::{Hop, HopId, LinkGraph};

/// Thresholds, recorded with the judgement.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TemplateSettings {
    /// Share of the pages on which a slot must carry a link.
    pub slot_share: f64,
    /// Fewest pages of a group in which the slot rule says anything.
    pub slot_pages: usize,
    /// Share of the pages, and of the sellers, on which a covert hop must repeat.
    pub target_share: f64,
    /// Fewest pages on which a covert hop must repeat.
    pub target_pages: usize,
    /// Fewest distinct sellers, where the group names as many.
    pub target_sellers: usize,
    /// Fewest pages of a group too small for the target rule, in which a covert hop in the
    /// platform's own zones is the template's when it repeats on the share of the slot rule.
    pub small_pages: usize,
}

impl Default for TemplateSettings {
    fn default() -> Self {
        Self {
            slot_share: 0.8,
            slot_pages: 8,
            target_share: 0.005,
            target_pages: 20,
            target_sellers: 3,
            small_pages: 3,
        }
    }
}

/// A covert hop that the template carries: reported once, for the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateHop {
    /// Where it leads.
    pub target: PageId,
    /// Its place in the tree.
    pub dom_path: String,
    /// The pages that carry it, in order.
    pub pages: Vec<PageId>,
    /// How many distinct sellers they belong to: of the pages of that kind on which it has most.
    pub sellers: usize,
}

impl TemplateSettings {
    /// The slot rule, for a slot on `pages` of the `all` pages of a group.
    fn is_slot(&self, pages: u64, all: u64) -> bool {
        all >= self.slot_pages as u64 && pages >= share_of(all, self.slot_share)
    }

    /// The target rule, in a group of `all` pages of `sellers` sellers.
    fn is_repeated(&self, on: Repeated, is_platforms: bool, all: u64, sellers: u64) -> bool {
        if all < self.small_pages as u64 {
            return false;
        }
        let least_pages = share_of(all, self.target_share).max(self.target_pages as u64);
        let least_sellers =
            share_of(sellers, self.target_share).max((self.target_sellers as u64).min(sellers));
        let is_repeated = on.pages >= least_pages && on.sellers >= least_sellers;
        is_repeated || (is_platforms && on.pages >= share_of(all, self.slot_share))
    }
}

/// What is no group: the page was not answered.
const NONE: u32 = u32::MAX;

/// What was counted over the pages of a graph.
#[derive(Debug, Clone)]
pub struct Template {
    settings: TemplateSettings,
    host_of: Vec<u32>,
    group_of: Vec<u32>,
    slot_of: Vec<u32>,
    rules: TemplateRules,
    /// By host, slot and target.
    covert: BTreeMap<(u32, u32, u32), TemplateHop>,
}

impl Template {
    /// Counts slots and covert targets. Time O(n log n) in the hops.
    #[must_use]
    pub fn of(graph: &LinkGraph, settings: TemplateSettings) -> Self {
        let (mut groups, mut slots) = (Numbers::default(), Numbers::default());
        let mut sellers = Numbers::default();
        let mut hosts = Numbers::default();
        let host_of: Vec<u32> = graph
            .pages()
            .map(|(_, page)| hosts.of(&page.address.host()))
            .collect();
        let group_of: Vec<u32> = graph
            .pages()
            .map(|(_, page)| groups.of(&(page.address.host(), page.kind)))
            .collect();
        let mut slot_of = vec![NONE; graph.hop_count()];
        for (id, _, _, hop) in graph.hops() {
            slot_of[id.index()] = slots.of(&hop.dom_path);
        }
        let mut counts = TemplateCounts::default();
        for (id, page) in graph.pages() {
            if page.status().is_some_and(|status| status < 300) {
                let counted = CountedPage {
                    host: host_of[id.index()],
                    group: group_of[id.index()],
                    seller: page.seller.as_ref().map(|seller| sellers.of(seller)),
                };
                let hops = graph
                    .ways_out(id)
                    .map(|(hop, target, way)| counted_hop(slot_of[hop.index()], target, way));
                counts.add(counted, hops);
            }
        }
        let mut template = Self {
            rules: counts.decide(&settings),
            settings,
            host_of,
            group_of,
            slot_of,
            covert: BTreeMap::new(),
        };
        template.tell(graph);
        template
    }

    /// Collects the pages of each covert hop of the template.
    fn tell(&mut self, graph: &LinkGraph) {
        for (id, page) in graph.pages() {
            if page.status().is_none_or(|status| status >= 300) {
                continue;
            }
            for (hop, target, way) in graph.ways_out(id) {
                let (group, slot) = (self.group_of[id.index()], self.slot_of[hop.index()]);
                let Some(repeated) = self.rules.repeated(group, slot, target.0) else {
                    continue;
                };
                let sellers = usize::try_from(repeated.sellers).unwrap_or(usize::MAX);
                let told = self
                    .covert
                    .entry((self.host_of[id.index()], slot, target.0))
                    .or_insert_with(|| TemplateHop {
                        target,
                        dom_path: way.dom_path.to_string(),
                        pages: Vec::new(),
                        sellers,
                    });
                told.sellers = told.sellers.max(sellers);
                if told.pages.last() != Some(&id) {
                    told.pages.push(id);
                }
            }
        }
    }

    /// Whether the slot of a visible hop is navigation.
    #[must_use]
    pub fn is_slot(&self, graph: &LinkGraph, id: HopId) -> bool {
        let (source, _) = graph.ends(id);
        may_be_slot(graph.page(source).kind)
            && self
                .place(source, id)
                .is_some_and(|(group, slot)| self.rules.is_slot(group, slot))
    }

    /// The template hop that a covert hop is an instance of, if it is one.
    #[must_use]
    pub fn covert(&self, graph: &LinkGraph, id: HopId) -> Option<&TemplateHop> {
        let (source, target) = graph.ends(id);
        let (group, slot) = self.place(source, id)?;
        self.rules.repeated(group, slot, target.0)?;
        let host = self.host_of.get(source.index())?;
        self.covert.get(&(*host, slot, target.0))
    }

    /// How often a hop repeats by the target rule, if it is the template's.
    pub(crate) fn repeated(&self, graph: &LinkGraph, id: HopId) -> Option<Repeated> {
        let (source, target) = graph.ends(id);
        let (group, slot) = self.place(source, id)?;
        self.rules.repeated(group, slot, target.0)
    }

    /// Group of a page and slot of a hop of it.
    fn place(&self, source: PageId, hop: HopId) -> Option<(u32, u32)> {
        let group = self.group_of.get(source.index())?;
        Some((*group, *self.slot_of.get(hop.index())?))
    }

    /// The thresholds that were used.
    #[must_use]
    pub const fn settings(&self) -> &TemplateSettings {
        &self.settings
    }
}

fn counted_hop(slot: u32, target: PageId, hop: &Hop) -> CountedHop {
    CountedHop {
        slot,
        target: target.0,
        fills_slot: !hop.visibility.is_hidden(),
        is_candidate: true,
        is_platforms: is_platforms(hop.kind, hop.visibility.state(), hop.zone),
    }
}

/// Whether the slot rule says anything of pages of a kind. A hub's links stand in one place on every
/// page of its host, and are what its owner put there.
pub(crate) const fn may_be_slot(kind: PageKind) -> bool {
    !matches!(kind, PageKind::Hub)
}

/// Whether a hop is the platform's own. A frame that is shown is furniture wherever the platform
/// puts it.
pub(crate) fn is_platforms(kind: HopKind, visibility: VisibilityState, zone: Zone) -> bool {
    let is_shown_frame = kind == HopKind::Frame && visibility != VisibilityState::Hidden;
    matches!(zone, Zone::Chrome | Zone::Advertising) || (is_shown_frame && zone != Zone::Seller)
}

/// The least whole number that is at least `share` of `of`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "counts of pages are far below 2^52, and shares lie between 0 and 1"
)]
fn share_of(of: u64, share: f64) -> u64 {
    (of as f64 * share).ceil() as u64
}
