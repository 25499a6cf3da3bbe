//! A warehouse of links: pages and hops as columns, without a crawl.
//!
//! A platform that keeps its own links judges them as they are. What a [`LinkGraph`](crate::LinkGraph)
//! keeps as evidence of each hop is not there; what the rules of the classes need is, in 12 bytes for
//! each hop and some 20 for each page beside its address, so that ten million hops fit in memory many
//! times over. The rules are those of a crawl: both are a web to them.

mod ads;
mod build;
mod columns;
mod judged;
mod merge;
mod named;
mod read;
mod revise;
mod standing;
mod table;

pub use ads::{AdForm, read_ads};
pub use build::WarehouseError;
pub use judged::{Taken, WarehouseClasses};
pub use read::{Imported, Tables, import};
pub use revise::Revised;
pub use standing::Standing;
pub use table::{Mapping, MappingError, TableError, TableForm};

use std::ops::Range;

use model::{
    Carrier, GateStrength, HopKind, PageId, PageKind, Site, Trigger, VisibilityState, Zone,
};

use crate::classes::{Traits, Web};
use named::NamedThings;

/// No seller, and no slot.
const NONE: u32 = u32::MAX;

/// Pages in the order of their addresses, hops in the order of source, then of the table.
#[derive(Debug, Clone)]
pub struct Warehouse {
    pages: Pages,
    hops: Hops,
}

#[derive(Debug, Clone, Default)]
struct Pages {
    text: String,
    /// Where each address ends in the text.
    ends: Vec<u64>,
    kinds: Vec<PageKind>,
    sites: Vec<u32>,
    site_names: Vec<Site>,
    /// Number of host and kind.
    groups: Vec<u32>,
    host_names: Vec<String>,
    /// Number of the host, and the kind, of each group.
    host_kinds: Vec<(u32, PageKind)>,
    sellers: Vec<u32>,
    seller_names: Vec<String>,
    gates: Vec<GateStrength>,
    homes: Vec<bool>,
    named: NamedThings,
}

#[derive(Debug, Clone, Default)]
struct Hops {
    /// The hops of page p are `starts[p]..starts[p + 1]`.
    starts: Vec<u32>,
    targets: Vec<u32>,
    kinds: Vec<HopKind>,
    marks: Vec<Marks>,
    slots: Vec<u32>,
    /// Status of a redirect; 0 where none was given.
    statuses: Vec<u16>,
    slot_names: Vec<String>,
}

/// Visibility, zone and trigger of a hop in one byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Marks(u8);

impl Marks {
    const fn new(visibility: VisibilityState, zone: Zone, trigger: Trigger) -> Self {
        let visibility = match visibility {
            VisibilityState::Visible => 0,
            VisibilityState::Hidden => 1,
            VisibilityState::Conditional => 2,
            VisibilityState::Unknown => 3,
        };
        let zone = match zone {
            Zone::Chrome => 0,
            Zone::Seller => 1,
            Zone::User => 2,
            Zone::Advertising => 3,
            Zone::Unknown => 4,
        };
        let trigger = match trigger {
            Trigger::Act => 0,
            Trigger::Load => 1,
        };
        Self(visibility | zone << 2 | trigger << 5)
    }

    const fn visibility(self) -> VisibilityState {
        match self.0 & 3 {
            0 => VisibilityState::Visible,
            1 => VisibilityState::Hidden,
            2 => VisibilityState::Conditional,
            _ => VisibilityState::Unknown,
        }
    }

    const fn zone(self) -> Zone {
        match self.0 >> 2 & 7 {
            0 => Zone::Chrome,
            1 => Zone::Seller,
            2 => Zone::User,
            3 => Zone::Advertising,
            _ => Zone::Unknown,
        }
    }

    const fn trigger(self) -> Trigger {
        if self.0 >> 5 == 0 {
            Trigger::Act
        } else {
            Trigger::Load
        }
    }
}

/// A hop of the warehouse, as a finding shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WarehouseHop<'a> {
    /// Its number.
    pub number: u32,
    /// The page that it leads to.
    pub target: PageId,
    /// What a visitor does, or what is done to a visitor.
    pub kind: HopKind,
    /// What takes the visitor along.
    pub trigger: Trigger,
    /// Whether a shopper sees it.
    pub visibility: VisibilityState,
    /// Whose part of the page it stands in.
    pub zone: Zone,
    /// Its place on the page, where the table tells.
    pub slot: Option<&'a str>,
    /// Status of a redirect, where the table tells.
    pub status: Option<u16>,
}

impl Warehouse {
    /// How many pages.
    #[must_use]
    pub fn page_count(&self) -> u32 {
        number(self.pages.kinds.len())
    }

    /// How many hops.
    #[must_use]
    pub fn hop_count(&self) -> u32 {
        number(self.hops.targets.len())
    }

    /// Address of a page.
    #[must_use]
    pub fn address(&self, page: PageId) -> &str {
        self.pages.address(page)
    }

    /// The page of an address, if there is one. O(log n).
    #[must_use]
    pub fn find(&self, address: &str) -> Option<PageId> {
        self.pages.find(address)
    }

    /// Kind of a page.
    #[must_use]
    pub fn kind(&self, page: PageId) -> PageKind {
        self.pages.kinds[page.index()]
    }

    /// Site of a page.
    #[must_use]
    pub fn site_of(&self, page: PageId) -> &Site {
        &self.pages.site_names[self.pages.sites[page.index()] as usize]
    }

    /// Whether a page is the home of its site.
    #[must_use]
    pub fn is_home_page(&self, page: PageId) -> bool {
        self.pages.homes[page.index()]
    }

