//! The hops of the market: what stands on each page.

use model::{HopKind, VisibilityState};

use super::page::{AGED_CATEGORY, EXCHANGE_SLOTS, Place};
use super::{Market, Purpose, happens};
use crate::chance::Chance;

/// A hop of the market.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarketHop {
    /// Number of the page on which it stands.
    pub source: u32,
    /// Number of the page to which it leads.
    pub target: u32,
    /// What a visitor does, or what is done to a visitor.
    pub kind: HopKind,
    /// Whether a shopper sees it, as the reader of the page recorded it.
    pub visibility: VisibilityState,
    /// Its place in the page's tree.
    pub slot: u16,
    /// Status of a redirect.
    pub status: Option<u16>,
}

/// Slots of the template, in the order of the page.
mod slot {
    pub(super) const MENU: u16 = 0;
    pub(super) const HIDDEN_CATEGORY: u16 = 9;
    pub(super) const HIDDEN_PARTNER: u16 = 10;
    pub(super) const CRUMB: u16 = 11;
    pub(super) const RECOMMENDED: u16 = 12;
    pub(super) const SELLER: u16 = 18;
    pub(super) const FOOTER: u16 = 19;
    pub(super) const TRACKER: u16 = 21;
    pub(super) const AD: u16 = 22;
    pub(super) const RING: u16 = 23;
    pub(super) const TWIN: u16 = 24;
    pub(super) const DESCRIPTION: u16 = 30;
    pub(super) const GOODS: u16 = 100;
}

/// Shown links of the menu.
const MENU: u16 = 9;
/// Recommendations of a listing.
const RECOMMENDED: u16 = 6;
/// Places in a description where a link may stand.
const DESCRIPTION_SLOTS: usize = 16;
/// Listings on a page of a category.
const PER_LIST: u16 = 40;
/// Listings that a seller's page shows.
const PER_SELLER: u16 = 10;
/// Links of a hub, and how many of them lead to restricted pages.
const HUB_LINKS: u16 = 3_000;
const HUB_RESTRICTED: u16 = 5;
/// Listings of a ring.
const RING: u32 = 6;

/// Share of the honest listings with a concealed link to an outside page.
const HIDDEN_OUTSIDE: f64 = 0.09;
/// Share of the honest outside pages that link to a restricted page openly.
const OPEN_LINKS: f64 = 0.003;
/// Share of the listings that do.
const OPEN_LINKS_OF_LISTINGS: f64 = 0.0005;

/// Writes the hops of one page, with the noise.
pub(super) struct Pen<'a> {
    source: u32,
    missed: f64,
    noise: Chance,
    slots: Chance,
    hops: &'a mut Vec<MarketHop>,
}

impl Pen<'_> {
    /// A place in the description.
    pub(super) fn description_slot(&mut self) -> u16 {
        let drawn = self.slots.below(DESCRIPTION_SLOTS);
        slot::DESCRIPTION + u16::try_from(drawn).unwrap_or(0)
    }

    /// Writes a hop; of a concealed one the reader may see nothing of the concealment.
    pub(super) fn write(&mut self, hop: MarketHop) {
        let is_missed = hop.visibility == VisibilityState::Hidden
            && self.missed > 0.0
            && happens(&mut self.noise, self.missed);
        self.hops.push(MarketHop {
            visibility: if is_missed {
                VisibilityState::Visible
            } else {
                hop.visibility
            },
            ..hop
        });
    }

    fn way(&mut self, target: u32, kind: HopKind, visibility: VisibilityState, slot: u16) {
        self.write(MarketHop {
            source: self.source,
            target,
            kind,
            visibility,
            slot,
            status: None,
        });
    }

    fn shown(&mut self, target: u32, slot: u16) {
        self.way(target, HopKind::Anchor, VisibilityState::Visible, slot);
    }

    fn hidden(&mut self, target: u32, slot: u16) {
        self.way(target, HopKind::Anchor, VisibilityState::Hidden, slot);
    }

    fn redirect(&mut self, target: u32) {
        self.write(MarketHop {
            source: self.source,
            target,
            kind: HopKind::HttpRedirect,
            visibility: VisibilityState::Visible,
            slot: 0,
            status: Some(302),
        });
    }
}

