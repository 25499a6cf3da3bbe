//! Labels: a policy given to a page by a rule, with evidence.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::hop::words;
use crate::{Confidence, GateStrength, PageUrl, Place, Severity, Span, StatementClass};

/// What the law, or the platform, says of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// Not enough is known. Weak single signals never make more than this.
    Unknown,
    /// Positively lawful: a listing with enough facts, read whole, with nothing restricted.
    Compliant,
    /// Lawful to sell, from an age on, in years.
    AgeRestricted {
        /// The age.
        min_age: u8,
    },
    /// Not lawful to offer to consumers.
    Illegal,
}

impl Policy {
    /// The word that reports and exports use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Compliant => "compliant",
            Self::AgeRestricted { .. } => "age-restricted",
            Self::Illegal => "illegal",
        }
    }

    /// Whether a way to such a page must not be hidden.
    #[must_use]
    pub const fn is_restricted(self) -> bool {
        matches!(self, Self::AgeRestricted { .. } | Self::Illegal)
    }
}

words! {
/// What the law of a market says of a category of goods.
PolicyStatus {
    /// Not lawful to offer to consumers.
    Illegal = "illegal",
    /// Lawful from an age on.
    AgeRestricted = "age-restricted",
    /// Lawful for licensed or registered sellers only.
    Licence = "licence",
    /// Depends on the country: a row for that country decides.
    National = "national",
    /// Lawful when safety or labelling rules are met.
    MustComply = "must-comply",
    /// Nobody has filled it in.
    Unknown = "unknown",
}
}

words! {
/// What had to be undone before a word could be read.
Normalization {
    /// Full-width, circled and other compatibility forms of letters.
    Compatibility = "compatibility",
    /// Soft hyphens.
    SoftHyphens = "soft-hyphens",
    /// Characters without a look of their own.
    Invisible = "invisible-characters",
    /// Signs or spaces between the letters.
    Separators = "separators",
    /// Digits and signs in the place of letters.
    Leetspeak = "leetspeak",
    /// Letters of other scripts that look alike (Unicode Technical Standard 39).
    LookAlikes = "look-alikes",
}
}

impl Normalization {
    /// Whether honest spelling has no need of it, so that the need is a sign of evasion.
    #[must_use]
    pub const fn is_evasive(self) -> bool {
        matches!(
            self,
            Self::Invisible | Self::Separators | Self::Leetspeak | Self::LookAlikes
        )
    }
}

/// Code of a category of the taxonomy (`A1`, `D2`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CategoryCode(pub String);

impl fmt::Display for CategoryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Id of a rule: kebab-case, permanent, never used again for another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RuleId(pub String);

/// The country whose law is applied: an ISO 3166 code in capitals, or `EU`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Market(String);

/// The text names no market.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a market: two letters, such as DE, or EU")]
pub struct NotAMarket(String);

impl Market {
    /// The Union as a whole: what holds in every member state.
    #[must_use]
    pub fn eu() -> Self {
        Self("EU".to_owned())
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Market {
    type Err = NotAMarket;
    fn from_str(text: &str) -> Result<Self, NotAMarket> {
        if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            Ok(Self(text.to_ascii_uppercase()))
        } else {
            Err(NotAMarket(text.to_owned()))
        }
    }
}

impl TryFrom<String> for Market {
    type Error = NotAMarket;
    fn try_from(text: String) -> Result<Self, NotAMarket> {
        text.parse()
    }
}

impl From<Market> for String {
    fn from(market: Market) -> Self {
        market.0
    }
}

impl fmt::Display for Market {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One thing in a page that speaks for a label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// The rule that matched.
    pub rule: RuleId,
    /// The words, or the structured statement, as the page has them.
    pub text: String,
    /// Where in the page.
    pub place: Place,
    /// Where in the body.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub span: Option<Span>,
    /// What had to be undone before the words could be read; case and punctuation are not told.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub normalized: Vec<Normalization>,
}

/// What a listing says of its goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListingFact {
    /// What they are called.
    Name,
    /// That they are for sale.
    Offer,
    /// What they are like, in a few words at least.
    Description,
    /// What they are filed under.
    Category,
    /// Whose make they are.
    Brand,
    /// Their number in trade.
    Gtin,
    /// Who sells them.
    Seller,
    /// What a picture of them shows, in words.
    Picture,
}

impl ListingFact {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Offer => "offer",
            Self::Description => "description",
            Self::Category => "category",
            Self::Brand => "brand",
            Self::Gtin => "gtin",
            Self::Seller => "seller",
            Self::Picture => "picture",
        }
    }
}

