//! The tally: what a page's words say for each category.

use std::collections::{BTreeMap, BTreeSet};

use model::Match;

use crate::weights::{Standing, Weights};

/// How many matches a label keeps: enough for an auditor, bounded for a hostile page.
const MATCHES_KEPT: usize = 16;

/// What speaks for one category.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Standings in which each strong term was found, by the term's place in the lexicon.
    pub(crate) strong: BTreeMap<usize, BTreeSet<Standing>>,
    /// Weak terms found with their context.
    pub(crate) weak: BTreeMap<usize, BTreeSet<Standing>>,
    /// A term in the head was made innocent by its neighbour.
    pub(crate) cancelled_in_head: bool,
    /// The strong terms of the head that were.
    pub(crate) cancelled: BTreeSet<usize>,
    /// Measures without a context word beside them.
    pub(crate) loose: BTreeSet<usize>,
    /// The head holds a term that has no other use, or the description begins with one.
    pub(crate) sure_in_head: bool,
    /// Strong terms that the description offers, rather than says what a thing is for.
    pub(crate) described: BTreeSet<usize>,
    /// Such a term stands in the beginning of the description, with a telling measure beside it.
    pub(crate) measured: bool,
    /// The description begins with a strong term.
    pub(crate) opening: bool,
    /// A strong term is a phrase, or a weak pair that counts as strong: commerce by itself.
    pub(crate) telling: bool,
    /// A structured statement speaks for it.
    pub(crate) statement: bool,
    /// A strong term of the head is spelled as honest pages have no need to.
    pub(crate) evasive_in_head: bool,
    /// A word of the head has its context in another field, or is the context.
    pub(crate) half_in_head: bool,
    /// Kinds of goods that strong terms name, each with its weightiest standing.
    pub(crate) goods: BTreeMap<usize, Standing>,
    /// Rules on facts that hold, by their places in the category.
    pub(crate) facts: Vec<usize>,
    /// The evidence.
    pub(crate) matches: Vec<Match>,
}

impl Tally {
    /// Whether a strong or a supported weak term has this standing.
    pub(crate) fn stands_in(&self, standing: Standing) -> bool {
        let mut all = self.strong.values().chain(self.weak.values());
        all.any(|standings| standings.contains(&standing))
    }

    /// Whether a strong term has this standing.
    pub(crate) fn strong_in(&self, standing: Standing) -> bool {
        self.strong
            .values()
            .any(|standings| standings.contains(&standing))
    }

    /// Strong terms that are heard: asides are, beside a word in the head.
    fn heard(&self) -> impl Iterator<Item = impl Iterator<Item = Standing>> {
        let beside = self.stands_in(Standing::Head);
        self.strong.values().map(move |standings| {
            let all = standings.iter().copied();
            all.filter(move |&standing| beside || standing != Standing::Aside)
        })
    }

    /// Distinct strong terms that are heard.
    pub(crate) fn distinct(&self) -> usize {
        self.heard()
            .filter_map(|mut standings| standings.next())
            .count()
    }

    /// Standings of strong terms that are heard.
    pub(crate) fn standings(&self) -> usize {
        self.heard().flatten().collect::<BTreeSet<_>>().len()
    }

    /// What the words sum up to, by kind of signal. Nothing without a strong term.
    pub(crate) fn sum(&self, weights: &Weights) -> Sum {
        let distinct = count(self.distinct());
        if distinct == 0 {
            return Sum::default();
        }
        let measured =
            self.weak.is_empty() && !self.loose.is_empty() && self.strong_in(Standing::Head);
        Sum {
            strong: distinct * weights.strong,
            standings: count(self.standings().saturating_sub(1)) * weights.standing,
            weak: count(self.weak.len()) * weights.weak,
            measure: u32::from(measured) * weights.measure,
        }
    }

    /// Names of the goods that decide which row holds: those that the head names, else the
    /// category, and so on.
    pub(crate) fn named_goods(&self) -> impl Iterator<Item = usize> {
        let best = self.goods.values().min().copied();
        let named = self.goods.iter();
        named
            .filter(move |(_, standing)| Some(**standing) == best)
            .map(|(&kind, _)| kind)
    }

    /// Whether the head names the goods plainly: by a term that is nowhere in the head made
    /// innocent, or that the description repeats.
    pub(crate) fn plain_in_head(&self) -> bool {
        self.strong.iter().any(|(entry, standings)| {
            standings.contains(&Standing::Head)
                && (!self.cancelled.contains(entry) || standings.contains(&Standing::Body))
        })
    }