impl Market {
    /// Every hop out of a page, in the order of the page.
    #[must_use]
    pub fn ways_of(&self, number: u32) -> Vec<MarketHop> {
        let mut hops = Vec::new();
        let mut pen = Pen {
            source: number,
            missed: self.noise.missed,
            noise: self.chance(Purpose::Noise, number),
            slots: self.chance(Purpose::Template, number),
            hops: &mut hops,
        };
        match self.blocks.place(number) {
            Place::Home => self.home(&mut pen),
            Place::Category(at) => self.category(at, &mut pen),
            Place::List(at) => self.list(at, &mut pen),
            Place::Listing(at) => {
                self.listing(number, at, &mut pen);
                self.plant(number, &mut pen);
            }
            Place::Aged(at) => {
                self.furniture(number, at, &mut pen);
                let honest = self.blocks.sellers()[0].end;
                let seller = self.blocks.number(Place::Seller(at % honest));
                pen.shown(seller, slot::SELLER);
            }
            Place::Seller(at) => self.seller(number, at, &mut pen),
            Place::Outside(at) => self.outside(number, at, &mut pen),
            Place::Short(_) => self.short(number, &mut pen),
            Place::Hub(_) => self.hub(number, &mut pen),
            Place::Exchange(at) => self.exchange(at, &mut pen),
            Place::Landing(_) | Place::Tracker(_) | Place::Open(_) | Place::Dark(_) => {}
            Place::Doorway(_) | Place::CovertShort(_) | Place::Widget(_) => {
                if let Some(next) = self.onward(number) {
                    self.pass_on(number, next, &mut pen);
                }
            }
            Place::Bridge(_) | Place::Channel(_) => self.door_page(number, &mut pen),
        }
        hops
    }

    /// The menu of every page of the market, with its two concealed links.
    fn menu(&self, pen: &mut Pen<'_>) {
        for at in 0..MENU {
            // The age-restricted category is in the concealed part.
            let category = u32::from(at) + u32::from(u32::from(at) >= AGED_CATEGORY);
            pen.shown(
                self.blocks.number(Place::Category(category)),
                slot::MENU + at,
            );
        }
        let aged = self.blocks.number(Place::Category(AGED_CATEGORY));
        pen.hidden(aged, slot::HIDDEN_CATEGORY);
        pen.hidden(self.blocks.number(Place::Open(0)), slot::HIDDEN_PARTNER);
    }

    fn home(&self, pen: &mut Pen<'_>) {
        self.menu(pen);
        for at in 0..self.blocks.size(Place::Category(0)).min(2_000) {
            if at != AGED_CATEGORY {
                pen.shown(self.blocks.number(Place::Category(at)), slot::GOODS);
            }
        }
    }

    /// The first pages of a category's listings; further ones follow each other.
    fn category(&self, at: u32, pen: &mut Pen<'_>) {
        self.menu(pen);
        let categories = self.blocks.size(Place::Category(0));
        for list in 0..10 {
            let number = self.blocks.number(Place::List(at + list * categories));
            pen.shown(number, slot::GOODS);
        }
        if at == AGED_CATEGORY {
            for goods in 0..u32::from(PER_LIST) {
                pen.shown(self.blocks.number(Place::Aged(goods)), slot::GOODS);
            }
        }
    }

    fn list(&self, at: u32, pen: &mut Pen<'_>) {
        self.menu(pen);
        for goods in 0..PER_LIST {
            let listing = at * u32::from(PER_LIST) + u32::from(goods);
            pen.shown(
                self.blocks.number(Place::Listing(listing)),
                slot::GOODS + goods,
            );
        }
        let categories = self.blocks.size(Place::Category(0));
        pen.shown(
            self.blocks.number(Place::Category(at % categories)),
            slot::CRUMB,
        );
        pen.shown(
            self.blocks.number(Place::List(at + categories)),
            slot::RECOMMENDED,
        );
    }

