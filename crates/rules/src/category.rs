//! Categories of a rule pack, as the pack file has them.

use std::collections::BTreeMap;

use model::{CategoryCode, GateStrength, Market, Policy, Severity};
use serde::Deserialize;

/// Words by language: `en = ["vodka"]`. A word that ends in `*` matches any ending.
pub type Words = BTreeMap<String, Vec<String>>;

/// What the law of a market says of a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Not lawful to offer to consumers.
    Illegal,
    /// Lawful from an age on.
    AgeRestricted,
    /// Lawful for licensed or registered sellers only.
    Licence,
    /// Depends on the country: a row for that country decides.
    National,
    /// Lawful when safety or labelling rules are met.
    MustComply,
}

impl Status {
    /// The word that the pack file uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Illegal => "illegal",
            Self::AgeRestricted => "age-restricted",
            Self::Licence => "licence",
            Self::National => "national",
            Self::MustComply => "must-comply",
        }
    }
}

/// The policy of one category in one market, for a time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRow {
    /// Whose law; `EU` is what holds where a country has no row of its own.
    pub market: Market,
    /// What it says.
    pub status: Status,
    /// The age in years, for [`Status::AgeRestricted`].
    pub min_age: Option<u8>,
    /// First day on which it holds, `2026-01-31`.
    pub from: Option<String>,
    /// Last day on which it holds.
    pub to: Option<String>,
    /// Legal basis of this row, where it differs from the category's.
    #[serde(default)]
    pub legal_basis: String,
}

impl PolicyRow {
    /// Whether the row holds on `day` (`2026-01-31`; such dates sort as text).
    pub(crate) fn holds_on(&self, day: &str) -> bool {
        self.from.as_deref().is_none_or(|from| from <= day)
            && self.to.as_deref().is_none_or(|to| day <= to)
    }

    /// What a label says by this row. Where a licence, a country's law or compliance decides, the
    /// page alone does not show it: unknown.
    pub(crate) fn policy(&self) -> Policy {
        match self.status {
            Status::Illegal => Policy::Illegal,
            Status::AgeRestricted => Policy::AgeRestricted {
                min_age: self.min_age.unwrap_or(18),
            },
            Status::Licence | Status::National | Status::MustComply => Policy::Unknown,
        }
    }
}

/// Where a page must name the goods for them to be its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
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
#[serde(deny_unknown_fields)]
pub struct WeakTerms {
    /// Permanent id of the rule, in kebab-case.
    pub id: String,
    /// The weak words, of any language.
    pub terms: Vec<String>,
    /// Words of which one must stand nearby, in any language; another strong term of the category
    /// will do as well.
    pub context: Vec<String>,
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

const fn six() -> usize {
    6
}

/// Structured statements that speak for a category. One of them counts as two signals.
#[derive(Debug, Clone, Default, Deserialize)]
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
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Code, such as `D1`.
    pub code: CategoryCode,
    /// Name, for people.
    pub name: String,
    /// Group of categories it belongs to, for people.
    pub group: String,
    /// Harm of a hidden way to such goods.
    pub severity: Severity,
    /// The law, for people.
    pub legal_basis: String,
    /// Where the row was taken from.
    pub source: String,
    /// Who checked it, and when.
    pub checked: String,
    /// The least strength of an age gate that the policy asks for.
    pub required_gate: GateStrength,
    /// Where a page must name the goods.
    #[serde(default)]
    pub subject: Subject,
    /// Which strong terms have no other use.
    #[serde(default)]
    pub sure: Sure,
    /// Strong terms of one word that have other uses, where `sure` is `terms`.
    #[serde(default)]
    pub everyday: Vec<String>,
    /// Whether the goods may be books or films themselves: then a word for such things is no
    /// excuse.
    #[serde(default)]
    pub media: bool,
    /// Policy by market.
    #[serde(default)]
    pub policy: Vec<PolicyRow>,
    /// Strong terms by language.
    #[serde(default)]
    pub terms: Words,
    /// Weak terms with their contexts.
    #[serde(default)]
    pub weak: Vec<WeakTerms>,
    /// Words that, close to a term, make it innocent.
    #[serde(default)]
    pub negative: Vec<String>,
    /// Whether the pack's general negative words count too.
    #[serde(default = "yes")]
    pub general_negative: bool,
    /// Phrases that contain a term and are innocent as they stand.
    #[serde(default)]
    pub innocent: Vec<String>,
    /// Structured statements.
    #[serde(default)]
    pub statements: Statements,
}

const fn yes() -> bool {
    true
}

impl Category {
    /// The row that decides in `market` on `day`: the market's own, else that of the Union.
    pub(crate) fn row(&self, market: &Market, day: &str) -> Option<&PolicyRow> {
        let of = |wanted: &str| {
            let mut rows = self.policy.iter().filter(|row| row.holds_on(day));
            rows.find(|row| row.market.as_str() == wanted)
        };
        of(market.as_str()).or_else(|| of("EU"))
    }
}
