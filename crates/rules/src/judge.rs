//! The judge: from the tally of a page to its labels.
//!
//! A label above unknown needs two independent signals of one category, or one structured
//! statement; a page that sells, or says that it is for adults; and the goods must be what the
//! page is about. One signal alone is kept as an unknown label, so that an auditor sees it.

mod basis;
mod listing;
mod offer;
mod outcome;
mod subject;

use model::{
    Confidence, DecidedBy, GateStrength, Label, ListingFact, Market, PageFacts, PageKind, Policy,
    Severity, Verdict,
};

use crate::category::{Category, PolicyRow};
use crate::fact_rule::{self, FactRule, Lifts};
use crate::heard::Reader;
use crate::minors;
use crate::promise;
use crate::reading::{Reading, path_words, readings};
use crate::statement;
use crate::tally::{Tallies, Tally};
use crate::weights::Standing;
use crate::written::WordList;
use listing::{is_whole_listing, known_of_listing};
use offer::{Items, sells};
use subject::{is_about_accessory, is_described};

pub(crate) use offer::is_report;
pub use outcome::Shortfall;
pub(crate) use outcome::Signals;
pub(crate) use subject::has_clean_head;

/// What a page is judged by.
pub(crate) struct Judge<'p> {
    pub(crate) reader: Reader<'p>,
    pub(crate) market: &'p Market,
    pub(crate) as_of: &'p str,
    /// Hosts of authorities for medicines.
    pub(crate) authorities: &'p WordList,
    /// The pack of each category.
    pub(crate) packs: &'p [String],
    /// The whole pack.
    pub(crate) id: &'p str,
}

/// What was read of a page, before it is judged.
pub(crate) struct Case<'f> {
    pub(crate) page: Page<'f>,
    pub(crate) tallies: Tallies,
    /// What a lawful listing should say, with whether it does.
    pub(crate) known: [(ListingFact, bool); 8],
}

/// What the words of a page claim of one category.
#[derive(Clone, Copy)]
pub(crate) struct Claim<'c> {
    /// The category's place in the pack.
    pub(crate) at: usize,
    pub(crate) category: &'c Category,
    pub(crate) tally: &'c Tally,
    /// The row that decides in the market for the goods that were named.
    pub(crate) row: Option<&'c PolicyRow>,
}

impl Claim<'_> {
    /// The policy of the category in the market.
    pub(crate) fn policy(&self) -> Policy {
        self.row.map_or(Policy::Unknown, PolicyRow::policy)
    }

    /// Which row of which table decides.
    pub(crate) fn decided_by(&self) -> DecidedBy {
        basis::decided_by(self.category, self.row)
    }

    /// The rules on facts that hold for the page.
    pub(crate) fn facts(&self) -> impl Iterator<Item = &FactRule> {
        let rules = &self.category.facts;
        self.tally.facts.iter().filter_map(|&at| rules.get(at))
    }

    /// What the facts weigh that can do this.
    fn facts_that(&self, lifts: Lifts) -> u32 {
        let able = self.facts().filter(|rule| rule.lifts == lifts);
        able.map(|rule| rule.weight).sum()
    }
}

/// What holds for the whole page, whatever the category.
pub(crate) struct Page<'f> {
    pub(crate) facts: &'f PageFacts,
    pub(crate) sells: bool,
    has_head: bool,
    /// A listing that says what it is filed under.
    is_filed: bool,
    items: Items,
}

