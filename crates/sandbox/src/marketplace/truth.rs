//! What is true of a generated marketplace, in the form in which it is written.

use std::fmt;
use std::str::FromStr;

use model::{CategoryCode, HopKind, PageUrl, Technique};
use serde::{Deserialize, Serialize};

use crate::goods::{PageLanguage, Split, Truth};

/// The number of the form of the truth; it changes when a reader of it must.
pub const TRUTH_FORMAT: u32 = 1;

/// A marketplace as a whole: `truth/market.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarketplaceTruth {
    /// [`TRUTH_FORMAT`].
    pub format: u32,
    /// What it was made from.
    pub seed: u64,
    /// The half of words, shapes and combinations.
    pub split: Split,
    /// How many listings there are.
    pub listings: u64,
    /// How many of them a planted path begins at.
    pub planted: u64,
    /// How many begin none: the rest, look-alikes and ordinary ones.
    pub honest: u64,
    /// Where a crawl starts.
    pub seeds: Vec<PageUrl>,
    /// Every host that answers, in order.
    pub hosts: Vec<String>,
}

/// One planted path: a line of `truth/paths.jsonl`, which is sorted by listing, then target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlantedPath {
    /// The compliant listing it begins at.
    pub listing: PageUrl,
    /// The restricted page it ends in.
    pub target: PageUrl,
    /// The steps, in order: the first from the listing, the last to the target.
    pub hops: Vec<PlantedHop>,
    /// The techniques of all steps, sorted, each once.
    pub techniques: Vec<Technique>,
    /// What the target offers.
    pub category: CategoryCode,
    /// What the law says of it: illegal or age-restricted.
    pub policy: Truth,
    /// The language of the listing.
    pub language: PageLanguage,
    /// The template of the listing.
    pub template: StorefrontTemplate,
    /// Whose part of the listing the path begins in.
    pub zone: PlantedZone,
    /// Whether the words of the target are spelled to be missed by a search.
    pub evasive: bool,
    /// The guise without which the path is not seen; none where every guise sees it.
    pub vantage: Option<NeededVantage>,
    /// Whether a reader that runs no script cannot see the path.
    pub browser: bool,
    /// Other listings from which the same way leads to the same target, since it begins on the page of the
    /// seller that they have in common: sorted; empty for a way of the listing's own.
    #[serde(default)]
    pub shared_with: Vec<PageUrl>,
}

/// One step of a planted path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlantedHop {
    /// Where it starts.
    pub from: PageUrl,
    /// Where it leads.
    pub to: PageUrl,
    /// How a visitor gets there.
    pub kind: HopKind,
    /// How it is concealed, sorted; none for an open step.
    pub techniques: Vec<Technique>,
}

/// A listing that is honest and looks as if it were not: a line of `truth/honest.jsonl`, which is
/// sorted by listing. Listings without a line there or in `paths.jsonl` are ordinary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookAlike {
    /// The listing.
    pub listing: PageUrl,
    /// What it looks like: `gated-alcohol` and the like, a fixed list.
    pub kind: LookAlikeKind,
    /// The language of the listing.
    pub language: PageLanguage,
    /// The template of the listing.
    pub template: StorefrontTemplate,
}

/// What stands concealed in a template, on every page of one storefront: a line of
/// `truth/template.jsonl`. It is one fact of the site and is counted apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplatePlant {
    /// The storefront: its host.
    pub host: String,
    /// The template that repeats it.
    pub template: StorefrontTemplate,
    /// The restricted page behind it.
    pub target: PageUrl,
    /// The steps; `from` of the first is the front page of the storefront.
    pub hops: Vec<PlantedHop>,
    /// The techniques of all steps, sorted, each once.
    pub techniques: Vec<Technique>,
    /// What the target offers.
    pub category: CategoryCode,
    /// What the law says of it.
    pub policy: Truth,
}

/// How a storefront is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StorefrontTemplate {
    /// Elements that say what they are, rendered on the server.
    Classic,
    /// Utility classes on elements that say nothing.
    Utility,
    /// Nested tables.
    Table,
}

impl StorefrontTemplate {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Classic, Self::Utility, Self::Table];

    /// The word that tables use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Classic => "classic",
            Self::Utility => "utility",
            Self::Table => "table",
        }
    }
}

/// Whose part of a page a path begins in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlantedZone {
    /// What a seller or a shopper wrote: description, questions, reviews, names of variants.
    Seller,
    /// What the platform wrote.
    Template,
}

