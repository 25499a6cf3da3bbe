//! Which number stands for which listing, seller and department.
//!
//! A listing is a number below the count of listings. Its last decimal digit says on which
//! storefront it is sold, the next septenary digit in which language, and the rest, its turn, which
//! department and seller it has. So every page finds its listings by arithmetic, without a table.

use std::ops::Range;

use super::truth::StorefrontTemplate;
use crate::goods::PageLanguage;

/// A storefront in one language: the listings that share menus, categories and sellers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Section {
    pub(super) template: StorefrontTemplate,
    pub(super) language: PageLanguage,
}

/// Of ten listings, five are on the classic storefront, three on the utility one, two on tables.
const DIGITS: [StorefrontTemplate; 10] = [
    StorefrontTemplate::Classic,
    StorefrontTemplate::Utility,
    StorefrontTemplate::Classic,
    StorefrontTemplate::Table,
    StorefrontTemplate::Classic,
    StorefrontTemplate::Utility,
    StorefrontTemplate::Classic,
    StorefrontTemplate::Utility,
    StorefrontTemplate::Classic,
    StorefrontTemplate::Table,
];

/// Listings after which storefronts and languages repeat.
const ROUND: u64 = 70;

/// Listings of forty turns, by seller: few sellers have many, many have few.
const SELLER_ENDS: [u64; 6] = [20, 30, 35, 38, 39, 40];

impl Section {
    /// All of them, storefront by storefront.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        StorefrontTemplate::ALL.iter().flat_map(|&template| {
            PageLanguage::ALL
                .iter()
                .map(move |&language| Self { template, language })
        })
    }

    /// The section of a listing.
    pub(super) fn of(listing: u64) -> Self {
        let digit = usize::try_from(listing % 10).unwrap_or(0);
        let tongue = usize::try_from(listing / 10 % 7).unwrap_or(0);
        Self {
            template: DIGITS.get(digit).copied().unwrap_or(DIGITS[0]),
            language: PageLanguage::ALL
                .get(tongue)
                .copied()
                .unwrap_or(PageLanguage::English),
        }
    }

    /// The digits of this section's storefront.
    fn digits(self) -> impl Iterator<Item = u64> + Clone {
        (0..)
            .zip(DIGITS)
            .filter_map(move |(digit, template)| (template == self.template).then_some(digit))
    }

    fn tongue(self) -> u64 {
        PageLanguage::ALL
            .iter()
            .position(|language| *language == self.language)
            .map_or(0, |place| place as u64)
    }

    /// How many listings of a marketplace of `listings` are in this section.
    pub(super) fn count(self, listings: u64) -> u64 {
        let whole = listings / ROUND * self.digits().count() as u64;
        let rest = (listings - listings % ROUND..listings)
            .filter(|listing| Self::of(*listing) == self)
            .count();
        whole + rest as u64
    }

    /// The listing of this section that comes at `turn`.
    pub(super) fn listing(self, turn: u64) -> u64 {
        let width = self.digits().count() as u64;
        let at = usize::try_from(turn % width).unwrap_or(0);
        let digit = self.digits().nth(at).unwrap_or(0);
        turn / width * ROUND + self.tongue() * 10 + digit
    }

    /// The turn of a listing within its section.
    pub(super) fn turn(listing: u64) -> u64 {
        let section = Self::of(listing);
        let digit = listing % 10;
        let before = section.digits().filter(|one| *one < digit).count() as u64;
        listing / ROUND * section.digits().count() as u64 + before
    }
}

/// The seller of the listing at `turn`.
pub(super) fn seller(turn: u64) -> u64 {
    let rest = turn % 40;
    let place = SELLER_ENDS.iter().position(|end| rest < *end).unwrap_or(0);
    turn / 40 * 6 + place as u64
}

