//! The judge: from the tally of a page to its labels.
//!
//! A label above unknown needs two independent signals of one category, or one structured
//! statement; a page that sells, or says that it is for adults; and the goods must be what the
//! page is about. One signal alone is kept as an unknown label, so that an auditor sees it.

mod basis;
mod listing;
mod offer;
mod subject;

use model::{
    CategoryCode, Confidence, DecidedBy, GateStrength, Label, Market, PageFacts, PageKind, Policy,
    Severity, Verdict,
};

use crate::category::{Category, PolicyRow, Subject};
use crate::fact_rule::{self, FactRule, Lifts};
use crate::heard::Reader;
use crate::minors;
use crate::promise;
use crate::reading::{Reading, path_words, readings};
use crate::statement;
use crate::tally::{Sum, Tallies, Tally};
use crate::weights::Standing;
use listing::{is_whole_listing, known_of_listing};
use offer::{Items, sells};
use subject::{is_about_accessory, is_described, is_sure};

pub(crate) use offer::is_report;
pub(crate) use subject::has_clean_head;

/// What a page is judged by.
pub(crate) struct Judge<'p> {
    pub(crate) reader: Reader<'p>,
    pub(crate) market: &'p Market,
    pub(crate) as_of: &'p str,
    /// Hosts of authorities for medicines.
    pub(crate) authorities: &'p [String],
    /// The pack of each category.
    pub(crate) packs: &'p [String],
    /// The whole pack.
    pub(crate) id: &'p str,
}

/// Why the words of a category make no label above unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shortfall {
    /// The page is an age gate.
    Gate,
    /// The page offers nothing for sale.
    NoOffer,
    /// The signals sum up to less than is needed.
    Signals {
        /// Their sum.
        sum: u32,
        /// What is needed.
        needed: u32,
    },
    /// The goods are named, and are not what the page is about.
    NotTheSubject,
    /// The page is about a thing beside the goods: a rack, a book, a poster.
    Beside,
    /// It is about goods of another category, of which such words are a part.
    GivesWay {
        /// The other category.
        to: CategoryCode,
    },
}

/// Every signal of a category, by what it weighs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Signals {
    /// Words.
    pub(crate) words: Sum,
    /// An age that the page states.
    pub(crate) age: u32,
    /// A head that leaves no doubt.
    pub(crate) sure: u32,
    /// A spelling that honest pages have no need of.
    pub(crate) evasion: u32,
    /// A structured statement.
    pub(crate) statement: u32,
    /// Facts that are no words, and help a word.
    pub(crate) facts: u32,
    /// Facts that make a label surer, and make none.
    pub(crate) indicators: u32,
    /// Most goods of a category page are of the category: what their names weigh over the words.
    pub(crate) listed: u32,
}

impl Signals {
    /// All that can make a label.
    pub(crate) const fn total(&self) -> u32 {
        let own = self.words.total() + self.age + self.sure + self.evasion + self.statement;
        own + self.facts + self.listed
    }
}

