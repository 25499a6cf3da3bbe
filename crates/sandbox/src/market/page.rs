//! The pages of the market: what each number stands for.

use std::ops::Range;

use model::{GateStrength, PageKind, Policy};

use super::{Market, Purpose, happens};
use crate::chance::Chance;

/// A page of the market.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarketPage {
    /// Its number.
    pub number: u32,
    /// Its kind.
    pub kind: PageKind,
    /// Its address.
    pub address: String,
    /// Its host.
    pub host: String,
    /// Its registrable domain.
    pub site: String,
    /// Who sells, for listings and sellers' pages.
    pub seller: Option<String>,
    /// What a policy says of it.
    pub policy: Policy,
    /// The age gate on it.
    pub gate: GateStrength,
}

/// What a page is in the market, with its place among those of its block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Home,
    Category(u32),
    /// A page of a category's listings.
    List(u32),
    /// A compliant listing.
    Listing(u32),
    /// An age-restricted listing, sold openly.
    Aged(u32),
    Seller(u32),
    /// An honest page elsewhere.
    Outside(u32),
    /// A short link that an honest page uses.
    Short(u32),
    /// A page of thousands of links.
    Hub(u32),
    /// The advertising exchange: its slots, and the page that rotates.
    Exchange(u32),
    /// A landing page of an advertiser.
    Landing(u32),
    Tracker(u32),
    /// A restricted page that honest pages may link to.
    Open(u32),
    /// A restricted page that planted ways lead to.
    Dark(u32),
    Doorway(u32),
    /// A short link that a planted way uses.
    CovertShort(u32),
    Bridge(u32),
    Channel(u32),
    Widget(u32),
}

/// Slots of the exchange; the page behind them rotates.
pub(super) const EXCHANGE_SLOTS: u32 = 4;
/// The category of age-restricted goods.
pub(super) const AGED_CATEGORY: u32 = 3;
/// Doorway and target of the campaign.
pub(super) const CAMPAIGN: u32 = 0;

/// Makes a place of its place within a block.
type Make = fn(u32) -> Place;

/// The first number of each block, in the order of [`BLOCKS`], and the end.
#[derive(Debug, Clone)]
pub(super) struct Blocks {
    starts: [u32; BLOCKS.len() + 1],
    honest_sellers: u32,
    lateral_sellers: u32,
}

const BLOCKS: [Make; 19] = [
    |_| Place::Home,
    Place::Category,
    Place::List,
    Place::Listing,
    Place::Aged,
    Place::Seller,
    Place::Outside,
    Place::Short,
    Place::Hub,
    Place::Exchange,
    Place::Landing,
    Place::Tracker,
    Place::Open,
    Place::Dark,
    Place::Doorway,
    Place::CovertShort,
    Place::Bridge,
    Place::Channel,
    Place::Widget,
];

impl Blocks {
    pub(super) fn of(listings: u32) -> Self {
        let one_in = |of: u32, least: u32| (listings / of).max(least);
        let honest_sellers = one_in(10, 20);
        let lateral_sellers = one_in(2_500, 1);
        let campaign_sellers = (honest_sellers / 660).max(2);
        let sizes = [
            1,
            one_in(1_000, 16),
            one_in(40, 16),
            listings,
            one_in(200, 4),
            honest_sellers + lateral_sellers + campaign_sellers,
            one_in(4, 50) + one_in(50, 0),
            one_in(20, 10) + one_in(50, 10),
            one_in(8_000, 2),
            EXCHANGE_SLOTS + 1,
            2_000.min(one_in(4, 10)),
            1,
            one_in(400, 8),
            one_in(150, 8),
            one_in(150, 8),
            one_in(60, 8),
            one_in(300, 4),
            one_in(400, 4),
            one_in(400, 4),
        ];
        let mut starts = [0; BLOCKS.len() + 1];
        for (at, size) in sizes.into_iter().enumerate() {
            starts[at + 1] = starts[at] + size;
        }
        Self {
            starts,
            honest_sellers,
            lateral_sellers,
        }
    }