/// What a label's policy rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum DecidedBy {
    /// A row of the category's table of policies.
    Row {
        /// The row's market: the one asked for, or `EU`, which holds where it has none.
        market: Market,
        /// The kind of goods that the row is for; `None` for all of the category.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        goods: Option<String>,
        /// What it says.
        status: PolicyStatus,
        /// First day on which it holds, `2026-01-31`.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        from: Option<String>,
        /// Last day on which it holds.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        to: Option<String>,
        /// Where the row was taken from.
        #[serde(skip_serializing_if = "String::is_empty", default)]
        source: String,
        /// Who checked it, and when.
        #[serde(skip_serializing_if = "String::is_empty", default)]
        checked: String,
    },
    /// No row holds for the market, nor for the Union.
    NoRow,
    /// The page says enough of lawful goods, and nothing of others.
    Facts {
        /// What it says of them.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        says: Vec<ListingFact>,
    },
    /// Nearly all other offers that were seen on the site of the page are restricted.
    Site {
        /// Offers that were seen on the site, this one with them.
        offers: usize,
        /// Those of them that are restricted by what they say themselves.
        restricted: usize,
        /// The most frequent kinds of goods among those, by code and name.
        of: Vec<String>,
        /// The first few of those.
        such_as: Vec<PageUrl>,
    },
    /// An entry of a list that the user gave.
    List {
        /// The list's file, and the line of the entry, from 1.
        file: String,
        /// Line, from 1.
        line: usize,
        /// The host, site, address or number that matched.
        entry: String,
        /// Where the entry comes from, as the list says.
        #[serde(skip_serializing_if = "String::is_empty", default)]
        source: String,
    },
    /// The platform's own label of this address, which outranks the rules.
    Platform {
        /// The file of labels.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Where the label comes from, as the file says.
        #[serde(skip_serializing_if = "String::is_empty", default)]
        source: String,
    },
}

/// Where a rule pack took a law from, and whether anybody checked it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LawReview {
    /// Where the row was taken from, as the pack says; empty where it does not.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub source: String,
    /// Who checked it, and when; a day alone is when it was read; empty or `no` where nobody did either.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub checked: String,
}

impl LawReview {
    /// Whether the pack says who checked it. A day alone names nobody: somebody read a text then.
    #[must_use]
    pub fn is_checked(&self) -> bool {
        self.checked.trim() != "no" && self.checked.contains(char::is_alphabetic)
    }
}

impl fmt::Display for LawReview {
    /// For people: `not checked; source: general knowledge`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.checked.trim() {
            checked if self.is_checked() => write!(f, "checked: {checked}")?,
            "" | "no" => f.write_str("not checked")?,
            day => write!(f, "read on {day}, not checked")?,
        }
        match self.source.trim() {
            "" => Ok(()),
            source => write!(f, "; source: {source}"),
        }
    }
}

/// A policy given to a page, or to what a link promises, by the rules of one category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// The policy.
    pub policy: Policy,
    /// Category; `None` for [`Policy::Compliant`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub category: Option<CategoryCode>,
    /// Name of the category, for people.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub name: String,
    /// Whose law.
    pub market: Market,
    /// Name and version of the pack, `eu@0.1.0`.
    pub pack: String,
    /// Legal basis as the pack states it.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub legal_basis: String,
    /// What the policy rests on.
    pub decided_by: DecidedBy,
    /// How such goods are classed in a statement of reasons.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub statement: Option<StatementClass>,
    /// Harm of a hidden way to such goods.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// The policy that one signal more would make, of a page that sells and names the goods where it says what
    /// it is about; `None` for labels that stand, and for those that fall short by more.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub near: Option<Policy>,
    /// The least strength of an age gate that the policy asks for.
    pub required_gate: GateStrength,
    /// What speaks for it.
    pub matches: Vec<Match>,
}

impl Label {
    /// Where the rule pack took the law of the row that decided, and whether anybody checked it; `None` where no row
    /// did.
    #[must_use]
    pub fn law_review(&self) -> Option<LawReview> {
        match &self.decided_by {
            DecidedBy::Row {
                source, checked, ..
            } => Some(LawReview {
                source: source.clone(),
                checked: checked.clone(),
            }),
            DecidedBy::NoRow
            | DecidedBy::Facts { .. }
            | DecidedBy::Site { .. }
            | DecidedBy::List { .. }
            | DecidedBy::Platform { .. } => None,
        }
    }
}

/// What the words at a link promise of the page behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromiseLabel {
    /// Index of the link in the page's facts.
    pub link: usize,
    /// Where the link leads.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub target: Option<PageUrl>,
    /// The label of its text and context.
    pub label: Label,
}

/// What a rule pack says of one page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The policy that counts: that of the weightiest label.
    pub policy: Policy,
    /// Every label, the weightiest first.
    pub labels: Vec<Label>,
    /// What the page says of pages that it links to, on other sites.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub promises: Vec<PromiseLabel>,
}

impl Verdict {
    /// A page of which nothing is known.
    #[must_use]
    pub const fn unknown() -> Self {
        Self {
            policy: Policy::Unknown,
            labels: Vec::new(),
            promises: Vec::new(),
        }
    }

    /// The label that decided, if any did.
    #[must_use]
    pub fn deciding(&self) -> Option<&Label> {
        self.labels.iter().find(|label| label.policy == self.policy)
    }
}