    /// Who sells on a page, where the table tells.
    #[must_use]
    pub fn seller(&self, page: PageId) -> Option<&str> {
        let seller = self.pages.sellers[page.index()];
        let name = self.pages.seller_names.get(seller as usize);
        name.map(String::as_str)
    }

    /// The age gate on a page.
    #[must_use]
    pub fn gate(&self, page: PageId) -> GateStrength {
        self.pages.gates[page.index()]
    }

    /// The hops out of a page, in the order of the table.
    pub fn ways_out(&self, page: PageId) -> impl Iterator<Item = WarehouseHop<'_>> {
        self.range(page).map(|index| self.hop(index))
    }

    /// Bytes that pages and hops take, addresses included, names of sites and slots not.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.pages.text.len()
            + 8 * self.pages.ends.len()
            + 15 * self.pages.kinds.len()
            + 4 * self.hops.starts.len()
            + 12 * self.hops.targets.len()
    }

    fn range(&self, page: PageId) -> Range<usize> {
        let starts = &self.hops.starts;
        starts[page.index()] as usize..starts[page.index() + 1] as usize
    }

    fn hop(&self, index: usize) -> WarehouseHop<'_> {
        let hops = &self.hops;
        WarehouseHop {
            number: number(index),
            target: PageId(hops.targets[index]),
            kind: hops.kinds[index],
            trigger: hops.marks[index].trigger(),
            visibility: hops.marks[index].visibility(),
            zone: hops.marks[index].zone(),
            slot: hops
                .slot_names
                .get(hops.slots[index] as usize)
                .map(String::as_str),
            status: Some(hops.statuses[index]).filter(|status| *status > 0),
        }
    }

    fn traits(&self, index: usize) -> Traits {
        let (kind, marks) = (self.hops.kinds[index], self.hops.marks[index]);
        Traits {
            kind,
            carrier: carrier_of(kind),
            trigger: marks.trigger(),
            visibility: marks.visibility(),
            zone: marks.zone(),
            text_names_other_host: false,
            is_undressed: false,
            is_disguised: false,
            for_some_only: false,
        }
    }
}

impl Pages {
    fn address(&self, page: PageId) -> &str {
        let end = |index: usize| usize::try_from(self.ends[index]).unwrap_or(usize::MAX);
        let start = page.index().checked_sub(1).map_or(0, end);
        &self.text[start..end(page.index())]
    }

    /// The page of an address, where the pages stand in the order of their addresses.
    fn find(&self, address: &str) -> Option<PageId> {
        let (mut low, mut high) = (0, number(self.kinds.len()));
        while low < high {
            let middle = low + (high - low) / 2;
            match self.address(PageId(middle)).cmp(address) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Some(PageId(middle)),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }
}

impl Web for Warehouse {
    fn page_count(&self) -> usize {
        self.pages.kinds.len()
    }

    fn kind(&self, page: PageId) -> PageKind {
        self.pages.kinds[page.index()]
    }

    fn site(&self, page: PageId) -> u32 {
        self.pages.sites[page.index()]
    }

    fn site_count(&self) -> usize {
        self.pages.site_names.len()
    }

    fn site_name(&self, site: u32) -> Site {
        self.pages.site_names[site as usize].clone()
    }

    fn is_home(&self, page: PageId) -> bool {
        self.pages.homes[page.index()]
    }

    fn ways(&self, page: PageId) -> impl Iterator<Item = (u32, PageId, Traits)> {
        self.range(page).map(move |index| {
            let target = PageId(self.hops.targets[index]);
            (number(index), target, self.traits(index))
        })
    }

    /// Texts are not in the tables.
    fn names_site(&self, _: u32, _: u32) -> bool {
        false
    }

    fn keeps_word(&self, _: u32, _: Option<u32>) -> bool {
        true
    }

    fn is_to_seller(&self, _: u32, source: PageId, target: PageId) -> bool {
        let (source, target) = (source.index(), target.index());
        let (ours, theirs) = (self.pages.sellers[source], self.pages.sellers[target]);
        self.pages.kinds[target] == PageKind::Seller
            && (ours == theirs || ours == NONE || theirs == NONE)
    }

    /// Where the platform tells two addresses apart, they are two.
    fn is_one_address(&self, _: PageId, _: PageId) -> bool {
        false
    }
}

/// The construct that usually carries a kind of hop: tables do not tell.
const fn carrier_of(kind: HopKind) -> Carrier {
    match kind {
        HopKind::Anchor | HopKind::Recommendation | HopKind::Ad | HopKind::Promise => {
            Carrier::AHref
        }
        HopKind::Area => Carrier::AreaHref,
        HopKind::Form => Carrier::FormAction,
        HopKind::Frame => Carrier::IframeSrc,
        HopKind::Embed => Carrier::EmbedSrc,
        HopKind::HttpRedirect => Carrier::LocationHeader,
        HopKind::RefreshHeader => Carrier::RefreshHeader,
        HopKind::MetaRefresh => Carrier::MetaRefresh,
        HopKind::ScriptNavigation => Carrier::Script,
        HopKind::NestedUrl => Carrier::InsideUrl,
        HopKind::TextUrl | HopKind::Contact => Carrier::Text,
        HopKind::Qr => Carrier::Image,
        HopKind::Canonical => Carrier::LinkCanonical,
        HopKind::Alternate => Carrier::LinkRel,
    }
}

/// An index that is known to fit: the builder takes fewer than 2^32 pages and hops.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the builder takes fewer than 2^32 pages and hops"
)]
const fn number(index: usize) -> u32 {
    index as u32
}