    /// One more than the last number.
    pub(super) const fn end(&self) -> u32 {
        self.starts[BLOCKS.len()]
    }

    /// What a number stands for.
    pub(super) fn place(&self, number: u32) -> Place {
        let block = self.starts.partition_point(|start| *start <= number);
        let block = block.saturating_sub(1).min(BLOCKS.len() - 1);
        BLOCKS[block](number - self.starts[block])
    }

    /// The numbers of the block that `make` is of.
    fn block(&self, like: Place) -> Range<u32> {
        let of_kind =
            |make: &Make| std::mem::discriminant(&make(0)) == std::mem::discriminant(&like);
        let block = BLOCKS.iter().position(of_kind).unwrap_or(0);
        self.starts[block]..self.starts[block + 1]
    }

    /// The numbers of the compliant listings.
    pub(super) fn listings(&self) -> Range<u32> {
        self.block(Place::Listing(0))
    }

    /// How many pages are in the block of `like`.
    pub(super) fn size(&self, like: Place) -> u32 {
        let block = self.block(like);
        block.end - block.start
    }

    /// The number of a place; places beyond the block wrap round.
    pub(super) fn number(&self, place: Place) -> u32 {
        let block = self.block(place);
        let within = place.within() % (block.end - block.start).max(1);
        block.start + within
    }

    /// The number of a page of the block of `like`, by chance.
    pub(super) fn any(&self, like: Place, chance: &mut Chance) -> u32 {
        let block = self.block(like);
        let drawn = chance.below((block.end - block.start) as usize);
        block.start + u32::try_from(drawn).unwrap_or(0)
    }

    /// The sellers, by what they do: honest ones, those with a concealed link on their own page,
    /// those of the campaign.
    pub(super) fn sellers(&self) -> [Range<u32>; 3] {
        let all = self.size(Place::Seller(0));
        let lateral = self.honest_sellers + self.lateral_sellers;
        [
            0..self.honest_sellers,
            self.honest_sellers..lateral,
            lateral..all,
        ]
    }
}

impl Place {
    const fn within(self) -> u32 {
        match self {
            Self::Home => 0,
            Self::Category(at)
            | Self::List(at)
            | Self::Listing(at)
            | Self::Aged(at)
            | Self::Seller(at)
            | Self::Outside(at)
            | Self::Short(at)
            | Self::Hub(at)
            | Self::Exchange(at)
            | Self::Landing(at)
            | Self::Tracker(at)
            | Self::Open(at)
            | Self::Dark(at)
            | Self::Doorway(at)
            | Self::CovertShort(at)
            | Self::Bridge(at)
            | Self::Channel(at)
            | Self::Widget(at) => at,
        }
    }

    const fn kind(self) -> PageKind {
        match self {
            Self::Home => PageKind::Home,
            Self::Category(_) | Self::List(_) => PageKind::Category,
            Self::Listing(_) | Self::Aged(_) => PageKind::Listing,
            Self::Seller(_) => PageKind::Seller,
            Self::Outside(_) => PageKind::Article,
            Self::Hub(_) | Self::Channel(_) => PageKind::Hub,
            Self::Short(_)
            | Self::Exchange(_)
            | Self::Landing(_)
            | Self::Tracker(_)
            | Self::Open(_)
            | Self::Dark(_)
            | Self::Doorway(_)
            | Self::CovertShort(_)
            | Self::Bridge(_)
            | Self::Widget(_) => PageKind::Other,
        }
    }

