//! What the platform's own amplifiers carry: recommendations, advertising, search.
//!
//! A restricted page that a shopper comes to by no other way than a recommendation is the platform's to
//! stop, whoever wrote the listing. Reach is asked over every hop that a visitor can take, shown or not,
//! from the entries of the market, once with all hops and once without those of each channel.

use std::collections::BTreeMap;

use graph::{LinkGraph, Warehouse};
use model::{HopKind, PageId, PageKind, Policy, Site, Zone};
use serde::Serialize;

use crate::Scene;

/// What carries a shopper besides the links that menus and sellers write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// From a listing to another one of the same site, outside of what the seller writes.
    Recommendations,
    /// Hops that stand in advertising.
    Advertising,
    /// What the pages of the site's search lead to.
    Search,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 3] = [Self::Recommendations, Self::Advertising, Self::Search];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recommendations => "recommendations",
            Self::Advertising => "advertising",
            Self::Search => "search",
        }
    }

    /// The channel of a hop, from its kind and zone, the kinds of its ends, and whether it stays within
    /// one site. `None` for hops that no channel carries.
    fn of(kind: HopKind, zone: Zone, ends: (PageKind, PageKind), is_inside: bool) -> Option<Self> {
        if kind == HopKind::Ad || zone == Zone::Advertising {
            return Some(Self::Advertising);
        }
        let between_listings = ends == (PageKind::Listing, PageKind::Listing);
        if kind == HopKind::Recommendation
            || (between_listings && is_inside && zone != Zone::Seller)
        {
            return Some(Self::Recommendations);
        }
        (ends.0 == PageKind::Search && is_inside).then_some(Self::Search)
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Recommendations => 1,
            Self::Advertising => 2,
            Self::Search => 4,
        }
    }
}

/// What only one channel carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Amplified {
    /// The channel.
    pub channel: Channel,
    /// Restricted pages that the entries do not reach without it.
    pub restricted: u64,
    /// Listings with hidden paths that the entries do not reach without it.
    pub listings: u64,
}

/// What the channels carry to restricted pages, and to the listings that lead there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Amplification {
    /// Pages from which it was asked: the seeds of a crawl, the homes of a market.
    pub entries: u64,
    /// Restricted pages that the entries reach.
    pub restricted: u64,
    /// Listings with hidden paths that the entries reach.
    pub listings: u64,
    /// What each channel carries alone; empty where no restricted page is reached.
    pub only_by: Vec<Amplified>,
}

/// Reached by whatever hops.
const PLAIN: u8 = 8;

impl Amplification {
    /// Of a case, from its seeds. O(V + E).
    pub(crate) fn of(scene: &Scene) -> Self {
        let graph = &scene.graph;
        let pages = graph.pages();
        let entries: Vec<u32> = pages
            .filter(|(_, page)| page.is_seed)
            .map(|(id, _)| id.0)
            .collect();
        let mut leads = vec![false; graph.page_count()];
        for path in &scene.paths {
            leads[path.listing.index()] = true;
        }
        Self::count(
            graph.page_count(),
            &entries,
            &|page, told| ways(graph, PageId(page), told),
            &|page| scene.verdicts[page as usize].restricted.is_some(),
            &|page| leads[page as usize],
        )
    }