    pub(crate) fn keep(&mut self, found: Match) {
        let known = self.matches.iter().any(|old| {
            old.place == found.place && old.span == found.span && old.text == found.text
        });
        if !known && self.matches.len() < MATCHES_KEPT {
            self.matches.push(found);
        }
    }
}

/// What words sum up to, by kind of signal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) strong: u32,
    pub(crate) standings: u32,
    pub(crate) weak: u32,
    pub(crate) measure: u32,
}

impl Sum {
    /// All of it.
    pub(crate) const fn total(self) -> u32 {
        self.strong + self.standings + self.weak + self.measure
    }
}

/// A number of words as weights are reckoned: more than four thousand million is no more.
fn count(words: usize) -> u32 {
    u32::try_from(words).unwrap_or(u32::MAX >> 8)
}

/// What a page's words say.
#[derive(Debug, Default)]
pub(crate) struct Tallies {
    /// By the category's place in the pack.
    pub(crate) by_category: BTreeMap<usize, Tally>,
    /// The page says, outside the template, that it is for adults.
    pub(crate) adult: bool,
    /// Its markup says so, or an age gate.
    pub(crate) adult_by_markup: bool,
    /// The template says so.
    pub(crate) adult_in_chrome: bool,
    /// Negative words in the head: of all categories (`None`) or of one.
    pub(crate) head_negatives: BTreeSet<Option<usize>>,
    /// The page is filed under something that only speaks of the goods (books, glassware).
    pub(crate) filed_beside: bool,
    /// Categories of which a word stands in what the page is filed under.
    pub(crate) filed: BTreeSet<usize>,
    /// The head speaks of buying.
    pub(crate) commerce_in_head: bool,
    /// Any text speaks of buying.
    pub(crate) commerce: bool,
    /// A text of few words speaks of buying: a control, a label of one.
    pub(crate) control: bool,
    /// The name or the title says that the page offers a book or a film.
    pub(crate) media: bool,
    /// Marks of a book's page.
    pub(crate) book_marks: BTreeSet<usize>,
    /// Words of news and courts.
    pub(crate) reports: BTreeSet<usize>,
    /// Words of rules of which the other half may stand in another field.
    pub(crate) halves: Halves,
}

/// Weak terms without context, and contexts, in the fields of the page's own goods: category, group
/// and field of each.
#[derive(Debug, Default)]
pub(crate) struct Halves {
    pub(crate) weak: Vec<(usize, usize, Standing)>,
    pub(crate) contexts: Vec<(usize, usize, Standing)>,
}

/// A weak term in one field and its context in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pair {
    pub(crate) category: usize,
    pub(crate) group: usize,
    /// Where the weak term stands.
    pub(crate) field: Standing,
    /// Where its context stands.
    with: Standing,
}

impl Pair {
    /// The weaker of the two places.
    pub(crate) fn weaker(self) -> Standing {
        self.field.max(self.with)
    }

    /// Whether one of them is the head.
    pub(crate) fn is_in_head(self) -> bool {
        self.field.min(self.with) == Standing::Head
    }
}

impl Halves {
    /// The halves that are together a whole, each weak term with the strongest field that has its
    /// context. Costs the logarithm of the contexts for each weak term.
    pub(crate) fn pairs(&mut self, may_pair: impl Fn(usize, usize) -> bool) -> Vec<Pair> {
        self.contexts.sort_unstable();
        self.weak.sort_unstable();
        self.weak.dedup();
        let whole = self.weak.iter().filter_map(|&(category, group, field)| {
            let from = self
                .contexts
                .partition_point(|&other| other < (category, group, Standing::Head));
            let mut of_group = self.contexts[from..]
                .iter()
                .take_while(|(of, at, _)| (*of, *at) == (category, group));
            let (_, _, with) = *of_group.find(|(_, _, with)| *with != field)?;
            Some(Pair {
                category,
                group,
                field,
                with,
            })
        });
        whole
            .filter(|pair| may_pair(pair.category, pair.group))
            .collect()
    }
}

impl Tallies {
    /// Whether the page offers a book or a film.
    pub(crate) fn is_book(&self) -> bool {
        self.media || self.book_marks.len() >= 2
    }
}