    /// What the template puts on a listing, honest or not.
    fn furniture(&self, number: u32, at: u32, pen: &mut Pen<'_>) {
        let mut chance = self.chance(Purpose::Template, number);
        self.menu(pen);
        let categories = self.blocks.size(Place::Category(0));
        let list = at / u32::from(PER_LIST);
        pen.shown(
            self.blocks.number(Place::Category(list % categories)),
            slot::CRUMB,
        );
        for place in 0..RECOMMENDED {
            let kind = if chance.percent(1) {
                Place::Aged(0)
            } else {
                Place::Listing(0)
            };
            let target = self.blocks.any(kind, &mut chance);
            let (kind, shown) = (HopKind::Recommendation, VisibilityState::Visible);
            pen.way(target, kind, shown, slot::RECOMMENDED + place);
        }
        pen.shown(self.blocks.number(Place::Outside(1)), slot::FOOTER);
        pen.shown(self.blocks.number(Place::Outside(7)), slot::FOOTER + 1);
        if chance.percent(90) {
            let tracker = self.blocks.number(Place::Tracker(0));
            pen.way(
                tracker,
                HopKind::Frame,
                VisibilityState::Hidden,
                slot::TRACKER,
            );
        }
        if chance.percent(60) {
            let at = u32::try_from(chance.below(EXCHANGE_SLOTS as usize)).unwrap_or(0);
            let exchange = self.blocks.number(Place::Exchange(at));
            pen.way(exchange, HopKind::Frame, VisibilityState::Visible, slot::AD);
        }
    }

    fn listing(&self, number: u32, at: u32, pen: &mut Pen<'_>) {
        self.furniture(number, at, pen);
        let seller = self.blocks.number(Place::Seller(self.seller_of(number)));
        pen.shown(seller, slot::SELLER);
        let mut chance = self.chance(Purpose::Content, number);
        for _ in 0..2 {
            if chance.percent(15) {
                let slot = pen.description_slot();
                pen.shown(self.blocks.any(Place::Outside(0), &mut chance), slot);
            }
        }
        if chance.percent(6) {
            let slot = pen.description_slot();
            pen.shown(self.blocks.any(Place::Short(0), &mut chance), slot);
        }
        if chance.percent(1) {
            let slot = pen.description_slot();
            pen.shown(self.blocks.number(Place::Exchange(EXCHANGE_SLOTS)), slot);
        }
        if happens(&mut chance, 0.005) {
            let slot = pen.description_slot();
            let hub = self.blocks.any(Place::Hub(0), &mut chance);
            if chance.percent(50) {
                pen.hidden(hub, slot);
            } else {
                pen.shown(hub, slot);
            }
        }
        if chance.percent(1) {
            pen.hidden(self.blocks.any(Place::Listing(0), &mut chance), slot::TWIN);
        }
        self.ring(at, pen);
        let mut chance = self.chance(Purpose::FalseConcealed, number);
        if happens(&mut chance, HIDDEN_OUTSIDE * self.noise.false_concealed) {
            let slot = pen.description_slot();
            pen.hidden(self.blocks.any(Place::Outside(0), &mut chance), slot);
        }
        self.open_link(number, OPEN_LINKS_OF_LISTINGS, pen);
    }

    /// A link to a restricted page that anybody sees.
    fn open_link(&self, number: u32, rate: f64, pen: &mut Pen<'_>) {
        let mut chance = self.chance(Purpose::Restricted, number);
        if happens(&mut chance, rate * self.noise.restricted_links) {
            let slot = pen.description_slot();
            pen.shown(self.blocks.any(Place::Open(0), &mut chance), slot);
        }
    }