/// The turns of a seller's listings, beyond the end of the section too.
pub(super) fn turns_of_seller(seller: u64) -> Range<u64> {
    let place = usize::try_from(seller % 6).unwrap_or(0);
    let start = match place {
        0 => 0,
        _ => SELLER_ENDS.get(place - 1).copied().unwrap_or(0),
    };
    let end = SELLER_ENDS.get(place).copied().unwrap_or(40);
    let base = seller / 6 * 40;
    base + start..base + end
}

/// The listings of the seller of `listing`, in a section of `count` listings.
pub(super) fn listings_of_seller(
    section: Section,
    count: u64,
    listing: u64,
) -> impl Iterator<Item = u64> {
    turns_of_seller(seller(Section::turn(listing)))
        .filter(move |turn| *turn < count)
        .map(move |turn| section.listing(turn))
}

/// How many sellers a section of `count` listings has.
pub(super) fn sellers(count: u64) -> u64 {
    count.checked_sub(1).map_or(0, |last| seller(last) + 1)
}

/// The departments of a section with `groups` groups of honest goods: each group has two leaves, by
/// price, and behind them come two leaves of goods for adults.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaves {
    groups: u64,
}

impl Leaves {
    pub(super) const fn of(groups: u64) -> Self {
        Self { groups }
    }

    /// Leaves of honest goods.
    pub(super) const fn open(self) -> u64 {
        self.groups * 2
    }

    /// All leaves.
    pub(super) const fn count(self) -> u64 {
        self.open() + 2
    }

    /// Turns after which the leaves repeat: the open ones come twice as often as the others.
    const fn period(self) -> u64 {
        self.open() * 2 + 2
    }

    /// The leaf of the listing at `turn`.
    pub(super) const fn leaf(self, turn: u64) -> u64 {
        let rest = turn % self.period();
        if rest < self.open() * 2 {
            rest % self.open()
        } else {
            rest - self.open()
        }
    }

    /// Whether only adults may see a leaf.
    pub(super) const fn is_gated(self, leaf: u64) -> bool {
        leaf >= self.open()
    }

    /// How many of `count` listings are in `leaf`.
    pub(super) fn count_in(self, leaf: u64, count: u64) -> u64 {
        let whole = count / self.period();
        let each = if self.is_gated(leaf) { 1 } else { 2 };
        let rest = (count - count % self.period()..count)
            .filter(|turn| self.leaf(*turn) == leaf)
            .count();
        whole * each + rest as u64
    }

    /// The turn of the `place`-th listing of `leaf`.
    pub(super) const fn turn(self, leaf: u64, place: u64) -> u64 {
        if self.is_gated(leaf) {
            place * self.period() + self.open() + leaf
        } else {
            place / 2 * self.period() + leaf + self.open() * (place % 2)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_found_again_by_its_section_and_turn() {
        for listing in 0..5_000 {
            let section = Section::of(listing);
            assert_eq!(section.listing(Section::turn(listing)), listing);
        }
    }

    #[test]
    fn the_sections_have_all_listings_among_them() {
        for listings in [0, 1, 69, 70, 71, 1_003] {
            let all: u64 = Section::all().map(|section| section.count(listings)).sum();
            assert_eq!(all, listings);
        }
    }

    #[test]
    fn every_turn_belongs_to_one_seller_and_is_among_the_sellers_turns() {
        for turn in 0..1_000 {
            assert!(turns_of_seller(seller(turn)).contains(&turn));
        }
        assert_eq!(sellers(0), 0);
        assert_eq!(sellers(41), 7);
    }

    #[test]
    fn every_turn_stands_at_one_place_of_its_leaf() {
        let leaves = Leaves::of(12);
        for leaf in 0..leaves.count() {
            let count = leaves.count_in(leaf, 777);
            for place in 0..count {
                let turn = leaves.turn(leaf, place);
                assert!(turn < 777);
                assert_eq!(leaves.leaf(turn), leaf);
            }
            assert!(leaves.turn(leaf, count) >= 777);
        }
        let all: u64 = (0..leaves.count())
            .map(|leaf| leaves.count_in(leaf, 777))
            .sum();
        assert_eq!(all, 777);
    }
}
