//! What the words of a category come to on a page: a label with its confidence, or what they fall short of.

use model::{Confidence, PageKind, Policy};

use super::offer::is_report;
use super::subject::{has_clean_head, is_about_accessory, is_sure};
use super::{Claim, Judge, Page};
use crate::category::{Category, Subject};
use crate::fact_rule::Lifts;
use crate::tally::{Sum, Tallies};
use crate::weights::Standing;

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
        to: model::CategoryCode,
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

impl Judge<'_> {
    /// The policy that one signal more would make: a strong term names the goods in the head of a listing or in
    /// its description, and nothing in the head makes them innocent.
    pub(super) fn near(
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
