//! A generated market as a graph: pages, hops and what was planted among them.
//!
//! A marketplace of any number of listings with everything around it that makes hidden paths hard
//! to tell: menus, categories with their pages, recommendations, sellers; outside pages, shorteners,
//! an advertising exchange, hubs of thousands of links; and seven kinds of planted ways to restricted
//! pages. What every page is and where it leads is a function of the seed and of the page's number:
//! no clock, no memory, so that a million listings need no more room than one.
//!
//! | planting | share of the listings | the way |
//! |---|---|---|
//! | `hidden-link` | 0.236 % | a concealed link to a doorway that redirects, or to the restricted page itself |
//! | `hidden-then-button` | 0.236 % | a concealed link to a bridge page with a plain button |
//! | `masked` | 0.236 % | a shown short link, redirected twice |
//! | `lateral` | 0.236 % | nothing on the listing; a concealed link on its seller's page |
//! | `contact` | 0.236 % | an address written in the text, to a channel that links on |
//! | `forced` | 0.236 % | a frame that redirects twice |
//! | `campaign` | 1.5 % | one concealed link to one doorway, on the listings of a few sellers |
//!
//! A third of those of the first, third, fifth and sixth kind carry a second, concealed link.
//!
//! What is honest and looks alike: two concealed links in the menu of every page, one to an
//! age-restricted category and one to an age-restricted partner; a concealed tracker's frame on
//! nine pages of ten (so that one link in seven or eight is concealed); concealed links to outside pages on
//! 9 % of the listings and to other listings on 1 %; masked links to outside pages on 6 %, through one
//! redirect or two; frames of an exchange that rotates 2,000 landing pages on 60 %, and shown links
//! to it on 1 %; links to hubs of 3,000 links on half a percent; rings of listings that link each other;
//! outside pages that link to restricted ones openly (3 of 1,000), and listings that do (1 of 2,000).
//!
//! Classes and rates are made up after what was measured of pages of the open web, and written by the
//! author of the definition that is measured on them: figures on this market show mechanisms, not
//! what a rule finds in the field.

mod page;
mod planting;
mod tables;
mod ways;

pub use page::MarketPage;
pub use planting::{Planted, Planting};
pub use ways::MarketHop;

use crate::chance::Chance;

/// What is made worse than in the market as it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MarketNoise {
    /// Share of the concealed links that are recorded as shown, from 0 to 1.
    pub missed: f64,
    /// How many times as many honest listings as usual carry a concealed link to an outside page.
    pub false_concealed: f64,
    /// How many times as many honest pages as usual link to restricted ones openly.
    pub restricted_links: f64,
}

impl Default for MarketNoise {
    fn default() -> Self {
        Self {
            missed: 0.0,
            false_concealed: 1.0,
            restricted_links: 1.0,
        }
    }
}

/// Why no such market can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MarketError {
    /// Too few listings for the rates to mean anything.
    #[error("a market has at least {0} listings")]
    TooFew(u32),
    /// More pages than 32 bits number.
    #[error("a market has at most {0} listings")]
    TooMany(u32),
}

/// Fewest listings of a market.
pub const FEWEST_LISTINGS: u32 = 100;
/// Most listings of a market: its pages are numbered in 32 bits.
pub const MOST_LISTINGS: u32 = 2_000_000_000;

/// A generated market.
#[derive(Debug, Clone)]
pub struct Market {
    seed: u64,
    noise: MarketNoise,
    blocks: page::Blocks,
}

/// What a number is drawn for: each purpose has a sequence of its own, so that a rate that changes
/// changes nothing else.
#[derive(Debug, Clone, Copy)]
enum Purpose {
    Page = 1,
    Planting = 2,
    Seller = 3,
    Template = 4,
    Content = 5,
    Way = 6,
    Noise = 7,
    Policy = 8,
    Restricted = 9,
    FalseConcealed = 10,
}

impl Market {
    /// A market of so many compliant listings.
    ///
    /// # Errors
    /// [`MarketError`] when there are too few or too many.
    pub fn new(listings: u32, seed: u64, noise: MarketNoise) -> Result<Self, MarketError> {
        if listings < FEWEST_LISTINGS {
            return Err(MarketError::TooFew(FEWEST_LISTINGS));
        }
        if listings > MOST_LISTINGS {
            return Err(MarketError::TooMany(MOST_LISTINGS));
        }
        Ok(Self {
            seed,
            noise,
            blocks: page::Blocks::of(listings),
        })
    }

    /// How many pages there are; they are numbered from 0.
    #[must_use]
    pub fn page_count(&self) -> u32 {
        self.blocks.end()
    }

    /// Every page, in the order of its number.
    pub fn pages(&self) -> impl Iterator<Item = MarketPage> {
        (0..self.page_count()).map(|number| self.page(number))
    }

    /// Every hop, in the order of its source.
    pub fn hops(&self) -> impl Iterator<Item = MarketHop> {
        (0..self.page_count()).flat_map(|number| self.ways_of(number))
    }

    /// Everything planted: one for each planted way, in the order of the listings.
    pub fn planted(&self) -> impl Iterator<Item = Planted> {
        self.blocks
            .listings()
            .flat_map(|number| self.planted_on(number))
    }

    fn chance(&self, purpose: Purpose, number: u32) -> Chance {
        Chance::at(self.seed ^ ((purpose as u64) << 56), u64::from(number))
    }
}

/// Whether what happens at `rate` (0 to 1) happens.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate lies between 0 and 1, so the product fits"
)]
fn happens(chance: &mut Chance, rate: f64) -> bool {
    chance.below(1_000_000) < (rate.clamp(0.0, 1.0) * 1e6) as usize
}
