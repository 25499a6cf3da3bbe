//! Categories of a rule pack, as the pack file has them.

use std::collections::BTreeMap;

use model::{CategoryCode, GateStrength, Market, Policy, PolicyStatus, Severity, StatementClass};
use serde::Deserialize;

use crate::fact_rule::FactRule;
use crate::written::WordList;

/// Words by language: `en = ["vodka"]`, or `en = "vodka; gin"`. A word that ends in `*` matches any ending.
pub type Words = BTreeMap<String, WordList>;

/// The policy of one category in one market, for a time.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PolicyRow {
    /// Whose law; `EU` is what holds where a country has no row of its own.
    #[cfg_attr(test, schemars(with = "String", regex(pattern = "^[A-Za-z]{2}$")))]
    pub market: Market,
    /// The kind of goods it is for, one of the category's `goods`; all of them when left out.
    pub goods: Option<String>,
    /// What it says.
    #[cfg_attr(test, schemars(schema_with = "crate::schema::status"))]
    pub status: PolicyStatus,
    /// The age in years, for an age restriction.
    pub min_age: Option<u8>,
    /// First day on which it holds, `2026-01-31`.
    pub from: Option<String>,
    /// Last day on which it holds.
    pub to: Option<String>,
    /// Legal basis of this row, where it differs from the category's.
    #[serde(default)]
    pub legal_basis: String,
    /// Where the row was taken from, where that differs from the category's.
    #[serde(default)]
    pub source: String,
    /// Who checked the row, and when, where that differs from the category's.
    #[serde(default)]
    pub checked: String,
}

impl PolicyRow {
    /// Whether the row holds on `day` (`2026-01-31`; such dates sort as text).
    pub(crate) fn holds_on(&self, day: &str) -> bool {
        self.from.as_deref().is_none_or(|from| from <= day)
            && self.to.as_deref().is_none_or(|to| day <= to)
    }

    /// What a label says by this row. Where a licence, a country's law or compliance decides, or
    /// nobody has filled the row in, the page alone does not show it: unknown.
    #[must_use]
    pub fn policy(&self) -> Policy {
        match self.status {
            PolicyStatus::Illegal => Policy::Illegal,
            PolicyStatus::AgeRestricted => Policy::AgeRestricted {
                min_age: self.min_age.unwrap_or(18),
            },
            PolicyStatus::Licence
            | PolicyStatus::National
            | PolicyStatus::MustComply
            | PolicyStatus::Unknown => Policy::Unknown,
        }
    }
}

/// Where a page must name the goods for them to be its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// In its head (name, title, first heading) or its category: for everyday words, such as
    /// wine, that many an innocent description uses.
    #[default]
    Head,
    /// In its head, or at the beginning of its description: for words that have one use.
    Page,
}

/// Which strong terms of a category have no use but its goods. One of them in the head of a
/// listing that sells counts as two signals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Sure {
    /// None: for everyday words.
    #[default]
    None,
    /// Those of several words, and weak pairs that count as strong.
    Phrases,
    /// All but those of `everyday`.
    Terms,
}

/// How much a weak term counts once a context word stands by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Counts {
    /// As support of a strong term.
    #[default]
    Weak,
    /// As a strong term.
    Strong,
}

/// Words with many innocent uses, and the words that take the innocence away.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WeakTerms {
    /// Permanent id of the rule, in kebab-case.
    pub id: String,
    /// The weak words, of any language.
    pub terms: WordList,
    /// Words of which one must stand nearby, in any language; another strong term of the category
    /// will do as well. Measures may have none.
    #[serde(default)]
    pub context: WordList,
    /// How many words may lie between, clause ends counted as words.
    #[serde(default = "six")]
    pub within: usize,
    /// What the pair counts as.
    #[serde(default)]
    pub counts: Counts,
    /// Whether they are measures: they need no context word when the head names the goods.
    #[serde(default)]
    pub measure: bool,
    /// Whether one of them beside a strong term, in the beginning of a description, says that the
    /// goods themselves are on offer, whatever name the head gives them.
    #[serde(default)]
    pub telling: bool,
}

/// The least `within` of pairs that may stand apart: of words that must be closer, as those of a
/// phrase are, each says nothing alone.
const APART: usize = 4;

impl WeakTerms {
    /// Whether a term and its context may stand in different fields of one product.
    pub(crate) fn may_stand_apart(&self) -> bool {
        self.counts == Counts::Weak || self.within >= APART
    }
}

const fn six() -> usize {
    6
}

/// Structured statements that speak for a category. One of them counts as two signals.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Statements {
    /// Values of schema.org `hasAdultConsideration`.
    pub adult_considerations: Vec<String>,
    /// Ids of the Google product taxonomy.
    pub taxonomy: Vec<u32>,
    /// Names in a path of that taxonomy.
    pub taxonomy_names: Vec<String>,
    /// Values of `meta name=rating`; a trailing `*` matches any ending.
    pub ratings: Vec<String>,
}

