//! What is planted, where, and where it leads.

use super::page::{CAMPAIGN, Place};
use super::ways::{MarketHop, Pen};
use super::{Market, Purpose, happens};
use crate::chance::Chance;
use model::{HopKind, VisibilityState};

/// A kind of planted way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Planting {
    /// A concealed link to a doorway, or to the restricted page itself.
    HiddenLink,
    /// A concealed link to a bridge page with a plain button.
    HiddenThenButton,
    /// A shown short link.
    Masked,
    /// A concealed link on the seller's page.
    Lateral,
    /// An address written in the text.
    Contact,
    /// A frame that redirects.
    Forced,
    /// One concealed link on the listings of a few sellers.
    Campaign,
}

impl Planting {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::HiddenLink,
        Self::HiddenThenButton,
        Self::Masked,
        Self::Lateral,
        Self::Contact,
        Self::Forced,
        Self::Campaign,
    ];

    /// The word that tables use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HiddenLink => "hidden-link",
            Self::HiddenThenButton => "hidden-then-button",
            Self::Masked => "masked",
            Self::Lateral => "lateral",
            Self::Contact => "contact",
            Self::Forced => "forced",
            Self::Campaign => "campaign",
        }
    }
}

/// A planted way: the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planted {
    /// Number of the listing.
    pub listing: u32,
    /// Number of the restricted page.
    pub target: u32,
    /// Its kind.
    pub planting: Planting,
    /// How many hops lead there.
    pub hops: u32,
}

/// Listings in a million that each small kind is planted on.
const SMALL: usize = 2_363;
/// Listings in a million that belong to the campaign.
const LARGE: usize = 15_000;
/// Share of the planted listings with a second, concealed link.
const SECOND: f64 = 0.35;

/// The beginning of a planted way on its page.
#[derive(Debug, Clone, Copy)]
struct Begin {
    planting: Planting,
    kind: HopKind,
    visibility: VisibilityState,
    to: u32,
}

impl Market {
    /// What is planted on a listing.
    pub(super) fn planting(&self, listing: u32) -> Option<Planting> {
        let mut chance = self.chance(Purpose::Planting, listing);
        let drawn = chance.below(1_000_000);
        if drawn < LARGE {
            return Some(Planting::Campaign);
        }
        let small = &Planting::ALL[..Planting::ALL.len() - 1];
        small.get((drawn - LARGE) / SMALL).copied()
    }

    /// Every planted way of a listing, as the truth tells it.
    pub(super) fn planted_on(&self, listing: u32) -> Vec<Planted> {
        let begins = self.begins(listing);
        let lateral = match self.planting(listing) {
            Some(Planting::Lateral) => {
                let seller = self.seller_of(listing);
                let to = self.behind_seller(seller);
                Some((Planting::Lateral, to, 2))
            }
            _ => None,
        };
        begins
            .into_iter()
            .map(|begin| (begin.planting, begin.to, 1))
            .chain(lateral)
            .map(|(planting, first, hops)| {
                let (target, hops) = self.follow(first, hops);
                Planted {
                    listing,
                    target,
                    planting,
                    hops,
                }
            })
            .collect()
    }

    /// Writes the planted hops of a listing.
    pub(super) fn plant(&self, listing: u32, pen: &mut Pen<'_>) {
        for begin in self.begins(listing) {
            let slot = pen.description_slot();
            pen.write(MarketHop {
                source: listing,
                target: begin.to,
                kind: begin.kind,
                visibility: begin.visibility,
                slot,
                status: None,
            });
        }
    }

    /// Where the concealed link of a seller's page leads, if the seller has one.
    pub(super) fn behind_seller(&self, seller: u32) -> u32 {
        let number = self.blocks.number(Place::Seller(seller));
        let mut chance = self.chance(Purpose::Way, number);
        self.blocks.any(Place::Doorway(0), &mut chance)
    }

    fn begins(&self, listing: u32) -> Vec<Begin> {
        let Some(planting) = self.planting(listing) else {
            return Vec::new();
        };
        let mut chance = self.chance(Purpose::Way, listing);
        let mut begins = Vec::new();
        let hidden = VisibilityState::Hidden;
        let shown = VisibilityState::Visible;
        let (kind, visibility, to) = match planting {
            Planting::HiddenLink => (HopKind::Anchor, hidden, self.door(0.3, &mut chance)),
            Planting::HiddenThenButton => {
                let to = self.blocks.any(Place::Bridge(0), &mut chance);
                (HopKind::Anchor, hidden, to)
            }
            Planting::Masked => {
                let to = self.blocks.any(Place::CovertShort(0), &mut chance);
                (HopKind::Anchor, shown, to)
            }
            Planting::Contact => {
                let kinds = [HopKind::TextUrl, HopKind::Contact, HopKind::Qr];
                let kind = chance.pick(&kinds).copied().unwrap_or(HopKind::TextUrl);
                (kind, shown, self.blocks.any(Place::Channel(0), &mut chance))
            }
            Planting::Forced => {
                let to = self.blocks.any(Place::Widget(0), &mut chance);
                (HopKind::Frame, shown, to)
            }
            Planting::Campaign => {
                let to = self.blocks.number(Place::Doorway(CAMPAIGN));
                (HopKind::Anchor, hidden, to)
            }
            Planting::Lateral => return begins,
        };
        begins.push(Begin {
            planting,
            kind,
            visibility,
            to,
        });
        let may_repeat = !matches!(planting, Planting::Campaign | Planting::HiddenThenButton);
        if may_repeat && happens(&mut chance, SECOND) {
            let to = self.door(0.3, &mut chance);
            begins.push(Begin {
                planting: Planting::HiddenLink,
                kind: HopKind::Anchor,
                visibility: hidden,
                to,
            });
        }
        begins
    }

    /// A doorway, or, in so many cases, the restricted page itself.
    fn door(&self, direct: f64, chance: &mut Chance) -> u32 {
        let place = if happens(chance, direct) {
            Place::Dark(0)
        } else {
            Place::Doorway(0)
        };
        self.blocks.any(place, chance)
    }

    /// Where a page that planted ways pass leads on: the way itself, not what else is on the page.
    pub(super) fn onward(&self, number: u32) -> Option<u32> {
        let mut chance = self.chance(Purpose::Page, number);
        match self.blocks.place(number) {
            Place::Doorway(CAMPAIGN) => Some(self.blocks.number(Place::Dark(CAMPAIGN))),
            Place::Doorway(_) => Some(self.blocks.any(Place::Dark(0), &mut chance)),
            Place::CovertShort(_) | Place::Widget(_) => {
                Some(self.blocks.any(Place::Doorway(0), &mut chance))
            }
            Place::Bridge(_) | Place::Channel(_) => Some(self.door(0.5, &mut chance)),
            _ => None,
        }
    }

    /// The restricted page behind `number`, and the hops to it; `hops` of them are behind already.
    fn follow(&self, mut number: u32, mut hops: u32) -> (u32, u32) {
        while let Some(next) = self.onward(number) {
            number = next;
            hops += 1;
        }
        (number, hops)
    }
}
