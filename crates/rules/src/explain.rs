//! Explanations: a verdict with what each signal weighed, and what would change it.

use model::{
    CategoryCode, Confidence, DecidedBy, ListingFact, Match, PageFacts, PageKind, Policy, Verdict,
};

use crate::judge::{Case, Judge, Shortfall, Signals};
use crate::tally::Tally;

/// How many words are tried as absent.
const WORDS_TRIED: usize = 24;

/// A verdict with its reasons.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The verdict.
    pub verdict: Verdict,
    /// Kind of the page, by its structure.
    pub kind: PageKind,
    /// Whether it offers something for sale.
    pub sells: bool,
    /// Whether it says that it is for adults.
    pub adult: bool,
    /// What a lawful listing should say, each with whether it does. The first is needed, and two
    /// of the others.
    pub known: Vec<(ListingFact, bool)>,
    /// What was heard of each category, in the order of the pack.
    pub categories: Vec<CategoryReasons>,
    /// Words without which the policy would be another, each with that policy.
    pub without: Vec<(String, Policy)>,
}

/// What was heard of one category.
#[derive(Debug, Clone, PartialEq)]
pub struct CategoryReasons {
    /// Code.
    pub code: CategoryCode,
    /// Name, for people.
    pub name: String,
    /// What the row says that decides in the market.
    pub policy: Policy,
    /// That row.
    pub decided_by: DecidedBy,
    /// Signals that weigh something, by kind.
    pub signals: Vec<(SignalKind, u32)>,
    /// The least sum that makes a label.
    pub needed: u32,
    /// How sure the page is about such goods, or why it is not sure enough.
    pub outcome: Result<Confidence, Shortfall>,
    /// Whether a neighbour took terms of the head out.
    pub has_innocent_terms: bool,
    /// Rules on facts that hold: the id of each, and what it says.
    pub facts: Vec<(String, String)>,
    /// What was found.
    pub matches: Vec<Match>,
}

/// A kind of signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignalKind {
    /// Distinct strong terms.
    Strong,
    /// Further standings of strong terms.
    Standings,
    /// Weak terms with a context word.
    Weak,
    /// A measure of the goods.
    Measure,
    /// An age that the page states.
    Age,
    /// A term in the head that has no other use.
    Sure,
    /// A spelling that honest pages have no need of.
    Evasion,
    /// A structured statement.
    Statement,
    /// Facts that are no words, such as a logo for medicines that leads elsewhere.
    Facts,
    /// Names of the goods on a category page.
    Listed,
    /// Facts that make a label surer, and make none.
    Indicators,
}

impl SignalKind {
    /// In words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Strong => "strong terms",
            Self::Standings => "further places",
            Self::Weak => "weak terms with context",
            Self::Measure => "a measure of the goods",
            Self::Age => "an age that the page states",
            Self::Sure => "a term in the head with one use",
            Self::Evasion => "evasive spelling",
            Self::Statement => "a structured statement",
            Self::Facts => "facts beside the words",
            Self::Listed => "most goods of the page",
            Self::Indicators => "facts that count once there is a label",
        }
    }
}

impl Signals {
    fn by_kind(&self) -> Vec<(SignalKind, u32)> {
        let all = [
            (SignalKind::Strong, self.words.strong),
            (SignalKind::Standings, self.words.standings),
            (SignalKind::Weak, self.words.weak),
            (SignalKind::Measure, self.words.measure),
            (SignalKind::Age, self.age),
            (SignalKind::Sure, self.sure),
            (SignalKind::Evasion, self.evasion),
            (SignalKind::Statement, self.statement),
            (SignalKind::Facts, self.facts),
            (SignalKind::Listed, self.listed),
            (SignalKind::Indicators, self.indicators),
        ];
        all.into_iter().filter(|(_, weight)| *weight > 0).collect()
    }
}

/// Explains the verdict on a page. `judge` makes a judge that does not hear one word.
pub(crate) fn explain<'p>(
    facts: &PageFacts,
    judge: impl Fn(Option<usize>) -> Judge<'p>,
) -> Explanation {
    let whole = judge(None);
    let case = whole.read(facts);
    let verdict = whole.decide(&case);
    let categories = reasons(&whole, &case);
    let policy = verdict.policy;
    let without = words_heard(&case)
        .into_iter()
        .filter_map(|entry| {
            let other = judge(Some(entry)).judge(facts).policy;
            (other != policy).then(|| (whole.reader.lexicon.text(entry).to_owned(), other))
        })
        .collect();
    Explanation {
        kind: facts.kind,
        sells: case.page.sells,
        adult: case.tallies.adult || case.tallies.adult_in_chrome,
        known: case.known.to_vec(),
        verdict,
        categories,
        without,
    }
}

fn reasons(judge: &Judge<'_>, case: &Case<'_>) -> Vec<CategoryReasons> {
    let claims = judge.claims(&case.tallies);
    claims
        .filter(|claim| has_something(claim.tally))
        .map(|claim| {
            let signals = judge.signals(&case.page, &case.tallies, claim);
            CategoryReasons {
                code: claim.category.code.clone(),
                name: claim.category.name.clone(),
                policy: claim.policy(),
                decided_by: claim.decided_by(),
                signals: signals.by_kind(),
                needed: judge.needed(&case.page, &case.tallies, claim),
                outcome: judge.outcome(&case.page, &case.tallies, claim),
                facts: claim
                    .facts()
                    .map(|rule| (rule.id.clone(), rule.says.clone()))
                    .collect(),
                has_innocent_terms: claim.tally.cancelled_in_head,
                matches: claim.tally.matches.clone(),
            }
        })
        .collect()
}

fn has_something(tally: &Tally) -> bool {
    tally.cancelled_in_head || !tally.matches.is_empty()
}

/// The terms that were heard, of all categories.
fn words_heard(case: &Case<'_>) -> Vec<usize> {
    let tallies = case.tallies.by_category.values();
    let mut words: Vec<usize> = tallies
        .flat_map(|tally| tally.strong.keys().chain(tally.weak.keys()).copied())
        .collect();
    words.sort_unstable();
    words.dedup();
    words.truncate(WORDS_TRIED);
    words
}
