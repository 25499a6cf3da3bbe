//! A generated marketplace with ground truth, served from its seed.
//!
//! Three storefronts in seven languages, each with a front page, departments, search, sellers,
//! listings, help and gates; and around them the web that they link to: shorteners, pages of links,
//! doorways, forums, shops with and without an age gate, honest makers, news, trackers, parked names.
//! Some listings begin a planted path to a restricted page; more of them are honest and look as if
//! they did; the rest is ordinary.
//!
//! Every answer is a function of the seed, the half and the question: no clock, no memory, no page
//! that is kept. A million listings need no more room than one.

mod host;
mod inventory;
mod listing;
mod lists;
mod look_alike;
mod numbering;
mod outside;
mod page;
mod plan;
mod plant;
mod record;
mod route;
mod scheme;
mod served;
mod slug;
mod storefront;
mod truth;
mod words;

use minijinja::Environment;
use model::{Host, Market, PageUrl, ScopeRule};

pub use plant::technique::{ServedTechnique, served_techniques};
pub use served::{Served, ServedAnswer};
pub use truth::{
    LookAlike, LookAlikeKind, MarketplaceTruth, NeededVantage, NotANeededVantage, PlantedHop,
    PlantedPath, PlantedZone, StorefrontTemplate, TRUTH_FORMAT, TemplatePlant,
};

use crate::chance::Chance;
use crate::goods::{GoodsError, PageLanguage, Split};
use crate::{Expected, Question, Reply};
use host::{HostKind, Hosts};
use plan::{Plan, Role};
use words::Tongue;

/// Most listings of a marketplace: its outside pages are named by 48 bits.
pub const MOST_MARKETPLACE_LISTINGS: u64 = 1 << 40;