    /// Some neighbors link each other.
    fn ring(&self, at: u32, pen: &mut Pen<'_>) {
        let ring = at / RING;
        let mut chance = self.chance(Purpose::Content, self.page_count() + ring);
        if happens(&mut chance, 0.005) {
            let next = ring * RING + (at + 1) % RING;
            pen.shown(self.blocks.number(Place::Listing(next)), slot::RING);
        }
    }

    fn seller(&self, number: u32, at: u32, pen: &mut Pen<'_>) {
        self.menu(pen);
        let mut chance = self.chance(Purpose::Content, number);
        for goods in 0..PER_SELLER {
            let listing = self.blocks.any(Place::Listing(0), &mut chance);
            pen.shown(listing, slot::GOODS + goods);
        }
        if self.blocks.sellers()[1].contains(&at) {
            let slot = pen.description_slot();
            pen.hidden(self.behind_seller(at), slot);
        }
    }

    fn outside(&self, number: u32, at: u32, pen: &mut Pen<'_>) {
        let mut chance = self.chance(Purpose::Content, number);
        for place in 0..2_u16 {
            let sibling = at - at % 5 + (at + 1 + u32::from(place)) % 5;
            pen.shown(
                self.blocks.number(Place::Outside(sibling)),
                slot::MENU + place,
            );
        }
        for _ in 0..2 {
            if chance.percent(60) {
                let slot = pen.description_slot();
                pen.shown(self.blocks.any(Place::Outside(0), &mut chance), slot);
            }
        }
        if chance.percent(3) {
            let slot = pen.description_slot();
            pen.hidden(self.blocks.any(Place::Outside(0), &mut chance), slot);
        }
        if chance.percent(20) {
            let slot = pen.description_slot();
            pen.shown(self.blocks.any(Place::Listing(0), &mut chance), slot);
        }
        self.open_link(number, OPEN_LINKS, pen);
    }

    /// A short link leads to an outside page, one in six through another short link.
    fn short(&self, number: u32, pen: &mut Pen<'_>) {
        let mut chance = self.chance(Purpose::Page, number);
        let next = if chance.below(6) == 0 && number + 1 < self.blocks.number(Place::Hub(0)) {
            number + 1
        } else {
            self.blocks.any(Place::Outside(0), &mut chance)
        };
        pen.redirect(next);
    }

    fn hub(&self, number: u32, pen: &mut Pen<'_>) {
        let mut chance = self.chance(Purpose::Content, number);
        for at in 0..HUB_LINKS {
            let kind = if at < HUB_RESTRICTED {
                Place::Open(0)
            } else {
                Place::Outside(0)
            };
            pen.shown(self.blocks.any(kind, &mut chance), slot::GOODS + at);
        }
    }

    /// The slots redirect to the page that rotates; every hundredth landing page is restricted.
    fn exchange(&self, at: u32, pen: &mut Pen<'_>) {
        if at < EXCHANGE_SLOTS {
            pen.redirect(self.blocks.number(Place::Exchange(EXCHANGE_SLOTS)));
            return;
        }
        for landing in 0..self.blocks.size(Place::Landing(0)) {
            let place = if landing % 100 == 99 {
                Place::Open(landing)
            } else {
                Place::Landing(landing)
            };
            pen.redirect(self.blocks.number(place));
        }
    }

    /// One redirect in four is a refresh.
    fn pass_on(&self, number: u32, next: u32, pen: &mut Pen<'_>) {
        let mut chance = self.chance(Purpose::Content, number);
        if chance.percent(25) {
            pen.way(next, HopKind::MetaRefresh, VisibilityState::Visible, 0);
        } else {
            pen.redirect(next);
        }
    }

    /// A bridge or a channel: the button, and two links that lead nowhere special.
    fn door_page(&self, number: u32, pen: &mut Pen<'_>) {
        let mut chance = self.chance(Purpose::Content, number);
        if let Some(next) = self.onward(number) {
            pen.shown(next, slot::MENU);
        }
        for _ in 0..2 {
            let slot = pen.description_slot();
            pen.shown(self.blocks.any(Place::Outside(0), &mut chance), slot);
        }
    }
}