    /// Host, site and path. Five pages of a kind share a site where they are whole pages.
    fn address(self) -> (String, String, String) {
        let market = |path: String| ("www.market.test".to_owned(), "market.test".to_owned(), path);
        let of_site = |site: String, path: String| (site.clone(), site, path);
        let shared =
            |word: &str, at: u32| of_site(format!("{word}{}.test", at / 5), format!("/{}", at % 5));
        match self {
            Self::Home => market("/".to_owned()),
            Self::Category(at) => market(format!("/c/{at}")),
            Self::List(at) => market(format!("/l/{at}")),
            Self::Listing(at) => market(format!("/item/{at}")),
            Self::Aged(at) => market(format!("/item/a{at}")),
            Self::Seller(at) => market(format!("/seller/{at}")),
            Self::Outside(at) => shared("outside", at),
            Self::Short(at) => of_site(format!("short{}.test", at % 5), format!("/{at:x}")),
            Self::CovertShort(at) => of_site(format!("short{}.test", at % 5), format!("/z{at:x}")),
            Self::Hub(at) => of_site(format!("hub{at}.test"), "/".to_owned()),
            Self::Exchange(at) => of_site("exchange.test".to_owned(), format!("/slot/{at}")),
            Self::Landing(at) => of_site(format!("brand{at}.test"), "/".to_owned()),
            Self::Tracker(at) => of_site("tracker.test".to_owned(), format!("/{at}")),
            Self::Open(at) => shared("shop", at),
            Self::Dark(at) => shared("dark", at),
            Self::Doorway(at) => of_site(format!("door{at}.test"), "/".to_owned()),
            Self::Bridge(at) => of_site(format!("bridge{at}.test"), "/".to_owned()),
            Self::Channel(at) => of_site("chat.test".to_owned(), format!("/c/{at}")),
            Self::Widget(at) => of_site(format!("widget{at}.test"), "/".to_owned()),
        }
    }
}

impl Market {
    /// What a page is.
    #[must_use]
    pub fn page(&self, number: u32) -> MarketPage {
        let place = self.blocks.place(number);
        let (host, site, path) = place.address();
        let (policy, gate) = self.judged(place, number);
        let seller = match place {
            Place::Listing(_) => Some(self.seller_of(number)),
            Place::Aged(at) => Some(at % self.blocks.honest_sellers),
            Place::Seller(at) => Some(at),
            _ => None,
        };
        MarketPage {
            number,
            kind: place.kind(),
            address: format!("http://{host}{path}"),
            host,
            site,
            seller: seller.map(|seller| format!("s{seller}")),
            policy,
            gate,
        }
    }

    /// What a policy says of a page: three restricted pages in five are illegal, the others for
    /// adults; half of those that honest pages link to ask for age.
    fn judged(&self, place: Place, number: u32) -> (Policy, GateStrength) {
        let aged = Policy::AgeRestricted { min_age: 18 };
        let mut chance = self.chance(Purpose::Policy, number);
        match place {
            Place::Listing(_) => (Policy::Compliant, GateStrength::None),
            Place::Aged(_) | Place::Category(AGED_CATEGORY) => (aged, GateStrength::None),
            // The partner of the menu asks nobody.
            Place::Open(0) => (aged, GateStrength::None),
            Place::Dark(_) | Place::Open(_) if happens(&mut chance, 0.6) => {
                (Policy::Illegal, GateStrength::None)
            }
            Place::Dark(_) => (aged, GateStrength::None),
            Place::Open(_) if happens(&mut chance, 0.5) => (aged, GateStrength::SelfDeclared),
            Place::Open(_) => (aged, GateStrength::None),
            _ => (Policy::Unknown, GateStrength::None),
        }
    }

    /// Who sells on a listing.
    pub(super) fn seller_of(&self, listing: u32) -> u32 {
        let [honest, lateral, campaign] = self.blocks.sellers();
        let among = match self.planting(listing) {
            Some(super::Planting::Lateral) => lateral,
            Some(super::Planting::Campaign) => campaign,
            _ => honest,
        };
        let mut chance = self.chance(Purpose::Seller, listing);
        let drawn = chance.below((among.end - among.start) as usize);
        among.start + u32::try_from(drawn).unwrap_or(0)
    }
}