    /// Of a market, from the homes of the sites that hold a tenth of its compliant listings or more.
    /// `leads` says of a page whether it has a hidden path. O(V + E).
    #[must_use]
    pub fn of_warehouse(
        warehouse: &Warehouse,
        policies: &[Policy],
        leads: &dyn Fn(u32) -> bool,
    ) -> Self {
        let mut of_site: BTreeMap<&Site, usize> = BTreeMap::new();
        let mut all = 0;
        for (page, policy) in (0..).zip(policies) {
            if *policy == Policy::Compliant {
                *of_site.entry(warehouse.site_of(PageId(page))).or_default() += 1;
                all += 1;
            }
        }
        let is_markets = |page: PageId| {
            let listings = of_site.get(warehouse.site_of(page)).copied();
            listings.is_some_and(|listings| listings * 10 >= all)
        };
        let pages = (0..warehouse.page_count()).map(PageId);
        let entries: Vec<u32> = pages
            .filter(|page| warehouse.is_home_page(*page) && is_markets(*page))
            .map(|page| page.0)
            .collect();
        Self::count(
            warehouse.page_count() as usize,
            &entries,
            &|page, told| {
                let page = PageId(page);
                let (site, kind) = (warehouse.site_of(page), warehouse.kind(page));
                for hop in warehouse.ways_out(page) {
                    if is_followed(hop.kind) {
                        let ends = (kind, warehouse.kind(hop.target));
                        let is_inside = warehouse.site_of(hop.target) == site;
                        let channel = Channel::of(hop.kind, hop.zone, ends, is_inside);
                        told(hop.target.0, channel);
                    }
                }
            },
            &|page| policies[page as usize].is_restricted(),
            leads,
        )
    }

    /// One search for all four questions: a page holds a bit for each of them that reaches it, and is
    /// looked at again when it gets another one, four times at most.
    fn count(
        pages: usize,
        entries: &[u32],
        ways: &Ways<'_>,
        is_restricted: &dyn Fn(u32) -> bool,
        leads: &dyn Fn(u32) -> bool,
    ) -> Self {
        let all = Channel::ALL.iter().fold(PLAIN, |all, way| all | way.bit());
        let mut reached = vec![0_u8; pages];
        let mut told = vec![0_u8; pages];
        let mut waiting: Vec<u32> = Vec::new();
        for entry in entries {
            reached[*entry as usize] = all;
            waiting.push(*entry);
        }
        while let Some(page) = waiting.pop() {
            let new = reached[page as usize] & !told[page as usize];
            if new == 0 {
                continue;
            }
            told[page as usize] |= new;
            ways(page, &mut |target, channel| {
                let carried = new & !channel.map_or(0, Channel::bit);
                let known = &mut reached[target as usize];
                if carried & !*known != 0 {
                    *known |= carried;
                    waiting.push(target);
                }
            });
        }
        let count = |is_wanted: &dyn Fn(u32) -> bool, bit: u8| {
            let pages = (0..).zip(&reached);
            let only = |reached: u8| reached & PLAIN != 0 && (bit == 0 || reached & bit == 0);
            pages
                .filter(|(page, reached)| only(**reached) && is_wanted(*page))
                .count() as u64
        };
        let restricted = count(is_restricted, 0);
        let only_by = Channel::ALL.map(|channel| Amplified {
            channel,
            restricted: count(is_restricted, channel.bit()),
            listings: count(leads, channel.bit()),
        });
        Self {
            entries: entries.len() as u64,
            restricted,
            listings: count(leads, 0),
            only_by: if restricted == 0 {
                Vec::new()
            } else {
                only_by.to_vec()
            },
        }
    }
}

/// Tells the pages that a page leads to, each with the channel of the hop.
type Ways<'a> = dyn Fn(u32, &mut dyn FnMut(u32, Option<Channel>)) + 'a;

fn ways(graph: &LinkGraph, page: PageId, told: &mut dyn FnMut(u32, Option<Channel>)) {
    let source = graph.page(page);
    for (_, target, hop) in graph.ways_out(page) {
        if is_followed(hop.kind) {
            let end = graph.page(target);
            let is_inside = source.site == end.site;
            let ends = (source.kind, end.kind);
            let channel = Channel::of(hop.kind, hop.zone, ends, is_inside);
            told(target.0, channel);
        }
    }
}

/// Whether a visitor can take a hop: claims about addresses lead nobody.
const fn is_followed(kind: HopKind) -> bool {
    !matches!(kind, HopKind::Canonical | HopKind::Alternate)
}
