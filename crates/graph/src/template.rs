//! Which hops are the site's own furniture.
//!
//! In a marketplace nearly every page reaches every other through menus, so a path that uses
//! them says nothing. Two rules, over the pages of one host and one page kind:
//!
//! - *Slot rule*, for ordinary visible links: a DOM path that carries a link on at least
//!   [`TemplateSettings::slot_share`] of the pages is navigation, whatever it points to.
//! - *Target rule*, for covert hops, which the slot rule must never touch: the same DOM path with the
//!   same target on at least [`TemplateSettings::target_share`] of the pages *and* of the distinct
//!   sellers *and* on [`TemplateSettings::target_pages`] pages is the template's. A campaign of one
//!   seller never is, however many listings it has. On sites too small for that, it is the
//!   template's in the platform's own zones when it repeats on the share of the slot rule.

use std::collections::{BTreeMap, BTreeSet};

use model::{HopKind, Host, PageId, PageKind, VisibilityState, Zone};
use serde::Serialize;

use crate::{HopId, LinkGraph};

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
    /// How many distinct sellers they belong to.
    pub sellers: usize,
}

type Group = (Host, PageKind);

/// What was counted over the pages of a graph.
#[derive(Debug, Clone)]
pub struct Template {
    settings: TemplateSettings,
    slots: BTreeSet<(Group, String)>,
    covert: BTreeMap<(Group, String, PageId), TemplateHop>,
}

impl Template {
    /// Counts slots and covert targets. Time O(n log n) in the hops.
    #[must_use]
    pub fn of(graph: &LinkGraph, settings: TemplateSettings) -> Self {
        let mut template = Self {
            settings,
            slots: BTreeSet::new(),
            covert: BTreeMap::new(),
        };
        let mut groups: BTreeMap<Group, Vec<PageId>> = BTreeMap::new();
        for (id, page) in graph.pages() {
            if page.status().is_some_and(|status| status < 300) {
                let group = (page.address.host(), page.kind);
                groups.entry(group).or_default().push(id);
            }
        }
        for (group, pages) in &groups {
            template.count_slots(graph, group, pages);
            template.count_covert(graph, group, pages);
        }
        template
    }

    fn count_slots(&mut self, graph: &LinkGraph, group: &Group, pages: &[PageId]) {
        if pages.len() < self.settings.slot_pages {
            return;
        }
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for page in pages {
            let mut slots: BTreeSet<&str> = BTreeSet::new();
            for (_, _, hop) in graph.ways_out(*page) {
                if hop.visibility.state() != VisibilityState::Hidden {
                    slots.insert(&hop.dom_path);
                }
            }
            for slot in slots {
                *counts.entry(slot).or_default() += 1;
            }
        }
        let least = share_of(pages.len(), self.settings.slot_share);
        for (slot, count) in counts {
            if count >= least {
                self.slots.insert((group.clone(), slot.to_owned()));
            }
        }
    }

    fn count_covert(&mut self, graph: &LinkGraph, group: &Group, pages: &[PageId]) {
        if pages.len() < self.settings.small_pages {
            return;
        }
        let mut carriers: BTreeMap<(&str, PageId), BTreeSet<PageId>> = BTreeMap::new();
        let mut all_sellers: BTreeSet<&str> = BTreeSet::new();
        let mut platforms: BTreeSet<(&str, PageId)> = BTreeSet::new();
        for page in pages {
            all_sellers.extend(graph.page(*page).seller.as_deref());
            for (_, target, hop) in graph.ways_out(*page) {
                let place = (hop.dom_path.as_str(), target);
                carriers.entry(place).or_default().insert(*page);
                // A frame that is shown is furniture wherever the platform puts it.
                let is_shown_frame = hop.kind == HopKind::Frame && !hop.visibility.is_hidden();
                if matches!(hop.zone, Zone::Chrome | Zone::Advertising)
                    || (is_shown_frame && hop.zone != Zone::Seller)
                {
                    platforms.insert(place);
                }
            }
        }
        let least_pages =
            share_of(pages.len(), self.settings.target_share).max(self.settings.target_pages);
        let least_sellers = share_of(all_sellers.len(), self.settings.target_share)
            .max(self.settings.target_sellers.min(all_sellers.len()));
        for ((dom_path, target), carriers) in carriers {
            let sellers: BTreeSet<&str> = carriers
                .iter()
                .filter_map(|page| graph.page(*page).seller.as_deref())
                .collect();
            let is_repeated = carriers.len() >= least_pages && sellers.len() >= least_sellers;
            let is_everywhere = platforms.contains(&(dom_path, target))
                && carriers.len() >= share_of(pages.len(), self.settings.slot_share);
            if is_repeated || is_everywhere {
                let hop = TemplateHop {
                    target,
                    dom_path: dom_path.to_owned(),
                    sellers: sellers.len(),
                    pages: carriers.into_iter().collect(),
                };
                self.covert
                    .insert((group.clone(), hop.dom_path.clone(), target), hop);
            }
        }
    }

    /// Whether the slot of a visible hop is navigation.
    #[must_use]
    pub fn is_slot(&self, graph: &LinkGraph, id: HopId) -> bool {
        let (source, _) = graph.ends(id);
        let group = group_of(graph, source);
        self.slots
            .contains(&(group, graph.hop(id).dom_path.clone()))
    }

    /// The template hop that a covert hop is an instance of, if it is one.
    #[must_use]
    pub fn covert(&self, graph: &LinkGraph, id: HopId) -> Option<&TemplateHop> {
        let (source, target) = graph.ends(id);
        let group = group_of(graph, source);
        let path = graph.hop(id).dom_path.clone();
        self.covert.get(&(group, path, target))
    }

    /// The thresholds that were used.
    #[must_use]
    pub const fn settings(&self) -> &TemplateSettings {
        &self.settings
    }
}

fn group_of(graph: &LinkGraph, page: PageId) -> Group {
    let page = graph.page(page);
    (page.address.host(), page.kind)
}

/// The least whole number that is at least `share` of `of`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "counts of pages are far below 2^52, and shares lie between 0 and 1"
)]
fn share_of(of: usize, share: f64) -> usize {
    (of as f64 * share).ceil() as usize
}