/// A marketplace cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum MarketplaceError {
    /// The count of listings is out of range.
    #[error("a marketplace has 1 to {MOST_MARKETPLACE_LISTINGS} listings, not {0}")]
    Listings(u64),
    /// The words or templates that are compiled in do not fit.
    #[error(transparent)]
    Words(#[from] GoodsError),
    /// An address that was made is none: a fault of the generator.
    #[error("made an address that is none: {0}")]
    Address(#[from] model::NotAPage),
}

/// A generated marketplace.
#[derive(Debug)]
pub struct Marketplace {
    seed: u64,
    split: Split,
    listings: u64,
    hosts: Hosts,
    host_list: Vec<Host>,
    expected: Expected,
    tongues: Vec<Tongue>,
    environment: Environment<'static>,
}

/// What a number is drawn for: each purpose has a sequence of its own.
#[derive(Debug, Clone, Copy)]
enum Purpose {
    Role = 1,
    Goods = 2,
    Page = 3,
    Plan = 4,
    Seller = 5,
    Outside = 6,
    Shop = 7,
    Honest = 8,
    Theme = 9,
}

impl Marketplace {
    /// Reads the words and names the hosts. Cost: some milliseconds, whatever the count of listings.
    ///
    /// # Errors
    /// [`MarketplaceError`] when the count is out of range.
    pub fn new(listings: u64, seed: u64, split: Split) -> Result<Self, MarketplaceError> {
        if listings == 0 || listings > MOST_MARKETPLACE_LISTINGS {
            return Err(MarketplaceError::Listings(listings));
        }
        let hosts = Hosts::of(split);
        let host_list = hosts.all().map(|(name, _)| Host::new(name)).collect();
        let mut market = Self {
            seed,
            split,
            listings,
            hosts,
            host_list,
            expected: Expected {
                story: "A generated marketplace; its truth stands in a folder of its own."
                    .to_owned(),
                seeds: Vec::new(),
                scope: ScopeRule::Host,
                market: Market::eu(),
                compliant: Vec::new(),
                restricted: Vec::new(),
                ads: None,
                findings: Vec::new(),
            },
            tongues: words::tongues(split)?,
            environment: page::environment()?,
        };
        market.expected.seeds = market.seeds()?;
        Ok(market)
    }

    /// How many listings there are; they are numbered from 0.
    #[must_use]
    pub const fn listing_count(&self) -> u64 {
        self.listings
    }

    /// The host and the path of the listing with this number.
    #[must_use]
    pub fn address(&self, listing: u64) -> (String, String) {
        let template = numbering::Section::of(listing).template;
        let host = self.host(HostKind::Storefront(template), 0).to_owned();
        (host, listing::path_of(listing))
    }

    /// Where a crawl starts: the storefronts, and the forums that speak of their listings.
    fn seeds(&self) -> Result<Vec<PageUrl>, MarketplaceError> {
        let mut seeds = Vec::new();
        for (name, kind) in self.hosts.all() {
            if matches!(kind, HostKind::Storefront(_) | HostKind::Forum) {
                seeds.push(PageUrl::parse(&format!("http://{name}/"))?);
            }
        }
        seeds.sort();
        Ok(seeds)
    }

    /// The hosts, in order.
    #[must_use]
    pub fn hosts(&self) -> &[Host] {
        &self.host_list
    }

    /// What a scan starts from: seeds and scope; its truth stands elsewhere.
    #[must_use]
    pub const fn expected(&self) -> &Expected {
        &self.expected
    }

    /// What is told to `question`: 421 for a host that is not here, 404 for a path that is not.
    /// Cost: below a millisecond with optimization.
    #[must_use]
    pub fn answer(&self, question: &Question<'_>) -> Reply {
        if self.hosts.kind(question.host).is_none() {
            return Reply::plain(421, "No such host in this sandbox.\n");
        }
        route::answers(self, question.host, question.target)
            .into_iter()
            .flatten()
            .find(|answer| answer.holds(question))
            .map_or_else(
                || Reply::plain(404, "Not found.\n"),
                ServedAnswer::into_reply,
            )
    }

    /// Every address that a page or a plan of this marketplace names, with all that is told there.
    pub fn served(&self) -> impl Iterator<Item = Served> {
        inventory::served(self)
    }

    /// The marketplace as a whole.
    ///
    /// # Errors
    /// [`MarketplaceError::Address`] for a fault of the generator.
    pub fn truth(&self) -> Result<MarketplaceTruth, MarketplaceError> {
        let planted = (0..self.listings)
            .filter(|listing| matches!(self.role(*listing), Role::Planted))
            .count() as u64;
        Ok(MarketplaceTruth {
            format: TRUTH_FORMAT,
            seed: self.seed,
            split: self.split,
            listings: self.listings,
            planted,
            honest: self.listings - planted,
            seeds: self.seeds()?,
            hosts: self.hosts.all().map(|(name, _)| name.to_owned()).collect(),
        })
    }

    /// The planted paths, in the order of their listings' numbers.
    pub fn planted(&self) -> impl Iterator<Item = Result<PlantedPath, MarketplaceError>> {
        (0..self.listings)
            .filter(|listing| matches!(self.role(*listing), Role::Planted))
            .map(|listing| record::truth(self, listing))
    }

    /// The look-alikes, in the order of their listings' numbers.
    pub fn look_alikes(&self) -> impl Iterator<Item = Result<LookAlike, MarketplaceError>> {
        (0..self.listings).filter_map(|listing| match self.role(listing) {
            Role::LookAlike(kind) => Some(record::look_alike(self, listing, kind)),
            Role::Planted | Role::Ordinary => None,
        })
    }

    /// What the storefronts' own templates conceal.
    ///
    /// # Errors
    /// [`MarketplaceError::Address`] for a fault of the generator.
    pub fn template_plants(&self) -> Result<Vec<TemplatePlant>, MarketplaceError> {
        record::template_plants(self)
    }

    fn role(&self, listing: u64) -> Role {
        plan::role(self, listing)
    }

    fn plan(&self, listing: u64) -> Option<Plan> {
        plan::plan(self, listing)
    }

    fn chance(&self, purpose: Purpose, number: u64) -> Chance {
        let of_split = match self.split {
            Split::Dev => 0x6d64_6576,
            Split::Test => 0x6d74_7374,
        };
        Chance::at(self.seed ^ of_split ^ ((purpose as u64) << 56), number)
    }

    /// What names of outside pages are made with.
    fn slug_key(&self) -> u64 {
        self.chance(Purpose::Outside, u64::MAX).number()
    }

    fn tongue(&self, language: PageLanguage) -> &Tongue {
        let place = PageLanguage::ALL
            .iter()
            .position(|one| *one == language)
            .unwrap_or(0);
        // There is one for each language, in their order.
        &self.tongues[place]
    }

    fn host(&self, kind: HostKind, number: usize) -> &str {
        self.hosts.name(kind, number)
    }
}
