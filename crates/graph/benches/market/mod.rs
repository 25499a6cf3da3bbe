//! A graph with the shape of a market: 608,000 pages and 11.1 million hops at size 1.
//!
//! Menus, breadcrumbs, recommendations, category pages and sellers, honest outside pages, blogs,
//! redirectors; listings that lead to restricted pages, most of them hidden or through a redirector.
//! Pages are numbered as in the order of their addresses. Nothing is judged here; the generator whose truth
//! is known is `sidedoor sandbox graph`.

use model::EffectiveClass::{self, Forced, Hidden, Lateral, Masked, Navigation, Overt};
use sidedoor_graph::frozen::FrozenHop;

/// How many pages of each kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Market {
    listings: u32,
    sellers: u32,
    categories: u32,
    redirectors: u32,
    outside: u32,
    blogs: u32,
    restricted: u32,
}

/// Numbers that look random and are the same every time (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, bound: u32) -> u32 {
        (((self.next() >> 32) * u64::from(bound)) >> 32) as u32
    }

    /// Low numbers far oftener than high ones.
    fn skewed(&mut self, bound: u32) -> u32 {
        let drawn = self.below(bound);
        (u64::from(drawn) * u64::from(drawn) / u64::from(bound)) as u32
    }

    fn is_one_in(&mut self, many: u32) -> bool {
        self.below(many) == 0
    }
}

impl Market {
    /// A market of some 11.1 million hops times `size`.
    pub(crate) fn of_size(size: f64) -> Self {
        let part = |of: f64| ((of * size) as u32).max(20);
        let listings = part(399_301.0);
        Self {
            listings,
            sellers: part(20_000.0),
            categories: listings.div_ceil(48),
            redirectors: part(10_000.0),
            outside: part(150_000.0),
            blogs: part(17_380.0),
            restricted: part(3_000.0),
        }
    }

    /// How many pages: a home, category pages, listings, sellers, then what is outside.
    pub(crate) const fn nodes(&self) -> u32 {
        self.first_restricted() + self.restricted
    }

    const fn first_listing(&self) -> u32 {
        1 + self.categories
    }

    const fn first_seller(&self) -> u32 {
        self.first_listing() + self.listings
    }

    const fn first_redirector(&self) -> u32 {
        self.first_seller() + self.sellers
    }

    const fn first_outside(&self) -> u32 {
        self.first_redirector() + self.redirectors
    }

    const fn first_blog(&self) -> u32 {
        self.first_outside() + self.outside
    }

    const fn first_restricted(&self) -> u32 {
        self.first_blog() + self.blogs
    }

    /// The restricted pages.
    pub(crate) fn restricted(&self) -> Vec<u32> {
        (self.first_restricted()..self.nodes()).collect()
    }

    /// Every hop, by source.
    pub(crate) fn for_each_hop(&self, mut f: impl FnMut(FrozenHop)) {
        let mut numbers = Numbers(7);
        let mut hop = |source, target, class| f(FrozenHop::new(source, target, class));
        for source in 0..self.first_listing() {
            self.menu(source, &mut hop);
            if let Some(page) = source.checked_sub(1) {
                for place in 0..48 {
                    let listing = (page * 48 + place).min(self.listings - 1);
                    hop(source, self.first_listing() + listing, Navigation);
                }
                hop(source, 1 + (page + 1) % self.categories, Navigation);
            }
        }
        for listing in 0..self.listings {
            self.listing(listing, &mut numbers, &mut hop);
        }
        for seller in 0..self.sellers {
            self.menu(self.first_seller() + seller, &mut hop);
            for place in 0..20 {
                let listing = (seller + place * self.sellers) % self.listings;
                let (from, to) = (self.first_seller() + seller, self.first_listing() + listing);
                hop(from, to, Navigation);
            }
        }
        self.beyond(&mut numbers, &mut hop);
    }

    fn menu(&self, source: u32, hop: &mut impl FnMut(u32, u32, EffectiveClass)) {
        for entry in 0..10 {
            hop(source, entry * (self.categories / 10), Navigation);
        }
    }

    fn listing(
        &self,
        listing: u32,
        numbers: &mut Numbers,
        hop: &mut impl FnMut(u32, u32, EffectiveClass),
    ) {
        let source = self.first_listing() + listing;
        self.menu(source, hop);
        hop(source, 1 + listing / 48, Navigation);
        hop(
            source,
            self.first_seller() + listing % self.sellers,
            Lateral,
        );
        for _ in 0..6 {
            let near = (listing / 48 * 48 + numbers.below(48)).min(self.listings - 1);
            hop(source, self.first_listing() + near, Navigation);
            let any = self.first_listing() + numbers.skewed(self.listings);
            hop(source, any, Navigation);
        }
        if numbers.is_one_in(2) {
            let class = if numbers.is_one_in(7) { Hidden } else { Overt };
            hop(
                source,
                self.first_outside() + numbers.skewed(self.outside),
                class,
            );
        }
        if numbers.is_one_in(5) {
            hop(
                source,
                self.first_redirector() + numbers.below(self.redirectors),
                Masked,
            );
        }
        if numbers.is_one_in(34) {
            let is_direct = numbers.is_one_in(2);
            let target = if is_direct {
                self.first_restricted() + numbers.below(self.restricted)
            } else {
                self.first_redirector() + numbers.below(self.redirectors / 10)
            };
            hop(source, target, Hidden);
        }
    }

    /// Redirectors, honest pages and blogs.
    fn beyond(&self, numbers: &mut Numbers, hop: &mut impl FnMut(u32, u32, EffectiveClass)) {
        for redirector in 0..self.redirectors {
            let target = if redirector < self.redirectors / 10 {
                self.first_restricted() + numbers.below(self.restricted)
            } else {
                self.first_outside() + numbers.below(self.outside)
            };
            hop(self.first_redirector() + redirector, target, Forced);
        }
        for page in 0..self.outside {
            for _ in 0..numbers.below(4) {
                hop(
                    self.first_outside() + page,
                    self.first_outside() + numbers.below(self.outside),
                    Overt,
                );
            }
            if numbers.is_one_in(20) {
                hop(
                    self.first_outside() + page,
                    self.first_listing() + numbers.skewed(self.listings),
                    Overt,
                );
            }
        }
        for blog in 0..self.blogs {
            for _ in 0..10 {
                hop(
                    self.first_blog() + blog,
                    self.first_listing() + numbers.below(self.listings),
                    Overt,
                );
            }
            if numbers.is_one_in(100) {
                hop(
                    self.first_blog() + blog,
                    self.first_restricted() + numbers.below(self.restricted),
                    Overt,
                );
            }
        }
        for page in 0..self.restricted {
            let next = (page + 1) % self.restricted;
            hop(
                self.first_restricted() + page,
                self.first_restricted() + next,
                Navigation,
            );
        }
    }
}