impl PlantedZone {
    /// The word that tables use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Seller => "seller",
            Self::Template => "template",
        }
    }
}

/// The guise without which a path is not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum NeededVantage {
    /// A phone.
    Phone,
    /// The crawler of a search engine.
    Crawler,
    /// A visitor who comes from a search engine.
    FromSearch,
    /// A visitor who comes from the marketplace.
    FromMarket,
    /// A visitor who was there before.
    Returning,
    /// A reader that an AI agent sent.
    Agent,
    /// A visitor who asks for pages in this language.
    Language(PageLanguage),
}

impl fmt::Display for NeededVantage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Phone => "phone",
            Self::Crawler => "crawler",
            Self::FromSearch => "from-search",
            Self::FromMarket => "from-market",
            Self::Returning => "returning",
            Self::Agent => "agent",
            Self::Language(language) => return write!(f, "language:{}", language.as_str()),
        })
    }
}

impl From<NeededVantage> for String {
    fn from(vantage: NeededVantage) -> Self {
        vantage.to_string()
    }
}

/// A text names no vantage of a truth.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no vantage of a truth; use phone, crawler, from-search, from-market, returning, agent or language:TAG"
)]
pub struct NotANeededVantage(pub String);

impl FromStr for NeededVantage {
    type Err = NotANeededVantage;

    fn from_str(text: &str) -> Result<Self, NotANeededVantage> {
        let wrong = || NotANeededVantage(text.to_owned());
        Ok(match text {
            "phone" => Self::Phone,
            "crawler" => Self::Crawler,
            "from-search" => Self::FromSearch,
            "from-market" => Self::FromMarket,
            "returning" => Self::Returning,
            "agent" => Self::Agent,
            _ => {
                let tag = text.strip_prefix("language:").ok_or_else(wrong)?;
                let language = PageLanguage::ALL.iter().find(|one| one.as_str() == tag);
                Self::Language(*language.ok_or_else(wrong)?)
            }
        })
    }
}

impl TryFrom<String> for NeededVantage {
    type Error = NotANeededVantage;

    fn try_from(text: String) -> Result<Self, NotANeededVantage> {
        text.parse()
    }
}

macro_rules! look_alikes {
    ($($(#[doc = $doc:literal])* $name:ident = $word:literal,)*) => {
        /// What an honest listing looks like.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum LookAlikeKind {
            $($(#[doc = $doc])* #[serde(rename = $word)] $name,)*
        }

        impl LookAlikeKind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word that tables use.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
        }
    };
}

look_alikes! {
    /// Alcohol, tobacco or adult goods behind an age gate, sold openly.
    GatedGoods = "gated-goods",
    /// An open link to a lawful shop that asks for age.
    GatedPartner = "gated-partner",
    /// Honest goods whose name holds a word of restricted ones.
    NearMiss = "near-miss",
    /// A concealed menu of sister sites.
    SisterMenu = "sister-menu",
    /// A closed accordion, tab or menu that a shopper opens, with links to other sites.
    Accordion = "accordion",
    /// Text for screen readers, skip links and focus styles.
    Accessible = "accessible",
    /// A concealed link to an honest site that nothing else links to.
    HiddenHonest = "hidden-honest",
    /// A pixel or frame of a tracker.
    Tracker = "tracker",
    /// Share buttons, which carry the listing's address in a parameter.
    ShareButtons = "share-buttons",
    /// An affiliate link that says that it is one.
    DisclosedAffiliate = "disclosed-affiliate",
    /// A redirect chain of five hops to an honest page.
    LongChain = "long-chain",
    /// A short link to an honest page.
    ShortLink = "short-link",
    /// A log-in or consent page that carries the way back in a parameter.
    LoginReturn = "login-return",
    /// A link to a site whose name has expired and is parked.
    ParkedDomain = "parked-domain",
    /// A link to news of medicines.
    MedicineNews = "medicine-news",
    /// The seller's phone, mail or messenger for service.
    ServiceContact = "service-contact",
    /// Links in comments and `noscript` that were left there.
    CommentedOut = "commented-out",
    /// A script that navigates within the site, or opens a map or a chat.
    ScriptNavigation = "script-navigation",
    /// An address in plain text: the maker's site, a manual.
    PlainAddress = "plain-address",
    /// An advertisement of the platform that lands on an honest shop.
    Advertisement = "advertisement",
    /// A code for an app or a manual.
    AppCode = "app-code",
}