impl Judge<'_> {
    /// The verdict on a page.
    pub(crate) fn judge(&self, facts: &PageFacts) -> Verdict {
        self.decide(&self.read(facts))
    }

    /// Reads a page: every text of it once.
    pub(crate) fn read<'f>(&self, facts: &'f PageFacts) -> Case<'f> {
        let path = path_words(&facts.address);
        let texts = readings(facts, &path, self.reader.weights);
        let mut tallies = Tallies::default();
        for reading in &texts {
            self.reader.read(reading, &mut tallies);
        }
        self.read_across(facts, &texts, &mut tallies);
        statement::count(facts, self.reader.categories, &mut tallies);
        fact_rule::count(
            facts,
            self.reader.categories,
            self.authorities,
            &mut tallies,
        );
        let page = Page {
            facts,
            sells: sells(facts, &tallies),
            is_filed: facts.kind == PageKind::Listing && texts.iter().any(is_filing),
            has_head: texts.iter().any(|text| text.standing == Standing::Head),
            items: Items::of(facts, &tallies, self.reader),
        };
        Case {
            known: known_of_listing(facts, &texts),
            page,
            tallies,
        }
    }

    /// Joins weak terms with contexts that stand in another field of the same goods. A page that
    /// offers one thing has such fields; what others list stands beside each other by chance.
    fn read_across(&self, facts: &PageFacts, texts: &[Reading<'_>], tallies: &mut Tallies) {
        if facts.kind != PageKind::Listing {
            return;
        }
        let categories = self.reader.categories;
        let pairs = tallies
            .halves
            .pairs(|category, group| categories[category].weak[group].may_stand_apart());
        if pairs.is_empty() {
            return;
        }
        for reading in texts {
            if pairs.iter().any(|pair| pair.field == reading.standing) {
                self.reader.read_across(reading, &pairs, tallies);
            }
        }
    }

    /// The verdict on what was read.
    pub(crate) fn decide(&self, case: &Case<'_>) -> Verdict {
        let (page, tallies) = (&case.page, &case.tallies);
        let facts = page.facts;
        let mut labels = self.labels(page, tallies);
        labels.extend(minors::label(self, page.facts, &labels));
        if !self.is_explained(tallies, &labels) || facts.kind != PageKind::Listing {
            // Something prominent is unexplained, or the page is no listing: not compliant.
        } else if is_whole_listing(facts, &case.known) {
            labels.push(self.compliant(case));
        }
        labels
            .iter_mut()
            .for_each(|label| label.matches.shrink_to_fit());
        // Of two that weigh the same the surer one decides, then the one that more words speak for.
        labels.sort_by(|one, other| {
            let key = |label: &Label| (weight(label.policy), label.confidence, label.matches.len());
            (key(other).cmp(&key(one))).then_with(|| one.category.cmp(&other.category))
        });
        let policy = labels.first().map_or(Policy::Unknown, |label| label.policy);
        Verdict {
            policy,
            labels,
            promises: promise::promises(self, case),
        }
    }

    /// What the words claim of each category that they speak of, in the order of the pack.
    pub(crate) fn claims<'c>(&'c self, tallies: &'c Tallies) -> impl Iterator<Item = Claim<'c>> {
        let spoken = tallies.by_category.iter();
        spoken.map(|(&at, tally)| self.claim(at, tally))
    }

    /// What a tally claims of the category at a place.
    pub(crate) fn claim<'c>(&'c self, at: usize, tally: &'c Tally) -> Claim<'c> {
        let category = &self.reader.categories[at];
        let names: Vec<&str> = category.goods.keys().map(String::as_str).collect();
        let goods: Vec<&str> = tally
            .named_goods()
            .filter_map(|kind| names.get(kind).copied())
            .collect();
        Claim {
            at,
            category,
            tally,
            row: category.row(self.market, self.as_of, &goods),
        }
    }

    /// One label for each category that has a live signal.
    fn labels(&self, page: &Page<'_>, tallies: &Tallies) -> Vec<Label> {
        let outcomes: Vec<(Claim<'_>, Result<Confidence, Shortfall>)> = self
            .claims(tallies)
            .filter(|claim| !claim.tally.strong.is_empty() || claim.tally.statement)
            .map(|claim| (claim, self.outcome(page, tallies, claim)))
            .collect();
        let labels = outcomes.into_iter().map(|(claim, outcome)| match outcome {
            Ok(sure) => self.label(claim, claim.policy(), sure),
            Err(short) => Label {
                near: self.near(page, tallies, claim, &short),
                ..self.label(claim, Policy::Unknown, Confidence::Low)
            },
        });
        labels.collect()
    }

    /// A label of a category. The legal basis says why a policy is unknown.
    pub(crate) fn label(&self, claim: Claim<'_>, policy: Policy, confidence: Confidence) -> Label {
        let category = claim.category;
        Label {
            policy,
            category: Some(category.code.clone()),
            name: category.name.clone(),
            market: self.market.clone(),
            pack: self.packs[claim.at].clone(),
            legal_basis: basis::legal_basis(claim),
            decided_by: claim.decided_by(),
            statement: category.dsa.clone(),
            severity: category.severity,
            confidence,
            near: None,
            required_gate: category.required_gate,
            matches: claim.tally.matches.clone(),
        }
    }

    /// Whether nothing prominent is left unexplained: no label of restricted goods, none that
    /// would be one in another market, no strong term in the head or category.
    fn is_explained(&self, tallies: &Tallies, labels: &[Label]) -> bool {
        let sure = labels
            .iter()
            .any(|label| label.confidence > Confidence::Low);
        let lone = self.claims(tallies).any(|claim| {
            claim.policy().is_restricted()
                && (claim.tally.strong_in(Standing::Head)
                    || claim.tally.strong_in(Standing::Category)
                    || is_described(tallies, claim))
                && !is_about_accessory(tallies, claim)
        });
        !sure && !lone && !tallies.adult_by_markup
    }

    fn compliant(&self, case: &Case<'_>) -> Label {
        let said = case.known.iter().filter(|(_, is_said)| *is_said);
        Label {
            policy: Policy::Compliant,
            category: None,
            name: String::new(),
            market: self.market.clone(),
            pack: self.id.to_owned(),
            legal_basis: String::new(),
            decided_by: DecidedBy::Facts {
                says: said.map(|(fact, _)| *fact).collect(),
            },
            statement: None,
            severity: Severity::Low,
            confidence: if case.page.facts.products.is_empty() {
                Confidence::Medium
            } else {
                Confidence::High
            },
            near: None,
            required_gate: GateStrength::None,
            matches: Vec::new(),
        }
    }
}

/// Whether a text says what a page is filed under.
fn is_filing(text: &Reading<'_>) -> bool {
    text.standing == Standing::Category && text.text.chars().any(char::is_alphabetic)
}

/// Illegal before age-restricted before compliant before unknown.
const fn weight(policy: Policy) -> u8 {
    match policy {
        Policy::Unknown => 0,
        Policy::Compliant => 1,
        Policy::AgeRestricted { .. } => 2,
        Policy::Illegal => 3,
    }
}