/// What was read of a page, before it is judged.
pub(crate) struct Case<'f> {
    pub(crate) page: Page<'f>,
    pub(crate) tallies: Tallies,
    /// What a lawful listing should say, with whether it does.
    pub(crate) known: [(&'static str, bool); 8],
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
            labels.push(self.compliant(facts));
        }
        labels
            .iter_mut()
            .for_each(|label| label.matches.shrink_to_fit());
        labels.sort_by(|one, other| {
            let key = |label: &Label| {
                (
                    std::cmp::Reverse(weight(label.policy)),
                    label.category.clone(),
                )
            };
            key(one).cmp(&key(other))
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

    /// The policy that one signal more would make: a strong term names the goods in the head of a listing or in
    /// its description, and nothing in the head makes them innocent.
    fn near(
        &self,
        page: &Page<'_>,
        tallies: &Tallies,
        claim: Claim<'_>,
        short: &Shortfall,
    ) -> Option<Policy> {
        let Shortfall::Signals { sum, needed } = short else {
            return None;
        };
        let is_near = sum + 1 >= *needed
            && claim.policy().is_restricted()
            && page.facts.kind == PageKind::Listing
            && page.sells
            && (claim.tally.strong_in(Standing::Head) || !claim.tally.described.is_empty())
            && has_clean_head(tallies, claim)
            && !is_about_accessory(tallies, claim)
            && self.gives_way(tallies, claim).is_none();
        is_near.then(|| claim.policy())
    }

    /// How sure the page is about goods of the category, or why it is not sure enough; or to which
    /// category it gives way.
    pub(crate) fn outcome(
        &self,
        page: &Page<'_>,
        tallies: &Tallies,
        claim: Claim<'_>,
    ) -> Result<Confidence, Shortfall> {
        let own = self.confidence(page, tallies, claim, &self.signals(page, tallies, claim))?;
        match self.gives_way(tallies, claim) {
            Some(other) if !claim.tally.statement => Err(Shortfall::GivesWay {
                to: other.code.clone(),
            }),
            _ => Ok(own),
        }
    }

    /// The category to which another gives way: its words stand in the head, or in what the page is
    /// filed under.
    fn gives_way(&self, tallies: &Tallies, claim: Claim<'_>) -> Option<&Category> {
        let mut others = claim.category.gives_way_to.iter().filter_map(|code| {
            let mut all = self.reader.categories.iter();
            all.position(|category| category.code.0 == *code)
        });
        let stands = |at: &usize| {
            let tally = tallies.by_category.get(at);
            tallies.filed.contains(at) || tally.is_some_and(|it| it.stands_in(Standing::Head))
        };
        others.find(stands).map(|at| &self.reader.categories[at])
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

    /// What speaks for a category, and what it weighs.
    pub(crate) fn signals(&self, page: &Page<'_>, tallies: &Tallies, claim: Claim<'_>) -> Signals {
        let weights = self.reader.weights;
        let tally = claim.tally;
        let words = tally.sum(weights);
        let weigh = |holds: bool, weight: u32| u32::from(holds) * weight;
        // The names of most goods on a category page are heard wherever they stand.
        let named = u32::try_from(tally.strong.len() + 1).unwrap_or(u32::MAX) * weights.strong;
        let listed = if page.items.mostly(claim.at) {
            named.saturating_sub(words.total())
        } else {
            0
        };
        Signals {
            words,
            // An age that the page itself states speaks for age-restricted goods in its head.
            age: weigh(is_aged(tallies, claim), weights.age),
            sure: weigh(is_sure(page, tallies, claim), weights.sure),
            evasion: weigh(tally.evasive_in_head, weights.evasion),
            statement: weigh(tally.statement, weights.statement),
            facts: claim.facts_that(Lifts::Label),
            indicators: claim.facts_that(Lifts::Confidence),
            listed,
        }
    }

    /// How sure the page is about goods of the category, or why it is not sure enough.
    pub(crate) fn confidence(
        &self,
        page: &Page<'_>,
        tallies: &Tallies,
        claim: Claim<'_>,
        signals: &Signals,
    ) -> Result<Confidence, Shortfall> {
        if page.facts.kind == PageKind::Gate {
            return Err(Shortfall::Gate);
        }
        if claim.tally.statement {
            return Ok(Confidence::High);
        }
        let listed = page.items.mostly(claim.at);
        if !page.sells && !listed && !is_offer_itself(page, tallies, claim.category) {
            return Err(Shortfall::NoOffer);
        }
        let weights = self.reader.weights;
        let sum = signals.total();
        let needed = self.needed(page, tallies, claim);
        if sum < needed {
            return Err(Shortfall::Signals { sum, needed });
        }
        self.subject(page, tallies, claim)?;
        let aged = usize::from(signals.age > 0);
        let broad = listed || claim.tally.standings() + aged >= 2;
        Ok(if sum + signals.indicators >= weights.confident && broad {
            Confidence::High
        } else {
            Confidence::Medium
        })
    }

    /// The least sum that makes a label of the category. Everyday words on a listing that is filed
    /// where no word of such goods stands need one signal more: rum among the baking things is a
    /// flavour. A term that has no other use, or is disguised, is
    /// what it is wherever it is filed.
    pub(crate) fn needed(&self, page: &Page<'_>, tallies: &Tallies, claim: Claim<'_>) -> u32 {
        let group_of = |at: &usize| &self.reader.categories[*at].group;
        let mut filed = tallies.filed.iter().map(group_of);
        let is_elsewhere = page.is_filed
            && claim.category.subject == Subject::Head
            && !is_sure(page, tallies, claim)
            && !claim.tally.evasive_in_head
            && filed.all(|group| *group != claim.category.group);
        self.reader.weights.needed + u32::from(is_elsewhere)
    }

    /// That the page is about goods of the category, or why not.
    fn subject(
        &self,
        page: &Page<'_>,
        tallies: &Tallies,
        claim: Claim<'_>,
    ) -> Result<(), Shortfall> {
        if is_about_accessory(tallies, claim) {
            return Err(Shortfall::Beside);
        }
        let is_subject = self.is_subject(page, tallies, claim);
        is_subject.then_some(()).ok_or(Shortfall::NotTheSubject)
    }

    fn is_subject(&self, page: &Page<'_>, tallies: &Tallies, claim: Claim<'_>) -> bool {
        let tally = claim.tally;
        let in_head = tally.stands_in(Standing::Head) || tally.half_in_head;
        if page.items.mostly(claim.at) {
            return true;
        }
        if page.facts.kind.lists_goods() {
            return in_head && page.items.may_hold(claim.at);
        }
        let weights = self.reader.weights;
        let filed =
            tally.stands_in(Standing::Category) && tally.sum(weights).total() >= weights.confident;
        let opens = match page.facts.kind {
            PageKind::Listing => tally.opening && tally.distinct() >= 2,
            PageKind::Article | PageKind::Category | PageKind::Search => false,
            _ => tally.distinct() >= 3 || !page.has_head,
        };
        let measured = page.facts.kind == PageKind::Listing
            && tally.measured
            && !tallies.filed_beside
            && has_clean_head(tallies, claim);
        in_head || filed || measured || (claim.category.subject == Subject::Page && opens)
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

    fn compliant(&self, facts: &PageFacts) -> Label {
        Label {
            policy: Policy::Compliant,
            category: None,
            name: String::new(),
            market: self.market.clone(),
            pack: self.id.to_owned(),
            legal_basis: String::new(),
            decided_by: DecidedBy::Facts,
            statement: None,
            severity: Severity::Low,
            confidence: if facts.products.is_empty() {
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

/// Whether the page states an age, and its head names goods that have one.
fn is_aged(tallies: &Tallies, claim: Claim<'_>) -> bool {
    matches!(claim.policy(), Policy::AgeRestricted { .. })
        && tallies.adult
        && claim.tally.strong_in(Standing::Head)
}

/// Whether a page without a price is an offer all the same: what adult media and games of chance
/// offer is the page; and who says in their own words that a page is for adults, not in the
/// template's, says that it is more than a report.
fn is_offer_itself(page: &Page<'_>, tallies: &Tallies, category: &Category) -> bool {
    let content = category.content && tallies.adult_in_chrome;
    (content || tallies.adult)
        && page.facts.kind != PageKind::Article
        && !is_report(page.facts, tallies)
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