/// One category of the taxonomy.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Code, such as `D1`.
    #[cfg_attr(test, schemars(with = "String"))]
    pub code: CategoryCode,
    /// Name, for people.
    pub name: String,
    /// Group of categories it belongs to, for people.
    pub group: String,
    /// Harm of a hidden way to such goods.
    #[cfg_attr(test, schemars(schema_with = "crate::schema::severity"))]
    pub severity: Severity,
    /// The law, for people.
    pub legal_basis: String,
    /// Where the row was taken from.
    pub source: String,
    /// Who checked it, and when.
    pub checked: String,
    /// The least strength of an age gate that the policy asks for.
    #[cfg_attr(test, schemars(schema_with = "crate::schema::gate"))]
    pub required_gate: GateStrength,
    /// Where a page must name the goods.
    #[serde(default)]
    pub subject: Subject,
    /// Which strong terms have no other use.
    #[serde(default)]
    pub sure: Sure,
    /// Strong terms of one word that have other uses, where `sure` is `terms`.
    #[serde(default)]
    pub everyday: WordList,
    /// Whether the goods may be books or films themselves: then a word for such things is no
    /// excuse.
    #[serde(default)]
    pub media: bool,
    /// Whether a page is such goods by itself, and needs no offer: adult media, games of chance.
    #[serde(default)]
    pub content: bool,
    /// Codes of categories to which this one gives way where the words speak for both: an antibiotic
    /// for dogs is a veterinary medicine.
    #[serde(default)]
    pub gives_way_to: Vec<String>,
    /// How such goods are classed in a statement of reasons (the DSA transparency database).
    #[serde(default)]
    #[cfg_attr(test, schemars(schema_with = "crate::schema::statement"))]
    pub dsa: Option<StatementClass>,
    /// Policy by market.
    #[serde(default)]
    pub policy: Vec<PolicyRow>,
    /// Kinds of goods within the category that have a law of their own: the strong terms that name
    /// them, by the name that rows use.
    #[serde(default)]
    pub goods: Words,
    /// For goods that sexualize minors, which are told by structure.
    #[serde(default)]
    pub minors: Option<Minors>,
    /// Strong terms by language.
    #[serde(default)]
    pub terms: Words,
    /// Weak terms with their contexts.
    #[serde(default)]
    pub weak: Vec<WeakTerms>,
    /// Words that, close to a term, make it innocent.
    #[serde(default)]
    pub negative: WordList,
    /// Whether the pack's general negative words count too.
    #[serde(default = "yes")]
    pub general_negative: bool,
    /// Phrases that contain a term and are innocent as they stand.
    #[serde(default)]
    pub innocent: WordList,
    /// Structured statements.
    #[serde(default)]
    pub statements: Statements,
    /// Rules on facts that are no words: the logo for medicines, who trades.
    #[serde(default)]
    pub facts: Vec<FactRule>,
}

const fn yes() -> bool {
    true
}

/// By what structure goods that sexualize minors are told. There is no list of words for them:
/// the goods are those of other categories, and what makes them what they are is a stated height,
/// or the department that they are filed under.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Minors {
    /// Codes of the categories of erotic goods.
    pub of: Vec<String>,
    /// Words for dolls.
    pub dolls: WordList,
    /// Dolls of a stated height below this, in centimeters.
    pub below_cm: u16,
    /// Names of departments for children.
    pub departments: WordList,
}

impl Category {
    /// The row that decides in `market` on `day` for these kinds of goods: the market's own for
    /// one of the goods (of several the strictest), the market's own, the Union's for one of the
    /// goods, the Union's. A row for some of the goods that nobody has filled in yields to one of the same market
    /// for all of them that restricts them.
    #[must_use]
    pub fn row(&self, market: &Market, day: &str, goods: &[&str]) -> Option<&PolicyRow> {
        self.row_of(market.as_str(), day, goods)
            .or_else(|| self.row_of("EU", day, goods))
    }

    fn row_of(&self, market: &str, day: &str, goods: &[&str]) -> Option<&PolicyRow> {
        let mut of_market = self
            .policy
            .iter()
            .filter(|row| row.market.as_str() == market && row.holds_on(day));
        let own = of_market.clone().filter(|row| {
            let kind = row.goods.as_deref();
            kind.is_some_and(|kind| goods.contains(&kind))
        });
        let general = of_market.find(|row| row.goods.is_none());
        // Of equals the first: `max_by_key` would take the last.
        let own = own.rev().max_by_key(|row| strictness(row.policy()));
        match (own, general) {
            // That nobody has read what holds for a kind of goods takes it out of no law for all of them.
            (Some(own), Some(general))
                if own.status == PolicyStatus::Unknown && general.policy().is_restricted() =>
            {
                Some(general)
            }
            (own, general) => own.or(general),
        }
    }

    /// Source and check of a row, which fall back on the category's.
    #[must_use]
    pub fn provenance<'c>(&'c self, row: &'c PolicyRow) -> (&'c str, &'c str) {
        let or = |own: &'c str, of: &'c str| if own.is_empty() { of } else { own };
        (
            or(&row.source, &self.source),
            or(&row.checked, &self.checked),
        )
    }
}

/// Illegal before age-restricted, by age, before unknown.
const fn strictness(policy: Policy) -> u16 {
    match policy {
        Policy::Unknown => 0,
        Policy::Compliant => 1,
        Policy::AgeRestricted { min_age } => 2 + min_age as u16,
        Policy::Illegal => u16::MAX,
    }
}
